/*
 * parcel - what one frame of the link carries: a document, what it is, and whose message it is at
 * the sender.
 */
#ifndef NODE_PARCEL_H
#define NODE_PARCEL_H

#include "sampan/arena.h"
#include "sampan/pack.h"

#define PARCEL_VERSION 1u
#define PARCEL_NAME_BYTES 64u

struct parcel {
	const char *message; /* the sender's message id: "VN-1-57" */
	uint64_t delivery;   /* the sender's delivery number: one parcel each, for ever */
	const char *root;    /* id of the message that began the conversation */
	const char *kind;    /* "asw.acdd" */
	struct bytes document;
};

void parcel_pack(struct buffer *to, const struct parcel *parcel);

/*
 * Texts are copied into the arena, the document is borrowed. ERR_FORMAT, also when an id or the
 * kind is anything but 1 to PARCEL_NAME_BYTES letters, digits, "-", "." and "_"; ERR_VERSION: a
 * newer node's.
 */
enum err parcel_unpack(struct bytes from, struct arena *arena, struct parcel *ret_parcel);

#endif
