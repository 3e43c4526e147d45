/*
 * seal_witness - the seal as a witness of partners' ledgers: it countersigns a partner's checkpoint
 * only when it is proven to extend the last one of that partner that it countersigned; and it hands
 * out this node's cards.
 *
 * The last one of each partner is kept in seal/witness-CC (the partner's note, synced before the
 * cosignature leaves). The first one is taken as it comes, as long as the key in the partner's card
 * signed it. A later epoch is countersigned when the partner's operator endorsed it (witness_judge()), or an
 * operator of this node let it through (seal_witness_accept()): only the command line can say so, no role but the seal
 * writes to its folder.
 */
#ifndef NODE_SEAL_WITNESS_H
#define NODE_SEAL_WITNESS_H

#include "node/seal.h"
#include "node/witness.h"
#include "sampan/config.h"

/*
 * Let a later epoch of the partner's ledger begin with this note of it: kept in seal/witness-CC.accepted, where the
 * seal finds it. Says nothing of the epoch that it countersigned last. ERR_IO, ERR_FULL.
 */
enum err seal_witness_accept(const char *directory, const char *country, struct bytes note,
			     struct arena *arena);

/* Body of SEAL_COSIGN: the partner's country, then as on the link (without card). */
void seal_pack_cosign(struct buffer *to, const char *partner, const struct witness_shown *shown);

/*
 * SEAL_COSIGN: the cosignature's line. ERR_DENIED: not a partner's, not signed by its key, or not an
 * extension of the last one. ERR_CONFLICT: no proof from the last one: see SEAL_COSIGNED.
 * ERR_MISSING: no key for this. ERR_IO, ERR_FULL: not countersigned.
 */
enum err seal_cosign(struct seal *seal, const struct config *config, struct bytes question,
		     uint64_t now_s, struct buffer *ret_line);

/* SEAL_COSIGNED: body: country; answer: the note countersigned last. ERR_MISSING: none. */
enum err seal_cosigned(const struct seal *seal, const struct config *config, struct bytes question,
		       struct buffer *ret_note);

/* SEAL_CARDS: empty body; answer: a list of bytes, this node's cards in order. */
enum err seal_cards(const struct seal *seal, struct buffer *ret_answer);

#endif
