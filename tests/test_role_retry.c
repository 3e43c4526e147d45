/*
 * The ledger role on a store whose first commits fail, or with a seal that nobody understands: what the seal said is put
 * on record all the same, or it is told why not.
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

#include "node/call.h"
#include "node/ledger_inside.h"
#include "node/seal.h"
#include "node/seal_witness.h"
#include "node/setup.h"
#include "node/writer.h"
#include "tests/support/ledger_role.h"
#include "tests/support/patience.h"
#include "tests/support/said.h"

struct scene {
	struct ledger_role home;
	struct role role;
	struct said said;
	struct call_server *seal_server;
	bool has_card, has_key;
	bool is_odd; /* what the seal says of its last notes */
};

static void on_patience_over(void *context)
{
	(void)context;
	fail_msg("what the seal said is not on record");
}

static void on_seal_question(void *context, uint16_t operation, struct bytes body,
			     struct call_ticket *ticket)
{
	struct scene *scene = context;
	struct buffer answer;
	enum err err = ERR_MISSING;

	(void)body;
	buffer_init(&answer, 1024 * 1024);
	if (operation == SEAL_KEYS)
		err = seal_keys(scene->home.seal, &answer);
	else if (operation == SEAL_CARDS)
		err = seal_cards(scene->home.seal, &answer);
	if (operation == SEAL_LAST && scene->is_odd) {
		buffer_put_text(&answer, "?");
		err = OK;
	}
	call_answer(ticket, err, err == OK ? buffer_bytes(&answer) : (struct bytes){0});
	buffer_clear(&answer);
}

/* ---- A store that is full at first ---- */

static const struct engine_table *sound;
static unsigned failures;

static enum err commit(struct engine *engine, const struct engine_batch *batch, uint64_t *ret_head)
{
	if (failures == 0)
		return sound->commit(engine, batch, ret_head);
	failures--;
	return ERR_FULL;
}

static void look(void *context)
{
	struct scene *scene = context;
	struct ledger *ledger = ((struct writer *)scene->role.state)->ledger;
	struct hash root;
	uint64_t size = 0;

	assert_int_equal(ledger_head(ledger, &size, &root), OK);
	for (uint64_t number = 1; number <= size; number++) {
		struct record record;

		assert_int_equal(ledger_record(ledger, number, scene->home.arena, &record, NULL),
				 OK);
		scene->has_card = scene->has_card || strcmp(record.event, "CardIssued") == 0;
		scene->has_key = scene->has_key || strcmp(record.event, "KeyRotated") == 0;
	}
	if (scene->has_card && scene->has_key)
		loop_stop(scene->role.loop);
}

static void what_the_seal_said_is_put_again_when_its_commit_failed(void **state)
{
	struct scene *scene = *state;
	struct engine *engine = ((struct writer *)scene->role.state)->ledger->engine;
	struct engine_table failing = *engine->table;

	sound = engine->table;
	failing.commit = commit;
	failures = 2; /* keys and cards may come in one turn, or in two */
	engine->table = &failing;
	assert_int_equal(loop_every(scene->role.loop, 50, look, scene), OK);
	assert_int_equal(loop_run(scene->role.loop), OK);
	assert_int_equal(failures, 0);
	engine->table = sound;
}

/* ---- A turn that holds nothing ---- */

static unsigned commits;

static enum err count_commit(struct engine *engine, const struct engine_batch *batch,
			     uint64_t *ret_head)
{
	commits++;
	return sound->commit(engine, batch, ret_head);
}

/* Each turn looks into the desk's queue, and so tells that it was. */
static void expect_turn(struct writer *writer)
{
	commits = 0;
	writer->trouble = ERR_FULL;
	writer->chores.has_registrations = true;
}

static void look_for_empty_turn(void *context)
{
	struct scene *scene = context;
	struct writer *writer = scene->role.state;

	if (writer->chores.has_registrations)
		return;
	if (commits == 0) {
		assert_int_equal(writer->trouble, ERR_FULL);
		loop_stop(scene->role.loop);
	}
	expect_turn(writer);
}

static void a_turn_that_holds_nothing_does_not_end_a_trouble(void **state)
{
	struct scene *scene = *state;
	struct writer *writer = scene->role.state;
	struct engine *engine = writer->ledger->engine;
	struct engine_table counting = *engine->table;

	sound = engine->table;
	counting.commit = count_commit;
	engine->table = &counting;
	expect_turn(writer);
	assert_int_equal(loop_every(scene->role.loop, 50, look_for_empty_turn, scene), OK);
	assert_int_equal(loop_run(scene->role.loop), OK);
	engine->table = sound;
}

/* ---- What is told ---- */

static void look_whether_told(void *context)
{
	struct scene *scene = context;

	if (said_count(&scene->said, "seal-unknown role=ledger err=format") > 0)
		loop_stop(scene->role.loop);
}

/* Else no receipt ever comes, and nobody knows why. */
static void a_seal_that_is_not_understood_is_told(void **state)
{
	struct scene *scene = *state;

	scene->is_odd = true;
	said_begin(&scene->said);
	assert_int_equal(loop_every(scene->role.loop, 50, look_whether_told, scene), OK);
	assert_int_equal(loop_run(scene->role.loop), OK);
	said_end(&scene->said);
}

/* ---- Scene ---- */

static int set_up(void **state)
{
	struct scene *scene = calloc(1, sizeof(*scene));
	const char *endpoint;

	ledger_role_make(&scene->home, &scene->role);
	assert_int_equal(loop_new(&scene->role.loop), OK);
	assert_int_equal(loop_every(scene->role.loop, PATIENCE_MS, on_patience_over, NULL), OK);
	endpoint = role_endpoint(scene->home.config, "seal", scene->home.arena);
	assert_int_equal(call_server_open(scene->role.loop, endpoint, on_seal_question, scene,
					  &scene->seal_server),
			 OK);
	assert_int_equal(role_ledger.open(&scene->role), OK);
	*state = scene;
	return 0;
}

static int tear_down(void **state)
{
	struct scene *scene = *state;

	role_ledger.close(&scene->role);
	call_server_close(scene->seal_server);
	loop_free(scene->role.loop);
	ledger_role_remove(&scene->home);
	free(scene);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(
			what_the_seal_said_is_put_again_when_its_commit_failed, set_up, tear_down),
		cmocka_unit_test_setup_teardown(a_turn_that_holds_nothing_does_not_end_a_trouble,
						set_up, tear_down),
		cmocka_unit_test_setup_teardown(a_seal_that_is_not_understood_is_told, set_up,
						tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
