/*
 * signing - the ledger role's other talk with the seal: documents that are translated and durable
 * are shown to it with their proofs, and its signatures are put on record.
 *
 * A document is sent only when its signature is durable, and the same signature goes with every
 * repetition, so that a frame never changes. Whatever goes wrong is asked again: signing_step() is
 * called now and then. Many documents go in one question and their signatures in one commit.
 *
 * Which certificates sign is recorded too (KeyRotated), as soon as the seal says so, and anew in each
 * epoch (anew.h): evidence of an epoch shows nothing of another.
 */
#ifndef NODE_SIGNING_H
#define NODE_SIGNING_H

#include "node/role.h"
#include "node/sealing.h"
#include "node/turn.h"

struct signing;

/* Something has come that is to be put: plan a commit. */
typedef void signing_on_word(void *context);

/* Role and ledger are borrowed. Asks nothing yet. */
enum err signing_open(struct role *role, struct ledger *ledger, signing_on_word *callback,
		      void *context, struct signing **ret_signing);
void signing_close(struct signing *signing); /* NULL is accepted */

/*
 * Ask the seal what is to be asked now: nothing while a question is under way or an answer waits to
 * be put. A document that cannot be shown, or whose signature cannot be put, is told and left aside
 * for some seconds; the others go on.
 */
void signing_step(struct signing *signing, const struct sealing *sealing);

/* Did the last step find documents that wait for a checkpoint over them? */
bool signing_is_waiting(const struct signing *signing);

/* Put what the seal said into the turn's batch. What cannot be put is forgotten and asked anew. */
void signing_put(struct signing *signing, const struct turn *turn);

/* A turn's commit failed, and what it put is not there: everything is asked anew. */
void signing_failed(struct signing *signing);

#endif
