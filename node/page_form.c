#include "node/page_form.h"

#include <string.h>
#include <strings.h>

#include "messages/utf8.h"

#define BOUNDARY_BYTES 74u /* RFC 2046 section 5.1.1: 70, and CRLF and "--" before it */
#define NAME_BYTES 64u
#define HEAD_BYTES 1024u /* of one part */

struct reading {
	struct page_form_room room; /* what is left of it */
	struct page_form form;
};

/* ---- Fields ---- */

/* Browsers end the lines of what was typed with CRLF (WHATWG HTML, "newline normalization"). */
static bool is_plain(struct bytes text, bool may_have_lines)
{
	for (size_t i = 0; i < text.len; i++) {
		bool is_end = may_have_lines && i + 1 < text.len && text.at[i] == '\r' &&
			      text.at[i + 1] == '\n';

		if (is_end)
			i++;
		else if (text.at[i] < 0x20 || text.at[i] == 0x7f)
			return false;
	}
	return utf8_first_wrong(text) == text.len;
}

/* A zero-ended copy; NULL: there is no room. */
static char *keep(struct reading *reading, struct bytes text)
{
	char *copy = reading->room.at;

	if (text.len >= reading->room.len)
		return NULL;
	if (text.len > 0)
		memcpy(copy, text.at, text.len);
	copy[text.len] = '\0';
	reading->room.at += text.len + 1;
	reading->room.len -= text.len + 1;
	return copy;
}

static bool has(const struct page_form *form, const char *name)
{
	for (size_t i = 0; i < form->count; i++)
		if (strcmp(form->fields[i].name, name) == 0)
			return true;
	return false;
}

static enum err add(struct reading *reading, struct bytes name, struct bytes value)
{
	struct page_form *form = &reading->form;
	const char *copy;

	if (form->count == PAGE_FORM_FIELDS || name.len == 0 || name.len > NAME_BYTES ||
	    value.len > PAGE_FORM_VALUE_BYTES || !is_plain(name, false) || !is_plain(value, reading->room.has_lines) ||
	    (copy = keep(reading, name)) == NULL || has(form, copy))
		return ERR_FORMAT;
	form->fields[form->count].name = copy;
	if ((form->fields[form->count].value = keep(reading, value)) == NULL)
		return ERR_FORMAT;
	form->count++;
	return OK;
}

/* ---- application/x-www-form-urlencoded ---- */

static int digit(uint8_t byte)
{
	if (byte >= '0' && byte <= '9')
		return byte - '0';
	byte |= 0x20;
	return byte >= 'a' && byte <= 'f' ? byte - 'a' + 10 : -1;
}

/* false: an escape is none, or it is too long. */
static bool decode(struct bytes from, char *to, size_t room, struct bytes *ret_text)
{
	size_t len = 0;

	for (size_t i = 0; i < from.len; i++, len++) {
		uint8_t byte = from.at[i];

		if (len == room)
			return false;
		if (byte == '+') {
			byte = ' ';
		} else if (byte == '%') {
			int high = i + 2 < from.len ? digit(from.at[i + 1]) : -1;
			int low = i + 2 < from.len ? digit(from.at[i + 2]) : -1;

			if (high < 0 || low < 0)
				return false;
			byte = (uint8_t)(high * 16 + low);
			i += 2;
		}
		to[len] = (char)byte;
	}
	*ret_text = bytes_of(to, len);
	return true;
}

static enum err read_pair(struct reading *reading, struct bytes pair)
{
	char name_room[NAME_BYTES], value_room[PAGE_FORM_VALUE_BYTES];
	const uint8_t *equals = pair.len == 0 ? NULL : memchr(pair.at, '=', pair.len);
	size_t name_len = equals == NULL ? pair.len : (size_t)(equals - pair.at);
	struct bytes value = {0}, name, text;
	enum err err = ERR_FORMAT;

	if (equals != NULL)
		value = bytes_of(equals + 1, pair.len - name_len - 1);
	if (decode(bytes_of(pair.at, name_len), name_room, sizeof(name_room), &name) &&
	    decode(value, value_room, sizeof(value_room), &text))
		err = add(reading, name, text);
	explicit_bzero(value_room, sizeof(value_room));
	return err;
}

static enum err read_pairs(struct reading *reading, struct bytes body)
{
	enum err err = OK;

	while (err == OK && body.len > 0) {
		const uint8_t *end = memchr(body.at, '&', body.len);
		size_t len = end == NULL ? body.len : (size_t)(end - body.at);

		err = read_pair(reading, bytes_of(body.at, len));
		len += end != NULL;
		body = bytes_of(body.at + len, body.len - len);
	}
	return err;
}

/* ---- multipart/form-data ---- */

/*
 * The value of a parameter, with or without quotes. A backslash is one: browsers write %22 for a quote,
 * and nothing for a backslash (WHATWG HTML, multipart/form-data). false: it has none.
 */
static bool parameter(struct bytes text, const char *name, struct bytes *ret_value)
{
	size_t name_len = strlen(name);

	for (size_t i = 0; i + name_len + 1 < text.len; i++) {
		bool is_begin = i > 0 && (text.at[i - 1] == ' ' || text.at[i - 1] == ';');
		const uint8_t *at = text.at + i + name_len + 1, *end;
		size_t rest = text.len - i - name_len - 1;

		if (!is_begin || text.at[i + name_len] != '=' ||
		    strncasecmp((const char *)text.at + i, name, name_len) != 0)
			continue;
		if (*at == '"') {
			end = memchr(at + 1, '"', rest - 1);
			if (end == NULL)
				return false;
			*ret_value = bytes_of(at + 1, (size_t)(end - at) - 1);
			return true;
		}
		end = memchr(at, ';', rest);
		*ret_value = bytes_of(at, end == NULL ? rest : (size_t)(end - at));
		return true;
	}
	return false;
}

/* Old programs escape quotes by it, which would be read in two ways: in no name of ours. */
static bool is_in_one_way(struct bytes text)
{
	return text.len > 0 && memchr(text.at, '\\', text.len) == NULL;
}

/* The line of the part's head that says what it is. */
static bool disposition(struct bytes head, struct bytes *ret_line)
{
	static const char wanted[] = "content-disposition: form-data;";

	while (head.len >= sizeof(wanted) - 1) {
		const uint8_t *end = memmem(head.at, head.len, "\r\n", 2);
		size_t len = end == NULL ? head.len : (size_t)(end - head.at);

		if (len >= sizeof(wanted) - 1 &&
		    strncasecmp((const char *)head.at, wanted, sizeof(wanted) - 1) == 0) {
			*ret_line = bytes_of(head.at, len);
			return true;
		}
		if (end == NULL)
			break;
		head = bytes_of(end + 2, head.len - len - 2);
	}
	return false;
}

static enum err read_part(struct reading *reading, struct bytes part)
{
	const uint8_t *end = part.len == 0 ? NULL : memmem(part.at, part.len, "\r\n\r\n", 4);
	size_t head_len = end == NULL ? 0 : (size_t)(end - part.at);
	struct bytes line, name, filename, content;

	if (end == NULL || head_len > HEAD_BYTES ||
	    !disposition(bytes_of(part.at, head_len), &line) || !parameter(line, "name", &name) ||
	    !is_in_one_way(name))
		return ERR_FORMAT;
	content = bytes_of(end + 4, part.len - head_len - 4);
	if (!parameter(line, "filename", &filename))
		return add(reading, name, content);
	if (reading->form.file.len > 0)
		return ERR_FORMAT;
	reading->form.file = content;
	reading->form.file_name = filename;
	return OK;
}

/*
 * The mark is CRLF and "--boundary", so it counts at the beginning of a line only; the first needs no CRLF
 * before it. What follows it: CRLF before a part, "--" behind the last.
 */
static enum err read_parts(struct reading *reading, struct bytes body, struct bytes mark)
{
	const uint8_t *at = body.at, *end = body.at + body.len;
	enum err err = OK;

	if (body.len < mark.len - 2 || memcmp(at, mark.at + 2, mark.len - 2) != 0)
		return ERR_FORMAT;
	at += mark.len - 2;
	while (err == OK && end - at >= 2 && memcmp(at, "\r\n", 2) == 0) {
		const uint8_t *next = memmem(at + 2, (size_t)(end - at - 2), mark.at, mark.len);

		if (next == NULL)
			return ERR_FORMAT;
		err = read_part(reading, bytes_of(at + 2, (size_t)(next - at) - 2));
		at = next + mark.len;
	}
	return err != OK ? err : end - at >= 2 && memcmp(at, "--", 2) == 0 ? OK : ERR_FORMAT;
}

static enum err read_multipart(struct reading *reading, const char *content_type, struct bytes body)
{
	char mark[BOUNDARY_BYTES];
	struct bytes boundary;

	if (!parameter(bytes_of_text(content_type), "boundary", &boundary) ||
	    !is_in_one_way(boundary) || boundary.len > sizeof(mark) - 4)
		return ERR_FORMAT;
	memcpy(mark, "\r\n--", 4);
	memcpy(mark + 4, boundary.at, boundary.len);
	return read_parts(reading, body, bytes_of(mark, boundary.len + 4));
}

/* ---- Both ---- */

enum err page_form_read(const char *content_type, struct bytes body, struct page_form_room room,
			struct page_form *ret_form)
{
	static const char multipart[] = "multipart/form-data";
	struct reading reading = {.room = room};
	enum err err;

	if (strncasecmp(content_type, multipart, sizeof(multipart) - 1) == 0)
		err = read_multipart(&reading, content_type, body);
	else
		err = read_pairs(&reading, body);
	if (err == OK)
		*ret_form = reading.form;
	return err;
}

const char *page_form_value(const struct page_form *form, const char *name)
{
	for (size_t i = 0; i < form->count; i++)
		if (strcmp(form->fields[i].name, name) == 0)
			return form->fields[i].value;
	return "";
}
