/*
 * listing_open - messages that somebody at an office has to work on: those in a state that waits for a
 * decision of this node's customs, the newest first, found by the index of states (by_state.h), so that
 * it costs what is open and not what there is. Declarations are one set, certificates another
 * (listing_decide.h says which of the messages in its states are some).
 */
#ifndef NODE_LISTING_OPEN_H
#define NODE_LISTING_OPEN_H

#include "node/turn.h"

enum listing_open_set { LISTING_OPEN_DECLARATIONS, LISTING_OPEN_CERTIFICATES };

/* Is it such a state? */
bool listing_open_has(enum listing_open_set set, struct bytes state);

/*
 * Each message that is in one of them below `before` (0: all), with the key and the stored bytes, until
 * the look says false. A message that goes from one into another meanwhile comes at most once.
 */
typedef bool listing_open_look(void *context, struct bytes key, struct bytes value);
struct listing_open_look_at {
	listing_open_look *look;
	void *context;
};
enum err listing_open_scan(const struct turn *turn, enum listing_open_set set, uint64_t before,
			   const struct listing_open_look_at *look);

#endif
