#include "node/audit.h"

#include <string.h>

#include "node/account.h"
#include "node/message.h"
#include "node/view.h"

#define PERSON "user:"
#define PARTY "party:"

static const char *person(const struct turn *turn, const char *name)
{
	struct account account;

	return account_load(turn, name, &account) == OK ? account.full_name : "";
}

static const char *party(const struct turn *turn, const char *id)
{
	const struct config_party *party = config_party_of(turn->config, id);

	return party == NULL ? "" : party->name;
}

static const char *actor(const struct turn *turn, const char *actor)
{
	if (strncmp(actor, PERSON, strlen(PERSON)) == 0)
		return person(turn, actor + strlen(PERSON));
	return strncmp(actor, PARTY, strlen(PARTY)) == 0 ? party(turn, actor + strlen(PARTY)) : "";
}

static json_t *names_new(const struct turn *turn, const struct facts *attributes)
{
	static const struct {
		const char *attribute;
		const char *(*name)(const struct turn *turn, const char *value);
	} known[] = {{"user", person}, {"party", party}, {"agent", party}};
	json_t *names = json_object();

	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++) {
		const char *value = facts_get_or_empty(attributes, known[i].attribute);
		const char *name = value[0] == '\0' ? "" : known[i].name(turn, value);

		if (name[0] != '\0')
			(void)json_object_set_new(names, known[i].attribute, json_string(name));
	}
	return names;
}

/* NULL: nothing was read, or what was is no message any more. */
static json_t *read_new(const struct turn *turn, const struct facts *attributes)
{
	const char *id = facts_get_or_empty(attributes, "read");
	struct message message;
	uint64_t number;

	if (id[0] == '\0' || !message_find_id(turn, id, &number) ||
	    message_load(turn, number, &message) != OK)
		return NULL;
	return json_pack(
		"{s:s, s:s, s:s, s:s}", "schema", facts_get_or_empty(&message.facts, "schema"),
		"reference", facts_get_or_empty(&message.facts, "reference"), "number",
		message.registered, "office", facts_get_or_empty(&message.facts, "office"));
}

json_t *audit_record_new(const struct turn *turn, const struct record *record)
{
	json_t *json = view_record_new(turn, record), *read;

	if (json == NULL)
		return NULL;
	(void)json_object_set_new(json, "actorName", json_string(actor(turn, record->actor)));
	(void)json_object_set_new(json, "names", names_new(turn, &record->attributes));
	read = read_new(turn, &record->attributes);
	if (read != NULL)
		(void)json_object_set_new(json, "read", read);
	return json;
}
