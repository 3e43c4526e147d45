/*
 * api_who - who asks over HTTP: what a request shows, resolved by the gate's who.h.
 */
#ifndef NODE_API_WHO_H
#define NODE_API_WHO_H

#include "node/api.h"
#include "node/who.h"

/* struct api_ends.identify; context is the struct who. */
void api_who_identify(void *context, struct api_call *call, api_on_known *callback);

#endif
