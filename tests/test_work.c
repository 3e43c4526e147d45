#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "node/work.h"
#include "sampan/limit.h"

struct place {
	struct arena *arena;
	struct buffer buffer;
};

static struct place place;

static int begin(void **state)
{
	(void)state;
	place.arena = arena_new(1024 * 1024);
	buffer_init(&place.buffer, 1024 * 1024);
	return 0;
}

static int end(void **state)
{
	(void)state;
	buffer_clear(&place.buffer);
	arena_free(place.arena);
	return 0;
}

static void put_finding(struct findings *findings)
{
	const struct finding finding = {.severity = SEVERITY_ERROR,
					.code = "not-well-formed",
					.path = "/A[1]",
					.line = 7,
					.value = "x",
					.vi = "Sai",
					.en = "Wrong"};

	findings_init(findings, place.arena);
	assert_int_equal(findings_put(findings, &finding), OK);
}

static void a_document_to_check_comes_back_as_it_was(void **state)
{
	const struct work_check check = {.sender = "partner:TH", .document = bytes_of("a\0b", 3)};
	struct work_check read;

	(void)state;
	work_pack_check(&place.buffer, &check);
	assert_int_equal(work_unpack_check(buffer_bytes(&place.buffer), place.arena, &read), OK);
	assert_true(bytes_equal(read.document, check.document));
	assert_string_equal(read.sender, "partner:TH");
}

static void findings_and_facts_come_back_as_they_were(void **state)
{
	struct work_checked checked, read;

	(void)state;
	put_finding(&checked.findings);
	facts_init(&checked.facts, place.arena);
	assert_int_equal(facts_put(&checked.facts, "kind", "vn.export"), OK);
	work_pack_checked(&place.buffer, &checked);
	assert_int_equal(work_unpack_checked(buffer_bytes(&place.buffer), place.arena, &read), OK);
	assert_int_equal(read.findings.count, 1);
	assert_true(findings_has_errors(&read.findings));
	assert_int_equal(read.findings.items[0].line, 7);
	assert_string_equal(read.findings.items[0].vi, "Sai");
	assert_string_equal(facts_get(&read.facts, "kind"), "vn.export");
}

static void a_translation_asked_for_comes_back_as_it_was(void **state)
{
	struct work_translate translate = {.to = "asw.acdd", .document = bytes_of("<a/>", 4)}, read;

	(void)state;
	facts_init(&translate.outside, place.arena);
	assert_int_equal(facts_put(&translate.outside, "route.origin", "VN"), OK);
	work_pack_translate(&place.buffer, &translate);
	assert_int_equal(work_unpack_translate(buffer_bytes(&place.buffer), place.arena, &read),
			 OK);
	assert_string_equal(read.to, "asw.acdd");
	assert_true(bytes_equal(read.document, translate.document));
	assert_string_equal(facts_get(&read.outside, "route.origin"), "VN");
}

static void a_translation_comes_back_as_it_was(void **state)
{
	struct work_translated translated = {.output = bytes_of("<b/>", 4),
					     .report = bytes_of("{}\n", 3)},
			       read;

	(void)state;
	put_finding(&translated.findings);
	memset(translated.schema_set.at, 0xa5, HASH_BYTES);
	work_pack_translated(&place.buffer, &translated);
	assert_int_equal(work_unpack_translated(buffer_bytes(&place.buffer), place.arena, &read),
			 OK);
	assert_true(bytes_equal(read.output, translated.output));
	assert_true(bytes_equal(read.report, translated.report));
	assert_memory_equal(read.schema_set.at, translated.schema_set.at, HASH_BYTES);
	assert_int_equal(read.findings.errors, 1);
}

static enum err read_check(struct bytes bytes)
{
	struct work_check check;

	return work_unpack_check(bytes, place.arena, &check);
}

static enum err read_checked(struct bytes bytes)
{
	struct work_checked checked;

	return work_unpack_checked(bytes, place.arena, &checked);
}

static enum err read_translate(struct bytes bytes)
{
	struct work_translate translate;

	return work_unpack_translate(bytes, place.arena, &translate);
}

static enum err read_translated(struct bytes bytes)
{
	struct work_translated translated;

	return work_unpack_translated(bytes, place.arena, &translated);
}

/* Refused: every shorter beginning of right bytes, and right bytes with one more behind them. */
static void expect_only_the_whole(enum err (*read)(struct bytes bytes))
{
	struct bytes whole = buffer_bytes(&place.buffer);

	assert_int_equal(read(whole), OK);
	for (size_t len = 0; len < whole.len; len++)
		assert_int_not_equal(read(bytes_of(whole.at, len)), OK);
	buffer_put_byte(&place.buffer, 0);
	assert_int_equal(read(buffer_bytes(&place.buffer)), ERR_FORMAT);
	buffer_reset(&place.buffer);
}

static void no_part_of_a_message_passes_for_a_whole_one(void **state)
{
	struct work_translated translated = {.output = bytes_of("<b/>", 4)};
	struct work_translate translate = {.to = "asw.acdd", .document = bytes_of("<a/>", 4)};
	struct work_checked checked;

	(void)state;
	put_finding(&translated.findings);
	checked.findings = translated.findings;
	facts_init(&checked.facts, place.arena);
	assert_int_equal(facts_put(&checked.facts, "kind", "vn.export"), OK);
	translate.outside = checked.facts;
	work_pack_check(&place.buffer, &(struct work_check){.sender = "partner:TH",
							    .document = bytes_of("<a/>", 4)});
	expect_only_the_whole(read_check);
	work_pack_checked(&place.buffer, &checked);
	expect_only_the_whole(read_checked);
	work_pack_translate(&place.buffer, &translate);
	expect_only_the_whole(read_translate);
	work_pack_translated(&place.buffer, &translated);
	expect_only_the_whole(read_translated);
}

static void an_answer_over_the_bound_is_an_error_of_the_buffer(void **state)
{
	struct work_checked checked;
	struct buffer small;

	(void)state;
	put_finding(&checked.findings);
	facts_init(&checked.facts, place.arena);
	buffer_init(&small, 16);
	work_pack_checked(&small, &checked);
	assert_int_equal(buffer_error(&small), ERR_LIMIT);
	buffer_clear(&small);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)
	const struct CMUnitTest tests[] = {
		TEST(a_document_to_check_comes_back_as_it_was),
		TEST(findings_and_facts_come_back_as_they_were),
		TEST(a_translation_asked_for_comes_back_as_it_was),
		TEST(a_translation_comes_back_as_it_was),
		TEST(no_part_of_a_message_passes_for_a_whole_one),
		TEST(an_answer_over_the_bound_is_an_error_of_the_buffer),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
