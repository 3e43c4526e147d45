#include "node/link_window.h"

#include <assert.h>

bool link_window_has_room(const struct link_window *window, size_t bytes)
{
	size_t needed = bytes > 0 ? bytes : 1;

	if (window->count == 0)
		return true;
	return window->count < LINK_FRAMES && window->bytes < window->max_bytes &&
	       needed <= window->max_bytes - window->bytes;
}

void link_window_put(struct link_window *window, const struct link_frame *frame)
{
	size_t place = (window->first + window->count) % LINK_FRAMES;

	assert(window->count < LINK_FRAMES);
	window->sent[place].hash = frame->hash;
	window->sent[place].bytes = frame->content.len;
	window->count++;
	window->bytes += frame->content.len;
}

void link_window_drop(struct link_window *window, uint64_t count)
{
	for (; count > 0; count--) {
		window->bytes -= window->sent[window->first].bytes;
		window->first = (window->first + 1) % LINK_FRAMES;
		window->count--;
	}
}

const struct hash *link_window_hash(const struct link_window *window, uint64_t place)
{
	return &window->sent[(window->first + place) % LINK_FRAMES].hash;
}
