/*
 * The seal's process: nothing but the keys, its file of what was signed last, and one endpoint.
 */
#include "node/role.h"

#include <stdlib.h>

#include "messages/signature_write.h"
#include "node/calendar.h"
#include "node/call.h"
#include "node/seal.h"
#include "node/seal_witness.h"
#include "sampan/clock.h"
#include "sampan/pack.h"

#define ANSWER_BYTES ((size_t)SEAL_DOCUMENTS_MAX * (SIGNATURE_WRITE_BYTES + 4) + 4)

struct seal_role {
	struct role *role;
	struct seal *seal;
	struct call_server *server;
};

static enum err sign(struct seal_role *state, struct bytes body, struct buffer *note)
{
	struct seal_sign question;
	enum err err = seal_unpack_sign(body, &question);

	if (err == OK)
		err = seal_sign(state->seal, &question, note);
	if (err != OK)
		role_log(state->role, err == ERR_DENIED ? "error" : "warn", "not-signed",
			 "error=%s size=%llu", err_name(err),
			 err == ERR_FORMAT ? 0ull : (unsigned long long)question.checkpoint.size);
	return err;
}

static enum err give_notes(const struct seal_role *state, struct bytes body, struct buffer *answer)
{
	struct unpack from;
	uint64_t stored;

	unpack_init(&from, body);
	stored = unpack_u64(&from);
	return unpack_end(&from) != OK ? ERR_FORMAT : seal_notes(state->seal, stored, answer);
}

static enum err sign_documents(struct seal_role *state, struct bytes body, struct buffer *answer)
{
	char day[CALENDAR_DATE_BYTES];
	enum err err;

	calendar_format_date(clock_now_ms(), day);
	err = seal_sign_documents(state->seal, body, day, answer);
	if (err != OK && err != ERR_MISSING)
		role_log(state->role, err == ERR_DENIED ? "error" : "warn", "documents-not-signed",
			 "error=%s", err_name(err));
	return err;
}

static enum err cosign(struct seal_role *state, struct bytes body, struct buffer *line)
{
	enum err err =
		seal_cosign(state->seal, state->role->config, body, clock_now_ms() / 1000, line);

	if (err != OK && err != ERR_MISSING && err != ERR_CONFLICT)
		role_log(state->role, err == ERR_DENIED ? "error" : "warn", "not-countersigned",
			 "error=%s", err_name(err));
	return err;
}

static void on_question(void *context, uint16_t operation, struct bytes body,
			struct call_ticket *ticket)
{
	struct seal_role *state = context;
	struct buffer answer;
	enum err err = ERR_USAGE;

	buffer_init(&answer, ANSWER_BYTES);
	if (operation == SEAL_SIGN)
		err = sign(state, body, &answer);
	else if (operation == SEAL_LAST)
		err = give_notes(state, body, &answer);
	else if (operation == SEAL_DOCUMENTS)
		err = sign_documents(state, body, &answer);
	else if (operation == SEAL_KEYS)
		err = seal_keys(state->seal, &answer);
	else if (operation == SEAL_COSIGN)
		err = cosign(state, body, &answer);
	else if (operation == SEAL_COSIGNED)
		err = seal_cosigned(state->seal, state->role->config, body, &answer);
	else if (operation == SEAL_CARDS)
		err = seal_cards(state->seal, &answer);
	call_answer(ticket, err, err == OK ? buffer_bytes(&answer) : (struct bytes){0});
	buffer_clear(&answer);
}

/* A key that is away or wrong takes nobody else's. */
static enum err open_offices(struct seal_role *state)
{
	const char *bad = NULL;
	enum err why = OK;
	enum err err = seal_open_offices(state->seal, state->role->config, &bad, &why);

	if (err == OK && bad != NULL)
		role_log(state->role, "error", "office-key", "office=%s error=%s", bad,
			 err_name(why));
	return err;
}

static enum err open_seal(struct role *role)
{
	struct seal_role *state = arena_alloc(role->arena, sizeof(*state));
	const char *endpoint = role_endpoint(role->config, "seal", role->arena);
	enum err err;

	if (state == NULL || endpoint == NULL)
		return ERR_MEMORY;
	state->role = role;
	role->state = state;
	err = seal_open(role->config->directory, role->config->name, &state->seal);
	if (err != OK)
		return err;
	err = open_offices(state);
	if (err == OK)
		err = call_server_open(role->loop, endpoint, on_question, state, &state->server);
	if (err != OK)
		seal_close(state->seal);
	return err;
}

static void close_seal(struct role *role)
{
	struct seal_role *state = role->state;

	call_server_close(state->server);
	seal_close(state->seal);
}

const struct role_table role_seal = {
	.name = "seal", .open = open_seal, .close = close_seal, .may = ROLE_MAY_SEAL};
