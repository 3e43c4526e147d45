#include "adapters/stylesheet_libxslt.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <libxml/parser.h>
#include <libxslt/documents.h>
#include <libxslt/transform.h>
#include <libxslt/xsltutils.h>

#define PATH_BYTES 4096u

#define XSL "http://www.w3.org/1999/XSL/Transform"
#define SUFFIX ".xsl"
#define FRAME "frame"

/* ---- What went wrong ---- */

/* outlives a set that could not be loaded */
static char last_message[STYLESHEET_MESSAGE_BYTES];

void stylesheet_say(struct stylesheet_set *set, const char *file, int line, const char *what)
{
	(void)snprintf(set->message, sizeof(set->message), "%s:%d: %s", file, line, what);
}

/* Only the first: what follows repeats it. */
static void on_error(void *context, const char *format, ...)
{
	struct stylesheet_set *set = context;
	va_list arguments;

	if (set == NULL || set->message[0] != '\0')
		return;
	va_start(arguments, format);
	(void)vsnprintf(set->message, sizeof(set->message), format, arguments);
	va_end(arguments);
}

/* ---- What a stylesheet may not ---- */

/* document() and imports: there is nothing to be had. */
static xmlDocPtr load_nothing(const xmlChar *uri, xmlDictPtr dict, int options, void *context,
			      xsltLoadType type)
{
	(void)uri;
	(void)dict;
	(void)options;
	(void)context;
	(void)type;
	return NULL;
}

static bool is_xsl(const xmlNode *node)
{
	return node->ns != NULL && strcmp((const char *)node->ns->href, XSL) == 0;
}

/* A form may write a document of the hub's own profile. */
static bool is_of_hub(const xmlNode *node)
{
	static const char hub[] = "urn:sampan:asw-profile:";

	return strncmp((const char *)node->ns->href, hub, sizeof(hub) - 1) == 0;
}

/* Escaping is never off, no element comes from elsewhere, and what is written is the page alone. */
static const char *object_to_node(const xmlNode *node)
{
	static const char *const refused[] = {"import", "include", "document", "namespace-alias",
					      "processing-instruction"};

	if (!is_xsl(node))
		return node->ns == NULL || is_of_hub(node) ? NULL
							   : "an element of another namespace";
	for (size_t i = 0; i < sizeof(refused) / sizeof(refused[0]); i++)
		if (strcmp((const char *)node->name, refused[i]) == 0)
			return "an element that no page may use";
	for (const xmlAttr *attribute = node->properties; attribute != NULL;
	     attribute = attribute->next)
		if (strcmp((const char *)attribute->name, "disable-output-escaping") == 0 ||
		    strcmp((const char *)attribute->name, "cdata-section-elements") == 0)
			return "escaping is the serialiser's";
	return NULL;
}

static enum err check_nodes(struct stylesheet_set *set, const char *file, const xmlNode *root)
{
	const xmlNode *node = root;

	while (node != NULL) {
		const char *why = node->type == XML_ELEMENT_NODE ? object_to_node(node) : NULL;

		if (why != NULL) {
			stylesheet_say(set, file, (int)xmlGetLineNo(node), why);
			return ERR_CONFIG;
		}
		if (node->children != NULL) {
			node = node->children;
			continue;
		}
		while (node != root && node->next == NULL)
			node = node->parent;
		node = node == root ? NULL : node->next;
	}
	return OK;
}

/* ---- Loading ---- */

xmlDocPtr stylesheet_read(struct stylesheet_set *set, const char *folder, const char *file)
{
	char path[PATH_BYTES];
	xmlDocPtr document;

	if ((size_t)snprintf(path, sizeof(path), "%s/%s", folder, file) >= sizeof(path))
		return NULL;
	document = xmlReadFile(path, "UTF-8",
			       XML_PARSE_NONET | XML_PARSE_NOERROR | XML_PARSE_NOWARNING);
	if (document == NULL) {
		const xmlError *error = xmlGetLastError();

		stylesheet_say(set, file, error == NULL ? 0 : error->line,
			       error == NULL || error->message == NULL ? "cannot be read"
								       : error->message);
	}
	return document;
}

static void drop_document(xmlDocPtr document)
{
	if (document != NULL)
		xmlFreeDoc(document);
}

/* What every page has: frame.xsl, and what lies beside it as frame-NAME.xsl. */
struct frames {
	xmlDocPtr parts[STYLESHEET_FRAMES];
	size_t count;
};

static enum err join_part(xmlDocPtr page, const xmlDoc *part)
{
	xmlNodePtr from = xmlDocGetRootElement(part)->children, list;

	if (from == NULL)
		return OK;
	list = xmlDocCopyNodeList(page, from);
	return list == NULL || xmlAddChildList(xmlDocGetRootElement(page), list) == NULL
		       ? ERR_MEMORY
		       : OK;
}

/* A page is its own templates and those of the frame. */
static enum err join_frame(xmlDocPtr page, const struct frames *frames)
{
	enum err err = OK;

	for (size_t i = 0; err == OK && i < frames->count; i++)
		err = join_part(page, frames->parts[i]);
	return err;
}

/* The document is taken. */
static enum err compile(struct stylesheet_set *set, const char *file, xmlDocPtr document)
{
	struct stylesheet_sheet *sheet = &set->sheets[set->count];
	size_t len = strlen(file) - strlen(SUFFIX);

	if (set->count == STYLESHEET_SHEETS || len >= STYLESHEET_NAME_BYTES) {
		stylesheet_say(set, file, 0, "too many pages, or too long a name");
		xmlFreeDoc(document);
		return ERR_CONFIG;
	}
	sheet->compiled = xsltParseStylesheetDoc(document);
	if (sheet->compiled == NULL)
		xmlFreeDoc(document);
	if (sheet->compiled == NULL || sheet->compiled->errors != 0) {
		xsltFreeStylesheet(sheet->compiled);
		sheet->compiled = NULL;
		if (set->message[0] == '\0')
			stylesheet_say(set, file, 0, "cannot be compiled");
		return ERR_CONFIG;
	}
	memcpy(sheet->name, file, len);
	sheet->name[len] = '\0';
	set->count++;
	return OK;
}

static enum err load_sheet(struct stylesheet_set *set, const char *folder, const char *file,
			   struct frames *frames)
{
	xmlDocPtr document = stylesheet_read(set, folder, file);
	xmlNodePtr root = document == NULL ? NULL : xmlDocGetRootElement(document);
	enum err err = root == NULL ? ERR_CONFIG : check_nodes(set, file, root);

	if (err == OK)
		err = join_frame(document, frames);
	if (err == OK)
		return compile(set, file, document);
	drop_document(document);
	return err;
}

static enum err load_part(struct stylesheet_set *set, const char *folder, const char *file,
			  struct frames *frames)
{
	xmlDocPtr part =
		frames->count == STYLESHEET_FRAMES ? NULL : stylesheet_read(set, folder, file);

	if (part == NULL)
		return ERR_CONFIG;
	frames->parts[frames->count++] = part;
	return check_nodes(set, file, xmlDocGetRootElement(part));
}

static bool is_sheet(const char *file)
{
	size_t len = strlen(file);

	return len > strlen(SUFFIX) && strcmp(file + len - strlen(SUFFIX), SUFFIX) == 0;
}

static bool is_part(const char *file)
{
	return is_sheet(file) && strncmp(file, FRAME "-", strlen(FRAME "-")) == 0;
}

static bool is_page(const char *file)
{
	return is_sheet(file) && !is_part(file) && strcmp(file, FRAME SUFFIX) != 0;
}

/* Load each file of the folder that is wanted. */
typedef enum err loader(struct stylesheet_set *set, const char *folder, const char *file,
			struct frames *frames);

static enum err load_each(struct stylesheet_set *set, const char *folder, struct frames *frames,
			  bool (*is_wanted)(const char *file), loader *load)
{
	DIR *directory = opendir(folder);
	const struct dirent *entry;
	enum err err = directory == NULL ? ERR_MISSING : OK;

	while (err == OK && (entry = readdir(directory)) != NULL)
		if (is_wanted(entry->d_name))
			err = load(set, folder, entry->d_name, frames);
	if (directory != NULL)
		(void)closedir(directory);
	return err;
}

static enum err load_sheets(struct stylesheet_set *set, const char *folder)
{
	struct frames frames = {.count = 0};
	enum err err;

	frames.parts[0] = stylesheet_read(set, folder, FRAME SUFFIX);
	frames.count = frames.parts[0] != NULL;
	err = frames.count == 0 ? ERR_MISSING : OK;
	if (err == OK)
		err = check_nodes(set, FRAME SUFFIX, xmlDocGetRootElement(frames.parts[0]));
	if (err == OK)
		err = load_each(set, folder, &frames, is_part, load_part);
	if (err == OK)
		err = load_each(set, folder, &frames, is_page, load_sheet);
	for (size_t i = 0; i < frames.count; i++)
		xmlFreeDoc(frames.parts[i]);
	return err;
}

void stylesheet_free(struct stylesheet_set *set)
{
	if (set == NULL)
		return;
	for (size_t i = 0; i < set->count; i++)
		xsltFreeStylesheet(set->sheets[i].compiled);
	stylesheet_word_free(set);
	if (set->nothing != NULL)
		xsltFreeSecurityPrefs(set->nothing);
	free(set);
}

/* ---- Opening ---- */

static enum err forbid_everything(struct stylesheet_set *set)
{
	static const xsltSecurityOption options[] = {
		XSLT_SECPREF_READ_FILE, XSLT_SECPREF_WRITE_FILE, XSLT_SECPREF_CREATE_DIRECTORY,
		XSLT_SECPREF_READ_NETWORK, XSLT_SECPREF_WRITE_NETWORK};

	if ((set->nothing = xsltNewSecurityPrefs()) == NULL)
		return ERR_MEMORY;
	for (size_t i = 0; i < sizeof(options) / sizeof(options[0]); i++)
		if (xsltSetSecurityPrefs(set->nothing, options[i], xsltSecurityForbid) != 0)
			return ERR_CONFIG;
	return OK;
}

typedef enum err load_all(struct stylesheet_set *set, const char *folder);

static enum err load(const char *folder, load_all *all, struct stylesheet_set **ret_set,
		     const char **ret_message)
{
	struct stylesheet_set *set = calloc(1, sizeof(*set));
	enum err err;

	*ret_message = "";
	if (set == NULL)
		return ERR_MEMORY;
	xsltInit();
	xsltSetLoaderFunc(load_nothing);
	xsltSetGenericErrorFunc(set, on_error);
	if ((err = forbid_everything(set)) == OK)
		err = all(set, folder);
	xsltSetGenericErrorFunc(NULL, on_error);
	if (err == OK) {
		*ret_set = set;
		return OK;
	}
	for (char *at = set->message; *at != '\0'; at++)
		if (*at == '\n') /* it goes into a line of the log */
			*at = ' ';
	memcpy(last_message, set->message, sizeof(last_message));
	*ret_message = last_message;
	stylesheet_free(set);
	return err;
}

static enum err load_pages(struct stylesheet_set *set, const char *folder)
{
	enum err err = stylesheet_word_load(set, folder);

	return err == OK ? load_sheets(set, folder) : err;
}

enum err stylesheet_load(const char *folder, struct stylesheet_set **ret_set,
			 const char **ret_message)
{
	return load(folder, load_pages, ret_set, ret_message);
}

enum err stylesheet_load_forms(const char *folder, struct stylesheet_set **ret_set,
			       const char **ret_message)
{
	return load(folder, load_sheets, ret_set, ret_message);
}

static const struct stylesheet_sheet *sheet_of(const struct stylesheet_set *set, const char *name)
{
	for (size_t i = 0; i < set->count; i++)
		if (strcmp(set->sheets[i].name, name) == 0)
			return &set->sheets[i];
	return NULL;
}

bool stylesheet_is_known(const struct stylesheet_set *set, const char *name)
{
	return sheet_of(set, name) != NULL;
}

/* ---- Rendering ---- */

static enum err transform(const struct stylesheet_sheet *sheet,
			  struct stylesheet_rendering *rendering, xmlDocPtr document,
			  xmlDocPtr *ret_made)
{
	xsltTransformContextPtr context = xsltNewTransformContext(sheet->compiled, document);
	xmlDocPtr made = NULL;
	enum err err = context == NULL ? ERR_MEMORY : OK;

	if (err == OK && xsltSetCtxtSecurityPrefs(rendering->set->nothing, context) != 0)
		err = ERR_CORRUPT;
	if (err == OK)
		err = stylesheet_word_allow(context);
	if (err == OK)
		err = stylesheet_field_allow(context);
	if (err == OK)
		err = stylesheet_value_allow(context);
	if (err == OK) {
		context->_private = rendering;
		made = xsltApplyStylesheetUser(sheet->compiled, document, NULL, NULL, NULL,
					       context);
		if (made == NULL || context->state != XSLT_STATE_OK)
			err = ERR_CORRUPT;
	}
	if (err == OK)
		*ret_made = made;
	else
		drop_document(made);
	if (context != NULL)
		xsltFreeTransformContext(context);
	return err;
}

enum err stylesheet_apply(const char *name, struct stylesheet_rendering *rendering,
			  const struct stylesheet_tree *tree, xmlDocPtr *ret_made)
{
	const struct stylesheet_sheet *sheet = sheet_of(rendering->set, name);

	if (sheet == NULL)
		return ERR_MISSING;
	return tree->err != OK ? tree->err : transform(sheet, rendering, tree->document, ret_made);
}

enum err stylesheet_render(const struct stylesheet_set *set, const struct stylesheet_page *page,
			   const struct stylesheet_tree *tree, struct buffer *to)
{
	struct stylesheet_rendering rendering = {set, page->in_vietnamese ? STYLESHEET_VIETNAMESE
									  : STYLESHEET_ENGLISH};
	const struct stylesheet_sheet *sheet = sheet_of(set, page->name);
	xmlDocPtr made = NULL;
	xmlChar *text = NULL;
	int len = 0;
	enum err err = stylesheet_apply(page->name, &rendering, tree, &made);

	if (err != OK || sheet == NULL)
		return err;
	if (xsltSaveResultToString(&text, &len, made, sheet->compiled) != 0 || text == NULL)
		err = ERR_CORRUPT;
	if (err == OK) {
		buffer_put(to, bytes_of(text, (size_t)len));
		err = buffer_error(to);
	}
	xmlFree(text);
	drop_document(made);
	return err;
}
