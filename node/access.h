/*
 * access - who may do what: one table, role by action, and in each cell the scope within which it
 * holds.
 *
 * What no cell allows is denied. The same table stands in docs/access.md; tests/test_access.c
 * compares them cell by cell and proves each cell by behaviour. access_may() is pure: whoever asks
 * (the clerk for reading, the ledger for changes) brings the caller and what the ledger knows of
 * the thing in question.
 */
#ifndef NODE_ACCESS_H
#define NODE_ACCESS_H

#include "node/caller.h"

/* The numbers stand in tokens: never change one. */
enum access_action {
	ACCESS_LODGE = 0,     /* lodge a document */
	ACCESS_ATTACH = 1,    /* add an attachment to a message */
	ACCESS_READ = 2,      /* state, timeline, deliveries of a message */
	ACCESS_LIST = 3,      /* lists, searches, live events: what is out of scope is left out */
	ACCESS_DOWNLOAD = 4,  /* document, attachments, translation, report, evidence */
	ACCESS_RECEIPT = 5,   /* the receipt */
	ACCESS_AUTHORISE = 6, /* an exporter's yes or no to a certificate's transmission */
	ACCESS_DECIDE = 7,    /* an officer's decision */
	ACCESS_WEBHOOKS = 8,  /* where one's events are sent to */
	ACCESS_QUEUE = 9,     /* see what waits for whom */
	ACCESS_QUEUE_CHANGE = 10, /* retry, drop */
	ACCESS_PARTNERS = 11,     /* see the partners */
	ACCESS_PEOPLE = 12,       /* add, change and lock accounts */
	ACCESS_TOKENS = 13,       /* make and revoke tokens, bind certificates */
	ACCESS_MANDATES = 14,     /* see mandates */
	ACCESS_MANDATE_GIVE = 15,
	ACCESS_MANDATE_CONFIRM = 16,
	ACCESS_MANDATE_REVOKE = 17,
	ACCESS_AUDIT = 18,   /* who changed identities, who read outside their scope */
	ACCESS_METRICS = 19, /* /metrics */
	ACCESS_HAND_OVER = 20,      /* what is open at an office, and the notes of those before */
	ACCESS_HAND_OVER_NOTE = 21, /* leave one */
	ACCESS_ACTIONS
};

/* Within what a cell allows. */
enum access_scope {
	ACCESS_NEVER = 0,
	ACCESS_SELF,    /* of one's own account; of a party's machine: the party's, of no person */
	ACCESS_OWN,     /* lodged by one's party, of its tax code, handed over to it; or one's own
			 * account */
	ACCESS_MANDATE, /* own, or of a principal whose mandate covers it */
	ACCESS_OFFICE,  /* own, or of one's customs offices and their sub-sections */
	ACCESS_ISSUING, /* own, or of one's issuing offices */
	ACCESS_ALL,     /* everything */
	ACCESS_SCOPES
};

struct access_cell {
	enum access_scope scope;
	bool is_beyond; /* outside the scope too, with a reason, which is recorded */
};

/* Which desk an office's code is of: customs and issuing offices may have the same codes. */
enum access_desk { ACCESS_DESK_CUSTOMS = 0, ACCESS_DESK_ISSUING = 1 };

/* What is asked about. All zero (texts NULL): nothing in particular, such as the queue. */
struct access_object {
	const char *kind;      /* "vn.export"; NULL or "": no document */
	const char *lodger;    /* id of the party that lodged it; for an account, token or mandate:
			      * whose it is */
	const char *user;      /* of a token: the account it belongs to */
	const char *tax_codes; /* words: whose document it is: facts from, exporter, importer; of a
				* mandate: its principal */
	const char *office;    /* "OFFICE" or "OFFICE/SECTION" */
	enum access_desk desk;
	bool is_received; /* it was handed over to the caller's party */
	bool is_mandated; /* mandate.h: a mandate of one of tax_codes for the caller's party
			   * covers it */
};

enum access_verdict {
	ACCESS_NO = 0, /* for one who may not know of it: answer as if it were not there */
	ACCESS_NEEDS_REASON = 1, /* no, but with a reason: 403 that says so */
	ACCESS_RECORD = 2,       /* yes, for the caller's reason: record it before answering */
	ACCESS_YES = 3
};

/*
 * May the caller do this to the object? The best that any of their roles allows, within what the
 * credential is for. A stranger may nothing.
 */
enum access_verdict access_may(const struct caller *caller, enum access_action action,
			       const struct access_object *object);

/*
 * Is there anything that the caller may do it to, perhaps with a reason? For answering 403 before a
 * body is read.
 */
bool access_may_ever(const struct caller *caller, enum access_action action);

/* The table. role: one bit of enum caller_role. */
struct access_cell access_cell(unsigned role, enum access_action action);

/* "queue-change", as docs/access.md and tokens name it. Never NULL; ACCESS_ACTIONS: no such one. */
const char *access_action_name(enum access_action action);
enum access_action access_action_of(struct bytes word);

/* Words ("lodge read") as bits, and back. ERR_USAGE: a word that is no action. "": all actions. */
enum err access_parse_actions(const char *words, uint64_t *ret_actions);
const char *access_format_actions(uint64_t actions, struct arena *arena);

/* "own", "mandate" ...; "-" for ACCESS_NEVER. */
const char *access_scope_name(enum access_scope scope);

/* Is the office within these words ("OFFICE", "OFFICE/SECTION")? */
bool access_office_is_in(const char *words, const char *office);

#endif
