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

#include "messages/schema.h"

struct report_field {
	const char *source; /* path in the source */
	const char *target; /* path in the output */
	const char *value;  /* the same in both */
};

struct report_changed {
	const char *source;
	const char *target;
	const char *from;
	const char *to;
	const char *reason; /* closed list, docs/maps.md: "date-form", "code-list", "cut", ... */
};

struct report_dropped {
	const char *source;
	const char *value;
	const char *reason; /* closed list, docs/maps.md: "no-counterpart", "stays-national",
			     * "envelope", ... */
};

struct report_supplied {
	const char *target;
	const char *value;
	const char *origin; /* "registry", "constant", "route", "event", "document", "count" */
	const char *ref;    /* the fact's name, the source path or the map's line, by origin */
};

/* Which document a row is about: numbers from 1; 0 where that side has only one. */
struct report_place {
	uint32_t source_document; /* supplied: of its ref, when the origin is "document" */
	uint32_t document;
};

/* What a report says besides when there were several documents or hops (messages/hub.h). */
struct report_more {
	const struct report_place
		*fields; /* one for each row; all four NULL: one document into one */
	const struct report_place *changed;
	const struct report_place *dropped;
	const struct report_place *supplied;
	const struct hash *inputs; /* NULL: the report's own */
	size_t input_count;
	const struct hash *outputs;
	size_t output_count;
	const char *const *via; /* full ids of the kinds between */
	const struct hash *via_hashes;
	size_t via_count;
};

struct report {
	const char *from; /* full ids */
	const char *to;
	const struct report_field *fields;
	size_t field_count;
	const struct report_changed *changed;
	size_t changed_count;
	const struct report_dropped *dropped;
	size_t dropped_count;
	const struct report_supplied *supplied;
	size_t supplied_count;
	struct hash schema_set;
	struct hash input;
	struct hash output;
	const struct report_more *more; /* NULL: one document into one, by one map */
};

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

/* The report as JSON (interface.md), ended with a newline. ERR_LIMIT: the buffer's bound. */
enum err report_format_json(const struct report *report, struct buffer *to);

#endif
