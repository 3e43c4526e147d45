/*
 * api_hand_over - what a shift leaves to the next (clerk_hand_over.h, hand_over.h), over HTTP.
 */
#ifndef NODE_API_HAND_OVER_H
#define NODE_API_HAND_OVER_H

#include "node/api.h"

#define API_HAND_OVER_PATH "/hand-over" /* of its page; its text has lines */

/* GET /v1/hand-over?office= */
api_handler api_hand_over;

/* POST /v1/hand-over {"office","text"}: 201 {"number"}. Of a page: a form with these fields. */
api_handler api_hand_over_note, api_hand_over_do;

#endif
