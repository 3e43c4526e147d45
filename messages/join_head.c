#include "messages/join_head.h"

#include <string.h>

#include "sampan/limit.h"

#define PATH_BYTES ((LIMIT_DOCUMENT_DEPTH + 1) * (LIMIT_NAME_BYTES + 16))

const char join_head_counter[] = "sequence";

/* An element that has a reason of its own, with all below it. */
struct mark {
	const struct branch *branch;
	const char *reason;
};

struct head {
	const struct join *join;
	const struct trunk *trunk;
	const struct branch *holder;
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
			.branch = part_find(document, numbers[i]), .reason = join_head_counter};
	for (size_t i = 0; i < rule->once_count; i++)
		head->marks[head->mark_count++] =
			(struct mark){.branch = part_find(document, &rule->onces[i].path),
				      .reason = rule->onces[i].reason};
	return OK;
}

static const char *reason_of(const struct head *head, const struct branch *branch,
			     const char *above)
{
	for (size_t i = 0; i < head->mark_count; i++) {
		if (head->marks[i].branch == branch)
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

static void read_attributes(struct head *head, const struct branch *element, const char *reason)
{
	const struct branch *attribute = trunk_first_attribute(head->trunk, element);

	for (; attribute != NULL; attribute = trunk_next_attribute(head->trunk, attribute)) {
		bool is_hint = strcmp(attribute->shape->namespace, TRUNK_XSI) == 0;
		size_t len = head->path.len;

		buffer_put_format(&head->path, "/@%s", attribute->shape->name);
		put(head, arena_text(head->join->arena, trunk_text(attribute)),
		    is_hint ? "schema-hint" : reason);
		head->path.len = len;
	}
}

static size_t index_of(const struct trunk *trunk, const struct branch *element)
{
	const struct branch *other;
	size_t index = 1;

	if (element->parent == NULL)
		return 1;
	for (other = trunk_first(trunk, element->parent); other != element;
	     other = trunk_next(trunk, other))
		index += strcmp(other->shape->name, element->shape->name) == 0;
	return index;
}

static bool is_line(const struct head *head, const struct branch *branch)
{
	const struct map_path *group = &head->join->rule->group;

	return branch->parent == head->holder &&
	       strcmp(branch->shape->name, group->steps[group->count - 1]->name) == 0;
}

/*
 * What is no valid document is accounted for as well: text beside elements is a value, unless it
 * is only white space. Depth is bounded by LIMIT_DOCUMENT_DEPTH; how many elements there are above
 * the lines, by the kind's XSD.
 */
static void read_element(struct head *head, const struct branch *element, const char *above)
{
	const char *reason = reason_of(head, element, above);
	size_t len = head->path.len;

	buffer_put_format(&head->path, "/%s[%zu]", element->shape->name,
			  index_of(head->trunk, element));
	read_attributes(head, element, reason);
	for (const struct branch *child = trunk_first(head->trunk, element); child != NULL;
	     child = trunk_next(head->trunk, child))
		if (!is_line(head, child) && head->trace->err == OK)
			read_element(head, child, reason);
	if (element->text_len > 0)
		put(head, arena_text(head->join->arena, trunk_text(element)), reason);
	head->path.len = len;
}

enum err join_head_read(const struct join *join, size_t part, struct trace *ret_trace)
{
	const struct document *document = join->parts[part].document;
	struct head head = {.join = join,
			    .trunk = document->trunk,
			    .holder = part_holder(document, &join->rule->group),
			    .document = (uint32_t)part + 1,
			    .trace = ret_trace};
	enum err err;

	trace_init(ret_trace, join->arena);
	if ((err = mark(&head, document)) != OK)
		return err;
	buffer_init(&head.path, PATH_BYTES);
	read_element(&head, &document->trunk->items[0], NULL);
	err = ret_trace->err != OK ? ret_trace->err : buffer_error(&head.path);
	buffer_clear(&head.path);
	return err;
}
