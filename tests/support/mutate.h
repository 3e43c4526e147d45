/*
 * mutate - a document with a few things done to it, told by a seed: the same seed does the same.
 *
 * Values at and beyond what types allow, elements and attributes taken away, doubled, moved,
 * renamed, put into other namespaces, text where none belongs, comments and CDATA, xsi:type and
 * xsi:nil. What comes out is XML again (nearly always), valid or not.
 */
#ifndef TESTS_SUPPORT_MUTATE_H
#define TESTS_SUPPORT_MUTATE_H

#include "sampan/bytes.h"

/* The mutated bytes, freed with xmlFree(); empty when the document cannot be read. */
struct bytes mutate(struct bytes document, uint64_t seed);

/* The next number of a sequence. */
uint64_t mutate_next(uint64_t *state);

/* A value that is worth trying in the place of another, zero-ended; overwritten by the next. */
const char *mutate_value(uint64_t *state, const char *old);

#endif
