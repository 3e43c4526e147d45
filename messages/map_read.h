/*
 * map_read - reading one map file: attributes of rules, paths resolved to shapes, and what is wrong
 * with them.
 *
 * Internal to map.c. Errors stick: after the first ERR_MEMORY every call does nothing; what is
 * wrong with the file is put as a finding with file, line and value, and reading goes on so that
 * all faults are seen at once.
 */
#ifndef MESSAGES_MAP_READ_H
#define MESSAGES_MAP_READ_H

#include "messages/map_rule.h"

struct map_reader {
	const struct schema_set *set;
	const char *file;
	struct arena *arena;
	struct findings *findings;
	bool has_faults;
	enum err err;
};

/* A side of a rule: where relative and absolute paths begin, and whose kind it is. */
struct map_side {
	const struct shape *base;
	const struct shape *root;
	const char *kind; /* full id, for findings */
};

/* Put a finding about a rule; its sentence has value as {0} and more as {1}. */
void map_read_fault(struct map_reader *reader, const xmlNode *node, const char *code,
		    const char *value, const char *more);

/* An attribute, copied to the arena; NULL when the rule does not have it. */
const char *map_read_attribute(struct map_reader *reader, const xmlNode *node, const char *name);

/* yes or no, no when absent. */
bool map_read_flag(struct map_reader *reader, const xmlNode *node, const char *name);

/* Words parted by spaces; *ret_count is 0 when text is NULL. */
const char *const *map_read_words(struct map_reader *reader, const char *text, size_t *ret_count);

/* "FILE:LINE" of a rule. */
const char *map_read_ref(struct map_reader *reader, const xmlNode *node);

/* The path that a text names on a side; NULL text is the base itself. All zero after a fault. */
struct map_path map_read_path(struct map_reader *reader, const xmlNode *node, const char *text,
			      const struct map_side *side);

/* As map_read_path, but it must lead to text: a leaf element or an attribute. */
struct map_path map_read_value_path(struct map_reader *reader, const xmlNode *node,
				    const char *text, const struct map_side *side);

/* As map_read_path, but it must lead to an element. */
struct map_path map_read_element_path(struct map_reader *reader, const xmlNode *node,
				      const char *text, const struct map_side *side);

/* Where the path leads. */
const struct shape *map_read_end(const struct map_path *path, const struct map_side *side);

#endif
