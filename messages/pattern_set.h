/*
 * pattern_set - sets of characters while a pattern is read. Only for pattern_read.c.
 *
 * A class is two sets: characters that are surely in it, and characters that may be. Only the first
 * is used in the end; the second is what a negation leaves out.
 */
#ifndef MESSAGES_PATTERN_SET_H
#define MESSAGES_PATTERN_SET_H

#include "messages/pattern_nfa.h"

#define PATTERN_SET_RANGES 256u

struct pattern_class {
	struct pattern_range sure[PATTERN_SET_RANGES];
	size_t sure_count;
	struct pattern_range possible[PATTERN_SET_RANGES];
	size_t possible_count;
	bool is_full; /* a range found no place: the class must not be used */
};

/* Add characters that are surely in it. */
void pattern_class_add(struct pattern_class *class, uint32_t first, uint32_t last);

/* Add what an escape such as "\d" or "\p{Lu}" stands for. false: there is no such escape. */
bool pattern_class_add_escape(struct pattern_class *class, struct bytes escape);

/* All other characters. */
void pattern_class_negate(struct pattern_class *class);

/* What is surely in it, in order and without overlap, in the arena. ranges NULL: no memory. */
struct pattern_set pattern_class_set(struct pattern_class *class, struct arena *arena);

#endif
