/*
 * api_form_make - a form that was filled in becomes a document: a worker composes it, and it is lodged, or given to who
 * asked for it as a file. What is wrong stands at the field where it belongs.
 */
#ifndef NODE_API_FORM_MAKE_H
#define NODE_API_FORM_MAKE_H

#include "node/api_form.h"

/*
 * call->doing says all: which form, what was filled in and seen. Whether what was seen still holds, says the ledger
 * (expected.h): who sends the same twice is answered alike, although it is changed by then. Answers the call.
 */
void api_form_make(struct api_call *call);

#endif
