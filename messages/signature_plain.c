#include "messages/signature_plain.h"

#include "sampan/limit.h"

#define MAX_BINDINGS 64u /* as the parser lets pass */
#define MAX_URI_BYTES 1024u

struct name {
	struct bytes prefix, whole;
};

struct binding {
	struct bytes prefix, uri;
};

struct reading {
	const uint8_t *at, *end;
	struct bytes open[LIMIT_DOCUMENT_DEPTH]; /* names as they are written */
	uint8_t bound[LIMIT_DOCUMENT_DEPTH];     /* bindings in force outside of each */
	size_t depth;
	struct binding bindings[MAX_BINDINGS];
	size_t binding_count;
};

enum class { NAME = 1, NAME_BEGIN = 2, TEXT = 4 };

/* Names of ASCII. Text that stands for itself (c14n section 2.3): all but < & > and CR. */
#define T TEXT
#define N (NAME | TEXT)
#define L (NAME | NAME_BEGIN | TEXT)
#define T16 T, T, T, T, T, T, T, T, T, T, T, T, T, T, T, T

/* clang-format off */
static const uint8_t classes[256] = {
	T, T, T, T, T, T, T, T, T, T, T, T, T, 0, T, T,
	T, T, T, T, T, T, T, T, T, T, T, T, T, T, T, T,
	T, T, T, T, T, T, 0, T, T, T, T, T, T, N, N, T,
	N, N, N, N, N, N, N, N, N, N, T, T, 0, T, 0, T,
	T, L, L, L, L, L, L, L, L, L, L, L, L, L, L, L,
	L, L, L, L, L, L, L, L, L, L, L, T, T, T, T, L,
	T, L, L, L, L, L, L, L, L, L, L, L, L, L, L, L,
	L, L, L, L, L, L, L, L, L, L, L, T, T, T, T, T,
	T16, T16, T16, T16, T16, T16, T16, T16};
/* clang-format on */

#undef T
#undef N
#undef L

static bool is_next(const struct reading *reading, uint8_t byte)
{
	return reading->at < reading->end && *reading->at == byte;
}

static bool is_at(const struct reading *reading, const char *text)
{
	size_t len = strlen(text);

	return (size_t)(reading->end - reading->at) >= len && memcmp(reading->at, text, len) == 0;
}

static bool take(struct reading *reading, const char *text)
{
	if (!is_at(reading, text))
		return false;
	reading->at += strlen(text);
	return true;
}

static bool take_byte(struct reading *reading, uint8_t byte)
{
	if (!is_next(reading, byte))
		return false;
	reading->at++;
	return true;
}

static bool take_part(struct reading *reading, struct bytes *ret_part)
{
	const uint8_t *from = reading->at, *at = from;

	if (at == reading->end || (classes[*at] & NAME_BEGIN) == 0)
		return false;
	while (at < reading->end && (classes[*at] & NAME) != 0)
		at++;
	reading->at = at;
	*ret_part = bytes_of(from, (size_t)(at - from));
	return true;
}

/* Names beyond ASCII are not sure. */
static bool take_name(struct reading *reading, struct name *ret_name)
{
	const uint8_t *from = reading->at;
	struct bytes part, ignored;

	*ret_name = (struct name){0};
	if (!take_part(reading, &part))
		return false;
	if (take_byte(reading, ':')) {
		ret_name->prefix = part;
		if (!take_part(reading, &ignored))
			return false;
	}
	ret_name->whole = bytes_of(from, (size_t)(reading->at - from));
	return true;
}

/* c14n section 2.3: exactly these references, and none of these characters. */
static bool take_reference(struct reading *reading, const char *const *references)
{
	for (size_t i = 0; references[i] != NULL; i++)
		if (take(reading, references[i]))
			return true;
	return false;
}

static bool take_value(struct reading *reading, struct bytes *ret_value)
{
	static const char *const references[] = {"&amp;", "&lt;",  "&quot;", "&#x9;",
						 "&#xA;", "&#xD;", NULL};
	const uint8_t *from;

	if (!take(reading, "=\""))
		return false;
	from = reading->at;
	while (reading->at < reading->end && *reading->at != '"') {
		if (*reading->at == '&') {
			if (!take_reference(reading, references))
				return false;
		} else if (*reading->at == '<' || *reading->at < ' ') {
			return false;
		} else {
			reading->at++;
		}
	}
	*ret_value = bytes_of(from, (size_t)(reading->at - from));
	return take(reading, "\"");
}

static bool take_text(struct reading *reading)
{
	static const char *const references[] = {"&amp;", "&lt;", "&gt;", "&#xD;", NULL};

	for (;;) {
		const uint8_t *at = reading->at;

		while (at < reading->end && (classes[*at] & TEXT) != 0)
			at++;
		reading->at = at;
		if (!is_next(reading, '&'))
			return is_next(reading, '<');
		if (!take_reference(reading, references))
			return false;
	}
}

static struct bytes bound_uri(const struct reading *reading, struct bytes prefix)
{
	for (size_t i = reading->binding_count; i > 0; i--)
		if (bytes_equal(reading->bindings[i - 1].prefix, prefix))
			return reading->bindings[i - 1].uri;
	return (struct bytes){0};
}

/* A declaration stands where its prefix is first used, and only where it changes something. */
static bool bind(struct reading *reading, struct bytes prefix, struct bytes uri)
{
	if (bytes_equal(bound_uri(reading, prefix), uri) || uri.len > MAX_URI_BYTES ||
	    (uri.len > 0 && memchr(uri.at, '&', uri.len) != NULL) ||
	    (uri.len == 0 && prefix.len > 0) || reading->binding_count == MAX_BINDINGS)
		return false;
	reading->bindings[reading->binding_count++] = (struct binding){prefix, uri};
	return true;
}

/* At most the namespace of the element itself, which uses no other. */
static bool take_declaration(struct reading *reading, const struct name *name)
{
	struct bytes prefix = {0}, uri;

	if (!is_next(reading, ' ') || (!is_at(reading, " xmlns=") && !is_at(reading, " xmlns:")))
		return true;
	(void)take(reading, " xmlns");
	if (take(reading, ":") && !take_part(reading, &prefix))
		return false;
	return bytes_equal(prefix, name->prefix) && take_value(reading, &uri) &&
	       bind(reading, prefix, uri);
}

/* Without prefix, in the order of their names. */
static bool take_attributes(struct reading *reading)
{
	struct bytes before = {0}, value;
	struct name name;

	while (take_byte(reading, ' ')) {
		if (!take_name(reading, &name) || name.prefix.len > 0 ||
		    bytes_equal(name.whole, bytes_of_text("xmlns")) ||
		    (before.len > 0 && bytes_compare(before, name.whole) >= 0) ||
		    !take_value(reading, &value))
			return false;
		before = name.whole;
	}
	return true;
}

static bool take_start(struct reading *reading)
{
	struct name name;

	if (reading->depth == LIMIT_DOCUMENT_DEPTH || !take_byte(reading, '<') ||
	    !take_name(reading, &name) || bytes_equal(name.prefix, bytes_of_text("xml")))
		return false;
	reading->bound[reading->depth] = (uint8_t)reading->binding_count;
	reading->open[reading->depth++] = name.whole;
	return take_declaration(reading, &name) && take_attributes(reading) &&
	       (name.prefix.len == 0 || bound_uri(reading, name.prefix).len > 0) &&
	       take_byte(reading, '>');
}

/* The element's own name, and nothing else of a name behind it. */
static bool take_end(struct reading *reading)
{
	struct bytes name = reading->open[reading->depth - 1];
	size_t left = (size_t)(reading->end - reading->at);

	/* "</" and ">" are three bytes */
	if (left < name.len + 3 || memcmp(reading->at + 2, name.at, name.len) != 0 ||
	    reading->at[name.len + 2] != '>')
		return false;
	reading->at += name.len + 3;
	reading->binding_count = reading->bound[--reading->depth];
	return true;
}

static bool is_end(const struct reading *reading)
{
	return reading->end - reading->at >= 2 && reading->at[1] == '/';
}

bool signature_plain_is(struct bytes bytes)
{
	struct reading reading;

	reading.at = bytes.at;
	reading.end = bytes.at + bytes.len;
	reading.depth = 0;
	reading.binding_count = 0;
	if (bytes.len == 0 || !take_start(&reading))
		return false;
	while (reading.depth > 0) {
		if (!take_text(&reading))
			return false;
		if (is_end(&reading) ? !take_end(&reading) : !take_start(&reading))
			return false;
	}
	return reading.at == reading.end;
}
