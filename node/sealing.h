/*
 * sealing - the ledger role's talk with the seal: which size is signed, and the signed note on its
 * way into the ledger.
 *
 * Only a durable root is shown to the seal, and a note counts only when it is durable itself; so
 * what a receipt is made from never changes. Whatever goes wrong is asked again: sealing_step() is
 * called now and then and does what is next. The seal is believed only where its note says what
 * this ledger holds.
 */
#ifndef NODE_SEALING_H
#define NODE_SEALING_H

#include "node/ledger.h"
#include "node/role.h"

struct sealing;

/* A signed note has come: plan a commit. */
typedef void sealing_on_note(void *context);

/* Role and ledger are borrowed. Reads what was signed last; asks nothing yet. */
enum err sealing_open(struct role *role, struct ledger *ledger, sealing_on_note *callback,
		      void *context, struct sealing **ret_sealing);
void sealing_close(struct sealing *sealing); /* NULL is accepted */

/* Ask the seal what is to be asked now; nothing while a question is under way or a note waits. */
void sealing_step(struct sealing *sealing);

/* Put the note that waits, if any, into the batch. One that the ledger does not take is forgotten
 * and asked for anew. */
void sealing_put(struct sealing *sealing, struct batch *batch);

/* The batch is durable, and the note with it. */
void sealing_committed(struct sealing *sealing);

/* Does a note wait to be put? */
bool sealing_has_note(const struct sealing *sealing);

/* How many records the newest durable checkpoint covers. */
uint64_t sealing_covered(const struct sealing *sealing);

#endif
