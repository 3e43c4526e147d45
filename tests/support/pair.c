#include "tests/support/pair.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <stdio.h>
#include <sys/socket.h>
#include <unistd.h>

#include "sampan/clock.h"

const char *pair_endpoint(void)
{
	static unsigned number;
	static char endpoint[100];

	(void)snprintf(endpoint, sizeof(endpoint), "ipc:///tmp/sampan-test-socket-%d-%u",
		       (int)getpid(), number++);
	return endpoint;
}

struct socket_options pair_options(enum socket_kind kind, const char *endpoint)
{
	return (struct socket_options){.kind = kind,
				       .endpoint = endpoint,
				       .max_message_bytes = 10000,
				       .queue_bytes = 10000,
				       .queue_messages = 10};
}

struct socket *pair_open_socket(struct socket_context *context,
				const struct socket_options *options)
{
	struct socket *socket = NULL;

	assert_int_equal(socket_open(context, options, &socket), OK);
	return socket;
}

void pair_open_of(struct pair *pair, size_t max_bytes)
{
	struct socket_options options = pair_options(SOCKET_SERVER, pair_endpoint());

	options.max_message_bytes = options.queue_bytes = max_bytes;
	pair->endpoint = options.endpoint;
	assert_int_equal(socket_context_new(&pair->context), OK);
	pair->server = pair_open_socket(pair->context, &options);
	options.kind = SOCKET_CLIENT;
	options.identity = "alice";
	pair->client = pair_open_socket(pair->context, &options);
}

void pair_open(struct pair *pair)
{
	pair_open_of(pair, 10000);
}

bool pair_receive(struct pair *pair, struct socket *socket, uint64_t limit_ms,
		  struct socket_message *message)
{
	uint64_t until_ms = clock_monotonic_ms() + limit_ms;
	enum err err;

	while ((err = socket_receive(socket, message)) != OK && clock_monotonic_ms() < until_ms) {
		assert_int_equal(err, ERR_MISSING);
		assert_int_equal(socket_wait(pair->context, 20), OK);
	}
	return err == OK;
}

void pair_send(struct socket *socket, const char *text)
{
	struct bytes part = bytes_of_text(text);

	assert_int_equal(socket_send(socket, &part, 1), OK);
}

void pair_assert_part(const struct socket_message *message, size_t i, const char *text)
{
	assert_true(i < message->count);
	assert_true(bytes_equal(message->parts[i], bytes_of_text(text)));
}

/* ---- A client that is played by the test ---- */

size_t pair_make_frame(uint8_t *frame, struct bytes part)
{
	size_t len = socket_out_head(&part, 1, frame);

	memcpy(frame + SOCKET_HEAD_BYTES, part.at, part.len);
	return len;
}

void pair_write_frame(int fd, struct bytes part)
{
	uint8_t frame[1000];
	size_t len = pair_make_frame(frame, part);

	assert_int_equal(send(fd, frame, len, MSG_NOSIGNAL), len);
}

void pair_send_frame(int fd, const char *text)
{
	pair_write_frame(fd, bytes_of_text(text));
}

int pair_connect_as(const struct pair *pair, struct bytes name)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

	(void)snprintf(address.sun_path, sizeof(address.sun_path), "%s",
		       pair->endpoint + strlen("ipc://"));
	assert_int_equal(connect(fd, (struct sockaddr *)&address, sizeof(address)), 0);
	pair_write_frame(fd, name);
	return fd;
}

int pair_connect(const struct pair *pair, const char *name)
{
	return pair_connect_as(pair, bytes_of_text(name));
}

void pair_expect_end(struct pair *pair, const char *name)
{
	struct socket_message message;

	assert_true(pair_receive(pair, pair->server, PATIENCE_MS, &message));
	assert_int_equal(message.count, 1);
	pair_assert_part(&message, 0, name);
}

/* Closes it. */
void pair_expect_cut_off(struct pair *pair, int fd)
{
	uint64_t until_ms = clock_monotonic_ms() + PATIENCE_MS;
	struct socket_message message;
	ssize_t len;
	char byte;

	do {
		assert_int_equal(socket_wait(pair->context, 10), OK);
		assert_int_equal(socket_receive(pair->server, &message), ERR_MISSING);
		assert_true(clock_monotonic_ms() < until_ms);
		len = recv(fd, &byte, 1, MSG_DONTWAIT);
	} while (len < 0 && errno == EAGAIN);
	assert_true(len == 0 || errno == ECONNRESET);
	close(fd);
}
