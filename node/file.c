#include "node/file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "sampan/buffer.h"

#define PATH_BYTES 4096u

static enum err err_of_errno(void)
{
	switch (errno) {
	case ENOENT:
	case ENOTDIR:
		return ERR_MISSING;
	case EEXIST:
		return ERR_EXISTS;
	case ENOSPC:
	case EDQUOT:
		return ERR_FULL;
	case EACCES:
	case EPERM:
		return ERR_DENIED;
	default:
		return ERR_IO;
	}
}

static enum err read_all(int fd, uint8_t *at, size_t len)
{
	while (len > 0) {
		ssize_t got = read(fd, at, len);

		if (got < 0 && errno == EINTR)
			continue;
		if (got <= 0)
			return ERR_IO;
		at += got;
		len -= (size_t)got;
	}
	return OK;
}

static enum err read_file(int fd, size_t size, struct arena *arena, struct bytes *ret_bytes)
{
	uint8_t *at = arena_alloc(arena, size + 1);
	enum err err = at == NULL ? ERR_MEMORY : read_all(fd, at, size);

	if (err == OK)
		*ret_bytes = bytes_of(at, size);
	return err;
}

/* Of a pipe nobody knows the length before its end. */
static enum err read_pipe(int fd, size_t max_bytes, struct arena *arena, struct bytes *ret_bytes)
{
	struct buffer all;
	uint8_t piece[65536], *copy;
	ssize_t got = 1;
	enum err err;

	buffer_init(&all, max_bytes);
	while (got != 0 && buffer_error(&all) == OK) {
		got = read(fd, piece, sizeof(piece));
		if (got > 0)
			buffer_put(&all, bytes_of(piece, (size_t)got));
		else if (got < 0 && errno != EINTR)
			break;
	}
	err = got < 0 ? ERR_IO : buffer_error(&all);
	if (err == OK && (copy = arena_copy(arena, buffer_bytes(&all))) == NULL)
		err = ERR_MEMORY;
	if (err == OK)
		*ret_bytes = bytes_of(copy, all.len);
	buffer_clear(&all);
	return err;
}

enum err file_read(const char *path, size_t max_bytes, struct arena *arena, struct bytes *ret_bytes)
{
	bool is_stdin = strcmp(path, "-") == 0;
	int fd = is_stdin ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC);
	struct stat status;
	enum err err;

	if (fd < 0)
		return err_of_errno();
	if (fstat(fd, &status) != 0 || S_ISDIR(status.st_mode))
		err = ERR_IO;
	else if (!S_ISREG(status.st_mode) || is_stdin)
		err = read_pipe(fd, max_bytes, arena, ret_bytes);
	else if ((uint64_t)status.st_size > max_bytes)
		err = ERR_LIMIT;
	else
		err = read_file(fd, (size_t)status.st_size, arena, ret_bytes);
	if (!is_stdin)
		close(fd);
	return err;
}

static enum err write_all(int fd, struct bytes bytes)
{
	while (bytes.len > 0) {
		ssize_t put = write(fd, bytes.at, bytes.len);

		if (put < 0 && errno == EINTR)
			continue;
		if (put < 0)
			return err_of_errno();
		bytes.at += put;
		bytes.len -= (size_t)put;
	}
	return fsync(fd) == 0 ? OK : err_of_errno();
}

/* A new name is on disk when its folder is. */
static enum err sync_folder_of(const char *path)
{
	char folder[PATH_BYTES];
	char *slash;
	enum err err;
	int fd;

	if ((size_t)snprintf(folder, sizeof(folder), "%s", path) >= sizeof(folder))
		return ERR_LIMIT;
	slash = strrchr(folder, '/');
	if (slash == NULL)
		(void)snprintf(folder, sizeof(folder), ".");
	else
		slash[slash == folder ? 1 : 0] = '\0';
	fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0)
		return ERR_IO;
	err = fsync(fd) == 0 ? OK : ERR_IO;
	close(fd);
	return err;
}

static enum err make(const char *path, int flags, unsigned mode, struct bytes bytes)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC | O_NOFOLLOW | flags, (mode_t)mode);
	enum err err;

	if (fd < 0)
		return err_of_errno();
	err = fchmod(fd, (mode_t)mode) == 0 ? write_all(fd, bytes) : ERR_IO;
	if (close(fd) != 0 && err == OK)
		err = ERR_IO;
	if (err != OK)
		(void)unlink(path);
	return err;
}

enum err file_make(const char *path, unsigned mode, struct bytes bytes)
{
	enum err err = make(path, O_EXCL, mode, bytes);

	return err == OK ? sync_folder_of(path) : err;
}

enum err file_replace(const char *path, struct bytes bytes)
{
	char beside[PATH_BYTES];
	enum err err;

	if ((size_t)snprintf(beside, sizeof(beside), "%s.new", path) >= sizeof(beside))
		return ERR_LIMIT;
	err = make(beside, O_TRUNC, 0600, bytes);
	if (err != OK)
		return err;
	if (rename(beside, path) != 0) {
		err = err_of_errno();
		(void)unlink(beside);
		return err;
	}
	return sync_folder_of(path);
}
