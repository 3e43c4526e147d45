#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "messages/schema_files.h"
#include "messages/schema_set.h"
#include "messages/xsd.h"

struct reader {
	const char *file;
	struct arena *arena;
	struct findings *findings;
	struct schema *schema;
};

static enum err fault(struct reader *reader, const xmlNode *node, const char *value, const char *vi,
		      const char *en)
{
	enum err err = schema_files_fault(reader->findings, "schema-kind", reader->file,
					  document_line(node), value, vi, en);

	return err == OK ? ERR_CONFIG : err;
}

/*
 * A copy of the attribute's value; NULL when there is none (then *err is untouched) or no memory.
 */
static const char *copy(struct reader *reader, const xmlNode *node, const char *name, enum err *err)
{
	const char *value = xsd_attribute(node, name);
	const char *text;

	if (value == NULL)
		return NULL;
	text = arena_text(reader->arena, bytes_of_text(value));
	if (text == NULL)
		*err = ERR_MEMORY;
	return text;
}

static enum err check_path(struct reader *reader, const xmlNode *node, const char *path)
{
	if (path == NULL || shape_find(reader->schema->shape, path) != NULL)
		return OK;
	return fault(reader, node, path, "XSD của loại chứng từ này không có đường dẫn này.",
		     "The XSD of this kind does not have this path.");
}

static const char *language_of(const xmlNode *title)
{
	for (const xmlAttr *attribute = title->properties; attribute != NULL;
	     attribute = attribute->next)
		if (attribute->ns != NULL && strcmp((const char *)attribute->name, "lang") == 0)
			return attribute->children == NULL
				       ? ""
				       : (const char *)attribute->children->content;
	return "";
}

static enum err read_title(struct reader *reader, const xmlNode *node)
{
	const char **title =
		strcmp(language_of(node), "vi") == 0 ? &reader->schema->vi : &reader->schema->en;

	if (*title != NULL)
		return fault(reader, node, "", "Thiếu tên bằng tiếng Việt hoặc tiếng Anh.",
			     "A title in Vietnamese or in English is missing.");
	*title = document_text(node, reader->arena);
	return *title == NULL ? ERR_MEMORY : OK;
}

static enum err read_when(struct reader *reader, const xmlNode *node)
{
	enum err err = OK;
	struct schema_when when = {.path = copy(reader, node, "path", &err),
				   .equals = copy(reader, node, "equals", &err)};

	if (err != OK || (err = check_path(reader, node, when.path)) != OK)
		return err;
	reader->schema->whens[reader->schema->when_count++] = when;
	return OK;
}

/* "/A/B/@c" becomes "/A/B" and "c". */
static enum err split_attribute(struct reader *reader, struct schema_fact *fact)
{
	const char *at = fact->path == NULL ? NULL : strstr(fact->path, "/@");

	if (at == NULL)
		return OK;
	fact->attribute = at + 2;
	fact->path = arena_text(reader->arena, bytes_of(fact->path, (size_t)(at - fact->path)));
	return fact->path == NULL ? ERR_MEMORY : OK;
}

static enum err read_fact(struct reader *reader, const xmlNode *node)
{
	const char *first = xsd_attribute(node, "first");
	enum err err = OK;
	struct schema_fact fact = {.name = copy(reader, node, "name", &err),
				   .path = copy(reader, node, "path", &err),
				   .value = copy(reader, node, "value", &err),
				   .first = first == NULL ? 0 : (uint32_t)strtoul(first, NULL, 10),
				   .is_words = xsd_attribute(node, "all") != NULL};

	if (err != OK)
		return err;
	if ((fact.path == NULL) == (fact.value == NULL))
		return fault(reader, node, fact.name, "Cần đúng một trong hai: path hoặc value.",
			     "It needs either path or value.");
	if ((err = check_path(reader, node, fact.path)) != OK ||
	    (err = split_attribute(reader, &fact)) != OK)
		return err;
	reader->schema->facts[reader->schema->fact_count++] = fact;
	return OK;
}

static enum err read_column(struct reader *reader, const xmlNode *node, struct schema_table *table)
{
	enum err err = OK;
	struct schema_fact column = {.name = copy(reader, node, "name", &err),
				     .path = copy(reader, node, "path", &err)};
	const char *whole =
		err != OK ? NULL : arena_format(reader->arena, "%s/%s", table->path, column.path);

	if (whole == NULL)
		return ERR_MEMORY;
	if ((err = check_path(reader, node, whole)) != OK ||
	    (err = split_attribute(reader, &column)) != OK)
		return err;
	table->columns[table->column_count++] = column;
	return OK;
}

static enum err read_table(struct reader *reader, const xmlNode *node)
{
	size_t room = xmlChildElementCount((xmlNode *)node);
	enum err err = OK;
	struct schema_table table = {
		.name = copy(reader, node, "name", &err),
		.path = copy(reader, node, "path", &err),
		.columns = arena_alloc_array(reader->arena, room, sizeof(*table.columns))};

	if (err != OK || table.columns == NULL)
		return ERR_MEMORY;
	if ((err = check_path(reader, node, table.path)) != OK)
		return err;
	for (const xmlNode *child = node->children; child != NULL && err == OK; child = child->next)
		if (child->type == XML_ELEMENT_NODE)
			err = read_column(reader, child, &table);
	reader->schema->tables[reader->schema->table_count++] = table;
	return err;
}

static enum err read_event(struct reader *reader, const xmlNode *node)
{
	enum err err = OK;
	struct schema_event event = {.is = copy(reader, node, "is", &err),
				     .fact = copy(reader, node, "fact", &err),
				     .equals = copy(reader, node, "equals", &err),
				     .has = copy(reader, node, "has", &err)};

	reader->schema->events[reader->schema->event_count++] = event;
	return err;
}

static enum err read_meaning(struct reader *reader, const xmlNode *node)
{
	enum err err = OK;
	struct schema_meaning meaning = {.function = copy(reader, node, "function", &err),
					 .type = copy(reader, node, "type", &err),
					 .is = copy(reader, node, "is", &err)};

	reader->schema->meanings[reader->schema->meaning_count++] = meaning;
	return err;
}

static bool is_fact(const struct schema *schema, struct bytes name)
{
	for (size_t i = 0; i < schema->fact_count; i++)
		if (bytes_equal(bytes_of_text(schema->facts[i].name), name))
			return true;
	return bytes_equal(bytes_of_text("kind"), name);
}

static enum err read_key(struct reader *reader, const xmlNode *node)
{
	const char *exclusive = xsd_attribute(node, "exclusive");
	const char *group = exclusive != NULL && strcmp(exclusive, "yes") == 0 ? "only" : "key";
	enum err err = OK;
	struct schema_key key = {.parts = copy(reader, node, "parts", &err)};

	key.fact = arena_format(reader->arena, "%s.%s", group, xsd_attribute(node, "name"));
	if (key.fact == NULL || err != OK)
		return ERR_MEMORY;
	assert(key.parts != NULL); /* kind.xsd demands it */
	for (const char *part = key.parts; *part != 0; part += strspn(part, " ")) {
		size_t len = strcspn(part, " ");

		if (!is_fact(reader->schema, bytes_of(part, len)))
			return fault(reader, node, key.parts,
				     "Khóa nêu một dữ kiện mà loại chứng từ này không có.",
				     "The key names a fact that this kind does not have.");
		part += len;
	}
	reader->schema->keys[reader->schema->key_count++] = key;
	return OK;
}

static enum err read_children(struct reader *reader, const xmlNode *root)
{
	static const struct {
		const char *name;
		enum err (*read)(struct reader *, const xmlNode *);
	} readers[] = {{"title", read_title}, {"when", read_when},   {"fact", read_fact},
		       {"table", read_table}, {"event", read_event}, {"meaning", read_meaning},
		       {"key", read_key}};
	enum err err = OK;

	for (const xmlNode *node = root->children; node != NULL && err == OK; node = node->next)
		for (size_t i = 0; i < sizeof(readers) / sizeof(readers[0]) && err == OK; i++)
			if (node->type == XML_ELEMENT_NODE &&
			    strcmp((const char *)node->name, readers[i].name) == 0)
				err = readers[i].read(reader, node);
	return err;
}

static enum err allocate(struct reader *reader, const xmlNode *root)
{
	size_t room = xmlChildElementCount((xmlNode *)root) + 1;
	struct schema *schema = arena_alloc(reader->arena, sizeof(*schema));

	if (schema == NULL)
		return ERR_MEMORY;
	schema->whens = arena_alloc_array(reader->arena, room, sizeof(*schema->whens));
	schema->facts = arena_alloc_array(reader->arena, room, sizeof(*schema->facts));
	schema->meanings = arena_alloc_array(reader->arena, room, sizeof(*schema->meanings));
	schema->keys = arena_alloc_array(reader->arena, room, sizeof(*schema->keys));
	schema->tables = arena_alloc_array(reader->arena, room, sizeof(*schema->tables));
	schema->events = arena_alloc_array(reader->arena, room, sizeof(*schema->events));
	reader->schema = schema;
	return schema->whens == NULL || schema->facts == NULL || schema->meanings == NULL ||
			       schema->keys == NULL || schema->tables == NULL ||
			       schema->events == NULL
		       ? ERR_MEMORY
		       : OK;
}

static enum err read_head(struct reader *reader, const xmlNode *root)
{
	const char *keep = xsd_attribute(root, "keepYears");
	struct schema *schema = reader->schema;
	enum err err = OK;

	schema->keep_years = keep == NULL ? SCHEMA_KEEP : (uint32_t)strtoul(keep, NULL, 10);
	schema->id = copy(reader, root, "id", &err);
	schema->root = copy(reader, root, "root", &err);
	schema->namespace = copy(reader, root, "namespace", &err);
	schema->version = (uint32_t)strtoul(xsd_attribute(root, "version"), NULL, 10);
	schema->full_id = arena_format(reader->arena, "%s/%u", schema->id, schema->version);
	return schema->full_id == NULL ? ERR_MEMORY : err;
}

static enum err load_xsd(struct reader *reader, const char *folder, const xmlNode *root)
{
	const char *name = xsd_attribute(root, "xsd");
	struct schema *schema = reader->schema;
	const char *path = arena_format(reader->arena, "%s/xsd/%s", folder, name);
	enum err err;

	if (path == NULL)
		return ERR_MEMORY;
	if ((err = shape_load(path, schema->root, reader->arena, reader->findings,
			      &schema->shape)) != OK ||
	    (err = schema_xsd_compile(folder, name, reader->findings, &schema->xsd)) != OK ||
	    (err = sieve_load(path, schema->shape, reader->arena, reader->findings,
			      &schema->sieve)) != OK)
		return err;
	if (strcmp(schema->shape->namespace, schema->namespace) != 0)
		return fault(reader, root, schema->namespace,
			     "Không gian tên khác với không gian tên của XSD.",
			     "The namespace is not that of the XSD.");
	return OK;
}

enum err schema_kind_read(const char *folder, const char *file, const struct document *document,
			  struct arena *arena, struct findings *findings,
			  struct schema **ret_schema)
{
	struct reader reader = {.file = file, .arena = arena, .findings = findings};
	const xmlNode *root = document_root(document);
	enum err err;

	if ((err = allocate(&reader, root)) != OK)
		return err;
	if ((err = read_head(&reader, root)) == OK &&
	    (err = load_xsd(&reader, folder, root)) == OK &&
	    (err = read_children(&reader, root)) == OK) {
		*ret_schema = reader.schema;
		return OK;
	}
	xmlSchemaFree(reader.schema->xsd);
	return err;
}
