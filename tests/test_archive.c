/* archive: payloads leave the store for a file, and nothing else changes; what cannot be read back stays. */
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include <cmocka.h>

#include "node/archive.h"
#include "node/clerk_read.h"
#include "tests/support/copy_scene.h"

#define MAX_PLACES 64u

struct gathering {
	struct archive_writer *writer;
	struct archive_place places[MAX_PLACES];
	size_t count;
};

static enum err take(void *context, uint64_t number, size_t index, struct bytes stored)
{
	struct gathering *gathering = context;

	assert_true(gathering->count < MAX_PLACES);
	return archive_writer_put(gathering->writer, number, index, stored,
				  &gathering->places[gathering->count++]);
}

static uint32_t five_years(const void *context, const char *schema)
{
	(void)context;
	(void)schema;
	return 5;
}

static uint32_t for_ever(const void *context, const char *schema)
{
	(void)context;
	(void)schema;
	return ARCHIVE_KEEP;
}

static size_t gather(struct copy_scene *scene, const char *date, archive_policy *policy,
		     struct gathering *ret)
{
	*ret = (struct gathering){0};
	node_fixture_set_date(scene->node, date);
	assert_int_equal(archive_use(scene->node->turn.ledger, scene->folder), OK);
	assert_int_equal(archive_writer_open(scene->node->turn.ledger, scene->folder, &ret->writer),
			 OK);
	assert_int_equal(archive_each_due(scene->node->turn.ledger, scene->node->turn.now_ms,
					  policy, NULL, take, ret),
			 OK);
	assert_int_equal(archive_writer_sync(ret->writer), OK);
	archive_writer_close(ret->writer);
	return ret->count;
}

#define ARCHIVE_FILE "archive/payloads-000001"

/* As when the disk is full in the middle: what nobody was told of is not left in the way. */
static void what_was_not_synced_is_not_left_behind(void **state)
{
	struct copy_scene *scene = *state;
	struct bytes content = bytes_of_text("some bytes that are old enough");
	struct archive_writer *writer;
	struct archive_place place;
	size_t synced;

	assert_int_equal(archive_writer_open(scene->node->turn.ledger, scene->folder, &writer), OK);
	assert_int_equal(archive_writer_put(writer, 1, 0, content, &place), OK);
	archive_writer_close(writer);
	assert_int_not_equal(access(copy_scene_path(scene, ARCHIVE_FILE), F_OK), 0);

	assert_int_equal(archive_writer_open(scene->node->turn.ledger, scene->folder, &writer), OK);
	assert_int_equal(archive_writer_put(writer, 1, 0, content, &place), OK);
	assert_int_equal(archive_writer_sync(writer), OK);
	synced = copy_scene_size(scene, ARCHIVE_FILE);
	assert_true(synced > content.len);
	assert_int_equal(archive_writer_put(writer, 2, 0, content, &place), OK);
	archive_writer_close(writer);
	assert_int_equal(copy_scene_size(scene, ARCHIVE_FILE), synced);
}

/* Files may not become longer than this; SIZE_MAX: they may. */
static void limit_files(size_t bytes)
{
	struct rlimit limit;

	(void)signal(SIGXFSZ, bytes == SIZE_MAX ? SIG_DFL : SIG_IGN);
	assert_int_equal(getrlimit(RLIMIT_FSIZE, &limit), 0);
	limit.rlim_cur = bytes == SIZE_MAX ? limit.rlim_max : bytes;
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &limit), 0);
}

static void what_was_written_by_half_is_not_left_behind(void **state)
{
	struct copy_scene *scene = *state;
	struct bytes content = bytes_of_text("some bytes that are old enough");
	struct bytes large = {test_calloc(1, 1 << 20), 1 << 20};
	struct archive_writer *writer;
	struct archive_place place;
	size_t synced;

	assert_int_equal(archive_writer_open(scene->node->turn.ledger, scene->folder, &writer), OK);
	assert_int_equal(archive_writer_put(writer, 1, 0, content, &place), OK);
	assert_int_equal(archive_writer_sync(writer), OK);
	synced = copy_scene_size(scene, ARCHIVE_FILE);
	limit_files(synced + (1 << 19));
	assert_int_not_equal(archive_writer_put(writer, 2, 0, large, &place), OK);
	assert_true(copy_scene_size(scene, ARCHIVE_FILE) > synced);
	archive_writer_close(writer);
	limit_files(SIZE_MAX);
	assert_int_equal(copy_scene_size(scene, ARCHIVE_FILE), synced);
	test_free((void *)(uintptr_t)large.at);
}

static enum err move(struct copy_scene *scene, const struct gathering *gathering)
{
	enum err err;

	node_fixture_begin(scene->node);
	err = archive_move(&scene->node->turn, gathering->places, gathering->count, "lan");
	if (err != OK || batch_count(scene->node->turn.batch) == 0) {
		node_fixture_drop(scene->node);
		return err;
	}
	return node_fixture_commit(scene->node);
}

/* Two imports at an end, one export that is still owed, and a refusal. */
static void live(struct copy_scene *scene)
{
	node_fixture_set_date(scene->node, "2020-01-10");
	node_fixture_lodge(scene->node, "gom", "first", node_fixture_import,
			   PAIRS("reference", "R1"));
	node_fixture_lodge(scene->node, "gom", "second", node_fixture_import,
			   PAIRS("reference", "R2"));
	node_fixture_hand_over(scene->node);
	node_fixture_lodge(scene->node, "gom", "owed", node_fixture_import,
			   PAIRS("reference", "R3"));
	node_fixture_lodge(scene->node, "gom", "refused", node_fixture_import,
			   PAIRS("reference", "R1"));
	assert_int_equal(node_fixture_count(scene->node, "SubmissionRejection", 0), 1);
	copy_scene_checkpoint(scene);
}

static struct ledger_verdict verify(struct copy_scene *scene)
{
	struct ledger_verdict verdict = {.what = ""};
	uint8_t public_key[KEY_PUBLIC_BYTES];

	key_get_public(scene->ledger_key, public_key);
	assert_int_equal(ledger_verify(scene->node->turn.ledger, public_key, NULL, NULL, &verdict),
			 OK);
	return verdict;
}

static void what_is_due_goes_by_the_years_of_its_kind_and_when_nothing_is_owed(void **state)
{
	struct copy_scene *scene = *state;
	struct gathering gathering;

	live(scene);
	assert_int_equal(gather(scene, "2025-01-10", five_years, &gathering), 0);
	assert_int_equal(gather(scene, "2035-01-10", for_ever, &gathering), 0);
	/* both documents, and the findings of the refusal */
	assert_int_equal(gather(scene, "2025-01-16", five_years, &gathering), 3);
	for (size_t i = 0; i < 3; i++)
		assert_int_not_equal(
			gathering.places[i].number,
			node_fixture_record(scene->node, "SubmissionAcceptance", 0).number);
}

static void payloads_that_moved_are_read_hashed_and_copied_as_before(void **state)
{
	struct copy_scene *scene = *state;
	struct gathering gathering;
	struct hash before, after;
	struct record record;
	struct bytes payload;
	uint64_t size;

	live(scene);
	assert_int_equal(ledger_head(scene->node->turn.ledger, &size, &before), OK);
	gather(scene, "2030-01-10", five_years, &gathering);
	assert_int_equal(move(scene, &gathering), OK);
	assert_int_equal(node_fixture_count(scene->node, "PayloadsArchived", 0), 1);
	assert_string_equal(node_fixture_attribute(scene->node, "PayloadsArchived", 0, "archive"),
			    "payloads-000001");
	for (size_t i = 0; i < gathering.count; i++) {
		uint64_t number = gathering.places[i].number;

		assert_int_equal(ledger_record(scene->node->turn.ledger, number, scene->node->arena,
					       &record, NULL),
				 OK);
		assert_int_equal(ledger_payload_piece(scene->node->turn.ledger, &record, 0, 1, 3,
						      scene->node->arena, &payload),
				 OK);
		assert_int_equal(payload.len, 3);
	}
	assert_int_equal(verify(scene).first_bad, 0);
	assert_int_equal(verify(scene).archived, 3);
	assert_int_equal(move(scene, &gathering), OK); /* told twice: once */
	assert_int_equal(node_fixture_count(scene->node, "PayloadsArchived", 0), 1);
	assert_int_equal(gather(scene, "2030-01-11", five_years, &gathering), 0);
	copy_scene_checkpoint(scene);
	assert_int_equal(copy_scene_backup(scene, "b"), OK);
	assert_int_equal(copy_scene_restore(scene, "b", "l"), OK);
	assert_int_equal(ledger_head(scene->node->turn.ledger, &size, &after), OK);
	assert_false(hash_equal(&before, &after)); /* the move is on record, nothing else */
}

static void an_archive_that_is_elsewhere_is_named(void **state)
{
	struct copy_scene *scene = *state;
	struct gathering gathering;
	struct ledger_verdict verdict;

	live(scene);
	gather(scene, "2030-01-10", five_years, &gathering);
	assert_int_equal(move(scene, &gathering), OK);
	assert_int_equal(rename(copy_scene_path(scene, "archive/payloads-000001"),
				copy_scene_path(scene, "elsewhere")),
			 0);
	node_fixture_lodge(scene->node, "gom", "x", node_fixture_import, PAIRS("reference", "R9"));
	verdict = verify(scene);
	assert_int_equal(verdict.first_bad, 0);
	assert_int_equal(verdict.away, 3);
	assert_string_equal(verdict.away_in, "payloads-000001");
	/* a copy is as far as this ledger is: leaves and proofs, and where the bytes are */
	assert_int_equal(copy_scene_backup(scene, "b"), OK);
	assert_int_equal(copy_scene_restore(scene, "b", "l"), OK);
	copy_scene_assert_same(scene, "l");
}

/* Or the two could not be there together, and whoever brings the first back writes over the second. */
static void an_archive_that_is_elsewhere_keeps_its_name(void **state)
{
	struct copy_scene *scene = *state;
	struct gathering first, second;

	live(scene);
	assert_int_equal(gather(scene, "2030-01-10", five_years, &first), 3);
	first.count = 1;
	assert_int_equal(move(scene, &first), OK);
	assert_int_equal(
		rename(copy_scene_path(scene, ARCHIVE_FILE), copy_scene_path(scene, "elsewhere")),
		0);
	assert_int_equal(gather(scene, "2030-01-11", five_years, &second), 2);
	assert_string_equal(second.places[0].name, "payloads-000002");
	assert_int_equal(move(scene, &second), OK);
	assert_int_equal(verify(scene).first_bad, 0);
	assert_int_equal(
		rename(copy_scene_path(scene, "elsewhere"), copy_scene_path(scene, ARCHIVE_FILE)),
		0);
	assert_int_equal(verify(scene).first_bad, 0);
	assert_int_equal(verify(scene).archived, first.count + second.count);
	assert_int_equal(verify(scene).away, 0);
}

/* Not "try again": nothing changes before somebody puts the file back. */
static void who_asks_for_what_is_elsewhere_is_told_which_file_it_is_in(void **state)
{
	struct copy_scene *scene = *state;
	struct clerk_read_question question = {.part = CLERK_READ_DOCUMENT, .which = ""};
	struct clerk_read_answer answer;
	struct gathering gathering;
	char id[MESSAGE_ID_BYTES];
	struct buffer body, to;
	struct caller caller;

	live(scene);
	gather(scene, "2030-01-10", five_years, &gathering);
	assert_int_equal(move(scene, &gathering), OK);
	message_format_id(&scene->node->turn, gathering.places[0].number, id);
	question.id = id;
	assert_int_equal(caller_of_folder(&scene->node->config, "gom", &caller), OK);
	for (size_t i = 0; i < 2; i++) {
		buffer_init(&body, LIMIT_RECORD_BYTES);
		buffer_init(&to, LIMIT_RECORD_BYTES);
		clerk_read_pack(&body, &caller, &question);
		assert_int_equal(clerk_read_serve(&scene->node->turn, buffer_bytes(&body), &to),
				 OK);
		assert_int_equal(
			clerk_read_unpack_answer(buffer_bytes(&to), scene->node->arena, &answer),
			OK);
		assert_int_equal(answer.verdict, i == 0 ? CLERK_READ_YES : CLERK_READ_ARCHIVED);
		if (i == 1)
			assert_string_equal(answer.type, "payloads-000001");
		(void)rename(copy_scene_path(scene, "archive/payloads-000001"),
			     copy_scene_path(scene, "elsewhere"));
		buffer_clear(&body);
		buffer_clear(&to);
	}
}

static void what_the_file_does_not_hold_stays_in_the_store(void **state)
{
	struct copy_scene *scene = *state;
	struct gathering gathering;

	live(scene);
	gather(scene, "2030-01-10", five_years, &gathering);
	copy_scene_flip(scene, "archive/payloads-000001", gathering.places[1].offset + 13);
	assert_int_equal(move(scene, &gathering), ERR_CORRUPT);
	copy_scene_flip(scene, "archive/payloads-000001", gathering.places[1].offset + 13);
	copy_scene_flip(scene, "archive/payloads-000001", gathering.places[2].offset);
	assert_int_equal(move(scene, &gathering), ERR_CORRUPT);
	assert_int_equal(truncate(copy_scene_path(scene, "archive/payloads-000001"), 40), 0);
	assert_int_equal(move(scene, &gathering), ERR_CORRUPT);
	assert_int_equal(unlink(copy_scene_path(scene, "archive/payloads-000001")), 0);
	assert_int_equal(move(scene, &gathering), ERR_ARCHIVED);
	assert_int_equal(verify(scene).first_bad, 0);
	assert_int_equal(verify(scene).archived + verify(scene).away, 0);
	assert_int_equal(node_fixture_count(scene->node, "PayloadsArchived", 0), 0);
}

static void a_changed_archive_is_damage_at_its_record(void **state)
{
	struct copy_scene *scene = *state;
	struct gathering gathering;

	live(scene);
	gather(scene, "2030-01-10", five_years, &gathering);
	assert_int_equal(move(scene, &gathering), OK);
	copy_scene_flip(scene, "archive/payloads-000001", gathering.places[1].offset + 13);
	assert_int_equal(verify(scene).first_bad, gathering.places[1].number);
}

static void a_place_that_leads_elsewhere_is_refused(void **state)
{
	static const char *const names[] = {"../../etc/passwd", "payloads-00000/", "",
					    "payloads-1"};
	struct copy_scene *scene = *state;
	struct gathering gathering;

	live(scene);
	gather(scene, "2030-01-10", five_years, &gathering);
	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++) {
		struct gathering other = gathering;

		(void)snprintf(other.places[0].name, sizeof(other.places[0].name), "%s", names[i]);
		assert_int_equal(move(scene, &other), ERR_USAGE);
	}
	gathering.places[0].index = 200;
	assert_int_equal(move(scene, &gathering), ERR_USAGE);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, copy_scene_open, copy_scene_close)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(what_is_due_goes_by_the_years_of_its_kind_and_when_nothing_is_owed),
		TEST(payloads_that_moved_are_read_hashed_and_copied_as_before),
		TEST(an_archive_that_is_elsewhere_is_named),
		TEST(an_archive_that_is_elsewhere_keeps_its_name),
		TEST(who_asks_for_what_is_elsewhere_is_told_which_file_it_is_in),
		TEST(what_was_not_synced_is_not_left_behind),
		TEST(what_was_written_by_half_is_not_left_behind),
		TEST(what_the_file_does_not_hold_stays_in_the_store),
		TEST(a_changed_archive_is_damage_at_its_record),
		TEST(a_place_that_leads_elsewhere_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
