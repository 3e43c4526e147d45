/*
 * http_scene - the HTTPS server of the gate in this process, with its own clock, and clients that
 * speak TLS to it over loopback: raw bytes in, what came back out. One thread: whoever waits for
 * something lets the server turn.
 *
 * The server answers: GET /hello; POST /echo (at most 1 MiB, gives the body back); GET /big?n=N (N
 * letters); GET /stream (the test puts its pieces); GET /who (the client certificate); POST
 * /refused (401 before the body); GET or POST /later (the test decides); POST /held (kept with its
 * body until the test lets it go); GET /counts (connections accepted, refused and open, one line).
 * Else 404.
 */
#ifndef TESTS_SUPPORT_HTTP_SCENE_H
#define TESTS_SUPPORT_HTTP_SCENE_H

#include "node/http.h"

#define HTTP_SCENE_ECHO_BYTES ((size_t)1024 * 1024)
#define HTTP_SCENE_HELD 256u

struct http_scene {
	struct arena *arena;
	struct http *http;
	struct bytes key, certificate; /* PEM, the server's */
	struct http_call *later;       /* waiting for the test */
	size_t gone, rooms;            /* how often on_gone() and on_room() came */
	size_t bodies;
	char last_gone[64]; /* path */
	struct http_scene_held {
		struct http_call *call;
		struct bytes body; /* borrowed */
	} held[HTTP_SCENE_HELD];
	size_t held_count;
};

/* Opens with these limits (zeroes: defaults) and, unless empty, a client CA. */
struct http_scene *http_scene_open(const struct http_limits *limits, struct bytes client_ca);
void http_scene_close(struct http_scene *scene);

/* Answer what is held in this place with its own body. */
void http_scene_let_go(struct http_scene *scene, size_t index);

/* The handlers alone, for a server or a connection that the test opens itself. */
extern const struct http_handlers http_scene_handlers;

/* The server's clock. */
void http_scene_pass(uint64_t ms);
uint64_t http_scene_now(void);

/* ---- Clients ---- */

struct http_scene_client;

struct http_scene_tls {
	struct bytes certificate, key; /* PEM; empty: shows none */
	int max_version;               /* 0: any */
	const char *alpn;              /* one protocol; NULL: none offered */
	const char *ciphers;           /* of TLS 1.2 and before; NULL: the library's */
};

/* Connect and shake hands. NULL: it was refused in the handshake or before. */
struct http_scene_client *http_scene_connect(struct http_scene *scene,
					     const struct http_scene_tls *tls);
void http_scene_leave(struct http_scene_client *client); /* closes without a word */

/* Its SSL *, for what only a test of TLS asks. */
void *http_scene_ssl(struct http_scene_client *client);

void http_scene_send(struct http_scene_client *client, const char *text);
void http_scene_send_bytes(struct http_scene_client *client, struct bytes bytes);
void http_scene_end_sending(struct http_scene_client *client); /* close_notify and FIN */

struct http_scene_answer {
	unsigned status;   /* 0: none came */
	char *head;        /* text, with its status line */
	struct bytes body; /* chunks are put together */
};

/*
 * Wait for one whole answer; it is taken out of what came. Status 0 when the server ended before.
 * Memory of the scene.
 */
struct http_scene_answer http_scene_receive(struct http_scene_client *client);
struct http_scene_answer http_scene_receive_head(struct http_scene_client *client);

/* As many bytes as came until now; nothing is waited for. */
struct bytes http_scene_peek(struct http_scene_client *client);

/* Read no more than so many bytes of what came, as a slow reader; the server has no turn. */
void http_scene_take(struct http_scene_client *client, size_t max_bytes);

/* Wait until the server has ended the connection; false: it stays open. */
bool http_scene_is_ended(struct http_scene_client *client);

/* Let the server turn until nothing moves any more. */
void http_scene_settle(struct http_scene *scene);

/* Is there a line "NAME: VALUE" in the head? VALUE NULL: any. */
bool http_scene_has(const struct http_scene_answer *answer, const char *name, const char *value);

#endif
