/*
 * engine - the seam to the disk: an ordered byte store.
 *
 * Keys are 1 to ENGINE_KEY_BYTES long and ordered as memcmp orders them. The promise: when commit()
 * returns OK the whole batch is durable (synced) and visible, or none of it is; a batch is never
 * half there after a crash. Everything above (records, tree, indexes, outbox, states) is written
 * once and knows only this table.
 *
 * Engines: LMDB (engine_lmdb_open), simulated in memory with faults (engine_sim_open).
 * tests/test_engine.c is the conformance suite that every engine passes. One process writes; others
 * may open the same LMDB store read only.
 */
#ifndef SAMPAN_ENGINE_H
#define SAMPAN_ENGINE_H

#include "sampan/arena.h"
#include "sampan/err.h"

#define ENGINE_KEY_BYTES 128u

struct engine_put {
	struct bytes key;
	struct bytes value;
};

struct engine_batch {
	const struct engine_put *puts; /* in any order; a key stands in puts or deletes at most
					* once */
	size_t put_count;
	const struct bytes *deletes; /* deleting what is not there is no error */
	size_t delete_count;
	uint64_t expected_head; /* the head this batch was built on; the first batch is built on
				 * 0 */
	uint64_t deadline_ms;   /* how long a remote engine may take; local engines ignore it */
};

/* Called for each pair in key order; both are borrowed until it returns. false ends the scan. */
typedef bool engine_visit(void *context, struct bytes key, struct bytes value);

/*
 * Called with what a commit puts, right before it does, in whatever thread does: may replace values,
 * by such as live until the commit is over.
 */
typedef void engine_prepare(void *context, struct engine_put *puts, size_t put_count);

struct engine {
	const struct engine_table *table;
};

struct engine_table {
	/*
	 * The value of a key, copied into the arena. OK, ERR_MISSING, ERR_LIMIT (arena's bound),
	 * ERR_IO, ERR_CORRUPT.
	 */
	enum err (*get)(struct engine *engine, struct bytes key, struct arena *arena,
			struct bytes *ret_value);
	/*
	 * All pairs with from <= key < until in order, or in falling order when backwards; an empty
	 * until means no upper end. The visitor must not call the engine. One consistent view
	 * during the scan, none after it.
	 */
	enum err (*scan)(struct engine *engine, struct bytes from, struct bytes until,
			 bool backwards, engine_visit *visit, void *context);
	/*
	 * Apply the batch in one durable step and raise the head by one (*ret_head, may be NULL).
	 * ERR_CONFLICT: the head is not expected_head; nothing was done. ERR_FULL: no space;
	 * nothing was done, reading goes on. ERR_UNKNOWN: it may or may not be there; read the head
	 * to learn. ERR_UNAVAILABLE, ERR_IO: nothing was done.
	 */
	enum err (*commit)(struct engine *engine, const struct engine_batch *batch,
			   uint64_t *ret_head);
	/* How many batches were committed: 0 for a new store. */
	enum err (*head)(struct engine *engine, uint64_t *ret_head);
	void (*close)(struct engine *engine);
	/*
	 * true: from now on everything is read as it is now, until false. Only for who reads only;
	 * what is replaced meanwhile is not reused, so not for long. ERR_DENIED: it writes. NULL in
	 * an engine that nobody else writes to.
	 */
	enum err (*hold)(struct engine *engine, bool is_held);
	/*
	 * The commit in two steps, of an engine that goes on while the disk is busy
	 * (engine_ahead.h); NULL in all others. begin: the batch and the context are borrowed until end(); prepare
	 * may be NULL. Any error: nothing was begun. end: waits until it is over, and answers as commit().
	 */
	enum err (*begin)(struct engine *engine, const struct engine_batch *batch,
			  engine_prepare *prepare, void *context);
	enum err (*end)(struct engine *engine, uint64_t *ret_head);
	/* Readable when a commit that was begun is over, until end(). */
	int (*fd)(struct engine *engine);
	/*
	 * Begin the thread that commits, if it is not there: the first begin() does so, too, but a thread has
	 * the limits of who begins it (sandbox.h). ERR_IO: no thread.
	 */
	enum err (*start)(struct engine *engine);
};

/* The calls, so that users read engine_get(store, ...). */
enum err engine_get(struct engine *engine, struct bytes key, struct arena *arena,
		    struct bytes *ret_value);
enum err engine_scan(struct engine *engine, struct bytes from, struct bytes until, bool backwards,
		     engine_visit *visit, void *context);
enum err engine_commit(struct engine *engine, const struct engine_batch *batch, uint64_t *ret_head);
enum err engine_head(struct engine *engine, uint64_t *ret_head);
void engine_close(struct engine *engine); /* NULL is accepted */
enum err engine_hold(struct engine *engine, bool is_held);
enum err engine_begin(struct engine *engine, const struct engine_batch *batch,
		      engine_prepare *prepare, void *context);
enum err engine_end(struct engine *engine, uint64_t *ret_head);
int engine_fd(struct engine *engine); /* -1: it has no begin() */
enum err engine_start(struct engine *engine); /* OK: also where it has no thread */

/*
 * LMDB in a directory, created with mode 0700 when it is not there (unless read_only). map_bytes is
 * the size of the sparse map while it is open for writing, beyond which a commit is ERR_FULL; a store that takes more
 * already opens, and is full. ERR_MISSING (read only and not there), ERR_IO, ERR_CORRUPT,
 * ERR_EXISTS (another process writes).
 */
enum err engine_lmdb_open(const char *directory, size_t map_bytes, bool read_only,
			  struct engine **ret_engine);

/* Faults that the simulated engine injects; all zero means none. */
struct engine_faults {
	uint64_t fail_commit_at;    /* the n-th commit from now returns fail_with and does nothing
				     * (from 1) */
	uint64_t unknown_commit_at; /* the n-th commit from now is applied but returns
				     * ERR_UNKNOWN */
	enum err fail_with;
	size_t max_bytes; /* commits that would grow the store beyond it return ERR_FULL; 0: no
			   * bound */
};

/*
 * A store in memory, empty. It lives until closed; engine_sim_set_faults() may be called at any
 * time.
 */
enum err engine_sim_open(struct engine **ret_engine);
void engine_sim_set_faults(struct engine *engine, const struct engine_faults *faults);

#endif
