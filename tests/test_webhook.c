/*
 * webhook, webhook_post, http_client: events arrive at a real HTTPS receiver in order, signed, again
 * until they were received, and nowhere else.
 *
 * Courier's part, receiver, ledger and clerk stand on one loop; the ledger is in memory.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <jansson.h>
#include <sys/stat.h>

#include "node/clerk_call.h"
#include "node/clerk_list.h"
#include "node/file.h"
#include "node/http.h"
#include "node/ledger_call.h"
#include "node/webhook_call.h"
#include "node/webhook_post.h"
#include "sampan/certificate.h"
#include "sampan/http_address.h"
#include "sampan/http_client.h"
#include "tests/support/node_fixture.h"
#include "tests/support/patience.h"

#define LOOK_MS 2u
#define ROOM 256u
#define SECRET "correct horse battery staple"

static const struct webhook_post_pace pace = {.tick_ms = 2,
					      .look_again_ms = 10,
					      .connect_ms = 5000,
					      .total_ms = 400,
					      .first_pause_ms = 2,
					      .longest_pause_ms = 8};

struct scene;

typedef void receiver_word(struct scene *scene, struct http_call *call);

struct scene {
	struct node_fixture *fixture;
	struct role role;
	char directory[64];
	struct call_server *ledger_server, *clerk_server;
	struct call_client *ledger;
	struct http *receiver;
	struct webhook_posts *posts;
	struct config_webhook webhook;
	receiver_word *word;
	unsigned words;          /* spoken */
	uint64_t received[ROOM]; /* sequences answered with 2xx */
	size_t count, requests, elsewhere;
	unsigned places_refused; /* so many times more its place is not kept */
	bool (*is_over)(struct scene *scene);
};

static struct scene scene;

/* ---- The receiver ---- */

static void answer_status(struct http_call *call, unsigned status)
{
	http_answer(call, &(struct http_answer){.status = status});
}

static void take(struct scene *to, struct http_call *call)
{
	to->received[to->count++] = strtoull(http_header(call, "sampan-sequence"), NULL, 10);
	assert_true(to->count < ROOM);
	answer_status(call, 204);
}

static void fail_three_times(struct scene *to, struct http_call *call)
{
	if (to->words++ < 3)
		answer_status(call, 500);
	else
		take(to, call);
}

static void redirect_once(struct scene *to, struct http_call *call)
{
	static const struct http_field location = {"Location", "/elsewhere"};

	if (to->words++ > 0)
		take(to, call);
	else
		http_answer(call, &(struct http_answer){
					  .status = 307, .fields = &location, .field_count = 1});
}

static void be_silent_once(struct scene *to, struct http_call *call)
{
	if (to->words++ > 0)
		take(to, call);
}

static void say_too_much_once(struct scene *to, struct http_call *call)
{
	static const uint8_t much[65536] = {0};

	if (to->words++ > 0)
		take(to, call);
	else
		http_answer(call, &(struct http_answer){.status = 200,
							.body = bytes_of(much, sizeof(much))});
}

static void on_head(void *context, struct http_call *call)
{
	(void)context;
	http_take_body(call, 65536);
}

/* What a receiver does by docs/webhooks.md. */
static void assert_signed(struct http_call *call, struct bytes body)
{
	const struct bytes parts[] = {bytes_of_text(http_header(call, "sampan-timestamp")),
				      bytes_of(".", 1), body};
	struct hash mac = hash_hmac(bytes_of_text(SECRET), parts, 3);
	char hex[HASH_HEX_BYTES], expected[HASH_HEX_BYTES + 3];

	hash_format_hex(&mac, hex);
	(void)snprintf(expected, sizeof(expected), "v1=%s", hex);
	assert_string_equal(http_header(call, "sampan-signature"), expected);
	assert_string_equal(http_header(call, "sampan-webhook"), "erp");
}

static void on_body(void *context, struct http_call *call, struct bytes body)
{
	struct scene *to = context;
	json_t *event = json_loadb((const char *)body.at, body.len, 0, NULL);

	to->requests++;
	if (strcmp(http_path(call), "/hook") != 0) {
		to->elsewhere++;
		answer_status(call, 200);
		json_decref(event);
		return;
	}
	assert_signed(call, body);
	assert_int_equal(json_integer_value(json_object_get(event, "sequence")),
			 strtoull(http_header(call, "sampan-sequence"), NULL, 10));
	json_decref(event);
	to->word(to, call);
}

static void on_gone(void *context, struct http_call *call)
{
	(void)context;
	(void)call;
}

static const struct http_handlers handlers = {
	.on_head = on_head, .on_body = on_body, .on_gone = on_gone};

/* ---- Ledger and clerk ---- */

static void on_ledger(void *context, uint16_t operation, struct bytes body,
		      struct call_ticket *ticket)
{
	struct scene *to = context;
	struct buffer answer;
	enum err err;

	if (operation == LEDGER_WEBHOOK_DONE && to->places_refused > 0) {
		to->places_refused--;
		call_answer(ticket, ERR_FULL, (struct bytes){0});
		return;
	}
	buffer_init(&answer, LIMIT_CALL_BYTES);
	node_fixture_begin(to->fixture);
	err = webhook_call_serve(&to->fixture->turn, operation, body, &answer);
	if (err == OK && batch_count(to->fixture->turn.batch) > 0)
		err = node_fixture_commit(to->fixture);
	else
		node_fixture_drop(to->fixture);
	call_answer(ticket, err, err == OK ? buffer_bytes(&answer) : (struct bytes){0});
	buffer_clear(&answer);
}

static void on_clerk(void *context, uint16_t operation, struct bytes body,
		     struct call_ticket *ticket)
{
	struct scene *to = context;
	struct buffer answer;
	enum err err;

	assert_int_equal(operation, CLERK_EVENTS);
	buffer_init(&answer, LIMIT_CALL_BYTES);
	err = clerk_list_serve_events(&to->fixture->turn, body, &answer);
	call_answer(ticket, err, err == OK ? buffer_bytes(&answer) : (struct bytes){0});
	buffer_clear(&answer);
}

/* ---- Scene ---- */

static void on_patience_over(void *context)
{
	(void)context;
	fail_msg("nothing comes any more");
}

static void on_look(void *context)
{
	struct scene *to = context;

	if (to->is_over != NULL && to->is_over(to))
		loop_stop(to->role.loop);
}

static void run_until(bool (*is_over)(struct scene *to))
{
	scene.is_over = is_over;
	assert_int_equal(loop_run(scene.role.loop), OK);
}

static const char *write_file(const char *name, struct bytes content)
{
	const char *path = arena_format(scene.fixture->arena, "%s/%s", scene.directory, name);

	assert_int_equal(file_make(path, 0600, content), OK);
	return path;
}

static void open_receiver(void)
{
	struct http_options options = {.address = "127.0.0.1"};
	struct arena *arena = scene.fixture->arena;
	struct bytes key, certificate, other_key, other;
	const char *message = "";

	assert_int_equal(certificate_new_server("erp.example", "VN", arena, &key, &certificate),
			 OK);
	assert_int_equal(certificate_new_server("erp.example", "VN", arena, &other_key, &other),
			 OK);
	options.key = key;
	options.certificate = certificate;
	assert_int_equal(
		http_open(scene.role.loop, &options, &handlers, &scene, &scene.receiver, &message),
		OK);
	write_file("keys/ca.pem", certificate);
	write_file("keys/other.pem", other);
	write_file("keys/secret", bytes_of_text(SECRET "\n"));
}

static void open_posts(void)
{
	assert_int_equal(webhook_post_open(&scene.role, &pace, &scene.posts), OK);
}

static void close_posts(void)
{
	webhook_post_close(scene.posts);
	scene.posts = NULL;
}

static int set_up(void **state)
{
	struct loop *loop;

	scene = (struct scene){.directory = "/tmp/sampan-webhook-XXXXXX", .word = take};
	assert_int_equal(node_fixture_open(state), 0);
	scene.fixture = *state;
	assert_non_null(mkdtemp(scene.directory));
	assert_int_equal(mkdir(arena_format(scene.fixture->arena, "%s/run", scene.directory), 0700),
			 0);
	assert_int_equal(
		mkdir(arena_format(scene.fixture->arena, "%s/keys", scene.directory), 0700), 0);
	scene.fixture->config.directory = scene.directory;
	assert_int_equal(loop_new(&loop), OK);
	scene.role = (struct role){.name = "courier",
				   .config = &scene.fixture->config,
				   .loop = loop,
				   .arena = scene.fixture->arena};
	assert_int_equal(loop_every(loop, PATIENCE_MS, on_patience_over, NULL), OK);
	assert_int_equal(loop_every(loop, LOOK_MS, on_look, &scene), OK);
	assert_int_equal(
		call_server_open(loop, role_endpoint(scene.role.config, "ledger", scene.role.arena),
				 on_ledger, &scene, &scene.ledger_server),
		OK);
	assert_int_equal(
		call_server_open(loop, role_endpoint(scene.role.config, "clerk", scene.role.arena),
				 on_clerk, &scene, &scene.clerk_server),
		OK);
	assert_int_equal(
		call_client_open(loop, role_endpoint(scene.role.config, "ledger", scene.role.arena),
				 10000, &scene.ledger),
		OK);
	open_receiver();
	scene.webhook = (struct config_webhook){.id = "erp",
						.party = "gom",
						.url = arena_format(scene.fixture->arena,
								    "https://localhost:%u/hook",
								    http_port(scene.receiver)),
						.secret = "keys/secret",
						.ca = "keys/ca.pem",
						.is_private = true};
	scene.fixture->config.webhooks = &scene.webhook;
	scene.fixture->config.webhook_count = 1;
	return 0;
}

static int tear_down(void **state)
{
	char command[128];

	close_posts();
	http_close(scene.receiver);
	call_client_close(scene.ledger);
	call_server_close(scene.ledger_server);
	call_server_close(scene.clerk_server);
	loop_free(scene.role.loop);
	(void)snprintf(command, sizeof(command), "rm -rf %s", scene.directory);
	assert_int_equal(system(command), 0);
	return node_fixture_close(state);
}

/* ---- What happens ---- */

static void lodge(const char *party, unsigned first, unsigned count)
{
	for (unsigned i = first; i < first + count; i++) {
		const char *reference = arena_format(scene.fixture->arena, "R%u", i);

		node_fixture_lodge(scene.fixture, party, reference, node_fixture_export,
				   PAIRS("reference", reference, "from",
					 strcmp(party, "gom") == 0 ? "0100101308" : "0301442986",
					 "exporter",
					 strcmp(party, "gom") == 0 ? "0100101308" : "0301442986"));
	}
	node_fixture_register(scene.fixture);
}

static uint64_t position(void)
{
	struct webhook webhook = {.position = 0};

	(void)webhook_load(&scene.fixture->turn, "erp", &webhook);
	return webhook.position;
}

static bool is_registered(struct scene *to)
{
	return node_fixture_count(to->fixture, "WebhookRegistered", 0) == 1;
}

static bool is_all_kept(struct scene *to)
{
	return position() == node_fixture_size(to->fixture);
}

static void begin(void)
{
	open_posts();
	run_until(is_registered);
}

/* Each record of gom's messages behind `after`, once and in order, and nothing else. */
static void assert_received(uint64_t after, size_t from)
{
	size_t next = from;

	for (uint64_t n = after + 1; n <= node_fixture_size(scene.fixture); n++) {
		struct turn turn = scene.fixture->turn;
		struct message message;
		struct record record;

		assert_int_equal(ledger_record(turn.ledger, n, scene.fixture->arena, &record, NULL),
				 OK);
		if (message_load(&turn, record.message, &message) != OK ||
		    strcmp(message.sender, "party:gom") != 0)
			continue;
		assert_true(next < scene.count);
		assert_int_equal(scene.received[next++], n);
	}
	assert_int_equal(next, scene.count);
	assert_true(scene.count > from);
}

static void what_happens_arrives_once_in_order_and_is_nobody_elses(void **state)
{
	uint64_t after;

	(void)state;
	lodge("gom", 0, 2); /* before it was registered: not sent */
	begin();
	after = node_fixture_size(scene.fixture);
	lodge("gom", 10, 15);
	lodge("nong-san", 30, 5);
	lodge("gom", 40, 5);
	webhook_post_wake(scene.posts);
	run_until(is_all_kept);
	assert_received(after, 0);
	assert_int_equal(scene.requests, scene.count);
}

static void assert_comes_in_order_in_spite_of(receiver_word *word)
{
	uint64_t after;

	begin();
	after = node_fixture_size(scene.fixture);
	scene.word = word;
	lodge("gom", 0, 3);
	webhook_post_wake(scene.posts);
	run_until(is_all_kept);
	assert_received(after, 0);
	assert_true(scene.requests > scene.count);
}

static void what_failed_comes_again_and_the_rest_waits_for_it(void **state)
{
	(void)state;
	assert_comes_in_order_in_spite_of(fail_three_times);
}

static void a_redirect_is_a_failure_and_not_followed(void **state)
{
	(void)state;
	assert_comes_in_order_in_spite_of(redirect_once);
	assert_int_equal(scene.elsewhere, 0);
}

static void an_answer_that_does_not_come_is_given_up(void **state)
{
	(void)state;
	assert_comes_in_order_in_spite_of(be_silent_once);
}

static void an_answer_without_end_is_cut_off(void **state)
{
	(void)state;
	assert_comes_in_order_in_spite_of(say_too_much_once);
}

/* Else a full disk would have the receiver flooded with the same events. */
static void what_was_received_is_not_sent_again_because_its_place_was_not_kept(void **state)
{
	uint64_t after;

	(void)state;
	begin();
	after = node_fixture_size(scene.fixture);
	scene.places_refused = 3;
	lodge("gom", 0, 3);
	webhook_post_wake(scene.posts);
	run_until(is_all_kept);
	assert_int_equal(scene.places_refused, 0);
	assert_received(after, 0);
	assert_int_equal(scene.requests, scene.count);
}

static bool has_failed_twice(struct scene *to)
{
	return http_counts(to->receiver).failed >= 2;
}

static void a_receiver_with_another_certificate_gets_nothing(void **state)
{
	(void)state;
	scene.webhook.ca = "keys/other.pem";
	begin();
	lodge("gom", 0, 1);
	webhook_post_wake(scene.posts);
	run_until(has_failed_twice);
	assert_int_equal(scene.requests, 0);
}

static void a_courier_that_comes_back_goes_on_where_it_was(void **state)
{
	uint64_t after, requests;

	(void)state;
	begin();
	after = node_fixture_size(scene.fixture);
	lodge("gom", 0, 4);
	webhook_post_wake(scene.posts);
	run_until(is_all_kept);
	close_posts();
	requests = scene.requests;
	open_posts();
	lodge("gom", 10, 2);
	run_until(is_all_kept);
	assert_received(after, 0);
	assert_int_equal(scene.requests, scene.count);
	assert_true(scene.requests > requests);
	assert_int_equal(node_fixture_count(scene.fixture, "WebhookRegistered", 0), 1);
}

static bool has_received_again(struct scene *to)
{
	return to->count >= to->words && is_all_kept(to);
}

static void an_operator_has_events_sent_again(void **state)
{
	uint64_t after;
	size_t first;

	(void)state;
	begin();
	after = node_fixture_size(scene.fixture);
	lodge("gom", 0, 4);
	webhook_post_wake(scene.posts);
	run_until(is_all_kept);
	first = scene.count;
	node_fixture_begin(scene.fixture);
	assert_int_equal(webhook_replay(&scene.fixture->turn, "erp", after + 1, "lan"), OK);
	assert_int_equal(node_fixture_commit(scene.fixture), OK);
	assert_string_equal(node_fixture_record(scene.fixture, "WebhookReplayed", 0).actor,
			    "operator:lan");
	scene.words = (unsigned)(2 * first);
	run_until(has_received_again);
	assert_received(after, first);
}

/* ---- Its place in the ledger ---- */

static void its_place_never_moves_back_and_an_old_courier_moves_nothing(void **state)
{
	struct node_fixture *fixture = *state;
	struct webhook webhook, again;

	lodge("gom", 0, 2);
	node_fixture_begin(fixture);
	assert_int_equal(webhook_open(&fixture->turn, "erp", &webhook), OK);
	assert_int_equal(node_fixture_commit(fixture), OK);
	assert_int_equal(webhook.position, webhook.generation);
	node_fixture_begin(fixture);
	assert_int_equal(webhook_done(&fixture->turn, "erp", webhook.generation, 50), OK);
	assert_int_equal(webhook_done(&fixture->turn, "erp", webhook.generation, 40), OK);
	assert_int_equal(webhook_done(&fixture->turn, "erp", webhook.generation - 1, 60),
			 ERR_CONFLICT);
	assert_int_equal(webhook_done(&fixture->turn, "no-such", 1, 60), ERR_MISSING);
	assert_int_equal(node_fixture_commit(fixture), OK);
	assert_int_equal(position(), 50);
	/* another address: on record, and it goes on where it was */
	scene.webhook.url = "https://localhost/other?token=secret";
	node_fixture_begin(fixture);
	assert_int_equal(webhook_open(&fixture->turn, "erp", &again), OK);
	assert_int_equal(node_fixture_commit(fixture), OK);
	assert_int_equal(again.position, 50);
	assert_true(again.generation > webhook.generation);
	assert_string_equal(node_fixture_attribute(fixture, "WebhookRegistered", 0, "url"),
			    "https://localhost");
	/* another party: nothing of what was before */
	scene.webhook.party = "nong-san";
	node_fixture_begin(fixture);
	assert_int_equal(webhook_open(&fixture->turn, "erp", &again), OK);
	assert_int_equal(node_fixture_commit(fixture), OK);
	assert_int_equal(again.position, again.generation);
	node_fixture_begin(fixture);
	assert_int_equal(webhook_open(&fixture->turn, "no-such", &again), ERR_MISSING);
	assert_int_equal(webhook_replay(&fixture->turn, "erp", 0, "lan"), ERR_USAGE);
	assert_int_equal(webhook_replay(&fixture->turn, "erp", 10000, "lan"), ERR_USAGE);
	node_fixture_drop(fixture);
}

/* ---- The client ---- */

static void addresses_that_are_not_public_are_told(void **state)
{
	static const char *const not_public[] = {"127.0.0.1",
						 "10.1.2.3",
						 "172.16.0.1",
						 "172.31.255.255",
						 "192.168.1.1",
						 "169.254.169.254",
						 "100.64.0.1",
						 "0.0.0.0",
						 "224.0.0.1",
						 "255.255.255.255",
						 "198.18.0.1",
						 "192.0.2.1",
						 "::1",
						 "::",
						 "fe80::1",
						 "fd00::1",
						 "ff02::1",
						 "::ffff:10.0.0.1",
						 "::ffff:127.0.0.1",
						 "64:ff9b::7f00:1",
						 "2002:7f00:1::",
						 "2001:db8::1",
						 "2001::1",
						 "3fff:fff::1",
						 "5f00::1",
						 "64:ff9b:1::7f00:1",
						 "::7f00:1",
						 "fec0::1",
						 "100::1",
						 "192.88.99.1",
						 "240.0.0.1",
						 "example.org",
						 "",
						 "1.2.3",
						 "203.0.113.7"};
	static const char *const is_public[] = {
		"1.1.1.1",         "172.32.0.1",   "100.128.0.1",      "203.0.114.1",
		"2606:4700::1111", "3fff:1000::1", "64:ff9b::101:101", "::ffff:8.8.8.8"};

	(void)state;
	for (size_t i = 0; i < sizeof(not_public) / sizeof(not_public[0]); i++)
		if (http_address_is_public(not_public[i]))
			fail_msg("%s is taken for public", not_public[i]);
	for (size_t i = 0; i < sizeof(is_public) / sizeof(is_public[0]); i++)
		if (!http_address_is_public(is_public[i]))
			fail_msg("%s is not taken for public", is_public[i]);
}

static enum err ask(const char *url, unsigned may)
{
	const struct http_client_options options = {.ca = {0}};
	const struct http_client_request request = {.method = "GET",
						    .url = url,
						    .max_answer_bytes = 1024,
						    .connect_ms = 2000,
						    .total_ms = 2000,
						    .may = may};
	struct http_client_answer answer;
	struct http_client *client;
	char why[HTTP_CLIENT_WHY_BYTES];
	enum err err;

	assert_int_equal(http_client_open(&options, &client), OK);
	err = http_client_ask(client, &request, scene.fixture->arena, &answer, why);
	http_client_close(client);
	return err;
}

static void no_name_leads_to_an_address_that_is_not_allowed(void **state)
{
	const char *by_name = arena_format(scene.fixture->arena, "https://localhost:%u/hook",
					   http_port(scene.receiver));
	const char *by_address = arena_format(scene.fixture->arena, "https://127.0.0.1:%u/hook",
					      http_port(scene.receiver));
	const char *as_number = arena_format(scene.fixture->arena, "https://2130706433:%u/hook",
					     http_port(scene.receiver));

	(void)state;
	assert_int_equal(ask(by_name, 0), ERR_DENIED);
	assert_int_equal(ask(by_address, 0), ERR_DENIED);
	assert_int_equal(ask(as_number, 0), ERR_DENIED);
	assert_int_equal(ask("https://[::ffff:127.0.0.1]:1/", 0), ERR_DENIED);
	assert_int_equal(ask("http://10.0.0.1:1/", HTTP_MAY_PLAIN_LOOPBACK), ERR_DENIED);
	assert_int_equal(http_counts(scene.receiver).accepted, 0);
}

static void what_is_no_address_of_a_receiver_is_refused(void **state)
{
	static const char *const bad[] = {"http://127.0.0.1/",
					  "ftp://example.org/",
					  "file:///etc/passwd",
					  "gopher://127.0.0.1/",
					  "https://user:pass@example.org/",
					  "https://a b/",
					  "https://example.org/\n",
					  "",
					  "localhost",
					  "//localhost/"};

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		if (ask(bad[i], HTTP_MAY_PRIVATE) != ERR_USAGE)
			fail_msg("%s is not refused", bad[i]);
}

#define WITH_A_RECEIVER(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		WITH_A_RECEIVER(what_happens_arrives_once_in_order_and_is_nobody_elses),
		WITH_A_RECEIVER(what_failed_comes_again_and_the_rest_waits_for_it),
		WITH_A_RECEIVER(what_was_received_is_not_sent_again_because_its_place_was_not_kept),
		WITH_A_RECEIVER(a_redirect_is_a_failure_and_not_followed),
		WITH_A_RECEIVER(an_answer_that_does_not_come_is_given_up),
		WITH_A_RECEIVER(an_answer_without_end_is_cut_off),
		WITH_A_RECEIVER(a_receiver_with_another_certificate_gets_nothing),
		WITH_A_RECEIVER(a_courier_that_comes_back_goes_on_where_it_was),
		WITH_A_RECEIVER(an_operator_has_events_sent_again),
		WITH_A_RECEIVER(its_place_never_moves_back_and_an_old_courier_moves_nothing),
		cmocka_unit_test(addresses_that_are_not_public_are_told),
		WITH_A_RECEIVER(no_name_leads_to_an_address_that_is_not_allowed),
		WITH_A_RECEIVER(what_is_no_address_of_a_receiver_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
