/* Splitting and joining: rules about whole documents, read before and after which the others work
 * as ever. */
#include <stdlib.h>
#include <string.h>

#include "messages/map_build.h"

#define MOST_LINES 1000000ul

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

/* What stands before a rule of the whole document has no other of its kind, and is no group. */
static bool is_in_place(struct map_builder *builder, const xmlNode *node,
			const struct map_scope *scope, bool is_there_already)
{
	if (scope->source.base == scope->source.root && !is_there_already)
		return true;
	map_read_fault(builder->reader, node, "map-rule-misplaced", (const char *)node->name, "");
	return false;
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
					 const struct map_scope *scope, bool has_reason,
					 size_t *ret_count)
{
	struct map_once *onces =
		allocate(builder, xmlChildElementCount((xmlNode *)node) + 1, sizeof(*onces));
	size_t count = 0;

	for (const xmlNode *child = next_called(node->children, "once");
	     child != NULL && onces != NULL; child = next_called(child->next, "once")) {
		map_read_check_attributes(builder->reader, child,
					  has_reason ? "path reason" : "path", "");
		onces[count++] = (struct map_once){
			.path = map_read_element_path(builder->reader, child,
						      map_build_attribute(builder, child, "path"),
						      &scope->source),
			.reason = map_supply_reason(builder, child)};
	}
	*ret_count = count;
	return onces;
}

static bool is_among(const char *const *words, const char *word)
{
	while (*words != NULL && strcmp(*words, word) != 0)
		words++;
	return *words != NULL;
}

/* Does the rule hold only these children, and each but "once" at most once? */
static void check_children(struct map_builder *builder, const xmlNode *node,
			   const char *const *allowed)
{
	for (const xmlNode *child = node->children; child != NULL; child = child->next) {
		const char *name = (const char *)child->name;

		if (child->type != XML_ELEMENT_NODE)
			continue;
		if (!is_among(allowed, name) ||
		    (strcmp(name, "once") != 0 && next_called(child->next, name) != NULL))
			map_read_fault(builder->reader, child, "map-rule-misplaced", name, "");
	}
}

/* ---- Splitting ---- */

static uint32_t read_at(struct map_builder *builder, const xmlNode *node)
{
	const char *text = map_build_attribute(builder, node, "at");
	unsigned long at = text == NULL ? 0 : strtoul(text, NULL, 10);

	if (text != NULL &&
	    (text[strspn(text, "0123456789")] != '\0' || at == 0 || at > MOST_LINES))
		map_read_fault(builder->reader, node, "map-value-wrong", text, "at");
	return (uint32_t)at;
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
	if (split->first_fact != NULL && map_supply_origin(split->first_fact) == NULL)
		map_read_fault(builder->reader, node, "map-value-wrong", split->first_fact, "else");
}

static void read_split_counters(struct map_builder *builder, const xmlNode *node,
				const struct map_scope *scope, struct map_members *members,
				struct map_split *split)
{
	static const struct {
		const char *name;
		const char *required;
		const char *allowed;
		const char *fact;
	} counters[MAP_BUILD_SPLIT_RULES] = {
		{"first", "to value", "number else", MAP_SPLIT_FIRST},
		{"number", "to", "", MAP_SPLIT_NUMBER},
		{"total", "to", "", MAP_SPLIT_TOTAL},
	};

	for (size_t i = 0; i < MAP_BUILD_SPLIT_RULES; i++) {
		const xmlNode *child = next_called(node->children, counters[i].name);

		if (child == NULL || builder->reader->has_faults)
			continue;
		map_read_check_attributes(builder->reader, child, counters[i].required,
					  counters[i].allowed);
		supply_counter(builder, child, scope, members, counters[i].fact);
		if (i == 0)
			read_split_first(builder, child, scope, split);
	}
}

void map_part_read_split(struct map_builder *builder, const xmlNode *node,
			 const struct map_scope *scope, struct map_members *members)
{
	static const char *const allowed[] = {"first", "number", "total", "once", NULL};
	struct map_split *split;

	if (scope->is_swapped || !is_in_place(builder, node, scope, builder->map->split != NULL) ||
	    (split = allocate(builder, 1, sizeof(*split))) == NULL)
		return;
	check_children(builder, node, allowed);
	split->ref = map_read_ref(builder->reader, node);
	split->group = read_group(builder, node, scope);
	split->at = read_at(builder, node);
	split->onces = read_onces(builder, node, scope, false, &split->once_count);
	read_split_counters(builder, node, scope, members, split);
	builder->map->split = split;
}

/* ---- Joining ---- */

void map_part_read_join(struct map_builder *builder, const xmlNode *node,
			const struct map_scope *scope, struct map_members *members)
{
	static const char *const allowed[] = {"first", "once", NULL};
	const xmlNode *first = next_called(node->children, "first");
	struct map_join *join;

	(void)members;
	if (scope->is_swapped || !is_in_place(builder, node, scope, builder->map->join != NULL) ||
	    (join = allocate(builder, 1, sizeof(*join))) == NULL)
		return;
	check_children(builder, node, allowed);
	join->ref = map_read_ref(builder->reader, node);
	join->group = read_group(builder, node, scope);
	join->number = read_place(builder, node, "number", &scope->source);
	join->total = read_place(builder, node, "total", &scope->source);
	join->onces = read_onces(builder, node, scope, true, &join->once_count);
	if (first != NULL) {
		map_read_check_attributes(builder->reader, first, "path value number", "");
		join->first = read_place(builder, first, "path", &scope->source);
		join->first_value = map_build_attribute(builder, first, "value");
		join->first_number = read_place(builder, first, "number", &scope->source);
	}
	builder->map->join = join;
}
