/*
 * Whatever bytes stand in a file of the schema set: a map, a code list or a kind is read, or the
 * findings say what is wrong. The first byte chooses which. Operators write these files, so this is
 * about mistakes more than about malice.
 */
#include <assert.h>
#include <stdlib.h>

#include "messages/map.h"
#include "messages/schema_set.h"
#include "sampan/limit.h"
#include "tests/support/shipped.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static xmlSchema *fuzz_xsd(const char *name)
{
	xmlSchema *xsd = NULL;
	struct findings findings;
	struct arena *arena;

	arena = arena_new(LIMIT_DOCUMENT_ARENA_BYTES);
	findings_init(&findings, arena);
	assert(schema_xsd_compile(shipped_folder(), name, &findings, &xsd) == OK);
	arena_free(arena);
	return xsd;
}

/* A document that is valid against the XSD, or NULL. */
static enum err fuzz_read(struct bytes bytes, xmlSchema *xsd, struct findings *findings,
			  struct document **ret_document)
{
	enum err err = document_read_xml(bytes, LIMIT_DOCUMENT_BYTES, findings, ret_document);

	if (err == OK && *ret_document != NULL)
		err = schema_check_xsd(shipped_set(), xsd, NULL, *ret_document, findings);
	if (err == OK && *ret_document != NULL && findings_has_errors(findings))
		err = ERR_CONFIG;
	return err;
}

static enum err fuzz_map(struct bytes bytes, struct arena *arena, struct findings *findings)
{
	static xmlSchema *xsd;
	const struct map *forth = NULL, *back = NULL;
	struct document *document = NULL;
	enum err err;

	if (xsd == NULL)
		xsd = fuzz_xsd("map.xsd");
	err = fuzz_read(bytes, xsd, findings, &document);
	if (err == OK && document != NULL) {
		err = map_read(shipped_set(), "maps/x.xml", document, arena, findings, &forth,
			       &back);
		assert((err == OK) == (forth != NULL));
	}
	document_free(document);
	return err;
}

static enum err fuzz_list(struct bytes bytes, struct arena *arena, struct findings *findings)
{
	struct code_list *list = NULL;
	enum err err = code_list_parse("x", bytes, arena, findings, &list);

	assert((err == OK) == (list != NULL));
	return err;
}

static enum err fuzz_kind(struct bytes bytes, struct arena *arena, struct findings *findings)
{
	static xmlSchema *xsd;
	struct document *document = NULL;
	struct schema *schema = NULL;
	enum err err;

	if (xsd == NULL)
		xsd = fuzz_xsd("kind.xsd");
	err = fuzz_read(bytes, xsd, findings, &document);
	if (err == OK && document != NULL)
		err = schema_kind_read(shipped_folder(), "kinds/x.xml", document, arena, findings,
				       &schema);
	if (schema != NULL)
		xmlSchemaFree(schema->xsd);
	document_free(document);
	return err;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	enum err (*const targets[])(struct bytes, struct arena *,
				    struct findings *) = {fuzz_map, fuzz_list, fuzz_kind};
	struct arena *arena = arena_new(LIMIT_DOCUMENT_ARENA_BYTES);
	struct findings findings;
	enum err err;

	if (size == 0 || arena == NULL)
		goto out;
	findings_init(&findings, arena);
	err = targets[data[0] % 3](bytes_of(data + 1, size - 1), arena, &findings);
	assert(err == OK || err == ERR_CONFIG || err == ERR_MEMORY);
	assert(err != ERR_CONFIG || findings_has_errors(&findings));
out:
	arena_free(arena);
	return 0;
}
