/*
 * link_wire - the bytes of the messages between two nodes (docs/link.md).
 *
 * Every kind has the same header, and the header stays the same in all versions, so that a node of
 * another version can still be told so. A tag over the header and the content (of a FRAME: over the
 * header, which holds the hash of the content) finds damage; what is damaged counts as lost. CURVE
 * proves who speaks; the tag proves nothing.
 */
#ifndef NODE_LINK_WIRE_H
#define NODE_LINK_WIRE_H

#include "node/link.h"

#define LINK_WIRE_HEADER_BYTES 102u

enum link_wire_kind {
	LINK_WIRE_HELLO = 1, /* sender: I am here; `number` was acknowledged, as far as I know;
				content: my name */
	LINK_WIRE_WELCOME,   /* receiver: I have everything up to `number`; content: checkpoint */
	LINK_WIRE_FRAME,     /* sender: the frame */
	LINK_WIRE_RECEIPT, /* receiver: everything up to `number` is durable; content: checkpoint */
	LINK_WIRE_AGAIN,   /* receiver: send again what is behind `number` */
	LINK_WIRE_ASK,     /* receiver: I do not know you: say hello */
	LINK_WIRE_ALARM,   /* both: something does not fit; content: what, in words */
	LINK_WIRE_CHECKPOINT, /* sender: our checkpoint of size `number` with root `hash`; content:
				 note, proof, card (witness.h) */
	LINK_WIRE_SEEN,   /* receiver: of your ledger I saw `number` records with root `hash` last;
			  content: its epoch, version of your card, cosignature (witness.h) */
	LINK_WIRE_RECALL, /* sender: my ledger was restored: give me back what I sent as `number` */
	LINK_WIRE_RECALLED /* receiver: that frame; number 0: there is none; content of the frame,
			      nothing where it is not known any more */
};

struct link_wire {
	enum link_wire_kind kind;
	uint8_t to[LINK_NONCE_BYTES]; /* nonce of the process this is meant for; zero when it is not
					 known */
	uint8_t from[LINK_NONCE_BYTES]; /* nonce of the process that says it */
	uint64_t
		serial; /* HELLO: which greeting; WELCOME, FRAME, ASK, RECALL, RECALLED: the greeting they
			    rest on;
			    AGAIN, CHECKPOINT: rises with each; SEEN: of the CHECKPOINT it answers */
	uint64_t epoch;
	uint64_t number;
	struct hash hash; /* of frame `number`; zero for number 0 and where there is none */
	struct bytes content;
};

/* Write a message. The caller asks buffer_error(): ERR_LIMIT when it is longer than
 * LIMIT_FRAME_BYTES. */
void link_wire_format(struct buffer *to, const struct link_wire *message);

/*
 * Read a message; content is borrowed from the bytes. ERR_FORMAT: damaged or of no known kind.
 * ERR_VERSION: undamaged, but of another version: only `to` and `from` mean something.
 */
enum err link_wire_parse(struct bytes bytes, struct link_wire *ret_message);

#endif
