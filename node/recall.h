/*
 * recall - what a node whose ledger was restored learns from a partner: what it had sent before, and
 * knows no more (docs/link.md, A restored ledger).
 *
 * The partner gives back, one by one, what it has behind the last number that is known here. Each is
 * put on record (FrameRecalled) under its number; where it is a delivery that is known here, that
 * delivery is satisfied and is not sent again. Only then are new numbers given.
 */
#ifndef NODE_RECALL_H
#define NODE_RECALL_H

#include "node/stream.h"

enum recall_operation { /* behind those of witness_call.h */
			LEDGER_RECALL =
				74, /* partner, u64 number -> u64 number, hash, bytes content
					     * of the frame that it sent under that number. number 0:
					     * there is none; no content: its bytes are not known */
			LEDGER_RECALLED = 75, /* partner, u64 number, bytes content -> nothing. The
					       * next number, or one that is known */
			LEDGER_SETTLED = 76   /* partner -> nothing: it has no more */
};

/* The number of a delivery as partners know it: those of a later epoch differ from all lost ones. */
uint64_t recall_delivery(const struct turn *turn, uint64_t number);

/* What a number of our stream stands for: a frame that was recalled, and its bytes. */
bool recall_is_taken(struct bytes value);
enum err recall_content(const struct turn *turn, struct bytes value,
			struct stream_frame *ret_frame);

/* What arrived under a number, so that it can be given back. */
enum err recall_note(const struct turn *turn, const char *partner, const struct link_frame *frame,
		     uint64_t message);

/*
 * The frame that arrived under a number, in the arena; without content where its bytes cannot be made
 * again. ERR_MISSING: there is none.
 */
enum err recall_give(const struct turn *turn, const char *partner, uint64_t number,
		     struct stream_frame *ret_frame);

/* What the partner gave back. ERR_CONFLICT: not the next number. */
enum err recall_take(const struct turn *turn, const char *partner, uint64_t number,
		     struct bytes content);

/* It has given back everything. */
enum err recall_settle(const struct turn *turn, const char *partner);

/* The three operations. */
enum err recall_serve(const struct turn *turn, uint16_t operation, struct bytes body,
		      struct buffer *to);

/* The body of LEDGER_RECALLED; the answer of LEDGER_RECALL, content borrowed. */
void recall_pack_taken(struct buffer *to, const char *partner, uint64_t number,
		       struct bytes content);
enum err recall_unpack_given(struct bytes from, struct stream_frame *ret_frame);

#endif
