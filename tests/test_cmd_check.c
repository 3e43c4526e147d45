#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>
#include <jansson.h>

#include "node/command.h"

static char output[64 * 1024];

/* Run a command with its standard output, and what it complains of, kept from the screen. */
static int run(int (*command)(int, char **), int argc, const char *const *argv)
{
	char *copies[8] = {NULL}, *arguments[8] = {NULL};
	int saved[2] = {dup(1), dup(2)}, code;
	FILE *out = tmpfile(), *err = tmpfile();
	size_t len;

	assert_non_null(out);
	assert_non_null(err);
	for (int i = 0; i < argc; i++)
		arguments[i] = copies[i] = strdup(argv[i]);
	fflush(stdout);
	dup2(fileno(out), 1);
	dup2(fileno(err), 2);
	code = command(argc, arguments);
	fflush(stdout);
	dup2(saved[0], 1);
	dup2(saved[1], 2);
	close(saved[0]);
	close(saved[1]);
	rewind(out);
	len = fread(output, 1, sizeof(output) - 1, out);
	output[len] = 0;
	fclose(out);
	fclose(err);
	for (int i = 0; i < 8; i++)
		free(copies[i]);
	return code;
}

#define RUN(command, ...) \
	run(command, (int)(sizeof((const char *[]){__VA_ARGS__}) / sizeof(char *)), \
	    (const char *[]){__VA_ARGS__})

#define GOOD "tests/data/check/good.xml"
#define BAD "tests/fuzz/corpus/document/wco-wrong"
#define CUT "tests/fuzz/corpus/document/cut-tag"

static int set_up(void **state)
{
	(void)state;
	return setenv("SAMPAN_SCHEMAS", "schemas", 1);
}

static void a_document_in_order_ends_with_0(void **state)
{
	(void)state;
	assert_int_equal(RUN(cmd_check, "check", GOOD), 0);
	assert_string_equal(output,
			    GOOD ": ok: wco.declaration/1, Goods declaration of the WCO Data "
				 "Model\n");
}

static void a_document_with_errors_ends_with_65_and_names_the_place(void **state)
{
	(void)state;
	assert_int_equal(RUN(cmd_check, "check", BAD, GOOD), 65);
	assert_non_null(strstr(output,
			       BAD ":1: error: element-unexpected: The element unknown does "
				   "not belong here."));
	assert_non_null(strstr(output, "[/MetaData[1]/Declaration[1]/unknown[1]]\n"));
	assert_non_null(strstr(output, GOOD ": ok"));
}

#define UNSIGNED "schemas/samples/vn/bct-hanoi/21-co-third-party.xml"

/* It may be looked at before it is signed, but nobody may believe that it can be lodged so. */
static void what_must_be_signed_and_is_not_is_warned_of(void **state)
{
	json_t *line;
	const json_t *finding;

	(void)state;
	assert_int_equal(RUN(cmd_check, "check", UNSIGNED), 0);
	assert_non_null(strstr(output, UNSIGNED ":2: warning: signature-due: The node would refuse "
						"it: unsigned."));
	assert_non_null(strstr(output, UNSIGNED ": ok, but unsigned: vn.co/1, "));
	assert_int_equal(RUN(cmd_check, "check", "--lang", "vi", UNSIGNED), 0);
	assert_non_null(strstr(output, "chưa được ký số"));
	assert_int_equal(RUN(cmd_check, "check", "--json", UNSIGNED), 0);
	line = json_loads(output, 0, NULL);
	finding = json_array_get(json_object_get(line, "findings"), 0);
	assert_string_equal(json_string_value(json_object_get(finding, "code")), "signature-due");
	assert_string_equal(json_string_value(json_object_get(finding, "severity")), "warning");
	assert_true(json_is_true(json_object_get(line, "ok")));
	json_decref(line);
	/* what need not be signed is not spoken of */
	assert_int_equal(RUN(cmd_check, "check", GOOD), 0);
	assert_null(strstr(output, "signature"));
}

#define NOTED "schemas/samples/vn/nong-san-viet/03-export-7-lines.xml"

static void what_is_no_error_is_told_and_ends_with_0(void **state)
{
	(void)state;
	assert_int_equal(RUN(cmd_check, "check", NOTED), 0);
	assert_non_null(strstr(output, NOTED ":145: note: declaration-unit-unknown: "));
	assert_non_null(strstr(output, NOTED ": ok: vn.export/1"));
}

static void the_day_that_counts_is_a_day(void **state)
{
	(void)state;
	assert_int_equal(RUN(cmd_check, "check", "--date", "2020-09-19", GOOD), 0);
	assert_int_equal(RUN(cmd_check, "check", "--date", "2026-02-31", GOOD), 64);
	assert_int_equal(RUN(cmd_check, "check", "--date", "today", GOOD), 64);
}

static void vietnamese_is_one_option_away(void **state)
{
	(void)state;
	assert_int_equal(RUN(cmd_check, "check", "--lang", "vi", BAD), 65);
	assert_non_null(strstr(output, "Phần tử unknown không được phép ở đây."));
}

static void a_missing_file_ends_with_66_and_the_others_are_checked(void **state)
{
	(void)state;
	assert_int_equal(RUN(cmd_check, "check", "/nowhere/x.xml", BAD, GOOD), 66);
	assert_non_null(strstr(output, GOOD ": ok"));
	assert_int_equal(RUN(cmd_check, "check", BAD, "/nowhere/x.xml"), 66);
	assert_int_equal(RUN(cmd_check, "check", "tests"), 66);
}

static void a_files_name_writes_no_more_than_its_line(void **state)
{
	char name[] = "/tmp/sampan-check-XXXXXX/a\x1b[31m\n.xml", *slash = strrchr(name, '/');
	FILE *file;

	(void)state;
	*slash = '\0';
	assert_non_null(mkdtemp(name));
	*slash = '/';
	file = fopen(name, "wb");
	assert_non_null(file);
	fclose(file);
	assert_int_equal(RUN(cmd_check, "check", name), 65);
	assert_int_equal(remove(name), 0);
	*slash = '\0';
	assert_int_equal(rmdir(name), 0);
	assert_null(strchr(output, 0x1b));
	assert_non_null(strstr(output, "a?[31m?.xml: error: empty"));
}

static void json_is_one_object_on_one_line_per_file(void **state)
{
	static const struct {
		const char *file;
		const char *schema;
		bool is_ok;
	} expected[] = {{GOOD, "wco.declaration/1", true},
			{BAD, "wco.declaration/1", false},
			{CUT, NULL, false}};
	char *line = output;

	(void)state;
	assert_int_equal(RUN(cmd_check, "check", GOOD, "--json", BAD, CUT), 65);
	for (size_t i = 0; i < 3; i++) {
		char *end = strchr(line, '\n');
		json_t *object;

		assert_non_null(end);
		object = json_loadb(line, (size_t)(end - line), 0, NULL);
		assert_non_null(object);
		assert_string_equal(json_string_value(json_object_get(object, "file")),
				    expected[i].file);
		if (expected[i].schema == NULL)
			assert_true(json_is_null(json_object_get(object, "schema")));
		else
			assert_string_equal(json_string_value(json_object_get(object, "schema")),
					    expected[i].schema);
		assert_int_equal(json_is_true(json_object_get(object, "ok")), expected[i].is_ok);
		assert_int_equal(json_array_size(json_object_get(object, "findings")) > 0,
				 !expected[i].is_ok);
		json_decref(object);
		line = end + 1;
	}
	assert_int_equal(*line, 0);
}

static void usage_is_64_and_help_is_0(void **state)
{
	(void)state;
	assert_int_equal(RUN(cmd_check, "check"), 64);
	assert_int_equal(RUN(cmd_check, "check", "--wrong", GOOD), 64);
	assert_int_equal(RUN(cmd_check, "check", "--lang", "th", GOOD), 64);
	assert_int_equal(RUN(cmd_check, "check", "--help"), 0);
	assert_memory_equal(output, "usage: sampan check", 19);
	assert_int_equal(RUN(cmd_schema, "schema"), 64);
	assert_int_equal(RUN(cmd_schema, "schema", "lists"), 64);
	assert_int_equal(RUN(cmd_schema, "schema", "--help"), 0);
}

static void the_set_is_listed_and_checked(void **state)
{
	json_t *all;

	(void)state;
	assert_int_equal(RUN(cmd_schema, "schema", "list"), 0);
	assert_non_null(strstr(output, "vn.export/1              Export declaration\n"));
	assert_int_equal(RUN(cmd_schema, "schema", "check"), 0);
	assert_non_null(strstr(output, "schemas: ok: "));
	assert_int_equal(RUN(cmd_schema, "schema", "list", "--json"), 0);
	all = json_loads(output, 0, NULL);
	assert_non_null(all);
	assert_int_equal(strlen(json_string_value(json_object_get(all, "schemaSet"))), 64);
	assert_true(json_array_size(json_object_get(all, "schemas")) > 3);
	json_decref(all);
}

static void a_set_that_cannot_be_used_ends_with_78(void **state)
{
	(void)state;
	assert_int_equal(setenv("SAMPAN_SCHEMAS", "/nowhere", 1), 0);
	assert_int_equal(RUN(cmd_schema, "schema", "check"), 78);
	assert_int_equal(RUN(cmd_check, "check", GOOD), 78);
	assert_int_equal(setenv("SAMPAN_SCHEMAS", "tests", 1), 0);
	assert_int_equal(RUN(cmd_schema, "schema", "check"), 78);
}

static void what_makes_checking_a_kind_slow_is_told(void **state)
{
	char folder[] = "/tmp/sampan-cmd-check-XXXXXX";

	(void)state;
	assert_non_null(mkdtemp(folder));
	assert_int_equal(setenv("SET", folder, 1), 0);
	assert_int_equal(system("cp -r schemas/. $SET && sed -i"
				" 's|</xs:schema>|<xs:attributeGroup name=\"g\"/></xs:schema>|'"
				" $SET/xsd/vn-co-authorise.xsd"),
			 0);
	assert_int_equal(setenv("SAMPAN_SCHEMAS", folder, 1), 0);
	assert_int_equal(RUN(cmd_schema, "schema", "check"), 0);
	assert_non_null(strstr(output, "\nvn.co-authorise/1: slower to check, because of "
				       "xsd/vn-co-authorise.xsd:"));
	assert_non_null(strstr(output, " attributeGroup\n"));
	assert_int_equal(system("rm -rf $SET"), 0);
}

#define TEST(name) cmocka_unit_test_setup(name, set_up)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_document_in_order_ends_with_0),
		TEST(what_must_be_signed_and_is_not_is_warned_of),
		TEST(a_document_with_errors_ends_with_65_and_names_the_place),
		TEST(what_is_no_error_is_told_and_ends_with_0),
		TEST(the_day_that_counts_is_a_day),
		TEST(vietnamese_is_one_option_away),
		TEST(a_missing_file_ends_with_66_and_the_others_are_checked),
		TEST(a_files_name_writes_no_more_than_its_line),
		TEST(json_is_one_object_on_one_line_per_file),
		TEST(usage_is_64_and_help_is_0),
		TEST(the_set_is_listed_and_checked),
		TEST(a_set_that_cannot_be_used_ends_with_78),
		TEST(what_makes_checking_a_kind_slow_is_told),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
