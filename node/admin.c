#include "node/admin.h"

#include <jansson.h>
#include <stdlib.h>

#include "node/findings_json.h"
#include "node/witness_call.h"

#define LODGE_ARENA_BYTES ((size_t)1024 * 1024)

struct admin {
	struct admin_ends ends;
	struct call_server *server;
};

static void pass_back(void *context, enum err err, struct bytes body)
{
	call_answer(context, err, body);
}

static void pass_on(struct call_client *to, uint16_t operation, struct bytes body,
		    struct call_ticket *ticket)
{
	enum err err = call_ask(to, operation, body, pass_back, ticket);

	if (err != OK)
		call_answer(ticket, err, (struct bytes){0});
}

static json_t *lodged_json(const struct ledger_accepted *accepted)
{
	static const char *const verdicts[] = {[INTAKE_ACCEPTED] = "accepted",
					       [INTAKE_SAME] = "same",
					       [INTAKE_REFUSED] = "refused"};
	json_t *receipt = accepted->receipt.len == 0
				  ? json_null()
				  : json_loadb((const char *)accepted->receipt.at,
					       accepted->receipt.len, 0, NULL);

	return json_pack("{s:s, s:s, s:s, s:o?, s:o?, s:o*}", "id", accepted->id, "state",
			 accepted->state, "verdict", verdicts[accepted->verdict], "findings",
			 findings_json_new(&accepted->findings), "receipt", receipt, "receiptLost",
			 ledger_receipt_is_lost(accepted) ? json_true() : NULL);
}

static void on_lodged(void *context, enum err err, const struct ledger_accepted *accepted)
{
	json_t *json = err == OK ? lodged_json(accepted) : NULL;
	char *text = json == NULL ? NULL : json_dumps(json, JSON_COMPACT);

	if (err == OK && text == NULL)
		err = ERR_MEMORY;
	call_answer(context, err, bytes_of_text(text));
	free(text);
	json_decref(json);
}

static void lodge(struct admin *admin, struct bytes body, struct call_ticket *ticket)
{
	struct arena *arena = arena_new(LODGE_ARENA_BYTES);
	struct bytes document;
	struct unpack from;
	const char *party;
	enum err err = ERR_MEMORY;

	if (arena != NULL) {
		unpack_init(&from, body);
		party = unpack_text(&from, arena);
		document = unpack_bytes(&from);
		err = unpack_end(&from);
		if (err == OK)
			err = pipeline_submit(admin->ends.pipeline, party, document, on_lodged,
					      ticket);
	}
	if (err != OK)
		call_answer(ticket, err, (struct bytes){0});
	arena_free(arena);
}

static void change_identity(struct admin *admin, struct bytes body, struct call_ticket *ticket)
{
	enum err err = who_change(admin->ends.who, body, pass_back, ticket);

	if (err != OK)
		call_answer(ticket, err, (struct bytes){0});
}

static void on_question(void *context, uint16_t operation, struct bytes body,
			struct call_ticket *ticket)
{
	struct admin *admin = context;

	if (operation == ADMIN_PING)
		call_answer(ticket, OK, (struct bytes){0});
	else if (operation == ADMIN_LODGE)
		lodge(admin, body, ticket);
	else if (operation == ADMIN_QUEUE)
		pass_on(admin->ends.ledger, LEDGER_QUEUE, body, ticket);
	else if (operation == ADMIN_HEALTH)
		pass_on(admin->ends.ledger, LEDGER_HEALTH, body, ticket);
	else if (operation == ADMIN_IDENTITY)
		change_identity(admin, body, ticket);
	else if (operation == ADMIN_RESUME)
		pass_on(admin->ends.ledger, LEDGER_RESUME, body, ticket);
	else if (operation == ADMIN_ARCHIVE)
		pass_on(admin->ends.ledger, LEDGER_ARCHIVE, body, ticket);
	else if (operation == ADMIN_WEBHOOK_REPLAY)
		pass_on(admin->ends.ledger, LEDGER_WEBHOOK_REPLAY, body, ticket);
	else if (operation > ADMIN_CLERK)
		pass_on(admin->ends.clerk, (uint16_t)(operation - ADMIN_CLERK), body, ticket);
	else
		call_answer(ticket, ERR_USAGE, (struct bytes){0});
}

enum err admin_open(struct role *role, const struct admin_ends *ends, struct admin **ret_admin)
{
	const char *endpoint = role_endpoint(role->config, "admin", role->arena);
	struct admin *admin = calloc(1, sizeof(*admin));
	enum err err;

	if (admin == NULL || endpoint == NULL) {
		free(admin);
		return ERR_MEMORY;
	}
	admin->ends = *ends;
	err = call_server_open(role->loop, endpoint, on_question, admin, &admin->server);
	if (err != OK) {
		free(admin);
		return err;
	}
	*ret_admin = admin;
	return OK;
}

void admin_close(struct admin *admin)
{
	if (admin == NULL)
		return;
	call_server_close(admin->server);
	free(admin);
}
