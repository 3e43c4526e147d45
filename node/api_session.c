#include "node/api_session.h"
#include "node/api_json.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "node/api_who.h"
#include "node/password.h"
#include "node/warden.h"
#include "node/who_secret.h"
#include "sampan/clock.h"

#define COOKIE_BYTES 160u
#define QUESTION_BYTES ((size_t)8192)
#define COOKIE_RULES "; Path=/; Secure; HttpOnly; SameSite=Strict"

/* ---- Answers ---- */

static void answer_slow(struct api_call *call, unsigned seconds)
{
	struct buffer body;

	buffer_init(&body, QUESTION_BYTES);
	if (problem_format(PROBLEM_TOO_MANY, &(struct problem_words){0}, &body) == OK)
		api_answer(call,
			   &(struct http_answer){.status = 429,
						 .type = PROBLEM_MEDIA_TYPE,
						 .body = buffer_bytes(&body),
						 .retry_seconds = seconds == 0 ? 1 : seconds});
	else
		api_problem(call, PROBLEM_TOO_MANY, "");
	buffer_clear(&body);
}

static void answer_not_in(struct api_call *call, enum who_verdict verdict, unsigned wait_seconds)
{
	if (verdict == WHO_SLOW)
		answer_slow(call, wait_seconds);
	else if (verdict == WHO_WRONG)
		api_problem(call, PROBLEM_UNAUTHENTICATED, "Name or password is wrong.");
	else
		api_problem(call, PROBLEM_UNAVAILABLE, "");
}

static void put_cookie(char to[COOKIE_BYTES], const char *value)
{
	(void)snprintf(to, COOKIE_BYTES, WHO_COOKIE "=%s" COOKIE_RULES "%s", value,
		       *value == '\0' ? "; Max-Age=0" : "");
}

/* ---- The body: no text of it is copied to where it would stay ---- */

/* One of two members, wiped with the object; "" when it is not there or longer than a password. */
static struct bytes member(const json_t *object, const char *name)
{
	struct bytes text = bytes_of_text(json_string_value(json_object_get(object, name)));

	if (text.len > WHO_PASSWORD_BYTES)
		text.len = 0;
	return text;
}

static void wipe(json_t *object)
{
	const char *name;
	json_t *value;

	json_object_foreach(object, name, value)
	{
		char *text = (char *)(uintptr_t)json_string_value(value);

		if (text != NULL)
			secret_wipe(text, strlen(text));
	}
	json_decref(object);
}

static json_t *read_body(struct api_call *call, const char *first, const char *second)
{
	json_t *object = json_loadb((const char *)call->body.at, call->body.len,
				    JSON_REJECT_DUPLICATES, NULL);

	if (json_object_size(object) == 2 && member(object, first).len > 0 &&
	    member(object, second).len > 0)
		return object;
	api_problem(call, PROBLEM_BAD_REQUEST,
		    arena_format(call->arena, "The body is a JSON object with the texts %s and %s.",
				 first, second));
	wipe(object);
	return NULL;
}

/* ---- Signing in and out ---- */

static void on_signed_in(void *context, const struct who_signed_in *signed_in)
{
	struct api_call *call = context;
	char cookie[COOKIE_BYTES];
	const struct http_field field = {"Set-Cookie", cookie};

	if (call->http == NULL)
		; /* it left; the session ends by itself */
	else if (signed_in->verdict != WHO_KNOWN)
		answer_not_in(call, signed_in->verdict, signed_in->wait_seconds);
	else {
		put_cookie(cookie, signed_in->cookie);
		api_answer_json(call, 200, json_pack("{s:s}", "csrf", signed_in->csrf), &field);
	}
	secret_wipe(cookie, sizeof(cookie));
	api_release(call);
}

void api_session_begin(struct api_call *call, const char *name, struct bytes password)
{
	const struct who_sign_in sign_in = {
		.address = http_peer(call->http)->address, .name = name, .password = password};
	enum err err;

	api_hold(call);
	err = who_sign_in(api_ends(call)->who, &sign_in, on_signed_in, call);
	if (err == OK)
		return;
	api_problem_of(call, err);
	api_release(call);
}

void api_session_sign_in(struct api_call *call)
{
	json_t *object = read_body(call, "name", "password");

	if (object == NULL)
		return; /* and the call is gone */
	api_session_begin(call, json_string_value(json_object_get(object, "name")),
			  member(object, "password"));
	wipe(object);
}

static json_t *csrf_new(const struct api_call *call)
{
	struct who_secret secret;

	if (call->caller.proof != CALLER_SESSION ||
	    who_secret_find(NULL, http_header(call->http, "cookie"), NULL, &secret) !=
		    WHO_SECRET_GOOD)
		return json_null();
	return json_string(secret.csrf);
}

void api_session_show(struct api_call *call)
{
	static const char *const proofs[] = {[CALLER_TOKEN] = "token",
					     [CALLER_SESSION] = "session",
					     [CALLER_CERTIFICATE] = "certificate"};
	const struct caller *caller = &call->caller;
	const char *roles = caller_format_roles(caller->roles, call->arena);
	const char *actions = access_format_actions(caller->actions, call->arena);
	char until[CLOCK_TEXT_BYTES] = "";

	if (caller->until_ms != 0)
		clock_format(caller->until_ms, until);
	api_answer_json(call, 200,
			json_pack("{s:s,s:s,s:s,s:s,s:s,s:o,s:o,s:o,s:o,s:o,s:s,s:o}", "proof",
				  proofs[caller->proof], "user", caller->user, "party",
				  caller->party, "taxCode", caller->tax_code, "credential",
				  caller->credential, "roles",
				  api_json_words(roles == NULL ? "" : roles), "offices",
				  api_json_words(caller->offices), "issuingOffices",
				  api_json_words(caller->issuing_offices), "kinds",
				  api_json_words(caller->kinds), "actions",
				  api_json_words(actions == NULL ? "" : actions), "until", until,
				  "csrf", csrf_new(call)),
			NULL);
}

static void answer_signed_out(struct api_call *call)
{
	char cookie[COOKIE_BYTES];
	const struct http_field field = {"Set-Cookie", cookie};

	put_cookie(cookie, "");
	api_answer(call, &(struct http_answer){.status = 204, .fields = &field, .field_count = 1});
}

static void on_signed_out(void *context, enum err err, struct bytes body)
{
	struct api_call *call = context;

	(void)body;
	if (call->http != NULL && err == OK)
		answer_signed_out(call);
	else if (call->http != NULL)
		api_problem_of(call, err);
	api_release(call);
}

/* Ask the ledger to change the caller's own identity; the call is held until the answer is there. */
static void change(struct api_call *call, const char *verb, const struct facts *facts,
		   call_on_answer *callback)
{
	const struct identity_ask ask = {.caller = call->caller, .verb = verb, .facts = *facts};
	struct buffer body;
	enum err err;

	buffer_init(&body, QUESTION_BYTES);
	identity_pack(&body, &ask);
	api_hold(call);
	err = buffer_error(&body);
	if (err == OK)
		err = who_change(api_ends(call)->who, buffer_bytes(&body), callback, call);
	buffer_clear(&body);
	if (err == OK)
		return;
	api_problem_of(call, err);
	api_release(call);
}

void api_session_sign_out(struct api_call *call)
{
	char hex[HASH_HEX_BYTES];
	struct facts facts;

	facts_init(&facts, call->arena);
	hash_format_hex(&call->caller.proof_hash, hex);
	if (call->caller.proof != CALLER_SESSION)
		api_problem(call, PROBLEM_BAD_REQUEST, "Only a session is signed out of.");
	else if (facts_put(&facts, "hash", hex) != OK)
		api_problem_of(call, ERR_MEMORY);
	else
		change(call, "sign-out", &facts, on_signed_out);
}

/* ---- A new password ---- */

static void on_verifier(struct api_call *call, enum err err, struct bytes body)
{
	const char *verifier = arena_text(call->arena, body);
	struct facts facts;

	if (call->http == NULL)
		return;
	facts_init(&facts, call->arena);
	if (err == OK && (verifier == NULL || facts_put(&facts, "name", call->caller.user) != OK ||
			  facts_put(&facts, "verifier", verifier) != OK))
		err = ERR_MEMORY;
	if (err != OK)
		api_problem_of(call, err);
	else
		change(call, "user-password", &facts, on_signed_out);
}

static void on_checked(struct api_call *call, enum err err, struct bytes body)
{
	struct hash *digest = call->state;
	struct warden_signed_in answer;

	if (call->http == NULL)
		return;
	if (err == OK)
		err = warden_unpack_signed_in(body, &answer);
	if (err == ERR_FULL)
		answer_slow(call, 2);
	else if (err != OK)
		api_problem_of(call, err);
	else if (answer.verdict == WARDEN_WAIT)
		answer_slow(call, answer.wait_seconds);
	else if (answer.verdict != WARDEN_RIGHT)
		api_problem(call, PROBLEM_FORBIDDEN, "The old password is wrong.");
	else
		api_ask(call, who_warden(api_ends(call)->who), WARDEN_VERIFIER, hash_bytes(digest),
			on_verifier);
}

static void ask_to_check(struct api_call *call, const struct warden_sign_in *question)
{
	struct buffer body;

	buffer_init(&body, QUESTION_BYTES);
	warden_pack_sign_in(&body, question);
	if (buffer_error(&body) != OK)
		api_problem_of(call, buffer_error(&body));
	else
		api_ask(call, who_warden(api_ends(call)->who), WARDEN_SIGN_IN, buffer_bytes(&body),
			on_checked);
	bytes_wipe(buffer_bytes(&body));
	buffer_clear(&body);
}

void api_session_password(struct api_call *call)
{
	json_t *object = NULL;
	struct hash *digest = arena_alloc(call->arena, sizeof(*digest));
	struct warden_sign_in question = {.name = call->caller.user,
					  .address = http_peer(call->http)->address};

	if (digest == NULL) {
		api_problem_of(call, ERR_MEMORY);
	} else if (call->caller.proof != CALLER_SESSION) {
		api_problem(call, PROBLEM_FORBIDDEN, "Sign in to change your password.");
	} else if ((object = read_body(call, "old", "new")) == NULL) {
		return;
	} else if (member(object, "new").len < PASSWORD_SHORTEST) {
		api_problem(call, PROBLEM_BAD_REQUEST, "A password has at least 12 characters.");
	} else {
		call->state = call->secret.at = digest;
		call->secret.len = sizeof(*digest);
		*digest = who_secret_password(member(object, "new"));
		question.password = who_secret_password(member(object, "old"));
		ask_to_check(call, &question);
	}
	wipe(object);
	secret_wipe(&question, sizeof(question));
}
