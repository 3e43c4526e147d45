/*
 * sender - who lodges, for whom, and whether they may: the part of intake.h that looks at the
 * authenticated sender.
 */
#ifndef NODE_SENDER_H
#define NODE_SENDER_H

#include "node/intake.h"

/*
 * Object to what the sender may not lodge: the kind, in another's name without a mandate
 * (mandate.h), under another country's law. Judged as of this turn. ERR_DENIED: the credential that
 * the sender showed at the door does not hold any more; nothing was looked at.
 */
enum err sender_object(const struct turn *turn, struct intake *intake);

/*
 * Object when a person decides by this document about a message that they may not decide about:
 * another office's. `original` is what it speaks of, 0: nothing that is here. What a party's machine
 * lodges is the party's.
 */
enum err sender_object_about(const struct turn *turn, struct intake *intake, uint64_t original);

/*
 * Object when an authority's answer is addressed to somebody else than whose the message is that it answers: who sent
 * it, the trader whom it names, the party that lodged it. Whom the kind's fact "anyAddressee" names passes it on.
 */
enum err sender_object_to_addressee(const struct turn *turn, struct intake *intake,
				    uint64_t original);

/*
 * Does the party speak for the trader whom a document names (its fact that "principal" names): its
 * own tax code, none named, or a mandate for the kind that holds now?
 */
enum err sender_speaks_for(const struct turn *turn, const struct config_party *party,
			   const struct facts *facts, const char *kind, bool *ret_speaks);

/*
 * Whose document it is, as a text for keys: "tax:CODE" of the trader whom it names, else of who sends
 * it; what names neither is the party's own (sender_self()). An agent's documents are so its
 * principals', and those of one trader are the same whoever lodges them. sender_self(): "tax:CODE" of the
 * party, its id without one. In the turn's arena, NULL when out of memory.
 */
const char *sender_holder(const struct turn *turn, const struct intake *intake);
const char *sender_self(const struct turn *turn, const struct intake *intake);

/* Does the document name a trader or a sender, so that sender_holder() does not look at the party? */
bool sender_is_named(const struct intake *intake);

/*
 * The person or credential behind the party, for records: "user:NAME", "token:NAME"; "" for the
 * party's folder. In the turn's arena, NULL when out of memory.
 */
const char *sender_by(const struct turn *turn, const struct intake *intake);

/*
 * Who decides, for four eyes: "user:NAME" of who signed in or whose token it is; of a party's machine
 * "party:ID", whichever machine: a name in the document is anybody's to write. In the turn's arena,
 * NULL when out of memory.
 */
const char *sender_person(const struct turn *turn, const struct intake *intake);

#endif
