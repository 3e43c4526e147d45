/*
 * hub - documents of one kind into another, whatever the way: by one map, by several through the
 * hub's kinds, split where the target takes fewer lines, joined where the source comes in parts.
 *
 * The promise is that of translate.h, kept over all of it: one report from the sources to the
 * results, in which each value stands once. What lies between is checked as any translation is, and
 * goes nowhere. Pure.
 */
#ifndef MESSAGES_HUB_H
#define MESSAGES_HUB_H

#include "messages/hub_way.h"
#include "messages/translate.h"

/* A document to be translated, and where what is found about it goes (may be one for all). */
struct hub_source {
	const struct document *document;
	struct findings *findings;
};

struct hub_task {
	const struct schema_set *set;
	const struct schema *from;
	const struct schema *to;
	const struct facts *outside;
	const struct hub_source *sources; /* several: the parts of one document, in any order */
	size_t source_count;
};

struct hub_result {
	const struct bytes *outputs; /* canonical, in the arena; several: in order of their parts */
	size_t output_count;
	struct report report; /* in the arena */
};

/*
 * Translate. The way is that of hub_way_find().
 * OK without errors in the findings: *ret_result is set.
 * OK with errors in the findings: it is untouched; besides the codes of translate.h: those of
 * join.h, "split-too-many". A finding about a document between two hops names the place in the
 * source that it comes from; where there is none, the note "on-the-way" says which hop.
 * ERR_MISSING: there is no way, or more than one. ERR_USAGE: several sources, and the first map
 * does not join.
 */
enum err hub_translate(const struct hub_task *task, struct arena *arena,
		       struct hub_result *ret_result);

/* Where a document belongs when it is a part of several that are joined on the way. */
struct hub_part {
	bool is_part;
	const char *key; /* the same for all parts of one document; "" when they do not say */
	size_t total;    /* how many there are; 0: unreadable */
};

/* Look whether the document is a part. ERR_MEMORY. */
enum err hub_part_read(const struct schema_set *set, const struct schema *from,
		       const struct schema *to, const struct document *document,
		       struct arena *arena, struct hub_part *ret_part);

#endif
