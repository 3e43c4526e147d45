/*
 * A server that ends beside the next one: what was asked is answered, each answer says that it is the
 * last, and who only waits is let go in good order.
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
#include <openssl/ssl.h>

#include "sampan/net.h"
#include "tests/support/http_scene.h"

#define HOST "Host: localhost\r\n"
#define HELLO "GET /hello HTTP/1.1\r\n" HOST "\r\n"

static int open_scene(void **state)
{
	*state = http_scene_open(NULL, (struct bytes){0});
	return 0;
}

static int close_scene(void **state)
{
	http_scene_close(*state);
	return 0;
}

static void who_waits_for_nothing_is_let_go_in_good_order(void **state)
{
	struct http_scene *scene = *state;
	struct http_scene_client *client = http_scene_connect(scene, NULL);

	http_scene_send(client, HELLO);
	assert_int_equal(http_scene_receive(client).status, 200);
	http_drain(scene->http);
	assert_true(http_scene_is_ended(client));
	assert_int_equal(http_scene_peek(client).len, 0);
	assert_true(http_is_drained(scene->http));
	http_scene_leave(client);
	http_scene_settle(scene);
	assert_int_equal(http_counts(scene->http).open, 0);
}

/* Its second request is in the socket already when the server begins to end. */
static void what_was_sent_before_is_answered_though_nobody_looked_yet(void **state)
{
	struct http_scene *scene = *state;
	struct http_scene_client *client = http_scene_connect(scene, NULL);
	struct http_scene_answer answer;
	size_t len = 0;

	http_scene_send(client, HELLO);
	assert_int_equal(http_scene_receive(client).status, 200);
	assert_int_equal(SSL_write_ex(http_scene_ssl(client), HELLO, strlen(HELLO), &len), 1);
	http_drain(scene->http);
	answer = http_scene_receive(client);
	assert_int_equal(answer.status, 200);
	assert_true(http_scene_has(&answer, "Connection", "close"));
	http_scene_leave(client);
}

static void who_waits_for_an_answer_gets_it_and_hears_that_it_is_the_last(void **state)
{
	struct http_scene *scene = *state;
	struct http_scene_client *client = http_scene_connect(scene, NULL);
	struct http_scene_answer answer;

	http_scene_send(client, "GET /later HTTP/1.1\r\n" HOST "\r\n" HELLO);
	http_scene_settle(scene);
	http_drain(scene->http);
	assert_false(http_is_drained(scene->http));
	http_answer(scene->later, &(struct http_answer){.status = 200});
	scene->later = NULL;
	answer = http_scene_receive(client);
	assert_int_equal(answer.status, 200);
	assert_true(http_scene_has(&answer, "Connection", "close"));
	assert_true(http_is_drained(scene->http));
	assert_true(http_scene_is_ended(client));
	http_scene_leave(client);
}

/* It was let in, so its request is served; unless none comes. */
static void a_connection_whose_request_has_not_come_is_served_once(void **state)
{
	struct http_scene *scene = *state;
	struct http_scene_client *client = http_scene_connect(scene, NULL);
	struct http_scene_client *silent = http_scene_connect(scene, NULL);
	struct http_scene_answer answer;

	http_drain(scene->http);
	assert_false(http_is_drained(scene->http));
	http_scene_send(client, HELLO);
	answer = http_scene_receive(client);
	assert_int_equal(answer.status, 200);
	assert_true(http_scene_has(&answer, "Connection", "close"));
	assert_false(http_is_drained(scene->http));
	http_give_up(scene->http);
	assert_true(http_is_drained(scene->http));
	assert_true(http_scene_is_ended(silent));
	http_scene_leave(client);
	http_scene_leave(silent);
}

/* What takes too long is not left hanging. */
static void who_waits_for_too_long_is_told_to_come_again(void **state)
{
	struct http_scene *scene = *state;
	struct http_scene_client *client = http_scene_connect(scene, NULL);
	struct http_scene_answer answer;

	http_scene_send(client, "GET /later HTTP/1.1\r\n" HOST "\r\n");
	http_scene_settle(scene);
	http_drain(scene->http);
	http_give_up(scene->http);
	assert_int_equal(scene->gone, 1);
	answer = http_scene_receive(client);
	assert_int_equal(answer.status, 503);
	assert_true(http_scene_has(&answer, "Retry-After", NULL));
	assert_true(http_is_drained(scene->http));
	assert_true(http_scene_is_ended(client));
	http_scene_leave(client);
}

/* The socket is the next server's too: closing it here must not leave it watched here. */
static void two_servers_listen_at_one_socket_and_the_second_goes_on(void **state)
{
	struct http_scene *scene = *state;
	struct http_options options = {
		.address = "127.0.0.1", .certificate = scene->certificate, .key = scene->key};
	struct http *first = scene->http, *second = NULL;
	struct http_scene_client *client;
	const char *message = "";
	int socket = -1;
	uint16_t port = 0;

	assert_int_equal(net_listen("127.0.0.1", 0, &socket, &port), OK);
	options.listener = dup(socket);
	assert_int_equal(
		http_open(NULL, &options, &http_scene_handlers, scene, &scene->http, &message), OK);
	options.listener = socket;
	assert_int_equal(http_open(NULL, &options, &http_scene_handlers, scene, &second, &message),
			 OK);
	assert_int_equal(http_port(scene->http), port);
	http_drain(scene->http);
	http_close(scene->http);
	scene->http = second;
	client = http_scene_connect(scene, NULL);
	http_scene_send(client, HELLO);
	assert_int_equal(http_scene_receive(client).status, 200);
	http_scene_leave(client);
	http_close(first);
}

int main(void)
{
#define WITH_SCENE(test) cmocka_unit_test_setup_teardown(test, open_scene, close_scene)
	const struct CMUnitTest tests[] = {
		WITH_SCENE(who_waits_for_nothing_is_let_go_in_good_order),
		WITH_SCENE(what_was_sent_before_is_answered_though_nobody_looked_yet),
		WITH_SCENE(who_waits_for_an_answer_gets_it_and_hears_that_it_is_the_last),
		WITH_SCENE(a_connection_whose_request_has_not_come_is_served_once),
		WITH_SCENE(who_waits_for_too_long_is_told_to_come_again),
		WITH_SCENE(two_servers_listen_at_one_socket_and_the_second_goes_on),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
