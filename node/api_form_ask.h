/*
 * api_form_ask - what a form is told besides what it was filled in with (docs/desks.md, "Add a form"): who
 * asks, the day, a reference that nobody else has, and the message that it speaks of.
 */
#ifndef NODE_API_FORM_ASK_H
#define NODE_API_FORM_ASK_H

#include "node/api_form.h"

/* Sets call->doing->ask, in the call's arena. ERR_MEMORY; ERR_LIMIT. */
enum err api_form_ask(struct api_call *call);

#endif
