/*
 * evidence_repeat - what a node says it did with the documents of an evidence file, done again:
 * signatures are verified as of their time, translations and canonical forms are made anew and
 * compared byte by byte.
 *
 * The documents may be hostile, though it is proved that they are what the ledger has: they are read
 * as a worker reads them, so the caller has closed its sandbox before.
 */
#ifndef NODE_EVIDENCE_REPEAT_H
#define NODE_EVIDENCE_REPEAT_H

#include "messages/schema.h"
#include "node/evidence_check.h"
#include "sampan/trust.h"

/* What came of one record. The codes are promises to scripts; words: evidence_words.h. */
struct evidence_row {
	uint64_t number;
	const char *code;   /* a constant: "signature-holds", "translation-same" ... */
	const char *detail; /* in the arena: a signer, a hash; may be "" */
};

struct evidence_repeat {
	const struct evidence *evidence; /* as evidence_check() proved it */
	const struct schema_set *set;
	struct trust *trust; /* whose signatures on documents are believed */
	struct arena *arena;
	struct evidence_row *rows;
	size_t count, room;
	struct evidence_fault fault;
};

/*
 * Look at every record that is shown. OK: rows say what was looked at and what could not be.
 * ERR_FORMAT: something is not so; fault says what, the rows before it stand.
 */
enum err evidence_repeat_run(struct evidence_repeat *repeat);

#endif
