/*
 * sieve_pass - a sieve's pass over a document, element by element in the document's order. Only for
 * bind.c, which finds each one's shape.
 */
#ifndef MESSAGES_SIEVE_PASS_H
#define MESSAGES_SIEVE_PASS_H

#include "messages/sieve_reading.h"
#include "messages/trunk.h"

/* An element whose attributes and children are being read. */
struct sieve_frame {
	const struct branch *branch;
	struct sieve_reading reading;
	uint64_t attributes; /* bits of those it has */
	uint32_t places;     /* of a SIEVE_MODEL: where its children begin among the pass's */
};

struct sieve_pass {
	struct arena *arena;
	const struct sieve *sieve;
	bool passes; /* up to here; false sticks */
	uint32_t depth;
	struct sieve_frame frames[LIMIT_DOCUMENT_DEPTH + 1];
	uint32_t *places; /* in their types, of the children that models are looked at for */
	uint32_t place_count;
	uint32_t place_room;
};

/* sieve NULL: no document passes. Memory is of the arena. */
void sieve_pass_init(struct sieve_pass *pass, const struct sieve *sieve, struct arena *arena);

/*
 * The next element or attribute, with its shape; and whether its namespace is the shape's. Nothing
 * is to be shown any more once it does not pass.
 */
void sieve_pass_show(struct sieve_pass *pass, const struct branch *branch, bool is_namespace_right);

/* That was the last: does the document surely fit? */
bool sieve_pass_end(struct sieve_pass *pass);

#endif
