/*
 * page_work - the worker's half of a page (WORK_PAGE): JSON in, HTML out.
 */
#ifndef NODE_PAGE_WORK_H
#define NODE_PAGE_WORK_H

#include "sampan/pack.h"
#include "sampan/stylesheet.h"

struct page_work {
	const char *sheet; /* "documents" */
	bool in_vietnamese;
	struct bytes view;     /* page_context.h */
	struct bytes document; /* that the answer's findings speak of: their lines are shown; may be
				* empty */
};

void page_work_pack(struct buffer *to, const struct page_work *work);

/*
 * Answer a packed question with the page. ERR_FORMAT: it cannot be read; ERR_MISSING: no such
 * stylesheet; else as stylesheet_render().
 */
enum err page_work_serve(const struct stylesheet_set *set, struct bytes question,
			 struct arena *arena, struct buffer *to);

#endif
