/*
 * webhook - how far each receiver of events (docs/webhooks.md) is, as the ledger keeps it.
 *
 * A webhook is registered by the configuration; that it began, moved to another address or party, or
 * was told to begin again at a record, is on record. The place that its receiver has reached is a side
 * table, not a record: a delivery recorded would be one more thing to deliver. It moves only after
 * the receiver answered, so what was not surely received comes again, with the same sequence.
 */
#ifndef NODE_WEBHOOK_H
#define NODE_WEBHOOK_H

#include "node/message.h"

#define WEBHOOK_ID_BYTES 32u

struct webhook {
	uint64_t generation; /* record that last said where it goes or where it begins */
	uint64_t position;   /* everything up to this record was received, or is not the party's */
	struct hash target;  /* of party and URL */
};

/*
 * Where a webhook of the configuration is. One that is new, or whose party or URL changed, is recorded
 * (WebhookRegistered); a new one, and one of another party, begins behind that record. ERR_MISSING:
 * the configuration has none of this id.
 */
enum err webhook_open(const struct turn *turn, const char *id, struct webhook *ret_webhook);

/*
 * Its receiver has everything up to position. Never moves back. ERR_CONFLICT: it was opened or told to
 * begin anew since that generation: open it again.
 */
enum err webhook_done(const struct turn *turn, const char *id, uint64_t generation,
		      uint64_t position);

/*
 * Begin again with the record `from` (1: everything), on record as WebhookReplayed by the operator.
 * ERR_MISSING: no such webhook was ever opened. ERR_USAGE: no such record yet.
 */
enum err webhook_replay(const struct turn *turn, const char *id, uint64_t from,
			const char *operator_name);

/* Scheme, host and port of a URL, in the turn's arena: what stands behind may be a secret. */
const char *webhook_host(const struct turn *turn, const char *url);

/* What is durable. ERR_MISSING: never opened. */
enum err webhook_load(const struct turn *turn, const char *id, struct webhook *ret_webhook);

#endif
