#include "sampan/arena.h"

#include <stdalign.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define BLOCK_BYTES ((size_t)16 * 1024)

struct block {
	struct block *next;
	size_t room;
	size_t used;
	alignas(max_align_t) uint8_t at[];
};

struct arena {
	struct block *blocks; /* the newest first */
	size_t taken;
	size_t max_bytes;
};

struct arena *arena_new(size_t max_bytes)
{
	struct arena *arena = calloc(1, sizeof(*arena));

	if (arena != NULL)
		arena->max_bytes = max_bytes;
	return arena;
}

static void free_blocks(struct block *block)
{
	while (block != NULL) {
		struct block *next = block->next;

		free(block);
		block = next;
	}
}

void arena_free(struct arena *arena)
{
	if (arena == NULL)
		return;
	free_blocks(arena->blocks);
	free(arena);
}

void arena_clear(struct arena *arena)
{
	if (arena->blocks == NULL)
		return;
	free_blocks(arena->blocks->next);
	arena->blocks->next = NULL;
	arena->blocks->used = 0;
	arena->taken = arena->blocks->room;
}

/* Large requests get a block of their own behind the newest, so that the newest stays in use. */
static struct block *add_block(struct arena *arena, size_t size)
{
	size_t room = size > BLOCK_BYTES / 4 ? size : BLOCK_BYTES;
	struct block *block;

	if (room > arena->max_bytes - arena->taken)
		room = size;
	if (room > arena->max_bytes - arena->taken)
		return NULL;
	block = malloc(sizeof(*block) + room);
	if (block == NULL)
		return NULL;
	block->room = room;
	block->used = 0;
	arena->taken += room;
	if (arena->blocks != NULL && room == size) {
		block->next = arena->blocks->next;
		arena->blocks->next = block;
	} else {
		block->next = arena->blocks;
		arena->blocks = block;
	}
	return block;
}

static void *take(struct arena *arena, size_t size)
{
	struct block *block = arena->blocks;
	void *at;

	if (size > SIZE_MAX - alignof(max_align_t))
		return NULL;
	size = (size + alignof(max_align_t) - 1) & ~(alignof(max_align_t) - 1);
	if (block == NULL || block->room - block->used < size)
		block = add_block(arena, size);
	if (block == NULL)
		return NULL;
	at = block->at + block->used;
	block->used += size;
	return at;
}

void *arena_alloc(struct arena *arena, size_t size)
{
	void *at = take(arena, size == 0 ? 1 : size);

	return at == NULL ? NULL : memset(at, 0, size == 0 ? 1 : size);
}

void *arena_alloc_array(struct arena *arena, size_t count, size_t size)
{
	size_t product;

	if (__builtin_mul_overflow(count, size, &product))
		return NULL;
	return arena_alloc(arena, product);
}

uint8_t *arena_copy(struct arena *arena, struct bytes bytes)
{
	uint8_t *at = bytes.len == SIZE_MAX ? NULL : take(arena, bytes.len + 1);

	if (at == NULL)
		return NULL;
	if (bytes.len > 0)
		memcpy(at, bytes.at, bytes.len);
	at[bytes.len] = 0;
	return at;
}

char *arena_text(struct arena *arena, struct bytes bytes)
{
	return (char *)arena_copy(arena, bytes);
}

char *arena_format(struct arena *arena, const char *format, ...)
{
	va_list arguments;
	char *text = NULL;
	int len;

	va_start(arguments, format);
	len = vsnprintf(NULL, 0, format, arguments);
	va_end(arguments);
	if (len < 0 || (text = take(arena, (size_t)len + 1)) == NULL)
		return NULL;
	va_start(arguments, format);
	(void)vsnprintf(text, (size_t)len + 1, format, arguments);
	va_end(arguments);
	return text;
}
