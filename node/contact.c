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
#define STOPPED "stopped"
#define NUMBER_BYTES 24u

static bool path_of(const struct config *config, const char *what, const char *country,
		    char ret_path[PATH_MAX])
{
	return snprintf(ret_path, PATH_MAX, "%s/run/%s-%s", config->directory, what, country) <
	       PATH_MAX;
}

static int open_anew(const char *path)
{
	return open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0600);
}

/* An empty file that is emptied again gets the time of that (POSIX, open: O_TRUNC). */
void contact_note(const struct config *config, const char *country)
{
	char path[PATH_MAX];
	int fd;

	if (!path_of(config, HEARD, country, path))
		return;
	fd = open_anew(path);
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

/* A half is worse than nothing. */
static void write_text(const char *path, const char *text)
{
	int fd = open_anew(path);
	size_t len = strlen(text);

	if (fd < 0)
		return;
	if (write(fd, text, len) != (ssize_t)len)
		(void)unlink(path);
	close(fd);
}

static void read_text(const char *path, char *ret_text, size_t room)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
	ssize_t len = fd < 0 ? 0 : read(fd, ret_text, room - 1);

	ret_text[len < 0 ? 0 : len] = '\0';
	if (fd >= 0)
		close(fd);
}

void contact_plan(const struct config *config, const char *country, uint64_t next_ms)
{
	char path[PATH_MAX], text[NUMBER_BYTES];

	if (!path_of(config, NEXT, country, path))
		return;
	(void)snprintf(text, sizeof(text), "%" PRIu64, next_ms);
	write_text(path, text);
}

uint64_t contact_next(const struct config *config, const char *country, uint64_t now_ms)
{
	char path[PATH_MAX], text[NUMBER_BYTES];
	uint64_t next_ms;

	if (!path_of(config, NEXT, country, path))
		return 0;
	read_text(path, text, sizeof(text));
	next_ms = strtoull(text, NULL, 10);
	return now_ms > CONTACT_STALE_MS && next_ms < now_ms - CONTACT_STALE_MS ? 0 : next_ms;
}

void contact_stop(const struct config *config, const char *country, const char *why)
{
	char path[PATH_MAX];

	if (!path_of(config, STOPPED, country, path))
		return;
	if (why == NULL)
		(void)unlink(path);
	else
		write_text(path, why);
}

void contact_stopped(const struct config *config, const char *country,
		     char ret_why[CONTACT_WHY_BYTES])
{
	char path[PATH_MAX];

	ret_why[0] = '\0';
	if (path_of(config, STOPPED, country, path))
		read_text(path, ret_why, CONTACT_WHY_BYTES);
}
