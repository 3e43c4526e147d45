#include "adapters/stylesheet_libxslt.h"

#include <string.h>

#include <libxml/xpathInternals.h>
#include <libxslt/extensions.h>

#define GROUP "group"
#define FIELD "field"

/* Which children are wanted. */
struct wanted {
	const char *element; /* "field" */
	struct bytes names;  /* "Importer Exporter" */
	bool are_others;     /* those that are filled, of other names */
	bool by_attribute;   /* what has an attribute is filled too */
};

static const char *text_of(const xmlNode *first)
{
	return first == NULL || first->content == NULL ? "" : (const char *)first->content;
}

static const char *name_of(const xmlNode *node)
{
	for (const xmlAttr *attribute = node->properties; attribute != NULL;
	     attribute = attribute->next)
		if (strcmp((const char *)attribute->name, "name") == 0)
			return text_of(attribute->children);
	return "";
}

static bool is_word_of(struct bytes words, const char *word)
{
	const uint8_t *at = words.at, *end = words.at + words.len;
	size_t len = strlen(word);

	while (at < end) {
		const uint8_t *space = memchr(at, ' ', (size_t)(end - at));
		const uint8_t *stop = space == NULL ? end : space;

		if ((size_t)(stop - at) == len && memcmp(at, word, len) == 0)
			return true;
		at = stop + 1;
	}
	return false;
}

static bool is_filled(const xmlNode *field, bool by_attribute)
{
	for (const xmlNode *node = field->children; node != NULL; node = node->next)
		if ((strcmp((const char *)node->name, "value") == 0 &&
		     text_of(node->children)[0] != '\0') ||
		    (by_attribute && strcmp((const char *)node->name, "attribute") == 0))
			return true;
	return false;
}

static bool is_wanted(const xmlNode *node, const struct wanted *wanted)
{
	if (node->type != XML_ELEMENT_NODE ||
	    strcmp((const char *)node->name, wanted->element) != 0 ||
	    is_word_of(wanted->names, name_of(node)) == wanted->are_others)
		return false;
	return !wanted->are_others || is_filled(node, wanted->by_attribute);
}

static bool take_children(const xmlNode *of, const struct wanted *wanted, xmlNodeSetPtr to)
{
	if (of->type != XML_ELEMENT_NODE)
		return true;
	for (xmlNodePtr node = of->children; node != NULL; node = node->next)
		if (is_wanted(node, wanted) && xmlXPathNodeSetAddUnique(to, node) != 0)
			return false;
	return true;
}

/* Of one node, or of all of a set. */
struct from {
	xmlNodePtr node;
	const xmlNodeSet *set; /* NULL: of the node */
};

static xmlNodeSetPtr take(struct from from, const struct wanted *wanted)
{
	xmlNodeSetPtr to = xmlXPathNodeSetCreate(NULL);
	bool is_taken = to != NULL;

	if (from.set == NULL)
		is_taken = is_taken && take_children(from.node, wanted, to);
	for (int i = 0; is_taken && from.set != NULL && i < from.set->nodeNr; i++)
		is_taken = take_children(from.set->nodeTab[i], wanted, to);
	if (is_taken)
		return to;
	xmlXPathFreeNodeSet(to);
	return NULL;
}

/* "Body/Content/Importer Exporter": every step but the last is of groups. */
static xmlNodeSetPtr follow(struct from from, const char *path, struct wanted wanted)
{
	static const struct wanted group = {.element = GROUP};
	xmlNodeSetPtr own = NULL, next;
	const char *slash;

	while ((slash = strchr(path, '/')) != NULL) {
		struct wanted step = group;

		step.names = bytes_of(path, (size_t)(slash - path));
		next = take(from, &step);
		xmlXPathFreeNodeSet(own);
		if ((own = next) == NULL)
			return NULL;
		from.set = own;
		path = slash + 1;
	}
	wanted.names = bytes_of_text(path);
	next = take(from, &wanted);
	xmlXPathFreeNodeSet(own);
	return next;
}

static void return_found(xmlXPathParserContextPtr context, struct from from, const char *path,
			 struct wanted wanted)
{
	xmlNodeSetPtr found = follow(from, path, wanted);

	if (found != NULL)
		valuePush(context, xmlXPathWrapNodeSet(found));
	else
		xmlXPathSetError(context, XPATH_MEMORY_ERROR);
}

static void find(xmlXPathParserContextPtr context, int count, struct wanted wanted)
{
	static const xmlNodeSet none;
	xmlXPathObjectPtr of;
	xmlChar *path;

	if (count < 1 || count > 2) {
		xmlXPathSetError(context, XPATH_INVALID_ARITY);
		return;
	}
	of = count == 2 ? valuePop(context) : NULL;
	if (of != NULL && of->type != XPATH_NODESET) {
		xmlXPathSetError(context, XPATH_INVALID_TYPE);
	} else if ((path = xmlXPathPopString(context)) != NULL) {
		struct from from = {context->context->node, NULL};

		if (of != NULL)
			from.set = of->nodesetval == NULL ? &none : of->nodesetval;
		return_found(context, from, (const char *)path, wanted);
		xmlFree(path);
	}
	if (of != NULL)
		xmlXPathFreeObject(of);
}

static void function_field(xmlXPathParserContextPtr context, int count)
{
	find(context, count, (struct wanted){.element = FIELD});
}

static void function_group(xmlXPathParserContextPtr context, int count)
{
	find(context, count, (struct wanted){.element = GROUP});
}

static void function_others(xmlXPathParserContextPtr context, int count)
{
	find(context, count, (struct wanted){.element = FIELD, .are_others = true});
}

static void function_filled(xmlXPathParserContextPtr context, int count)
{
	if (count == 0)
		return_found(context, (struct from){context->context->node, NULL}, "",
			     (struct wanted){
				     .element = FIELD, .are_others = true, .by_attribute = true});
	else
		xmlXPathSetError(context, XPATH_INVALID_ARITY);
}

enum err stylesheet_field_allow(xsltTransformContextPtr context)
{
	static const struct stylesheet_function functions[] = {{"field", function_field},
							       {"group", function_group},
							       {"others", function_others},
							       {"filled", function_filled}};

	return stylesheet_allow(context, functions, sizeof(functions) / sizeof(functions[0]));
}
