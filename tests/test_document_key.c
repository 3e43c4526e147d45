#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "node/document_key.h"
#include "node/file.h"
#include "sampan/certificate.h"
#include "sampan/token.h"

#define NOON UINT64_C(1795323600000) /* 2026-11-22T05:00:00Z: noon at the office */

struct place {
	char directory[64];
	struct arena *arena;
	struct document_key key;
};

static int begin(void **state)
{
	struct place *place = calloc(1, sizeof(*place));

	strcpy(place->directory, "/tmp/sampan-key-XXXXXX");
	assert_non_null(mkdtemp(place->directory));
	place->arena = arena_new(1 << 20);
	assert_int_equal(mkdir(arena_format(place->arena, "%s/seal", place->directory), 0700), 0);
	*state = place;
	return 0;
}

static int end(void **state)
{
	struct place *place = *state;
	char command[128];

	(void)snprintf(command, sizeof(command), "rm -r %s", place->directory);
	assert_int_equal(system(command), 0);
	arena_free(place->arena);
	free(place);
	return 0;
}

static enum err rotate(struct place *place, uint64_t day, unsigned overlap)
{
	const struct document_key_rotation rotation = {.directory = place->directory,
						       .name = "vn.sampan.example",
						       .country = "VN",
						       .now_ms = NOON + day * 24 * 3600 * 1000,
						       .overlap_days = overlap};

	return document_key_rotate(&rotation, place->arena, &place->key);
}

static const char *table(struct place *place)
{
	struct bytes text;

	assert_int_equal(
		file_read(arena_format(place->arena, "%s/" DOCUMENT_KEY_TABLE, place->directory),
			  4096, place->arena, &text),
		OK);
	return arena_text(place->arena, text);
}

static const char *signer(struct place *place, const char *day)
{
	struct document_keys keys;
	const struct document_key *key;

	assert_int_equal(document_key_load(place->directory, place->arena, &keys), OK);
	key = document_key_on(&keys, day);
	return key == NULL ? "nobody" : arena_format(place->arena, "%s", key->name);
}

static void a_new_key_signs_after_the_overlap_and_the_old_one_counts_as_long_again(void **state)
{
	struct place *place = *state;

	assert_int_equal(rotate(place, 0, 30), OK);
	assert_string_equal(table(place), "document-1 2026-11-22 -\n");
	assert_int_equal(rotate(place, 8, 30), OK);
	assert_string_equal(table(place),
			    "document-1 2026-11-22 2027-01-29\ndocument-2 2026-12-30 -\n");
	assert_string_equal(signer(place, "2026-11-21"), "nobody");
	assert_string_equal(signer(place, "2026-11-22"), "document-1");
	assert_string_equal(signer(place, "2026-12-29"), "document-1");
	assert_string_equal(signer(place, "2026-12-30"), "document-2");
	assert_int_equal(rotate(place, 9, 30), ERR_EXISTS);
	assert_int_equal(rotate(place, 100, 10), OK); /* the first counts no more */
	assert_string_equal(table(place),
			    "document-2 2026-12-30 2027-03-22\ndocument-3 2027-03-12 -\n");
}

static void a_stolen_key_counts_no_more_at_once(void **state)
{
	struct place *place = *state;

	assert_int_equal(rotate(place, 0, 0), OK);
	assert_int_equal(rotate(place, 1, 30), OK); /* waits, and is passed over */
	assert_int_equal(rotate(place, 2, 0), OK);
	assert_string_equal(table(place),
			    "document-1 2026-11-22 2026-11-23\ndocument-3 2026-11-24 -\n");
	assert_string_equal(signer(place, "2026-11-24"), "document-3");
}

static void each_key_has_its_certificate_and_is_only_the_owners(void **state)
{
	struct place *place = *state;
	struct token *token = NULL;
	struct stat status;
	const char *key, *crt;

	assert_int_equal(rotate(place, 0, 30), OK);
	key = document_key_path(place->directory, &place->key, "key", place->arena);
	crt = document_key_path(place->directory, &place->key, "crt", place->arena);
	assert_int_equal(stat(key, &status), 0);
	assert_int_equal(status.st_mode & 0777, 0600);
	assert_int_equal(token_open_file(key, crt, (struct bytes){0}, false, &token), OK);
	assert_int_equal(token->algorithm, TOKEN_ECDSA_P256);
	token_close(token);
}

static void a_key_can_be_rsa(void **state)
{
	struct place *place = *state;
	const struct document_key_rotation rotation = {.directory = place->directory,
						       .name = "vn.sampan.example",
						       .country = "VN",
						       .now_ms = NOON,
						       .wants_rsa = true};
	struct token *token = NULL;
	struct buffer signature;
	struct hash hash = hash_of(bytes_of_text("x"));

	assert_int_equal(document_key_rotate(&rotation, place->arena, &place->key), OK);
	assert_int_equal(
		token_open_file(
			document_key_path(place->directory, &place->key, "key", place->arena),
			document_key_path(place->directory, &place->key, "crt", place->arena),
			(struct bytes){0}, false, &token),
		OK);
	assert_int_equal(token->algorithm, TOKEN_RSA);
	buffer_init(&signature, TOKEN_SIGNATURE_BYTES);
	assert_int_equal(token_sign(token, &hash, &signature), OK);
	assert_true(certificate_verifies(token->certificate, TOKEN_RSA, &hash,
					 buffer_bytes(&signature)));
	buffer_clear(&signature);
	token_close(token);
}

static void a_table_that_is_none_is_refused(void **state)
{
	static const char *const bad[] = {
		"",
		"\n",
		"document-1",
		"document-1 2026-11-22",
		"document-1 2026-11-22 - -",
		"document-1 2026-11-2 -",
		"document-1 22.11.2026 -",
		"document-1 2026-11-22 x",
		"../document-1 2026-11-22 -",
		"document-1/../../x 2026-11-22 -",
		"document- 2026-11-22 -",
		"node 2026-11-22 -",
		"document-1 2026-11-22 -\ndocument-2 2026-11-21 -",
		"document-1 2026-11-22 -\ndocument-11111111111111111111111 2026-11-22 -x",
	};
	struct place *place = *state;
	const char *path = arena_format(place->arena, "%s/" DOCUMENT_KEY_TABLE, place->directory);
	struct document_keys keys;

	assert_int_equal(document_key_load(place->directory, place->arena, &keys), ERR_MISSING);
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		assert_int_equal(file_replace(path, bytes_of_text(bad[i])), OK);
		assert_int_equal(document_key_load(place->directory, place->arena, &keys),
				 ERR_FORMAT);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(
			a_new_key_signs_after_the_overlap_and_the_old_one_counts_as_long_again,
			begin, end),
		cmocka_unit_test_setup_teardown(a_stolen_key_counts_no_more_at_once, begin, end),
		cmocka_unit_test_setup_teardown(each_key_has_its_certificate_and_is_only_the_owners,
						begin, end),
		cmocka_unit_test_setup_teardown(a_key_can_be_rsa, begin, end),
		cmocka_unit_test_setup_teardown(a_table_that_is_none_is_refused, begin, end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
