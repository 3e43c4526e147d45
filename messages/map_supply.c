#include <string.h>

#include "messages/map_build.h"

/* A constant read backwards: the group wants it, and where it stands it is implied. */
static void read_implied(struct map_builder *builder, const xmlNode *node,
			 const struct map_scope *scope, struct map_members *members)
{
	struct map_reader *reader = builder->reader;
	struct map_rule *rule = map_build_add(builder, node, members, MAP_DROP);
	struct map_condition *condition = &members->conditions[members->condition_count++];
	const char **word = arena_alloc(reader->arena, sizeof(*word));

	if (word == NULL) {
		reader->err = ERR_MEMORY;
		return;
	}
	rule->from = map_read_value_path(reader, node, map_build_attribute(builder, node, "to"),
					 &scope->source);
	rule->text = map_build_attribute(builder, node, "value");
	rule->reason = "implied";
	*word = rule->text;
	condition->path = rule->from;
	condition->words = word;
	condition->word_count = 1;
	condition->ref = rule->ref;
	condition->may_be_absent = scope->source.base == scope->source.root ||
				   map_read_end(&rule->from, &scope->source)->is_attribute ||
				   xmlHasProp(node, (const xmlChar *)"with") != NULL;
}

/* An attribute belongs to its element: it is written only with it. */
static struct map_path owner_of(const struct map_path *path)
{
	struct map_path owner = *path;

	owner.count--;
	return owner;
}

void map_supply_read_constant(struct map_builder *builder, const xmlNode *node,
			      const struct map_scope *scope, struct map_members *members)
{
	struct map_reader *reader = builder->reader;
	const char *with = map_build_attribute(builder, node, "with");
	struct map_rule *rule;

	if (scope->is_swapped) {
		read_implied(builder, node, scope, members);
		return;
	}
	rule = map_build_add(builder, node, members, MAP_CONSTANT);
	rule->to = map_read_value_path(reader, node, map_build_attribute(builder, node, "to"),
				       &scope->target);
	rule->text = map_build_attribute(builder, node, "value");
	if (with != NULL)
		rule->with = map_read_path(reader, node, with, &scope->target);
	else if (!reader->has_faults && map_read_end(&rule->to, &scope->target)->is_attribute)
		rule->with = owner_of(&rule->to);
}

void map_supply_read_count(struct map_builder *builder, const xmlNode *node,
			   const struct map_scope *scope, struct map_members *members)
{
	struct map_rule *rule =
		map_build_add(builder, node, members, scope->is_swapped ? MAP_DROP : MAP_COUNT);
	const char *to = map_build_attribute(builder, node, "to");

	if (scope->is_swapped) {
		rule->from = map_read_value_path(builder->reader, node, to, &scope->source);
		rule->reason = "sequence";
	} else {
		rule->to = map_read_value_path(builder->reader, node, to, &scope->target);
	}
}

const char *map_supply_origin(const char *fact)
{
	static const char *const origins[] = {"registry", "route", "event"};

	for (size_t i = 0; i < sizeof(origins) / sizeof(origins[0]); i++) {
		size_t len = strlen(origins[i]);

		if (strncmp(fact, origins[i], len) == 0 && fact[len] == '.' &&
		    fact[len + 1] != '\0')
			return origins[i];
	}
	return NULL;
}

void map_supply_read(struct map_builder *builder, const xmlNode *node,
		     const struct map_scope *scope, struct map_members *members)
{
	struct map_reader *reader = builder->reader;
	struct map_rule *rule;

	if (scope->is_swapped)
		return;
	rule = map_build_add(builder, node, members, MAP_SUPPLY);
	rule->to = map_read_value_path(reader, node, map_build_attribute(builder, node, "to"),
				       &scope->target);
	rule->fact = map_build_attribute(builder, node, "from");
	rule->text = map_build_attribute(builder, node, "default");
	rule->is_optional = map_read_flag(reader, node, "optional");
	rule->origin = rule->fact == NULL ? NULL : map_supply_origin(rule->fact);
}

void map_supply_read_drop(struct map_builder *builder, const xmlNode *node,
			  const struct map_scope *scope, struct map_members *members)
{
	struct map_rule *rule;

	if (scope->is_swapped)
		return;
	rule = map_build_add(builder, node, members, MAP_DROP);
	rule->from = map_read_path(builder->reader, node,
				   map_build_attribute(builder, node, "from"), &scope->source);
	rule->reason = map_build_attribute(builder, node, "reason");
}
