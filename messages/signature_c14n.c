#include "messages/signature_c14n.h"

#include <stdlib.h>
#include <string.h>

#define MAX_RENDERED 512u   /* declarations in force in the output; the parser lets 64 pass */
#define MAX_ATTRIBUTES 256u /* of one element, declarations too: as the parser */

struct binding {
	const char *prefix; /* "" for the default namespace */
	const char *uri;    /* "" for none */
};

struct form {
	enum signature_c14n method;
	const xmlNode *without;
	struct buffer *to;
	struct binding rendered[MAX_RENDERED]; /* innermost last */
	size_t count;
	enum err err;
};

/* What one element declares in the output. */
struct declared {
	struct binding items[MAX_ATTRIBUTES + 2];
	size_t count;
};

static const char *or_empty(const xmlChar *text)
{
	return text == NULL ? "" : (const char *)text;
}

/* ---- Text ---- */

/* c14n section 2.3: what is written otherwise in text, and in attributes. */
static const char *const in_text[256] = {
	['&'] = "&amp;", ['<'] = "&lt;", ['>'] = "&gt;", ['\r'] = "&#xD;"};
static const char *const in_attribute[256] = {['&'] = "&amp;",  ['<'] = "&lt;",   ['"'] = "&quot;",
					      ['\t'] = "&#x9;", ['\n'] = "&#xA;", ['\r'] = "&#xD;"};

static void put_escaped(struct form *form, const xmlChar *text, const char *const *table)
{
	const xmlChar *from = text, *at = text;

	for (; *at != 0; at++) {
		if (table[*at] == NULL)
			continue;
		buffer_put(form->to, bytes_of(from, (size_t)(at - from)));
		buffer_put_text(form->to, table[*at]);
		from = at + 1;
	}
	buffer_put(form->to, bytes_of(from, (size_t)(at - from)));
}

static void put_name(struct form *form, const xmlNs *ns, const xmlChar *name)
{
	if (ns != NULL && ns->prefix != NULL) {
		buffer_put_text(form->to, (const char *)ns->prefix);
		buffer_put_byte(form->to, ':');
	}
	buffer_put_text(form->to, (const char *)name);
}

/* ---- Namespaces ---- */

/* What the output has in force for a prefix; "" when nothing. */
static const char *rendered_uri(const struct form *form, const char *prefix)
{
	for (size_t i = form->count; i > 0; i--)
		if (strcmp(form->rendered[i - 1].prefix, prefix) == 0)
			return form->rendered[i - 1].uri;
	return "";
}

static bool is_declared(const struct declared *declared, const char *prefix)
{
	for (size_t i = 0; i < declared->count; i++)
		if (strcmp(declared->items[i].prefix, prefix) == 0)
			return true;
	return false;
}

static void declare(struct form *form, struct declared *declared, const char *prefix,
		    const char *uri)
{
	const char *now = rendered_uri(form, prefix);

	if (now == uri || strcmp(prefix, "xml") == 0 || strcmp(now, uri) == 0 ||
	    is_declared(declared, prefix))
		return;
	if (declared->count == MAX_ATTRIBUTES + 2)
		form->err = ERR_LIMIT;
	else
		declared->items[declared->count++] = (struct binding){prefix, uri};
}

static void declare_ns(struct form *form, struct declared *declared, const xmlNs *ns)
{
	if (ns == NULL)
		declare(form, declared, "", "");
	else
		declare(form, declared, or_empty(ns->prefix), or_empty(ns->href));
}

/* Exclusive: what the element and its attributes use in their names. */
static void declare_used(struct form *form, const xmlNode *element, struct declared *declared)
{
	declare_ns(form, declared, element->ns);
	for (const xmlAttr *attribute = element->properties; attribute != NULL;
	     attribute = attribute->next)
		if (attribute->ns != NULL)
			declare_ns(form, declared, attribute->ns);
}

/* Inclusive: what is in force, at the outermost element also from outside. */
static void declare_all(struct form *form, const xmlNode *element, bool is_outermost,
			struct declared *declared)
{
	struct declared seen = {.count = 0};

	for (; element != NULL && element->type == XML_ELEMENT_NODE; element = element->parent) {
		for (const xmlNs *ns = element->nsDef; ns != NULL; ns = ns->next) {
			if (is_declared(&seen, or_empty(ns->prefix)))
				continue;
			declare_ns(form, declared, ns);
			if (seen.count == MAX_ATTRIBUTES + 2)
				form->err = ERR_LIMIT;
			else
				seen.items[seen.count++] =
					(struct binding){or_empty(ns->prefix), ""};
		}
		if (!is_outermost || form->err != OK)
			return;
	}
}

static int compare_bindings(const void *a, const void *b)
{
	return strcmp(((const struct binding *)a)->prefix, ((const struct binding *)b)->prefix);
}

static void put_declared(struct form *form, struct declared *declared)
{
	if (declared->count > MAX_RENDERED - form->count) {
		form->err = ERR_LIMIT;
		return;
	}
	if (declared->count > 1)
		qsort(declared->items, declared->count, sizeof(*declared->items), compare_bindings);
	for (size_t i = 0; i < declared->count; i++) {
		const struct binding *item = &declared->items[i];

		buffer_put_text(form->to, *item->prefix == 0 ? " xmlns" : " xmlns:");
		buffer_put_text(form->to, item->prefix);
		buffer_put_text(form->to, "=\"");
		put_escaped(form, (const xmlChar *)item->uri, in_attribute);
		buffer_put_byte(form->to, '"');
		form->rendered[form->count++] = *item;
	}
}

/* ---- Attributes ---- */

struct attributes {
	const xmlAttr *items[2 * MAX_ATTRIBUTES];
	size_t count;
};

static void add_attribute(struct form *form, struct attributes *list, const xmlAttr *attribute)
{
	if (list->count == 2 * MAX_ATTRIBUTES)
		form->err = ERR_LIMIT;
	else
		list->items[list->count++] = attribute;
}

static bool is_xml(const xmlAttr *attribute)
{
	return attribute->ns != NULL && strcmp(or_empty(attribute->ns->prefix), "xml") == 0;
}

static bool has_attribute(const struct attributes *list, const xmlAttr *other)
{
	for (size_t i = 0; i < list->count; i++)
		if (is_xml(list->items[i]) && xmlStrEqual(list->items[i]->name, other->name))
			return true;
	return false;
}

/* c14n 1.0 section 2.4: the outermost element takes xml:lang and its like from outside. */
static void add_inherited(struct form *form, const xmlNode *element, struct attributes *list)
{
	for (element = element->parent; element != NULL && element->type == XML_ELEMENT_NODE;
	     element = element->parent)
		for (const xmlAttr *attribute = element->properties;
		     attribute != NULL && form->err == OK; attribute = attribute->next)
			if (is_xml(attribute) && !has_attribute(list, attribute))
				add_attribute(form, list, attribute);
}

static int compare_attributes(const void *a, const void *b)
{
	const xmlAttr *first = *(const xmlAttr *const *)a, *second = *(const xmlAttr *const *)b;
	const char *first_uri = first->ns == NULL ? "" : or_empty(first->ns->href);
	const char *second_uri = second->ns == NULL ? "" : or_empty(second->ns->href);
	int order = first->ns == second->ns ? 0 : strcmp(first_uri, second_uri);

	return order != 0 ? order : xmlStrcmp(first->name, second->name);
}

static void put_attributes(struct form *form, const xmlNode *element, bool is_outermost)
{
	struct attributes list;

	list.count = 0;
	for (const xmlAttr *attribute = element->properties; attribute != NULL;
	     attribute = attribute->next)
		add_attribute(form, &list, attribute);
	if (is_outermost && form->method == SIGNATURE_C14N_INCLUSIVE)
		add_inherited(form, element, &list);
	if (list.count > 1)
		qsort(list.items, list.count, sizeof(list.items[0]), compare_attributes);
	for (size_t i = 0; i < list.count && form->err == OK; i++) {
		buffer_put_byte(form->to, ' ');
		put_name(form, list.items[i]->ns, list.items[i]->name);
		buffer_put_text(form->to, "=\"");
		for (const xmlNode *text = list.items[i]->children; text != NULL; text = text->next)
			if (text->content != NULL)
				put_escaped(form, text->content, in_attribute);
		buffer_put_byte(form->to, '"');
	}
}

/* ---- Elements ---- */

/* Not within put_element(), whose frames are as many as elements nest. */
__attribute__((noinline)) static void put_start(struct form *form, const xmlNode *element,
						bool is_outermost)
{
	struct declared declared;

	declared.count = 0;
	buffer_put_byte(form->to, '<');
	put_name(form, element->ns, element->name);
	if (form->method == SIGNATURE_C14N_EXCLUSIVE)
		declare_used(form, element, &declared);
	else if (is_outermost || element->nsDef != NULL)
		declare_all(form, element, is_outermost, &declared);
	put_declared(form, &declared);
	if (element->properties != NULL || is_outermost)
		put_attributes(form, element, is_outermost);
	buffer_put_byte(form->to, '>');
}

/* Elements nest at most LIMIT_DOCUMENT_DEPTH deep, so the recursion is bounded. */
static void put_element(struct form *form, const xmlNode *element, bool is_outermost)
{
	size_t mark = form->count;

	put_start(form, element, is_outermost);
	for (const xmlNode *node = element->children; node != NULL && form->err == OK;
	     node = node->next) {
		if (node->type == XML_ELEMENT_NODE && node != form->without)
			put_element(form, node, false);
		else if (node->type == XML_TEXT_NODE || node->type == XML_CDATA_SECTION_NODE)
			put_escaped(form, node->content, in_text);
		if (buffer_error(form->to) != OK)
			form->err = buffer_error(form->to);
	}
	form->count = mark;
	buffer_put_text(form->to, "</");
	put_name(form, element->ns, element->name);
	buffer_put_byte(form->to, '>');
}

enum err signature_c14n_put(enum signature_c14n method, const xmlNode *element,
			    const xmlNode *without, struct buffer *to)
{
	struct form form;

	form.method = method;
	form.without = without;
	form.to = to;
	form.count = 0;
	form.err = OK;
	put_element(&form, element, true);
	return form.err != OK ? form.err : buffer_error(to);
}
