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

/*
 * When a partner that does not answer is greeted again, in run/next-CC; 0: it answers. What a courier
 * wrote that is no more there says nothing: a moment that is past by CONTACT_STALE_MS is 0, too.
 */
#define CONTACT_STALE_MS 60000u
void contact_plan(const struct config *config, const char *country, uint64_t next_ms);
uint64_t contact_next(const struct config *config, const char *country, uint64_t now_ms);

/*
 * Why the link with a partner stands still, as the courier knows it, in run/stopped-CC: also where the
 * partner said so and no record here does. NULL: it goes. Read: "" when it goes; cut where it is too long.
 */
#define CONTACT_WHY_BYTES 400u
void contact_stop(const struct config *config, const char *country, const char *why);
void contact_stopped(const struct config *config, const char *country,
		     char ret_why[CONTACT_WHY_BYTES]);

#endif
