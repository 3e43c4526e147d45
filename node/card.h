/*
 * card - what a node says of itself, signed: its country and name, the key of its ledger, the key
 * that it countersigns with as a witness, and its X.509 certificate, bound to each other.
 *
 * A signed note (note.h) in versions 1, 2, ...; each names the hash of the one before. It is signed by its
 * own ledger key, by the ledger key of the version before, and by the key of its certificate: so who
 * trusts one version can follow to the next, and who trusts the certificate knows whose ledger it is.
 * Old versions are kept: what was signed with their keys is verified with them. Pure; the layout
 * stands in docs/ledger-format.md.
 */
#ifndef NODE_CARD_H
#define NODE_CARD_H

#include "node/note.h"
#include "sampan/token.h"

#define CARD_MAX_BYTES (24u * 1024)
#define CARD_KEY_BYTES (NOTE_NAME_BYTES + 64u) /* a verifier key as text */

struct card {
	char country[3];
	char name[NOTE_NAME_BYTES];
	uint64_t version;
	char ledger_key[CARD_KEY_BYTES];  /* name of the key: "NAME/EPOCH" */
	char witness_key[CARD_KEY_BYTES]; /* name of the key: the node's name (cosignature.h) */
	struct hash before;       /* SHA-256 of the text of the version before; zero: none */
	struct bytes certificate; /* DER */
};

struct card_keys {
	const struct key *ledger;
	const struct key *before; /* of the version before, when it is another; NULL: the same */
	struct token *certificate;
};

/* Sign; the whole note goes to the buffer. ERR_USAGE: a value does not have its form. */
enum err card_sign(const struct card *card, const struct card_keys *keys, struct buffer *to);

/* Read it without believing it; the certificate is in the arena. ERR_FORMAT. */
enum err card_parse(struct bytes note, struct arena *arena, struct card *ret_card);

/*
 * Read it and believe it: signed by the ledger key that is trusted (a verifier key as text: the one
 * on the card itself, or the one before), by its own ledger key, and by its certificate. ERR_FORMAT;
 * ERR_DENIED: one of these is not there or is not good.
 */
enum err card_verify(struct bytes note, const char *trusted, struct arena *arena,
		     struct card *ret_card);

/* Is `next` the version behind `card`? Only versions and hashes are compared. */
bool card_is_next(struct bytes card, struct bytes next, struct arena *arena);

/* SHA-256 of the signed text, which the next version names. ERR_FORMAT. */
enum err card_hash(struct bytes note, struct hash *ret_hash);

#endif
