#include "node/index_registry.h"

#include <string.h>

#include "messages/word.h"
#include "node/credential.h"
#include "node/hand_over.h"
#include "node/mandate.h"
#include "node/mandate_index.h"
#include "node/message.h"
#include "sampan/clock.h"

static const char *attribute(const struct record *record, const char *name)
{
	return facts_get_or_empty(&record->attributes, name);
}

static bool is_event(const struct record *record, const char *event)
{
	return strcmp(record->event, event) == 0;
}

#define LIFE_BYTES ((size_t)64 << 20)

/* ---- Entries that must be there ---- */

static bool has(const struct turn *turn, const struct identity_entry *entry)
{
	struct bytes value;

	return turn_get(turn, &entry->key, &value) == OK && bytes_equal(value, entry->value);
}

static bool has_all(const struct turn *turn, const struct identity_entry *entries, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (!has(turn, &entries[i]))
			return false;
	return true;
}

static bool is_among(const struct identity_entry *entries, size_t count, const struct turn_key *key,
		     struct bytes value)
{
	for (size_t i = 0; i < count; i++)
		if (bytes_equal(turn_key_bytes(&entries[i].key), turn_key_bytes(key)) &&
		    bytes_equal(entries[i].value, value))
			return true;
	return false;
}

/* ---- Records of a life ---- */

/* The events are words. */
static bool is_one_of(const void *events, const struct record *record)
{
	return word_is_in(events, record->event);
}

/*
 * The number of the newest of these events in the life that record `number` began; 0: there is none. In memory of its
 * own: the life of who reads outside their scope may be long.
 */
static enum err find_event(const struct turn *turn, uint64_t number, const char *events,
			   uint64_t *ret_number)
{
	struct turn aside = *turn;
	struct record record;
	enum err err;

	*ret_number = 0;
	if ((aside.arena = arena_new(LIFE_BYTES)) == NULL)
		return ERR_MEMORY;
	err = message_find_record(&aside, number, is_one_of, events, &record);
	if (err == OK)
		*ret_number = record.number;
	arena_free(aside.arena);
	return err == ERR_MISSING ? OK : err;
}

static bool has_event(const struct turn *turn, uint64_t number, const char *events)
{
	uint64_t found = 0;

	return find_event(turn, number, events, &found) == OK && found > 0;
}

static bool load_record(const struct turn *turn, uint64_t number, struct record *ret_record)
{
	return number > 0 &&
	       ledger_record(turn->ledger, number, turn->arena, ret_record, NULL) == OK;
}

struct said {
	const char *name, *value;
};

static bool says_all(const struct record *record, const struct said *said, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (strcmp(attribute(record, said[i].name), said[i].value) != 0)
			return false;
	return true;
}

/* ---- Accounts ---- */

#define ACCOUNT_EVENTS "AccountAdded AccountChanged PasswordChanged AccountLocked AccountUnlocked"

/* Every one of these records says all of the account. */
static bool is_account_said(const struct turn *turn, const struct account *account)
{
	const struct said said[] = {{"name", account->name},
				    {"fullName", account->full_name},
				    {"party", account->party},
				    {"offices", account->offices},
				    {"issuingOffices", account->issuing_offices},
				    {"locked", account->is_locked ? "yes" : "no"}};
	struct record record;
	unsigned roles = 0;
	uint64_t newest;

	if (find_event(turn, account->number, ACCOUNT_EVENTS, &newest) != OK)
		return true; /* nothing is known */
	return load_record(turn, account->number, &record) && is_event(&record, "AccountAdded") &&
	       account->added_ms == record.time_ms && load_record(turn, newest, &record) &&
	       says_all(&record, said, sizeof(said) / sizeof(said[0])) &&
	       caller_parse_roles(attribute(&record, "roles"), &roles) == OK &&
	       roles == account->roles;
}

static const char *of_account(const struct turn *turn, const struct turn_key *key,
			      struct bytes value)
{
	struct account account;
	struct hash digest;

	if (account_parse(value, turn->arena, &account) != OK)
		return "an account cannot be read";
	digest = identity_digest(account.name);
	if (key->len != 1 + IDENTITY_DIGEST_BYTES ||
	    memcmp(key->at + 1, digest.at, IDENTITY_DIGEST_BYTES) != 0)
		return "an account stands under another name";
	return is_account_said(turn, &account) ? NULL : "an account is not as its records say";
}

static const char *of_account_added(const struct turn *turn, const struct record *record)
{
	struct account account;

	return account_load(turn, attribute(record, "name"), &account) == OK &&
			       account.number == record->number
		       ? NULL
		       : "an account is gone";
}

/* ---- Credentials ---- */

#define CREDENTIAL_ENDS "TokenRevoked CertificateUnbound SignedOut"

static bool is_for_actions(const struct record *record, uint64_t actions)
{
	const char *words = attribute(record, "actions");
	uint64_t said = 0;

	return access_parse_actions(words, &said) == OK &&
	       (said == actions || (actions == 0 && words[0] == '\0'));
}

/* No record holds a session's secret, nor the hash of it. */
static bool is_session_said(const struct credential *credential, const struct record *record)
{
	return is_event(record, "SignedIn") && credential->until_ms != 0 &&
	       strcmp(attribute(record, "name"), credential->user) == 0;
}

static bool is_credential_said(const struct credential *credential, const struct record *record)
{
	char hex[HASH_HEX_BYTES], until[CLOCK_TEXT_BYTES] = "";
	const struct said said[] = {{"name", credential->name},   {"party", credential->party},
				    {"user", credential->user},   {"sha256", hex},
				    {"kinds", credential->kinds}, {"until", until}};
	const char *event = credential->proof == CALLER_TOKEN ? "TokenMade" : "CertificateBound";
	unsigned roles = 0;

	if (credential->proof == CALLER_SESSION)
		return is_session_said(credential, record);
	hash_format_hex(&credential->hash, hex);
	if (credential->until_ms != 0)
		clock_format(credential->until_ms, until);
	return is_event(record, event) && says_all(record, said, sizeof(said) / sizeof(said[0])) &&
	       caller_parse_roles(attribute(record, "roles"), &roles) == OK &&
	       roles == credential->roles && is_for_actions(record, credential->actions);
}

static const char *of_credential(const struct turn *turn, const struct turn_key *key,
				 struct bytes value)
{
	struct identity_entry entries[CREDENTIAL_ENTRIES];
	struct credential credential;
	struct record record;
	uint64_t end = 0;

	if (credential_parse(value, turn->arena, &credential) != OK)
		return "a credential cannot be read";
	if (!bytes_equal(bytes_of(key->at + 1, key->len - 1), hash_bytes(&credential.hash)) ||
	    !load_record(turn, credential.number, &record) ||
	    credential.made_ms != record.time_ms || !is_credential_said(&credential, &record))
		return "a credential is not as its record says";
	if (find_event(turn, credential.number, CREDENTIAL_ENDS, &end) != OK)
		return NULL;
	if (end != 0)
		return load_record(turn, end, &record) && record.time_ms == credential.revoked_ms
			       ? NULL
			       : "a credential that was taken back is not marked so";
	if (credential.revoked_ms != 0)
		return "a credential that nobody took back does not hold";
	if (credential_entries(turn, &credential, entries) != OK)
		return NULL;
	return has_all(turn, entries, CREDENTIAL_ENTRIES) ? NULL : "a credential stands in no list";
}

/* One that was taken back may be bound again, or gone. */
static const char *of_credential_made(const struct turn *turn, const struct record *record)
{
	struct credential credential;
	struct hash hash;

	if (hash_parse_hex(attribute(record, "sha256"), &hash) &&
	    credential_load(turn, &hash, &credential) == OK && credential.number == record->number)
		return NULL;
	return has_event(turn, record->number, CREDENTIAL_ENDS) ? NULL : "a credential is gone";
}

/* ---- Mandates ---- */

/* Who did it, and when; 0, "": nobody did. */
static bool is_done_by(const struct record *record, uint64_t time_ms, const char *actor)
{
	return time_ms == record->time_ms && strcmp(actor, record->actor) == 0;
}

static bool is_done_as_said(const struct turn *turn, uint64_t number, const char *event,
			    uint64_t time_ms, const char *actor)
{
	const struct record nobody = {.actor = ""};
	struct record record;
	uint64_t found = 0;

	if (find_event(turn, number, event, &found) != OK)
		return true; /* nothing is known */
	if (found == 0)
		return is_done_by(&nobody, time_ms, actor);
	return load_record(turn, found, &record) && is_done_by(&record, time_ms, actor);
}

static bool is_mandate_said(const struct turn *turn, const struct mandate *mandate,
			    const struct record *record)
{
	const struct said said[] = {{"principal", mandate->principal},
				    {"agent", mandate->agent},
				    {"kinds", mandate->kinds},
				    {"from", mandate->from},
				    {"until", mandate->until}};
	bool is_confirmed =
		strcmp(attribute(record, "confirmed"), "yes") == 0
			? is_done_by(record, mandate->confirmed_ms, mandate->confirmed_by)
			: is_done_as_said(turn, mandate->number, "MandateConfirmed",
					  mandate->confirmed_ms, mandate->confirmed_by);

	return is_event(record, "MandateGiven") &&
	       says_all(record, said, sizeof(said) / sizeof(said[0])) &&
	       is_done_by(record, mandate->given_ms, mandate->given_by) && is_confirmed &&
	       is_done_as_said(turn, mandate->number, "MandateRevoked", mandate->revoked_ms,
			       mandate->revoked_by);
}

static const char *of_mandate(const struct turn *turn, const struct turn_key *key,
			      struct bytes value)
{
	struct identity_entry entries[MANDATE_INDEX_ENTRIES];
	uint64_t number = key->len == 9 ? bytes_get_u64(key->at + 1) : 0;
	struct mandate mandate;
	struct record record;
	size_t count;

	(void)value;
	if (mandate_load(turn, number, &mandate) != OK)
		return "a mandate cannot be read";
	if (mandate.number != number || !load_record(turn, number, &record) ||
	    !is_mandate_said(turn, &mandate, &record))
		return "a mandate is not as its records say";
	if (mandate_index_entries(turn, &mandate, entries, &count) != OK)
		return NULL;
	return has_all(turn, entries, count) ? NULL : "a mandate is not found";
}

static const char *of_mandate_given(const struct turn *turn, const struct record *record)
{
	struct mandate mandate;

	return mandate_load(turn, record->number, &mandate) == OK ? NULL : "a mandate is gone";
}

/* ---- Notes for the next shift ---- */

static const char *of_note(const struct turn *turn, const struct record *record)
{
	struct identity_entry entries[HAND_OVER_ENTRIES];
	size_t count = 0;
	enum err err = hand_over_entries(turn, record, entries, &count);

	return count == 0 || has_all(turn, entries, err == OK ? count : 1)
		       ? NULL
		       : "a note for the next shift is not found";
}

/* ---- What each record leads to ---- */

static const struct {
	const char *event;
	const char *(*flaw)(const struct turn *turn,
			    const struct record *record); /* NULL: no state */
} events[] = {
	{"AccountAdded", of_account_added},
	{"AccountChanged", NULL},
	{"AccountLocked", NULL},
	{"AccountUnlocked", NULL},
	{"PasswordChanged", NULL},
	{"TokenMade", of_credential_made},
	{"TokenRevoked", NULL},
	{"CertificateBound", of_credential_made},
	{"CertificateUnbound", NULL},
	{"SignedIn", NULL},
	{"SignedOut", NULL},
	{"SignInsLimited", NULL},
	{"MandateGiven", of_mandate_given},
	{"MandateConfirmed", NULL},
	{"MandateRevoked", NULL},
	{"HandedOver", of_note},
	{"ReadOutsideScope", NULL},
};
#define EVENTS (sizeof(events) / sizeof(events[0]))

/* EVENTS: it is no record of the registry. */
static size_t event_of(const struct record *record)
{
	size_t i = 0;

	while (i < EVENTS && !is_event(record, events[i].event))
		i++;
	return i;
}

static struct identity_entry entry_of_record(uint64_t number)
{
	struct identity_entry entry = {.key = identity_index_key(IDENTITY_RECORD, "")};

	turn_key_add_number(&entry.key, number);
	return entry;
}

const char *index_registry_of_record(const struct turn *turn, const struct record *record)
{
	size_t event = event_of(record);
	struct identity_entry listed;

	if (event == EVENTS)
		return NULL;
	listed = entry_of_record(record->number);
	if (!has(turn, &listed))
		return "a record of the registry is not listed";
	return events[event].flaw == NULL ? NULL : events[event].flaw(turn, record);
}

/* ---- What each entry says ---- */

static const char *of_listed_record(const struct turn *turn, const struct turn_key *key,
				    struct bytes value)
{
	uint64_t number = bytes_get_u64(key->at + key->len - 8);
	struct identity_entry listed = entry_of_record(number);
	struct record record;

	return load_record(turn, number, &record) && event_of(&record) < EVENTS &&
			       is_among(&listed, 1, key, value)
		       ? NULL
		       : "what is listed as a record of the registry is none";
}

static const char *of_listed_credential(const struct turn *turn, const struct turn_key *key,
					struct bytes value)
{
	struct identity_entry entries[CREDENTIAL_ENTRIES];
	struct credential credential;
	struct hash hash;

	if (value.len == HASH_BYTES) {
		memcpy(hash.at, value.at, HASH_BYTES);
		if (credential_load(turn, &hash, &credential) == OK && credential.revoked_ms == 0 &&
		    credential_entries(turn, &credential, entries) == OK &&
		    is_among(entries, CREDENTIAL_ENTRIES, key, value))
			return NULL;
	}
	return "a list of credentials names none";
}

static const char *of_listed_mandate(const struct turn *turn, const struct turn_key *key,
				     struct bytes value)
{
	struct identity_entry entries[MANDATE_INDEX_ENTRIES];
	struct mandate mandate;
	size_t count;

	return mandate_load(turn, bytes_get_u64(key->at + key->len - 8), &mandate) == OK &&
			       mandate_index_entries(turn, &mandate, entries, &count) == OK &&
			       is_among(entries, count, key, value)
		       ? NULL
		       : "a list of mandates names none that is so";
}

/* The key of the newest one has no number: it stands in the value. */
static const char *of_listed_note(const struct turn *turn, const struct turn_key *key,
				  struct bytes value)
{
	struct identity_entry entries[HAND_OVER_ENTRIES];
	bool is_last = key->at[1] == IDENTITY_HAND_OVER_LAST;
	struct record record;
	uint64_t number = 0;
	size_t count = 0;
	enum err err;

	if (!is_last)
		number = bytes_get_u64(key->at + key->len - 8);
	else if (value.len == HASH_BYTES + sizeof(number))
		number = bytes_get_u64(value.at + HASH_BYTES);
	if (!load_record(turn, number, &record) || !is_event(&record, "HandedOver"))
		return "a list of notes for the next shift names none";
	err = hand_over_entries(turn, &record, entries, &count);
	if (is_last && err == ERR_ARCHIVED)
		return NULL;
	return is_among(entries, count, key, value)
		       ? NULL
		       : "a list of notes for the next shift names none that is so";
}

typedef const char *judge_entry(const struct turn *turn, const struct turn_key *key,
				struct bytes value);

static const struct {
	enum identity_index index;
	judge_entry *judge;
} indexes[] = {
	{IDENTITY_OF_OWNER, of_listed_credential},   {IDENTITY_CREDENTIAL, of_listed_credential},
	{IDENTITY_OF_AGENT, of_listed_mandate},      {IDENTITY_OF_PRINCIPAL, of_listed_mandate},
	{IDENTITY_SAME_MANDATE, of_listed_mandate},  {IDENTITY_HELD_BY_PAIR, of_listed_mandate},
	{IDENTITY_HELD_BY_AGENT, of_listed_mandate}, {IDENTITY_HAND_OVER, of_listed_note},
	{IDENTITY_HAND_OVER_LAST, of_listed_note},   {IDENTITY_RECORD, of_listed_record},
};

static const char *of_listed(const struct turn *turn, const struct turn_key *key,
			     struct bytes value)
{
	for (size_t i = 0; key->len > 9 && i < sizeof(indexes) / sizeof(indexes[0]); i++)
		if (key->at[1] == (uint8_t)indexes[i].index)
			return indexes[i].judge(turn, key, value);
	return "a list of the registry is of nothing";
}

const char *index_registry_of_entry(const struct turn *turn, const struct turn_key *key,
				    struct bytes value)
{
	static const struct {
		enum space space;
		judge_entry *judge;
	} spaces[] = {{SPACE_ACCOUNT, of_account},
		      {SPACE_CREDENTIAL, of_credential},
		      {SPACE_MANDATE, of_mandate},
		      {SPACE_IDENTITY, of_listed}};

	for (size_t i = 0; i < sizeof(spaces) / sizeof(spaces[0]); i++)
		if (key->at[0] == (uint8_t)spaces[i].space)
			return spaces[i].judge(turn, key, value);
	return NULL;
}
