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
#include "node/evidence_words.h"
#include "node/message.h"
#include "tests/support/evidence_parts.h"
#include "tests/support/evidence_scene.h"
#include "tests/support/mutate.h"
#include "tests/support/page.h"

#define PAGE "docs/evidence.md"
#define TABLE "| event | broker | partner | of its contents the partner |"
#define MAX_BYTES ((size_t)64 << 20)

static const char *const views[] = {"court", "broker", "partner:TH"};
#define VIEWS (sizeof(views) / sizeof(views[0]))

static struct arena *arena(void)
{
	return evidence_scene.fixture->arena;
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
	struct evidence_view partner;
	struct evidence_plan plan;
	struct evidence evidence;

	(void)state;
	assert_true(evidence_view_parse("partner:TH", &partner));
	assert_int_equal(evidence_plan_make(&evidence_scene.fixture->turn, evidence_scene.refused,
					    &partner, &plan),
			 ERR_MISSING); /* nothing of it is for them */
	for (size_t i = 0; i < 3; i++)
		for (size_t j = 0; j < VIEWS - (i == 2); j++) {
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
static const char *part_at(struct bytes file, struct evidence_parts *parts, size_t at)
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
	struct evidence_parts parts = evidence_parts_of(file);
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
		struct evidence_parts parts = evidence_parts_of(file);

		for (size_t i = 0; i < parts.count; i++) {
			struct bytes was = parts.items[i].content;
			uint8_t *changed = arena_copy(arena(), was);

			parts.items[i].content.at = changed;
			for (size_t at = 0; at < was.len; at += 1 + was.len / 997) {
				changed[at] ^= bits[at % 3];
				if (code_of(evidence_parts_join(&parts))[0] == '\0')
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
		struct evidence_parts parts = evidence_parts_of(file);
		struct evidence evidence;
		struct evidence_fault fault;
		struct zip_item *item = evidence_parts_find(&parts, changes[i].part);

		evidence_parts_replace(item, changes[i].old, changes[i].new);
		fault = evidence_scene_check(evidence_parts_join(&parts), &evidence);
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
	for (size_t i = 0; i < evidence_parts_of(file).count; i++) {
		struct evidence_parts parts = evidence_parts_of(file);
		const char *name = parts.items[i].name;

		memmove(&parts.items[i], &parts.items[i + 1],
			(--parts.count - i) * sizeof(parts.items[0]));
		fault = evidence_scene_check(evidence_parts_join(&parts), &evidence);
		assert_string_not_equal(fault.code, "");
		if (strncmp(name, "contents/", 9) != 0) {
			assert_string_equal(fault.code, "part-missing");
			assert_string_equal(fault.part, name);
		}
	}
	for (size_t i = 0; i < sizeof(added) / sizeof(added[0]); i++) {
		struct evidence_parts parts = evidence_parts_of(file);
		size_t at = 0;

		while (at < parts.count && strcmp(parts.items[at].name, added[i]) < 0)
			at++;
		memmove(&parts.items[at + 1], &parts.items[at],
			(parts.count++ - at) * sizeof(parts.items[0]));
		parts.items[at] = (struct zip_item){added[i], bytes_of_text("more")};
		fault = evidence_scene_check(evidence_parts_join(&parts), &evidence);
		assert_string_equal(fault.code, "part-unknown");
		assert_string_equal(fault.part, added[i]);
	}
}

/* Two files of one ledger: no part of the one stands for the other's. */
static void a_part_of_another_file_does_not_fit(void **state)
{
	struct evidence_parts other =
		evidence_parts_of(evidence_scene_make(evidence_scene.arrived, "court"));
	struct bytes file = evidence_scene_make(evidence_scene.exported, "court");
	static const char *const names[] = {"receipt.json", "evidence.json"};

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		struct evidence_parts parts = evidence_parts_of(file);

		evidence_parts_find(&parts, names[i])->content =
			evidence_parts_find(&other, names[i])->content;
		assert_string_not_equal(code_of(evidence_parts_join(&parts)), "");
	}
}

/* The manifest of these records with nothing shown, and nothing else in the file but what must be. */
static struct bytes hide_all(struct bytes file, uint64_t shift)
{
	struct evidence_parts parts = evidence_parts_of(file), bare = {.count = 3};
	struct evidence evidence;
	struct buffer manifest;

	assert_string_equal(evidence_scene_check(file, &evidence).code, "");
	evidence.receipt = (struct bytes){0};
	evidence.message += shift;
	evidence.base += shift;
	for (size_t i = 0; i < evidence.count; i++) {
		evidence.records[i].is_shown = false;
		evidence.records[i].number += shift;
	}
	buffer_init(&manifest, MAX_BYTES);
	assert_int_equal(evidence_manifest_put(&evidence, &manifest), OK);
	bare.items[0] = *evidence_parts_find(&parts, "README.txt");
	bare.items[1] = *evidence_parts_find(&parts, "checkpoint.txt");
	bare.items[2] = *evidence_parts_find(&parts, "evidence.json");
	assert_int_equal(buffer_give(&manifest, arena(), &bare.items[2].content), OK);
	buffer_clear(&manifest);
	return evidence_parts_join(&bare);
}

/* Proofs hold for places; which message stands there only a leaf that is shown says. */
static void a_file_that_shows_nothing_proves_nothing(void **state)
{
	struct bytes file = evidence_scene_make(evidence_scene.exported, "broker");

	(void)state;
	assert_string_equal(code_of(hide_all(file, 0)), "disclosure");
	assert_string_equal(code_of(hide_all(file, 7)), "manifest");
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

/* Beside the scene's own records: on one message, by whom, what and which person. */
static uint64_t put_said(uint64_t message, const char *event, const char *actor, const char *person)
{
	struct node_fixture *fixture = evidence_scene.fixture;
	const char *attributes[] = {"person", person, NULL};
	struct message_event said = {.event = event, .actor = actor, .attributes = attributes};
	uint64_t number;

	node_fixture_begin(fixture);
	assert_int_equal(message_record(&fixture->turn, message, &said, &number), OK);
	assert_int_equal(node_fixture_commit(fixture), OK);
	evidence_scene_sign();
	return number;
}

/* An officer decides in their pages: the record is of their office and names them. */
static void nobody_but_a_court_learns_which_officer_decided(void **state)
{
	static const bool of_officer[VIEWS] = {true, false, false};
	static const bool of_broker[VIEWS] = {true, true, false};

	(void)state;
	(void)put_said(evidence_scene.exported, "Cleared", "party:hai-quan", "user:officer");
	(void)put_said(evidence_scene.exported, "Supplemented", "party:gom", "user:broker");
	for (size_t v = 0; v < VIEWS; v++) {
		struct bytes file = evidence_scene_make(evidence_scene.exported, views[v]);

		assert_string_equal(code_of(file), "");
		assert_int_equal(holds(file, "user:officer"), of_officer[v]);
		assert_int_equal(holds(file, "user:broker"), of_broker[v]);
	}
}

/* What an office lodged is read by whom it was handed over to, and by the office. */
static void who_of_an_office_lodged_it_is_told_to_that_office_only(void **state)
{
	const struct turn *turn = &evidence_scene.fixture->turn;
	uint64_t number = put_said(0, "SubmissionAcceptance", "party:hai-quan", "user:officer");
	static const char *const parties[] = {"hai-quan", "gom"};
	struct evidence_view view;

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		struct evidence_disclose disclose = {.count = 0};
		struct caller caller;
		struct record record;

		caller_init(&caller);
		caller.proof = CALLER_TOKEN;
		caller.party = parties[i];
		assert_int_equal(clerk_evidence_view(turn, &caller, number, "", &view), OK);
		assert_int_equal(view.is_recipient, i == 1);
		assert_int_equal(ledger_record(turn->ledger, number, arena(), &record, NULL), OK);
		disclose.view = view;
		evidence_disclose_see(&disclose, &record);
		assert_int_equal(evidence_disclose_record(&disclose, &record), i == 0);
		assert_int_equal(clerk_evidence_may_prove(turn, &caller, number),
				 i == 0 ? OK : ERR_DENIED);
	}
	assert_int_equal(clerk_evidence_view(turn, NULL, number, "broker", &view), OK);
	assert_true(view.is_recipient);
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
		cmocka_unit_test(a_file_that_shows_nothing_proves_nothing),
		cmocka_unit_test(another_ledger_is_not_trusted),
		cmocka_unit_test(the_page_shows_who_is_shown_what),
		cmocka_unit_test(what_the_page_does_not_name_only_a_court_sees),
		cmocka_unit_test(a_file_holds_nothing_that_its_reader_is_not_shown),
		cmocka_unit_test(each_role_gets_what_it_may_and_never_more),
		cmocka_unit_test(a_partner_that_it_does_not_concern_gets_nothing),
		cmocka_unit_test(every_code_has_words_in_two_languages_and_stands_on_the_page),
		cmocka_unit_test(nobody_but_a_court_learns_which_officer_decided),
		cmocka_unit_test(who_of_an_office_lodged_it_is_told_to_that_office_only),
	};

	return cmocka_run_group_tests(tests, evidence_scene_open, evidence_scene_close);
}
