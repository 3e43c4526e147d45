/*
 * The seeds of the fuzz targets that have no test of a module beside them.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tests/support/fuzz_corpus.h"

#define LLVMFuzzerTestOneInput fuzz_unpack_one
#include "tests/fuzz/fuzz_unpack.c"
#undef LLVMFuzzerTestOneInput
#define LLVMFuzzerTestOneInput fuzz_map_one
#include "tests/fuzz/fuzz_map.c"
#undef LLVMFuzzerTestOneInput
#define LLVMFuzzerTestOneInput fuzz_check_one
#include "tests/fuzz/fuzz_check.c"
#undef LLVMFuzzerTestOneInput
#define LLVMFuzzerTestOneInput fuzz_http_one
#include "tests/fuzz/fuzz_http.c"
#undef LLVMFuzzerTestOneInput
#define LLVMFuzzerTestOneInput fuzz_evidence_one
#include "tests/fuzz/fuzz_evidence.c"
#undef LLVMFuzzerTestOneInput
#define LLVMFuzzerTestOneInput fuzz_socket_one
#include "tests/fuzz/fuzz_socket.c"
#undef LLVMFuzzerTestOneInput
#define LLVMFuzzerTestOneInput fuzz_page_form_one
#include "tests/fuzz/fuzz_page_form.c"
#undef LLVMFuzzerTestOneInput
#define LLVMFuzzerTestOneInput fuzz_form_one
#include "tests/fuzz/fuzz_form.c"
#undef LLVMFuzzerTestOneInput
#define LLVMFuzzerTestOneInput fuzz_csv_one
#include "tests/fuzz/fuzz_csv.c"
#undef LLVMFuzzerTestOneInput
#define LLVMFuzzerTestOneInput fuzz_code_search_one
#include "tests/fuzz/fuzz_code_search.c"
#undef LLVMFuzzerTestOneInput
#define LLVMFuzzerTestOneInput fuzz_witness_one
#include "tests/fuzz/fuzz_witness.c"

static void every_seed_of_packed_forms_passes(void **state)
{
	(void)state;
	assert_true(fuzz_corpus_run("tests/fuzz/corpus/unpack", fuzz_unpack_one) >= 20);
}

static void every_seed_of_the_schema_sets_files_passes(void **state)
{
	(void)state;
	assert_true(fuzz_corpus_run("tests/fuzz/corpus/map", fuzz_map_one) >= 6);
}

static void every_seed_of_the_own_check_passes(void **state)
{
	(void)state;
	assert_true(fuzz_corpus_run("tests/fuzz/corpus/check", fuzz_check_one) >= 14);
}

static void every_seed_of_the_https_door_passes(void **state)
{
	(void)state;
	assert_true(fuzz_corpus_run("tests/fuzz/corpus/http", fuzz_http_one) >= 30);
}

static void every_seed_of_the_roles_messages_passes(void **state)
{
	(void)state;
	assert_true(fuzz_corpus_run("tests/fuzz/corpus/socket", fuzz_socket_one) >= 11);
}

static void every_seed_of_evidence_passes(void **state)
{
	(void)state;
	assert_true(fuzz_corpus_run("tests/fuzz/corpus/evidence", fuzz_evidence_one) >= 4);
}

static void every_seed_of_what_partners_show_passes(void **state)
{
	(void)state;
	assert_true(fuzz_corpus_run("tests/fuzz/corpus/witness", fuzz_witness_one) >= 18);
}

static void every_seed_of_codes_and_what_is_typed_passes(void **state)
{
	(void)state;
	assert_true(fuzz_corpus_run("tests/fuzz/corpus/code_search", fuzz_code_search_one) >= 3);
}

static void every_seed_of_the_forms_of_pages_passes(void **state)
{
	(void)state;
	assert_true(fuzz_corpus_run("tests/fuzz/corpus/page_form", fuzz_page_form_one) >= 3);
}

static void every_seed_of_tables_passes(void **state)
{
	(void)state;
	assert_true(fuzz_corpus_run("tests/fuzz/corpus/csv", fuzz_csv_one) >= 4);
}

static void every_seed_of_what_people_fill_in_passes(void **state)
{
	(void)state;
	assert_true(fuzz_corpus_run("tests/fuzz/corpus/form", fuzz_form_one) >= 5);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_seed_of_packed_forms_passes),
		cmocka_unit_test(every_seed_of_the_schema_sets_files_passes),
		cmocka_unit_test(every_seed_of_the_own_check_passes),
		cmocka_unit_test(every_seed_of_the_https_door_passes),
		cmocka_unit_test(every_seed_of_evidence_passes),
		cmocka_unit_test(every_seed_of_what_partners_show_passes),
		cmocka_unit_test(every_seed_of_the_roles_messages_passes),
		cmocka_unit_test(every_seed_of_the_forms_of_pages_passes),
		cmocka_unit_test(every_seed_of_codes_and_what_is_typed_passes),
		cmocka_unit_test(every_seed_of_tables_passes),
		cmocka_unit_test(every_seed_of_what_people_fill_in_passes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
