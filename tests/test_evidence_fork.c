/*
 * evidence_fork: two checkpoints of one ledger and one size are of one tree, or the two files together prove that the
 * ledger has two histories. As a program with real files: tests/support/attack_evidence.py.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "node/evidence_fork.h"

static struct checkpoint seen(const char *origin, uint64_t size, const char *tree)
{
	struct checkpoint checkpoint = {.size = size, .root = hash_of(bytes_of_text(tree))};

	(void)snprintf(checkpoint.origin, sizeof(checkpoint.origin), "%s", origin);
	return checkpoint;
}

static void two_trees_of_one_size_are_a_fork_and_nothing_else_is(void **state)
{
	static const struct {
		const char *origin;
		uint64_t size;
		const char *tree;
		size_t forks; /* with all before it */
	} rows[] = {
		{"vn.example/1", 7, "a", 0}, {"vn.example/1", 7, "a", 0},
		{"vn.example/1", 8, "b", 0}, {"vn.example/2", 7, "c", 0},
		{"th.example/1", 7, "d", 0}, {"vn.example/1", 7, "e", 1},
		{"vn.example/1", 8, "f", 2},
	};
	struct evidence_forks forks;
	struct arena *arena = arena_new((size_t)1 << 20);

	(void)state;
	evidence_fork_init(&forks, arena);
	assert_int_equal(evidence_fork_print(&forks, false, false), 0);
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct checkpoint one = seen(rows[i].origin, rows[i].size, rows[i].tree);

		assert_int_equal(evidence_fork_note(&forks, "a file\x1b[2J", &one), OK);
		assert_int_equal(evidence_fork_print(&forks, i % 2 == 0, i % 3 == 0),
				 rows[i].forks);
	}
	arena_free(arena);
}

static void however_many_files_there_are_one_other_tree_is_found(void **state)
{
	struct evidence_forks forks;
	struct arena *arena = arena_new((size_t)16 << 20);

	(void)state;
	evidence_fork_init(&forks, arena);
	for (uint64_t i = 0; i < 1000; i++) {
		struct checkpoint one = seen("vn.example/1", i * 7919 % 500, i == 777 ? "x" : "a");

		assert_int_equal(evidence_fork_note(&forks, "file", &one), OK);
	}
	assert_int_equal(evidence_fork_print(&forks, true, false), 1);
	arena_free(arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(two_trees_of_one_size_are_a_fork_and_nothing_else_is),
		cmocka_unit_test(however_many_files_there_are_one_other_tree_is_found),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
