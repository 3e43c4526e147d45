#include "tests/support/ledger_bench.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

int ledger_bench_set_up(void **state)
{
	struct ledger_bench *bench = calloc(1, sizeof(*bench));

	assert_non_null(bench);
	bench->arena = arena_new((size_t)300 << 20);
	assert_int_equal(engine_sim_open(&bench->engine), OK);
	assert_int_equal(ledger_open(bench->engine, "vn.test.example", false, &bench->ledger), OK);
	assert_int_equal(key_new(&bench->key), OK);
	key_get_public(bench->key, bench->public_key);
	*state = bench;
	return 0;
}

int ledger_bench_tear_down(void **state)
{
	struct ledger_bench *bench = *state;

	ledger_close(bench->ledger);
	arena_free(bench->arena);
	key_free(bench->key);
	free(bench);
	return 0;
}

static enum err shared_get(struct engine *engine, struct bytes key, struct arena *arena,
			   struct bytes *ret_value)
{
	return engine_get(((struct ledger_shared *)engine)->inner, key, arena, ret_value);
}

static enum err shared_scan(struct engine *engine, struct bytes from, struct bytes until,
			    bool backwards, engine_visit *visit, void *context)
{
	return engine_scan(((struct ledger_shared *)engine)->inner, from, until, backwards, visit,
			   context);
}

static enum err shared_commit(struct engine *engine, const struct engine_batch *batch,
			      uint64_t *ret_head)
{
	return engine_commit(((struct ledger_shared *)engine)->inner, batch, ret_head);
}

static enum err shared_head(struct engine *engine, uint64_t *ret_head)
{
	struct ledger_shared *shared = (struct ledger_shared *)engine;

	return shared->head_err != OK ? shared->head_err : engine_head(shared->inner, ret_head);
}

static void shared_close(struct engine *engine)
{
	(void)engine;
}

static const struct engine_table shared_table = {.get = shared_get,
						 .scan = shared_scan,
						 .commit = shared_commit,
						 .head = shared_head,
						 .close = shared_close};

struct ledger_shared ledger_bench_share(struct engine *inner)
{
	return (struct ledger_shared){.engine.table = &shared_table, .inner = inner};
}

uint64_t ledger_bench_append(struct ledger_bench *bench, struct batch *batch, uint64_t message,
			     const char *document)
{
	struct record record = {.time_ms = 1795340648123,
				.message = message,
				.event = "SubmissionAcceptance",
				.actor = "party:acme"};
	struct bytes payload = bytes_of_text(document);
	uint64_t number = 0;

	facts_init(&record.attributes, bench->arena);
	assert_int_equal(facts_put(&record.attributes, "kind", "vn.export"), OK);
	record.payloads[0].role = "document";
	assert_int_equal(batch_append(batch, &record, &payload, document == NULL ? 0 : 1, &number),
			 OK);
	return number;
}

struct batch *ledger_bench_begin(struct ledger_bench *bench)
{
	struct batch *batch;

	assert_int_equal(ledger_begin(bench->ledger, &batch), OK);
	return batch;
}

void ledger_bench_add_records(struct ledger_bench *bench, int count)
{
	struct batch *batch = ledger_bench_begin(bench);

	for (int i = 0; i < count; i++)
		ledger_bench_append(bench, batch, 0, "document");
	assert_int_equal(ledger_commit(bench->ledger, batch), OK);
}

uint64_t ledger_bench_size(struct ledger_bench *bench)
{
	struct hash root;
	uint64_t size = UINT64_MAX;

	assert_int_equal(ledger_head(bench->ledger, &size, &root), OK);
	return size;
}

void ledger_bench_sign_head(struct ledger_bench *bench, struct buffer *note, uint64_t *ret_size)
{
	struct checkpoint checkpoint = {0};

	assert_int_equal(ledger_tree(bench->ledger, &checkpoint.size, &checkpoint.root), OK);
	strcpy(checkpoint.origin, ledger_origin(bench->ledger));
	buffer_init(note, CHECKPOINT_MAX_BYTES);
	assert_int_equal(checkpoint_sign(&checkpoint, bench->key, note), OK);
	*ret_size = checkpoint.size;
}

void ledger_bench_add_checkpoint(struct ledger_bench *bench)
{
	struct batch *batch = ledger_bench_begin(bench);
	struct buffer note;
	uint64_t size;

	ledger_bench_sign_head(bench, &note, &size);
	assert_int_equal(batch_put_checkpoint(batch, size, buffer_bytes(&note)), OK);
	assert_int_equal(ledger_commit(bench->ledger, batch), OK);
	buffer_clear(&note);
}

struct ledger_verdict ledger_bench_verify(struct ledger_bench *bench)
{
	struct ledger_verdict verdict = {0};

	assert_int_equal(ledger_verify(bench->ledger, bench->public_key, NULL, NULL, &verdict), OK);
	return verdict;
}

void ledger_bench_assert_sound(struct ledger_bench *bench, uint64_t records)
{
	struct ledger_verdict verdict = ledger_bench_verify(bench);

	assert_string_equal(verdict.what, "");
	assert_int_equal(verdict.first_bad, 0);
	assert_int_equal(verdict.records, records);
}
