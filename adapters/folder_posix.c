#include "sampan/folder.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/inotify.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#define MAX_NAME_BYTES 200u
#define READ_BYTES ((size_t)64 * 1024)
#define QUIET_SECONDS 2

struct folder {
	int fd;
};

static enum err err_of(int number)
{
	switch (number) {
	case ENOENT:
	case ENOTDIR:
	case ELOOP:
		return ERR_MISSING;
	case EACCES:
	case EPERM:
		return ERR_DENIED;
	case ENOSPC:
	case EDQUOT:
		return ERR_FULL;
	case EEXIST:
		return ERR_EXISTS;
	case ENOMEM:
	case EMFILE: /* passes: strangers may have opened as many connections as we may have
		      * files */
	case ENFILE:
		return ERR_MEMORY;
	default:
		return ERR_IO;
	}
}

enum err folder_open(const char *path, bool create, struct folder **ret_folder)
{
	struct folder *folder;
	int fd;

	if (create && mkdir(path, 0700) != 0 && errno != EEXIST)
		return err_of(errno);
	fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW);
	if (fd < 0)
		return err_of(errno);
	/*
	 * comes when somebody opens a file to write just while we hold a lease on it; would kill us
	 */
	(void)signal(SIGIO, SIG_IGN);
	folder = malloc(sizeof(*folder));
	if (folder == NULL) {
		(void)close(fd);
		return ERR_MEMORY;
	}
	folder->fd = fd;
	*ret_folder = folder;
	return OK;
}

void folder_close(struct folder *folder)
{
	if (folder == NULL)
		return;
	(void)close(folder->fd);
	free(folder);
}

static bool has_ending(const char *name, const char *ending)
{
	size_t len = strlen(name), ending_len = strlen(ending);

	return len >= ending_len && strcmp(name + len - ending_len, ending) == 0;
}

bool folder_is_name(const char *name)
{
	size_t len = strlen(name);

	if (len == 0 || len > MAX_NAME_BYTES || name[0] == '.' || has_ending(name, ".part") ||
	    has_ending(name, ".tmp"))
		return false;
	for (size_t i = 0; i < len; i++)
		if ((unsigned char)name[i] < 0x20 || name[i] == '/' || name[i] == 0x7F)
			return false;
	return true;
}

static int compare_names(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static bool is_kind(int fd, const struct dirent *entry, bool is_folders)
{
	struct stat status;

	if (entry->d_type != DT_UNKNOWN)
		return entry->d_type == (is_folders ? DT_DIR : DT_REG);
	if (fstatat(fd, entry->d_name, &status, AT_SYMLINK_NOFOLLOW) != 0)
		return false;
	return is_folders ? S_ISDIR(status.st_mode) : S_ISREG(status.st_mode);
}

enum err folder_list(struct folder *folder, bool is_folders, size_t max_count, struct arena *arena,
		     const char *const **ret_names, size_t *ret_count)
{
	const char **names = arena_alloc_array(arena, max_count, sizeof(*names));
	int fd = openat(folder->fd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *directory = fd < 0 ? NULL : fdopendir(fd);
	struct dirent *entry;
	size_t count = 0;
	enum err err = OK;

	if (directory == NULL || names == NULL) {
		err = names == NULL ? ERR_MEMORY : err_of(errno);
		if (directory == NULL && fd >= 0)
			(void)close(fd);
		goto out;
	}
	while (count < max_count && (entry = readdir(directory)) != NULL) {
		if (!folder_is_name(entry->d_name) || !is_kind(folder->fd, entry, is_folders))
			continue;
		names[count] = arena_text(arena, bytes_of_text(entry->d_name));
		if (names[count] == NULL) {
			err = ERR_MEMORY;
			goto out;
		}
		count++;
	}
	if (count > 0)
		qsort(names, count, sizeof(*names), compare_names);
	*ret_names = names;
	*ret_count = count;
out:
	if (directory != NULL)
		(void)closedir(directory);
	return err;
}

static void stamp_of(const struct stat *status, struct folder_stamp *ret_stamp)
{
	*ret_stamp = (struct folder_stamp){
		.device = status->st_dev,
		.inode = status->st_ino,
		.size = (uint64_t)status->st_size,
		.changed_s = (uint64_t)status->st_mtim.tv_sec,
		.changed_ns = (uint64_t)status->st_mtim.tv_nsec,
	};
}

/* Changed in the last seconds, by the clock of the file system; a clock that was set back counts as
 * quiet. */
static bool is_fresh(const struct stat *status)
{
	struct timespec now;

	return clock_gettime(CLOCK_REALTIME, &now) == 0 && status->st_ctim.tv_sec <= now.tv_sec &&
	       now.tv_sec - status->st_ctim.tv_sec < QUIET_SECONDS;
}

/*
 * A read lease is granted only while nobody has the file open for writing (fcntl(2), Leases). It is
 * refused for files of other users and on some file systems: there only a file that was left alone
 * for a while is taken as finished.
 */
static bool is_being_written(int fd, const struct stat *status)
{
	if (fcntl(fd, F_SETLEASE, F_RDLCK) == 0) {
		(void)fcntl(fd, F_SETLEASE, F_UNLCK);
		return false;
	}
	return errno == EAGAIN || is_fresh(status);
}

static enum err read_all(int fd, struct buffer *to)
{
	uint8_t chunk[READ_BYTES];
	ssize_t got;

	while ((got = read(fd, chunk, sizeof(chunk))) != 0) {
		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0)
			return err_of(errno);
		buffer_put(to, bytes_of(chunk, (size_t)got));
		if (buffer_error(to) != OK)
			return buffer_error(to);
	}
	return OK;
}

/* Was it written to, or cut, while we read it? */
static bool is_still(int fd, const struct folder_stamp *stamp, size_t len)
{
	struct folder_stamp now;
	struct stat status;

	if (fstat(fd, &status) != 0)
		return false;
	stamp_of(&status, &now);
	return memcmp(&now, stamp, sizeof(now)) == 0 && len == stamp->size;
}

enum err folder_read(struct folder *folder, const char *name, struct buffer *to,
		     struct folder_stamp *ret_stamp)
{
	int fd = openat(folder->fd, name, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
	size_t before = to->len;
	struct stat status;
	enum err err = OK;

	if (fd < 0)
		return err_of(errno);
	if (fstat(fd, &status) != 0)
		err = err_of(errno);
	else if (!S_ISREG(status.st_mode))
		err = ERR_MISSING;
	else if (is_being_written(fd, &status))
		err = ERR_UNAVAILABLE;
	if (err == OK) {
		stamp_of(&status, ret_stamp);
		err = (uint64_t)status.st_size > to->max_bytes ? ERR_LIMIT : read_all(fd, to);
	}
	if (err == OK && !is_still(fd, ret_stamp, to->len - before))
		err = ERR_UNAVAILABLE;
	(void)close(fd);
	return err;
}

static enum err write_all(int fd, struct bytes content)
{
	while (content.len > 0) {
		ssize_t done = write(fd, content.at, content.len);

		if (done < 0 && errno == EINTR)
			continue;
		if (done < 0)
			return err_of(errno);
		content.at += done;
		content.len -= (size_t)done;
	}
	return fsync(fd) == 0 ? OK : err_of(errno);
}

enum err folder_write(struct folder *folder, const char *name, struct bytes content)
{
	char hidden[MAX_NAME_BYTES + 16];
	enum err err;
	int fd;

	if (!folder_is_name(name))
		return ERR_USAGE;
	(void)snprintf(hidden, sizeof(hidden), ".%s.new", name);
	/* what stands there may be a pipe that nobody reads, or another file under a second name */
	(void)unlinkat(folder->fd, hidden, 0);
	fd = openat(folder->fd, hidden, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
	if (fd < 0)
		return err_of(errno);
	err = write_all(fd, content);
	if (close(fd) != 0 && err == OK)
		err = err_of(errno);
	if (err == OK && renameat(folder->fd, hidden, folder->fd, name) != 0)
		err = err_of(errno);
	if (err == OK && fsync(folder->fd) != 0)
		err = err_of(errno);
	if (err != OK)
		(void)unlinkat(folder->fd, hidden, 0);
	return err;
}

enum err folder_remove(struct folder *folder, const char *name)
{
	if (!folder_is_name(name))
		return ERR_USAGE;
	if (unlinkat(folder->fd, name, 0) != 0)
		return err_of(errno);
	return fsync(folder->fd) != 0 ? err_of(errno) : OK;
}

bool folder_has(struct folder *folder, const char *name)
{
	struct stat status;

	return fstatat(folder->fd, name, &status, AT_SYMLINK_NOFOLLOW) == 0;
}

enum err folder_move(struct folder *from, const char *name, const struct folder_stamp *stamp,
		     struct folder *to, const char *new_name)
{
	struct folder_stamp now;
	struct stat status;

	if (fstatat(from->fd, name, &status, AT_SYMLINK_NOFOLLOW) != 0)
		return err_of(errno);
	stamp_of(&status, &now);
	if (memcmp(&now, stamp, sizeof(now)) != 0)
		return ERR_CONFLICT;
	if (renameat2(from->fd, name, to->fd, new_name, RENAME_NOREPLACE) != 0)
		return err_of(errno);
	return fsync(to->fd) == 0 && fsync(from->fd) == 0 ? OK : err_of(errno);
}

enum err folder_watch_open(int *ret_fd)
{
	int fd = inotify_init1(IN_NONBLOCK | IN_CLOEXEC);

	if (fd < 0)
		return ERR_IO;
	*ret_fd = fd;
	return OK;
}

enum err folder_watch_add(int fd, const char *path)
{
	return inotify_add_watch(fd, path, IN_CLOSE_WRITE | IN_MOVED_TO | IN_ONLYDIR) < 0
		       ? err_of(errno)
		       : OK;
}

void folder_watch_drain(int fd)
{
	uint8_t chunk[4096];

	while (read(fd, chunk, sizeof(chunk)) > 0)
		continue;
}

void folder_watch_close(int fd)
{
	if (fd >= 0)
		(void)close(fd);
}
