#include "tests/support/markup.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>
#include <libxml/HTMLparser.h>

static bool is_ours(const char *link)
{
	return link[0] == '#' || (link[0] == '/' && link[1] != '/');
}

static void look_at_attributes(const xmlNode *node)
{
	static const char *const links[] = {"href", "src", "action"};

	for (xmlAttr *attribute = node->properties; attribute != NULL;
	     attribute = attribute->next) {
		const char *name = (const char *)attribute->name;
		xmlChar *value = xmlNodeListGetString(node->doc, attribute->children, 1);

		if (strncmp(name, "on", 2) == 0 || strcmp(name, "style") == 0)
			fail_msg("<%s %s>", (const char *)node->name, name);
		for (size_t i = 0; i < sizeof(links) / sizeof(links[0]); i++)
			if (strcmp(name, links[i]) == 0 && !is_ours((const char *)value))
				fail_msg("<%s %s=\"%s\">", (const char *)node->name, name,
					 (const char *)value);
		xmlFree(value);
	}
}

/* What a browser would run or load: one script that has no text, nothing of the hostile text. */
static unsigned look_at(const xmlNode *node)
{
	unsigned scripts = 0;

	for (; node != NULL; node = node->next) {
		if (node->type != XML_ELEMENT_NODE)
			continue;
		look_at_attributes(node);
		if (strcmp((const char *)node->name, "script") == 0) {
			assert_null(node->children);
			scripts++;
		}
		assert_string_not_equal((const char *)node->name, "style");
		assert_string_not_equal((const char *)node->name, "i");
		scripts += look_at(node->children);
	}
	return scripts;
}

void markup_check(const char *page)
{
	htmlDocPtr document = htmlReadMemory(page, (int)strlen(page), NULL, "UTF-8",
					     HTML_PARSE_NOERROR | HTML_PARSE_NOWARNING);

	assert_non_null(document);
	assert_int_equal(look_at(xmlDocGetRootElement(document)), 1);
	xmlFreeDoc(document);
}
