#include "sampan/disk.h"

#include <sys/stat.h>
#include <sys/statvfs.h>

enum err disk_get_room(const char *folder, struct disk_room *ret_room)
{
	struct statvfs disk;

	if (statvfs(folder, &disk) != 0)
		return ERR_IO;
	ret_room->free_bytes = (uint64_t)disk.f_bavail * disk.f_frsize;
	ret_room->all_bytes = (uint64_t)disk.f_blocks * disk.f_frsize;
	return OK;
}

enum err disk_get_use(const char *file, uint64_t *ret_bytes)
{
	struct stat status;

	if (stat(file, &status) != 0)
		return ERR_IO;
	*ret_bytes = (uint64_t)status.st_blocks * 512; /* stat(2): always in units of 512 */
	return OK;
}
