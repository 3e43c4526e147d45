/*
 * page_batch - one decision about several declarations: a supervisor puts them into another lane, for
 * one reason. Each becomes a decision document of its own, made and lodged as api_form.h makes one,
 * by the version that was seen on the page (expected.h); what changed meanwhile, or is refused, is
 * named with why, and nothing is passed over.
 */
#ifndef NODE_PAGE_BATCH_H
#define NODE_PAGE_BATCH_H

#include "node/api.h"

#define PAGE_BATCH_MESSAGES 50u

/*
 * POST /work/chosen: fields "m.ID", back. Shows each as it is now: {"chosen":[{"id","seen","message"}...]}. Nothing
 * chosen, or too many: leads back to the list, which says so and has the ticks as they were (query "say": "choose",
 * "many"; "ticked": ids with "." between them).
 */
api_handler page_batch_chosen;

/*
 * POST /work/re-route: fields "m.ID" = the version seen, lane, text, once. Answers
 * {"items":[{"id","status","answer","before","again"}...],"lane","reason"}: what api_form_decide() would have answered
 * to each, one after the other; what each was before: number, reference, office, lane; and whether who asks had put
 * it into that lane since the page was shown, so that the same was sent twice.
 */
api_handler page_batch_re_route;

#endif
