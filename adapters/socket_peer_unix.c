#include <assert.h>
#include <errno.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

#include "adapters/socket_unix.h"

/* From here on a message is given to the system at once, and only what that does not take is copied. */
#define DIRECT_BYTES ((size_t)32 * 1024)

/* ---- Beginning and end ---- */

static void want(const struct socket_peer *peer, uint32_t events)
{
	struct epoll_event event = {.events = events, .data.ptr = (void *)&peer->watched};

	(void)epoll_ctl(peer->socket->context->set, EPOLL_CTL_MOD, peer->fd, &event);
}

static void on_events(void *owner, uint32_t events)
{
	struct socket_peer *peer = owner;

	if ((events & (EPOLLIN | EPOLLHUP | EPOLLERR)) != 0)
		peer->is_readable = peer->socket->is_ready = true;
	if ((events & EPOLLOUT) != 0 && peer->is_blocked) {
		peer->is_blocked = false;
		want(peer, EPOLLIN);
		socket_peer_flush(peer);
	}
}

struct socket_peer *socket_peer_new(struct socket *socket, int fd)
{
	struct socket_peer *peer = calloc(1, sizeof(*peer));

	if (peer == NULL) {
		if (fd >= 0)
			close(fd);
		return NULL;
	}
	peer->socket = socket;
	peer->watched = (struct socket_watched){on_events, peer};
	peer->fd = -1;
	if (fd < 0 || socket_peer_begin(peer, fd))
		return peer;
	free(peer);
	return NULL;
}

bool socket_peer_begin(struct socket_peer *peer, int fd)
{
	if (socket_meet_watch(peer->socket->context, fd, &peer->watched) != OK) {
		close(fd);
		return false;
	}
	peer->fd = fd;
	return true;
}

void socket_peer_lose(struct socket_peer *peer)
{
	if (peer->fd >= 0) {
		socket_meet_forget(peer->socket->context, peer->fd);
		/* a child that was forked without exec may hold it too */
		(void)shutdown(peer->fd, SHUT_RDWR);
		close(peer->fd);
	}
	peer->fd = -1;
	peer->is_readable = peer->is_blocked = peer->is_mute = false;
	socket_in_reset(&peer->in);
	socket_out_rewind(&peer->out);
}

static void leave_unsent(struct socket_peer *peer)
{
	struct socket_peer **link = &peer->socket->context->unsent;

	while (*link != NULL && *link != peer)
		link = &(*link)->next_unsent;
	if (*link != NULL)
		*link = peer->next_unsent;
}

void socket_peer_free(struct socket_peer *peer)
{
	if (peer == NULL)
		return;
	if (peer->is_unsent)
		leave_unsent(peer);
	socket_peer_lose(peer);
	socket_in_clear(&peer->in);
	socket_out_clear(&peer->out);
	free(peer);
}

/* ---- Out ---- */

/* Can anything be written now? */
static bool is_open(const struct socket_peer *peer)
{
	return peer->fd >= 0 && !peer->is_blocked && !peer->is_mute;
}

/*
 * Give the system what it takes. Who reads no more may still have said something: the connection
 * ends when that is read.
 */
static size_t push(struct socket_peer *peer, struct iovec *vectors, size_t count, size_t bytes)
{
	struct msghdr message = {.msg_iov = vectors, .msg_iovlen = count};
	ssize_t sent;

	do
		sent = sendmsg(peer->fd, &message, MSG_NOSIGNAL | MSG_DONTWAIT);
	while (sent < 0 && errno == EINTR);
	if (sent < 0 && errno != EAGAIN)
		peer->is_mute = true;
	else if ((size_t)(sent < 0 ? 0 : sent) < bytes) {
		peer->is_blocked = true;
		want(peer, EPOLLIN | EPOLLOUT);
	}
	return sent < 0 ? 0 : (size_t)sent;
}

void socket_peer_flush(struct socket_peer *peer)
{
	struct socket_out *out = &peer->out;
	struct iovec vector = {out->at + out->sent, out->end - out->sent};

	if (vector.iov_len > 0 && is_open(peer))
		socket_out_note(out, push(peer, &vector, 1, vector.iov_len));
}

static void join_unsent(struct socket_peer *peer)
{
	struct socket_context *context = peer->socket->context;

	if (peer->is_unsent)
		return;
	peer->is_unsent = true;
	peer->next_unsent = context->unsent;
	context->unsent = peer;
}

/* All that waits and this message in one call. */
static enum err send_now(struct socket_peer *peer, const struct bytes *parts, size_t count)
{
	struct socket_out *out = &peer->out;
	uint8_t head[SOCKET_HEAD_BYTES];
	size_t bytes = socket_out_head(parts, count, head), waiting = out->end - out->sent, sent;
	struct iovec vectors[SOCKET_PARTS + 2] = {{out->at + out->sent, waiting},
						  {head, sizeof(head)}};

	for (size_t i = 0; i < count; i++)
		vectors[i + 2] = (struct iovec){(void *)(uintptr_t)parts[i].at, parts[i].len};
	sent = push(peer, vectors, count + 2, waiting + bytes);
	if (sent == waiting + bytes) {
		socket_out_note(out, waiting);
		return OK;
	}
	if (socket_out_put(out, parts, count) == OK) {
		socket_out_note(out, sent);
		return OK;
	}
	/* of half a message nobody could find the end */
	if (sent > waiting)
		socket_peer_lose(peer);
	else
		socket_out_note(out, sent);
	return ERR_MEMORY;
}

static bool has_place(const struct socket_peer *peer, size_t bytes)
{
	const struct socket *socket = peer->socket;
	const struct socket_out *out = &peer->out;

	return out->frames == 0 || (out->frames < socket->queue_messages &&
				    out->end - out->begin <= socket->queue_bytes &&
				    bytes <= socket->queue_bytes - (out->end - out->begin));
}

enum err socket_peer_send(struct socket_peer *peer, const struct bytes *parts, size_t count)
{
	size_t bytes = 0;
	enum err err;

	for (size_t i = 0; i < count; i++) {
		if (parts[i].len > peer->socket->max_message_bytes - bytes)
			return ERR_LIMIT;
		bytes += parts[i].len;
	}
	if (!has_place(peer, bytes))
		return ERR_UNAVAILABLE;
	if (bytes >= DIRECT_BYTES && is_open(peer))
		return send_now(peer, parts, count);
	if ((err = socket_out_put(&peer->out, parts, count)) == OK)
		join_unsent(peer);
	return err;
}

/* ---- In ---- */

/*
 * The other side ended. Linux says ECONNRESET to who sent what it had not read (unix_release_sock();
 * tests/test_socket.c holds it to that), so zero means that all was.
 */
static void end(struct socket_peer *peer, bool is_reset)
{
	peer->has_end = peer->socket->kind == SOCKET_SERVER && peer->is_named && !is_reset &&
			peer->out.sent == peer->out.end;
	socket_peer_lose(peer);
}

/* Once: if there is more, the system says so again. */
static void read_some(struct socket_peer *peer)
{
	struct socket_in *in = &peer->in;
	ssize_t len;

	peer->is_readable = false;
	if (!socket_in_room(in)) {
		socket_peer_lose(peer);
		return;
	}
	do
		len = recv(peer->fd, in->at + in->end, in->room - in->end, MSG_DONTWAIT);
	while (len < 0 && errno == EINTR);
	if (len > 0)
		in->end += (size_t)len;
	else if (len == 0 || errno != EAGAIN)
		end(peer, len != 0);
}

/* A name of the server's own choice begins with a zero byte, which no client may ask for. */
static void choose_name(struct socket_peer *peer)
{
	peer->name[0] = 0;
	bytes_put_u64(peer->name + 1, ++peer->socket->named);
	peer->name_len = 1 + 8;
}

static struct socket_peer *find_other(const struct socket_peer *peer, struct bytes name)
{
	const struct socket *socket = peer->socket;

	for (size_t i = 0; i < socket->peer_count; i++) {
		struct socket_peer *other = socket->peers[i];

		if (other != peer && other->is_named && (other->fd >= 0 || other->has_end) &&
		    bytes_equal(bytes_of(other->name, other->name_len), name))
			return other;
	}
	return NULL;
}

/*
 * The name that its first frame asks for. ERR_FORMAT: it is none. ERR_UNAVAILABLE: who had it has
 * something left to say, maybe that it ended.
 */
static enum err take_name(struct socket_peer *peer, struct bytes name)
{
	struct socket_peer *other = find_other(peer, name);

	if (name.len > sizeof(peer->name) || (name.len > 0 && memchr(name.at, 0, name.len) != NULL))
		return ERR_FORMAT;
	if (other != NULL && (other->is_readable || other->has_end))
		return ERR_UNAVAILABLE;
	if (other != NULL)
		socket_peer_lose(other);
	if (name.len == 0) {
		choose_name(peer);
	} else {
		memcpy(peer->name, name.at, name.len);
		peer->name_len = name.len;
	}
	peer->is_named = true;
	return OK;
}

/* The next frame of what came, reading once if there is none. */
static enum err next_frame(struct socket_peer *peer, size_t first,
			   struct socket_message *ret_message)
{
	size_t max_bytes = peer->socket->max_message_bytes;
	enum err err = socket_in_next(&peer->in, max_bytes, first, ret_message);

	if (err == ERR_MISSING && peer->is_readable) {
		read_some(peer);
		err = socket_in_next(&peer->in, max_bytes, first, ret_message);
	}
	if (err == OK || err == ERR_MISSING)
		return err;
	socket_peer_lose(peer);
	return ERR_MISSING;
}

static enum err introduce(struct socket_peer *peer)
{
	struct socket_message message;
	enum err err = next_frame(peer, 1, &message);

	if (err != OK)
		return err;
	err = message.count == 2 ? take_name(peer, message.parts[1]) : ERR_FORMAT;
	if (err == ERR_UNAVAILABLE)
		peer->in.begin = 0; /* it is the first frame */
	else if (err != OK)
		socket_peer_lose(peer);
	return err == ERR_FORMAT ? ERR_MISSING : err;
}

enum err socket_peer_receive(struct socket_peer *peer, struct socket_message *ret_message)
{
	const size_t first = peer->socket->kind == SOCKET_SERVER ? 1 : 0;
	enum err err = peer->is_named ? OK : introduce(peer);

	if (err == OK)
		err = next_frame(peer, first, ret_message);
	if (err == ERR_MISSING && peer->has_end) {
		peer->has_end = false;
		ret_message->count = 1;
		err = OK;
	}
	if (err == OK && first == 1)
		ret_message->parts[0] = bytes_of(peer->name, peer->name_len);
	return err;
}
