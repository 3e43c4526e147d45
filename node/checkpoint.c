#include "node/checkpoint.h"

#include <assert.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "sampan/base64.h"

/* C2SP signed-note: a signature line is EM DASH (U+2014), space, name, space, base64(key id ||
 * signature). */
#define DASH "\xE2\x80\x94 "
#define KEY_ID_BYTES 4u
#define TYPE_ED25519 0x01

/* A key's name: not empty, no white space, no "+"; here also no control characters and bounded. */
static bool is_name(struct bytes name)
{
	if (name.len == 0 || name.len >= CHECKPOINT_ORIGIN_BYTES)
		return false;
	for (size_t i = 0; i < name.len; i++)
		if (name.at[i] <= ' ' || name.at[i] == '+' || name.at[i] == 0x7f)
			return false;
	return true;
}

/* First 4 bytes of SHA-256(name || 0x0A || type || public key). */
static void make_key_id(struct bytes name, const uint8_t public_key[KEY_PUBLIC_BYTES],
			uint8_t ret_id[KEY_ID_BYTES])
{
	static const uint8_t between[] = {'\n', TYPE_ED25519};
	struct bytes parts[] = {name, bytes_of(between, 2), bytes_of(public_key, KEY_PUBLIC_BYTES)};
	struct hash hash = hash_of_parts(parts, 3);

	memcpy(ret_id, hash.at, KEY_ID_BYTES);
}

static void put_text_of(const struct checkpoint *checkpoint, struct buffer *to)
{
	buffer_put_format(to, "%s\n%" PRIu64 "\n", checkpoint->origin, checkpoint->size);
	base64_format(hash_bytes(&checkpoint->root), to);
	buffer_put_byte(to, '\n');
}

enum err checkpoint_sign(const struct checkpoint *checkpoint, const struct key *key,
			 struct buffer *to)
{
	uint8_t public_key[KEY_PUBLIC_BYTES], blob[KEY_ID_BYTES + KEY_SIGNATURE_BYTES];
	struct bytes origin = bytes_of_text(checkpoint->origin);
	size_t start = to->len;
	enum err err;

	if (!is_name(origin))
		return ERR_USAGE;
	put_text_of(checkpoint, to);
	if ((err = buffer_error(to)) != OK)
		return err;
	key_get_public(key, public_key);
	make_key_id(origin, public_key, blob);
	err = key_sign(key, bytes_of(to->at + start, to->len - start), blob + KEY_ID_BYTES);
	if (err != OK) {
		to->len = start;
		return err;
	}
	buffer_put_format(to, "\n" DASH "%s ", checkpoint->origin);
	base64_format(bytes_of(blob, sizeof(blob)), to);
	buffer_put_byte(to, '\n');
	return buffer_error(to);
}

/* The next line without its end; false when there is none that ends. */
static bool next_line(struct bytes *from, struct bytes *ret_line)
{
	const uint8_t *end = from->len == 0 ? NULL : memchr(from->at, '\n', from->len);

	if (end == NULL)
		return false;
	*ret_line = bytes_of(from->at, (size_t)(end - from->at));
	*from = bytes_of(end + 1, from->len - ret_line->len - 1);
	return true;
}

/* Text and signature lines, parted by the last empty line. The text keeps its last line end, which
 * is signed. */
static bool split_note(struct bytes note, struct bytes *ret_text, struct bytes *ret_lines)
{
	if (note.len > CHECKPOINT_MAX_BYTES || note.len < 2 || note.at[note.len - 1] != '\n')
		return false;
	for (size_t i = 0; i < note.len; i++)
		if (note.at[i] < ' ' && note.at[i] != '\n')
			return false;
	for (size_t i = note.len - 1; i-- > 0;)
		if (note.at[i] == '\n' && note.at[i + 1] == '\n') {
			*ret_text = bytes_of(note.at, i + 1);
			*ret_lines = bytes_of(note.at + i + 2, note.len - i - 2);
			return ret_lines->len > 0;
		}
	return false;
}

/* ASCII decimal without leading zeros (tlog-checkpoint). */
static bool parse_size(struct bytes text, uint64_t *ret_size)
{
	uint64_t size = 0;

	if (text.len == 0 || (text.at[0] == '0' && text.len > 1))
		return false;
	for (size_t i = 0; i < text.len; i++)
		if (text.at[i] < '0' || text.at[i] > '9' ||
		    __builtin_mul_overflow(size, 10u, &size) ||
		    __builtin_add_overflow(size, (uint64_t)(text.at[i] - '0'), &size))
			return false;
	*ret_size = size;
	return true;
}

/* Base64 of exactly `len` bytes. */
static bool parse_exactly(struct bytes text, uint8_t *to, size_t len)
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

static bool parse_text(struct bytes text, struct checkpoint *ret_checkpoint)
{
	struct checkpoint checkpoint = {0};
	struct bytes origin, size, root, extension;

	if (!next_line(&text, &origin) || !next_line(&text, &size) || !next_line(&text, &root) ||
	    !is_name(origin) || !parse_size(size, &checkpoint.size) ||
	    !parse_exactly(root, checkpoint.root.at, HASH_BYTES))
		return false;
	while (next_line(&text, &extension))
		if (extension.len == 0)
			return false;
	memcpy(checkpoint.origin, origin.at, origin.len);
	*ret_checkpoint = checkpoint;
	return true;
}

struct signature_line {
	struct bytes name;
	struct bytes base64;
};

static bool parse_line(struct bytes line, struct signature_line *ret_line)
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
	return is_name(ret_line->name) && ret_line->base64.len > 0;
}

/* Every line must be a signature line, whosever it is. */
static bool has_good_lines(struct bytes lines)
{
	struct signature_line parsed;
	struct bytes line;

	while (next_line(&lines, &line))
		if (!parse_line(line, &parsed))
			return false;
	return true;
}

enum err checkpoint_parse(struct bytes note, struct checkpoint *ret_checkpoint)
{
	struct bytes text, lines;

	if (!split_note(note, &text, &lines) || !has_good_lines(lines) ||
	    !parse_text(text, ret_checkpoint))
		return ERR_FORMAT;
	return OK;
}

/* ERR_MISSING: not by this key. */
static enum err check_line(struct bytes line, struct bytes name, struct bytes text,
			   const uint8_t public_key[KEY_PUBLIC_BYTES])
{
	uint8_t blob[KEY_ID_BYTES + KEY_SIGNATURE_BYTES], id[KEY_ID_BYTES];
	struct signature_line parsed;

	if (!parse_line(line, &parsed) || !bytes_equal(parsed.name, name) ||
	    !parse_exactly(parsed.base64, blob, sizeof(blob)))
		return ERR_MISSING;
	make_key_id(name, public_key, id);
	if (memcmp(id, blob, KEY_ID_BYTES) != 0)
		return ERR_MISSING;
	return key_verify(public_key, text, blob + KEY_ID_BYTES) ? OK : ERR_DENIED;
}

enum err checkpoint_verify(struct bytes note, const uint8_t public_key[KEY_PUBLIC_BYTES],
			   struct checkpoint *ret_checkpoint)
{
	struct bytes text = {0}, lines = {0}, line;
	struct checkpoint checkpoint;
	enum err err = checkpoint_parse(note, &checkpoint), found = ERR_DENIED;

	if (err != OK)
		return err;
	if (!split_note(note, &text, &lines))
		return ERR_FORMAT;
	while (next_line(&lines, &line)) {
		err = check_line(line, bytes_of_text(checkpoint.origin), text, public_key);
		if (err ==
		    ERR_DENIED) /* signed-note: a bad signature of a known key spoils the note */
			return ERR_DENIED;
		if (err == OK)
			found = OK;
	}
	if (found == OK)
		*ret_checkpoint = checkpoint;
	return found;
}

enum err checkpoint_format_key(const char *origin, const uint8_t public_key[KEY_PUBLIC_BYTES],
			       struct buffer *to)
{
	uint8_t id[KEY_ID_BYTES], typed[1 + KEY_PUBLIC_BYTES] = {TYPE_ED25519};

	if (!is_name(bytes_of_text(origin)))
		return ERR_USAGE;
	make_key_id(bytes_of_text(origin), public_key, id);
	memcpy(typed + 1, public_key, KEY_PUBLIC_BYTES);
	buffer_put_format(to, "%s+%08" PRIx32 "+", origin, bytes_get_u32(id));
	base64_format(bytes_of(typed, sizeof(typed)), to);
	return buffer_error(to);
}

/* Eight lower-case hexadecimal digits. */
static bool is_id_text(struct bytes text, const uint8_t id[KEY_ID_BYTES])
{
	char expected[2 * KEY_ID_BYTES + 1];

	snprintf(expected, sizeof(expected), "%08" PRIx32, bytes_get_u32(id));
	return bytes_equal(text, bytes_of_text(expected));
}

enum err checkpoint_parse_key(const char *text, char ret_origin[CHECKPOINT_ORIGIN_BYTES],
			      uint8_t ret_public_key[KEY_PUBLIC_BYTES])
{
	const char *first = strchr(text, '+'),
		   *second = first == NULL ? NULL : strchr(first + 1, '+');
	uint8_t typed[1 + KEY_PUBLIC_BYTES], id[KEY_ID_BYTES];
	struct bytes name;

	if (second == NULL)
		return ERR_FORMAT;
	name = bytes_of(text, (size_t)(first - text));
	if (!is_name(name) || !parse_exactly(bytes_of_text(second + 1), typed, sizeof(typed)) ||
	    typed[0] != TYPE_ED25519)
		return ERR_FORMAT;
	make_key_id(name, typed + 1, id);
	if (!is_id_text(bytes_of(first + 1, (size_t)(second - first - 1)), id))
		return ERR_FORMAT;
	memset(ret_origin, 0, CHECKPOINT_ORIGIN_BYTES);
	memcpy(ret_origin, name.at, name.len);
	memcpy(ret_public_key, typed + 1, KEY_PUBLIC_BYTES);
	return OK;
}
