/*
 * tail_lmdb - room behind the last page of a store's file, written before it is needed. For engine_lmdb.c only.
 *
 * A commit that makes the file longer waits until the file system has found room and written down how
 * long the file is now. So a thread of its own appends zeros while nobody commits, a piece at a time: as much again as
 * is used, TAIL_MOST_BYTES and a 64th of what the file may take at most; to small files nothing. It only ever appends (O_APPEND: the kernel finds the end, whoever else
 * writes), so it never writes over a page; and the store reads nothing behind its last page, so whatever a power cut
 * leaves there is as good.
 */
#ifndef ADAPTERS_TAIL_LMDB_H
#define ADAPTERS_TAIL_LMDB_H

#include <stdint.h>

#include "sampan/err.h"

#define TAIL_MOST_BYTES ((uint64_t)32 << 20)

/* What is used at least where anything is appended. A file of its own: the suites that cut power link a smaller one. */
extern const uint64_t tail_least_bytes;

struct tail;

/*
 * Of the file of this path, which is there, and is never made longer than most_bytes; nor is anything appended where
 * the disk has less room than some TAIL_MOST_BYTES. ERR_MEMORY, ERR_IO.
 */
enum err tail_open(const char *path, uint64_t most_bytes, struct tail **ret_tail);

/* Begin the thread, with all signals blocked, if it is not there. ERR_IO. */
enum err tail_start(struct tail *tail);

/* A commit begins; it is over, and so much of the file is used. Without the thread nothing is done. */
void tail_begin(struct tail *tail);
void tail_end(struct tail *tail, uint64_t used_bytes);

/* NULL is accepted. */
void tail_close(struct tail *tail);

#endif
