#include "messages/canonical.h"

#include <string.h>

#include "messages/graft.h"

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

/*
 * Copies whole strides, so that it reads and writes up to STRIDE - 1 bytes more. The caller sees to
 * it that there is room.
 */
static inline void copy(struct writer *writer, const struct bytes *text)
{
	memcpy(writer->at, text->at, STRIDE);
	for (size_t i = STRIDE; i < text->len; i += STRIDE)
		memcpy(writer->at + i, text->at + i, STRIDE);
	writer->at += text->len;
}

/* ---- Texts ---- */

/* Sixteen bytes at once. */
typedef uint8_t lanes __attribute__((vector_size(16)));
typedef uint64_t halves __attribute__((vector_size(16)));

/*
 * Not zero where a byte may have to be escaped anywhere: a control character, or one of " & < >, of
 * which the first two differ in one bit and the last two too.
 */
static inline lanes specials(lanes bytes)
{
	return (lanes)((bytes < ' ') | ((bytes | ('"' ^ '&')) == ('"' | '&')) |
		       ((bytes | ('<' ^ '>')) == ('<' | '>')));
}

static inline bool is_any(lanes found)
{
	halves both = (halves)found;

	return (both[0] | both[1]) != 0;
}

static inline uint64_t copy_word(uint8_t *to, const uint8_t *from)
{
	uint64_t word;

	memcpy(&word, from, sizeof(word));
	memcpy(to, &word, sizeof(word));
	return word;
}

static inline uint32_t copy_half(uint8_t *to, const uint8_t *from)
{
	uint32_t word;

	memcpy(&word, from, sizeof(word));
	memcpy(to, &word, sizeof(word));
	return word;
}

static inline lanes copy_lanes(uint8_t *to, const uint8_t *from)
{
	lanes bytes;

	memcpy(&bytes, from, sizeof(bytes));
	memcpy(to, &bytes, sizeof(bytes));
	return specials(bytes);
}

/* Two copies that overlap, so that nothing behind the text is read. */
static inline bool copy_short(uint8_t *to, const uint8_t *from, size_t len)
{
	size_t rest = len - sizeof(uint32_t);
	halves both;

	if (len >= sizeof(uint64_t)) {
		rest = len - sizeof(uint64_t);
		both = (halves){copy_word(to, from), copy_word(to + rest, from + rest)};
	} else {
		both = (halves){copy_half(to, from), copy_half(to + rest, from + rest)};
		both |= both << 32;
	}
	return is_any(specials((lanes)both));
}

/* One, two or three bytes: the first, the middle one and the last. */
static inline bool copy_few(uint8_t *to, const uint8_t *from, size_t len,
			    const char *const escapes[256])
{
	uint8_t first = from[0], middle = from[len / 2], last = from[len - 1];

	to[0] = first;
	to[len / 2] = middle;
	to[len - 1] = last;
	return escapes[first] != NULL || escapes[middle] != NULL || escapes[last] != NULL;
}

/* Copies a text, which is not empty, as it is. true: something in it must perhaps be escaped. */
static inline bool copy_text(uint8_t *to, const uint8_t *from, size_t len,
			     const char *const escapes[256])
{
	lanes found = {0};
	size_t i = 0;

	if (len < sizeof(uint32_t))
		return copy_few(to, from, len, escapes);
	if (len < sizeof(lanes))
		return copy_short(to, from, len);
	for (; i + sizeof(lanes) < len; i += sizeof(lanes))
		found |= copy_lanes(to + i, from + i);
	i = len - sizeof(lanes);
	return is_any(found | copy_lanes(to + i, from + i));
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

static inline void put_text(struct writer *writer, const struct branch *branch,
			    const char *const escapes[256])
{
	struct bytes text = bytes_of(branch->text, branch->text_len);

	if (text.len == 0 || !has_room(writer, text.len))
		return;
	if (!copy_text(writer->at, text.at, text.len, escapes))
		writer->at += text.len;
	else
		put_escaped(writer, text, escapes);
}

/* ---- Elements ---- */

/* What a stretch of markup takes, and the strides that it is copied in. */
static inline size_t room_of(const struct bytes *text)
{
	return text->len + STRIDE;
}

static inline void put(struct writer *writer, const struct bytes *text)
{
	if (has_room(writer, room_of(text)))
		copy(writer, text);
}

/* Attributes stand first, inside what opens the element. Returns the first element. */
static const struct branch *put_attributes(struct writer *writer, const struct branch *child)
{
	if (writer->at != NULL)
		writer->at--;
	for (; child != NULL && child->shape->is_attribute; child = child->next) {
		put(writer, &child->shape->opens);
		put_text(writer, child, value_escapes);
		put(writer, &child->shape->closes);
	}
	put(writer, &(struct bytes){(const uint8_t *)bracket, 1});
	return child;
}

/* What has only a text is written in one go where there is room for it. */
static inline void put_leaf(struct writer *writer, const struct branch *leaf,
			    const struct shape *shape)
{
	struct bytes text = bytes_of(leaf->text, leaf->text_len);

	if (!has_room(writer, room_of(&shape->opens) + text.len + room_of(&shape->closes)))
		return;
	copy(writer, &shape->opens);
	if (text.len == 0 || !copy_text(writer->at, text.at, text.len, text_escapes)) {
		writer->at += text.len;
		copy(writer, &shape->closes);
	} else {
		put_escaped(writer, text, text_escapes);
		put(writer, &shape->closes);
	}
}

/* ---- Grafts: the source's texts, and what stands around them in the target ---- */

static const struct branch *put_grafted_attributes(struct writer *writer,
						   const struct branch *child,
						   const struct map_twin *twin)
{
	if (writer->at != NULL)
		writer->at--;
	for (; child != NULL && child->shape->is_attribute; child = child->next) {
		const struct shape *shape = twin->children[child->shape->order]->target;

		put(writer, &shape->opens);
		put_text(writer, child, value_escapes);
		put(writer, &shape->closes);
	}
	put(writer, &(struct bytes){(const uint8_t *)bracket, 1});
	return child;
}

/* Depth is bounded by the shape, which is not recursive. */
static void put_grafted(struct writer *writer, const struct branch *source,
			const struct map_twin *twin)
{
	const struct shape *shape = twin->target;
	const struct branch *child = branch_first(source);

	put(writer, &shape->opens);
	if (child != NULL && child->shape->is_attribute)
		child = put_grafted_attributes(writer, child, twin);
	put_text(writer, source, text_escapes);
	for (; child != NULL; child = child->next) {
		const struct map_twin *other = twin->children[child->shape->order];

		if (branch_first(child) == NULL)
			put_leaf(writer, child, other->target);
		else
			put_grafted(writer, child, other);
	}
	put(writer, &shape->closes);
}

/* ---- The tree ---- */

static void put_childless(struct writer *writer, const struct branch *branch)
{
	const struct graft *graft = branch->is_graft ? graft_of(branch) : NULL;

	if (graft == NULL)
		put_leaf(writer, branch, branch->shape);
	else
		put_grafted(writer, graft->source, graft->twin);
}

/* Depth is bounded by the shape, which is not recursive. */
static void put_element(struct writer *writer, const struct branch *element)
{
	const struct shape *shape = element->shape;
	const struct branch *child = branch_first(element);

	put(writer, &shape->opens);
	if (child != NULL && child->shape->is_attribute)
		child = put_attributes(writer, child);
	put_text(writer, element, text_escapes);
	for (; child != NULL; child = child->next) {
		if (branch_first(child) == NULL)
			put_childless(writer, child);
		else
			put_element(writer, child);
	}
	put(writer, &shape->closes);
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
