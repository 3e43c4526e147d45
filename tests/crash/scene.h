/*
 * scene - a ledger role and a seal role, real both, and a gate that lodges documents with them and
 * asks again until each is answered with its receipt, as the gate does.
 *
 * Each role lives in this process or in a child that dies at a step (tests/crash/disk.h) and is then
 * begun anew. What was answered once must be answered the same for ever: scene_lodge() asserts it.
 * What fails, fails the test.
 */
#ifndef TESTS_CRASH_SCENE_H
#define TESTS_CRASH_SCENE_H

#include "node/call.h"
#include "node/checkpoint.h"
#include "node/ledger_call.h"
#include "node/role.h"

#define SCENE_LODGED 16384u
#define SCENE_MAP_BYTES ((uint64_t)64 * 1024 * 1024)

struct scene_lodged {
	char reference[48];
	size_t len; /* of the document */
	bool is_answered;
	uint64_t answered_at; /* disk_steps() then */
	char id[64];
	uint8_t *receipt;
	size_t receipt_len;
	struct scene *scene;
	unsigned errors; /* told instead of an answer */
};

enum scene_role { SCENE_LEDGER = 1, SCENE_SEAL = 2 };

struct scene {
	char directory[64];
	struct arena *arena; /* lives as long as the scene */
	struct config *config;
	uint8_t public_key[KEY_PUBLIC_BYTES];
	struct role ledger, seal;
	struct loop *loop;
	struct arena *passing; /* emptied with each question */
	struct call_client *client;
	unsigned here; /* enum scene_role bits: the roles of this process */
	long child;    /* the process of the other one; 0: none */
	unsigned deaths;
	struct scene_lodged *lodged;
	size_t count;
	size_t left; /* of the lodgements under way */
};

void scene_open(struct scene *scene);
void scene_close(struct scene *scene);

/* Begin roles: those in `here` in this process, the others in a child that dies at this step (0:
 * never). */
void scene_begin(struct scene *scene, unsigned here, uint64_t die_at);
void scene_end(struct scene *scene);

/* Add a lodgement of a document of so many bytes; its place. */
size_t scene_add(struct scene *scene, const char *prefix, size_t number, size_t len);

/* Lodge these at once, again and again until each has its receipt. */
void scene_lodge(struct scene *scene, size_t first, size_t count);

/* The files that a power cut leaves in any state: the store, the seal's memory. */
const char *scene_store(struct scene *scene);
const char *scene_memory(struct scene *scene);

/*
 * While no role runs: the ledger verifies, and of each of these lodgements that was answered the
 * record and the document are there, whole; no message is without one of its keys, and no key without its
 * message.
 */
void scene_verify(struct scene *scene, size_t first, size_t count);

/*
 * While no role runs: how many keys found by chance stand in their places (sampan/engine_run.h), and how many
 * lists of such that are not.
 */
struct scene_order {
	size_t placed, lists;
};
struct scene_order scene_order(struct scene *scene);

/*
 * While no role runs: call for each note that the ledger or the seal holds.
 */
typedef void scene_visit(void *context, const struct checkpoint *checkpoint);
void scene_notes(struct scene *scene, scene_visit *visit, void *context);

#endif
