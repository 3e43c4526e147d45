/*
 * contact - when a partner was heard last: what the courier notes, and others show.
 *
 * The time stamp of an empty file run/heard-CC: of use to a person who looks why something waits, and no
 * proof of anything. A node at rest says nothing, so a partner that is well may be silent for long.
 */
#ifndef NODE_CONTACT_H
#define NODE_CONTACT_H

#include "sampan/config.h"

/* Heard now. What cannot be written is left. */
void contact_note(const struct config *config, const char *country);

/* Milliseconds since 1970; 0: never, as far as is known. */
uint64_t contact_read(const struct config *config, const char *country);

#endif
