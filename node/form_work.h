/*
 * form_work - the worker's half of a form (WORK_COMPOSE): what a person filled in becomes a document.
 *
 * Everything that was filled in is text. The form says which fields it has (docs/desks.md); what is
 * none of them, is missing or is none of its choices is a finding whose path is "field/NAME", and then
 * no document is made. Whether the document is in order is not judged here: it is lodged, and checked
 * as every other.
 */
#ifndef NODE_FORM_WORK_H
#define NODE_FORM_WORK_H

#include "messages/schema.h"
#include "sampan/pack.h"
#include "sampan/stylesheet.h"

#define FORM_WORK_PATH "field/"

struct form_value {
	const char *name; /* "reason", "line[2]/quantity" */
	const char *value;
};

struct form_work {
	const char *form;      /* schemas/forms/FORM.xsl */
	struct bytes ask;      /* JSON: what the form is told (api_form.c) */
	struct bytes document; /* that it speaks of; may be empty */
	const struct form_value *values;
	size_t count;
};

struct form_made {
	struct findings findings; /* with errors: nothing below is set */
	struct stylesheet_made made;
};

void form_work_pack(struct buffer *to, const struct form_work *work);
/* findings are begun in the arena */
enum err form_work_unpack_made(struct bytes from, struct arena *arena, struct form_made *ret_made);

struct form_work_sets {
	const struct stylesheet_set *forms;
	const struct schema_set *schemas;
	size_t max_bytes; /* of the document that is made */
};

/*
 * What a form is applied to, with the root "ask", and in it what was filled in before, also what is empty.
 * NULL when out of memory or ask is no JSON.
 */
struct stylesheet_tree *form_work_tree(const struct form_work_sets *sets,
				       const struct form_work *work, struct arena *arena);

/* Answer a packed question. ERR_FORMAT: it cannot be read; ERR_MISSING: no such form; else as
 * stylesheet_compose(). */
enum err form_work_serve(const struct form_work_sets *sets, struct bytes question,
			 struct arena *arena, struct buffer *to);

#endif
