/*
 * procedure - the clock of a lodgement: received, due, closed, by the procedure code it names.
 *
 * So that on-time figures can be computed from the ledger at any time (flows.md, States).
 */
#ifndef NODE_PROCEDURE_H
#define NODE_PROCEDURE_H

#include "node/message.h"

/* The procedure of this code for this kind; NULL when the catalogue has none. */
const struct config_procedure *procedure_find(const struct config *config, const char *code,
					      const char *kind);

/* Start the clock: sets due_ms. */
void procedure_start(const struct turn *turn, struct message *message,
		     const struct config_procedure *procedure);

/*
 * An event (life_event_name) happened: if it closes the message's procedure, record Closed with
 * received, due and closed. The caller saves the message.
 */
enum err procedure_close(const struct turn *turn, struct message *message, const char *event);

#endif
