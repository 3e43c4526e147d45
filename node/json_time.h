/*
 * json_time - a moment as JSON has it everywhere in this project.
 */
#ifndef NODE_JSON_TIME_H
#define NODE_JSON_TIME_H

#include <stdint.h>

#include <jansson.h>

/* "2026-11-22T09:44:08Z" as clock_format() writes it; null for 0: it did not happen. NULL: no memory. */
json_t *json_time_new(uint64_t time_ms);

#endif
