#include "messages/json_writer.h"

bool json_writer_more(struct json_writer *writer, size_t bytes)
{
	if (writer->at != NULL)
		buffer_fill(writer->buffer, writer->at);
	writer->at = buffer_room(writer->buffer, bytes);
	writer->end = writer->at == NULL ? NULL : writer->buffer->at + writer->buffer->room;
	return writer->at != NULL;
}

enum err json_writer_end(struct json_writer *writer)
{
	if (writer->at != NULL)
		buffer_fill(writer->buffer, writer->at);
	return buffer_error(writer->buffer);
}

void json_writer_put_long(struct json_writer *writer, size_t number)
{
	char text[20];
	size_t at = sizeof(text);

	do {
		text[--at] = (char)('0' + number % 10);
		number /= 10;
	} while (number > 0);
	json_writer_put(writer, text + at, sizeof(text) - at);
}

/* ---- Strings ---- */

static void put_escaped(struct json_writer *writer, uint8_t byte)
{
	static const char short_forms[256] = {
		['"'] = '"', ['\\'] = '\\', ['\n'] = 'n', ['\r'] = 'r', ['\t'] = 't'};
	char form[] = "\\u0000";

	if (short_forms[byte] != 0) {
		form[1] = short_forms[byte];
		json_writer_put(writer, form, 2);
		return;
	}
	form[4] = "0123456789abcdef"[byte >> 4];
	form[5] = "0123456789abcdef"[byte & 0xF];
	json_writer_put(writer, form, 6);
}

static inline bool is_plain(uint8_t byte)
{
	return byte >= 0x20 && byte != '"' && byte != '\\';
}

#define ONES UINT64_C(0x0101010101010101)

/* Nonzero when one of eight bytes is less than count, which is at most 0x80. */
static inline uint64_t less(uint64_t word, uint64_t count)
{
	return (word - ONES * count) & ~word & ONES * 0x80;
}

/* Nonzero when one of eight bytes does not stand for itself. */
static inline uint64_t odd(uint64_t word)
{
	return less(word, 0x20) | less(word ^ ONES * '"', 1) | less(word ^ ONES * '\\', 1);
}

static inline uint64_t load(const uint8_t *at)
{
	uint64_t word;

	memcpy(&word, at, sizeof(word));
	return word;
}

/* Do all stand for themselves, as nearly always? The last eight may be looked at twice. */
static inline bool are_plain(const uint8_t *at, size_t len)
{
	uint64_t odds = 0;

	if (len < sizeof(uint64_t)) {
		for (size_t i = 0; i < len; i++)
			if (!is_plain(at[i]))
				return false;
		return true;
	}
	for (size_t i = 0; i + sizeof(uint64_t) <= len; i += sizeof(uint64_t))
		odds |= odd(load(at + i));
	return (odds | odd(load(at + len - sizeof(uint64_t)))) == 0;
}

static void put_odd_string(struct json_writer *writer, const uint8_t *from, size_t len)
{
	for (size_t i = 0; i < len && json_writer_has_room(writer, len - i);) {
		for (; i < len && is_plain(from[i]); i++)
			*writer->at++ = from[i];
		if (i < len)
			put_escaped(writer, from[i++]);
	}
}

void json_writer_put_string(struct json_writer *writer, const char *text)
{
	const uint8_t *from = (const uint8_t *)text;
	size_t len = strlen(text);

	if (!json_writer_has_room(writer, len + 2))
		return;
	*writer->at++ = '"';
	if (are_plain(from, len))
		writer->at = mempcpy(writer->at, from, len);
	else
		put_odd_string(writer, from, len);
	json_writer_put(writer, "\"", 1);
}
