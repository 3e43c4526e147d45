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
xmlNode *part_holder(const struct document *document, const struct map_path *group);

/* The first line in a holder (may be NULL), and the next after a line; NULL: no more. */
xmlNode *part_first_line(const xmlNode *holder, const struct map_path *group);
xmlNode *part_next_line(const xmlNode *line);

size_t part_count_lines(const struct document *document, const struct map_path *group);

/* The first element at a path; NULL when there is none or the path has no text. */
xmlNode *part_find(const struct document *document, const struct map_path *path);

/* Its text without white space around it; "" when there is none. NULL: no memory. */
const char *part_text(const struct document *document, const struct map_path *path,
		      struct arena *arena);

/* The line of what a report's path names, or of what stands nearest above it; 0 when unknown. */
unsigned part_line_at(const struct document *document, const char *path);

/* Take an element out of its document and free it. NULL is accepted. */
void part_remove(xmlNode *node);

/*
 * Read what a changed tree has become. The document keeps its bytes until document_free(), which
 * they outlive in the arena. OK with NULL: findings say why (a limit).
 */
enum err part_read_again(xmlDoc *tree, struct arena *arena, struct findings *findings,
			 struct document **ret_document);

#endif
