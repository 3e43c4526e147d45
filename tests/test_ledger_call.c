/* ledger_call: each call reads as it was packed; cut anywhere it is an error, never a crash. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "node/ledger_call.h"

static struct arena *arena;

static int set_up(void **state)
{
	(void)state;
	arena = arena_new((size_t)256 << 20);
	return arena == NULL ? -1 : 0;
}

static int tear_down(void **state)
{
	(void)state;
	arena_free(arena);
	return 0;
}

static struct facts some_facts(void)
{
	struct facts facts;

	facts_init(&facts, arena);
	assert_int_equal(facts_put(&facts, "kind", "vn.export"), OK);
	assert_int_equal(facts_put(&facts, "reference", "Số 1"), OK);
	return facts;
}

static struct findings some_findings(void)
{
	struct finding finding = {
		SEVERITY_WARNING, "original-unknown", "/A[1]", 7, "x", "lạ", "odd"};
	struct findings findings;

	findings_init(&findings, arena);
	assert_int_equal(findings_put(&findings, &finding), OK);
	finding.severity = SEVERITY_ERROR;
	assert_int_equal(findings_put(&findings, &finding), OK);
	return findings;
}

static void check_facts(const struct facts *facts)
{
	assert_int_equal(facts->count, 2);
	assert_string_equal(facts_get(facts, "kind"), "vn.export");
	assert_string_equal(facts_get(facts, "reference"), "Số 1");
}

static void check_findings(const struct findings *findings)
{
	assert_int_equal(findings->count, 2);
	assert_int_equal(findings->errors, 1);
	assert_int_equal(findings->items[0].severity, SEVERITY_WARNING);
	assert_string_equal(findings->items[0].code, "original-unknown");
	assert_string_equal(findings->items[0].path, "/A[1]");
	assert_int_equal(findings->items[0].line, 7);
	assert_string_equal(findings->items[0].vi, "lạ");
	assert_string_equal(findings->items[1].en, "odd");
}

static const char document[] = "<a>\0</a>";
#define DOCUMENT bytes_of(document, sizeof(document))

static struct hash some_hash(void)
{
	return hash_of(bytes_of_text("hash"));
}

/* ---- One pair per call: pack the sample, read it and compare ---- */

static void pack_intake(struct buffer *to)
{
	struct intake intake = {"gom",
				DOCUMENT,
				some_facts(),
				some_findings(),
				{"gom|key", some_hash()},
				{.proof = CALLER_FOLDER, .party = "gom"},
				"",
				{"VN-1-7", 9, ACCESS_DECIDE, 0, "issue", "lý do"}};

	ledger_pack_intake(to, &intake);
}

static enum err read_intake(struct bytes bytes, bool is_whole)
{
	struct intake intake;
	enum err err = ledger_unpack_intake(bytes, arena, &intake);

	if (err == OK && is_whole) {
		assert_string_equal(intake.party, "gom");
		assert_true(bytes_equal(intake.document, DOCUMENT));
		check_facts(&intake.facts);
		check_findings(&intake.findings);
		assert_string_equal(intake.repeat.key, "gom|key");
		assert_string_equal(intake.caller.party, "gom");
		assert_string_equal(intake.expected.message, "VN-1-7");
		assert_int_equal(intake.expected.version, 9);
		assert_int_equal(intake.expected.action, ACCESS_DECIDE);
		assert_string_equal(intake.expected.decision, "issue");
		assert_string_equal(intake.expected.reason, "lý do");
		assert_int_equal(intake.repeat.request.at[0], some_hash().at[0]);
	}
	return err;
}

static void pack_accepted(struct buffer *to)
{
	struct ledger_accepted accepted = {INTAKE_SAME, "VN-1-7",        "checked",           "R1",
					   12,          some_findings(), bytes_of_text("{}")};

	ledger_pack_accepted(to, &accepted);
}

static enum err read_accepted(struct bytes bytes, bool is_whole)
{
	struct ledger_accepted accepted;
	enum err err = ledger_unpack_accepted(bytes, arena, &accepted);

	if (err == OK && is_whole) {
		assert_int_equal(accepted.verdict, INTAKE_SAME);
		assert_string_equal(accepted.id, "VN-1-7");
		assert_string_equal(accepted.state, "checked");
		assert_string_equal(accepted.reference, "R1");
		assert_int_equal(accepted.version, 12);
		check_findings(&accepted.findings);
		assert_true(bytes_equal(accepted.receipt, bytes_of_text("{}")));
	}
	return err;
}

static void pack_want(struct buffer *to)
{
	ledger_pack_want(to, &(struct ledger_want){
				     UINT64_MAX, 2, {{STAGE_CHECK, 1}, {STAGE_HAND_OVER, 64}}});
}

static enum err read_want(struct bytes bytes, bool is_whole)
{
	struct ledger_want want;
	enum err err = ledger_unpack_want(bytes, &want);

	if (err == OK && is_whole) {
		assert_int_equal(want.incarnation, UINT64_MAX);
		assert_int_equal(want.count, 2);
		assert_int_equal(want.of[0].stage, STAGE_CHECK);
		assert_int_equal(want.of[0].max_count, 1);
		assert_int_equal(want.of[1].stage, STAGE_HAND_OVER);
		assert_int_equal(want.of[1].max_count, 64);
	}
	return err;
}

static void pack_work(struct buffer *to)
{
	struct ledger_work work = {STAGE_TRANSLATE, 9,        "VN-1-7", "partner:TH", "asw.acdd",
				   some_facts(),    DOCUMENT, true};

	ledger_pack_work(to, &work);
}

static enum err read_work(struct bytes bytes, bool is_whole)
{
	struct ledger_work work;
	struct unpack from;

	unpack_init(&from, bytes);
	ledger_unpack_work(&from, arena, &work);
	if (unpack_end(&from) == OK && is_whole) {
		assert_int_equal(work.stage, STAGE_TRANSLATE);
		assert_int_equal(work.number, 9);
		assert_string_equal(work.message, "VN-1-7");
		assert_string_equal(work.to, "partner:TH");
		assert_string_equal(work.as, "asw.acdd");
		check_facts(&work.outside);
		assert_true(bytes_equal(work.document, DOCUMENT));
		assert_true(work.is_damaged);
	}
	return unpack_end(&from);
}

static void pack_checked(struct buffer *to)
{
	struct facts facts = some_facts();
	struct findings findings = some_findings();

	ledger_pack_checked(to, 11, &facts, &findings);
}

static enum err read_checked(struct bytes bytes, bool is_whole)
{
	struct findings findings;
	struct facts facts;
	uint64_t message;
	enum err err = ledger_unpack_checked(bytes, arena, &message, &facts, &findings);

	if (err == OK && is_whole) {
		assert_int_equal(message, 11);
		check_facts(&facts);
		check_findings(&findings);
	}
	return err;
}

static void pack_translated(struct buffer *to)
{
	struct outcome_translation translation = {"asw.acdd/2", DOCUMENT, bytes_of_text("[]"),
						  some_hash()};

	ledger_pack_translated(to, 12, &translation);
}

static enum err read_translated(struct bytes bytes, bool is_whole)
{
	struct outcome_translation translation;
	struct hash hash = some_hash();
	uint64_t delivery;
	enum err err = ledger_unpack_translated(bytes, arena, &delivery, &translation);

	if (err == OK && is_whole) {
		assert_int_equal(delivery, 12);
		assert_string_equal(translation.as, "asw.acdd/2");
		assert_true(bytes_equal(translation.output, DOCUMENT));
		assert_true(bytes_equal(translation.report, bytes_of_text("[]")));
		assert_true(hash_equal(&translation.schema_set, &hash));
	}
	return err;
}

static void pack_held(struct buffer *to)
{
	struct findings findings = some_findings();

	ledger_pack_held(to, 13, &findings);
}

static enum err read_held(struct bytes bytes, bool is_whole)
{
	struct findings findings;
	uint64_t delivery;
	enum err err = ledger_unpack_held(bytes, arena, &delivery, &findings);

	if (err == OK && is_whole) {
		assert_int_equal(delivery, 13);
		check_findings(&findings);
	}
	return err;
}

static void pack_link(struct buffer *to)
{
	ledger_pack_link(to, &(struct ledger_link){.epoch = 2,
						      .acknowledged = 3,
						      .given = 7,
						      .is_unsettled = true,
						      .in = {4, 5, some_hash()},
						      .is_stopped = true,
						      .resumed = 6});
}

static enum err read_link(struct bytes bytes, bool is_whole)
{
	struct hash hash = some_hash();
	struct ledger_link link;
	enum err err = ledger_unpack_link(bytes, &link);

	if (err == OK && is_whole) {
		assert_int_equal(link.epoch, 2);
		assert_int_equal(link.acknowledged, 3);
		assert_int_equal(link.given, 7);
		assert_true(link.is_unsettled);
		assert_int_equal(link.in.epoch, 4);
		assert_int_equal(link.in.number, 5);
		assert_true(hash_equal(&link.in.hash, &hash));
		assert_true(link.is_stopped);
		assert_int_equal(link.resumed, 6);
	}
	return err;
}

static void pack_frames_wanted(struct buffer *to)
{
	ledger_pack_frames_wanted(to, &(struct ledger_frames_wanted){"TH", 6, 7, 8});
}

static enum err read_frames_wanted(struct bytes bytes, bool is_whole)
{
	struct ledger_frames_wanted wanted;
	enum err err = ledger_unpack_frames_wanted(bytes, arena, &wanted);

	if (err == OK && is_whole) {
		assert_string_equal(wanted.partner, "TH");
		assert_int_equal(wanted.after, 6);
		assert_int_equal(wanted.max_count, 7);
		assert_int_equal(wanted.max_bytes, 8);
	}
	return err;
}

static void pack_frame(struct buffer *to)
{
	ledger_pack_frame(to, &(struct stream_frame){14, some_hash(), DOCUMENT});
}

static enum err read_frame(struct bytes bytes, bool is_whole)
{
	struct hash hash = some_hash();
	struct stream_frame frame;
	struct unpack from;

	unpack_init(&from, bytes);
	ledger_unpack_frame(&from, &frame);
	if (unpack_end(&from) == OK && is_whole) {
		assert_int_equal(frame.number, 14);
		assert_true(hash_equal(&frame.hash, &hash));
		assert_true(bytes_equal(frame.content, DOCUMENT));
	}
	return unpack_end(&from);
}

static void pack_arrive(struct buffer *to)
{
	ledger_pack_arrive(to, "LA", &(struct link_frame){15, 16, some_hash(), DOCUMENT});
}

static enum err read_arrive(struct bytes bytes, bool is_whole)
{
	struct hash hash = some_hash();
	struct link_frame frame;
	const char *partner;
	enum err err = ledger_unpack_arrive(bytes, arena, &partner, &frame);

	if (err == OK && is_whole) {
		assert_string_equal(partner, "LA");
		assert_int_equal(frame.epoch, 15);
		assert_int_equal(frame.number, 16);
		assert_true(hash_equal(&frame.hash, &hash));
		assert_true(bytes_equal(frame.content, DOCUMENT));
	}
	return err;
}

static const struct {
	const char *name;
	void (*pack)(struct buffer *to);
	enum err (*read)(struct bytes bytes, bool is_whole);
} calls[] = {
	{"intake", pack_intake, read_intake},
	{"accepted", pack_accepted, read_accepted},
	{"want", pack_want, read_want},
	{"work", pack_work, read_work},
	{"checked", pack_checked, read_checked},
	{"translated", pack_translated, read_translated},
	{"held", pack_held, read_held},
	{"link", pack_link, read_link},
	{"frames wanted", pack_frames_wanted, read_frames_wanted},
	{"frame", pack_frame, read_frame},
	{"arrive", pack_arrive, read_arrive},
};
#define CALLS (sizeof(calls) / sizeof(calls[0]))

static void each_call_reads_as_it_was_packed(void **state)
{
	(void)state;
	for (size_t i = 0; i < CALLS; i++) {
		struct buffer buffer;

		buffer_init(&buffer, LIMIT_CALL_BYTES);
		calls[i].pack(&buffer);
		assert_int_equal(buffer_error(&buffer), OK);
		if (calls[i].read(buffer_bytes(&buffer), true) != OK)
			fail_msg("%s", calls[i].name);
		buffer_clear(&buffer);
	}
}

static void packing_twice_gives_the_same_bytes(void **state)
{
	(void)state;
	for (size_t i = 0; i < CALLS; i++) {
		struct buffer a, b;

		buffer_init(&a, LIMIT_CALL_BYTES);
		buffer_init(&b, LIMIT_CALL_BYTES);
		calls[i].pack(&a);
		calls[i].pack(&b);
		assert_true(bytes_equal(buffer_bytes(&a), buffer_bytes(&b)));
		buffer_clear(&a);
		buffer_clear(&b);
	}
}

static void a_call_cut_at_any_byte_is_an_error_of_format(void **state)
{
	(void)state;
	for (size_t i = 0; i < CALLS; i++) {
		struct buffer buffer;

		buffer_init(&buffer, LIMIT_CALL_BYTES);
		calls[i].pack(&buffer);
		for (size_t len = 0; len < buffer.len; len++) {
			uint8_t *cut =
				malloc(len + 1); /* of its own: sanitizers see a read beyond it */
			enum err err;

			assert_non_null(cut);
			memcpy(cut, buffer.at, len);
			err = calls[i].read(bytes_of(cut, len), false);
			if (err != ERR_FORMAT)
				fail_msg("%s cut at %zu of %zu: %s", calls[i].name, len, buffer.len,
					 err_name(err));
			free(cut);
		}
		buffer_clear(&buffer);
	}
}

static void a_byte_too_many_is_an_error_of_format(void **state)
{
	(void)state;
	for (size_t i = 0; i < CALLS; i++) {
		struct buffer buffer;

		buffer_init(&buffer, LIMIT_CALL_BYTES);
		calls[i].pack(&buffer);
		buffer_put_byte(&buffer, 0);
		assert_int_equal(calls[i].read(buffer_bytes(&buffer), false), ERR_FORMAT);
		buffer_clear(&buffer);
	}
}

/* Lengths and counts that promise more than there is must not be believed. */
static void any_byte_may_be_any_other_without_a_crash(void **state)
{
	(void)state;
	for (size_t i = 0; i < CALLS; i++) {
		struct buffer buffer;

		buffer_init(&buffer, LIMIT_CALL_BYTES);
		calls[i].pack(&buffer);
		for (size_t at = 0; at < buffer.len; at++) {
			uint8_t was = buffer.at[at];

			static const uint8_t others[] = {0x00, 0x01, 0x7F, 0x80, 0xFF};

			for (size_t k = 0; k < sizeof(others); k++) {
				enum err err;

				buffer.at[at] = others[k];
				err = calls[i].read(buffer_bytes(&buffer), false);
				assert_true(err == OK || err == ERR_FORMAT || err == ERR_LIMIT);
			}
			buffer.at[at] = was;
		}
		assert_int_equal(calls[i].read(buffer_bytes(&buffer), true), OK);
		buffer_clear(&buffer);
	}
}

static void a_verdict_that_is_none_is_an_error_of_format(void **state)
{
	(void)state;
	for (unsigned verdict = 0; verdict < 256; verdict++) {
		struct buffer buffer;

		buffer_init(&buffer, LIMIT_CALL_BYTES);
		pack_accepted(&buffer);
		buffer.at[0] = (uint8_t)verdict;
		assert_int_equal(read_accepted(buffer_bytes(&buffer), false),
				 verdict >= 1 && verdict <= 5 ? OK : ERR_FORMAT);
		buffer_clear(&buffer);
	}
}

static void what_does_not_fit_is_said_by_the_buffer(void **state)
{
	(void)state;
	for (size_t i = 0; i < CALLS; i++) {
		struct buffer buffer;

		buffer_init(&buffer, 8);
		calls[i].pack(&buffer);
		assert_int_equal(buffer_error(&buffer), ERR_LIMIT);
		buffer_clear(&buffer);
	}
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_call_reads_as_it_was_packed),
		cmocka_unit_test(packing_twice_gives_the_same_bytes),
		cmocka_unit_test(a_call_cut_at_any_byte_is_an_error_of_format),
		cmocka_unit_test(a_byte_too_many_is_an_error_of_format),
		cmocka_unit_test(any_byte_may_be_any_other_without_a_crash),
		cmocka_unit_test(a_verdict_that_is_none_is_an_error_of_format),
		cmocka_unit_test(what_does_not_fit_is_said_by_the_buffer),
	};

	return cmocka_run_group_tests_name("ledger_call", tests, set_up, tear_down);
}
