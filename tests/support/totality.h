/*
 * totality - does a translation's report account for every value exactly once?
 *
 * An independent check: it reads the bytes of sources and outputs and the report's JSON text, and
 * nothing else. It enumerates values with libxml2 alone, by its own paths, and compares them with
 * the report row by row. It shares no code with the translator. The closed lists of reasons and
 * origins are those that docs/maps.md prints.
 */
#ifndef TESTS_SUPPORT_TOTALITY_H
#define TESTS_SUPPORT_TOTALITY_H

#include "messages/translate.h"

#define TOTALITY_FAULT_BYTES 1024

/* What went in and what came out; several of either where the map joins or splits. */
struct totality {
	const struct bytes *sources;
	size_t source_count;
	const struct bytes *outputs;
	size_t output_count;
	struct bytes json;
	const char *const *carries; /* paths without indices that may lose nothing, or NULL */
	size_t carry_count;
	const char *const *cuts; /* paths without indices that may be cut, or NULL: any */
	size_t cut_count;
};

/*
 * 0: every value of a source stands once in fields, changed or dropped, every value of an output
 * once in fields, changed or supplied, with the very text; nothing at or below a path of carries is
 * dropped or cut, nor anything cut that is not at or below one of cuts; what is supplied from a
 * document names a value of a source; the outputs are in canonical form (exclusive, without
 * comments), and the report has the hashes of all documents. Otherwise how many faults; ret_fault tells the first.
 */
size_t totality_check_all(const struct totality *totality, char ret_fault[TOTALITY_FAULT_BYTES]);

/* The same for one source and its translation. */
size_t totality_check(struct bytes source, const struct translation *translation,
		      char ret_fault[TOTALITY_FAULT_BYTES]);

struct totality_documents {
	const struct bytes *items;
	size_t count;
};

/* The same for several, or by several maps in a row. */
size_t totality_check_many(const struct totality_documents *sources,
			   const struct totality_documents *outputs, const struct report *report,
			   char ret_fault[TOTALITY_FAULT_BYTES]);

/* The report as JSON text; freed with free(). */
struct bytes totality_json(const struct report *report);

/* Canonical form of any document, by libxml2. Freed with xmlFree(); NULL when it cannot be read. */
uint8_t *totality_canonical(struct bytes document, size_t *ret_len);

/*
 * Does a document that was translated forth and back hold what the way forth carried without loss:
 * every value of the report's fields, and of its changed rows whose reason is not a loss, at its
 * old path with its old text (white space around it aside)? 0, or how many do not; ret_fault tells
 * the first. Stricter than roundtrip.h, which lets the way back declare losses of its own.
 */
size_t totality_check_return(const struct report *forth, struct bytes back,
			     char ret_fault[TOTALITY_FAULT_BYTES]);

#endif
