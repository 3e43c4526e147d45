/*
 * evidence: the same bytes for the same state, nothing in them that can be changed, and nothing that
 * its reader is not to see.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "messages/word.h"
#include "node/clerk_evidence.h"
#include "node/cosigned.h"
#include "node/evidence_words.h"
#include "node/file.h"
#include "node/stamped.h"
#include "tests/support/evidence_scene.h"
#include "tests/support/mutate.h"
#include "tests/support/page.h"
#include "tests/support/tsa.h"

#define PAGE "docs/evidence.md"
#define TABLE "| event | broker | partner | of its contents the partner |"
#define MAX_BYTES ((size_t)64 << 20)

static const char *const views[] = {"court", "broker", "partner:TH"};
#define VIEWS (sizeof(views) / sizeof(views[0]))

static struct arena *arena(void)
{
	return evidence_scene.fixture->arena;
}

/* ---- Taking apart and putting together ---- */

struct parts {
	struct zip_item items[64];
	size_t count;
};

static struct parts take_apart(struct bytes file)
{
	const struct zip_item *items;
	struct zip_place place;
	struct parts parts;

	assert_int_equal(zip_read(file, arena(), &items, &parts.count, &place), OK);
	assert_true(parts.count <= 64);
	memcpy(parts.items, items, parts.count * sizeof(*items));
	return parts;
}

static enum err fetch(void *context, size_t part, uint64_t offset, size_t max_bytes,
		      struct bytes *ret_bytes)
{
	const struct parts *parts = context;

	*ret_bytes = bytes_of(parts->items[part].content.at + offset, max_bytes);
	return OK;
}

/* With the right headers and checksums. */
static struct bytes put_together(struct parts *parts)
{
	struct zip_part frames[64];
	const struct zip_source source = {
		.parts = frames, .count = parts->count, .fetch = fetch, .context = parts};
	struct buffer file;
	struct bytes bytes;
	uint64_t size;

	for (size_t i = 0; i < parts->count; i++)
		frames[i] =
			(struct zip_part){parts->items[i].name, zip_crc(0, parts->items[i].content),
					  parts->items[i].content.len};
	assert_int_equal(zip_size(frames, parts->count, &size), OK);
	buffer_init(&file, MAX_BYTES);
	assert_int_equal(zip_piece(&source, 0, MAX_BYTES, &file), OK);
	assert_int_equal(buffer_give(&file, arena(), &bytes), OK);
	return bytes;
}

/* It must be there. */
static struct zip_item *part_of(struct parts *parts, const char *name)
{
	size_t i = 0;

	while (i < parts->count && strcmp(parts->items[i].name, name) != 0)
		i++;
	assert_true(i < parts->count);
	return &parts->items[i];
}

static void replace(struct zip_item *item, const char *old, const char *new)
{
	const uint8_t *at = memmem(item->content.at, item->content.len, old, strlen(old));
	struct buffer text;

	assert_non_null(at);
	buffer_init(&text, MAX_BYTES);
	buffer_put(&text, bytes_of(item->content.at, (size_t)(at - item->content.at)));
	buffer_put_text(&text, new);
	at += strlen(old);
	buffer_put(&text, bytes_of(at, (size_t)(item->content.at + item->content.len - at)));
	assert_int_equal(buffer_give(&text, arena(), &item->content), OK);
}

static const char *code_of(struct bytes file)
{
	struct evidence evidence;

	return evidence_scene_check(file, &evidence).code;
}

/* ---- Good files ---- */

static void every_file_is_proved_for_every_reader(void **state)
{
	const uint64_t messages[] = {evidence_scene.exported, evidence_scene.arrived,
				     evidence_scene.refused};
	struct evidence evidence;

	(void)state;
	for (size_t i = 0; i < 3; i++)
		for (size_t j = 0; j < VIEWS; j++) {
			struct bytes file = evidence_scene_make(messages[i], views[j]);
			struct evidence_fault fault = evidence_scene_check(file, &evidence);

			if (fault.code[0] != '\0')
				fail_msg("%s: %s: %s (%s)", views[j], fault.part, fault.code,
					 fault.where);
			assert_int_equal(evidence.message, messages[i]);
			assert_string_equal(evidence.origin, "vn.test.example/1");
		}
}

static void the_same_state_gives_the_same_bytes_in_pieces_of_any_size(void **state)
{
	const struct turn *turn = &evidence_scene.fixture->turn;
	struct bytes whole = evidence_scene_make(evidence_scene.exported, "court");
	const struct evidence_view view = {.reader = EVIDENCE_COURT};
	static const size_t sizes[] = {1, 7, 100, 4096, 1000000};

	(void)state;
	for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
		struct evidence_plan plan;
		struct buffer file;

		buffer_init(&file, MAX_BYTES);
		assert_int_equal(evidence_plan_make(turn, evidence_scene.exported, &view, &plan),
				 OK);
		for (uint64_t at = 0; at < plan.size; at += sizes[i])
			assert_int_equal(evidence_plan_piece(&plan, at, sizes[i], &file), OK);
		assert_true(bytes_equal(buffer_bytes(&file), whole));
		buffer_clear(&file);
	}
}

static void what_is_recorded_of_others_changes_nothing(void **state)
{
	struct bytes before = evidence_scene_make(evidence_scene.exported, "court"), after;

	(void)state;
	(void)node_fixture_lodge(evidence_scene.fixture, "nong-san", "<other/>",
				 node_fixture_export,
				 PAIRS("from", "0301442986", "exporter", "0301442986"));
	after = evidence_scene_make(evidence_scene.exported, "court");
	assert_true(bytes_equal(before, after));
	evidence_scene_sign();
	after = evidence_scene_make(evidence_scene.exported, "court");
	assert_true(bytes_equal(before, after));
}

static void what_is_not_signed_for_yet_has_to_wait(void **state)
{
	const struct evidence_view view = {.reader = EVIDENCE_COURT};
	const struct turn *turn = &evidence_scene.fixture->turn;
	struct evidence_plan plan;
	uint64_t number = node_fixture_lodge(evidence_scene.fixture, "gom", "<more/>",
					     node_fixture_export, PAIRS("reference", "R2"))
				  .message;

	(void)state;
	assert_int_equal(evidence_plan_make(turn, number, &view, &plan), ERR_UNAVAILABLE);
	evidence_scene_sign();
	assert_int_equal(evidence_plan_make(turn, number, &view, &plan), OK);
	assert_int_equal(evidence_plan_make(turn, number + 1, &view, &plan), ERR_MISSING);
	assert_int_equal(evidence_plan_make(turn, 1000000, &view, &plan), ERR_MISSING);
}

/* ---- Changed bytes ---- */

/* The part that a byte of the file is in; "" between them. */
static const char *part_at(struct bytes file, struct parts *parts, size_t at)
{
	for (size_t i = 0; i < parts->count; i++) {
		size_t begin = (size_t)(parts->items[i].content.at - file.at);

		if (at >= begin && at < begin + parts->items[i].content.len)
			return parts->items[i].name;
	}
	return "";
}

static void a_changed_byte_anywhere_is_refused_with_its_part(void **state)
{
	struct bytes file = evidence_scene_make(evidence_scene.refused, "court");
	struct parts parts = take_apart(file);
	uint8_t *changed = arena_copy(arena(), file);

	(void)state;
	for (size_t at = 0; at < file.len; at++) {
		struct evidence evidence;
		struct evidence_fault fault;
		const char *part = part_at(file, &parts, at);

		changed[at] ^= (uint8_t)(1u << at % 8);
		fault = evidence_scene_check(bytes_of(changed, file.len), &evidence);
		changed[at] = file.at[at];
		if (fault.code[0] == '\0')
			fail_msg("byte %zu of %s", at, part);
		if (part[0] != '\0')
			assert_string_equal(fault.part, part);
	}
}

/* Whoever changes a file puts the checksums right: no byte of any part can be another. */
static void a_changed_byte_of_any_part_is_refused_with_right_checksums(void **state)
{
	static const uint8_t bits[] = {0x01, 0x20, 0x80};
	size_t refused = 0;

	(void)state;
	for (size_t v = 0; v < VIEWS; v++) {
		struct bytes file = evidence_scene_make(evidence_scene.exported, views[v]);
		struct parts parts = take_apart(file);

		for (size_t i = 0; i < parts.count; i++) {
			struct bytes was = parts.items[i].content;
			uint8_t *changed = arena_copy(arena(), was);

			parts.items[i].content.at = changed;
			for (size_t at = 0; at < was.len; at += 1 + was.len / 997) {
				changed[at] ^= bits[at % 3];
				if (code_of(put_together(&parts))[0] == '\0')
					fail_msg("%s: byte %zu of %s", views[v], at,
						 parts.items[i].name);
				changed[at] = was.at[at];
				refused++;
			}
			parts.items[i].content = was;
		}
	}
	assert_true(refused > 5000);
}

/* ---- Changes that make sense ---- */

static void what_is_changed_is_named(void **state)
{
	static const struct {
		const char *part, *old, *new;
		const char *code, *named;
	} changes[] = {
		{"README.txt", "Sampan", "Samban", "readme", "README.txt"},
		{"checkpoint.txt", "vn.test.example/1\n", "vn.best.example/1\n", "ledger-unknown",
		 "checkpoint.txt"},
		{"checkpoint.txt", "\n\n", "\nextension\n\n", "checkpoint-signature",
		 "checkpoint.txt"},
		{"checkpoint.txt", "=\n\n\xE2\x80\x94 vn",
		 "=\n\n\xE2\x80\x94 other AAAAAAAA\n\xE2\x80\x94 vn", "checkpoint-form",
		 "checkpoint.txt"},
		{"evidence.json", "sampan.evidence/1", "sampan.evidence/2", "newer",
		 "evidence.json"},
		{"evidence.json", "\"message\":1,", "\"message\":2,", "leaf-other",
		 "leaves/000000000001.leaf"},
		{"evidence.json", "\"ledger\":\"vn.test.example/1\"",
		 "\"ledger\":\"vn.test.example/2\"", "ledger-other", "evidence.json"},
		{"evidence.json", "{\"format\"", "{ \"format\"", "manifest-form", "evidence.json"},
		{"evidence.json", "\"for\":\"court\"", "\"for\":\"broker\"", "disclosure",
		 "evidence.json"},
		{"evidence.json", "\"for\":\"court\"", "\"for\":\"judge\"", "manifest",
		 "evidence.json"},
		{"evidence.json", "\"consistency\":[",
		 "\"consistency\":[\"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\",", "history",
		 "evidence.json"},
		{"evidence.json", "\"proof\":[",
		 "\"proof\":[\"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\",", "proof",
		 "evidence.json"},
		{"evidence.json", "\"number\":2,", "\"number\":3,", "manifest", "evidence.json"},
		{"evidence.json", "\"role\":\"document\"", "\"role\":\"dokument\"", "manifest-form",
		 "evidence.json"},
		{"receipt.json", "{\"format\"", "{ \"format\"", "receipt", "receipt.json"},
		{"receipt.json", "SubmissionAcceptance", "SubmissionRejection", "receipt",
		 "receipt.json"},
		{"contents/000000000001-0-document.xml", "secret", "public", "content-changed",
		 "contents/000000000001-0-document.xml"},
		{"leaves/000000000001.leaf", "party:gom", "party:bom", "leaf-changed",
		 "leaves/000000000001.leaf"},
	};
	struct bytes file = evidence_scene_make(evidence_scene.exported, "court");

	(void)state;
	for (size_t i = 0; i < sizeof(changes) / sizeof(changes[0]); i++) {
		struct parts parts = take_apart(file);
		struct evidence evidence;
		struct evidence_fault fault;
		struct zip_item *item = part_of(&parts, changes[i].part);

		replace(item, changes[i].old, changes[i].new);
		fault = evidence_scene_check(put_together(&parts), &evidence);
		if (strcmp(fault.code, changes[i].code) != 0 ||
		    strcmp(fault.part, changes[i].named) != 0)
			fail_msg("change %zu of %s: %s of %s", i, changes[i].part, fault.code,
				 fault.part);
	}
}

static void a_part_taken_away_or_added_is_named(void **state)
{
	struct bytes file = evidence_scene_make(evidence_scene.exported, "court");
	static const char *const added[] = {"a-note.txt", "cosignatures",
					    "leaves/000000000099.leaf",
					    "contents/000000000002-0-document.xml", "zz"};
	struct evidence evidence;
	struct evidence_fault fault;

	(void)state;
	for (size_t i = 0; i < take_apart(file).count; i++) {
		struct parts parts = take_apart(file);
		const char *name = parts.items[i].name;

		memmove(&parts.items[i], &parts.items[i + 1],
			(--parts.count - i) * sizeof(parts.items[0]));
		fault = evidence_scene_check(put_together(&parts), &evidence);
		assert_string_not_equal(fault.code, "");
		if (strncmp(name, "contents/", 9) != 0) {
			assert_string_equal(fault.code, "part-missing");
			assert_string_equal(fault.part, name);
		}
	}
	for (size_t i = 0; i < sizeof(added) / sizeof(added[0]); i++) {
		struct parts parts = take_apart(file);
		size_t at = 0;

		while (at < parts.count && strcmp(parts.items[at].name, added[i]) < 0)
			at++;
		memmove(&parts.items[at + 1], &parts.items[at],
			(parts.count++ - at) * sizeof(parts.items[0]));
		parts.items[at] = (struct zip_item){added[i], bytes_of_text("more")};
		fault = evidence_scene_check(put_together(&parts), &evidence);
		assert_string_equal(fault.code, "part-unknown");
		assert_string_equal(fault.part, added[i]);
	}
}

/* Two files of one ledger: no part of the one stands for the other's. */
static void a_part_of_another_file_does_not_fit(void **state)
{
	struct parts other = take_apart(evidence_scene_make(evidence_scene.arrived, "court"));
	struct bytes file = evidence_scene_make(evidence_scene.exported, "court");
	static const char *const names[] = {"receipt.json", "evidence.json"};

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		struct parts parts = take_apart(file);

		part_of(&parts, names[i])->content = part_of(&other, names[i])->content;
		assert_string_not_equal(code_of(put_together(&parts)), "");
	}
}

static void another_ledger_is_not_trusted(void **state)
{
	struct bytes file = evidence_scene_make(evidence_scene.exported, "court");
	struct evidence_anchors anchors = {.count = 0}, other = evidence_scene.anchors;
	struct evidence_fault fault;
	struct evidence evidence;

	(void)state;
	assert_int_equal(evidence_check(file, &anchors, arena(), &evidence, &fault), ERR_FORMAT);
	assert_string_equal(fault.code, "ledger-unknown");
	other.items[0].public_key[3] ^= 1;
	assert_int_equal(evidence_check(file, &other, arena(), &evidence, &fault), ERR_FORMAT);
	assert_string_equal(fault.code, "checkpoint-signature");
	/* one key of several fits: a ledger may have had others */
	other.items[1] = evidence_scene.anchors.items[0];
	other.count = 2;
	assert_int_equal(evidence_check(file, &other, arena(), &evidence, &fault), OK);
}

/* ---- Witnesses ---- */

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
	stamped.size = checkpoint.size;
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
	key_free(th);
	key_free(la);
	assert_int_equal(system(arena_format(arena(), "rm -rf %s", folder)), 0);
}

/* With right checksums, whoever is believed. */
static void no_byte_of_what_others_say_can_be_another(void **state)
{
	struct parts parts = take_apart(later);
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
				struct bytes file = put_together(&parts);

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
static struct bytes forge(struct parts *parts, const char *name, struct bytes content)
{
	struct zip_item *item = part_of(parts, name);
	struct hash old = hash_of(item->content), new = hash_of(content);
	char from[HASH_HEX_BYTES], to[HASH_HEX_BYTES];

	hash_format_hex(&old, from);
	hash_format_hex(&new, to);
	item->content = content;
	replace(part_of(parts, "evidence.json"), from, to);
	return put_together(parts);
}

static const char *later_part(struct parts *parts, size_t nth, const char *ending)
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
	struct parts parts = take_apart(later);
	const char *line = later_part(&parts, 1, "cosignature-00.txt");
	struct bytes was = part_of(&parts, line)->content;
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

static void a_stamp_of_something_else_is_refused(void **state)
{
	struct evidence_anchors anchors = later_anchors;
	struct parts parts = take_apart(later);
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
	struct parts parts = take_apart(later);
	const char *notes[] = {later_part(&parts, 0, "checkpoint.txt"),
			       later_part(&parts, 1, "checkpoint.txt")};
	struct bytes other = part_of(&parts, notes[0])->content;
	struct evidence_fault fault;
	struct evidence evidence;

	(void)state;
	part_of(&parts, notes[0])->content = part_of(&parts, notes[1])->content;
	part_of(&parts, notes[1])->content = other;
	assert_int_equal(check_with(put_together(&parts), &later_anchors, &evidence, &fault),
			 ERR_FORMAT);
	assert_string_equal(fault.code, "checkpoint-form");
	for (size_t i = 0; i < sizeof(changes) / sizeof(changes[0]); i++) {
		parts = take_apart(later);
		replace(part_of(&parts, "evidence.json"), changes[i].old, changes[i].new);
		assert_int_equal(
			check_with(put_together(&parts), &later_anchors, &evidence, &fault),
			ERR_FORMAT);
		if (strcmp(fault.code, changes[i].code) != 0)
			fail_msg("change %zu: %s", i, fault.code);
	}
	stamp_trust_free(later_anchors.stamps);
	later_anchors.stamps = NULL;
}

/* ---- Who sees what ---- */

static struct record record_of(const char *event, const char *actor, const char *delivery)
{
	struct record record = {.number = 20, .message = 1, .event = event, .actor = actor};

	facts_init(&record.attributes, arena());
	assert_int_equal(facts_put(&record.attributes, "delivery", delivery), OK);
	record.payload_count = 4;
	record.payloads[0].role = "document";
	record.payloads[1].role = "output";
	record.payloads[2].role = "signature";
	record.payloads[3].role = "report";
	if (strcmp(event, "KeyRotated") == 0)
		record.payloads[3].role = "certificate";
	return record;
}

static struct evidence_disclose disclose_to(const char *view)
{
	struct evidence_disclose disclose = {.count = 0};
	struct record owed = {.number = 8, .message = 1, .event = "DeliveryOwed", .actor = "node"};

	facts_init(&owed.attributes, arena());
	assert_int_equal(facts_put(&owed.attributes, "to", "partner:TH"), OK);
	assert_true(evidence_view_parse(view, &disclose.view));
	evidence_disclose_see(&disclose, &owed);
	return disclose;
}

/* What a view may see of an event: of the partner's delivery, of another's, caused by the partner. */
static void assert_row(const struct page_row *row)
{
	const char *event = row->cell[0], *partner = row->cell[2], *contents = row->cell[3];
	bool is_owed = strcmp(event, "DeliveryOwed") == 0;
	struct evidence_disclose th = disclose_to("partner:TH"), la = disclose_to("partner:LA");
	struct evidence_disclose broker = disclose_to("broker"), court = disclose_to("court");
	struct record its = record_of(event, "node", "8"), others = record_of(event, "node", "9");
	struct record caused = record_of(event, "partner:TH", "9");
	struct record by_person = record_of(event, "user:lan", "8");
	bool is_all = strcmp(partner, "yes") == 0, is_delivery = strcmp(partner, "delivery") == 0;
	bool is_own = strcmp(partner, "own") == 0;

	if (is_owed)
		its.number = 8;
	assert_string_equal(row->cell[1], "yes");
	assert_true(evidence_disclose_record(&broker, &its));
	assert_false(evidence_disclose_record(&broker, &by_person));
	assert_true(evidence_disclose_record(&court, &by_person));
	assert_int_equal(evidence_disclose_record(&th, &its), is_all || is_delivery);
	assert_int_equal(evidence_disclose_record(&th, &others), is_all);
	assert_int_equal(evidence_disclose_record(&la, &its), is_all);
	assert_int_equal(evidence_disclose_record(&th, &caused), is_all || is_own);
	assert_int_equal(evidence_disclose_record(&la, &caused), is_all);
	for (size_t i = 0; i < its.payload_count; i++) {
		const struct record *shown = is_own ? &caused : &its;
		bool is_named = word_is_in(contents, shown->payloads[i].role);

		assert_int_equal(evidence_disclose_payload(&th, shown, i), is_named);
		assert_int_equal(evidence_disclose_payload(&la, shown, i), is_all && is_named);
		assert_true(evidence_disclose_payload(&broker, &its, i));
		assert_true(evidence_disclose_payload(&court, &its, i));
	}
}

static void the_page_shows_who_is_shown_what(void **state)
{
	struct page_table table;

	(void)state;
	page_read_table(PAGE, TABLE, &table);
	assert_true(table.count >= 25);
	for (size_t i = 0; i < table.count; i++)
		assert_row(&table.rows[i]);
}

/* Deny by default: an event that nobody thought of is a court's. */
static void what_the_page_does_not_name_only_a_court_sees(void **state)
{
	static const char *const events[] = {"ReadOutsideScope", "DeliveryRetried", "SignedIn",
					     "TokenMade", "SomethingNew"};
	struct evidence_disclose court = disclose_to("court");

	(void)state;
	for (size_t i = 0; i < sizeof(events) / sizeof(events[0]); i++) {
		struct record record = record_of(events[i], "node", "8");

		for (size_t v = 1; v < VIEWS; v++) {
			struct evidence_disclose disclose = disclose_to(views[v]);

			assert_false(evidence_disclose_record(&disclose, &record));
			assert_false(evidence_disclose_payload(&disclose, &record, 0));
		}
		assert_true(evidence_disclose_record(&court, &record));
	}
}

static bool holds(struct bytes file, const char *text)
{
	return memmem(file.at, file.len, text, strlen(text)) != NULL;
}

static void a_file_holds_nothing_that_its_reader_is_not_shown(void **state)
{
	static const struct {
		const char *text;
		bool shown[VIEWS]; /* court, broker, partner */
	} texts[] = {
		{"secret of gom", {true, true, false}}, /* the document */
		{"party:gom", {true, true, false}},     /* who lodged it */
		{"<T>translated", {true, true, true}},  /* what was sent */
		{"partner:TH", {true, true, true}},
		{"operator:thanh", {true, false, false}}, /* who had it tried again */
		{"value-missing", {true, true, false}},   /* why it was held */
		{"sampan.receipt/1", {true, true, false}},
	};

	(void)state;
	for (size_t v = 0; v < VIEWS; v++) {
		struct bytes file = evidence_scene_make(evidence_scene.exported, views[v]);

		for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
			if (holds(file, texts[i].text) != texts[i].shown[v])
				fail_msg("%s: \"%s\"", views[v], texts[i].text);
	}
}

static enum err view_of(const struct caller *caller, const char *asked,
			struct evidence_view *ret_view)
{
	return clerk_evidence_view(&evidence_scene.fixture->turn, caller, evidence_scene.exported,
				   asked, ret_view);
}

static void each_role_gets_what_it_may_and_never_more(void **state)
{
	static const struct {
		unsigned role;
		enum evidence_reader most;
	} rows[] = {
		{CALLER_TRADER, EVIDENCE_BROKER},
		{CALLER_AGENT, EVIDENCE_BROKER},
		{CALLER_ISSUING_OFFICER, EVIDENCE_BROKER},
		{CALLER_CUSTOMS_OFFICER, EVIDENCE_BROKER},
		{CALLER_AGENCY, EVIDENCE_BROKER},
		{CALLER_SUPERVISOR, EVIDENCE_COURT},
		{CALLER_OPERATOR, EVIDENCE_COURT},
		{CALLER_AUDITOR, EVIDENCE_COURT},
	};
	struct evidence_view view;

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct caller caller;
		bool is_court = rows[i].most == EVIDENCE_COURT;

		caller_init(&caller);
		caller.proof = CALLER_TOKEN;
		caller.roles = rows[i].role;
		caller.actions = CALLER_ALL_ACTIONS;
		assert_int_equal(view_of(&caller, "", &view), OK);
		assert_int_equal(view.reader, rows[i].most);
		assert_int_equal(view_of(&caller, "court", &view), is_court ? OK : ERR_DENIED);
		assert_int_equal(view_of(&caller, "broker", &view), OK);
		assert_int_equal(view.reader, EVIDENCE_BROKER);
		assert_int_equal(view_of(&caller, "partner", &view), OK);
		assert_string_equal(view.partner, "TH");
	}
}

static void a_partner_that_it_does_not_concern_gets_nothing(void **state)
{
	static const char *const wrong[] = {"partner:", "partner:th", "partner:THA",
					    "judge",    "court ",     "Broker"};
	struct evidence_view view;

	(void)state;
	assert_int_equal(view_of(NULL, "partner:TH", &view), OK);
	assert_int_equal(view_of(NULL, "partner:LA", &view), ERR_MISSING);
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++)
		assert_int_equal(view_of(NULL, wrong[i], &view), ERR_USAGE);
}

/* ---- Words ---- */

static void every_code_has_words_in_two_languages_and_stands_on_the_page(void **state)
{
	char *page = page_read(PAGE);
	unsigned count = 0;

	(void)state;
	for (const char *code; (code = evidence_words_code(count)) != NULL; count++) {
		char quoted[64];

		(void)snprintf(quoted, sizeof(quoted), "`%s`", code);
		if (strstr(page, quoted) == NULL)
			fail_msg("the page does not know %s", code);
		assert_string_not_equal(evidence_words(code, false), code);
		assert_string_not_equal(evidence_words(code, true), evidence_words(code, false));
	}
	assert_true(count > 30);
	free(page);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_file_is_proved_for_every_reader),
		cmocka_unit_test(the_same_state_gives_the_same_bytes_in_pieces_of_any_size),
		cmocka_unit_test(what_is_recorded_of_others_changes_nothing),
		cmocka_unit_test(what_is_not_signed_for_yet_has_to_wait),
		cmocka_unit_test(a_changed_byte_anywhere_is_refused_with_its_part),
		cmocka_unit_test(a_changed_byte_of_any_part_is_refused_with_right_checksums),
		cmocka_unit_test(what_is_changed_is_named),
		cmocka_unit_test(a_part_taken_away_or_added_is_named),
		cmocka_unit_test(a_part_of_another_file_does_not_fit),
		cmocka_unit_test(another_ledger_is_not_trusted),
		cmocka_unit_test(what_others_say_of_later_checkpoints_is_carried_and_verified),
		cmocka_unit_test(no_byte_of_what_others_say_can_be_another),
		cmocka_unit_test(what_is_claimed_of_who_is_known_must_hold),
		cmocka_unit_test(a_stamp_of_something_else_is_refused),
		cmocka_unit_test(later_checkpoints_are_of_the_same_history_and_of_use),
		cmocka_unit_test(the_page_shows_who_is_shown_what),
		cmocka_unit_test(what_the_page_does_not_name_only_a_court_sees),
		cmocka_unit_test(a_file_holds_nothing_that_its_reader_is_not_shown),
		cmocka_unit_test(each_role_gets_what_it_may_and_never_more),
		cmocka_unit_test(a_partner_that_it_does_not_concern_gets_nothing),
		cmocka_unit_test(every_code_has_words_in_two_languages_and_stands_on_the_page),
	};

	return cmocka_run_group_tests(tests, evidence_scene_open, evidence_scene_close);
}
