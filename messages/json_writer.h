/*
 * json_writer - JSON put behind what a buffer holds, for texts of many small pieces (RFC 8259).
 *
 * The room at the buffer's end is used directly, so that the buffer is asked only when it is used
 * up. Errors stick in the buffer; nobody else puts anything into it until json_writer_end().
 */
#ifndef MESSAGES_JSON_WRITER_H
#define MESSAGES_JSON_WRITER_H

#include <string.h>

#include "sampan/buffer.h"

struct json_writer {
	struct buffer *buffer;
	uint8_t *at; /* what is next written; NULL: at first, or after an error */
	uint8_t *end;
};

/* What json_writer_has_room() cannot do at once. */
bool json_writer_more(struct json_writer *writer, size_t bytes);

/* May so many bytes be written at writer->at? */
static inline bool json_writer_has_room(struct json_writer *writer, size_t bytes)
{
	return bytes <= (size_t)(writer->end - writer->at) || json_writer_more(writer, bytes);
}

/* As it is. */
static inline __attribute__((always_inline)) void json_writer_put(struct json_writer *writer,
								  const char *text, size_t len)
{
	if (json_writer_has_room(writer, len))
		writer->at = mempcpy(writer->at, text, len);
}

/* In decimal: one of more than two digits. */
void json_writer_put_long(struct json_writer *writer, size_t number);

/* Nearly always of one or two digits. */
static inline void json_writer_put_number(struct json_writer *writer, size_t number)
{
	if (number > 99) {
		json_writer_put_long(writer, number);
	} else if (json_writer_has_room(writer, 2)) {
		if (number > 9)
			*writer->at++ = (uint8_t)('0' + (uint8_t)number / 10);
		*writer->at++ = (uint8_t)('0' + (uint8_t)number % 10);
	}
}

/* A string with its quotes (section 7). */
void json_writer_put_string(struct json_writer *writer, const char *text);

/* The buffer has all of it. */
enum err json_writer_end(struct json_writer *writer);

#endif
