/*
 * link_window - what a sender has sent and not seen acknowledged: hashes and sizes of the frames
 * behind the acknowledged one, in order.
 */
#ifndef NODE_LINK_WINDOW_H
#define NODE_LINK_WINDOW_H

#include "node/link.h"

struct link_window {
	size_t max_bytes;
	struct {
		struct hash hash;
		size_t bytes;
	} sent[LINK_FRAMES]; /* ring */
	size_t first, count;
	size_t bytes; /* sum of the contents */
};

/* Is there room for a frame with so many bytes of content? One alone always has room. */
bool link_window_has_room(const struct link_window *window, size_t bytes);

void link_window_put(struct link_window *window, const struct link_frame *frame);

/* The first `count` of them are acknowledged. */
void link_window_drop(struct link_window *window, uint64_t count);

/* The hash of the frame at this place, from 0. */
const struct hash *link_window_hash(const struct link_window *window, uint64_t place);

#endif
