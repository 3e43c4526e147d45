#include "node/identity.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "messages/utf8.h"
#include "node/attempt.h"
#include "node/calendar.h"
#include "node/credential.h"
#include "node/hand_over.h"
#include "node/mandate.h"
#include "node/message.h"
#include "node/session.h"
#include "sampan/clock.h"
#include "sampan/hidden.h"

#define VERB_FACTS 5u

/* Facts that must be there ("" will not do). */
struct verb {
	const char *name;
	identity_verb *serve;
	bool is_internal; /* asked by a role of this node for nobody */
	const char *needs[VERB_FACTS];
};

/* ---- Calls ---- */

void identity_pack(struct buffer *to, const struct identity_ask *ask)
{
	struct buffer inner;

	caller_pack(to, &ask->caller);
	pack_text(to, ask->verb);
	buffer_init(&inner, LIMIT_CALL_BYTES);
	facts_pack(&inner, &ask->facts);
	pack_bytes(to, buffer_bytes(&inner));
	if (buffer_error(&inner) != OK && to->err == OK)
		to->err = buffer_error(&inner);
	buffer_clear(&inner);
}

enum err identity_unpack(struct bytes bytes, struct arena *arena, struct identity_ask *ret_ask)
{
	struct unpack from;
	enum err err;

	unpack_init(&from, bytes);
	caller_unpack(&from, arena, &ret_ask->caller);
	ret_ask->verb = unpack_text(&from, arena);
	facts_init(&ret_ask->facts, arena);
	err = facts_unpack(unpack_bytes(&from), &ret_ask->facts);
	return unpack_end(&from) != OK ? ERR_FORMAT : err;
}

/* ---- Small things that all of them need ---- */

bool identity_is_name(const char *text)
{
	static const char first[] =
		"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";
	size_t len = strlen(text);

	return len >= 1 && len <= IDENTITY_NAME_BYTES && strchr(first, text[0]) != NULL &&
	       strspn(text, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-@") ==
		       len;
}

bool identity_parse_until(const char *text, uint64_t *ret_ms)
{
	struct tm tm = {0};
	const char *end;

	if (*text == '\0') {
		*ret_ms = 0;
		return true;
	}
	if (strlen(text) == CALENDAR_DATE_BYTES - 1) {
		end = strptime(text, "%Y-%m-%d", &tm);
		if (end == NULL || *end != '\0' || tm.tm_year < 70)
			return false;
		*ret_ms = (uint64_t)timegm(&tm) * 1000 + 24ull * 3600 * 1000 - CALENDAR_OFFSET_MS;
		return true;
	}
	end = strptime(text, "%Y-%m-%dT%H:%M:%S", &tm);
	if (end != NULL && *end == '.')
		end += 1 + strspn(end + 1, "0123456789");
	if (end == NULL || strcmp(end, "Z") != 0 || tm.tm_year < 70 || tm.tm_sec > 59)
		return false; /* a leap second could be behind the last year that can be written */
	*ret_ms = (uint64_t)timegm(&tm) * 1000;
	return true;
}

uint64_t identity_parse_number(const char *text)
{
	size_t len = strlen(text);

	if (len == 0 || len > 18 || strspn(text, "0123456789") != len)
		return 0;
	return strtoull(text, NULL, 10);
}

enum err identity_refuse(struct facts *answer, const char *why)
{
	return facts_put(answer, "refused", why);
}

bool identity_is_refused(const struct facts *answer)
{
	return facts_get(answer, "refused") != NULL;
}

enum err identity_answer_number(struct facts *answer, uint64_t number, struct arena *arena)
{
	const char *text = arena_format(arena, "%llu", (unsigned long long)number);

	return text == NULL ? ERR_MEMORY : facts_put(answer, "number", text);
}

/* ---- The index ---- */

struct hash identity_digest(const char *text)
{
	return hash_of(bytes_of_text(text));
}

struct turn_key identity_index_key(enum identity_index index, const char *owner)
{
	struct turn_key key = turn_key(SPACE_IDENTITY);
	struct hash digest = identity_digest(owner);
	uint8_t letter = (uint8_t)index;

	turn_key_add_bytes(&key, &letter, 1);
	turn_key_add_bytes(&key, digest.at, IDENTITY_DIGEST_BYTES);
	return key;
}

enum err identity_index_put(const struct turn *turn, enum identity_index index, const char *owner,
			    uint64_t number, struct bytes value)
{
	struct turn_key key = identity_index_key(index, owner);

	turn_key_add_number(&key, number);
	return batch_put(turn->batch, turn_key_bytes(&key), value);
}

enum err identity_index_drop(const struct turn *turn, enum identity_index index, const char *owner,
			     uint64_t number)
{
	struct turn_key key = identity_index_key(index, owner);

	turn_key_add_number(&key, number);
	return batch_delete(turn->batch, turn_key_bytes(&key));
}

enum err identity_record(const struct turn *turn, uint64_t message, const char *event,
			 const struct caller *caller, const char *const *attributes,
			 uint64_t *ret_number)
{
	struct message_event record = {
		.event = event,
		.actor = caller_is_known(caller) ? caller_actor(caller, turn->arena) : "node",
		.attributes = attributes};
	enum err err;

	if (record.actor == NULL)
		return ERR_MEMORY;
	err = message_record(turn, message, &record, ret_number);
	if (err == OK)
		err = identity_index_put(turn, IDENTITY_RECORD, "", *ret_number, (struct bytes){0});
	return err;
}

/* ---- Who asks ---- */

enum err identity_resolve(const struct turn *turn, const struct caller *claimed,
			  struct caller *ret_caller)
{
	const char *reason = claimed->reason == NULL ? "" : claimed->reason;
	enum err err = ERR_MISSING;

	switch (claimed->proof) {
	case CALLER_ADMIN:
		caller_of_admin(claimed->user, ret_caller);
		err = OK;
		break;
	case CALLER_FOLDER:
		err = caller_of_folder(turn->config, claimed->party, ret_caller);
		break;
	case CALLER_TOKEN:
	case CALLER_SESSION:
	case CALLER_CERTIFICATE:
		err = credential_resolve(turn, claimed->proof, &claimed->proof_hash, ret_caller);
		break;
	case CALLER_NOBODY:
	default:
		break;
	}
	if (err == OK)
		ret_caller->reason = reason;
	return err;
}

/* Reading outside one's scope, before what was read is given out. */
static enum err read_beyond(const struct turn *turn, const struct caller *caller,
			    const struct facts *facts, struct facts *answer)
{
	const char *attributes[] = {"read",   facts_get(facts, "message"),
				    "action", facts_get(facts, "action"),
				    "reason", caller->reason,
				    NULL};
	struct account account = {0};
	uint64_t number;
	enum err err = OK;

	if (!hidden_is_said(bytes_of_text(caller->reason)))
		return ERR_DENIED;
	if (caller->proof != CALLER_ADMIN && caller->user[0] != '\0')
		err = account_load(turn, caller->user, &account);
	if (err == OK)
		err = identity_record(turn, account.number, "ReadOutsideScope", caller, attributes,
				      &number);
	return err != OK ? err : identity_answer_number(answer, number, turn->arena);
}

/* ---- Serving ---- */

static const struct verb verbs[] = {
	{"user-add", account_add, false, {"name"}},
	{"user-change", account_change, false, {"name"}},
	{"user-password", account_password, false, {"name", "verifier"}},
	{"user-lock", account_lock, false, {"name"}},
	{"user-unlock", account_unlock, false, {"name"}},
	{"token-make", credential_make_token, false, {"hash", "name"}},
	{"certificate-bind", credential_bind, false, {"hash", "name"}},
	{"revoke", credential_revoke, false, {"number"}},
	{"mandate-give", mandate_give, false, {"principal", "agent"}},
	{"mandate-confirm", mandate_confirm, false, {"number"}},
	{"mandate-revoke", mandate_revoke, false, {"number"}},
	{"hand-over", hand_over_note, false, {"office", "text"}},
	{"read-beyond", read_beyond, false, {"message", "action"}},
	{"attempt", attempt_begin, true, {"name", "address"}},
	{"sign-in", session_sign_in, true, {"name", "address", "hash", "verifier"}},
	{"sign-out", session_sign_out, true, {"hash"}},
	{"used", session_used, true, {"hash"}},
};

static const struct verb *find(const char *name)
{
	for (size_t i = 0; i < sizeof(verbs) / sizeof(verbs[0]); i++)
		if (strcmp(verbs[i].name, name) == 0)
			return &verbs[i];
	return NULL;
}

static bool is_good(const struct verb *verb, const struct facts *facts)
{
	for (size_t i = 0; i < VERB_FACTS && verb->needs[i] != NULL; i++)
		if (*facts_get_or_empty(facts, verb->needs[i]) == '\0')
			return false;
	for (size_t i = 0; i < facts->count; i++) {
		struct bytes value = bytes_of_text(facts->items[i].value);

		size_t max = strcmp(facts->items[i].name, "text") == 0 ? IDENTITY_NOTE_BYTES
								       : IDENTITY_TEXT_BYTES;

		if (value.len > max || utf8_first_wrong(value) != value.len)
			return false;
	}
	return true;
}

enum err identity_serve(const struct turn *turn, const struct identity_ask *ask,
			struct facts *answer)
{
	const struct verb *verb = find(ask->verb);
	struct caller caller;
	enum err err;

	if (verb == NULL || !is_good(verb, &ask->facts))
		return ERR_USAGE;
	caller_init(&caller);
	if (!verb->is_internal && (err = identity_resolve(turn, &ask->caller, &caller)) != OK)
		return err == ERR_MISSING ? ERR_DENIED : err;
	return verb->serve(turn, &caller, &ask->facts, answer);
}
