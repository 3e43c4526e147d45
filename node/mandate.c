#include "node/mandate.h"

#include <string.h>

#include "messages/word.h"
#include "node/calendar.h"
#include "node/mandate_index.h"
#include "node/message.h"

#define MANDATE_VERSION 1u
#define MANDATE_BYTES ((size_t)16 * 1024)

/* ---- The state ---- */

static struct turn_key key_of(uint64_t number)
{
	struct turn_key key = turn_key(SPACE_MANDATE);

	turn_key_add_number(&key, number);
	return key;
}

static enum err parse(struct bytes bytes, struct arena *arena, struct mandate *ret)
{
	struct unpack from;

	unpack_init(&from, bytes);
	if (unpack_u16(&from) > MANDATE_VERSION)
		return ERR_VERSION;
	ret->number = unpack_u64(&from);
	ret->principal = unpack_text(&from, arena);
	ret->agent = unpack_text(&from, arena);
	ret->kinds = unpack_text(&from, arena);
	ret->from = unpack_text(&from, arena);
	ret->until = unpack_text(&from, arena);
	ret->given_by = unpack_text(&from, arena);
	ret->confirmed_by = unpack_text(&from, arena);
	ret->revoked_by = unpack_text(&from, arena);
	ret->given_ms = unpack_u64(&from);
	ret->confirmed_ms = unpack_u64(&from);
	ret->revoked_ms = unpack_u64(&from);
	return unpack_end(&from);
}

enum err mandate_load(const struct turn *turn, uint64_t number, struct mandate *ret_mandate)
{
	struct turn_key key = key_of(number);
	struct bytes bytes;
	enum err err = turn_get(turn, &key, &bytes);

	return err != OK ? err : parse(bytes, turn->arena, ret_mandate);
}

static enum err save(const struct turn *turn, const struct mandate *mandate)
{
	struct turn_key key = key_of(mandate->number);
	struct buffer buffer;
	enum err err;

	buffer_init(&buffer, MANDATE_BYTES);
	pack_u16(&buffer, MANDATE_VERSION);
	pack_u64(&buffer, mandate->number);
	pack_text(&buffer, mandate->principal);
	pack_text(&buffer, mandate->agent);
	pack_text(&buffer, mandate->kinds);
	pack_text(&buffer, mandate->from);
	pack_text(&buffer, mandate->until);
	pack_text(&buffer, mandate->given_by);
	pack_text(&buffer, mandate->confirmed_by);
	pack_text(&buffer, mandate->revoked_by);
	pack_u64(&buffer, mandate->given_ms);
	pack_u64(&buffer, mandate->confirmed_ms);
	pack_u64(&buffer, mandate->revoked_ms);
	err = buffer_error(&buffer);
	if (err == OK)
		err = batch_put(turn->batch, turn_key_bytes(&key), buffer_bytes(&buffer));
	buffer_clear(&buffer);
	return err;
}

/* ---- Whether it holds ---- */

static bool is_for_kind(const struct mandate *mandate, const char *kind)
{
	return mandate->kinds[0] == '\0' || kind == NULL || *kind == '\0' ||
	       word_is_in(mandate->kinds, kind);
}

static bool is_within(const struct mandate *mandate, uint64_t time_ms)
{
	char date[CALENDAR_DATE_BYTES];

	calendar_format_date(time_ms, date);
	return calendar_is_within(date, mandate->from, mandate->until);
}

bool mandate_holds(const struct mandate *mandate, const char *kind, uint64_t time_ms)
{
	return mandate->confirmed_ms != 0 && mandate->revoked_ms == 0 &&
	       is_for_kind(mandate, kind) && is_within(mandate, time_ms);
}

const char *mandate_state(const struct mandate *mandate, uint64_t time_ms)
{
	char date[CALENDAR_DATE_BYTES];

	calendar_format_date(time_ms, date);
	if (mandate->revoked_ms != 0)
		return "revoked";
	if (!calendar_is_within(date, "", mandate->until))
		return "over";
	if (mandate->confirmed_ms == 0)
		return "proposed";
	return calendar_is_within(date, mandate->from, "") ? "in force" : "to come";
}

enum err mandate_covers(const struct turn *turn, const char *principals, const char *agent,
			const char *kind, uint64_t received_ms, bool *ret_covers)
{
	bool covers = false;
	struct bytes word;
	enum err err = OK;

	while (err == OK && !covers && agent[0] != '\0' && word_next(&principals, &word)) {
		const char *principal = arena_text(turn->arena, word);

		err = principal == NULL ? ERR_MEMORY
					: mandate_index_covers(turn, principal, agent, kind,
							       received_ms, &covers);
	}
	if (err == OK)
		*ret_covers = covers;
	return err;
}

/* ---- Giving ---- */

static const char *fact(const struct facts *facts, const char *name)
{
	return facts_get_or_empty(facts, name);
}

/* A day of the calendar: the 30th of February is read as another one, and so is none. */
static bool is_date(const char *text)
{
	char read[CALENDAR_DATE_BYTES];
	uint64_t end_ms;

	if (*text == '\0')
		return true;
	if (strlen(text) != CALENDAR_DATE_BYTES - 1 || !identity_parse_until(text, &end_ms))
		return false;
	calendar_format_date(end_ms - 1, read);
	return strcmp(read, text) == 0;
}

static const char *objection_to_days(const struct turn *turn, const struct mandate *mandate)
{
	char today[CALENDAR_DATE_BYTES];

	if (!is_date(mandate->from) || !is_date(mandate->until))
		return "bad-dates";
	if (!calendar_is_within(mandate->from, "", mandate->until))
		return "ends-before-it-begins";
	calendar_format_date(turn->now_ms, today);
	return calendar_is_within(today, "", mandate->until) ? NULL : "ends-in-the-past";
}

/* A mandate for a kind that no agent can lodge would let read what it does not let lodge. */
static bool is_for_agents(const struct config *config, struct bytes kind)
{
	for (size_t i = 0; i < config->procedure_count; i++)
		if (config->procedures[i].is_for_agents &&
		    bytes_equal(kind, bytes_of_text(config->procedures[i].kind)))
			return true;
	return false;
}

static bool are_kinds_for_agents(const struct config *config, const char *kinds)
{
	const char *rest = kinds;
	struct bytes word;
	size_t count = 0;

	for (; word_next(&rest, &word); count++)
		if (!is_for_agents(config, word))
			return false;
	return *kinds == '\0' || count > 0;
}

/* An authority trades nothing that an agent could do for it. */
static bool is_principal_known(const struct config *config, const char *principal)
{
	return config_party_with(config, principal, PARTY_TRADER) != NULL ||
	       config_trader_of(config, principal) != NULL;
}

/* A principal is one word: tax codes have no blanks. */
static const char *objection_to(const struct turn *turn, const struct mandate *mandate)
{
	const struct config_party *agent = config_party_of(turn->config, mandate->agent);

	if (agent == NULL)
		return "unknown-agent";
	if ((agent->roles & PARTY_AGENT) == 0)
		return "no-agent";
	if (!identity_is_name(mandate->principal))
		return "bad-principal";
	if (strcmp(agent->tax_code, mandate->principal) == 0)
		return "own-principal";
	if (!is_principal_known(turn->config, mandate->principal))
		return "unknown-principal";
	if (!are_kinds_for_agents(turn->config, mandate->kinds))
		return "no-agents-kind";
	return objection_to_days(turn, mandate);
}

static struct access_object object_of(const struct mandate *mandate)
{
	return (struct access_object){.lodger = mandate->agent, .tax_codes = mandate->principal};
}

static bool is_principal(const struct caller *caller, const struct mandate *mandate)
{
	return caller->tax_code[0] != '\0' && strcmp(caller->tax_code, mandate->principal) == 0;
}

void mandate_format_attributes(const struct mandate *mandate, bool is_confirmed,
			       const char *ret_attributes[MANDATE_ATTRIBUTES])
{
	const char *attributes[MANDATE_ATTRIBUTES] = {
		"principal", mandate->principal, "agent",     mandate->agent,
		"kinds",     mandate->kinds,     "from",      mandate->from,
		"until",     mandate->until,     "confirmed", is_confirmed ? "yes" : "no",
		NULL};

	memcpy(ret_attributes, attributes, sizeof(attributes));
}

static enum err put_new(const struct turn *turn, const struct caller *caller,
			struct mandate *mandate)
{
	const char *attributes[MANDATE_ATTRIBUTES];
	enum err err;

	mandate_format_attributes(mandate, mandate->confirmed_ms != 0, attributes);
	if ((err = identity_record(turn, 0, "MandateGiven", caller, attributes,
				   &mandate->number)) != OK ||
	    (err = mandate_index_put(turn, mandate)) != OK)
		return err;
	return save(turn, mandate);
}

enum err mandate_give(const struct turn *turn, const struct caller *caller,
		      const struct facts *facts, struct facts *answer)
{
	struct mandate mandate = {.principal = fact(facts, "principal"),
				  .agent = fact(facts, "agent"),
				  .kinds = fact(facts, "kinds"),
				  .from = fact(facts, "from"),
				  .until = fact(facts, "until"),
				  .given_by = caller_actor(caller, turn->arena),
				  .confirmed_by = "",
				  .revoked_by = "",
				  .given_ms = turn->now_ms};
	struct access_object object = object_of(&mandate);
	const char *objection = objection_to(turn, &mandate);
	enum err err;

	if (access_may(caller, ACCESS_MANDATE_GIVE, &object) != ACCESS_YES)
		return ERR_DENIED;
	if (mandate.given_by == NULL)
		return ERR_MEMORY;
	if (objection != NULL)
		return identity_refuse(answer, objection);
	if (!caller_has_kinds(caller, mandate.kinds))
		return identity_refuse(answer, "kinds-too-wide");
	if (is_principal(caller, &mandate)) {
		mandate.confirmed_ms = turn->now_ms;
		mandate.confirmed_by = mandate.given_by;
	}
	/* what was only proposed is not what its principal gives */
	err = mandate_index_same(turn, &mandate, &mandate.number);
	if (err == ERR_MISSING)
		err = put_new(turn, caller, &mandate);
	return err != OK ? err : identity_answer_number(answer, mandate.number, turn->arena);
}

/* ---- Confirming and taking back ---- */

/* ERR_MISSING also for who may not know of it. */
static enum err load_for(const struct turn *turn, const struct caller *caller,
			 enum access_action action, const struct facts *facts,
			 struct mandate *ret_mandate)
{
	uint64_t number = identity_parse_number(fact(facts, "number"));
	struct access_object object;
	enum err err = number == 0 ? ERR_MISSING : mandate_load(turn, number, ret_mandate);

	if (err != OK)
		return err;
	object = object_of(ret_mandate);
	switch (access_may(caller, action, &object)) {
	case ACCESS_YES:
	case ACCESS_RECORD:
		return OK;
	case ACCESS_NEEDS_REASON:
		return ERR_DENIED;
	case ACCESS_NO:
	default:
		return access_may(caller, ACCESS_MANDATES, &object) == ACCESS_YES ? ERR_DENIED
										  : ERR_MISSING;
	}
}

/* An agent never confirms what it proposed, though its own mandates are its own to see. */
enum err mandate_confirm(const struct turn *turn, const struct caller *caller,
			 const struct facts *facts, struct facts *answer)
{
	const char *attributes[] = {"reason", caller->reason, NULL};
	struct mandate mandate;
	uint64_t ignored;
	enum err err = load_for(turn, caller, ACCESS_MANDATE_CONFIRM, facts, &mandate);

	if (err != OK)
		return err;
	if (!is_principal(caller, &mandate) && (caller->roles & CALLER_OPERATOR) == 0)
		return ERR_DENIED;
	if (mandate.revoked_ms != 0)
		return identity_refuse(answer, "revoked");
	if (!caller_has_kinds(caller, mandate.kinds))
		return identity_refuse(answer, "kinds-too-wide");
	if (!are_kinds_for_agents(turn->config, mandate.kinds))
		return identity_refuse(answer, "no-agents-kind");
	if (mandate.confirmed_ms == 0) {
		mandate.confirmed_ms = turn->now_ms;
		mandate.confirmed_by = caller_actor(caller, turn->arena);
		if (mandate.confirmed_by == NULL)
			return ERR_MEMORY;
		if ((err = identity_record(turn, mandate.number, "MandateConfirmed", caller,
					   attributes, &ignored)) != OK ||
		    (err = mandate_index_put(turn, &mandate)) != OK ||
		    (err = save(turn, &mandate)) != OK)
			return err;
	}
	return identity_answer_number(answer, mandate.number, turn->arena);
}

enum err mandate_revoke(const struct turn *turn, const struct caller *caller,
			const struct facts *facts, struct facts *answer)
{
	const char *reason = fact(facts, "reason");
	const char *attributes[] = {"reason", reason, NULL};
	struct mandate mandate;
	uint64_t ignored;
	enum err err = load_for(turn, caller, ACCESS_MANDATE_REVOKE, facts, &mandate);

	if (err != OK)
		return err;
	if (mandate.revoked_ms == 0) {
		mandate.revoked_ms = turn->now_ms;
		mandate.revoked_by = caller_actor(caller, turn->arena);
		if (mandate.revoked_by == NULL)
			return ERR_MEMORY;
		if ((err = identity_record(turn, mandate.number, "MandateRevoked", caller,
					   attributes, &ignored)) != OK ||
		    (err = mandate_index_drop(turn, &mandate)) != OK ||
		    (err = save(turn, &mandate)) != OK)
			return err;
	}
	return identity_answer_number(answer, mandate.number, turn->arena);
}
