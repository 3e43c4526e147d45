/*
 * evidence_fork: two checkpoints of one ledger and one size are of one tree, and two records at one place are one, or
 * the two files together prove that the ledger has two histories. As a program with real files: tests/support/attack_evidence.py.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "node/evidence_fork.h"

/* A receipt that is proved, of the first record under a tree. */
static struct receipt_verdict receipt(const char *origin, uint64_t size, const char *tree)
{
	struct receipt_verdict verdict = {.fault = NULL,
					  .record = {.number = 1},
					  .checkpoint = {.size = size},
					  .leaf_hash = hash_of(bytes_of_text("the first"))};

	verdict.checkpoint.root = hash_of(bytes_of_text(tree));
	(void)snprintf(verdict.checkpoint.origin, sizeof(verdict.checkpoint.origin), "%s", origin);
	return verdict;
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
		struct receipt_verdict one = receipt(rows[i].origin, rows[i].size, rows[i].tree);

		assert_int_equal(evidence_fork_note_receipt(&forks, "a file\x1b[2J", &one), OK);
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
		struct receipt_verdict one =
			receipt("vn.example/1", i * 7919 % 500, i == 777 ? "x" : "a");

		assert_int_equal(evidence_fork_note_receipt(&forks, "file", &one), OK);
	}
	assert_int_equal(evidence_fork_print(&forks, true, false), 1);
	arena_free(arena);
}

/* Evidence of the record at a place of an epoch behind that base, under a tree as large as its number says. */
static enum err note_evidence(struct evidence_forks *forks, const char *origin, uint64_t base,
			      uint64_t number, const char *leaf)
{
	struct evidence_record record = {.number = number,
					 .leaf_hash = hash_of(bytes_of_text(leaf))};
	struct evidence evidence = {.base = base, .records = &record, .count = 1};

	evidence.checkpoint.size = 100 + forks->count; /* no two alike */
	(void)snprintf(evidence.checkpoint.origin, sizeof(evidence.checkpoint.origin), "%s",
		       origin);
	return evidence_fork_note_all(forks, "evidence", &evidence);
}

/* Under checkpoints of two sizes, none of which contradicts another. */
static void two_records_at_one_place_are_a_fork_too(void **state)
{
	struct arena *arena = arena_new((size_t)1 << 20);
	struct receipt_verdict one = receipt("vn.example/1", 7, "a");
	struct evidence_forks forks;

	(void)state;
	evidence_fork_init(&forks, arena);
	assert_int_equal(evidence_fork_note_receipt(&forks, "receipt", &one), OK);
	assert_int_equal(note_evidence(&forks, "vn.example/1", 0, 1, "the first"), OK);
	assert_int_equal(note_evidence(&forks, "vn.example/1", 0, 2, "the second"), OK);
	assert_int_equal(note_evidence(&forks, "vn.example/2", 7, 8, "of another epoch"), OK);
	assert_int_equal(note_evidence(&forks, "th.example/1", 0, 1, "of another ledger"), OK);
	assert_int_equal(evidence_fork_print(&forks, false, false), 0);
	assert_int_equal(note_evidence(&forks, "vn.example/1", 0, 1, "another"), OK);
	assert_int_equal(evidence_fork_print(&forks, false, true), 1);
	one = receipt("vn.example/1", 9, "b");
	one.place = 1;
	one.record.number = 2;
	assert_int_equal(evidence_fork_note_receipt(&forks, "receipt", &one), OK);
	assert_int_equal(evidence_fork_print(&forks, true, false), 2);
	arena_free(arena);
}

/* What the receipt in it was given under is of that history as well. */
static void the_checkpoint_of_a_receipt_in_evidence_counts(void **state)
{
	struct arena *arena = arena_new((size_t)1 << 20);
	struct receipt_verdict one = receipt("vn.example/1", 7, "a");
	struct evidence evidence = {.checkpoint = one.checkpoint, .receipt = bytes_of_text("{}")};
	struct evidence_forks forks;

	(void)state;
	evidence.checkpoint.size = 9;
	evidence.given = receipt("vn.example/1", 7, "b").checkpoint;
	evidence_fork_init(&forks, arena);
	assert_int_equal(evidence_fork_note_receipt(&forks, "receipt", &one), OK);
	assert_int_equal(evidence_fork_note_all(&forks, "evidence", &evidence), OK);
	assert_int_equal(evidence_fork_print(&forks, true, false), 1);
	arena_free(arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(two_trees_of_one_size_are_a_fork_and_nothing_else_is),
		cmocka_unit_test(however_many_files_there_are_one_other_tree_is_found),
		cmocka_unit_test(two_records_at_one_place_are_a_fork_too),
		cmocka_unit_test(the_checkpoint_of_a_receipt_in_evidence_counts),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
