#include "node/zip_frame.h"

/* Where the fields stand behind the signature of an entry and of the end (APPNOTE 4.3.12, 4.3.16). */
#define CRC_AT 16u
#define LEN_AT 24u
#define NAME_LEN_AT 28u
#define COUNT_AT 10u
#define DIRECTORY_LEN_AT 12u
#define DIRECTORY_AT 16u

static unsigned get_u16(const uint8_t *at)
{
	return at[0] | (unsigned)at[1] << 8;
}

static uint32_t get_u32(const uint8_t *at)
{
	return get_u16(at) | (uint32_t)get_u16(at + 2) << 16;
}

/* The first part whose header is not what its entry says. */
struct blamed {
	bool is_found;
	uint64_t offset;
	char name[ZIP_NAME_BYTES + 1];
};

struct directory {
	struct bytes file;
	uint64_t begin, end; /* of its entries */
	uint64_t at, offset; /* the next entry, and where its part must begin */
	size_t count;
	char names[2][ZIP_NAME_BYTES + 1]; /* of an entry and the one before it, by turns */
	struct blamed blamed;
};

static bool find(struct bytes file, struct directory *ret_directory)
{
	struct directory directory = {.file = file};
	const uint8_t *end;

	if (file.len < ZIP_FRAME_END_BYTES)
		return false;
	directory.end = file.len - ZIP_FRAME_END_BYTES;
	end = file.at + directory.end;
	directory.at = directory.begin = get_u32(end + DIRECTORY_AT);
	if (get_u32(end) != ZIP_FRAME_END ||
	    directory.begin + get_u32(end + DIRECTORY_LEN_AT) != directory.end)
		return false;
	*ret_directory = directory;
	return true;
}

static void hold_against_header(struct directory *directory, const struct zip_part *part)
{
	uint8_t frame[ZIP_FRAME_BYTES];
	size_t len = zip_frame_local(part, frame);
	struct bytes file = directory->file;

	if (directory->blamed.is_found || (file.len - directory->offset >= len &&
					   memcmp(file.at + directory->offset, frame, len) == 0))
		return;
	directory->blamed.is_found = true;
	directory->blamed.offset = directory->offset;
	memcpy(directory->blamed.name, part->name, strlen(part->name) + 1);
}

/* One entry in its one form, behind the one before. */
static bool take(struct directory *directory)
{
	const uint8_t *entry = directory->file.at + directory->at;
	uint64_t left = directory->end - directory->at;
	char *name = directory->names[directory->count % 2];
	const char *before = directory->names[(directory->count + 1) % 2];
	uint8_t frame[ZIP_FRAME_BYTES];
	struct zip_part part = {.name = name};
	size_t len;

	if (left < ZIP_FRAME_ENTRY_BYTES)
		return false;
	len = get_u16(entry + NAME_LEN_AT);
	if (left - ZIP_FRAME_ENTRY_BYTES < len ||
	    !zip_frame_is_name(bytes_of(entry + ZIP_FRAME_ENTRY_BYTES, len)))
		return false;
	memcpy(name, entry + ZIP_FRAME_ENTRY_BYTES, len);
	name[len] = '\0';
	part.crc = get_u32(entry + CRC_AT);
	part.len = get_u32(entry + LEN_AT);
	if ((directory->count > 0 && strcmp(before, name) >= 0) ||
	    memcmp(entry, frame, zip_frame_entry(&part, directory->offset, frame)) != 0 ||
	    directory->offset >= directory->begin)
		return false;
	hold_against_header(directory, &part);
	directory->at += ZIP_FRAME_ENTRY_BYTES + len;
	directory->offset += ZIP_FRAME_LOCAL_BYTES + len + part.len;
	directory->count++;
	return true;
}

/* It says the same of itself everywhere, and its parts fill the file up to it. */
static bool is_whole(struct directory *directory)
{
	uint8_t frame[ZIP_FRAME_BYTES];
	size_t len;

	while (directory->at < directory->end)
		if (!take(directory))
			return false;
	len = zip_frame_end(directory->count, directory->begin, directory->end - directory->begin,
			    frame);
	return directory->offset == directory->begin &&
	       memcmp(directory->file.at + directory->end, frame, len) == 0;
}

enum err zip_blame(struct bytes file, struct arena *arena, struct zip_place *place)
{
	struct directory directory;
	const char *name;

	if (!find(file, &directory) || !is_whole(&directory) || !directory.blamed.is_found)
		return OK;
	if ((name = arena_text(arena, bytes_of_text(directory.blamed.name))) == NULL)
		return ERR_MEMORY;
	if (place->fault == ZIP_DIRECTORY) {
		place->fault = ZIP_NAMES; /* all else of both was compared */
		place->other = name;
		return OK;
	}
	if (place->at != directory.blamed.offset && strcmp(place->name, name) != 0)
		*place = (struct zip_place){.fault = ZIP_HEADER, .at = directory.blamed.offset};
	place->name = name;
	return OK;
}
