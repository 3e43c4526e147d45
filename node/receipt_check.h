/*
 * receipt_check - a receipt by itself, checked offline: `sampan verify FILE.receipt`.
 *
 * Everything in the file is hostile; what is believed are public keys of ledgers. Pure, but for what it prints.
 */
#ifndef NODE_RECEIPT_CHECK_H
#define NODE_RECEIPT_CHECK_H

#include "node/evidence_check.h"

#define RECEIPT_CHECK_BYTES ((size_t)4 * 1024 * 1024) /* with the findings that an answer holds */

struct receipt_verdict {
	const char *fault;    /* NULL: it is proved; else a code, as docs/evidence.md lists them */
	struct record record; /* what is proved */
	struct checkpoint checkpoint; /* that it is proved by */
	struct hash leaf_hash;        /* of the record, */
	uint64_t place;               /* and where it stands in that tree, from 0 */
	const char *
		has_document; /* "": nobody gave one; "yes", "no": it is, or is not, what was received */
};

/* Is it JSON, which evidence never is? */
bool receipt_check_is(struct bytes file);

/*
 * Check a receipt, or the answer that holds one as member "receipt" (NAME.receipt of a party's folder, the
 * answer to a lodgement). document: SHA-256 of the bytes that it is said to be of; NULL: none. OK:
 * *ret_verdict, texts in the arena. ERR_MEMORY.
 */
enum err receipt_check(struct bytes file, const struct evidence_anchors *anchors,
		       const struct hash *document, struct arena *arena,
		       struct receipt_verdict *ret_verdict);

/* One line on stdout: words, or a JSON object. */
void receipt_check_print(const char *name, const struct receipt_verdict *verdict, bool vi);
void receipt_check_print_json(const char *name, const struct receipt_verdict *verdict);

#endif
