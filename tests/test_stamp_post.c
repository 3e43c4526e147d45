/* stamp_post: a clerk that does not know what could be stamped is told of, once; one that is away is not. */
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

#include "node/call.h"
#include "node/stamp_post.h"
#include "tests/support/patience.h"
#include "tests/support/said.h"

#define ASKED 3u

static struct {
	char directory[64];
	struct said said;
	struct arena *arena;
	struct config config;
	struct role role;
	struct call_server *clerk;
	struct stamp_post *post;
	enum err answer;
	unsigned asked;
} scene;

static const struct stamp_post_pace pace = {.tick_ms = 5,
					    .look_again_ms = 1,
					    .connect_ms = 1000,
					    .total_ms = 1000,
					    .first_pause_ms = 1,
					    .longest_pause_ms = 1};

static void on_patience_over(void *context)
{
	(void)context;
	fail_msg("the clerk was not asked");
}

/* What it answers was heard when it is asked again. */
static void on_question(void *context, uint16_t operation, struct bytes body,
			struct call_ticket *ticket)
{
	(void)context;
	(void)operation;
	(void)body;
	call_answer(ticket, scene.answer, (struct bytes){0});
	if (++scene.asked == ASKED)
		loop_stop(scene.role.loop);
}

static int set_up(void **state)
{
	(void)state;
	memset(&scene, 0, sizeof(scene));
	strcpy(scene.directory, "/tmp/sampan-stamping-XXXXXX");
	assert_non_null(mkdtemp(scene.directory));
	scene.arena = arena_new((size_t)1 << 20);
	assert_int_equal(mkdir(arena_format(scene.arena, "%s/run", scene.directory), 0700), 0);
	said_begin(&scene.said);
	scene.config = (struct config){.directory = scene.directory,
				       .stamps = {.url = "http://127.0.0.1:1/",
						  .ca = "",
						  .policy = "",
						  .hours = 1,
						  .is_private = true}};
	scene.role =
		(struct role){.name = "courier", .config = &scene.config, .arena = scene.arena};
	assert_int_equal(loop_new(&scene.role.loop), OK);
	assert_int_equal(loop_every(scene.role.loop, PATIENCE_MS, on_patience_over, NULL), OK);
	assert_int_equal(call_server_open(scene.role.loop,
					  role_endpoint(&scene.config, "clerk", scene.arena),
					  on_question, NULL, &scene.clerk),
			 OK);
	assert_int_equal(stamp_post_open(&scene.role, NULL, &pace, &scene.post), OK);
	assert_non_null(scene.post);
	return 0;
}

static int tear_down(void **state)
{
	char command[128];

	(void)state;
	said_end(&scene.said);
	stamp_post_close(scene.post);
	call_server_close(scene.clerk);
	loop_free(scene.role.loop);
	arena_free(scene.arena);
	(void)snprintf(command, sizeof(command), "rm -rf %s", scene.directory);
	return system(command);
}

static void a_clerk_that_cannot_say_what_is_new_is_told_once(void **state)
{
	(void)state;
	scene.answer = ERR_CORRUPT;
	assert_int_equal(loop_run(scene.role.loop), OK);
	assert_int_equal(said_count(&scene.said, "stamp-failed"), 1);
}

static void a_clerk_that_is_away_is_only_asked_again(void **state)
{
	(void)state;
	scene.answer = ERR_UNAVAILABLE;
	assert_int_equal(loop_run(scene.role.loop), OK);
	assert_int_equal(said_count(&scene.said, "stamp-failed"), 0);
}

#define IN_A_SCENE(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		IN_A_SCENE(a_clerk_that_cannot_say_what_is_new_is_told_once),
		IN_A_SCENE(a_clerk_that_is_away_is_only_asked_again),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
