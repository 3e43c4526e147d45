/* api_who: what a request shows, told to who asks; the call itself is left to its handler. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "node/api_who.h"
#include "node/http_inside.h"
#include "node/who_cache.h"
#include "node/who_secret.h"

struct scene {
	struct who *who;
	struct arena *arena;
	struct http_conn conn;
	struct http_call http;
	struct http_field fields[2];
	struct api_call call;
};

static enum err told;
static unsigned times;

static int begin(void **state)
{
	static struct scene scene;

	scene = (struct scene){.conn = {.peer = {.address = "192.0.2.1", .subject = ""}}};
	assert_int_equal(who_open(NULL, NULL, NULL, &scene.who), OK);
	assert_non_null(scene.arena = arena_new(1024 * 1024));
	scene.http.conn = &scene.conn;
	scene.http.head.fields = scene.fields;
	scene.http.head.method = "GET";
	scene.call.http = &scene.http;
	scene.call.arena = scene.arena;
	*state = &scene;
	return 0;
}

static int end(void **state)
{
	struct scene *scene = *state;

	who_close(scene->who);
	arena_free(scene->arena);
	return 0;
}

static void on_known(struct api_call *call, enum err err, const struct caller *caller)
{
	assert_non_null(call->http);
	assert_non_null(caller);
	told = err;
	times++;
}

static enum err identify(struct scene *scene, const char *name, const char *value)
{
	scene->fields[0] = (struct http_field){name, value};
	scene->http.head.field_count = name == NULL ? 0 : 1;
	times = 0;
	api_who_identify(scene->who, &scene->call, on_known);
	assert_int_equal(times, 1);
	return told;
}

static void who_comes_too_often_with_wrong_ones_is_told_apart_and_nothing_is_answered(void **state)
{
	struct scene *scene = *state;
	char token[WHO_TEXT_BYTES], header[WHO_TEXT_BYTES + 8];
	struct hash hash;

	assert_int_equal(identify(scene, NULL, NULL), OK);
	for (unsigned i = 0; i < WHO_CACHE_WRONG; i++)
		assert_int_equal(identify(scene, "authorization", "Basic eA=="), ERR_DENIED);
	who_secret_make(WHO_TOKEN_PREFIX, token, &hash);
	(void)snprintf(header, sizeof(header), "Bearer %s", token);
	assert_int_equal(identify(scene, "authorization", header), ERR_LIMIT);
	assert_int_equal(identify(scene, "authorization", "Basic eA=="), ERR_LIMIT);
	assert_ptr_equal(scene->call.http, &scene->http);
}

static void all_addresses_of_one_network_share_their_wrong_ones(void **state)
{
	struct scene *scene = *state;
	char address[64];

	scene->conn.peer.address = address;
	for (unsigned i = 0; i < WHO_CACHE_WRONG; i++) {
		(void)snprintf(address, sizeof(address), "2001:db8:1:2::%x", i + 1);
		assert_int_equal(identify(scene, "authorization", "Basic eA=="), ERR_DENIED);
	}
	(void)snprintf(address, sizeof(address), "2001:db8:1:2::ffff");
	assert_int_equal(identify(scene, "authorization", "Basic eA=="), ERR_LIMIT);
	scene->conn.peer.address = "192.0.2.7";
	assert_int_equal(identify(scene, "authorization", "Basic eA=="), ERR_DENIED);
}

/* A connection, or a stream in it, is no way to outlive one's certificate. */
static void a_certificate_that_ended_since_the_handshake_is_nobodys(void **state)
{
	struct scene *scene = *state;

	scene->conn.peer.has_certificate = true;
	scene->conn.peer.until_ms = 1;
	assert_int_equal(identify(scene, NULL, NULL), ERR_DENIED);
	assert_int_equal(scene->call.verdict, WHO_ENDED);
	/* what else is shown is judged by itself */
	assert_int_equal(identify(scene, "authorization", "Basic eA=="), ERR_DENIED);
	assert_int_equal(scene->call.verdict, WHO_WRONG);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(
			a_certificate_that_ended_since_the_handshake_is_nobodys, begin, end),
		cmocka_unit_test_setup_teardown(
			who_comes_too_often_with_wrong_ones_is_told_apart_and_nothing_is_answered,
			begin, end),
		cmocka_unit_test_setup_teardown(all_addresses_of_one_network_share_their_wrong_ones,
						begin, end),
	};

	return cmocka_run_group_tests_name("api_who", tests, NULL, NULL);
}
