#include "tests/support/http_scene.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <poll.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cmocka.h>

#include "sampan/buffer.h"
#include "sampan/certificate.h"
#include "sampan/clock.h"
#include "tests/support/patience.h"

#define ARENA_BYTES ((size_t)256 << 20)
#define CAME_BYTES ((size_t)128 << 20)
#define QUIET_TURNS 4u

struct http_scene_client {
	struct http_scene *scene;
	int fd;
	SSL_CTX *context;
	SSL *ssl;
	struct buffer came;
	bool is_ended, has_shaken;
};

/* ---- The server's side ---- */

static uint64_t scene_now_ms = 1000000;

uint64_t http_scene_now(void)
{
	return scene_now_ms;
}

void http_scene_pass(uint64_t ms)
{
	scene_now_ms += ms;
}

/* Sun, 22 Nov 2026 09:44:08 GMT */
static uint64_t scene_date(void)
{
	return 1795340648000u;
}

static void answer_text(struct http_call *call, struct bytes body)
{
	const struct http_answer answer = {.status = 200, .type = "text/plain", .body = body};

	http_answer(call, &answer);
}

static void answer_big(struct http_call *call)
{
	const char *count = http_query(call, "n");
	size_t len = count == NULL ? 0 : (size_t)strtoul(count, NULL, 10);
	uint8_t *body = malloc(len + 1);

	assert_non_null(body);
	for (size_t i = 0; i < len; i++)
		body[i] = (uint8_t)('a' + i % 26);
	answer_text(call, bytes_of(body, len));
	free(body);
}

static void answer_who(struct http_call *call)
{
	const struct http_peer *peer = http_peer(call);
	char hex[HASH_HEX_BYTES], text[1024];

	hash_format_hex(&peer->certificate, hex);
	(void)snprintf(text, sizeof(text), "%s|%s|%s|%s|%llu", peer->address,
		       peer->has_certificate ? "certificate" : "nobody", hex, peer->subject,
		       (unsigned long long)(peer->until_ms / 1000));
	answer_text(call, bytes_of_text(text));
}

static void answer_counts(const struct http_scene *scene, struct http_call *call)
{
	struct http_counts counts = http_counts(scene->http);
	char text[128];

	(void)snprintf(text, sizeof(text), "%llu %llu %zu\n", (unsigned long long)counts.accepted,
		       (unsigned long long)counts.refused, counts.open);
	answer_text(call, bytes_of_text(text));
}

void http_scene_let_go(struct http_scene *scene, size_t index)
{
	struct http_scene_held held = scene->held[index];

	assert_true(index < scene->held_count);
	scene->held[index] = scene->held[--scene->held_count];
	answer_text(held.call, held.body);
}

static void on_head(void *context, struct http_call *call)
{
	struct http_scene *scene = context;
	const char *path = http_path(call);

	if (strcmp(path, "/hello") == 0)
		answer_text(call, bytes_of_text("hello"));
	else if (strcmp(path, "/echo") == 0)
		http_take_body(call, HTTP_SCENE_ECHO_BYTES);
	else if (strcmp(path, "/held") == 0)
		http_take_body(call, HTTP_SCENE_ECHO_BYTES);
	else if (strcmp(path, "/counts") == 0)
		answer_counts(scene, call);
	else if (strcmp(path, "/big") == 0)
		answer_big(call);
	else if (strcmp(path, "/who") == 0)
		answer_who(call);
	else if (strcmp(path, "/refused") == 0)
		http_problem(call, 401, "Who are you?");
	else if (strcmp(path, "/later") == 0 || strcmp(path, "/stream") == 0)
		scene->later = call;
	else
		http_problem(call, 404, path);
}

static void on_body(void *context, struct http_call *call, struct bytes body)
{
	struct http_scene *scene = context;

	scene->bodies++;
	if (strcmp(http_path(call), "/echo") == 0)
		answer_text(call, body);
	else if (strcmp(http_path(call), "/held") == 0) {
		assert_true(scene->held_count < HTTP_SCENE_HELD);
		scene->held[scene->held_count++] = (struct http_scene_held){call, body};
	}
}

static void on_room(void *context, struct http_call *call)
{
	struct http_scene *scene = context;

	(void)call;
	scene->rooms++;
}

static void on_gone(void *context, struct http_call *call)
{
	struct http_scene *scene = context;

	scene->gone++;
	(void)snprintf(scene->last_gone, sizeof(scene->last_gone), "%s", http_path(call));
	if (scene->later == call)
		scene->later = NULL;
}

const struct http_handlers http_scene_handlers = {on_head, on_body, on_room, on_gone};

struct http_scene *http_scene_open(const struct http_limits *limits, struct bytes client_ca)
{
	static const struct http_clock clock = {http_scene_now, scene_date};
	struct http_scene *scene = calloc(1, sizeof(*scene));
	struct http_options options = {
		.address = "127.0.0.1", .client_ca = client_ca, .clock = &clock};
	const char *message = "";

	assert_non_null(scene);
	(void)signal(SIGPIPE, SIG_IGN); /* as process_harden() does in the roles */
	scene->arena = arena_new(ARENA_BYTES);
	assert_int_equal(certificate_new_server("vn.sampan.example", "VN", scene->arena,
						&scene->key, &scene->certificate),
			 OK);
	options.key = scene->key;
	options.certificate = scene->certificate;
	if (limits != NULL)
		options.limits = *limits;
	if (http_open(NULL, &options, &http_scene_handlers, scene, &scene->http, &message) != OK)
		fail_msg("%s", message);
	return scene;
}

void http_scene_close(struct http_scene *scene)
{
	http_close(scene->http);
	arena_free(scene->arena);
	free(scene);
}

void http_scene_settle(struct http_scene *scene)
{
	for (unsigned i = 0; i < QUIET_TURNS; i++)
		http_turn(scene->http, 0);
}

/* ---- Clients ---- */

static X509 *certificate_of(struct bytes pem)
{
	BIO *bio = BIO_new_mem_buf(pem.at, (int)pem.len);
	X509 *certificate = PEM_read_bio_X509(bio, NULL, NULL, NULL);

	BIO_free(bio);
	assert_non_null(certificate);
	return certificate;
}

static void show(SSL_CTX *context, const struct http_scene_tls *tls)
{
	X509 *certificate = certificate_of(tls->certificate);
	BIO *bio = BIO_new_mem_buf(tls->key.at, (int)tls->key.len);
	EVP_PKEY *key = PEM_read_bio_PrivateKey(bio, NULL, NULL, NULL);

	assert_int_equal(SSL_CTX_use_certificate(context, certificate), 1);
	assert_int_equal(SSL_CTX_use_PrivateKey(context, key), 1);
	X509_free(certificate);
	EVP_PKEY_free(key);
	BIO_free(bio);
}

static SSL_CTX *context_of(struct http_scene *scene, const struct http_scene_tls *tls)
{
	SSL_CTX *context = SSL_CTX_new(TLS_client_method());
	X509 *trusted = certificate_of(scene->certificate);

	assert_int_equal(X509_STORE_add_cert(SSL_CTX_get_cert_store(context), trusted), 1);
	X509_free(trusted);
	SSL_CTX_set_verify(context, SSL_VERIFY_PEER, NULL);
	SSL_CTX_set_mode(context,
			 SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
	if (tls != NULL && tls->ciphers != NULL)
		assert_int_equal(SSL_CTX_set_cipher_list(context, tls->ciphers), 1);
	if (tls != NULL && tls->certificate.len > 0)
		show(context, tls);
	if (tls != NULL && tls->max_version != 0)
		SSL_CTX_set_max_proto_version(context, tls->max_version);
	return context;
}

static int connect_to(uint16_t port)
{
	struct sockaddr_in address = {.sin_family = AF_INET,
				      .sin_port = htons(port),
				      .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	const int one = 1, room = 256 * 1024;
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	/* Said, so that the kernel does not grow it by how fast a test goes through its minutes. */
	if (fd < 0 || setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &room, sizeof(room)) != 0 ||
	    connect(fd, (const struct sockaddr *)&address, sizeof(address)) != 0)
		fail_msg("cannot connect: %s", strerror(errno));
	(void)setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof(one));
	assert_int_equal(fcntl(fd, F_SETFL, O_NONBLOCK), 0);
	return fd;
}

/* Everything that waits in the socket. */
static void take_what_came(struct http_scene_client *client)
{
	for (;;) {
		size_t len = 0;
		uint8_t *room = buffer_room(&client->came, 16384);

		assert_non_null(room);
		if (client->is_ended || SSL_read_ex(client->ssl, room, 16384, &len) != 1)
			break;
		buffer_fill(&client->came, room + len);
	}
	if (!client->is_ended && SSL_get_error(client->ssl, 0) != SSL_ERROR_WANT_READ &&
	    SSL_get_error(client->ssl, 0) != SSL_ERROR_WANT_WRITE)
		client->is_ended = true;
}

static bool shake_hands(struct http_scene_client *client)
{
	uint64_t until = clock_monotonic_ms() + PATIENCE_MS;

	while (clock_monotonic_ms() < until) {
		int result = SSL_do_handshake(client->ssl);
		int code = SSL_get_error(client->ssl, result);

		if (result == 1)
			return true;
		if (code != SSL_ERROR_WANT_READ && code != SSL_ERROR_WANT_WRITE)
			return false;
		http_turn(client->scene->http, 5);
	}
	return false;
}

/* In TLS 1.3 the client is done before the server has judged its certificate. */
static bool is_let_in(struct http_scene_client *client)
{
	struct http_counts before = http_counts(client->scene->http);
	uint64_t until = clock_monotonic_ms() + PATIENCE_MS;

	(void)before;
	for (unsigned i = 0; i < QUIET_TURNS && clock_monotonic_ms() < until; i++) {
		http_turn(client->scene->http, 0);
		take_what_came(client);
	}
	return !client->is_ended;
}

struct http_scene_client *http_scene_connect(struct http_scene *scene,
					     const struct http_scene_tls *tls)
{
	struct http_scene_client *client = calloc(1, sizeof(*client));

	assert_non_null(client);
	client->scene = scene;
	client->fd = connect_to(http_port(scene->http));
	client->context = context_of(scene, tls);
	client->ssl = SSL_new(client->context);
	buffer_init(&client->came, CAME_BYTES);
	assert_int_equal(SSL_set_fd(client->ssl, client->fd), 1);
	assert_int_equal(SSL_set1_host(client->ssl, "localhost"), 1);
	if (tls != NULL && tls->alpn != NULL) {
		unsigned char wire[32];
		size_t len = strlen(tls->alpn);

		wire[0] = (unsigned char)len;
		memcpy(wire + 1, tls->alpn, len);
		assert_int_equal(SSL_set_alpn_protos(client->ssl, wire, (unsigned)len + 1), 0);
	}
	SSL_set_connect_state(client->ssl);
	if (!shake_hands(client) || !is_let_in(client)) {
		http_scene_leave(client);
		return NULL;
	}
	return client;
}

void http_scene_leave(struct http_scene_client *client)
{
	SSL_free(client->ssl);
	SSL_CTX_free(client->context);
	(void)close(client->fd);
	buffer_clear(&client->came);
	free(client);
}

void *http_scene_ssl(struct http_scene_client *client)
{
	return client->ssl;
}

void http_scene_send_bytes(struct http_scene_client *client, struct bytes bytes)
{
	uint64_t until = clock_monotonic_ms() + PATIENCE_MS;

	while (bytes.len > 0 && clock_monotonic_ms() < until) {
		size_t len = 0;
		int result = SSL_write_ex(client->ssl, bytes.at, bytes.len, &len);

		if (result != 1 && SSL_get_error(client->ssl, result) != SSL_ERROR_WANT_WRITE)
			return; /* the server has ended: it said why before */
		bytes = bytes_of(bytes.at + len, bytes.len - len);
		http_turn(client->scene->http, 0);
		take_what_came(client);
	}
}

void http_scene_send(struct http_scene_client *client, const char *text)
{
	http_scene_send_bytes(client, bytes_of_text(text));
}

void http_scene_take(struct http_scene_client *client, size_t max_bytes)
{
	while (max_bytes > 0) {
		uint8_t bytes[4096];
		size_t len = 0;

		if (SSL_read_ex(client->ssl, bytes,
				max_bytes < sizeof(bytes) ? max_bytes : sizeof(bytes), &len) != 1)
			return;
		buffer_put(&client->came, bytes_of(bytes, len));
		max_bytes -= len;
	}
}

void http_scene_end_sending(struct http_scene_client *client)
{
	(void)SSL_shutdown(client->ssl);
	(void)shutdown(client->fd, SHUT_WR);
}

struct bytes http_scene_peek(struct http_scene_client *client)
{
	http_scene_settle(client->scene);
	take_what_came(client);
	return buffer_bytes(&client->came);
}

bool http_scene_is_ended(struct http_scene_client *client)
{
	uint64_t until = clock_monotonic_ms() + PATIENCE_MS;

	for (unsigned quiet = 0; quiet < 50 && clock_monotonic_ms() < until; quiet++) {
		size_t before = client->came.len;

		http_turn(client->scene->http, 2);
		take_what_came(client);
		if (client->is_ended)
			return true;
		if (client->came.len != before)
			quiet = 0;
	}
	return client->is_ended;
}

/* ---- Answers ---- */

static const char *value_of(const char *head, const char *name)
{
	size_t len = strlen(name);

	for (const char *line = strstr(head, "\r\n"); line != NULL && line[2] != '\0';
	     line = strstr(line + 2, "\r\n"))
		if (strncasecmp(line + 2, name, len) == 0 && line[2 + len] == ':')
			return line + 3 + len + strspn(line + 3 + len, " ");
	return NULL;
}

bool http_scene_has(const struct http_scene_answer *answer, const char *name, const char *value)
{
	const char *found = answer->head == NULL ? NULL : value_of(answer->head, name);

	return found != NULL && (value == NULL || (strncmp(found, value, strlen(value)) == 0 &&
						   found[strlen(value)] == '\r'));
}

static void consume(struct http_scene_client *client, size_t len)
{
	memmove(client->came.at, client->came.at + len, client->came.len - len);
	client->came.len -= len;
}

static size_t head_len(const struct http_scene_client *client)
{
	const uint8_t *end = client->came.len == 0
				     ? NULL
				     : memmem(client->came.at, client->came.len, "\r\n\r\n", 4);

	return end == NULL ? 0 : (size_t)(end - client->came.at) + 4;
}

static bool take_head(struct http_scene_client *client, struct http_scene_answer *ret_answer)
{
	size_t len = head_len(client);

	if (len == 0)
		return false;
	ret_answer->head = arena_text(client->scene->arena, bytes_of(client->came.at, len));
	assert_non_null(ret_answer->head);
	assert_int_equal(sscanf(ret_answer->head, "HTTP/1.1 %u ", &ret_answer->status), 1);
	consume(client, len);
	return true;
}

/* All chunks, when they are there. */
static bool take_chunks(struct http_scene_client *client, struct http_scene_answer *answer)
{
	struct buffer whole;
	size_t at = 0;

	buffer_init(&whole, CAME_BYTES);
	for (;;) {
		const uint8_t *line =
			at >= client->came.len
				? NULL
				: memmem(client->came.at + at, client->came.len - at, "\r\n", 2);
		size_t len = line == NULL ? 0 : strtoul((char *)client->came.at + at, NULL, 16);

		if (line == NULL || (size_t)(line - client->came.at) + 4 + len > client->came.len) {
			buffer_clear(&whole);
			return false;
		}
		at = (size_t)(line - client->came.at) + 2;
		buffer_put(&whole, bytes_of(client->came.at + at, len));
		at += len + 2;
		if (len == 0)
			break;
	}
	consume(client, at);
	answer->body = bytes_of(arena_copy(client->scene->arena, buffer_bytes(&whole)), whole.len);
	buffer_clear(&whole);
	return true;
}

static bool take_body(struct http_scene_client *client, struct http_scene_answer *answer)
{
	const char *length = value_of(answer->head, "content-length");
	size_t len = length == NULL ? 0 : strtoul(length, NULL, 10);

	if (http_scene_has(answer, "transfer-encoding", "chunked"))
		return take_chunks(client, answer);
	if (client->came.len < len)
		return false;
	answer->body =
		bytes_of(arena_copy(client->scene->arena, bytes_of(client->came.at, len)), len);
	consume(client, len);
	return true;
}

static struct http_scene_answer receive(struct http_scene_client *client, bool with_body)
{
	struct http_scene_answer answer = {0};
	uint64_t until = clock_monotonic_ms() + PATIENCE_MS;

	while (clock_monotonic_ms() < until) {
		take_what_came(client);
		if ((answer.status != 0 || take_head(client, &answer)) &&
		    (!with_body || answer.status == 100 || take_body(client, &answer)))
			return answer;
		if (client->is_ended)
			break;
		http_turn(client->scene->http, 2);
	}
	return (struct http_scene_answer){0};
}

struct http_scene_answer http_scene_receive(struct http_scene_client *client)
{
	return receive(client, true);
}

struct http_scene_answer http_scene_receive_head(struct http_scene_client *client)
{
	return receive(client, false);
}
