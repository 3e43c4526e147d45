/*
 * decided - a decision of an officer that comes through the door: a form made its document, which the key of
 * the office must sign before it is lodged (issue.h). To who decides it is answered like a lodgement.
 */
#ifndef NODE_DECIDED_H
#define NODE_DECIDED_H

#include "node/intake.h"

/* Is it one? Then the two below stand in the place of intake_answered() and intake_accept(). */
bool decided_is(const struct intake *intake);

/* As intake_answered(): the message that was decided on, as it is now. */
enum err decided_answered(const struct turn *turn, const struct intake *intake,
			  struct intake_answer *ret_answer);

/*
 * As intake_accept(): may they lodge such a document and decide on that message, then issue_decide(). On acceptance
 * ret_answer has the id and state of the message that was decided on, and the number of the decision's record.
 */
enum err decided_accept(const struct turn *turn, struct intake *intake,
			struct intake_answer *ret_answer);

#endif
