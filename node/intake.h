/*
 * intake - a party lodges a document that a worker has read: accept it into the ledger, or object.
 *
 * Same identity and same bytes: the same answer as before (INTAKE_SAME). An objection with
 * SEVERITY_ERROR refuses; the refusal is recorded too (SubmissionRejection: hash and findings,
 * never the payload of what was refused), once for the same bytes and reason.
 */
#ifndef NODE_INTAKE_H
#define NODE_INTAKE_H

#include "node/message.h"
#include "sampan/finding.h"

enum intake_verdict { INTAKE_ACCEPTED = 1, INTAKE_SAME = 2, INTAKE_REFUSED = 3 };

struct intake {
	const char *party;        /* id of the authenticated sender */
	struct bytes document;    /* the bytes received */
	struct facts facts;       /* of the worker */
	struct findings findings; /* of the worker; objections are added */
};

struct intake_answer {
	enum intake_verdict verdict;
	uint64_t message; /* the message it is, or the record of the refusal */
	const char *id;
	const char *state;
};

/* Decide and put into the batch. Errors leave the batch to be rewound by the caller. */
enum err intake_accept(const struct turn *turn, struct intake *intake,
		       struct intake_answer *ret_answer);

/* Record that a document was refused before it came this far (the worker found errors). */
enum err intake_refuse(const struct turn *turn, const struct intake *intake,
		       struct intake_answer *ret_answer);

#endif
