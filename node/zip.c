#include "node/zip.h"

#include "node/zip_frame.h"

/* Four bits at a time: reversed polynomial 0xEDB88320. */
uint32_t zip_crc(uint32_t crc, struct bytes bytes)
{
	static const uint32_t table[16] = {0x00000000, 0x1db71064, 0x3b6e20c8, 0x26d930ac,
					   0x76dc4190, 0x6b6b51f4, 0x4db26158, 0x5005713c,
					   0xedb88320, 0xf00f9344, 0xd6d6a3e8, 0xcb61b38c,
					   0x9b64c2b0, 0x86d3d2d4, 0xa00ae278, 0xbdbdf21c};

	crc = ~crc;
	for (size_t i = 0; i < bytes.len; i++) {
		crc ^= bytes.at[i];
		crc = (crc >> 4) ^ table[crc & 15];
		crc = (crc >> 4) ^ table[crc & 15];
	}
	return ~crc;
}

static bool is_letter(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
	       c == '-' || c == '_';
}

/* Words of letters and inner dots with "/" between: no empty word, none that begins with a dot. */
bool zip_frame_is_name(struct bytes name)
{
	char before = '/';

	if (name.len == 0 || name.len > ZIP_NAME_BYTES)
		return false;
	for (size_t i = 0; i < name.len; i++) {
		char c = (char)name.at[i];

		if (!is_letter(c) && ((c != '.' && c != '/') || before == '/' || before == '.'))
			return false;
		before = c;
	}
	return before != '/' && before != '.';
}

enum err zip_size(const struct zip_part *parts, size_t count, uint64_t *ret_size)
{
	uint64_t size = ZIP_FRAME_END_BYTES;

	if (count > ZIP_PARTS)
		return ERR_LIMIT;
	for (size_t i = 0; i < count; i++) {
		struct bytes name = bytes_of_text(parts[i].name);

		if (!zip_frame_is_name(name) ||
		    (i > 0 && bytes_compare(bytes_of_text(parts[i - 1].name), name) >= 0))
			return ERR_USAGE;
		if (parts[i].len > ZIP_MAX_BYTES)
			return ERR_LIMIT;
		size += ZIP_FRAME_LOCAL_BYTES + ZIP_FRAME_ENTRY_BYTES + 2 * name.len + parts[i].len;
		if (size > ZIP_MAX_BYTES)
			return ERR_LIMIT;
	}
	*ret_size = size;
	return OK;
}

/* ---- The three kinds of frames (APPNOTE 4.3.7, 4.3.12, 4.3.16), little-endian ---- */

static void put_u16(uint8_t **at, unsigned value)
{
	*(*at)++ = (uint8_t)value;
	*(*at)++ = (uint8_t)(value >> 8);
}

static void put_u32(uint8_t **at, uint32_t value)
{
	put_u16(at, value & 0xffff);
	put_u16(at, value >> 16);
}

#define VERSION 10u                 /* stored, without folders: 1.0 */
#define MADE_BY (3u << 8 | VERSION) /* Unix */
#define DAY 0x0021u                 /* 1980-01-01, the first there is */
#define MODE (0100644u << 16)

/* From the version up to the lengths of name and extra field: the same before the content and in
 * the directory. */
static void put_common(uint8_t **at, const struct zip_part *part)
{
	put_u16(at, VERSION);
	put_u16(at, 0); /* flags */
	put_u16(at, 0); /* stored */
	put_u16(at, 0); /* time */
	put_u16(at, DAY);
	put_u32(at, part->crc);
	put_u32(at, (uint32_t)part->len);
	put_u32(at, (uint32_t)part->len);
	put_u16(at, (unsigned)strlen(part->name));
	put_u16(at, 0);
}

static size_t put_name(uint8_t *frame, uint8_t *at, const struct zip_part *part)
{
	size_t len = strlen(part->name);

	memcpy(at, part->name, len);
	return (size_t)(at - frame) + len;
}

size_t zip_frame_local(const struct zip_part *part, uint8_t ret_frame[ZIP_FRAME_BYTES])
{
	uint8_t *at = ret_frame;

	put_u32(&at, ZIP_FRAME_LOCAL);
	put_common(&at, part);
	return put_name(ret_frame, at, part);
}

size_t zip_frame_entry(const struct zip_part *part, uint64_t offset,
		       uint8_t ret_frame[ZIP_FRAME_BYTES])
{
	uint8_t *at = ret_frame;

	put_u32(&at, ZIP_FRAME_ENTRY);
	put_u16(&at, MADE_BY);
	put_common(&at, part);
	put_u16(&at, 0); /* comment */
	put_u16(&at, 0); /* disk */
	put_u16(&at, 0); /* internal attributes */
	put_u32(&at, MODE);
	put_u32(&at, (uint32_t)offset);
	return put_name(ret_frame, at, part);
}

size_t zip_frame_end(size_t count, uint64_t directory, uint64_t directory_len,
		     uint8_t ret_frame[ZIP_FRAME_BYTES])
{
	uint8_t *at = ret_frame;

	put_u32(&at, ZIP_FRAME_END);
	put_u16(&at, 0); /* disks */
	put_u16(&at, 0);
	put_u16(&at, (unsigned)count);
	put_u16(&at, (unsigned)count);
	put_u32(&at, (uint32_t)directory_len);
	put_u32(&at, (uint32_t)directory);
	put_u16(&at, 0); /* comment */
	return (size_t)(at - ret_frame);
}

/* ---- A piece ---- */

/* What is passed over, and how much room is left. */
struct window {
	uint64_t skip;
	size_t left;
	struct buffer *to;
};

static void put_frame(struct window *window, const uint8_t *frame, size_t len)
{
	size_t from = window->skip < len ? (size_t)window->skip : len;
	size_t part = len - from < window->left ? len - from : window->left;

	window->skip -= from;
	window->left -= part;
	buffer_put(window->to, bytes_of(frame + from, part));
}

static enum err put_content(struct window *window, const struct zip_source *source, size_t part)
{
	uint64_t len = source->parts[part].len;
	uint64_t offset = window->skip < len ? window->skip : len;

	window->skip -= offset;
	while (offset < len && window->left > 0) {
		uint64_t rest = len - offset;
		struct bytes bytes = {0};
		enum err err =
			source->fetch(source->context, part, offset,
				      rest < window->left ? (size_t)rest : window->left, &bytes);

		if (err != OK)
			return err;
		if (bytes.len == 0 || bytes.len > rest || bytes.len > window->left)
			return ERR_CORRUPT;
		buffer_put(window->to, bytes);
		window->left -= bytes.len;
		offset += bytes.len;
	}
	return OK;
}

static void put_directory(struct window *window, const struct zip_source *source)
{
	uint64_t offset = 0, len = 0;
	uint8_t frame[ZIP_FRAME_BYTES];

	for (size_t i = 0; i < source->count; i++) {
		size_t entry = zip_frame_entry(&source->parts[i], offset, frame);

		put_frame(window, frame, entry);
		len += entry;
		offset += ZIP_FRAME_LOCAL_BYTES + strlen(source->parts[i].name) +
			  source->parts[i].len;
	}
	put_frame(window, frame, zip_frame_end(source->count, offset, len, frame));
}

enum err zip_piece(const struct zip_source *source, uint64_t offset, size_t max_bytes,
		   struct buffer *to)
{
	struct window window = {.skip = offset, .left = max_bytes, .to = to};
	uint8_t frame[ZIP_FRAME_BYTES];
	enum err err = OK;

	for (size_t i = 0; err == OK && i < source->count && window.left > 0; i++) {
		put_frame(&window, frame, zip_frame_local(&source->parts[i], frame));
		err = put_content(&window, source, i);
	}
	if (err == OK && window.left > 0)
		put_directory(&window, source);
	return err != OK ? err : buffer_error(to);
}
