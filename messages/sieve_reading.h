/*
 * sieve_reading - how far the children of an element have been read: one step for each child. Only
 * for sieve.c and sieve_branch.c, whose inner loop it is.
 */
#ifndef MESSAGES_SIEVE_READING_H
#define MESSAGES_SIEVE_READING_H

#include "messages/sieve_table.h"

/* All zero but the type: no child yet. */
struct sieve_reading {
	const struct sieve_type *type;
	uint32_t at;    /* the place of the child read last */
	uint32_t count; /* how often it has come, in a SIEVE_SEQUENCE */
	uint64_t seen;  /* of SIEVE_ALL */
};

/* Does all that must occur from one place on do so at the other, or later? */
static inline bool sieve_reading_leaves_out_nothing(const struct sieve_reading *reading,
						    uint32_t to)
{
	uint32_t from = reading->at + (reading->count > 0);

	return reading->type->elements[from].required >= to;
}

static inline bool sieve_reading_takes_in_order(struct sieve_reading *reading, uint32_t place)
{
	const struct sieve_element *before = &reading->type->elements[reading->at];

	if (place == reading->at && reading->count > 0)
		return ++reading->count <= before->max;
	if (place < reading->at || (reading->count > 0 && reading->count < before->min) ||
	    !sieve_reading_leaves_out_nothing(reading, place))
		return false;
	reading->at = place;
	reading->count = 1;
	return true;
}

/* The next child stands at that place of the type: may it come here? A model is looked at apart. */
static inline bool sieve_reading_takes(struct sieve_reading *reading, uint32_t place)
{
	if (reading->type->content == SIEVE_SEQUENCE)
		return sieve_reading_takes_in_order(reading, place);
	reading->at = place;
	if (reading->type->content == SIEVE_MODEL)
		return true;
	if ((reading->seen >> place & 1) != 0)
		return false;
	reading->seen |= UINT64_C(1) << place;
	return true;
}

/* Has all come that must? */
static inline bool sieve_reading_is_complete(const struct sieve_reading *reading)
{
	const struct sieve_type *type = reading->type;

	if (type->content == SIEVE_SEQUENCE)
		return (reading->count == 0 || reading->count >= type->elements[reading->at].min) &&
		       sieve_reading_leaves_out_nothing(reading, (uint32_t)type->element_count);
	for (size_t i = 0; type->content == SIEVE_ALL && i < type->element_count; i++) {
		if (type->elements[i].min > 0 && (reading->seen >> i & 1) == 0)
			return false;
	}
	return true;
}

#endif
