/*
 * page - pages for people (docs/desks.md): the gate's half. A page is a call of the API
 * (page_table.h) whose answer a worker draws with a stylesheet (page_work.h); so what one may see is
 * decided once, and one internal form has two writers.
 *
 * Forms: a session says what it means with the field "csrf"; a header is not needed, and nothing else
 * than a session may send one. A form that comes from another site is refused whatever it holds.
 * What was done is answered with 303, so that nothing is sent twice by going back; so is what a form of a browser is shown again
 * for, with the page kept for its session (page_kept.h): going back to it loses nothing.
 *
 * What is refused is a page for who asks for text/html, wherever it was, and problem+json for all
 * others. When no worker can draw, the answer is 503 with a page that is kept for it.
 */
#ifndef NODE_PAGE_H
#define NODE_PAGE_H

#include "node/api.h"

/* What the head says of language and of who asks: sets call->in_vietnamese and is_browser. */
void page_begin(struct api_call *call);

/* The body of a page's form, before the handler; false: the call was refused. */
bool page_take_form(struct api_call *call);

/*
 * Is this answer one for people? true: it is drawn, or leads on, and the call is answered, now or
 * later. false: it goes out as it is.
 */
bool page_answer(struct api_call *call, const struct http_answer *answer);

/* Handlers of pages that are no call of the API. */
api_handler page_home, page_show, page_refused, page_language, page_sign_in, page_lodge;

#endif
