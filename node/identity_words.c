#include "node/identity_words.h"

#include <stddef.h>
#include <string.h>

const char *identity_words(const char *why)
{
	static const struct {
		const char *why, *words;
	} list[] = {
		{"bad-name",
		 "a name has 1 to 64 letters, digits, \".\", \"_\", \"-\", \"@\", and begins with a letter or digit"},
		{"name-taken", "there is an account of this name already"},
		{"unknown-role",
		 "roles are trader, agent, issuing-officer, customs-officer, agency, supervisor, operator, auditor"},
		{"role-not-of-party",
		 "an account needs a role; those other than operator and auditor need a party that has them (--party)"},
		{"unknown-party", "the configuration has no such party; see `sampan party list`"},
		{"unknown-user", "there is no such account, or it is locked"},
		{"offices-without-role",
		 "offices are for customs officers and supervisors, issuing offices for issuing officers"},
		{"party-or-user", "it belongs to a party or to a person: give --party or --user"},
		{"unknown-action", "there is no such action; docs/access.md lists them"},
		{"bad-until", "the end is a date such as 2027-06-30, and lies ahead"},
		{"bound-already", "it is bound to somebody else already"},
		{"beyond-desk",
		 "an officer makes tokens for themselves; an operator makes those of the party"},
		{"kinds-too-wide", "nobody gives out more than they have"},
		{"no-agent", "the agent is no party with the role agent; see `sampan party list`"},
		{"bad-principal", "the principal is a tax code"},
		{"own-principal", "nobody needs a mandate of their own"},
		{"bad-dates", "dates are such as 2027-06-30, and the first comes first"},
		{"revoked", "it was revoked; give a new one"},
	};

	for (size_t i = 0; i < sizeof(list) / sizeof(list[0]); i++)
		if (strcmp(list[i].why, why) == 0)
			return list[i].words;
	return why;
}
