/*
 * problem - what the HTTP door answers when a request is not done: application/problem+json.
 *
 * RFC 9457, with the members type, title, status, detail; "vi" says the title in Vietnamese and
 * "detailVi" the detail, "findings" lists what is wrong with a document as `sampan check --json` does, and
 * "id" is the record of its refusal. A finding of a form also says its "field". The type is
 * "urn:sampan:problem:" and the problem's code; the codes are promises to users (docs/http.md).
 */
#ifndef NODE_PROBLEM_H
#define NODE_PROBLEM_H

#include "sampan/finding.h"

#define PROBLEM_MEDIA_TYPE "application/problem+json"

enum problem {
	PROBLEM_BAD_REQUEST,     /* a parameter or the body does not have its form */
	PROBLEM_UNAUTHENTICATED, /* who asks is not known */
	PROBLEM_FORBIDDEN,       /* known, and may not */
	PROBLEM_NO_SUCH_CALL,    /* no such path */
	PROBLEM_NO_SUCH_MESSAGE, /* no such message, or not for the one who asks */
	PROBLEM_NO_SUCH_ENTRY,  /* no such account, token or mandate, or not for the one who asks */
	PROBLEM_METHOD,         /* the path is there, the method is not */
	PROBLEM_NOT_ACCEPTABLE, /* Accept leaves out what this call answers */
	PROBLEM_IN_FLIGHT,      /* the same Idempotency-Key is being worked on */
	PROBLEM_STATE,          /* the message is in no state for this */
	PROBLEM_CHANGED,        /* If-Match: something happened since it was seen */
	PROBLEM_IF_MATCH,       /* the call needs If-Match */
	PROBLEM_TOO_LARGE,
	PROBLEM_MEDIA_TYPE_UNKNOWN, /* Content-Type, Content-Encoding, or what the bytes are */
	PROBLEM_REFUSED,            /* the document has errors: findings */
	PROBLEM_KEY_REUSED,         /* the Idempotency-Key came with another body before */
	PROBLEM_TOO_MANY,           /* requests of this caller */
	PROBLEM_INTERNAL,
	PROBLEM_UNAVAILABLE,  /* the node cannot answer now */
	PROBLEM_NOT_SIGNED,   /* the receipt follows */
	PROBLEM_ARCHIVED,     /* the bytes are in an archive that is not on this node */
	PROBLEM_RECEIPT_LOST, /* what signed it was lost in a restore */
	PROBLEM_COUNT
};

unsigned problem_status(enum problem problem);
const char *problem_code(enum problem problem); /* "no-such-message" */

/*
 * The problem that an error between roles is for who asked over HTTP: what passes is
 * PROBLEM_UNAVAILABLE, ERR_MISSING is PROBLEM_NO_SUCH_MESSAGE, ERR_DENIED PROBLEM_FORBIDDEN ...;
 * what no request can bring about is PROBLEM_INTERNAL.
 */
enum problem problem_of_error(enum err err);

/* What is said beyond the problem itself. Texts may be NULL or "": nothing. */
struct problem_words {
	const char *detail; /* one sentence about this request */
	const char *detail_vi;
	const char *id; /* of the refusal that is on record */
	const struct findings *findings;
	const char *const *fields; /* of a form, one for each finding, NULL where it has none; NULL:
				    * there is no form */
};

/* Append the JSON. ERR_MEMORY, ERR_LIMIT: as the buffer; it holds nothing whole then. */
enum err problem_format(enum problem problem, const struct problem_words *words, struct buffer *to);

#endif
