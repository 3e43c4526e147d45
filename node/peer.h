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
#include "node/rate.h"
#include "node/role.h"

struct peer;

/*
 * What a partner may have us do by a few bytes of its own, in tokens of PEER_TOKEN_BYTES: frames sent once more or
 * given back (6 MB/s), its checkpoints judged (one or two a second). What is beyond that waits, as if our ledger
 * were away; a partner that is well asks again.
 */
#define PEER_PER_SECOND 400u
#define PEER_BURST 2048u
#define PEER_TOKEN_BYTES ((size_t)16 * 1024)

/* What all peers of a courier share. */
struct peer_side {
	struct lines *lines;
	struct rate *rate; /* of PEER_PER_SECOND and PEER_BURST */
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
