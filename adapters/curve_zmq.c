#include "sampan/curve.h"

#include <assert.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <unistd.h>
#include <zmq.h>

#include "adapters/backlog_zmq.h"
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

#define ENDPOINT_BYTES 512u
#define DOMAIN_BYTES 300u

struct curve_context {
	void *zmq;
	void *zap;          /* answers who may come in; NULL until there is a server */
	bool is_zap_unsure; /* as of a socket */
	int set;            /* the descriptors by which the library tells this thread something */
	unsigned domains;
	struct curve *curves;
};

struct curve {
	struct curve_context *context;
	struct curve *next;
	void *zmq;
	struct backlog *backlog;
	size_t queue_bytes;
	bool is_unsure; /* used since it was last found empty: the descriptor, which tells of a
			 * change only, may have told it to that call */
	bool is_server;
	char domain[DOMAIN_BYTES];
	uint8_t peer_public[CURVE_KEY_BYTES];
	char endpoint[ENDPOINT_BYTES];
	zmq_msg_t parts[SOCKET_PARTS];
	size_t part_count;
};

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

static bool zap_admits(const struct curve_context *context, struct bytes domain, struct bytes key)
{
	for (const struct curve *curve = context->curves; curve != NULL; curve = curve->next)
		if (curve->is_server && bytes_equal(domain, bytes_of_text(curve->domain)))
			return bytes_equal(key, bytes_of(curve->peer_public, CURVE_KEY_BYTES));
	return false;
}

/* A request is: version, request id, domain, address, routing id, mechanism, credentials. */
static void zap_answer(const struct curve_context *context, zmq_msg_t *request, size_t count)
{
	struct bytes id = count > 1 ? part_bytes(&request[1]) : bytes_of_text("");
	struct bytes key = count == 7 ? part_bytes(&request[6]) : bytes_of_text("");
	char user[Z85_KEY_BYTES] = "";
	bool is_admitted;

	is_admitted = count == 7 && key.len == CURVE_KEY_BYTES &&
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

/* Answer strangers that ask whether they may come in, a limited number at a time. */
static void zap_turn(struct curve_context *context)
{
	zmq_msg_t request[ZAP_PARTS];
	size_t count;

	context->is_zap_unsure = false;
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

/* A descriptor leaves the set when the library closes it. */
static bool watch(const struct curve_context *context, void *zmq)
{
	struct epoll_event event = {.events = EPOLLIN};
	int fd = -1;
	size_t len = sizeof(fd);

	return zmq_getsockopt(zmq, ZMQ_FD, &fd, &len) == 0 &&
	       epoll_ctl(context->set, EPOLL_CTL_ADD, fd, &event) == 0;
}

static enum err zap_open(struct curve_context *context)
{
	int linger = 0;

	if (context->zap != NULL)
		return OK;
	context->zap = zmq_socket(context->zmq, ZMQ_REP);
	if (context->zap == NULL)
		return ERR_IO;
	zmq_setsockopt(context->zap, ZMQ_LINGER, &linger, sizeof(linger));
	context->is_zap_unsure = true;
	if (watch(context, context->zap) && zmq_bind(context->zap, ZAP_ENDPOINT) == 0)
		return OK;
	zmq_close(context->zap);
	context->zap = NULL;
	return ERR_IO;
}

/* ---- Context ---- */

enum err curve_context_new(struct curve_context **ret_context)
{
	struct curve_context *context = calloc(1, sizeof(*context));

	if (context == NULL)
		return ERR_MEMORY;
	context->set = epoll_create1(EPOLL_CLOEXEC);
	context->zmq = context->set < 0 ? NULL : zmq_ctx_new();
	if (context->zmq == NULL) {
		if (context->set >= 0)
			close(context->set);
		free(context);
		return ERR_IO;
	}
	*ret_context = context;
	return OK;
}

void curve_context_free(struct curve_context *context)
{
	if (context == NULL)
		return;
	while (context->curves != NULL)
		curve_close(context->curves);
	if (context->zap != NULL)
		zmq_close(context->zap);
	while (zmq_ctx_term(context->zmq) != 0 && errno == EINTR)
		;
	close(context->set);
	free(context);
}

int curve_context_fd(const struct curve_context *context)
{
	return context->set;
}

bool curve_context_is_unsure(const struct curve_context *context)
{
	bool is_unsure = context->zap != NULL && context->is_zap_unsure;

	for (const struct curve *curve = context->curves; curve != NULL; curve = curve->next)
		is_unsure = is_unsure || curve->is_unsure;
	return is_unsure;
}

/* ---- Open and close ---- */

static bool set_int(struct curve *curve, int option, int value)
{
	return zmq_setsockopt(curve->zmq, option, &value, sizeof(value)) == 0;
}

static bool set_bytes(struct curve *curve, int option, const void *at, size_t len)
{
	return zmq_setsockopt(curve->zmq, option, at, len) == 0;
}

static bool set_bounds(struct curve *curve, const struct curve_options *options)
{
	int64_t max_bytes = (int64_t)(options->max_message_bytes + CURVE_OVERHEAD_BYTES);

	return set_int(curve, ZMQ_LINGER, 0) &&
	       set_int(curve, ZMQ_SNDHWM, options->queue_messages) &&
	       set_int(curve, ZMQ_RCVHWM, options->queue_messages) &&
	       set_int(curve, ZMQ_RECONNECT_IVL, 20) &&
	       set_int(curve, ZMQ_RECONNECT_IVL_MAX, 1000) &&
	       set_int(curve, ZMQ_HANDSHAKE_IVL, 10000) &&
	       set_bytes(curve, ZMQ_MAXMSGSIZE, &max_bytes, sizeof(max_bytes));
}

static bool set_tcp(struct curve *curve)
{
	return set_int(curve, ZMQ_IPV6, 1) && set_int(curve, ZMQ_TCP_KEEPALIVE, 1) &&
	       set_int(curve, ZMQ_HEARTBEAT_IVL, 5000) &&
	       set_int(curve, ZMQ_HEARTBEAT_TIMEOUT, 15000);
}

static bool set_kind(struct curve *curve, const struct curve_options *options)
{
	const char *identity = options->identity;

	if (options->kind == SOCKET_SERVER)
		return set_int(curve, ZMQ_ROUTER_MANDATORY, 1) &&
		       set_int(curve, ZMQ_ROUTER_HANDOVER, 1);
	return identity == NULL || set_bytes(curve, ZMQ_ROUTING_ID, identity, strlen(identity));
}

/* Without it a library admits every key when no handler answers: one that does not take it must not
 * listen. */
static bool enforce_domain(struct curve *curve)
{
	int is_enforced = 0;
	size_t len = sizeof(is_enforced);

	return set_int(curve, ZMQ_ZAP_ENFORCE_DOMAIN, 1) &&
	       zmq_getsockopt(curve->zmq, ZMQ_ZAP_ENFORCE_DOMAIN, &is_enforced, &len) == 0 &&
	       is_enforced == 1;
}

static bool set_curve(struct curve *curve, const struct curve_options *options)
{
	const size_t len = CURVE_KEY_BYTES;

	if (!set_bytes(curve, ZMQ_CURVE_SECRETKEY, options->own_secret, len))
		return false;
	if (options->kind == SOCKET_CLIENT)
		return set_bytes(curve, ZMQ_CURVE_PUBLICKEY, options->own_public, len) &&
		       set_bytes(curve, ZMQ_CURVE_SERVERKEY, options->peer_public, len);
	curve->is_server = true;
	memcpy(curve->peer_public, options->peer_public, len);
	(void)snprintf(curve->domain, sizeof(curve->domain), "%s/%u",
		       options->identity == NULL ? "listener" : options->identity,
		       curve->context->domains++);
	return zap_open(curve->context) == OK && set_int(curve, ZMQ_CURVE_SERVER, 1) &&
	       set_bytes(curve, ZMQ_ZAP_DOMAIN, curve->domain, strlen(curve->domain)) &&
	       enforce_domain(curve);
}

static enum err bind_or_connect(struct curve *curve, const struct curve_options *options)
{
	size_t len = sizeof(curve->endpoint);
	int rc;

	rc = options->kind == SOCKET_SERVER ? zmq_bind(curve->zmq, options->endpoint)
					    : zmq_connect(curve->zmq, options->endpoint);
	if (rc != 0)
		return errno == EINVAL || errno == EPROTONOSUPPORT || errno == ENAMETOOLONG
			       ? ERR_USAGE
			       : ERR_IO;
	if (!watch(curve->context, curve->zmq) ||
	    zmq_getsockopt(curve->zmq, ZMQ_LAST_ENDPOINT, curve->endpoint, &len) != 0)
		return ERR_IO;
	curve->is_unsure = true;
	return OK;
}

static bool is_usable(const struct curve_options *options)
{
	size_t identity = options->identity == NULL ? 1 : strlen(options->identity);

	return options->endpoint != NULL && strncmp(options->endpoint, "tcp://", 6) == 0 &&
	       strlen(options->endpoint) < ENDPOINT_BYTES && options->max_message_bytes > 0 &&
	       options->max_message_bytes < INT64_MAX / 2 && options->queue_messages > 0 &&
	       identity > 0 && identity <= LIMIT_NAME_BYTES;
}

enum err curve_open(struct curve_context *context, const struct curve_options *options,
		    struct curve **ret_curve)
{
	struct curve *curve;
	enum err err = ERR_IO;

	if (!is_usable(options))
		return ERR_USAGE;
	curve = calloc(1, sizeof(*curve));
	if (curve == NULL)
		return ERR_MEMORY;
	curve->context = context;
	curve->queue_bytes = options->queue_bytes;
	curve->next = context->curves;
	context->curves = curve;
	curve->zmq =
		zmq_socket(context->zmq, options->kind == SOCKET_SERVER ? ZMQ_ROUTER : ZMQ_DEALER);
	if (curve->zmq == NULL || (curve->backlog = backlog_new()) == NULL)
		goto out;
	if (!set_bounds(curve, options) || !set_kind(curve, options) || !set_tcp(curve) ||
	    !set_curve(curve, options))
		goto out;
	err = bind_or_connect(curve, options);
out:
	if (err != OK)
		curve_close(curve);
	else
		*ret_curve = curve;
	return err;
}

void curve_close(struct curve *curve)
{
	struct curve **link;

	if (curve == NULL)
		return;
	for (link = &curve->context->curves; *link != curve; link = &(*link)->next)
		assert(*link != NULL);
	*link = curve->next;
	close_parts(curve->parts, curve->part_count);
	if (curve->zmq != NULL)
		zmq_close(curve->zmq);
	backlog_free(curve->backlog);
	free(curve);
}

const char *curve_endpoint(const struct curve *curve)
{
	return curve->endpoint;
}

/* ---- Send and receive ---- */

static size_t bytes_in(const struct bytes *parts, size_t count)
{
	size_t bytes = 0;

	for (size_t i = 0; i < count; i++)
		bytes += parts[i].len;
	return bytes;
}

enum err curve_send(struct curve *curve, const struct bytes *parts, size_t count)
{
	assert(count > 0 && count <= SOCKET_PARTS);
	curve->is_unsure = true;
	if (!backlog_has_room(curve->backlog, bytes_in(parts, count), curve->queue_bytes))
		return ERR_UNAVAILABLE;
	for (size_t i = 0; i < count; i++) {
		int more = i + 1 < count ? ZMQ_SNDMORE : 0;

		if (backlog_send(curve->backlog, curve->zmq, parts[i], ZMQ_DONTWAIT | more) >= 0)
			continue;
		/* a message once begun is ended, so that the next one is not taken for its rest */
		if (i > 0 && more)
			zmq_send(curve->zmq, "", 0, ZMQ_DONTWAIT);
		return errno == EAGAIN || errno == EHOSTUNREACH ? ERR_UNAVAILABLE : ERR_IO;
	}
	return OK;
}

enum err curve_receive(struct curve *curve, struct socket_message *ret_message)
{
	enum err err;

	if (curve->is_server)
		zap_turn(curve->context);
	close_parts(curve->parts, curve->part_count);
	curve->part_count = 0;
	err = receive_parts(curve->zmq, curve->parts, SOCKET_PARTS, &curve->part_count);
	/* before it says that none is there, the library looks at all it was told */
	curve->is_unsure = err != ERR_MISSING;
	if (err != OK)
		return err;
	for (size_t i = 0; i < curve->part_count; i++)
		ret_message->parts[i] = part_bytes(&curve->parts[i]);
	ret_message->count = curve->part_count;
	return OK;
}
