#include "adapters/tail_lmdb.h"

#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdbool.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <time.h>
#include <unistd.h>

#define PIECE_BYTES ((size_t)256 << 10) /* a commit that begins meanwhile waits for one */
#define QUIET_MS 20                     /* since the last commit */
#define SHARE 64u                       /* of what the file may take: its use is watched */
#define FREE_TIMES 16u                  /* TAIL_MOST_BYTES, on the disk */

struct tail {
	int fd;
	uint64_t most_bytes;
	pthread_t thread;
	bool has_thread;
	/* of both threads */
	pthread_mutex_t lock;
	pthread_cond_t changed;
	uint64_t used_bytes;
	uint64_t commits; /* begun or ended */
	bool is_committing, is_wanted, is_waiting, is_closing;
};

/* ---- the thread ---- */

static uint64_t least(uint64_t a, uint64_t b)
{
	return a < b ? a : b;
}

static bool has_room(const struct tail *tail)
{
	struct statvfs status;

	return fstatvfs(tail->fd, &status) == 0 &&
	       (uint64_t)status.f_bavail * status.f_frsize > FREE_TIMES * TAIL_MOST_BYTES;
}

/* Returns whether there may be more to do. */
static bool append_piece(const struct tail *tail, uint64_t used_bytes)
{
	static const uint8_t zeros[PIECE_BYTES];
	uint64_t more = least(least(used_bytes, TAIL_MOST_BYTES), tail->most_bytes / SHARE);
	uint64_t end = used_bytes + more;
	struct stat status;

	return used_bytes >= tail_least_bytes && fstat(tail->fd, &status) == 0 &&
	       (uint64_t)status.st_size + sizeof(zeros) <= least(end, tail->most_bytes) &&
	       has_room(tail) && write(tail->fd, zeros, sizeof(zeros)) == (ssize_t)sizeof(zeros) &&
	       fdatasync(tail->fd) == 0;
}

/* Wait on, so long at most; within the lock. */
static void wait_quiet(struct tail *tail)
{
	struct timespec until;

	(void)clock_gettime(CLOCK_MONOTONIC, &until);
	until.tv_nsec += QUIET_MS * 1000000L;
	until.tv_sec += until.tv_nsec / 1000000000L;
	until.tv_nsec %= 1000000000L;
	(void)pthread_cond_timedwait(&tail->changed, &tail->lock, &until);
}

/* Until something is wanted and nobody commits; false: it closes. */
static bool wait_until_wanted(struct tail *tail, uint64_t *ret_used_bytes)
{
	bool is_open;
	uint64_t commits;

	pthread_mutex_lock(&tail->lock);
	do {
		tail->is_waiting = true;
		while (!tail->is_closing && (!tail->is_wanted || tail->is_committing))
			pthread_cond_wait(&tail->changed, &tail->lock);
		tail->is_waiting = false;
		commits = tail->commits;
		if (!tail->is_closing)
			wait_quiet(tail);
	} while (!tail->is_closing && commits != tail->commits);
	*ret_used_bytes = tail->used_bytes;
	is_open = !tail->is_closing;
	pthread_mutex_unlock(&tail->lock);
	return is_open;
}

/* Goes on while no commit begins. */
static bool goes_on(struct tail *tail, uint64_t used_bytes, bool has_more)
{
	bool goes;

	pthread_mutex_lock(&tail->lock);
	goes = has_more && !tail->is_committing && !tail->is_closing;
	if (!has_more && used_bytes == tail->used_bytes)
		tail->is_wanted = false;
	pthread_mutex_unlock(&tail->lock);
	return goes;
}

static void *append_each(void *context)
{
	struct tail *tail = context;
	uint64_t used_bytes;

	while (wait_until_wanted(tail, &used_bytes))
		while (goes_on(tail, used_bytes, append_piece(tail, used_bytes)))
			;
	return NULL;
}

enum err tail_start(struct tail *tail)
{
	sigset_t all, before;
	int code;

	if (tail->has_thread)
		return OK;
	(void)sigfillset(&all);
	(void)pthread_sigmask(SIG_SETMASK, &all, &before);
	code = pthread_create(&tail->thread, NULL, append_each, tail);
	(void)pthread_sigmask(SIG_SETMASK, &before, NULL);
	tail->has_thread = code == 0;
	return code == 0 ? OK : ERR_IO;
}

/* ---- who commits ---- */

/* The thread is not woken: it looks at the end of what it does. */
void tail_begin(struct tail *tail)
{
	if (!tail->has_thread)
		return;
	pthread_mutex_lock(&tail->lock);
	tail->is_committing = true;
	tail->commits++;
	pthread_mutex_unlock(&tail->lock);
}

void tail_end(struct tail *tail, uint64_t used_bytes)
{
	if (!tail->has_thread)
		return;
	pthread_mutex_lock(&tail->lock);
	tail->is_committing = false;
	tail->is_wanted = true;
	tail->commits++;
	tail->used_bytes = used_bytes;
	if (tail->is_waiting)
		pthread_cond_signal(&tail->changed);
	pthread_mutex_unlock(&tail->lock);
}

void tail_close(struct tail *tail)
{
	if (tail == NULL)
		return;
	pthread_mutex_lock(&tail->lock);
	tail->is_closing = true;
	pthread_cond_signal(&tail->changed);
	pthread_mutex_unlock(&tail->lock);
	if (tail->has_thread)
		(void)pthread_join(tail->thread, NULL);
	if (tail->fd >= 0)
		close(tail->fd);
	(void)pthread_cond_destroy(&tail->changed);
	(void)pthread_mutex_destroy(&tail->lock);
	free(tail);
}

enum err tail_open(const char *path, uint64_t most_bytes, struct tail **ret_tail)
{
	struct tail *tail = calloc(1, sizeof(*tail));
	pthread_condattr_t attributes;

	if (tail == NULL)
		return ERR_MEMORY;
	(void)pthread_condattr_init(&attributes); /* as they are made here none of these fails */
	(void)pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
	(void)pthread_mutex_init(&tail->lock, NULL);
	(void)pthread_cond_init(&tail->changed, &attributes);
	(void)pthread_condattr_destroy(&attributes);
	tail->most_bytes = most_bytes;
	tail->fd = open(path, O_WRONLY | O_APPEND | O_CLOEXEC);
	if (tail->fd < 0) {
		tail_close(tail);
		return ERR_IO;
	}
	*ret_tail = tail;
	return OK;
}
