/*
 * tail - how long the slowest answers took at a fixed pace, and what the machine did meanwhile.
 *
 * p99 ÷ p50 is taken of each slice of two seconds, and their median is what counts: a machine that
 * stands still once makes one slice slow, a server that is slow now and then makes many. Beside it
 * stand what it is over all, the slowest answer, how long this disk takes for one small durable
 * write, and how late a thread was that does nothing but sleep. A header of functions, as measure.h.
 */
#ifndef TESTS_BENCH_TAIL_H
#define TESTS_BENCH_TAIL_H

#include <fcntl.h>
#include <pthread.h>
#include <stdatomic.h>

#include "tests/bench/measure.h"

#define TAIL_PER_SECOND 100u
#define TAIL_SECONDS 24u /* at most */
#define TAIL_SLICE (2u * TAIL_PER_SECOND)
#define TAIL_SLICES (TAIL_PER_SECOND * TAIL_SECONDS / TAIL_SLICE)
#define TAIL_SYNCS 400u
#define TAIL_SYNC_BYTES 4096u
#define TAIL_NAPS 60000u

struct tail {
	double latencies_us[TAIL_PER_SECOND * TAIL_SECONDS]; /* from due to answered, in order */
	unsigned count;
	double syncs_us[TAIL_SYNCS];
	double late_us[TAIL_NAPS]; /* how much too long each nap was */
	size_t nap_count;
	pthread_t napper;
	atomic_bool is_over;
};

/* Who does nothing but sleep for 1 ms, again and again, and is late, waited for the machine. */
static inline void *tail_nap(void *context)
{
	const struct timespec pause = {.tv_nsec = 1000000};
	struct tail *tail = context;

	while (!tail->is_over && tail->nap_count < TAIL_NAPS) {
		double began_us = measure_clock_us(CLOCK_MONOTONIC);

		(void)nanosleep(&pause, NULL);
		tail->late_us[tail->nap_count++] =
			measure_clock_us(CLOCK_MONOTONIC) - began_us - 1000;
	}
	return NULL;
}

/* Around what is paced. */
static inline void tail_begin(struct tail *tail)
{
	if (pthread_create(&tail->napper, NULL, tail_nap, tail) != 0)
		measure_fail("no thread");
}

static inline void tail_end(struct tail *tail)
{
	tail->is_over = true;
	(void)pthread_join(tail->napper, NULL);
}

/* Then what the disk takes for a small durable write, at the same pace. */
static inline void tail_pace_disk(struct tail *tail, const char *path, bool is_once)
{
	const struct timespec pause = {.tv_nsec = 1000000000 / TAIL_PER_SECOND};
	static const uint8_t page[TAIL_SYNC_BYTES];
	int fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);

	for (size_t i = 0; i < TAIL_SYNCS; i++) {
		double began_us = measure_clock_us(CLOCK_MONOTONIC);

		if (pwrite(fd, page, sizeof(page), (off_t)(i * sizeof(page))) != sizeof(page) ||
		    fdatasync(fd) != 0)
			measure_fail("the disk takes nothing");
		tail->syncs_us[i] = measure_clock_us(CLOCK_MONOTONIC) - began_us;
		if (!is_once)
			(void)nanosleep(&pause, NULL);
	}
	(void)close(fd);
}

/* Sorts the latencies within each slice. */
static inline struct measure_ratio tail_slices(struct tail *tail)
{
	unsigned each = tail->count < TAIL_SLICE ? tail->count : TAIL_SLICE, count = 0;
	double ratios[TAIL_SLICES] = {0}, median;

	for (unsigned at = 0; at + each <= tail->count && count < TAIL_SLICES; at += each) {
		double *slice = tail->latencies_us + at;

		ratios[count++] = measure_percentile(slice, each, 0.99) /
				  measure_percentile(slice, each, 0.5);
	}
	median = measure_percentile(ratios, count, 0.5);
	return (struct measure_ratio){median, ratios[0], ratios[count - 1]};
}

static inline double tail_ms(double *values, size_t count, double part)
{
	return measure_percentile(values, count, part) / 1000;
}

/* Taken; of what was measured only once, too. */
static inline json_t *tail_json(struct tail *tail)
{
	struct measure_ratio slices = tail_slices(tail);
	double *all = tail->latencies_us, p50 = tail_ms(all, tail->count, 0.5),
	       p99 = tail_ms(all, tail->count, 0.99);

	return json_pack("{s:i, s:o, s:f, s:f, s:f, s:f, s:{s:f, s:f}, s:{s:f, s:f}}", "perSecond",
			 (int)TAIL_PER_SECOND, "p99ByP50", measure_ratio_json(&slices),
			 "p99ByP50OverAll", measure_round(p99 / p50), "p50Ms", measure_round(p50),
			 "p99Ms", measure_round(p99), "slowestMs",
			 measure_round(tail_ms(all, tail->count, 1)), "disk", "p50Ms",
			 measure_round(tail_ms(tail->syncs_us, TAIL_SYNCS, 0.5)), "p99Ms",
			 measure_round(tail_ms(tail->syncs_us, TAIL_SYNCS, 0.99)), "late", "p99Ms",
			 measure_round(tail_ms(tail->late_us, tail->nap_count, 0.99)), "longestMs",
			 measure_round(tail_ms(tail->late_us, tail->nap_count, 1)));
}

static inline void tail_print(struct tail *tail)
{
	struct measure_ratio slices = tail_slices(tail);
	double *all = tail->latencies_us;

	printf("      %u a second: p99 %.2f times p50 (%.2f to %.2f in slices of %u s); over all p50 %.2f ms, p99 %.2f ms, slowest %.2f ms\n",
	       TAIL_PER_SECOND, slices.median, slices.lowest, slices.highest,
	       TAIL_SLICE / TAIL_PER_SECOND, tail_ms(all, tail->count, 0.5),
	       tail_ms(all, tail->count, 0.99), tail_ms(all, tail->count, 1));
	printf("      this disk, 4 KB written and synced: p50 %.2f ms, p99 %.2f ms (an answer waits for three syncs)\n",
	       tail_ms(tail->syncs_us, TAIL_SYNCS, 0.5), tail_ms(tail->syncs_us, TAIL_SYNCS, 0.99));
	printf("      a thread that sleeps for 1 ms was late meanwhile: p99 %.2f ms, longest %.2f ms\n",
	       tail_ms(tail->late_us, tail->nap_count, 0.99),
	       tail_ms(tail->late_us, tail->nap_count, 1));
}

#endif
