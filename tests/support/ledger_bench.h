/*
 * ledger_bench - a ledger over the simulated engine, for tests: records, signed checkpoints, and
 * the same store opened twice.
 */
#ifndef TESTS_SUPPORT_LEDGER_BENCH_H
#define TESTS_SUPPORT_LEDGER_BENCH_H

#include "node/checkpoint.h"
#include "node/ledger.h"

struct ledger_bench {
	struct engine *engine; /* borrowed from the ledger */
	struct ledger *ledger;
	struct arena *arena;
	struct key *key;
	uint8_t public_key[KEY_PUBLIC_BYTES];
};

/* For cmocka: *state is a bench with an empty ledger "vn.test.example". */
int ledger_bench_set_up(void **state);
int ledger_bench_tear_down(void **state);

/* An engine that another ledger still holds: closing it does nothing, so that one store can be
 * opened again. */
struct ledger_shared {
	struct engine engine;
	struct engine *inner;
	enum err head_err; /* what head() answers when not OK */
};

struct ledger_shared ledger_bench_share(struct engine *inner);

struct batch *ledger_bench_begin(struct ledger_bench *bench);

/* Append a record with the document as its payload (NULL: without); returns its number. */
uint64_t ledger_bench_append(struct ledger_bench *bench, struct batch *batch, uint64_t message,
			     const char *document);

/* Commit so many records in one batch. */
void ledger_bench_add_records(struct ledger_bench *bench, int count);

uint64_t ledger_bench_size(struct ledger_bench *bench);

/* Sign what is durable; the note is initialised here and cleared by the caller. */
void ledger_bench_sign_head(struct ledger_bench *bench, struct buffer *note, uint64_t *ret_size);

/* Sign what is durable and commit the checkpoint. */
void ledger_bench_add_checkpoint(struct ledger_bench *bench);

struct ledger_verdict ledger_bench_verify(struct ledger_bench *bench);
void ledger_bench_assert_sound(struct ledger_bench *bench, uint64_t records);

#endif
