#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "node/call.h"
#include "sampan/clock.h"
#include "sampan/limit.h"
#include "tests/support/patience.h"

#define HELD 8u

enum operation { ECHO = 1, HOLD = 2, FAIL = 3 };

struct scene {
	struct loop *loop;
	char endpoint[100];
	struct call_server *server;
	struct call_client *client;
	struct call_ticket *held[HELD];
	size_t held_count;
	size_t stop_at_held;
	unsigned answers;
	unsigned stop_at_answers;
	enum err err;
	char body[100];
	bool was_long;
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

	if (operation == ECHO) {
		call_answer(ticket, OK, body);
	} else if (operation == FAIL) {
		call_answer(ticket, ERR_DENIED, body);
	} else {
		assert_true(scene->held_count < HELD);
		scene->held[scene->held_count++] = ticket;
		if (scene->held_count == scene->stop_at_held)
			loop_stop(scene->loop);
	}
}

static void on_answer(void *context, enum err err, struct bytes body)
{
	struct scene *scene = context;

	scene->err = err;
	assert_true(body.len < sizeof(scene->body));
	memset(scene->body, 0, sizeof(scene->body));
	if (body.len > 0)
		memcpy(scene->body, body.at, body.len);
	if (++scene->answers == scene->stop_at_answers)
		loop_stop(scene->loop);
}

static void open_server(struct scene *scene)
{
	assert_int_equal(
		call_server_open(scene->loop, scene->endpoint, on_question, scene, &scene->server),
		OK);
}

static void open_scene(struct scene *scene, uint64_t timeout_ms)
{
	*scene = (struct scene){0};
	(void)snprintf(scene->endpoint, sizeof(scene->endpoint), "ipc:///tmp/sampan-test-call-%d",
		       (int)getpid());
	assert_int_equal(loop_new(&scene->loop), OK);
	assert_int_equal(loop_every(scene->loop, PATIENCE_MS, on_patience_over, NULL), OK);
	assert_int_equal(call_client_open(scene->loop, scene->endpoint, timeout_ms, &scene->client),
			 OK);
}

static void close_scene(struct scene *scene)
{
	call_client_close(scene->client);
	call_server_close(scene->server);
	loop_free(scene->loop);
}

static void ask(struct scene *scene, enum operation operation, const char *body)
{
	assert_int_equal(
		call_ask(scene->client, (uint16_t)operation, bytes_of_text(body), on_answer, scene),
		OK);
}

static void run_until_answers(struct scene *scene, unsigned count)
{
	scene->stop_at_answers = count;
	if (scene->answers < count)
		assert_int_equal(loop_run(scene->loop), OK);
	assert_int_equal(scene->answers, count);
}

static void run_until_held(struct scene *scene, size_t count)
{
	scene->stop_at_held = count;
	assert_int_equal(loop_run(scene->loop), OK);
	assert_int_equal(scene->held_count, count);
}

static void a_question_is_answered_once(void **state)
{
	struct scene scene;

	(void)state;
	open_scene(&scene, PATIENCE_MS);
	open_server(&scene);
	ask(&scene, ECHO, "what do you say");
	run_until_answers(&scene, 1);
	assert_int_equal(scene.err, OK);
	assert_string_equal(scene.body, "what do you say");
	close_scene(&scene);
}

static void an_error_comes_back_without_a_body(void **state)
{
	struct scene scene;

	(void)state;
	open_scene(&scene, PATIENCE_MS);
	open_server(&scene);
	ask(&scene, FAIL, "secret");
	run_until_answers(&scene, 1);
	assert_int_equal(scene.err, ERR_DENIED);
	assert_string_equal(scene.body, "");
	close_scene(&scene);
}

static void questions_asked_before_the_server_is_there_wait_for_it(void **state)
{
	struct scene scene;

	(void)state;
	open_scene(&scene, PATIENCE_MS);
	ask(&scene, ECHO, "early");
	open_server(&scene);
	run_until_answers(&scene, 1);
	assert_int_equal(scene.err, OK);
	close_scene(&scene);
}

static void answers_may_come_later_and_in_another_order(void **state)
{
	struct scene scene;

	(void)state;
	open_scene(&scene, PATIENCE_MS);
	open_server(&scene);
	ask(&scene, HOLD, "");
	ask(&scene, HOLD, "");
	run_until_held(&scene, 2);
	ask(&scene, ECHO, "quick");
	run_until_answers(&scene, 1);
	assert_string_equal(scene.body, "quick");
	call_answer(scene.held[1], OK, bytes_of_text("second"));
	run_until_answers(&scene, 2);
	assert_string_equal(scene.body, "second");
	call_answer(scene.held[0], OK, bytes_of_text("first"));
	run_until_answers(&scene, 3);
	assert_string_equal(scene.body, "first");
	close_scene(&scene);
}

static void stop(void *context)
{
	struct scene *scene = context;

	loop_stop(scene->loop);
}

static void an_answer_may_take_longer_than_the_server_may_be_silent(void **state)
{
	struct scene scene;

	(void)state;
	open_scene(&scene, 600);
	open_server(&scene);
	ask(&scene, HOLD, "");
	run_until_held(&scene, 1);
	/* turn the loop for a few pings: the server is not silent, only slow */
	assert_int_equal(loop_every(scene.loop, 1500, stop, &scene), OK);
	assert_int_equal(loop_run(scene.loop), OK);
	assert_int_equal(scene.answers, 0);
	call_answer(scene.held[0], OK, bytes_of_text("at last"));
	run_until_answers(&scene, 1);
	assert_string_equal(scene.body, "at last");
	close_scene(&scene);
}

static void be_long(void *context)
{
	struct scene *scene = context;
	uint64_t until_ms = clock_monotonic_ms() + 1000;

	if (scene->was_long)
		return;
	scene->was_long = true;
	while (clock_monotonic_ms() < until_ms)
		; /* the work */
}

static void long_work_of_the_asker_is_no_silence_of_the_server(void **state)
{
	struct scene scene;

	(void)state;
	open_scene(&scene, 600);
	open_server(&scene);
	ask(&scene, HOLD, "");
	run_until_held(&scene, 1);
	assert_int_equal(loop_every(scene.loop, 10, be_long, &scene), OK);
	assert_int_equal(loop_every(scene.loop, 1500, stop, &scene), OK);
	assert_int_equal(loop_run(scene.loop), OK);
	assert_true(scene.was_long);
	assert_int_equal(scene.answers, 0);
	call_answer(scene.held[0], OK, bytes_of_text("still here"));
	run_until_answers(&scene, 1);
	assert_int_equal(scene.err, OK);
	close_scene(&scene);
}

static void questions_that_died_with_the_server_are_unavailable_and_new_ones_are_not(void **state)
{
	struct scene scene;

	(void)state;
	open_scene(&scene, PATIENCE_MS);
	open_server(&scene);
	ask(&scene, HOLD, "");
	ask(&scene, HOLD, "");
	run_until_held(&scene, 2);
	call_server_close(scene.server);
	open_server(&scene);
	run_until_answers(&scene, 2);
	assert_int_equal(scene.err, ERR_UNAVAILABLE);
	scene.held_count = 0;
	ask(&scene, HOLD, "asked of the new server");
	run_until_held(&scene, 1);
	call_answer(scene.held[0], OK, bytes_of_text("alive"));
	run_until_answers(&scene, 3);
	assert_int_equal(scene.err, OK);
	assert_string_equal(scene.body, "alive");
	close_scene(&scene);
}

static void a_server_that_never_comes_is_unavailable(void **state)
{
	struct scene scene;

	(void)state;
	open_scene(&scene, 300);
	ask(&scene, ECHO, "");
	ask(&scene, ECHO, "");
	run_until_answers(&scene, 2);
	assert_int_equal(scene.err, ERR_UNAVAILABLE);
	close_scene(&scene);
}

static void an_answer_to_a_client_that_is_gone_is_dropped(void **state)
{
	struct scene scene;

	(void)state;
	open_scene(&scene, PATIENCE_MS);
	open_server(&scene);
	ask(&scene, HOLD, "");
	run_until_held(&scene, 1);
	call_client_close(scene.client);
	assert_int_equal(call_client_open(scene.loop, scene.endpoint, PATIENCE_MS, &scene.client),
			 OK);
	ask(&scene, ECHO, "still there?");
	run_until_answers(&scene, 1);
	call_answer(scene.held[0], OK, bytes_of_text("too late"));
	ask(&scene, ECHO, "good");
	run_until_answers(&scene, 2);
	assert_string_equal(scene.body, "good");
	close_scene(&scene);
}

static void a_server_closed_with_open_tickets_frees_them(void **state)
{
	struct scene scene;

	(void)state;
	open_scene(&scene, PATIENCE_MS);
	open_server(&scene);
	ask(&scene, HOLD, "");
	ask(&scene, HOLD, "");
	run_until_held(&scene, 2);
	close_scene(&scene); /* the leak checker is the judge */
	assert_int_equal(scene.answers, 0);
}

static void questions_beyond_the_bounds_are_refused_at_once(void **state)
{
	struct bytes large = {.at = (const uint8_t *)"", .len = (size_t)LIMIT_CALL_BYTES + 1};
	struct scene scene;
	enum err err = OK;
	unsigned asked = 0;

	(void)state;
	open_scene(&scene, PATIENCE_MS);
	assert_int_equal(call_ask(scene.client, ECHO, large, on_answer, &scene), ERR_LIMIT);
	for (; err == OK && asked < 100000; asked += err == OK)
		err = call_ask(scene.client, ECHO, bytes_of_text(""), on_answer, &scene);
	assert_int_equal(err, ERR_UNAVAILABLE);
	open_server(&scene);
	run_until_answers(&scene, asked);
	close_scene(&scene);
}

static void close_client(void *context, enum err err, struct bytes body)
{
	struct scene *scene = context;

	(void)err;
	(void)body;
	call_client_close(scene->client);
	scene->client = NULL;
	loop_stop(scene->loop);
}

static void a_callback_may_close_its_client(void **state)
{
	struct scene scene;

	(void)state;
	for (int has_server = 0; has_server < 2; has_server++) {
		open_scene(&scene, 300);
		if (has_server)
			open_server(&scene);
		assert_int_equal(
			call_ask(scene.client, ECHO, bytes_of_text("a"), close_client, &scene), OK);
		assert_int_equal(
			call_ask(scene.client, ECHO, bytes_of_text("b"), on_answer, &scene), OK);
		assert_int_equal(loop_run(scene.loop), OK);
		assert_int_equal(scene.answers, 0);
		close_scene(&scene);
	}
}

static void damaged_questions_and_answers_are_ignored(void **state)
{
	struct bytes parts[] = {bytes_of_text("not an id"), bytes_of_text("x")};
	struct socket_options options = {.kind = SOCKET_CLIENT,
					 .max_message_bytes = 1000,
					 .queue_bytes = 1000,
					 .queue_messages = 10};
	struct socket *socket;
	struct scene scene;

	(void)state;
	open_scene(&scene, PATIENCE_MS);
	open_server(&scene);
	options.endpoint = scene.endpoint;
	assert_int_equal(socket_open(loop_context(scene.loop), &options, &socket), OK);
	assert_int_equal(socket_send(socket, parts, 1), OK);
	assert_int_equal(socket_send(socket, parts, 2), OK);
	ask(&scene, ECHO, "well");
	run_until_answers(&scene, 1);
	assert_string_equal(scene.body, "well");
	close_scene(&scene);
}

static void *run_server(void *context)
{
	struct scene *scene = context;

	(void)loop_run(scene->loop);
	return NULL;
}

static void stop_at_flag(void *context)
{
	struct scene *scene = context;

	if (__atomic_load_n(&scene->stop_at_answers, __ATOMIC_SEQ_CST) != 0)
		loop_stop(scene->loop);
}

static void once_waits_for_the_answer(void **state)
{
	struct arena *arena = arena_new(10000);
	struct bytes body;
	struct scene scene;
	pthread_t thread;

	(void)state;
	open_scene(&scene, PATIENCE_MS);
	assert_int_equal(call_once(scene.endpoint, ECHO, bytes_of_text("x"), 100, arena, &body),
			 ERR_UNAVAILABLE);
	open_server(&scene);
	assert_int_equal(loop_every(scene.loop, 10, stop_at_flag, &scene), OK);
	assert_int_equal(pthread_create(&thread, NULL, run_server, &scene), 0);
	assert_int_equal(
		call_once(scene.endpoint, ECHO, bytes_of_text("hello"), PATIENCE_MS, arena, &body),
		OK);
	assert_true(bytes_equal(body, bytes_of_text("hello")));
	assert_int_equal(
		call_once(scene.endpoint, FAIL, bytes_of_text(""), PATIENCE_MS, arena, &body),
		ERR_DENIED);
	__atomic_store_n(&scene.stop_at_answers, 1, __ATOMIC_SEQ_CST);
	assert_int_equal(pthread_join(thread, NULL), 0);
	arena_free(arena);
	close_scene(&scene);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_question_is_answered_once),
		cmocka_unit_test(an_error_comes_back_without_a_body),
		cmocka_unit_test(questions_asked_before_the_server_is_there_wait_for_it),
		cmocka_unit_test(answers_may_come_later_and_in_another_order),
		cmocka_unit_test(an_answer_may_take_longer_than_the_server_may_be_silent),
		cmocka_unit_test(long_work_of_the_asker_is_no_silence_of_the_server),
		cmocka_unit_test(
			questions_that_died_with_the_server_are_unavailable_and_new_ones_are_not),
		cmocka_unit_test(a_server_that_never_comes_is_unavailable),
		cmocka_unit_test(an_answer_to_a_client_that_is_gone_is_dropped),
		cmocka_unit_test(a_server_closed_with_open_tickets_frees_them),
		cmocka_unit_test(questions_beyond_the_bounds_are_refused_at_once),
		cmocka_unit_test(a_callback_may_close_its_client),
		cmocka_unit_test(damaged_questions_and_answers_are_ignored),
		cmocka_unit_test(once_waits_for_the_answer),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
