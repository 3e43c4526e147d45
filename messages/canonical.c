#include "messages/canonical.h"

#include <string.h>

/* What Canonical XML 1.0, section 2.3, writes in place of a character of a text or of an attribute;
 * NULL: itself. */
static const char *text_escape(char c)
{
	switch (c) {
	case '&':
		return "&amp;";
	case '<':
		return "&lt;";
	case '>':
		return "&gt;";
	case '\r':
		return "&#xD;";
	default:
		return NULL;
	}
}

static const char *attribute_escape(char c)
{
	switch (c) {
	case '&':
		return "&amp;";
	case '<':
		return "&lt;";
	case '"':
		return "&quot;";
	case '\t':
		return "&#x9;";
	case '\n':
		return "&#xA;";
	case '\r':
		return "&#xD;";
	default:
		return NULL;
	}
}

static void put_text(struct buffer *to, const char *text)
{
	size_t len;

	for (; *text != '\0'; text += len + 1) {
		len = strcspn(text, "&<>\r");
		buffer_put(to, bytes_of(text, len));
		if (text[len] == '\0')
			return;
		buffer_put_text(to, text_escape(text[len]));
	}
}

static void put_attribute_text(struct buffer *to, const char *text)
{
	size_t len;

	for (; *text != '\0'; text += len + 1) {
		len = strcspn(text, "&<\"\t\n\r");
		buffer_put(to, bytes_of(text, len));
		if (text[len] == '\0')
			return;
		buffer_put_text(to, attribute_escape(text[len]));
	}
}

static void put_attribute(struct buffer *to, const char *name, const char *text)
{
	buffer_put_byte(to, ' ');
	buffer_put_text(to, name);
	buffer_put_text(to, "=\"");
	put_attribute_text(to, text);
	buffer_put_byte(to, '"');
}

/* Depth is bounded by the shape, which is not recursive. */
static void put_element(struct buffer *to, const struct branch *element, const char *namespace)
{
	const struct shape *shape = element->shape;
	size_t count = branch_slot_count(element), i = 0;

	buffer_put_byte(to, '<');
	buffer_put_text(to, shape->name);
	if (strcmp(shape->namespace, namespace) != 0)
		put_attribute(to, "xmlns", shape->namespace);
	for (; i < count; i++) {
		const struct branch *child = element->slots[i].first;

		if (child == NULL)
			continue;
		if (!child->is_attribute)
			break;
		put_attribute(to, child->name, child->text);
	}
	buffer_put_byte(to, '>');
	if (element->text != NULL)
		put_text(to, element->text);
	for (; i < count; i++) {
		for (const struct branch *child = element->slots[i].first; child != NULL;
		     child = child->next)
			put_element(to, child, shape->namespace);
	}
	buffer_put_text(to, "</");
	buffer_put_text(to, shape->name);
	buffer_put_byte(to, '>');
}

void canonical_write(const struct branch *root, struct buffer *to)
{
	put_element(to, root, "");
}
