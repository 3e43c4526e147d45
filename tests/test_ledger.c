/* ledger: one commit or nothing, reads of one's own writes, rewinding, faults of the engine,
 * proofs, checkpoints. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "sampan/engine_ahead.h"
#include "tests/support/ledger_bench.h"

static struct bytes text(const char *at)
{
	return bytes_of_text(at);
}

/* Opens the same store anew: what memory held must be what the store holds. */
static void assert_same_when_opened_again(struct ledger_bench *bench)
{
	struct ledger_shared shared = ledger_bench_share(bench->engine);
	struct ledger *again;
	struct hash root, other_root;
	uint64_t size, other_size;

	assert_int_equal(ledger_open(&shared.engine, NULL, false, &again), OK);
	assert_int_equal(ledger_head(bench->ledger, &size, &root), OK);
	assert_int_equal(ledger_head(again, &other_size, &other_root), OK);
	assert_int_equal(size, other_size);
	assert_true(hash_equal(&root, &other_root));
	assert_string_equal(ledger_origin(again), ledger_origin(bench->ledger));
	ledger_close(again);
}

static void a_new_ledger_has_a_name_and_no_records(void **state)
{
	struct ledger_bench *bench = *state;

	assert_string_equal(ledger_origin(bench->ledger), "vn.test.example/1");
	assert_int_equal(ledger_epoch(bench->ledger), 1);
	ledger_bench_assert_sound(bench, 0);
	assert_same_when_opened_again(bench);
}

static void a_bad_or_missing_name_makes_no_ledger(void **state)
{
	static const char *const names[] = {"", "with space", "with+plus", "line\nend"};
	struct engine *engine;
	struct ledger *ledger;

	(void)state;
	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++) {
		assert_int_equal(engine_sim_open(&engine), OK);
		assert_int_equal(ledger_open(engine, names[i], false, &ledger), ERR_USAGE);
	}
	assert_int_equal(engine_sim_open(&engine), OK);
	assert_int_equal(ledger_open(engine, NULL, false, &ledger), ERR_MISSING);
	assert_int_equal(engine_sim_open(&engine), OK);
	assert_int_equal(ledger_open(engine, "vn.test.example", true, &ledger), ERR_MISSING);
}

/* Keys that lie elsewhere would be found missing, and a document lodged again be taken twice. */
static void a_ledger_of_another_format_is_not_opened(void **state)
{
	static const uint8_t key = 'H';
	static const uint8_t versions[] = {1, 2, 5, 3};
	struct ledger_bench *bench = *state;
	struct ledger_shared shared = ledger_bench_share(bench->engine);
	struct bytes head;
	struct ledger *ledger;

	assert_int_equal(engine_get(bench->engine, bytes_of(&key, 1), bench->arena, &head), OK);
	for (size_t i = 0; i < sizeof(versions); i++) {
		uint8_t *other = arena_copy(bench->arena, head);
		struct engine_put put = {.key = bytes_of(&key, 1),
					 .value = bytes_of(other, head.len)};
		struct engine_batch batch = {.puts = &put, .put_count = 1};
		uint64_t number = 0;

		assert_non_null(other);
		assert_int_equal(other[0] + other[1],
				 4); /* the version, in either order of bytes */
		other[other[0] == 4 ? 0 : 1] = versions[i];
		assert_int_equal(engine_head(bench->engine, &batch.expected_head), OK);
		assert_int_equal(engine_commit(bench->engine, &batch, &number), OK);
		assert_int_equal(ledger_open(&shared.engine, NULL, false, &ledger),
				 versions[i] == 3 ? OK : ERR_VERSION);
	}
	ledger_close(
		ledger); /* that of the version before: its keys lie where they are looked for */
}

static void records_are_numbered_without_gaps_and_read_back(void **state)
{
	struct ledger_bench *bench = *state;
	struct batch *batch = ledger_bench_begin(bench);
	struct record record;
	struct bytes payload, leaf;
	struct hash hash;

	assert_int_equal(ledger_bench_append(bench, batch, 0, "first"), 1);
	assert_int_equal(ledger_bench_append(bench, batch, 1, NULL), 2);
	assert_int_equal(ledger_bench_append(bench, batch, 0, ""), 3);
	assert_int_equal(ledger_bench_size(bench), 0); /* not before it is durable */
	assert_int_equal(ledger_record(bench->ledger, 1, bench->arena, &record, NULL), ERR_MISSING);
	assert_int_equal(ledger_commit(bench->ledger, batch), OK);
	assert_int_equal(ledger_bench_size(bench), 3);
	assert_int_equal(ledger_record(bench->ledger, 2, bench->arena, &record, &leaf), OK);
	assert_int_equal(record.number, 2);
	assert_int_equal(record.message, 1);
	assert_string_equal(record.event, "SubmissionAcceptance");
	assert_string_equal(record.actor, "party:acme");
	assert_string_equal(facts_get(&record.attributes, "kind"), "vn.export");
	assert_int_equal(record.payload_count, 0);
	assert_int_equal(ledger_record(bench->ledger, 1, bench->arena, &record, NULL), OK);
	assert_int_equal(record.message, 1); /* it begins a message */
	hash = hash_of(text("first"));
	assert_true(hash_equal(&record.payloads[0].hash, &hash));
	assert_int_equal(record.payloads[0].len, 5);
	assert_int_equal(ledger_payload(bench->ledger, 1, 0, bench->arena, &payload), OK);
	assert_true(bytes_equal(payload, text("first")));
	assert_int_equal(ledger_payload(bench->ledger, 3, 0, bench->arena, &payload), OK);
	assert_int_equal(payload.len, 0);
	assert_int_equal(ledger_payload(bench->ledger, 1, 1, bench->arena, &payload), ERR_MISSING);
	assert_int_equal(ledger_payload(bench->ledger, 4, 0, bench->arena, &payload), ERR_MISSING);
	assert_int_equal(ledger_record(bench->ledger, 0, bench->arena, &record, NULL), ERR_MISSING);
	ledger_bench_assert_sound(bench, 3);
	assert_same_when_opened_again(bench);
}

static void the_same_record_twice_has_two_leaf_hashes(void **state)
{
	struct ledger_bench *bench = *state;
	struct record first, second;

	ledger_bench_add_records(bench, 2);
	assert_int_equal(ledger_record(bench->ledger, 1, bench->arena, &first, NULL), OK);
	assert_int_equal(ledger_record(bench->ledger, 2, bench->arena, &second, NULL), OK);
	assert_memory_not_equal(first.salt, second.salt, RECORD_SALT_BYTES);
}

static void a_batch_reads_its_own_writes(void **state)
{
	struct ledger_bench *bench = *state;
	struct batch *batch = ledger_bench_begin(bench);
	struct bytes got;

	assert_int_equal(batch_put(batch, text("Ma"), text("1")), OK);
	assert_int_equal(batch_put(batch, text("Mb"), text("1")), OK);
	assert_int_equal(ledger_commit(bench->ledger, batch), OK);
	batch = ledger_bench_begin(bench);
	assert_int_equal(batch_count(batch), 0);
	assert_int_equal(batch_get(batch, text("Ma"), bench->arena, &got), OK);
	assert_true(bytes_equal(got, text("1")));
	assert_int_equal(batch_put(batch, text("Ma"), text("2")), OK);
	assert_int_equal(batch_put(batch, text("Ma"), text("3")), OK);
	assert_int_equal(batch_get(batch, text("Ma"), bench->arena, &got), OK);
	assert_true(bytes_equal(got, text("3")));
	assert_int_equal(batch_delete(batch, text("Mb")), OK);
	assert_int_equal(batch_get(batch, text("Mb"), bench->arena, &got), ERR_MISSING);
	assert_int_equal(batch_delete(batch, text("Mc")), OK);
	assert_int_equal(batch_put(batch, text("Mc"), text("4")), OK);
	assert_int_equal(batch_get(batch, text("Mc"), bench->arena, &got), OK);
	assert_int_equal(ledger_get(bench->ledger, text("Ma"), bench->arena, &got), OK);
	assert_true(bytes_equal(got, text("1"))); /* what is durable */
	assert_int_equal(ledger_commit(bench->ledger, batch), OK);
	assert_int_equal(ledger_get(bench->ledger, text("Ma"), bench->arena, &got), OK);
	assert_true(bytes_equal(got, text("3")));
	assert_int_equal(ledger_get(bench->ledger, text("Mb"), bench->arena, &got), ERR_MISSING);
	assert_int_equal(ledger_get(bench->ledger, text("Mc"), bench->arena, &got), OK);
}

static void rewinding_takes_back_puts_deletes_and_records(void **state)
{
	struct ledger_bench *bench = *state;
	struct batch *batch;
	struct bytes got;
	size_t mark;

	ledger_bench_add_records(bench, 5);
	batch = ledger_bench_begin(bench);
	assert_int_equal(ledger_bench_append(bench, batch, 0, "kept"), 6);
	assert_int_equal(batch_put(batch, text("Ma"), text("kept")), OK);
	mark = batch_mark(batch);
	for (int i = 0; i < 40; i++) { /* through several carries and a growth of the table */
		ledger_bench_append(bench, batch, 0, "forgotten");
		assert_int_equal(batch_put(batch, text("Ma"), text("forgotten")), OK);
	}
	assert_int_equal(batch_delete(batch, text("Ma")), OK);
	assert_int_equal(batch_put(batch, text("Mb"), text("forgotten")), OK);
	batch_rewind(batch, mark);
	assert_int_equal(batch_mark(batch), mark);
	assert_int_equal(batch_get(batch, text("Ma"), bench->arena, &got), OK);
	assert_true(bytes_equal(got, text("kept")));
	assert_int_equal(batch_get(batch, text("Mb"), bench->arena, &got), ERR_MISSING);
	assert_int_equal(ledger_bench_append(bench, batch, 0, "after"), 7);
	assert_int_equal(ledger_commit(bench->ledger, batch), OK);
	assert_int_equal(ledger_payload(bench->ledger, 7, 0, bench->arena, &got), OK);
	assert_true(bytes_equal(got, text("after")));
	ledger_bench_assert_sound(bench, 7);
	assert_same_when_opened_again(bench);
}

static void rewinding_at_every_size_restores_the_tree(void **state)
{
	struct ledger_bench *bench = *state;

	for (uint64_t size = 0; size < 34; size++) {
		struct batch *batch = ledger_bench_begin(bench);
		size_t mark = batch_mark(batch);

		for (int i = 0; i < 9; i++)
			ledger_bench_append(bench, batch, 0, "forgotten");
		batch_rewind(batch, mark);
		assert_int_equal(batch_count(batch), 0);
		assert_int_equal(ledger_bench_append(bench, batch, 0, "kept"), size + 1);
		assert_int_equal(ledger_commit(bench->ledger, batch), OK);
	}
	ledger_bench_assert_sound(bench, 34);
}

static void what_is_too_long_leaves_the_batch_unchanged(void **state)
{
	struct ledger_bench *bench = *state;
	struct batch *batch = ledger_bench_begin(bench);
	uint8_t *large = calloc(1, LIMIT_PAYLOAD_BYTES + 1);
	struct bytes payloads[LIMIT_RECORD_PAYLOADS + 1] = {0};
	char *actor = calloc(1, LIMIT_RECORD_BYTES + 1);
	struct record record = {
		.time_ms = 1, .event = "e", .actor = "a", .payloads[0].role = "document"};
	uint64_t number = 77;

	assert_true(large != NULL && actor != NULL);
	facts_init(&record.attributes, bench->arena);
	payloads[0] = bytes_of(large, LIMIT_PAYLOAD_BYTES + 1);
	assert_int_equal(batch_append(batch, &record, payloads, 1, &number), ERR_LIMIT);
	assert_int_equal(batch_append(batch, &record, payloads, LIMIT_RECORD_PAYLOADS + 1, &number),
			 ERR_LIMIT);
	memset(actor, 'a', LIMIT_RECORD_BYTES);
	record.actor = actor;
	assert_int_equal(batch_append(batch, &record, payloads, 0, &number), ERR_LIMIT);
	record.actor = "a";
	record.message = 2; /* of a record that is not there yet */
	assert_int_equal(batch_append(batch, &record, payloads, 0, &number), ERR_USAGE);
	record.message = 0;
	record.time_ms = UINT64_MAX;
	assert_int_equal(batch_append(batch, &record, payloads, 0, &number), ERR_USAGE);
	assert_int_equal(batch_put(batch, text("M"), payloads[0]), ERR_LIMIT);
	assert_int_equal(number, 77);
	assert_int_equal(batch_count(batch), 0);
	record.time_ms = 1;
	payloads[0].len = LIMIT_PAYLOAD_BYTES;
	assert_int_equal(batch_append(batch, &record, payloads, 1, &number), OK);
	assert_int_equal(number, 1);
	assert_int_equal(ledger_commit(bench->ledger, batch), OK);
	ledger_bench_assert_sound(bench, 1);
	free(large);
	free(actor);
}

static void a_dropped_batch_leaves_nothing(void **state)
{
	struct ledger_bench *bench = *state;
	struct batch *batch = ledger_bench_begin(bench);

	ledger_bench_append(bench, batch, 0, "forgotten");
	ledger_drop(bench->ledger, batch);
	ledger_drop(bench->ledger, NULL);
	ledger_bench_add_records(bench, 1);
	ledger_bench_assert_sound(bench, 1);
}

static void a_failed_commit_leaves_the_ledger_as_it_was(void **state)
{
	static const enum err errors[] = {ERR_FULL, ERR_IO, ERR_UNAVAILABLE};
	struct ledger_bench *bench = *state;

	ledger_bench_add_records(bench, 3);
	for (size_t i = 0; i < sizeof(errors) / sizeof(*errors); i++) {
		struct engine_faults faults = {.fail_commit_at = 1, .fail_with = errors[i]};
		struct batch *batch = ledger_bench_begin(bench);

		ledger_bench_append(bench, batch, 0, "lost");
		engine_sim_set_faults(bench->engine, &faults);
		assert_int_equal(ledger_commit(bench->ledger, batch), errors[i]);
		assert_int_equal(ledger_bench_size(bench), 3 + i);
		assert_same_when_opened_again(bench);
		ledger_bench_add_records(bench, 1);
	}
	ledger_bench_assert_sound(bench, 6);
}

static void a_full_store_takes_again_what_fits(void **state)
{
	struct ledger_bench *bench = *state;
	static char large[100001];
	struct batch *batch;

	for (size_t i = 0; i + 1 < sizeof(large); i += HASH_BYTES) { /* does not become smaller */
		struct hash hash = hash_of(bytes_of(&i, sizeof(i)));

		for (size_t j = 0; j < HASH_BYTES && i + j + 1 < sizeof(large); j++)
			large[i + j] = (char)(hash.at[j] | 1);
	}
	engine_sim_set_faults(bench->engine, &(struct engine_faults){.max_bytes = 50000});
	ledger_bench_add_records(bench, 3);
	batch = ledger_bench_begin(bench);
	ledger_bench_append(bench, batch, 0, large);
	assert_int_equal(ledger_commit(bench->ledger, batch), ERR_FULL);
	ledger_bench_add_records(bench, 3);
	ledger_bench_assert_sound(bench, 6);
}

static void an_unknown_outcome_is_read_from_the_head(void **state)
{
	struct ledger_bench *bench = *state;
	struct engine_faults there = {.unknown_commit_at = 1};
	struct engine_faults not_there = {.fail_commit_at = 1, .fail_with = ERR_UNKNOWN};
	struct batch *batch = ledger_bench_begin(bench);

	ledger_bench_append(bench, batch, 0, "there");
	engine_sim_set_faults(bench->engine, &there);
	assert_int_equal(ledger_commit(bench->ledger, batch), OK);
	assert_int_equal(ledger_bench_size(bench), 1);
	batch = ledger_bench_begin(bench);
	ledger_bench_append(bench, batch, 0, "not there");
	engine_sim_set_faults(bench->engine, &not_there);
	assert_int_equal(ledger_commit(bench->ledger, batch), ERR_UNAVAILABLE);
	assert_int_equal(ledger_bench_size(bench), 1);
	ledger_bench_add_records(bench, 2);
	ledger_bench_assert_sound(bench, 3);
	assert_same_when_opened_again(bench);
}

static void while_the_outcome_cannot_be_read_nothing_begins(void **state)
{
	struct ledger_bench *bench = *state;
	struct ledger_shared shared = ledger_bench_share(bench->engine);
	struct ledger_bench beside = *bench;
	struct batch *batch;

	assert_int_equal(ledger_open(&shared.engine, NULL, false, &beside.ledger), OK);
	batch = ledger_bench_begin(&beside);
	ledger_bench_append(&beside, batch, 0, "there after all");
	engine_sim_set_faults(bench->engine, &(struct engine_faults){.unknown_commit_at = 1});
	shared.head_err = ERR_IO;
	assert_int_equal(ledger_commit(beside.ledger, batch), ERR_IO);
	assert_int_equal(ledger_begin(beside.ledger, &batch), ERR_IO);
	shared.head_err = OK;
	ledger_bench_add_records(&beside, 1);
	assert_int_equal(ledger_bench_size(&beside), 2);
	ledger_bench_assert_sound(&beside, 2);
	ledger_close(beside.ledger);
}

static void two_writers_of_one_store_do_not_mix(void **state)
{
	struct ledger_bench *bench = *state;
	struct ledger_shared shared = ledger_bench_share(bench->engine);
	struct ledger_bench beside = *bench;
	struct batch *batch;

	assert_int_equal(ledger_open(&shared.engine, NULL, false, &beside.ledger), OK);
	ledger_bench_add_records(&beside, 1);
	batch = ledger_bench_begin(bench);
	ledger_bench_append(bench, batch, 0, "late");
	assert_int_equal(ledger_commit(bench->ledger, batch), ERR_CONFLICT);
	ledger_bench_add_records(bench, 1); /* read again what is there */
	ledger_bench_assert_sound(bench, 2);
	ledger_close(beside.ledger);
}

static void a_reader_sees_what_was_committed_last_and_writes_nothing(void **state)
{
	struct ledger_bench *bench = *state;
	struct ledger_shared shared = ledger_bench_share(bench->engine);
	struct ledger_bench beside = *bench;
	struct tree_proof proof;
	struct batch *batch;

	assert_int_equal(ledger_open(&shared.engine, NULL, true, &beside.ledger), OK);
	assert_int_equal(ledger_begin(beside.ledger, &batch), ERR_DENIED);
	assert_int_equal(ledger_bench_size(&beside), 0);
	ledger_bench_add_records(bench, 3);
	assert_int_equal(ledger_bench_size(&beside), 3);
	assert_int_equal(ledger_prove_inclusion(beside.ledger, 2, 3, &proof), OK);
	ledger_bench_assert_sound(&beside, 3);
	ledger_close(beside.ledger);
}

static void proofs_hold_under_the_roots_given_out(void **state)
{
	struct ledger_bench *bench = *state;
	struct hash roots[20] = {0}, leaf_hash;
	struct tree_proof proof;
	struct bytes leaf;
	uint64_t size;

	for (size_t i = 1; i < 20; i++) {
		ledger_bench_add_records(bench, 1);
		assert_int_equal(ledger_head(bench->ledger, &size, &roots[i]), OK);
	}
	for (uint64_t newer = 1; newer < 20; newer++)
		for (uint64_t number = 1; number <= newer; number++) {
			assert_int_equal(
				ledger_record(bench->ledger, number, bench->arena, NULL, &leaf),
				OK);
			leaf_hash = record_leaf_hash(leaf);
			assert_int_equal(
				ledger_prove_inclusion(bench->ledger, number, newer, &proof), OK);
			assert_true(tree_verify_inclusion(&leaf_hash, number - 1, newer, &proof,
							  &roots[newer]));
			assert_int_equal(
				ledger_prove_consistency(bench->ledger, number, newer, &proof), OK);
			assert_true(tree_verify_consistency(number, &roots[number], newer,
							    &roots[newer], &proof));
		}
	assert_int_equal(ledger_prove_inclusion(bench->ledger, 1, 20, &proof), ERR_USAGE);
	assert_int_equal(ledger_prove_inclusion(bench->ledger, 0, 19, &proof), ERR_USAGE);
	assert_int_equal(ledger_prove_consistency(bench->ledger, 1, 20, &proof), ERR_USAGE);
}

static void assert_covering(struct ledger_bench *bench, uint64_t number, uint64_t expected)
{
	struct checkpoint checkpoint;
	struct bytes note;

	assert_int_equal(
		ledger_checkpoint_first_covering(bench->ledger, number, bench->arena, &note), OK);
	assert_int_equal(checkpoint_verify(note, bench->public_key, &checkpoint), OK);
	assert_int_equal(checkpoint.size, expected);
}

static void the_first_covering_checkpoint_never_changes(void **state)
{
	struct ledger_bench *bench = *state;
	struct batch *batch;
	struct buffer small, note, large;
	struct bytes got;
	uint64_t size;

	assert_int_equal(ledger_checkpoint_last(bench->ledger, bench->arena, &got), ERR_MISSING);
	ledger_bench_add_records(bench, 3);
	ledger_bench_sign_head(bench, &small, &size);
	ledger_bench_add_records(bench, 1);
	assert_int_equal(ledger_checkpoint_first_covering(bench->ledger, 1, bench->arena, &got),
			 ERR_MISSING);
	ledger_bench_add_checkpoint(bench);
	ledger_bench_add_records(bench, 3);
	assert_covering(bench, 1, 4);
	assert_covering(bench, 4, 4);
	assert_int_equal(ledger_checkpoint_first_covering(bench->ledger, 5, bench->arena, &got),
			 ERR_MISSING);
	batch = ledger_bench_begin(bench);
	assert_int_equal(batch_put_checkpoint(batch, 3, buffer_bytes(&small)), ERR_EXISTS);
	ledger_bench_sign_head(bench, &note, &size);
	assert_int_equal(batch_put_checkpoint(batch, 6, buffer_bytes(&note)), ERR_USAGE);
	assert_int_equal(batch_put_checkpoint(batch, 7, text("note")), ERR_FORMAT);
	assert_int_equal(batch_put_checkpoint(batch, 7, buffer_bytes(&note)), OK);
	assert_int_equal(batch_put_checkpoint(batch, 7, buffer_bytes(&note)), OK);
	assert_int_equal(batch_count(batch), 1);
	ledger_bench_append(bench, batch, 0, "not durable");
	assert_int_equal(ledger_commit(bench->ledger, batch), OK);
	assert_covering(bench, 3, 4);
	assert_covering(bench, 5, 7);
	assert_int_equal(ledger_checkpoint_last(bench->ledger, bench->arena, &got), OK);
	assert_true(bytes_equal(got, buffer_bytes(&note)));
	ledger_bench_sign_head(bench, &large, &size);
	assert_int_equal(size, 8);
	batch = ledger_bench_begin(bench);
	ledger_bench_append(bench, batch, 0, "not durable");
	assert_int_equal(batch_put_checkpoint(batch, 7, buffer_bytes(&note)), OK);
	ledger_drop(bench->ledger, batch);
	assert_int_equal(ledger_bench_verify(bench).checkpoints, 2);
	buffer_clear(&small);
	buffer_clear(&note);
	buffer_clear(&large);
}

#define TEST(name) \
	cmocka_unit_test_setup_teardown(name, ledger_bench_set_up, ledger_bench_tear_down)

/* Over LMDB with a thread of its own. */
static void a_batch_is_built_upon_one_that_is_not_durable_yet(void **state)
{
	char folder[] = "/tmp/sampan-ledger-XXXXXX", command[64];
	struct ledger_bench *outer = *state, bench = *outer;
	struct batch *first, *second;
	struct engine *engine;
	struct bytes got;

	assert_non_null(mkdtemp(folder));
	assert_int_equal(engine_lmdb_open(folder, (size_t)1 << 28, false, &engine), OK);
	assert_int_equal(engine_ahead_open(engine, &engine), OK);
	assert_int_equal(ledger_open(engine, "vn.test.example", false, &bench.ledger), OK);
	assert_true(ledger_commit_fd(bench.ledger) >= 0);
	assert_int_equal(ledger_commit_fd(outer->ledger), -1);
	for (uint64_t size = 0; size < 40; size += 4) {
		first = ledger_bench_begin(&bench);
		assert_int_equal(ledger_bench_append(&bench, first, 0, "one"), size + 1);
		assert_int_equal(ledger_bench_append(&bench, first, 0, "two"), size + 2);
		assert_int_equal(batch_put(first, text("Ma"), text("1")), OK);
		assert_int_equal(ledger_commit_begin(bench.ledger, first), OK);
		assert_int_equal(ledger_bench_size(&bench), size);
		second = ledger_bench_begin(&bench);
		assert_int_equal(ledger_bench_append(&bench, second, size + 1, "three"), size + 3);
		assert_int_equal(batch_get(second, text("Ma"), bench.arena, &got), OK);
		assert_true(bytes_equal(got, text("1")));
		assert_int_equal(batch_delete(second, text("Ma")), OK);
		assert_int_equal(ledger_commit_end(bench.ledger), OK);
		assert_int_equal(ledger_bench_size(&bench), size + 2);
		assert_int_equal(ledger_bench_append(&bench, second, 0, "four"), size + 4);
		assert_int_equal(ledger_commit(bench.ledger, second), OK);
		ledger_bench_assert_sound(&bench, size + 4);
	}
	assert_int_equal(ledger_get(bench.ledger, text("Ma"), bench.arena, &got), ERR_MISSING);
	first = ledger_bench_begin(&bench);
	(void)ledger_bench_append(&bench, first, 0, "last");
	assert_int_equal(ledger_commit_begin(bench.ledger, first), OK);
	ledger_close(bench.ledger); /* waits for it */
	assert_int_equal(engine_lmdb_open(folder, (size_t)1 << 28, false, &engine), OK);
	assert_int_equal(ledger_open(engine, NULL, false, &bench.ledger), OK);
	ledger_bench_assert_sound(&bench, 41);
	ledger_close(bench.ledger);
	(void)snprintf(command, sizeof(command), "rm -r %s", folder);
	assert_int_equal(system(command), 0);
}

static struct bytes stored_payload(struct ledger_bench *bench, uint64_t number)
{
	uint8_t key[] = {'P', 0, 0, 0, 0, 0, 0, 0, (uint8_t)number, 0};
	struct bytes stored;

	assert_int_equal(
		ledger_get(bench->ledger, bytes_of(key, sizeof(key)), bench->arena, &stored), OK);
	return stored;
}

static void what_is_packed_early_is_stored_as_what_the_commit_packs(void **state)
{
	static char document[8000], other[8000];
	struct ledger_bench *bench = *state;
	struct batch *batch = ledger_bench_begin(bench);
	struct bytes got;
	size_t mark;

	memset(document, 'a', sizeof(document) - 1);
	memset(other, 'b', sizeof(other) - 1);
	assert_false(batch_pack(batch, 8));
	assert_int_equal(ledger_bench_append(bench, batch, 0, document), 1);
	mark = batch_mark(batch);
	assert_int_equal(ledger_bench_append(bench, batch, 0, other), 2);
	assert_false(batch_pack(batch, 8));
	batch_rewind(batch, mark);
	assert_int_equal(ledger_bench_append(bench, batch, 0, document), 2); /* another one */
	assert_int_equal(ledger_bench_append(bench, batch, 0, "short"), 3);
	assert_int_equal(ledger_bench_append(bench, batch, 0, document), 4);
	assert_true(batch_pack(batch, 1));
	assert_int_equal(ledger_commit(bench->ledger, batch), OK);
	for (uint64_t number = 1; number <= 4; number++) {
		const char *text_of_it = number == 3 ? "short" : document;

		assert_int_equal(ledger_payload(bench->ledger, number, 0, bench->arena, &got), OK);
		assert_true(bytes_equal(got, bytes_of_text(text_of_it)));
	}
	assert_true(stored_payload(bench, 1).len < 1000);
	assert_true(bytes_equal(stored_payload(bench, 1), stored_payload(bench, 2)));
	assert_true(bytes_equal(stored_payload(bench, 1), stored_payload(bench, 4)));
	ledger_bench_assert_sound(bench, 4);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_new_ledger_has_a_name_and_no_records),
		TEST(a_bad_or_missing_name_makes_no_ledger),
		TEST(a_ledger_of_another_format_is_not_opened),
		TEST(records_are_numbered_without_gaps_and_read_back),
		TEST(the_same_record_twice_has_two_leaf_hashes),
		TEST(a_batch_reads_its_own_writes),
		TEST(rewinding_takes_back_puts_deletes_and_records),
		TEST(rewinding_at_every_size_restores_the_tree),
		TEST(what_is_too_long_leaves_the_batch_unchanged),
		TEST(a_dropped_batch_leaves_nothing),
		TEST(a_failed_commit_leaves_the_ledger_as_it_was),
		TEST(a_full_store_takes_again_what_fits),
		TEST(an_unknown_outcome_is_read_from_the_head),
		TEST(while_the_outcome_cannot_be_read_nothing_begins),
		TEST(two_writers_of_one_store_do_not_mix),
		TEST(what_is_packed_early_is_stored_as_what_the_commit_packs),
		TEST(a_batch_is_built_upon_one_that_is_not_durable_yet),
		TEST(a_reader_sees_what_was_committed_last_and_writes_nothing),
		TEST(proofs_hold_under_the_roots_given_out),
		TEST(the_first_covering_checkpoint_never_changes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
