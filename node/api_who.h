/*
 * api_who - who asks over HTTP: what a request shows, resolved by the gate's who.h.
 */
#ifndef NODE_API_WHO_H
#define NODE_API_WHO_H

#include "node/api.h"
#include "node/who.h"

/* struct api_ends.identify; context is the struct who. */
void api_who_identify(void *context, struct api_call *call, api_on_known *callback);

/*
 * Answer a call whose caller was not found out (err as identify said) or whose credential or role
 * does not allow it at all: what is wrong and what to do next, in both languages.
 */
void api_who_refuse(struct api_call *call, enum err err);
void api_who_forbid(struct api_call *call);

#endif
