/*
 * folder - files as a transport: a folder that others put files into and take files from
 * (adapters/folder_posix.c).
 *
 * Reading is careful: only regular files, no links followed, bounded, and never a file that
 * somebody has open for writing. Names that begin with "." or end in ".part" or ".tmp" are not
 * looked at: who writes slowly uses such a name and renames. Writing is durable and atomic: a
 * reader sees the whole file or none.
 */
#ifndef SAMPAN_FOLDER_H
#define SAMPAN_FOLDER_H

#include "sampan/arena.h"
#include "sampan/buffer.h"
#include "sampan/err.h"

struct folder; /* one open folder */

/* Open a folder; create: make it (0700) when it is not there. ERR_MISSING, ERR_IO, ERR_DENIED. */
enum err folder_open(const char *path, bool create, struct folder **ret_folder);
void folder_close(struct folder *folder); /* NULL is accepted */

/*
 * The names in it (files, or folders when is_folders), sorted bytewise, at most max_count; copied
 * into the arena.
 */
enum err folder_list(struct folder *folder, bool is_folders, size_t max_count, struct arena *arena,
		     const char *const **ret_names, size_t *ret_count);

/* What a read saw, so that the same file, and no other, is moved later. */
struct folder_stamp {
	uint64_t device, inode, size, changed_s, changed_ns;
};

/*
 * Read a file into the buffer. ERR_UNAVAILABLE: somebody is still writing it: try again later.
 * ERR_LIMIT: larger than the buffer's bound (the stamp is set). ERR_MISSING: gone, or no regular
 * file.
 */
enum err folder_read(struct folder *folder, const char *name, struct buffer *to,
		     struct folder_stamp *ret_stamp);

/* Write a file, durable when this returns; an existing one is replaced whole. ERR_FULL, ERR_IO. */
enum err folder_write(struct folder *folder, const char *name, struct bytes content);

/* Take a file away, durable when this returns. ERR_MISSING: there is none; ERR_IO. */
enum err folder_remove(struct folder *folder, const char *name);

/* Is there a file of this name? */
bool folder_has(struct folder *folder, const char *name);

/*
 * Move a file to another folder, durable when this returns. ERR_CONFLICT: it is not the file of the
 * stamp any more; nothing was moved.
 * ERR_EXISTS: the other name is taken.
 */
enum err folder_move(struct folder *from, const char *name, const struct folder_stamp *stamp,
		     struct folder *to, const char *new_name);

/*
 * Something that becomes readable when a file is finished in one of the folders watched (inotify).
 * Falls back to nothing: callers also look now and then. ERR_IO: not available here.
 */
enum err folder_watch_open(int *ret_fd);
enum err folder_watch_add(int fd, const char *path);
void folder_watch_drain(int fd);
void folder_watch_close(int fd); /* -1 is accepted */

/*
 * Is this a name we look at and may write: 1 to 200 bytes, no "/", no control characters, not
 * beginning with "." nor ending as above?
 */
bool folder_is_name(const char *name);

#endif
