/*
 * by_hand - a paper certificate of origin that customs recorded by hand while its electronic copy could not come
 * (flows.md, Proof of origin), and that copy. One number of one country counts once, however it is written and whatever
 * date stands beside it (certificate_number_key()): the two have one balance, and one of them is in force.
 *
 * What is recorded leads the life of a certificate that arrived. When the electronic one is read, it goes on where
 * the paper was, with all that was used of it, and the paper is "replaced" (record CopyArrived on both). What the two
 * do not say alike is a finding for the officer on that record; what was used and does not fit the electronic one lets
 * nothing more be used of it until an officer reverses it (use.h).
 */
#ifndef NODE_BY_HAND_H
#define NODE_BY_HAND_H

#include "node/message.h"
#include "sampan/finding.h"

/* The fact of an electronic certificate that names the message of the paper in whose place it stands. */
#define BY_HAND_PAPER "paper"

/* A certificate of another country that was lodged here, and not sent by it. */
bool by_hand_is(const struct message *certificate);

/*
 * It was lodged: let its number lead to it, tell the declarations that name it, watch its last day. Findings, and
 * nothing else is put: a certificate of this number is here, on paper or not; it is of this country; it was issued
 * behind today; it ended more than twelve months ago, when no declaration can bring it any more (Circular 33/2023/TT-BTC
 * Art. 12).
 */
enum err by_hand_record(const struct turn *turn, const struct message *paper,
			struct findings *findings);

/* An electronic certificate was read: take the place of the paper, if there is one. The caller saves it. */
enum err by_hand_cover(const struct turn *turn, struct message *electronic);

/*
 * A bounded piece of letting the numbers of certificates that an older program took lead to them, as long as these
 * have not ended; *ret_more: there is more to do.
 */
enum err by_hand_step(const struct turn *turn, bool *ret_more);

#endif
