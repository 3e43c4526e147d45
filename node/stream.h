/*
 * stream - both directions of the link to a partner, as the ledger keeps them.
 *
 * Outward: numbers are given at first sending, in order of delivery; within a conversation a later
 * message never gets a number before an earlier one that is still owed to that partner. Inward: the
 * number check and the append are one commit.
 */
#ifndef NODE_STREAM_H
#define NODE_STREAM_H

#include "node/delivery.h"
#include "node/link.h"

struct stream {
	uint64_t last_given;     /* outward: last number given */
	uint64_t acknowledged;   /* outward: the partner has everything up to here */
	uint64_t out_epoch; /* of our ledger, in which the partner was asked what it has; 0: the first */
	struct link_position in; /* inward: what is committed */
	struct bytes checkpoint; /* the partner's newest checkpoint, as its receipt brought it; in
				    the arena */
};

/* Where both streams of a partner (country code) stand; all zero for a new partner. */
enum err stream_load(const struct turn *turn, const char *partner, struct stream *ret_stream);

struct stream_frame {
	uint64_t number;
	struct hash hash;
	struct bytes content; /* a packed parcel, in the arena */
};

/*
 * The frames behind `after`, at most max_count and about max_bytes (at least one when there is
 * one): those that have numbers already, then newly numbered ones. The new numbers count once the
 * turn is committed: give the frames out only then. What is too large for a frame gets no number:
 * it is held (frame-too-large), and the stream goes on without it.
 */
enum err stream_frames(const struct turn *turn, const char *partner, uint64_t after,
		       size_t max_bytes, size_t max_count, struct stream_frame *ret_frames,
		       size_t *ret_count);

/* The partner has everything up to number. ERR_USAGE: more than was ever given. Saying it again
 * changes nothing. */
enum err stream_acknowledge(const struct turn *turn, const char *partner, uint64_t number,
			    struct bytes checkpoint);

/*
 * A frame came. OK: appended, or already there with the same hash. ERR_CONFLICT: not the next
 * number. ERR_EXISTS: that number has another hash (alarm). ERR_CORRUPT: our own store is damaged, which
 * says nothing of the partner. ERR_FORMAT: its hash is not that of its content; nothing is appended. Content that is no parcel is appended all the same, as of kind
 * "unreadable", and set aside later.
 */
enum err stream_arrive(const struct turn *turn, const char *partner,
		       const struct link_frame *frame);

/*
 * Was our ledger restored since the partner was asked what it has of our stream? Until then no number
 * is given: it would stand for something there already (recall.h).
 */
bool stream_is_unsettled(const struct turn *turn, const struct stream *stream);

enum err stream_save(const struct turn *turn, const char *partner, const struct stream *stream);

/* The key of what was sent under a number, of what arrived under it. */
struct turn_key stream_sent_key(const char *partner, uint64_t number);
struct turn_key stream_arrival_key(const char *partner, uint64_t number);

/* The partner's stream goes on, with the next number, in this epoch of its ledger. */
enum err stream_take_epoch(const struct turn *turn, const char *partner, uint64_t epoch);

/* The hash committed under a number of the inward stream. ERR_MISSING. */
enum err stream_arrived_hash(const struct turn *turn, const char *partner, uint64_t number,
			     struct hash *ret_hash);

#endif
