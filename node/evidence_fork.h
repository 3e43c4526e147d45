/*
 * evidence_fork - several files of one ledger side by side: whoever signed two trees of one size shows different
 * histories to different people, and two such files prove it.
 */
#ifndef NODE_EVIDENCE_FORK_H
#define NODE_EVIDENCE_FORK_H

#include "node/evidence.h"

/* A checkpoint that a proved file holds. */
struct evidence_fork_seen {
	struct checkpoint checkpoint;
	const char *file;
};

struct evidence_forks {
	struct arena *arena;
	struct evidence_fork_seen *items;
	size_t count, room;
};

void evidence_fork_init(struct evidence_forks *forks, struct arena *arena);

/* Of a file that was proved. ERR_MEMORY. */
enum err evidence_fork_note(struct evidence_forks *forks, const char *file,
			    const struct checkpoint *checkpoint);
enum err evidence_fork_note_all(struct evidence_forks *forks, const char *file,
				const struct evidence *evidence);

/* Print each pair that contradicts each other, in words or as a line of JSON. Returns how many. */
size_t evidence_fork_print(struct evidence_forks *forks, bool as_json, bool in_vietnamese);

#endif
