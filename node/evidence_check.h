/*
 * evidence_check - is what stands in an evidence file (evidence.h) true?
 *
 * Everything in the file is hostile. It is proved from the ends that are trusted: the public keys of
 * ledgers. A file that differs in any byte from what the maker would have written for the same
 * records is refused, and the part that is wrong is named.
 *
 * Proved here: the container has its one form; the checkpoint is signed by a ledger that is trusted,
 * as are later ones of the same history, with the cosignatures and time stamps on them of whom the
 * verifier knows; each record is in the tree under it; each content is that of its record; the receipt is of the
 * first record and of the same history. Documents, signatures and translations are looked at by
 * evidence_repeat.h. No file, no network, no clock.
 */
#ifndef NODE_EVIDENCE_CHECK_H
#define NODE_EVIDENCE_CHECK_H

#include "node/evidence.h"
#include "sampan/stamp.h"

/* Whom the verifier trusts: ledgers by name (without epoch) and public key; and witnesses. */
#define EVIDENCE_ANCHORS 256u
struct evidence_anchors {
	struct {
		char name[CHECKPOINT_ORIGIN_BYTES];
		uint8_t public_key[KEY_PUBLIC_BYTES];
	} items[EVIDENCE_ANCHORS];
	size_t count;
	struct cosigner witnesses[EVIDENCE_ANCHORS];
	size_t witness_count;
	struct stamp_trust *stamps; /* whose time stamps are believed; NULL: nobody's */
};

/*
 * Add a signed-note verifier key of a ledger (type 01: what stands behind the last "/" of its name,
 * the epoch, counts for nothing) or of a witness (type 04). ERR_FORMAT; ERR_LIMIT.
 */
enum err evidence_anchors_add(struct evidence_anchors *anchors, const char *verifier_key);

/* What is wrong. The codes are promises to scripts (docs/evidence.md); words: evidence_words.h. */
struct evidence_fault {
	const char *code;  /* a constant */
	const char *part;  /* name of the part; "" when it is of the whole file */
	const char *where; /* more about the place: a record, a position; may be "" */
};

/*
 * Check a whole file. OK: *ret_evidence is what is proved; it borrows from the file and the arena.
 * ERR_FORMAT: something is wrong, *ret_fault says what first. Other errors: the world failed.
 */
enum err evidence_check(struct bytes file, const struct evidence_anchors *anchors,
			struct arena *arena, struct evidence *ret_evidence,
			struct evidence_fault *ret_fault);

#endif
