#include "node/contact.h"

#include <fcntl.h>
#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define HEARD "heard"
#define NEXT "next"
#define NUMBER_BYTES 24u

static bool path_of(const struct config *config, const char *what, const char *country,
		    char ret_path[PATH_MAX])
{
	return snprintf(ret_path, PATH_MAX, "%s/run/%s-%s", config->directory, what, country) <
	       PATH_MAX;
}

/* An empty file that is emptied again gets the time of that (POSIX, open: O_TRUNC). */
void contact_note(const struct config *config, const char *country)
{
	char path[PATH_MAX];
	int fd;

	if (!path_of(config, HEARD, country, path))
		return;
	fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0600);
	if (fd >= 0)
		close(fd);
}

uint64_t contact_read(const struct config *config, const char *country)
{
	struct stat status;
	char path[PATH_MAX];

	if (!path_of(config, HEARD, country, path) || stat(path, &status) != 0 || status.st_mtime < 0)
		return 0;
	return (uint64_t)status.st_mtim.tv_sec * 1000 + (uint64_t)status.st_mtim.tv_nsec / 1000000;
}

void contact_plan(const struct config *config, const char *country, uint64_t next_ms)
{
	char path[PATH_MAX], text[NUMBER_BYTES];
	int fd;

	if (!path_of(config, NEXT, country, path))
		return;
	(void)snprintf(text, sizeof(text), "%" PRIu64, next_ms);
	fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0600);
	if (fd < 0)
		return;
	if (write(fd, text, strlen(text)) < 0)
		(void)unlink(path); /* a half is worse than nothing */
	close(fd);
}

uint64_t contact_next(const struct config *config, const char *country, uint64_t now_ms)
{
	char path[PATH_MAX], text[NUMBER_BYTES] = "";
	uint64_t next_ms;
	int fd;

	if (!path_of(config, NEXT, country, path) ||
	    (fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW)) < 0)
		return 0;
	if (read(fd, text, sizeof(text) - 1) < 0)
		text[0] = '\0';
	close(fd);
	next_ms = strtoull(text, NULL, 10);
	return now_ms > CONTACT_STALE_MS && next_ms < now_ms - CONTACT_STALE_MS ? 0 : next_ms;
}
