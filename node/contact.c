#include "node/contact.h"

#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

static bool path_of(const struct config *config, const char *country, char ret_path[PATH_MAX])
{
	return snprintf(ret_path, PATH_MAX, "%s/run/heard-%s", config->directory, country) <
	       PATH_MAX;
}

/* An empty file that is emptied again gets the time of that (POSIX, open: O_TRUNC). */
void contact_note(const struct config *config, const char *country)
{
	char path[PATH_MAX];
	int fd;

	if (!path_of(config, country, path))
		return;
	fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0600);
	if (fd >= 0)
		close(fd);
}

uint64_t contact_read(const struct config *config, const char *country)
{
	struct stat status;
	char path[PATH_MAX];

	if (!path_of(config, country, path) || stat(path, &status) != 0 || status.st_mtime < 0)
		return 0;
	return (uint64_t)status.st_mtim.tv_sec * 1000 + (uint64_t)status.st_mtim.tv_nsec / 1000000;
}
