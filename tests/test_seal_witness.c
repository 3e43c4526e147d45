/*
 * seal_witness: what the seal countersigns of a partner's ledger, shown to it by a ledger role that
 * may say what it likes.
 */
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
#include "node/cosignature.h"
#include "node/seal_witness.h"
#include "node/setup.h"
#include "sampan/pack.h"
#include "tests/support/log_model.h"

#define NOW_S 1800000000u

struct scene {
	char directory[64];
	struct arena *arena;
	struct seal *seal;
	struct config config; /* with one partner */
	struct config_partner partner;
	struct key *key; /* of the partner's ledger */
	struct log_model *log;
	struct cosigner cosigner; /* this node, as its card says */
	struct buffer line;
};

static void read_cosigner(struct scene *scene)
{
	struct bytes note;
	struct card card;

	assert_int_equal(card_file_load(scene->directory, 1, scene->arena, &note), OK);
	assert_int_equal(card_parse(note, scene->arena, &card), OK);
	assert_int_equal(cosigner_parse(card.witness_key, &scene->cosigner), OK);
}

static void make_partner(struct scene *scene)
{
	uint8_t public_key[KEY_PUBLIC_BYTES];
	struct buffer text;

	assert_int_equal(key_new(&scene->key), OK);
	key_get_public(scene->key, public_key);
	buffer_init(&text, 1000);
	assert_int_equal(checkpoint_format_key(LOG_MODEL_ORIGIN, public_key, &text), OK);
	scene->partner = (struct config_partner){
		.country = "TH",
		.name = "th.sampan.example",
		.ledger_key = arena_text(scene->arena, buffer_bytes(&text))};
	scene->config = (struct config){.partners = &scene->partner, .partner_count = 1};
	buffer_clear(&text);
}

static int set_up(void **state)
{
	struct scene *scene = calloc(1, sizeof(*scene));
	struct setup setup = {.directory = scene->directory, .country = "VN"};
	const char *message = "";

	strcpy(scene->directory, "/tmp/sampan-witness-XXXXXX");
	assert_non_null(mkdtemp(scene->directory));
	scene->arena = arena_new((size_t)64 * 1024 * 1024);
	assert_int_equal(setup_make(&setup, scene->arena, &message), OK);
	assert_int_equal(seal_open(scene->directory, "vn.sampan.example", &scene->seal), OK);
	make_partner(scene);
	read_cosigner(scene);
	scene->log = calloc(1, sizeof(*scene->log));
	scene->log->key = scene->key;
	log_model_grow(scene->log, 10);
	buffer_init(&scene->line, COSIGNATURE_MAX_BYTES);
	*state = scene;
	return 0;
}

static int tear_down(void **state)
{
	struct scene *scene = *state;
	char command[128];

	seal_close(scene->seal);
	key_free(scene->key);
	buffer_clear(&scene->line);
	arena_free(scene->arena);
	free(scene->log);
	(void)snprintf(command, sizeof(command), "rm -rf %s", scene->directory);
	assert_int_equal(system(command), 0);
	free(scene);
	return 0;
}

static enum err ask(struct scene *scene, const char *partner, const struct witness_shown *shown)
{
	struct buffer question;
	enum err err;

	buffer_init(&question, 65536);
	seal_pack_cosign(&question, partner, shown);
	buffer_reset(&scene->line);
	err = seal_cosign(scene->seal, &scene->config, buffer_bytes(&question), NOW_S,
			  &scene->line);
	buffer_clear(&question);
	return err;
}

/* The partner's log as it is, with a proof from `older`. */
static enum err show(struct scene *scene, uint64_t older)
{
	struct witness_shown shown;
	struct buffer content;
	uint64_t time_s = 0;
	enum err err;

	buffer_init(&content, 65536);
	log_model_show(scene->log, older, &content);
	assert_int_equal(witness_unpack_shown(buffer_bytes(&content), &shown), OK);
	err = ask(scene, "TH", &shown);
	if (err == OK) {
		assert_int_equal(cosignature_verify(shown.note, buffer_bytes(&scene->line),
						    &scene->cosigner, &time_s),
				 OK);
		assert_int_equal(time_s, NOW_S);
	}
	buffer_clear(&content);
	return err;
}

static void what_extends_the_last_is_countersigned_with_the_key_on_the_card(void **state)
{
	struct scene *scene = *state;
	uint64_t last = scene->log->tree.size;

	assert_int_equal(show(scene, 0), OK);
	for (unsigned i = 0; i < 20; i++) {
		assert_int_equal(show(scene, 0), OK); /* the same again */
		log_model_grow(scene->log, 1 + i);
		assert_int_equal(show(scene, 0), ERR_CONFLICT);
		assert_int_equal(show(scene, last - 1), ERR_CONFLICT);
		assert_int_equal(show(scene, last), OK);
		last = scene->log->tree.size;
	}
}

static void nothing_is_countersigned_that_does_not_extend_the_last(void **state)
{
	struct scene *scene = *state;

	assert_int_equal(show(scene, 0), OK);
	log_model_fork(scene->log, 6);
	assert_int_equal(show(scene, 0), ERR_DENIED); /* smaller */
	log_model_grow(scene->log, 4);
	assert_int_equal(show(scene, 0), ERR_DENIED); /* as large, another root */
	log_model_grow(scene->log, 7);
	assert_int_equal(show(scene, 10), ERR_DENIED); /* larger, and the proof does not hold */
	assert_int_equal(show(scene, 6), ERR_CONFLICT);
	assert_int_equal(scene->line.len, 0);
}

static void what_was_countersigned_is_remembered_over_a_restart(void **state)
{
	struct scene *scene = *state;
	struct buffer question, note;
	struct checkpoint last;

	assert_int_equal(show(scene, 0), OK);
	seal_close(scene->seal);
	assert_int_equal(seal_open(scene->directory, "vn.sampan.example", &scene->seal), OK);
	buffer_init(&question, 100);
	buffer_init(&note, CHECKPOINT_MAX_BYTES);
	pack_text(&question, "TH");
	assert_int_equal(seal_cosigned(scene->seal, &scene->config, buffer_bytes(&question), &note),
			 OK);
	assert_int_equal(checkpoint_parse(buffer_bytes(&note), &last), OK);
	assert_int_equal(last.size, 10);
	log_model_fork(scene->log, 9);
	log_model_grow(scene->log, 1);
	assert_int_equal(show(scene, 0), ERR_DENIED);
	buffer_clear(&question);
	buffer_clear(&note);
}

static enum err accept_shown(struct scene *scene)
{
	struct witness_shown shown;
	struct buffer content;
	enum err err;

	buffer_init(&content, 65536);
	log_model_show(scene->log, 0, &content);
	assert_int_equal(witness_unpack_shown(buffer_bytes(&content), &shown), OK);
	err = seal_witness_accept(scene->directory, "TH", shown.note, scene->arena);
	buffer_clear(&content);
	return err;
}

/* Of the epoch in which it was caught, no word of an operator makes it countersign another past. */
static void an_epoch_that_nobody_endorsed_begins_where_an_operator_let_it_through(void **state)
{
	struct scene *scene = *state;
	struct log_model *old = calloc(1, sizeof(*old));
	struct key *other = NULL;

	assert_int_equal(show(scene, 0), OK);
	log_model_fork(scene->log, 6);
	log_model_grow(scene->log, 9);
	assert_int_equal(accept_shown(scene), OK);
	assert_int_equal(show(scene, 0), ERR_CONFLICT); /* no proof from what was countersigned */
	log_model_restore(scene->log, 8, NULL, old);
	assert_int_equal(show(scene, 0), ERR_DENIED);
	assert_int_equal(key_new(&other), OK);
	scene->log->key = other;
	assert_int_equal(accept_shown(scene), OK);
	scene->log->key = scene->key;
	assert_int_equal(show(scene, 0), ERR_DENIED); /* another's note was accepted */
	log_model_grow(scene->log, 4);
	assert_int_equal(accept_shown(scene), OK);
	assert_int_equal(show(scene, 0), OK);
	log_model_grow(scene->log, 3);
	assert_int_equal(show(scene, 5), OK);
	log_model_fork(scene->log, 6);
	log_model_grow(scene->log, 1);
	assert_int_equal(show(scene, 0), ERR_DENIED); /* and then as ever */
	key_free(other);
	free(old);
}

static void what_the_partners_key_did_not_sign_is_not_countersigned(void **state)
{
	struct scene *scene = *state;
	struct key *other = NULL;

	assert_int_equal(key_new(&other), OK);
	scene->log->key = other;
	assert_int_equal(show(scene, 0), ERR_DENIED);
	scene->log->key = scene->key;
	scene->partner.name = "my.sampan.example"; /* the same key, another node's ledger */
	assert_int_equal(show(scene, 0), ERR_DENIED);
	scene->partner.name = "th.sampan.example";
	assert_int_equal(show(scene, 0), OK);
	key_free(other);
}

static void only_partners_are_countersigned(void **state)
{
	static const char *const nobody[] = {"MY", "", "T", "THA", "../x"};
	struct scene *scene = *state;
	struct witness_shown shown;
	struct buffer content;

	buffer_init(&content, 65536);
	log_model_show(scene->log, 0, &content);
	assert_int_equal(witness_unpack_shown(buffer_bytes(&content), &shown), OK);
	for (size_t i = 0; i < sizeof(nobody) / sizeof(nobody[0]); i++)
		assert_int_equal(ask(scene, nobody[i], &shown), ERR_DENIED);
	buffer_clear(&content);
}

static void a_seal_without_the_key_countersigns_nothing(void **state)
{
	struct scene *scene = *state;

	seal_close(scene->seal);
	assert_int_equal(
		unlink(arena_format(scene->arena, "%s/" CARD_FILE_WITNESS_KEY, scene->directory)),
		0);
	assert_int_equal(seal_open(scene->directory, "vn.sampan.example", &scene->seal), OK);
	assert_int_equal(show(scene, 0), ERR_MISSING);
}

static void questions_that_are_cut_off_are_refused(void **state)
{
	struct scene *scene = *state;
	struct witness_shown shown;
	struct buffer content, question;

	buffer_init(&content, 65536);
	buffer_init(&question, 65536);
	log_model_show(scene->log, 3, &content);
	assert_int_equal(witness_unpack_shown(buffer_bytes(&content), &shown), OK);
	seal_pack_cosign(&question, "TH", &shown);
	for (size_t len = 0; len < question.len; len++)
		assert_int_not_equal(seal_cosign(scene->seal, &scene->config,
						 bytes_of(question.at, len), NOW_S, &scene->line),
				     OK);
	buffer_clear(&content);
	buffer_clear(&question);
}

static void the_cards_come_in_their_order(void **state)
{
	struct scene *scene = *state;
	struct buffer answer;
	struct unpack from;
	struct card card;
	uint64_t version;

	assert_int_equal(
		unlink(arena_format(scene->arena, "%s/" CARD_FILE_WITNESS_KEY, scene->directory)),
		0);
	assert_int_equal(
		card_file_make(scene->directory, "VN", "vn.sampan.example", scene->arena, &version),
		OK);
	buffer_init(&answer, 65536);
	assert_int_equal(seal_cards(scene->seal, &answer), OK);
	unpack_init(&from, buffer_bytes(&answer));
	assert_int_equal(unpack_count(&from, 4), 2);
	for (uint64_t i = 1; i <= 2; i++) {
		assert_int_equal(card_parse(unpack_bytes(&from), scene->arena, &card), OK);
		assert_int_equal(card.version, i);
	}
	assert_int_equal(unpack_end(&from), OK);
	buffer_clear(&answer);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		TEST(what_extends_the_last_is_countersigned_with_the_key_on_the_card),
		TEST(nothing_is_countersigned_that_does_not_extend_the_last),
		TEST(what_was_countersigned_is_remembered_over_a_restart),
		TEST(an_epoch_that_nobody_endorsed_begins_where_an_operator_let_it_through),
		TEST(what_the_partners_key_did_not_sign_is_not_countersigned),
		TEST(only_partners_are_countersigned),
		TEST(a_seal_without_the_key_countersigns_nothing),
		TEST(questions_that_are_cut_off_are_refused),
		TEST(the_cards_come_in_their_order),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
