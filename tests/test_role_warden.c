/* The warden under a ledger that the test plays: what it tells of a ledger that fails, and of too many who wait. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include <cmocka.h>

#include "node/call.h"
#include "node/ledger_call.h"
#include "node/role.h"
#include "node/warden.h"
#include "tests/support/patience.h"

#define ASKED (WARDEN_WAITING + 1u)

struct scene {
	char directory[64];
	struct config config;
	struct role role;
	struct call_server *ledger;
	struct call_client *client;
	enum err says; /* the ledger, to each question; OK: nothing, for ever */
	enum err told[ASKED];
	size_t answers, stop_at;
	struct call_ticket *kept[ASKED];
	size_t kept_count;
};

static struct scene scene;

static void on_patience_over(void *context)
{
	(void)context;
	fail_msg("what had to come did not come");
}

static void on_ledger(void *context, uint16_t operation, struct bytes body,
		      struct call_ticket *ticket)
{
	(void)context;
	(void)body;
	assert_int_equal(operation, LEDGER_IDENTITY);
	if (scene.says != OK)
		call_answer(ticket, scene.says, (struct bytes){0});
	else
		scene.kept[scene.kept_count++] = ticket;
}

static void on_told(void *context, enum err err, struct bytes body)
{
	(void)body;
	*(enum err *)context = err;
	if (++scene.answers == scene.stop_at)
		loop_stop(scene.role.loop);
}

static void sign_in(size_t count, size_t stop_at)
{
	struct buffer body;

	buffer_init(&body, 4096);
	warden_pack_sign_in(&body, &(struct warden_sign_in){.name = "lan", .address = "192.0.2.1"});
	scene.stop_at = stop_at;
	for (size_t i = 0; i < count; i++)
		assert_int_equal(call_ask(scene.client, WARDEN_SIGN_IN, buffer_bytes(&body),
					  on_told, &scene.told[i]),
				 OK);
	buffer_clear(&body);
	assert_int_equal(loop_run(scene.role.loop), OK);
}

static int set_up(void **state)
{
	char run[96];

	(void)state;
	scene = (struct scene){.directory = "/tmp/sampan-warden-XXXXXX"};
	assert_non_null(mkdtemp(scene.directory));
	(void)snprintf(run, sizeof(run), "%s/run", scene.directory);
	assert_int_equal(mkdir(run, 0700), 0);
	scene.config.directory = scene.directory;
	scene.role = (struct role){.name = "warden", .config = &scene.config};
	assert_non_null(scene.role.arena = arena_new((size_t)1 << 20));
	assert_int_equal(loop_new(&scene.role.loop), OK);
	assert_int_equal(loop_every(scene.role.loop, PATIENCE_MS, on_patience_over, NULL), OK);
	assert_int_equal(call_server_open(scene.role.loop,
					  role_endpoint(&scene.config, "ledger", scene.role.arena),
					  on_ledger, NULL, &scene.ledger),
			 OK);
	assert_int_equal(role_warden.open(&scene.role), OK);
	return call_client_open(scene.role.loop,
				role_endpoint(&scene.config, "warden", scene.role.arena),
				PATIENCE_MS, &scene.client) == OK
		       ? 0
		       : -1;
}

static int tear_down(void **state)
{
	char line[128];

	(void)state;
	call_client_close(scene.client);
	role_warden.close(&scene.role);
	call_server_close(scene.ledger);
	loop_free(scene.role.loop);
	arena_free(scene.role.arena);
	(void)snprintf(line, sizeof(line), "rm -r '%s'", scene.directory);
	return system(line);
}

/* Otherwise who signs in at a full store is told that they were too quick, for as long as it is full. */
static void a_ledger_without_room_is_away_and_nobody_was_too_quick(void **state)
{
	static const enum err words[][2] = {
		{ERR_FULL, ERR_UNAVAILABLE}, {ERR_UNAVAILABLE, ERR_UNAVAILABLE}, {ERR_IO, ERR_IO}};

	(void)state;
	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		scene.says = words[i][0];
		scene.answers = 0;
		sign_in(1, 1);
		assert_int_equal(scene.told[0], words[i][1]);
	}
}

static void one_more_than_may_wait_is_refused_at_once(void **state)
{
	(void)state;
	sign_in(ASKED, 1);
	assert_int_equal(scene.answers, 1);
	assert_int_equal(scene.told[ASKED - 1], ERR_FULL);
	scene.says = ERR_IO; /* and then all others hear of the ledger */
	for (size_t i = 0; i < scene.kept_count; i++)
		call_answer(scene.kept[i], scene.says, (struct bytes){0});
	scene.stop_at = ASKED;
	assert_int_equal(loop_run(scene.role.loop), OK);
	for (size_t i = 0; i + 1 < ASKED; i++)
		assert_int_equal(scene.told[i], ERR_IO);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(
			a_ledger_without_room_is_away_and_nobody_was_too_quick, set_up, tear_down),
		cmocka_unit_test_setup_teardown(one_more_than_may_wait_is_refused_at_once, set_up,
						tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
