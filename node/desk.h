/*
 * desk - the built-in registration desk: gives a checked declaration its number, without gaps per
 * office and year.
 *
 * `register` is a step with two implementations: this desk, or the agency's own system (a later
 * issue). The number has twelve digits like a VNACCS declaration number: 3 for export or 1 for
 * import, two digits of the year, eight of the running number, and a last digit that counts
 * amendments (0 for the original, at most 9). Numbers run per office, so a number names a
 * declaration only together with its office.
 */
#ifndef NODE_DESK_H
#define NODE_DESK_H

#include "node/message.h"

/*
 * Register the declaration and take it off the desk's queue. An amendment gets its original's
 * number with the last digit raised, and the original's timeline says so; it waits in the queue
 * while its original has no number; the tenth is set aside (RegistrationRefused). ERR_LIMIT: the
 * office's numbers of this year are used up.
 */
enum err desk_register(const struct turn *turn, uint64_t message);

/*
 * The ledger was restored, and what was lost may have had numbers: pass over as many in each office of this year.
 * ERR_LIMIT: more offices than there can be.
 */
enum err desk_skip(const struct turn *turn, uint64_t count);

/* The office that registers a document of these facts: the one it names, or the node's own. */
const char *desk_office(const struct turn *turn, const struct facts *facts);

/* The key text of a number given: "registered|OFFICE|NUMBER" in the turn's arena; NULL when out of
 * memory. */
const char *desk_key(const struct turn *turn, const char *office, const char *number);

#endif
