/*
 * pair - for the tests of local sockets: a server and a client, and clients that the test plays byte
 * by byte. What fails, fails the test.
 */
#ifndef TESTS_SUPPORT_PAIR_H
#define TESTS_SUPPORT_PAIR_H

#include "adapters/socket_unix.h"
#include "tests/support/patience.h"

#define PAIR_REFUSAL_MS 400u /* how long a test watches that nothing comes */

struct pair {
	struct socket_context *context;
	struct socket *server, *client;
	const char *endpoint;
};

/* One that nobody had before. */
const char *pair_endpoint(void);
struct socket_options pair_options(enum socket_kind kind, const char *endpoint);
struct socket *pair_open_socket(struct socket_context *context,
				const struct socket_options *options);
void pair_open_of(struct pair *pair, size_t max_bytes);
void pair_open(struct pair *pair);
/* The next message of a socket of the pair, waiting for it so long. */
bool pair_receive(struct pair *pair, struct socket *socket, uint64_t limit_ms,
		  struct socket_message *message);
void pair_send(struct socket *socket, const char *text);
void pair_assert_part(const struct socket_message *message, size_t i, const char *text);
size_t pair_make_frame(uint8_t *frame, struct bytes part);
void pair_write_frame(int fd, struct bytes part);
void pair_send_frame(int fd, const char *text);
int pair_connect_as(const struct pair *pair, struct bytes name);
/* A client played by the test: connected, its name said. */
int pair_connect(const struct pair *pair, const char *name);
/* The server is told that this peer is gone and had read all. */
void pair_expect_end(struct pair *pair, const char *name);
/* The server cuts it off; closes it. */
void pair_expect_cut_off(struct pair *pair, int fd);

#endif
