/*
 * buffer - bytes that grow at the end, up to a bound.
 *
 * Errors stick: after the first failure every further put does nothing and buffer_error() tells
 * what failed, so that a writer checks once at the end.
 */
#ifndef SAMPAN_BUFFER_H
#define SAMPAN_BUFFER_H

#include "sampan/arena.h"

struct buffer {
	uint8_t *at;
	size_t len;
	size_t room;
	size_t max_bytes;
	enum err err;
};

/* Begin empty; the buffer never holds more than max_bytes. Release with buffer_clear(). */
void buffer_init(struct buffer *buffer, size_t max_bytes);

/* Release the memory and begin empty again with the same bound. */
void buffer_clear(struct buffer *buffer);

/* Forget the content and any sticky error, keep the memory. */
void buffer_reset(struct buffer *buffer);

void buffer_put(struct buffer *buffer, struct bytes bytes);
void buffer_put_byte(struct buffer *buffer, uint8_t byte);
void buffer_put_text(struct buffer *buffer, const char *text);
void buffer_put_format(struct buffer *buffer, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/*
 * Room for at least `bytes` more at the end, to be written by the caller, who then says with
 * buffer_fill() where it ended. NULL: an error stuck.
 */
uint8_t *buffer_room(struct buffer *buffer, size_t bytes);
void buffer_fill(struct buffer *buffer, const uint8_t *end);

/*
 * Let an arena have what is in it; the buffer is empty then. ERR_MEMORY, or the error that stuck;
 * then nothing has changed.
 */
enum err buffer_give(struct buffer *buffer, struct arena *arena, struct bytes *ret_bytes);

/* OK, ERR_LIMIT (bound reached) or ERR_MEMORY. */
enum err buffer_error(const struct buffer *buffer);

/* What is in it; borrowed until the next call that changes the buffer. */
struct bytes buffer_bytes(const struct buffer *buffer);

#endif
