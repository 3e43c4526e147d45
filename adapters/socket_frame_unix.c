#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "adapters/socket_unix.h"

#define ROOM_BYTES ((size_t)64 * 1024)
#define KEEP_BYTES ((size_t)1024 * 1024) /* kept by a connection that has nothing under way */

static void wipe(uint8_t *at, size_t begin, size_t end)
{
	if (begin < end)
		bytes_wipe(bytes_of(at + begin, end - begin));
}

/* Move what is in the first `used` bytes to a larger room; not realloc(), which leaves it where it was. */
static bool resize(uint8_t **at, size_t *room, size_t used, size_t wanted)
{
	uint8_t *moved = malloc(wanted);

	if (moved == NULL)
		return false;
	if (used > 0)
		memcpy(moved, *at, used);
	wipe(*at, 0, used);
	free(*at);
	*at = moved;
	*room = wanted;
	return true;
}

/* ---- Coming in ---- */

static enum err read_head(const uint8_t *head, size_t first, struct socket_message *ret_message,
			  size_t *ret_bytes)
{
	uint32_t count = bytes_get_u32(head);
	uint64_t sum = 0;

	if (count == 0 || count > SOCKET_PARTS)
		return ERR_FORMAT;
	if (count > SOCKET_PARTS - first)
		return ERR_LIMIT;
	for (size_t i = 0; i < SOCKET_PARTS; i++) {
		size_t len = bytes_get_u32(head + 4 + 4 * i);

		if (i >= count && len != 0)
			return ERR_FORMAT;
		if (i < count)
			ret_message->parts[first + i].len = len;
		sum += len;
	}
	ret_message->count = first + count;
	*ret_bytes = sum;
	return OK;
}

static void forget_given(struct socket_in *in)
{
	wipe(in->at, in->given, in->begin);
	in->given = in->begin;
}

enum err socket_in_next(struct socket_in *in, size_t max_bytes, size_t first,
			struct socket_message *ret_message)
{
	struct socket_message message;
	const uint8_t *at;
	size_t bytes;
	enum err err;

	forget_given(in);
	if (in->end - in->begin < SOCKET_HEAD_BYTES)
		return ERR_MISSING;
	at = in->at + in->begin;
	if ((err = read_head(at, first, &message, &bytes)) != OK)
		return err;
	if (bytes > max_bytes)
		return ERR_LIMIT;
	if (in->end - in->begin - SOCKET_HEAD_BYTES < bytes)
		return ERR_MISSING;
	at += SOCKET_HEAD_BYTES;
	for (size_t i = first; i < message.count; i++) {
		message.parts[i].at = at;
		at += message.parts[i].len;
		ret_message->parts[i] = message.parts[i];
	}
	ret_message->count = message.count;
	in->begin += SOCKET_HEAD_BYTES + bytes;
	return OK;
}

bool socket_in_room(struct socket_in *in)
{
	size_t len = in->end - in->begin;

	forget_given(in);
	if (len == 0 && in->room > KEEP_BYTES)
		socket_in_clear(in);
	if (in->begin > 0 && len > 0) {
		memmove(in->at, in->at + in->begin, len);
		wipe(in->at, len > in->begin ? len : in->begin, in->end);
	}
	in->given = in->begin = 0;
	in->end = len;
	if (in->room == 0)
		return resize(&in->at, &in->room, 0, ROOM_BYTES);
	/* half of it free: it doubles with what came */
	return len <= in->room / 2 || resize(&in->at, &in->room, len, 2 * in->room);
}

void socket_in_reset(struct socket_in *in)
{
	wipe(in->at, in->given, in->end);
	in->given = in->begin = in->end = 0;
}

void socket_in_clear(struct socket_in *in)
{
	wipe(in->at, in->given, in->end);
	free(in->at);
	*in = (struct socket_in){0};
}

/* ---- Going out ---- */

size_t socket_out_head(const struct bytes *parts, size_t count, uint8_t ret_head[SOCKET_HEAD_BYTES])
{
	size_t sum = SOCKET_HEAD_BYTES;

	assert(count > 0 && count <= SOCKET_PARTS);
	bytes_put_u32(ret_head, (uint32_t)count);
	for (size_t i = 0; i < SOCKET_PARTS; i++) {
		size_t len = i < count ? parts[i].len : 0;

		bytes_put_u32(ret_head + 4 + 4 * i, (uint32_t)len);
		sum += len;
	}
	return sum;
}

static size_t frame_bytes(const uint8_t *head)
{
	size_t sum = SOCKET_HEAD_BYTES;

	for (size_t i = 0; i < SOCKET_PARTS; i++)
		sum += bytes_get_u32(head + 4 + 4 * i);
	return sum;
}

static bool make_room(struct socket_out *out, size_t more)
{
	size_t room = out->room < ROOM_BYTES ? ROOM_BYTES : out->room;

	if (out->room - out->end >= more)
		return true;
	if (out->begin > 0 && out->begin >= out->end - out->begin) {
		memcpy(out->at, out->at + out->begin, out->end - out->begin);
		wipe(out->at, out->begin, out->end);
		out->sent -= out->begin;
		out->end -= out->begin;
		out->begin = 0;
	}
	while (room - out->end < more)
		room *= 2;
	return room == out->room || resize(&out->at, &out->room, out->end, room);
}

enum err socket_out_put(struct socket_out *out, const struct bytes *parts, size_t count)
{
	uint8_t head[SOCKET_HEAD_BYTES];

	if (!make_room(out, socket_out_head(parts, count, head)))
		return ERR_MEMORY;
	memcpy(out->at + out->end, head, sizeof(head));
	out->end += sizeof(head);
	for (size_t i = 0; i < count; i++) {
		if (parts[i].len > 0)
			memcpy(out->at + out->end, parts[i].at, parts[i].len);
		out->end += parts[i].len;
	}
	out->frames++;
	return OK;
}

void socket_out_note(struct socket_out *out, size_t sent)
{
	assert(sent <= out->end - out->sent);
	out->sent += sent;
	if (out->sent == out->end) {
		wipe(out->at, 0, out->end);
		out->begin = out->sent = out->end = out->frames = 0;
		if (out->room > KEEP_BYTES)
			socket_out_clear(out);
		return;
	}
	while (out->begin + frame_bytes(out->at + out->begin) <= out->sent) {
		out->begin += frame_bytes(out->at + out->begin);
		out->frames--;
	}
}

void socket_out_rewind(struct socket_out *out)
{
	out->sent = out->begin;
}

void socket_out_clear(struct socket_out *out)
{
	wipe(out->at, 0, out->end);
	free(out->at);
	*out = (struct socket_out){0};
}
