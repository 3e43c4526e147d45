/*
 * card_file - this node's own cards (card.h): seal/card-1.note, seal/card-2.note and so on, and the
 * key that it countersigns with.
 */
#ifndef NODE_CARD_FILE_H
#define NODE_CARD_FILE_H

#include "node/card.h"

#define CARD_FILE_WITNESS_KEY "seal/witness.key"
#define CARD_FILE_MAX 1000u /* versions */

/*
 * Make the next version from the keys and the certificate as they are now, and the witness's key
 * when there is none yet. On disk when it is OK. ERR_EXISTS: the newest card says the same already.
 * ERR_MISSING: ledger key, certificate or its key are not there. ERR_DENIED: others can read a key.
 */
enum err card_file_make(const char *directory, const char *country, const char *name,
			struct arena *arena, uint64_t *ret_version);

/* The note of a version, in the arena. ERR_MISSING: there is none (yet). */
enum err card_file_load(const char *directory, uint64_t version, struct arena *arena,
			struct bytes *ret_note);

#endif
