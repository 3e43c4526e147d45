/*
 * disk - how much room the disk behind a folder has (adapters/disk_posix.c).
 */
#ifndef SAMPAN_DISK_H
#define SAMPAN_DISK_H

#include <stdint.h>

#include "sampan/err.h"

struct disk_room {
	uint64_t free_bytes; /* that this user may still write */
	uint64_t all_bytes;
};

/* ERR_IO: no such folder, or it cannot be asked. */
enum err disk_get_room(const char *folder, struct disk_room *ret_room);

/* What a file takes of the disk; less than its length where it is sparse. ERR_IO. */
enum err disk_get_use(const char *file, uint64_t *ret_bytes);

#endif
