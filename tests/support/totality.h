/*
 * totality - does a translation's report account for every value exactly once?
 *
 * An independent check: it enumerates the values of source and output from the bytes with libxml2
 * alone, by its own paths, and compares them with the report row by row. It shares no code with the
 * translator.
 */
#ifndef TESTS_SUPPORT_TOTALITY_H
#define TESTS_SUPPORT_TOTALITY_H

#include "messages/translate.h"

#define TOTALITY_FAULT_BYTES 1024

/*
 * 0: every value of the source stands once in fields, changed or dropped, every value of the output
 * once in fields, changed or supplied, with the very text; the output is in canonical form
 * (exclusive, without comments) and has the hash that the report says. Otherwise how many faults;
 * ret_fault tells the first.
 */
size_t totality_check(struct bytes source, const struct translation *translation,
		      char ret_fault[TOTALITY_FAULT_BYTES]);

struct totality_documents {
	const struct bytes *items;
	size_t count;
};

/* As totality_check, for a report over several documents or hops: rows are about the documents that
 * report.more says, and what is supplied from a document names a value of a source. */
size_t totality_check_many(const struct totality_documents *sources,
			   const struct totality_documents *outputs, const struct report *report,
			   char ret_fault[TOTALITY_FAULT_BYTES]);

/* Canonical form of any document, by libxml2. Freed with xmlFree(); NULL when it cannot be read. */
uint8_t *totality_canonical(struct bytes document, size_t *ret_len);

/*
 * Does a document that was translated forth and back hold what the way forth carried without loss:
 * every value of the report's fields, and of its changed rows whose reason is not a loss, at its
 * old path with its old text (white space around it aside)? 0, or how many do not; ret_fault tells
 * the first.
 */
size_t totality_check_return(const struct report *forth, struct bytes back,
			     char ret_fault[TOTALITY_FAULT_BYTES]);

#endif
