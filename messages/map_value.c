#include <string.h>

#include "messages/map_build.h"

static bool is_same_path(const struct map_path *a, const struct map_path *b)
{
	return a->is_absolute == b->is_absolute && a->count == b->count &&
	       (a->count == 0 || memcmp(a->steps, b->steps, a->count * sizeof(*a->steps)) == 0);
}

/* May an earlier run of a rule have written this target already? */
static bool is_again(const struct map_rule *rule, const struct map_scope *scope,
		     const struct map_members *members)
{
	if (rule->to.is_absolute && scope->target.base != scope->target.root)
		return true;
	for (size_t i = 0; scope->is_swapped && i + 1 < members->rule_count; i++) {
		const struct map_rule *other = &members->rules[i];

		if (other->kind == MAP_VALUE && is_same_path(&other->to, &rule->to))
			return true;
	}
	return false;
}

/*
 * Forth several rules may write one list (two address lines); backwards they share the list out
 * among them: each takes what the one before had no place for.
 */
static void share_out(struct map_rule *rule, const struct map_scope *scope,
		      struct map_members *members)
{
	for (size_t i = 0; scope->is_swapped && i + 1 < members->rule_count; i++) {
		struct map_rule *other = &members->rules[i];

		if (other->kind != MAP_VALUE || !is_same_path(&other->from, &rule->from))
			continue;
		other->has_rest = true;
		rule->is_rest = true;
	}
}

static enum date_form read_form(struct map_builder *builder, const xmlNode *node, const char *name)
{
	const char *text = map_build_attribute(builder, node, name);
	enum date_form form = DATE_FORM_102;

	if (text == NULL)
		map_read_fault(builder->reader, node, "map-attribute-missing", name, "value");
	else if (!date_form_parse(text, &form))
		map_read_fault(builder->reader, node, "map-value-wrong", text, name);
	return form;
}

static void read_date(struct map_builder *builder, const xmlNode *node,
		      const struct map_scope *scope, struct convert *convert)
{
	convert->kind = CONVERT_DATE;
	convert->from_form = read_form(builder, node, scope->is_swapped ? "to-form" : "from-form");
	convert->to_form = read_form(builder, node, scope->is_swapped ? "from-form" : "to-form");
	if (!builder->reader->has_faults &&
	    date_form_is_inventing(convert->from_form, convert->to_form))
		map_read_fault(builder->reader, node, "map-date-invented",
			       map_build_attribute(builder, node,
						   scope->is_swapped ? "to-form" : "from-form"),
			       map_build_attribute(builder, node,
						   scope->is_swapped ? "from-form" : "to-form"));
}

static void read_list(struct map_builder *builder, const xmlNode *node,
		      const struct map_scope *scope, struct convert *convert)
{
	const char *name = map_build_attribute(builder, node, "list");

	convert->kind = CONVERT_LIST;
	convert->is_back = scope->is_swapped;
	if (name == NULL)
		map_read_fault(builder->reader, node, "map-attribute-missing", "list", "value");
	else if ((convert->list = schema_set_list(builder->reader->set, name)) == NULL)
		map_read_fault(builder->reader, node, "map-list-unknown", name, "");
}

/* The unit's code stands beside the quantity; its place in this direction's source counts. */
static void read_unit(struct map_builder *builder, const xmlNode *node,
		      const struct map_scope *scope, struct convert *convert)
{
	const char *name = scope->is_swapped ? "unit-to" : "unit-from";
	const char *text = map_build_attribute(builder, node, name);
	struct map_path path;

	read_list(builder, node, scope, convert);
	convert->kind = CONVERT_UNIT;
	if (text == NULL) {
		map_read_fault(builder->reader, node, "map-attribute-missing", name, "value");
		return;
	}
	path = map_read_value_path(builder->reader, node, text, &scope->source);
	convert->unit = map_read_end(&path, &scope->source);
}

static void read_convert(struct map_builder *builder, const xmlNode *node,
			 const struct map_scope *scope, const char *word, struct convert *convert)
{
	if (strcmp(word, "date") == 0)
		read_date(builder, node, scope, convert);
	else if (strcmp(word, "list") == 0)
		read_list(builder, node, scope, convert);
	else if (strcmp(word, "unit") == 0)
		read_unit(builder, node, scope, convert);
	else if (strcmp(word, "ascii") == 0)
		convert->kind = CONVERT_ASCII;
	else if (strcmp(word, "upper") == 0)
		convert->kind = CONVERT_UPPER;
	else if (strcmp(word, "decimal") == 0)
		convert->kind = CONVERT_DECIMAL;
	else
		map_read_fault(builder->reader, node, "map-value-wrong", word, "convert");
}

/* Several conversions are done in the order written; backwards, in the opposite order. */
static void read_converts(struct map_builder *builder, const xmlNode *node,
			  const struct map_scope *scope, struct map_rule *rule)
{
	size_t count;
	const char *const *words = map_read_words(
		builder->reader, map_build_attribute(builder, node, "convert"), &count);

	if (count > MAP_CONVERSIONS) {
		map_read_fault(builder->reader, node, "map-value-wrong", words[MAP_CONVERSIONS],
			       "convert");
		return;
	}
	for (size_t i = 0; i < count; i++)
		read_convert(builder, node, scope, words[scope->is_swapped ? count - 1 - i : i],
			     &rule->converts[rule->convert_count++]);
}

void map_value_read(struct map_builder *builder, const xmlNode *node, const struct map_scope *scope,
		    struct map_members *members)
{
	struct map_reader *reader = builder->reader;
	struct map_rule *rule = map_build_add(builder, node, members, MAP_VALUE);

	rule->from = map_read_value_path(reader, node, map_build_source(builder, node, scope),
					 &scope->source);
	rule->to = map_read_value_path(reader, node, map_build_target(builder, node, scope),
				       &scope->target);
	read_converts(builder, node, scope, rule);
	rule->may_cut = map_read_flag(reader, node, "cut");
	rule->may_drop_many = map_build_may_drop_many(builder, node);
	if (!scope->is_swapped)
		rule->text = map_build_attribute(builder, node, "default");
	rule->is_again = is_again(rule, scope, members);
	share_out(rule, scope, members);
}

/* Of elements with the same name only the first finds itself: the others need rules of their own. */
static const struct shape *namesake(const struct shape *child, const struct shape *target)
{
	if (child->has_namesake && shape_child(child->parent, bytes_of_text(child->name)) != child)
		return NULL;
	for (size_t i = 0; i < target->child_count; i++) {
		const struct shape *other = target->children[i];

		if (other->is_attribute == child->is_attribute &&
		    strcmp(other->name, child->name) == 0)
			return other;
	}
	return NULL;
}

/* Depth is bounded by the shapes, which are not recursive. */
static const struct map_twin *twin_new(struct map_reader *reader, const struct shape *source,
				       const struct shape *target)
{
	struct map_twin *twin = arena_alloc(reader->arena, sizeof(*twin));
	const struct map_twin **children = arena_alloc_array(reader->arena, source->child_count + 1,
							     sizeof(struct map_twin *));

	if (twin == NULL || children == NULL) {
		reader->err = ERR_MEMORY;
		return NULL;
	}
	for (size_t i = 0; i < source->child_count; i++) {
		const struct shape *child = source->children[i];
		const struct shape *other = namesake(child, target);

		if (other != NULL && reader->err == OK)
			children[child->order] = twin_new(reader, child, other);
	}
	twin->target = target;
	twin->children = children;
	return twin;
}

void map_value_read_same(struct map_builder *builder, const xmlNode *node,
			 const struct map_scope *scope, struct map_members *members)
{
	struct map_reader *reader = builder->reader;
	struct map_rule *rule = map_build_add(builder, node, members, MAP_SAME);

	rule->from = map_read_element_path(reader, node, map_build_source(builder, node, scope),
					   &scope->source);
	rule->to = map_read_element_path(reader, node, map_build_target(builder, node, scope),
					 &scope->target);
	rule->may_cut = map_read_flag(reader, node, "cut");
	rule->may_drop_many = map_build_may_drop_many(builder, node);
	if (!reader->has_faults)
		rule->twin = twin_new(reader, map_read_end(&rule->from, &scope->source),
				      map_read_end(&rule->to, &scope->target));
}
