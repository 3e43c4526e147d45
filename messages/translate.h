/*
 * translate - turn a checked document of one kind into another, by a map, with a complete report.
 *
 * The promise: every text and attribute value of the source stands in exactly one of fields,
 * changed, dropped; every value of the target stands in exactly one of fields, changed, supplied.
 * Nothing is dropped without a reason and nothing is invented without an origin. The output is in
 * canonical form (exclusive c14n 1.0 without comments), so that its SHA-256 is what a signature
 * over it digests. Pure: the same source, map and facts give the same bytes.
 */
#ifndef MESSAGES_TRANSLATE_H
#define MESSAGES_TRANSLATE_H

#include "messages/report.h"
#include "messages/schema.h"

struct translation {
	struct bytes output;  /* the canonical bytes, in the arena */
	struct report report; /* in the arena */
};

/*
 * Translate. `outside` holds what registry, route and event can supply (facts.h; names
 * "registry.*", "route.*", "event.*"). All results live in the arena.
 * OK without errors in the findings: *ret is set, and its output is valid against the target's XSD.
 * OK with errors in the findings: *ret is untouched; why: "precondition", "precondition-missing",
 * "value-missing" (a mandatory value that nobody supplies), "value-too-long",
 * "value-not-convertible", "too-many", "must-carry", "map-takes-nothing", "translation-too-large"
 * or XSD findings about the target.
 * ERR_MISSING: the set has no map from the one to the other.
 */
enum err translate_document(const struct schema_set *set, const struct document *source,
			    const struct schema *from, const struct schema *to,
			    const struct facts *outside, struct arena *arena,
			    struct findings *findings, struct translation *ret_translation);

/*
 * The map alone, as translate_document() carries it out: canonical bytes and all rows of the
 * report. But the output is not checked against its XSD, and the report's hashes are not set: it is
 * for measuring, and must never be sent.
 */
enum err translate_unchecked(const struct schema_set *set, const struct document *source,
			     const struct schema *from, const struct schema *to,
			     const struct facts *outside, struct arena *arena,
			     struct findings *findings, struct translation *ret_translation);

#endif
