/*
 * repeat - requests that carry an Idempotency-Key: what was answered stays the answer.
 *
 * The key is the one of draft-ietf-httpapi-idempotency-key-header, made unique by who asks. Its
 * entry is put in the commit of what the request brought, so a crash leaves both or neither. It is
 * kept for the day of the request and the next one (REPEAT_KEPT_HOURS at the least), then forgotten:
 * a lodgement of the same bytes is answered alike without any key. Entries are no part of the
 * records and are not rebuilt.
 */
#ifndef NODE_REPEAT_H
#define NODE_REPEAT_H

#include "node/turn.h"

#define REPEAT_KEPT_HOURS 24u

/* What a request says of itself. */
struct repeat_ask {
	const char *key;     /* who asks and the key; "": the request has none */
	struct hash request; /* of all that makes it the same request: call, parameters, body */
};

/* What it was answered. */
struct repeat {
	struct hash request;
	uint8_t verdict; /* the caller's own */
	uint64_t number; /* of the record it brought */
	const char *state;
};

/*
 * OK: it was answered before, with *ret (state in the turn's arena). ERR_MISSING: it was not, or has
 * no key. ERR_EXISTS: the key came with another request. Sees what this turn put.
 */
enum err repeat_find(const struct turn *turn, const struct repeat_ask *ask, struct repeat *ret);

/* Keep the answer, and forget some of what is too old. Nothing without a key. */
enum err repeat_put(const struct turn *turn, const struct repeat_ask *ask, uint8_t verdict,
		    uint64_t number, const char *state);

void repeat_pack(struct buffer *to, const struct repeat_ask *ask);
void repeat_unpack(struct unpack *from, struct arena *arena, struct repeat_ask *ret);

#endif
