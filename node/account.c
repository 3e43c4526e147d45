#include "node/account.h"

#include <string.h>

#include "node/message.h"

#define ACCOUNT_VERSION 1u
#define ACCOUNT_BYTES ((size_t)16 * 1024)

static struct turn_key key_of(const char *name)
{
	struct turn_key key = turn_key(SPACE_ACCOUNT);
	struct hash digest = identity_digest(name);

	turn_key_add_bytes(&key, digest.at, IDENTITY_DIGEST_BYTES);
	return key;
}

enum err account_parse(struct bytes bytes, struct arena *arena, struct account *ret)
{
	struct unpack from;

	unpack_init(&from, bytes);
	if (unpack_u16(&from) > ACCOUNT_VERSION)
		return ERR_VERSION;
	ret->number = unpack_u64(&from);
	ret->name = unpack_text(&from, arena);
	ret->full_name = unpack_text(&from, arena);
	ret->party = unpack_text(&from, arena);
	ret->roles = unpack_u32(&from);
	ret->offices = unpack_text(&from, arena);
	ret->issuing_offices = unpack_text(&from, arena);
	ret->verifier = unpack_text(&from, arena);
	ret->generation = unpack_u32(&from);
	ret->is_locked = unpack_bool(&from);
	ret->added_ms = unpack_u64(&from);
	return unpack_end(&from);
}

enum err account_load(const struct turn *turn, const char *name, struct account *ret_account)
{
	struct turn_key key = key_of(name);
	struct bytes bytes;
	enum err err = turn_get(turn, &key, &bytes);

	return err != OK ? err : account_parse(bytes, turn->arena, ret_account);
}

enum err account_save(const struct turn *turn, const struct account *account)
{
	struct turn_key key = key_of(account->name);
	struct buffer buffer;
	enum err err;

	buffer_init(&buffer, ACCOUNT_BYTES);
	pack_u16(&buffer, ACCOUNT_VERSION);
	pack_u64(&buffer, account->number);
	pack_text(&buffer, account->name);
	pack_text(&buffer, account->full_name);
	pack_text(&buffer, account->party);
	pack_u32(&buffer, account->roles);
	pack_text(&buffer, account->offices);
	pack_text(&buffer, account->issuing_offices);
	pack_text(&buffer, account->verifier);
	pack_u32(&buffer, account->generation);
	pack_u8(&buffer, account->is_locked);
	pack_u64(&buffer, account->added_ms);
	err = buffer_error(&buffer);
	if (err == OK)
		err = batch_put(turn->batch, turn_key_bytes(&key), buffer_bytes(&buffer));
	buffer_clear(&buffer);
	return err;
}

enum err account_fill(const struct turn *turn, const struct account *account,
		      struct caller *ret_caller)
{
	const struct config_party *party = config_party_of(turn->config, account->party);

	if (account->is_locked || (account->party[0] != '\0' && party == NULL))
		return ERR_MISSING;
	ret_caller->user = account->name;
	ret_caller->full_name = account->full_name;
	ret_caller->party = account->party;
	ret_caller->tax_code = party == NULL ? "" : party->tax_code;
	ret_caller->roles = account->roles & (party == NULL ? CALLER_OPERATOR | CALLER_AUDITOR
							    : caller_roles_within_party(party));
	ret_caller->offices = account->offices;
	ret_caller->issuing_offices = account->issuing_offices;
	return OK;
}

/* ---- What may stand in one ---- */

static enum err may(const struct caller *caller)
{
	const struct access_object people = {0};

	return access_may(caller, ACCESS_PEOPLE, &people) == ACCESS_YES ? OK : ERR_DENIED;
}

/* Facts that are there take the place of what was. NULL, or why they do not fit. */
static const char *take_facts(const struct turn *turn, const struct facts *facts,
			      struct account *account)
{
	const struct {
		const char *name, **place;
	} texts[] = {{"fullName", &account->full_name},
		     {"party", &account->party},
		     {"offices", &account->offices},
		     {"issuingOffices", &account->issuing_offices}};
	const struct config_party *party;
	unsigned most = CALLER_OPERATOR | CALLER_AUDITOR;

	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
		if (facts_get(facts, texts[i].name) != NULL)
			*texts[i].place = facts_get_or_empty(facts, texts[i].name);
	if (facts_get(facts, "roles") != NULL &&
	    caller_parse_roles(facts_get_or_empty(facts, "roles"), &account->roles) != OK)
		return "unknown-role";
	party = config_party_of(turn->config, account->party);
	if (account->party[0] != '\0' && party == NULL)
		return "unknown-party";
	if (party != NULL)
		most = caller_roles_within_party(party);
	if (account->roles == 0 || (account->roles & ~most) != 0)
		return "role-not-of-party";
	if (((account->roles & (CALLER_CUSTOMS_OFFICER | CALLER_SUPERVISOR)) == 0 &&
	     account->offices[0] != '\0') ||
	    ((account->roles & CALLER_ISSUING_OFFICER) == 0 && account->issuing_offices[0] != '\0'))
		return "offices-without-role";
	return NULL;
}

enum err account_format_attributes(const struct account *account, struct arena *arena,
				   const char *ret_attributes[ACCOUNT_ATTRIBUTES])
{
	const char *roles = caller_format_roles(account->roles, arena);
	const char *attributes[ACCOUNT_ATTRIBUTES] = {"name",
						      account->name,
						      "fullName",
						      account->full_name,
						      "party",
						      account->party,
						      "roles",
						      roles,
						      "offices",
						      account->offices,
						      "issuingOffices",
						      account->issuing_offices,
						      "locked",
						      account->is_locked ? "yes" : "no",
						      NULL};

	if (roles == NULL)
		return ERR_MEMORY;
	memcpy(ret_attributes, attributes, sizeof(attributes));
	return OK;
}

static enum err record(const struct turn *turn, const struct caller *caller, const char *event,
		       const struct account *account, uint64_t *ret_number)
{
	const char *attributes[ACCOUNT_ATTRIBUTES];
	enum err err = account_format_attributes(account, turn->arena, attributes);

	return err != OK ? err
			 : identity_record(turn, account->number, event, caller, attributes,
					   ret_number);
}

/* ---- Verbs ---- */

/* Asked again, and not another of the same name: one without a password has nothing else of its own. */
static bool is_same(const struct account *known, const struct account *wanted)
{
	return strcmp(known->verifier, wanted->verifier) == 0 && known->roles == wanted->roles &&
	       strcmp(known->full_name, wanted->full_name) == 0 &&
	       strcmp(known->party, wanted->party) == 0 &&
	       strcmp(known->offices, wanted->offices) == 0 &&
	       strcmp(known->issuing_offices, wanted->issuing_offices) == 0;
}

enum err account_add(const struct turn *turn, const struct caller *caller,
		     const struct facts *facts, struct facts *answer)
{
	struct account account = {.name = facts_get_or_empty(facts, "name"),
				  .full_name = "",
				  .party = "",
				  .offices = "",
				  .issuing_offices = "",
				  .verifier = facts_get_or_empty(facts, "verifier"),
				  .added_ms = turn->now_ms},
		       known;
	const char *objection;
	enum err err = may(caller);

	if (err != OK)
		return err;
	if (!identity_is_name(account.name))
		return identity_refuse(answer, "bad-name");
	if ((objection = take_facts(turn, facts, &account)) != NULL)
		return identity_refuse(answer, objection);
	err = account_load(turn, account.name, &known);
	if (err == OK && is_same(&known, &account))
		return identity_answer_number(answer, known.number, turn->arena);
	if (err == OK)
		return identity_refuse(answer, "name-taken");
	if (err != ERR_MISSING ||
	    (err = record(turn, caller, "AccountAdded", &account, &account.number)) != OK ||
	    (err = account_save(turn, &account)) != OK)
		return err;
	return identity_answer_number(answer, account.number, turn->arena);
}

/* What is changed in an account that is there; a generation more ends its sessions. */
static enum err change(const struct turn *turn, const struct caller *caller, const char *event,
		       struct account *account, struct facts *answer)
{
	uint64_t ignored;
	enum err err = record(turn, caller, event, account, &ignored);

	if (err != OK || (err = account_save(turn, account)) != OK)
		return err;
	return identity_answer_number(answer, account->number, turn->arena);
}

enum err account_change(const struct turn *turn, const struct caller *caller,
			const struct facts *facts, struct facts *answer)
{
	struct account account;
	const char *objection;
	enum err err = may(caller);

	if (err != OK ||
	    (err = account_load(turn, facts_get_or_empty(facts, "name"), &account)) != OK)
		return err;
	if ((objection = take_facts(turn, facts, &account)) != NULL)
		return identity_refuse(answer, objection);
	return change(turn, caller, "AccountChanged", &account, answer);
}

/* One's own password is changed in a session (the door has asked for the old one), not by a token. */
enum err account_password(const struct turn *turn, const struct caller *caller,
			  const struct facts *facts, struct facts *answer)
{
	struct account account;
	bool is_own = caller->proof == CALLER_SESSION &&
		      strcmp(caller->user, facts_get_or_empty(facts, "name")) == 0;
	enum err err = is_own ? OK : may(caller);

	if (err != OK ||
	    (err = account_load(turn, facts_get_or_empty(facts, "name"), &account)) != OK)
		return err;
	account.verifier = facts_get_or_empty(facts, "verifier");
	account.generation++;
	return change(turn, caller, "PasswordChanged", &account, answer);
}

static enum err set_locked(const struct turn *turn, const struct caller *caller,
			   const struct facts *facts, struct facts *answer, bool is_locked)
{
	struct account account;
	enum err err = may(caller);

	if (err != OK ||
	    (err = account_load(turn, facts_get_or_empty(facts, "name"), &account)) != OK)
		return err;
	if (account.is_locked == is_locked)
		return identity_answer_number(answer, account.number, turn->arena);
	account.is_locked = is_locked;
	account.generation++;
	return change(turn, caller, is_locked ? "AccountLocked" : "AccountUnlocked", &account,
		      answer);
}

enum err account_lock(const struct turn *turn, const struct caller *caller,
		      const struct facts *facts, struct facts *answer)
{
	return set_locked(turn, caller, facts, answer, true);
}

enum err account_unlock(const struct turn *turn, const struct caller *caller,
			const struct facts *facts, struct facts *answer)
{
	return set_locked(turn, caller, facts, answer, false);
}
