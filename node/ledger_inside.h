/*
 * ledger_inside - what ledger.c, ledger_commit.c, ledger_read.c, ledger_verify.c, batch.c, changes.c and those who
 * copy a whole ledger (backup.c, restore.c) share; nobody else includes it.
 */
#ifndef NODE_LEDGER_INSIDE_H
#define NODE_LEDGER_INSIDE_H

#include "node/checkpoint.h"
#include "node/ledger.h"
#include "node/space.h"

#define LEDGER_NODES 1024u

/* A complete subtree, which never changes. */
struct ledger_node {
	uint64_t index; /* + 1; 0: none */
	unsigned level;
	struct hash hash;
};

/* Where the tree of an epoch begins: behind the record with this number. */
struct ledger_span {
	uint64_t epoch;
	uint64_t base;
};

#define LEDGER_SALT_BYTES 1024u
#define LEDGER_RECENT 256u
#define LEDGER_RECENT_BYTES ((size_t)32 * 1024)

/* The first payload of a record committed lately: it is read again soon. */
struct ledger_recent {
	uint64_t number; /* 0: none */
	uint8_t *memory;
	struct bytes payload; /* in it */
};

/* A record committed lately, as it is stored: its receipt is made soon. */
struct ledger_recent_leaf {
	uint64_t number; /* 0: none */
	struct hash hash;
	struct buffer leaf;
};

/* The batch that is being made durable, and what of it the engine borrows. */
struct ledger_flight {
	struct batch *batch; /* NULL: none */
	struct engine_batch all;
	struct arena *packed; /* payloads as they are stored */
	struct buffer head;
	struct hash root;
};

struct ledger_head {
	const char *name;
	uint64_t epoch;
	uint64_t size;
	struct hash root;
};

struct ledger {
	struct engine *engine;
	struct arena *scratch; /* for small values; cleared by whoever uses it next */
	char *name;
	char *origin;
	char *archives;                /* folder of the archives; NULL: none is looked into */
	char away[ARCHIVE_NAME_BYTES]; /* the archive that was not there last; "": none */
	uint64_t epoch;
	uint64_t base;                           /* of the epoch */
	struct ledger_span spans[LEDGER_EPOCHS]; /* of all epochs, in order */
	size_t span_count;
	uint64_t engine_head;
	struct tree tree;                                /* of the epoch: what is durable */
	struct hash root;                                /* of the tree */
	struct ledger_node nodes[LEDGER_NODES];          /* of the writer: read lately */
	struct ledger_recent recent[LEDGER_RECENT];      /* at number % LEDGER_RECENT */
	struct ledger_recent_leaf leaves[LEDGER_RECENT]; /* as well */
	struct batch *batch;                             /* the one that is open */
	struct ledger_flight flight;
	uint8_t salts
		[LEDGER_SALT_BYTES]; /* random, for the next records; zero where they are used */
	size_t salts_left;
	bool read_only;
	bool is_doubtful; /* the outcome of a commit could not be read yet */
};

/* One put or delete. Later ones of the same key stand before it in its chain. */
struct batch_op {
	uint8_t *memory; /* key, then value, unless they lie among the small ones */
	struct bytes key;
	struct bytes value;
	struct bytes packed; /* of a payload, when it was packed early; in the batch's arena */
	bool is_delete;
	uint64_t
		recent_number; /* it is the first payload of this record, and not too long; else 0 */
	size_t next;           /* in the chain of its bucket: index + 1, 0 ends it */
};

/* What an append replaced in the tree's edge, so that it can be taken back. */
struct batch_undo {
	size_t mark;
	unsigned level;
	struct hash edge;
};

struct batch {
	struct ledger *ledger;
	struct tree tree;
	uint64_t epoch, base;
	struct arena *small; /* of most pairs; NULL: none yet */
	struct batch_op *ops;
	size_t count, room;
	size_t *buckets; /* newest op of each chain: index + 1 */
	size_t bucket_count;
	bool is_copied;   /* of a copy: nobody copies from it */
	size_t looked_at; /* for payloads to pack: so many ops */
	struct arena *packed;
	struct batch_undo *undos;
	size_t undo_count, undo_room;
};

/* Take over what is durable: head, tree. */
enum err ledger_load(struct ledger *ledger);

/* The head's key, and its value. */
struct bytes ledger_head_key(void);
void ledger_format_head(const struct ledger_head *head, struct buffer *to);

enum err batch_new(struct ledger *ledger, struct batch **ret_batch);
void batch_free(struct batch *batch);

/*
 * What was committed lately and is read again soon (ledger_recent.c): remember a pair that is durable now, whose
 * memory may be taken; forget all; find what is there.
 */
void ledger_remember(struct ledger *ledger, struct batch_op *op);
void ledger_forget(struct ledger *ledger);
bool ledger_recent_payload(const struct ledger *ledger, uint64_t number, struct arena *arena,
			   struct bytes *ret_payload);
/* NULL: it must be read. */
const struct ledger_recent_leaf *ledger_recent_leaf(const struct ledger *ledger, uint64_t number);

/* As batch_put, for the ledger's own spaces. */
enum err batch_put_any(struct batch *batch, struct bytes key, struct bytes value);
enum err batch_delete_any(struct batch *batch, struct bytes key);

/*
 * Append a record as another ledger wrote it: its leaf and its payloads as they are stored there (at
 * NULL, or not given: it was archived away).
 * ERR_CORRUPT: it is not the next one, or a payload is not what the leaf says. scratch takes what is
 * unpacked to be hashed.
 */
enum err batch_append_copy(struct batch *batch, struct bytes leaf, const struct bytes *stored,
			   size_t stored_count, struct arena *scratch, struct record *ret_record);

/* A complete subtree as the batch leaves it, as tree_read; context is the batch. */
enum err batch_read_node(void *context, unsigned level, uint64_t index, struct hash *ret_hash);

/* Is this op the last word on its key? */
bool batch_is_newest(const struct batch *batch, size_t index);

/* What was packed early of the payload under this key; empty: nothing was. */
struct bytes batch_packed(const struct batch *batch, struct bytes key);

#define LEDGER_KEY_BYTES 10u

struct ledger_key {
	uint8_t at[LEDGER_KEY_BYTES];
	size_t len;
};

/* Space and number; space, number and index of a payload. */
struct ledger_key ledger_key(enum space space, uint64_t number);
struct ledger_key ledger_payload_key(uint64_t number, size_t index);
struct bytes ledger_key_bytes(const struct ledger_key *key);

/* Read which epochs there are, for a head that says this. ERR_CORRUPT: they do not fit it. */
enum err ledger_load_spans(struct ledger *ledger, uint64_t epoch, uint64_t count);

/* How many records there are, of all epochs. */
uint64_t ledger_count(const struct ledger *ledger);

/* A complete subtree of the tree of this epoch, as tree_read; context is the ledger. A missing one is ERR_CORRUPT. */
enum err ledger_read_node(void *context, unsigned level, uint64_t index, struct hash *ret_hash);

/* The same as it is stored now, for who looks for damage. */
enum err ledger_load_node(struct ledger *ledger, unsigned level, uint64_t index,
			  struct hash *ret_hash);

/* A subtree of the tree that begins behind `base`. */
enum err ledger_load_old_node(struct ledger *ledger, uint64_t base, unsigned level, uint64_t index,
			      struct hash *ret_hash);

/* The hash of a record's leaf as it is stored, in the tree of whichever epoch. */
enum err ledger_load_leaf(struct ledger *ledger, uint64_t number, struct hash *ret_hash);

/* The span that a record is in. */
const struct ledger_span *ledger_span_of(const struct ledger *ledger, uint64_t number);

/*
 * A payload as it is stored, in the store or in an archive. ERR_MISSING: it is nowhere.
 * ERR_ARCHIVED: in an archive that is not here.
 */
enum err ledger_stored_payload(struct ledger *ledger, uint64_t number, size_t index,
			       struct arena *arena, struct bytes *ret_stored);

/* Size of the last checkpoint that is durable; 0 when there is none. */
enum err ledger_last_checkpoint_size(struct ledger *ledger, uint64_t *ret_size);

#endif
