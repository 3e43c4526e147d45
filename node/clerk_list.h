/*
 * clerk_list - what the clerk answers to who lists messages or follows what happens to them:
 * CLERK_LIST and CLERK_EVENTS. Both leave out what the caller may not see, and both go on from where
 * the last answer ended.
 */
#ifndef NODE_CLERK_LIST_H
#define NODE_CLERK_LIST_H

#include "node/listing.h"

#define CLERK_LIST_EVENTS 200u   /* in one answer */
#define CLERK_LIST_RECORDS 1000u /* looked at for one answer */

struct clerk_list_question {
	const char *values[LISTING_KEYS]; /* as listing.h; NULL: any */
	const char *cursor;               /* of the last page; "": the first */
	uint32_t limit;
};

struct clerk_list_answer {
	uint32_t count;    /* rows */
	const char *next;  /* cursor; "": this was the last page */
	struct bytes rows; /* JSON objects with commas between them */
};

void clerk_list_pack(struct buffer *to, const struct caller *caller,
		     const struct clerk_list_question *question);
enum err clerk_list_unpack_answer(struct bytes from, struct arena *arena,
				  struct clerk_list_answer *ret_answer);

/* CLERK_LIST: what cannot be read is left out. ERR_USAGE: no cursor of this node, or a limit that there is not. */
enum err clerk_list_serve(const struct turn *turn, struct bytes question, struct buffer *to);

/*
 * CLERK_LANES: a question as for CLERK_LIST -> "lanes":[{"lane","count"}],"lanesWhole":BOOL,"toDecide":COUNT,"toDecideWhole":BOOL, members of a
 * JSON object.
 */
enum err clerk_list_serve_lanes(const struct turn *turn, struct bytes question, struct buffer *to);

struct clerk_list_events_question {
	uint64_t after; /* the last record that was looked at */
	uint32_t max_count;
	bool in_vietnamese;
	bool is_followed; /* by somebody whose credential may be revoked meanwhile: it is looked up */
};

struct clerk_list_event {
	uint64_t sequence; /* number of the record */
	struct bytes json;
};

struct clerk_list_events_answer {
	uint64_t until; /* everything up to here was looked at: the next question's `after` */
	uint64_t size;  /* of the ledger: with until == size there is nothing more yet */
	uint32_t count;
	struct clerk_list_event *events; /* in order; borrowed from the answer and in the arena */
};

void clerk_list_pack_events(struct buffer *to, const struct caller *caller,
			    const struct clerk_list_events_question *question);
enum err clerk_list_unpack_events(struct bytes from, struct arena *arena,
				  struct clerk_list_events_answer *ret_answer);

/*
 * CLERK_EVENTS: records behind `after` of messages that the caller may list. after beyond the
 * ledger's size is taken for the size (the number came from outside). A record that cannot be read is
 * passed over; who may see everything gets "Unreadable" in its place. ERR_DENIED: is_followed, and the
 * caller's credential does not hold any more.
 */
enum err clerk_list_serve_events(const struct turn *turn, struct bytes question, struct buffer *to);

#endif
