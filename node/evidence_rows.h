/*
 * evidence_rows - what is said of a record of evidence while it is looked at again: rows, and the fault that
 * ends it. For evidence_repeat.c and evidence_signer.c only.
 */
#ifndef NODE_EVIDENCE_ROWS_H
#define NODE_EVIDENCE_ROWS_H

#include "node/evidence_repeat.h"

/* One row more; detail is copied. ERR_MEMORY. */
enum err evidence_rows_say(struct evidence_repeat *repeat, const struct evidence_record *of,
			   const char *code, const char *detail);

/* The fault, at this payload, or at the leaf when it has no such; always ERR_FORMAT, or ERR_MEMORY. */
enum err evidence_rows_fail(struct evidence_repeat *repeat, const struct evidence_record *of,
			    const char *code, size_t payload);

#endif
