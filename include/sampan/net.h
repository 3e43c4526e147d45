/*
 * net - listening sockets, the connections that come in, and waiting for many of them
 * (adapters/net_linux.c; adapters/net_holder_linux.c). Nothing here connects, and nothing blocks but net_wait() where it is told
 * to.
 */
#ifndef SAMPAN_NET_H
#define SAMPAN_NET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "sampan/err.h"

#define NET_ADDRESS_BYTES 46u /* "2001:db8::1" and a zero (INET6_ADDRSTRLEN) */

/*
 * Listen on a numeric address, IPv4 or IPv6, and a port (0: any that is free). What waits to be sent
 * on a connection that comes in is bounded to some 100 KiB in the kernel. ERR_USAGE: no such
 * address; ERR_EXISTS: the port is taken; ERR_DENIED; ERR_IO. Close with net_close().
 */
enum err net_listen(const char *address, uint16_t port, int *ret_fd, uint16_t *ret_port);

/* The port that a socket listens on. */
uint16_t net_port(int listener);

#define NET_HOLDER_BYTES 96u

/* Which process listens on a TCP port, for people: "nginx (pid 812)"; "unknown". */
void net_holder_find(uint16_t port, char ret_holder[NET_HOLDER_BYTES]);

/*
 * The next connection, which does not block, does not delay small writes and is not inherited.
 * ERR_MISSING: none waits; ERR_LIMIT: the process has no descriptors left, the connection still
 * waits; ERR_UNAVAILABLE: it broke before it was taken, ask again.
 */
enum err net_accept(int listener, int *ret_fd, char ret_address[NET_ADDRESS_BYTES]);

/*
 * How many bytes of a connection the other side has taken so far (acknowledged), from any number on:
 * what waits in the kernel does not count. 0 where it cannot be told.
 */
uint64_t net_taken(int fd);

/* Close. With `is_reset` the other side sees an error, and the kernel keeps nothing of it. */
void net_close(int fd, bool is_reset);

/* No more will be sent; what comes can still be read. */
void net_finish(int fd);

/*
 * Throw away up to max_bytes that came. OK: more may come; ERR_MISSING: the other side has ended or
 * broken.
 */
enum err net_discard(int fd, size_t max_bytes);

/* ---- Waiting ---- */

enum net_ready { NET_READ = 1, NET_WRITE = 2, NET_BROKEN = 4 };

struct net_event {
	void *context;
	unsigned ready; /* bits of enum net_ready */
};

/* A set of descriptors; itself a descriptor, readable when one of them is ready. */
enum err net_set_new(int *ret_set);
enum err net_set_add(int set, int fd, unsigned wanted, void *context);
void net_set_change(int set, int fd, unsigned wanted, void *context);

/* For a descriptor that other processes hold too: closing it here would not take it out of the set. */
void net_set_remove(int set, int fd);

/*
 * Those that are ready now, at most `room`; waits up to timeout_ms for the first. A broken
 * connection is always told. A descriptor leaves the set when it is closed.
 */
size_t net_wait(int set, struct net_event *ret_events, size_t room, int timeout_ms);

#endif
