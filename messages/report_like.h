/*
 * report_like - rows of a report that look like earlier ones of their kind, under another element.
 *
 * Lines of goods have the same rows, one after the other, with other values and another index in
 * their paths: what differs is all that is recorded of them (report_whole.h tells the form). Rows
 * are put in order, each once. It borrows the branches and texts of the rows. Internal to
 * report_json.c.
 */
#ifndef MESSAGES_REPORT_LIKE_H
#define MESSAGES_REPORT_LIKE_H

#include "messages/json_writer.h"
#include "messages/report_inside.h"

#define REPORT_LIKE_SLOTS 256u

struct report_like_row {
	const struct branch *source; /* both NULL: of a grafted row, which none is like */
	const struct branch *target;
	const char *from;
	const char *to;
	const char *word;
	const char *ref;
	size_t whole_len; /* about what it takes in a whole report */
};

/* The element of an earlier row's path in whose place another one stands; from NULL: the path is the
 * same, or there is none. */
struct report_like_side {
	const struct branch *from;
	const struct branch *to;
};

struct report_like {
	struct report_like_row rows[REPORT_LIKE_ROWS]; /* the last ones, by number */
	size_t count;                                  /* rows of this kind */
	size_t slots[REPORT_LIKE_SLOTS]; /* by shapes, the last row's number plus 1; 0: none */
	size_t back; /* how far back the rows stand that these look like; 0: no list */
	struct report_like_side source, target;
};

/* Before the rows of a kind; what it held before is forgotten. */
void report_like_begin(struct report_like *like);

/*
 * Put the row if it looks like an earlier one: with what stands before it, into a list of such rows.
 * *saved grows by about what it would take besides in a whole report. false: it does not; no list is
 * open any more.
 */
bool report_like_put(struct report_like *like, struct json_writer *to,
		     const struct report_lying *lying, size_t *saved);

/* One that was put otherwise; whole_len as above. */
void report_like_note(struct report_like *like, const struct report_lying *lying, size_t whole_len);

/* Behind the last row of the kind. */
void report_like_end(struct report_like *like, struct json_writer *to);

#endif
