/*
 * file - small whole files: read, made once, replaced in one step.
 *
 * The promise of writing: when the answer is OK the bytes are on disk under that name (file and
 * folder synced). After a crash what is replaced is the old content or the new, never a part; of what is made a part may
 * be there.
 */
#ifndef NODE_FILE_H
#define NODE_FILE_H

#include "sampan/arena.h"
#include "sampan/err.h"

/*
 * The whole file, copied into the arena; "-" is standard input, and pipes are read to their end.
 * ERR_MISSING; ERR_LIMIT: longer than max_bytes; ERR_IO: also for a folder.
 */
enum err file_read(const char *path, size_t max_bytes, struct arena *arena,
		   struct bytes *ret_bytes);

/* A new file. ERR_EXISTS: there is one already; ERR_FULL: nothing is there; ERR_IO: nor is it, or its folder was not synced. */
enum err file_make(const char *path, unsigned mode, struct bytes bytes);

/*
 * Put the bytes in the place of what was there, if anything; mode 0600. ERR_IO, ERR_FULL: the old
 * content is still there.
 */
enum err file_replace(const char *path, struct bytes bytes);

#endif
