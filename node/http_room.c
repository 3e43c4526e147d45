#include <assert.h>

#include "node/http_inside.h"

bool http_room_hold(struct http_house *house, size_t *held, size_t bytes)
{
	if (bytes > house->limits.buffered_bytes - house->counts.buffered_bytes)
		return false;
	*held += bytes;
	house->counts.buffered_bytes += bytes;
	return true;
}

void http_room_release(struct http_house *house, size_t *held)
{
	assert(*held <= house->counts.buffered_bytes);
	house->counts.buffered_bytes -= *held;
	*held = 0;
}
