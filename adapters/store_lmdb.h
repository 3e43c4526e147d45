/*
 * store_lmdb - making the file of a store; what LMDB answers, in our words. For engine_lmdb.c only.
 */
#ifndef ADAPTERS_STORE_LMDB_H
#define ADAPTERS_STORE_LMDB_H

#include "sampan/err.h"

/* A code of LMDB or an errno. */
enum err store_err_of(int code);

/*
 * Make an empty store in a directory that is there, unless there is one. It is made aside and gets
 * its name when it is whole and synced: power lost in the middle of making one would leave a file
 * that LMDB neither opens nor makes anew. ERR_FULL, ERR_IO.
 */
enum err store_make(const char *directory);

#endif
