/*
 * report - what became of every value of a translation (translate.h), or of several in a row
 * (hub.h).
 *
 * The rows are complete and final, but hold no text of their own: paths are written when somebody
 * reads a row. So a report borrows from the documents that were translated, from the schema set and
 * from the arena of the translation, and lives no longer than the first of them that goes.
 */
#ifndef MESSAGES_REPORT_H
#define MESSAGES_REPORT_H

#include "sampan/arena.h"
#include "sampan/buffer.h"
#include "sampan/err.h"
#include "sampan/hash.h"

struct branch;

enum report_kind { REPORT_FIELD, REPORT_CHANGED, REPORT_DROPPED, REPORT_SUPPLIED };

/* A row as it is read. */
struct report_row {
	enum report_kind kind;
	uint32_t source_document; /* from 1 */
	uint32_t document;
	const char *source; /* path; of what is supplied only when the origin is "document" */
	const char *target; /* path; NULL: dropped */
	const char *from;   /* the value in the source */
	const char *to;     /* the value in the target */
	const char *word;   /* reason or origin: closed lists, docs/maps.md; NULL: as it is */
	const char *ref;    /* of what is supplied, unless the origin is "document": the fact's name
			     * or the map's line */
};

/* What became of one source value, or of all that stand in one element. */
struct report_fate {
	const struct branch *source;
	const struct branch *target; /* NULL: dropped */
	const char *word;            /* the reason; NULL: carried as it is */
};

/* The word of a row that stands for a field for each value of what was grafted (graft.h). */
extern const char report_grafted[];

/* A target value that was supplied. */
struct report_supply {
	const struct branch *target;
	const struct branch *source; /* NULL, or ref is NULL */
	const char *origin;
	const char *ref;
};

/* What a report says besides when there were several documents or hops (messages/hub.h). */
struct report_more {
	bool numbers_sources; /* there are several: rows say which */
	bool numbers_targets;
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
	size_t field_count;
	size_t changed_count;
	size_t dropped_count;
	size_t supplied_count;
	const struct report_fate *fates; /* fields, changed and dropped as they came about */
	size_t fate_count;
	const struct report_supply *supplies;
	const struct report_row *rows; /* instead of both: of several translations */
	struct hash schema_set;
	struct hash input;
	struct hash output;
	const struct report_more *more; /* NULL: one document into one, by one map */
};

/*
 * The next row of a kind; *at begins with 0 and is the report's own. Paths are written to the arena,
 * the rest is borrowed. false: there is none. A NULL path where the kind has one: no memory.
 */
bool report_next(const struct report *report, enum report_kind kind, size_t *at,
		 struct arena *arena, struct report_row *ret_row);

/* The report as JSON (interface.md), ended with a newline. ERR_LIMIT: the buffer's bound; for
 * a path some more room is asked for than it takes. */
enum err report_format_json(const struct report *report, struct buffer *to);

/*
 * The same as it is recorded: shorter, and made whole again by report_whole() (report_whole.h, where
 * the form is told). ERR_LIMIT: the buffer's bound, or whole it would be longer than about max_bytes.
 */
enum err report_format_brief(const struct report *report, struct buffer *to, size_t max_bytes);

#endif
