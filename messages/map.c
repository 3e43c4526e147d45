#include "messages/map.h"

#include <string.h>

#include "messages/map_build.h"
#include "messages/map_plan.h"

static map_build_rule read_group, read_link, read_require, read_carry;

static const struct {
	const char *name;
	map_build_rule *read;
} forms[] = {
	{"group", read_group},
	{"value", map_value_read},
	{"same", map_value_read_same},
	{"constant", map_supply_read_constant},
	{"count", map_supply_read_count},
	{"supply", map_supply_read},
	{"pointer", map_pointer_read},
	{"link", read_link},
	{"drop", map_supply_read_drop},
	{"require", read_require},
	{"carry", read_carry},
	{"split", map_part_read_split},
	{"join", map_part_read_join},
};

const char *map_build_attribute(struct map_builder *builder, const xmlNode *node, const char *name)
{
	return map_read_attribute(builder->reader, node, name);
}

const char *map_build_source(struct map_builder *builder, const xmlNode *node,
			     const struct map_scope *scope)
{
	return map_build_attribute(builder, node, scope->is_swapped ? "to" : "from");
}

const char *map_build_target(struct map_builder *builder, const xmlNode *node,
			     const struct map_scope *scope)
{
	return map_build_attribute(builder, node, scope->is_swapped ? "from" : "to");
}

struct map_rule *map_build_add(struct map_builder *builder, const xmlNode *node,
			       struct map_members *members, enum map_rule_kind kind)
{
	struct map_rule *rule = &members->rules[members->rule_count++];

	rule->kind = kind;
	rule->ref = map_read_ref(builder->reader, node);
	return rule;
}

static const xmlNode *next_element(const xmlNode *node)
{
	while (node != NULL && node->type != XML_ELEMENT_NODE)
		node = node->next;
	return node;
}

/* ---- The rules of a group ---- */

/* In the file's back direction rules hold unless they say forth; in its forth direction unless they
 * say back. */
static bool holds(struct map_builder *builder, const xmlNode *node, struct map_scope *scope)
{
	const char *way = map_build_attribute(builder, node, "way");

	if (way == NULL)
		return true;
	if (strcmp(way, "back") == 0) {
		scope->is_swapped = false;
		return builder->is_back;
	}
	return !builder->is_back;
}

static void read_element(struct map_builder *builder, const xmlNode *node,
			 const struct map_scope *scope, struct map_members *members)
{
	struct map_scope own = *scope;

	for (size_t i = 0; i < sizeof(forms) / sizeof(forms[0]); i++)
		if (strcmp(forms[i].name, (const char *)node->name) == 0 &&
		    holds(builder, node, &own))
			forms[i].read(builder, node, &own, members);
}

/* Faults do not hide each other: each rule is read as if the file had been good so far. */
static void read_elements(struct map_builder *builder, const xmlNode *parent,
			  const struct map_scope *scope, struct map_members *members)
{
	bool has_faults = builder->reader->has_faults;

	for (const xmlNode *node = next_element(parent->children); node != NULL;
	     node = next_element(node->next)) {
		builder->reader->has_faults = false;
		read_element(builder, node, scope, members);
		has_faults |= builder->reader->has_faults;
	}
	builder->reader->has_faults = has_faults;
}

static bool members_init(struct map_builder *builder, const xmlNode *parent,
			 struct map_members *members)
{
	struct map_reader *reader = builder->reader;
	size_t room = xmlChildElementCount((xmlNode *)parent) + 1 + MAP_BUILD_SPLIT_RULES;

	*members = (struct map_members){
		.rules = arena_alloc_array(reader->arena, room, sizeof(*members->rules)),
		.conditions = arena_alloc_array(reader->arena, room, sizeof(*members->conditions)),
	};
	if (members->rules == NULL || members->conditions == NULL)
		reader->err = ERR_MEMORY;
	return reader->err == OK;
}

bool map_build_may_drop_many(struct map_builder *builder, const xmlNode *node)
{
	return map_build_attribute(builder, node, "many") != NULL;
}

/* "PATH" or "PATH=VALUE", read on the source's side. */
static struct map_condition read_when(struct map_builder *builder, const xmlNode *node,
				      const struct map_scope *scope)
{
	struct map_reader *reader = builder->reader;
	const char *when = map_build_attribute(builder, node, "when");
	const char *equals = when == NULL ? NULL : strchr(when, '=');
	struct map_condition condition = {.ref = map_read_ref(reader, node)};
	const char **word;
	const char *path;

	if (equals == NULL) {
		condition.path = map_read_path(reader, node, when, &scope->source);
		return condition;
	}
	path = arena_text(reader->arena, bytes_of(when, (size_t)(equals - when)));
	word = arena_alloc(reader->arena, sizeof(*word));
	if (path == NULL || word == NULL) {
		reader->err = ERR_MEMORY;
		return condition;
	}
	*word = equals + 1;
	condition.path = map_read_value_path(reader, node, path, &scope->source);
	condition.words = word;
	condition.word_count = 1;
	return condition;
}

static void read_group(struct map_builder *builder, const xmlNode *node,
		       const struct map_scope *scope, struct map_members *members)
{
	struct map_reader *reader = builder->reader;
	struct map_scope inner = *scope;
	struct map_members own;
	struct map_rule *rule;

	if (!members_init(builder, node, &own))
		return;
	rule = map_build_add(builder, node, members, MAP_GROUP);
	rule->from = map_read_element_path(reader, node, map_build_source(builder, node, scope),
					   &scope->source);
	rule->to = map_read_element_path(reader, node, map_build_target(builder, node, scope),
					 &scope->target);
	rule->may_drop_many = map_build_may_drop_many(builder, node);
	if (reader->has_faults || reader->err != OK)
		return;
	inner.source.base = map_read_end(&rule->from, &scope->source);
	inner.target.base = map_read_end(&rule->to, &scope->target);
	if (!scope->is_swapped && xmlHasProp(node, (const xmlChar *)"when") != NULL)
		own.conditions[own.condition_count++] = read_when(builder, node, &inner);
	read_elements(builder, node, &inner, &own);
	rule->rules = own.rules;
	rule->rule_count = own.rule_count;
	rule->conditions = own.conditions;
	rule->condition_count = own.condition_count;
}

/* A key is read forth only: backwards it would have to be made up. */
static void read_link(struct map_builder *builder, const xmlNode *node,
		      const struct map_scope *scope, struct map_members *members)
{
	struct map_reader *reader = builder->reader;
	struct map_scope inner = *scope;
	struct map_members own;
	struct map_rule *rule;

	if (scope->is_swapped || !members_init(builder, node, &own))
		return;
	rule = map_build_add(builder, node, members, MAP_LINK);
	rule->from = map_read_value_path(reader, node, map_build_attribute(builder, node, "from"),
					 &scope->source);
	rule->key = map_read_value_path(reader, node, map_build_attribute(builder, node, "key"),
					&scope->source);
	if (reader->has_faults || reader->err != OK)
		return;
	inner.source.base = map_read_end(&rule->key, &scope->source)->parent;
	read_elements(builder, node, &inner, &own);
	rule->rules = own.rules;
	rule->rule_count = own.rule_count;
}

/* ---- Conditions on the whole document ---- */

static void read_require(struct map_builder *builder, const xmlNode *node,
			 const struct map_scope *scope, struct map_members *members)
{
	struct map_reader *reader = builder->reader;
	struct map_condition *condition;

	if (scope->is_swapped)
		return;
	condition = &members->conditions[members->condition_count++];
	condition->path = map_read_path(reader, node, map_build_attribute(builder, node, "path"),
					&scope->source);
	condition->words = map_read_words(reader, map_build_attribute(builder, node, "equals"),
					  &condition->word_count);
	condition->ref = map_read_ref(reader, node);
}

static void read_carry(struct map_builder *builder, const xmlNode *node,
		       const struct map_scope *scope, struct map_members *members)
{
	struct map *map = builder->map;
	const struct shape **carries;
	struct map_path path;

	(void)members;
	if (scope->is_swapped)
		return;
	path = map_read_path(builder->reader, node, map_build_attribute(builder, node, "path"),
			     &scope->source);
	carries = arena_alloc_array(builder->reader->arena, map->carry_count + 1, sizeof(*carries));
	if (carries == NULL) {
		builder->reader->err = ERR_MEMORY;
		return;
	}
	if (map->carry_count > 0)
		memcpy(carries, map->carries, map->carry_count * sizeof(*carries));
	carries[map->carry_count++] = map_read_end(&path, &scope->source);
	map->carries = carries;
}

/* ---- The file ---- */

static void build(struct map_builder *builder, const xmlNode *root)
{
	struct map *map = builder->map;
	struct map_scope scope = {.is_swapped = builder->is_back};
	struct map_members members;

	scope.source.root = scope.source.base = schema_shape(map->from);
	scope.source.kind = schema_full_id(map->from);
	scope.target.root = scope.target.base = schema_shape(map->to);
	scope.target.kind = schema_full_id(map->to);
	if (!members_init(builder, root, &members))
		return;
	read_elements(builder, root, &scope, &members);
	map->root = (struct map_rule){.kind = MAP_GROUP,
				      .ref = map_read_ref(builder->reader, root),
				      .rules = members.rules,
				      .rule_count = members.rule_count};
	if (builder->reader->err == OK)
		builder->reader->err = map_plan(map, builder->reader->arena);
	map->requires = members.conditions;
	map->require_count = members.condition_count;
}

static const struct schema *read_kind(struct map_reader *reader, const xmlNode *root,
				      const char *name)
{
	const char *id = map_read_attribute(reader, root, name);
	const struct schema *schema = id == NULL ? NULL : schema_set_find(reader->set, id);

	if (id != NULL && schema == NULL)
		map_read_fault(reader, root, "map-kind-unknown", id, name);
	return schema;
}

static const struct map *build_direction(struct map_reader *reader, const xmlNode *root,
					 bool is_back)
{
	struct map *map = arena_alloc(reader->arena, sizeof(*map));
	struct map_builder builder = {.reader = reader, .map = map, .is_back = is_back};

	if (map == NULL) {
		reader->err = ERR_MEMORY;
		return NULL;
	}
	map->from = read_kind(reader, root, is_back ? "to" : "from");
	map->to = read_kind(reader, root, is_back ? "from" : "to");
	if (map->from != NULL && map->to != NULL)
		build(&builder, root);
	return map;
}

enum err map_read(const struct schema_set *set, const char *file, const struct document *document,
		  struct arena *arena, struct findings *findings, const struct map **ret_forth,
		  const struct map **ret_back)
{
	struct map_reader reader = {
		.set = set, .file = file, .arena = arena, .findings = findings, .err = OK};
	const xmlNode *root = document_root(document);
	const struct map *forth = build_direction(&reader, root, false), *back = NULL;

	if (!reader.has_faults && reader.err == OK && map_read_flag(&reader, root, "inverse"))
		back = build_direction(&reader, root, true);
	if (reader.err != OK || reader.has_faults)
		return reader.err != OK ? reader.err : ERR_CONFIG;
	*ret_forth = forth;
	*ret_back = back;
	return OK;
}

const struct schema *map_from(const struct map *map)
{
	return map->from;
}

const struct schema *map_to(const struct map *map)
{
	return map->to;
}
