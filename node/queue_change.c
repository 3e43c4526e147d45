#include "node/queue_change.h"

#include <string.h>

#include "messages/utf8.h"
#include "node/identity.h"
#include "node/outcome.h"
#include "sampan/hidden.h"

const char *const queue_change_verbs = "retry drop hold release";

static const struct verb {
	const char *name;
	outcome_word *say;
	bool wants_reason;
} verbs[] = {
	{"retry", outcome_retry, false},
	{"drop", outcome_drop, true},
	{"hold", outcome_keep_back, true},
	{"release", outcome_let_go, false},
};

static const struct verb *verb_of(const char *name)
{
	for (size_t i = 0; i < sizeof(verbs) / sizeof(verbs[0]); i++)
		if (strcmp(verbs[i].name, name) == 0)
			return &verbs[i];
	return NULL;
}

bool queue_change_wants_reason(const char *name)
{
	const struct verb *verb = verb_of(name);

	return verb != NULL && verb->wants_reason;
}

void queue_change_pack(struct buffer *to, const struct queue_change *change)
{
	caller_pack(to, &change->caller);
	pack_text(to, change->verb);
	pack_u64(to, change->delivery);
}

static bool is_reason(const struct verb *verb, const char *reason)
{
	size_t len = strlen(reason);

	return len <= QUEUE_CHANGE_REASON_BYTES && utf8_first_wrong(bytes_of_text(reason)) == len &&
	       (hidden_is_said(bytes_of_text(reason)) || (len == 0 && !verb->wants_reason));
}

static bool is_allowed(const struct caller *caller)
{
	const struct access_object any = {0};

	return access_may(caller, ACCESS_QUEUE_CHANGE, &any) == ACCESS_YES;
}

enum err queue_change_serve(const struct turn *turn, struct bytes question)
{
	struct queue_change change;
	const struct verb *verb;
	struct caller caller;
	struct unpack from;
	const char *actor;
	enum err err;

	unpack_init(&from, question);
	caller_unpack(&from, turn->arena, &change.caller);
	change.verb = unpack_text(&from, turn->arena);
	change.delivery = unpack_u64(&from);
	if (unpack_end(&from) != OK)
		return ERR_FORMAT;
	if ((verb = verb_of(change.verb)) == NULL || !is_reason(verb, change.caller.reason))
		return ERR_USAGE;
	if ((err = identity_resolve(turn, &change.caller, &caller)) != OK)
		return err == ERR_MISSING ? ERR_DENIED : err;
	if (!is_allowed(&caller))
		return ERR_DENIED;
	actor = caller_actor(&caller, turn->arena);
	return actor == NULL ? ERR_MEMORY : verb->say(turn, change.delivery, actor, caller.reason);
}
