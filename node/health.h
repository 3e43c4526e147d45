/*
 * health - is this node fit for work? One list of checks for people (`sampan doctor`), for load
 * balancers (/readyz) and for alarms (/metrics).
 *
 * Pure: whoever asks gathers the facts, this file judges them. A node with a check that is
 * HEALTH_BAD is not ready: it would not take documents, or could not prove that it did.
 */
#ifndef NODE_HEALTH_H
#define NODE_HEALTH_H

#include <jansson.h>

#include "sampan/arena.h"
#include "sampan/err.h"
#include "sampan/pack.h"

enum health_state {
	HEALTH_GOOD,
	HEALTH_WARN, /* it works, and somebody must look soon */
	HEALTH_BAD   /* it does not work */
};

/* What the ledger role knows of itself. */
struct health_ledger {
	uint64_t size;           /* records */
	uint64_t signed_size;    /* of them, covered by a durable signed checkpoint */
	uint64_t last_record_ms; /* time of the newest record; 0: none */
	enum err trouble;        /* of its last commit; OK: none */
	uint64_t store_bytes;    /* that its store takes */
	uint64_t max_bytes;      /* that its store may take */
	uint64_t disk_free_bytes;
	uint64_t disk_bytes;
};

struct health_certificate {
	const char *name;  /* "keys/door.crt" */
	uint64_t until_ms; /* last moment of its validity; 0: it cannot be read */
};

struct health_facts {
	uint64_t now_ms;
	const struct health_ledger *ledger; /* NULL: it does not answer */
	const struct health_certificate *certificates;
	size_t certificate_count;
};

struct health_check {
	const char *name; /* "ledger", "disk", "store", "seal", "clock", "certificate" */
	enum health_state state;
	const char *en; /* what is so, and, unless it is good, what to do */
	const char *vi;
};

#define HEALTH_MAX_CHECKS 96u

struct health {
	struct health_check checks[HEALTH_MAX_CHECKS];
	size_t count;
	enum health_state worst;
};

void health_init(struct health *health);

/* Judge all of it; the checks are added behind those that are there. Texts are in the arena. */
enum err health_judge(struct health *health, const struct health_facts *facts, struct arena *arena);

/*
 * Add one check; en and vi are borrowed. ERR_LIMIT: there are HEALTH_MAX_CHECKS already; ERR_MEMORY:
 * a text is NULL.
 */
enum err health_add(struct health *health, const char *name, enum health_state state,
		    const char *en, const char *vi);

/* "good", "warn", "bad" */
const char *health_state_name(enum health_state state);

/* {"ready","checks":[{"name","state","en","vi"}...]} that the caller owns; NULL: no memory. */
json_t *health_json_new(const struct health *health);

void health_pack_ledger(struct buffer *to, const struct health_ledger *ledger);
enum err health_unpack_ledger(struct bytes from, struct health_ledger *ret_ledger);

#endif
