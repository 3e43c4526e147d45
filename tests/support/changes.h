/*
 * changes - is what a report calls a change of form one? Looked at with nothing but the two texts,
 * the reason, and the code lists as files.
 */
#ifndef TESTS_SUPPORT_CHANGES_H
#define TESTS_SUPPORT_CHANGES_H

#include "tests/support/report_rows.h"

#define CHANGES_FAULT_BYTES 1024

/*
 * 0: dates are the same day or moment, decimals the same number, codes stand in one line of a list,
 * what was cut is the beginning of what was, and so on, for all rows of the report of one map (in
 * that of several maps in a row reasons come together). Otherwise how many are not; ret_fault tells
 * the first.
 */
size_t changes_check(struct bytes json, char ret_fault[CHANGES_FAULT_BYTES]);

/* Do both texts stand for one moment (with a zone), or for one day? Forms: docs/maps.md. */
bool changes_is_same_moment(const char *first, const char *second);
bool changes_is_same_day(const char *first, const char *second);

/* Are they the same number, written with other zeros? */
bool changes_is_same_number(const char *first, const char *second);

#endif
