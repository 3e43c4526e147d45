/*
 * evidence_fork - several files of one ledger side by side: whoever signed two trees of one size, or two records at
 * one place, shows different histories to different people, and two such files prove it.
 */
#ifndef NODE_EVIDENCE_FORK_H
#define NODE_EVIDENCE_FORK_H

#include "node/receipt_check.h"

/* A checkpoint that a proved file holds, or a record that it proves. */
struct evidence_fork_seen {
	const char *file, *origin;
	bool is_record;
	uint64_t at;      /* size of the checkpoint; place of the record in the tree, from 0 */
	uint64_t number;  /* of the record */
	struct hash hash; /* root; or of the leaf */
};

struct evidence_forks {
	struct arena *arena;
	struct evidence_fork_seen *items;
	size_t count, room;
};

void evidence_fork_init(struct evidence_forks *forks, struct arena *arena);

/* Of files that were proved: a receipt, evidence. ERR_MEMORY. */
enum err evidence_fork_note_receipt(struct evidence_forks *forks, const char *file,
				    const struct receipt_verdict *receipt);
enum err evidence_fork_note_all(struct evidence_forks *forks, const char *file,
				const struct evidence *evidence);

/* Print each pair that contradicts each other, in words or as a line of JSON. Returns how many. */
size_t evidence_fork_print(struct evidence_forks *forks, bool as_json, bool in_vietnamese);

#endif
