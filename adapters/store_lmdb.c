#include "adapters/store_lmdb.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <sys/stat.h>
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
