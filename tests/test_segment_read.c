/* segment_read: what a folder of segments says is believed only as far as its marks are verified. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "node/file.h"
#include "node/segment.h"
#include "tests/support/copy_scene.h"

static struct segment_reader reader_of(struct copy_scene *scene, const char *name)
{
	uint8_t public_key[KEY_PUBLIC_BYTES];
	struct segment_reader reader;

	key_get_public(scene->backup_key, public_key);
	segment_reader_init(&reader, copy_scene_path(scene, name), public_key, NULL);
	assert_int_equal(segment_reader_look(&reader), OK);
	return reader;
}

/* What is read further on is not what newest says, however small a place it names. */
static void nothing_is_read_behind_a_newest_that_goes_back_in_a_file(void **state)
{
	struct copy_scene *scene = *state;
	struct segment_reader reader;
	struct buffer newest;
	struct bytes frames;

	copy_scene_lodge(scene, 1, 3);
	assert_int_equal(copy_scene_backup(scene, "b"), OK);
	reader = reader_of(scene, "b");
	assert_int_equal(segment_read(&reader, &frames), OK);
	reader.newest.mark.number++;
	reader.newest.offset = 10;
	buffer_init(&newest, 1024);
	segment_format_newest(&reader.newest, &newest);
	assert_int_equal(file_replace(copy_scene_path(scene, "b/newest"), buffer_bytes(&newest)),
			 OK);
	assert_int_equal(segment_reader_look(&reader), OK);
	assert_int_equal(segment_read(&reader, &frames), ERR_CORRUPT);
	assert_non_null(strstr(reader.what, "longer than what was written"));
	buffer_clear(&newest);
	segment_reader_clear(&reader);
}

/* Else a folder that is put right is refused for what the wrong one said. */
static void no_ledger_is_named_before_its_mark_is_verified(void **state)
{
	struct copy_scene *scene = *state;
	struct segment_reader reader;
	struct bytes frames;

	copy_scene_lodge(scene, 1, 3);
	assert_int_equal(copy_scene_backup(scene, "b"), OK);
	reader = reader_of(scene, "b");
	copy_scene_flip(scene, "b/segment-00000001",
			copy_scene_size(scene, "b/segment-00000001") / 2);
	assert_int_equal(segment_read(&reader, &frames), ERR_CORRUPT);
	assert_string_equal(reader.name, "");
	copy_scene_flip(scene, "b/segment-00000001",
			copy_scene_size(scene, "b/segment-00000001") / 2);
	assert_int_equal(segment_read(&reader, &frames), OK);
	assert_string_not_equal(reader.name, "");
	segment_reader_clear(&reader);
}

/* A file of which no byte can be read is not at its end. */
static void a_disk_that_fails_is_not_the_end_of_a_segment(void **state)
{
	struct copy_scene *scene = *state;
	const char *first;
	struct segment_reader reader;
	struct bytes frames;

	copy_scene_fill(scene, 12, (size_t)8 << 20);
	assert_int_equal(copy_scene_backup(scene, "b"), OK);
	reader = reader_of(scene, "b");
	assert_int_equal(segment_read(&reader, &frames), OK);
	assert_true(reader.place.segment < reader.newest.segment);
	first = copy_scene_path(scene, "b/segment-00000001");
	assert_int_equal(unlink(first), 0);
	assert_int_equal(symlink("/proc/self/mem", first), 0); /* nothing lies so low */
	assert_int_equal(segment_read(&reader, &frames), ERR_IO);
	segment_reader_clear(&reader);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, copy_scene_open, copy_scene_close)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(nothing_is_read_behind_a_newest_that_goes_back_in_a_file),
		TEST(no_ledger_is_named_before_its_mark_is_verified),
		TEST(a_disk_that_fails_is_not_the_end_of_a_segment),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
