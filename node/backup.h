/*
 * backup - a ledger copied into segments (segment.h) while its node runs.
 *
 * backup_go_on() brings the folder to a cut: a state of one commit to take up again. Records,
 * payloads and checkpoints are read as they were committed, and verified on the way: every hash again,
 * the tree rebuilt, each checkpoint against it and against the ledger's key. What is damaged is never
 * copied as good. States and indexes are read in one view of the store: all of them for the first cut,
 * then, as long as the store remembers which (changes.h), those that changed since the last one.
 */
#ifndef NODE_BACKUP_H
#define NODE_BACKUP_H

#include "node/ledger.h"
#include "node/segment.h"

struct backup;

struct backup_with {
	struct ledger *ledger; /* borrowed; read only */
	const char *folder;    /* borrowed */
	const struct key *key; /* of backups; borrowed */
	uint8_t ledger_public_key[KEY_PUBLIC_BYTES];
	/* told now and then; may be NULL */
	void (*progress)(void *context, uint64_t done, uint64_t all);
	void *context;
};

/*
 * ERR_CONFLICT: the folder holds another ledger or epoch, or records that this one does not have.
 * Others as segment_writer_open().
 */
enum err backup_open(const struct backup_with *with, struct backup **ret_backup);
void backup_close(struct backup *backup); /* NULL is accepted */

/*
 * Bring it up to date. OK: the folder holds a cut of what was durable when this was called, or newer;
 * *ret_is_new: something was written. ERR_CORRUPT: a record, payload or checkpoint of the ledger is
 * damaged; *ret_number (0 else) is its number. ERR_FULL, ERR_IO: go on later, with a new backup_open().
 */
enum err backup_go_on(struct backup *backup, bool *ret_is_new, uint64_t *ret_number);

/*
 * How many payloads of what was copied since backup_open() are not in the backup, because they are in archives that are not
 * here, and one of these.
 */
uint64_t backup_away(const struct backup *backup, const char **ret_archive);

/* What the folder holds now. */
const struct segment_mark *backup_newest(const struct backup *backup);

#endif
