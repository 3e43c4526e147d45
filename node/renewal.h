/*
 * renewal - when an agreement changes version, what is still unsent is translated anew.
 *
 * A running node takes up a changed configuration by starting its roles again; then the ledger role
 * looks once through all that waits (to be translated, sent, handed over, or held) and compares
 * what each delivery is owed as with what route and partner say now. A difference is a record
 * DeliveryRenewed, and the delivery begins again from the document as it was received. What has a
 * number in a partner's stream is sent: it stays as it is. A route that is no longer in force
 * changes nothing: what was owed stays owed.
 */
#ifndef NODE_RENEWAL_H
#define NODE_RENEWAL_H

#include "node/delivery.h"

/* How far the look has come; all zero to begin (again). */
struct renewal {
	size_t queue;
	uint64_t after;  /* the last delivery of that queue that was looked at */
	uint64_t unread; /* the last one that cannot be read; 0: all could */
	bool is_done;
};

/*
 * Look at the next page of deliveries, within the turn. One that cannot be read stays as it is, and holds up no other. On an error the batch may hold a part of
 * it: rewind it, and begin again.
 */
enum err renewal_step(struct renewal *renewal, const struct turn *turn);

#endif
