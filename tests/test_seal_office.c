/* The keys of issuing offices in the seal: each signs what its officer decided, and nothing else. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include <cmocka.h>

#include "messages/signature_write.h"
#include "node/document_key.h"
#include "node/file.h"
#include "node/record.h"
#include "node/seal.h"
#include "sampan/base64.h"
#include "sampan/certificate.h"
#include "sampan/config.h"
#include "tests/support/pki.h"
#include "tests/support/seal_scene.h"

#define DAY "2026-11-22"
#define RECORDS 6u

/* ---- Records in a tree that the seal signed ---- */

struct tall {
	struct hash nodes[8][RECORDS];
	struct tree tree;
	struct buffer leaves[RECORDS];
	const char *note;
};

static enum err read_node(void *context, unsigned level, uint64_t index, struct hash *ret_hash)
{
	*ret_hash = ((struct tall *)context)->nodes[level][index];
	return OK;
}

static enum err write_node(void *context, unsigned level, uint64_t index, const struct hash *hash)
{
	((struct tall *)context)->nodes[level][index] = *hash;
	return OK;
}

static void add(struct seal_scene *place, struct tall *tall, const char *event, const char *office,
		const char *output)
{
	struct record record = {.number = tall->tree.size + 1,
				.time_ms = 1,
				.message = 1,
				.event = event,
				.actor = "user:ha",
				.payload_count = 1};
	struct buffer *leaf = &tall->leaves[tall->tree.size];
	struct hash hash;

	facts_init(&record.attributes, place->arena);
	if (office != NULL)
		assert_int_equal(facts_put(&record.attributes, "office", office), OK);
	record.payloads[0] = (struct record_payload){
		.role = "output", .hash = hash_of(bytes_of_text(output)), .len = strlen(output)};
	buffer_init(leaf, LIMIT_RECORD_BYTES);
	assert_int_equal(record_format(&record, leaf), OK);
	hash = record_leaf_hash(buffer_bytes(leaf));
	assert_int_equal(tree_append(&tall->tree, &hash, write_node, tall), OK);
}

static void grow(struct seal_scene *place, struct tall *tall)
{
	struct seal_sign sign = {.older = 0};

	*tall = (struct tall){.note = ""};
	tree_init(&tall->tree);
	add(place, tall, SEAL_DECIDED, "BCTHN", "<a>1</a>");
	add(place, tall, SEAL_DECIDED, "BCTHP", "<a>2</a>");
	add(place, tall, "Translated", "BCTHN", "<a>3</a>");
	add(place, tall, SEAL_DECIDED, "NOBODY", "<a>4</a>");
	add(place, tall, SEAL_DECIDED, NULL, "<a>5</a>");
	add(place, tall, "SubmissionAcceptance", "BCTHN", "<a>6</a>");
	sign.checkpoint.size = tall->tree.size;
	sign.checkpoint.root = tree_root(&tall->tree);
	strcpy(sign.checkpoint.origin, SEAL_SCENE_NAME "/1");
	assert_int_equal(seal_scene_ask(place, &sign, &tall->note), OK);
}

static void clear(struct tall *tall)
{
	for (size_t i = 0; i < RECORDS; i++)
		buffer_clear(&tall->leaves[i]);
}

/* The signature for a record; borrowed from the place's arena. */
static struct bytes ask(struct seal_scene *place, struct tall *tall, size_t number)
{
	struct seal_document document = {.leaf = buffer_bytes(&tall->leaves[number - 1])};
	struct buffer question, answer;
	struct unpack from;
	struct bytes copy;

	assert_int_equal(
		tree_prove_inclusion(number - 1, tall->tree.size, read_node, tall, &document.proof),
		OK);
	buffer_init(&question, 1 << 20);
	buffer_init(&answer, 1 << 20);
	seal_pack_documents(&question, bytes_of_text(tall->note), 1);
	seal_pack_document(&question, &document);
	assert_int_equal(seal_sign_documents(place->seal, buffer_bytes(&question), DAY, &answer),
			 OK);
	copy = bytes_of(arena_copy(place->arena, buffer_bytes(&answer)), answer.len);
	unpack_init(&from, copy);
	assert_int_equal(unpack_u32(&from), 1);
	copy = unpack_bytes(&from);
	buffer_clear(&question);
	buffer_clear(&answer);
	return copy;
}

/* ---- Keys ---- */

static const char *save(struct seal_scene *place, const char *name, mode_t mode, struct bytes pem)
{
	const char *path = seal_scene_path(place, name);

	assert_int_equal(file_make(path, mode, pem), OK);
	return path;
}

/* An office whose certificate an authority issued; its file holds the authority too. */
static void make_office(struct seal_scene *place, struct config_office *office, const char *code,
			const struct pki *authority)
{
	struct pki own =
		pki_make(&(struct pki_wish){.name = code, .uid = code, .issuer = authority});
	struct bytes first = pki_pem(&own, place->arena), second = pki_pem(authority, place->arena);
	const char *name = arena_format(place->arena, "seal/office-%s", code);
	struct buffer chain;

	buffer_init(&chain, 1 << 16);
	buffer_put(&chain, first);
	buffer_put(&chain, second);
	*office = (struct config_office){
		.code = code,
		.party = "bct",
		.key = save(place, arena_format(place->arena, "%s.key", name), 0600,
			    pki_key_pem(&own, place->arena)),
		.certificate = save(place, arena_format(place->arena, "%s.crt", name), 0644,
				    buffer_bytes(&chain))};
	buffer_clear(&chain);
	pki_clear(&own);
}

static void make_document_key(struct seal_scene *place)
{
	struct document_key_rotation rotation = {.directory = place->directory,
						 .name = SEAL_SCENE_NAME,
						 .country = "VN",
						 .now_ms = UINT64_C(1795312800000)};
	struct document_key key;

	assert_int_equal(document_key_rotate(&rotation, place->arena, &key), OK);
	seal_close(place->seal);
	assert_int_equal(seal_open(place->directory, SEAL_SCENE_NAME, &place->seal), OK);
}

static struct config_office offices[2];

static void open_offices(struct seal_scene *place, const char *expected_bad, enum err expected)
{
	struct config config = {.offices = offices, .office_count = 2};
	const char *bad = NULL;
	enum err why = OK;

	assert_int_equal(seal_open_offices(place->seal, &config, &bad, &why), OK);
	assert_int_equal(why, expected);
	if (expected_bad != NULL)
		assert_string_equal(bad, expected_bad);
}

static int begin(void **state)
{
	struct pki authority = pki_make(&(struct pki_wish){.name = "MOIT CA", .is_ca = true});
	struct seal_scene *place;

	(void)seal_scene_begin(state);
	place = *state;
	make_document_key(place);
	make_office(place, &offices[0], "BCTHN", &authority);
	make_office(place, &offices[1], "BCTHP", &authority);
	pki_clear(&authority);
	return 0;
}

/* ---- What a signature says ---- */

static bool holds(struct bytes text, struct bytes part)
{
	return part.len > 0 && memmem(text.at, text.len, part.at, part.len) != NULL;
}

static struct bytes in_base64(struct seal_scene *place, struct bytes plain)
{
	struct buffer text;
	struct bytes copy;

	buffer_init(&text, 1 << 16);
	base64_format(plain, &text);
	copy = bytes_of(arena_copy(place->arena, buffer_bytes(&text)), text.len);
	buffer_clear(&text);
	return copy;
}

static bool is_over(struct seal_scene *place, struct bytes signature, const char *document)
{
	struct hash hash = hash_of(bytes_of_text(document));

	return holds(signature, in_base64(place, hash_bytes(&hash)));
}

static size_t certificates_of(struct seal_scene *place, const struct config_office *office,
			      struct bytes ret_der[2])
{
	struct bytes pem;
	size_t count = 0;

	assert_int_equal(file_read(office->certificate, 1 << 16, place->arena, &pem), OK);
	assert_int_equal(certificate_read_all(pem, place->arena, ret_der, 2, &count), OK);
	return count;
}

static bool is_by(struct seal_scene *place, struct bytes signature,
		  const struct config_office *office)
{
	struct bytes der[2];

	assert_int_equal(certificates_of(place, office, der), 2);
	return holds(signature, in_base64(place, der[0]));
}

static void an_office_signs_what_its_officer_decided_with_its_chain(void **state)
{
	struct seal_scene *place = *state;
	struct bytes signature, der[2];
	struct tall tall;

	open_offices(place, NULL, OK);
	grow(place, &tall);
	signature = ask(place, &tall, 1);
	assert_true(is_over(place, signature, "<a>1</a>"));
	assert_true(is_by(place, signature, &offices[0]));
	assert_false(is_by(place, signature, &offices[1]));
	assert_int_equal(certificates_of(place, &offices[0], der), 2);
	assert_true(holds(signature, in_base64(place, der[1])));
	signature = ask(place, &tall, 2);
	assert_true(is_over(place, signature, "<a>2</a>"));
	assert_true(is_by(place, signature, &offices[1]));
	clear(&tall);
}

static void neither_the_node_nor_an_office_signs_what_is_the_others(void **state)
{
	struct seal_scene *place = *state;
	struct bytes signature;
	struct tall tall;

	open_offices(place, NULL, OK);
	grow(place, &tall);
	signature = ask(place, &tall, 3); /* a translation, whatever office it says */
	assert_true(is_over(place, signature, "<a>3</a>"));
	assert_false(is_by(place, signature, &offices[0]));
	assert_int_equal(ask(place, &tall, 4).len, 0); /* no key of that office */
	assert_int_equal(ask(place, &tall, 5).len, 0); /* no office */
	assert_int_equal(ask(place, &tall, 6).len, 0); /* no decision */
	clear(&tall);
}

static void a_decision_that_is_not_in_the_ledger_is_not_signed(void **state)
{
	struct seal_scene *place = *state;
	struct tall tall, forged;

	open_offices(place, NULL, OK);
	grow(place, &tall);
	forged = (struct tall){.note = tall.note};
	tree_init(&forged.tree);
	add(place, &forged, SEAL_DECIDED, "BCTHN", "<a>forged</a>");
	buffer_clear(&tall.leaves[0]);
	tall.leaves[0] = forged.leaves[0];
	assert_int_equal(ask(place, &tall, 1).len, 0);
	clear(&tall);
}

static void without_its_key_an_office_signs_nothing_and_others_do(void **state)
{
	struct seal_scene *place = *state;
	struct tall tall;

	assert_int_equal(remove(offices[0].key), 0);
	open_offices(place, "BCTHN", ERR_MISSING);
	grow(place, &tall);
	assert_int_equal(ask(place, &tall, 1).len, 0);
	assert_true(is_over(place, ask(place, &tall, 2), "<a>2</a>"));
	assert_true(is_over(place, ask(place, &tall, 3), "<a>3</a>"));
	clear(&tall);
}

static void a_key_that_others_can_read_is_not_used(void **state)
{
	struct seal_scene *place = *state;

	assert_int_equal(chmod(offices[1].key, 0644), 0);
	open_offices(place, "BCTHP", ERR_DENIED);
}

static void a_certificate_of_another_key_is_not_used(void **state)
{
	struct seal_scene *place = *state;

	offices[1].certificate = offices[0].certificate;
	open_offices(place, "BCTHP", ERR_CONFLICT);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, seal_scene_end)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(an_office_signs_what_its_officer_decided_with_its_chain),
		TEST(neither_the_node_nor_an_office_signs_what_is_the_others),
		TEST(a_decision_that_is_not_in_the_ledger_is_not_signed),
		TEST(without_its_key_an_office_signs_nothing_and_others_do),
		TEST(a_key_that_others_can_read_is_not_used),
		TEST(a_certificate_of_another_key_is_not_used),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
