#include "sampan/engine_run.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <lmdb.h>

#include "adapters/store_lmdb.h"
#include "adapters/tail_lmdb.h"

/*
 * Two databases in one environment: "data" holds the pairs, "meta" the head, so that no key of the
 * users can meet it. A file "writer" in the directory is locked by the one process that writes;
 * LMDB alone would let several take turns.
 */
struct lmdb {
	struct engine engine;
	char *directory;
	size_t map_bytes;
	bool read_only;
	int writer_fd;     /* locked; -1 for readers */
	struct tail *tail; /* NULL for readers */
	MDB_env *env;
	MDB_dbi data, meta;
	MDB_txn *reader;    /* kept reset between calls */
	bool is_held;       /* the reader keeps its view between calls */
	unsigned unchecked; /* commits since the reader table was looked through */
	_Atomic bool
		is_doubtful; /* a commit failed half way: the environment is opened again before
				     it is used */
};

/* It costs a system call for each process that reads. */
#define COMMITS_PER_READER_CHECK 64u

static const char head_name[] = "head";

static struct lmdb *lmdb_of(struct engine *engine)
{
	return (struct lmdb *)engine;
}

static MDB_val val_of(struct bytes bytes)
{
	/* LMDB does not write through what it is given; its type only lacks the const */
	return (MDB_val){.mv_size = bytes.len, .mv_data = (void *)(uintptr_t)bytes.at};
}

static struct bytes bytes_of_val(const MDB_val *val)
{
	return bytes_of(val->mv_data, val->mv_size);
}

/* ---- opening ---- */

/* A file cut off behind LMDB's back would end the process with SIGBUS when a lost page is read:
 * noticed here instead. */
static enum err check_length(MDB_env *env)
{
	struct stat status;
	MDB_envinfo info;
	MDB_stat stat;
	int fd;

	if (mdb_env_info(env, &info) != 0 || mdb_env_stat(env, &stat) != 0 ||
	    mdb_env_get_fd(env, &fd) != 0 || fstat(fd, &status) != 0)
		return ERR_IO;
	return (uint64_t)status.st_size / stat.ms_psize < info.me_last_pgno + 1 ? ERR_CORRUPT : OK;
}

/*
 * The file keeps the largest size that was ever asked for, and opening takes it up: the one writer sets what
 * it is told now, so that the limit can be lowered, too (LMDB: to no less than what is used). Readers
 * only need room enough.
 */
static enum err size_map(MDB_env *env, size_t map_bytes, bool is_writer)
{
	size_t page = (size_t)sysconf(_SC_PAGESIZE);
	MDB_envinfo info;
	int code = mdb_env_info(env, &info);

	if (map_bytes > SIZE_MAX - page)
		return ERR_USAGE;
	map_bytes = (map_bytes + page - 1) / page * page;
	if (code == 0 &&
	    (info.me_mapsize < map_bytes || (is_writer && info.me_mapsize != map_bytes)))
		code = mdb_env_set_mapsize(env, map_bytes);
	return store_err_of(code);
}

static int open_databases(struct lmdb *lmdb)
{
	unsigned create = lmdb->read_only ? 0 : MDB_CREATE;
	MDB_txn *txn;
	int code = mdb_txn_begin(lmdb->env, NULL, lmdb->read_only ? MDB_RDONLY : 0, &txn);

	if (code == MDB_MAP_RESIZED && (code = mdb_env_set_mapsize(lmdb->env, 0)) == 0)
		code = mdb_txn_begin(lmdb->env, NULL, lmdb->read_only ? MDB_RDONLY : 0, &txn);
	if (code != 0)
		return code;
	if ((code = mdb_dbi_open(txn, "data", create, &lmdb->data)) == 0)
		code = mdb_dbi_open(txn, "meta", create, &lmdb->meta);
	if (code == 0)
		return mdb_txn_commit(txn);
	mdb_txn_abort(txn);
	return code == MDB_NOTFOUND ? MDB_CORRUPTED : code; /* they were made with the file */
}

static int begin_reader(struct lmdb *lmdb)
{
	int code = mdb_txn_begin(lmdb->env, NULL, MDB_RDONLY, &lmdb->reader);

	if (code == 0)
		mdb_txn_reset(lmdb->reader);
	return code;
}

static void close_env(struct lmdb *lmdb)
{
	if (lmdb->reader != NULL)
		mdb_txn_abort(lmdb->reader);
	if (lmdb->env != NULL)
		mdb_env_close(lmdb->env);
	lmdb->reader = NULL;
	lmdb->env = NULL;
}

static enum err open_env(struct lmdb *lmdb)
{
	/*
	 * The writer touches few pages at random: read-ahead would only push out what it needs.
	 * Readers follow long payloads. NOTLS: a read transaction belongs to its object, not to the
	 * thread.
	 */
	unsigned flags = MDB_NOTLS | (lmdb->read_only ? MDB_RDONLY : MDB_NORDAHEAD);
	enum err err;
	int code, dead;

	if ((code = mdb_env_create(&lmdb->env)) != 0)
		return store_err_of(code);
	if ((code = mdb_env_set_maxdbs(lmdb->env, 2)) != 0 ||
	    (code = mdb_env_open(lmdb->env, lmdb->directory, flags, 0600)) != 0 ||
	    (code = mdb_reader_check(lmdb->env, &dead)) != 0)
		err = store_err_of(code);
	else if ((err = check_length(lmdb->env)) == OK &&
		 (err = size_map(lmdb->env, lmdb->map_bytes, !lmdb->read_only)) == OK &&
		 (err = store_err_of(open_databases(lmdb))) == OK)
		err = store_err_of(begin_reader(lmdb));
	if (err != OK)
		close_env(lmdb);
	return err;
}

static enum err lock_writer(struct lmdb *lmdb)
{
	char path[PATH_MAX];

	if (mkdir(lmdb->directory, 0700) != 0 && errno != EEXIST)
		return store_err_of(errno) == ERR_FULL ? ERR_FULL : ERR_IO;
	if (snprintf(path, sizeof(path), "%s/writer", lmdb->directory) >= (int)sizeof(path))
		return ERR_IO;
	lmdb->writer_fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	if (lmdb->writer_fd < 0)
		return ERR_IO;
	if (flock(lmdb->writer_fd, LOCK_EX | LOCK_NB) != 0)
		return errno == EWOULDBLOCK ? ERR_EXISTS : ERR_IO;
	return OK;
}

static void lmdb_close(struct engine *engine)
{
	struct lmdb *lmdb = lmdb_of(engine);

	tail_close(lmdb->tail);
	close_env(lmdb);
	if (lmdb->writer_fd >= 0)
		close(lmdb->writer_fd);
	free(lmdb->directory);
	free(lmdb);
}

/* ---- reading ---- */

static enum err begin(struct lmdb *lmdb)
{
	enum err err;
	int code;

	if (lmdb->is_held)
		return OK;
	if (lmdb->is_doubtful) {
		close_env(lmdb);
		if ((err = open_env(lmdb)) != OK)
			return err;
		lmdb->is_doubtful = false;
	}
	code = mdb_txn_renew(lmdb->reader);
	if (code == MDB_MAP_RESIZED) { /* the writer came back with a larger map */
		if ((code = mdb_env_set_mapsize(lmdb->env, 0)) == 0)
			code = mdb_txn_renew(lmdb->reader);
	}
	assert(code != EINVAL); /* a visitor called the engine: the transaction is in use */
	return store_err_of(code);
}

static void end(struct lmdb *lmdb)
{
	if (!lmdb->is_held)
		mdb_txn_reset(lmdb->reader);
}

static enum err lmdb_get(struct engine *engine, struct bytes key, struct arena *arena,
			 struct bytes *ret_value)
{
	struct lmdb *lmdb = lmdb_of(engine);
	MDB_val name = val_of(key), value;
	const uint8_t *copy;
	enum err err = begin(lmdb);

	if (err != OK)
		return err;
	if ((err = store_err_of(mdb_get(lmdb->reader, lmdb->data, &name, &value))) == OK) {
		copy = arena_copy(arena, bytes_of_val(&value));
		if (copy == NULL)
			err = ERR_LIMIT;
		else
			*ret_value = bytes_of(copy, value.mv_size);
	}
	end(lmdb);
	return err;
}

/* Put the cursor on the first pair of the scan. */
static int seek(MDB_cursor *cursor, struct bytes from, struct bytes until, bool backwards,
		MDB_val *key, MDB_val *value)
{
	int code;

	if (!backwards) {
		*key = val_of(from);
		return mdb_cursor_get(cursor, key, value,
				      from.len == 0 ? MDB_FIRST : MDB_SET_RANGE);
	}
	if (until.len == 0)
		return mdb_cursor_get(cursor, key, value, MDB_LAST);
	*key = val_of(until);
	code = mdb_cursor_get(cursor, key, value, MDB_SET_RANGE);
	if (code != 0 && code != MDB_NOTFOUND)
		return code;
	return mdb_cursor_get(cursor, key, value, code == MDB_NOTFOUND ? MDB_LAST : MDB_PREV);
}

static bool is_within(struct bytes key, struct bytes from, struct bytes until)
{
	return bytes_compare(key, from) >= 0 && (until.len == 0 || bytes_compare(key, until) < 0);
}

static enum err lmdb_scan(struct engine *engine, struct bytes from, struct bytes until,
			  bool backwards, engine_visit *visit, void *context)
{
	struct lmdb *lmdb = lmdb_of(engine);
	MDB_val key, value;
	MDB_cursor *cursor;
	enum err err = begin(lmdb);
	int code;

	if (err != OK)
		return err;
	if ((code = mdb_cursor_open(lmdb->reader, lmdb->data, &cursor)) == 0) {
		code = seek(cursor, from, until, backwards, &key, &value);
		while (code == 0 && is_within(bytes_of_val(&key), from, until) &&
		       visit(context, bytes_of_val(&key), bytes_of_val(&value)))
			code = mdb_cursor_get(cursor, &key, &value,
					      backwards ? MDB_PREV : MDB_NEXT);
		mdb_cursor_close(cursor);
	}
	end(lmdb);
	return code == MDB_NOTFOUND ? OK : store_err_of(code);
}

static int read_head(MDB_txn *txn, MDB_dbi meta, uint64_t *ret_head)
{
	MDB_val name = val_of(bytes_of_text(head_name)), value;
	int code = mdb_get(txn, meta, &name, &value);
	uint8_t at[8];

	if (code == MDB_NOTFOUND) {
		*ret_head = 0;
		return 0;
	}
	if (code != 0)
		return code;
	if (value.mv_size != sizeof(at))
		return MDB_CORRUPTED;
	memcpy(at, value.mv_data, sizeof(at));
	*ret_head = bytes_get_u64(at);
	return 0;
}

static enum err lmdb_head(struct engine *engine, uint64_t *ret_head)
{
	struct lmdb *lmdb = lmdb_of(engine);
	enum err err = begin(lmdb);

	if (err != OK)
		return err;
	err = store_err_of(read_head(lmdb->reader, lmdb->meta, ret_head));
	end(lmdb);
	return err;
}

static enum err lmdb_hold(struct engine *engine, bool is_held)
{
	struct lmdb *lmdb = lmdb_of(engine);
	enum err err = OK;

	if (is_held == lmdb->is_held)
		return OK;
	if (!lmdb->read_only)
		return ERR_DENIED;
	if (is_held && (err = begin(lmdb)) != OK)
		return err;
	lmdb->is_held = is_held;
	end(lmdb);
	return OK;
}

/* ---- writing ---- */

static int put_all(struct lmdb *lmdb, MDB_txn *txn, const struct engine_batch *batch)
{
	MDB_val name = val_of(bytes_of_text(head_name)), value;
	uint8_t at[8];
	int code;

	for (size_t i = 0; i < batch->put_count; i++) {
		MDB_val put_key = val_of(batch->puts[i].key),
			put_value = val_of(batch->puts[i].value);

		if ((code = mdb_put(txn, lmdb->data, &put_key, &put_value, 0)) != 0)
			return code;
	}
	for (size_t i = 0; i < batch->delete_count; i++) {
		MDB_val key = val_of(batch->deletes[i]);

		code = mdb_del(txn, lmdb->data, &key, NULL);
		if (code != 0 && code != MDB_NOTFOUND)
			return code;
	}
	bytes_put_u64(at, batch->expected_head + 1);
	value = val_of(bytes_of(at, sizeof(at)));
	return mdb_put(txn, lmdb->meta, &name, &value, 0);
}

/*
 * mdb_txn_commit() writes the pages, syncs, then writes the one page that refers to them. Without
 * room the last step was not reached and nothing refers to what was written; after any other
 * failure only the head can tell.
 */
static enum err failed_commit(struct lmdb *lmdb, int code, const struct engine_batch *batch)
{
	enum err err = store_err_of(code);

	if (err != ERR_FULL && err != ERR_MEMORY)
		err = code == EIO && store_is_full(lmdb->directory, batch) ? ERR_FULL : ERR_UNKNOWN;
	lmdb->is_doubtful = true; /* last: from here on another thread may open it again */
	return err;
}

/*
 * A reader that died in a transaction (a command line that was killed, a clerk) keeps its place in the
 * reader table: what it saw would never be written over, and the store grow by all that changes.
 */
static void clear_dead_readers(struct lmdb *lmdb)
{
	int dead;

	if (lmdb->unchecked++ % COMMITS_PER_READER_CHECK == 0)
		(void)mdb_reader_check(lmdb->env, &dead); /* looked through again soon */
}

static enum err commit(struct lmdb *lmdb, const struct engine_batch *batch, uint64_t *ret_head)
{
	MDB_txn *txn = NULL;
	uint64_t head = 0;
	enum err err = OK;
	int code;

	if (lmdb->is_doubtful) { /* never while another thread reads */
		if ((err = begin(lmdb)) != OK)
			return err;
		end(lmdb);
	}
	clear_dead_readers(lmdb);
	if ((code = mdb_txn_begin(lmdb->env, NULL, 0, &txn)) != 0)
		return store_err_of(code);
	code = read_head(txn, lmdb->meta, &head);
	if (code == 0 && head != batch->expected_head)
		err = ERR_CONFLICT;
	else if (code == 0)
		code = put_all(lmdb, txn, batch);
	if (code != 0)
		err = store_err_of(code);
	if (err != OK) {
		mdb_txn_abort(txn);
		return err;
	}
	if ((code = mdb_txn_commit(txn)) != 0)
		return failed_commit(lmdb, code, batch);
	if (ret_head != NULL)
		*ret_head = head + 1;
	return OK;
}

static uint64_t used_bytes(const struct lmdb *lmdb)
{
	MDB_envinfo info;
	MDB_stat stat;

	if (mdb_env_info(lmdb->env, &info) != 0 || mdb_env_stat(lmdb->env, &stat) != 0)
		return 0;
	return ((uint64_t)info.me_last_pgno + 1) * stat.ms_psize;
}

static enum err lmdb_commit(struct engine *engine, const struct engine_batch *batch,
			    uint64_t *ret_head)
{
	struct lmdb *lmdb = lmdb_of(engine);
	enum err err;

	if (lmdb->read_only)
		return ERR_DENIED;
	tail_begin(lmdb->tail);
	err = commit(lmdb, batch, ret_head);
	tail_end(lmdb->tail, err == OK ? used_bytes(lmdb) : 0);
	return err;
}

static enum err lmdb_start(struct engine *engine)
{
	struct lmdb *lmdb = lmdb_of(engine);

	return lmdb->read_only ? OK : tail_start(lmdb->tail);
}

static const struct engine_table lmdb_table = {.get = lmdb_get,
					       .scan = lmdb_scan,
					       .commit = lmdb_commit,
					       .head = lmdb_head,
					       .close = lmdb_close,
					       .start = lmdb_start,
					       .hold = lmdb_hold};

static enum err open_tail(struct lmdb *lmdb)
{
	char path[PATH_MAX];

	if (snprintf(path, sizeof(path), "%s/data.mdb", lmdb->directory) >= (int)sizeof(path))
		return ERR_IO;
	return tail_open(path, lmdb->map_bytes, &lmdb->tail);
}

enum err engine_lmdb_open(const char *directory, size_t map_bytes, bool read_only,
			  struct engine **ret_engine)
{
	struct lmdb *lmdb = calloc(1, sizeof(*lmdb));
	enum err err = OK;

	if (lmdb == NULL)
		return ERR_MEMORY;
	lmdb->engine.table = &lmdb_table;
	lmdb->map_bytes = map_bytes;
	lmdb->read_only = read_only;
	lmdb->writer_fd = -1;
	if ((lmdb->directory = strdup(directory)) == NULL)
		err = ERR_MEMORY;
	else if (!read_only)
		err = lock_writer(lmdb);
	if (err == OK && !read_only)
		err = store_make(directory);
	if (err == OK)
		err = store_check(directory);
	if (err == OK)
		err = open_env(lmdb);
	if (err == OK && !read_only)
		err = open_tail(lmdb);
	if (err != OK) {
		lmdb_close(&lmdb->engine);
		return err;
	}
	return engine_run_open(&lmdb->engine, engine_run_limit, read_only, ret_engine);
}
