/*
 * serial - running numbers without gaps, one row for each office and year.
 *
 * The counter and what bears the number leave in one commit, so a number that was given is on record,
 * and one that is not was never given. After a restore the desk passes over as many as may have been
 * lost, in every row of the year (desk.h, desk_skip).
 */
#ifndef NODE_SERIAL_H
#define NODE_SERIAL_H

#include "node/turn.h"

#define SERIAL_OFFICE_BYTES 32u /* what is longer is cut */

/* The key of a row; office "" holds what was skipped in this year before a row began. */
struct turn_key serial_key(int year, const char *office);

/* The last number of a row; 0: none was given. Also without a batch. */
enum err serial_last(const struct turn *turn, const char *office, int year, uint64_t *ret_last);

/* Set the last number of a row. */
enum err serial_put(const struct turn *turn, const char *office, int year, uint64_t last);

#endif
