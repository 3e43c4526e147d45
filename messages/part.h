/*
 * part - the lines of a document that is split into parts or joined of them, and their paths.
 *
 * "Lines" are the repeated elements at the end of a map_path whose other steps stand only once, so
 * that they are counted through the whole document. Shared by split.c and join.c.
 */
#ifndef MESSAGES_PART_H
#define MESSAGES_PART_H

#include "messages/document.h"
#include "messages/map_rule.h"

struct part_lines {
	const struct map_path *group;
	const char *prefix; /* "/Declaration[1]/Shipment[1]/Item[" */
	size_t prefix_len;
};

/* Of a map's source kind. ERR_MEMORY. */
enum err part_lines_init(const struct map *map, const struct map_path *group, struct arena *arena,
			 struct part_lines *ret_lines);

/* Is the path a line, or in one? Then its number, and what stands behind the "[n]". */
bool part_is_line(const struct part_lines *lines, const char *path, size_t *ret_number,
		  const char **ret_rest);

/* The path of a line or in it. NULL: no memory. */
const char *part_line_path(const struct part_lines *lines, size_t number, const char *rest,
			   struct arena *arena);

/* The element that holds the lines; NULL when the document has none. */
const struct branch *part_holder(const struct document *document, const struct map_path *group);

size_t part_count_lines(const struct document *document, const struct map_path *group);

/* The first element at a path; NULL when there is none or the path has no text. */
const struct branch *part_find(const struct document *document, const struct map_path *path);

/* Its text without white space around it; "" when there is none. NULL: no memory. */
const char *part_text(const struct document *document, const struct map_path *path,
		      struct arena *arena);

/* The line of what a report's path names, or of what stands nearest above it; 0 when unknown. */
unsigned part_line_at(const struct document *document, const char *path);

#endif
