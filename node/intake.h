/*
 * intake - a party lodges a document that a worker has read: accept it into the ledger, or object.
 *
 * Same identity and same bytes: the same answer as before (INTAKE_SAME), also when the trader whose
 * document it is and an agent of it lodge it each (relodge.h). Whether the sender may lodge it is judged
 * each time as of that turn, also of what is known: a narrowed token, or an agent whose mandate ended,
 * does not get the receipt of what it may not lodge. An objection with
 * SEVERITY_ERROR refuses; the refusal is recorded too (SubmissionRejection: hash and findings,
 * never the payload of what was refused), once for the same bytes and reason. A lodgement that
 * carries an Idempotency-Key gets the answer that was given to it first; with other bytes under the
 * same key it is not looked at (INTAKE_KEY_USED).
 */
#ifndef NODE_INTAKE_H
#define NODE_INTAKE_H

#include "node/access.h"
#include "node/message.h"
#include "node/repeat.h"
#include "sampan/finding.h"

enum intake_verdict {
	INTAKE_ACCEPTED = 1,
	INTAKE_SAME = 2,
	INTAKE_REFUSED = 3,
	INTAKE_KEY_USED = 4, /* nothing was put; there is no message */
	INTAKE_CHANGED = 5   /* the same: what it speaks of is not any more what its maker saw */
};

/* What the lodgement speaks of, as its maker saw it (expected.h). */
struct intake_expected {
	const char *message;       /* id; "": it expects nothing */
	uint64_t version;          /* that they saw */
	enum access_action action; /* that they do to it */
	uint64_t root;             /* of its conversation; the ledger fills it in */
	const char *decision; /* the form that an officer decided by, whose document the office's
				    * key must sign (decided.h); "": it is lodged as it is */
	const char *reason;   /* why, in words, with a decision; may be "" */
};

struct intake {
	const char *party;        /* id of the authenticated sender */
	struct bytes document;    /* the bytes received */
	struct facts facts;       /* of the worker */
	struct findings findings; /* of the worker; objections are added */
	struct repeat_ask repeat;
	struct caller caller;  /* who lodges; nobody: the party's folder */
	const char *principal; /* tax code of the one it is lodged for, as they said; "": they did
				* not, and NULL is the same */
	struct intake_expected expected;
};

struct intake_answer {
	enum intake_verdict verdict;
	uint64_t message; /* the message it is, or the record of the refusal */
	const char *id;
	const char *state;
	const char *reference; /* the document's own; "" when it has none */
	uint64_t version;      /* of what it speaks of, behind it, when it expected one; else 0 */
};

/* A fact of the document, borrowed; "" where it has none of that name. */
const char *intake_fact(const struct intake *intake, const char *name);

/* It changes and follows nothing that was there. */
bool intake_is_original(const struct intake *intake);

/* Decide and put into the batch. Errors leave the batch to be rewound by the caller. */
enum err intake_accept(const struct turn *turn, struct intake *intake,
		       struct intake_answer *ret_answer);

/*
 * The lodgement carries an Idempotency-Key that was answered before: the same answer, with the
 * findings of the record it brought; or a refusal, when the sender may not lodge it (any more).
 * ERR_MISSING: it was not, or there is no key. ERR_EXISTS: the
 * key came with another request.
 */
enum err intake_answered(const struct turn *turn, struct intake *intake,
			 struct intake_answer *ret_answer);

/* Record that a document was refused before it came this far (the worker found errors). */
enum err intake_refuse(const struct turn *turn, const struct intake *intake,
		       struct intake_answer *ret_answer);

#endif
