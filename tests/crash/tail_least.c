/* In place of adapters/tail_least_lmdb.c: also the small stores of these suites have room behind their pages. */
#include "adapters/tail_lmdb.h"

const uint64_t tail_least_bytes = (uint64_t)256 << 10;
