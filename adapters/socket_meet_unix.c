#include <errno.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "adapters/socket_unix.h"
#include "sampan/clock.h"

#define BACKLOG 128
#define ACCEPTS 64u /* in one turn */
#define RETRY_MS 10u
#define RETRY_MAX_MS 250u

/* ---- The set ---- */

enum err socket_meet_watch(const struct socket_context *context, int fd,
			   struct socket_watched *watched)
{
	struct epoll_event event = {.events = EPOLLIN, .data.ptr = watched};

	return epoll_ctl(context->set, EPOLL_CTL_ADD, fd, &event) == 0 ? OK : ERR_IO;
}

void socket_meet_forget(const struct socket_context *context, int fd)
{
	(void)epoll_ctl(context->set, EPOLL_CTL_DEL, fd, NULL);
}

/* ---- Who is there ---- */

/* The other side's process, if it is one that may be here: root, or whom we run as. */
static bool is_of_us(int fd, bool is_server, pid_t *ret_process)
{
	struct ucred credentials;
	socklen_t len = sizeof(credentials);

	if (getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &credentials, &len) != 0)
		return false;
	*ret_process = credentials.pid;
	return credentials.uid == geteuid() || credentials.uid == 0 ||
	       (!is_server && geteuid() == 0);
}

static int new_socket(void)
{
	return socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
}

/* ---- Servers ---- */

static bool has_place(const struct socket *socket, pid_t process)
{
	size_t of_one = 0;

	for (size_t i = 0; i < socket->peer_count; i++)
		of_one += socket->peers[i]->fd >= 0 && socket->peers[i]->process == process;
	return socket->peer_count < SOCKET_CONNECTIONS && of_one < SOCKET_CONNECTIONS_OF_ONE;
}

static void take_in(struct socket *socket, int fd)
{
	struct socket_peer *peer;
	pid_t process = 0;

	if (!is_of_us(fd, true, &process) || !has_place(socket, process)) {
		close(fd);
		return;
	}
	if ((peer = socket_peer_new(socket, fd)) == NULL)
		return;
	peer->process = process;
	socket->peers[socket->peer_count++] = peer;
}

static void retry_later(struct socket *socket)
{
	socket->retry_ms = socket->retry_ms == 0 ? RETRY_MS : 2 * socket->retry_ms;
	if (socket->retry_ms > RETRY_MAX_MS)
		socket->retry_ms = RETRY_MAX_MS;
	socket->retry_at_ms = clock_monotonic_ms() + socket->retry_ms;
}

static void on_connections(void *owner, uint32_t events)
{
	struct socket *socket = owner;

	(void)events;
	for (unsigned i = 0; i < ACCEPTS; i++) {
		int fd = accept4(socket->fd, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);

		if (fd >= 0) {
			take_in(socket, fd);
		} else if (errno != EINTR && errno != ECONNABORTED) {
			/* without descriptors the one that waits would wake us for ever */
			if (errno != EAGAIN) {
				socket_meet_forget(socket->context, socket->fd);
				retry_later(socket);
			}
			return;
		}
	}
}

/*
 * The mode stands before the file does, so that nobody comes between. What a server before us left
 * behind gives way.
 */
static enum err bind_file(struct socket *socket)
{
	struct stat status;

	(void)unlink(socket->address.sun_path);
	if (fchmod(socket->fd, S_IRUSR | S_IWUSR) != 0 ||
	    bind(socket->fd, (const struct sockaddr *)&socket->address, sizeof(socket->address)) !=
		    0 ||
	    listen(socket->fd, BACKLOG) != 0 || lstat(socket->address.sun_path, &status) != 0)
		return ERR_IO;
	socket->device = status.st_dev;
	socket->file = status.st_ino;
	return OK;
}

enum err socket_meet_listen(struct socket *socket)
{
	enum err err;

	socket->watched = (struct socket_watched){on_connections, socket};
	socket->fd = new_socket();
	if (socket->fd < 0)
		return ERR_IO;
	err = bind_file(socket);
	return err == OK ? socket_meet_watch(socket->context, socket->fd, &socket->watched) : err;
}

void socket_meet_end(const struct socket *socket)
{
	struct stat status;
	int fd;

	/* a child that was forked without exec may hold it too: nobody shall wait there for ever */
	(void)shutdown(socket->fd, SHUT_RDWR);
	while ((fd = accept(socket->fd, NULL, NULL)) >= 0)
		close(fd);
	if (socket->file != 0 && lstat(socket->address.sun_path, &status) == 0 &&
	    status.st_dev == socket->device && status.st_ino == socket->file)
		(void)unlink(socket->address.sun_path);
}

/* ---- Clients ---- */

/* The first frame. A new connection has room for it. */
static bool say_name(const struct socket *socket, int fd)
{
	struct bytes name = bytes_of_text(socket->identity);
	uint8_t frame[SOCKET_HEAD_BYTES + LIMIT_NAME_BYTES];
	size_t len = socket_out_head(&name, 1, frame);

	memcpy(frame + SOCKET_HEAD_BYTES, name.at, name.len);
	return send(fd, frame, len, MSG_NOSIGNAL | MSG_DONTWAIT) == (ssize_t)len;
}

static bool connect_now(struct socket *socket)
{
	struct socket_peer *peer = socket->peers[0];
	int fd = new_socket();

	if (fd < 0)
		return false;
	if (connect(fd, (const struct sockaddr *)&socket->address, sizeof(socket->address)) != 0 ||
	    !is_of_us(fd, false, &peer->process) || !say_name(socket, fd)) {
		close(fd);
		return false;
	}
	return socket_peer_begin(peer, fd);
}

void socket_meet_connect(struct socket *socket)
{
	if (!connect_now(socket)) {
		retry_later(socket);
		return;
	}
	socket->retry_at_ms = socket->retry_ms = 0;
	socket_peer_flush(socket->peers[0]);
}

/* ---- Again ---- */

static void try_again(struct socket *socket)
{
	if (socket->kind == SOCKET_CLIENT)
		socket_meet_connect(socket);
	else if (socket_meet_watch(socket->context, socket->fd, &socket->watched) == OK)
		socket->retry_at_ms = socket->retry_ms = 0;
	else
		retry_later(socket);
}

static bool is_away(const struct socket *socket)
{
	return socket->retry_at_ms != 0 ||
	       (socket->kind == SOCKET_CLIENT && !socket->is_foreign && socket->peers[0]->fd < 0);
}

int socket_meet_again(struct socket_context *context, int wait_ms)
{
	for (struct socket *socket = context->sockets; socket != NULL; socket = socket->next) {
		uint64_t now_ms, left_ms;

		if (!is_away(socket))
			continue;
		now_ms = clock_monotonic_ms();
		if (socket->retry_at_ms <= now_ms)
			try_again(socket);
		if (!is_away(socket))
			continue;
		left_ms = socket->retry_at_ms > now_ms ? socket->retry_at_ms - now_ms : 0;
		if (wait_ms < 0 || left_ms < (uint64_t)wait_ms)
			wait_ms = (int)left_ms;
	}
	return wait_ms;
}
