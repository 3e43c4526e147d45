#include "node/seal_memory.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "node/file.h"

#define FILE_BYTES ((size_t)SEAL_NOTES * SEAL_SLOT_BYTES)
#define HEAD_BYTES 12u /* count, length of the note */
#define PEEKS 8u       /* a slot that is written meanwhile may look damaged */

struct slot {
	uint8_t at[SEAL_SLOT_BYTES]; /* count u64, length u32, note, zeros, SHA-256 */
};

static struct hash hash_of_slot(const struct slot *slot)
{
	return hash_of(bytes_of(slot->at, SEAL_SLOT_BYTES - HASH_BYTES));
}

static void format_slot(struct slot *slot, uint64_t count, struct bytes note)
{
	struct hash hash;

	memset(slot, 0, sizeof(*slot));
	bytes_put_u64(slot->at, count);
	bytes_put_u32(slot->at + 8, (uint32_t)note.len);
	memcpy(slot->at + HEAD_BYTES, note.at, note.len);
	hash = hash_of_slot(slot);
	memcpy(slot->at + SEAL_SLOT_BYTES - HASH_BYTES, hash.at, HASH_BYTES);
}

static bool is_empty(const struct slot *slot)
{
	static const struct slot empty;

	return memcmp(slot, &empty, sizeof(empty)) == 0;
}

/* 0: damaged or empty. */
static uint64_t count_of(const struct slot *slot)
{
	struct hash hash = hash_of_slot(slot);

	return bytes_get_u32(slot->at + 8) <= CHECKPOINT_MAX_BYTES &&
			       memcmp(slot->at + SEAL_SLOT_BYTES - HASH_BYTES, hash.at,
				      HASH_BYTES) == 0
		       ? bytes_get_u64(slot->at)
		       : 0;
}

static size_t place_of(uint64_t count)
{
	return (size_t)((count - 1) % SEAL_NOTES);
}

/* ---- Reading ---- */

static enum err take_note(struct seal_note *note, struct bytes bytes, const char *origin,
			  const uint8_t public_key[KEY_PUBLIC_BYTES])
{
	enum err err = checkpoint_verify(bytes, public_key, &note->checkpoint);

	if (err == ERR_MEMORY)
		return err;
	if (err != OK || strcmp(note->checkpoint.origin, origin) != 0)
		return ERR_CORRUPT;
	memcpy(note->at, bytes.at, bytes.len);
	note->len = bytes.len;
	return OK;
}

/* The count that belongs in a slot when `last` is the newest; 0: it was never written. */
static uint64_t count_at(size_t place, uint64_t last)
{
	size_t behind = last == 0 ? 0 : (place_of(last) + SEAL_NOTES - place) % SEAL_NOTES;

	return last > behind ? last - behind : 0;
}

/* The slot that is written next may hold anything: power may have cut that write short. */
static bool fits(const struct slot *slot, size_t place, uint64_t last)
{
	uint64_t count = count_at(place, last);

	if (place == place_of(last + 1))
		return true;
	return count == 0 ? is_empty(slot) : count_of(slot) == count;
}

static enum err take_slots(struct seal_memory *memory, const struct slot *slots, const char *origin,
			   const uint8_t public_key[KEY_PUBLIC_BYTES])
{
	enum err err = OK;

	for (size_t i = 0; i < SEAL_NOTES; i++) {
		uint64_t count = count_of(&slots[i]);

		if (count != 0 && place_of(count) == i && count > memory->count)
			memory->count = count;
	}
	for (size_t i = 0; i < SEAL_NOTES; i++)
		if (!fits(&slots[i], i, memory->count))
			return ERR_CORRUPT;
	for (size_t i = 0; err == OK && i < SEAL_NOTES; i++)
		if (count_at(i, memory->count) != 0 &&
		    count_of(&slots[i]) == count_at(i, memory->count))
			err = take_note(
				&memory->notes[i],
				bytes_of(slots[i].at + HEAD_BYTES, bytes_get_u32(slots[i].at + 8)),
				origin, public_key);
	return err;
}

/* The form of before: nothing, or the one note. */
static enum err take_over(struct seal_memory *memory, const char *path, struct bytes note,
			  const char *origin, const uint8_t public_key[KEY_PUBLIC_BYTES])
{
	struct slot *slots = calloc(SEAL_NOTES, sizeof(*slots));
	enum err err = slots == NULL ? ERR_MEMORY : OK;

	if (err == OK && note.len > 0 &&
	    (err = take_note(&memory->notes[0], note, origin, public_key)) == OK) {
		format_slot(&slots[0], 1, note);
		memory->count = 1;
	}
	if (err == OK)
		err = file_replace(path, bytes_of(slots, FILE_BYTES));
	free(slots);
	return err;
}

static enum err load(struct seal_memory *memory, const char *path, const char *origin,
		     const uint8_t public_key[KEY_PUBLIC_BYTES])
{
	struct arena *arena = arena_new(2 * FILE_BYTES);
	struct bytes bytes = {0};
	enum err err = ERR_MEMORY;

	if (arena != NULL)
		err = file_read(path, FILE_BYTES, arena, &bytes);
	if (err == OK && bytes.len == FILE_BYTES)
		err = take_slots(memory, (const struct slot *)bytes.at, origin, public_key);
	else if (err == OK)
		err = bytes.len > CHECKPOINT_MAX_BYTES
			      ? ERR_CORRUPT
			      : take_over(memory, path, bytes, origin, public_key);
	arena_free(arena);
	return err == ERR_LIMIT ? ERR_CORRUPT : err;
}

enum err seal_memory_open(const char *path, const char *origin,
			  const uint8_t public_key[KEY_PUBLIC_BYTES],
			  struct seal_memory *ret_memory)
{
	struct seal_memory *memory = calloc(1, sizeof(*memory));
	enum err err = memory == NULL ? ERR_MEMORY : load(memory, path, origin, public_key);

	if (err == OK) {
		memory->fd = open(path, O_WRONLY | O_DSYNC | O_CLOEXEC | O_NOFOLLOW);
		err = memory->fd < 0 ? ERR_IO : OK;
	}
	if (err == OK)
		*ret_memory = *memory;
	free(memory);
	return err;
}

static enum err peek(struct seal_memory *memory, const char *path, const char *origin,
		     const uint8_t public_key[KEY_PUBLIC_BYTES])
{
	struct arena *arena = arena_new(2 * FILE_BYTES);
	struct bytes bytes = {0};
	enum err err = arena == NULL ? ERR_MEMORY : file_read(path, FILE_BYTES, arena, &bytes);

	if (err == OK && bytes.len != FILE_BYTES)
		err = ERR_MISSING;
	if (err == OK)
		err = take_slots(memory, (const struct slot *)bytes.at, origin, public_key);
	arena_free(arena);
	return err == OK && memory->count == 0 ? ERR_MISSING : err;
}

enum err seal_memory_peek(const char *path, const char *origin,
			  const uint8_t public_key[KEY_PUBLIC_BYTES], struct checkpoint *ret_last)
{
	struct seal_memory *memory;
	enum err err = ERR_CORRUPT;

	for (unsigned look = 0; err == ERR_CORRUPT && look < PEEKS; look++) {
		if ((memory = calloc(1, sizeof(*memory))) == NULL)
			return ERR_MEMORY;
		err = peek(memory, path, origin, public_key);
		if (err == OK)
			*ret_last = seal_memory_last(memory)->checkpoint;
		free(memory);
	}
	return err == ERR_LIMIT ? ERR_CORRUPT : err;
}

void seal_memory_close(struct seal_memory *memory)
{
	if (memory->fd > 0)
		close(memory->fd);
	memory->fd = 0;
}

/* ---- What is remembered ---- */

const struct seal_note *seal_memory_last(const struct seal_memory *memory)
{
	return memory->count == 0 ? NULL : &memory->notes[place_of(memory->count)];
}

size_t seal_memory_held(const struct seal_memory *memory)
{
	return memory->count < SEAL_NOTES ? (size_t)memory->count : SEAL_NOTES;
}

const struct seal_note *seal_memory_at(const struct seal_memory *memory, size_t index)
{
	return &memory->notes[place_of(memory->count - seal_memory_held(memory) + 1 + index)];
}

const struct seal_note *seal_memory_next_lost(const struct seal_memory *memory)
{
	return memory->count < SEAL_NOTES ? NULL : &memory->notes[place_of(memory->count + 1)];
}

enum err seal_memory_put(struct seal_memory *memory, const struct checkpoint *checkpoint,
			 struct bytes note)
{
	size_t place = place_of(memory->count + 1);
	struct slot slot;
	ssize_t put;

	format_slot(&slot, memory->count + 1, note);
	do
		put = pwrite(memory->fd, slot.at, sizeof(slot.at),
			     (off_t)(place * SEAL_SLOT_BYTES));
	while (put < 0 && errno == EINTR);
	if (put != (ssize_t)sizeof(slot.at))
		return put >= 0 || errno == ENOSPC || errno == EDQUOT ? ERR_FULL : ERR_IO;
	memory->notes[place].checkpoint = *checkpoint;
	memcpy(memory->notes[place].at, note.at, note.len);
	memory->notes[place].len = note.len;
	memory->count++;
	return OK;
}
