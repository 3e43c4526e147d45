#include "sampan/net.h"

#include <arpa/inet.h>
#include <errno.h>
#include <linux/tcp.h>
#include <netdb.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#define BACKLOG 1024
#define SEND_BYTES (256 * 1024) /* of one connection that wait in the kernel */
#define MAX_EVENTS 128u

/* ---- Listening ---- */

static enum err error_of_bind(void)
{
	switch (errno) {
	case EADDRINUSE:
		return ERR_EXISTS;
	case EACCES:
	case EPERM:
		return ERR_DENIED;
	case EADDRNOTAVAIL:
		return ERR_USAGE;
	default:
		return ERR_IO;
	}
}

uint16_t net_port(int listener)
{
	struct sockaddr_storage address = {0};
	socklen_t len = sizeof(address);
	in_port_t port = 0;

	if (getsockname(listener, (struct sockaddr *)&address, &len) != 0)
		return 0;
	if (address.ss_family == AF_INET6)
		memcpy(&port, (uint8_t *)&address + offsetof(struct sockaddr_in6, sin6_port),
		       sizeof(port));
	else
		memcpy(&port, (uint8_t *)&address + offsetof(struct sockaddr_in, sin_port),
		       sizeof(port));
	return ntohs(port);
}

/* "::" is for IPv6 alone: one address means one family, whatever the system's default is. */
static enum err listen_at(const struct addrinfo *info, int *ret_fd)
{
	const int one = 1, room = SEND_BYTES;
	enum err err = OK;
	int fd = socket(info->ai_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);

	if (fd < 0)
		return errno == EPERM || errno == EACCES ? ERR_DENIED : ERR_IO;
	if (setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof(one)) != 0 ||
	    setsockopt(fd, SOL_SOCKET, SO_SNDBUF, &room, sizeof(room)) != 0 ||
	    (info->ai_family == AF_INET6 &&
	     setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &one, sizeof(one)) != 0))
		err = ERR_IO;
	else if (bind(fd, info->ai_addr, info->ai_addrlen) != 0 || listen(fd, BACKLOG) != 0)
		err = error_of_bind();
	if (err != OK)
		(void)close(fd);
	else
		*ret_fd = fd;
	return err;
}

enum err net_listen(const char *address, uint16_t port, int *ret_fd, uint16_t *ret_port)
{
	struct addrinfo hints = {.ai_flags = AI_NUMERICHOST | AI_NUMERICSERV | AI_PASSIVE,
				 .ai_socktype = SOCK_STREAM};
	struct addrinfo *info = NULL;
	char service[8];
	enum err err;

	(void)snprintf(service, sizeof(service), "%u", port);
	if (getaddrinfo(address, service, &hints, &info) != 0)
		return ERR_USAGE;
	err = listen_at(info, ret_fd);
	freeaddrinfo(info);
	if (err == OK)
		*ret_port = net_port(*ret_fd);
	return err;
}

/* ---- Connections ---- */

static enum err error_of_accept(void)
{
	switch (errno) {
	case EAGAIN:
		return ERR_MISSING;
	case EMFILE:
	case ENFILE:
	case ENOBUFS:
	case ENOMEM:
		return ERR_LIMIT;
	default: /* of the connection, not of the listener: accept(2) */
		return ERR_UNAVAILABLE;
	}
}

enum err net_accept(int listener, int *ret_fd, char ret_address[NET_ADDRESS_BYTES])
{
	struct sockaddr_storage address = {0};
	socklen_t len = sizeof(address);
	const int one = 1;
	int fd = accept4(listener, (struct sockaddr *)&address, &len, SOCK_CLOEXEC | SOCK_NONBLOCK);

	if (fd < 0)
		return error_of_accept();
	(void)setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof(one));
	if (getnameinfo((struct sockaddr *)&address, len, ret_address, NET_ADDRESS_BYTES, NULL, 0,
			NI_NUMERICHOST) != 0)
		(void)snprintf(ret_address, NET_ADDRESS_BYTES, "?");
	*ret_fd = fd;
	return OK;
}

uint64_t net_taken(int fd)
{
	struct tcp_info info = {0};
	socklen_t len = sizeof(info);

	return getsockopt(fd, IPPROTO_TCP, TCP_INFO, &info, &len) == 0 ? info.tcpi_bytes_acked : 0;
}

void net_close(int fd, bool is_reset)
{
	const struct linger reset = {.l_onoff = 1, .l_linger = 0};

	if (fd < 0)
		return;
	if (is_reset)
		(void)setsockopt(fd, SOL_SOCKET, SO_LINGER, &reset, sizeof(reset));
	(void)close(fd);
}

void net_finish(int fd)
{
	(void)shutdown(fd, SHUT_WR);
}

enum err net_discard(int fd, size_t max_bytes)
{
	uint8_t bytes[16384];

	while (max_bytes > 0) {
		ssize_t len = recv(fd, bytes, sizeof(bytes), MSG_DONTWAIT);

		if (len < 0 && (errno == EAGAIN || errno == EINTR))
			return OK;
		if (len <= 0)
			return ERR_MISSING;
		max_bytes -= (size_t)len < max_bytes ? (size_t)len : max_bytes;
	}
	return OK;
}

/* ---- Waiting ---- */

static uint32_t epoll_of(unsigned wanted)
{
	uint32_t events = 0;

	if ((wanted & NET_READ) != 0)
		events |= EPOLLIN;
	if ((wanted & NET_WRITE) != 0)
		events |= EPOLLOUT;
	return events;
}

enum err net_set_new(int *ret_set)
{
	int set = epoll_create1(EPOLL_CLOEXEC);

	if (set < 0)
		return ERR_IO;
	*ret_set = set;
	return OK;
}

enum err net_set_add(int set, int fd, unsigned wanted, void *context)
{
	struct epoll_event event = {.events = epoll_of(wanted), .data.ptr = context};

	return epoll_ctl(set, EPOLL_CTL_ADD, fd, &event) == 0 ? OK : ERR_IO;
}

void net_set_change(int set, int fd, unsigned wanted, void *context)
{
	struct epoll_event event = {.events = epoll_of(wanted), .data.ptr = context};

	(void)epoll_ctl(set, EPOLL_CTL_MOD, fd, &event);
}

void net_set_remove(int set, int fd)
{
	(void)epoll_ctl(set, EPOLL_CTL_DEL, fd, NULL);
}

static unsigned ready_of(uint32_t told)
{
	unsigned ready = 0;

	if ((told & EPOLLIN) != 0)
		ready |= NET_READ;
	if ((told & EPOLLOUT) != 0)
		ready |= NET_WRITE;
	if ((told & (EPOLLERR | EPOLLHUP)) != 0)
		ready |= NET_BROKEN;
	return ready;
}

size_t net_wait(int set, struct net_event *ret_events, size_t room, int timeout_ms)
{
	struct epoll_event events[MAX_EVENTS];
	int count =
		epoll_wait(set, events, (int)(room < MAX_EVENTS ? room : MAX_EVENTS), timeout_ms);

	for (int i = 0; i < count; i++)
		ret_events[i] = (struct net_event){.context = events[i].data.ptr,
						   .ready = ready_of(events[i].events)};
	return count < 0 ? 0 : (size_t)count;
}
