/*
 * desk - the built-in registration desk: gives a checked declaration its number, without gaps per office and year.
 *
 * `register` is a step with two implementations: this desk, or the agency's own system (a later issue). The number has twelve digits like
 * a VNACCS declaration number: 3 for export or 1 for import, two digits of the year, eight of the running number, and a last
 * digit that counts amendments (0 for the original).
 */
#ifndef NODE_DESK_H
#define NODE_DESK_H

#include "node/message.h"

/* Register the declaration and take it off the desk's queue. ERR_LIMIT: the office's numbers of this year are used up. */
enum err desk_register(const struct turn *turn, uint64_t message);

#endif
