/* zip: for given parts there is one sequence of bytes, and no other is taken. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "node/zip.h"
#include "tests/support/mutate.h"

#define ROOM ((size_t)16 << 20)
#define FLAGS_AT 6
#define METHOD_AT 8
#define CRC_AT 14
#define LEN_AT 22
#define NAME_LEN_AT 26
#define EXTRA_LEN_AT 28
#define LOCAL_BYTES 30
#define ENTRY_BYTES 46

static const struct zip_item samples[] = {
	{"a.txt", {(const uint8_t *)"alpha", 5}},
	{"b/empty.bin", {NULL, 0}},
	{"b/long.bin", {(const uint8_t *)"0123456789abcdef0123456789abcdef", 32}},
	{"c.json", {(const uint8_t *)"{}", 2}},
};
#define SAMPLES (sizeof(samples) / sizeof(samples[0]))

static struct arena *arena;

static enum err fetch(void *context, size_t part, uint64_t offset, size_t max_bytes,
		      struct bytes *ret_bytes)
{
	const struct zip_item *items = context;

	*ret_bytes =
		bytes_of(items[part].content.at + offset, items[part].content.len - (size_t)offset);
	if (ret_bytes->len > max_bytes)
		ret_bytes->len = max_bytes;
	return OK;
}

/* The whole, asked for in pieces of this size. */
static struct bytes make(const struct zip_item *items, size_t count, size_t piece)
{
	struct zip_part *parts = arena_alloc_array(arena, count + 1, sizeof(*parts));
	const struct zip_source source = {.parts = parts,
					  .count = count,
					  .fetch = fetch,
					  .context = (void *)(uintptr_t)items};
	struct buffer whole;
	struct bytes bytes;
	uint64_t size;

	buffer_init(&whole, ROOM);
	for (size_t i = 0; i < count; i++)
		parts[i] = (struct zip_part){items[i].name, zip_crc(0, items[i].content),
					     items[i].content.len};
	assert_int_equal(zip_size(parts, count, &size), OK);
	for (uint64_t offset = 0; offset < size; offset += piece)
		assert_int_equal(zip_piece(&source, offset, piece, &whole), OK);
	assert_int_equal(whole.len, size);
	assert_int_equal(zip_piece(&source, size, piece, &whole), OK);
	assert_int_equal(whole.len, size);
	assert_int_equal(buffer_give(&whole, arena, &bytes), OK);
	return bytes;
}

static struct zip_place read_place(struct bytes container)
{
	const struct zip_item *items;
	struct zip_place place = {.fault = ZIP_FINE, .name = ""};
	size_t count;
	enum err err = zip_read(container, arena, &items, &count, &place);

	assert_int_equal(err, place.fault == ZIP_FINE ? OK : ERR_FORMAT);
	return place;
}

static uint8_t *copy_of(struct bytes container)
{
	return arena_copy(arena, container);
}

static void what_was_put_together_comes_apart_again(void **state)
{
	struct bytes whole = make(samples, SAMPLES, ROOM);
	const struct zip_item *items;
	struct zip_place place;
	size_t count;

	(void)state;
	assert_int_equal(zip_read(whole, arena, &items, &count, &place), OK);
	assert_int_equal(count, SAMPLES);
	for (size_t i = 0; i < SAMPLES; i++) {
		assert_string_equal(items[i].name, samples[i].name);
		assert_true(bytes_equal(items[i].content, samples[i].content));
	}
	assert_int_equal(zip_read(make(samples, 0, ROOM), arena, &items, &count, &place), OK);
	assert_int_equal(count, 0);
}

static void pieces_of_any_size_make_the_same_whole(void **state)
{
	struct bytes whole = make(samples, SAMPLES, ROOM);

	(void)state;
	for (size_t piece = 1; piece < 80; piece++)
		assert_true(bytes_equal(make(samples, SAMPLES, piece), whole));
}

static void the_checksum_is_that_of_the_standard(void **state)
{
	(void)state;
	assert_int_equal(zip_crc(0, bytes_of_text("123456789")), 0xcbf43926);
	assert_int_equal(zip_crc(zip_crc(0, bytes_of_text("1234")), bytes_of_text("56789")),
			 0xcbf43926);
	assert_int_equal(zip_crc(0, (struct bytes){0}), 0);
}

static void a_changed_byte_anywhere_is_refused(void **state)
{
	struct bytes whole = make(samples, SAMPLES, ROOM);

	(void)state;
	for (size_t i = 0; i < whole.len; i++)
		for (unsigned bit = 0; bit < 8; bit++) {
			uint8_t *changed = copy_of(whole);

			changed[i] ^= (uint8_t)(1u << bit);
			if (read_place(bytes_of(changed, whole.len)).fault == ZIP_FINE)
				fail_msg("byte %zu, bit %u", i, bit);
		}
}

/* The sample whose header, content or entry in the directory is there; NULL: the end. */
static const char *sample_at(size_t at)
{
	for (size_t round = 0; round < 2; round++)
		for (size_t i = 0; i < SAMPLES; i++) {
			size_t len =
				strlen(samples[i].name) +
				(round == 0 ? LOCAL_BYTES + samples[i].content.len : ENTRY_BYTES);

			if (at < len)
				return samples[i].name;
			at -= len;
		}
	return NULL;
}

/* Not the part behind it, and no name that nobody gave: where one of two names was changed, both. */
static void a_changed_byte_anywhere_is_told_of_its_part(void **state)
{
	struct bytes whole = make(samples, SAMPLES, ROOM);
	size_t doubtful = 0;

	(void)state;
	for (size_t i = 0; i < whole.len; i++)
		for (unsigned bit = 0; bit < 8; bit++) {
			const char *name = sample_at(i);
			uint8_t *changed = copy_of(whole);
			struct zip_place place;

			changed[i] ^= (uint8_t)(1u << bit);
			place = read_place(bytes_of(changed, whole.len));
			assert_true((place.fault == ZIP_NAMES) == (place.other != NULL));
			doubtful += place.fault == ZIP_NAMES;
			if (strcmp(place.name, name == NULL ? "" : name) != 0 &&
			    (name == NULL || place.other == NULL || strcmp(place.other, name) != 0))
				fail_msg("byte %zu, bit %u: %s for %s (%d)", i, bit, place.name,
					 name, place.fault);
		}
	assert_true(doubtful > 50);
}

static void cut_off_or_continued_anywhere_it_is_refused(void **state)
{
	struct bytes whole = make(samples, SAMPLES, ROOM);
	uint8_t *longer = arena_alloc(arena, whole.len + 1);

	(void)state;
	for (size_t len = 0; len < whole.len; len++)
		assert_int_not_equal(read_place(bytes_of(whole.at, len)).fault, ZIP_FINE);
	memcpy(longer, whole.at, whole.len);
	assert_int_equal(read_place(bytes_of(longer, whole.len + 1)).fault, ZIP_END);
	memcpy(longer + 1, whole.at, whole.len);
	assert_int_equal(read_place(bytes_of(longer, whole.len + 1)).fault, ZIP_NO_ZIP);
}

/* ---- What hostile containers do ---- */

static void put_u16(uint8_t *at, unsigned value)
{
	at[0] = (uint8_t)value;
	at[1] = (uint8_t)(value >> 8);
}

/* Done to the first header. */
static void what_ours_never_says_is_told(void **state)
{
	static const struct {
		const char *what;
		size_t at;
		unsigned value;
		enum zip_fault fault;
	} changes[] = {
		{"encrypted", FLAGS_AT, 1, ZIP_ENCRYPTED},
		{"strongly encrypted", FLAGS_AT, 0x41, ZIP_ENCRYPTED},
		{"sizes behind it", FLAGS_AT, 8, ZIP_DESCRIPTOR},
		{"names in UTF-8", FLAGS_AT, 0x800, ZIP_HEADER},
		{"deflated", METHOD_AT, 8, ZIP_COMPRESSED},
		{"zstd", METHOD_AT, 93, ZIP_COMPRESSED},
		{"a later time", METHOD_AT + 2, 1, ZIP_HEADER},
		{"an extra field", EXTRA_LEN_AT, 4, ZIP_HEADER},
		{"a newer version", 4, 45, ZIP_HEADER},
		{"an empty name", NAME_LEN_AT, 0, ZIP_NAME},
		{"a name without end", NAME_LEN_AT, 0xffff, ZIP_CUT_OFF},
		{"a size beyond the end", LEN_AT, 0xffff, ZIP_CUT_OFF},
	};
	struct bytes whole = make(samples, SAMPLES, ROOM);

	(void)state;
	for (size_t i = 0; i < sizeof(changes) / sizeof(changes[0]); i++) {
		uint8_t *changed = copy_of(whole);

		put_u16(changed + changes[i].at, changes[i].value);
		if (read_place(bytes_of(changed, whole.len)).fault != changes[i].fault)
			fail_msg("%s", changes[i].what);
	}
}

static void zip64_is_told(void **state)
{
	struct bytes whole = make(samples, SAMPLES, ROOM);
	uint8_t *changed = copy_of(whole);

	(void)state;
	memset(changed + LEN_AT - 4, 0xff, 8);
	assert_int_equal(read_place(bytes_of(changed, whole.len)).fault, ZIP_64);
	changed = copy_of(whole);
	memset(changed + LEN_AT, 0xff, 3);
	assert_int_equal(read_place(bytes_of(changed, whole.len)).fault, ZIP_CUT_OFF);
}

static void a_changed_content_is_told_with_its_part(void **state)
{
	struct bytes whole = make(samples, SAMPLES, ROOM);
	uint8_t *changed = copy_of(whole);
	uint8_t *at = memmem(changed, whole.len, "abcdef", 6);
	struct zip_place place;

	(void)state;
	at[2] = 'X';
	place = read_place(bytes_of(changed, whole.len));
	assert_int_equal(place.fault, ZIP_CHECKSUM);
	assert_string_equal(place.name, "b/long.bin");
}

/* As another program would write it: names as they are given, without a look at them. */
static struct bytes forge(const char *const *names, size_t count)
{
	struct zip_item items[4] = {{.name = NULL}};
	struct bytes whole;
	uint8_t *changed;

	for (size_t i = 0; i < count; i++) {
		items[i].name =
			arena_format(arena, "%c%.*s", (int)('a' + i), (int)strlen(names[i]) - 1,
				     "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx");
		items[i].content = bytes_of_text("content");
	}
	whole = make(items, count, ROOM);
	changed = copy_of(whole);
	for (size_t i = 0; i < count; i++) {
		size_t len = strlen(names[i]);

		for (uint8_t *at = changed; (at = memmem(at, (size_t)(changed + whole.len - at),
							 items[i].name, len)) != NULL;)
			memcpy(at, names[i], len);
	}
	return bytes_of(changed, whole.len);
}

static void no_name_leads_anywhere_or_stands_twice(void **state)
{
	static const char *const wrong[] = {"/etc/passwd", "../../x",     "a/../b", "a//b",
					    "a/",          "C:\\\\x.txt", "a\\b",   ".hidden",
					    "a/.ssh",      "a b",         "a\nb",   "tệp"};
	static const char *const twice[] = {"same", "same"}, *const reversed[] = {"zz", "aa"};

	(void)state;
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++)
		if (read_place(forge(&wrong[i], 1)).fault != ZIP_NAME)
			fail_msg("%s", wrong[i]);
	assert_int_equal(read_place(forge(twice, 2)).fault, ZIP_ORDER);
	assert_int_equal(read_place(forge(reversed, 2)).fault, ZIP_ORDER);
}

/* Two directories' entries for one content, or an entry that points into another's. */
static void parts_cannot_overlap(void **state)
{
	struct bytes whole = make(samples, SAMPLES, ROOM);
	uint8_t *changed = copy_of(whole);
	uint8_t *entry = memmem(changed, whole.len, "PK\1\2", 4);
	struct zip_place place;

	(void)state;
	assert_non_null(entry);
	entry = memmem(entry + 4, (size_t)(changed + whole.len - entry) - 4, "PK\1\2", 4);
	memset(entry + 42, 0, 4); /* where the second begins: at the first */
	place = read_place(bytes_of(changed, whole.len));
	assert_int_equal(place.fault, ZIP_DIRECTORY);
	assert_string_equal(place.name, "b/empty.bin");
}

static void seventy_thousand_parts_are_refused(void **state)
{
	const size_t count = 70000, each = LOCAL_BYTES + 7;
	uint8_t *file = calloc(count, each);
	struct bytes one = make(&(struct zip_item){"a000000", {NULL, 0}}, 1, ROOM);

	(void)state;
	assert_non_null(file);
	for (size_t i = 0; i < count; i++) {
		char name[16];

		(void)snprintf(name, sizeof(name), "a%06zu", i);
		memcpy(file + i * each, one.at, each);
		memcpy(file + i * each + LOCAL_BYTES, name, 7);
	}
	assert_int_equal(read_place(bytes_of(file, count * each)).fault, ZIP_MANY);
	free(file);
}

static void what_is_no_container_is_refused(void **state)
{
	static const char *const texts[] = {
		"",          "P", "PK", "PK\3\4", "PK\5\6", "PK\1\2", "<?xml version='1.0'?><a/>",
		"Rar!\x1a\7"};
	uint64_t seed = 7;
	uint8_t noise[512];

	(void)state;
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
		assert_int_not_equal(read_place(bytes_of_text(texts[i])).fault, ZIP_FINE);
	for (int round = 0; round < 2000; round++) {
		for (size_t i = 0; i < sizeof(noise); i++)
			noise[i] = (uint8_t)mutate_next(&seed);
		memcpy(noise, "PK\3\4", 4);
		assert_int_not_equal(read_place(bytes_of(noise, sizeof(noise))).fault, ZIP_FINE);
	}
}

static void what_has_no_one_form_is_not_written(void **state)
{
	const struct zip_part bad[] = {{"../x", 0, 0}, {"", 0, 0}, {"a b", 0, 0}};
	const struct zip_part twice[] = {{"a", 0, 0}, {"a", 0, 0}};
	const struct zip_part large[] = {{"a", 0, ZIP_MAX_BYTES}, {"b", 0, 1}};
	uint64_t size = 77;

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_int_equal(zip_size(&bad[i], 1, &size), ERR_USAGE);
	assert_int_equal(zip_size(twice, 2, &size), ERR_USAGE);
	assert_int_equal(zip_size(large, 2, &size), ERR_LIMIT);
	assert_int_equal(size, 77);
}

static int set_up(void **state)
{
	(void)state;
	arena = arena_new((size_t)256 << 20);
	return arena == NULL;
}

static int tear_down(void **state)
{
	(void)state;
	arena_free(arena);
	return 0;
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(what_was_put_together_comes_apart_again),
		TEST(pieces_of_any_size_make_the_same_whole),
		TEST(the_checksum_is_that_of_the_standard),
		TEST(a_changed_byte_anywhere_is_refused),
		TEST(a_changed_byte_anywhere_is_told_of_its_part),
		TEST(cut_off_or_continued_anywhere_it_is_refused),
		TEST(what_ours_never_says_is_told),
		TEST(zip64_is_told),
		TEST(a_changed_content_is_told_with_its_part),
		TEST(no_name_leads_anywhere_or_stands_twice),
		TEST(parts_cannot_overlap),
		TEST(seventy_thousand_parts_are_refused),
		TEST(what_is_no_container_is_refused),
		TEST(what_has_no_one_form_is_not_written),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
