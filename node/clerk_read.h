/*
 * clerk_read - what the clerk answers to those who read over HTTP: one message, lists, the pieces of
 * a download. Everything is asked with the caller, and what they may not see is not there
 * (ERR_MISSING), as if it did not exist.
 *
 * Each question is bounded work, whatever is in the ledger, and no read transaction outlives one
 * look into the store.
 */
#ifndef NODE_CLERK_READ_H
#define NODE_CLERK_READ_H

#include "node/listing.h"

#define CLERK_READ_PIECE_BYTES ((uint32_t)1024 * 1024) /* of a download, in one answer */

/* How far one came. */
enum clerk_read_verdict {
	CLERK_READ_YES = 1,
	CLERK_READ_RECORD = 2, /* only for the caller's reason: have the ledger record it, then ask
				* again with is_recorded */
	CLERK_READ_NEEDS_REASON = 3,
	CLERK_READ_ARCHIVED = 4 /* it is in an archive that is not here, whose name is the type */
};

/* What is read of a message. */
enum clerk_read_part {
	CLERK_READ_MESSAGE = 0,  /* state and timeline, as JSON */
	CLERK_READ_DOCUMENT = 1, /* the bytes received */
	CLERK_READ_TRANSLATION = 2,
	CLERK_READ_REPORT = 3,
	CLERK_READ_RECEIPT = 4,
	CLERK_READ_ATTACHMENT = 5,
	CLERK_READ_EVIDENCE = 6,
	CLERK_READ_PARTS
};

struct clerk_read_question {
	const char *id; /* of the message */
	enum clerk_read_part part;
	const char *which; /* translation, report: number of the delivery, "" for the newest;
			    * attachment: SHA-256 in hexadecimal; evidence: for whom, "" for the most
			    * that the caller may have (clerk_evidence.h) */
	uint64_t offset;
	bool is_recorded;
	bool in_vietnamese;
};

struct clerk_read_answer {
	enum clerk_read_verdict verdict;
	uint64_t message; /* number */
	uint64_t version; /* CLERK_READ_MESSAGE: as of expected.h; else 0 */
	struct hash hash; /* of the whole */
	uint64_t total;   /* bytes of the whole */
	const char *type; /* media type, as whoever brought it said; "" for the part's own */
	struct bytes piece;
};

/* Is it allowed to read this part? The action of access.h. */
enum access_action clerk_read_action(enum clerk_read_part part);

void clerk_read_pack(struct buffer *to, const struct caller *caller,
		     const struct clerk_read_question *question);
void clerk_read_pack_answer(struct buffer *to, const struct clerk_read_answer *answer);
enum err clerk_read_unpack_answer(struct bytes from, struct arena *arena,
				  struct clerk_read_answer *ret_answer);

/*
 * CLERK_READ. ERR_MISSING: no such message, part or piece, or not for this caller. ERR_UNAVAILABLE:
 * the receipt or the evidence is not signed yet. ERR_DENIED, ERR_USAGE: evidence for somebody else.
 */
enum err clerk_read_serve(const struct turn *turn, struct bytes question, struct buffer *to);

#endif
