/*
 * glance - a message as it is stored, looked at without copying: for lists, which look at very many
 * and show few.
 */
#ifndef NODE_GLANCE_H
#define NODE_GLANCE_H

#include "node/message.h"

/* Ranges are borrowed from the stored bytes. */
struct glance {
	uint64_t number;
	uint64_t root;
	uint64_t received_ms;
	struct bytes state, sender, registered;
	struct bytes origin; /* empty: lodged here, or what a partner sent */
	struct bytes facts;  /* as facts_pack() wrote them */
};

/* Read the bytes of SPACE_MESSAGE. ERR_VERSION, ERR_CORRUPT. */
enum err glance_read(struct bytes stored, struct glance *ret_glance);

/* The value of a fact; empty when there is none. */
struct bytes glance_fact(const struct glance *glance, const char *name);

/* Does any fact whose name begins so have this value? */
bool glance_has(const struct glance *glance, const char *prefix, struct bytes value);

#endif
