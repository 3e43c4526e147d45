/*
 * pair - an import declaration and the certificate of origin that it names, whichever came first
 * (Circular 33/2023/TT-BTC Art. 12 and 15).
 *
 * What a declaration names is the table "proofs" of its facts. Under SPACE_PAIR, by the certificate's country,
 * number and date of issue, stands every declaration that names it; the certificate itself stands under its
 * own key (certificate.h). Whoever comes second finds the other, and both timelines tell it (Paired).
 */
#ifndef NODE_PAIR_H
#define NODE_PAIR_H

#include "node/message.h"

#define PAIR_DECLARATIONS 256u /* of one certificate, that are told or shown */

/* A proof of origin, as a declaration names it. */
struct pair_proof {
	const char *type; /* FORM-D, PAPER-FORM-D ... */
	const char *country, *number, *issued;
};

/* A declaration was taken over: remember what it names, and tell of what is here. */
enum err pair_declaration(const struct turn *turn, const struct message *declaration);

/* A certificate arrived and was read: tell those that name it; one that cannot be read is passed over. */
enum err pair_certificate(const struct turn *turn, const struct message *certificate);

/*
 * The certificate that a proof names. ERR_MISSING: it is not here, or the proof is none that can be here.
 */
enum err pair_find(const struct turn *turn, const struct pair_proof *proof,
		   struct message *ret_certificate);

/* The declarations that name a certificate, the oldest first; only what is durable. */
enum err pair_list(const struct turn *turn, const struct message *certificate,
		   uint64_t ret_numbers[PAIR_DECLARATIONS], size_t *ret_count);

/* The next proof of a declaration, in the turn's arena. false: there is none. */
struct table;
bool pair_next(const struct turn *turn, struct table *proofs, struct pair_proof *ret_proof);

/*
 * For verification: does every certificate that the declaration names lead to it? And does the entry with this key
 * name a declaration that names a certificate so?
 */
enum err pair_check(const struct turn *turn, const struct message *declaration, bool *ret_is_whole);
bool pair_is_true(const struct turn *turn, struct bytes key, const struct message *declaration);

#endif
