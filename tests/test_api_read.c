/*
 * api_read: a long document read over HTTPS by real curl, slower than it could be sent, from a clerk
 * that counts what it is asked: every piece once, and all of them are the document.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>
#include <signal.h>

#include "node/api.h"
#include "node/call.h"
#include "node/clerk_read.h"
#include "node/file.h"
#include "sampan/certificate.h"

#define PIECES 24u
#define WHOLE ((size_t)PIECES * CLERK_READ_PIECE_BYTES - 1000)
#define LOOK_MS 20u
#define PATH_BYTES 128u

static struct scene {
	struct loop *loop;
	struct call_server *server;
	struct call_client *clerk;
	struct arena *arena;
	struct config config;
	struct role role;
	struct api *api;
	struct http *http;
	uint8_t *document;
	unsigned asked[PIECES + 1]; /* how often each piece was */
	char directory[64], endpoint[PATH_BYTES];
	long curl;
	int status;
} scene;

/* ---- The clerk ---- */

static void on_question(void *context, uint16_t operation, struct bytes body,
			struct call_ticket *ticket)
{
	const struct clerk_read_answer head = {
		.verdict = CLERK_READ_YES, .type = "", .total = WHOLE};
	struct caller caller;
	struct unpack from;
	struct buffer answer;
	uint64_t offset;
	size_t len;

	(void)context;
	(void)operation;
	unpack_init(&from, body);
	caller_unpack(&from, scene.arena, &caller);
	(void)unpack_text(&from, scene.arena);
	(void)unpack_u8(&from);
	(void)unpack_text(&from, scene.arena);
	offset = unpack_u64(&from);
	assert_true(offset < WHOLE && offset % CLERK_READ_PIECE_BYTES == 0);
	scene.asked[offset / CLERK_READ_PIECE_BYTES]++;
	len = WHOLE - offset < CLERK_READ_PIECE_BYTES ? WHOLE - offset : CLERK_READ_PIECE_BYTES;
	buffer_init(&answer, LIMIT_CALL_BYTES);
	pack_u8(&answer, (uint8_t)head.verdict);
	pack_u64(&answer, 1);
	pack_u64(&answer, 1); /* the version */
	pack_fixed(&answer, head.hash.at, HASH_BYTES);
	pack_u64(&answer, head.total);
	pack_text(&answer, head.type);
	pack_bytes(&answer, bytes_of(scene.document + offset, len));
	call_answer(ticket, OK, buffer_bytes(&answer));
	buffer_clear(&answer);
}

static void identify(void *context, struct api_call *call, api_on_known *callback)
{
	struct caller caller;

	(void)context;
	caller_init(&caller);
	caller.proof = CALLER_TOKEN;
	caller.roles = CALLER_TRADER;
	caller.actions = CALLER_ALL_ACTIONS;
	caller.party = "gom";
	callback(call, OK, &caller);
}

/* ---- The door ---- */

static void open_door(void)
{
	struct http_options options = {.address = "127.0.0.1"};
	struct api_ends ends = {.role = &scene.role, .identify = identify};
	const char *message = "";

	assert_int_equal(certificate_new_server("vn.sampan.example", "VN", scene.arena,
						&options.key, &options.certificate),
			 OK);
	assert_int_equal(file_replace(arena_format(scene.arena, "%s/door.crt", scene.directory),
				      options.certificate),
			 OK);
	ends.clerk = scene.clerk;
	assert_int_equal(api_new(&ends, &scene.api), OK);
	if (http_open(scene.loop, &options, &api_handlers, scene.api, &scene.http, &message) != OK)
		fail_msg("%s", message);
}

static int open_scene(void **state)
{
	(void)state;
	(void)signal(SIGPIPE, SIG_IGN);
	scene = (struct scene){
		.config = {.schemas = "schemas",
			   .https = {.requests_per_second = 100, .requests_burst = 100}}};
	(void)snprintf(scene.directory, sizeof(scene.directory), "/tmp/sampan-test-api-read-XXXXXX");
	assert_non_null(mkdtemp(scene.directory));
	(void)snprintf(scene.endpoint, PATH_BYTES, "ipc://%s/clerk.ipc", scene.directory);
	assert_non_null(scene.arena = arena_new((size_t)256 << 20));
	assert_non_null(scene.document = arena_alloc(scene.arena, WHOLE));
	for (size_t i = 0; i < WHOLE; i++)
		scene.document[i] = (uint8_t)(i * 31 >> 4 ^ i >> 20);
	assert_int_equal(loop_new(&scene.loop), OK);
	scene.role = (struct role){
		.name = "gate", .config = &scene.config, .loop = scene.loop, .arena = scene.arena};
	assert_int_equal(
		call_server_open(scene.loop, scene.endpoint, on_question, NULL, &scene.server), OK);
	assert_int_equal(call_client_open(scene.loop, scene.endpoint, 60000, &scene.clerk), OK);
	open_door();
	return 0;
}

static int close_scene(void **state)
{
	(void)state;
	http_close(scene.http);
	call_client_close(scene.clerk);
	call_server_close(scene.server);
	api_free(scene.api);
	loop_free(scene.loop);
	(void)unlink(arena_format(scene.arena, "%s/door.crt", scene.directory));
	(void)unlink(arena_format(scene.arena, "%s/body", scene.directory));
	(void)unlink(arena_format(scene.arena, "%s/clerk.ipc", scene.directory));
	(void)rmdir(scene.directory);
	arena_free(scene.arena);
	return 0;
}

/* ---- The client ---- */

static void look_for_end(void *context)
{
	(void)context;
	if (waitpid((pid_t)scene.curl, &scene.status, WNOHANG) == scene.curl)
		loop_stop(scene.loop);
}

/* Runs curl while the loop turns; what it got stands in the file "body". */
static void ask_by_curl(const char *option, const char *value)
{
	const char *url =
		arena_format(scene.arena, "https://127.0.0.1:%u/v1/messages/VN-1-1/document",
			     (unsigned)http_port(scene.http));
	const char *ca = arena_format(scene.arena, "%s/door.crt", scene.directory);
	const char *body = arena_format(scene.arena, "%s/body", scene.directory);

	scene.curl = fork();
	assert_true(scene.curl >= 0);
	if (scene.curl == 0) {
		(void)execlp("curl", "curl", "-sS", "--max-time", "60", "--cacert", ca, "-o", body,
			     option, value, url, (char *)NULL);
		_exit(127);
	}
	assert_int_equal(loop_every(scene.loop, LOOK_MS, look_for_end, &scene.curl), OK);
	assert_int_equal(loop_run(scene.loop), OK);
	loop_forget(scene.loop, &scene.curl);
	assert_true(WIFEXITED(scene.status));
	assert_int_equal(WEXITSTATUS(scene.status), 0);
}

static void who_reads_slowly_has_each_piece_fetched_once(void **state)
{
	struct bytes body;

	(void)state;
	ask_by_curl("--limit-rate", "16M");
	assert_int_equal(file_read(arena_format(scene.arena, "%s/body", scene.directory), WHOLE + 1,
				   scene.arena, &body),
			 OK);
	assert_true(bytes_equal(body, bytes_of(scene.document, WHOLE)));
	for (unsigned i = 0; i < PIECES; i++)
		if (scene.asked[i] != 1)
			fail_msg("piece %u was fetched %u times", i, scene.asked[i]);
}

/* HEAD wants the headers; the body is not fetched for nobody. */
static void who_wants_no_body_has_none_fetched(void **state)
{
	(void)state;
	ask_by_curl("-I", "--compressed");
	assert_int_equal(scene.asked[0], 1);
	for (unsigned i = 1; i < PIECES; i++)
		assert_int_equal(scene.asked[i], 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(who_reads_slowly_has_each_piece_fetched_once,
						open_scene, close_scene),
		cmocka_unit_test_setup_teardown(who_wants_no_body_has_none_fetched, open_scene,
						close_scene),
	};

	return cmocka_run_group_tests_name("api_read", tests, NULL, NULL);
}
