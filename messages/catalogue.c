#include "messages/catalogue.h"

#include <stdlib.h>
#include <string.h>

#include "messages/schema_files.h"
#include "messages/xsd.h"

static int compare(const void *a, const void *b)
{
	const struct catalogue_entry *first = a, *second = b;

	int order = strcmp(first->code, second->code);

	return order != 0 ? order : strcmp(first->expected, second->expected);
}

static enum err fault(struct findings *findings, const char *file, const xmlNode *node,
		      const char *code)
{
	enum err err = schema_files_fault(
		findings, "schema-catalogue", file, document_line(node), code,
		"Mục này thiếu mã, thiếu câu tiếng Việt hoặc tiếng Anh, hoặc trùng mã.",
		"This entry lacks its code or one of its two sentences, or its code stands twice.");

	return err == OK ? ERR_CONFIG : err;
}

static enum err read_entry(const char *file, const xmlNode *node, struct arena *arena,
			   struct findings *findings, struct catalogue_entry *ret_entry)
{
	const char *expected = xsd_attribute(node, "for");
	const char *code = xsd_attribute(node, expected == NULL ? "code" : "of");
	const xmlNode *vi = document_find(node, "vi"), *en = document_find(node, "en");

	if (code == NULL || vi == NULL || en == NULL)
		return fault(findings, file, node, code);
	expected = expected == NULL ? "" : arena_text(arena, bytes_of_text(expected));
	*ret_entry = (struct catalogue_entry){.code = arena_text(arena, bytes_of_text(code)),
					      .expected = expected,
					      .vi = document_text(vi, arena),
					      .en = document_text(en, arena)};
	return ret_entry->code == NULL || expected == NULL || ret_entry->vi == NULL ||
			       ret_entry->en == NULL
		       ? ERR_MEMORY
		       : OK;
}

enum err catalogue_read(const char *file, const struct document *document, struct arena *arena,
			struct findings *findings, struct catalogue *ret_catalogue)
{
	const xmlNode *root = document_root(document);
	struct catalogue catalogue = {0};
	enum err err = OK;

	catalogue.entries = arena_alloc_array(arena, xmlChildElementCount((xmlNode *)root),
					      sizeof(*catalogue.entries));
	if (catalogue.entries == NULL)
		return ERR_MEMORY;
	for (const xmlNode *node = root->children; node != NULL && err == OK; node = node->next)
		if (node->type == XML_ELEMENT_NODE)
			err = read_entry(file, node, arena, findings,
					 &catalogue.entries[catalogue.count++]);
	if (err != OK)
		return err;
	qsort(catalogue.entries, catalogue.count, sizeof(*catalogue.entries), compare);
	for (size_t i = 1; i < catalogue.count; i++)
		if (compare(&catalogue.entries[i - 1], &catalogue.entries[i]) == 0)
			return fault(findings, file, root, catalogue.entries[i].code);
	*ret_catalogue = catalogue;
	return OK;
}

static const struct catalogue_entry *find(const struct catalogue *catalogue, const char *code,
					  const char *expected)
{
	const struct catalogue_entry wanted = {.code = code, .expected = expected};

	if (catalogue->count == 0)
		return NULL;
	return bsearch(&wanted, catalogue->entries, catalogue->count, sizeof(*catalogue->entries),
		       compare);
}

const struct catalogue_entry *catalogue_find(const struct catalogue *catalogue, const char *code)
{
	return find(catalogue, code, "");
}

const struct catalogue_entry *catalogue_words(const struct catalogue *catalogue, const char *code,
					      const char *expected)
{
	return expected[0] == '\0' ? NULL : find(catalogue, code, expected);
}
