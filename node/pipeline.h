/*
 * pipeline - the gate's way of a document, the same for every door: a worker reads it, the ledger
 * accepts or refuses it.
 *
 * What one party lodges is judged by the ledger in the order in which it was submitted, whatever
 * worker reads it first, and what speaks of an earlier document waits for that one's answer; so an
 * amendment lodged after its declaration never comes before it. Where one must be lodged again, so
 * must those behind it. A document that workers die of or cannot finish is tried three times and
 * then refused; so is one that no record can hold. Nothing else than the world's trouble makes a
 * document come again.
 */
#ifndef NODE_PIPELINE_H
#define NODE_PIPELINE_H

#include "node/ledger_call.h"
#include "node/pool.h"

struct pipeline;

/*
 * The end of one lodgement, exactly once. OK: accepted holds the verdict (borrowed until the
 * callback returns). Otherwise nothing was acknowledged: ERR_UNAVAILABLE, ERR_FULL: lodge it again
 * later.
 */
typedef void pipeline_on_done(void *context, enum err err, const struct ledger_accepted *accepted);

/* Pool and client are borrowed for the pipeline's life. */
enum err pipeline_new(struct pool *pool, struct call_client *ledger,
		      struct pipeline **ret_pipeline);
/* callbacks are not called any more; NULL is accepted */
void pipeline_free(struct pipeline *pipeline);

/* One lodgement: all of it is copied. */
struct pipeline_lodging {
	const char *party;
	struct bytes document;
	struct repeat_ask repeat;    /* key NULL or "": none */
	const struct caller *caller; /* who lodges; NULL: the party's folder */
	const char *principal;       /* tax code; NULL: not said */
	struct intake_expected expected; /* message NULL or "": nothing */
};

/* Lodge; results as below. */
enum err pipeline_lodge(struct pipeline *pipeline, const struct pipeline_lodging *lodging,
			pipeline_on_done *callback, void *context);

/*
 * Lodge without more than party and document. They are copied. On error the callback is not called. ERR_FULL: too much is
 * under way. ERR_LIMIT: party is longer than LIMIT_NAME_BYTES.
 */
enum err pipeline_submit(struct pipeline *pipeline, const char *party, struct bytes document,
			 pipeline_on_done *callback, void *context);

#endif
