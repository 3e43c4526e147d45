#include "node/zip_frame.h"

/* Where the fields stand behind the signature of a header (APPNOTE 4.3.7). */
#define FLAGS_AT 6u
#define METHOD_AT 8u
#define CRC_AT 14u
#define PACKED_AT 18u
#define LEN_AT 22u
#define NAME_LEN_AT 26u
#define DIRECTORY_AT 16u /* of the end */

struct reader {
	struct bytes file;
	size_t at;
	struct arena *arena;
	struct zip_item *items;
	struct zip_part *parts;
	size_t count, room;
	struct zip_place *place;
};

static unsigned get_u16(const uint8_t *at)
{
	return at[0] | (unsigned)at[1] << 8;
}

static uint32_t get_u32(const uint8_t *at)
{
	return get_u16(at) | (uint32_t)get_u16(at + 2) << 16;
}

static enum err fail(struct reader *reader, enum zip_fault fault, const char *name, size_t at)
{
	*reader->place =
		(struct zip_place){.fault = fault, .name = name == NULL ? "" : name, .at = at};
	return ERR_FORMAT;
}

static size_t left(const struct reader *reader)
{
	return reader->file.len - reader->at;
}

static bool begins_with(const struct reader *reader, uint32_t signature)
{
	return left(reader) >= 4 && get_u32(reader->file.at + reader->at) == signature;
}

static enum err make_room(struct reader *reader)
{
	size_t room = reader->room == 0 ? 64 : 2 * reader->room;
	struct zip_item *items;
	struct zip_part *parts;

	if (reader->count < reader->room)
		return OK;
	items = arena_alloc_array(reader->arena, room, sizeof(*items));
	parts = arena_alloc_array(reader->arena, room, sizeof(*parts));
	if (items == NULL || parts == NULL)
		return ERR_MEMORY;
	if (reader->count > 0) {
		memcpy(items, reader->items, reader->count * sizeof(*items));
		memcpy(parts, reader->parts, reader->count * sizeof(*parts));
	}
	reader->items = items;
	reader->parts = parts;
	reader->room = room;
	return OK;
}

/* What a header says that ours never says; ZIP_FINE: nothing in particular. */
static enum zip_fault oddity_of(const uint8_t *header)
{
	unsigned flags = get_u16(header + FLAGS_AT);

	if ((flags & 1) != 0)
		return ZIP_ENCRYPTED;
	if ((flags & 8) != 0)
		return ZIP_DESCRIPTOR;
	if (get_u16(header + METHOD_AT) != 0)
		return ZIP_COMPRESSED;
	if (get_u32(header + LEN_AT) == UINT32_MAX || get_u32(header + PACKED_AT) == UINT32_MAX)
		return ZIP_64;
	return ZIP_FINE;
}

/* The name, and that it stands in order. */
static enum err read_name(struct reader *reader, const char **ret_name)
{
	const uint8_t *header = reader->file.at + reader->at;
	size_t len = get_u16(header + NAME_LEN_AT);
	struct bytes name = bytes_of(header + ZIP_FRAME_LOCAL_BYTES, len);
	const char *copy;

	if (left(reader) - ZIP_FRAME_LOCAL_BYTES < len)
		return fail(reader, ZIP_CUT_OFF, NULL, reader->at);
	if (!zip_frame_is_name(name))
		return fail(reader, ZIP_NAME, NULL, reader->at);
	if ((copy = arena_text(reader->arena, name)) == NULL)
		return ERR_MEMORY;
	if (reader->count > 0 &&
	    bytes_compare(bytes_of_text(reader->items[reader->count - 1].name), name) >= 0)
		return fail(reader, ZIP_ORDER, copy, reader->at);
	*ret_name = copy;
	return OK;
}

/* The header must be the one that this name and content have. */
static enum err compare_header(struct reader *reader, const struct zip_part *part)
{
	const uint8_t *header = reader->file.at + reader->at;
	uint8_t frame[ZIP_FRAME_BYTES];
	size_t len = zip_frame_local(part, frame);

	if (memcmp(header, frame, len) == 0)
		return OK;
	if (memcmp(header, frame, CRC_AT) == 0 &&
	    memcmp(header + PACKED_AT, frame + PACKED_AT, len - PACKED_AT) == 0)
		return fail(reader, ZIP_CHECKSUM, part->name, reader->at + len);
	return fail(reader, ZIP_HEADER, part->name, reader->at);
}

static enum err read_part(struct reader *reader)
{
	const uint8_t *header = reader->file.at + reader->at;
	struct zip_part part = {0};
	enum zip_fault oddity;
	struct bytes content;
	enum err err;

	if (reader->count >= ZIP_PARTS)
		return fail(reader, ZIP_MANY, NULL, reader->at);
	if (left(reader) < ZIP_FRAME_LOCAL_BYTES)
		return fail(reader, ZIP_CUT_OFF, NULL, reader->at);
	if ((err = read_name(reader, &part.name)) != OK)
		return err;
	if ((oddity = oddity_of(header)) != ZIP_FINE)
		return fail(reader, oddity, part.name, reader->at);
	content.at = header + ZIP_FRAME_LOCAL_BYTES + strlen(part.name);
	content.len = get_u32(header + LEN_AT);
	if ((size_t)(reader->file.at + reader->file.len - content.at) < content.len)
		return fail(reader, ZIP_CUT_OFF, part.name, reader->at);
	part.len = content.len;
	part.crc = zip_crc(0, content);
	if ((err = compare_header(reader, &part)) != OK || (err = make_room(reader)) != OK)
		return err;
	reader->items[reader->count] = (struct zip_item){part.name, content};
	reader->parts[reader->count++] = part;
	reader->at = (size_t)(content.at - reader->file.at) + content.len;
	return OK;
}

static enum err expect(struct reader *reader, const uint8_t *frame, size_t len,
		       enum zip_fault fault, const char *name)
{
	if (left(reader) < len)
		return fail(reader, ZIP_CUT_OFF, name, reader->at);
	if (memcmp(reader->file.at + reader->at, frame, len) != 0)
		return fail(reader, fault, name, reader->at);
	reader->at += len;
	return OK;
}

/* What follows is known to the byte. */
static enum err compare_rest(struct reader *reader)
{
	const size_t directory = reader->at;
	uint8_t frame[ZIP_FRAME_BYTES];
	uint64_t offset = 0;
	enum err err = OK;
	size_t len;

	for (size_t i = 0; err == OK && i < reader->count; i++) {
		const struct zip_part *part = &reader->parts[i];

		len = zip_frame_entry(part, offset, frame);
		err = expect(reader, frame, len, ZIP_DIRECTORY, part->name);
		offset += ZIP_FRAME_LOCAL_BYTES + strlen(part->name) + part->len;
	}
	if (err != OK)
		return err;
	len = zip_frame_end(reader->count, directory, reader->at - directory, frame);
	if ((err = expect(reader, frame, len, ZIP_END, NULL)) != OK)
		return err;
	return left(reader) == 0 ? OK : fail(reader, ZIP_END, NULL, reader->at);
}

/* The end says that the directory begins here, whatever stands here. */
static bool is_directory(const struct reader *reader)
{
	const uint8_t *end;

	if (begins_with(reader, reader->count > 0 ? ZIP_FRAME_ENTRY : ZIP_FRAME_END))
		return true;
	if (reader->count == 0 || left(reader) < ZIP_FRAME_END_BYTES)
		return false;
	end = reader->file.at + reader->file.len - ZIP_FRAME_END_BYTES;
	return get_u32(end) == ZIP_FRAME_END && get_u32(end + DIRECTORY_AT) == reader->at;
}

static enum err read_all(struct reader *reader)
{
	enum err err = OK;

	if (reader->file.len > ZIP_MAX_BYTES)
		return fail(reader, ZIP_MANY, NULL, 0);
	while (err == OK && begins_with(reader, ZIP_FRAME_LOCAL))
		err = read_part(reader);
	if (err != OK)
		return err;
	if (left(reader) < 4)
		return fail(reader, ZIP_CUT_OFF, NULL, reader->at);
	return is_directory(reader) ? compare_rest(reader)
				    : fail(reader, ZIP_NO_ZIP, NULL, reader->at);
}

enum err zip_read(struct bytes container, struct arena *arena, const struct zip_item **ret_items,
		  size_t *ret_count, struct zip_place *ret_place)
{
	struct reader reader = {.file = container, .arena = arena, .place = ret_place};
	enum err err = read_all(&reader);

	if (err == ERR_FORMAT)
		err = zip_blame(container, arena, ret_place) == OK ? ERR_FORMAT : ERR_MEMORY;
	if (err != OK)
		return err;
	*ret_items = reader.items;
	*ret_count = reader.count;
	return OK;
}
