/*
 * page_paper - the documents that a page shows besides what its call answers: the one it is about,
 * and the one that stands beside it (a certificate that arrived, beside the declaration that names
 * it). Each is read as its download would be, with the caller, so that a page shows no more than a
 * download would give; what they may not have, or what is longer than one piece, is left out.
 */
#ifndef NODE_PAGE_PAPER_H
#define NODE_PAGE_PAPER_H

#include "node/api.h"
#include "node/page_work.h"

/* Does this stylesheet show documents? */
bool page_paper_is_shown(const char *sheet);

/*
 * Fetch them for a call whose handler has answered with this JSON (borrowed); the callback comes
 * once, now or later, unless the call is gone by then. Each paper lives as long as the call, and is
 * empty where there is none.
 */
typedef void page_on_papers(struct api_call *call, void *context,
			    const struct bytes papers[PAGE_WORK_PAPERS]);
void page_paper_fetch(struct api_call *call, struct bytes answer, page_on_papers *callback,
		      void *context);

#endif
