/*
 * in_turn - what is done side by side, and told in the order of its numbers: each owner's by itself, so that nobody
 * waits for another's. Pure.
 */
#ifndef NODE_IN_TURN_H
#define NODE_IN_TURN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The caller's, as long as it is in the line. */
struct in_turn_item {
	struct in_turn_item *next;
	const char *owner; /* NULL: never put in a line */
	uint64_t number;
	void *context;
	bool is_done;
	bool comes_again; /* one before it does: this must not overtake it */
};

struct in_turn {
	struct in_turn_item *first; /* by number */
};

/* It is to be done, or done again: it may be in the line already. */
void in_turn_put(struct in_turn *line, struct in_turn_item *item);

/* Take one out whatever stands before it; it need not be in the line. */
void in_turn_leave(struct in_turn *line, struct in_turn_item *item);

/* It will come again: so does all that its owner has behind it. It need not be in the line. */
void in_turn_again(struct in_turn *line, const struct in_turn_item *item);

/* How many are done, and wait for their turn. */
size_t in_turn_waiting(const struct in_turn *line);

/* Take out the first that is done and has nothing of its owner before it; NULL: none. */
struct in_turn_item *in_turn_take(struct in_turn *line);

#endif
