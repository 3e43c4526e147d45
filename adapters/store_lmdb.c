#include "adapters/store_lmdb.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include <lmdb.h>

enum err store_err_of(int code)
{
	switch (code) {
	case MDB_SUCCESS:
		return OK;
	case MDB_NOTFOUND:
	case ENOENT:
		return ERR_MISSING;
	case MDB_MAP_FULL:
	case MDB_TXN_FULL:
	case ENOSPC:
	case EDQUOT:
	case EFBIG:
		return ERR_FULL;
	case MDB_CORRUPTED:
	case MDB_PAGE_NOTFOUND:
	case MDB_INVALID:
	case MDB_BAD_TXN: /* asked on after a page was found bad */
		return ERR_CORRUPT;
	case MDB_VERSION_MISMATCH:
		return ERR_VERSION;
	case MDB_READERS_FULL:
		return ERR_UNAVAILABLE;
	case ENOMEM:
		return ERR_MEMORY;
	case EACCES:
	case EPERM:
		return ERR_DENIED;
	default:
		return ERR_IO;
	}
}

/* directory/name; false when that is too long. */
static bool make_path(const char *directory, const char *name, char ret_path[PATH_MAX])
{
	return snprintf(ret_path, PATH_MAX, "%s/%s", directory, name) < PATH_MAX;
}

static enum err sync_folder(const char *path)
{
	int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	enum err err = fd < 0 || fsync(fd) != 0 ? ERR_IO : OK;

	if (fd >= 0)
		close(fd);
	return err;
}

static int make_databases(MDB_env *env)
{
	MDB_txn *txn;
	MDB_dbi dbi;
	int code = mdb_txn_begin(env, NULL, 0, &txn);

	if (code != 0)
		return code;
	if ((code = mdb_dbi_open(txn, "data", MDB_CREATE, &dbi)) == 0 &&
	    (code = mdb_dbi_open(txn, "meta", MDB_CREATE, &dbi)) == 0)
		return mdb_txn_commit(txn);
	mdb_txn_abort(txn);
	return code;
}

static int make_empty(const char *directory)
{
	MDB_env *env;
	int code = mdb_env_create(&env);

	if (code != 0)
		return code;
	if ((code = mdb_env_set_maxdbs(env, 2)) == 0 &&
	    (code = mdb_env_open(env, directory, 0, 0600)) == 0)
		code = make_databases(env);
	mdb_env_close(env);
	return code;
}

enum err store_make(const char *directory)
{
	char aside[PATH_MAX], made[PATH_MAX], lock[PATH_MAX], data[PATH_MAX], above[PATH_MAX];
	enum err err;

	if (!make_path(directory, "data.mdb", data) || !make_path(directory, "new", aside) ||
	    !make_path(directory, "new/data.mdb", made) ||
	    !make_path(directory, "new/lock.mdb", lock) || !make_path(directory, "..", above))
		return ERR_IO;
	if (access(data, F_OK) == 0)
		return OK;
	unlink(made);
	unlink(lock);
	if (mkdir(aside, 0700) != 0 && errno != EEXIST)
		return store_err_of(errno) == ERR_FULL ? ERR_FULL : ERR_IO;
	if ((err = store_err_of(make_empty(aside))) != OK)
		return err;
	if (rename(made, data) != 0)
		return ERR_IO;
	unlink(lock);
	rmdir(aside);
	err = sync_folder(directory);
	return err != OK ? err : sync_folder(above);
}

/* ---- which of the two states is the newest ---- */

/*
 * MDB_meta of LMDB 0.9, behind the head of its page: magic, version u32 each, address, size of the map, two
 * databases (the first begins with the size of a page, u32), last page, number of the transaction.
 */
#define PAGE_SIZE_AT 40u
#define STATE_BYTES 152u
#define LOOKS 64u /* a commit between two reads is seldom, two in a row hardly ever */
#define MOST_MAP_BYTES ((uint64_t)1 << 46) /* what a process has room for */

static_assert(sizeof(size_t) == 8 && sizeof(void *) == 8, "the places are those of 64 bits");

struct state {
	uint32_t page_bytes;
	uint64_t map_bytes, last_page, turn;
};

static bool read_state(int fd, off_t at, struct state *ret_state)
{
	uint8_t bytes[STATE_BYTES];

	if (pread(fd, bytes, sizeof(bytes), at) != (ssize_t)sizeof(bytes))
		return false;
	memcpy(&ret_state->map_bytes, bytes + 32, 8);
	memcpy(&ret_state->page_bytes, bytes + PAGE_SIZE_AT, 4);
	memcpy(&ret_state->last_page, bytes + 136, 8);
	memcpy(&ret_state->turn, bytes + 144, 8);
	return true;
}

/* Before the first commit both are 0. */
static bool is_in_turn(uint64_t first, uint64_t second)
{
	return first % 2 == 0 && ((first == 0 && second == 0) || second == first + 1 ||
				  (second % 2 == 1 && first == second + 1));
}

static bool are_good(int fd, const struct state *first, const struct state *second)
{
	const struct state *newest = first->turn > second->turn ? first : second;
	struct stat status;

	return fstat(fd, &status) == 0 && is_in_turn(first->turn, second->turn) &&
	       newest->map_bytes <= MOST_MAP_BYTES &&
	       newest->last_page < (uint64_t)status.st_size / first->page_bytes;
}

static bool is_page_size(uint32_t bytes)
{
	return bytes >= 512 && bytes <= 65536 && (bytes & (bytes - 1)) == 0;
}

/* A store is made aside (store_make()), so one that is too short to hold both was cut off: LMDB would take an empty file
 * for a new store. */
static enum err check_states(int fd)
{
	struct state first, second;

	for (unsigned look = 0; look < LOOKS; look++) {
		if (!read_state(fd, 0, &first) || !is_page_size(first.page_bytes) ||
		    !read_state(fd, (off_t)first.page_bytes, &second))
			return ERR_CORRUPT;
		if (are_good(fd, &first, &second))
			return OK;
	}
	return ERR_CORRUPT;
}

enum err store_check(const char *directory)
{
	char path[PATH_MAX];
	enum err err;
	int fd;

	if (!make_path(directory, "data.mdb", path))
		return ERR_IO;
	if ((fd = open(path, O_RDONLY | O_CLOEXEC)) < 0)
		return OK;
	err = check_states(fd);
	close(fd);
	return err;
}

bool store_is_full(const char *directory, const struct engine_batch *batch)
{
	struct statvfs status;
	size_t needed = 0;

	for (size_t i = 0; i < batch->put_count; i++)
		needed += batch->puts[i].value.len + (size_t)4 * 4096;
	return statvfs(directory, &status) == 0 && status.f_bavail < needed / status.f_frsize;
}
