#include "node/sender.h"

#include <string.h>

#include "messages/word.h"
#include "node/change.h"
#include "node/mandate.h"
#include "node/notice.h"
#include "node/objection.h"

/* lodgedBy (kind file) names the roles that make this kind: flows.md, Kinds. */
static bool may_lodge(unsigned roles, const char *lodged_by)
{
	static const struct {
		unsigned roles;
		const char *name;
	} names[] = {{CALLER_TRADER, "trader"},
		     {CALLER_AGENT, "agent"},
		     {CALLER_ISSUING_OFFICER, "issuing-authority"},
		     {CALLER_CUSTOMS_OFFICER | CALLER_SUPERVISOR, "customs"},
		     {CALLER_AGENCY, "agency"}};

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if ((roles & names[i].roles) != 0 && word_is_in(lodged_by, names[i].name))
			return true;
	return false;
}

/* Who lodges, as the registry knows them in this very turn. */
static enum err find_caller(const struct turn *turn, const struct intake *intake,
			    struct caller *ret_caller)
{
	enum err err;

	if (!caller_is_known(&intake->caller))
		return caller_of_folder(turn->config, intake->party, ret_caller);
	err = identity_resolve(turn, &intake->caller, ret_caller);
	if (err == ERR_MISSING || (err == OK && strcmp(ret_caller->party, intake->party) != 0))
		return ERR_DENIED;
	return err;
}

const char *sender_self(const struct turn *turn, const struct intake *intake)
{
	const struct config_party *party = config_party_of(turn->config, intake->party);

	if (party == NULL || party->tax_code[0] == '\0')
		return intake->party;
	return arena_format(turn->arena, "tax:%s", party->tax_code);
}

/* The tax code; "": the document names nobody. */
static const char *named_in(const struct intake *intake)
{
	const char *named = intake_fact(intake, "principal");
	const char *code = *named == '\0' ? "" : intake_fact(intake, named);

	return *code == '\0' ? intake_fact(intake, "from") : code;
}

bool sender_is_named(const struct intake *intake)
{
	return *named_in(intake) != '\0';
}

const char *sender_holder(const struct turn *turn, const struct intake *intake)
{
	const char *code = named_in(intake);

	return *code == '\0' ? sender_self(turn, intake)
			     : arena_format(turn->arena, "tax:%s", code);
}

const char *sender_by(const struct turn *turn, const struct intake *intake)
{
	if (!caller_is_known(&intake->caller))
		return "";
	if (intake->caller.user[0] != '\0')
		return arena_format(turn->arena, "user:%s", intake->caller.user);
	return arena_format(turn->arena, "%s:%s",
			    intake->caller.proof == CALLER_CERTIFICATE ? "certificate" : "token",
			    intake->caller.credential);
}

static enum err is_mandated(const struct turn *turn, const struct config_party *party,
			    const char *principal, const char *kind, bool *ret_is)
{
	if (strcmp(principal, party->tax_code) == 0) {
		*ret_is = true;
		return OK;
	}
	*ret_is = false;
	if ((party->roles & PARTY_AGENT) == 0 || !identity_is_name(principal))
		return OK;
	return mandate_covers(turn, principal, party->id, kind, turn->now_ms, ret_is);
}

enum err sender_speaks_for(const struct turn *turn, const struct config_party *party,
			   const struct facts *facts, const char *kind, bool *ret_speaks)
{
	const char *named = facts_get_or_empty(facts, "principal");
	const char *principal = *named == '\0' ? "" : facts_get_or_empty(facts, named);

	if (*principal == '\0') {
		*ret_speaks = true;
		return OK;
	}
	return is_mandated(turn, party, principal, kind, ret_speaks);
}

/* Who says for whom they lodge must mean the one whom the document names. */
static bool is_for_whom_it_says(const struct intake *intake)
{
	const char *said = intake->principal == NULL ? "" : intake->principal;
	const char *named = intake_fact(intake, "principal");

	return said[0] == '\0' || strcmp(said, intake_fact(intake, "from")) == 0 ||
	       (named[0] != '\0' && strcmp(said, intake_fact(intake, named)) == 0);
}

/* In whose name: the envelope's sender, and the trader whom the document is about. */
static enum err object_to_names(const struct turn *turn, struct intake *intake,
				const struct config_party *party)
{
	const char *from = intake_fact(intake, "from"), *kind = intake_fact(intake, "kind");
	bool is_right = true;
	enum err err = OK;

	if (from[0] != '\0')
		err = is_mandated(turn, party, from, kind, &is_right);
	if (err == OK && !is_right)
		return objection_put(&intake->findings, OBJECTION_SENDER_MISMATCH, from);
	if (err == OK)
		err = sender_speaks_for(turn, party, &intake->facts, kind, &is_right);
	if (err == OK && !is_right)
		err = objection_put(&intake->findings, OBJECTION_NO_MANDATE,
				    intake_fact(intake, intake_fact(intake, "principal")));
	if (err == OK && !is_for_whom_it_says(intake))
		err = objection_put(&intake->findings, OBJECTION_SENDER_MISMATCH, from);
	return err;
}

/*
 * What the document does to what it speaks of. An officer's notice decides, whether a form made it or
 * not; a trader's word on a certificate authorises.
 */
static enum access_action action_of(const struct intake *intake, const struct caller *caller)
{
	const unsigned officers =
		CALLER_CUSTOMS_OFFICER | CALLER_SUPERVISOR | CALLER_ISSUING_OFFICER | CALLER_AGENCY;

	if (strcmp(intake_fact(intake, "life"), "authorisation") == 0)
		return ACCESS_AUTHORISE;
	return notice_is(&intake->facts) && (caller->roles & officers) != 0 ? ACCESS_DECIDE
									    : ACCESS_LODGE;
}

/*
 * What a person of customs records on their own, no notice and nobody's application, is of an office of theirs. A
 * party's machine is of all its offices.
 */
static bool is_of_another_office(const struct intake *intake, const struct caller *caller)
{
	return caller->user != NULL && caller->user[0] != '\0' && !notice_is(&intake->facts) &&
	       (caller->roles & (CALLER_CUSTOMS_OFFICER | CALLER_SUPERVISOR)) != 0 &&
	       word_is_in(intake_fact(intake, "lodgedBy"), "customs") &&
	       !access_office_is_in(caller->offices, intake_fact(intake, "office"));
}

static bool has_action(const struct caller *caller, enum access_action action)
{
	return (caller->actions >> action & 1) != 0;
}

/* First what no credential of the party could do, then what this one may not. */
static enum err object_to_role(const struct turn *turn, struct intake *intake,
			       const struct caller *caller)
{
	const struct access_object object = {.kind = intake_fact(intake, "kind"),
					     .lodger = intake->party};
	const char *actions = access_format_actions(caller->actions, turn->arena);

	if (!may_lodge(caller->roles, intake_fact(intake, "lodgedBy")))
		return objection_put(&intake->findings, OBJECTION_NOT_ALLOWED, object.kind);
	if (!caller_has_kinds(caller, object.kind))
		return objection_put(&intake->findings, OBJECTION_TOKEN_LIMITED, caller->kinds);
	if (!has_action(caller, ACCESS_LODGE) || !has_action(caller, action_of(intake, caller)))
		return objection_put(&intake->findings, OBJECTION_TOKEN_LIMITED,
				     actions == NULL ? "" : actions);
	if (access_may(caller, ACCESS_LODGE, &object) != ACCESS_YES)
		return objection_put(&intake->findings, OBJECTION_NOT_ALLOWED, object.kind);
	return is_of_another_office(intake, caller)
		       ? objection_put(&intake->findings, OBJECTION_OTHER_OFFICE,
				       intake_fact(intake, "office"))
		       : OK;
}

enum err sender_object(const struct turn *turn, struct intake *intake)
{
	const struct config_party *party = config_party_of(turn->config, intake->party);
	const char *country = intake_fact(intake, "country");
	struct caller caller;
	enum err err;

	if (party == NULL)
		return objection_put(&intake->findings, OBJECTION_UNKNOWN_SENDER, intake->party);
	if ((err = find_caller(turn, intake, &caller)) != OK)
		return err;
	if (intake_fact(intake, "lodgedBy")[0] == '\0')
		return objection_put(&intake->findings, OBJECTION_NOT_LODGEABLE,
				     intake_fact(intake, "kind"));
	if (word_is_in(intake_fact(intake, "nationalFormIn"), turn->config->country))
		return objection_put(&intake->findings, OBJECTION_NATIONAL_FORM,
				     intake_fact(intake, "kind"));
	err = object_to_role(turn, intake, &caller);
	if (err == OK)
		err = object_to_names(turn, intake, party);
	if (err == OK && country[0] != '\0' && strcmp(country, turn->config->country) != 0)
		err = objection_put(&intake->findings, OBJECTION_WRONG_COUNTRY, country);
	return err;
}

enum err sender_object_about(const struct turn *turn, struct intake *intake, uint64_t original)
{
	struct caller caller;
	enum access_action action;
	enum err err;

	if (original == 0 || !caller_is_known(&intake->caller) || intake->caller.user[0] == '\0')
		return OK;
	if ((err = find_caller(turn, intake, &caller)) != OK ||
	    (action = action_of(intake, &caller)) != ACCESS_DECIDE)
		return err;
	err = change_judge(turn, &caller, action, original);
	return err == ERR_DENIED || err == ERR_MISSING
		       ? objection_put(&intake->findings, OBJECTION_NOT_ALLOWED,
				       intake_fact(intake, "kind"))
		       : err;
}

static bool is_whose_it_is(const struct turn *turn, const struct message *original,
			   const char *addressee)
{
	static const char *const names[] = {"from", "exporter", "importer"};
	const struct config_party *lodger = config_party_of(turn->config, original->sender + 6);

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (strcmp(facts_get_or_empty(&original->facts, names[i]), addressee) == 0)
			return true;
	return lodger != NULL && strcmp(lodger->tax_code, addressee) == 0;
}

enum err sender_object_to_addressee(const struct turn *turn, struct intake *intake,
				    uint64_t original)
{
	const char *addressee = intake_fact(intake, "addressee");
	struct message message;
	enum err err;

	if (original == 0 || addressee[0] == '\0' ||
	    strcmp(intake_fact(intake, "speaksAs"), "authority") != 0 ||
	    word_is_in(intake_fact(intake, "anyAddressee"), addressee))
		return OK;
	if ((err = message_load(turn, original, &message)) != OK ||
	    strncmp(message.sender, "party:", 6) != 0 || is_whose_it_is(turn, &message, addressee))
		return err;
	return objection_put(&intake->findings, OBJECTION_OTHER_ADDRESSEE, addressee);
}

const char *sender_person(const struct turn *turn, const struct intake *intake)
{
	const char *by = sender_by(turn, intake);

	return by == NULL || strncmp(by, "user:", 5) == 0
		       ? by
		       : arena_format(turn->arena, "party:%s", intake->party);
}
