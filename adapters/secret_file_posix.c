#include "sampan/secret_file.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

static enum err read_all(int fd, uint8_t *to, size_t room, size_t *ret_len)
{
	size_t len = 0;

	for (;;) {
		ssize_t got = read(fd, to + len, room - len);

		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0)
			return ERR_IO;
		if (got == 0)
			break;
		len += (size_t)got;
		if (len == room)
			return ERR_FORMAT;
	}
	*ret_len = len;
	return OK;
}

enum err secret_file_read(const char *path, bool is_private, uint8_t *to, size_t room,
			  size_t *ret_len)
{
	/* a pipe under that name must not make it wait */
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
	struct stat status;
	enum err err;

	if (fd < 0)
		return errno == ENOENT || errno == ENOTDIR ? ERR_MISSING
		       : errno == EACCES                   ? ERR_DENIED
							   : ERR_IO;
	if (fstat(fd, &status) != 0)
		err = ERR_IO;
	else if (!S_ISREG(status.st_mode))
		err = ERR_FORMAT;
	else if (is_private && (status.st_mode & 077) != 0)
		err = ERR_DENIED;
	else
		err = read_all(fd, to, room, ret_len);
	(void)close(fd);
	return err;
}
