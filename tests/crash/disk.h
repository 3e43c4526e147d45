/*
 * disk - what a process writes and says, seen at the C library's door: a record of it, from which the
 * files can be made again as they could be after a power cut; and a death at any step of it.
 *
 * Linked into a test, it stands in for write, pwrite, pwritev, writev, fdatasync, fsync and sendmsg, of
 * liblmdb too. What is written to an O_DSYNC descriptor is durable when the call returns, all else
 * with the next sync of its file.
 */
#ifndef TESTS_CRASH_DISK_H
#define TESTS_CRASH_DISK_H

#include <stdbool.h>
#include <stdint.h>

#include "sampan/bytes.h"

#define DISK_FILES 2u

/* What becomes of that which was not synced. */
enum disk_loss {
	DISK_KEPT,      /* all of it is there: the process died, the power stayed */
	DISK_DROPPED,   /* nothing of it is there */
	DISK_REORDERED, /* some whole writes are there, in another order */
	DISK_TORN,      /* some sectors of 512 bytes are there */
	DISK_LOSSES
};

/* Record from now on what is written to these files, which are there; as they stand is the beginning.
 */
void disk_begin(const char *const paths[DISK_FILES]);
void disk_end(void);   /* record no more; the record stays */
void disk_clear(void); /* forget it */

/* So many of the next writes to these files find no room (ENOSPC). */
void disk_refuse(uint64_t writes);

/* How many steps were recorded: writes and syncs. */
uint64_t disk_steps(void);
/* How many of them another thread did than the process's first. */
uint64_t disk_steps_beside(void);

/*
 * Make the files anew as they could be after a cut in step `at`: what came before it has happened, the
 * step itself was under way. The seed decides what is left.
 */
void disk_make(const char *const paths[DISK_FILES], uint64_t at, enum disk_loss loss,
	       uint64_t seed);

/*
 * Call for each write to the file of this place that was durable before the cut: it may have had
 * consequences.
 */
typedef void disk_visit(void *context, uint64_t offset, struct bytes bytes);
void disk_durable(unsigned file, uint64_t at, disk_visit *visit, void *context);

/*
 * From now on count every step (before a write, half way through it, behind it, before and behind a
 * sync and a message) and die by SIGKILL at this one; 0: do not count.
 */
void disk_die_at(uint64_t step);

uint32_t disk_random(uint64_t *seed);

#endif
