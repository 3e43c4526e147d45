/*
 * http - the gate's HTTPS server: HTTP/1.1 over TLS, on the loop of the role.
 *
 * For each request the handler sees the head first, before any byte of the body is read, and then
 * either answers or says how much body it takes; both may come later, from another handler of the
 * loop. Until then nothing more is read than fits the connection's own buffer. One request at a
 * time per connection: what a client sends ahead waits, so answers are never crossed.
 *
 * What reaches a handler is one well-formed request: everything that two readers could read in two
 * ways (RFC 9112 sections 3, 5, 6, 11) was refused with 400 and the connection closed, and every
 * bound of struct http_limits was kept. Names of methods are known, names of headers are in small
 * letters, path and query are decoded, are UTF-8 and hold no control characters.
 *
 * A call belongs to its handler from on_head() until exactly one of these: the handler gave its
 * answer (http_answer(), http_stream_end()), or the server said on_gone(). After that it must not
 * be named any more. Handlers run on the loop and never from inside a function of this header, but
 * http_close(). Not called by other threads or processes.
 */
#ifndef NODE_HTTP_H
#define NODE_HTTP_H

#include "node/loop.h"
#include "sampan/hash.h"

struct http;
struct http_call;

#define HTTP_MAX_FIELDS 16u /* that an answer has of its own */
#define HTTP_ANY_BODY SIZE_MAX

/* ---- Requests ---- */

/* Who is at the other end of the connection. Lives as long as the call. */
struct http_peer {
	const char *address;     /* "192.0.2.1" or "2001:db8::1" */
	bool has_certificate;    /* it showed one, and it was verified in the handshake */
	struct hash certificate; /* SHA-256 of its DER form; zeroes without one */
	uint64_t until_ms;       /* its last moment, since 1970: a connection may live longer */
	const char *subject;     /* RFC 2253, for people; "" without one */
};

/* "GET", "HEAD", "POST", "PUT", "PATCH", "DELETE" or "OPTIONS". */
const char *http_method(const struct http_call *call);

/*
 * The path, decoded: begins with "/" (only of OPTIONS it may be "*"); has no empty, "." or ".."
 * segments, but may end with "/". "%2F" was refused, so "/" is always a separator.
 */
const char *http_path(const struct http_call *call);

/*
 * The value of a query parameter, decoded ("+" is a blank); "" when it has none. NULL: not given.
 * A parameter given twice was refused.
 */
const char *http_query(const struct http_call *call, const char *name);

/* The number of query parameters and the name of each, so that an unknown one can be refused. */
size_t http_query_count(const struct http_call *call);
const char *http_query_name(const struct http_call *call, size_t index);

/*
 * The value of a header by its name in small letters, without blanks at its ends. NULL: not there.
 * UTF-8 without control characters but the tab. Headers that can only have one value were refused
 * when given twice; of others this is the first.
 */
const char *http_header(const struct http_call *call, const char *name);

/* The length of the body that was announced; 0 for none; HTTP_ANY_BODY for chunks. */
size_t http_body_len(const struct http_call *call);

const struct http_peer *http_peer(const struct http_call *call);

/* Has http_stream_begin() been called? Then there is no answer to be given any more. */
bool http_is_streaming(const struct http_call *call);

/* The handler's own memory of the call; NULL at first. Still there in on_gone(). */
void http_set_state(struct http_call *call, void *state);
void *http_state(const struct http_call *call);

/* A number that no other call of this server has, from 1: for logs. */
uint64_t http_number(const struct http_call *call);

struct http_handlers {
	/*
	 * The head is there. Texts of the call live as long as it. Answer, or http_take_body(), at
	 * once or later.
	 */
	void (*on_head)(void *context, struct http_call *call);
	/*
	 * The body is complete (empty when there is none), after http_take_body(). Borrowed as long
	 * as the call. Answer, at once or later. May be NULL when no body is ever taken.
	 */
	void (*on_body)(void *context, struct http_call *call, struct bytes body);
	/* There is room again in a stream that answered ERR_FULL. May be NULL without streams. */
	void (*on_room)(void *context, struct http_call *call);
	/*
	 * The call ended without the handler: the client left, was too slow, or the server closes.
	 * The call is gone when this returns. May be NULL.
	 */
	void (*on_gone)(void *context, struct http_call *call);
};

/*
 * Read the body, at most max_bytes; also for a request that has none, so that all go one way. Once
 * per call, before its answer. A longer body is answered with 413 before it is read where its
 * length was announced, one for which there is no room in limits.buffered_bytes with 503 and
 * Retry-After, one that stops coming with 408; then on_gone() is called, not on_body(). Says
 * "100 Continue" where the client waits for it.
 */
void http_take_body(struct http_call *call, size_t max_bytes);

/* ---- Answers ---- */

struct http_field {
	const char *name; /* "Location" */
	const char *value;
};

struct http_answer {
	unsigned status;        /* 200 to 599 */
	const char *type;       /* Content-Type; NULL for none */
	struct bytes body;      /* copied; not sent for HEAD, 204 and 304 */
	unsigned retry_seconds; /* Retry-After; 0 for none */
	/*
	 * Further headers; at most HTTP_MAX_FIELDS. They replace those that the server gives by
	 * itself: Cache-Control (no-store), Content-Security-Policy (nothing may be loaded),
	 * Referrer-Policy. Date, Content-Length, Transfer-Encoding, Connection,
	 * Strict-Transport-Security and X-Content-Type-Options are the server's.
	 */
	const struct http_field *fields; /* copied */
	size_t field_count;
};

/*
 * Answer; the call ends. An answer with a control character or broken UTF-8 in a header is sent as
 * 500 instead, and one longer than 64 KiB for which there is no room in limits.buffered_bytes as
 * 503. Where the body was not read the connection is closed behind the answer.
 */
void http_answer(struct http_call *call, const struct http_answer *answer);

/* Answer with application/problem+json (RFC 9457) that says no more than status and detail. */
void http_problem(struct http_call *call, unsigned status, const char *detail);

/*
 * Begin an answer that comes in pieces (chunked; to HTTP/1.0 until the connection closes), such as
 * server-sent events or a long download. answer->body is its first piece, a short one. Then pieces
 * are put, and the call ends with http_stream_end(), or with on_gone(), which here also comes when the client
 * closed its side. A client that does not take what waits for it, at limits.rate_bytes per
 * rate_ms, is cut off; what it has acknowledged counts, not what the kernel holds for it. Since buffers of
 * clients empty in steps, what it takes beyond the rate counts for later, up to limits.idle_ms.
 */
void http_stream_begin(struct http_call *call, const struct http_answer *answer);

/*
 * Put a piece; it is sent at once. Copied. ERR_FULL: more than limits.stream_bytes would wait in
 * this stream, or more than limits.buffered_bytes in all; nothing was put, and on_room() is called
 * when there is room for it. A piece longer than limits.stream_bytes is taken when nothing but a
 * head waits. Pieces are dropped when the request was HEAD.
 */
enum err http_stream_put(struct http_call *call, struct bytes piece);

/*
 * Would a piece of so many bytes be taken now? If not, on_room() is called when there is room for it:
 * for who would have to fetch the piece first.
 */
bool http_stream_has_room(struct http_call *call, size_t len);
void http_stream_end(struct http_call *call);

/*
 * Break the answer off: the client sees that it is not whole. For a stream whose source failed.
 */
void http_stream_abort(struct http_call *call);

/* ---- The server ---- */

struct http_limits {
	size_t connections;             /* beyond it refused at accept */
	size_t connections_per_address; /* of one client address, of IPv6 of one /64 (address.h) */
	size_t head_bytes;              /* request line and headers: 431 */
	size_t target_bytes;            /* 414 */
	size_t fields;                  /* headers of a request: 431 */
	size_t body_bytes;              /* the most that any handler may take: 413 */
	size_t buffered_bytes;          /* bodies and long answers over all connections: 503 */
	size_t stream_bytes;            /* waiting in one stream */
	uint32_t handshake_ms;          /* from accept to the end of the handshake */
	uint32_t head_ms;               /* from its first byte to its last, however it drips: 408 */
	uint32_t idle_ms;               /* between an answer and the next request */
	uint32_t answer_ms;             /* for the handler, then 503 */
	uint32_t rate_ms;               /* a body, or what is sent, must move by rate_bytes */
	uint32_t rate_bytes;            /* in each rate_ms: 408, or cut off */
	uint32_t linger_ms;             /* behind a last answer, so that the client can read it */
};

/* What docs/configuration.md states as defaults. */
struct http_limits http_limits_default(void);

struct http_clock {
	uint64_t (*monotonic_ms)(void); /* deadlines */
	uint64_t (*now_ms)(void);       /* the Date header */
};

struct http_options {
	const char *address; /* "127.0.0.1", "0.0.0.0", "::": no names */
	uint16_t port;       /* 0: any that is free, see http_port() */
	int listener; /* a socket that listens already, taken; 0: none, one is opened at address */
	struct bytes certificate; /* PEM, the chain behind it; borrowed until http_open() returns */
	struct bytes key;         /* PEM; borrowed as above; the caller wipes it */
	struct bytes client_ca;   /* PEM; empty: clients are not asked for certificates */
	struct bytes client_lists;      /* PEM; revocation lists (tls.h) */
	struct http_limits limits;      /* zeroes mean the default of each */
	const struct http_clock *clock; /* NULL: the system's */
};

/* What has happened since the server was opened; for /metrics. */
struct http_counts {
	uint64_t accepted, refused; /* connections; refused: one of the caps */
	uint64_t failed;            /* handshakes */
	uint64_t requests;          /* that reached a handler */
	uint64_t bad;               /* that did not: answered 4xx or 5xx by the server itself */
	uint64_t answers[6];        /* by first digit of the status, by whom ever: [2] is 2xx */
	uint64_t expired;           /* deadlines */
	size_t open;                /* connections now */
	size_t calls;               /* under way now */
	size_t buffered_bytes;      /* now */
};

/*
 * Open the door: listens when this returns. Handlers and context are borrowed as long as the server
 * lives. ERR_CONFIG: certificate, key or CA cannot be used; ERR_EXISTS: the port is taken;
 * ERR_DENIED: it may not be opened; ERR_USAGE: no such address. *ret_message (static memory) says
 * what was wrong; it is set on every failure.
 */
enum err http_open(struct loop *loop, const struct http_options *options,
		   const struct http_handlers *handlers, void *context, struct http **ret_http,
		   const char **ret_message);

/*
 * For tests, with NULL as the loop: wait up to timeout_ms for sockets, then do what a turn of the
 * loop does, deadlines included.
 */
void http_turn(struct http *http, int timeout_ms);

/*
 * Begin to end: no connection comes in any more, those that wait for a request after they had one are
 * closed, and each answer from now on is its connection's last. What is under way goes on.
 */
void http_drain(struct http *http);

/* Does no call wait for its answer any more, and is none to be expected? Streams may be under way. */
bool http_is_drained(const struct http *http);

/*
 * Wait no longer, behind http_drain(): connections whose request has not come are closed, and calls
 * that are not answered yet get 503 with Retry-After (on_gone() is called). Answers go on.
 */
void http_give_up(struct http *http);

/* All connections are closed; on_gone() is called for each call under way. NULL is accepted. */
void http_close(struct http *http);

/* The port that it listens on. */
uint16_t http_port(const struct http *http);

struct http_counts http_counts(const struct http *http);

#endif
