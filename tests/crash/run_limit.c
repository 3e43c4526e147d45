/* In place of adapters/engine_run_limit.c: keys are put in order several times in a run, and each time by several commits. */
#include "sampan/engine_run.h"

const size_t engine_run_limit = 100;
