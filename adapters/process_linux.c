#include "sampan/process.h"

#include <errno.h>
#include <fcntl.h>
#include <malloc.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/file.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

void process_harden(void)
{
	const struct rlimit none = {0, 0};
	struct rlimit files;

	/* a stranger's connections must not use up the few that are the usual limit */
	if (getrlimit(RLIMIT_NOFILE, &files) == 0) {
		files.rlim_cur = files.rlim_max;
		(void)setrlimit(RLIMIT_NOFILE, &files);
	}
	(void)setrlimit(RLIMIT_CORE, &none);
	(void)prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
	(void)umask(077);
	(void)signal(SIGPIPE, SIG_IGN); /* a reader of the log that goes away ends nobody */
	(void)signal(SIGXFSZ, SIG_IGN); /* a limit of file size is a full disk: told, not died of */
}

void process_name(const char *name)
{
	(void)prctl(PR_SET_NAME, name, 0, 0, 0);
}

void process_keep_memory(int max_bytes)
{
	(void)mallopt(M_TRIM_THRESHOLD, max_bytes);
	/* larger requests would be mapped, and unmapped when freed */
	(void)mallopt(M_MMAP_THRESHOLD, max_bytes / 4);
}

bool process_die_with(long parent)
{
	/* The parent may have died between fork and this call: then nobody would ever kill us. */
	return prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0) == 0 && (long)getppid() == parent;
}

static long read_holder(int fd)
{
	char text[32] = {0};

	return pread(fd, text, sizeof(text) - 1, 0) > 0 ? strtol(text, NULL, 10) : 0;
}

enum err process_lock(const char *path, int *ret_fd, long *ret_holder)
{
	int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
	char text[32];
	int len;

	if (fd < 0)
		return ERR_IO;
	if (flock(fd, LOCK_EX | LOCK_NB) != 0) {
		enum err err = errno == EWOULDBLOCK ? ERR_EXISTS : ERR_IO;

		*ret_holder = read_holder(fd);
		close(fd);
		return err;
	}
	len = snprintf(text, sizeof(text), "%ld\n", (long)getpid());
	if (ftruncate(fd, 0) != 0 || pwrite(fd, text, (size_t)len, 0) != len) {
		close(fd);
		return ERR_IO;
	}
	*ret_fd = fd;
	return OK;
}
