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
	struct name open[LIMIT_DOCUMENT_DEPTH];
	uint8_t bound[LIMIT_DOCUMENT_DEPTH]; /* bindings in force outside of each */
	size_t depth;
	struct binding bindings[MAX_BINDINGS];
	size_t binding_count;
};

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

static bool is_name_byte(uint8_t byte)
{
	return (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z') || byte == '_' ||
	       (byte >= '0' && byte <= '9') || byte == '-' || byte == '.';
}

static bool begins_name(uint8_t byte)
{
	return is_name_byte(byte) && byte != '-' && byte != '.' && !(byte >= '0' && byte <= '9');
}

static bool take_part(struct reading *reading, struct bytes *ret_part)
{
	const uint8_t *from = reading->at;

	if (from == reading->end || !begins_name(*from))
		return false;
	while (reading->at < reading->end && is_name_byte(*reading->at))
		reading->at++;
	*ret_part = bytes_of(from, (size_t)(reading->at - from));
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
	if (reading->at < reading->end && *reading->at == ':') {
		reading->at++;
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

	while (reading->at < reading->end && *reading->at != '<') {
		if (*reading->at == '&') {
			if (!take_reference(reading, references))
				return false;
		} else if (*reading->at == '>' || *reading->at == '\r') {
			return false;
		} else {
			reading->at++;
		}
	}
	return reading->at < reading->end;
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

	if (!is_at(reading, " xmlns=") && !is_at(reading, " xmlns:"))
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

	while (take(reading, " ")) {
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

	if (reading->depth == LIMIT_DOCUMENT_DEPTH || !take(reading, "<") ||
	    !take_name(reading, &name) || bytes_equal(name.prefix, bytes_of_text("xml")))
		return false;
	reading->bound[reading->depth] = (uint8_t)reading->binding_count;
	reading->open[reading->depth++] = name;
	return take_declaration(reading, &name) && take_attributes(reading) &&
	       (name.prefix.len == 0 || bound_uri(reading, name.prefix).len > 0) &&
	       take(reading, ">");
}

static bool take_end(struct reading *reading)
{
	struct name name;

	if (!take(reading, "</") || !take_name(reading, &name) || !take(reading, ">") ||
	    !bytes_equal(name.whole, reading->open[reading->depth - 1].whole))
		return false;
	reading->binding_count = reading->bound[--reading->depth];
	return true;
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
		if (is_at(&reading, "</") ? !take_end(&reading) : !take_start(&reading))
			return false;
	}
	return reading.at == reading.end;
}
