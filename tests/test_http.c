/* The gate's HTTPS server, over real TLS on loopback: what it answers to whom, and what it does not. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "tests/support/http_scene.h"

static void a_request_is_answered_and_the_next_on_the_same_connection_too(void **state)
{
	struct http_scene *scene = http_scene_open(NULL, (struct bytes){0});
	struct http_scene_client *client = http_scene_connect(scene, NULL);
	struct http_scene_answer answer;

	(void)state;
	assert_non_null(client);
	for (int i = 0; i < 3; i++) {
		http_scene_send(client, "GET /hello HTTP/1.1\r\nHost: localhost\r\n\r\n");
		answer = http_scene_receive(client);
		assert_int_equal(answer.status, 200);
		assert_true(bytes_equal(answer.body, bytes_of_text("hello")));
	}
	http_scene_leave(client);
	http_scene_close(scene);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_request_is_answered_and_the_next_on_the_same_connection_too),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
