#include "sampan/pack.h"

#include <string.h>

/* Most of what is packed is short, and there is room. */
static inline uint8_t *room(struct buffer *to, size_t len)
{
	return to->err == OK && len <= to->room - to->len ? to->at + to->len : buffer_room(to, len);
}

void pack_u8(struct buffer *to, uint8_t value)
{
	buffer_put_byte(to, value);
}

void pack_u16(struct buffer *to, uint16_t value)
{
	uint8_t at[2] = {(uint8_t)(value >> 8), (uint8_t)value};

	pack_fixed(to, at, sizeof(at));
}

void pack_u32(struct buffer *to, uint32_t value)
{
	uint8_t *at = room(to, 4);

	if (at == NULL)
		return;
	bytes_put_u32(at, value);
	to->len += 4;
}

void pack_u64(struct buffer *to, uint64_t value)
{
	uint8_t *at = room(to, 8);

	if (at == NULL)
		return;
	bytes_put_u64(at, value);
	to->len += 8;
}

void pack_bytes(struct buffer *to, struct bytes value)
{
	uint8_t *at;

	if (value.len > UINT32_MAX) {
		to->err = to->err == OK ? ERR_LIMIT : to->err;
		return;
	}
	if ((at = room(to, 4 + value.len)) == NULL)
		return;
	bytes_put_u32(at, (uint32_t)value.len);
	if (value.len > 0)
		memcpy(at + 4, value.at, value.len);
	to->len += 4 + value.len;
}

void pack_text(struct buffer *to, const char *value)
{
	pack_bytes(to, bytes_of_text(value));
}

void pack_fixed(struct buffer *to, const void *at, size_t len)
{
	buffer_put(to, bytes_of(at, len));
}

size_t pack_begin(struct buffer *to)
{
	pack_u32(to, 0);
	return to->len;
}

void pack_end(struct buffer *to, size_t begin)
{
	size_t len = to->len - begin;

	if (to->err == OK && len > UINT32_MAX)
		to->err = ERR_LIMIT;
	if (to->err == OK)
		bytes_put_u32(to->at + begin - 4, (uint32_t)len);
}

void unpack_init(struct unpack *from, struct bytes bytes)
{
	*from = (struct unpack){.at = bytes.at, .left = bytes.len};
}

const uint8_t *unpack_fixed(struct unpack *from, size_t len)
{
	const uint8_t *at = from->at;

	if (from->failed || len > from->left) {
		from->failed = true;
		return NULL;
	}
	if (len > 0) {
		from->at += len;
		from->left -= len;
	}
	return at;
}

uint8_t unpack_u8(struct unpack *from)
{
	const uint8_t *at = unpack_fixed(from, 1);

	return at == NULL ? 0 : at[0];
}

bool unpack_bool(struct unpack *from)
{
	uint8_t value = unpack_u8(from);

	if (value > 1)
		from->failed = true;
	return value == 1;
}

uint16_t unpack_u16(struct unpack *from)
{
	const uint8_t *at = unpack_fixed(from, 2);

	if (at == NULL)
		return 0;
	return (uint16_t)((unsigned)at[0] << 8 | at[1]);
}

uint32_t unpack_u32(struct unpack *from)
{
	const uint8_t *at = unpack_fixed(from, 4);

	return at == NULL ? 0 : bytes_get_u32(at);
}

uint64_t unpack_u64(struct unpack *from)
{
	const uint8_t *at = unpack_fixed(from, 8);

	return at == NULL ? 0 : bytes_get_u64(at);
}

struct bytes unpack_bytes(struct unpack *from)
{
	uint32_t len = unpack_u32(from);
	const uint8_t *at = unpack_fixed(from, len);

	if (at == NULL)
		return (struct bytes){0};
	return bytes_of(at, len);
}

const char *unpack_text(struct unpack *from, struct arena *arena)
{
	struct bytes bytes = unpack_bytes(from);
	const char *text;

	if (from->failed || (bytes.len > 0 && memchr(bytes.at, 0, bytes.len) != NULL) ||
	    (text = arena_text(arena, bytes)) == NULL) {
		from->failed = true;
		return "";
	}
	return text;
}

uint32_t unpack_count(struct unpack *from, size_t min_item_bytes)
{
	uint32_t count = unpack_u32(from);

	if (from->failed || (min_item_bytes > 0 && count > from->left / min_item_bytes)) {
		from->failed = true;
		return 0;
	}
	return count;
}

enum err unpack_end(const struct unpack *from)
{
	return from->failed || from->left > 0 ? ERR_FORMAT : OK;
}
