/*
 * notice - what is said of a document that went before: the status or use of a certificate, a
 * verification, a cancellation, papers. A kind with the fact "follows" (the kinds it speaks of) is
 * one, whether it is lodged here (tie.h finds what it is about) or comes from a partner.
 *
 * A partner may speak of what it sent itself and of what of ours is owed to it or went to it, and of
 * nothing else: for it everything else is as if it were not here.
 */
#ifndef NODE_NOTICE_H
#define NODE_NOTICE_H

#include "node/message.h"

bool notice_is(const struct facts *facts);

/* Is `followed` of a kind that the notice speaks of, the document type and year it names? */
bool notice_fits(const struct facts *notice, const struct facts *followed);

/*
 * An original arrived from a partner: remember what it may be spoken of by, its certificate or its
 * declaration number. What was remembered first stays.
 */
enum err notice_remember(const struct turn *turn, const struct message *arrival);

/* The key text of a declaration that arrived; NULL when out of memory. */
const char *notice_arrived_key(const struct turn *turn, const char *country, const char *number);

/*
 * A notice that arrived is parked: remember it, so that it is found when its original comes after it. The newest of one
 * original is remembered, a cancellation before all else.
 */
enum err notice_wait(const struct turn *turn, const struct message *arrival);

/* The notice that waits for this original, not acted on yet. ERR_MISSING. */
enum err notice_waiting(const struct turn *turn, const struct message *original,
			struct message *ret_notice);

/* The same for a paper that customs recorded (by_hand.h), from its issuer: however its number and date were typed. */
enum err notice_waiting_for_paper(const struct turn *turn, const struct message *paper,
				  struct message *ret_notice);

/*
 * What a notice that arrived from a partner speaks of: the first message of its conversation. A paper is spoken of by
 * its number, however that and its date were typed.
 * ERR_MISSING: nothing here that this partner may speak of.
 */
enum err notice_find(const struct turn *turn, const struct message *arrival,
		     struct message *ret_root);

#endif
