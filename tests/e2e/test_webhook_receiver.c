/*
 * A real courier, in its sandbox, and a receiver over HTTPS that does what docs/webhooks.md asks of it:
 * it checks the MAC (with OpenSSL, not with this project's code), the sequence and who sent it, and
 * gets what GET /v1/events says, once each and in order, whatever is reloaded or killed.
 */
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>

#include <cmocka.h>
#include <jansson.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>

#include "node/file.h"
#include "node/http.h"
#include "node/town_identity.h"
#include "sampan/certificate.h"
#include "tests/support/door_client.h"
#include "tests/support/patience.h"

#define TRADER "gom-bat-trang"
#define EXPORT "vn/gom-bat-trang/01-export-1-line.xml"
#define REFERENCE "GBT-XK-2026-0141"
#define SECRET "0f1e2d3c4b5a69788796a5b4c3d2e1f0"
#define ROOM 512u
#define TESTS 3u

static struct rig rig;
static bool is_good;
static unsigned passed;

static struct receiver {
	struct http *http;
	uint64_t sequences[ROOM]; /* in the order in which they came, each once */
	char bodies[ROOM][4096];
	size_t count, again, wrong;
	bool is_broken; /* it answers 500 */
} receiver;

/* ---- The receiver ---- */

static bool is_signed(struct http_call *call, struct bytes body)
{
	const char *time = http_header(call, "sampan-timestamp");
	const char *signature = http_header(call, "sampan-signature");
	char text[65536], hex[3 + 64 + 1] = "v1=";
	unsigned char mac[EVP_MAX_MD_SIZE];
	unsigned len = 0;
	int size = snprintf(text, sizeof(text), "%s.%.*s", time == NULL ? "" : time, (int)body.len,
			    (const char *)body.at);

	if (time == NULL || signature == NULL || size >= (int)sizeof(text))
		return false;
	(void)HMAC(EVP_sha256(), SECRET, (int)strlen(SECRET), (const unsigned char *)text,
		   (size_t)size, mac, &len);
	for (unsigned i = 0; i < len && i < 32; i++)
		(void)snprintf(hex + 3 + 2 * i, 3, "%02x", mac[i]);
	return strcmp(signature, hex) == 0;
}

static void take(uint64_t sequence, struct bytes body)
{
	if (receiver.count > 0 && sequence <= receiver.sequences[receiver.count - 1]) {
		receiver.again++;
		return;
	}
	assert_true(receiver.count < ROOM && body.len < sizeof(receiver.bodies[0]));
	memcpy(receiver.bodies[receiver.count], body.at, body.len);
	receiver.bodies[receiver.count][body.len] = '\0';
	receiver.sequences[receiver.count++] = sequence;
}

static void on_head(void *context, struct http_call *call)
{
	(void)context;
	http_take_body(call, 65536);
}

static void on_body(void *context, struct http_call *call, struct bytes body)
{
	const char *sequence = http_header(call, "sampan-sequence");
	bool is_right = sequence != NULL && is_signed(call, body) &&
			strcmp(http_path(call), "/sampan") == 0 &&
			strcmp(http_header(call, "sampan-webhook"), "erp") == 0;

	(void)context;
	receiver.wrong += !is_right;
	if (is_right && !receiver.is_broken)
		take(strtoull(sequence, NULL, 10), body);
	http_answer(call, &(struct http_answer){.status = receiver.is_broken ? 500 : 204});
}

static const struct http_handlers handlers = {.on_head = on_head, .on_body = on_body};

/* Its certificate stands for localhost; the node believes nobody else there. */
static struct bytes open_receiver(void)
{
	struct http_options options = {.address = "127.0.0.1"};
	const char *message = "";

	assert_int_equal(certificate_new_server("erp.example", "VN", rig.arena, &options.key,
						&options.certificate),
			 OK);
	if (http_open(NULL, &options, &handlers, NULL, &receiver.http, &message) != OK)
		fail_msg("%s", message);
	return options.certificate;
}

/* ---- The node ---- */

static void put(const char *name, struct bytes content)
{
	const char *path = arena_format(rig.arena, "%s/%s", rig.town.nodes[RIG_VN].directory, name);

	assert_int_equal(file_make(path, 0600, content), OK);
}

static int set_up(void **state)
{
	(void)state;
	(void)signal(SIGPIPE, SIG_IGN);
	rig_open(&rig);
	put("keys/erp.pem", open_receiver());
	put("keys/erp", bytes_of_text(SECRET "\n"));
	put("webhooks.yaml",
	    bytes_of_text(arena_format(rig.arena,
				       "webhooks:\n  - id: erp\n    party: " TRADER "\n"
				       "    url: https://localhost:%u/sampan\n"
				       "    secret: keys/erp\n    ca: keys/erp.pem\n"
				       "    private: true\n",
				       http_port(receiver.http))));
	rig_start(&rig);
	return town_identity_tokens(&rig.town.nodes[RIG_VN]) == OK ? 0 : -1;
}

static int tear_down(void **state)
{
	(void)state;
	is_good = passed == TESTS;
	rig_close(&rig, is_good);
	http_close(receiver.http);
	return 0;
}

static const char *lodge(const char *reference)
{
	const struct door_request request = {
		.method = "POST",
		.path = "/v1/messages",
		.token = door_client_token(&rig, RIG_VN, TRADER),
		.type = "application/xml",
		.body = rig_replace(&rig, rig_sample(&rig, EXPORT), REFERENCE, reference)};
	struct door_answer answer = door_client_ask(&rig, RIG_VN, &request);

	assert_int_equal(answer.status, 202);
	return door_client_member(&rig, &answer, "id");
}

/* ---- What the door says of the same ---- */

#define EVENTS_SECONDS 2u /* then curl ends: the stream has no end */

static size_t told(uint64_t sequences[ROOM], uint64_t after)
{
	const struct door_request request = {
		.path = "/v1/events",
		.token = door_client_token(&rig, RIG_VN, TRADER),
		.headers = {arena_format(rig.arena, "Last-Event-ID: %llu",
					 (unsigned long long)after)},
		.max_seconds = EVENTS_SECONDS};
	struct door_answer answer = door_client_ask(&rig, RIG_VN, &request);
	const char *at = (const char *)answer.body.at;
	size_t count = 0;

	while ((at = strstr(at, "data: {\"sequence\":")) != NULL && count < ROOM) {
		at += strlen("data: {\"sequence\":");
		sequences[count++] = strtoull(at, NULL, 10);
	}
	return count;
}

/* Its delivery is on disk at the partner, and that was told. */
static bool is_delivered(void *context)
{
	const char *id = context;

	http_turn(receiver.http, 5);
	for (size_t i = 0; i < receiver.count; i++)
		if (strstr(receiver.bodies[i], id) != NULL &&
		    strstr(receiver.bodies[i], "\"actor\":\"partner:TH\"") != NULL)
			return true;
	return false;
}

static void wait_for(const char *id)
{
	if (!rig_wait(is_delivered, (void *)(uintptr_t)id, PATIENCE_MS))
		fail_msg("%zu events came", receiver.count);
}

static bool are_so_many(void *context)
{
	const size_t *count = context;

	http_turn(receiver.http, 5);
	return receiver.count >= *count;
}

static void assert_all_came(void)
{
	uint64_t sequences[ROOM];
	size_t count = told(sequences, 0);

	assert_true(count > 0);
	assert_true(rig_wait(are_so_many, &count, PATIENCE_MS));
	for (size_t i = 0; i < count; i++)
		assert_int_equal(receiver.sequences[i], sequences[i]);
	assert_int_equal(receiver.wrong, 0);
}

static void what_happens_is_sent_signed_from_the_sandbox_once_and_in_order(void **state)
{
	(void)state;
	wait_for(lodge("HOOK-1"));
	assert_all_came();
	assert_int_equal(receiver.again, 0);
	passed++;
}

static bool are_at_rest(void *context)
{
	(void)context;
	http_turn(receiver.http, 5);
	return rig_wait_for_rest(&rig, 10);
}

static void a_receiver_that_was_away_gets_all_of_it_after_a_reload(void **state)
{
	const char *id;

	(void)state;
	receiver.is_broken = true;
	id = lodge("HOOK-2");
	assert_true(rig_wait(are_at_rest, NULL, PATIENCE_MS));
	assert_int_equal(kill((pid_t)rig.town.nodes[RIG_VN].supervisor, SIGHUP), 0);
	receiver.is_broken = false;
	wait_for(id);
	assert_all_came();
	passed++;
}

/* Some may come again, with the same sequence; none is lost and none comes before its turn. */
static void a_courier_that_is_killed_loses_none(void **state)
{
	long pids[RIG_PIDS];
	const char *id = "";

	(void)state;
	for (unsigned i = 0; i < 4; i++) {
		id = lodge(arena_format(rig.arena, "HOOK-KILL-%u", i));
		http_turn(receiver.http, 5);
		if (rig_pids(&rig, RIG_VN, "courier", pids) == 1)
			(void)kill((pid_t)pids[0], SIGKILL);
		http_turn(receiver.http, 5);
	}
	assert_true(rig_wait(are_at_rest, NULL, PATIENCE_MS));
	wait_for(id);
	assert_all_came();
	passed++;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_happens_is_sent_signed_from_the_sandbox_once_and_in_order),
		cmocka_unit_test(a_receiver_that_was_away_gets_all_of_it_after_a_reload),
		cmocka_unit_test(a_courier_that_is_killed_loses_none),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
