/*
 * queue - what bench_ledger compares: something that takes documents and says of each when it is
 * safe, with so many that wait at once.
 *
 * Each place has one document under way; as soon as it is answered, the next one goes. A side is
 * a server in processes of its own; the client is this program, and its time counts for nobody.
 */
#ifndef TESTS_BENCH_QUEUE_H
#define TESTS_BENCH_QUEUE_H

#include <sys/types.h>

#include "sampan/bytes.h"
#include "tests/bench/measure.h"

#define QUEUE_PLACES 256u
#define QUEUE_SAMPLES ((size_t)1 << 18)
#define QUEUE_PAYLOAD_BYTES 8192u
#define QUEUE_PATH_BYTES 3072u
#define QUEUE_PROCESSES 2u

/* One round, while it runs. */
struct queue_round {
	unsigned waiting;
	double until_us;
	uint64_t done;
	uint64_t under_way;
	double asked_us[QUEUE_PLACES];
	double *took_us; /* QUEUE_SAMPLES */
	size_t took_count;
};

struct queue_side {
	const char *name;
	/* NULL: it runs; otherwise why not, in words ("not installed"). */
	const char *(*open)(struct queue_side *side);
	void (*run)(struct queue_side *side, struct queue_round *round);
	void (*rest)(struct queue_side *side); /* between rounds, not measured; may be NULL */
	void (*close)(struct queue_side *side);
	/* What its store takes, where files are longer than what they hold; NULL: what they take of the disk. */
	uint64_t (*disk)(const struct queue_side *side);
	uint64_t (*syncs)(struct queue_side *side); /* so far; NULL: they cannot be counted */
	char folder[QUEUE_PATH_BYTES];
	pid_t processes[QUEUE_PROCESSES]; /* whose CPU time counts, with their children; 0: none */
	void *state;
	bool is_open; /* to be closed, also when the benchmark is ended */
};

extern struct queue_side queue_ours, queue_rabbit, queue_postgres;

/* A document that was never there before; the bytes are good until the next call. */
struct bytes queue_payload(void);
uint64_t queue_serial(void); /* of that document */

/* Is there time for another one? */
bool queue_goes_on(const struct queue_round *round);

/* The document of this place leaves; its answer is here. */
void queue_ask(struct queue_round *round, unsigned place);
void queue_answered(struct queue_round *round, unsigned place);

#endif
