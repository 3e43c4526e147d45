/*
 * hub_hop - one hop of a way: by one map from the documents at hand to those of the next kind.
 * Internal to hub.c.
 */
#ifndef MESSAGES_HUB_HOP_H
#define MESSAGES_HUB_HOP_H

#include "messages/hub.h"
#include "messages/join.h"
#include "messages/split.h"

#define HUB_PARTS 1000u /* that one document may be split into */

struct hub {
	const struct hub_task *task;
	struct arena *arena;
	struct hub_way way;
	size_t hop;                        /* from way.kinds[hop] to the next */
	const struct document **documents; /* what this hop takes */
	size_t count;
	struct document **owned; /* those of them that are not the task's */
	size_t owned_count;
	struct bytes *outputs; /* what it makes */
	size_t output_count;
	struct trace trace; /* from the task's sources to the documents, then to the outputs */
	const char **via;
	struct hash *via_hashes;
	size_t via_count;
	size_t errors; /* findings that stop it */
};

/* Carry out the hop: sets outputs and leads the trace on to them, or puts findings. */
enum err hub_hop_run(struct hub *hub);

#endif
