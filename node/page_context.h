/*
 * page_context - what a stylesheet sees besides the answer itself: who asks, in which language, where.
 */
#ifndef NODE_PAGE_CONTEXT_H
#define NODE_PAGE_CONTEXT_H

#include "node/api.h"

/*
 * Append the view of a page, a JSON object (docs/desks.md names its members); "answer" is the body
 * of the answer where that is JSON, else {}. Errors stick in the buffer.
 */
void page_context_put(struct api_call *call, const struct http_answer *answer, struct buffer *to);

/* Is it the answer of a call that gives JSON, or a problem? Otherwise it is a document. */
bool page_context_is_json(const struct http_answer *answer);

/* The CSRF token of the session; false: it is none, and *ret_csrf is "". The caller wipes it. */
bool page_context_csrf(const struct api_call *call, char ret_csrf[HASH_HEX_BYTES]);

#endif
