/*
 * ledger - the records, their tree and everything that is kept with them, over any engine.
 *
 * The promise: what ledger_commit() returned OK for is on disk, in one step: records, payloads,
 * tree, indexes, states. Only a root that is on disk is ever given out. One process writes; readers
 * open the same engine read only and see what was committed last.
 *
 * A batch reads its own writes: batch_get() sees what batch_put() and batch_delete() did before.
 * Keys of states and indexes are made by the callers with the one-byte spaces of node/space.h;
 * record, payload, tree, checkpoint and head spaces belong to this file.
 */
#ifndef NODE_LEDGER_H
#define NODE_LEDGER_H

#include "node/record.h"
#include "node/tree.h"
#include "sampan/engine.h"
#include "sampan/key.h"

struct ledger;
struct batch;

#define LEDGER_EPOCHS 64u /* how often a ledger may be restored */

/*
 * Open over an engine (taken: closed with the ledger, also when this fails). name is the node's
 * name, used when the ledger is new (it then gets its head at once, epoch 1); NULL will do for one
 * that exists. ERR_MISSING: read only, or no name, and no ledger is there. ERR_USAGE: no good name
 * for a checkpoint's origin. ERR_VERSION: written by a program of another format. ERR_CORRUPT: head, tree and
 * records do not fit.
 */
enum err ledger_open(struct engine *engine, const char *name, bool read_only,
		     struct ledger **ret_ledger);
/* The same; where it is new, it gets this epoch. */
enum err ledger_open_epoch(struct engine *engine, const char *name, uint64_t epoch, bool read_only,
			   struct ledger **ret_ledger);
void ledger_close(struct ledger *ledger); /* NULL is accepted */

/* "name/epoch", borrowed from the ledger. */
const char *ledger_origin(const struct ledger *ledger);
uint64_t ledger_epoch(const struct ledger *ledger);

/*
 * A ledger that was restored from an older copy goes on in a new epoch (epoch.h): its records go on
 * with the next number, but stand in a new tree, in which the first of them is the first leaf. The size of
 * a tree and of a checkpoint counts the leaves of one epoch; numbers and ledger_head() count the
 * records of all.
 *
 * base: the number of the last record before the epoch; 0 for the first, and for one that is not
 * known. epoch_of: the epoch of a record that is there, or would be next.
 */
uint64_t ledger_base(const struct ledger *ledger, uint64_t epoch);
uint64_t ledger_epoch_of(const struct ledger *ledger, uint64_t number);

/* Size and root of the tree of the present epoch, durable. */
enum err ledger_tree(struct ledger *ledger, uint64_t *ret_size, struct hash *ret_root);

/* What is durable now: the number of the last record, and the root of the present epoch's tree. A
 * read-only ledger reads the head anew. */
enum err ledger_head(struct ledger *ledger, uint64_t *ret_size, struct hash *ret_root);

/*
 * Begin a batch; at most one is open. Everything put is copied. ERR_DENIED: the ledger is read
 * only.
 */
enum err ledger_begin(struct ledger *ledger, struct batch **ret_batch);

/*
 * Append a record. number and salt are set here; message 0 means "this record begins a message".
 * payloads[i] are the bytes of record->payloads[i], whose hash and len are set here (not the hash
 * where is_hashed says that it is); role is the caller's. ERR_LIMIT: a payload or the leaf is too long; ERR_USAGE: as record_format(); batch and
 * record are unchanged.
 */
enum err batch_append(struct batch *batch, struct record *record, const struct bytes *payloads,
		      size_t payload_count, uint64_t *ret_number);

/*
 * What is appended from now on stands in a new epoch. Only in a batch without records, and for nobody
 * else reads this ledger: it is to be opened anew afterwards, by everybody. ERR_USAGE: no later epoch;
 * ERR_LIMIT: there were too many.
 */
enum err batch_open_epoch(struct batch *batch, uint64_t epoch);

enum err batch_put(struct batch *batch, struct bytes key, struct bytes value);
enum err batch_delete(struct batch *batch, struct bytes key);
/* ERR_MISSING: there is none. */
enum err batch_get(struct batch *batch, struct bytes key, struct arena *arena,
		   struct bytes *ret_value);

/*
 * batch_put() and batch_delete() take keys of 1 to ENGINE_KEY_BYTES in the callers' spaces.
 * ERR_LIMIT: the value is longer than LIMIT_PAYLOAD_BYTES. A later put or delete of the same key
 * replaces the earlier one.
 */

/* The number that a record appended now would have. */
uint64_t batch_next(const struct batch *batch);

/* How many puts and deletes it holds; 0: nothing to commit. */
size_t batch_count(const struct batch *batch);

/*
 * The numbers (u64) that end the keys with this prefix which the batch puts, in the order of putting,
 * at most max_count of them; how many.
 */
size_t batch_numbers(const struct batch *batch, struct bytes prefix, uint64_t *ret_numbers,
		     size_t max_count);

/*
 * Back to where the batch stood at this mark: what was put since is forgotten (one caller's part
 * failed).
 */
size_t batch_mark(const struct batch *batch);
void batch_rewind(struct batch *batch, size_t mark);

/*
 * Pack at most so many payloads of the batch now, which the commit would do else. Returns whether some are
 * left. What reads the batch sees them plain.
 */
bool batch_pack(struct batch *batch, size_t most);

/*
 * Make it durable and free the batch, in every case. ERR_FULL, ERR_IO, ERR_UNAVAILABLE,
 * ERR_CONFLICT: nothing of it is there. ERR_UNKNOWN never comes out: the ledger reads the head and
 * answers one of the others. Should the head not be readable either, the answer is ERR_IO, and
 * ledger_begin() answers ERR_IO too until it could read what is durable.
 */
enum err ledger_commit(struct ledger *ledger, struct batch *batch);
/* forget the batch; NULL is accepted */
void ledger_drop(struct ledger *ledger, struct batch *batch);

/*
 * The same in two steps, over an engine that can (engine_ahead.h): between them the next batch is begun
 * and built upon this one, and whatever reads by key sees this one too; ledger_head(), ledger_tree() and
 * all proofs know only what is durable. begin: of a batch that holds something; the batch is taken in
 * every case; on errors it was dropped, and no second step follows. end: waits until it is over; on errors, as of
 * ledger_commit(), the batch begun meanwhile must be dropped.
 */
enum err ledger_commit_begin(struct ledger *ledger, struct batch *batch);
enum err ledger_commit_end(struct ledger *ledger);
/* Readable when the second step will not wait; -1: the engine cannot. */
int ledger_commit_fd(const struct ledger *ledger);

/* As engine_start(): the thread that commits has the limits that this one has now. */
enum err ledger_start(struct ledger *ledger);

/* Learn how a commit ended that nobody knew the end of; ledger_begin() does. ERR_IO: not yet. */
enum err ledger_settle(struct ledger *ledger);

/*
 * Read what is durable. ret_record and ret_leaf may be NULL. Outputs are copied into the arena.
 * ERR_MISSING; ERR_CORRUPT: the bytes do not have their hash.
 */
enum err ledger_get(struct ledger *ledger, struct bytes key, struct arena *arena,
		    struct bytes *ret_value);
enum err ledger_scan(struct ledger *ledger, struct bytes from, struct bytes until, bool backwards,
		     engine_visit *visit, void *context);
/* engine_hold(): one view of all that is read, for a short while. */
enum err ledger_hold(struct ledger *ledger, bool is_held);
enum err ledger_record(struct ledger *ledger, uint64_t number, struct arena *arena,
		       struct record *ret_record, struct bytes *ret_leaf);
/* The same, of the writer's memory where it was committed a moment ago; not for who looks for damage. */
enum err ledger_record_lately(struct ledger *ledger, uint64_t number, struct arena *arena,
			      struct record *ret_record, struct bytes *ret_leaf);
enum err ledger_payload(struct ledger *ledger, uint64_t number, size_t index, struct arena *arena,
			struct bytes *ret_payload);

/*
 * A piece of the payload at this index of a record that ledger_record() gave: at most max_bytes from
 * offset on, in the arena; empty at its end. The whole is hashed with the first piece and with the last only, so that
 * reading it piece by piece is no quadratic work: what of a store goes bad meanwhile is never read to its end as good.
 * ERR_USAGE: offset beyond the end, or no such index; ERR_CORRUPT.
 */
enum err ledger_payload_piece(struct ledger *ledger, const struct record *record, size_t index,
			      uint64_t offset, size_t max_bytes, struct arena *arena,
			      struct bytes *ret_piece);

/*
 * Proofs as tree.h. inclusion: size is that of the tree of the record's epoch. consistency: in the tree of
 * an epoch. ERR_USAGE: unless the record is among the leaves, 0 < older <= newer, and all of it is durable.
 */
enum err ledger_prove_inclusion(struct ledger *ledger, uint64_t number, uint64_t size,
				struct tree_proof *ret_proof);
enum err ledger_prove_consistency(struct ledger *ledger, uint64_t older, uint64_t newer,
				  struct tree_proof *ret_proof);
enum err ledger_prove_consistency_in(struct ledger *ledger, uint64_t epoch, uint64_t older,
				     uint64_t newer, struct tree_proof *ret_proof);

/*
 * Append `count` complete subtrees of the durable tree, 2^level leaves each, from this index on.
 * ERR_USAGE: not all of them are complete. ERR_CORRUPT, ERR_IO: as read.
 */
enum err ledger_subtrees(struct ledger *ledger, unsigned level, uint64_t first, size_t count,
			 struct buffer *to);

/*
 * Signed checkpoints of this ledger, a side table by the number of the last record that each covers.
 * put: of the present epoch, into a batch, always with a larger
 * size than any before, so that first_covering never changes once it has an answer; the very same
 * note again is OK and does nothing. ERR_EXISTS: one of that size or a larger one is there.
 * ERR_FORMAT: no checkpoint. ERR_USAGE: its size is another, or not durable.
 * first_covering: the smallest checkpoint of the record's epoch that covers it, which is the one that a
 * receipt for that record is frozen with. last: of the present epoch. ERR_MISSING when there is none.
 */
enum err batch_put_checkpoint(struct batch *batch, uint64_t size, struct bytes note);
enum err ledger_checkpoint_first_covering(struct ledger *ledger, uint64_t number,
					  struct arena *arena, struct bytes *ret_note);
enum err ledger_checkpoint_last(struct ledger *ledger, struct arena *arena, struct bytes *ret_note);

#define ARCHIVE_NAME_BYTES 32u /* of the name of an archive (archive.h) */

/* What a verification met. */
struct ledger_verdict {
	uint64_t records;
	uint64_t payloads;
	uint64_t checkpoints;
	uint64_t
		archived; /* of the payloads: in archives that are here (archive.h), and hashed there */
	uint64_t away;                    /* in archives that are not here, so not looked at */
	char away_in[ARCHIVE_NAME_BYTES]; /* one of these archives */
	uint64_t set_back;       /* records that say an earlier time than the one before them, by more
				  * than CLOCK_SLACK_MS: told, and no damage */
	uint64_t first_set_back; /* number of the first of them; 0: none */
	uint64_t first_bad;      /* number of the first record that fails; 0: none */
	const char *what; /* what fails, in words; "" when nothing does; a constant */
};

/*
 * Re-hash every record and payload, rebuild the tree, compare every stored subtree, verify every
 * checkpoint with the key. progress (may be NULL) is called now and then with how many records are
 * done and how many there are. OK also when something is bad: then the verdict says so. ERR_VERSION: a record that
 * the tree vouches for is of a newer version; *ret_verdict says which.
 */
enum err ledger_verify(struct ledger *ledger, const uint8_t public_key[KEY_PUBLIC_BYTES],
		       void (*progress)(void *context, uint64_t done, uint64_t all), void *context,
		       struct ledger_verdict *ret_verdict);

/*
 * The same from this record on (0, 1: all). The subtrees before it are believed as they are stored,
 * and judged by the roots and checkpoints that they lead to. ERR_USAGE: since is behind the end by
 * more than one.
 */
enum err ledger_verify_since(struct ledger *ledger, uint64_t since,
			     const uint8_t public_key[KEY_PUBLIC_BYTES],
			     void (*progress)(void *context, uint64_t done, uint64_t all),
			     void *context, struct ledger_verdict *ret_verdict);

#endif
