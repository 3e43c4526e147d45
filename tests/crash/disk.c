#include "tests/crash/disk.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

#define SECTOR 512u

/* One write or (bytes NULL) one sync. */
struct operation {
	unsigned file;
	bool is_durable;   /* when the call has returned: */
	size_t durable_at; /* so many steps had begun then */
	uint64_t offset;
	size_t len;
	uint8_t *bytes;
};

static struct {
	bool is_recording;
	dev_t devices[DISK_FILES];
	ino_t inodes[DISK_FILES];
	uint8_t *beginnings[DISK_FILES];
	size_t lens[DISK_FILES];
	struct operation *operations;
	size_t count, room;
	uint64_t die_at, steps;
	uint64_t refused; /* writes that will find no room */
	uint64_t beside;  /* steps of another thread than the first */
} disk;

/* Two threads of a process write; from outside their steps come one after the other. */
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

uint32_t disk_random(uint64_t *seed)
{
	*seed = *seed * 6364136223846793005u + 1442695040888963407u;
	return (uint32_t)(*seed >> 33);
}

/* The test is lost without memory or its files. */
static void *need(void *memory)
{
	if (memory == NULL)
		abort();
	return memory;
}

static void require(bool is_so)
{
	if (!is_so)
		abort();
}

/* ---- the record ---- */

static bool find_file(int fd, unsigned *ret_file)
{
	struct stat status;

	if (!disk.is_recording || fstat(fd, &status) != 0)
		return false;
	for (unsigned i = 0; i < DISK_FILES; i++)
		if (status.st_dev == disk.devices[i] && status.st_ino == disk.inodes[i]) {
			*ret_file = i;
			return true;
		}
	return false;
}

#define NOT_RECORDED SIZE_MAX

static size_t append(struct operation *operation, int fd, const void *at)
{
	if (disk.count == disk.room) {
		disk.room = disk.room * 2 + 256;
		disk.operations =
			need(reallocarray(disk.operations, disk.room, sizeof(*operation)));
	}
	operation->is_durable = at == NULL || (fcntl(fd, F_GETFL) & O_DSYNC) != 0;
	operation->durable_at = SIZE_MAX;
	if (at != NULL)
		operation->bytes = memcpy(need(malloc(operation->len + 1)), at, operation->len);
	disk.operations[disk.count] = *operation;
	disk.beside += gettid() != getpid();
	return disk.count++;
}

/* The write begins; its place in the record. */
static size_t record(int fd, const void *at, size_t len, uint64_t offset)
{
	struct operation operation = {.offset = offset, .len = len};
	size_t place = NOT_RECORDED;

	pthread_mutex_lock(&lock);
	if (find_file(fd, &operation.file))
		place = append(&operation, fd, at);
	pthread_mutex_unlock(&lock);
	return place;
}

/* The call has returned. */
static void record_end(size_t place)
{
	if (place == NOT_RECORDED)
		return;
	pthread_mutex_lock(&lock);
	disk.operations[place].durable_at = disk.count;
	pthread_mutex_unlock(&lock);
}

static void step(void)
{
	if (disk.die_at == 0)
		return;
	pthread_mutex_lock(&lock);
	if (++disk.steps == disk.die_at)
		(void)kill(getpid(), SIGKILL);
	pthread_mutex_unlock(&lock);
}

void disk_die_at(uint64_t at)
{
	disk.die_at = at;
	disk.steps = 0;
}

void disk_refuse(uint64_t writes)
{
	pthread_mutex_lock(&lock);
	disk.refused = writes;
	pthread_mutex_unlock(&lock);
}

static bool is_refused(int fd)
{
	unsigned file;
	bool is_so;

	pthread_mutex_lock(&lock);
	is_so = disk.refused > 0 && find_file(fd, &file);
	disk.refused -= is_so;
	pthread_mutex_unlock(&lock);
	return is_so;
}

/* ---- in the place of the C library's ---- */

ssize_t pwrite(int fd, const void *at, size_t len, off_t offset)
{
	size_t place;

	if (is_refused(fd)) {
		errno = ENOSPC;
		return -1;
	}
	if (disk.die_at != 0) {
		step();
		(void)syscall(SYS_pwrite64, fd, at, len / 2, offset);
		step();
	}
	place = record(fd, at, len, (uint64_t)offset);
	len = (size_t)syscall(SYS_pwrite64, fd, at, len, offset);
	record_end(place);
	step();
	return (ssize_t)len;
}

static bool appends(int fd)
{
	return (fcntl(fd, F_GETFL) & O_APPEND) != 0;
}

/*
 * Whoever appends (adapters/tail_lmdb.c) changes nothing that is there, and nobody reads it: the record leaves it
 * out, its syncs too, and each image has some of it or none (put_tail). Deaths are counted.
 */
ssize_t write(int fd, const void *at, size_t len)
{
	ssize_t half = 0, rest;

	if (disk.die_at != 0 && appends(fd)) {
		step();
		half = syscall(SYS_write, fd, at, len / 2);
		step();
	}
	if (half < 0)
		return half;
	rest = syscall(SYS_write, fd, at, len - (size_t)half);
	return rest < 0 ? rest : half + rest;
}

static ssize_t write_parts(int fd, const struct iovec *parts, int count, off_t at)
{
	ssize_t all = 0;

	for (int i = 0; i < count; i++) {
		ssize_t put = pwrite(fd, parts[i].iov_base, parts[i].iov_len, at + all);

		if (put < 0)
			return all > 0 ? all : put;
		all += put;
	}
	return all;
}

ssize_t pwritev(int fd, const struct iovec *parts, int count, off_t offset)
{
	return write_parts(fd, parts, count, offset);
}

ssize_t writev(int fd, const struct iovec *parts, int count)
{
	off_t at = lseek(fd, 0, SEEK_CUR);
	ssize_t all;

	if (at < 0) /* no file */
		return syscall(SYS_writev, fd, parts, count);
	if ((all = write_parts(fd, parts, count, at)) > 0)
		(void)lseek(fd, at + all, SEEK_SET);
	return all;
}

static int sync_by(long call, int fd)
{
	int result;

	step();
	result = (int)syscall(call, fd);
	if (!appends(fd))
		(void)record(fd, NULL, 0,
			     0); /* now, as another thread may have gone on meanwhile */
	step();
	return result;
}

int fdatasync(int fd)
{
	return sync_by(SYS_fdatasync, fd);
}

int fsync(int fd)
{
	return sync_by(SYS_fsync, fd);
}

ssize_t sendmsg(int fd, const struct msghdr *message, int flags)
{
	ssize_t sent;

	step();
	sent = syscall(SYS_sendmsg, fd, message, flags);
	step();
	return sent;
}

/* ---- beginning and end ---- */

static void take(unsigned file, const char *path)
{
	struct stat status;
	int fd = open(path, O_RDONLY | O_CLOEXEC);

	require(fd >= 0 && fstat(fd, &status) == 0);
	disk.devices[file] = status.st_dev;
	disk.inodes[file] = status.st_ino;
	disk.lens[file] = (size_t)status.st_size;
	disk.beginnings[file] = need(malloc(disk.lens[file] + 1));
	require(read(fd, disk.beginnings[file], disk.lens[file]) == status.st_size);
	close(fd);
}

void disk_begin(const char *const paths[DISK_FILES])
{
	for (unsigned i = 0; i < DISK_FILES; i++)
		take(i, paths[i]);
	disk.is_recording = true;
}

void disk_end(void)
{
	disk.is_recording = false;
}

void disk_clear(void)
{
	for (size_t i = 0; i < disk.count; i++)
		free(disk.operations[i].bytes);
	for (unsigned i = 0; i < DISK_FILES; i++)
		free(disk.beginnings[i]);
	free(disk.operations);
	memset(&disk, 0, sizeof(disk));
}

uint64_t disk_steps(void)
{
	uint64_t count;

	pthread_mutex_lock(&lock);
	count = disk.count;
	pthread_mutex_unlock(&lock);
	return count;
}

uint64_t disk_steps_beside(void)
{
	return disk.beside;
}

/* ---- images ---- */

static void put(int fd, const struct operation *operation, size_t from, size_t len)
{
	require(syscall(SYS_pwrite64, fd, operation->bytes + from, len, operation->offset + from) ==
		(ssize_t)len);
}

/* Was it on disk, whatever happened, before step `at` ended? */
static bool is_safe(size_t index, size_t at)
{
	const struct operation *operation = &disk.operations[index];

	if (operation->bytes == NULL)
		return true;
	if (index < at && operation->is_durable && operation->durable_at <= at)
		return true;
	for (size_t i = index + 1; i < at; i++)
		if (disk.operations[i].bytes == NULL && disk.operations[i].file == operation->file)
			return true;
	return false;
}

/* Sectors as they lie on the disk, not as they lie in the write. */
static void put_some_sectors(int fd, const struct operation *operation, uint64_t *seed)
{
	for (size_t from = 0; from < operation->len;) {
		size_t len = SECTOR - (operation->offset + from) % SECTOR;

		if (len > operation->len - from)
			len = operation->len - from;
		if (disk_random(seed) % 2 == 0)
			put(fd, operation, from, len);
		from += len;
	}
}

static void shuffle(size_t *order, size_t count, uint64_t *seed)
{
	for (size_t i = count; i > 1; i--) {
		size_t other = disk_random(seed) % i, kept = order[i - 1];

		order[i - 1] = order[other];
		order[other] = kept;
	}
}

/* What was written and not yet safe: as much of it as the loss leaves. */
static void put_unsafe(int fd, const size_t *order, size_t count, enum disk_loss loss,
		       uint64_t *seed)
{
	for (size_t i = 0; i < count && loss != DISK_DROPPED; i++) {
		const struct operation *operation = &disk.operations[order[i]];

		if (loss == DISK_TORN)
			put_some_sectors(fd, operation, seed);
		else if (disk_random(seed) % 2 == 0)
			put(fd, operation, 0, operation->len);
	}
}

/* What is appended in advance, whole, in part or not at all. */
static void put_tail(int fd, uint64_t *seed)
{
	static const uint8_t zeros[3 * 65536];
	size_t len = disk_random(seed) % (sizeof(zeros) / SECTOR) * SECTOR;
	off_t end = lseek(fd, 0, SEEK_END);

	require(end >= 0);
	if (disk_random(seed) % 2 == 0)
		require(syscall(SYS_pwrite64, fd, zeros, len, end) == (ssize_t)len);
}

static void make(unsigned file, const char *path, size_t at, enum disk_loss loss, uint64_t *seed)
{
	size_t *order = need(calloc(disk.count + 1, sizeof(*order))), count = 0;
	int fd = open(path, O_WRONLY | O_TRUNC | O_CLOEXEC);

	require(fd >= 0 && syscall(SYS_pwrite64, fd, disk.beginnings[file], disk.lens[file], 0) ==
				   (ssize_t)disk.lens[file]);
	for (size_t i = 0; i <= at && i < disk.count; i++) {
		const struct operation *operation = &disk.operations[i];

		if (operation->file != file || operation->bytes == NULL)
			continue;
		if (loss == DISK_KEPT || is_safe(i, at))
			put(fd, operation, 0, operation->len);
		else
			order[count++] = i;
	}
	if (loss == DISK_REORDERED)
		shuffle(order, count, seed);
	put_unsafe(fd, order, count, loss, seed);
	if (file == 0)
		put_tail(fd, seed);
	free(order);
	close(fd);
}

void disk_make(const char *const paths[DISK_FILES], uint64_t at, enum disk_loss loss, uint64_t seed)
{
	for (unsigned i = 0; i < DISK_FILES; i++)
		make(i, paths[i], (size_t)at, loss, &seed);
}

void disk_durable(unsigned file, uint64_t at, disk_visit *visit, void *context)
{
	for (size_t i = 0; i < at && i < disk.count; i++) {
		const struct operation *operation = &disk.operations[i];

		if (operation->file == file && operation->bytes != NULL && is_safe(i, (size_t)at))
			visit(context, operation->offset,
			      bytes_of(operation->bytes, operation->len));
	}
}
