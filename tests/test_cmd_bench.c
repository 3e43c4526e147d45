/* The bench command itself; what the benchmarks measure is theirs. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
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

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_benchmark_has_a_name_that_exists),
		cmocka_unit_test(a_benchmark_that_is_not_built_is_unavailable),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
