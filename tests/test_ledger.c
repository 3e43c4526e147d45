/* ledger: one commit or nothing, reads of one's own writes, rewinding, faults of the engine,
 * verification. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "node/checkpoint.h"
#include "node/ledger.h"
#include "node/space.h"

struct bench {
	struct engine *engine; /* borrowed from the ledger */
	struct ledger *ledger;
	struct arena *arena;
	struct key *key;
	uint8_t public_key[KEY_PUBLIC_BYTES];
};

static int set_up(void **state)
{
	struct bench *bench = calloc(1, sizeof(*bench));

	assert_non_null(bench);
	bench->arena = arena_new((size_t)300 << 20);
	assert_int_equal(engine_sim_open(&bench->engine), OK);
	assert_int_equal(ledger_open(bench->engine, "vn.test.example", false, &bench->ledger), OK);
	assert_int_equal(key_new(&bench->key), OK);
	key_get_public(bench->key, bench->public_key);
	*state = bench;
	return 0;
}

static int tear_down(void **state)
{
	struct bench *bench = *state;

	ledger_close(bench->ledger);
	arena_free(bench->arena);
	key_free(bench->key);
	free(bench);
	return 0;
}

/* An engine that another ledger still holds: closing does nothing, so that one store can be opened
 * again. */
struct shared {
	struct engine engine;
	struct engine *inner;
	enum err head_err; /* what head() answers when not OK */
};

static enum err shared_get(struct engine *engine, struct bytes key, struct arena *arena,
			   struct bytes *ret_value)
{
	return engine_get(((struct shared *)engine)->inner, key, arena, ret_value);
}

static enum err shared_scan(struct engine *engine, struct bytes from, struct bytes until,
			    bool backwards, engine_visit *visit, void *context)
{
	return engine_scan(((struct shared *)engine)->inner, from, until, backwards, visit,
			   context);
}

static enum err shared_commit(struct engine *engine, const struct engine_batch *batch,
			      uint64_t *ret_head)
{
	return engine_commit(((struct shared *)engine)->inner, batch, ret_head);
}

static enum err shared_head(struct engine *engine, uint64_t *ret_head)
{
	struct shared *shared = (struct shared *)engine;

	return shared->head_err != OK ? shared->head_err : engine_head(shared->inner, ret_head);
}

static void shared_close(struct engine *engine)
{
	(void)engine;
}

static const struct engine_table shared_table = {shared_get, shared_scan, shared_commit,
						 shared_head, shared_close};

static struct shared share(struct engine *inner)
{
	return (struct shared){.engine.table = &shared_table, .inner = inner};
}

static struct bytes text(const char *at)
{
	return bytes_of_text(at);
}

static uint64_t append(struct bench *bench, struct batch *batch, uint64_t message,
		       const char *document)
{
	struct record record = {.time_ms = 1795340648123,
				.message = message,
				.event = "SubmissionAcceptance",
				.actor = "party:acme"};
	struct bytes payload = text(document);
	uint64_t number = 0;

	facts_init(&record.attributes, bench->arena);
	assert_int_equal(facts_put(&record.attributes, "kind", "vn.export"), OK);
	record.payloads[0].role = "document";
	assert_int_equal(batch_append(batch, &record, &payload, document == NULL ? 0 : 1, &number),
			 OK);
	return number;
}

static struct batch *begin(struct bench *bench)
{
	struct batch *batch;

	assert_int_equal(ledger_begin(bench->ledger, &batch), OK);
	return batch;
}

static void add_records(struct bench *bench, int count)
{
	struct batch *batch = begin(bench);

	for (int i = 0; i < count; i++)
		append(bench, batch, 0, "document");
	assert_int_equal(ledger_commit(bench->ledger, batch), OK);
}

static uint64_t size_of(struct bench *bench)
{
	struct hash root;
	uint64_t size = UINT64_MAX;

	assert_int_equal(ledger_head(bench->ledger, &size, &root), OK);
	return size;
}

static void sign_head(struct bench *bench, struct buffer *note, uint64_t *ret_size)
{
	struct checkpoint checkpoint = {0};

	assert_int_equal(ledger_head(bench->ledger, &checkpoint.size, &checkpoint.root), OK);
	strcpy(checkpoint.origin, ledger_origin(bench->ledger));
	buffer_init(note, CHECKPOINT_MAX_BYTES);
	assert_int_equal(checkpoint_sign(&checkpoint, bench->key, note), OK);
	*ret_size = checkpoint.size;
}

static void add_checkpoint(struct bench *bench)
{
	struct batch *batch = begin(bench);
	struct buffer note;
	uint64_t size;

	sign_head(bench, &note, &size);
	assert_int_equal(batch_put_checkpoint(batch, size, buffer_bytes(&note)), OK);
	assert_int_equal(ledger_commit(bench->ledger, batch), OK);
	buffer_clear(&note);
}

static struct ledger_verdict verify(struct bench *bench)
{
	struct ledger_verdict verdict = {0};

	assert_int_equal(ledger_verify(bench->ledger, bench->public_key, NULL, NULL, &verdict), OK);
	return verdict;
}

static void assert_sound(struct bench *bench, uint64_t records)
{
	struct ledger_verdict verdict = verify(bench);

	assert_string_equal(verdict.what, "");
	assert_int_equal(verdict.first_bad, 0);
	assert_int_equal(verdict.records, records);
}

/* Opens the same store anew: what memory held must be what the store holds. */
static void assert_same_when_opened_again(struct bench *bench)
{
	struct shared shared = share(bench->engine);
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
	struct bench *bench = *state;

	assert_string_equal(ledger_origin(bench->ledger), "vn.test.example/1");
	assert_int_equal(ledger_epoch(bench->ledger), 1);
	assert_sound(bench, 0);
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

static void records_are_numbered_without_gaps_and_read_back(void **state)
{
	struct bench *bench = *state;
	struct batch *batch = begin(bench);
	struct record record;
	struct bytes payload, leaf;
	struct hash hash;

	assert_int_equal(append(bench, batch, 0, "first"), 1);
	assert_int_equal(append(bench, batch, 1, NULL), 2);
	assert_int_equal(append(bench, batch, 0, ""), 3);
	assert_int_equal(size_of(bench), 0); /* not before it is durable */
	assert_int_equal(ledger_record(bench->ledger, 1, bench->arena, &record, NULL), ERR_MISSING);
	assert_int_equal(ledger_commit(bench->ledger, batch), OK);
	assert_int_equal(size_of(bench), 3);
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
	assert_sound(bench, 3);
	assert_same_when_opened_again(bench);
}

static void the_same_record_twice_has_two_leaf_hashes(void **state)
{
	struct bench *bench = *state;
	struct record first, second;

	add_records(bench, 2);
	assert_int_equal(ledger_record(bench->ledger, 1, bench->arena, &first, NULL), OK);
	assert_int_equal(ledger_record(bench->ledger, 2, bench->arena, &second, NULL), OK);
	assert_memory_not_equal(first.salt, second.salt, RECORD_SALT_BYTES);
}

static void a_batch_reads_its_own_writes(void **state)
{
	struct bench *bench = *state;
	struct batch *batch = begin(bench);
	struct bytes got;

	assert_int_equal(batch_put(batch, text("Ma"), text("1")), OK);
	assert_int_equal(batch_put(batch, text("Mb"), text("1")), OK);
	assert_int_equal(ledger_commit(bench->ledger, batch), OK);
	batch = begin(bench);
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
	struct bench *bench = *state;
	struct batch *batch;
	struct bytes got;
	size_t mark;

	add_records(bench, 5);
	batch = begin(bench);
	assert_int_equal(append(bench, batch, 0, "kept"), 6);
	assert_int_equal(batch_put(batch, text("Ma"), text("kept")), OK);
	mark = batch_mark(batch);
	for (int i = 0; i < 40; i++) { /* through several carries and a growth of the table */
		append(bench, batch, 0, "forgotten");
		assert_int_equal(batch_put(batch, text("Ma"), text("forgotten")), OK);
	}
	assert_int_equal(batch_delete(batch, text("Ma")), OK);
	assert_int_equal(batch_put(batch, text("Mb"), text("forgotten")), OK);
	batch_rewind(batch, mark);
	assert_int_equal(batch_mark(batch), mark);
	assert_int_equal(batch_get(batch, text("Ma"), bench->arena, &got), OK);
	assert_true(bytes_equal(got, text("kept")));
	assert_int_equal(batch_get(batch, text("Mb"), bench->arena, &got), ERR_MISSING);
	assert_int_equal(append(bench, batch, 0, "after"), 7);
	assert_int_equal(ledger_commit(bench->ledger, batch), OK);
	assert_int_equal(ledger_payload(bench->ledger, 7, 0, bench->arena, &got), OK);
	assert_true(bytes_equal(got, text("after")));
	assert_sound(bench, 7);
	assert_same_when_opened_again(bench);
}

static void rewinding_at_every_size_restores_the_tree(void **state)
{
	struct bench *bench = *state;

	for (uint64_t size = 0; size < 34; size++) {
		struct batch *batch = begin(bench);
		size_t mark = batch_mark(batch);

		for (int i = 0; i < 9; i++)
			append(bench, batch, 0, "forgotten");
		batch_rewind(batch, mark);
		assert_int_equal(batch_count(batch), 0);
		assert_int_equal(append(bench, batch, 0, "kept"), size + 1);
		assert_int_equal(ledger_commit(bench->ledger, batch), OK);
	}
	assert_sound(bench, 34);
}

static void what_is_too_long_leaves_the_batch_unchanged(void **state)
{
	struct bench *bench = *state;
	struct batch *batch = begin(bench);
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
	assert_sound(bench, 1);
	free(large);
	free(actor);
}

static void a_dropped_batch_leaves_nothing(void **state)
{
	struct bench *bench = *state;
	struct batch *batch = begin(bench);

	append(bench, batch, 0, "forgotten");
	ledger_drop(bench->ledger, batch);
	ledger_drop(bench->ledger, NULL);
	add_records(bench, 1);
	assert_sound(bench, 1);
}

static void a_failed_commit_leaves_the_ledger_as_it_was(void **state)
{
	static const enum err errors[] = {ERR_FULL, ERR_IO, ERR_UNAVAILABLE};
	struct bench *bench = *state;

	add_records(bench, 3);
	for (size_t i = 0; i < sizeof(errors) / sizeof(*errors); i++) {
		struct engine_faults faults = {.fail_commit_at = 1, .fail_with = errors[i]};
		struct batch *batch = begin(bench);

		append(bench, batch, 0, "lost");
		engine_sim_set_faults(bench->engine, &faults);
		assert_int_equal(ledger_commit(bench->ledger, batch), errors[i]);
		assert_int_equal(size_of(bench), 3 + i);
		assert_same_when_opened_again(bench);
		add_records(bench, 1);
	}
	assert_sound(bench, 6);
}

static void a_full_store_takes_again_what_fits(void **state)
{
	struct bench *bench = *state;
	static char large[100001];
	struct batch *batch;

	memset(large, 'x', sizeof(large) - 1);
	engine_sim_set_faults(bench->engine, &(struct engine_faults){.max_bytes = 50000});
	add_records(bench, 3);
	batch = begin(bench);
	append(bench, batch, 0, large);
	assert_int_equal(ledger_commit(bench->ledger, batch), ERR_FULL);
	add_records(bench, 3);
	assert_sound(bench, 6);
}

static void an_unknown_outcome_is_read_from_the_head(void **state)
{
	struct bench *bench = *state;
	struct engine_faults there = {.unknown_commit_at = 1};
	struct engine_faults not_there = {.fail_commit_at = 1, .fail_with = ERR_UNKNOWN};
	struct batch *batch = begin(bench);

	append(bench, batch, 0, "there");
	engine_sim_set_faults(bench->engine, &there);
	assert_int_equal(ledger_commit(bench->ledger, batch), OK);
	assert_int_equal(size_of(bench), 1);
	batch = begin(bench);
	append(bench, batch, 0, "not there");
	engine_sim_set_faults(bench->engine, &not_there);
	assert_int_equal(ledger_commit(bench->ledger, batch), ERR_UNAVAILABLE);
	assert_int_equal(size_of(bench), 1);
	add_records(bench, 2);
	assert_sound(bench, 3);
	assert_same_when_opened_again(bench);
}

static void while_the_outcome_cannot_be_read_nothing_begins(void **state)
{
	struct bench *bench = *state;
	struct shared shared = share(bench->engine);
	struct bench beside = *bench;
	struct batch *batch;

	assert_int_equal(ledger_open(&shared.engine, NULL, false, &beside.ledger), OK);
	batch = begin(&beside);
	append(&beside, batch, 0, "there after all");
	engine_sim_set_faults(bench->engine, &(struct engine_faults){.unknown_commit_at = 1});
	shared.head_err = ERR_IO;
	assert_int_equal(ledger_commit(beside.ledger, batch), ERR_IO);
	assert_int_equal(ledger_begin(beside.ledger, &batch), ERR_IO);
	shared.head_err = OK;
	add_records(&beside, 1);
	assert_int_equal(size_of(&beside), 2);
	assert_sound(&beside, 2);
	ledger_close(beside.ledger);
}

static void two_writers_of_one_store_do_not_mix(void **state)
{
	struct bench *bench = *state;
	struct shared shared = share(bench->engine);
	struct bench beside = *bench;
	struct batch *batch;

	assert_int_equal(ledger_open(&shared.engine, NULL, false, &beside.ledger), OK);
	add_records(&beside, 1);
	batch = begin(bench);
	append(bench, batch, 0, "late");
	assert_int_equal(ledger_commit(bench->ledger, batch), ERR_CONFLICT);
	add_records(bench, 1); /* read again what is there */
	assert_sound(bench, 2);
	ledger_close(beside.ledger);
}

static void a_reader_sees_what_was_committed_last_and_writes_nothing(void **state)
{
	struct bench *bench = *state;
	struct shared shared = share(bench->engine);
	struct bench beside = *bench;
	struct tree_proof proof;
	struct batch *batch;

	assert_int_equal(ledger_open(&shared.engine, NULL, true, &beside.ledger), OK);
	assert_int_equal(ledger_begin(beside.ledger, &batch), ERR_DENIED);
	assert_int_equal(size_of(&beside), 0);
	add_records(bench, 3);
	assert_int_equal(size_of(&beside), 3);
	assert_int_equal(ledger_prove_inclusion(beside.ledger, 2, 3, &proof), OK);
	assert_sound(&beside, 3);
	ledger_close(beside.ledger);
}

static void proofs_hold_under_the_roots_given_out(void **state)
{
	struct bench *bench = *state;
	struct hash roots[20] = {0}, leaf_hash;
	struct tree_proof proof;
	struct bytes leaf;
	uint64_t size;

	for (size_t i = 1; i < 20; i++) {
		add_records(bench, 1);
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

static void assert_covering(struct bench *bench, uint64_t number, uint64_t expected)
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
	struct bench *bench = *state;
	struct batch *batch;
	struct buffer small, note, large;
	struct bytes got;
	uint64_t size;

	assert_int_equal(ledger_checkpoint_last(bench->ledger, bench->arena, &got), ERR_MISSING);
	add_records(bench, 3);
	sign_head(bench, &small, &size);
	add_records(bench, 1);
	assert_int_equal(ledger_checkpoint_first_covering(bench->ledger, 1, bench->arena, &got),
			 ERR_MISSING);
	add_checkpoint(bench);
	add_records(bench, 3);
	assert_covering(bench, 1, 4);
	assert_covering(bench, 4, 4);
	assert_int_equal(ledger_checkpoint_first_covering(bench->ledger, 5, bench->arena, &got),
			 ERR_MISSING);
	batch = begin(bench);
	assert_int_equal(batch_put_checkpoint(batch, 3, buffer_bytes(&small)), ERR_EXISTS);
	sign_head(bench, &note, &size);
	assert_int_equal(batch_put_checkpoint(batch, 6, buffer_bytes(&note)), ERR_USAGE);
	assert_int_equal(batch_put_checkpoint(batch, 7, text("note")), ERR_FORMAT);
	assert_int_equal(batch_put_checkpoint(batch, 7, buffer_bytes(&note)), OK);
	assert_int_equal(batch_put_checkpoint(batch, 7, buffer_bytes(&note)), OK);
	assert_int_equal(batch_count(batch), 1);
	append(bench, batch, 0, "not durable");
	assert_int_equal(ledger_commit(bench->ledger, batch), OK);
	assert_covering(bench, 3, 4);
	assert_covering(bench, 5, 7);
	assert_int_equal(ledger_checkpoint_last(bench->ledger, bench->arena, &got), OK);
	assert_true(bytes_equal(got, buffer_bytes(&note)));
	sign_head(bench, &large, &size);
	assert_int_equal(size, 8);
	batch = begin(bench);
	append(bench, batch, 0, "not durable");
	assert_int_equal(batch_put_checkpoint(batch, 7, buffer_bytes(&note)), OK);
	ledger_drop(bench->ledger, batch);
	assert_int_equal(verify(bench).checkpoints, 2);
	buffer_clear(&small);
	buffer_clear(&note);
	buffer_clear(&large);
}

/* ---- what verification and opening find ---- */

/* Turn one bit of a stored value behind the ledger's back, or delete it, or add one. */
static void tamper(struct bench *bench, struct bytes key, struct bytes value)
{
	struct engine_put put = {key, value};
	struct engine_batch batch = {.puts = &put, .put_count = 1};

	assert_int_equal(engine_head(bench->engine, &batch.expected_head), OK);
	assert_int_equal(engine_commit(bench->engine, &batch, NULL), OK);
}

static void take_away(struct bench *bench, struct bytes key)
{
	struct engine_batch batch = {.deletes = &key, .delete_count = 1};

	assert_int_equal(engine_head(bench->engine, &batch.expected_head), OK);
	assert_int_equal(engine_commit(bench->engine, &batch, NULL), OK);
}

static struct bytes stored(struct bench *bench, struct bytes key, size_t flip_at)
{
	struct bytes value;
	uint8_t *copy;

	assert_int_equal(engine_get(bench->engine, key, bench->arena, &value), OK);
	copy = arena_copy(bench->arena, value);
	assert_true(copy != NULL && flip_at < value.len);
	copy[flip_at] ^= 1;
	return bytes_of(copy, value.len);
}

enum damage { FLIP, REMOVE, ADD };

static const struct {
	const char *key; /* 10 bytes at most, as text with \0 inside */
	size_t key_len;
	enum damage damage;
	size_t at;
	uint64_t first_bad;
	const char *what;
} damages[] = {
	{"R\0\0\0\0\0\0\0\2", 9, FLIP, 60, 2,
	 "the record has another hash than its leaf in the tree"},
	{"R\0\0\0\0\0\0\0\2", 9, REMOVE, 0, 2, "the record is missing or cannot be read"},
	{"R\0\0\0\0\0\0\0\2", 9, FLIP, 9, 2, "the record is missing or cannot be read"},
	{"P\0\0\0\0\0\0\0\3\0", 10, FLIP, 0, 3,
	 "a payload is missing, surplus, or has another hash or length than its record says"},
	{"P\0\0\0\0\0\0\0\3\0", 10, REMOVE, 0, 3,
	 "a payload is missing, surplus, or has another hash or length than its record says"},
	{"P\0\0\0\0\0\0\0\3\1", 10, ADD, 0, 3,
	 "a payload is missing, surplus, or has another hash or length than its record says"},
	{"T\0\0\0\0\0\0\0\3", 9, FLIP, 5, 3,
	 "the record has another hash than its leaf in the tree"},
	{"T\0\0\0\0\0\0\0\4", 9, FLIP, 40, 4,
	 "a stored subtree has another hash than its records give"},
	{"T\0\0\0\0\0\0\0\4", 9, REMOVE, 0, 4,
	 "the record has another hash than its leaf in the tree"},
	{"C\0\0\0\0\0\0\0\5", 9, FLIP, 80, 5,
	 "the checkpoint of this size is not signed by the ledger's key"},
	{"R\0\0\0\0\0\0\0\6", 9, ADD, 0, 5, "something is stored behind the end of the ledger"},
	{"P\0\0\0\0\0\0\0\6\0", 10, ADD, 0, 5, "something is stored behind the end of the ledger"},
	{"T\0\0\0\0\0\0\0\6", 9, ADD, 0, 5, "something is stored behind the end of the ledger"},
	{"C\0\0\0\0\0\0\0\6", 9, ADD, 0, 5, "something is stored behind the end of the ledger"},
};

static void every_damage_is_found_at_its_record(void **state)
{
	for (size_t i = 0; i < sizeof(damages) / sizeof(*damages); i++) {
		struct bytes key = bytes_of(damages[i].key, damages[i].key_len);
		struct ledger_verdict verdict;
		struct bench *bench;

		assert_int_equal(set_up(state), 0);
		bench = *state;
		add_records(bench, 5);
		add_checkpoint(bench);
		assert_sound(bench, 5);
		if (damages[i].damage == FLIP)
			tamper(bench, key, stored(bench, key, damages[i].at));
		else if (damages[i].damage == ADD)
			tamper(bench, key, text("surplus"));
		else
			take_away(bench, key);
		verdict = verify(bench);
		assert_int_equal(verdict.first_bad, damages[i].first_bad);
		assert_string_equal(verdict.what, damages[i].what);
		tear_down(state);
	}
}

static void a_checkpoint_of_another_root_or_key_is_found(void **state)
{
	struct bench *bench = *state;
	struct key *other_key;
	struct batch *batch;
	struct buffer note;
	uint64_t size;

	add_records(bench, 2);
	assert_int_equal(key_new(&other_key), OK);
	key_free(bench->key);
	bench->key = other_key;
	batch = begin(bench);
	sign_head(bench, &note, &size);
	assert_int_equal(batch_put_checkpoint(batch, size, buffer_bytes(&note)), OK);
	assert_int_equal(ledger_commit(bench->ledger, batch), OK);
	assert_string_equal(verify(bench).what,
			    "the checkpoint of this size is not signed by the ledger's key");
	assert_int_equal(verify(bench).first_bad, 2);
	buffer_clear(&note);
}

static enum err open_again(struct bench *bench)
{
	struct shared shared = share(bench->engine);
	struct ledger *again;
	enum err err = ledger_open(&shared.engine, NULL, false, &again);

	if (err == OK)
		ledger_close(again);
	return err;
}

static void a_head_that_does_not_fit_is_not_opened(void **state)
{
	struct bench *bench = *state;
	struct bytes head = text("H"), good;

	add_records(bench, 5);
	good = stored(bench, head, 0);
	((uint8_t *)(uintptr_t)good.at)[0] ^= 1;
	assert_int_equal(open_again(bench), OK);
	tamper(bench, head, stored(bench, head, good.len - 1)); /* the root */
	assert_int_equal(open_again(bench), ERR_CORRUPT);
	tamper(bench, head, good);
	tamper(bench, head, stored(bench, head, good.len - 33)); /* the size */
	assert_int_equal(open_again(bench), ERR_CORRUPT);
	tamper(bench, head, good);
	tamper(bench, head, stored(bench, head, 0)); /* the version: 257 */
	assert_int_equal(open_again(bench), ERR_VERSION);
	tamper(bench, head, text("short"));
	assert_int_equal(open_again(bench), ERR_VERSION); /* "sh" is a high version */
	tamper(bench, head, good);
	take_away(bench, bytes_of("R\0\0\0\0\0\0\0\5", 9));
	assert_int_equal(open_again(bench), ERR_CORRUPT);
}

static void a_newer_record_is_not_read(void **state)
{
	struct bench *bench = *state;
	struct bytes key = bytes_of("R\0\0\0\0\0\0\0\1", 9);
	struct ledger_verdict verdict;
	struct record record;

	add_records(bench, 1);
	tamper(bench, key, stored(bench, key, 0));
	assert_int_equal(ledger_record(bench->ledger, 1, bench->arena, &record, NULL), ERR_VERSION);
	assert_int_equal(ledger_verify(bench->ledger, bench->public_key, NULL, NULL, &verdict),
			 ERR_VERSION);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_new_ledger_has_a_name_and_no_records),
		TEST(a_bad_or_missing_name_makes_no_ledger),
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
		TEST(a_reader_sees_what_was_committed_last_and_writes_nothing),
		TEST(proofs_hold_under_the_roots_given_out),
		TEST(the_first_covering_checkpoint_never_changes),
		cmocka_unit_test(every_damage_is_found_at_its_record),
		TEST(a_checkpoint_of_another_root_or_key_is_found),
		TEST(a_head_that_does_not_fit_is_not_opened),
		TEST(a_newer_record_is_not_read),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
