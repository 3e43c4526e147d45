#include "messages/catalogue.h"

#include <stdlib.h>
#include <string.h>

#include "messages/schema_files.h"
#include "messages/xsd.h"

static int compare(const void *a, const void *b)
{
	const struct catalogue_entry *first = a, *second = b;

	return strcmp(first->code, second->code);
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
	const char *code = xsd_attribute(node, "code");
	const xmlNode *vi = document_find(node, "vi"), *en = document_find(node, "en");

	if (code == NULL || vi == NULL || en == NULL)
		return fault(findings, file, node, code);
	*ret_entry = (struct catalogue_entry){.code = arena_text(arena, bytes_of_text(code)),
					      .vi = document_text(vi, arena),
					      .en = document_text(en, arena)};
	return ret_entry->code == NULL || ret_entry->vi == NULL || ret_entry->en == NULL
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

const struct catalogue_entry *catalogue_find(const struct catalogue *catalogue, const char *code)
{
	const struct catalogue_entry wanted = {.code = code};

	if (catalogue->count == 0)
		return NULL;
	return bsearch(&wanted, catalogue->entries, catalogue->count, sizeof(*catalogue->entries),
		       compare);
}
