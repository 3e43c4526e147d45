/*
 * Two whole nodes under attack: garbage on every local socket and on the partner's listener, and a
 * partner who turned hostile. No role may die of it, nothing may be believed, and the node goes on
 * working.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <arpa/inet.h>
#include <jansson.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "node/admin.h"
#include "node/call.h"
#include "node/clerk_call.h"
#include "node/file.h"
#include "node/line.h"
#include "node/link_wire.h"
#include "node/parcel.h"
#include "node/setup.h"
#include "sampan/clock.h"
#include "sampan/key.h"
#include "tests/support/attack_scene.h"
#include "tests/support/patience.h"

#define ROUNDS 40u
#define IDLE_CONNECTIONS 100u

static uint64_t seed = 20261122;

static uint32_t chance(uint32_t below)
{
	seed = seed * 6364136223846793005u + 1442695040888963407u;
	return (uint32_t)(seed >> 33) % below;
}

static struct bytes garbage(uint8_t *room, size_t max)
{
	size_t len = chance((uint32_t)max + 1);

	for (size_t i = 0; i < len; i++)
		room[i] = (uint8_t)(chance(3) == 0 ? 0 : chance(256));
	return bytes_of(room, len);
}

static const char *endpoint_of(const char *service)
{
	return arena_format(attack_scene.rig.arena, "ipc://%s/run/%s.ipc",
			    attack_scene_vn()->directory, service);
}

/* ---- Local sockets ---- */

static const char *const services[] = {"ledger", "clerk",     "seal",
				       "admin",  "gate-pool", "courier-pool"};

#define SERVICES (sizeof(services) / sizeof(services[0]))

static void pour(int fd)
{
	uint8_t room[5000];
	struct bytes bytes = garbage(room, sizeof(room));

	(void)!send(fd, bytes.at, bytes.len, MSG_NOSIGNAL);
	assert_int_equal(close(fd), 0);
}

static void bytes_that_are_no_messages_on_local_sockets(void **state)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};

	(void)state;
	for (size_t i = 0; i < SERVICES * ROUNDS; i++) {
		int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

		(void)snprintf(address.sun_path, sizeof(address.sun_path), "%s",
			       endpoint_of(services[i % SERVICES]) + strlen("ipc://"));
		assert_int_equal(connect(fd, (struct sockaddr *)&address, sizeof(address)), 0);
		pour(fd);
	}
}

static void send_parts(struct socket *socket)
{
	static uint8_t rooms[SOCKET_PARTS][300];
	struct bytes parts[SOCKET_PARTS];
	size_t count = 1 + chance(SOCKET_PARTS);

	for (size_t i = 0; i < count; i++)
		parts[i] = garbage(rooms[i], chance(2) == 0 ? 8 : sizeof(rooms[i]));
	(void)socket_send(socket, parts, count);
}

static void messages_that_are_no_questions_on_local_sockets(void **state)
{
	struct socket_context *context;

	(void)state;
	assert_int_equal(socket_context_new(&context), OK);
	for (size_t i = 0; i < SERVICES; i++) {
		struct socket_options options = {.kind = SOCKET_CLIENT,
						 .endpoint = endpoint_of(services[i]),
						 .max_message_bytes = SOCKET_PARTS * 300,
						 .queue_bytes = 1000000,
						 .queue_messages = 1000};
		struct socket *socket;

		assert_int_equal(socket_open(context, &options, &socket), OK);
		for (size_t j = 0; j < 5 * ROUNDS; j++)
			send_parts(socket);
	}
	socket_flush(context);
	socket_context_free(context);
}

struct asking {
	struct loop *loop;
	unsigned open;
	unsigned denied, ok;
};

static void on_answer(void *context, enum err err, struct bytes body)
{
	struct asking *asking = context;

	(void)body;
	asking->ok += err == OK;
	asking->denied += err == ERR_DENIED;
	if (--asking->open == 0)
		loop_stop(asking->loop);
}

static void on_patience_over(void *context)
{
	(void)context;
	fail_msg("what had to come did not come");
}

/* Operation 3 of the ledger waits for something new and so is not answered. */
static uint16_t any_operation(void)
{
	uint16_t operation = (uint16_t)(1 + chance(20) + (chance(2) == 0 ? 100 : 0));

	return operation == 3 ? 4 : operation;
}

static void ask_garbage(struct asking *asking, struct call_client *client, unsigned count)
{
	static uint8_t room[200];

	asking->open = count;
	for (unsigned i = 0; i < count; i++)
		assert_int_equal(call_ask(client, any_operation(), garbage(room, sizeof(room)),
					  on_answer, asking),
				 OK);
	assert_int_equal(loop_run(asking->loop), OK);
}

static void every_operation_with_garbage_from_one_who_has_the_pass(void **state)
{
	struct asking asking = {0};

	(void)state;
	assert_int_equal(loop_new(&asking.loop), OK);
	assert_int_equal(loop_every(asking.loop, PATIENCE_MS, on_patience_over, NULL), OK);
	for (size_t i = 0; i < 4; i++) {
		struct call_client *client;

		assert_int_equal(call_client_open(asking.loop, endpoint_of(services[i]),
						  PATIENCE_MS, &client),
				 OK);
		ask_garbage(&asking, client, 10 * ROUNDS);
		call_client_close(client);
	}
	assert_int_equal(asking.denied, 0);
	loop_free(asking.loop);
}

/* As code would that has taken a worker over: it has sockets, and cannot read the pass. */
static void questions_of_one_who_has_no_pass_are_denied(void **state)
{
	const char *elsewhere =
		arena_format(attack_scene.rig.arena, "%s/elsewhere", attack_scene.rig.directory);
	struct asking asking = {0};
	char link[4096];

	(void)state;
	assert_int_equal(loop_new(&asking.loop), OK);
	assert_int_equal(loop_every(asking.loop, PATIENCE_MS, on_patience_over, NULL), OK);
	assert_int_equal(system(arena_format(attack_scene.rig.arena, "mkdir -p %s", elsewhere)), 0);
	for (size_t i = 0; i < 4; i++) {
		struct call_client *client;

		(void)snprintf(link, sizeof(link), "%s/%s.ipc", elsewhere, services[i]);
		assert_int_equal(symlink(endpoint_of(services[i]) + strlen("ipc://"), link), 0);
		assert_int_equal(
			call_client_open(asking.loop,
					 arena_format(attack_scene.rig.arena, "ipc://%s", link),
					 PATIENCE_MS, &client),
			OK);
		ask_garbage(&asking, client, ROUNDS);
		call_client_close(client);
	}
	assert_int_equal(asking.denied, 4 * ROUNDS);
	loop_free(asking.loop);
}

/* ---- The partner's listener ---- */

/* ZMTP 3.0: signature, version, a mechanism that the listener does not speak. */
static const char greeting[64] = "\xff\0\0\0\0\0\0\0\x01\x7f\x03\x00NULL";

static void bytes_of_strangers_on_the_partners_listener(void **state)
{
	int idle[IDLE_CONNECTIONS];

	(void)state;
	for (size_t i = 0; i < IDLE_CONNECTIONS; i++) {
		idle[i] = attack_scene_connect_to_listener();
		(void)!send(idle[i], greeting, i % sizeof(greeting), MSG_NOSIGNAL);
	}
	for (size_t i = 0; i < 5 * ROUNDS; i++) {
		int fd = attack_scene_connect_to_listener();

		if (i % 2 == 0)
			(void)!send(fd, greeting, sizeof(greeting), MSG_NOSIGNAL);
		pour(fd);
	}
	attack_scene_expect_that_vn_works();
	assert_true(rig_wait_for_rest(&attack_scene.rig,
				      PATIENCE_MS)); /* with all of them still connected */
	for (size_t i = 0; i < IDLE_CONNECTIONS; i++)
		assert_int_equal(close(idle[i]), 0);
}

/* ---- A hostile partner: this program with the key of TH ---- */

struct evil {
	struct loop *loop;
	struct lines *lines;
	struct line *line;
	struct link_out *link;
	uint64_t acknowledged;
	struct buffer content;
};

static const struct {
	const char *message, *kind, *document;
} evil_parcels[] = {
	{"../../../../etc/cron.d/x", "asw.acdd", "<a/>"},
	{"TH-1-1\nerror forged role=ledger", "asw.acdd", "<a/>"},
	{"TH\x1b]0;owned\x07-1", "asw.acdd", "<a/>"},
	{"\xff\xfe\xfd", "asw.acdd", "<a/>"},
	{"TH-1-2", "vn.export", "<Envelope/>"},
	{"TH-1-3", "asw.form-d", "not xml at all \x1b[2J"},
	{"TH-1-4", "asw.acdd", "<!DOCTYPE a [<!ENTITY e SYSTEM 'file:///etc/passwd'>]><a>&e;</a>"},
	{"VN-1-1", "asw.acdd", "<a/>"},
	{"TH-1-4", "asw.acdd", "<a>other bytes under a name that came before</a>"},
};

#define EVIL_PARCELS (sizeof(evil_parcels) / sizeof(evil_parcels[0]))

/* The last two frames are no parcels at all. */
#define EVIL_FRAMES (EVIL_PARCELS + 2)

static void make_content(struct buffer *to, uint64_t number)
{
	const struct parcel none = {.message = "", .root = "", .kind = ""};
	struct parcel parcel = none;

	buffer_reset(to);
	if (number > EVIL_PARCELS) {
		buffer_put_text(to, "\xff\xff\xff\xff lies about its length");
		return;
	}
	parcel.message = evil_parcels[number - 1].message;
	parcel.root = "TH-1-1";
	parcel.delivery = 7;
	parcel.kind = evil_parcels[number - 1].kind;
	parcel.document = bytes_of_text(evil_parcels[number - 1].document);
	parcel_pack(to, &parcel);
}

static void evil_step(struct evil *evil, struct link_event event);

static void evil_load(struct evil *evil, uint64_t behind)
{
	struct link_event event = {.kind = behind < EVIL_FRAMES ? LINK_LOADED : LINK_NOTHING};

	if (behind < EVIL_FRAMES) {
		make_content(&evil->content, behind + 1);
		event.frame = (struct link_frame){
			.epoch = 1, .number = behind + 1, .content = buffer_bytes(&evil->content)};
		event.frame.hash = hash_of(event.frame.content);
	}
	evil_step(evil, event);
}

static void evil_step(struct evil *evil, struct link_event event)
{
	struct link_effects *effects = calloc(1, sizeof(*effects));
	bool wants_load = false;
	uint64_t behind = 0;

	event.now_ms = clock_monotonic_ms();
	link_out_step(evil->link, &event, effects);
	for (size_t i = 0; i < effects->count; i++) {
		const struct link_effect *effect = &effects->items[i];

		if (effect->kind == LINK_SEND)
			(void)line_send(evil->line, &effect->content, 1);
		else if (effect->kind == LINK_ACKNOWLEDGED)
			evil->acknowledged = effect->number;
		else if (effect->kind == LINK_ALARM)
			fail_msg("alarm: %s", effect->text);
		wants_load |= effect->kind == LINK_LOAD;
		behind = effect->kind == LINK_LOAD ? effect->number : behind;
	}
	free(effects);
	if (evil->acknowledged == EVIL_FRAMES)
		loop_stop(evil->loop);
	else if (wants_load)
		evil_load(evil, behind);
}

static void on_message(void *context, const struct socket_message *message)
{
	evil_step(context, (struct link_event){.kind = LINK_MESSAGE, .content = message->parts[0]});
}

static void on_tick(void *context)
{
	evil_step(context, (struct link_event){.kind = LINK_TICK});
}

static void open_evil(struct evil *evil)
{
	const struct config_partner *partner = &attack_scene_th()->config->partners[0];
	struct curve_options options = {.kind = SOCKET_CLIENT,
					.endpoint = partner->endpoint,
					.identity = "TH",
					.max_message_bytes = LIMIT_FRAME_BYTES,
					.queue_messages = 1000};
	uint8_t nonce[LINK_NONCE_BYTES];

	*evil = (struct evil){0};
	buffer_init(&evil->content, LIMIT_FRAME_BYTES);
	attack_scene_read_key(SETUP_CURVE_SECRET, options.own_secret);
	attack_scene_read_key(SETUP_CURVE_PUBLIC, options.own_public);
	assert_true(curve_key_parse(partner->curve_public, options.peer_public));
	key_random(nonce, sizeof(nonce));
	assert_int_equal(loop_new(&evil->loop), OK);
	assert_int_equal(loop_every(evil->loop, PATIENCE_MS, on_patience_over, NULL), OK);
	assert_int_equal(loop_every(evil->loop, 50, on_tick, evil), OK);
	assert_int_equal(link_out_new("th.sampan.example", 1, 1u << 20, nonce, &evil->link), OK);
	assert_int_equal(lines_open(evil->loop, &evil->lines), OK);
	assert_int_equal(line_open(evil->lines, &options, on_message, evil, &evil->line), OK);
}

static json_t *arrivals_new(void)
{
	const uint8_t after[8] = {0};
	struct bytes answer;

	assert_int_equal(call_once(endpoint_of("admin"), ADMIN_CLERK + CLERK_ARRIVALS,
				   bytes_of(after, sizeof(after)), PATIENCE_MS,
				   attack_scene.rig.arena, &answer),
			 OK);
	return json_loadb((const char *)answer.at, answer.len, 0, NULL);
}

static bool are_all_set_aside(void *context)
{
	json_t *json = arrivals_new(), *item, *list = json_object_get(json, "arrivals");
	size_t i, count = 0;

	json_array_foreach(list, i, item) count +=
		strcmp(json_string_value(json_object_get(item, "state")), "set-aside") == 0;
	*(size_t *)context = json_array_size(list);
	json_decref(json);
	return count == *(size_t *)context;
}

static void expect_plain_text(struct bytes text)
{
	for (size_t i = 0; i < text.len; i++)
		if ((text.at[i] < 0x20 && text.at[i] != '\n') || text.at[i] == 0x7f)
			fail_msg("a control character in what people see");
}

static void expect_plain_words(void)
{
	json_t *json = arrivals_new(), *item;
	struct bytes text;
	size_t i;

	json_array_foreach(json_object_get(json, "arrivals"), i, item)
	{
		const char *arguments[] = {"status", "--config", attack_scene_vn()->config_path,
					   json_string_value(json_object_get(item, "id")), NULL};

		assert_int_equal(rig_run(&attack_scene.rig, arguments, &text), 0);
		expect_plain_text(text);
	}
	json_decref(json);
	assert_int_equal(file_read(arena_format(attack_scene.rig.arena, "%s/node.log",
						attack_scene_vn()->directory),
				   1u << 24, attack_scene.rig.arena, &text),
			 OK);
	expect_plain_text(text);
	assert_null(memmem(text.at, text.len, "\nerror forged", 13));
}

static void a_partner_who_turned_hostile_is_kept_on_record_and_not_believed(void **state)
{
	struct evil evil;
	size_t count = 0;

	(void)state;
	town_stop(attack_scene_th(), SIGTERM);
	open_evil(&evil);
	evil_step(&evil, (struct link_event){.kind = LINK_START});
	assert_int_equal(loop_run(evil.loop), OK);
	assert_int_equal(evil.acknowledged, EVIL_FRAMES);
	link_out_free(evil.link);
	lines_close(evil.lines);
	loop_free(evil.loop);
	buffer_clear(&evil.content);
	assert_true(rig_wait(are_all_set_aside, &count, PATIENCE_MS));
	assert_int_equal(count, EVIL_FRAMES);
	expect_plain_words();
}

/* ---- All ---- */

#define TEST(name) \
	cmocka_unit_test_setup_teardown(name, attack_scene_remember_roles, \
					attack_scene_expect_the_same_roles)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(bytes_that_are_no_messages_on_local_sockets),
		TEST(messages_that_are_no_questions_on_local_sockets),
		TEST(every_operation_with_garbage_from_one_who_has_the_pass),
		TEST(questions_of_one_who_has_no_pass_are_denied),
		TEST(bytes_of_strangers_on_the_partners_listener),
		TEST(a_partner_who_turned_hostile_is_kept_on_record_and_not_believed),
	};

	return cmocka_run_group_tests(tests, attack_scene_open, attack_scene_close);
}
