#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "node/loop.h"

#define PATIENCE_MS 10000u

struct scene {
	struct loop *loop;
	struct socket *server, *client;
	unsigned messages, ticks, idles, ends;
	unsigned stop_after;
	char order[64]; /* one letter per call of a handler */
};

static void note(struct scene *scene, char letter)
{
	size_t len = strlen(scene->order);

	if (len + 1 < sizeof(scene->order))
		scene->order[len] = letter;
}

static void on_patience_over(void *context)
{
	(void)context;
	fail_msg("what had to come did not come");
}

static void open_scene(struct scene *scene)
{
	*scene = (struct scene){0};
	assert_int_equal(loop_new(&scene->loop), OK);
	assert_non_null(loop_context(scene->loop));
	assert_int_equal(loop_every(scene->loop, PATIENCE_MS, on_patience_over, NULL), OK);
}

static void open_sockets(struct scene *scene, loop_on_message *handler)
{
	struct socket_options options = {
		.max_message_bytes = 1000, .queue_bytes = 1000000, .queue_messages = 2000};
	char endpoint[100];

	(void)snprintf(endpoint, sizeof(endpoint), "ipc:///tmp/sampan-test-loop-%d", (int)getpid());
	options.endpoint = endpoint;
	options.kind = SOCKET_SERVER;
	assert_int_equal(loop_open_socket(scene->loop, &options, handler, scene, &scene->server),
			 OK);
	options.kind = SOCKET_CLIENT;
	assert_int_equal(loop_open_socket(scene->loop, &options, handler, scene, &scene->client),
			 OK);
}

static void send_text(struct scene *scene, const char *text)
{
	struct bytes part = bytes_of_text(text);

	assert_int_equal(socket_send(scene->client, &part, 1), OK);
}

static void count_idle(void *context)
{
	struct scene *scene = context;

	scene->idles++;
	note(scene, 'i');
	if (scene->messages >= scene->stop_after)
		loop_stop(scene->loop);
}

static void count_message(void *context, struct socket *socket,
			  const struct socket_message *message)
{
	struct scene *scene = context;

	assert_ptr_equal(socket, scene->server);
	assert_int_equal(message->count, 2);
	if (scene->messages++ == 0 || scene->idles > 0)
		assert_int_equal(loop_idle(scene->loop, count_idle, scene), OK);
	note(scene, 'm');
}

static void messages_are_handled_and_idle_comes_after_those_that_are_ready(void **state)
{
	struct scene scene;

	(void)state;
	open_scene(&scene);
	open_sockets(&scene, count_message);
	scene.stop_after = 20;
	for (unsigned i = 0; i < scene.stop_after; i++)
		send_text(&scene, "hello");
	assert_int_equal(loop_run(scene.loop), OK);
	assert_int_equal(scene.messages, 20);
	assert_true(scene.idles >= 1 && scene.idles <= 20);
	assert_int_equal(scene.order[strlen(scene.order) - 1], 'i');
	loop_free(scene.loop);
}

/* More than what is read at once: 400 of 1000 bytes. */
static void idle_waits_for_all_that_was_sent_however_many_reads_that_takes(void **state)
{
	char text[1000];
	struct scene scene;

	(void)state;
	open_scene(&scene);
	open_sockets(&scene, count_message);
	scene.stop_after = 400;
	memset(text, 'a', sizeof(text) - 1);
	text[sizeof(text) - 1] = '\0';
	for (unsigned i = 0; i < scene.stop_after; i++)
		send_text(&scene, text);
	assert_int_equal(loop_run(scene.loop), OK);
	assert_int_equal(scene.messages, 400);
	assert_int_equal(scene.idles, 1);
	loop_free(scene.loop);
}

static void send_another(void *context, struct socket *socket, const struct socket_message *message)
{
	struct scene *scene = context;

	count_message(context, socket, message);
	send_text(scene, "and another");
}

static void who_goes_on_sending_keeps_no_idle_handler_from_being_called(void **state)
{
	struct scene scene;

	(void)state;
	open_scene(&scene);
	open_sockets(&scene, send_another);
	scene.stop_after = 1;
	send_text(&scene, "hello");
	assert_int_equal(loop_run(scene.loop), OK);
	assert_true(scene.idles == 1 && scene.messages < 1000);
	loop_free(scene.loop);
}

static void close_on_message(void *context, struct socket *socket,
			     const struct socket_message *message)
{
	struct scene *scene = context;

	(void)message;
	scene->messages++;
	loop_close_socket(scene->loop, socket);
	loop_stop(scene->loop);
}

static void a_handler_may_close_its_own_socket(void **state)
{
	struct scene scene;

	(void)state;
	open_scene(&scene);
	open_sockets(&scene, close_on_message);
	for (int i = 0; i < 10; i++)
		send_text(&scene, "hello");
	assert_int_equal(loop_run(scene.loop), OK);
	assert_int_equal(scene.messages, 1);
	loop_free(scene.loop);
}

static void tick_slow(void *context)
{
	note(context, 's');
}

static void tick_fast(void *context)
{
	struct scene *scene = context;

	note(scene, 'f');
	if (++scene->ticks == 5)
		loop_stop(scene->loop);
}

static void timers_repeat_each_with_its_own_period(void **state)
{
	struct scene scene;

	(void)state;
	open_scene(&scene);
	assert_int_equal(loop_every(scene.loop, PATIENCE_MS / 2, tick_slow, &scene), OK);
	assert_int_equal(loop_every(scene.loop, 1, tick_fast, &scene), OK);
	assert_int_equal(loop_every(scene.loop, 0, tick_fast, &scene), ERR_USAGE);
	assert_int_equal(loop_run(scene.loop), OK);
	assert_string_equal(scene.order, "fffff");
	loop_free(scene.loop);
}

static void forget_all(void *context)
{
	struct scene *scene = context;

	loop_forget(scene->loop, &scene->idles);
}

static void must_not_come(void *context)
{
	(void)context;
	fail_msg("a forgotten handler was called");
}

static void must_not_be_readable(void *context, int fd)
{
	(void)fd;
	must_not_come(context);
}

static void what_is_forgotten_is_not_called_any_more(void **state)
{
	struct scene scene;
	int ends[2];

	(void)state;
	open_scene(&scene);
	assert_int_equal(pipe(ends), 0);
	assert_int_equal(write(ends[1], "x", 1), 1);
	assert_int_equal(loop_watch(scene.loop, ends[0], must_not_be_readable, &scene.idles), OK);
	assert_int_equal(loop_every(scene.loop, 1, must_not_come, &scene.idles), OK);
	assert_int_equal(loop_idle(scene.loop, must_not_come, &scene.idles), OK);
	assert_int_equal(loop_at_end(scene.loop, must_not_come, &scene.idles), OK);
	forget_all(&scene);
	assert_int_equal(loop_every(scene.loop, 1, tick_fast, &scene), OK);
	assert_int_equal(loop_run(scene.loop), OK);
	loop_free(scene.loop);
	close(ends[0]);
	close(ends[1]);
}

static void read_and_stop(void *context, int fd)
{
	struct scene *scene = context;
	char byte;

	assert_int_equal(read(fd, &byte, 1), 1);
	note(scene, byte);
	loop_stop(scene->loop);
}

static void a_readable_descriptor_calls_its_handler(void **state)
{
	struct scene scene;
	int ends[2];

	(void)state;
	open_scene(&scene);
	assert_int_equal(pipe(ends), 0);
	assert_int_equal(loop_watch(scene.loop, ends[0], read_and_stop, &scene), OK);
	assert_int_equal(write(ends[1], "x", 1), 1);
	assert_int_equal(loop_run(scene.loop), OK);
	assert_string_equal(scene.order, "x");
	loop_free(scene.loop);
	close(ends[0]);
	close(ends[1]);
}

static void idle_again(void *context)
{
	struct scene *scene = context;

	if (++scene->idles == 3)
		loop_stop(scene->loop);
	else
		assert_int_equal(loop_idle(scene->loop, idle_again, scene), OK);
}

static void an_idle_handler_is_called_once_and_may_ask_again(void **state)
{
	struct scene scene;

	(void)state;
	open_scene(&scene);
	assert_int_equal(loop_idle(scene.loop, idle_again, &scene), OK);
	assert_int_equal(loop_run(scene.loop), OK);
	assert_int_equal(scene.idles, 3);
	loop_free(scene.loop);
}

static void raise_term(void *context)
{
	struct scene *scene = context;

	if (scene->ticks++ == 0)
		assert_int_equal(kill(getpid(), SIGTERM), 0);
}

static void sigterm_ends_the_loop_and_nothing_else(void **state)
{
	struct scene scene;
	sigset_t blocked;

	(void)state;
	open_scene(&scene);
	assert_int_equal(loop_every(scene.loop, 1, raise_term, &scene), OK);
	assert_int_equal(loop_run(scene.loop), OK);
	assert_true(scene.ticks >= 1);
	loop_free(scene.loop);
	assert_int_equal(sigprocmask(SIG_BLOCK, NULL, &blocked), 0);
	assert_false(sigismember(&blocked, SIGTERM));
}

static void count_end(void *context)
{
	struct scene *scene = context;

	scene->ends++;
}

static void the_end_is_told_once(void **state)
{
	struct scene scene;

	(void)state;
	open_scene(&scene);
	assert_int_equal(loop_at_end(scene.loop, count_end, &scene), OK);
	loop_free(scene.loop);
	assert_int_equal(scene.ends, 1);
	loop_free(NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(messages_are_handled_and_idle_comes_after_those_that_are_ready),
		cmocka_unit_test(idle_waits_for_all_that_was_sent_however_many_reads_that_takes),
		cmocka_unit_test(who_goes_on_sending_keeps_no_idle_handler_from_being_called),
		cmocka_unit_test(a_handler_may_close_its_own_socket),
		cmocka_unit_test(timers_repeat_each_with_its_own_period),
		cmocka_unit_test(what_is_forgotten_is_not_called_any_more),
		cmocka_unit_test(a_readable_descriptor_calls_its_handler),
		cmocka_unit_test(an_idle_handler_is_called_once_and_may_ask_again),
		cmocka_unit_test(sigterm_ends_the_loop_and_nothing_else),
		cmocka_unit_test(the_end_is_told_once),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
