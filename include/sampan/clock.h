/*
 * clock - the time, asked only in the roles and handed down as an argument
 * (adapters/clock_system.c).
 */
#ifndef SAMPAN_CLOCK_H
#define SAMPAN_CLOCK_H

#include <stdbool.h>
#include <stdint.h>

#define CLOCK_TEXT_BYTES 25u /* "2026-11-22T09:44:08.123Z" and a zero */
#define CLOCK_SLACK_MS 1000u /* that one which a time source keeps right may go back by */

/* Milliseconds since 1970-01-01T00:00:00Z. */
uint64_t clock_now_ms(void);

/* Milliseconds of a clock that never goes back; only differences mean something. */
uint64_t clock_monotonic_ms(void);

/*
 * Does the system say that its clock follows a time source? false also where it cannot be asked (a
 * role in its sandbox may not).
 */
bool clock_is_synchronised(void);

/* RFC 3339 in UTC with milliseconds, of the years 1970 to 9999: a later time, which somebody else may have
 * said, is written as the last of them. */
void clock_format(uint64_t time_ms, char ret_text[CLOCK_TEXT_BYTES]);

#endif
