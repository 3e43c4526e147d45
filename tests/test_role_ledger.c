/*
 * The ledger role with a seal that loses answers, lies or is ahead, and with questions that come to
 * nothing.
 *
 * Role and seal are real; the seal's endpoint is the test's, so that it can answer as it likes.
 */
#include <dirent.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "node/calendar.h"
#include "node/call.h"
#include "node/checkpoint.h"
#include "node/delivery.h"
#include "node/file.h"
#include "node/ledger_call.h"
#include "node/receipt.h"
#include "node/role.h"
#include "node/seal.h"
#include "node/seal_memory.h"
#include "node/setup.h"
#include "sampan/clock.h"
#include "sampan/limit.h"
#include "tests/support/ledger_role.h"
#include "tests/support/patience.h"

#define TRIES 5u

struct scene;

/* What the seal's endpoint makes of the true answer. */
typedef void seal_word(struct scene *scene, uint16_t operation, struct call_ticket *ticket,
		       enum err err, struct bytes note);

struct scene {
	struct ledger_role home;
	struct role role;
	struct call_server *seal_server;
	struct call_client *client;
	seal_word *word;
	bool signs_documents;
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

static void answer_of_documents(struct scene *scene, uint16_t operation, struct bytes body,
				struct call_ticket *ticket)
{
	char day[CALENDAR_DATE_BYTES];
	struct buffer answer;
	enum err err;

	calendar_format_date(clock_now_ms(), day);
	buffer_init(&answer, 1024 * 1024);
	if (!scene->signs_documents)
		err = ERR_MISSING;
	else if (operation == SEAL_KEYS)
		err = seal_keys(scene->home.seal, &answer);
	else
		err = seal_sign_documents(scene->home.seal, body, day, &answer);
	call_answer(ticket, err, err == OK ? buffer_bytes(&answer) : (struct bytes){0});
	buffer_clear(&answer);
}

static void on_seal_question(void *context, uint16_t operation, struct bytes body,
			     struct call_ticket *ticket)
{
	struct scene *scene = context;
	struct seal_sign sign;
	struct buffer note;
	enum err err;

	if (operation == SEAL_KEYS || operation == SEAL_DOCUMENTS) {
		answer_of_documents(scene, operation, body, ticket);
		return;
	}
	if (operation == SEAL_CARDS) {
		call_answer(ticket, ERR_MISSING, (struct bytes){0});
		return;
	}
	buffer_init(&note, (SEAL_NOTES + 1) * CHECKPOINT_MAX_BYTES);
	if (operation == SEAL_SIGN) {
		scene->signs++;
		assert_int_equal(seal_unpack_sign(body, &sign), OK);
		err = seal_sign(scene->home.seal, &sign, &note);
	} else {
		scene->lasts++;
		assert_int_equal(body.len, 8);
		err = seal_notes(scene->home.seal, bytes_get_u64(body.at), &note);
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
	assert_int_equal(
		call_server_open(scene->role.loop,
				 role_endpoint(scene->home.config, "seal", scene->home.arena),
				 on_seal_question, scene, &scene->seal_server),
		OK);
	assert_int_equal(role_ledger.open(&scene->role), OK);
	assert_int_equal(
		call_client_open(scene->role.loop,
				 role_endpoint(scene->home.config, "ledger", scene->home.arena),
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

	ledger_role_make(&scene->home, &scene->role);
	scene->word = say_the_truth;
	open_role(scene);
	*state = scene;
	return 0;
}

static int tear_down(void **state)
{
	struct scene *scene = *state;

	close_role(scene);
	ledger_role_remove(&scene->home);
	free(scene);
	return 0;
}

/* ---- Asking ---- */

static void on_answer(void *context, enum err err, struct bytes body)
{
	struct scene *scene = context;
	const uint8_t *copy = arena_copy(scene->home.arena, body);

	scene->answers++;
	scene->err = err;
	if (err == OK)
		assert_int_equal(ledger_unpack_accepted(bytes_of(copy, body.len), scene->home.arena,
							&scene->accepted),
				 OK);
	loop_stop(scene->role.loop);
}

/* A refusal is the smallest thing that has a receipt. */
static void ask_refusal(struct scene *scene, const char *document, call_on_answer *callback,
			void *context)
{
	struct intake intake = {.party = "gom", .document = bytes_of_text(document)};
	struct finding finding = {.severity = SEVERITY_ERROR,
				  .code = "bad",
				  .path = "",
				  .value = "",
				  .vi = "sai",
				  .en = "bad"};
	struct buffer body;

	facts_init(&intake.facts, scene->home.arena);
	findings_init(&intake.findings, scene->home.arena);
	assert_int_equal(findings_put(&intake.findings, &finding), OK);
	buffer_init(&body, LIMIT_CALL_BYTES);
	ledger_pack_intake(&body, &intake);
	assert_int_equal(
		call_ask(scene->client, LEDGER_REFUSE, buffer_bytes(&body), callback, context), OK);
	buffer_clear(&body);
}

static void refuse(struct scene *scene, const char *document)
{
	ask_refusal(scene, document, on_answer, scene);
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

	assert_int_equal(file_read(arena_format(scene->home.arena, "%s/%s", scene->home.directory,
						SETUP_LEDGER_PUBLIC),
				   1000, scene->home.arena, &key),
			 OK);
	line = arena_text(scene->home.arena, key);
	line[strcspn(line, "\n")] = 0;
	assert_int_equal(checkpoint_parse_key(line, origin, public_key), OK);
	assert_int_equal(
		receipt_verify(scene->accepted.receipt, public_key, scene->home.arena, &record),
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
	struct buffer lie, list;
	struct unpack from;
	struct key *key;

	if (err != OK) {
		call_answer(ticket, err, (struct bytes){0});
		return;
	}
	(void)scene;
	buffer_init(&lie, CHECKPOINT_MAX_BYTES);
	buffer_init(&list, 2 * CHECKPOINT_MAX_BYTES);
	unpack_init(&from, note);
	for (uint32_t i = operation == SEAL_LAST ? unpack_count(&from, 4) : 0; i > 0; i--)
		note = unpack_bytes(&from);
	assert_int_equal(checkpoint_parse(note, &checkpoint), OK);
	checkpoint.root.at[0] ^= 1;
	assert_int_equal(key_new(&key), OK);
	assert_int_equal(checkpoint_sign(&checkpoint, key, &lie), OK);
	pack_u32(&list, 1);
	pack_bytes(&list, buffer_bytes(&lie));
	call_answer(ticket, OK, buffer_bytes(operation == SEAL_LAST ? &list : &lie));
	key_free(key);
	buffer_clear(&lie);
	buffer_clear(&list);
}

/* A seal that says another root is not believed, and nothing is taken until it has said the true one. */
static void ask_until_taken(struct scene *scene, const char *document)
{
	do { /* on_patience_over() ends it */
		ask_refusal(scene, document, on_answer, scene);
		assert_int_equal(loop_run(scene->role.loop), OK);
		(void)usleep(1000);
	} while (scene->err == ERR_UNAVAILABLE);
	assert_int_equal(scene->err, OK);
}

static void a_note_for_another_root_makes_no_receipt(void **state)
{
	struct scene *scene = *state;

	scene->word = lie_about_the_root;
	refuse(scene, "a");
	assert_int_equal(scene->accepted.receipt.len, 0);
	scene->word = say_the_truth;
	ask_until_taken(scene, "b");
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

/* What came before the seal was heard may have been taken, without a receipt; the next is not. */
static void assert_soon_taken_no_more(struct scene *scene)
{
	scene->err = OK;
	for (unsigned i = 0; i < TRIES && scene->err == OK; i++) {
		ask_refusal(scene, arena_format(scene->home.arena, "%u", i), on_answer, scene);
		assert_int_equal(loop_run(scene->role.loop), OK);
		assert_true(scene->err != OK || scene->accepted.receipt.len == 0);
	}
	assert_int_equal(scene->err, ERR_UNAVAILABLE);
}

/* A ledger that was brought back from an older copy: the seal knows more. */
static void a_ledger_older_than_its_seal_takes_and_signs_nothing(void **state)
{
	struct scene *scene = *state;
	unsigned signs;

	refuse(scene, "a");
	close_role(scene);
	(void)!system(arena_format(scene->home.arena, "rm -r %s/ledger", scene->home.directory));
	signs = scene->signs;
	open_role(scene);
	assert_soon_taken_no_more(scene);
	assert_int_equal(scene->signs, signs);
}

/* ---- Answered before the checkpoint is stored ---- */

/* How many records the checkpoints cover that lie in the ledger's files. */
static uint64_t stored_size(struct scene *scene)
{
	const char *folder = arena_format(scene->home.arena, "%s/ledger", scene->home.directory);
	struct checkpoint checkpoint = {.size = 0};
	struct ledger *ledger;
	struct engine *engine;
	struct bytes note;

	assert_int_equal(engine_lmdb_open(folder, LEDGER_ROLE_MAP_BYTES, true, &engine), OK);
	assert_int_equal(ledger_open(engine, NULL, true, &ledger), OK);
	if (ledger_checkpoint_last(ledger, scene->home.arena, &note) == OK)
		assert_int_equal(checkpoint_parse(note, &checkpoint), OK);
	ledger_close(ledger);
	return checkpoint.size;
}

static void
a_receipt_given_before_its_checkpoint_was_stored_is_the_same_after_a_restart(void **state)
{
	struct scene *scene = *state;
	struct bytes first;

	refuse(scene, "a");
	first = scene->accepted.receipt;
	assert_receipt_is_good(scene);
	close_role(scene);
	assert_int_equal(stored_size(scene), 0);
	open_role(scene);
	refuse(scene, "b");
	refuse(scene, "a");
	assert_true(bytes_equal(scene->accepted.receipt, first));
	assert_true(stored_size(scene) > 0);
}

/* Two answers, each with its own place. */
struct asked {
	struct scene *scene;
	struct ledger_accepted accepted;
	struct call_ticket *held; /* the seal's answer to the first, which is late */
	uint8_t note[CHECKPOINT_MAX_BYTES];
	size_t note_len;
	unsigned left;
};

static struct asked asked[2];

static void on_each(void *context, enum err err, struct bytes body)
{
	struct asked *one = context;
	const uint8_t *copy = arena_copy(one->scene->home.arena, body);

	assert_int_equal(err, OK);
	assert_int_equal(ledger_unpack_accepted(bytes_of(copy, body.len), one->scene->home.arena,
						&one->accepted),
			 OK);
	if (--asked[0].left == 0)
		loop_stop(one->scene->role.loop);
}

/* The second is on disk: now the seal's word about the first arrives. */
static void on_second_durable(void *context, enum err err, struct bytes body)
{
	struct asked *first = context;

	(void)body;
	assert_int_equal(err, OK);
	call_answer(first->held, OK, bytes_of(first->note, first->note_len));
}

static void hold_the_first(struct scene *scene, uint16_t operation, struct call_ticket *ticket,
			   enum err err, struct bytes note)
{
	uint8_t seen[8];

	if (operation != SEAL_SIGN || scene->signs != 1) {
		call_answer(ticket, err, note);
		return;
	}
	assert_int_equal(err, OK);
	asked[0].held = ticket;
	asked[0].note_len = note.len;
	memcpy(asked[0].note, note.at, note.len);
	ask_refusal(scene, "b", on_each, &asked[1]);
	bytes_put_u64(seen, 1);
	assert_int_equal(call_ask(scene->client, LEDGER_WAIT, bytes_of(seen, sizeof(seen)),
				  on_second_durable, &asked[0]),
			 OK);
}

static void receipts_under_several_checkpoints_not_stored_are_the_same_after_a_restart(void **state)
{
	struct scene *scene = *state;
	struct bytes first, second;

	asked[0] = (struct asked){.scene = scene, .left = 2};
	asked[1] = (struct asked){.scene = scene};
	scene->word = hold_the_first;
	ask_refusal(scene, "a", on_each, &asked[0]);
	assert_int_equal(loop_run(scene->role.loop), OK);
	first = asked[0].accepted.receipt;
	second = asked[1].accepted.receipt;
	assert_true(first.len > 0 && second.len > 0);
	close_role(scene);
	assert_int_equal(stored_size(scene), 0);
	open_role(scene);
	refuse(scene, "c");
	refuse(scene, "a");
	assert_true(bytes_equal(scene->accepted.receipt, first));
	refuse(scene, "b");
	assert_true(bytes_equal(scene->accepted.receipt, second));
}

/* The seal lost what the ledger has: nothing is signed until somebody looked. */
static void a_seal_older_than_its_ledger_signs_nothing(void **state)
{
	struct scene *scene = *state;
	unsigned signs;

	refuse(scene, "a");
	refuse(scene, "b");
	close_role(scene);
	assert_true(stored_size(scene) > 0);
	seal_close(scene->home.seal);
	assert_int_equal(file_replace(arena_format(scene->home.arena, "%s/" SEAL_LAST_FILE,
						   scene->home.directory),
				      (struct bytes){0}),
			 OK);
	assert_int_equal(
		seal_open(scene->home.directory, scene->home.config->name, &scene->home.seal), OK);
	signs = scene->signs;
	open_role(scene);
	refuse(scene, "c");
	assert_int_equal(scene->accepted.receipt.len, 0);
	assert_int_equal(scene->signs, signs);
}

/* ---- Documents ---- */

/* Deliveries that wait for their signature: the first speaks of a record that is none. */
static uint64_t put_deliveries(struct scene *scene)
{
	const char *folder = arena_format(scene->home.arena, "%s/ledger", scene->home.directory);
	struct turn turn = {
		.config = scene->home.config, .arena = scene->home.arena, .now_ms = 1795340648123};
	struct message_event event = {.event = "Translated",
				      .actor = "node",
				      .payload_role = {"output"},
				      .payload = {bytes_of_text("<a/>")}};
	struct delivery delivery = {
		.route = "", .to = "partner:TH", .from_kind = "", .as = "", .why = ""};
	struct engine *engine;
	uint64_t number = 0;

	assert_int_equal(engine_lmdb_open(folder, LEDGER_ROLE_MAP_BYTES, false, &engine), OK);
	assert_int_equal(ledger_open(engine, scene->home.config->name, false, &turn.ledger), OK);
	assert_int_equal(ledger_begin(turn.ledger, &turn.batch), OK);
	for (int i = 0; i < 3; i++)
		assert_int_equal(message_record(&turn, 0, &event, &number), OK);
	for (uint64_t i = 2; i <= 3; i++) {
		delivery.stage = STAGE_TRANSLATE;
		delivery.number = delivery.message = delivery.root = i;
		delivery.output_record = i == 2 ? 0 : i;
		assert_int_equal(delivery_move(&turn, &delivery, STAGE_SIGN), OK);
	}
	assert_int_equal(ledger_commit(turn.ledger, turn.batch), OK);
	ledger_close(turn.ledger);
	return number;
}

static void on_grown(void *context, enum err err, struct bytes body)
{
	struct scene *scene = context;

	(void)body;
	assert_int_equal(err, OK);
	loop_stop(scene->role.loop);
}

static void wait_until_larger(struct scene *scene, uint64_t size)
{
	uint8_t seen[8];

	bytes_put_u64(seen, size);
	assert_int_equal(
		call_ask(scene->client, LEDGER_WAIT, bytes_of(seen, sizeof(seen)), on_grown, scene),
		OK);
	assert_int_equal(loop_run(scene->role.loop), OK);
}

static void a_document_that_cannot_be_shown_holds_up_no_other(void **state)
{
	struct scene *scene = *state;
	struct turn turn = {.config = scene->home.config, .arena = scene->home.arena};
	const char *folder = arena_format(scene->home.arena, "%s/ledger", scene->home.directory);
	struct delivery delivery;
	struct engine *engine;
	uint64_t size;

	close_role(scene);
	size = put_deliveries(scene);
	scene->signs_documents = true;
	open_role(scene);
	wait_until_larger(scene, size);     /* the keys */
	wait_until_larger(scene, size + 1); /* the signature */
	close_role(scene);
	assert_int_equal(engine_lmdb_open(folder, LEDGER_ROLE_MAP_BYTES, true, &engine), OK);
	assert_int_equal(ledger_open(engine, NULL, true, &turn.ledger), OK);
	assert_int_equal(delivery_load(&turn, 3, &delivery), OK);
	assert_int_equal(delivery.stage, STAGE_SEND);
	assert_int_equal(delivery_load(&turn, 2, &delivery), OK);
	assert_int_equal(delivery.stage, STAGE_SIGN);
	ledger_close(turn.ledger);
	open_role(scene);
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

/* ---- The sandbox ---- */

static size_t count_threads(void)
{
	DIR *tasks = opendir("/proc/self/task");
	const struct dirent *entry;
	size_t count = 0;

	assert_non_null(tasks);
	while ((entry = readdir(tasks)) != NULL)
		count += entry->d_name[0] != '.';
	closedir(tasks);
	return count;
}

static void the_threads_that_write_are_not_there_until_they_may_begin(void **state)
{
	struct scene *scene = *state;
	size_t threads = count_threads();

	assert_int_equal(role_ledger.begin_threads(&scene->role), OK);
	assert_int_equal(count_threads(), threads + 2); /* that commits, that makes room */
	assert_int_equal(role_ledger.begin_threads(&scene->role), OK);
	assert_int_equal(count_threads(), threads + 2);
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
		TEST(a_ledger_older_than_its_seal_takes_and_signs_nothing),
		TEST(a_receipt_given_before_its_checkpoint_was_stored_is_the_same_after_a_restart),
		TEST(receipts_under_several_checkpoints_not_stored_are_the_same_after_a_restart),
		TEST(a_seal_older_than_its_ledger_signs_nothing),
		TEST(a_document_that_cannot_be_shown_holds_up_no_other),
		TEST(what_makes_no_sense_is_an_error_and_hurts_nobody),
		TEST(the_threads_that_write_are_not_there_until_they_may_begin),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
