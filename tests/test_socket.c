#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <signal.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/support/pair.h"

static void a_message_arrives_whole_and_can_be_answered(void **state)
{
	struct bytes parts[] = {bytes_of_text("one"), bytes_of_text(""), bytes_of_text("three")};
	struct socket_message message;
	struct pair pair;

	(void)state;
	pair_open(&pair);
	assert_int_equal(socket_send(pair.client, parts, 3), OK);
	assert_true(pair_receive(&pair, pair.server, PATIENCE_MS, &message));
	assert_int_equal(message.count, 4);
	pair_assert_part(&message, 0, "alice");
	pair_assert_part(&message, 1, "one");
	pair_assert_part(&message, 2, "");
	pair_assert_part(&message, 3, "three");
	parts[0] = bytes_of_text("alice");
	assert_int_equal(socket_send(pair.server, parts, 3), OK);
	assert_true(pair_receive(&pair, pair.client, PATIENCE_MS, &message));
	assert_int_equal(message.count, 2);
	pair_assert_part(&message, 1, "three");
	assert_int_equal(socket_receive(pair.client, &message), ERR_MISSING);
	socket_context_free(pair.context);
}

static void a_client_queues_while_the_server_is_away_and_a_full_queue_says_so(void **state)
{
	struct socket_options options = pair_options(SOCKET_CLIENT, pair_endpoint());
	struct bytes part = bytes_of_text("early");
	struct socket_message message;
	struct pair pair;
	unsigned sent = 0;

	(void)state;
	assert_int_equal(socket_context_new(&pair.context), OK);
	pair.client = pair_open_socket(pair.context, &options);
	while (socket_send(pair.client, &part, 1) == OK)
		sent++;
	assert_int_equal(sent, 10);
	assert_int_equal(socket_send(pair.client, &part, 1), ERR_UNAVAILABLE);
	options.kind = SOCKET_SERVER;
	pair.server = pair_open_socket(pair.context, &options);
	while (sent-- > 0)
		assert_true(pair_receive(&pair, pair.server, PATIENCE_MS, &message));
	socket_context_free(pair.context);
}

static void sending_to_a_peer_that_is_not_there_is_unavailable(void **state)
{
	struct bytes parts[] = {bytes_of_text("nobody"), bytes_of_text("hello")};
	struct pair pair;

	(void)state;
	pair_open(&pair);
	assert_int_equal(socket_send(pair.server, parts, 2), ERR_UNAVAILABLE);
	socket_context_free(pair.context);
}

static void a_restarted_client_takes_over_its_name(void **state)
{
	struct bytes parts[] = {bytes_of_text("bob"), bytes_of_text("welcome back")};
	struct socket_options options;
	struct socket_message message;
	struct socket *second;
	struct pair pair;
	int first;

	(void)state;
	pair_open(&pair);
	first = pair_connect(&pair, "bob");
	pair_send_frame(first, "first");
	assert_true(pair_receive(&pair, pair.server, PATIENCE_MS, &message));
	options = pair_options(SOCKET_CLIENT, pair.endpoint);
	options.identity = "bob";
	second = pair_open_socket(pair.context, &options);
	pair_send(second, "second");
	assert_true(pair_receive(&pair, pair.server, PATIENCE_MS, &message));
	pair_assert_part(&message, 1, "second");
	assert_int_equal(socket_send(pair.server, parts, 2), OK);
	assert_true(pair_receive(&pair, second, PATIENCE_MS, &message));
	pair_assert_part(&message, 0, "welcome back");
	pair_expect_cut_off(&pair, first);
	socket_context_free(pair.context);
}

static void a_client_comes_back_to_a_server_that_was_started_anew(void **state)
{
	struct socket_message message;
	struct pair pair;

	(void)state;
	pair_open(&pair);
	pair_send(pair.client, "to the first");
	assert_true(pair_receive(&pair, pair.server, PATIENCE_MS, &message));
	for (int i = 0; i < 3; i++) {
		struct socket_options options = pair_options(SOCKET_SERVER, pair.endpoint);

		socket_close(pair.server);
		assert_int_equal(socket_wait(pair.context, 0), OK);
		assert_int_equal(socket_receive(pair.client, &message), ERR_MISSING);
		pair_send(pair.client, "to the next");
		pair.server = pair_open_socket(pair.context, &options);
		assert_true(pair_receive(&pair, pair.server, PATIENCE_MS, &message));
		pair_assert_part(&message, 0, "alice");
		pair_assert_part(&message, 1, "to the next");
	}
	socket_context_free(pair.context);
}

static void what_was_said_before_the_end_is_heard(void **state)
{
	struct socket_message message;
	struct pair pair;
	int fd;

	(void)state;
	pair_open(&pair);
	fd = pair_connect(&pair, "bob");
	pair_send_frame(fd, "one");
	pair_send_frame(fd, "two");
	close(fd);
	assert_true(pair_receive(&pair, pair.server, PATIENCE_MS, &message));
	pair_assert_part(&message, 1, "one");
	assert_true(pair_receive(&pair, pair.server, PATIENCE_MS, &message));
	pair_assert_part(&message, 1, "two");
	pair_expect_end(&pair, "bob");
	assert_false(pair_receive(&pair, pair.server, PAIR_REFUSAL_MS, &message));
	socket_context_free(pair.context);
}

/* One that lives as long as it is not told to end: a socket that another process had. */
static pid_t start_peer(const struct pair *pair, bool does_read)
{
	pid_t child = fork();
	uint8_t byte;
	int fd;

	if (child != 0)
		return child;
	fd = pair_connect(pair, "mortal");
	pair_send_frame(fd, "here");
	for (size_t left = SOCKET_HEAD_BYTES + strlen("your task"); does_read && left > 0;)
		left -= recv(fd, &byte, 1, 0) == 1;
	if (does_read)
		pair_send_frame(fd, "read");
	for (;;)
		pause();
}

static void an_end_is_told_of_who_had_read_all_and_of_nobody_else(void **state)
{
	struct bytes parts[] = {bytes_of_text("mortal"), bytes_of_text("your task")};
	struct socket_message message;
	struct pair pair;

	(void)state;
	pair_open(&pair);
	for (int does_read = 0; does_read < 2; does_read++) {
		pid_t child = start_peer(&pair, does_read);

		assert_true(pair_receive(&pair, pair.server, PATIENCE_MS, &message));
		pair_assert_part(&message, 1, "here");
		assert_int_equal(socket_send(pair.server, parts, 2), OK);
		socket_flush(pair.context);
		if (does_read) {
			assert_true(pair_receive(&pair, pair.server, PATIENCE_MS, &message));
			pair_assert_part(&message, 1, "read");
		}
		assert_int_equal(kill(child, SIGKILL), 0);
		assert_int_equal(waitpid(child, NULL, 0), child);
		if (does_read)
			pair_expect_end(&pair, "mortal");
		assert_false(pair_receive(&pair, pair.server, PAIR_REFUSAL_MS, &message));
		assert_int_equal(socket_send(pair.server, parts, 2), ERR_UNAVAILABLE);
	}
	socket_context_free(pair.context);
}

/* Whoever takes a name over is heard after the end of who had it. */
static void an_end_is_told_before_the_next_one_of_that_name_is_heard(void **state)
{
	struct socket_message message;
	struct pair pair;
	int first, second;

	(void)state;
	pair_open(&pair);
	first = pair_connect(&pair, "bob");
	pair_send_frame(first, "first");
	assert_true(pair_receive(&pair, pair.server, PATIENCE_MS, &message));
	for (int i = 0; i < 5; i++) {
		pair_send_frame(first, "last word");
		close(first);
		second = pair_connect(&pair, "bob");
		pair_send_frame(second, "second");
		assert_true(pair_receive(&pair, pair.server, PATIENCE_MS, &message));
		pair_assert_part(&message, 1, "last word");
		pair_expect_end(&pair, "bob");
		assert_true(pair_receive(&pair, pair.server, PATIENCE_MS, &message));
		pair_assert_part(&message, 1, "second");
		first = second;
	}
	close(first);
	socket_context_free(pair.context);
}

static void a_large_message_arrives_whole_both_ways(void **state)
{
	static uint8_t large[5 * 1024 * 1024];
	struct bytes parts[] = {bytes_of_text("alice"), bytes_of(large, sizeof(large))};
	struct socket_message message;
	struct pair pair;

	(void)state;
	for (size_t i = 0; i < sizeof(large); i++)
		large[i] = (uint8_t)(i * i >> 7);
	pair_open_of(&pair, 2 * sizeof(large));
	for (int i = 0; i < 2; i++) {
		assert_int_equal(socket_send(pair.client, parts + 1, 1), OK);
		pair_send(pair.client, "small");
		assert_true(pair_receive(&pair, pair.server, PATIENCE_MS, &message));
		assert_true(bytes_equal(message.parts[1], parts[1]));
		assert_true(pair_receive(&pair, pair.server, PATIENCE_MS, &message));
		pair_assert_part(&message, 1, "small");
		assert_int_equal(socket_send(pair.server, parts, 2), OK);
		assert_true(pair_receive(&pair, pair.client, PATIENCE_MS, &message));
		assert_true(bytes_equal(message.parts[0], parts[1]));
	}
	socket_context_free(pair.context);
}

static void wait_watches_descriptors_too(void **state)
{
	struct socket *watched;
	struct pair pair;
	int ends[2];

	(void)state;
	pair_open(&pair);
	assert_int_equal(pipe(ends), 0);
	assert_int_equal(socket_watch(pair.context, ends[0], &watched), OK);
	assert_int_equal(socket_wait(pair.context, 0), OK);
	assert_false(socket_is_ready(watched));
	assert_int_equal(write(ends[1], "x", 1), 1);
	assert_int_equal(socket_wait(pair.context, (int)PATIENCE_MS), OK);
	assert_true(socket_is_ready(watched));
	socket_close(watched);
	assert_int_equal(socket_wait(pair.context, 0), OK);
	close(ends[0]);
	close(ends[1]);
	assert_int_equal(socket_watch(pair.context, -1, &watched), ERR_IO);
	socket_context_free(pair.context);
}

static void options_that_make_no_sense_are_refused(void **state)
{
	struct socket_options options = pair_options(SOCKET_SERVER, "nonsense");
	struct socket_context *context;
	struct socket *socket;

	(void)state;
	assert_int_equal(socket_context_new(&context), OK);
	assert_int_equal(socket_open(context, &options, &socket), ERR_USAGE);
	options.endpoint =
		"ipc:///a/path/that/is/longer/than/the/system/takes/for/a/local/socket/which/is/one/hundred/and/seven/characters/long";
	assert_int_equal(socket_open(context, &options, &socket), ERR_USAGE);
	options.endpoint = "ipc:///nowhere/at/all";
	assert_int_equal(socket_open(context, &options, &socket), ERR_IO);
	options.queue_messages = 0;
	assert_int_equal(socket_open(context, &options, &socket), ERR_USAGE);
	socket_context_free(context);
	socket_context_free(NULL);
	socket_close(NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_message_arrives_whole_and_can_be_answered),
		cmocka_unit_test(a_client_queues_while_the_server_is_away_and_a_full_queue_says_so),
		cmocka_unit_test(sending_to_a_peer_that_is_not_there_is_unavailable),
		cmocka_unit_test(a_restarted_client_takes_over_its_name),
		cmocka_unit_test(a_client_comes_back_to_a_server_that_was_started_anew),
		cmocka_unit_test(what_was_said_before_the_end_is_heard),
		cmocka_unit_test(an_end_is_told_of_who_had_read_all_and_of_nobody_else),
		cmocka_unit_test(an_end_is_told_before_the_next_one_of_that_name_is_heard),
		cmocka_unit_test(a_large_message_arrives_whole_both_ways),
		cmocka_unit_test(wait_watches_descriptors_too),
		cmocka_unit_test(options_that_make_no_sense_are_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
