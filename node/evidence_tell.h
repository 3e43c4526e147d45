/*
 * evidence_tell - what a verified evidence file proves, in words and as JSON: who, what, when,
 * translated by which schema set to what, received by whom; or what fails, and where.
 */
#ifndef NODE_EVIDENCE_TELL_H
#define NODE_EVIDENCE_TELL_H

#include <jansson.h>

#include "node/evidence_repeat.h"

struct evidence_verdict {
	const char *file;
	bool is_proved;
	const struct evidence_fault *fault;   /* when it is not */
	const struct evidence *evidence;      /* when it is */
	const struct evidence_repeat *repeat; /* NULL: there was no schema set */
	const struct hash *document;          /* that the reader has; NULL: none was given */
};

/* Are these the bytes of a document that was received or made, by a record that is shown? */
bool evidence_tell_holds(const struct evidence *evidence, const struct hash *document);

void evidence_tell_print(const struct evidence_verdict *verdict, bool in_vietnamese);

/* A new object; NULL: no memory. */
json_t *evidence_tell_new(const struct evidence_verdict *verdict);

#endif
