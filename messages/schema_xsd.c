#include <string.h>

#include "messages/schema_files.h"
#include "messages/schema_set.h"
#include "messages/xsd.h"

struct compiling {
	struct findings *findings;
	enum err err;
};

static const char *file_of(struct arena *arena, const char *path)
{
	const char *slash = path == NULL ? NULL : strrchr(path, '/');

	return arena_format(arena, "xsd/%s", slash == NULL ? "?" : slash + 1);
}

static void on_error(void *context, schema_error error)
{
	struct compiling *compiling = context;
	struct arena *arena = compiling->findings->arena;
	const xmlNode *node = error->node;
	const char *file, *vi, *en;
	struct bytes message = bytes_of_text(error->message);

	if (error->level < XML_ERR_ERROR || compiling->err != OK)
		return;
	while (message.len > 0 && strchr(" .\n", message.at[message.len - 1]) != NULL)
		message.len--;
	file = file_of(arena, node != NULL && node->doc != NULL ? (const char *)node->doc->URL
								: error->file);
	vi = arena_format(arena, "XSD sai: %.*s.", (int)message.len, (const char *)message.at);
	en = arena_format(arena, "The XSD is wrong: %.*s.", (int)message.len,
			  (const char *)message.at);
	if (file == NULL || vi == NULL || en == NULL) {
		compiling->err = ERR_MEMORY;
		return;
	}
	compiling->err =
		schema_files_fault(compiling->findings, "schema-xsd", file,
				   error->line > 0 ? (unsigned)error->line : 0, "", vi, en);
}

/*
 * Some parts of libxml2 know no context and would print: what they say comes once more through
 * on_error.
 */
static void ignore(void *context, schema_error error)
{
	(void)context;
	(void)error;
}

static xmlSchema *parse(xmlSchemaParserCtxt *parser, struct compiling *compiling)
{
	xmlStructuredErrorFunc before = xmlStructuredError;
	void *context_before = xmlStructuredErrorContext;
	xmlSchema *xsd;

	xmlSetStructuredErrorFunc(NULL, ignore);
	xmlSchemaSetParserStructuredErrors(parser, on_error, compiling);
	xsd = xmlSchemaParse(parser);
	xmlSetStructuredErrorFunc(context_before, before);
	return xsd;
}

/*
 * libxml2 reads the files itself: what they refer to was looked at before, so nothing else is
 * opened.
 */
static enum err check_references(const char *path, struct findings *findings)
{
	struct xsd xsd;
	enum err err = xsd_open(path, findings->arena, findings, &xsd);

	xsd_clear(&xsd);
	return err;
}

enum err schema_xsd_compile(const char *folder, const char *name, struct findings *findings,
			    xmlSchema **ret_xsd)
{
	struct compiling compiling = {.findings = findings};
	const char *path = arena_format(findings->arena, "%s/xsd/%s", folder, name);
	xmlSchemaParserCtxt *parser;
	xmlSchema *xsd;
	enum err err;

	if (path == NULL)
		return ERR_MEMORY;
	if ((err = check_references(path, findings)) != OK)
		return err;
	parser = xmlSchemaNewParserCtxt(path);
	if (parser == NULL)
		return ERR_MEMORY;
	xsd = parse(parser, &compiling);
	xmlSchemaFreeParserCtxt(parser);
	if (compiling.err != OK || xsd == NULL) {
		xmlSchemaFree(xsd);
		return compiling.err != OK ? compiling.err : ERR_CONFIG;
	}
	*ret_xsd = xsd;
	return OK;
}
