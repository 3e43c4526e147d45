/*
 * mandate - a principal lets an agent act in its name: which kinds, from when, until when.
 *
 * Given by the principal it holds at once; proposed by the agent or noted by an operator it holds
 * once the principal confirms it (or an operator, with the paper it stands on as reason). Whoever
 * may give it may take it back, at any time, at once. Whether it covers a lodgement is judged in the
 * commit that takes the document over, by the day at the office.
 *
 * The principal is a tax code that the configuration knows, of a party or of a trader; the agent is a
 * party with the role agent; kinds are such as have a procedure here. Verbs and errors: identity.h.
 */
#ifndef NODE_MANDATE_H
#define NODE_MANDATE_H

#include "node/identity.h"

struct mandate {
	uint64_t number;       /* of the record MandateGiven */
	const char *principal; /* tax code */
	const char *agent;     /* party id */
	const char *kinds;     /* words; "" for all */
	const char *from;      /* ISO dates; "" open */
	const char *until;
	const char *given_by; /* actors */
	const char *confirmed_by;
	const char *revoked_by;
	uint64_t given_ms;
	uint64_t confirmed_ms; /* 0: not confirmed */
	uint64_t revoked_ms;   /* 0: in force */
};

/* ERR_MISSING. Texts live in the turn's arena. */
enum err mandate_load(const struct turn *turn, uint64_t number, struct mandate *ret_mandate);

/* Does it hold for this kind ("" or NULL: for any) on the day of time_ms? */
bool mandate_holds(const struct mandate *mandate, const char *kind, uint64_t time_ms);

/*
 * Has the agent a mandate of one of the principals (words of tax codes) that holds now for the kind,
 * and held when the document came (received_ms)?
 */
enum err mandate_covers(const struct turn *turn, const char *principals, const char *agent,
			const char *kind, uint64_t received_ms, bool *ret_covers);

/* "proposed", "in force", "to come", "over", "revoked" on the day of time_ms. */
const char *mandate_state(const struct mandate *mandate, uint64_t time_ms);

/* What the record MandateGiven says of it: names and values, ended by NULL, as long as the mandate lives. */
#define MANDATE_ATTRIBUTES 13u
void mandate_format_attributes(const struct mandate *mandate, bool is_confirmed,
			       const char *ret_attributes[MANDATE_ATTRIBUTES]);

identity_verb mandate_give, mandate_confirm, mandate_revoke;

#endif
