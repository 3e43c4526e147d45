#include "messages/canonical.h"

#include <string.h>

#define STRIDE SHAPE_SLACK
#define STRETCH 4096u   /* of a text, written in one go */
#define ESCAPE_BYTES 6u /* the longest */

static const char bracket[STRIDE] = ">";

/*
 * What Canonical XML 1.0, section 2.3, writes in place of a character of a text or of an attribute.
 * The rest stands for itself.
 */
static const char *const text_escapes[256] = {
	['&'] = "&amp;", ['<'] = "&lt;", ['>'] = "&gt;", ['\r'] = "&#xD;"};
static const char *const value_escapes[256] = {
	['&'] = "&amp;",  ['<'] = "&lt;",   ['"'] = "&quot;",
	['\t'] = "&#x9;", ['\n'] = "&#xA;", ['\r'] = "&#xD;"};

/* The room at the buffer's end, so that the buffer is asked only when it is used up. */
struct writer {
	struct buffer *buffer;
	uint8_t *at;
	uint8_t *end;
};

static bool more_room(struct writer *writer, size_t bytes)
{
	if (writer->at != NULL)
		buffer_fill(writer->buffer, writer->at);
	writer->at = buffer_room(writer->buffer, bytes);
	writer->end = writer->at == NULL ? NULL : writer->buffer->at + writer->buffer->room;
	return writer->at != NULL;
}

static inline bool has_room(struct writer *writer, size_t bytes)
{
	return bytes <= (size_t)(writer->end - writer->at) || more_room(writer, bytes);
}

/* Copies whole strides, so that it reads and writes up to STRIDE - 1 bytes more. */
static inline void put(struct writer *writer, struct bytes text)
{
	if (!has_room(writer, text.len + STRIDE))
		return;
	for (size_t i = 0; i < text.len; i += STRIDE)
		memcpy(writer->at + i, text.at + i, STRIDE);
	writer->at += text.len;
}

static void put_stretch(struct writer *writer, const uint8_t *from, size_t len,
			const char *const escapes[256])
{
	uint8_t *to = writer->at;

	for (size_t i = 0; i < len; i++) {
		const char *escaped = escapes[from[i]];

		if (escaped == NULL)
			*to++ = from[i];
		else
			to = (uint8_t *)stpcpy((char *)to, escaped);
	}
	writer->at = to;
}

static void put_escaped(struct writer *writer, struct bytes text, const char *const escapes[256])
{
	for (size_t i = 0, len; i < text.len; i += len) {
		len = text.len - i < STRETCH ? text.len - i : STRETCH;
		if (!has_room(writer, len * ESCAPE_BYTES))
			return;
		put_stretch(writer, text.at + i, len, escapes);
	}
}

static struct bytes text_of(const struct branch *branch)
{
	return bytes_of(branch->text, branch->text_len);
}

/* Attributes stand first, inside what opens the element. Returns the first element. */
static const struct branch *put_attributes(struct writer *writer, const struct branch *child)
{
	if (writer->at != NULL)
		writer->at--;
	for (; child != NULL && child->shape->is_attribute; child = child->next) {
		put(writer, child->shape->opens);
		put_escaped(writer, text_of(child), value_escapes);
		put(writer, child->shape->closes);
	}
	put(writer, bytes_of(bracket, 1));
	return child;
}

/* Depth is bounded by the shape, which is not recursive. */
static void put_element(struct writer *writer, const struct branch *element)
{
	const struct shape *shape = element->shape;
	const struct branch *child = branch_first(element);

	put(writer, shape->opens);
	if (child != NULL && child->shape->is_attribute)
		child = put_attributes(writer, child);
	if (element->text_len > 0)
		put_escaped(writer, text_of(element), text_escapes);
	for (; child != NULL; child = child->next)
		put_element(writer, child);
	put(writer, shape->closes);
}

void canonical_write(const struct branch *root, struct buffer *to)
{
	struct writer writer = {.buffer = to};

	put_element(&writer, root);
	if (writer.at != NULL)
		buffer_fill(to, writer.at);
}

void canonical_put_value(struct buffer *to, struct bytes value)
{
	struct writer writer = {.buffer = to};

	put_escaped(&writer, value, value_escapes);
	if (writer.at != NULL)
		buffer_fill(to, writer.at);
}
