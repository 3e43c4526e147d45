/*
 * evidence: what witnesses and a time stamping authority say of later checkpoints.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "node/cosigned.h"
#include "node/file.h"
#include "node/stamped.h"
#include "tests/support/evidence_parts.h"
#include "tests/support/evidence_scene.h"
#include "tests/support/tsa.h"

static struct arena *arena(void)
{
	return evidence_scene.fixture->arena;
}

#define WITNESS "th.test.example"

/* A line of a witness for the checkpoint that covers the record, put into the side table. */
static void countersign(uint64_t number, const char *country, const char *name, struct key *key)
{
	struct node_fixture *fixture = evidence_scene.fixture;
	struct checkpoint checkpoint;
	struct buffer line;
	struct bytes note;

	assert_int_equal(ledger_checkpoint_first_covering(fixture->turn.ledger, number,
							  fixture->arena, &note),
			 OK);
	assert_int_equal(checkpoint_parse(note, &checkpoint), OK);
	buffer_init(&line, COSIGNATURE_MAX_BYTES);
	assert_int_equal(cosignature_sign(note, name, key, 1795340648, &line), OK);
	node_fixture_begin(fixture);
	assert_int_equal(
		cosigned_put(&fixture->turn, country, checkpoint.size, buffer_bytes(&line)), OK);
	assert_int_equal(node_fixture_commit(fixture), OK);
	buffer_clear(&line);
}

static void trust_witness(struct evidence_anchors *anchors, const char *name, struct key *key)
{
	struct cosigner cosigner = {0};
	struct buffer text;

	(void)snprintf(cosigner.name, sizeof(cosigner.name), "%s", name);
	key_get_public(key, cosigner.public_key);
	buffer_init(&text, 1024);
	assert_int_equal(cosigner_format(&cosigner, &text), OK);
	buffer_put_byte(&text, 0);
	assert_int_equal(evidence_anchors_add(anchors, (const char *)text.at), OK);
	buffer_clear(&text);
}

static void put_stamp(uint64_t number, struct bytes token)
{
	struct node_fixture *fixture = evidence_scene.fixture;
	struct stamped stamped = {.time_ms = 5, .authority = "CN=x", .token = token};
	struct checkpoint checkpoint;
	struct buffer body;
	struct bytes note;
	struct hash hash;

	assert_int_equal(ledger_checkpoint_first_covering(fixture->turn.ledger, number,
							  fixture->arena, &note),
			 OK);
	assert_int_equal(checkpoint_parse(note, &checkpoint), OK);
	stamped.number = checkpoint.size;
	hash = hash_of(note);
	buffer_init(&body, 65536);
	stamped_pack(&body, &stamped, &hash);
	node_fixture_begin(fixture);
	assert_int_equal(stamped_serve(&fixture->turn, buffer_bytes(&body)), OK);
	assert_int_equal(node_fixture_commit(fixture), OK);
	buffer_clear(&body);
}

/* Asked as the courier does; the reply is of `openssl ts`. */
static struct bytes stamp_of(const struct tsa *tsa, uint64_t number)
{
	struct stamp_question question = {.policy = "", .nonce = "\x01nonce!"};
	struct stamp_trust *trust;
	enum stamp_verdict verdict;
	struct bytes note, token;
	struct buffer der;
	struct stamp stamp;

	assert_int_equal(ledger_checkpoint_first_covering(evidence_scene.fixture->turn.ledger,
							  number, arena(), &note),
			 OK);
	question.digest = hash_of(note);
	buffer_init(&der, STAMP_QUESTION_BYTES);
	assert_int_equal(stamp_question_put(&question, &der), OK);
	assert_int_equal(stamp_trust_new(&trust), OK);
	assert_int_equal(stamp_trust_add(trust, tsa->authority), OK);
	assert_int_equal(stamp_reply_check(trust, tsa_reply(tsa, buffer_bytes(&der), arena()),
					   &question, arena(), &verdict, &stamp, &token),
			 OK);
	assert_int_equal(verdict, STAMP_GOOD);
	stamp_trust_free(trust);
	buffer_clear(&der);
	return token;
}

static enum err check_with(struct bytes file, const struct evidence_anchors *anchors,
			   struct evidence *ret_evidence, struct evidence_fault *ret_fault)
{
	*ret_fault = (struct evidence_fault){.code = "", .part = "", .where = ""};
	return evidence_check(file, anchors, arena(), ret_evidence, ret_fault);
}

/* What the next tests change: the file, and who is believed. */
static struct bytes later;
static struct evidence_anchors later_anchors;

/* The node's clock is years ahead when a message comes; the authority's is not. */
static void tell_of_a_clock_ahead(const struct tsa *tsa)
{
	struct node_fixture *fixture = evidence_scene.fixture;
	struct intake_answer answer;
	struct evidence_fault fault;
	struct evidence evidence;
	uint64_t number;

	node_fixture_set_date(fixture, "2999-01-04");
	answer = node_fixture_lodge(fixture, "gom", "<ahead/>", node_fixture_export,
				    PAIRS("reference", "AHEAD"));
	node_fixture_set_date(fixture, "2026-11-20");
	evidence_scene_sign();
	number = node_fixture_size(fixture);
	put_stamp(number, stamp_of(tsa, number));
	assert_int_equal(check_with(evidence_scene_make(answer.message, "court"), &later_anchors,
				    &evidence, &fault),
			 OK);
	assert_int_equal(evidence.later_count, 1);
	assert_true(evidence.later[0].stamp_time_ms > 1000);
	assert_int_equal(evidence.later[0].late, evidence.count);
	assert_true(evidence.count > 0);
	assert_int_equal(check_with(evidence_scene_make(answer.message, "court"),
				    &evidence_scene.anchors, &evidence, &fault),
			 OK);
	assert_int_equal(evidence.later[0].late, 0); /* nobody believed says so */
}

/* Two witnesses, of whom one is known, and a stamp, on the file's own checkpoint and a later one. */
static void what_others_say_of_later_checkpoints_is_carried_and_verified(void **state)
{
	char folder[] = "/tmp/sampan-evidence-XXXXXX";
	uint64_t first, last;
	struct bytes again;
	struct evidence_fault fault;
	struct evidence evidence;
	struct key *th, *la;
	struct tsa tsa;

	(void)state;
	later_anchors = evidence_scene.anchors;
	assert_non_null(mkdtemp(folder));
	tsa = tsa_make(arena_format(arena(), "%s/tsa", folder), &(struct tsa_wish){0}, arena());
	assert_int_equal(key_new(&th), OK);
	assert_int_equal(key_new(&la), OK);
	trust_witness(&later_anchors, WITNESS, th);
	assert_int_equal(stamp_trust_new(&later_anchors.stamps), OK);
	assert_int_equal(stamp_trust_add(later_anchors.stamps, tsa.authority), OK);
	again = evidence_scene_make(evidence_scene.exported, "broker");
	assert_int_equal(check_with(again, &later_anchors, &evidence, &fault), OK);
	assert_int_equal(evidence.later_count, 0);

	first = evidence.checkpoint.size;
	(void)node_fixture_lodge(evidence_scene.fixture, "gom", "<later/>", node_fixture_export,
				 PAIRS("reference", "LATER"));
	evidence_scene_sign();
	last = node_fixture_size(evidence_scene.fixture);
	countersign(last, "TH", WITNESS, th);
	countersign(first, "LA", "la.test.example", la);
	put_stamp(last, stamp_of(&tsa, last));
	later = evidence_scene_make(evidence_scene.exported, "broker");
	assert_int_equal(check_with(later, &later_anchors, &evidence, &fault), OK);
	assert_int_equal(evidence.later_count, 2);
	assert_int_equal(evidence.later[0].size, first);
	assert_string_equal(evidence.later[0].cosignatures[0].name, "la.test.example");
	assert_false(evidence.later[0].cosignatures[0].is_vouched_for);
	assert_false(evidence.later[0].is_stamped);
	assert_int_equal(evidence.later[1].size, last);
	assert_string_equal(evidence.later[1].cosignatures[0].name, WITNESS);
	assert_true(evidence.later[1].cosignatures[0].is_vouched_for);
	assert_int_equal(evidence.later[1].cosignatures[0].time_s, 1795340648);
	assert_non_null(strstr(evidence.later[1].authority, "CN="));
	assert_true(evidence.later[1].stamp_time_ms > 1000);

	/* more of the same changes nothing */
	countersign(last, "LA", "la.test.example", la);
	again = evidence_scene_make(evidence_scene.exported, "broker");
	assert_true(bytes_equal(later, again));

	/* without these anchors all is proved but this, which is said */
	assert_int_equal(check_with(later, &evidence_scene.anchors, &evidence, &fault), OK);
	assert_false(evidence.later[1].cosignatures[0].is_vouched_for);
	assert_string_equal(evidence.later[1].authority, "");
	tell_of_a_clock_ahead(&tsa);
	key_free(th);
	key_free(la);
	assert_int_equal(system(arena_format(arena(), "rm -rf %s", folder)), 0);
}

/* With right checksums, whoever is believed. */
static void no_byte_of_what_others_say_can_be_another(void **state)
{
	struct evidence_parts parts = evidence_parts_of(later);
	const struct evidence_anchors *all[] = {&later_anchors, &evidence_scene.anchors};
	struct arena *own = arena_new((size_t)64 << 20);
	size_t looked = 0;

	(void)state;
	for (size_t i = 0; i < parts.count; i++) {
		struct bytes was = parts.items[i].content;
		uint8_t *changed = arena_copy(arena(), was);
		const char *name = parts.items[i].name;
		const char *code = strstr(name, "/cosignature-") != NULL ? "cosignature"
				   : strstr(name, "/stamp.tst") != NULL  ? "stamp"
									 : "checkpoint-signature";

		if (strncmp(name, "later/", 6) != 0)
			continue;
		parts.items[i].content.at = changed;
		for (size_t at = 0; at < was.len; at += 1 + was.len / 500) {
			struct evidence_fault fault = {.code = ""};
			struct evidence evidence;

			changed[at] ^= (uint8_t)(1u << at % 8);
			for (size_t a = 0; a < 2; a++) {
				struct bytes file = evidence_parts_join(&parts);

				arena_clear(own);
				if (evidence_check(file, all[a], own, &evidence, &fault) !=
				    ERR_FORMAT)
					fail_msg("byte %zu of %s", at, name);
				assert_string_equal(fault.part, name);
				assert_string_equal(fault.code, code);
			}
			changed[at] = was.at[at];
			looked++;
		}
		parts.items[i].content = was;
	}
	assert_true(looked > 1000);
	arena_free(own);
}

/* The part with another content, and its hash where the file says it. */
static struct bytes forge(struct evidence_parts *parts, const char *name, struct bytes content)
{
	struct zip_item *item = evidence_parts_find(parts, name);
	struct hash old = hash_of(item->content), new = hash_of(content);
	char from[HASH_HEX_BYTES], to[HASH_HEX_BYTES];

	hash_format_hex(&old, from);
	hash_format_hex(&new, to);
	item->content = content;
	evidence_parts_replace(evidence_parts_find(parts, "evidence.json"), from, to);
	return evidence_parts_join(parts);
}

static const char *later_part(struct evidence_parts *parts, size_t nth, const char *ending)
{
	for (size_t i = 0; i < parts->count; i++)
		if (strncmp(parts->items[i].name, "later/", 6) == 0 &&
		    strstr(parts->items[i].name, ending) != NULL && nth-- == 0)
			return parts->items[i].name;
	fail_msg("no such part: %s", ending);
	return "";
}

/* A forger puts hashes right too: of whom the verifier knows, nothing can be claimed. */
static void what_is_claimed_of_who_is_known_must_hold(void **state)
{
	struct evidence_parts parts = evidence_parts_of(later);
	const char *line = later_part(&parts, 1, "cosignature-00.txt");
	struct bytes was = evidence_parts_find(&parts, line)->content;
	uint8_t *moved = arena_copy(arena(), was);
	size_t time = strlen("\xE2\x80\x94 " WITNESS " ") + 12; /* within the base64 */
	struct evidence_fault fault;
	struct evidence evidence;

	(void)state;
	moved[time] = moved[time] == 'A' ? 'B' : 'A';
	assert_int_equal(check_with(forge(&parts, line, bytes_of(moved, was.len)), &later_anchors,
				    &evidence, &fault),
			 ERR_FORMAT);
	assert_string_equal(fault.code, "cosignature");
	assert_string_equal(fault.part, line);
}

/* The maker takes the first word of each: a line more would be counted as one more who vouches. */
static void nobody_speaks_twice(void **state)
{
	struct evidence_parts parts = evidence_parts_of(later);
	const char *line = later_part(&parts, 1, "cosignature-00.txt");
	const char *second =
		arena_format(arena(), "%.*s1.txt", (int)(strlen(line) - strlen("0.txt")), line);
	struct zip_item *item = evidence_parts_find(&parts, line);
	size_t at = (size_t)(item - parts.items);
	struct hash hash = hash_of(item->content);
	char hex[HASH_HEX_BYTES];
	struct evidence_fault fault;
	struct evidence evidence;

	(void)state;
	hash_format_hex(&hash, hex);
	evidence_parts_replace(evidence_parts_find(&parts, "evidence.json"),
			       arena_format(arena(), "\"%s\"", hex),
			       arena_format(arena(), "\"%s\",\"%s\"", hex, hex));
	memmove(&parts.items[at + 1], &parts.items[at],
		(parts.count++ - at) * sizeof(parts.items[0]));
	parts.items[at + 1].name = second;
	assert_int_equal(check_with(evidence_parts_join(&parts), &later_anchors, &evidence, &fault),
			 ERR_FORMAT);
	assert_string_equal(fault.code, "cosignature");
	assert_string_equal(fault.part, second);
}

static void put_line(uint64_t number, const char *country, struct bytes line)
{
	struct node_fixture *fixture = evidence_scene.fixture;

	node_fixture_begin(fixture);
	assert_int_equal(cosigned_put(&fixture->turn, country, number, line), OK);
	assert_int_equal(node_fixture_commit(fixture), OK);
}

/* Such as an older program kept, or of a partner that is here under another country now. */
static void what_no_verifier_would_take_is_not_carried(void **state)
{
	const char *const odd[] = {"", "no line\n", "\xE2\x80\x94 id.test.example AAAA\n"};
	static const char *const countries[] = {"BN", "ID", "KH"};
	uint64_t number = node_fixture_size(evidence_scene.fixture);
	struct evidence_fault fault;
	struct evidence evidence;
	struct bytes note, far, open;
	struct buffer line;
	struct key *key;

	(void)state;
	assert_int_equal(key_new(&key), OK);
	assert_int_equal(ledger_checkpoint_first_covering(evidence_scene.fixture->turn.ledger,
							  number, arena(), &note),
			 OK);
	buffer_init(&line, COSIGNATURE_MAX_BYTES);
	assert_int_equal(
		cosignature_sign(note, "my.test.example", key, COSIGNATURE_LAST_S + 1, &line), OK);
	assert_int_equal(buffer_give(&line, arena(), &far), OK);
	buffer_clear(&line);
	buffer_init(&line, COSIGNATURE_MAX_BYTES);
	assert_int_equal(cosignature_sign(note, "sg.test.example", key, 7, &line), OK);
	assert_int_equal(buffer_give(&line, arena(), &open), OK);
	for (size_t i = 0; i < 3; i++)
		put_line(number, countries[i], bytes_of_text(odd[i]));
	put_line(number, "MY", far);
	put_line(number, "SG", bytes_of(open.at, open.len - 1));
	countersign(number, "ZZ", WITNESS, key);
	assert_int_equal(check_with(evidence_scene_make(evidence_scene.exported, "broker"),
				    &later_anchors, &evidence, &fault),
			 OK);
	assert_int_equal(evidence.later_count, 2);
	assert_int_equal(evidence.later[0].count + evidence.later[1].count, 2);
	buffer_clear(&line);
	key_free(key);
}

static void a_stamp_of_something_else_is_refused(void **state)
{
	struct evidence_anchors anchors = later_anchors;
	struct evidence_parts parts = evidence_parts_of(later);
	struct evidence_fault fault;
	struct evidence evidence;
	struct bytes token, pem, forged;

	(void)state;
	assert_int_equal(file_read("tests/fuzz/corpus/stamp/token", 65536, arena(), &token), OK);
	assert_int_equal(file_read("tests/data/stamp/ca.pem", 65536, arena(), &pem), OK);
	forged = forge(&parts, later_part(&parts, 0, "stamp.tst"), token);
	/* nobody who is known vouches for it: it counts for nothing */
	assert_int_equal(check_with(forged, &later_anchors, &evidence, &fault), OK);
	assert_string_equal(evidence.later[1].authority, "");
	assert_int_equal(stamp_trust_new(&anchors.stamps), OK);
	assert_int_equal(stamp_trust_add(anchors.stamps, pem), OK);
	assert_int_equal(check_with(forged, &anchors, &evidence, &fault), ERR_FORMAT);
	assert_string_equal(fault.code, "stamp");
	stamp_trust_free(anchors.stamps);
}

static void later_checkpoints_are_of_the_same_history_and_of_use(void **state)
{
	static const struct {
		const char *old, *new, *code;
	} changes[] = {
		{"\"consistency\":[],\"cosignatures\"",
		 "\"consistency\":[\"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\"],\"cosignatures\"",
		 "history"},
		{"\"later\":[", "\"later\":[{\"size\":1,\"consistency\":[]},", "part-missing"},
		{"\"later\":[", "\"later\":[7,", "manifest"},
		{"\"later\":[{\"size\"", "\"later\":[{\"more\":1,\"size\"", "manifest"},
		{"\"later\":[{", "\"later\":[],\"later\":[{", "manifest"},
	};
	struct evidence_parts parts = evidence_parts_of(later);
	const char *notes[] = {later_part(&parts, 0, "checkpoint.txt"),
			       later_part(&parts, 1, "checkpoint.txt")};
	struct bytes other = evidence_parts_find(&parts, notes[0])->content;
	struct evidence_fault fault;
	struct evidence evidence;

	(void)state;
	evidence_parts_find(&parts, notes[0])->content =
		evidence_parts_find(&parts, notes[1])->content;
	evidence_parts_find(&parts, notes[1])->content = other;
	assert_int_equal(check_with(evidence_parts_join(&parts), &later_anchors, &evidence, &fault),
			 ERR_FORMAT);
	assert_string_equal(fault.code, "checkpoint-form");
	for (size_t i = 0; i < sizeof(changes) / sizeof(changes[0]); i++) {
		parts = evidence_parts_of(later);
		evidence_parts_replace(evidence_parts_find(&parts, "evidence.json"), changes[i].old,
				       changes[i].new);
		assert_int_equal(
			check_with(evidence_parts_join(&parts), &later_anchors, &evidence, &fault),
			ERR_FORMAT);
		if (strcmp(fault.code, changes[i].code) != 0)
			fail_msg("change %zu: %s", i, fault.code);
	}
	stamp_trust_free(later_anchors.stamps);
	later_anchors.stamps = NULL;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_others_say_of_later_checkpoints_is_carried_and_verified),
		cmocka_unit_test(no_byte_of_what_others_say_can_be_another),
		cmocka_unit_test(what_is_claimed_of_who_is_known_must_hold),
		cmocka_unit_test(nobody_speaks_twice),
		cmocka_unit_test(what_no_verifier_would_take_is_not_carried),
		cmocka_unit_test(a_stamp_of_something_else_is_refused),
		cmocka_unit_test(later_checkpoints_are_of_the_same_history_and_of_use),
	};

	return cmocka_run_group_tests(tests, evidence_scene_open, evidence_scene_close);
}
