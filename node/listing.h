/*
 * listing - messages found by what they say, newest first, page by page.
 *
 * There is no index but the order of arrival, that of states (by_state.h) and that of names (named.h: a reference, a
 * number): else messages are looked at
 * where they lie, at most LISTING_ROWS for one page, so that a question costs the same whatever is
 * asked and whoever asks (docs/decisions.md). A page may therefore be short or empty and still have a next one. What
 * arrives meanwhile is newer than every page's end, so no page is shifted by it: nothing that was
 * there when the first page was asked for is missed or comes twice.
 *
 * A cursor says where the next page begins and nothing else; whoever makes one up sees what they
 * would have seen anyway.
 */
#ifndef NODE_LISTING_H
#define NODE_LISTING_H

#include "node/reading.h"

#define LISTING_ROWS 20000u       /* looked at for one page */
#define LISTING_STATE_ROWS 10000u /* of them, where they are found by their state */
#define LISTING_LIMIT 200u        /* of one page */
#define LISTING_DEFAULT 50u
#define LISTING_CURSOR_BYTES 33u

enum listing_key {
	LISTING_REFERENCE,    /* the lodger's own reference */
	LISTING_PARTY,        /* id of the party that lodged it */
	LISTING_STATE,        /* docs/states.md, or LISTING_OPEN */
	LISTING_SCHEMA,       /* "vn.export" or "vn.export/1" */
	LISTING_TAX_CODE,     /* of who sends, exports, imports */
	LISTING_NUMBER,       /* of the declaration: given here, or named */
	LISTING_BASE,         /* the same without its last digit, which counts amendments */
	LISTING_OFFICE,       /* customs or issuing office */
	LISTING_COUNTRY,      /* under whose law it stands */
	LISTING_CERTIFICATE,  /* number of the certificate */
	LISTING_UCR,          /* unique consignment reference */
	LISTING_TRANSPORT,    /* transport document */
	LISTING_CONTAINER,    /* as the fact has it: one word of several */
	LISTING_CONVERSATION, /* id of the message that began it */
	LISTING_LANE,         /* of risk management (lane.h) */
	LISTING_KEYS
};

struct listing_query {
	const char *values[LISTING_KEYS]; /* NULL: any; all that are given must fit */
	uint64_t before;       /* only messages with smaller numbers; 0: from the newest */
	uint64_t conversation; /* number of values[LISTING_CONVERSATION] */
	uint32_t limit;        /* 1 to LISTING_LIMIT */
};

struct listing {
	uint64_t numbers[LISTING_LIMIT];
	size_t count;
	uint64_t next; /* where the next page begins: its `before`; 0: there is none */
};

#define LISTING_OPEN "open" /* as a state: any that listing_open.h knows */
#define LISTING_DECIDE \
	"to-decide" /* likewise: certificates that wait for customs, listing_decide.h */

/* How many of what is open lie in each lane. */
#define LISTING_LANES 16u
#define LISTING_LANE_BYTES 32u
struct listing_lanes {
	struct {
		char lane[LISTING_LANE_BYTES]; /* "": in none */
		uint32_t count;
	} items[LISTING_LANES];
	size_t count;
	bool is_whole; /* false: there is more than was looked at */
};

/* "reference", "taxCode": the parameter's name; LISTING_KEYS: there is none of that name. */
const char *listing_key_name(enum listing_key key);
enum listing_key listing_key_of(const char *name);

/* Are refusals asked for? They are no messages, and are listed only by their state. */
bool listing_is_of_refusals(const struct listing_query *query);

/* One page of what the caller may list. */
enum err listing_page(const struct reading *reading, const struct listing_query *query,
		      struct listing *ret_listing);

/* Of all that is open and fits, whatever the query says of state, lane and place; lanes in the order in
 * which they were met. */
enum err listing_count_lanes(const struct reading *reading, const struct listing_query *query,
			     struct listing_lanes *ret_lanes);

/*
 * How many certificates wait for who asks, whatever else the query says: of the newest LISTING_DECIDE_ROWS messages in
 * states in which one can wait. *ret_is_whole: there were no more.
 */
#define LISTING_DECIDE_ROWS 2000u
enum err listing_count_decide(const struct reading *reading, uint32_t *ret_count,
			      bool *ret_is_whole);

/* Opaque text of a place in the list, bound to the ledger's epoch. false: no cursor of this one. */
void listing_format_cursor(uint64_t epoch, uint64_t before, char ret_cursor[LISTING_CURSOR_BYTES]);
bool listing_parse_cursor(uint64_t epoch, const char *cursor, uint64_t *ret_before);

#endif
