#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "node/document_key.h"
#include "node/file.h"
#include "node/record.h"
#include "node/seal.h"
#include "sampan/base64.h"
#include "tests/support/seal_scene.h"

static enum err ask_for(struct seal_scene *place, struct seal_tree *memory, uint64_t older,
			uint64_t size)
{
	struct seal_sign sign = seal_scene_question(memory, older, size);

	return seal_scene_ask(place, &sign, NULL);
}

static void what_it_signs_is_a_checkpoint_that_the_public_key_believes(void **state)
{
	struct seal_scene *place = *state;
	struct seal_sign sign = seal_scene_question(&place->honest, 0, 5);
	struct checkpoint read;
	const char *note;

	assert_int_equal(seal_scene_ask(place, &sign, &note), OK);
	assert_int_equal(checkpoint_verify(bytes_of_text(note), place->public_key, &read), OK);
	assert_int_equal(read.size, 5);
	assert_true(hash_equal(&read.root, &sign.checkpoint.root));
	assert_string_equal(read.origin, SEAL_SCENE_NAME "/1");
}

static void it_signs_what_extends_the_last(void **state)
{
	struct seal_scene *place = *state;

	assert_int_equal(ask_for(place, &place->honest, 0, 1), OK);
	for (uint64_t size = 1; size < SEAL_SCENE_LEAVES; size += 1 + size % 7)
		assert_int_equal(ask_for(place, &place->honest, size,
					 size + 1 + size % 7 > SEAL_SCENE_LEAVES
						 ? SEAL_SCENE_LEAVES
						 : size + 1 + size % 7),
				 OK);
}

static void the_same_again_gives_the_same_note(void **state)
{
	struct seal_scene *place = *state;
	struct seal_sign sign = seal_scene_question(&place->honest, 0, 9);
	const char *first, *again;

	assert_int_equal(seal_scene_ask(place, &sign, &first), OK);
	assert_int_equal(seal_scene_ask(place, &sign, &again), OK);
	assert_string_equal(first, again);
	sign.older = 3; /* what the asker believes about the past does not matter then */
	assert_int_equal(seal_scene_ask(place, &sign, &again), OK);
	assert_string_equal(first, again);
}

static void another_root_at_the_same_size_is_refused(void **state)
{
	struct seal_scene *place = *state;

	assert_int_equal(ask_for(place, &place->honest, 0, 9), OK);
	assert_int_equal(ask_for(place, &place->forged, 0, 9), ERR_DENIED);
	assert_int_equal(ask_for(place, &place->forged, 9, 9), ERR_DENIED);
}

static void a_smaller_size_is_refused(void **state)
{
	struct seal_scene *place = *state;

	assert_int_equal(ask_for(place, &place->honest, 0, 9), OK);
	assert_int_equal(ask_for(place, &place->honest, 0, 8), ERR_DENIED);
	assert_int_equal(ask_for(place, &place->honest, 4, 8), ERR_DENIED);
}

static void a_rewritten_past_is_refused(void **state)
{
	struct seal_scene *place = *state;
	struct seal_sign sign;

	assert_int_equal(ask_for(place, &place->honest, 0, 9), OK);
	assert_int_equal(ask_for(place, &place->forged, 9, 20), ERR_DENIED);
	sign = seal_scene_question(&place->honest, 9, 20);
	sign.checkpoint.root = tree_root(&place->forged.trees[20]);
	assert_int_equal(seal_scene_ask(place, &sign, NULL), ERR_DENIED);
	assert_int_equal(ask_for(place, &place->honest, 9, 20), OK);
}

static void a_proof_from_another_size_than_the_last_is_refused(void **state)
{
	struct seal_scene *place = *state;
	struct seal_sign sign;

	assert_int_equal(ask_for(place, &place->honest, 0, 9), OK);
	assert_int_equal(ask_for(place, &place->honest, 8, 20), ERR_DENIED);
	assert_int_equal(ask_for(place, &place->honest, 0, 20), ERR_DENIED);
	sign = seal_scene_question(&place->honest, 9, 20);
	sign.proof.count--;
	assert_int_equal(seal_scene_ask(place, &sign, NULL), ERR_DENIED);
}

static void another_origin_or_epoch_is_refused(void **state)
{
	struct seal_scene *place = *state;
	struct seal_sign sign = seal_scene_question(&place->honest, 0, 9);

	strcpy(sign.checkpoint.origin, SEAL_SCENE_NAME "/2");
	assert_int_equal(seal_scene_ask(place, &sign, NULL), ERR_DENIED);
	strcpy(sign.checkpoint.origin, "th.sampan.example/1");
	assert_int_equal(seal_scene_ask(place, &sign, NULL), ERR_DENIED);
	sign = seal_scene_question(&place->honest, 0, 1);
	sign.checkpoint.size = 0;
	assert_int_equal(seal_scene_ask(place, &sign, NULL), ERR_DENIED);
}

static void it_remembers_across_a_restart(void **state)
{
	struct seal_scene *place = *state;
	struct buffer note;

	assert_int_equal(ask_for(place, &place->honest, 0, 9), OK);
	seal_close(place->seal);
	place->seal = NULL;
	assert_int_equal(seal_open(place->directory, SEAL_SCENE_NAME, &place->seal), OK);
	assert_int_equal(ask_for(place, &place->forged, 0, 9), ERR_DENIED);
	assert_int_equal(ask_for(place, &place->honest, 0, 5), ERR_DENIED);
	buffer_init(&note, CHECKPOINT_MAX_BYTES);
	assert_int_equal(seal_last(place->seal, &note), OK);
	buffer_clear(&note);
	assert_int_equal(ask_for(place, &place->honest, 9, 12), OK);
}

static void a_signature_that_cannot_be_remembered_is_not_given(void **state)
{
	struct seal_scene *place = *state;
	struct rlimit before, none;

	assert_int_equal(getrlimit(RLIMIT_FSIZE, &before), 0);
	none = (struct rlimit){.rlim_cur = 0, .rlim_max = before.rlim_max};
	assert_true(signal(SIGXFSZ, SIG_IGN) != SIG_ERR);
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &none), 0);
	assert_int_not_equal(ask_for(place, &place->honest, 0, 9), OK);
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &before), 0);
	assert_int_equal(ask_for(place, &place->forged, 0, 9), OK);
}

static void without_its_memory_it_does_not_open(void **state)
{
	struct seal_scene *place = *state;
	struct seal *seal = NULL;

	assert_int_equal(unlink(seal_scene_path(place, SEAL_LAST_FILE)), 0);
	assert_int_equal(seal_open(place->directory, SEAL_SCENE_NAME, &seal), ERR_MISSING);
	assert_int_equal(file_make(seal_scene_path(place, SEAL_LAST_FILE), 0600,
				   bytes_of_text("nonsense\n")),
			 OK);
	assert_int_equal(seal_open(place->directory, SEAL_SCENE_NAME, &seal), ERR_CORRUPT);
	assert_null(seal);
}

static void a_note_of_another_node_is_no_memory(void **state)
{
	struct seal_scene *place = *state;
	struct seal *seal = NULL;

	assert_int_equal(ask_for(place, &place->honest, 0, 9), OK);
	assert_int_equal(seal_open(place->directory, "th.sampan.example", &seal), ERR_CORRUPT);
}

static void before_the_first_signature_there_is_no_last(void **state)
{
	struct seal_scene *place = *state;
	struct buffer note;

	buffer_init(&note, CHECKPOINT_MAX_BYTES);
	assert_int_equal(seal_last(place->seal, &note), ERR_MISSING);
	buffer_clear(&note);
}

static void a_question_comes_back_as_it_was_and_no_part_of_it_does(void **state)
{
	struct seal_scene *place = *state;
	struct seal_sign sign = seal_scene_question(&place->honest, 9, 20), read;
	struct buffer bytes;

	buffer_init(&bytes, 65536);
	seal_pack_sign(&bytes, &sign);
	assert_int_equal(buffer_error(&bytes), OK);
	assert_int_equal(seal_unpack_sign(buffer_bytes(&bytes), &read), OK);
	assert_string_equal(read.checkpoint.origin, sign.checkpoint.origin);
	assert_int_equal(read.checkpoint.size, 20);
	assert_int_equal(read.older, 9);
	assert_int_equal(read.proof.count, sign.proof.count);
	assert_memory_equal(read.proof.path, sign.proof.path, sign.proof.count * HASH_BYTES);
	for (size_t len = 0; len < bytes.len; len++)
		assert_int_equal(seal_unpack_sign(bytes_of(bytes.at, len), &read), ERR_FORMAT);
	buffer_clear(&bytes);
}

/* ---- Documents ---- */

#define DAY "2026-11-22"

/* A ledger's records as the seal is shown them: leaves, their tree, and a note that it signed. */
struct shown {
	struct buffer leaves[8];
	struct hash nodes[4][8];
	struct tree tree;
	const char *note;
};

static enum err read_shown(void *context, unsigned level, uint64_t index, struct hash *ret_hash)
{
	*ret_hash = ((struct shown *)context)->nodes[level][index];
	return OK;
}

static enum err write_shown(void *context, unsigned level, uint64_t index, const struct hash *hash)
{
	((struct shown *)context)->nodes[level][index] = *hash;
	return OK;
}

static void add_record(struct seal_scene *place, struct shown *shown, const char *event,
		       const char *role, const char *output)
{
	uint64_t number = shown->tree.size + 1;
	struct record record = {.number = number,
				.time_ms = 1,
				.message = 1,
				.event = event,
				.actor = "node",
				.payload_count = 1};
	struct buffer *leaf = &shown->leaves[number - 1];
	struct hash hash;

	facts_init(&record.attributes, place->arena);
	record.payloads[0] = (struct record_payload){
		.role = role, .hash = hash_of(bytes_of_text(output)), .len = strlen(output)};
	buffer_init(leaf, LIMIT_RECORD_BYTES);
	assert_int_equal(record_format(&record, leaf), OK);
	hash = record_leaf_hash(buffer_bytes(leaf));
	assert_int_equal(tree_append(&shown->tree, &hash, write_shown, shown), OK);
}

/* 1 a lodgement, 2 and 3 translations, 4 a canonical form; another first one is another tree. */
static void show(struct seal_scene *place, struct shown *shown, const char *first)
{
	*shown = (struct shown){.note = ""};
	tree_init(&shown->tree);
	add_record(place, shown, "SubmissionAcceptance", "document", first);
	add_record(place, shown, "Translated", "output", "<a>2</a>");
	add_record(place, shown, "Translated", "output", "<a>3</a>");
	add_record(place, shown, "Canonicalised", "output", "<a>4</a>");
}

static void hide(struct shown *shown)
{
	for (size_t i = 0; i < 8; i++)
		buffer_clear(&shown->leaves[i]);
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

/* Have the seal sign this tree's checkpoint. */
static void sign_tree(struct seal_scene *place, struct shown *shown)
{
	struct seal_sign sign = {.checkpoint.size = shown->tree.size};

	strcpy(sign.checkpoint.origin, SEAL_SCENE_NAME "/1");
	sign.checkpoint.root = tree_root(&shown->tree);
	assert_int_equal(seal_scene_ask(place, &sign, &shown->note), OK);
}

/* A document as it stands in the tree. */
static struct seal_document document_at(struct shown *shown, uint64_t number)
{
	struct seal_document document = {.leaf = buffer_bytes(&shown->leaves[number - 1])};

	assert_int_equal(tree_prove_inclusion(number - 1, shown->tree.size, read_shown, shown,
					      &document.proof),
			 OK);
	return document;
}

/* The signatures for some documents; borrowed from the place's arena. */
static enum err ask_documents(struct seal_scene *place, const char *note,
			      const struct seal_document *documents, size_t count,
			      struct bytes *ret_signatures)
{
	struct buffer question, answer;
	struct unpack from;
	enum err err;

	buffer_init(&question, 1 << 20);
	buffer_init(&answer, 1 << 20);
	seal_pack_documents(&question, bytes_of_text(note), count);
	for (size_t i = 0; i < count; i++)
		seal_pack_document(&question, &documents[i]);
	err = seal_sign_documents(place->seal, buffer_bytes(&question), DAY, &answer);
	if (err == OK) {
		uint8_t *copy = arena_copy(place->arena, buffer_bytes(&answer));

		unpack_init(&from, bytes_of(copy, answer.len));
		assert_int_equal(unpack_u32(&from), count);
		for (size_t i = 0; i < count; i++)
			ret_signatures[i] = unpack_bytes(&from);
		assert_int_equal(unpack_end(&from), OK);
	}
	buffer_clear(&question);
	buffer_clear(&answer);
	return err;
}

static bool is_over(struct bytes signature, const char *document)
{
	struct hash hash = hash_of(bytes_of_text(document));
	struct buffer text;
	bool is_there;

	buffer_init(&text, 128);
	base64_format(hash_bytes(&hash), &text);
	is_there = memmem(signature.at, signature.len, text.at, text.len) != NULL;
	buffer_clear(&text);
	return is_there;
}

static void documents_with_their_proof_are_signed(void **state)
{
	struct seal_scene *place = *state;
	struct seal_document documents[3];
	struct bytes signatures[3];
	struct shown shown;

	make_document_key(place);
	show(place, &shown, "a");
	sign_tree(place, &shown);
	for (uint64_t i = 0; i < 3; i++)
		documents[i] = document_at(&shown, i + 2);
	assert_int_equal(ask_documents(place, shown.note, documents, 3, signatures), OK);
	assert_true(is_over(signatures[0], "<a>2</a>"));
	assert_true(is_over(signatures[1], "<a>3</a>"));
	assert_true(is_over(signatures[2], "<a>4</a>"));
	hide(&shown);
}

static void a_document_without_its_own_proof_is_not_signed(void **state)
{
	struct seal_scene *place = *state;
	struct seal_document documents[4];
	struct bytes signatures[4];
	struct shown shown;

	make_document_key(place);
	show(place, &shown, "a");
	sign_tree(place, &shown);
	documents[0] = document_at(&shown, 2);
	documents[0].proof.count = 0;
	documents[1] = document_at(&shown, 2);
	documents[1].proof = document_at(&shown, 3).proof;
	documents[2] = document_at(&shown, 1); /* in the tree, and not made to be sent */
	documents[3] = document_at(&shown, 3); /* and one that is in order */
	assert_int_equal(ask_documents(place, shown.note, documents, 4, signatures), OK);
	for (size_t i = 0; i < 3; i++)
		assert_int_equal(signatures[i].len, 0);
	assert_true(is_over(signatures[3], "<a>3</a>"));
	hide(&shown);
}

static void a_document_of_a_rewritten_tree_is_not_signed(void **state)
{
	struct seal_scene *place = *state;
	struct bytes signature;
	struct shown shown, forged;
	struct seal_document document;
	char *note;

	make_document_key(place);
	show(place, &shown, "a");
	show(place, &forged, "b");
	sign_tree(place, &shown);
	document = document_at(&forged, 3);
	assert_int_equal(ask_documents(place, shown.note, &document, 1, &signature), OK);
	assert_int_equal(signature.len, 0);
	assert_int_equal(ask_documents(place, "", &document, 1, &signature), ERR_DENIED);
	note = arena_text(place->arena, bytes_of_text(shown.note));
	note[strlen(SEAL_SCENE_NAME "/1\n")] = '3'; /* another size than it signed */
	assert_int_equal(ask_documents(place, note, &document, 1, &signature), ERR_DENIED);
	hide(&shown);
	hide(&forged);
}

static void an_older_note_of_its_own_does_as_well(void **state)
{
	struct seal_scene *place = *state;
	struct seal_document document;
	struct seal_sign sign = {.older = 4};
	struct bytes signature;
	struct shown shown;
	const char *newer;

	make_document_key(place);
	show(place, &shown, "a");
	sign_tree(place, &shown);
	document = document_at(&shown, 3);
	add_record(place, &shown, "Registered", "document", "x");
	sign.checkpoint.size = 5;
	strcpy(sign.checkpoint.origin, SEAL_SCENE_NAME "/1");
	sign.checkpoint.root = tree_root(&shown.tree);
	assert_int_equal(tree_prove_consistency(4, 5, read_shown, &shown, &sign.proof), OK);
	assert_int_equal(seal_scene_ask(place, &sign, &newer), OK);
	assert_int_equal(ask_documents(place, shown.note, &document, 1, &signature), OK);
	assert_true(is_over(signature, "<a>3</a>"));
	assert_int_equal(ask_documents(place, newer, &document, 1, &signature), OK);
	assert_int_equal(signature.len, 0); /* the proof is not under that one */
	hide(&shown);
}

static void without_a_key_of_that_day_nothing_is_signed(void **state)
{
	struct seal_scene *place = *state;
	struct seal_document document;
	struct bytes signature;
	struct shown shown;

	show(place, &shown, "a");
	sign_tree(place, &shown);
	document = document_at(&shown, 3);
	assert_int_equal(ask_documents(place, shown.note, &document, 1, &signature), ERR_MISSING);
	make_document_key(place);
	assert_int_equal(chmod(seal_scene_path(place, "seal/document-1.key"), 0644), 0);
	seal_close(place->seal);
	place->seal = NULL;
	assert_int_equal(seal_open(place->directory, SEAL_SCENE_NAME, &place->seal), ERR_DENIED);
	hide(&shown);
}

static void what_cannot_be_read_is_not_answered(void **state)
{
	struct seal_scene *place = *state;
	struct seal_document document;
	struct buffer question, answer;
	struct shown shown;

	make_document_key(place);
	show(place, &shown, "a");
	sign_tree(place, &shown);
	document = document_at(&shown, 3);
	buffer_init(&question, 1 << 20);
	seal_pack_documents(&question, bytes_of_text(shown.note), 1);
	seal_pack_document(&question, &document);
	for (size_t len = 0; len < question.len; len++) {
		buffer_init(&answer, 1 << 20);
		assert_int_not_equal(
			seal_sign_documents(place->seal, bytes_of(question.at, len), DAY, &answer),
			OK);
		buffer_clear(&answer);
	}
	buffer_clear(&question);
	hide(&shown);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, seal_scene_begin, seal_scene_end)
	const struct CMUnitTest tests[] = {
		TEST(what_it_signs_is_a_checkpoint_that_the_public_key_believes),
		TEST(it_signs_what_extends_the_last),
		TEST(the_same_again_gives_the_same_note),
		TEST(another_root_at_the_same_size_is_refused),
		TEST(a_smaller_size_is_refused),
		TEST(a_rewritten_past_is_refused),
		TEST(a_proof_from_another_size_than_the_last_is_refused),
		TEST(another_origin_or_epoch_is_refused),
		TEST(it_remembers_across_a_restart),
		TEST(a_signature_that_cannot_be_remembered_is_not_given),
		TEST(without_its_memory_it_does_not_open),
		TEST(a_note_of_another_node_is_no_memory),
		TEST(before_the_first_signature_there_is_no_last),
		TEST(a_question_comes_back_as_it_was_and_no_part_of_it_does),
		cmocka_unit_test_setup_teardown(documents_with_their_proof_are_signed,
						seal_scene_begin, seal_scene_end),
		cmocka_unit_test_setup_teardown(a_document_without_its_own_proof_is_not_signed,
						seal_scene_begin, seal_scene_end),
		cmocka_unit_test_setup_teardown(a_document_of_a_rewritten_tree_is_not_signed,
						seal_scene_begin, seal_scene_end),
		cmocka_unit_test_setup_teardown(an_older_note_of_its_own_does_as_well,
						seal_scene_begin, seal_scene_end),
		cmocka_unit_test_setup_teardown(without_a_key_of_that_day_nothing_is_signed,
						seal_scene_begin, seal_scene_end),
		cmocka_unit_test_setup_teardown(what_cannot_be_read_is_not_answered,
						seal_scene_begin, seal_scene_end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
