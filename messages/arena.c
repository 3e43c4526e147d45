#include "sampan/arena.h"

#include <stdalign.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

/* A block is a part of all before it, so that a large document needs few and wastes little. */
#define FIRST_BLOCK_BYTES ((size_t)16 * 1024)
#define LAST_BLOCK_BYTES ((size_t)1024 * 1024)
#define BLOCK_PART 4u
#define SMALL_BYTES ((size_t)128 * 1024) /* until then it doubles: blocks are few */

/*
 * Beyond that, blocks are so large that the kernel can give them in large pages: a page fault for
 * every 4 KB took a third of the time of a document of 8 MB.
 */
#define LARGE_FROM_BYTES ((size_t)8 * 1024 * 1024)
#define LARGE_BLOCK_BYTES ((size_t)4 * 1024 * 1024)
#define LARGE_PAGE_BYTES ((size_t)2 * 1024 * 1024)

/* What needs alignment is taken from the front of a block, text from its end. */
struct block {
	struct block *next;
	size_t size;
	size_t front;
	size_t end;
	alignas(max_align_t) uint8_t at[];
};

/* Memory of malloc that the arena was given. */
struct gift {
	struct gift *next;
	void *memory;
};

struct arena {
	struct block *blocks; /* the newest first */
	struct gift *gifts;
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

static void free_gifts(struct arena *arena)
{
	for (const struct gift *gift = arena->gifts; gift != NULL; gift = gift->next)
		free(gift->memory);
	arena->gifts = NULL;
}

void arena_free(struct arena *arena)
{
	if (arena == NULL)
		return;
	free_gifts(arena);
	free_blocks(arena->blocks);
	free(arena);
}

void arena_clear(struct arena *arena)
{
	free_gifts(arena);
	if (arena->blocks == NULL)
		return;
	free_blocks(arena->blocks->next);
	arena->blocks->next = NULL;
	arena->blocks->front = 0;
	arena->blocks->end = arena->blocks->size;
	arena->taken = arena->blocks->size;
}

size_t arena_size(const struct arena *arena)
{
	return arena->taken;
}

static size_t next_size(const struct arena *arena)
{
	size_t part = arena->taken < SMALL_BYTES ? arena->taken : arena->taken / BLOCK_PART;

	if (arena->taken >= LARGE_FROM_BYTES)
		return LARGE_BLOCK_BYTES - sizeof(struct block);
	if (part < FIRST_BLOCK_BYTES)
		return FIRST_BLOCK_BYTES;
	return part < LAST_BLOCK_BYTES ? part : LAST_BLOCK_BYTES;
}

/* That there are no large pages is no failure. */
static void *take_memory(size_t size)
{
	size_t whole = (size + LARGE_PAGE_BYTES - 1) & ~(LARGE_PAGE_BYTES - 1);
	void *memory;

	if (size < LARGE_BLOCK_BYTES)
		return malloc(size);
	memory = aligned_alloc(LARGE_PAGE_BYTES, whole);
	if (memory != NULL)
		(void)madvise(memory, whole, MADV_HUGEPAGE);
	return memory;
}

/* Large requests get a block of their own behind the newest, so that the newest stays in use. */
static struct block *add_block(struct arena *arena, size_t need)
{
	size_t size = next_size(arena);
	struct block *block;

	if (need > size / 4 || size > arena->max_bytes - arena->taken)
		size = need;
	if (size > arena->max_bytes - arena->taken)
		return NULL;
	block = take_memory(sizeof(*block) + size);
	if (block == NULL)
		return NULL;
	block->size = block->end = size;
	block->front = 0;
	arena->taken += size;
	if (arena->blocks != NULL && size == need) {
		block->next = arena->blocks->next;
		arena->blocks->next = block;
	} else {
		block->next = arena->blocks;
		arena->blocks = block;
	}
	return block;
}

static struct block *block_with(struct arena *arena, size_t room)
{
	struct block *block = arena->blocks;

	if (block == NULL || block->end - block->front < room)
		return add_block(arena, room);
	return block;
}

void *arena_room(struct arena *arena, size_t size)
{
	struct block *block;
	void *at;

	if (size > SIZE_MAX - alignof(max_align_t))
		return NULL;
	size = (size + alignof(max_align_t) - 1) & ~(alignof(max_align_t) - 1);
	if ((block = block_with(arena, size)) == NULL)
		return NULL;
	at = block->at + block->front;
	block->front += size;
	return at;
}

char *arena_text_room(struct arena *arena, size_t size)
{
	struct block *block = block_with(arena, size);

	if (block == NULL)
		return NULL;
	block->end -= size;
	return (char *)block->at + block->end;
}

void *arena_alloc(struct arena *arena, size_t size)
{
	void *at = arena_room(arena, size == 0 ? 1 : size);

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
	uint8_t *at =
		bytes.len == SIZE_MAX ? NULL : (uint8_t *)arena_text_room(arena, bytes.len + 1);

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
	if (len < 0 || (text = arena_text_room(arena, (size_t)len + 1)) == NULL)
		return NULL;
	va_start(arguments, format);
	(void)vsnprintf(text, (size_t)len + 1, format, arguments);
	va_end(arguments);
	return text;
}

enum err arena_give(struct arena *arena, void *memory, size_t size)
{
	struct gift *gift;

	if (size > arena->max_bytes - arena->taken)
		return ERR_MEMORY;
	gift = arena_room(arena, sizeof(*gift));
	if (gift == NULL)
		return ERR_MEMORY;
	*gift = (struct gift){.next = arena->gifts, .memory = memory};
	arena->gifts = gift;
	arena->taken += size;
	return OK;
}
