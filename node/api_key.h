/*
 * api_key - the Idempotency-Key of a request (draft-ietf-httpapi-idempotency-key-header): read, bound
 * to who asks, and kept from being worked on twice at once.
 *
 * What was answered is remembered by the ledger (repeat.h); here is only what is under way.
 */
#ifndef NODE_API_KEY_H
#define NODE_API_KEY_H

#include "node/api.h"
#include "node/form_read.h"

#define API_KEY_BYTES 128u /* the longest key */

/*
 * Reads the key of the call, if it has one, and what makes the request the same: method, path, the
 * query parameters that the call knows, body. ret->key is "" without one. false: the call was
 * answered, because the key has no good form (400) or is being worked on (409). The request counts
 * as under way until the call lives no longer.
 */
bool api_key_take(struct api_call *call, struct repeat_ask *ret);

/*
 * The same of a page's form: once, which the page was made with ("": nothing), with what was filled in. Pressed twice it is one request, though browsers
 * part its fields otherwise each time (multipart/form-data); gone back to and filled in otherwise it is another, for there
 * is no program that could have made a mistake.
 */
bool api_key_take_form(struct api_call *call, const char *once, const struct form_values *values,
		       struct repeat_ask *ret);

#endif
