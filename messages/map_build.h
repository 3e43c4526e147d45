/*
 * map_build - building the rules of a map from its elements, one reader for each rule.
 *
 * Internal to map.c (the file, groups, conditions), map_value.c (values and their conversions),
 * map_pointer.c (where something is meant), map_supply.c (constants, counts, facts, drops, and what
 * they mean read backwards) and map_part.c (splitting and joining).
 */
#ifndef MESSAGES_MAP_BUILD_H
#define MESSAGES_MAP_BUILD_H

#include "messages/map_read.h"

/*
 * Where a rule stands. is_swapped: the back direction of a rule that is written forth, so that the
 * file's "from" is this direction's target.
 */
struct map_scope {
	struct map_side source;
	struct map_side target;
	bool is_swapped;
};

/* A map being built. */
struct map_builder {
	struct map_reader *reader;
	struct map *map;
	bool is_back;
};

#define MAP_BUILD_SPLIT_RULES 3u /* what a split adds to its group */

/* What a group holds; the arrays have room for all its element's children. */
struct map_members {
	struct map_rule *rules;
	size_t rule_count;
	struct map_condition *conditions;
	size_t condition_count;
};

/* Reads one rule into the members of its group. Errors and faults stick in the reader. */
typedef void map_build_rule(struct map_builder *builder, const xmlNode *node,
			    const struct map_scope *scope, struct map_members *members);

map_build_rule map_value_read, map_value_read_same;
map_build_rule map_supply_read, map_supply_read_constant, map_supply_read_count,
	map_supply_read_drop;
map_build_rule map_part_read_split, map_part_read_join;
map_build_rule map_pointer_read;

/* An attribute of a rule, and the texts of its two sides in this direction. */
const char *map_build_attribute(struct map_builder *builder, const xmlNode *node, const char *name);
const char *map_build_source(struct map_builder *builder, const xmlNode *node,
			     const struct map_scope *scope);
const char *map_build_target(struct map_builder *builder, const xmlNode *node,
			     const struct map_scope *scope);

/* "registry", "route" or "event", by a fact's name; NULL: it is no such name. */
const char *map_supply_origin(const char *fact);

/* many="drop". */
bool map_build_may_drop_many(struct map_builder *builder, const xmlNode *node);

/* A new rule in the members, with its place in the file. */
struct map_rule *map_build_add(struct map_builder *builder, const xmlNode *node,
			       struct map_members *members, enum map_rule_kind kind);

#endif
