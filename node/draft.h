/*
 * draft - a form that somebody of a party began and will go on with (docs/desks.md, "Drafts").
 *
 * A draft is no record: nobody lodged it, and nothing follows from it. It is a file of its party,
 * parties/ID/drafts/DRAFT.json, which only the gate reads and writes; so it is bounded here, and whatever
 * stands in it is text for a form, judged anew. Writing is durable and atomic; the last who saves wins.
 */
#ifndef NODE_DRAFT_H
#define NODE_DRAFT_H

#include "node/form_read.h"
#include "sampan/config.h"

#define DRAFT_MOST 20u                    /* of one party */
#define DRAFT_BYTES ((size_t)1024 * 1024) /* of one */
#define DRAFT_ID_BYTES 17u                /* 16 digits of hexadecimal */

struct draft {
	const char *id;
	const char *form;      /* "apply" */
	const char *reference; /* as filled in; may be empty */
	const char *user;      /* who saved it last */
	const char *changed;   /* when, RFC 3339 */
	struct form_values values;
};

/* Where a party's drafts are. */
struct draft_home {
	const struct config *config;
	const char *party;
	struct arena *arena; /* of what is answered */
};

/* Is it the form of an id? */
bool draft_is_id(const char *text);

/*
 * Save it under its id, or, when that is no id, as a new one with an id of its own. A new one, ERR_FULL: there are
 * DRAFT_MOST, and nothing was written; ERR_LIMIT: longer than DRAFT_BYTES; ERR_IO.
 */
enum err draft_save(const struct draft_home *home, const struct draft *draft, const char **ret_id);

/* ERR_MISSING: there is none (any more); ERR_CORRUPT: the file is no draft. */
enum err draft_load(const struct draft_home *home, const char *id, struct draft *ret_draft);

/* At most DRAFT_MOST, the newest first, without values; what is no draft is passed over. */
enum err draft_list(const struct draft_home *home, struct draft ret_drafts[DRAFT_MOST],
		    size_t *ret_count);

/* OK also when there is none. */
enum err draft_remove(const struct draft_home *home, const char *id);

#endif
