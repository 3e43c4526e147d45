/* Splitting and joining: rules about whole documents, read before and after which the others work
 * as ever. */
#include <stdlib.h>
#include <string.h>

#include "messages/map_build.h"

static const xmlNode *next_called(const xmlNode *node, const char *name)
{
	while (node != NULL &&
	       (node->type != XML_ELEMENT_NODE || strcmp((const char *)node->name, name) != 0))
		node = node->next;
	return node;
}

static void *allocate(struct map_builder *builder, size_t count, size_t size)
{
	void *memory = arena_alloc_array(builder->reader->arena, count, size);

	if (memory == NULL)
		builder->reader->err = ERR_MEMORY;
	return memory;
}

static bool is_only_one(struct map_builder *builder, const xmlNode *node, bool is_there_already)
{
	if (is_there_already)
		map_read_fault(builder->reader, node, "map-rule-misplaced",
			       (const char *)node->name, "");
	return !is_there_already;
}

/* All steps (the last too, unless it is a group's) lead to what may stand only once. */
static void check_single(struct map_builder *builder, const xmlNode *node,
			 const struct map_path *path, bool is_group)
{
	for (size_t i = 0; i + (is_group ? 1 : 0) < path->count; i++) {
		if (path->steps[i]->max == 1)
			continue;
		map_read_fault(builder->reader, node, "map-path-repeats", path->text, "");
		return;
	}
	if (is_group && path->count == 0)
		map_read_fault(builder->reader, node, "map-value-wrong", path->text, "group");
}

static struct map_path read_group(struct map_builder *builder, const xmlNode *node,
				  const struct map_scope *scope)
{
	const char *text = map_build_attribute(builder, node, "group");
	struct map_path path = map_read_element_path(builder->reader, node, text, &scope->source);

	if (!builder->reader->has_faults)
		check_single(builder, node, &path, true);
	return path;
}

/* A place that holds one text; text NULL where the attribute is not there. */
static struct map_path read_place(struct map_builder *builder, const xmlNode *node,
				  const char *attribute, const struct map_side *side)
{
	const char *text = map_build_attribute(builder, node, attribute);
	struct map_path path = {.text = NULL};

	if (text == NULL)
		return path;
	path = map_read_value_path(builder->reader, node, text, side);
	if (!builder->reader->has_faults)
		check_single(builder, node, &path, false);
	if (!builder->reader->has_faults && map_read_end(&path, side)->is_attribute)
		map_read_fault(builder->reader, node, "map-path-no-element", path.text, side->kind);
	return path;
}

/* The children with the name, each with its path. */
static const struct map_once *read_onces(struct map_builder *builder, const xmlNode *node,
					 const struct map_scope *scope, size_t *ret_count)
{
	struct map_once *onces =
		allocate(builder, xmlChildElementCount((xmlNode *)node) + 1, sizeof(*onces));
	size_t count = 0;

	for (const xmlNode *child = next_called(node->children, "once");
	     child != NULL && onces != NULL; child = next_called(child->next, "once")) {
		onces[count++] = (struct map_once){
			.path = map_read_element_path(builder->reader, child,
						      map_build_attribute(builder, child, "path"),
						      &scope->source),
			.reason = map_build_attribute(builder, child, "reason")};
	}
	*ret_count = count;
	return onces;
}

/* ---- Splitting ---- */

static uint32_t read_at(struct map_builder *builder, const xmlNode *node)
{
	const char *text = map_build_attribute(builder, node, "at");

	return text == NULL ? 0 : (uint32_t)strtoul(text, NULL, 10);
}

static void supply_counter(struct map_builder *builder, const xmlNode *node,
			   const struct map_scope *scope, struct map_members *members,
			   const char *fact)
{
	struct map_rule *rule = map_build_add(builder, node, members, MAP_SUPPLY);

	rule->to = read_place(builder, node, "to", &scope->target);
	rule->fact = fact;
	rule->origin = "count";
	rule->is_optional = true;
}

static void read_split_first(struct map_builder *builder, const xmlNode *node,
			     const struct map_scope *scope, struct map_split *split)
{
	split->first = map_build_attribute(builder, node, "value");
	split->first_number = read_place(builder, node, "number", &scope->source);
	split->first_fact = map_build_attribute(builder, node, "else");
}

static void read_split_counters(struct map_builder *builder, const xmlNode *node,
				const struct map_scope *scope, struct map_members *members,
				struct map_split *split)
{
	static const struct {
		const char *name;
		const char *fact;
	} counters[MAP_BUILD_SPLIT_RULES] = {
		{"first", MAP_SPLIT_FIRST},
		{"number", MAP_SPLIT_NUMBER},
		{"total", MAP_SPLIT_TOTAL},
	};

	for (size_t i = 0; i < MAP_BUILD_SPLIT_RULES; i++) {
		const xmlNode *child = next_called(node->children, counters[i].name);

		if (child == NULL || builder->reader->has_faults)
			continue;
		supply_counter(builder, child, scope, members, counters[i].fact);
		if (i == 0)
			read_split_first(builder, child, scope, split);
	}
}

void map_part_read_split(struct map_builder *builder, const xmlNode *node,
			 const struct map_scope *scope, struct map_members *members)
{
	struct map_split *split;

	if (scope->is_swapped || !is_only_one(builder, node, builder->map->split != NULL) ||
	    (split = allocate(builder, 1, sizeof(*split))) == NULL)
		return;
	split->ref = map_read_ref(builder->reader, node);
	split->group = read_group(builder, node, scope);
	split->at = read_at(builder, node);
	split->onces = read_onces(builder, node, scope, &split->once_count);
	read_split_counters(builder, node, scope, members, split);
	builder->map->split = split;
}

/* ---- Joining ---- */

void map_part_read_join(struct map_builder *builder, const xmlNode *node,
			const struct map_scope *scope, struct map_members *members)
{
	const xmlNode *first = next_called(node->children, "first");
	struct map_join *join;

	(void)members;
	if (scope->is_swapped || !is_only_one(builder, node, builder->map->join != NULL) ||
	    (join = allocate(builder, 1, sizeof(*join))) == NULL)
		return;
	join->ref = map_read_ref(builder->reader, node);
	join->group = read_group(builder, node, scope);
	join->number = read_place(builder, node, "number", &scope->source);
	join->total = read_place(builder, node, "total", &scope->source);
	join->onces = read_onces(builder, node, scope, &join->once_count);
	if (first != NULL) {
		join->first = read_place(builder, first, "path", &scope->source);
		join->first_value = map_build_attribute(builder, first, "value");
		join->first_number = read_place(builder, first, "number", &scope->source);
	}
	builder->map->join = join;
}
