/*
 * api_draft - drafts of forms (draft.h) at the door: kept for the party of who is signed in, seen and
 * gone on with by everybody of it who may lodge.
 */
#ifndef NODE_API_DRAFT_H
#define NODE_API_DRAFT_H

#include "node/api.h"

/* GET /drafts; POST /drafts/{id}/delete. */
api_handler api_draft_list, api_draft_delete;

/* What the form under way (call->doing) was filled in with, saved; the call is answered. */
void api_draft_save(struct api_call *call);

/* The draft becomes what the form was filled in with. false: the call was answered. */
bool api_draft_take(struct api_call *call, const char *id);

/* The draft that was lodged, if it was one, is none any more. */
void api_draft_done(struct api_call *call);

#endif
