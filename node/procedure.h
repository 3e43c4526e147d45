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
 * The office waits for somebody else (papers are asked): the clock stands still. Record
 * ProcedurePaused. When it goes on, as many working days are left as were then: a new due, record
 * ProcedureResumed; what was late stays late. Neither does anything where no clock runs, or stands
 * already, or runs already. The caller saves the message.
 */
enum err procedure_pause(const struct turn *turn, struct message *message);
enum err procedure_resume(const struct turn *turn, struct message *message);

/* Since when it stands, 0: it runs; and for how long it stood before. In milliseconds. */
uint64_t procedure_paused_since(const struct message *message);
uint64_t procedure_paused_ms(const struct message *message);

/*
 * An event (life_event_name) happened: if it closes the message's procedure, record Closed with
 * received, due and closed. The caller saves the message.
 */
enum err procedure_close(const struct turn *turn, struct message *message, const char *event);

#endif
