#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/inotify.h>
#include <sys/stat.h>
#include <unistd.h>

#include "node/call.h"
#include "node/pass.h"
#include "tests/support/patience.h"

struct scene {
	char directory[64];
	char endpoint[192];
	struct loop *loop;
	struct call_server *server;
	unsigned questions;
	unsigned answers;
	enum err err;
};

static void on_patience_over(void *context)
{
	(void)context;
	fail_msg("what had to come did not come");
}

static void on_question(void *context, uint16_t operation, struct bytes body,
			struct call_ticket *ticket)
{
	struct scene *scene = context;

	(void)operation;
	scene->questions++;
	call_answer(ticket, OK, body);
}

static void on_answer(void *context, enum err err, struct bytes body)
{
	struct scene *scene = context;

	(void)body;
	scene->err = err;
	scene->answers++;
	loop_stop(scene->loop);
}

static int set_up(void **state)
{
	struct scene *scene = calloc(1, sizeof(*scene));
	char run[128];

	strcpy(scene->directory, "/tmp/sampan-pass-XXXXXX");
	assert_non_null(mkdtemp(scene->directory));
	(void)snprintf(run, sizeof(run), "%s/run", scene->directory);
	assert_int_equal(mkdir(run, 0700), 0);
	(void)snprintf(scene->endpoint, sizeof(scene->endpoint), "ipc://%s/ledger.ipc", run);
	assert_int_equal(pass_make(scene->directory), OK);
	assert_int_equal(loop_new(&scene->loop), OK);
	assert_int_equal(loop_every(scene->loop, PATIENCE_MS, on_patience_over, NULL), OK);
	assert_int_equal(
		call_server_open(scene->loop, scene->endpoint, on_question, scene, &scene->server),
		OK);
	*state = scene;
	return 0;
}

static int tear_down(void **state)
{
	struct scene *scene = *state;
	char command[128];

	call_server_close(scene->server);
	loop_free(scene->loop);
	(void)snprintf(command, sizeof(command), "rm -rf %s", scene->directory);
	assert_int_equal(system(command), 0);
	free(scene);
	return 0;
}

static enum err ask(struct scene *scene)
{
	struct call_client *client;

	assert_int_equal(call_client_open(scene->loop, scene->endpoint, PATIENCE_MS, &client), OK);
	assert_int_equal(call_ask(client, 1, bytes_of_text("x"), on_answer, scene), OK);
	scene->answers = 0;
	assert_int_equal(loop_run(scene->loop), OK);
	assert_int_equal(scene->answers, 1);
	call_client_close(client);
	return scene->err;
}

static void pass_path(const struct scene *scene, char path[128])
{
	(void)snprintf(path, 128, "%s/run/pass", scene->directory);
}

static void who_has_the_pass_is_answered(void **state)
{
	struct scene *scene = *state;

	assert_int_equal(ask(scene), OK);
	assert_int_equal(scene->questions, 1);
}

static void who_has_none_or_an_old_one_is_denied(void **state)
{
	struct scene *scene = *state;
	char path[128];

	assert_int_equal(pass_make(scene->directory), OK);
	assert_int_equal(ask(scene), ERR_DENIED);
	pass_path(scene, path);
	assert_int_equal(unlink(path), 0);
	assert_int_equal(ask(scene), ERR_DENIED);
	assert_int_equal(scene->questions, 0);
}

static void stop_when_answered(void *context)
{
	struct scene *scene = context;

	if (__atomic_load_n(&scene->answers, __ATOMIC_SEQ_CST) != 0)
		loop_stop(scene->loop);
}

static void *ask_by_command(void *context)
{
	struct scene *scene = context;
	struct arena *arena = arena_new(10000);
	struct bytes answer;

	scene->err = call_once(scene->endpoint, 1, bytes_of_text("x"), PATIENCE_MS, arena, &answer);
	arena_free(arena);
	__atomic_store_n(&scene->answers, 1, __ATOMIC_SEQ_CST);
	return NULL;
}

/* The command has read the pass of the node before when the new one makes its own. */
static void a_command_given_while_the_node_begins_anew_is_answered(void **state)
{
	struct scene *scene = *state;
	char path[128], event[256];
	int watch = inotify_init1(IN_CLOEXEC);
	pthread_t thread;

	call_server_close(scene->server);
	pass_path(scene, path);
	assert_true(inotify_add_watch(watch, path, IN_CLOSE_NOWRITE) >= 0);
	assert_int_equal(pthread_create(&thread, NULL, ask_by_command, scene), 0);
	assert_true(read(watch, event, sizeof(event)) > 0);
	assert_int_equal(pass_make(scene->directory), OK);
	assert_int_equal(
		call_server_open(scene->loop, scene->endpoint, on_question, scene, &scene->server),
		OK);
	assert_int_equal(loop_every(scene->loop, 10, stop_when_answered, scene), OK);
	assert_int_equal(loop_run(scene->loop), OK);
	assert_int_equal(pthread_join(thread, NULL), 0);
	assert_int_equal(close(watch), 0);
	assert_int_equal(scene->err, OK);
	assert_int_equal(scene->questions, 1);
}

static void a_pass_is_new_each_time_and_the_owners_alone(void **state)
{
	struct scene *scene = *state;
	struct pass first, second;
	struct stat status;
	char path[128];

	pass_path(scene, path);
	assert_int_equal(stat(path, &status), 0);
	assert_int_equal(status.st_mode & 0777, 0600);
	pass_load(scene->endpoint, &first);
	assert_int_equal(first.len, PASS_BYTES);
	assert_true(pass_is(&first, pass_bytes(&first)));
	assert_false(pass_is(&first, bytes_of(first.at, PASS_BYTES - 1)));
	assert_int_equal(pass_make(scene->directory), OK);
	pass_load(scene->endpoint, &second);
	assert_false(pass_is(&first, pass_bytes(&second)));
}

static void a_file_of_another_length_is_no_pass(void **state)
{
	struct scene *scene = *state;
	struct pass pass;
	char path[128];

	pass_path(scene, path);
	assert_int_equal(truncate(path, PASS_BYTES - 1), 0);
	pass_load(scene->endpoint, &pass);
	assert_int_equal(pass.len, 0);
	assert_int_equal(truncate(path, PASS_BYTES + 1), 0);
	pass_load(scene->endpoint, &pass);
	assert_int_equal(pass.len, 0);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(who_has_the_pass_is_answered),
		TEST(who_has_none_or_an_old_one_is_denied),
		TEST(a_command_given_while_the_node_begins_anew_is_answered),
		TEST(a_pass_is_new_each_time_and_the_owners_alone),
		TEST(a_file_of_another_length_is_no_pass),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
