#include "sampan/engine_run.h"

/* A file of its own: a test that has its own number of this name links without this one. */
const size_t engine_run_limit = 32768;
