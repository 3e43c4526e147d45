#include "node/http_inside.h"

void http_window_begin(struct http_window *window, uint64_t now_ms,
		       const struct http_limits *limits)
{
	*window = (struct http_window){.due_ms = now_ms + limits->rate_ms};
}

bool http_window_is_measured(const struct http_window *window, uint64_t now_ms)
{
	return window->due_ms != 0 && (!window->is_measured || now_ms >= window->due_ms);
}

void http_window_measure(struct http_window *window, uint64_t moved_so_far, uint64_t now_ms,
			 const struct http_limits *limits)
{
	if (!window->is_measured) {
		http_window_begin(window, now_ms, limits);
		window->is_measured = true;
		window->from = moved_so_far;
	}
	window->moved = moved_so_far - window->from;
}

/*
 * A peer with a large buffer tells of room only when a good part of it is free again: of what it
 * took in one period the surplus counts for the next ones, as long as an idle client may stay.
 */
bool http_window_has_stalled(struct http_window *window, uint64_t now_ms,
			     const struct http_limits *limits)
{
	struct http_window next = *window;
	uint64_t periods = limits->idle_ms / limits->rate_ms, spare;
	uint64_t most = window->is_measured && periods > 1 ? (periods - 1) * limits->rate_bytes : 0;

	if (window->due_ms == 0 || now_ms < window->due_ms)
		return false;
	if (window->moved < limits->rate_bytes)
		return true;
	spare = window->moved - limits->rate_bytes;
	next.due_ms = now_ms + limits->rate_ms;
	next.moved = 0;
	next.from += window->moved - (spare < most ? spare : most);
	*window = next;
	return false;
}
