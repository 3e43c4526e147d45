/*
 * restore - a ledger built anew from segments (segment.h), once or continuously.
 *
 * What it makes is a copy: records, payloads, tree, checkpoints, states and indexes as they were at a
 * cut, under the same name and epoch. Each frame is believed only behind a mark that is signed; each
 * record and payload is hashed again, the tree built by the code that built the first one, each
 * checkpoint compared with it and with the ledger's key. The timeline is made from the records.
 *
 * While it is a copy, the store holds a key of its own (SPACE_COPY): how far the segments were taken
 * over, committed together with what they said. So it goes on after being killed at any step. No node
 * runs on a copy: two nodes would then write the same ledger. An operator's word opens a new epoch on
 * it, which takes the key away.
 */
#ifndef NODE_RESTORE_H
#define NODE_RESTORE_H

#include "node/ledger.h"
#include "node/segment.h"

struct restore;

struct restore_with {
	const char *from;   /* the folder of segments; borrowed */
	const char *ledger; /* the folder of the store, made when it is not there; borrowed */
	size_t map_bytes;
	uint8_t backup_public_key[KEY_PUBLIC_BYTES];
	uint8_t ledger_public_key[KEY_PUBLIC_BYTES];
	/* told now and then; may be NULL */
	void (*progress)(void *context, uint64_t done, uint64_t all);
	void *context;
};

/*
 * ERR_EXISTS: a ledger is there that is no copy, or another process writes to it. ERR_MISSING: there
 * are no segments. ERR_CORRUPT, ERR_UNAVAILABLE: as segment_reader_look(). restore_what() says more
 * of whatever this returns (NULL is accepted; *ret_restore is set also when it fails, unless there is
 * no memory).
 */
enum err restore_open(const struct restore_with *with, struct restore **ret_restore);
void restore_close(struct restore *restore); /* NULL is accepted */

/*
 * Take over all that the folder holds. OK: the copy is at the newest mark, *ret_is_new: it was not
 * before. ERR_CORRUPT: what the segments say is not what was written, or does not fit; the copy is as
 * it was at the mark before. ERR_UNAVAILABLE: they are still being copied; later again. ERR_FULL.
 */
enum err restore_go_on(struct restore *restore, bool *ret_is_new);

/* In words, of the last error; "" when there is nothing more to say. */
const char *restore_what(const struct restore *restore);

/* Is what restore_open() said of the ledger that is there already, and not of the segments? */
bool restore_is_of_ledger(const struct restore *restore);

/* The copy; borrowed. NULL: nothing was taken over yet. */
struct ledger *restore_ledger(struct restore *restore);

/*
 * Is this ledger a copy, and how far was it taken over? ERR_MISSING: it is none. At a mark that is no
 * cut it is no state to take up.
 */
enum err restore_place(struct ledger *ledger, struct segment_place *ret_place);

#endif
