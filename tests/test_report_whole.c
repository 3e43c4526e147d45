/*
 * Reports as they are recorded, made whole again. That every report of every sample comes back as it
 * was is looked at where all of them are (tests/support/totality.c).
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "messages/report_whole.h"
#include "sampan/limit.h"
#include "tests/support/fuzz_corpus.h"

#include "tests/fuzz/fuzz_report.c"

#define HEAD "\"from\":\"vn.export/1\",\"via\":[\"asw.acdd/1\"],\"fields\":["
#define NO_ROWS "],\"changed\":[],\"dropped\":[],\"supplied\":[]}\n"
#define BRIEF(rows) "{\"brief\":2," HEAD rows NO_ROWS
#define WHOLE(rows) "{" HEAD rows NO_ROWS

static enum err whole_of(struct bytes recorded, size_t max_bytes, struct buffer *ret_whole)
{
	buffer_init(ret_whole, max_bytes);
	return report_whole(recorded, ret_whole);
}

static void paths_are_put_together(void **state)
{
	static const struct {
		const char *recorded, *whole;
	} cases[] = {
		{"", ""},
		{BRIEF(""), WHOLE("")},
		{BRIEF("[0,\"/a[1]/b[1]\",0,\"/x[1]\",\"1\"]"),
		 WHOLE("{\"source\":\"/a[1]/b[1]\",\"target\":\"/x[1]\",\"value\":\"1\"}")},
		/* each side goes on from its own */
		{BRIEF("[0,\"/a[1]/b[1]\",0,\"/x[1]\",\"1\"],[5,\"/c[2]\",5,\"/@y\",\"2\"]"),
		 WHOLE("{\"source\":\"/a[1]/b[1]\",\"target\":\"/x[1]\",\"value\":\"1\"},"
		       "{\"source\":\"/a[1]/c[2]\",\"target\":\"/x[1]/@y\",\"value\":\"2\"}")},
		/* a path that is a text alone is not gone on from */
		{BRIEF("[0,\"/a\",\"/x\",\"1\"],[\"/zz\",\"/x\",\"1\"],[2,\"b\",\"/x\",\"1\"]"),
		 WHOLE("{\"source\":\"/a\",\"target\":\"/x\",\"value\":\"1\"},"
		       "{\"source\":\"/zz\",\"target\":\"/x\",\"value\":\"1\"},"
		       "{\"source\":\"/ab\",\"target\":\"/x\",\"value\":\"1\"}")},
		/* values stay as they are written */
		{BRIEF("[0,\"/a\",0,\"/x\",\"\\\",[0,\\\"\\u001b\\\\\"]"),
		 WHOLE("{\"source\":\"/a\",\"target\":\"/x\",\"value\":\"\\\",[0,\\\"\\u001b\\\\\"}")},
		{BRIEF("[0,\"/a\",0,\"/x\",\"1\",{\"sourceDocument\":2,\"document\":3}]"),
		 WHOLE("{\"source\":\"/a\",\"target\":\"/x\",\"value\":\"1\",\"sourceDocument\":2,\"document\":3}")},
		/* words and paths of the source that are referred to */
		{"{\"brief\":1,\"fields\":[],\"changed\":[[0,\"/a\",0,\"/x\",\"1\",\"2\",\"rounded\"]],"
		 "\"dropped\":[[2,\"/b\",\"3\",\"no-place\"],[2,\"/c\",\"4\",1]],"
		 "\"supplied\":[[2,\"/y\",\"5\",\"route\",\"route.origin\"],[2,\"/z\",\"6\",2,3],[2,\"/w\",\"7\",\"document\",[2,\"/d\"]]]}\n",
		 "{\"fields\":[],\"changed\":[{\"source\":\"/a\",\"target\":\"/x\",\"from\":\"1\",\"to\":\"2\",\"reason\":\"rounded\"}],"
		 "\"dropped\":[{\"source\":\"/a/b\",\"value\":\"3\",\"reason\":\"no-place\"},{\"source\":\"/a/c\",\"value\":\"4\",\"reason\":\"no-place\"}],"
		 "\"supplied\":[{\"target\":\"/x/y\",\"value\":\"5\",\"origin\":\"route\",\"ref\":\"route.origin\"},"
		 "{\"target\":\"/x/z\",\"value\":\"6\",\"origin\":\"route\",\"ref\":\"route.origin\"},"
		 "{\"target\":\"/x/w\",\"value\":\"7\",\"origin\":\"document\",\"ref\":\"/a/d\"}]}\n"},
		/* a whole one */
		{WHOLE("{\"source\":\"/a\",\"target\":\"/x\",\"value\":\"1\"}"),
		 WHOLE("{\"source\":\"/a\",\"target\":\"/x\",\"value\":\"1\"}")},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct buffer whole;

		assert_int_equal(whole_of(bytes_of_text(cases[i].recorded), 4096, &whole), OK);
		assert_int_equal(whole.len, strlen(cases[i].whole));
		if (whole.len > 0)
			assert_memory_equal(whole.at, cases[i].whole, whole.len);
		buffer_clear(&whole);
	}
}

#define LINE(line, item, name, count) \
	"{\"source\":\"/d[1]/l[" line "]/n[1]\",\"target\":\"/x[1]/i[" item \
	"]/m[1]\",\"value\":\"" name "\"},{\"source\":\"/d[1]/l[" line \
	"]/c[1]\",\"target\":\"/x[1]/i[" item "]/k[1]/@u\",\"value\":\"" count "\"}"
#define FIRST_LINE \
	"[0,\"/d[1]/l[1]/n[1]\",0,\"/x[1]/i[1]/m[1]\",\"a\"],[10,\"/c[1]\",10,\"/k[1]/@u\",\"1\"]"

static void rows_like_earlier_ones_have_their_values_and_places(void **state)
{
	static const struct {
		const char *recorded, *whole;
	} cases[] = {
		{BRIEF(FIRST_LINE ",[[2,8,2,8,12],\"b\",0]"),
		 WHOLE(LINE("1", "1", "a", "1") "," LINE("2", "12", "b", "1"))},
		/* like one that was like another; what has more digits comes to have less */
		{BRIEF(FIRST_LINE
		       ",[[2,8,2,8,12],\"b\",0],[[2,8,13,8,3],\"\",\"\\\"\"],[[6,8,4,8,5],0,0]"),
		 WHOLE(LINE("1", "1", "a", "1") "," LINE("2", "12", "b", "1") "," LINE(
			 "13", "3", "", "\\\"") "," LINE("4", "5", "a", "1"))},
		/* a list of one row; a path goes on from the last one that was said */
		{BRIEF(FIRST_LINE ",[[1,8,2,0,0],\"2\"],[10,\"/z[1]\",10,\"/z[1]\",\"3\"]"),
		 WHOLE(LINE(
			 "1", "1", "a",
			 "1") ",{\"source\":\"/d[1]/l[2]/c[1]\",\"target\":\"/x[1]/i[1]/k[1]/@u\",\"value\":\"2\"},"
			      "{\"source\":\"/d[1]/l[1]/z[1]\",\"target\":\"/x[1]/i[1]/z[1]\",\"value\":\"3\"}")},
		{"{\"brief\":2,\"fields\":[],\"changed\":[[0,\"/a[1]\",0,\"/x[1]\",\"1\",\"2\",\"rounded\"],[[1,3,2,3,2],0,\"3\"]],"
		 "\"dropped\":[[0,\"/b[1]\",\"3\",\"no-place\"],[[1,3,7,0,0],\"4\"]],"
		 "\"supplied\":[[0,\"/y[1]\",\"5\",\"document\",[0,\"/d[1]\"]],[0,\"/z[1]\",\"6\",\"event\",\"event.x\"],[[2,3,2,3,9],0,\"7\"]]}\n",
		 "{\"fields\":[],\"changed\":[{\"source\":\"/a[1]\",\"target\":\"/x[1]\",\"from\":\"1\",\"to\":\"2\",\"reason\":\"rounded\"},"
		 "{\"source\":\"/a[2]\",\"target\":\"/x[2]\",\"from\":\"1\",\"to\":\"3\",\"reason\":\"rounded\"}],"
		 "\"dropped\":[{\"source\":\"/b[1]\",\"value\":\"3\",\"reason\":\"no-place\"},{\"source\":\"/b[7]\",\"value\":\"4\",\"reason\":\"no-place\"}],"
		 "\"supplied\":[{\"target\":\"/y[1]\",\"value\":\"5\",\"origin\":\"document\",\"ref\":\"/d[1]\"},"
		 "{\"target\":\"/z[1]\",\"value\":\"6\",\"origin\":\"event\",\"ref\":\"event.x\"},"
		 "{\"target\":\"/y[9]\",\"value\":\"5\",\"origin\":\"document\",\"ref\":\"/d[2]\"},"
		 "{\"target\":\"/z[9]\",\"value\":\"7\",\"origin\":\"event\",\"ref\":\"event.x\"}]}\n"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct buffer whole;

		assert_int_equal(whole_of(bytes_of_text(cases[i].recorded), 4096, &whole), OK);
		buffer_put_byte(&whole, '\0');
		assert_string_equal((const char *)whole.at, cases[i].whole);
		buffer_clear(&whole);
	}
}

static void what_is_no_report_is_refused(void **state)
{
	static const char *const cases[] = {
		BRIEF("[[1,0,0,0,0],\"1\"]"), /* like nothing */
		BRIEF(FIRST_LINE ",[[0,8,2,8,2],\"b\",0]"),
		BRIEF(FIRST_LINE ",[[3,8,2,8,2],\"b\",0]"),
		BRIEF(FIRST_LINE ",[[129,8,2,8,2],\"b\",0]"),
		BRIEF(FIRST_LINE ",[[2,7,2,8,2],\"b\",0]"),  /* where no index stands */
		BRIEF(FIRST_LINE ",[[2,15,2,8,2],\"b\",0]"), /* behind the path */
		BRIEF(FIRST_LINE ",[[2,99999,2,8,2],\"b\",0]"),
		BRIEF(FIRST_LINE ",[[2,8,2,8,2]]"),
		BRIEF(FIRST_LINE ",[[2,8,2,8],\"b\",0]"),
		BRIEF(FIRST_LINE ",[[2,8,2,8,2,1],\"b\",0]"),
		BRIEF(FIRST_LINE ",[[2,8,2,8,],\"b\",0]"),
		BRIEF(FIRST_LINE ",[[2,8,2,8,2],\"b\",1]"),
		BRIEF(FIRST_LINE ",[[2,8,2,8,2],\"b\",]"),
		BRIEF(FIRST_LINE ",[[2,8,2,8,2],\"b\",0"),
		"{\"brief\":1," HEAD FIRST_LINE ",[[2,8,2,8,2],\"b\",0]" NO_ROWS, /* has none */
		"{\"brief\":2,\"fields\":[[0,\"/a\",0,\"/x\",\"1\"]],\"changed\":[],\"dropped\":[[[1,0,0,0,0],0]],\"supplied\":[]}\n",
		BRIEF("[1,\"/a\",0,\"/x\",\"1\"]"),                         /* of nothing */
		BRIEF("[0,\"/a\",0,\"/x\",\"1\"],[3,\"\",0,\"/x\",\"1\"]"), /* of more than there is */
		BRIEF("[0,\"/a\",0,\"/x\",\"1\"],[0,\"\",3,\"\",\"1\"]"),
		BRIEF("[99999999999999999999999,\"/a\",0,\"/x\",\"1\"]"),
		BRIEF("[0,\"/a\",0,\"/x\"]"),
		BRIEF("[0,\"/a\",0,\"/x\",\"1\",\"2\"]"),
		BRIEF("[0,\"/a\",0,\"/x\",\"1\",{\"document\":3]"),
		BRIEF("[0,/a,0,\"/x\",\"1\"]"),
		BRIEF("[0,\"/a\",0,\"/x\",1]"),
		BRIEF("[0,\"/a\",0,\"/x\",\"1\"],"),
		BRIEF("{}"),
		"{\"brief\":1,",
		"{\"brief\":1," HEAD,
		"{\"brief\":1," HEAD "]}\n",
		BRIEF("") " ",
		"{\"brief\":1,\"fields\":[],\"changed\":[],\"dropped\":[[0,\"/b\",\"3\",0]],\"supplied\":[]}\n",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct buffer whole;

		assert_int_equal(whole_of(bytes_of_text(cases[i]), 4096, &whole), ERR_FORMAT);
		buffer_clear(&whole);
	}
}

static void what_is_cut_short_is_refused(void **state)
{
	static const char recorded[] =
		BRIEF("[0,\"/a[1]\",0,\"/x\",\"1\",{\"document\":3}],[[1,3,2,0,0],0]");
	static const size_t begins = sizeof("{\"brief\":1,") - 1;

	(void)state;
	for (size_t len = begins; len + 1 < sizeof(recorded); len++) {
		struct buffer whole;

		assert_int_equal(whole_of(bytes_of(recorded, len), 4096, &whole), ERR_FORMAT);
		buffer_clear(&whole);
	}
}

/* Short texts can ask for much: the bound holds. */
static void what_would_be_too_long_is_refused(void **state)
{
	struct buffer recorded, whole;

	(void)state;
	buffer_init(&recorded, LIMIT_PAYLOAD_BYTES);
	buffer_put_text(&recorded, "{\"brief\":2,\"fields\":[[0,\"");
	for (size_t i = 0; i < 4096; i++)
		buffer_put_byte(&recorded, 'a');
	buffer_put_text(&recorded, "\",\"/x\",\"\"]");
	for (size_t i = 0; i < 1000; i++)
		buffer_put_text(&recorded, ",[4096,\"\",\"/x\",\"\"]");
	buffer_put_text(&recorded, ",[[128,0,0,0,0]");
	for (size_t i = 0; i < 1000; i++)
		buffer_put_text(&recorded, ",0");
	buffer_put_text(&recorded, "]" NO_ROWS);
	assert_int_equal(buffer_error(&recorded), OK);
	assert_int_equal(whole_of(buffer_bytes(&recorded), 1000000, &whole), ERR_LIMIT);
	buffer_clear(&whole);
	assert_int_equal(whole_of(buffer_bytes(&recorded), 6000000, &whole), ERR_LIMIT);
	buffer_clear(&whole);
	assert_int_equal(whole_of(buffer_bytes(&recorded), 9000000, &whole), OK);
	assert_true(whole.len > 2001 * 4096);
	buffer_clear(&whole);
	buffer_clear(&recorded);
}

/* Only the first words are remembered, on both sides. */
static void many_words_stay_as_they_are(void **state)
{
	struct buffer recorded, whole;

	(void)state;
	buffer_init(&recorded, LIMIT_PAYLOAD_BYTES);
	buffer_put_text(&recorded, "{\"brief\":1,\"fields\":[],\"changed\":[],\"dropped\":[");
	for (unsigned i = 0; i < 100; i++)
		buffer_put_format(&recorded, "%s[\"/a\",\"\",\"word-%u\"]", i == 0 ? "" : ",", i);
	buffer_put_text(&recorded, ",[\"/a\",\"\",63]],\"supplied\":[]}\n");
	assert_int_equal(whole_of(buffer_bytes(&recorded), 100000, &whole), OK);
	assert_non_null(memmem(whole.at + whole.len - 60, 60, "\"word-63\"}],", 11));
	buffer_clear(&whole);
	recorded.at[recorded.len - sizeof("63]],\"supplied\":[]}\n") + 2] = '4';
	assert_int_equal(whole_of(buffer_bytes(&recorded), 100000, &whole), ERR_FORMAT);
	buffer_clear(&whole);
	buffer_clear(&recorded);
}

static void every_seed_of_the_recorded_reports_passes(void **state)
{
	(void)state;
	assert_true(fuzz_corpus_run("tests/fuzz/corpus/report", LLVMFuzzerTestOneInput) >= 3);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(paths_are_put_together),
		cmocka_unit_test(rows_like_earlier_ones_have_their_values_and_places),
		cmocka_unit_test(what_is_no_report_is_refused),
		cmocka_unit_test(what_is_cut_short_is_refused),
		cmocka_unit_test(what_would_be_too_long_is_refused),
		cmocka_unit_test(many_words_stay_as_they_are),
		cmocka_unit_test(every_seed_of_the_recorded_reports_passes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
