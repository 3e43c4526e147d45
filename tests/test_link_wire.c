#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <dirent.h>
#include <stdio.h>
#include <string.h>

#include "tests/fuzz/fuzz_link.c"
#include "tests/support/link_scene.h"

static void a_message_has_its_documented_bytes(void **state)
{
	static const uint8_t expected_start[] = {1, 4};
	struct link_wire message = link_scene_wire_number(LINK_WIRE_RECEIPT, 0x0102, "x"), read;
	struct buffer bytes;

	(void)state;
	buffer_init(&bytes, 1000);
	link_wire_format(&bytes, &message);
	assert_int_equal(bytes.len, LINK_WIRE_HEADER_BYTES + strlen("checkpoint"));
	assert_memory_equal(bytes.at, expected_start, 2);
	assert_memory_equal(bytes.at + 2, link_scene_out_nonce, 16);
	assert_memory_equal(bytes.at + 18, link_scene_in_nonce, 16);
	assert_int_equal(bytes_get_u64(bytes.at + 34), 1);
	assert_int_equal(bytes_get_u64(bytes.at + 42), 1);
	assert_int_equal(bytes_get_u64(bytes.at + 50), 0x0102);
	assert_memory_equal(bytes.at + 58, message.hash.at, HASH_BYTES);
	assert_int_equal(bytes_get_u32(bytes.at + 90), strlen("checkpoint"));
	assert_memory_equal(bytes.at + 102, "checkpoint", strlen("checkpoint"));
	assert_int_equal(link_wire_parse(buffer_bytes(&bytes), &read), OK);
	assert_int_equal(read.kind, message.kind);
	assert_int_equal(read.number, message.number);
	assert_true(bytes_equal(read.content, message.content));
	buffer_clear(&bytes);
}

static void any_damaged_bit_and_any_cut_is_found(void **state)
{
	struct link_frame frame = link_scene_frame_of(7, "content");
	struct link_wire messages[] = {link_scene_wire_frame(&frame),
				       link_scene_wire_number(LINK_WIRE_WELCOME, 3, "x")};
	struct link_wire read;
	struct buffer bytes;

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		buffer_init(&bytes, 1000);
		link_wire_format(&bytes, &messages[i]);
		for (size_t bit = 0; bit < bytes.len * 8; bit++) {
			bytes.at[bit / 8] ^= (uint8_t)(1u << bit % 8);
			assert_int_equal(link_wire_parse(buffer_bytes(&bytes), &read), ERR_FORMAT);
			bytes.at[bit / 8] ^= (uint8_t)(1u << bit % 8);
		}
		for (size_t len = 0; len < bytes.len; len++)
			assert_int_equal(link_wire_parse(bytes_of(bytes.at, len), &read),
					 ERR_FORMAT);
		assert_int_equal(link_wire_parse(buffer_bytes(&bytes), &read), OK);
		buffer_clear(&bytes);
	}
}

/* As a later version would write it: the header stays the same. */
static void change_version(struct buffer *bytes)
{
	struct bytes parts[2];
	struct hash tag;

	bytes->at[0] = LINK_VERSION + 1;
	parts[0] = bytes_of(bytes->at, LINK_WIRE_HEADER_BYTES - 8);
	parts[1] =
		bytes_of(bytes->at + LINK_WIRE_HEADER_BYTES, bytes->len - LINK_WIRE_HEADER_BYTES);
	tag = hash_of_parts(parts, 2);
	memcpy(bytes->at + LINK_WIRE_HEADER_BYTES - 8, tag.at, 8);
}

static void another_version_is_told_so_once_and_nothing_stops(void **state)
{
	struct link_wire message = link_scene_hello();
	struct buffer bytes;
	struct link_scene scene;

	(void)state;
	link_scene_open(&scene, 0);
	buffer_init(&bytes, 1000);
	link_wire_format(&bytes, &message);
	change_version(&bytes);
	for (size_t i = 0; i < 2; i++) {
		link_scene_step(
			&scene, false,
			(struct link_event){.kind = LINK_MESSAGE, .content = buffer_bytes(&bytes)});
		assert_int_equal(link_scene_count_of(&scene, LINK_ALARM), i == 0);
		assert_int_equal(link_scene_said(&scene).kind, LINK_WIRE_ALARM);
		assert_memory_equal(link_scene_said(&scene).to, link_scene_out_nonce,
				    LINK_NONCE_BYTES);
	}
	link_scene_hear(&scene, false, link_scene_hello());
	link_scene_assert_says(&scene, LINK_WIRE_WELCOME, 0);
	buffer_clear(&bytes);
	link_scene_close(&scene);
}

static void a_content_over_the_limit_is_not_written(void **state)
{
	struct link_wire message = link_scene_hello();
	struct buffer bytes;

	(void)state;
	message.content.len = LINK_CONTENT_BYTES + 1;
	buffer_init(&bytes, LIMIT_FRAME_BYTES);
	link_wire_format(&bytes, &message);
	assert_int_equal(buffer_error(&bytes), ERR_LIMIT);
	buffer_clear(&bytes);
}

static void every_seed_of_the_fuzzer_passes(void **state)
{
	static const char folder[] = "tests/fuzz/corpus/link";
	static uint8_t bytes[4096];
	struct dirent *entry;
	size_t count = 0;
	DIR *seeds = opendir(folder);

	(void)state;
	assert_non_null(seeds);
	while ((entry = readdir(seeds)) != NULL) {
		char path[512];
		FILE *file;

		if (entry->d_name[0] == '.')
			continue;
		(void)snprintf(path, sizeof(path), "%s/%s", folder, entry->d_name);
		file = fopen(path, "rb");
		assert_non_null(file);
		assert_int_equal(
			LLVMFuzzerTestOneInput(bytes, fread(bytes, 1, sizeof(bytes), file)), 0);
		fclose(file);
		count++;
	}
	closedir(seeds);
	assert_true(count >= 10);
}

/* xorshift64 (Marsaglia 2003) */
static void random_scripts_pass(void **state)
{
	static uint8_t bytes[1500];
	uint64_t random = 88172645463325252u;

	(void)state;
	for (int i = 0; i < 2000; i++) {
		for (size_t j = 0; j < sizeof(bytes); j++) {
			random ^= random << 13;
			random ^= random >> 7;
			random ^= random << 17;
			bytes[j] = (uint8_t)(random % 4 == 0 ? random >> 8 : random >> 8 & 7);
		}
		assert_int_equal(LLVMFuzzerTestOneInput(bytes, sizeof(bytes)), 0);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_message_has_its_documented_bytes),
		cmocka_unit_test(any_damaged_bit_and_any_cut_is_found),
		cmocka_unit_test(another_version_is_told_so_once_and_nothing_stops),
		cmocka_unit_test(a_content_over_the_limit_is_not_written),
		cmocka_unit_test(every_seed_of_the_fuzzer_passes),
		cmocka_unit_test(random_scripts_pass),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
