#include "sampan/buffer.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void buffer_init(struct buffer *buffer, size_t max_bytes)
{
	*buffer = (struct buffer){.max_bytes = max_bytes};
}

void buffer_clear(struct buffer *buffer)
{
	free(buffer->at);
	buffer_init(buffer, buffer->max_bytes);
}

void buffer_reset(struct buffer *buffer)
{
	buffer->len = 0;
	buffer->err = OK;
}

static bool make_room(struct buffer *buffer, size_t more)
{
	size_t room = buffer->room < 256 ? 256 : buffer->room;
	uint8_t *at;

	if (buffer->err != OK)
		return false;
	if (more > buffer->max_bytes - buffer->len) {
		buffer->err = ERR_LIMIT;
		return false;
	}
	if (more <= buffer->room - buffer->len)
		return true;
	while (room - buffer->len < more)
		room = room > buffer->max_bytes / 2 ? buffer->max_bytes : room * 2;
	if (room > buffer->max_bytes) /* room is never more than may be used */
		room = buffer->max_bytes;
	at = realloc(buffer->at, room);
	if (at == NULL) {
		buffer->err = ERR_MEMORY;
		return false;
	}
	buffer->at = at;
	buffer->room = room;
	return true;
}

void buffer_put(struct buffer *buffer, struct bytes bytes)
{
	bool has_room = buffer->err == OK && bytes.len <= buffer->room - buffer->len;

	if (bytes.len == 0 || (!has_room && !make_room(buffer, bytes.len)))
		return;
	memcpy(buffer->at + buffer->len, bytes.at, bytes.len);
	buffer->len += bytes.len;
}

uint8_t *buffer_room(struct buffer *buffer, size_t bytes)
{
	return make_room(buffer, bytes) ? buffer->at + buffer->len : NULL;
}

void buffer_fill(struct buffer *buffer, const uint8_t *end)
{
	buffer->len = (size_t)(end - buffer->at);
}

void buffer_put_byte(struct buffer *buffer, uint8_t byte)
{
	buffer_put(buffer, bytes_of(&byte, 1));
}

void buffer_put_text(struct buffer *buffer, const char *text)
{
	buffer_put(buffer, bytes_of_text(text));
}

void buffer_put_format(struct buffer *buffer, const char *format, ...)
{
	va_list arguments;
	int len;

	va_start(arguments, format);
	len = vsnprintf(NULL, 0, format, arguments);
	va_end(arguments);
	/*
	 * vsnprintf also writes a final zero, which is not counted: room for it is needed all the
	 * same
	 */
	if (len < 0 || !make_room(buffer, (size_t)len + 1))
		return;
	va_start(arguments, format);
	(void)vsnprintf((char *)buffer->at + buffer->len, (size_t)len + 1, format, arguments);
	va_end(arguments);
	buffer->len += (size_t)len;
}

enum err buffer_give(struct buffer *buffer, struct arena *arena, struct bytes *ret_bytes)
{
	struct bytes bytes = buffer_bytes(buffer);
	uint8_t *fitting;
	enum err err;

	if (buffer->err != OK || bytes.len == 0) {
		*ret_bytes = buffer->err == OK ? bytes : *ret_bytes;
		return buffer->err;
	}
	fitting = realloc(buffer->at, bytes.len);
	if (fitting == NULL)
		return ERR_MEMORY;
	buffer->at = fitting;
	buffer->room = bytes.len;
	if ((err = arena_give(arena, fitting, bytes.len)) != OK)
		return err;
	buffer_init(buffer, buffer->max_bytes);
	*ret_bytes = bytes_of(fitting, bytes.len);
	return OK;
}

enum err buffer_error(const struct buffer *buffer)
{
	return buffer->err;
}

struct bytes buffer_bytes(const struct buffer *buffer)
{
	return bytes_of(buffer->at, buffer->len);
}
