/*
 * grounds - what verdicts on signatures rest on, put on record: the certificates and revocation lists of
 * the trust folder, each once, as they were when the node began to use them.
 *
 * A worker says by hash which of them a verdict rests on (`signature.issuers`, `signature.lists`); the
 * ledger role reads the same folder when it starts, which is when workers do, and records what is not on
 * record yet in this epoch. So evidence can show years later what the list of then said. Key `g`, SHA-256
 * of the DER form (anew.h) -> number of the record `TrustRecorded`. Nothing is parsed here but the PEM text
 * around the DER.
 */
#ifndef NODE_GROUNDS_H
#define NODE_GROUNDS_H

#include "node/turn.h"

#define GROUNDS_EVENT "TrustRecorded"
#define GROUNDS_AUTHORITY "authority" /* roles of payloads */
#define GROUNDS_LIST "list"

struct ground {
	struct hash hash; /* SHA-256 of der */
	struct bytes der;
	bool is_list;
};

/* All of a folder's, each once. */
struct grounds {
	struct arena *arena; /* of the DER; NULL: there are none left */
	struct ground *items;
	size_t count, next; /* those before `next` are on record */
};

/*
 * Read the PEM files of a folder, as trust_folder.h takes them. What cannot be read there as PEM is passed
 * over (a worker says so). OK also without a folder. ERR_MEMORY, ERR_IO, ERR_LIMIT: grounds are empty.
 */
enum err grounds_open(const char *folder, struct grounds *ret_grounds);
void grounds_close(struct grounds *grounds); /* also one that is all zero */

/*
 * Put the next that are not on record in this epoch into the batch, some MiB in one turn; *ret_has_more:
 * there may be others.
 */
enum err grounds_put(struct grounds *grounds, const struct turn *turn, bool *ret_has_more);

/* Where it is on record in an epoch. ERR_MISSING. */
enum err grounds_find(const struct turn *turn, const struct hash *hash, uint64_t epoch,
		      uint64_t *ret_number);

#endif
