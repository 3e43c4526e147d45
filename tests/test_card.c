/* card, card_file: a node's signed word on its keys, its versions, and every byte of it changed. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "node/card_file.h"
#include "node/file.h"
#include "node/seal.h"
#include "node/setup.h"

#define NAME "vn.sampan.example"

struct scene {
	char directory[64];
	struct arena *arena;
	struct bytes first; /* the card that a new node has */
	struct card card;
};

static int set_up(void **state)
{
	struct scene *scene = calloc(1, sizeof(*scene));
	struct setup setup = {.directory = scene->directory, .country = "VN"};
	const char *message = "";

	strcpy(scene->directory, "/tmp/sampan-card-XXXXXX");
	assert_non_null(mkdtemp(scene->directory));
	scene->arena = arena_new((size_t)64 * 1024 * 1024);
	assert_int_equal(setup_make(&setup, scene->arena, &message), OK);
	assert_int_equal(card_file_load(scene->directory, 1, scene->arena, &scene->first), OK);
	assert_int_equal(card_parse(scene->first, scene->arena, &scene->card), OK);
	*state = scene;
	return 0;
}

static int tear_down(void **state)
{
	struct scene *scene = *state;
	char command[128];

	arena_free(scene->arena);
	(void)snprintf(command, sizeof(command), "rm -rf %s", scene->directory);
	assert_int_equal(system(command), 0);
	free(scene);
	return 0;
}

static void a_new_node_has_a_card_that_binds_its_keys_to_its_certificate(void **state)
{
	struct scene *scene = *state;
	struct card card;
	struct bytes vkey;

	assert_int_equal(
		file_read(arena_format(scene->arena, "%s/" SETUP_LEDGER_PUBLIC, scene->directory),
			  1000, scene->arena, &vkey),
		OK);
	vkey.len--; /* its line end */
	assert_true(bytes_equal(vkey, bytes_of_text(scene->card.ledger_key)));
	assert_int_equal(card_verify(scene->first, scene->card.ledger_key, scene->arena, &card),
			 OK);
	assert_string_equal(card.country, "VN");
	assert_string_equal(card.name, NAME);
	assert_int_equal(card.version, 1);
}

static void the_same_is_not_said_in_another_version(void **state)
{
	struct scene *scene = *state;
	uint64_t version = 0;

	assert_int_equal(card_file_make(scene->directory, "VN", NAME, scene->arena, &version),
			 ERR_EXISTS);
	assert_int_equal(version, 0);
}

static void a_new_key_is_said_in_a_version_that_stands_behind_the_one_before(void **state)
{
	struct scene *scene = *state;
	struct bytes second;
	struct card card;
	uint64_t version = 0;

	assert_int_equal(
		unlink(arena_format(scene->arena, "%s/" CARD_FILE_WITNESS_KEY, scene->directory)),
		0);
	assert_int_equal(card_file_make(scene->directory, "VN", NAME, scene->arena, &version), OK);
	assert_int_equal(version, 2);
	assert_int_equal(card_file_load(scene->directory, 2, scene->arena, &second), OK);
	assert_int_equal(card_verify(second, scene->card.ledger_key, scene->arena, &card), OK);
	assert_string_not_equal(card.witness_key, scene->card.witness_key);
	assert_true(card_is_next(scene->first, second, scene->arena));
	assert_false(card_is_next(second, scene->first, scene->arena));
	assert_false(card_is_next(scene->first, scene->first, scene->arena));
}

static void whatever_byte_is_changed_the_card_is_not_believed(void **state)
{
	struct scene *scene = *state;
	struct arena *arena = arena_new((size_t)4 * 1024 * 1024);
	uint8_t *copy = (uint8_t *)(uintptr_t)arena_copy(scene->arena, scene->first);
	struct card card;

	for (size_t i = 0; i < scene->first.len; i++) {
		copy[i] ^= 1;
		assert_int_not_equal(card_verify(bytes_of(copy, scene->first.len),
						 scene->card.ledger_key, arena, &card),
				     OK);
		copy[i] ^= 1;
		arena_clear(arena);
	}
	arena_free(arena);
}

/* A second ledger key: signed by the key before, or by a stranger. */
static void a_new_ledger_key_needs_the_signature_of_the_one_before(void **state)
{
	struct scene *scene = *state;
	struct card next = scene->card, card;
	struct card_keys keys = {.before = NULL};
	struct key *before = NULL, *new = NULL;
	uint8_t public_key[KEY_PUBLIC_BYTES];
	struct buffer note, text;
	const char *folder = scene->directory;

	buffer_init(&note, CARD_MAX_BYTES);
	buffer_init(&text, CARD_KEY_BYTES - 1);
	assert_int_equal(key_new(&new), OK);
	assert_int_equal(key_load(arena_format(scene->arena, "%s/" SEAL_KEY_FILE, folder), &before),
			 OK);
	assert_int_equal(
		token_open_file(arena_format(scene->arena, "%s/" SETUP_NODE_KEY, folder),
				arena_format(scene->arena, "%s/" SETUP_NODE_CERTIFICATE, folder),
				(struct bytes){0}, false, &keys.certificate),
		OK);
	key_get_public(new, public_key);
	assert_int_equal(note_format_key(NAME "/1", NOTE_ED25519, public_key, &text), OK);
	buffer_put_byte(&text, '\0');
	strcpy(next.ledger_key, (const char *)text.at);
	next.version = 2;
	assert_int_equal(card_hash(scene->first, &next.before), OK);
	keys.ledger = new;
	assert_int_equal(card_sign(&next, &keys, &note), OK);
	assert_int_equal(
		card_verify(buffer_bytes(&note), scene->card.ledger_key, scene->arena, &card),
		ERR_DENIED);
	buffer_reset(&note);
	keys.before = before;
	assert_int_equal(card_sign(&next, &keys, &note), OK);
	assert_int_equal(
		card_verify(buffer_bytes(&note), scene->card.ledger_key, scene->arena, &card), OK);
	assert_true(card_is_next(scene->first, buffer_bytes(&note), scene->arena));
	/* a key that is on the card, and did not sign it */
	buffer_reset(&note);
	keys.ledger = before;
	keys.before = NULL;
	assert_int_equal(card_sign(&next, &keys, &note), OK);
	assert_int_equal(
		card_verify(buffer_bytes(&note), scene->card.ledger_key, scene->arena, &card),
		ERR_DENIED);
	token_close(keys.certificate);
	key_free(new);
	key_free(before);
	buffer_clear(&note);
	buffer_clear(&text);
}

static void what_has_not_the_form_of_a_card_is_none(void **state)
{
	static const char *const changes[][2] = {
		{"sampan.card/1", "sampan.card/2"},
		{"country VN", "country vn"},
		{"country VN\n", ""},
		{"version 1", "version 0"},
		{"version 1", "version 01"},
		{"version 1", "version 2"},
		{"before 00", "before 01"},
		{"name vn.", "name th."},
		{"\ncertificate ", "\nextra x\ncertificate "},
	};
	struct scene *scene = *state;

	for (size_t i = 0; i < sizeof(changes) / sizeof(changes[0]); i++) {
		const char *text = arena_text(scene->arena, scene->first);
		const char *at = strstr(text, changes[i][0]);
		struct card card;

		assert_non_null(at);
		text = arena_format(scene->arena, "%.*s%s%s", (int)(at - text), text, changes[i][1],
				    at + strlen(changes[i][0]));
		if (card_parse(bytes_of_text(text), scene->arena, &card) != ERR_FORMAT)
			fail_msg("%s", changes[i][1]);
	}
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		TEST(a_new_node_has_a_card_that_binds_its_keys_to_its_certificate),
		TEST(the_same_is_not_said_in_another_version),
		TEST(a_new_key_is_said_in_a_version_that_stands_behind_the_one_before),
		TEST(whatever_byte_is_changed_the_card_is_not_believed),
		TEST(a_new_ledger_key_needs_the_signature_of_the_one_before),
		TEST(what_has_not_the_form_of_a_card_is_none),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
