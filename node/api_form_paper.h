/*
 * api_form_paper - a paper that is sent with a form (docs/desks.md): it is attached to the message that the
 * form speaks of before anything else is done with the form, and what was filled in is kept, with the paper
 * chosen in it.
 */
#ifndef NODE_API_FORM_PAPER_H
#define NODE_API_FORM_PAPER_H

#include "node/api_form.h"

/* Does the form bring one, or was its button for that pressed? */
bool api_form_paper_is_there(const struct api_call *call);

/*
 * Was it attached before, by the same form, which was pressed twice? call->doing then holds the paper; and where what its
 * maker saw is followed by that alone, that is what they saw. Otherwise the form was done too, or something else happened,
 * which its key tells.
 */
bool api_form_paper_is_again(struct api_call *call);

/*
 * Attach it; call->doing holds the form, the message as it is now and what the worker is told. then()
 * goes on when it is on disk. Else the call was answered: nothing chosen, no kind of paper, too large; PROBLEM_CHANGED when something happened since its
 * maker saw the message.
 */
void api_form_paper_attach(struct api_call *call, void (*then)(struct api_call *call));

/* The message was read again: its field "attachment[N]" is filled in with the paper. false: no memory. */
bool api_form_paper_choose(struct api_call *call);

#endif
