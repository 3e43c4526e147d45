/*
 * peer - one partner node as the courier sees it: both link machines, their sockets, and the
 * ledger's side of both streams.
 *
 * The machines decide (link.h); this file carries out what they say: puts bytes on the wire,
 * fetches frames from the ledger, has arrivals committed. One listener per partner, so that one
 * partner can be cut at once.
 */
#ifndef NODE_PEER_H
#define NODE_PEER_H

#include "node/call.h"
#include "node/line.h"
#include "node/role.h"

struct peer;

/* What all peers of a courier share. */
struct peer_side {
	struct lines *lines;
	uint8_t own_public[CURVE_KEY_BYTES];
	uint8_t own_secret[CURVE_KEY_BYTES];
};

/*
 * Open the listener for the partner now; the streams begin as soon as the ledger has said where
 * they stand. All borrowed.
 */
enum err peer_open(struct role *role, const struct config_partner *partner,
		   const struct peer_side *side, struct call_client *ledger,
		   struct peer **ret_peer);
void peer_close(struct peer *peer); /* NULL is accepted */

/* There may be something new to send. */
void peer_wake(struct peer *peer);

#endif
