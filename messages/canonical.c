#include "messages/canonical.h"

#include <string.h>

/* What of a text is looked at in one go: room is asked for once for that much. */
#define STRETCH 4096u
#define ESCAPE_BYTES 6u /* the longest */

/*
 * What Canonical XML 1.0, section 2.3, writes in place of a character of a text or of an attribute.
 * The rest stands for itself.
 */
static const char *const text_escapes[256] = {
	['&'] = "&amp;", ['<'] = "&lt;", ['>'] = "&gt;", ['\r'] = "&#xD;"};
static const char *const value_escapes[256] = {
	['&'] = "&amp;",  ['<'] = "&lt;",   ['"'] = "&quot;",
	['\t'] = "&#x9;", ['\n'] = "&#xA;", ['\r'] = "&#xD;"};

static uint8_t *escape(uint8_t *to, const uint8_t *from, size_t len, const char *const escapes[256])
{
	for (size_t i = 0; i < len; i++) {
		const char *escaped = escapes[from[i]];

		if (escaped == NULL)
			*to++ = from[i];
		else
			to = (uint8_t *)stpcpy((char *)to, escaped);
	}
	return to;
}

static void put_escaped(struct buffer *to, struct bytes text, const char *const escapes[256])
{
	while (text.len > 0) {
		size_t len = text.len < STRETCH ? text.len : STRETCH;
		uint8_t *at = buffer_room(to, len * ESCAPE_BYTES);

		if (at == NULL)
			return;
		buffer_fill(to, escape(at, text.at, len, escapes));
		text.at += len;
		text.len -= len;
	}
}

void canonical_put_value(struct buffer *to, struct bytes value)
{
	put_escaped(to, value, value_escapes);
}

static struct bytes text_of(const struct branch *branch)
{
	return (struct bytes){(const uint8_t *)branch->text, branch->text_len};
}

/* Attributes stand first. Returns the first element. */
static const struct branch *put_attributes(struct buffer *to, const struct branch *child)
{
	for (; child != NULL && child->shape->is_attribute; child = child->next) {
		buffer_put(to, child->shape->opens);
		put_escaped(to, text_of(child), value_escapes);
		buffer_put(to, child->shape->closes);
	}
	return child;
}

/* Depth is bounded by the shape, which is not recursive. */
void canonical_write(const struct branch *element, struct buffer *to)
{
	const struct branch *child;

	buffer_put(to, element->shape->opens);
	child = put_attributes(to, branch_first(element));
	buffer_put_byte(to, '>');
	put_escaped(to, text_of(element), text_escapes);
	for (; child != NULL; child = child->next)
		canonical_write(child, to);
	buffer_put(to, element->shape->closes);
}
