/*
 * measure - comparing us with a rival in one run, so that a figure says something on any machine.
 *
 * Rounds alternate: ours, rival, ours, rival; what disturbs the machine disturbs both. A ratio is
 * that of one round (rival's time ÷ ours: above 1 we are faster), and what is reported is the
 * median of the rounds' ratios, with the lowest and the highest. Both CPU time of this process and
 * wall time are taken. A header of functions, because make links each benchmark from one file.
 */
#ifndef TESTS_BENCH_MEASURE_H
#define TESTS_BENCH_MEASURE_H

#include <jansson.h>
#include <libgen.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>
#include <time.h>
#include <unistd.h>

#define MEASURE_ROUNDS 15u /* at most */
#define MEASURE_PATH_BYTES 4096u
#define MEASURE_SETTLE_BYTES 100000u

struct measure {
	double cpu_us;
	double wall_us;
};

struct measure_options {
	bool is_quick;
	bool is_once; /* shows that it works and measures nothing */
	bool as_json;
	unsigned rounds;
	double round_us;                     /* what a round shall last, at least */
	double race_us;                      /* after that no new round begins */
	char folder[MEASURE_PATH_BYTES / 4]; /* where the program lies */
};

/* One side of a race. Each run does `units` units of work (documents). */
struct measure_side {
	const char *name;
	void (*run)(void *context);
	void *context;
	double units;
};

struct measure_ratio {
	double median;
	double lowest;
	double highest;
};

/* Per unit of work. */
struct measure_result {
	struct measure ours;
	struct measure rival;
	struct measure_ratio cpu;
	struct measure_ratio wall;
};

static inline _Noreturn void measure_fail(const char *format, ...)
	__attribute__((format(printf, 1, 2)));

static inline _Noreturn void measure_fail(const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	(void)vfprintf(stderr, format, arguments);
	va_end(arguments);
	(void)fputc('\n', stderr);
	exit(EX_SOFTWARE);
}

static inline double measure_clock_us(clockid_t clock)
{
	struct timespec now;

	if (clock_gettime(clock, &now) != 0)
		measure_fail("no clock");
	return (double)now.tv_sec * 1e6 + (double)now.tv_nsec / 1e3;
}

/*
 * The allocator puts off joining small pieces that were freed until somebody wants a large one: who
 * freed them shall pay for it, not who is measured next.
 */
static inline void measure_settle(void)
{
	void *volatile large = malloc(MEASURE_SETTLE_BYTES);

	free(large);
}

static inline struct measure measure_run(const struct measure_side *side, unsigned times)
{
	double cpu = measure_clock_us(CLOCK_PROCESS_CPUTIME_ID);
	double wall = measure_clock_us(CLOCK_MONOTONIC);
	double units = side->units * times;

	for (unsigned i = 0; i < times; i++)
		side->run(side->context);
	measure_settle();
	wall = measure_clock_us(CLOCK_MONOTONIC) - wall;
	cpu = measure_clock_us(CLOCK_PROCESS_CPUTIME_ID) - cpu;
	return (struct measure){cpu / units, wall / units};
}

static inline int measure_compare(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

/* Sorts the values. */
static inline double measure_percentile(double *values, size_t count, double part)
{
	if (count == 0)
		return 0;
	qsort(values, count, sizeof(*values), measure_compare);
	return values[(size_t)(part * (double)(count - 1) + 0.5)];
}

static inline double measure_median_of(const struct measure *runs, unsigned count, bool of_cpu)
{
	double values[MEASURE_ROUNDS] = {0};

	for (unsigned i = 0; i < count; i++)
		values[i] = of_cpu ? runs[i].cpu_us : runs[i].wall_us;
	return measure_percentile(values, count, 0.5);
}

static inline struct measure_ratio measure_ratio_of(const struct measure *ours,
						    const struct measure *rival, unsigned count,
						    bool of_cpu)
{
	double values[MEASURE_ROUNDS] = {0};
	double median;

	for (unsigned i = 0; i < count; i++)
		values[i] = of_cpu ? rival[i].cpu_us / ours[i].cpu_us
				   : rival[i].wall_us / ours[i].wall_us;
	median = measure_percentile(values, count, 0.5);
	return (struct measure_ratio){median, values[0], values[count - 1]};
}

/* How often a side must run to fill a round; the run that finds out also warms the caches. */
static inline unsigned measure_times(const struct measure_side *side, double round_us)
{
	unsigned times = 1;

	while (times < 1u << 20) {
		double us = measure_run(side, times).wall_us * side->units * times;

		if (us >= round_us / 4)
			return 1 + (unsigned)(round_us / us * times);
		times *= 4;
	}
	return times;
}

static inline struct measure_result
measure_result_of(const struct measure *our_runs, const struct measure *rival_runs, unsigned rounds)
{
	return (struct measure_result){
		.ours = {measure_median_of(our_runs, rounds, true),
			 measure_median_of(our_runs, rounds, false)},
		.rival = {measure_median_of(rival_runs, rounds, true),
			  measure_median_of(rival_runs, rounds, false)},
		.cpu = measure_ratio_of(our_runs, rival_runs, rounds, true),
		.wall = measure_ratio_of(our_runs, rival_runs, rounds, false),
	};
}

static inline struct measure_result measure_race(const struct measure_options *options,
						 const struct measure_side *ours,
						 const struct measure_side *rival)
{
	struct measure our_runs[MEASURE_ROUNDS], rival_runs[MEASURE_ROUNDS];
	unsigned our_times = measure_times(ours, options->round_us);
	unsigned rival_times = measure_times(rival, options->round_us);
	double began_us = measure_clock_us(CLOCK_MONOTONIC);
	unsigned rounds = 0;

	do {
		our_runs[rounds] = measure_run(ours, our_times);
		rival_runs[rounds] = measure_run(rival, rival_times);
	} while (++rounds < options->rounds &&
		 measure_clock_us(CLOCK_MONOTONIC) - began_us < options->race_us);
	return measure_result_of(our_runs, rival_runs, rounds);
}

static inline double measure_round(double value)
{
	return (double)(int64_t)(value * 1000 + 0.5) / 1000;
}

static inline json_t *measure_ratio_json(const struct measure_ratio *ratio)
{
	return json_pack("{s:f, s:f, s:f}", "median", measure_round(ratio->median), "lowest",
			 measure_round(ratio->lowest), "highest", measure_round(ratio->highest));
}

static inline json_t *measure_json(const struct measure_result *result)
{
	return json_pack("{s:o, s:o, s:{s:f, s:f}, s:{s:f, s:f}}", "ratioCpu",
			 measure_ratio_json(&result->cpu), "ratioWall",
			 measure_ratio_json(&result->wall), "ours", "cpuUs",
			 measure_round(result->ours.cpu_us), "wallUs",
			 measure_round(result->ours.wall_us), "rival", "cpuUs",
			 measure_round(result->rival.cpu_us), "wallUs",
			 measure_round(result->rival.wall_us));
}

/* The last line of a benchmark: one JSON object, taken. */
static inline void measure_print_json(json_t *json)
{
	if (json == NULL || json_dumpf(json, stdout, JSON_COMPACT | JSON_REAL_PRECISION(6)) != 0)
		measure_fail("no memory for the JSON");
	(void)putchar('\n');
	json_decref(json);
}

/*
 * Read --json, --quick and --once, and find the schemas of the clone that the program was built in
 * (BUILD/tests/bench/NAME), unless SAMPAN_SCHEMAS names others.
 */
static inline void measure_begin(int argc, char **argv, struct measure_options *options)
{
	char program[MEASURE_PATH_BYTES / 4], schemas[MEASURE_PATH_BYTES];
	ssize_t len = readlink("/proc/self/exe", program, sizeof(program) - 1);

	*options = (struct measure_options){.rounds = 15, .round_us = 150e3, .race_us = 60e6};
	if (len <= 0)
		measure_fail("/proc is not there");
	program[len] = '\0';
	(void)snprintf(options->folder, sizeof(options->folder), "%s", dirname(program));
	(void)snprintf(schemas, sizeof(schemas), "%s/../../../schemas", options->folder);
	if (setenv("SAMPAN_SCHEMAS", schemas, 0) != 0)
		measure_fail("no memory");
	for (int i = 1; i < argc; i++) {
		if (strcmp(argv[i], "--json") == 0) {
			options->as_json = true;
		} else if (strcmp(argv[i], "--quick") == 0) {
			options->is_quick = true;
			options->rounds = 7;
			options->round_us = 40e3;
			options->race_us = 1.5e6;
		} else if (strcmp(argv[i], "--once") == 0) {
			options->is_once = true;
			options->rounds = 1;
			options->round_us = 0;
		} else {
			fprintf(stderr, "usage: %s [--json] [--quick|--once]\n", argv[0]);
			exit(strcmp(argv[i], "--help") == 0 ? EX_OK : EX_USAGE);
		}
	}
}

#endif
