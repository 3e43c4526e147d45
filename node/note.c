#include "node/note.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "sampan/base64.h"

#define DASH "\xE2\x80\x94 "

bool note_is_name(struct bytes name)
{
	if (name.len == 0 || name.len >= NOTE_NAME_BYTES)
		return false;
	for (size_t i = 0; i < name.len; i++)
		if (name.at[i] <= ' ' || name.at[i] == '+' || name.at[i] == 0x7f)
			return false;
	return true;
}

void note_key_id(struct bytes name, enum note_type type, struct bytes key,
		 uint8_t ret_id[NOTE_ID_BYTES])
{
	const uint8_t between[] = {'\n', (uint8_t)type};
	struct bytes parts[] = {name, bytes_of(between, 2), key};
	struct hash hash = hash_of_parts(parts, 3);

	memcpy(ret_id, hash.at, NOTE_ID_BYTES);
}

bool note_next_line(struct bytes *from, struct bytes *ret_line)
{
	const uint8_t *end = from->len == 0 ? NULL : memchr(from->at, '\n', from->len);

	if (end == NULL)
		return false;
	*ret_line = bytes_of(from->at, (size_t)(end - from->at));
	*from = bytes_of(end + 1, from->len - ret_line->len - 1);
	return true;
}

bool note_take(struct bytes *from, const char *word, struct bytes *ret_value)
{
	struct bytes line, prefix = bytes_of_text(word);

	if (!note_next_line(from, &line) || !bytes_has_prefix(line, prefix) ||
	    line.len <= prefix.len || line.at[prefix.len] != ' ')
		return false;
	*ret_value = bytes_of(line.at + prefix.len + 1, line.len - prefix.len - 1);
	return true;
}

bool note_take_text(struct bytes *from, const char *word, char *ret_value, size_t room)
{
	struct bytes value;

	if (!note_take(from, word, &value) || value.len == 0 || value.len >= room)
		return false;
	memcpy(ret_value, value.at, value.len);
	ret_value[value.len] = '\0';
	return true;
}

bool note_parse_line(struct bytes line, struct note_line *ret_line)
{
	struct bytes dash = bytes_of_text(DASH);
	const uint8_t *space;

	if (!bytes_has_prefix(line, dash))
		return false;
	line = bytes_of(line.at + dash.len, line.len - dash.len);
	space = line.len == 0 ? NULL : memchr(line.at, ' ', line.len);
	if (space == NULL)
		return false;
	ret_line->name = bytes_of(line.at, (size_t)(space - line.at));
	ret_line->base64 = bytes_of(space + 1, line.len - ret_line->name.len - 1);
	return note_is_name(ret_line->name) && ret_line->base64.len > 0;
}

static bool has_good_lines(struct bytes lines)
{
	struct note_line parsed;
	struct bytes line;

	while (note_next_line(&lines, &line))
		if (!note_parse_line(line, &parsed))
			return false;
	return true;
}

bool note_split(struct bytes note, size_t max_bytes, struct bytes *ret_text,
		struct bytes *ret_lines)
{
	if (note.len > max_bytes || note.len < 2 || note.at[note.len - 1] != '\n')
		return false;
	for (size_t i = 0; i < note.len; i++)
		if (note.at[i] < ' ' && note.at[i] != '\n')
			return false;
	for (size_t i = note.len - 1; i-- > 0;)
		if (note.at[i] == '\n' && note.at[i + 1] == '\n') {
			*ret_text = bytes_of(note.at, i + 1);
			*ret_lines = bytes_of(note.at + i + 2, note.len - i - 2);
			return ret_lines->len > 0 && has_good_lines(*ret_lines);
		}
	return false;
}

bool note_parse_number(struct bytes text, uint64_t *ret_number)
{
	uint64_t number = 0;

	if (text.len == 0 || (text.at[0] == '0' && text.len > 1))
		return false;
	for (size_t i = 0; i < text.len; i++)
		if (text.at[i] < '0' || text.at[i] > '9' ||
		    __builtin_mul_overflow(number, 10u, &number) ||
		    __builtin_add_overflow(number, (uint64_t)(text.at[i] - '0'), &number))
			return false;
	*ret_number = number;
	return true;
}

bool note_parse_exactly(struct bytes text, uint8_t *to, size_t len)
{
	struct buffer buffer;
	bool is_good;

	buffer_init(&buffer, len);
	is_good = base64_parse(text, &buffer) == OK && buffer.len == len;
	if (is_good)
		memcpy(to, buffer.at, len);
	buffer_clear(&buffer);
	return is_good;
}

bool note_line_is_of(struct bytes line, struct bytes name, const uint8_t id[NOTE_ID_BYTES],
		     uint8_t *ret_signature, size_t len)
{
	struct note_line parsed;
	struct buffer blob;
	bool is_good;

	if (!note_parse_line(line, &parsed) || !bytes_equal(parsed.name, name))
		return false;
	buffer_init(&blob, NOTE_ID_BYTES + len);
	is_good = base64_parse(parsed.base64, &blob) == OK && blob.len == NOTE_ID_BYTES + len &&
		  memcmp(blob.at, id, NOTE_ID_BYTES) == 0;
	if (is_good)
		memcpy(ret_signature, blob.at + NOTE_ID_BYTES, len);
	buffer_clear(&blob);
	return is_good;
}

void note_put_line(struct buffer *to, struct bytes name, const uint8_t id[NOTE_ID_BYTES],
		   struct bytes signature)
{
	struct buffer blob;

	buffer_init(&blob, NOTE_ID_BYTES + signature.len);
	buffer_put(&blob, bytes_of(id, NOTE_ID_BYTES));
	buffer_put(&blob, signature);
	buffer_put_text(to, DASH);
	buffer_put(to, name);
	buffer_put_byte(to, ' ');
	if (buffer_error(&blob) == OK)
		base64_format(buffer_bytes(&blob), to);
	else
		to->err = buffer_error(&blob);
	buffer_put_byte(to, '\n');
	buffer_clear(&blob);
}

enum err note_format_key(const char *name, enum note_type type,
			 const uint8_t public_key[KEY_PUBLIC_BYTES], struct buffer *to)
{
	uint8_t id[NOTE_ID_BYTES], typed[1 + KEY_PUBLIC_BYTES] = {(uint8_t)type};

	if (!note_is_name(bytes_of_text(name)))
		return ERR_USAGE;
	note_key_id(bytes_of_text(name), type, bytes_of(public_key, KEY_PUBLIC_BYTES), id);
	memcpy(typed + 1, public_key, KEY_PUBLIC_BYTES);
	buffer_put_format(to, "%s+%08" PRIx32 "+", name, bytes_get_u32(id));
	base64_format(bytes_of(typed, sizeof(typed)), to);
	return buffer_error(to);
}

/* Eight lower-case hexadecimal digits. */
static bool is_id_text(struct bytes text, const uint8_t id[NOTE_ID_BYTES])
{
	char expected[2 * NOTE_ID_BYTES + 1];

	snprintf(expected, sizeof(expected), "%08" PRIx32, bytes_get_u32(id));
	return bytes_equal(text, bytes_of_text(expected));
}

enum err note_parse_key(const char *text, enum note_type type, char ret_name[NOTE_NAME_BYTES],
			uint8_t ret_public_key[KEY_PUBLIC_BYTES])
{
	const char *first = strchr(text, '+'),
		   *second = first == NULL ? NULL : strchr(first + 1, '+');
	uint8_t typed[1 + KEY_PUBLIC_BYTES], id[NOTE_ID_BYTES];
	struct bytes name;

	if (second == NULL)
		return ERR_FORMAT;
	name = bytes_of(text, (size_t)(first - text));
	if (!note_is_name(name) ||
	    !note_parse_exactly(bytes_of_text(second + 1), typed, sizeof(typed)) ||
	    typed[0] != (uint8_t)type)
		return ERR_FORMAT;
	note_key_id(name, type, bytes_of(typed + 1, KEY_PUBLIC_BYTES), id);
	if (!is_id_text(bytes_of(first + 1, (size_t)(second - first - 1)), id))
		return ERR_FORMAT;
	memset(ret_name, 0, NOTE_NAME_BYTES);
	memcpy(ret_name, name.at, name.len);
	memcpy(ret_public_key, typed + 1, KEY_PUBLIC_BYTES);
	return OK;
}
