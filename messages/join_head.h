/*
 * join_head - what stands above the lines of a part: its values, one by one. Internal to join.c.
 */
#ifndef MESSAGES_JOIN_HEAD_H
#define MESSAGES_JOIN_HEAD_H

#include "messages/join.h"

/* The reason "sequence", as rows of the parts' numbers have it: the whole does not hold them. */
extern const char join_head_counter[];

/*
 * All values of a part outside its lines, as rows: source, from, and word the reason that the value
 * has by itself ("sequence" for the numbers of parts, what the map says of "once", "schema-hint"),
 * or NULL. All rows are REPORT_DROPPED, source_document the part's place from 1.
 */
enum err join_head_read(const struct join *join, size_t part, struct trace *ret_trace);

#endif
