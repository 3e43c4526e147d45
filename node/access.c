#include "node/access.h"

#include <assert.h>
#include <string.h>

#include "messages/word.h"
#include "sampan/hidden.h"

/* clang-format off */
#define NO    {ACCESS_NEVER, false}
#define SELF  {ACCESS_SELF, false}
#define OWN   {ACCESS_OWN, false}
#define MAND  {ACCESS_MANDATE, false}
#define ISSUE {ACCESS_ISSUING, false}
#define ISSUB {ACCESS_ISSUING, true}
#define OFFI  {ACCESS_OFFICE, false}
#define OFFIB {ACCESS_OFFICE, true}
#define WHY   {ACCESS_NEVER, true}
#define ALL   {ACCESS_ALL, false}

/* In the order of the bits of enum caller_role. */
static const struct {
	const char *name;
	struct access_cell cells[CALLER_ROLES];
} table[ACCESS_ACTIONS] = {
	/*                          trader agent issuing customs agency supervisor operator auditor */
	[ACCESS_LODGE] =           {"lodge",           {OWN, MAND, OWN, OWN, OWN, OWN, NO, NO}},
	[ACCESS_ATTACH] =          {"attach",          {OWN, MAND, OWN, OWN, OWN, OWN, NO, NO}},
	[ACCESS_READ] =            {"read",            {OWN, MAND, ISSUB, OFFIB, OWN, OFFIB, ALL, ALL}},
	[ACCESS_LIST] =            {"list",            {OWN, MAND, ISSUE, OFFI, OWN, OFFI, ALL, ALL}},
	[ACCESS_DOWNLOAD] =        {"download",        {OWN, MAND, ISSUB, OFFIB, OWN, OFFIB, WHY, WHY}},
	[ACCESS_RECEIPT] =         {"receipt",         {OWN, MAND, ISSUB, OFFIB, OWN, OFFIB, ALL, ALL}},
	[ACCESS_AUTHORISE] =       {"authorise",       {OWN, MAND, NO, NO, NO, NO, NO, NO}},
	[ACCESS_DECIDE] =          {"decide",          {NO, NO, ISSUE, OFFI, OWN, OFFI, NO, NO}},
	[ACCESS_WEBHOOKS] =        {"webhooks",        {OWN, OWN, OWN, OWN, OWN, OWN, ALL, NO}},
	[ACCESS_QUEUE] =           {"queue",           {NO, NO, NO, NO, NO, NO, ALL, ALL}},
	[ACCESS_QUEUE_CHANGE] =    {"queue-change",    {NO, NO, NO, NO, NO, NO, ALL, NO}},
	[ACCESS_PARTNERS] =        {"partners",        {NO, NO, NO, NO, NO, ALL, ALL, ALL}},
	[ACCESS_PEOPLE] =          {"people",          {NO, NO, NO, NO, NO, NO, ALL, NO}},
	[ACCESS_TOKENS] =          {"tokens",          {SELF, SELF, SELF, SELF, SELF, SELF, ALL, SELF}},
	[ACCESS_MANDATES] =        {"mandates",        {OWN, OWN, NO, NO, NO, NO, ALL, ALL}},
	[ACCESS_MANDATE_GIVE] =    {"mandate-give",    {OWN, OWN, NO, NO, NO, NO, ALL, NO}},
	[ACCESS_MANDATE_CONFIRM] = {"mandate-confirm", {OWN, NO, NO, NO, NO, NO, WHY, NO}},
	[ACCESS_MANDATE_REVOKE] =  {"mandate-revoke",  {OWN, OWN, NO, NO, NO, NO, ALL, NO}},
	[ACCESS_AUDIT] =           {"audit",           {NO, NO, NO, NO, NO, OFFI, ALL, ALL}},
	[ACCESS_METRICS] =         {"metrics",         {NO, NO, NO, NO, NO, NO, ALL, ALL}},
	[ACCESS_HAND_OVER] =       {"hand-over",       {NO, NO, ISSUE, OFFI, NO, OFFI, NO, NO}},
	[ACCESS_HAND_OVER_NOTE] =  {"hand-over-note",  {NO, NO, ISSUE, NO, NO, OFFI, NO, NO}},
};
/* clang-format on */

static const char *const scopes[ACCESS_SCOPES] = {
	[ACCESS_NEVER] = "-",         [ACCESS_SELF] = "self",     [ACCESS_OWN] = "own",
	[ACCESS_MANDATE] = "mandate", [ACCESS_OFFICE] = "office", [ACCESS_ISSUING] = "issuing",
	[ACCESS_ALL] = "all",
};

struct access_cell access_cell(unsigned role, enum access_action action)
{
	assert(role != 0 && (role & (role - 1)) == 0 && role < 1u << CALLER_ROLES &&
	       action < ACCESS_ACTIONS);
	return table[action].cells[__builtin_ctz(role)];
}

static bool is_text(const char *text)
{
	return text != NULL && *text != '\0';
}

static bool is_same(const char *a, const char *b)
{
	return is_text(a) && is_text(b) && strcmp(a, b) == 0;
}

bool access_office_is_in(const char *words, const char *office)
{
	struct bytes word;

	if (words == NULL || !is_text(office))
		return false;
	while (word_next(&words, &word)) {
		if (strncmp(office, (const char *)word.at, word.len) == 0 &&
		    (office[word.len] == '\0' || office[word.len] == '/'))
			return true;
	}
	return false;
}

/* A person's own tokens are not those of the party's other people or machines. */
static bool is_made_by_own(const struct caller *caller, const struct access_object *object)
{
	if (is_text(object->user))
		return is_same(object->user, caller->user);
	return is_same(object->lodger, caller->party) ||
	       (is_text(caller->tax_code) && is_text(object->tax_codes) &&
		word_is_in(object->tax_codes, caller->tax_code));
}

/* A person is not their party: what opens its door for everybody is not any one's to give or take. */
static bool is_self(const struct caller *caller, const struct access_object *object)
{
	if (is_text(caller->user) || is_text(object->user))
		return is_same(object->user, caller->user);
	return is_same(object->lodger, caller->party);
}

static bool is_own(const struct caller *caller, const struct access_object *object)
{
	return is_made_by_own(caller, object) || (object->is_received && is_text(caller->party));
}

/* What a party of offices received, or its people made, is for its people of that office, where it has one. */
static bool is_of_office(const struct caller *caller, const struct access_object *object,
			 enum access_desk desk, const char *offices)
{
	bool is_others = is_text(caller->user) && is_text(object->office) && object->desk == desk &&
			 !access_office_is_in(offices, object->office);

	if (object->desk == desk && access_office_is_in(offices, object->office))
		return true;
	return is_others ? is_same(object->user, caller->user) : is_own(caller, object);
}

static bool is_within(const struct caller *caller, enum access_scope scope,
		      const struct access_object *object)
{
	switch (scope) {
	case ACCESS_SELF:
		return is_self(caller, object);
	case ACCESS_OWN:
		return is_own(caller, object);
	case ACCESS_MANDATE:
		return is_own(caller, object) || (object->is_mandated && is_text(caller->party));
	case ACCESS_OFFICE:
		return is_of_office(caller, object, ACCESS_DESK_CUSTOMS, caller->offices);
	case ACCESS_ISSUING:
		return is_of_office(caller, object, ACCESS_DESK_ISSUING, caller->issuing_offices);
	case ACCESS_ALL:
		return true;
	case ACCESS_NEVER:
	case ACCESS_SCOPES:
	default:
		return false;
	}
}

/* What the credential is for. */
static bool is_credential_for(const struct caller *caller, enum access_action action,
			      const struct access_object *object)
{
	if (caller->proof == CALLER_NOBODY || (caller->actions >> action & 1) == 0)
		return false;
	return !is_text(caller->kinds) || !is_text(object->kind) ||
	       word_is_in(caller->kinds, object->kind);
}

static enum access_verdict judge(const struct caller *caller, const struct access_cell *cell,
				 const struct access_object *object)
{
	if (is_within(caller, cell->scope, object))
		return ACCESS_YES;
	if (!cell->is_beyond)
		return ACCESS_NO;
	return is_text(caller->reason) && hidden_is_said(bytes_of_text(caller->reason))
		       ? ACCESS_RECORD
		       : ACCESS_NEEDS_REASON;
}

enum access_verdict access_may(const struct caller *caller, enum access_action action,
			       const struct access_object *object)
{
	enum access_verdict best = ACCESS_NO;

	assert(action < ACCESS_ACTIONS);
	if (!is_credential_for(caller, action, object))
		return ACCESS_NO;
	for (unsigned i = 0; i < CALLER_ROLES; i++) {
		enum access_verdict verdict =
			(caller->roles >> i & 1) == 0
				? ACCESS_NO
				: judge(caller, &table[action].cells[i], object);

		if (verdict > best)
			best = verdict;
	}
	return best;
}

bool access_may_ever(const struct caller *caller, enum access_action action)
{
	const struct access_object nothing = {0};

	assert(action < ACCESS_ACTIONS);
	if (!is_credential_for(caller, action, &nothing))
		return false;
	for (unsigned i = 0; i < CALLER_ROLES; i++)
		if ((caller->roles >> i & 1) != 0 &&
		    (table[action].cells[i].scope != ACCESS_NEVER ||
		     table[action].cells[i].is_beyond))
			return true;
	return false;
}

const char *access_action_name(enum access_action action)
{
	assert(action < ACCESS_ACTIONS);
	return table[action].name;
}

enum access_action access_action_of(struct bytes word)
{
	unsigned i = 0;

	while (i < ACCESS_ACTIONS && !bytes_equal(word, bytes_of_text(table[i].name)))
		i++;
	return (enum access_action)i;
}

enum err access_parse_actions(const char *words, uint64_t *ret_actions)
{
	uint64_t actions = 0;
	struct bytes word;

	while (word_next(&words, &word)) {
		enum access_action action = access_action_of(word);

		if (action == ACCESS_ACTIONS)
			return ERR_USAGE;
		actions |= UINT64_C(1) << action;
	}
	*ret_actions = actions == 0 ? CALLER_ALL_ACTIONS : actions;
	return OK;
}

const char *access_format_actions(uint64_t actions, struct arena *arena)
{
	const char *text = "";

	if (actions == CALLER_ALL_ACTIONS)
		return text;
	for (unsigned i = 0; text != NULL && i < ACCESS_ACTIONS; i++)
		if ((actions >> i & 1) != 0)
			text = arena_format(arena, "%s%s%s", text, *text == '\0' ? "" : " ",
					    table[i].name);
	return text;
}

const char *access_scope_name(enum access_scope scope)
{
	assert(scope < ACCESS_SCOPES);
	return scopes[scope];
}
