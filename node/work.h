/*
 * work - what workers are asked to do, and how questions and answers are packed (pack.h).
 *
 * The worker is the only role that parses XML. It holds no keys, files, network or ledger: bytes
 * and facts in, findings and bytes out.
 */
#ifndef NODE_WORK_H
#define NODE_WORK_H

#include "messages/report.h"
#include "sampan/facts.h"
#include "sampan/finding.h"
#include "sampan/hash.h"
#include "sampan/stamp.h"

enum work_operation {
	WORK_CHECK = 1,    /* read, identify, verify the signature, check, facts */
	WORK_TRANSLATE = 2, /* read, check nothing again, translate; to the same kind: write it in
			     * canonical form */
	WORK_PAGE = 3,      /* draw a page: page_work.h */
	WORK_STAMP = 4,     /* is an authority's reply a good time stamp? */
	WORK_COMPOSE = 5    /* make the document of a form that was filled in: form_work.h */
};

/* Question of WORK_CHECK. */
struct work_check {
	const char *sender; /* "partner:CC": its card says who signs; "": a party lodges it */
	struct bytes document;
	bool is_to_be_signed; /* by an office's key, later: it need not be signed yet */
};

struct work_checked {
	struct findings findings; /* with errors: refused; facts may be incomplete */
	struct facts facts;
};

/* Question of WORK_TRANSLATE. */
struct work_translate {
	const char *to; /* kind */
	struct bytes document;
	struct facts outside; /* registry.*, route.*, event.* */
};

struct work_translated {
	struct findings findings; /* with errors: nothing below is set */
	struct bytes output;
	const struct report
		*rows;       /* to be packed as report; NULL: that is as it is. Not unpacked */
	struct bytes report; /* report_format_brief; empty: nothing but its form was changed */
	struct hash schema_set;
};

/* Question of WORK_STAMP. */
struct work_stamp {
	struct stamp_question question;
	struct bytes reply;
};

struct work_stamped {
	enum stamp_verdict verdict; /* what follows is set when it is good */
	uint64_t time_ms;
	const char *authority;
	struct bytes token;
};

void work_pack_stamp(struct buffer *to, const struct work_stamp *stamp);
enum err work_unpack_stamp(struct bytes from, struct arena *arena, struct work_stamp *ret);
void work_pack_stamped(struct buffer *to, const struct work_stamped *stamped);
enum err work_unpack_stamped(struct bytes from, struct arena *arena, struct work_stamped *ret);
void work_pack_check(struct buffer *to, const struct work_check *check);
enum err work_unpack_check(struct bytes from, struct arena *arena, struct work_check *ret);
void work_pack_checked(struct buffer *to, const struct work_checked *checked);
enum err work_unpack_checked(struct bytes from, struct arena *arena, struct work_checked *ret);
/* The same of a document that is damaged here, which no worker can read: set aside. */
enum err work_checked_damaged(struct arena *arena, struct work_checked *ret);
void work_pack_translate(struct buffer *to, const struct work_translate *translate);
enum err work_unpack_translate(struct bytes from, struct arena *arena, struct work_translate *ret);
void work_pack_translated(struct buffer *to, const struct work_translated *translated);
enum err work_unpack_translated(struct bytes from, struct arena *arena,
				struct work_translated *ret);

#endif
