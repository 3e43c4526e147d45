/*
 * http_inside - what the parts of the HTTPS server share: http.c (sockets and TLS), http_conn.c
 * (the machine of one connection), http_room.c,
 * http_window.c, http_body.c, http_answer.c, http_stream.c. Nobody else includes it.
 */
#ifndef NODE_HTTP_INSIDE_H
#define NODE_HTTP_INSIDE_H

#include "node/http_head.h"
#include "sampan/buffer.h"

#define HTTP_FREE_BYTES ((size_t)64 * 1024) /* an answer up to here asks for no room */
#define HTTP_SHORT_BYTES ((size_t)4 * 1024) /* such as a head: a long piece may wait behind it */

struct http_conn;

/* What all connections of a server share. */
struct http_house {
	struct http_limits limits;
	const struct http_handlers *handlers;
	void *context;
	struct http_clock clock;
	struct http_counts counts;
	uint64_t last_number;
	bool is_draining; /* each answer is the last of its connection */
	/* Run this connection soon; not from inside. */
	void (*wake)(struct http_house *house, struct http_conn *conn);
	/*
	 * How much the other side has taken so far: what the kernel only holds for it does not
	 * count. NULL: what went out was taken.
	 */
	uint64_t (*taken)(const struct http_conn *conn);
};

/* One request. Ends with its answer, or is gone. */
struct http_call {
	struct http_conn *conn;
	struct arena *arena;
	struct http_head head;
	uint64_t number;
	void *state;
	size_t max_body;
	struct buffer body;
	size_t held;   /* its part of counts.buffered_bytes */
	bool is_taken; /* the handler wants the body */
	bool is_given; /* and has it */
	bool is_whole; /* all of it was read, or there is none */
	bool is_streaming;
	size_t wanted;               /* bytes of the piece that was told ERR_FULL; 0: none */
	struct http_refusal refused; /* to be told as soon as the machine runs */
};

enum http_phase {
	HTTP_HEAD,    /* waits for a request, or reads its head */
	HTTP_HANDLER, /* the handler has the call */
	HTTP_BODY,    /* its body is read */
	HTTP_STREAM,  /* its answer comes in pieces */
	HTTP_LAST,    /* the last answer goes out */
	HTTP_LINGER,  /* it is out; the client may still be reading */
	HTTP_OVER     /* to be closed */
};

/* Something that must move: so many bytes in each rate_ms. */
struct http_window {
	uint64_t due_ms; /* 0: not watched */
	uint64_t moved;
	uint64_t from; /* measured first */
	bool is_measured;
};

struct http_conn {
	struct http_house *house;
	struct http_parse *parse;
	struct http_peer peer;
	enum http_phase phase;
	struct buffer in; /* from in_at on it is not yet read */
	size_t in_at;
	struct http_scan scan;
	struct buffer out; /* from out_at on it is not yet sent */
	size_t out_at;
	struct http_call *call;
	size_t held;     /* of counts.buffered_bytes, for what waits to be sent */
	uint64_t due_ms; /* of the phase; 0: none */
	struct http_window body, sending;
	bool is_used; /* it has had a request */
	bool is_eof;  /* the client sends no more */
	bool is_cut;  /* what was promised will not come: the client must see that */
	bool is_running;
	void *owner; /* the server's own */
};

/* ---- http_conn.c ---- */

/* Is the connection closed behind the answer to this call? */
bool http_conn_is_last(const struct http_call *call);

/* The call has its answer, which was put behind what waits to be sent. */
void http_conn_end_call(struct http_conn *conn, bool is_last);

/* Go on with it soon, unless that is being done. */
void http_conn_wake(struct http_conn *conn);

/* ---- http_room.c ---- */

/* Take part of the room of all connections into an account, or give the account back. */
bool http_room_hold(struct http_house *house, size_t *held, size_t bytes);
void http_room_release(struct http_house *house, size_t *held);

/* ---- http_window.c ---- */

/* From now on so many bytes must move in each period: what is counted, or where measured, that. */
void http_window_begin(struct http_window *window, uint64_t now_ms,
		       const struct http_limits *limits);

/* Is it to be measured at this tick? At the first, with which its period begins, and at its end. */
bool http_window_is_measured(const struct http_window *window, uint64_t now_ms);
void http_window_measure(struct http_window *window, uint64_t moved_so_far, uint64_t now_ms,
			 const struct http_limits *limits);

/*
 * A period is over in which not enough moved. When it moved enough the next one begins; what is
 * measured carries its surplus over, for periods that make up limits.idle_ms.
 */
bool http_window_has_stalled(struct http_window *window, uint64_t now_ms,
			     const struct http_limits *limits);

/* ---- http_body.c ---- */

/*
 * Read what came of the call's body into it, as http_parse_body() does. ERR_DENIED: call->refused
 * says why.
 */
enum err http_body_read(struct http_conn *conn, struct bytes input, size_t *ret_used,
			const char **ret_why);

/* ---- http_stream.c ---- */

/* May so many bytes more wait in this stream, and in all? */
bool http_stream_takes(const struct http_conn *conn, size_t len);

/* ---- http_answer.c ---- */

struct http_shape {
	bool is_head;    /* the method: no body goes out */
	bool is_closing; /* "Connection: close" */
	bool is_1_0;
	bool is_stream;
};

struct http_shape http_answer_shape(const struct http_call *call);

/* Put an answer's bytes behind what waits to be sent: 500 instead where a header cannot be sent. */
void http_answer_put(struct http_conn *conn, const struct http_answer *answer,
		     struct http_shape shape);

/* The same with a problem (RFC 9457) as body. */
void http_answer_put_problem(struct http_conn *conn, unsigned status, const char *detail,
			     struct http_shape shape);

#endif
