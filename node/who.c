#include "node/who.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "node/attempt.h"
#include "node/clerk_call.h"
#include "node/credential.h"
#include "node/ledger_call.h"
#include "node/warden.h"
#include "node/who_cache.h"
#include "node/who_secret.h"
#include "sampan/clock.h"
#include "sampan/secret.h"

#define ARENA_BYTES ((size_t)256 * 1024)
#define BODY_BYTES ((size_t)64 * 1024)
#define REASON_BYTES 512u

struct request;

struct who {
	struct call_client *ledger;
	struct call_client *clerk;
	struct call_client *warden;
	struct who_cache *cache;
	struct request *requests; /* asked and not answered */
};

/* One question under way: who is it, sign in, or a change. */
struct request {
	struct who *who;
	struct request *next, **place;
	struct arena *arena;
	struct caller claimed;
	struct hash address; /* digest */
	uint64_t generation;
	bool is_change, is_again;
	char csrf[HASH_HEX_BYTES];   /* what it must be */
	char cookie[WHO_TEXT_BYTES]; /* of one who signs in */
	const char *said_csrf;
	void *context;
	who_on_known *on_known;
	who_on_signed_in *on_signed_in;
	call_on_answer *on_changed;
};

/* ---- Requests ---- */

static struct request *request_new(struct who *who, void *context)
{
	struct request *request = calloc(1, sizeof(*request));

	if (request == NULL)
		return NULL;
	request->arena = arena_new(ARENA_BYTES);
	if (request->arena == NULL) {
		free(request);
		return NULL;
	}
	request->who = who;
	request->context = context;
	request->place = &who->requests;
	request->next = who->requests;
	if (request->next != NULL)
		request->next->place = &request->next;
	who->requests = request;
	return request;
}

static void request_free(struct request *request)
{
	*request->place = request->next;
	if (request->next != NULL)
		request->next->place = request->place;
	arena_free(request->arena);
	secret_wipe(request, sizeof(*request));
	free(request);
}

enum err who_open(struct call_client *ledger, struct call_client *clerk, struct call_client *warden,
		  struct who **ret_who)
{
	struct who *who = calloc(1, sizeof(*who));
	enum err err;

	if (who == NULL)
		return ERR_MEMORY;
	*who = (struct who){.ledger = ledger, .clerk = clerk, .warden = warden};
	err = who_cache_new(&who->cache);
	if (err != OK) {
		free(who);
		return err;
	}
	*ret_who = who;
	return OK;
}

/* The clients are closed by now, so nobody calls back into a request. */
void who_close(struct who *who)
{
	if (who == NULL)
		return;
	while (who->requests != NULL)
		request_free(who->requests);
	who_cache_free(who->cache);
	free(who);
}

void who_forget(struct who *who)
{
	who_cache_forget(who->cache);
}

struct call_client *who_warden(const struct who *who)
{
	return who->warden;
}

/* ---- Who is it ---- */

static void say(const struct who_shown *shown, enum who_verdict verdict, who_on_known *callback,
		void *context)
{
	struct caller nobody;

	(void)shown;
	caller_init(&nobody);
	callback(context, verdict, &nobody);
}

/* A session changes something only with its own token; compared in a time that tells nothing. */
static bool is_forged(enum caller_proof proof, bool is_change, const char *said, const char *must)
{
	size_t len = said == NULL ? 0 : strlen(said);

	return proof == CALLER_SESSION && is_change &&
	       (len != HASH_HEX_BYTES - 1 || !secret_equal(said, must, len));
}

static bool is_good_reason(const char *reason)
{
	return reason == NULL || strlen(reason) <= REASON_BYTES;
}

static void end(struct request *request, enum who_verdict verdict, const struct caller *caller)
{
	who_on_known *callback = request->on_known;
	struct caller known;

	assert(caller != NULL || verdict != WHO_KNOWN);
	caller_init(&known);
	if (verdict == WHO_KNOWN &&
	    is_forged(caller->proof, request->is_change, request->said_csrf, request->csrf))
		verdict = WHO_FORGED;
	if (verdict == WHO_KNOWN) {
		known = *caller;
		known.reason = request->claimed.reason;
	}
	callback(request->context, verdict, &known);
	request_free(request);
}

/* That a session goes on is said now and then, and waits for no answer. */
static void on_used(void *context, enum err err, struct bytes body)
{
	(void)context;
	(void)err;
	(void)body;
}

static void say_used(struct request *request)
{
	struct identity_ask ask = {.verb = "used"};
	char hex[HASH_HEX_BYTES];
	struct buffer body;

	hash_format_hex(&request->claimed.proof_hash, hex);
	caller_init(&ask.caller);
	facts_init(&ask.facts, request->arena);
	if (facts_put(&ask.facts, "hash", hex) != OK)
		return;
	buffer_init(&body, BODY_BYTES);
	identity_pack(&body, &ask);
	if (buffer_error(&body) == OK)
		(void)call_ask(request->who->ledger, LEDGER_IDENTITY, buffer_bytes(&body), on_used,
			       NULL);
	buffer_clear(&body);
}

static void on_who(void *context, enum err err, struct bytes body);

static enum err ask_clerk(struct request *request)
{
	struct buffer body;
	enum err err;

	request->generation = who_cache_generation(request->who->cache);
	buffer_init(&body, BODY_BYTES);
	caller_pack(&body, &request->claimed);
	err = buffer_error(&body);
	if (err == OK)
		err = call_ask(request->who->clerk, CLERK_WHO, buffer_bytes(&body), on_who,
			       request);
	buffer_clear(&body);
	return err;
}

static enum who_verdict verdict_of(unsigned why)
{
	if (why == CREDENTIAL_ENDED)
		return WHO_ENDED;
	return why == CREDENTIAL_REVOKED ? WHO_REVOKED : WHO_WRONG;
}

static void on_who(void *context, enum err err, struct bytes body)
{
	struct request *request = context;
	struct who_cache *cache = request->who->cache;
	bool is_use_wanted = false;
	unsigned why = CREDENTIAL_UNKNOWN;
	struct caller caller;
	struct unpack from;

	if (request->generation != who_cache_generation(cache) && !request->is_again) {
		request->is_again = true; /* something changed while it was looked up */
		if (ask_clerk(request) != OK)
			end(request, WHO_AWAY, NULL);
		return;
	}
	unpack_init(&from, body);
	if (err == OK) {
		caller_unpack(&from, request->arena, &caller);
		is_use_wanted = unpack_bool(&from);
		why = unpack_u8(&from);
		err = unpack_end(&from);
	}
	if (err != OK) {
		end(request, WHO_AWAY, NULL);
		return;
	}
	if (!caller_is_known(&caller)) {
		who_cache_note_wrong(cache, &request->address, clock_monotonic_ms());
		end(request, verdict_of(why), NULL);
		return;
	}
	if (is_use_wanted)
		say_used(request);
	if (request->generation == who_cache_generation(cache))
		who_cache_put(cache, &caller, clock_monotonic_ms());
	end(request, WHO_KNOWN, &caller);
}

static enum err ask(struct who *who, const struct who_shown *shown, const struct who_secret *secret,
		    who_on_known *callback, void *context)
{
	struct request *request = request_new(who, context);
	enum err err = request == NULL ? ERR_MEMORY : OK;

	if (err != OK)
		return err;
	caller_init(&request->claimed);
	request->claimed.proof = secret->proof;
	request->claimed.proof_hash = secret->hash;
	request->claimed.reason = arena_text(
		request->arena, bytes_of_text(shown->reason == NULL ? "" : shown->reason));
	request->said_csrf =
		arena_text(request->arena, bytes_of_text(shown->csrf == NULL ? "" : shown->csrf));
	memcpy(request->csrf, secret->csrf, sizeof(request->csrf));
	request->address = who_cache_digest(who->cache, shown->address);
	request->is_change = shown->is_change;
	request->on_known = callback;
	if (request->claimed.reason == NULL || request->said_csrf == NULL)
		err = ERR_MEMORY;
	if (err == OK)
		err = ask_clerk(request);
	if (err != OK)
		request_free(request);
	return err;
}

enum err who_resolve(struct who *who, const struct who_shown *shown, who_on_known *callback,
		     void *context)
{
	uint64_t now_ms = clock_monotonic_ms();
	struct hash address;
	struct who_secret secret;
	struct caller caller;
	enum who_secret_found found =
		who_secret_find(shown->authorization, shown->cookie, shown->certificate, &secret);
	enum err err = OK;

	if (found == WHO_SECRET_NONE) {
		say(shown, WHO_NOBODY, callback, context);
	} else if (found == WHO_SECRET_GOOD && is_good_reason(shown->reason) &&
		   who_cache_find(who->cache, secret.proof, &secret.hash, now_ms, &caller)) {
		caller.reason = shown->reason == NULL ? "" : shown->reason;
		if (is_forged(secret.proof, shown->is_change, shown->csrf, secret.csrf))
			say(shown, WHO_FORGED, callback, context);
		else
			callback(context, WHO_KNOWN, &caller);
	} else {
		address = who_cache_digest(who->cache, shown->address);
		if (!shown->is_again && who_cache_is_slow(who->cache, &address, now_ms)) {
			say(shown, WHO_SLOW, callback, context);
		} else if (found == WHO_SECRET_WRONG || !is_good_reason(shown->reason)) {
			who_cache_note_wrong(who->cache, &address, now_ms);
			say(shown, WHO_WRONG, callback, context);
		} else {
			err = ask(who, shown, &secret, callback, context);
		}
	}
	secret_wipe(&secret, sizeof(secret));
	return err;
}

/* ---- Changes ---- */

static void on_changed(void *context, enum err err, struct bytes body)
{
	struct request *request = context;

	who_forget(request->who);
	request->on_changed(request->context, err, body);
	request_free(request);
}

enum err who_change(struct who *who, struct bytes body, call_on_answer *callback, void *context)
{
	struct request *request = request_new(who, context);
	enum err err;

	if (request == NULL)
		return ERR_MEMORY;
	request->on_changed = callback;
	err = call_ask(who->ledger, LEDGER_IDENTITY, body, on_changed, request);
	if (err != OK)
		request_free(request);
	return err;
}

/* ---- Signing in ---- */

static void end_sign_in(struct request *request, enum who_verdict verdict, unsigned wait_seconds)
{
	bool is_in = verdict == WHO_KNOWN;
	const struct who_signed_in signed_in = {.verdict = verdict,
						.wait_seconds = wait_seconds,
						.cookie = is_in ? request->cookie : "",
						.csrf = is_in ? request->csrf : ""};

	request->on_signed_in(request->context, &signed_in);
	request_free(request);
}

static void on_signed_in(void *context, enum err err, struct bytes body)
{
	struct request *request = context;
	struct warden_signed_in answer;

	if (err == OK)
		err = warden_unpack_signed_in(body, &answer);
	if (err == ERR_FULL)
		end_sign_in(request, WHO_SLOW, 2);
	else if (err != OK)
		end_sign_in(request, WHO_AWAY, 0);
	else if (answer.verdict == WARDEN_RIGHT)
		end_sign_in(request, WHO_KNOWN, 0);
	else if (answer.verdict == WARDEN_WAIT)
		end_sign_in(request, WHO_SLOW, answer.wait_seconds);
	else
		end_sign_in(request, WHO_WRONG, 0);
}

static enum err ask_warden(struct request *request, const struct warden_sign_in *question)
{
	struct buffer body;
	enum err err;

	buffer_init(&body, BODY_BYTES);
	warden_pack_sign_in(&body, question);
	err = buffer_error(&body);
	if (err == OK)
		err = call_ask(request->who->warden, WARDEN_SIGN_IN, buffer_bytes(&body),
			       on_signed_in, request);
	bytes_wipe(buffer_bytes(&body));
	buffer_clear(&body);
	return err;
}

enum err who_sign_in(struct who *who, const struct who_sign_in *sign_in, who_on_signed_in *callback,
		     void *context)
{
	struct request *request = who->warden == NULL ? NULL : request_new(who, context);
	struct warden_sign_in question = {.name = sign_in->name, .address = sign_in->address};
	enum err err;

	if (request == NULL)
		return who->warden == NULL ? ERR_UNAVAILABLE : ERR_MEMORY;
	request->on_signed_in = callback;
	if (!identity_is_name(sign_in->name) || sign_in->password.len > WHO_PASSWORD_BYTES) {
		end_sign_in(request, WHO_WRONG, 0);
		return OK;
	}
	who_secret_make("", request->cookie, &question.session);
	who_secret_csrf(request->cookie, request->csrf);
	question.password = who_secret_password(sign_in->password);
	err = ask_warden(request, &question);
	if (err != OK)
		request_free(request);
	secret_wipe(&question, sizeof(question));
	return err;
}
