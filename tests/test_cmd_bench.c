/* The bench command, and what the translation benchmark prints; what it measures is its own matter. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <jansson.h>
#include <libgen.h>
#include <stdio.h>
#include <sysexits.h>
#include <unistd.h>

#include "node/command.h"

static int run(int argc, char **argv)
{
	int saved = dup(2), code;
	FILE *err = tmpfile();

	assert_non_null(err);
	dup2(fileno(err), 2);
	code = cmd_bench(argc, argv);
	dup2(saved, 2);
	close(saved);
	fclose(err);
	return code;
}

static void a_benchmark_has_a_name_that_exists(void **state)
{
	char bench[] = "bench", wrong[] = "../../sampan", option[] = "--fast", good[] = "ledger";
	char *none[] = {bench, NULL}, *unknown[] = {bench, wrong, NULL};
	char *no_option[] = {bench, good, option, NULL}, *two[] = {bench, good, good, NULL};

	(void)state;
	assert_int_equal(run(1, none), EX_USAGE);
	assert_int_equal(run(2, unknown), EX_USAGE);
	assert_int_equal(run(3, no_option), EX_USAGE);
	assert_int_equal(run(3, two), EX_USAGE);
}

/* This program lies in build/tests, and no benchmarks lie below it. */
static void a_benchmark_that_is_not_built_is_unavailable(void **state)
{
	char bench[] = "bench", name[] = "translate", json[] = "--json";
	char *arguments[] = {bench, name, json, NULL};

	(void)state;
	assert_int_equal(run(3, arguments), EX_UNAVAILABLE);
}

/* One run of each small case, which measures nothing but has every key. */
static json_t *run_translate(void)
{
	char program[1024], command[1200];
	ssize_t len = readlink("/proc/self/exe", program, sizeof(program) - 1);
	json_t *json;
	FILE *output;

	assert_true(len > 0);
	program[len] = '\0';
	snprintf(command, sizeof(command), "%s/bench/bench_translate --json --once",
		 dirname(program));
	output = popen(command, "r");
	assert_non_null(output);
	json = json_loadf(output, 0, NULL);
	assert_int_equal(pclose(output), 0);
	assert_non_null(json);
	return json;
}

static void assert_ratio(const json_t *result)
{
	double lowest, median, highest;

	assert_int_equal(json_unpack((json_t *)(uintptr_t)result, "{s:{s:F, s:F, s:F}}", "ratioCpu",
				     "lowest", &lowest, "median", &median, "highest", &highest),
			 0);
	assert_true(lowest > 0 && lowest <= median && median <= highest);
}

static void translation_is_compared_case_by_case(void **state)
{
	json_t *json = run_translate(), *cases = json_object_get(json, "cases"), *ratio, *item;
	size_t index;

	(void)state;
	ratio = json_object_get(json, "ratio");
	assert_true(json_is_real(json_object_get(ratio, "libxslt")));
	assert_true(json_is_real(json_object_get(ratio, "libxml2+libxslt")));
	assert_non_null(json_object_get(ratio, "saxon"));
	assert_true(json_array_size(cases) >= 4);
	json_array_foreach(cases, index, item)
	{
		const char *name;
		json_int_t bytes, rows, in_xslt;

		assert_int_equal(json_unpack(item, "{s:s, s:I, s:{s:I, s:I}}", "case", &name,
					     "bytes", &bytes, "rows", "all", &rows, "inXslt",
					     &in_xslt),
				 0);
		assert_true(bytes > 8000 && in_xslt > 0 && in_xslt <= rows);
		assert_ratio(json_object_get(item, "libxslt"));
		assert_ratio(json_object_get(item, "libxsltOursChecked"));
		assert_ratio(json_object_get(item, "libxml2+libxslt"));
	}
	json_decref(json);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_benchmark_has_a_name_that_exists),
		cmocka_unit_test(a_benchmark_that_is_not_built_is_unavailable),
		cmocka_unit_test(translation_is_compared_case_by_case),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
