/* parcel: what it packs it reads, and nothing else. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "node/parcel.h"

struct bench {
	struct arena *arena;
	struct buffer buffer;
};

static int set_up(void **state)
{
	struct bench *bench = calloc(1, sizeof(*bench));

	assert_non_null(bench);
	bench->arena = arena_new((size_t)64 << 20);
	buffer_init(&bench->buffer, (size_t)1 << 20);
	*state = bench;
	return 0;
}

static int tear_down(void **state)
{
	struct bench *bench = *state;

	buffer_clear(&bench->buffer);
	arena_free(bench->arena);
	free(bench);
	return 0;
}

static struct bytes pack(struct bench *bench, const struct parcel *parcel)
{
	buffer_reset(&bench->buffer);
	parcel_pack(&bench->buffer, parcel);
	assert_int_equal(buffer_error(&bench->buffer), OK);
	return buffer_bytes(&bench->buffer);
}

static const struct parcel sample = {
	"VN-1-57", 58, "VN-1-12", "asw.acdd", {(const uint8_t *)"<a>\0</a>", 8}};

static void a_parcel_reads_as_it_was_packed(void **state)
{
	struct bench *bench = *state;
	struct parcel parcel;

	assert_int_equal(parcel_unpack(pack(bench, &sample), bench->arena, &parcel), OK);
	assert_string_equal(parcel.message, sample.message);
	assert_int_equal(parcel.delivery, sample.delivery);
	assert_string_equal(parcel.root, sample.root);
	assert_string_equal(parcel.kind, sample.kind);
	assert_true(bytes_equal(parcel.document, sample.document));
}

static void an_empty_document_is_a_parcel(void **state)
{
	struct bench *bench = *state;
	struct parcel parcel = {"VN-1-1", 0, "VN-1-1", "x", {NULL, 0}}, again;

	assert_int_equal(parcel_unpack(pack(bench, &parcel), bench->arena, &again), OK);
	assert_int_equal(again.document.len, 0);
}

static void a_parcel_cut_anywhere_is_no_parcel(void **state)
{
	struct bench *bench = *state;
	struct bytes whole = pack(bench, &sample);

	for (size_t len = 0; len < whole.len; len++) {
		struct parcel parcel = {.delivery = 4711};
		uint8_t *cut = malloc(len + 1); /* of its own, so that a reader beyond it is seen */

		assert_non_null(cut);
		memcpy(cut, whole.at, len);
		assert_int_equal(parcel_unpack(bytes_of(cut, len), bench->arena, &parcel),
				 ERR_FORMAT);
		assert_int_equal(parcel.delivery, 4711);
		free(cut);
	}
}

static void something_behind_it_is_wrong(void **state)
{
	struct bench *bench = *state;
	struct parcel parcel;

	pack(bench, &sample);
	buffer_put_byte(&bench->buffer, 0);
	assert_int_equal(parcel_unpack(buffer_bytes(&bench->buffer), bench->arena, &parcel),
			 ERR_FORMAT);
}

static void a_newer_version_is_said_to_be_one(void **state)
{
	struct bench *bench = *state;
	struct parcel parcel;

	pack(bench, &sample);
	bench->buffer.at[1]++;
	assert_int_equal(parcel_unpack(buffer_bytes(&bench->buffer), bench->arena, &parcel),
			 ERR_VERSION);
}

static void names_are_bounded_letters_and_digits(void **state)
{
	static const struct {
		const char *name;
		enum err err;
	} cases[] = {
		{"asw.form-d_1", OK},     {"", ERR_FORMAT},     {".hidden", ERR_FORMAT},
		{"a|b", ERR_FORMAT},      {"a/b", ERR_FORMAT},  {"a b", ERR_FORMAT},
		{"\xc3\xa9", ERR_FORMAT}, {"a\nb", ERR_FORMAT},
	};
	struct bench *bench = *state;
	struct parcel parcel;

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct parcel named[3] = {sample, sample, sample};

		named[0].message = named[1].root = named[2].kind = cases[i].name;
		for (size_t j = 0; j < 3; j++)
			assert_int_equal(
				parcel_unpack(pack(bench, &named[j]), bench->arena, &parcel),
				cases[i].err);
	}
}

static void a_name_is_at_most_so_long_and_holds_no_zero(void **state)
{
	struct bench *bench = *state;
	char name[PARCEL_NAME_BYTES + 2];
	struct parcel long_one = sample, parcel;

	memset(name, 'x', sizeof(name) - 1);
	name[sizeof(name) - 1] = '\0';
	long_one.root = name;
	assert_int_equal(parcel_unpack(pack(bench, &long_one), bench->arena, &parcel), ERR_FORMAT);
	name[PARCEL_NAME_BYTES] = '\0';
	assert_int_equal(parcel_unpack(pack(bench, &long_one), bench->arena, &parcel), OK);
	pack(bench, &sample);
	bench->buffer.at[6] = 0; /* the first letter of the message's id */
	assert_int_equal(parcel_unpack(buffer_bytes(&bench->buffer), bench->arena, &parcel),
			 ERR_FORMAT);
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	static const struct CMUnitTest tests[] = {
		CASE(a_parcel_reads_as_it_was_packed),
		CASE(an_empty_document_is_a_parcel),
		CASE(a_parcel_cut_anywhere_is_no_parcel),
		CASE(something_behind_it_is_wrong),
		CASE(a_newer_version_is_said_to_be_one),
		CASE(names_are_bounded_letters_and_digits),
		CASE(a_name_is_at_most_so_long_and_holds_no_zero),
	};

	return cmocka_run_group_tests_name("parcel", tests, NULL, NULL);
}
