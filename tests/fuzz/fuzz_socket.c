/*
 * Whatever bytes come over a local socket, in pieces of any size: they are read as messages or
 * refused, never more memory is taken than a few times what came, and each message that was read is
 * written again as the very same bytes. The first byte chooses the pieces.
 */
#include <assert.h>
#include <string.h>

#include "adapters/socket_unix.h"

#define MAX_BYTES 4096u

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Frames that were read, and where in the input the next begins. False: what comes is no frame. */
static bool read_frames(struct socket_in *in, struct bytes input, size_t *place)
{
	struct socket_message message;
	struct socket_out again = {0};
	enum err err;

	while ((err = socket_in_next(in, MAX_BYTES, 1, &message)) == OK) {
		assert(message.count > 1 && message.count <= SOCKET_PARTS);
		assert(socket_out_put(&again, message.parts + 1, message.count - 1) == OK);
		assert(again.end <= SOCKET_HEAD_BYTES + MAX_BYTES);
		assert(again.end <= input.len - *place);
		assert(memcmp(again.at, input.at + *place, again.end) == 0);
		*place += again.end;
		socket_out_note(&again, again.end);
	}
	socket_out_clear(&again);
	return err == ERR_MISSING;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct bytes input = size == 0 ? bytes_of(data, 0) : bytes_of(data + 1, size - 1);
	size_t piece = size == 0 ? 1 : 1 + (size_t)data[0] * 16, place = 0;
	struct socket_in in = {0};
	bool is_good = true;

	for (size_t at = 0; at < input.len && is_good; at += piece) {
		size_t len = input.len - at < piece ? input.len - at : piece;

		assert(socket_in_room(&in) && in.room - in.end >= len);
		memcpy(in.at + in.end, input.at + at, len);
		in.end += len;
		is_good = read_frames(&in, input, &place);
	}
	assert(in.room <= 128u * 1024);
	socket_in_clear(&in);
	return 0;
}
