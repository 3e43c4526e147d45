/*
 * The ledger role with a seal that loses answers, lies or is ahead, and with questions that come to
 * nothing.
 *
 * Role and seal are real; the seal's endpoint is the test's, so that it can answer as it likes.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "node/call.h"
#include "node/checkpoint.h"
#include "node/file.h"
#include "node/ledger_call.h"
#include "node/receipt.h"
#include "node/role.h"
#include "node/seal.h"
#include "node/setup.h"
#include "sampan/limit.h"

#define MAP_BYTES ((uint64_t)64 * 1024 * 1024) /* the default is more than valgrind maps */
#define PATIENCE_MS 20000u

struct scene;

/* What the seal's endpoint makes of the true answer. */
typedef void seal_word(struct scene *scene, uint16_t operation, struct call_ticket *ticket,
		       enum err err, struct bytes note);

struct scene {
	char directory[64];
	struct arena *arena;
	struct config *config;
	struct role role;
	struct seal *seal;
	struct call_server *seal_server;
	struct call_client *client;
	seal_word *word;
	unsigned signs, lasts;
	unsigned answers;
	enum err err; /* of the last answer */
	struct ledger_accepted accepted;
};

static void on_patience_over(void *context)
{
	(void)context;
	fail_msg("the ledger role is silent");
}

/* ---- The seal ---- */

static void say_the_truth(struct scene *scene, uint16_t operation, struct call_ticket *ticket,
			  enum err err, struct bytes note)
{
	(void)scene;
	(void)operation;
	call_answer(ticket, err, note);
}

static void on_seal_question(void *context, uint16_t operation, struct bytes body,
			     struct call_ticket *ticket)
{
	struct scene *scene = context;
	struct seal_sign sign;
	struct buffer note;
	enum err err;

	buffer_init(&note, CHECKPOINT_MAX_BYTES);
	if (operation == SEAL_SIGN) {
		scene->signs++;
		assert_int_equal(seal_unpack_sign(body, &sign), OK);
		err = seal_sign(scene->seal, &sign, &note);
	} else {
		scene->lasts++;
		err = seal_last(scene->seal, &note);
	}
	scene->word(scene, operation, ticket, err,
		    err == OK ? buffer_bytes(&note) : (struct bytes){0});
	buffer_clear(&note);
}

/* ---- Scene ---- */

static void open_role(struct scene *scene)
{
	assert_int_equal(loop_new(&scene->role.loop), OK);
	assert_int_equal(loop_every(scene->role.loop, PATIENCE_MS, on_patience_over, NULL), OK);
	assert_int_equal(call_server_open(scene->role.loop,
					  role_endpoint(scene->config, "seal", scene->arena),
					  on_seal_question, scene, &scene->seal_server),
			 OK);
	assert_int_equal(role_ledger.open(&scene->role), OK);
	assert_int_equal(call_client_open(scene->role.loop,
					  role_endpoint(scene->config, "ledger", scene->arena),
					  10000, &scene->client),
			 OK);
}

static void close_role(struct scene *scene)
{
	role_ledger.close(&scene->role);
	call_client_close(scene->client);
	call_server_close(scene->seal_server);
	loop_free(scene->role.loop);
}

static int set_up(void **state)
{
	struct scene *scene = calloc(1, sizeof(*scene));
	struct setup setup = {.directory = scene->directory, .country = "VN"};
	const char *message = "";

	strcpy(scene->directory, "/tmp/sampan-writer-XXXXXX");
	assert_non_null(mkdtemp(scene->directory));
	scene->arena = arena_new((size_t)64 * 1024 * 1024);
	assert_int_equal(setup_make(&setup, scene->arena, &message), OK);
	assert_int_equal(config_load(arena_format(scene->arena, "%s/node.yaml", scene->directory),
				     scene->arena, &scene->config, &message),
			 OK);
	scene->config->map_bytes = MAP_BYTES;
	assert_int_equal(seal_open(scene->directory, scene->config->name, &scene->seal), OK);
	scene->role =
		(struct role){.name = "ledger", .config = scene->config, .arena = scene->arena};
	scene->word = say_the_truth;
	open_role(scene);
	*state = scene;
	return 0;
}

static int tear_down(void **state)
{
	struct scene *scene = *state;
	char command[128];

	close_role(scene);
	seal_close(scene->seal);
	config_free(scene->config);
	arena_free(scene->arena);
	(void)snprintf(command, sizeof(command), "rm -rf %s", scene->directory);
	assert_int_equal(system(command), 0);
	free(scene);
	return 0;
}

/* ---- Asking ---- */

static void on_answer(void *context, enum err err, struct bytes body)
{
	struct scene *scene = context;
	const uint8_t *copy = arena_copy(scene->arena, body);

	scene->answers++;
	scene->err = err;
	if (err == OK)
		assert_int_equal(ledger_unpack_accepted(bytes_of(copy, body.len), scene->arena,
							&scene->accepted),
				 OK);
	loop_stop(scene->role.loop);
}

/* A refusal is the smallest thing that has a receipt. */
static void refuse(struct scene *scene, const char *document)
{
	struct intake intake = {.party = "gom", .document = bytes_of_text(document)};
	struct finding finding = {.severity = SEVERITY_ERROR,
				  .code = "bad",
				  .path = "",
				  .value = "",
				  .vi = "sai",
				  .en = "bad"};
	struct buffer body;

	facts_init(&intake.facts, scene->arena);
	findings_init(&intake.findings, scene->arena);
	assert_int_equal(findings_put(&intake.findings, &finding), OK);
	buffer_init(&body, LIMIT_CALL_BYTES);
	ledger_pack_intake(&body, &intake);
	assert_int_equal(
		call_ask(scene->client, LEDGER_REFUSE, buffer_bytes(&body), on_answer, scene), OK);
	buffer_clear(&body);
	assert_int_equal(loop_run(scene->role.loop), OK);
	assert_int_equal(scene->err, OK);
	assert_int_equal(scene->accepted.verdict, INTAKE_REFUSED);
}

static void assert_receipt_is_good(struct scene *scene)
{
	char origin[CHECKPOINT_ORIGIN_BYTES];
	uint8_t public_key[KEY_PUBLIC_BYTES];
	struct record record;
	struct bytes key;
	char *line;

	assert_int_equal(file_read(arena_format(scene->arena, "%s/%s", scene->directory,
						SETUP_LEDGER_PUBLIC),
				   1000, scene->arena, &key),
			 OK);
	line = arena_text(scene->arena, key);
	line[strcspn(line, "\n")] = 0;
	assert_int_equal(checkpoint_parse_key(line, origin, public_key), OK);
	assert_int_equal(receipt_verify(scene->accepted.receipt, public_key, scene->arena, &record),
			 OK);
}

/* ---- Receipts and the seal ---- */

static void an_answer_waits_for_its_receipt(void **state)
{
	struct scene *scene = *state;

	refuse(scene, "a");
	assert_receipt_is_good(scene);
}

/* The seal signs, remembers what it signed, and its answer never arrives. */
static void lose_the_first_signature(struct scene *scene, uint16_t operation,
				     struct call_ticket *ticket, enum err err, struct bytes note)
{
	if (operation == SEAL_SIGN && scene->signs == 1)
		call_answer(ticket, ERR_UNAVAILABLE, (struct bytes){0});
	else
		call_answer(ticket, err, note);
}

static void a_signature_that_was_lost_on_the_way_is_asked_for_again(void **state)
{
	struct scene *scene = *state;

	scene->word = lose_the_first_signature;
	refuse(scene, "a");
	assert_receipt_is_good(scene);
	assert_int_equal(scene->signs, 1);
	assert_true(scene->lasts > 1);
	refuse(scene, "b");
	assert_receipt_is_good(scene);
}

/* Another root at the right size. */
static void lie_about_the_root(struct scene *scene, uint16_t operation, struct call_ticket *ticket,
			       enum err err, struct bytes note)
{
	struct checkpoint checkpoint;
	struct key *key;
	struct buffer lie;

	if (err != OK) {
		call_answer(ticket, err, (struct bytes){0});
		return;
	}
	(void)scene;
	(void)operation;
	buffer_init(&lie, CHECKPOINT_MAX_BYTES);
	assert_int_equal(checkpoint_parse(note, &checkpoint), OK);
	checkpoint.root.at[0] ^= 1;
	assert_int_equal(key_new(&key), OK);
	assert_int_equal(checkpoint_sign(&checkpoint, key, &lie), OK);
	call_answer(ticket, OK, buffer_bytes(&lie));
	key_free(key);
	buffer_clear(&lie);
}

static void a_note_for_another_root_makes_no_receipt(void **state)
{
	struct scene *scene = *state;

	scene->word = lie_about_the_root;
	refuse(scene, "a");
	assert_int_equal(scene->accepted.receipt.len, 0);
	scene->word = say_the_truth;
	refuse(scene, "b");
	assert_receipt_is_good(scene);
}

static void be_away(struct scene *scene, uint16_t operation, struct call_ticket *ticket,
		    enum err err, struct bytes note)
{
	(void)scene;
	(void)operation;
	(void)err;
	(void)note;
	call_answer(ticket, ERR_UNAVAILABLE, (struct bytes){0});
}

static void without_the_seal_the_answer_comes_and_the_receipt_follows(void **state)
{
	struct scene *scene = *state;

	scene->word = be_away;
	refuse(scene, "a");
	assert_int_equal(scene->accepted.receipt.len, 0);
	scene->word = say_the_truth;
	refuse(scene, "a");
	assert_receipt_is_good(scene);
}

static void a_receipt_is_the_same_after_a_restart_and_more_records(void **state)
{
	struct scene *scene = *state;
	const char *id;
	struct bytes first;

	refuse(scene, "a");
	first = scene->accepted.receipt;
	id = scene->accepted.id;
	refuse(scene, "b");
	close_role(scene);
	open_role(scene);
	refuse(scene, "a");
	assert_string_equal(scene->accepted.id, id);
	assert_true(bytes_equal(scene->accepted.receipt, first));
}

/* A ledger that was brought back from an older copy: the seal knows more. */
static void a_ledger_older_than_its_seal_gets_nothing_signed(void **state)
{
	struct scene *scene = *state;
	unsigned signs;

	refuse(scene, "a");
	close_role(scene);
	assert_int_equal(system(arena_format(scene->arena, "rm -r %s/ledger", scene->directory)),
			 0);
	signs = scene->signs;
	open_role(scene);
	refuse(scene, "a");
	assert_int_equal(scene->accepted.receipt.len, 0);
	assert_int_equal(scene->signs, signs);
}

/* ---- Questions ---- */

static void what_makes_no_sense_is_an_error_and_hurts_nobody(void **state)
{
	static const struct {
		uint16_t operation;
		const char *body;
		enum err err;
	} cases[] = {
		{LEDGER_ACCEPT, "short", ERR_FORMAT},
		{LEDGER_WAIT, "short", ERR_FORMAT},
		{LEDGER_WORK, "short", ERR_FORMAT},
		{LEDGER_LINK, "short", ERR_USAGE},
		{999, "", ERR_USAGE},
	};
	struct scene *scene = *state;

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		assert_int_equal(call_ask(scene->client, cases[i].operation,
					  bytes_of_text(cases[i].body), on_answer, scene),
				 OK);
		assert_int_equal(loop_run(scene->role.loop), OK);
		assert_int_equal(scene->err, cases[i].err);
	}
	refuse(scene, "a");
	assert_receipt_is_good(scene);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(an_answer_waits_for_its_receipt),
		TEST(a_signature_that_was_lost_on_the_way_is_asked_for_again),
		TEST(a_note_for_another_root_makes_no_receipt),
		TEST(without_the_seal_the_answer_comes_and_the_receipt_follows),
		TEST(a_receipt_is_the_same_after_a_restart_and_more_records),
		TEST(a_ledger_older_than_its_seal_gets_nothing_signed),
		TEST(what_makes_no_sense_is_an_error_and_hurts_nobody),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
