#include "node/api_identity.h"

#include <string.h>

#include "node/api_json.h"
#include "node/api_who.h"
#include "node/clerk_call.h"
#include "node/identity_words.h"
#include "node/who_secret.h"

#define BODY_BYTES ((size_t)64 * 1024)

/* ---- Lists ---- */

static void on_list(struct api_call *call, enum err err, struct bytes body)
{
	if (call->http == NULL)
		return;
	if (err != OK)
		api_problem_of(call, err);
	else
		api_answer(call, &(struct http_answer){
					 .status = 200, .type = "application/json", .body = body});
}

static void list(struct api_call *call, const char *what)
{
	const char *before = http_query(call->http, "before");
	uint64_t number = before == NULL ? 0 : identity_parse_number(before);
	struct buffer body;

	if (before != NULL && number == 0) {
		api_problem(call, PROBLEM_BAD_REQUEST,
			    "before: a number, the `next` of a page before.");
		return;
	}
	buffer_init(&body, BODY_BYTES);
	caller_pack(&body, &call->caller);
	pack_text(&body, what);
	pack_u64(&body, number);
	if (buffer_error(&body) != OK)
		api_problem_of(call, buffer_error(&body));
	else
		api_ask(call, api_ends(call)->clerk, CLERK_IDENTITIES, buffer_bytes(&body),
			on_list);
	buffer_clear(&body);
}

void api_identity_users(struct api_call *call)
{
	list(call, "users");
}

void api_identity_tokens(struct api_call *call)
{
	list(call, "credentials");
}

void api_identity_mandates(struct api_call *call)
{
	list(call, "mandates");
}

void api_identity_audit(struct api_call *call)
{
	list(call, "audit");
}

/* ---- Changes ---- */

/* What was asked, and what is answered when it was done. */
struct change {
	unsigned status; /* 201 or 204 */
	const char *verb;
	char token[WHO_TEXT_BYTES]; /* shown this once */
};

static void answer_done(struct api_call *call, const struct facts *answer)
{
	struct change *change = call->state;
	json_int_t number = (json_int_t)identity_parse_number(facts_get_or_empty(answer, "number"));

	if (change->status == 204)
		api_answer(call, &(struct http_answer){.status = 204});
	else if (change->token[0] != '\0')
		api_answer_json(call, change->status,
				json_pack("{s:I,s:s}", "number", number, "token", change->token),
				NULL);
	else
		api_answer_json(call, change->status, json_pack("{s:I}", "number", number), NULL);
}

static void answer_refused(struct api_call *call, const char *why)
{
	const struct problem_words words = {.detail = identity_words(why, false),
					    .detail_vi = identity_words(why, true)};

	api_problem_words(call, PROBLEM_BAD_REQUEST, &words);
}

static void on_changed(void *context, enum err err, struct bytes body)
{
	struct api_call *call = context;
	struct facts answer;

	facts_init(&answer, call->arena);
	if (err == OK)
		err = facts_unpack(body, &answer);
	if (call->http == NULL)
		; /* it left; what it asked for is done all the same */
	else if (err == ERR_MISSING)
		api_problem(call, PROBLEM_NO_SUCH_ENTRY, "");
	else if (err == ERR_USAGE)
		api_problem(call, PROBLEM_BAD_REQUEST, "A member is missing, empty or too long.");
	else if (err != OK)
		api_problem_of(call, err);
	else if (identity_is_refused(&answer))
		answer_refused(call, facts_get(&answer, "refused"));
	else
		answer_done(call, &answer);
	api_release(call);
}

static struct change *begin(struct api_call *call, const char *verb, unsigned status)
{
	struct change *change = arena_alloc(call->arena, sizeof(*change));

	if (change == NULL) {
		api_problem_of(call, ERR_MEMORY);
		return NULL;
	}
	change->verb = verb;
	change->status = status;
	call->state = change;
	return change;
}

static void carry_out(struct api_call *call, const struct facts *facts)
{
	const struct change *change = call->state;
	const struct identity_ask ask = {
		.caller = call->caller, .verb = change->verb, .facts = *facts};
	struct buffer body;
	enum err err;

	buffer_init(&body, BODY_BYTES);
	identity_pack(&body, &ask);
	api_hold(call);
	err = buffer_error(&body);
	if (err == OK)
		err = who_change(api_ends(call)->who, buffer_bytes(&body), on_changed, call);
	buffer_clear(&body);
	if (err == OK)
		return;
	api_problem_of(call, err);
	api_release(call);
}

void api_identity_change(struct api_call *call, const char *verb, unsigned status,
			 const struct facts *facts)
{
	if (begin(call, verb, status) != NULL)
		carry_out(call, facts);
}

void api_identity_make_token(struct api_call *call)
{
	static const char members[] = "name party user kinds actions until";
	struct change *change = begin(call, "token-make", 201);
	char hex[HASH_HEX_BYTES];
	struct facts facts;
	struct hash hash;

	if (change == NULL || !api_json_facts(call, members, &facts))
		return;
	call->secret.at = change->token;
	call->secret.len = sizeof(change->token);
	who_secret_make(WHO_TOKEN_PREFIX, change->token, &hash);
	hash_format_hex(&hash, hex);
	if (facts_put(&facts, "hash", hex) != OK)
		api_problem_of(call, ERR_MEMORY);
	else
		carry_out(call, &facts);
}

void api_identity_give_mandate(struct api_call *call)
{
	struct facts facts;

	if (begin(call, "mandate-give", 201) != NULL &&
	    api_json_facts(call, "principal agent kinds from until", &facts))
		carry_out(call, &facts);
}

/* Of the one that the path names. */
static void change_numbered(struct api_call *call, const char *verb)
{
	struct facts facts;

	facts_init(&facts, call->arena);
	if (begin(call, verb, 204) == NULL)
		return;
	if (facts_put(&facts, "number", call->parameters[0]) != OK ||
	    facts_put(&facts, "reason", call->caller.reason) != OK)
		api_problem(call, PROBLEM_NO_SUCH_ENTRY, "");
	else
		carry_out(call, &facts);
}

void api_identity_confirm_mandate(struct api_call *call)
{
	change_numbered(call, "mandate-confirm");
}

void api_identity_revoke_mandate(struct api_call *call)
{
	change_numbered(call, "mandate-revoke");
}

void api_identity_revoke_token(struct api_call *call)
{
	change_numbered(call, "revoke");
}
