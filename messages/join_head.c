#include "messages/join_head.h"

#include <string.h>

#include "sampan/limit.h"

#define XSI "http://www.w3.org/2001/XMLSchema-instance"
#define PATH_BYTES ((LIMIT_DOCUMENT_DEPTH + 1) * (LIMIT_NAME_BYTES + 16))

const char join_head_counter[] = "sequence";

/* An element that has a reason of its own, with all below it. */
struct mark {
	const xmlNode *node;
	const char *reason;
};

struct head {
	const struct join *join;
	const xmlNode *holder;
	uint32_t document;
	struct mark *marks;
	size_t mark_count;
	struct buffer path;
	struct trace *trace;
};

static enum err mark(struct head *head, const struct document *document)
{
	const struct map_join *rule = head->join->rule;
	const struct map_path *numbers[] = {&rule->number, &rule->total, &rule->first};

	head->marks =
		arena_alloc_array(head->join->arena, rule->once_count + 3, sizeof(*head->marks));
	if (head->marks == NULL)
		return ERR_MEMORY;
	for (size_t i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++)
		head->marks[head->mark_count++] = (struct mark){
			.node = part_find(document, numbers[i]), .reason = join_head_counter};
	for (size_t i = 0; i < rule->once_count; i++)
		head->marks[head->mark_count++] =
			(struct mark){.node = part_find(document, &rule->onces[i].path),
				      .reason = rule->onces[i].reason};
	return OK;
}

static const char *reason_of(const struct head *head, const xmlNode *node, const char *above)
{
	for (size_t i = 0; i < head->mark_count; i++) {
		if (head->marks[i].node == node)
			return head->marks[i].reason;
	}
	return above;
}

static void put(struct head *head, const char *value, const char *reason)
{
	struct report_row row = {.kind = REPORT_DROPPED,
				 .source_document = head->document,
				 .source = arena_text(head->join->arena, buffer_bytes(&head->path)),
				 .from = value,
				 .word = reason};

	if (row.source == NULL || row.from == NULL)
		head->trace->err = ERR_MEMORY;
	trace_put(head->trace, &row);
}

static void read_attributes(struct head *head, const xmlNode *element, const char *reason)
{
	for (const xmlAttr *attribute = element->properties; attribute != NULL;
	     attribute = attribute->next) {
		bool is_hint = attribute->ns != NULL &&
			       strcmp((const char *)attribute->ns->href, XSI) == 0;
		size_t len = head->path.len;

		buffer_put_format(&head->path, "/@%s", (const char *)attribute->name);
		put(head, document_text((const xmlNode *)attribute, head->join->arena),
		    is_hint ? "schema-hint" : reason);
		head->path.len = len;
	}
}

static size_t index_of(const xmlNode *node)
{
	size_t index = 1;

	for (const xmlNode *other = node->prev; other != NULL; other = other->prev)
		index += other->type == XML_ELEMENT_NODE && xmlStrEqual(other->name, node->name);
	return index;
}

static bool is_line(const struct head *head, const xmlNode *node)
{
	const struct map_path *group = &head->join->rule->group;

	return node->parent == head->holder &&
	       strcmp((const char *)node->name, group->steps[group->count - 1]->name) == 0;
}

/*
 * What is no valid document is accounted for as well: text beside elements is a value, unless it
 * is only white space. Depth is bounded by LIMIT_DOCUMENT_DEPTH; how many elements there are above
 * the lines, by the kind's XSD.
 */
static void read_element(struct head *head, const xmlNode *node, const char *above)
{
	const char *reason = reason_of(head, node, above), *text;
	size_t len = head->path.len;
	bool has_elements = false;

	buffer_put_format(&head->path, "/%s[%zu]", (const char *)node->name, index_of(node));
	read_attributes(head, node, reason);
	for (const xmlNode *child = node->children; child != NULL; child = child->next) {
		if (child->type != XML_ELEMENT_NODE)
			continue;
		has_elements = true;
		if (!is_line(head, child) && head->trace->err == OK)
			read_element(head, child, reason);
	}
	text = document_text(node, head->join->arena);
	if (text == NULL ||
	    (text[0] != '\0' && (!has_elements || bytes_trimmed(bytes_of_text(text)).len > 0)))
		put(head, text, reason);
	head->path.len = len;
}

enum err join_head_read(const struct join *join, size_t part, struct trace *ret_trace)
{
	const struct document *document = join->parts[part].document;
	struct head head = {.join = join,
			    .holder = part_holder(document, &join->rule->group),
			    .document = (uint32_t)part + 1,
			    .trace = ret_trace};
	enum err err;

	trace_init(ret_trace, join->arena);
	if ((err = mark(&head, document)) != OK)
		return err;
	buffer_init(&head.path, PATH_BYTES);
	read_element(&head, xmlDocGetRootElement(document->xml), NULL);
	err = ret_trace->err != OK ? ret_trace->err : buffer_error(&head.path);
	buffer_clear(&head.path);
	return err;
}
