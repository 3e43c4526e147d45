/*
 * by_hand - a paper certificate of origin that customs recorded by hand while its electronic copy could not come
 * (flows.md, Proof of origin), and that copy. One number counts once: the two have one key (certificate.h), one balance,
 * and one of them is in force.
 *
 * What is recorded leads the life of a certificate that arrived. When the electronic one is read, it goes on where
 * the paper was, with all that was used of it, and the paper is "replaced" (record CopyArrived on both).
 */
#ifndef NODE_BY_HAND_H
#define NODE_BY_HAND_H

#include "node/message.h"
#include "sampan/finding.h"

/* A certificate of another country that was lodged here, and not sent by it. */
bool by_hand_is(const struct message *certificate);

/*
 * It was lodged: let its number lead to it, tell the declarations that name it, watch its last day. A finding
 * (duplicate) when a certificate of this number is here, on paper or not.
 */
enum err by_hand_record(const struct turn *turn, const struct message *paper,
			struct findings *findings);

/* An electronic certificate was read: take the place of the paper, if there is one. The caller saves it. */
enum err by_hand_cover(const struct turn *turn, struct message *electronic);

#endif
