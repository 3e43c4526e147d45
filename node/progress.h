/*
 * progress - a bar on stderr while long work goes on, when that is a terminal; otherwise nothing.
 */
#ifndef NODE_PROGRESS_H
#define NODE_PROGRESS_H

#include <stdbool.h>
#include <stdint.h>

struct progress {
	const char *what; /* "files"; borrowed */
	bool is_shown;
};

/* is_wanted: false, where the work is too short for a bar. */
struct progress progress_begin(const char *what, bool is_wanted);

/* Draw it anew: "[####    ] 3 of 7 files". */
void progress_draw(const struct progress *progress, uint64_t done, uint64_t all);

/* Take it away, so that a line can be printed; the next draw brings it back. */
void progress_hide(const struct progress *progress);

/* The bar stays; what follows begins on a line of its own. */
void progress_end(const struct progress *progress);

#endif
