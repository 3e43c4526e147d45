/*
 * Many at the HTTPS door: answers are never crossed, and beyond its cap it refuses at accept, in
 * bounded memory, while those inside are served.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <arpa/inet.h>
#include <cmocka.h>
#include <netinet/in.h>
#include <openssl/ssl.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/socket.h>

#include "sampan/clock.h"
#include "tests/support/http_process.h"
#include "tests/support/patience.h"

/* ---- Whose answer is it? ---- */

#define CLIENTS 48u
#define REQUESTS 25u /* of each */
#define AHEAD 4u
#define MAX_BODY 20000u

struct asker {
	struct http_scene_client *client;
	uint32_t sent, received;
};

static uint32_t seed;

static uint32_t next_random(uint32_t below)
{
	seed = seed * 1664525u + 1013904223u;
	return (uint32_t)(((uint64_t)(seed >> 8) * below) >> 24);
}

/* Every byte follows from who asked and which of its requests it was. */
static struct bytes body_of(uint32_t asker, uint32_t number, uint8_t room[MAX_BODY])
{
	uint32_t mix = asker * 2654435761u + number * 40503u + 1;
	size_t len = 8 + mix % (MAX_BODY - 8);

	for (size_t i = 0; i < len; i++) {
		mix = mix * 1664525u + 1013904223u;
		room[i] = (uint8_t)(mix >> 24);
	}
	return bytes_of(room, len);
}

static void send_one(struct asker *asker, uint32_t who)
{
	static uint8_t room[MAX_BODY];
	struct bytes body = body_of(who, asker->sent++, room);
	char head[160];

	(void)snprintf(head, sizeof(head),
		       "POST /held HTTP/1.1\r\nHost: localhost\r\nContent-Length: %zu\r\n\r\n",
		       body.len);
	http_scene_send(asker->client, head);
	http_scene_send_bytes(asker->client, body);
}

static void take_one(struct asker *asker, uint32_t who)
{
	static uint8_t room[MAX_BODY];
	struct bytes expected = body_of(who, asker->received++, room);
	struct http_scene_answer answer = http_scene_receive(asker->client);

	assert_int_equal(answer.status, 200);
	if (!bytes_equal(answer.body, expected))
		fail_msg("client %u got another answer to its request %u", who,
			 asker->received - 1);
}

/* Requests are answered in any order between connections, and each gets its own, byte by byte. */
static void answers_are_never_crossed_between_connections(void **state)
{
	struct http_scene *scene = http_scene_open(NULL, (struct bytes){0});
	struct asker askers[CLIENTS] = {0};
	uint32_t answered = 0;
	uint64_t until = clock_monotonic_ms() + PATIENCE_MS;

	(void)state;
	seed = 20261122;
	for (uint32_t i = 0; i < CLIENTS; i++)
		askers[i].client = http_scene_connect(scene, NULL);
	while (answered < CLIENTS * REQUESTS) {
		uint32_t who = next_random(CLIENTS);

		if (clock_monotonic_ms() > until)
			fail_msg("%u requests were not read", CLIENTS * REQUESTS - answered);

		if (askers[who].sent < REQUESTS && askers[who].sent - askers[who].received < AHEAD)
			send_one(&askers[who], who);
		http_turn(scene->http, 0);
		while (scene->held_count > next_random(CLIENTS)) {
			http_scene_let_go(scene, next_random((uint32_t)scene->held_count));
			answered++;
		}
		who = next_random(CLIENTS);
		if (http_scene_peek(askers[who].client).len > 0)
			take_one(&askers[who], who);
	}
	for (uint32_t i = 0; i < CLIENTS; i++) {
		while (askers[i].received < REQUESTS)
			take_one(&askers[i], i);
		http_scene_leave(askers[i].client);
	}
	assert_int_equal(http_counts(scene->http).calls, 0);
	http_scene_close(scene);
}

/* ---- Ten thousand ---- */

#define CAP 1000u
#define INSIDE 500u
#define OFFERED 10000u
/* What one connection may cost the server; the sanitizer's memory has its own rules. */
#define CONNECTION_BYTES ((size_t)32 * 1024)

struct insider {
	int fd;
	SSL *ssl;
};

static int connect_to(const struct http_process *process)
{
	struct sockaddr_in address = {.sin_family = AF_INET,
				      .sin_port = htons(process->port),
				      .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	if (fd >= 0 && connect(fd, (const struct sockaddr *)&address, sizeof(address)) != 0) {
		close(fd);
		return -1;
	}
	return fd;
}

static bool enter(struct insider *insider, const struct http_process *process, SSL_CTX *context)
{
	insider->fd = connect_to(process);
	insider->ssl = SSL_new(context);
	return insider->fd >= 0 && SSL_set_fd(insider->ssl, insider->fd) == 1 &&
	       SSL_connect(insider->ssl) == 1;
}

static void leave(struct insider *insider)
{
	SSL_free(insider->ssl);
	close(insider->fd);
}

/* The body of the answer to a GET; blocks. */
static bool get(struct insider *insider, const char *path, char *ret_body, size_t room)
{
	char text[4096], request[128];
	size_t len = 0, more = 0;
	const char *body = NULL, *length;
	int request_len = snprintf(request, sizeof(request),
				   "GET %s HTTP/1.1\r\nHost: localhost\r\n\r\n", path);

	if (SSL_write(insider->ssl, request, request_len) != request_len)
		return false;
	while (body == NULL || strlen(body) < strtoul(length + 16, NULL, 10)) {
		if (SSL_read_ex(insider->ssl, text + len, sizeof(text) - 1 - len, &more) != 1)
			return false;
		len += more;
		text[len] = '\0';
		length = strstr(text, "Content-Length: ");
		body = strstr(text, "\r\n\r\n");
		body = body == NULL ? NULL : body + 4;
	}
	(void)snprintf(ret_body, room, "%s", body);
	return strncmp(text, "HTTP/1.1 200 ", 13) == 0;
}

static void expect_served(struct insider *insiders)
{
	char body[64];

	for (size_t i = 0; i < INSIDE; i++) {
		if (!get(&insiders[i], "/hello", body, sizeof(body)) || strcmp(body, "hello") != 0)
			fail_msg("client %zu, who was inside, is not served", i);
	}
}

/* As many descriptors as may be had, for both processes. */
static size_t raise_limit(void)
{
	struct rlimit limit;

	assert_int_equal(getrlimit(RLIMIT_NOFILE, &limit), 0);
	limit.rlim_cur = limit.rlim_max;
	assert_int_equal(setrlimit(RLIMIT_NOFILE, &limit), 0);
	return limit.rlim_cur > OFFERED + INSIDE + 200 ? OFFERED
						       : (size_t)limit.rlim_cur - INSIDE - 200;
}

static void await_offered(struct insider *insider, size_t offered, size_t *ret_open)
{
	uint64_t until = clock_monotonic_ms() + PATIENCE_MS;
	size_t accepted = 0, refused = 0;
	char body[128];

	do {
		assert_true(get(insider, "/counts", body, sizeof(body)));
		assert_int_equal(sscanf(body, "%zu %zu %zu", &accepted, &refused, ret_open), 3);
	} while (accepted + refused < offered && clock_monotonic_ms() < until);
	assert_int_equal(accepted + refused, offered);
	assert_int_equal(accepted, CAP);
}

static void beyond_the_cap_connections_are_refused_and_those_inside_are_served(void **state)
{
	const struct http_limits limits = {.connections = CAP, .connections_per_address = CAP};
	size_t offered = raise_limit(), open = 0, before, after;
	struct http_process process = http_process_begin(&limits, (struct bytes){0});
	static struct insider insiders[INSIDE];
	static int crowd[OFFERED];
	SSL_CTX *context = SSL_CTX_new(TLS_client_method());
	struct insider newcomer;
	char body[64];
	uint64_t until;
	bool is_in = false;

	(void)state;
	(void)signal(SIGPIPE, SIG_IGN);
	if (offered < OFFERED)
		print_message("only %zu connections are offered: no more files may be open\n",
			      offered);
	assert_true(offered > CAP);
	before = http_process_memory(&process);
	for (size_t i = 0; i < INSIDE; i++)
		assert_true(enter(&insiders[i], &process, context));
	expect_served(insiders);
	for (size_t i = 0; i < offered; i++)
		crowd[i] = connect_to(&process);
	await_offered(&insiders[0], offered + INSIDE, &open);
	assert_int_equal(open, CAP);
	expect_served(insiders);
	after = http_process_memory(&process);
	print_message("%zu connections offered, %u inside: %zu KiB more than before, %zu each\n",
		      offered, CAP, (after - before) / 1024, (after - before) / 1024 / CAP);
#ifndef __SANITIZE_ADDRESS__
	assert_true(after - before < CAP * CONNECTION_BYTES);
#endif
	for (size_t i = 0; i < offered; i++)
		if (crowd[i] >= 0)
			close(crowd[i]);
	until = clock_monotonic_ms() + PATIENCE_MS;
	while (!is_in && clock_monotonic_ms() < until) {
		is_in = enter(&newcomer, &process, context) &&
			get(&newcomer, "/hello", body, sizeof(body));
		leave(&newcomer);
	}
	assert_true(is_in);
	expect_served(insiders);
	for (size_t i = 0; i < INSIDE; i++)
		leave(&insiders[i]);
	SSL_CTX_free(context);
	assert_true(http_process_end(&process));
}

/* One address cannot take all places. */
static void one_address_gets_its_share_of_places(void **state)
{
	const struct http_limits limits = {.connections = 10, .connections_per_address = 4};
	struct http_scene *scene = http_scene_open(&limits, (struct bytes){0});
	struct http_scene_client *clients[4];

	(void)state;
	for (size_t i = 0; i < 4; i++)
		assert_non_null(clients[i] = http_scene_connect(scene, NULL));
	assert_null(http_scene_connect(scene, NULL));
	assert_int_equal(http_counts(scene->http).refused, 1);
	http_scene_leave(clients[0]);
	http_scene_settle(scene);
	assert_non_null(clients[0] = http_scene_connect(scene, NULL));
	for (size_t i = 0; i < 4; i++)
		http_scene_leave(clients[i]);
	http_scene_close(scene);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		/* First: memory is measured that nobody used before. */
		cmocka_unit_test(
			beyond_the_cap_connections_are_refused_and_those_inside_are_served),
		cmocka_unit_test(answers_are_never_crossed_between_connections),
		cmocka_unit_test(one_address_gets_its_share_of_places),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
