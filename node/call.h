/*
 * call - questions and answers between roles.
 *
 * A server binds ipc://RUN/NAME.ipc and answers each question once, now or later. A client asks
 * without waiting; the answer comes to a callback, exactly once: with the server's result, or with
 * ERR_UNAVAILABLE when the server died, was restarted or stayed silent for too long. Whoever asks
 * therefore makes questions that may be repeated (the ledger's operations are idempotent). A
 * restart is noticed at once by the incarnation number in every answer, not by a time limit.
 */
#ifndef NODE_CALL_H
#define NODE_CALL_H

#include "node/loop.h"
#include "sampan/pack.h"

struct call_server;
struct call_client;
struct call_ticket; /* one question that is not answered yet */

/*
 * A question arrived. body is borrowed until the handler returns; the ticket is taken: answer it
 * once, later if you like.
 */
typedef void call_on_question(void *context, uint16_t operation, struct bytes body,
			      struct call_ticket *ticket);

/*
 * The answer, or the reason why there is none; body is borrowed until the callback returns, empty
 * on errors.
 */
typedef void call_on_answer(void *context, enum err err, struct bytes body);

enum err call_server_open(struct loop *loop, const char *endpoint, call_on_question *handler,
			  void *context, struct call_server **ret_server);
void call_server_close(struct call_server *server); /* open tickets are freed; NULL is accepted */

/* Answer and free the ticket. body is copied. */
void call_answer(struct call_ticket *ticket, enum err err, struct bytes body);

/* timeout_ms: how long the server may stay silent altogether (not how long an answer may take). */
enum err call_client_open(struct loop *loop, const char *endpoint, uint64_t timeout_ms,
			  struct call_client **ret_client);
/* callbacks are not called any more; NULL is accepted */
void call_client_close(struct call_client *client);

/*
 * Ask. body is copied. On error the callback is not called. ERR_UNAVAILABLE: the queue is full: ask
 * again later.
 */
enum err call_ask(struct call_client *client, uint16_t operation, struct bytes body,
		  call_on_answer *callback, void *context);

/*
 * Ask and wait, for the command line: opens a client of its own. ERR_UNAVAILABLE: no answer within
 * timeout_ms. The answer is copied into the arena. Who is denied with the pass of a node that has ended meanwhile
 * asks again with that of the one begun since.
 */
enum err call_once(const char *endpoint, uint16_t operation, struct bytes body, uint64_t timeout_ms,
		   struct arena *arena, struct bytes *ret_body);

#endif
