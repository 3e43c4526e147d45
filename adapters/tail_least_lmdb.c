#include "adapters/tail_lmdb.h"

/* A file of its own: a test that has its own number of this name links without this one. */
const uint64_t tail_least_bytes = (uint64_t)4 << 20;
