/*
 * by_state - messages by the state that they are in (SPACE_STATE): few are open among very many, and
 * who works on them asks for nothing else.
 *
 * An entry is a hint: who follows it looks at the message itself, so that one too many is passed over.
 * message_save() keeps it. A ledger of a program that did not know it gets it piece by piece; until
 * then by_state_is_whole() says no, and lists look at all messages.
 */
#ifndef NODE_BY_STATE_H
#define NODE_BY_STATE_H

#include "node/turn.h"

/* A message goes from one state (empty: it is new) to another, in this turn. */
enum err by_state_move(const struct turn *turn, struct bytes from, struct bytes to,
		       uint64_t number);

/*
 * The numbers of messages in this state below `before` (0: all), the newest first, at most max_count;
 * only what is durable.
 */
enum err by_state_numbers(const struct turn *turn, const char *state, uint64_t before,
			  uint64_t *ret_numbers, size_t max_count, size_t *ret_count);

/* Does every message have its entry? A mark that is damaged says no. */
enum err by_state_is_whole(const struct turn *turn, bool *ret_is_whole);

/* A bounded piece of making it whole, in a turn; *ret_more: there is more to do. */
enum err by_state_step(const struct turn *turn, bool *ret_more);

/* The key of a message in a state, for verification. */
struct turn_key by_state_key(struct bytes state, uint64_t number);

#endif
