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

/* Canonical form of any document, by libxml2. Freed with xmlFree(); NULL when it cannot be read. */
uint8_t *totality_canonical(struct bytes document, size_t *ret_len);

/*
 * Both documents hold the same values at the same paths, but for those whose path (without indexes)
 * begins with one of the words in `losses` (ended by NULL; may be NULL itself). 0, or how many
 * differ; ret_fault tells the first.
 */
size_t totality_compare(struct bytes a, struct bytes b, const char *const *losses,
			char ret_fault[TOTALITY_FAULT_BYTES]);

#endif
