/*
 * http_conn - one connection of the HTTPS server as a machine without socket and clock: bytes in,
 * time in, bytes out, calls to the handlers. The server (http.c) drives it; tests and the fuzzer
 * drive it without a server.
 *
 * After anything went in, http_conn_run() is called; then http_conn_output() is what must be sent.
 */
#ifndef NODE_HTTP_CONN_H
#define NODE_HTTP_CONN_H

#include "node/http_inside.h"

/* The house is borrowed, texts of the peer too, as long as the connection. */
enum err http_conn_new(struct http_house *house, const struct http_peer *peer, uint64_t now_ms,
		       struct http_conn **ret_conn);

/* A call under way is told on_gone(). NULL is accepted. */
void http_conn_free(struct http_conn *conn);

/* How many bytes it takes now; more must wait in the socket. */
size_t http_conn_room(const struct http_conn *conn);
void http_conn_input(struct http_conn *conn, struct bytes bytes, uint64_t now_ms);
void http_conn_eof(struct http_conn *conn);

/* Go on as far as it can; calls handlers. */
void http_conn_run(struct http_conn *conn, uint64_t now_ms);

/* What waits to be sent; borrowed until the next call. Then: how much of it went. */
struct bytes http_conn_output(const struct http_conn *conn);
void http_conn_sent(struct http_conn *conn, size_t len, uint64_t now_ms);

/*
 * Act on deadlines that have passed; then run it. Cheap when there are none: called for each
 * connection at every tick.
 */
void http_conn_tick(struct http_conn *conn, uint64_t now_ms);

/* All is sent and no more will be: end the sending side, then wait for the client's end. */
bool http_conn_is_lingering(const struct http_conn *conn);

/* To be closed now. With is_cut so that the client sees that not all came that should. */
bool http_conn_is_over(const struct http_conn *conn);

/* Nothing comes any more unless a request has begun, or none has come yet. true: it ends. */
bool http_conn_retire(struct http_conn *conn);

/* A call that is not answered yet gets 503. false: none has come, or not wholly. */
bool http_conn_give_up(struct http_conn *conn);

/* Its last answer has begun to go out, or is out. */
bool http_conn_is_answered(const struct http_conn *conn);

/* The other side is gone, or is to be. */
void http_conn_break(struct http_conn *conn);

#endif
