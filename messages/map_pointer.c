#include <string.h>

#include "messages/map_build.h"

static bool is_chain(const struct shape *shape)
{
	return shape_child(shape, bytes_of_text("DocumentSectionCode")) != NULL &&
	       shape_child(shape, bytes_of_text("SequenceNumeric")) != NULL &&
	       shape_child(shape, bytes_of_text("TagID")) != NULL;
}

/* Item and line stand beside the text, on whichever side that is. */
static void read_item(struct map_builder *builder, const xmlNode *node,
		      const struct map_scope *scope, struct map_rule *rule)
{
	const struct map_side *side = rule->is_chain ? &scope->target : &scope->source;
	struct map_reader *reader = builder->reader;
	const char *list = map_build_attribute(builder, node, "list");

	rule->item =
		map_read_value_path(reader, node, map_build_attribute(builder, node, "item"), side);
	rule->line =
		map_read_value_path(reader, node, map_build_attribute(builder, node, "line"), side);
	rule->places = schema_set_list(reader->set, list == NULL ? "" : list);
	if (rule->places == NULL)
		map_read_fault(reader, node, "map-list-unknown", list, "");
}

void map_pointer_read(struct map_builder *builder, const xmlNode *node,
		      const struct map_scope *scope, struct map_members *members)
{
	struct map_reader *reader = builder->reader;
	struct map_rule *rule = map_build_add(builder, node, members, MAP_POINTER);
	const struct shape *from, *to;

	rule->from = map_read_element_path(reader, node, map_build_source(builder, node, scope),
					   &scope->source);
	rule->to = map_read_element_path(reader, node, map_build_target(builder, node, scope),
					 &scope->target);
	if (reader->has_faults || reader->err != OK)
		return;
	from = map_read_end(&rule->from, &scope->source);
	to = map_read_end(&rule->to, &scope->target);
	rule->is_chain = is_chain(from);
	rule->tag = shape_child(rule->is_chain ? from : to, bytes_of_text("TagID"));
	if (rule->is_chain ? !to->is_leaf : !from->is_leaf || !is_chain(to))
		map_read_fault(reader, node, "map-path-no-chain",
			       rule->is_chain ? rule->to.text : rule->from.text,
			       (const char *)node->name);
	else
		read_item(builder, node, scope, rule);
}
