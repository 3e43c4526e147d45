/*
 * api_json - small JSON bodies of requests: one object whose members are texts; and words as a list.
 */
#ifndef NODE_API_JSON_H
#define NODE_API_JSON_H

#include <jansson.h>

#include "node/api.h"

/*
 * The body's members as facts, in the call's arena. members: words, those it may have. false: it
 * was answered with 400: no JSON object, a member twice, one that is not known, or not a text.
 */
bool api_json_facts(struct api_call *call, const char *members, struct facts *ret_facts);

/* ["word", ...] of words with a space between. The caller frees it; NULL: no memory. */
json_t *api_json_words(const char *words);

#endif
