#include "adapters/socket_unix.h"

#include <assert.h>
#include <errno.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#define EVENTS 64

/* ---- Context ---- */

enum err socket_context_new(struct socket_context **ret_context)
{
	struct socket_context *context = calloc(1, sizeof(*context));

	if (context == NULL)
		return ERR_MEMORY;
	context->set = epoll_create1(EPOLL_CLOEXEC);
	if (context->set < 0) {
		free(context);
		return ERR_IO;
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
	close(context->set);
	free(context);
}

/* ---- Open and close ---- */

static bool set_address(struct sockaddr_un *address, const char *endpoint)
{
	static const char scheme[] = "ipc://";
	const char *path;

	if (endpoint == NULL || strncmp(endpoint, scheme, sizeof(scheme) - 1) != 0)
		return false;
	path = endpoint + sizeof(scheme) - 1;
	if (*path == '\0' || strlen(path) >= sizeof(address->sun_path))
		return false;
	address->sun_family = AF_UNIX;
	memcpy(address->sun_path, path, strlen(path) + 1);
	return true;
}

static bool set_options(struct socket *socket, const struct socket_options *options)
{
	const char *identity = options->identity == NULL ? "" : options->identity;

	if (!set_address(&socket->address, options->endpoint) || options->max_message_bytes == 0 ||
	    options->max_message_bytes > UINT32_MAX || options->queue_messages == 0 ||
	    strlen(identity) > LIMIT_NAME_BYTES || (options->identity != NULL && *identity == 0))
		return false;
	memcpy(socket->identity, identity, strlen(identity) + 1);
	socket->kind = options->kind;
	socket->max_message_bytes = options->max_message_bytes;
	socket->queue_bytes = options->queue_bytes;
	socket->queue_messages = options->queue_messages;
	return true;
}

static struct socket *socket_new(struct socket_context *context)
{
	struct socket *socket = calloc(1, sizeof(*socket));

	if (socket == NULL)
		return NULL;
	socket->context = context;
	socket->fd = -1;
	socket->next = context->sockets;
	context->sockets = socket;
	return socket;
}

static enum err begin(struct socket *socket)
{
	if (socket->kind == SOCKET_SERVER)
		return socket_meet_listen(socket);
	socket->peers[0] = socket_peer_new(socket, -1);
	if (socket->peers[0] == NULL)
		return ERR_MEMORY;
	socket->peer_count = 1;
	socket->peers[0]->is_named = true;
	socket_meet_connect(socket);
	return OK;
}

enum err socket_open(struct socket_context *context, const struct socket_options *options,
		     struct socket **ret_socket)
{
	struct socket *socket = socket_new(context);
	enum err err;

	if (socket == NULL)
		return ERR_MEMORY;
	err = set_options(socket, options) ? begin(socket) : ERR_USAGE;
	if (err != OK)
		socket_close(socket);
	else
		*ret_socket = socket;
	return err;
}

static void on_foreign(void *owner, uint32_t events)
{
	struct socket *socket = owner;

	(void)events;
	socket->is_ready = true;
}

enum err socket_watch(struct socket_context *context, int fd, struct socket **ret_socket)
{
	struct socket *socket = socket_new(context);

	if (socket == NULL)
		return ERR_MEMORY;
	socket->is_foreign = true;
	socket->watched = (struct socket_watched){on_foreign, socket};
	if (socket_meet_watch(context, fd, &socket->watched) != OK) {
		socket_close(socket);
		return ERR_IO;
	}
	socket->fd = fd;
	*ret_socket = socket;
	return OK;
}

void socket_close(struct socket *socket)
{
	struct socket **link;

	if (socket == NULL)
		return;
	for (link = &socket->context->sockets; *link != socket; link = &(*link)->next)
		assert(*link != NULL);
	*link = socket->next;
	if (socket->fd >= 0) {
		socket_meet_forget(socket->context, socket->fd);
		if (!socket->is_foreign) {
			socket_meet_end(socket);
			close(socket->fd);
		}
	}
	/* last, so that nobody who is told comes back to where nobody listens */
	for (size_t i = 0; i < socket->peer_count; i++)
		socket_peer_free(socket->peers[i]);
	free(socket);
}

/* ---- Send and receive ---- */

static struct socket_peer *find_peer(const struct socket *socket, struct bytes name)
{
	for (size_t i = 0; i < socket->peer_count; i++) {
		struct socket_peer *peer = socket->peers[i];

		if (peer->fd >= 0 && !peer->is_mute && peer->is_named &&
		    bytes_equal(bytes_of(peer->name, peer->name_len), name))
			return peer;
	}
	return NULL;
}

enum err socket_send(struct socket *socket, const struct bytes *parts, size_t count)
{
	struct socket_peer *peer;

	assert(!socket->is_foreign && count > 0 && count <= SOCKET_PARTS);
	if (socket->kind == SOCKET_CLIENT)
		return socket_peer_send(socket->peers[0], parts, count);
	assert(count > 1);
	peer = find_peer(socket, parts[0]);
	return peer == NULL ? ERR_UNAVAILABLE : socket_peer_send(peer, parts + 1, count - 1);
}

void socket_flush(struct socket_context *context)
{
	while (context->unsent != NULL) {
		struct socket_peer *peer = context->unsent;

		context->unsent = peer->next_unsent;
		peer->is_unsent = false;
		socket_peer_flush(peer);
	}
}

/* Those that are gone leave their places. */
static void sweep(struct socket *socket)
{
	size_t kept = 0;

	if (socket->kind == SOCKET_CLIENT)
		return;
	for (size_t i = 0; i < socket->peer_count; i++) {
		if (socket->peers[i]->fd < 0 && !socket->peers[i]->has_end)
			socket_peer_free(socket->peers[i]);
		else
			socket->peers[kept++] = socket->peers[i];
	}
	socket->peer_count = kept;
}

/* One message of each in turn, so that nobody is kept from being heard. */
enum err socket_receive(struct socket *socket, struct socket_message *ret_message)
{
	bool is_again;

	sweep(socket);
	do {
		is_again = false;
		for (size_t i = 0; i < socket->peer_count; i++) {
			size_t turn = (socket->turn + i) % socket->peer_count;
			enum err err = socket_peer_receive(socket->peers[turn], ret_message);

			if (err == OK) {
				socket->turn = turn + 1;
				return OK;
			}
			is_again = is_again || err == ERR_UNAVAILABLE;
		}
	} while (is_again);
	socket->is_ready = false;
	return ERR_MISSING;
}

/* ---- Waiting ---- */

static bool begin_wait(struct socket_context *context)
{
	bool is_any = false;

	for (struct socket *socket = context->sockets; socket != NULL; socket = socket->next) {
		if (socket->is_foreign)
			socket->is_ready = false;
		is_any = is_any || socket->is_ready;
	}
	return is_any;
}

enum err socket_wait(struct socket_context *context, int timeout_ms)
{
	struct epoll_event events[EVENTS];
	int count;

	socket_flush(context);
	timeout_ms = socket_meet_again(context, timeout_ms);
	if (begin_wait(context))
		timeout_ms = 0;
	count = epoll_wait(context->set, events, EVENTS, timeout_ms);
	for (int i = 0; i < count; i++) {
		struct socket_watched *watched = events[i].data.ptr;

		watched->on_events(watched->owner, events[i].events);
	}
	return count < 0 && errno != EINTR ? ERR_IO : OK;
}

bool socket_is_ready(const struct socket *socket)
{
	return socket->is_ready;
}
