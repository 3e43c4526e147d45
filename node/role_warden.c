/*
 * The warden: looks at passwords, one after the other. It holds none longer than it takes, no key,
 * no file, no network.
 */
#include <stdlib.h>
#include <string.h>

#include "node/call.h"
#include "node/identity.h"
#include "node/ledger_call.h"
#include "node/role.h"
#include "node/warden.h"
#include "sampan/secret.h"

#define SILENCE_MS 10000u
#define ARENA_BYTES ((size_t)1024 * 1024)
#define ANSWER_BYTES ((size_t)64 * 1024)

struct warden {
	struct role *role;
	struct call_client *ledger;
	struct call_server *server;
	size_t waiting;
};

/* One sign-in, from the question to its answer. */
struct visit {
	struct warden *warden;
	struct call_ticket *ticket;
	struct arena *arena;
	struct warden_sign_in asked;
};

static void visit_free(struct visit *visit)
{
	visit->warden->waiting--;
	secret_wipe(&visit->asked, sizeof(visit->asked));
	arena_free(visit->arena);
	free(visit);
}

static void end(struct visit *visit, enum err err, const struct warden_signed_in *signed_in)
{
	struct buffer answer;

	buffer_init(&answer, ANSWER_BYTES);
	if (err == OK && signed_in != NULL)
		warden_pack_signed_in(&answer, signed_in);
	call_answer(visit->ticket, err, buffer_bytes(&answer));
	buffer_clear(&answer);
	visit_free(visit);
}

static void end_as(struct visit *visit, enum warden_verdict verdict, uint32_t wait_seconds)
{
	const struct warden_signed_in signed_in = {verdict, wait_seconds};

	end(visit, OK, &signed_in);
}

/* verifier: under which the password was right; NULL: it is not known yet. */
static enum err ask_ledger(struct visit *visit, const char *verb, const char *verifier,
			   call_on_answer *callback)
{
	struct identity_ask ask = {.verb = verb};
	char hex[HASH_HEX_BYTES];
	struct buffer body;
	enum err err;

	hash_format_hex(&visit->asked.session, hex);
	caller_init(&ask.caller);
	facts_init(&ask.facts, visit->arena);
	if ((err = facts_put(&ask.facts, "name", visit->asked.name)) != OK ||
	    (err = facts_put(&ask.facts, "address", visit->asked.address)) != OK ||
	    (err = facts_put(&ask.facts, "hash", hex)) != OK ||
	    (verifier != NULL && (err = facts_put(&ask.facts, "verifier", verifier)) != OK))
		return err;
	buffer_init(&body, ANSWER_BYTES);
	identity_pack(&body, &ask);
	err = buffer_error(&body);
	if (err == OK)
		err = call_ask(visit->warden->ledger, LEDGER_IDENTITY, buffer_bytes(&body),
			       callback, visit);
	buffer_clear(&body);
	return err;
}

/* ERR_FULL of ours means that too many wait here; a ledger without room is away, as it is for everything else. */
static enum err of_ledger(enum err err)
{
	return err == ERR_FULL ? ERR_UNAVAILABLE : err;
}

static void on_session(void *context, enum err err, struct bytes body)
{
	struct visit *visit = context;

	(void)body;
	if (err == OK)
		end_as(visit, WARDEN_RIGHT, 0);
	else if (err == ERR_MISSING) /* locked meanwhile, or its password was changed */
		end_as(visit, WARDEN_WRONG, 0);
	else
		end(visit, of_ledger(err), NULL);
}

/* The same work is done whether or not there is such an account. */
static void look(struct visit *visit, const char *verifier)
{
	static const struct hash none;
	enum err err = secret_check(verifier, hash_bytes(&visit->asked.password));

	if (err == ERR_DENIED)
		end_as(visit, WARDEN_WRONG, 0);
	else if (err == OK && hash_equal(&visit->asked.session, &none))
		end_as(visit, WARDEN_RIGHT, 0);
	else if (err != OK || (err = ask_ledger(visit, "sign-in", verifier, on_session)) != OK)
		end(visit, err, NULL);
}

static void on_try(void *context, enum err err, struct bytes body)
{
	struct visit *visit = context;
	struct facts answer;
	const char *wait;

	facts_init(&answer, visit->arena);
	if (err == OK)
		err = facts_unpack(body, &answer);
	if (err != OK) {
		end(visit, of_ledger(err), NULL);
		return;
	}
	wait = facts_get(&answer, "wait");
	if (wait != NULL)
		end_as(visit, WARDEN_WAIT, (uint32_t)strtoul(wait, NULL, 10));
	else
		look(visit, facts_get_or_empty(&answer, "verifier"));
}

static enum err visit_begin(struct warden *warden, struct bytes body, struct call_ticket *ticket)
{
	struct visit *visit;
	enum err err;

	if (warden->waiting >= WARDEN_WAITING)
		return ERR_FULL;
	visit = calloc(1, sizeof(*visit));
	if (visit == NULL)
		return ERR_MEMORY;
	warden->waiting++;
	visit->warden = warden;
	visit->ticket = ticket;
	visit->arena = arena_new(ARENA_BYTES);
	err = visit->arena == NULL ? ERR_MEMORY
				   : warden_unpack_sign_in(body, visit->arena, &visit->asked);
	if (err == OK)
		err = ask_ledger(visit, "attempt", NULL, on_try);
	if (err != OK)
		visit_free(visit);
	return err;
}

static enum err make_verifier(struct bytes body, struct call_ticket *ticket)
{
	char verifier[SECRET_VERIFIER_BYTES];
	enum err err = body.len == HASH_BYTES ? secret_make_verifier(body, verifier) : ERR_FORMAT;

	if (err != OK)
		return err;
	call_answer(ticket, OK, bytes_of_text(verifier));
	secret_wipe(verifier, sizeof(verifier));
	return OK;
}

static void on_question(void *context, uint16_t operation, struct bytes body,
			struct call_ticket *ticket)
{
	struct warden *warden = context;
	enum err err = ERR_USAGE;

	if (operation == WARDEN_SIGN_IN)
		err = visit_begin(warden, body, ticket);
	else if (operation == WARDEN_VERIFIER)
		err = make_verifier(body, ticket);
	if (err != OK)
		call_answer(ticket, err, (struct bytes){0});
}

static enum err open_role(struct role *role)
{
	struct warden *warden = calloc(1, sizeof(*warden));
	const char *ledger = role_endpoint(role->config, "ledger", role->arena);
	const char *self = role_endpoint(role->config, "warden", role->arena);
	enum err err;

	if (warden == NULL || ledger == NULL || self == NULL) {
		free(warden);
		return ERR_MEMORY;
	}
	role->state = warden;
	warden->role = role;
	if ((err = call_client_open(role->loop, ledger, SILENCE_MS, &warden->ledger)) != OK)
		return err;
	return call_server_open(role->loop, self, on_question, warden, &warden->server);
}

/* Who still waits gets no answer: the server frees the tickets. */
static void close_role(struct role *role)
{
	struct warden *warden = role->state;

	if (warden == NULL)
		return;
	call_client_close(warden->ledger);
	call_server_close(warden->server);
	free(warden);
	role->state = NULL;
}

const struct role_table role_warden = {
	.name = "warden",
	.open = open_role,
	.close = close_role,
	.may = ROLE_MAY_ANSWER,
};
