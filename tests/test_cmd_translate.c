/* `sampan translate`: what goes to stdout and stderr, and the exit code, as scripts rely on them.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>
#include <jansson.h>

#include "node/command.h"

#define EXPORT "schemas/samples/vn/gom-bat-trang/01-export-1-line.xml"
#define EXPORT_2 "schemas/samples/vn/gom-bat-trang/02-export-2-lines.xml"
#define INVALID "schemas/samples/vn/nong-san-viet/90-invalid-export.xml"
#define CERTIFICATE "schemas/samples/vn/bct-hanoi/21-co-third-party.xml"
#define REGISTERED "schemas/samples/facts/registered.json"
#define RETURNED "schemas/samples/facts/returned.json"
#define ARGUMENTS 16

static char output[256 * 1024];
static char complaints[64 * 1024];
static char folder[] = "/tmp/sampan-translate-XXXXXX";

static void read_back(FILE *file, char *to, size_t room)
{
	size_t len;

	rewind(file);
	len = fread(to, 1, room - 1, file);
	to[len] = '\0';
	fclose(file);
}

static int run(int argc, const char *const *argv)
{
	char *copies[ARGUMENTS] = {NULL}, *arguments[ARGUMENTS] = {NULL};
	int saved[2] = {dup(1), dup(2)}, code;
	FILE *out = tmpfile(), *err = tmpfile();

	assert_non_null(out);
	assert_non_null(err);
	assert_true(argc < ARGUMENTS);
	for (int i = 0; i < argc; i++)
		arguments[i] = copies[i] = strdup(argv[i]);
	fflush(stdout);
	dup2(fileno(out), 1);
	dup2(fileno(err), 2);
	code = cmd_translate(argc, arguments);
	fflush(stdout);
	dup2(saved[0], 1);
	dup2(saved[1], 2);
	close(saved[0]);
	close(saved[1]);
	read_back(out, output, sizeof(output));
	read_back(err, complaints, sizeof(complaints));
	for (int i = 0; i < argc; i++)
		free(copies[i]);
	return code;
}

#define RUN(...) \
	run((int)(sizeof((const char *[]){"translate", __VA_ARGS__}) / sizeof(char *)), \
	    (const char *[]){"translate", __VA_ARGS__})

/* A path in the test's folder; lives until the next call with the same slot. */
static const char *in_folder(int slot, const char *name)
{
	static char paths[5][256];

	snprintf(paths[slot], sizeof(paths[slot]), "%s/%s", folder, name);
	return paths[slot];
}

static const char *write_file(int slot, const char *name, const char *text)
{
	const char *path = in_folder(slot, name);
	FILE *file = fopen(path, "wb");

	assert_non_null(file);
	fputs(text, file);
	fclose(file);
	return path;
}

static int set_up(void **state)
{
	(void)state;
	if (mkdtemp(folder) == NULL)
		return -1;
	return setenv("SAMPAN_SCHEMAS", "schemas", 1);
}

static int tear_down(void **state)
{
	static const char *const names[] = {"facts.json",
					    "bad.json",
					    "one/same.xml",
					    "one/link.xml",
					    "one",
					    "two/same.xml",
					    "two",
					    "same/same.xml",
					    "same/link.xml",
					    "same",
					    "report.json",
					    "out/01-export-1-line.xml",
					    "out/02-export-2-lines.xml",
					    "out/long-2.xml",
					    "long.xml",
					    "many.xml",
					    "none.xml",
					    "parts/long-1.xml",
					    "parts/long-2.xml",
					    "parts",
					    "out"};

	(void)state;
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		(void)remove(in_folder(0, names[i]));
	return rmdir(folder);
}

static void the_translation_goes_to_stdout_and_nothing_else(void **state)
{
	(void)state;
	assert_int_equal(RUN("--to", "asw.declaration", EXPORT), 0);
	assert_memory_equal(output, "<Declaration xmlns=", 19);
	assert_string_equal(output + strlen(output) - 14, "</Declaration>");
	assert_string_equal(complaints, "");
}

static void facts_may_be_nested_and_the_report_says_who_supplied_them(void **state)
{
	const char *facts =
		write_file(0, "facts.json",
			   "{\"registry\":{\"agent\":{\"name\":\"DAI LY\"}},"
			   "\"event.number\":302600000010,\"event\":{\"port\":\"THLCH\"}}");
	const char *path = in_folder(1, "report.json");
	json_t *report;
	size_t index, supplied = 0;
	json_t *row;

	(void)state;
	assert_int_equal(RUN("--to", "asw.acdd/1", "--facts", facts, "--report", path, EXPORT), 0);
	assert_non_null(strstr(output, "<ID>302600000010</ID>"));
	report = json_load_file(path, 0, NULL);
	assert_non_null(report);
	assert_string_equal(json_string_value(json_object_get(report, "to")), "asw.acdd/1");
	assert_int_equal(json_array_size(json_object_get(report, "outputHashes")), 1);
	json_array_foreach(json_object_get(report, "supplied"), index, row)
	{
		supplied += strcmp(json_string_value(json_object_get(row, "ref")),
				   "registry.agent.name") == 0 &&
			    strcmp(json_string_value(json_object_get(row, "value")), "DAI LY") == 0;
	}
	assert_int_equal(supplied, 1);
	json_decref(report);
}

static void what_is_missing_is_said_and_nothing_is_written(void **state)
{
	(void)state;
	assert_int_equal(RUN("--to", "asw.acdd", EXPORT), 65);
	assert_string_equal(output, "");
	assert_non_null(strstr(complaints, "error: value-missing: Held: "));
	assert_non_null(strstr(complaints, "(event.number)"));
	assert_non_null(strstr(complaints, "--facts FILE"));
	assert_int_equal(RUN("--to", "asw.acdd", "--lang", "vi", EXPORT), 65);
	assert_non_null(strstr(complaints, "Tạm giữ: "));
}

static void a_document_with_errors_is_not_translated(void **state)
{
	(void)state;
	assert_int_equal(RUN("--to", "asw.declaration", INVALID), 65);
	assert_string_equal(output, "");
	assert_non_null(strstr(complaints, INVALID ":34: error: value-not-in-list"));
	assert_int_equal(RUN("--to", "asw.declaration", "--from", "wco.declaration", EXPORT), 65);
}

static void several_go_to_a_folder_under_their_names(void **state)
{
	const char *out = in_folder(2, "out");

	(void)state;
	assert_int_equal(mkdir(out, 0700), 0);
	assert_int_equal(RUN("--to", "asw.declaration", "-o", out, EXPORT, EXPORT_2), 0);
	assert_string_equal(output, "");
	assert_int_equal(access(in_folder(0, "out/01-export-1-line.xml"), R_OK), 0);
	assert_int_equal(access(in_folder(0, "out/02-export-2-lines.xml"), R_OK), 0);
	assert_int_equal(RUN("--to", "asw.declaration", EXPORT, EXPORT_2), 64);
	assert_int_equal(RUN("--to", "asw.declaration", "-o", in_folder(3, "none"), EXPORT), 73);
}

static void where_no_map_leads_the_hubs_kinds_do(void **state)
{
	const char *path = in_folder(1, "report.json");
	json_t *report;

	(void)state;
	assert_int_equal(RUN("--to", "th.co-received", "--report", path, CERTIFICATE), 0);
	assert_memory_equal(output, "<certificateReceived>", 21);
	report = json_load_file(path, 0, NULL);
	assert_non_null(report);
	assert_string_equal(json_string_value(json_object_get(report, "to")), "th.co-received/1");
	assert_string_equal(json_string_value(json_array_get(json_object_get(report, "via"), 0)),
			    "asw.form-d/1");
	assert_int_equal(json_array_size(json_object_get(report, "viaHashes")), 1);
	json_decref(report);
}

/* A declaration of 60 lines, made of the sample of one. */
static const char *write_long_declaration(int slot, const char *name)
{
	const char *item, *behind, *path = in_folder(slot, name);
	FILE *file = fopen(path, "wb");

	assert_non_null(file);
	assert_int_equal(RUN("--to", "asw.declaration", "--facts", REGISTERED, EXPORT), 0);
	item = strstr(output, "<GovernmentAgencyGoodsItem>");
	behind = strstr(output, "<Invoice>");
	assert_true(item != NULL && behind != NULL);
	fprintf(file, "%.*s", (int)(item - output), output);
	for (int i = 0; i < 60; i++)
		fprintf(file, "%.*s", (int)(behind - item), item);
	fputs(behind, file);
	fclose(file);
	return path;
}

static json_t *last_report(const char *path)
{
	json_t *report = json_load_file(path, 0, NULL);

	assert_non_null(report);
	return report;
}

static int count_documents(const json_t *report, const char *rows, const char *member)
{
	json_int_t most = 0;
	size_t index;
	json_t *row;

	json_array_foreach(json_object_get(report, rows), index, row)
	{
		json_int_t number = json_integer_value(json_object_get(row, member));

		most = number > most ? number : most;
	}
	return (int)most;
}

static void copy_sample(const char *to)
{
	static char text[64 * 1024];
	FILE *file = fopen(EXPORT, "rb");

	assert_non_null(file);
	read_back(file, text, sizeof(text));
	file = fopen(to, "wb");
	assert_non_null(file);
	fputs(text, file);
	fclose(file);
}

static void expect_sample(const char *path)
{
	static char text[2][64 * 1024];
	FILE *sample = fopen(EXPORT, "rb"), *file = fopen(path, "rb");

	assert_non_null(sample);
	assert_non_null(file);
	read_back(sample, text[0], sizeof(text[0]));
	read_back(file, text[1], sizeof(text[1]));
	assert_string_equal(text[0], text[1]);
}

static void no_file_is_lost_to_a_translation(void **state)
{
	const char *one = in_folder(0, "one/same.xml"), *two = in_folder(1, "two/same.xml");
	const char *out = in_folder(2, "same"), *link = in_folder(3, "same/link.xml");

	(void)state;
	assert_int_equal(mkdir(in_folder(4, "one"), 0700), 0);
	assert_int_equal(mkdir(in_folder(4, "two"), 0700), 0);
	assert_int_equal(mkdir(out, 0700), 0);
	copy_sample(one);
	copy_sample(two);
	/* two results of one name */
	assert_int_equal(RUN("--to", "asw.acdd", "--facts", REGISTERED, "-o", out, one, two), 73);
	assert_non_null(strstr(complaints, "same/same.xml: this command reads it, or has"));
	/* the source's own folder */
	assert_int_equal(
		RUN("--to", "asw.acdd", "--facts", REGISTERED, "-o", in_folder(4, "one"), one), 73);
	assert_int_equal(RUN("--to", "asw.acdd", "--facts", REGISTERED, "--report", one, one), 73);
	expect_sample(one);
	/* what lies behind a link that somebody put there */
	copy_sample(in_folder(4, "one/link.xml"));
	assert_int_equal(symlink(two, link), 0);
	assert_int_equal(RUN("--to", "asw.acdd", "--facts", REGISTERED, "-o", out,
			     in_folder(4, "one/link.xml")),
			 73);
	expect_sample(two);
	/* and what was there before is written anew */
	assert_int_equal(RUN("--to", "asw.acdd", "--facts", REGISTERED, "-o", out, two), 0);
}

static void what_is_split_needs_a_folder_and_its_parts_are_joined_again(void **state)
{
	const char *whole = write_long_declaration(0, "long.xml"), *out = in_folder(1, "parts");
	const char *report = in_folder(2, "report.json");
	const char *first, *second;
	json_t *json;

	(void)state;
	assert_int_equal(mkdir(out, 0700), 0);
	assert_int_equal(RUN("--to", "vn.export", "--facts", RETURNED, whole), 64);
	assert_string_equal(output, "");
	assert_non_null(strstr(complaints, "becomes 2 documents: -o DIR"));
	assert_int_equal(
		RUN("--to", "vn.export", "--facts", RETURNED, "--report", report, "-o", out, whole),
		0);
	json = last_report(report);
	assert_int_equal(json_array_size(json_object_get(json, "outputHashes")), 2);
	assert_int_equal(count_documents(json, "fields", "document"), 2);
	assert_int_equal(count_documents(json, "fields", "sourceDocument"), 0);
	json_decref(json);
	first = in_folder(1, "parts/long-1.xml");
	second = in_folder(3, "parts/long-2.xml");
	assert_int_equal(RUN("--to", "asw.declaration", "--facts", REGISTERED, "--report", report,
			     second, first),
			 0);
	assert_non_null(strstr(output, "<SequenceNumeric>60</SequenceNumeric>"));
	json = last_report(report);
	assert_int_equal(json_array_size(json_object_get(json, "inputHashes")), 2);
	assert_int_equal(count_documents(json, "fields", "sourceDocument"), 2);
	json_decref(json);
	/* one that waits, one that is no part, and a whole one beside the parts of another */
	assert_int_equal(RUN("--to", "asw.declaration", second), 65);
	assert_non_null(strstr(complaints, "Waits for all 2 parts; missing: 1."));
	assert_int_equal(
		RUN("--to", "asw.declaration", "--facts", REGISTERED, first, EXPORT, second), 64);
	assert_string_equal(output, "");
	assert_int_equal(RUN("--to", "asw.declaration", "--facts", REGISTERED, "-o",
			     in_folder(2, "out"), second, EXPORT, first),
			 0);
	assert_int_equal(access(in_folder(2, "out/long-2.xml"), R_OK), 0);
	assert_int_equal(access(in_folder(2, "out/01-export-1-line.xml"), R_OK), 0);
}

static void no_lines_and_too_many_are_said_clearly(void **state)
{
	FILE *file = fopen(in_folder(0, "many.xml"), "wb");
	const char *item, *behind;

	(void)state;
	assert_int_equal(RUN("--to", "asw.declaration", "--facts", REGISTERED, EXPORT), 0);
	item = strstr(output, "<GovernmentAgencyGoodsItem>");
	behind = strstr(output, "<Invoice>");
	fprintf(file, "%.*s", (int)(item - output), output);
	for (int i = 0; i < 1000; i++)
		fprintf(file, "\n%.*s", (int)(behind - item), item);
	fputs(behind, file);
	fclose(file);
	file = fopen(in_folder(1, "none.xml"), "wb");
	fprintf(file, "%.*s%s", (int)(item - output), output, behind);
	fclose(file);
	assert_int_equal(RUN("--to", "vn.export", "--facts", RETURNED, in_folder(0, "many.xml")),
			 65);
	assert_non_null(strstr(complaints, "many.xml:1001: error: element-misplaced"));
	assert_int_equal(RUN("--to", "vn.export", "--facts", RETURNED, in_folder(1, "none.xml")),
			 65);
	assert_non_null(strstr(complaints, "error: value-missing: Held: HsCode is missing"));
}

static void wrong_usage_ends_with_64_and_missing_files_with_66(void **state)
{
	const char *bad = write_file(0, "bad.json", "{\"event.number\":[1]}");

	(void)state;
	assert_int_equal(RUN("--to", "asw.acdd"), 64);
	assert_int_equal(RUN(EXPORT), 64);
	assert_int_equal(RUN("--to", "no.such", EXPORT), 64);
	assert_int_equal(RUN("--to", "asw.form-d", EXPORT), 64);
	assert_non_null(strstr(complaints, "there is no map from vn.export/1 to asw.form-d/1"));
	assert_int_equal(RUN("--to", "asw.acdd", "--lang", "fr", EXPORT), 64);
	assert_int_equal(RUN("--to", "asw.acdd", "none.xml"), 66);
	assert_int_equal(RUN("--to", "asw.acdd", "--facts", "none.json", EXPORT), 66);
	assert_int_equal(RUN("--to", "asw.acdd", "--facts", bad, EXPORT), 65);
	assert_int_equal(RUN("--help"), 0);
	assert_memory_equal(output, "usage: sampan translate", 23);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_translation_goes_to_stdout_and_nothing_else),
		cmocka_unit_test(facts_may_be_nested_and_the_report_says_who_supplied_them),
		cmocka_unit_test(what_is_missing_is_said_and_nothing_is_written),
		cmocka_unit_test(a_document_with_errors_is_not_translated),
		cmocka_unit_test(several_go_to_a_folder_under_their_names),
		cmocka_unit_test(where_no_map_leads_the_hubs_kinds_do),
		cmocka_unit_test(what_is_split_needs_a_folder_and_its_parts_are_joined_again),
		cmocka_unit_test(no_file_is_lost_to_a_translation),
		cmocka_unit_test(no_lines_and_too_many_are_said_clearly),
		cmocka_unit_test(wrong_usage_ends_with_64_and_missing_files_with_66),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
