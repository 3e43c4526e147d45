/*
 * rig - two whole nodes for a test: made in a folder of their own, fed through their doors, looked
 * at from outside.
 *
 * A thin cover over node/town.h. What a test of whole nodes needs besides: samples and variations
 * of them, what lies in a party's folders, the processes of a node, waiting for something to become
 * true (bounded, without luck).
 */
#ifndef TESTS_SUPPORT_RIG_H
#define TESTS_SUPPORT_RIG_H

#include "node/town.h"

#define RIG_PATH_BYTES 4096u
#define RIG_PIDS 64u
#define RIG_VN 0u /* places in town.nodes */
#define RIG_TH 1u

struct rig {
	char directory[RIG_PATH_BYTES];
	char program[RIG_PATH_BYTES]; /* build/sampan of this build */
	struct arena *arena;          /* emptied by rig_forget() */
	struct town town;
	bool is_made;
};

/*
 * Make both nodes; none is started. Ends the test when that fails: without them there is nothing to
 * test.
 */
void rig_open(struct rig *rig);
void rig_start(struct rig *rig); /* both, and wait until they answer */

/* Stop both; the folder goes when all is good, and is named otherwise. */
void rig_close(struct rig *rig, bool is_good);

/* Documents made by the functions below live until then. */
void rig_forget(struct rig *rig);

/*
 * A sample of schemas/samples, or another text; every occurrence of one text replaced (it must
 * occur).
 */
struct bytes rig_sample(struct rig *rig, const char *name);
struct bytes rig_replace(struct rig *rig, struct bytes document, const char *from, const char *to);

/* Lodge through the folder door. */
void rig_lodge(struct rig *rig, size_t node, const char *party, const char *name,
	       struct bytes document);

/* The path of a file of a party ("" as name: of the folder), until the next rig_path(). */
const char *rig_path(const struct rig *rig, size_t node, const char *party, const char *folder,
		     const char *name);
bool rig_has(const struct rig *rig, size_t node, const char *party, const char *folder,
	     const char *name);

/* The content of such a file; len 0 when it is not there. */
struct bytes rig_read(struct rig *rig, size_t node, const char *party, const char *folder,
		      const char *name);

/* Names in a party's folder that end so, sorted. */
size_t rig_list(struct rig *rig, size_t node, const char *party, const char *folder,
		const char *ending, const char *const **ret_names);

/* Processes of a node: of one role, or all (NULL); sorted. */
size_t rig_pids(const struct rig *rig, size_t node, const char *role, long ret_pids[RIG_PIDS]);

/* Ask again and again until it is so; false: not within the time. */
typedef bool rig_question(void *context);
bool rig_wait(rig_question *is_so, void *context, uint32_t patience_ms);

/* Both nodes have nothing to do any more; false: not within the time. */
bool rig_wait_for_rest(struct rig *rig, uint32_t patience_ms);

/*
 * Run the program ("ledger", "verify", ...; ended by NULL); its standard output lives in the arena.
 * Returns the exit code.
 */
int rig_run(struct rig *rig, const char *const *arguments, struct bytes *ret_output);

#endif
