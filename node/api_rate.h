/*
 * api_rate - how often one may ask over HTTPS (rate.h): each caller by itself, and each address of those who need not say
 * who they are. Whoever asks too often is answered 429, with when to ask again.
 */
#ifndef NODE_API_RATE_H
#define NODE_API_RATE_H

#include "node/api.h"

/* false: the call was answered, and may be gone. */
bool api_rate_of_caller(struct api_call *call);
bool api_rate_of_address(struct api_call *call);

#endif
