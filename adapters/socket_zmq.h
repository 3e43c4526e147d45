/* What the files of libzmq's adapter share. */
#ifndef ADAPTERS_SOCKET_ZMQ_H
#define ADAPTERS_SOCKET_ZMQ_H

#include <zmq.h>

#include "sampan/socket.h"

#define SOCKET_ENDPOINT_BYTES 512u
#define SOCKET_DOMAIN_BYTES 300u

struct socket_context {
	void *zmq;
	void *zap; /* answers who may come in; NULL until there is a CURVE server */
	int zap_fd;
	bool is_zap_unsure; /* as of a socket */
	unsigned domains;
	struct socket *sockets;
};

struct socket {
	struct socket_context *context;
	struct socket *next;
	void *zmq;
	int fd;         /* readable when the library has something to tell this thread */
	bool is_unsure; /* used since the library was asked what is there: the descriptor, which
			 * tells of a change only, may have told it to that call */
	bool is_curve_server;
	char domain[SOCKET_DOMAIN_BYTES];
	uint8_t peer_public[SOCKET_CURVE_KEY_BYTES];
	char endpoint[SOCKET_ENDPOINT_BYTES];
	zmq_msg_t parts[SOCKET_PARTS];
	size_t part_count;
};

/* Answer strangers that ask whether they may come in, a limited number at a time. */
void socket_zap_turn(struct socket_context *context);

#endif
