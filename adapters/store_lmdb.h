/*
 * store_lmdb - making the file of a store; what LMDB answers, in our words. For engine_lmdb.c only.
 */
#ifndef ADAPTERS_STORE_LMDB_H
#define ADAPTERS_STORE_LMDB_H

#include "sampan/engine.h"

/* A code of LMDB or an errno. */
enum err store_err_of(int code);

/*
 * Make an empty store in a directory that is there, unless there is one. It is made aside and gets
 * its name when it is whole and synced: power lost in the middle of making one would leave a file
 * that LMDB neither opens nor makes anew. ERR_FULL, ERR_IO.
 */
enum err store_make(const char *directory);

/*
 * Could LMDB open what is there? Of its two states it takes the one with the higher transaction number, and
 * believes it: a flipped bit there makes it ask for more memory than there is, or gives back the commit
 * before, whole and in order. The two are written in turn, so their numbers follow each other, the even
 * one on the first page, and the newest ends within the file. ERR_CORRUPT: they do not. (Where the second
 * bit of the newest number flips so that it falls behind the other, both are as they were one commit before.)
 * OK also when there is no file. ERR_IO.
 */
enum err store_check(const char *directory);

/* Is there no room left for this batch? LMDB tells a write that the full disk cut short as EIO. */
bool store_is_full(const char *directory, const struct engine_batch *batch);

#endif
