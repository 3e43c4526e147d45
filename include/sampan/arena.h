/*
 * arena - memory that is freed whole.
 *
 * One arena per document or per request. What it hands out lives until arena_free() or
 * arena_clear(). An arena has a bound, so that no input can make the process grow without end:
 * beyond it every call returns NULL.
 */
#ifndef SAMPAN_ARENA_H
#define SAMPAN_ARENA_H

#include <stdarg.h>

#include "sampan/bytes.h"
#include "sampan/err.h"

struct arena;

/* A new arena of at most max_bytes. NULL when out of memory. */
struct arena *arena_new(size_t max_bytes);

/* Free the arena and all it handed out. NULL is accepted. */
void arena_free(struct arena *arena);

/* Give back all it handed out and keep one block for reuse. */
void arena_clear(struct arena *arena);

/* Zeroed memory, aligned for any type. NULL beyond the bound or out of memory. */
void *arena_alloc(struct arena *arena, size_t size);

/* As arena_alloc for count items of size each; NULL when the product overflows. */
void *arena_alloc_array(struct arena *arena, size_t count, size_t size);

/* As arena_alloc, but not zeroed. */
void *arena_room(struct arena *arena, size_t size);

/* Room for text, neither zeroed nor aligned. NULL as above. */
char *arena_text_room(struct arena *arena, size_t size);

/* A copy of the bytes, with a zero byte behind them that is not counted. NULL as above. */
uint8_t *arena_copy(struct arena *arena, struct bytes bytes);

/* A zero-ended copy of the bytes as text. NULL as above. */
char *arena_text(struct arena *arena, struct bytes bytes);

/*
 * Give it memory of malloc, taken and freed with it. ERR_MEMORY: beyond the bound, or out of memory;
 * then the memory stays the caller's.
 */
enum err arena_give(struct arena *arena, void *memory, size_t size);

/* How many bytes of memory it holds, what is not handed out yet among them. */
size_t arena_size(const struct arena *arena);

/* Formatted text, as printf. NULL as above. */
char *arena_format(struct arena *arena, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

#endif
