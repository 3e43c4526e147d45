/* backup, restore: a copy is whole or refused, however it was interrupted, and as its node left it. */
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "node/changes.h"
#include "node/checkpoint.h"
#include "node/file.h"
#include "node/index_check.h"
#include "node/ledger_home.h"
#include "tests/support/copy_scene.h"

static void a_restored_ledger_holds_every_pair_of_the_first(void **state)
{
	struct copy_scene *scene = *state;

	copy_scene_lodge(scene, 1, 6);
	node_fixture_translate(scene->node);
	assert_true(node_fixture_send(scene->node, "TH") > 0);
	assert_int_equal(copy_scene_backup(scene, "b"), OK);
	assert_int_equal(copy_scene_restore(scene, "b", "l"), OK);
	copy_scene_assert_same(scene, "l");
}

/* Queues lose entries, so what is gone must go too. */
static void a_copy_that_follows_is_as_its_node_after_each_step(void **state)
{
	struct copy_scene *scene = *state;

	for (unsigned step = 0; step < 6; step++) {
		copy_scene_lodge(scene, 10 * step, 10 * step + 3);
		if (step % 2 == 1)
			node_fixture_translate(scene->node);
		if (step == 4)
			assert_true(node_fixture_send(scene->node, "TH") > 0);
		assert_int_equal(copy_scene_backup(scene, "b"), OK);
		assert_int_equal(copy_scene_restore(scene, "b", "l"), OK);
		copy_scene_assert_same(scene, "l");
	}
	assert_int_equal(copy_scene_restore(scene, "b", "new"), OK);
	copy_scene_assert_same(scene, "new");
}

/* A second cut holds what changed, not everything again. */
static void a_later_cut_is_as_small_as_what_changed(void **state)
{
	struct copy_scene *scene = *state;
	size_t first, second;

	copy_scene_lodge(scene, 1, 60);
	assert_int_equal(copy_scene_backup(scene, "b"), OK);
	first = copy_scene_size(scene, "b/segment-00000001");
	copy_scene_lodge(scene, 60, 61);
	assert_int_equal(copy_scene_backup(scene, "b"), OK);
	second = copy_scene_size(scene, "b/segment-00000001") - first;
	assert_true(second > 0 && second < first / 20);
	assert_int_equal(copy_scene_backup(scene, "b"), OK);
	assert_int_equal(copy_scene_size(scene, "b/segment-00000001"), first + second);
}

/* As a node that was not backed up for longer than it remembers what changed. */
static void what_is_not_remembered_any_more_is_read_anew(void **state)
{
	struct copy_scene *scene = *state;
	struct bytes key = bytes_of("b\0\0\0\0\0\0\0\5", 9);
	struct engine_batch batch = {.deletes = &key, .delete_count = 1};

	copy_scene_lodge(scene, 1, 3);
	assert_int_equal(copy_scene_backup(scene, "b"), OK);
	assert_int_equal(copy_scene_restore(scene, "b", "l"), OK);
	copy_scene_lodge(scene, 3, 6);
	node_fixture_translate(scene->node);
	for (uint64_t commit = 5; commit < 20; commit++) {
		uint8_t at[9] = {SPACE_CHANGE};

		bytes_put_u64(at + 1, commit);
		key = bytes_of(at, sizeof(at));
		assert_int_equal(engine_head(scene->node->engine, &batch.expected_head), OK);
		assert_int_equal(engine_commit(scene->node->engine, &batch, NULL), OK);
	}
	node_fixture_drop(scene->node);
	assert_int_equal(copy_scene_backup(scene, "b"), OK);
	assert_int_equal(copy_scene_restore(scene, "b", "l"), OK);
	copy_scene_assert_same(scene, "l");
}

/* ---- killed in the middle ---- */

/* In a process that may write no file beyond so many bytes: it dies at exactly that byte. */
static bool is_killed(struct copy_scene *scene, const char *to, size_t at_bytes)
{
	int status;
	pid_t child = fork();

	assert_true(child >= 0);
	if (child == 0) {
		struct rlimit limit = {at_bytes, at_bytes};

		(void)signal(SIGXFSZ, SIG_DFL);
		if (setrlimit(RLIMIT_FSIZE, &limit) != 0)
			_exit(99);
		_exit(copy_scene_backup(scene, to) == OK ? 0 : 98);
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_true(WIFSIGNALED(status) || WEXITSTATUS(status) == 0);
	return WIFSIGNALED(status);
}

static void a_backup_killed_at_any_byte_goes_on_to_what_it_would_have_been(void **state)
{
	struct copy_scene *scene = *state;
	size_t all;

	copy_scene_lodge(scene, 1, 4);
	copy_scene_fill(scene, 17, 1 << 20);
	copy_scene_checkpoint(scene);
	assert_int_equal(copy_scene_backup(scene, "whole"), OK);
	all = copy_scene_size(scene, "whole/segment-00000001");
	assert_true(all > 2 * SEGMENT_MARK_EACH);
	for (size_t at = 1024; at < all; at += all / 9) {
		assert_true(is_killed(scene, "b", at));
		if (access(copy_scene_path(scene, "b/newest"), F_OK) == 0) {
			/* half a copy never looks whole */
			assert_int_equal(copy_scene_restore(scene, "b", "half"), OK);
		}
		assert_int_equal(copy_scene_backup(scene, "b"), OK);
		copy_scene_assert_same_folders(scene, "whole", "b");
		assert_int_equal(system(arena_format(scene->node->arena, "cd '%s' && rm -rf b half",
						     scene->folder)),
				 0);
	}
	for (size_t at = all - 4000; at < all; at += 797) { /* in the states, and in the cut */
		assert_true(is_killed(scene, "b", at));
		assert_int_equal(copy_scene_backup(scene, "b"), OK);
		copy_scene_assert_same_folders(scene, "whole", "b");
		assert_int_equal(
			system(arena_format(scene->node->arena, "rm -r '%s/b'", scene->folder)), 0);
	}
}

static void full_segments_are_left_and_the_next_begun(void **state)
{
	struct copy_scene *scene = *state;

	copy_scene_fill(scene, 80, 1 << 20);
	copy_scene_checkpoint(scene);
	assert_int_equal(copy_scene_backup(scene, "whole"), OK);
	assert_true(copy_scene_size(scene, "whole/segment-00000002") > 0);
	assert_true(is_killed(scene, "b", SEGMENT_FULL - 100));
	assert_int_equal(copy_scene_backup(scene, "b"), OK);
	copy_scene_assert_same_folders(scene, "whole", "b");
	assert_int_equal(copy_scene_restore(scene, "b", "l"), OK);
	copy_scene_assert_same(scene, "l");
}

struct ending {
	unsigned pieces;
};

static void end_after(void *context, uint64_t done, uint64_t all)
{
	struct ending *ending = context;

	(void)done;
	(void)all;
	if (--ending->pieces == 0)
		raise(SIGKILL);
}

static void a_restore_killed_after_any_piece_goes_on(void **state)
{
	struct copy_scene *scene = *state;

	copy_scene_lodge(scene, 1, 4);
	copy_scene_fill(scene, 30, 1 << 20);
	copy_scene_lodge(scene, 4, 6);
	assert_int_equal(copy_scene_backup(scene, "b"), OK);
	for (unsigned n = 1; n <= 3; n++) {
		pid_t child = fork();
		int status;

		if (child == 0) {
			struct restore_with with = copy_scene_restore_with(scene, "b", "l");
			struct ending ending = {1};
			struct restore *restore;
			bool is_new;

			with.progress = end_after;
			with.context = &ending;
			if (restore_open(&with, &restore) == OK)
				(void)restore_go_on(restore, &is_new);
			_exit(0);
		}
		assert_int_equal(waitpid(child, &status, 0), child);
		assert_true(WIFSIGNALED(status));
	}
	assert_int_equal(copy_scene_restore(scene, "b", "l"), OK);
	copy_scene_assert_same(scene, "l");
}

/* ---- damage ---- */

static void every_flipped_byte_is_refused_and_its_file_named(void **state)
{
	struct copy_scene *scene = *state;
	static const char *const files[] = {"b/newest", "b/segment-00000001"};

	copy_scene_lodge(scene, 1, 3);
	assert_int_equal(copy_scene_backup(scene, "b"), OK);
	for (size_t f = 0; f < 2; f++) {
		size_t len = copy_scene_size(scene, files[f]);

		for (size_t at = 0; at < len; at += f == 0 || len < 4000 ? 1 : len / 4000) {
			enum err err;

			copy_scene_flip(scene, files[f], at);
			err = copy_scene_restore(scene, "b", "l");
			copy_scene_flip(scene, files[f], at);
			assert_true(err == ERR_CORRUPT || err == ERR_UNAVAILABLE ||
				    err == ERR_VERSION);
			if (err != ERR_VERSION)
				assert_non_null(strstr(scene->what,
						       f == 0 ? "newest" : "segment-00000001") !=
								NULL
							? scene->what
						: f == 0 ? strstr(scene->what, "segment-0")
							 : NULL);
			assert_int_not_equal(access(copy_scene_path(scene, "l"), F_OK), 0);
		}
	}
	assert_int_equal(copy_scene_restore(scene, "b", "l"), OK);
}

/* Nothing of a backup is taken away on the word of a file that is damaged: each of its numbers is made smaller. */
static void a_newest_that_is_damaged_costs_no_byte_of_the_segments(void **state)
{
	static const char segment[] = "b/segment-00000001";
	struct copy_scene *scene = *state;
	struct bytes newest;
	size_t whole;

	copy_scene_lodge(scene, 1, 3);
	assert_int_equal(copy_scene_backup(scene, "b"), OK);
	whole = copy_scene_size(scene, segment);
	assert_int_equal(
		file_read(copy_scene_path(scene, "b/newest"), 4096, scene->node->arena, &newest),
		OK);
	for (size_t at = 0; at < newest.len; at++) {
		uint8_t *changed = arena_copy(scene->node->arena, newest);

		if (changed[at] < '1' || changed[at] > '9')
			continue;
		changed[at]--;
		assert_int_equal(file_replace(copy_scene_path(scene, "b/newest"),
					      bytes_of(changed, newest.len)),
				 OK);
		assert_int_equal(copy_scene_backup(scene, "b"), ERR_CORRUPT);
		assert_int_equal(copy_scene_size(scene, segment), whole);
	}
	assert_int_equal(file_replace(copy_scene_path(scene, "b/newest"), newest), OK);
	assert_int_equal(copy_scene_restore(scene, "b", "l"), OK);
}

static void what_stands_behind_the_newest_mark_is_never_read(void **state)
{
	struct copy_scene *scene = *state;
	FILE *file;

	copy_scene_lodge(scene, 1, 3);
	assert_int_equal(copy_scene_backup(scene, "b"), OK);
	file = fopen(copy_scene_path(scene, "b/segment-00000001"), "a");
	assert_non_null(file);
	fputs("R half of a record", file);
	fclose(file);
	assert_int_equal(copy_scene_restore(scene, "b", "l"), OK);
	copy_scene_assert_same(scene, "l");
	copy_scene_lodge(scene, 3, 4);
	assert_int_equal(copy_scene_backup(scene, "b"), OK);
	assert_int_equal(copy_scene_restore(scene, "b", "l"), OK);
	copy_scene_assert_same(scene, "l");
}

/* A folder that is being copied from machine to machine. */
static void a_part_that_is_missing_is_waited_for(void **state)
{
	struct copy_scene *scene = *state;
	const char *path;
	size_t len;

	copy_scene_lodge(scene, 1, 3);
	assert_int_equal(copy_scene_backup(scene, "b"), OK);
	path = copy_scene_path(scene, "b/segment-00000001");
	len = copy_scene_size(scene, "b/segment-00000001");
	assert_int_equal(truncate(path, (off_t)len - 1), 0);
	assert_int_equal(copy_scene_restore(scene, "b", "l"), ERR_UNAVAILABLE);
	assert_non_null(strstr(scene->what, "a part of it is missing"));
	assert_int_equal(copy_scene_backup(scene, "b"), ERR_CORRUPT);
	assert_int_equal(unlink(path), 0);
	assert_int_equal(copy_scene_restore(scene, "b", "l"), ERR_UNAVAILABLE);
	assert_int_equal(copy_scene_restore(scene, "nothing", "l"), ERR_MISSING);
}

static void another_key_did_not_write_it(void **state)
{
	struct copy_scene *scene = *state;
	struct key *own = scene->backup_key, *other;

	copy_scene_lodge(scene, 1, 3);
	assert_int_equal(copy_scene_backup(scene, "b"), OK);
	assert_int_equal(key_new(&other), OK);
	scene->backup_key = other;
	assert_int_equal(copy_scene_restore(scene, "b", "l"), ERR_CORRUPT);
	assert_non_null(strstr(scene->what, "not signed by the backup's key"));
	assert_int_equal(copy_scene_backup(scene, "b"), ERR_CORRUPT);
	scene->backup_key = own;
	own = scene->ledger_key;
	scene->ledger_key = other;
	assert_int_equal(copy_scene_restore(scene, "b", "l"), ERR_CORRUPT);
	assert_non_null(strstr(scene->what, "not signed by the ledger's key"));
	scene->ledger_key = own;
	key_free(other);
}

static void a_damaged_ledger_is_not_copied_as_good(void **state)
{
	static const struct {
		const char *key;
		size_t len;
		uint64_t number;
	} damages[] = {{"P\0\0\0\0\0\0\0\1\0", 10, 1},
		       {"R\0\0\0\0\0\0\0\2", 9, 2},
		       {"T\0\0\0\0\0\0\0\3", 9, 3}};
	struct copy_scene *scene = *state;

	copy_scene_lodge(scene, 1, 3);
	for (size_t i = 0; i < 3; i++) {
		struct engine_put put = {bytes_of(damages[i].key, damages[i].len),
					 bytes_of("\0\1 something else, and long enough", 34)};
		struct engine_batch batch = {.puts = &put, .put_count = 1};
		struct bytes before;

		assert_int_equal(
			engine_get(scene->node->engine, put.key, scene->node->arena, &before), OK);
		assert_int_equal(engine_head(scene->node->engine, &batch.expected_head), OK);
		assert_int_equal(engine_commit(scene->node->engine, &batch, NULL), OK);
		assert_int_equal(copy_scene_backup(scene, "b"), ERR_CORRUPT);
		assert_int_equal(scene->bad_number, damages[i].number);
		put.value = before;
		batch.expected_head++;
		assert_int_equal(engine_commit(scene->node->engine, &batch, NULL), OK);
	}
	assert_int_equal(copy_scene_backup(scene, "b"), OK);
	assert_int_equal(copy_scene_restore(scene, "b", "l"), OK);
	copy_scene_assert_same(scene, "l");
}

/* ---- whose it is ---- */

static void a_folder_holds_one_ledger(void **state)
{
	struct copy_scene *scene = *state, *other;
	void *another = NULL;

	copy_scene_lodge(scene, 1, 4);
	assert_int_equal(copy_scene_backup(scene, "b"), OK);
	assert_int_equal(copy_scene_open(&another), 0);
	other = another;
	copy_scene_lodge(other, 5, 9);
	key_free(other->backup_key);
	other->backup_key = scene->backup_key;
	memcpy(scene->what, other->folder, sizeof(other->folder));
	memcpy(other->folder, scene->folder, sizeof(other->folder));
	assert_int_equal(copy_scene_backup(other, "b"), ERR_CONFLICT);
	memcpy(other->folder, scene->what, sizeof(other->folder));
	assert_int_equal(key_new(&other->backup_key), OK);
	copy_scene_close(&another);
}

/* Two folders with as many marks: there is nothing to take over from the other, and it is not what was restored. */
static void a_copy_does_not_go_on_from_the_folder_of_another_ledger(void **state)
{
	struct copy_scene *scene = *state, *other;
	void *another = NULL;
	struct restore_with with;
	struct restore *restore;
	bool is_new;

	copy_scene_lodge(scene, 1, 4);
	assert_int_equal(copy_scene_backup(scene, "b"), OK);
	assert_int_equal(copy_scene_restore(scene, "b", "l"), OK);
	assert_int_equal(copy_scene_open(&another), 0);
	other = another;
	copy_scene_lodge(other, 5, 9);
	assert_int_equal(copy_scene_backup(other, "b"), OK);
	with = copy_scene_restore_with(scene, "b", "l");
	with.from = copy_scene_path(other, "b");
	assert_int_equal(restore_open(&with, &restore), OK);
	assert_int_equal(restore_go_on(restore, &is_new), ERR_CORRUPT);
	assert_non_null(strstr(restore_what(restore), "it is of another backup"));
	restore_close(restore);
	copy_scene_close(&another);
	assert_int_equal(copy_scene_restore(scene, "b", "l"), OK);
	copy_scene_assert_same(scene, "l");
}

static void a_ledger_that_is_no_copy_is_never_written_to(void **state)
{
	struct copy_scene *scene = *state;
	struct engine *engine;
	struct ledger *ledger;
	struct batch *batch;

	copy_scene_lodge(scene, 1, 3);
	assert_int_equal(copy_scene_backup(scene, "b"), OK);
	assert_int_equal(engine_lmdb_open(copy_scene_path(scene, "l"), 1 << 26, false, &engine),
			 OK);
	assert_int_equal(ledger_open(engine, "vn.other.example", false, &ledger), OK);
	assert_int_equal(ledger_begin(ledger, &batch), OK);
	assert_int_equal(batch_put(batch, bytes_of_text("Kx"), bytes_of_text("y")), OK);
	assert_int_equal(ledger_commit(ledger, batch), OK);
	ledger_close(ledger);
	assert_int_equal(copy_scene_restore(scene, "b", "l"), ERR_EXISTS);
	assert_non_null(strstr(scene->what, "no copy"));
	assert_true(scene->is_of_ledger);
}

static void a_restored_ledger_is_whole_and_says_that_it_is_a_copy(void **state)
{
	struct copy_scene *scene = *state;
	struct ledger_verdict verdict = {.what = ""};
	uint8_t public_key[KEY_PUBLIC_BYTES];
	struct segment_place place;
	struct engine *engine;
	struct ledger *ledger;
	uint64_t entries;

	copy_scene_lodge(scene, 1, 6);
	assert_int_equal(copy_scene_backup(scene, "b"), OK);
	assert_int_equal(copy_scene_restore(scene, "b", "l"), OK);
	assert_int_equal(engine_lmdb_open(copy_scene_path(scene, "l"), 0, true, &engine), OK);
	assert_int_equal(ledger_open(engine, NULL, true, &ledger), OK);
	key_get_public(scene->ledger_key, public_key);
	assert_int_equal(ledger_verify(ledger, public_key, NULL, NULL, &verdict), OK);
	assert_int_equal(verdict.first_bad, 0);
	assert_int_equal(verdict.checkpoints, 1);
	assert_int_equal(index_check(ledger, 0, NULL, NULL, &verdict, &entries), OK);
	assert_string_equal(verdict.what, "");
	assert_int_equal(restore_place(ledger, &place), OK);
	assert_true(place.mark.is_cut);
	assert_int_equal(place.mark.size, node_fixture_size(scene->node));
	ledger_close(ledger);
	assert_int_equal(restore_place(scene->node->turn.ledger, &place), ERR_MISSING);
}

static struct ledger *open_copy(struct copy_scene *scene, const char *name, bool read_only)
{
	struct engine *engine;
	struct ledger *ledger;

	assert_int_equal(
		engine_lmdb_open(copy_scene_path(scene, name), (size_t)1 << 30, read_only, &engine),
		OK);
	assert_int_equal(ledger_open(engine, NULL, read_only, &ledger), OK);
	return ledger;
}

/* As an operator's word does: another tree, and the copy is one no more. */
static void open_epoch(struct copy_scene *scene, const char *name)
{
	struct ledger *ledger = open_copy(scene, name, false);
	struct turn turn = {.ledger = ledger, .arena = scene->node->arena, .now_ms = 1795340648000};
	struct message_event event = {.event = "EpochOpened", .actor = "operator:lan"};
	uint8_t copy = SPACE_COPY;
	uint64_t ignored;

	assert_int_equal(ledger_begin(ledger, &turn.batch), OK);
	assert_int_equal(batch_open_epoch(turn.batch, 2), OK);
	assert_int_equal(batch_delete(turn.batch, bytes_of(&copy, 1)), OK);
	for (unsigned i = 0; i < 3; i++)
		assert_int_equal(message_record(&turn, 0, &event, &ignored), OK);
	assert_int_equal(ledger_commit(ledger, turn.batch), OK);
	ledger_close(ledger);
}

static void sign_epoch(struct copy_scene *scene, const char *name)
{
	struct ledger *ledger = open_copy(scene, name, false);
	struct checkpoint checkpoint = {0};
	struct batch *batch;
	struct buffer note;

	(void)snprintf(checkpoint.origin, sizeof(checkpoint.origin), "%s", ledger_origin(ledger));
	assert_int_equal(ledger_tree(ledger, &checkpoint.size, &checkpoint.root), OK);
	assert_int_equal(checkpoint.size, 3);
	buffer_init(&note, CHECKPOINT_MAX_BYTES);
	assert_int_equal(checkpoint_sign(&checkpoint, scene->ledger_key, &note), OK);
	assert_int_equal(ledger_begin(ledger, &batch), OK);
	assert_int_equal(batch_put_checkpoint(batch, checkpoint.size, buffer_bytes(&note)), OK);
	assert_int_equal(ledger_commit(ledger, batch), OK);
	buffer_clear(&note);
	ledger_close(ledger);
}

static struct hash pairs_of(struct copy_scene *scene, const char *name)
{
	struct hash hash;

	copy_scene_hash(scene, name, &hash);
	return hash;
}

static void a_ledger_of_several_epochs_is_copied_like_any_other(void **state)
{
	struct copy_scene *scene = *state;
	struct backup_with with;
	struct backup *backup;
	struct hash first, second;
	bool is_new;

	copy_scene_lodge(scene, 1, 4);
	assert_int_equal(copy_scene_backup(scene, "b"), OK);
	assert_int_equal(copy_scene_restore(scene, "b", "l"), OK);
	open_epoch(scene, "l");
	sign_epoch(scene, "l");
	with = copy_scene_backup_with(scene, "b");
	with.ledger = open_copy(scene, "l", true);
	assert_int_equal(backup_open(&with, &backup), ERR_CONFLICT); /* a folder is of one epoch */
	with.folder = copy_scene_path(scene, "b2");
	assert_int_equal(backup_open(&with, &backup), OK);
	assert_int_equal(backup_go_on(backup, &is_new, &scene->bad_number), OK);
	backup_close(backup);
	ledger_close(with.ledger);
	if (copy_scene_restore(scene, "b2", "l2") != OK)
		fail_msg("%s", scene->what);
	first = pairs_of(scene, "l");
	second = pairs_of(scene, "l2");
	assert_true(hash_equal(&first, &second));
	assert_int_equal(copy_scene_restore(scene, "b2", "l2"), OK);
}

static void no_node_runs_on_a_copy(void **state)
{
	struct copy_scene *scene = *state;
	struct config config = {.directory = scene->folder,
				.name = "vn.test.example",
				.map_bytes = (size_t)1 << 26};
	struct ledger *ledger;

	copy_scene_lodge(scene, 1, 3);
	assert_int_equal(copy_scene_backup(scene, "b"), OK);
	assert_int_equal(copy_scene_restore(scene, "b", "ledger"), OK);
	assert_int_equal(ledger_home_open(&config, scene->node->arena, &ledger), ERR_CONFIG);
	copy_scene_assert_same(scene, "ledger");
}

static mode_t mode_of(struct copy_scene *scene, const char *name)
{
	struct stat status;

	assert_int_equal(stat(copy_scene_path(scene, name), &status), 0);
	return status.st_mode & 07777;
}

/* Whatever the umask: all documents are in it. */
static void nobody_but_its_owner_can_read_a_backup_or_what_is_restored(void **state)
{
	static const char *const files[] = {"b/segment-00000001", "b/newest", "b/lock",
					    "l/data.mdb"};
	struct copy_scene *scene = *state;
	mode_t before = umask(0);

	copy_scene_lodge(scene, 1, 4);
	assert_int_equal(copy_scene_backup(scene, "b"), OK);
	assert_int_equal(chmod(copy_scene_path(scene, "b/segment-00000001"), 0644), 0);
	copy_scene_lodge(scene, 4, 6);
	assert_int_equal(copy_scene_backup(scene, "b"), OK);
	assert_int_equal(copy_scene_restore(scene, "b", "l"), OK);
	(void)umask(before);
	assert_int_equal(mode_of(scene, "b"), 0700);
	assert_int_equal(mode_of(scene, "l"), 0700);
	for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++)
		assert_int_equal(mode_of(scene, files[i]), 0600);
}

/* What is moved elsewhere and linked to. */
static void lead_away(struct copy_scene *scene, const char *name, const char *to)
{
	assert_int_equal(rename(copy_scene_path(scene, name), copy_scene_path(scene, to)), 0);
	assert_int_equal(symlink(copy_scene_path(scene, to), copy_scene_path(scene, name)), 0);
	assert_int_equal(chmod(copy_scene_path(scene, to), 0644), 0);
}

/* Who can write there has the backup's user neither write nor close a file elsewhere. */
static void a_link_in_the_folder_leads_nowhere(void **state)
{
	struct copy_scene *scene = *state;
	size_t size;

	copy_scene_fill(scene, 12, (size_t)8 << 20);
	assert_int_equal(copy_scene_backup(scene, "b"), OK);
	assert_int_equal(access(copy_scene_path(scene, "b/segment-00000002"), F_OK), 0);
	lead_away(scene, "b/segment-00000001", "first");
	copy_scene_fill(scene, 1, 100);
	assert_int_equal(copy_scene_backup(scene, "b"), ERR_CORRUPT);
	assert_int_equal(mode_of(scene, "first"), 0644);
	assert_int_equal(rename(copy_scene_path(scene, "first"),
				copy_scene_path(scene, "b/segment-00000001")),
			 0);
	size = copy_scene_size(scene, "b/segment-00000002");
	lead_away(scene, "b/segment-00000002", "second");
	assert_int_equal(copy_scene_backup(scene, "b"), ERR_CORRUPT);
	assert_int_equal(mode_of(scene, "second"), 0644);
	assert_int_equal(copy_scene_size(scene, "second"), size);
	assert_int_equal(rename(copy_scene_path(scene, "second"),
				copy_scene_path(scene, "b/segment-00000002")),
			 0);
	assert_int_equal(copy_scene_backup(scene, "b"), OK);
}

/* A pipe of which nobody writes the other end. */
static void nothing_is_waited_for_that_is_no_file(void **state)
{
	static const char *const names[] = {"b/segment-00000001", "b/newest"};
	struct copy_scene *scene = *state;

	copy_scene_lodge(scene, 1, 4);
	assert_int_equal(copy_scene_backup(scene, "b"), OK);
	for (size_t i = 0; i < 2; i++) {
		assert_int_equal(unlink(copy_scene_path(scene, names[i])), 0);
		assert_int_equal(mkfifo(copy_scene_path(scene, names[i]), 0600), 0);
		assert_int_equal(copy_scene_restore(scene, "b", "l"), ERR_CORRUPT);
		assert_int_equal(copy_scene_backup(scene, "b"), ERR_CORRUPT);
	}
}

/* Somebody's folder of other things must become neither a backup nor closed to those who use it. */
static void a_folder_that_was_there_keeps_its_mode_and_is_taken_only_when_empty(void **state)
{
	struct copy_scene *scene = *state;
	const char *other = copy_scene_path(scene, "b/letter.txt");

	copy_scene_lodge(scene, 1, 4);
	assert_int_equal(mkdir(copy_scene_path(scene, "b"), 0700), 0);
	assert_int_equal(chmod(copy_scene_path(scene, "b"), 0755), 0);
	assert_int_equal(file_replace(other, bytes_of_text("Dear")), OK);
	assert_int_equal(copy_scene_backup(scene, "b"), ERR_USAGE);
	assert_int_not_equal(access(copy_scene_path(scene, "b/lock"), F_OK), 0);
	assert_int_equal(mode_of(scene, "b"), 0755);
	assert_int_equal(unlink(other), 0);
	assert_int_equal(copy_scene_backup(scene, "b"), OK);
	assert_int_equal(file_replace(other, bytes_of_text("Dear")), OK);
	copy_scene_lodge(scene, 4, 6);
	assert_int_equal(copy_scene_backup(scene, "b"), OK);
	assert_int_equal(mode_of(scene, "b"), 0755);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, copy_scene_open, copy_scene_close)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(nobody_but_its_owner_can_read_a_backup_or_what_is_restored),
		TEST(a_folder_that_was_there_keeps_its_mode_and_is_taken_only_when_empty),
		TEST(a_link_in_the_folder_leads_nowhere),
		TEST(nothing_is_waited_for_that_is_no_file),
		TEST(a_restored_ledger_holds_every_pair_of_the_first),
		TEST(a_copy_that_follows_is_as_its_node_after_each_step),
		TEST(a_later_cut_is_as_small_as_what_changed),
		TEST(what_is_not_remembered_any_more_is_read_anew),
		TEST(a_backup_killed_at_any_byte_goes_on_to_what_it_would_have_been),
		TEST(full_segments_are_left_and_the_next_begun),
		TEST(a_restore_killed_after_any_piece_goes_on),
		TEST(every_flipped_byte_is_refused_and_its_file_named),
		TEST(a_newest_that_is_damaged_costs_no_byte_of_the_segments),
		TEST(what_stands_behind_the_newest_mark_is_never_read),
		TEST(a_part_that_is_missing_is_waited_for),
		TEST(another_key_did_not_write_it),
		TEST(a_damaged_ledger_is_not_copied_as_good),
		TEST(a_folder_holds_one_ledger),
		TEST(a_copy_does_not_go_on_from_the_folder_of_another_ledger),
		TEST(a_ledger_that_is_no_copy_is_never_written_to),
		TEST(a_restored_ledger_is_whole_and_says_that_it_is_a_copy),
		TEST(no_node_runs_on_a_copy),
		TEST(a_ledger_of_several_epochs_is_copied_like_any_other),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
