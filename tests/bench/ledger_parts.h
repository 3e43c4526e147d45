/*
 * ledger_parts - the parts of bench_ledger. Each prints its lines unless JSON is wanted, and adds its
 * member to the object.
 */
#ifndef TESTS_BENCH_LEDGER_PARTS_H
#define TESTS_BENCH_LEDGER_PARTS_H

#include "tests/bench/measure.h"

/* How large the ledger of the growth part becomes. */
struct ledger_growth_options {
	uint64_t small, large; /* documents */
};

void ledger_bare_race(const struct measure_options *options, const char *folder, json_t *json);
void ledger_growth_measure(const struct measure_options *options,
			   const struct ledger_growth_options *growth, const char *folder,
			   json_t *json);

#endif
