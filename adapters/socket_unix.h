/*
 * What the files of the adapter of local sockets share.
 *
 * On the wire a message is a frame: count u32, the lengths of SOCKET_PARTS parts u32 (those beyond
 * count are 0), the parts; integers big-endian. The first frame of a client is its name alone,
 * empty where the server shall choose one.
 */
#ifndef ADAPTERS_SOCKET_UNIX_H
#define ADAPTERS_SOCKET_UNIX_H

#include <sys/types.h>
#include <sys/un.h>

#include "sampan/limit.h"
#include "sampan/socket.h"

#define SOCKET_HEAD_BYTES (4u + 4u * SOCKET_PARTS)

/*
 * What roles tell each other may be secret, and its memory is used again for long: bytes are
 * overwritten as soon as they were read, or all that waits was sent.
 */

/* ---- Bytes that came (adapters/socket_frame_unix.c) ---- */

struct socket_in {
	uint8_t *at;
	size_t room;
	size_t given; /* of the frame that was given out last; what is before is overwritten */
	size_t begin; /* of what was not given out yet */
	size_t end;
};

/*
 * The next frame as parts from `first` on, borrowed until the next call. ERR_MISSING: it is not
 * whole yet; ERR_LIMIT: larger than max_bytes, or of more parts than there is place for;
 * ERR_FORMAT: no frame.
 */
enum err socket_in_next(struct socket_in *in, size_t max_bytes, size_t first,
			struct socket_message *ret_message);

/*
 * Room for more at in->at + in->end: never more than about as much as has come of the frame
 * already, whatever its head announces. False: no memory.
 */
bool socket_in_room(struct socket_in *in);
void socket_in_reset(struct socket_in *in); /* forget what came, keep the room */
void socket_in_clear(struct socket_in *in);

/* ---- Frames to be sent ---- */

struct socket_out {
	uint8_t *at;
	size_t room;
	size_t begin; /* of the first frame that is not wholly sent */
	size_t sent;
	size_t end;
	size_t frames;
};

/* The head of a frame of these parts. Returns its length with the parts. */
size_t socket_out_head(const struct bytes *parts, size_t count,
		       uint8_t ret_head[SOCKET_HEAD_BYTES]);

/* Copy a frame to the end. ERR_MEMORY: nothing is changed. */
enum err socket_out_put(struct socket_out *out, const struct bytes *parts, size_t count);

/* So many bytes more are sent. */
void socket_out_note(struct socket_out *out, size_t sent);

/* A frame that was sent in part is to be sent whole again, to another reader. */
void socket_out_rewind(struct socket_out *out);
void socket_out_clear(struct socket_out *out);

/* ---- What is waited for ---- */

/* What stands in the context's set for a descriptor. */
struct socket_watched {
	void (*on_events)(void *owner, uint32_t events);
	void *owner;
};

/* A connection; a client's one stays when it breaks, and is made anew. */
struct socket_peer {
	struct socket *socket;
	struct socket_watched watched;
	int fd; /* -1: none */
	pid_t process;
	bool is_readable; /* the system said so since it was read last */
	bool is_blocked;  /* the system takes no more for now, and tells when it does */
	bool is_mute;     /* nobody reads there any more */
	bool is_named;
	bool is_unsent; /* stands in the context's list */
	bool has_end;   /* it is gone, had read all, and the server is to be told */
	struct socket_peer *next_unsent;
	size_t name_len;
	uint8_t name[LIMIT_NAME_BYTES];
	struct socket_in in;
	struct socket_out out;
};

struct socket {
	struct socket_context *context;
	struct socket *next;
	enum socket_kind kind;
	bool is_foreign; /* only watched: no peers */
	bool is_ready;
	struct socket_watched watched;
	int fd; /* a server's listening one, or the foreign one */
	struct sockaddr_un address;
	dev_t device; /* a server's file, to know it again */
	ino_t file;
	char identity[LIMIT_NAME_BYTES + 1];
	size_t max_message_bytes, queue_bytes, queue_messages;
	struct socket_peer *peers[SOCKET_CONNECTIONS]; /* a client has one */
	size_t peer_count;
	size_t turn;    /* whose it is to be heard */
	uint64_t named; /* names chosen so far */
	/* when to connect or to listen again; 0: it does */
	uint64_t retry_at_ms;
	uint64_t retry_ms;
};

struct socket_context {
	int set;
	struct socket *sockets;
	struct socket_peer *unsent;
};

/* ---- Connections (adapters/socket_peer_unix.c) ---- */

/* fd is taken, -1: none yet. NULL: no memory; fd is closed. */
struct socket_peer *socket_peer_new(struct socket *socket, int fd);
void socket_peer_free(struct socket_peer *peer); /* NULL is accepted */

/* Watch a descriptor that was connected. False: it is closed. */
bool socket_peer_begin(struct socket_peer *peer, int fd);

/* Close it and forget what was half there. */
void socket_peer_lose(struct socket_peer *peer);

/*
 * As socket_send() and socket_receive(), of one connection. ERR_UNAVAILABLE of the latter: it takes
 * the place of one that is to be heard first.
 */
enum err socket_peer_send(struct socket_peer *peer, const struct bytes *parts, size_t count);
enum err socket_peer_receive(struct socket_peer *peer, struct socket_message *ret_message);

void socket_peer_flush(struct socket_peer *peer);

/* ---- Coming together (adapters/socket_meet_unix.c) ---- */

/* Bind and listen. ERR_IO. */
enum err socket_meet_listen(struct socket *socket);

/* Try to connect; when nobody is there, again later. */
void socket_meet_connect(struct socket *socket);

/* Do what is due of that; how long until the next, at most wait_ms (-1: without end). */
int socket_meet_again(struct socket_context *context, int wait_ms);

/* The file of a server goes with it, unless it is another's by now. */
void socket_meet_end(const struct socket *socket);

enum err socket_meet_watch(const struct socket_context *context, int fd,
			   struct socket_watched *watched);
void socket_meet_forget(const struct socket_context *context, int fd);

#endif
