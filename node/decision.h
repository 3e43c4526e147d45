/*
 * decision - what a notice does to the document that it speaks of: an officer's decision, a
 * declarant's answer, what a partner says of a certificate.
 *
 * Which event of the original's life a notice is, is its fact "event", by its kind's file. Whether
 * that event fits is the table of life.h; what comes with it (the lane, the clock, who inspected) is
 * one row of a table here. An event that does not fit is a finding and nothing is put; of a partner,
 * who cannot be asked to lodge again, and of papers and answers, the timeline tells it and nothing changes.
 *
 * Who spoke is the fact "person" of the notice (sender.h): who was authenticated, never a name that
 * the document has. Four eyes are two such texts, and machines of one party are one.
 */
#ifndef NODE_DECISION_H
#define NODE_DECISION_H

#include "node/message.h"
#include "sampan/finding.h"

#define DECISION_PERSON "person"

/*
 * A notice whose conversation is known is in force: the root's timeline tells it and the root's
 * state follows. Findings with SEVERITY_ERROR: it does not fit, and nothing is put.
 */
enum err decision_act(const struct turn *turn, const struct message *notice,
		      struct findings *findings);

#endif
