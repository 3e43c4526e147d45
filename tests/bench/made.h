/*
 * made - documents of any size for the benchmark, grown from samples.
 *
 * A sample is parsed, and its goods lines are repeated, one after the other, until there are as
 * many as wanted; some of a line's elements may be left out, in all lines or in some, others repeated.
 * Nothing else is changed. White space between elements is left out, as machines send it: that is 37 to 43 bytes for each element,
 * as in the real declarations of the corpus (41, or 51 as they are indented).
 */
#ifndef TESTS_BENCH_MADE_H
#define TESTS_BENCH_MADE_H

#include <libxml/parser.h>
#include <libxml/tree.h>

#include "node/command.h"
#include "sampan/arena.h"
#include "tests/bench/measure.h"

struct made {
	const char *sample; /* below schemas/samples */
	const char *line;   /* the element that is repeated */
	unsigned lines;
	const char *number;  /* its child that numbers it, or NULL */
	const char *without; /* what is left out of a line, between spaces, or NULL */
	const char *more; /* what is put into each line, `times` times, behind its child `behind` */
	const char *behind;
	unsigned times;
	const char
		*some[2]; /* left out of lines whose number has this bit, as `without`, or NULL */
};

struct made_document {
	struct bytes bytes;
	size_t elements;
};

static inline xmlNode *made_child(xmlNode *parent, const char *name)
{
	for (xmlNode *child = parent->children; child != NULL; child = child->next)
		if (child->type == XML_ELEMENT_NODE && strcmp((const char *)child->name, name) == 0)
			return child;
	return NULL;
}

/* In document order. */
static inline xmlNode *made_find(xmlNode *element, const char *name)
{
	for (xmlNode *child = element->children; child != NULL; child = child->next) {
		xmlNode *found = child->type != XML_ELEMENT_NODE ? NULL
				 : strcmp((const char *)child->name, name) == 0
					 ? child
					 : made_find(child, name);

		if (found != NULL)
			return found;
	}
	return NULL;
}

static inline void made_leave_out(xmlNode *element, const char *names)
{
	xmlNode *next;

	for (xmlNode *child = element->children; names != NULL && child != NULL; child = next) {
		char name[128];

		next = child->next;
		(void)snprintf(name, sizeof(name), " %s ", (const char *)child->name);
		if (strstr(names, name) == NULL) {
			made_leave_out(child, names);
			continue;
		}
		xmlUnlinkNode(child);
		xmlFreeNode(child);
	}
}

static inline void made_put_more(xmlNode *line, const struct made *made)
{
	xmlNode *behind = made->more == NULL ? NULL : made_child(line, made->behind);

	if (made->more != NULL && behind == NULL)
		measure_fail("%s has no %s", made->line, made->behind);
	for (unsigned i = 0; i < made->times; i++) {
		xmlNode *list = NULL;

		if (xmlParseInNodeContext(line, made->more, (int)strlen(made->more), 0, &list) !=
			    XML_ERR_OK ||
		    list == NULL || xmlAddNextSibling(behind, list) == NULL)
			measure_fail("no memory");
	}
}

static inline void made_number(xmlNode *line, const struct made *made, unsigned number)
{
	xmlNode *child = made->number == NULL ? NULL : made_child(line, made->number);
	char text[16];

	(void)snprintf(text, sizeof(text), "%u", number);
	if (child != NULL)
		xmlNodeSetContent(child, (const xmlChar *)text);
}

/* The lines stand behind each other; copies follow the last one. */
static inline void made_grow(xmlNode *first, const struct made *made)
{
	xmlNode *source = first, *last = first, *next;
	unsigned count = 0;

	for (xmlNode *line = first; line != NULL; line = next) {
		next = xmlNextElementSibling(line);
		if (strcmp((const char *)line->name, made->line) != 0)
			break;
		if (++count > made->lines) {
			xmlUnlinkNode(line);
			xmlFreeNode(line);
			continue;
		}
		made_leave_out(line, made->without);
		made_number(line, made, count);
		last = line;
	}
	for (; count < made->lines; source = xmlNextElementSibling(source)) {
		xmlNode *copy = xmlDocCopyNode(source, first->doc, 1);

		if (copy == NULL || xmlAddNextSibling(last, copy) == NULL)
			measure_fail("no memory");
		made_number(copy, made, ++count);
		last = copy;
	}
	count = 0;
	for (xmlNode *line = first; line != NULL;
	     line = line == last ? NULL : xmlNextElementSibling(line), count++) {
		for (unsigned i = 0; i < 2; i++)
			if ((count >> i & 1u) != 0)
				made_leave_out(line, made->some[i]);
		made_put_more(line, made);
	}
}

static inline size_t made_count(const xmlNode *element)
{
	size_t count = 1;

	for (const xmlNode *child = element->children; child != NULL; child = child->next)
		if (child->type == XML_ELEMENT_NODE)
			count += made_count(child);
	return count;
}

static inline struct made_document made_document(const struct made *made, struct arena *arena)
{
	const char *path =
		arena_format(arena, "%s/samples/%s", command_schemas_folder(), made->sample);
	xmlDoc *document = path == NULL ? NULL : xmlReadFile(path, NULL, XML_PARSE_NOBLANKS);
	xmlNode *line =
		document == NULL ? NULL : made_find(xmlDocGetRootElement(document), made->line);
	struct made_document ret;
	xmlChar *text = NULL;
	int len = 0;

	if (line == NULL)
		measure_fail("the sample %s cannot be read", made->sample);
	made_grow(line, made);
	xmlDocDumpMemoryEnc(document, &text, &len, "UTF-8");
	ret.elements = made_count(xmlDocGetRootElement(document));
	ret.bytes = bytes_of(arena_copy(arena, bytes_of(text, (size_t)len)), (size_t)len);
	if (text == NULL || ret.bytes.at == NULL)
		measure_fail("no memory");
	xmlFree(text);
	xmlFreeDoc(document);
	return ret;
}

#endif
