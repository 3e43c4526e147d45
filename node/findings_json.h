/*
 * findings_json - findings as interface.md shows them: an array of
 * {"severity","code","path","line","value","vi","en"}.
 */
#ifndef NODE_FINDINGS_JSON_H
#define NODE_FINDINGS_JSON_H

#include <jansson.h>

#include "messages/json_writer.h"
#include "sampan/finding.h"

/*
 * A new array that the caller owns; NULL when out of memory. The last entry says how many more
 * there are, if any.
 */
json_t *findings_json_new(const struct findings *findings);

/*
 * The same list put behind what a writer holds, by hand: it is done for every document. ERR_MEMORY;
 * what the writer itself could not do sticks in its buffer.
 */
enum err findings_json_put(const struct findings *findings, struct json_writer *to);

/*
 * The same as text in the arena, empty when there are no findings; NULL bytes when out of memory.
 */
struct bytes findings_json_format(const struct findings *findings, struct arena *arena);

/* Add what such a text holds; the texts are copied. ERR_FORMAT: it is none; some may be added. */
enum err findings_json_parse(struct bytes text, struct findings *findings);

#endif
