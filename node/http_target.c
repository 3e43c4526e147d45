#include "node/http_target.h"

#include <ctype.h>
#include <strings.h>

#include "messages/utf8.h"

#define SCHEME "https://"

struct reading {
	struct arena *arena;
	struct http_target *target;
	const char *why;
};

static enum err wrong(struct reading *reading, const char *why)
{
	reading->why = why;
	return ERR_FORMAT;
}

/* ---- Characters ---- */

static bool is_one_of(uint8_t byte, const char *set)
{
	return byte != '\0' && strchr(set, byte) != NULL;
}

static bool is_word(uint8_t byte)
{
	return byte < 0x80 && isalnum(byte);
}

/* RFC 3986: pchar, "/", "?" and "%"; the escape behind "%" is looked at when it is decoded. */
static bool is_allowed(uint8_t byte)
{
	return is_word(byte) || is_one_of(byte, "-._~!$&'()*+,;=:@/?%");
}

static int value_of_digit(uint8_t byte)
{
	if (byte >= '0' && byte <= '9')
		return byte - '0';
	if (byte >= 'a' && byte <= 'f')
		return byte - 'a' + 10;
	return byte >= 'A' && byte <= 'F' ? byte - 'A' + 10 : -1;
}

/* C0, DEL; C1 are two bytes in UTF-8. */
static bool has_control(struct bytes text)
{
	for (size_t i = 0; i < text.len; i++)
		if (text.at[i] < 0x20 || text.at[i] == 0x7f ||
		    (text.at[i] == 0xc2 && i + 1 < text.len && text.at[i + 1] < 0xa0))
			return true;
	return false;
}

/* ---- Decoding ---- */

struct decoding {
	bool is_form; /* "+" is a blank: the query */
	bool is_path; /* an escape must not stand for a separator */
};

static enum err decode_escape(struct reading *reading, struct bytes rest, bool is_path,
			      uint8_t *ret_byte)
{
	int high = rest.len < 3 ? -1 : value_of_digit(rest.at[1]);
	int low = rest.len < 3 ? -1 : value_of_digit(rest.at[2]);

	if (high < 0 || low < 0)
		return wrong(reading,
			     "A % in the target is not followed by two hexadecimal digits");
	*ret_byte = (uint8_t)(high * 16 + low);
	if (is_path && (*ret_byte == '/' || *ret_byte == '\\'))
		return wrong(reading, "A separator in the path is escaped");
	return OK;
}

static enum err decode(struct reading *reading, struct bytes from, struct decoding how,
		       const char **ret_text)
{
	char *text = arena_text_room(reading->arena, from.len + 1);
	size_t len = 0;
	enum err err = OK;

	if (text == NULL)
		return ERR_MEMORY;
	for (size_t i = 0; i < from.len && err == OK; i++) {
		uint8_t byte = from.at[i];

		if (byte == '%') {
			err = decode_escape(reading, bytes_of(from.at + i, from.len - i),
					    how.is_path, &byte);
			i += 2;
		} else if (byte == '+' && how.is_form) {
			byte = ' ';
		}
		text[len++] = (char)byte;
	}
	text[len] = '\0';
	if (err != OK)
		return err;
	if (has_control(bytes_of(text, len)))
		return wrong(reading, "The target holds a control character");
	if (utf8_first_wrong(bytes_of(text, len)) < len)
		return wrong(reading, "The target is not UTF-8");
	*ret_text = text;
	return OK;
}

/* ---- The path ---- */

static bool has_odd_segment(const char *path)
{
	for (const char *at = path; *at == '/'; at += 1 + strcspn(at + 1, "/")) {
		size_t len = strcspn(at + 1, "/");
		bool is_last = at[1 + len] == '\0';

		if ((len == 0 && !is_last) || (len == 1 && at[1] == '.') ||
		    (len == 2 && at[1] == '.' && at[2] == '.'))
			return true;
	}
	return false;
}

static enum err read_path(struct reading *reading, struct bytes path)
{
	const char *text;
	enum err err = decode(reading, path, (struct decoding){.is_path = true}, &text);

	if (err != OK)
		return err;
	if (has_odd_segment(text))
		return wrong(reading, "The path has an empty segment, \".\" or \"..\"");
	reading->target->path = text;
	return OK;
}

/* ---- The query ---- */

static struct bytes cut(struct bytes *rest, char at)
{
	const uint8_t *end = rest->len == 0 ? NULL : memchr(rest->at, at, rest->len);
	struct bytes head = *rest;

	if (end == NULL) {
		*rest = (struct bytes){0};
		return head;
	}
	head.len = (size_t)(end - rest->at);
	*rest = bytes_of(end + 1, rest->len - head.len - 1);
	return head;
}

static bool is_given(const struct http_target *target, const char *name)
{
	for (size_t i = 0; i < target->parameter_count; i++)
		if (strcmp(target->parameters[i].name, name) == 0)
			return true;
	return false;
}

static enum err read_parameter(struct reading *reading, struct bytes pair)
{
	struct http_target *target = reading->target;
	struct bytes name = cut(&pair, '=');
	struct http_parameter parameter;
	enum err err;

	if (target->parameter_count == HTTP_TARGET_PARAMETERS)
		return wrong(reading, "The query has more than 32 parameters");
	if ((err = decode(reading, name, (struct decoding){.is_form = true}, &parameter.name)) !=
		    OK ||
	    (err = decode(reading, pair, (struct decoding){.is_form = true}, &parameter.value)) !=
		    OK)
		return err;
	if (is_given(target, parameter.name))
		return wrong(reading, "A parameter of the query is given twice");
	target->parameters[target->parameter_count++] = parameter;
	return OK;
}

static enum err read_query(struct reading *reading, struct bytes query)
{
	struct http_target *target = reading->target;
	enum err err = OK;

	if (query.len == 0)
		return OK;
	target->parameters = arena_alloc_array(reading->arena, HTTP_TARGET_PARAMETERS,
					       sizeof(*target->parameters));
	if (target->parameters == NULL)
		return ERR_MEMORY;
	while (query.len > 0 && err == OK) {
		struct bytes pair = cut(&query, '&');

		if (pair.len > 0)
			err = read_parameter(reading, pair);
	}
	return err;
}

/* ---- The forms ---- */

static bool is_port(struct bytes text)
{
	unsigned port = 0;

	for (size_t i = 0; i < text.len; i++) {
		if (text.at[i] < '0' || text.at[i] > '9' || text.len > 5)
			return false;
		port = port * 10 + (unsigned)(text.at[i] - '0');
	}
	return port >= 1 && port <= 65535;
}

static bool is_host(struct bytes host)
{
	bool is_address = host.len > 2 && host.at[0] == '[' && host.at[host.len - 1] == ']';

	for (size_t i = 0; i < host.len; i++) {
		if (is_address ? i > 0 && i + 1 < host.len && value_of_digit(host.at[i]) < 0 &&
					 !is_one_of(host.at[i], ":.")
			       : !is_word(host.at[i]) && !is_one_of(host.at[i], "-._"))
			return false;
	}
	return host.len > 0 && host.len <= 255;
}

bool http_target_is_authority(struct bytes text)
{
	size_t i = text.len;

	while (i > 0 && text.at[i - 1] >= '0' && text.at[i - 1] <= '9')
		i--;
	if (i > 0 && text.at[i - 1] == ':' && is_port(bytes_of(text.at + i, text.len - i)))
		return is_host(bytes_of(text.at, i - 1));
	return is_host(text);
}

/* "https://AUTHORITY" and then a path, or none. */
static enum err cut_authority(struct reading *reading, struct bytes *rest)
{
	size_t scheme = sizeof(SCHEME) - 1, len = scheme;

	if (rest->len <= scheme || strncasecmp((const char *)rest->at, SCHEME, scheme) != 0)
		return wrong(reading, "The target is neither a path nor https");
	while (len < rest->len && rest->at[len] != '/' && rest->at[len] != '?')
		len++;
	reading->target->authority = bytes_of(rest->at + scheme, len - scheme);
	*rest = bytes_of(rest->at + len, rest->len - len);
	return http_target_is_authority(reading->target->authority)
		       ? OK
		       : wrong(reading, "The target names no host");
}

static enum err read_target(struct reading *reading, struct bytes rest, bool is_options)
{
	struct bytes path;
	enum err err = OK;

	for (size_t i = 0; i < rest.len; i++)
		if (!is_allowed(rest.at[i]) &&
		    !(rest.at[0] != '/' && is_one_of(rest.at[i], "[]"))) /* an address */
			return wrong(reading, "The target holds a character that must be escaped");
	if (is_options && rest.len == 1 && rest.at[0] == '*') {
		reading->target->path = "*";
		return OK;
	}
	if (rest.len == 0 || rest.at[0] != '/')
		err = cut_authority(reading, &rest);
	if (err != OK)
		return err;
	path = cut(&rest, '?');
	for (size_t i = 0; i < path.len; i++)
		if (is_one_of(path.at[i], "[]"))
			return wrong(reading, "The target holds a character that must be escaped");
	err = read_path(reading, path.len == 0 ? bytes_of_text("/") : path);
	return err == OK ? read_query(reading, rest) : err;
}

enum err http_target_read(struct bytes target, bool is_options, struct arena *arena,
			  struct http_target *ret_target, const char **ret_why)
{
	struct http_target value = {0};
	struct reading reading = {.arena = arena, .target = &value};
	enum err err = read_target(&reading, target, is_options);

	if (err == OK)
		*ret_target = value;
	else
		*ret_why = err == ERR_MEMORY ? "Out of memory" : reading.why;
	return err;
}
