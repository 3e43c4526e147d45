/*
 * fuzz_corpus - the seeds of a fuzz target, run as an ordinary test.
 */
#ifndef TESTS_SUPPORT_FUZZ_CORPUS_H
#define TESTS_SUPPORT_FUZZ_CORPUS_H

#include <stddef.h>
#include <stdint.h>

/*
 * Give each file of the folder to the target; returns how many there were. A file that cannot be
 * read ends the test.
 */
size_t fuzz_corpus_run(const char *folder, int (*target)(const uint8_t *data, size_t size));

#endif
