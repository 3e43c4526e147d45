/*
 * copy_scene - a node's ledger that is backed up and restored, in a folder of its own.
 *
 * Names of folders and files are below that folder. What fails here fails the test.
 */
#ifndef TESTS_SUPPORT_COPY_SCENE_H
#define TESTS_SUPPORT_COPY_SCENE_H

#include "node/backup.h"
#include "node/restore.h"
#include "tests/support/node_fixture.h"

struct copy_scene {
	struct node_fixture *node;
	char folder[64];
	struct key *ledger_key, *backup_key;
	uint64_t bad_number; /* of the last backup */
	char what[512];      /* of the last restore */
	bool is_of_ledger;
};

int copy_scene_open(void **state);
int copy_scene_close(void **state);
const char *copy_scene_path(struct copy_scene *scene, const char *name);

/* Exports "R<from>" to "R<until - 1>", registered, and a checkpoint. */
void copy_scene_lodge(struct copy_scene *scene, unsigned from, unsigned until);
void copy_scene_checkpoint(struct copy_scene *scene);
/* So many records with a payload of so many bytes that do not pack. */
void copy_scene_fill(struct copy_scene *scene, unsigned count, size_t bytes);

struct backup_with copy_scene_backup_with(struct copy_scene *scene, const char *to);
enum err copy_scene_backup(struct copy_scene *scene, const char *to);
struct restore_with copy_scene_restore_with(struct copy_scene *scene, const char *from,
					    const char *ledger);
enum err copy_scene_restore(struct copy_scene *scene, const char *from, const char *ledger);

/* Does the store hold the pairs that the node's does? */
void copy_scene_assert_same(struct copy_scene *scene, const char *name);
/* Over all pairs of a store but its own (which keys changed, how far it is); how many. */
uint64_t copy_scene_hash(struct copy_scene *scene, const char *name, struct hash *ret_hash);
void copy_scene_assert_same_folders(struct copy_scene *scene, const char *a, const char *b);
size_t copy_scene_size(struct copy_scene *scene, const char *name);
void copy_scene_flip(struct copy_scene *scene, const char *name, size_t at);

#endif
