#include "tests/support/copy_scene.h"

#include <dirent.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "node/changes.h"
#include "node/checkpoint.h"

#define MAP_BYTES ((size_t)1 << 30)
#define PAIRS_BYTES ((size_t)256 << 20)

int copy_scene_open(void **state)
{
	struct copy_scene *scene = calloc(1, sizeof(*scene));
	void *node = NULL;

	assert_non_null(scene);
	assert_int_equal(node_fixture_open(&node), 0);
	scene->node = node;
	strcpy(scene->folder, "/tmp/sampan-copy-XXXXXX");
	assert_non_null(mkdtemp(scene->folder));
	assert_int_equal(key_new(&scene->ledger_key), OK);
	assert_int_equal(key_new(&scene->backup_key), OK);
	*state = scene;
	return 0;
}

int copy_scene_close(void **state)
{
	struct copy_scene *scene = *state;
	char command[128];
	void *node = scene->node;

	snprintf(command, sizeof(command), "rm -r '%s'", scene->folder);
	assert_int_equal(system(command), 0);
	key_free(scene->ledger_key);
	key_free(scene->backup_key);
	node_fixture_close(&node);
	free(scene);
	return 0;
}

const char *copy_scene_path(struct copy_scene *scene, const char *name)
{
	return arena_format(scene->node->arena, "%s/%s", scene->folder, name);
}

void copy_scene_checkpoint(struct copy_scene *scene)
{
	struct ledger *ledger = scene->node->turn.ledger;
	struct checkpoint checkpoint = {0};
	struct buffer note;

	(void)snprintf(checkpoint.origin, sizeof(checkpoint.origin), "%s", ledger_origin(ledger));
	assert_int_equal(ledger_head(ledger, &checkpoint.size, &checkpoint.root), OK);
	buffer_init(&note, CHECKPOINT_MAX_BYTES);
	assert_int_equal(checkpoint_sign(&checkpoint, scene->ledger_key, &note), OK);
	node_fixture_begin(scene->node);
	assert_int_equal(
		batch_put_checkpoint(scene->node->turn.batch, checkpoint.size, buffer_bytes(&note)),
		OK);
	assert_int_equal(node_fixture_commit(scene->node), OK);
	buffer_clear(&note);
}

void copy_scene_lodge(struct copy_scene *scene, unsigned from, unsigned until)
{
	for (unsigned i = from; i < until; i++) {
		const char *reference = arena_format(scene->node->arena, "R%u", i);

		node_fixture_lodge(scene->node, "gom", reference, node_fixture_export,
				   PAIRS("reference", reference));
		node_fixture_register(scene->node);
	}
	copy_scene_checkpoint(scene);
}

/* Bytes that do not pack. */
void copy_scene_fill(struct copy_scene *scene, unsigned count, size_t bytes)
{
	uint8_t *document = malloc(bytes);
	uint64_t dice = 88172645463325252u;

	assert_non_null(document);
	for (unsigned n = 0; n < count; n++) {
		struct message_event event = {.event = "SubmissionRejection",
					      .actor = "party:gom",
					      .payload_role = {"findings"},
					      .payload = {bytes_of(document, bytes)}};
		uint64_t ignored;

		for (size_t i = 0; i + 8 <= bytes; i += 8) {
			dice ^= dice << 13, dice ^= dice >> 7, dice ^= dice << 17;
			memcpy(document + i, &dice, 8);
		}
		node_fixture_begin(scene->node);
		assert_int_equal(message_record(&scene->node->turn, 0, &event, &ignored), OK);
		assert_int_equal(node_fixture_commit(scene->node), OK);
	}
	free(document);
}

/* ---- copying ---- */

struct backup_with copy_scene_backup_with(struct copy_scene *scene, const char *to)
{
	struct backup_with with = {.ledger = scene->node->turn.ledger,
				   .folder = copy_scene_path(scene, to),
				   .key = scene->backup_key};

	key_get_public(scene->ledger_key, with.ledger_public_key);
	return with;
}

enum err copy_scene_backup(struct copy_scene *scene, const char *to)
{
	struct backup_with with = copy_scene_backup_with(scene, to);
	struct backup *backup = NULL;
	bool is_new;
	enum err err = backup_open(&with, &backup);

	scene->bad_number = 0;
	if (err == OK)
		err = backup_go_on(backup, &is_new, &scene->bad_number);
	backup_close(backup);
	return err;
}

struct restore_with copy_scene_restore_with(struct copy_scene *scene, const char *from,
					    const char *ledger)
{
	struct restore_with with = {.from = copy_scene_path(scene, from),
				    .ledger = copy_scene_path(scene, ledger),
				    .map_bytes = MAP_BYTES};

	key_get_public(scene->ledger_key, with.ledger_public_key);
	key_get_public(scene->backup_key, with.backup_public_key);
	return with;
}

enum err copy_scene_restore(struct copy_scene *scene, const char *from, const char *ledger)
{
	struct restore_with with = copy_scene_restore_with(scene, from, ledger);
	struct restore *restore = NULL;
	bool is_new;
	enum err err = restore_open(&with, &restore);

	if (err == OK)
		err = restore_go_on(restore, &is_new);
	(void)snprintf(scene->what, sizeof(scene->what), "%s", restore_what(restore));
	scene->is_of_ledger = restore_is_of_ledger(restore);
	restore_close(restore);
	return err;
}

/* ---- comparing ---- */

struct pairs {
	struct hash hash;
	uint64_t count;
};

/* All but what is each store's own: which keys changed, and how far a copy is. */
static bool fold(void *context, struct bytes key, struct bytes value)
{
	struct pairs *pairs = context;
	const struct bytes parts[] = {hash_bytes(&pairs->hash), key, value};

	if (key.at[0] == SPACE_CHANGE || key.at[0] == SPACE_COPY)
		return true;
	pairs->hash = hash_of_parts(parts, 3);
	pairs->count++;
	return true;
}

uint64_t copy_scene_hash(struct copy_scene *scene, const char *name, struct hash *ret_hash)
{
	struct pairs pairs = {0};
	struct engine *engine;

	assert_int_equal(engine_lmdb_open(copy_scene_path(scene, name), 0, true, &engine), OK);
	assert_int_equal(
		engine_scan(engine, (struct bytes){0}, (struct bytes){0}, false, fold, &pairs), OK);
	engine_close(engine);
	*ret_hash = pairs.hash;
	return pairs.count;
}

void copy_scene_assert_same(struct copy_scene *scene, const char *name)
{
	struct pairs first = {0};
	struct hash second;

	assert_int_equal(engine_scan(scene->node->engine, (struct bytes){0}, (struct bytes){0},
				     false, fold, &first),
			 OK);
	assert_true(first.count > 0);
	assert_int_equal(copy_scene_hash(scene, name, &second), first.count);
	assert_memory_equal(first.hash.at, second.at, HASH_BYTES);
}

void copy_scene_assert_same_folders(struct copy_scene *scene, const char *a, const char *b)
{
	char command[256];

	snprintf(command, sizeof(command), "cd '%s' && diff -r -x lock '%s' '%s'", scene->folder, a,
		 b);
	assert_int_equal(system(command), 0);
}

size_t copy_scene_size(struct copy_scene *scene, const char *name)
{
	struct stat status;

	assert_int_equal(stat(copy_scene_path(scene, name), &status), 0);
	return (size_t)status.st_size;
}

void copy_scene_flip(struct copy_scene *scene, const char *name, size_t at)
{
	int fd = open(copy_scene_path(scene, name), O_RDWR);
	uint8_t byte;

	assert_true(fd >= 0);
	assert_int_equal(pread(fd, &byte, 1, (off_t)at), 1);
	byte ^= 1;
	assert_int_equal(pwrite(fd, &byte, 1, (off_t)at), 1);
	close(fd);
}
