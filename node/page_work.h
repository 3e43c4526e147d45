/*
 * page_work - the worker's half of a page (WORK_PAGE): JSON in, HTML out.
 */
#ifndef NODE_PAGE_WORK_H
#define NODE_PAGE_WORK_H

#include "messages/schema.h"
#include "sampan/pack.h"
#include "sampan/stylesheet.h"

#define PAGE_WORK_PAPERS 2u

struct page_work {
	const char *sheet; /* "documents" */
	bool in_vietnamese;
	struct bytes view;     /* page_context.h */
	struct bytes document; /* that the answer's findings speak of: their lines are shown; may be
				* empty */
	/* Documents that are themselves shown (messages/paper.h), each may be empty: "document" of the
	 * tree, and what stands "beside" it. */
	struct bytes papers[PAGE_WORK_PAPERS];
	const char *form; /* of a page that asks: schemas/forms/FORM.xsl; NULL or "": none */
	struct bytes ask; /* what the form is told (form_work.h), with document */
	struct bytes
		table; /* lines of goods that the form is to be filled with (page_lines.h); may be empty */
};

void page_work_pack(struct buffer *to, const struct page_work *work);

/*
 * Answer a packed question with the page. ERR_FORMAT: it cannot be read; ERR_MISSING: no such
 * stylesheet; else as stylesheet_render().
 */
struct page_work_sets {
	const struct stylesheet_set *views;
	const struct schema_set *schemas; /* NULL: no documents are shown */
	const struct stylesheet_set *forms;
};
enum err page_work_serve(const struct page_work_sets *sets, struct bytes question,
			 struct arena *arena, struct buffer *to);

#endif
