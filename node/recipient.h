/*
 * recipient - whom a route means for a message: partners and parties here, or why nobody is owed
 * anything.
 *
 * destination: the country that the document names. crossed: every country to which the
 * conversation's first document is owed or went (its fact "crosses"). maker: the party here that
 * lodged that document. sender: the partner that sent it. authority: who answers for it here, its
 * issuer for a certificate, else customs. addressee: the authority here to which the envelope is
 * addressed. role:X: the party with this role whose tax code is the document's office, or the first
 * with the role. Anything else is a country.
 */
#ifndef NODE_RECIPIENT_H
#define NODE_RECIPIENT_H

#include "node/message.h"

#define RECIPIENT_ROOM 16u

struct recipients {
	const char *to[RECIPIENT_ROOM]; /* "partner:TH", "party:hai-quan"; in the turn's arena */
	size_t count;
	const char *reason; /* when there is none: "at-home", "no-partner", "no-such-party",
			     * "not-crossed", "abroad" */
};

/* OK: recipients, or none and the reason. Countries beyond RECIPIENT_ROOM: ERR_LIMIT. */
enum err recipient_find(const struct turn *turn, const struct config_route *route,
			const struct message *message, struct recipients *ret_recipients);

#endif
