/*
 * findings_json - findings as interface.md shows them: an array of
 * {"severity","code","path","line","value","vi","en"}.
 */
#ifndef NODE_FINDINGS_JSON_H
#define NODE_FINDINGS_JSON_H

#include <jansson.h>

#include "sampan/finding.h"

/*
 * A new array that the caller owns; NULL when out of memory. The last entry says how many more
 * there are, if any.
 */
json_t *findings_json_new(const struct findings *findings);

/*
 * The same as text in the arena, empty when there are no findings; NULL bytes when out of memory.
 */
struct bytes findings_json_format(const struct findings *findings, struct arena *arena);

#endif
