/* peer_recall: what keeps a frame from a partner that lost it is told here, once. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "node/peer_inside.h"
#include "tests/support/patience.h"
#include "tests/support/said.h"

static struct {
	struct said said;
	char endpoint[64];
	struct loop *loop;
	struct call_server *server;
	struct role role;
	struct peer_side side;
	struct peer peer;
	const enum err *answers; /* of the ledger, one by one */
	size_t left;
} scene;

static void on_patience_over(void *context)
{
	(void)context;
	fail_msg("the ledger was not asked");
}

static void on_question(void *context, uint16_t operation, struct bytes body,
			struct call_ticket *ticket)
{
	(void)context;
	(void)body;
	(void)operation;
	assert_true(scene.left > 0);
	scene.left--;
	call_answer(ticket, *scene.answers++, (struct bytes){0});
}

/* Behind the answer: one client's are in order. */
static void on_end(void *context, enum err err, struct bytes body)
{
	(void)context;
	(void)err;
	(void)body;
	loop_stop(scene.loop);
}

static bool look_up(void *context, uint64_t epoch, uint64_t number, struct hash *ret_hash)
{
	(void)context;
	(void)epoch;
	(void)number;
	(void)ret_hash;
	return false;
}

static int set_up(void **state)
{
	static const struct config_partner partner = {.country = "TH"};
	static const uint8_t nonce[LINK_NONCE_BYTES] = {1};
	static const struct link_position position = {0};

	(void)state;
	memset(&scene, 0, sizeof(scene));
	(void)snprintf(scene.endpoint, sizeof(scene.endpoint), "ipc:///tmp/sampan-recall-%d",
		       (int)getpid());
	said_begin(&scene.said);
	assert_int_equal(loop_new(&scene.loop), OK);
	assert_int_equal(loop_every(scene.loop, PATIENCE_MS, on_patience_over, NULL), OK);
	assert_int_equal(
		call_server_open(scene.loop, scene.endpoint, on_question, NULL, &scene.server), OK);
	scene.role = (struct role){.name = "courier", .loop = scene.loop};
	assert_int_equal(rate_new(PEER_PER_SECOND, PEER_BURST, &scene.side.rate), OK);
	scene.peer = (struct peer){.role = &scene.role, .partner = &partner, .side = &scene.side};
	assert_int_equal(
		call_client_open(scene.loop, scene.endpoint, PATIENCE_MS, &scene.peer.ledger), OK);
	assert_int_equal(link_in_new(&position, nonce, look_up, NULL, &scene.peer.in.link), OK);
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	said_end(&scene.said);
	link_in_free(scene.peer.in.link);
	call_client_close(scene.peer.ledger);
	call_server_close(scene.server);
	rate_free(scene.side.rate);
	loop_free(scene.loop);
	return 0;
}

/* The partner asks so often; the ledger answers this. */
static void find(const enum err *answers, size_t count)
{
	const struct link_effect effect = {.kind = LINK_RECALL, .number = 7};
	enum err all[8];

	assert_true(count < 8);
	memcpy(all, answers, count * sizeof(*answers));
	all[count] = OK; /* the end */
	scene.answers = all;
	scene.left = count + 1;
	for (size_t i = 0; i < count; i++)
		assert_true(peer_recall_find(&scene.peer, &effect));
	assert_int_equal(call_ask(scene.peer.ledger, 1, (struct bytes){0}, on_end, NULL), OK);
	assert_int_equal(loop_run(scene.loop), OK);
	assert_int_equal(scene.left, 0);
}

static void a_frame_that_was_archived_away_is_told_once(void **state)
{
	static const enum err archived[] = {ERR_ARCHIVED, ERR_ARCHIVED, ERR_ARCHIVED};

	(void)state;
	find(archived, 3);
	assert_int_equal(said_count(&scene.said, "frame-not-given-back"), 1);
	assert_int_equal(said_count(&scene.said, "partner=TH number=7 err=archived"), 1);
}

/* It says so itself where it is more than that. */
static void a_ledger_that_is_away_is_not_told(void **state)
{
	static const enum err away[] = {ERR_UNAVAILABLE, ERR_UNAVAILABLE};

	(void)state;
	find(away, 2);
	assert_int_equal(said_count(&scene.said, "frame-not-given-back"), 0);
}

#define IN_A_SCENE(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		IN_A_SCENE(a_frame_that_was_archived_away_is_told_once),
		IN_A_SCENE(a_ledger_that_is_away_is_not_told),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
