/*
 * choices - the decisions behind a generated document, as a sequence that can be repeated and
 * shrunk.
 *
 * A generator asks for each decision with choices_next(); 0 is always its simplest. Begun with a
 * seed the answers are random and written down; replayed they are those of a sequence, and 0 behind
 * its end. So whoever finds a failing document can look for a shorter sequence that fails too,
 * knowing nothing of what is generated.
 */
#ifndef TESTS_SUPPORT_CHOICES_H
#define TESTS_SUPPORT_CHOICES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct choices {
	uint64_t state;
	uint32_t *values; /* the heap's; choices_clear() frees them */
	size_t count;
	size_t room;
	size_t at;
	bool is_replay;
};

/* Random decisions from a seed. */
void choices_begin(struct choices *choices, uint64_t seed);

/* The same decisions again, from the first. */
void choices_rewind(struct choices *choices);

/* One of 0 to bound - 1. */
uint32_t choices_next(struct choices *choices, uint32_t bound);

/* One in so many times true; 0 stands for false. */
bool choices_rarely(struct choices *choices, uint32_t one_in);

void choices_clear(struct choices *choices);

/* Does what these decisions generate still fail? */
typedef bool choices_fails(void *context, struct choices *choices);

/*
 * Make a failing sequence as short and as small as at most `tries` runs of fails() allow. It fails
 * still.
 */
void choices_shrink(struct choices *choices, choices_fails *fails, void *context, size_t tries);

#endif
