/*
 * api_form - what a person does is a document (docs/desks.md): the gate's half. The message that it
 * speaks of is read as everybody reads it, a worker composes the document (form_work.h), and that is
 * lodged through the pipeline of all doors, with what its maker saw (expected.h).
 */
#ifndef NODE_API_FORM_H
#define NODE_API_FORM_H

#include "node/api.h"
#include "node/form_read.h"
#include "node/form_table.h"

/* A form under way; in the call's arena. */
struct api_form {
	const struct form_row *row;
	struct form_values values; /* what was filled in */
	uint64_t seen;             /* the version that its maker saw; 0: none, a new document */
	uint64_t version;          /* as it is now; 0: not read */
	struct bytes message;      /* JSON of what it speaks of; empty: nothing */
	struct bytes document;     /* its bytes */
	struct bytes ask;          /* what the worker is told: form_work.h */
	struct form_made made;
	const char *once; /* of an order; NULL: what the form says */
	const char *act; /* the button that was pressed: "" or "lodge", "xml", or the form's own */
	const char *draft;  /* the id of the draft that it is; "": none */
	struct bytes table; /* lines of goods that it is to be filled with; empty: none */
	bool is_copy;       /* message and document are what a new one begins with */
	bool is_shown;      /* the form was sent, and is shown again as it was filled in */
	const char *paper;  /* SHA-256 of the one that came with the form; NULL: none is attached */
	void (*next)(struct api_call *call);  /* when all was read */
	void (*after)(struct api_call *call); /* when a paper that came with it is attached */
};

/* POST /v1/messages/{id}/decision {"decision":NAME,"fields":{...}}, If-Match. */
api_handler api_form_decide;

/* One decision of several that a call takes; the message is the call's first parameter. */
struct api_form_order {
	const char *name;          /* of the form */
	struct form_values values; /* what was filled in */
	const char *seen;          /* the version, as form_read_version() reads it */
	const char *once;          /* that makes it be done once; NULL: nothing does */
};

/* As api_form_decide(); what is answered goes to call->on_answer. */
void api_form_decide_as(struct api_call *call, const struct api_form_order *order);

/* GET and POST /documents/{id}/do/{form}; GET and POST /new/{form}. */
api_handler api_form_show, api_form_do, api_form_show_new, api_form_do_new;

/* POST /new/{form}/lines: the form with a table of its goods, shown again with them (page_lines.h). */
api_handler api_form_do_lines;

#endif
