#include "adapters/socket_zmq.h"

#include <assert.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sampan/limit.h"

/* zmq.h shows it only to draft builds; libzmq has known it since 4.3, and is asked below whether it
 * really does */
#ifndef ZMQ_ZAP_ENFORCE_DOMAIN
#define ZMQ_ZAP_ENFORCE_DOMAIN 93
#endif

#define Z85_KEY_BYTES 41u
/* CurveZMQ MESSAGE: name, flags, nonce, authenticator (RFC 26) */
#define CURVE_OVERHEAD_BYTES 64u
#define ZAP_ENDPOINT "inproc://zeromq.zap.01"
#define ZAP_PARTS 8u
#define ZAP_TURN 64 /* requests answered before the caller gets its turn */

/* ---- Parts ---- */

static void close_parts(zmq_msg_t *parts, size_t count)
{
	for (size_t i = 0; i < count; i++)
		zmq_msg_close(&parts[i]);
}

/* Take the rest of a message that has too many parts. */
static void skip_parts(void *zmq)
{
	zmq_msg_t part;
	int more;

	do {
		zmq_msg_init(&part);
		more = zmq_msg_recv(&part, zmq, ZMQ_DONTWAIT) >= 0 && zmq_msg_more(&part);
		zmq_msg_close(&part);
	} while (more);
}

static enum err receive_parts(void *zmq, zmq_msg_t *parts, size_t max, size_t *ret_count)
{
	size_t count = 0;
	bool has_more = true;
	int rc;

	while (has_more && count < max) {
		zmq_msg_init(&parts[count]);
		do
			rc = zmq_msg_recv(&parts[count], zmq, ZMQ_DONTWAIT);
		while (rc < 0 && errno == EINTR);
		if (rc < 0) {
			enum err err = errno == EAGAIN ? ERR_MISSING : ERR_IO;

			close_parts(parts, count + 1);
			return err;
		}
		has_more = zmq_msg_more(&parts[count]);
		count++;
	}
	if (has_more) {
		skip_parts(zmq);
		close_parts(parts, count);
		return ERR_LIMIT;
	}
	*ret_count = count;
	return OK;
}

static struct bytes part_bytes(zmq_msg_t *part)
{
	return bytes_of(zmq_msg_data(part), zmq_msg_size(part));
}

/* ---- ZAP (ZeroMQ RFC 27): who may come in ---- */

static bool zap_admits(const struct socket_context *context, struct bytes domain, struct bytes key)
{
	for (const struct socket *socket = context->sockets; socket != NULL; socket = socket->next)
		if (socket->is_curve_server && bytes_equal(domain, bytes_of_text(socket->domain)))
			return bytes_equal(key,
					   bytes_of(socket->peer_public, SOCKET_CURVE_KEY_BYTES));
	return false;
}

/* A request is: version, request id, domain, address, routing id, mechanism, credentials. */
static void zap_answer(const struct socket_context *context, zmq_msg_t *request, size_t count)
{
	struct bytes id = count > 1 ? part_bytes(&request[1]) : bytes_of_text("");
	struct bytes key = count == 7 ? part_bytes(&request[6]) : bytes_of_text("");
	char user[Z85_KEY_BYTES] = "";
	bool is_admitted;

	is_admitted = count == 7 && key.len == SOCKET_CURVE_KEY_BYTES &&
		      bytes_equal(part_bytes(&request[0]), bytes_of_text("1.0")) &&
		      bytes_equal(part_bytes(&request[5]), bytes_of_text("CURVE")) &&
		      zap_admits(context, part_bytes(&request[2]), key);
	if (is_admitted)
		zmq_z85_encode(user, key.at, key.len);
	/* a requester that is gone by now makes these fail, and nobody misses the answer */
	zmq_send(context->zap, "1.0", 3, ZMQ_SNDMORE);
	zmq_send(context->zap, id.at, id.len, ZMQ_SNDMORE);
	zmq_send(context->zap, is_admitted ? "200" : "400", 3, ZMQ_SNDMORE);
	zmq_send(context->zap, is_admitted ? "OK" : "no", 2, ZMQ_SNDMORE);
	zmq_send(context->zap, user, strlen(user), ZMQ_SNDMORE);
	zmq_send(context->zap, "", 0, 0);
}

void socket_zap_turn(struct socket_context *context)
{
	zmq_msg_t request[ZAP_PARTS];
	size_t count;

	for (int i = 0; i < ZAP_TURN; i++) {
		enum err err = receive_parts(context->zap, request, ZAP_PARTS, &count);

		if (err == ERR_LIMIT)
			count = 0;
		else if (err != OK)
			return;
		zap_answer(context, request, count);
		close_parts(request, count);
	}
	context->is_zap_unsure = true; /* more may wait */
}

static bool get_fd(void *zmq, int *ret_fd)
{
	size_t len = sizeof(*ret_fd);

	return zmq_getsockopt(zmq, ZMQ_FD, ret_fd, &len) == 0;
}

static enum err zap_open(struct socket_context *context)
{
	int linger = 0;

	if (context->zap != NULL)
		return OK;
	context->zap = zmq_socket(context->zmq, ZMQ_REP);
	if (context->zap == NULL)
		return ERR_IO;
	zmq_setsockopt(context->zap, ZMQ_LINGER, &linger, sizeof(linger));
	context->is_zap_unsure = true;
	if (get_fd(context->zap, &context->zap_fd) && zmq_bind(context->zap, ZAP_ENDPOINT) == 0)
		return OK;
	zmq_close(context->zap);
	context->zap = NULL;
	return ERR_IO;
}

/* ---- Context ---- */

enum err socket_context_new(struct socket_context **ret_context)
{
	struct socket_context *context = calloc(1, sizeof(*context));

	if (context == NULL)
		return ERR_MEMORY;
	context->zmq = zmq_ctx_new();
	if (context->zmq == NULL) {
		free(context);
		return ERR_MEMORY;
	}
	*ret_context = context;
	return OK;
}

void socket_context_free(struct socket_context *context)
{
	if (context == NULL)
		return;
	while (context->sockets != NULL)
		socket_close(context->sockets);
	if (context->zap != NULL)
		zmq_close(context->zap);
	while (zmq_ctx_term(context->zmq) != 0 && errno == EINTR)
		;
	free(context);
}

/* ---- Open and close ---- */

static bool set_int(struct socket *socket, int option, int value)
{
	return zmq_setsockopt(socket->zmq, option, &value, sizeof(value)) == 0;
}

static bool set_bytes(struct socket *socket, int option, const void *at, size_t len)
{
	return zmq_setsockopt(socket->zmq, option, at, len) == 0;
}

static bool set_bounds(struct socket *socket, const struct socket_options *options)
{
	int64_t max_bytes = (int64_t)options->max_message_bytes;

	if (options->is_curve)
		max_bytes += CURVE_OVERHEAD_BYTES;
	return set_int(socket, ZMQ_LINGER, 0) &&
	       set_int(socket, ZMQ_SNDHWM, options->queue_messages) &&
	       set_int(socket, ZMQ_RCVHWM, options->queue_messages) &&
	       set_int(socket, ZMQ_RECONNECT_IVL, 20) &&
	       set_int(socket, ZMQ_RECONNECT_IVL_MAX, 1000) &&
	       set_int(socket, ZMQ_HANDSHAKE_IVL, 10000) &&
	       set_bytes(socket, ZMQ_MAXMSGSIZE, &max_bytes, sizeof(max_bytes));
}

static bool set_tcp(struct socket *socket)
{
	return set_int(socket, ZMQ_IPV6, 1) && set_int(socket, ZMQ_TCP_KEEPALIVE, 1) &&
	       set_int(socket, ZMQ_HEARTBEAT_IVL, 5000) &&
	       set_int(socket, ZMQ_HEARTBEAT_TIMEOUT, 15000);
}

static bool set_kind(struct socket *socket, const struct socket_options *options)
{
	const char *identity = options->identity;

	if (options->kind == SOCKET_SERVER)
		return set_int(socket, ZMQ_ROUTER_MANDATORY, 1) &&
		       set_int(socket, ZMQ_ROUTER_HANDOVER, 1);
	return identity == NULL || set_bytes(socket, ZMQ_ROUTING_ID, identity, strlen(identity));
}

/* Without it a library admits every key when no handler answers: one that does not take it must not
 * listen. */
static bool enforce_domain(struct socket *socket)
{
	int is_enforced = 0;
	size_t len = sizeof(is_enforced);

	return set_int(socket, ZMQ_ZAP_ENFORCE_DOMAIN, 1) &&
	       zmq_getsockopt(socket->zmq, ZMQ_ZAP_ENFORCE_DOMAIN, &is_enforced, &len) == 0 &&
	       is_enforced == 1;
}

static bool set_curve(struct socket *socket, const struct socket_options *options)
{
	const size_t len = SOCKET_CURVE_KEY_BYTES;

	if (!set_bytes(socket, ZMQ_CURVE_SECRETKEY, options->own_secret, len))
		return false;
	if (options->kind == SOCKET_CLIENT)
		return set_bytes(socket, ZMQ_CURVE_PUBLICKEY, options->own_public, len) &&
		       set_bytes(socket, ZMQ_CURVE_SERVERKEY, options->peer_public, len);
	socket->is_curve_server = true;
	memcpy(socket->peer_public, options->peer_public, len);
	(void)snprintf(socket->domain, sizeof(socket->domain), "%s/%u",
		       options->identity == NULL ? "listener" : options->identity,
		       socket->context->domains++);
	return zap_open(socket->context) == OK && set_int(socket, ZMQ_CURVE_SERVER, 1) &&
	       set_bytes(socket, ZMQ_ZAP_DOMAIN, socket->domain, strlen(socket->domain)) &&
	       enforce_domain(socket);
}

static enum err bind_or_connect(struct socket *socket, const struct socket_options *options)
{
	size_t len = sizeof(socket->endpoint);
	int rc;

	rc = options->kind == SOCKET_SERVER ? zmq_bind(socket->zmq, options->endpoint)
					    : zmq_connect(socket->zmq, options->endpoint);
	if (rc != 0)
		return errno == EINVAL || errno == EPROTONOSUPPORT || errno == ENAMETOOLONG
			       ? ERR_USAGE
			       : ERR_IO;
	if (!get_fd(socket->zmq, &socket->fd) ||
	    zmq_getsockopt(socket->zmq, ZMQ_LAST_ENDPOINT, socket->endpoint, &len) != 0)
		return ERR_IO;
	socket->is_unsure = true;
	return OK;
}

static bool is_usable(const struct socket_options *options)
{
	size_t identity = options->identity == NULL ? 1 : strlen(options->identity);

	return options->endpoint != NULL && strlen(options->endpoint) < SOCKET_ENDPOINT_BYTES &&
	       options->max_message_bytes > 0 && options->max_message_bytes < INT64_MAX / 2 &&
	       options->queue_messages > 0 && identity > 0 && identity <= LIMIT_NAME_BYTES;
}

enum err socket_open(struct socket_context *context, const struct socket_options *options,
		     struct socket **ret_socket)
{
	bool is_tcp = options->endpoint != NULL && strncmp(options->endpoint, "tcp://", 6) == 0;
	struct socket *socket;
	enum err err = ERR_IO;

	if (!is_usable(options))
		return ERR_USAGE;
	socket = calloc(1, sizeof(*socket));
	if (socket == NULL)
		return ERR_MEMORY;
	socket->context = context;
	socket->next = context->sockets;
	context->sockets = socket;
	socket->zmq =
		zmq_socket(context->zmq, options->kind == SOCKET_SERVER ? ZMQ_ROUTER : ZMQ_DEALER);
	if (socket->zmq == NULL)
		goto out;
	if (!set_bounds(socket, options) || !set_kind(socket, options) ||
	    (is_tcp && !set_tcp(socket)) || (options->is_curve && !set_curve(socket, options)))
		goto out;
	err = bind_or_connect(socket, options);
out:
	if (err != OK)
		socket_close(socket);
	else
		*ret_socket = socket;
	return err;
}

void socket_close(struct socket *socket)
{
	struct socket **link;

	if (socket == NULL)
		return;
	for (link = &socket->context->sockets; *link != socket; link = &(*link)->next)
		assert(*link != NULL);
	*link = socket->next;
	close_parts(socket->parts, socket->part_count);
	if (socket->zmq != NULL)
		zmq_close(socket->zmq);
	free(socket);
}

const char *socket_endpoint(const struct socket *socket)
{
	return socket->endpoint;
}

/* ---- Send and receive ---- */

enum err socket_send(struct socket *socket, const struct bytes *parts, size_t count)
{
	assert(count > 0 && count <= SOCKET_PARTS);
	socket->is_unsure = true;
	for (size_t i = 0; i < count; i++) {
		int more = i + 1 < count ? ZMQ_SNDMORE : 0;
		int rc;

		do
			rc = zmq_send(socket->zmq, parts[i].at, parts[i].len, ZMQ_DONTWAIT | more);
		while (rc < 0 && errno == EINTR);
		if (rc >= 0)
			continue;
		/* a message once begun is ended, so that the next one is not taken for its rest */
		if (i > 0 && more)
			zmq_send(socket->zmq, "", 0, ZMQ_DONTWAIT);
		return errno == EAGAIN || errno == EHOSTUNREACH ? ERR_UNAVAILABLE : ERR_IO;
	}
	return OK;
}

enum err socket_receive(struct socket *socket, struct socket_message *ret_message)
{
	enum err err;

	if (socket->is_curve_server)
		socket_zap_turn(socket->context);
	close_parts(socket->parts, socket->part_count);
	socket->part_count = 0;
	err = receive_parts(socket->zmq, socket->parts, SOCKET_PARTS, &socket->part_count);
	/* before it says that none is there, the library looks at all it was told */
	socket->is_unsure = err != ERR_MISSING;
	if (err != OK)
		return err;
	for (size_t i = 0; i < socket->part_count; i++)
		ret_message->parts[i] = part_bytes(&socket->parts[i]);
	ret_message->count = socket->part_count;
	return OK;
}
