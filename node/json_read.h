/*
 * json_read - reading JSON that a node's roles answered with, where what is missing counts as
 * nothing.
 */
#ifndef NODE_JSON_READ_H
#define NODE_JSON_READ_H

#include <stdint.h>

#include <jansson.h>

/* The text under the name, borrowed from the object; "" when there is none. object may be NULL. */
const char *json_read_text(const json_t *object, const char *name);

/* The number under the name; 0 when there is none. */
uint64_t json_read_number(const json_t *object, const char *name);

#endif
