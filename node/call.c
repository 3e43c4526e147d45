/*
 * On the wire, one message each (it never leaves the machine; docs/link.md is about nodes):
 *   question  id u64 | operation u16 | pass | body
 *   answer    id u64 | incarnation u64 | err u16 | body
 * Operation 0 is the ping: its body lists the ids (u64 each, rising) that the client still waits
 * for, and its answer lists those that the server does not hold. Order holds within a connection,
 * so a question that was asked before the ping, is not answered before the ping's answer and is not
 * held by the server is lost: with the server, or with a connection.
 */
#include "node/call.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "node/pass.h"
#include "sampan/clock.h"
#include "sampan/limit.h"

#define PING_OPERATION 0u
#define PING_MS 250u
/* of one client: fewer than a queue holds, so that an answer always finds room */
#define OPEN_QUESTIONS 1024u
#define QUEUE_MESSAGES 4096
#define MESSAGE_BYTES (LIMIT_CALL_BYTES + 4096u) /* with what stands before the body */
#define ID_BYTES 8u

static void socket_options_of_call(struct socket_options *options, enum socket_kind kind,
				   const char *endpoint)
{
	*options = (struct socket_options){.kind = kind,
					   .endpoint = endpoint,
					   .max_message_bytes = MESSAGE_BYTES,
					   .queue_bytes = MESSAGE_BYTES,
					   .queue_messages = QUEUE_MESSAGES};
}

static uint16_t get_u16(struct bytes bytes)
{
	return (uint16_t)(bytes.at[0] << 8 | bytes.at[1]);
}

/* ---- Server ---- */

struct call_ticket {
	struct call_server *server;
	struct call_ticket *previous, *next;
	uint64_t id;
	size_t peer_len;
	uint8_t peer[LIMIT_NAME_BYTES];
};

struct call_server {
	struct loop *loop;
	struct socket *socket;
	call_on_question *handler;
	void *context;
	uint64_t incarnation;
	struct pass pass;                 /* that every question must bring */
	struct call_ticket *first, *last; /* open tickets in the order of their questions */
};

static void ticket_free(struct call_ticket *ticket)
{
	struct call_server *server = ticket->server;

	if (ticket->previous != NULL)
		ticket->previous->next = ticket->next;
	else
		server->first = ticket->next;
	if (ticket->next != NULL)
		ticket->next->previous = ticket->previous;
	else
		server->last = ticket->previous;
	free(ticket);
}

static struct call_ticket *ticket_new(struct call_server *server, struct bytes peer, uint64_t id)
{
	struct call_ticket *ticket = calloc(1, sizeof(*ticket));

	if (ticket == NULL)
		return NULL;
	ticket->server = server;
	ticket->id = id;
	ticket->peer_len = peer.len;
	memcpy(ticket->peer, peer.at, peer.len);
	ticket->previous = server->last;
	if (server->last != NULL)
		server->last->next = ticket;
	else
		server->first = ticket;
	server->last = ticket;
	return ticket;
}

/* Who asked may be gone by now: then nobody misses the answer. */
static void send_answer(struct call_server *server, struct bytes peer, uint64_t id, enum err err,
			struct bytes body)
{
	uint8_t id_bytes[ID_BYTES] = {0}, incarnation[8] = {0};
	uint8_t err_bytes[2] = {(uint8_t)((unsigned)err >> 8), (uint8_t)err};
	struct bytes parts[] = {peer, bytes_of(id_bytes, sizeof(id_bytes)),
				bytes_of(incarnation, sizeof(incarnation)),
				bytes_of(err_bytes, sizeof(err_bytes)), body};

	bytes_put_u64(id_bytes, id);
	bytes_put_u64(incarnation, server->incarnation);
	(void)socket_send(server->socket, parts, 5);
}

/* Tickets of a peer stand in rising order of id, as do the ids in a ping: one walk finds what is
 * not held. */
static void answer_ping(struct call_server *server, struct bytes peer, struct bytes ids)
{
	const struct call_ticket *ticket = server->first;
	struct buffer missing;

	buffer_init(&missing, (size_t)OPEN_QUESTIONS * ID_BYTES);
	if (ids.len > (size_t)OPEN_QUESTIONS * ID_BYTES)
		return;
	for (size_t i = 0; i + ID_BYTES <= ids.len; i += ID_BYTES) {
		uint64_t id = bytes_get_u64(ids.at + i);

		while (ticket != NULL &&
		       (!bytes_equal(bytes_of(ticket->peer, ticket->peer_len), peer) ||
			ticket->id < id))
			ticket = ticket->next;
		if (ticket == NULL || ticket->id != id)
			buffer_put(&missing, bytes_of(ids.at + i, ID_BYTES));
	}
	if (buffer_error(&missing) == OK)
		send_answer(server, peer, 0, OK, buffer_bytes(&missing));
	buffer_clear(&missing);
}

static void on_question(void *context, struct socket *socket, const struct socket_message *message)
{
	const struct bytes *parts = message->parts;
	struct call_server *server = context;
	struct call_ticket *ticket;
	uint64_t id;

	(void)socket;
	if (message->count != 5 || parts[1].len != ID_BYTES || parts[2].len != 2)
		return;
	id = bytes_get_u64(parts[1].at);
	if (!pass_is(&server->pass, parts[3])) {
		send_answer(server, parts[0], id, ERR_DENIED, bytes_of_text(""));
		return;
	}
	if (get_u16(parts[2]) == PING_OPERATION) {
		answer_ping(server, parts[0], parts[4]);
		return;
	}
	ticket = ticket_new(server, parts[0], id);
	if (ticket == NULL)
		send_answer(server, parts[0], id, ERR_MEMORY, bytes_of_text(""));
	else
		server->handler(server->context, get_u16(parts[2]), parts[4], ticket);
}

enum err call_server_open(struct loop *loop, const char *endpoint, call_on_question *handler,
			  void *context, struct call_server **ret_server)
{
	struct call_server *server = calloc(1, sizeof(*server));
	struct socket_options options;
	enum err err;

	if (server == NULL)
		return ERR_MEMORY;
	server->loop = loop;
	server->handler = handler;
	server->context = context;
	server->incarnation = clock_now_ms() << 20 ^ (uint64_t)getpid();
	pass_load(endpoint, &server->pass);
	socket_options_of_call(&options, SOCKET_SERVER, endpoint);
	err = loop_open_socket(loop, &options, on_question, server, &server->socket);
	if (err != OK)
		free(server);
	else
		*ret_server = server;
	return err;
}

void call_server_close(struct call_server *server)
{
	if (server == NULL)
		return;
	while (server->first != NULL)
		/* it leaves the list first, which the analyzer does not follow */
		ticket_free(server->first); /* NOLINT(clang-analyzer-unix.Malloc) */
	loop_close_socket(server->loop, server->socket);
	free(server);
}

void call_answer(struct call_ticket *ticket, enum err err, struct bytes body)
{
	if (err == OK && body.len > LIMIT_CALL_BYTES)
		err = ERR_LIMIT;
	if (err != OK)
		body = bytes_of_text("");
	send_answer(ticket->server, bytes_of(ticket->peer, ticket->peer_len), ticket->id, err,
		    body);
	ticket_free(ticket);
}

/* ---- Client ---- */

struct question {
	struct question *next;
	uint64_t id;
	size_t bytes;
	call_on_answer *callback;
	void *context;
};

struct call_client {
	struct loop *loop;
	struct socket *socket;
	struct pass pass;
	uint64_t timeout_ms;
	uint64_t last_id;
	uint64_t incarnation;       /* of the server that answered last; 0: none yet */
	uint64_t heard_ms;          /* when it answered last, or when waiting began */
	uint64_t beat_ms;           /* when the timer came last */
	struct question *questions; /* open, in rising order of id */
	struct question **end;      /* where the next is put */
	size_t question_count;
	size_t question_bytes;
	unsigned callbacks; /* under way: the client is freed when the last returns */
	bool is_closed;
};

static void client_leave(struct call_client *client)
{
	client->callbacks--;
	if (client->is_closed && client->callbacks == 0)
		free(client);
}

/* Take the question out of the list and tell who asked. */
static void finish(struct call_client *client, uint64_t id, enum err err, struct bytes body)
{
	struct question **link = &client->questions;
	struct question *question;

	while (*link != NULL && (*link)->id != id)
		link = &(*link)->next;
	question = *link;
	if (question == NULL)
		return;
	*link = question->next;
	if (question->next == NULL)
		client->end = link;
	client->question_count--;
	client->question_bytes -= question->bytes;
	question->callback(question->context, err, err == OK ? body : bytes_of_text(""));
	free(question);
}

static void finish_missing(struct call_client *client, struct bytes ids)
{
	for (size_t i = 0; i + ID_BYTES <= ids.len && !client->is_closed; i += ID_BYTES)
		finish(client, bytes_get_u64(ids.at + i), ERR_UNAVAILABLE, bytes_of_text(""));
}

static enum err send_question(const struct call_client *client, uint64_t id, uint16_t operation,
			      struct bytes body)
{
	uint8_t operation_bytes[2] = {(uint8_t)(operation >> 8), (uint8_t)operation};
	uint8_t id_bytes[ID_BYTES] = {0};
	struct bytes parts[] = {bytes_of(id_bytes, sizeof(id_bytes)),
				bytes_of(operation_bytes, sizeof(operation_bytes)),
				pass_bytes(&client->pass), body};

	bytes_put_u64(id_bytes, id);
	return socket_send(client->socket, parts, 4);
}

/* A ping that finds no room is no loss: the next one comes soon. */
static void ping(const struct call_client *client)
{
	struct buffer ids;

	buffer_init(&ids, (size_t)OPEN_QUESTIONS * ID_BYTES);
	for (const struct question *question = client->questions; question != NULL;
	     question = question->next)
		pack_u64(&ids, question->id);
	if (buffer_error(&ids) == OK)
		(void)send_question(client, 0, PING_OPERATION, buffer_bytes(&ids));
	buffer_clear(&ids);
}

static void on_answer(void *context, struct socket *socket, const struct socket_message *message)
{
	const struct bytes *parts = message->parts;
	struct call_client *client = context;
	uint64_t id, incarnation;
	enum err err;

	(void)socket;
	if (message->count != 4 || parts[0].len != ID_BYTES || parts[1].len != 8 ||
	    parts[2].len != 2)
		return;
	id = bytes_get_u64(parts[0].at);
	incarnation = bytes_get_u64(parts[1].at);
	err = get_u16(parts[2]) < ERR_COUNT ? (enum err)get_u16(parts[2]) : ERR_FORMAT;
	client->heard_ms = clock_monotonic_ms();
	client->callbacks++;
	if (id == 0)
		finish_missing(client, parts[3]);
	else
		finish(client, id, err, parts[3]);
	/* another server than before: ask it at once which questions died with the old one */
	if (!client->is_closed && incarnation != client->incarnation && client->questions != NULL)
		ping(client);
	client->incarnation = incarnation;
	client_leave(client);
}

/* Only the time in which we listened counts as silence of the server, not that of a long handler of
 * our own. */
static uint64_t silence_ms(struct call_client *client)
{
	uint64_t now_ms = clock_monotonic_ms();
	uint64_t since_beat_ms = now_ms - client->beat_ms;

	client->beat_ms = now_ms;
	if (since_beat_ms > PING_MS)
		client->heard_ms += since_beat_ms - PING_MS;
	return client->heard_ms < now_ms ? now_ms - client->heard_ms : 0;
}

static void on_ping_timer(void *context)
{
	struct call_client *client = context;
	uint64_t silent_ms = silence_ms(client);

	if (client->questions == NULL)
		return;
	if (silent_ms <= client->timeout_ms) {
		ping(client);
		return;
	}
	client->callbacks++;
	for (uint64_t last = client->last_id;
	     !client->is_closed && client->questions != NULL && client->questions->id <= last;)
		finish(client, client->questions->id, ERR_UNAVAILABLE, bytes_of_text(""));
	client_leave(client);
}

enum err call_client_open(struct loop *loop, const char *endpoint, uint64_t timeout_ms,
			  struct call_client **ret_client)
{
	struct call_client *client = calloc(1, sizeof(*client));
	struct socket_options options;
	enum err err;

	if (client == NULL)
		return ERR_MEMORY;
	client->loop = loop;
	client->end = &client->questions;
	client->timeout_ms = timeout_ms;
	client->beat_ms = clock_monotonic_ms();
	pass_load(endpoint, &client->pass);
	socket_options_of_call(&options, SOCKET_CLIENT, endpoint);
	err = loop_open_socket(loop, &options, on_answer, client, &client->socket);
	if (err == OK && (err = loop_every(loop, PING_MS, on_ping_timer, client)) != OK)
		loop_close_socket(loop, client->socket);
	if (err != OK)
		free(client);
	else
		*ret_client = client;
	return err;
}

void call_client_close(struct call_client *client)
{
	if (client == NULL)
		return;
	while (client->questions != NULL) {
		struct question *question = client->questions;

		client->questions = question->next;
		free(question);
	}
	client->end = &client->questions;
	loop_forget(client->loop, client);
	loop_close_socket(client->loop, client->socket);
	client->is_closed = true;
	client->callbacks++;
	client_leave(client);
}

static void add_question(struct call_client *client, struct question *question)
{
	/* silence is counted from when somebody first waits */
	if (client->questions == NULL)
		client->heard_ms = clock_monotonic_ms();
	*client->end = question;
	client->end = &question->next;
	client->question_count++;
	client->question_bytes += question->bytes;
}

enum err call_ask(struct call_client *client, uint16_t operation, struct bytes body,
		  call_on_answer *callback, void *context)
{
	struct question *question;
	enum err err;

	assert(operation != PING_OPERATION);
	if (body.len > LIMIT_CALL_BYTES)
		return ERR_LIMIT;
	if (client->question_count == OPEN_QUESTIONS ||
	    body.len > LIMIT_CALL_BYTES - client->question_bytes)
		return ERR_UNAVAILABLE;
	question = calloc(1, sizeof(*question));
	if (question == NULL)
		return ERR_MEMORY;
	err = send_question(client, client->last_id + 1, operation, body);
	if (err != OK) {
		free(question);
		return err;
	}
	question->id = ++client->last_id;
	question->bytes = body.len;
	question->callback = callback;
	question->context = context;
	add_question(client, question);
	return OK;
}

/* ---- Once ---- */

struct once {
	struct loop *loop;
	struct arena *arena;
	enum err err;
	struct bytes body;
	uint64_t until_ms;
};

static void on_once_answer(void *context, enum err err, struct bytes body)
{
	struct once *once = context;
	const uint8_t *copy = err == OK ? arena_copy(once->arena, body) : NULL;

	once->err = err == OK && copy == NULL ? ERR_MEMORY : err;
	once->body = bytes_of(copy, body.len);
	loop_stop(once->loop);
}

static void on_once_timer(void *context)
{
	struct once *once = context;

	if (clock_monotonic_ms() >= once->until_ms)
		loop_stop(once->loop);
}

static enum err ask_once(const char *endpoint, uint16_t operation, struct bytes body,
			 uint64_t timeout_ms, struct arena *arena, struct bytes *ret_body)
{
	struct once once = {.arena = arena,
			    .err = ERR_UNAVAILABLE,
			    .until_ms = clock_monotonic_ms() + timeout_ms};
	struct call_client *client = NULL;
	enum err err;

	if ((err = loop_new(&once.loop)) != OK)
		return err;
	if ((err = call_client_open(once.loop, endpoint, timeout_ms, &client)) != OK ||
	    (err = loop_every(once.loop, PING_MS / 5, on_once_timer, &once)) != OK ||
	    (err = call_ask(client, operation, body, on_once_answer, &once)) != OK ||
	    (err = loop_run(once.loop)) != OK)
		goto out;
	if ((err = once.err) == OK)
		*ret_body = once.body;
out:
	call_client_close(client);
	loop_free(once.loop);
	return err;
}

enum err call_once(const char *endpoint, uint16_t operation, struct bytes body, uint64_t timeout_ms,
		   struct arena *arena, struct bytes *ret_body)
{
	struct pass was, is;
	enum err err;

	do {
		pass_load(endpoint, &was);
		err = ask_once(endpoint, operation, body, timeout_ms, arena, ret_body);
		pass_load(endpoint, &is);
	} while (err == ERR_DENIED && !pass_is(&is, pass_bytes(&was)));
	return err;
}
