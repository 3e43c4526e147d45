#include "node/index_registry.h"

#include <string.h>

#include "node/credential.h"
#include "node/hand_over.h"
#include "node/mandate.h"
#include "node/mandate_index.h"

/* ---- Entries and records ---- */

static bool has_all(struct index_look *look, const struct identity_entry *entries, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (!index_look_has(look, &entries[i].key, entries[i].value))
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

/* The attributes are names and values, ended by NULL. */
static bool says(const struct record *record, const char *const *attributes)
{
	for (; attributes[0] != NULL; attributes += 2)
		if (strcmp(index_look_attribute(record, attributes[0]), attributes[1]) != 0)
			return false;
	return true;
}

/* ---- Accounts ---- */

static bool is_account_said(struct index_look *look, const struct account *account)
{
	const char *attributes[ACCOUNT_ATTRIBUTES];
	struct record record;
	enum err err;

	if (!index_look_record(look, account->number, &record) ||
	    !index_look_is_event(&record, "AccountAdded") || account->added_ms != record.time_ms)
		return false;
	err = index_look_newest(
		look, account->number,
		"AccountAdded AccountChanged PasswordChanged AccountLocked AccountUnlocked",
		&record);
	if (err != OK)
		return true; /* nothing is known */
	err = account_format_attributes(account, look->turn->arena, attributes);
	return index_look_ok(look, err) && says(&record, attributes);
}

const char *index_registry_account(struct index_look *look, const struct turn_key *key,
				   struct bytes value)
{
	struct account account;
	struct hash digest;

	if (!index_look_ok(look, account_parse(value, look->turn->arena, &account)))
		return "an account cannot be read";
	digest = identity_digest(account.name);
	if (key->len != 1 + IDENTITY_DIGEST_BYTES ||
	    memcmp(key->at + 1, digest.at, IDENTITY_DIGEST_BYTES) != 0)
		return "an account stands under another name";
	return is_account_said(look, &account) ? NULL : "an account is not as its records say";
}

static const char *of_account_added(struct index_look *look, const struct record *record)
{
	struct account account;
	enum err err = account_load(look->turn, index_look_attribute(record, "name"), &account);

	return index_look_ok(look, err) && account.number == record->number ? NULL
									    : "an account is gone";
}

/* ---- Credentials ---- */

#define CREDENTIAL_ENDS "TokenRevoked CertificateUnbound SignedOut"

/* No record holds a session's secret, nor the hash of it. */
static bool is_session_said(const struct credential *credential, const struct record *record)
{
	return index_look_is_event(record, "SignedIn") && credential->until_ms != 0 &&
	       strcmp(index_look_attribute(record, "name"), credential->user) == 0;
}

static bool is_credential_said(struct index_look *look, const struct credential *credential,
			       const struct record *record)
{
	const char *attributes[CREDENTIAL_ATTRIBUTES];
	enum err err;

	if (credential->proof == CALLER_SESSION)
		return is_session_said(credential, record);
	err = credential_format_attributes(credential, look->turn->arena, attributes);
	return index_look_is_event(record, credential->proof == CALLER_TOKEN
						   ? "TokenMade"
						   : "CertificateBound") &&
	       index_look_ok(look, err) && says(record, attributes);
}

/* Taken back when a record says so, and only then; else it stands in its lists. */
static const char *of_end(struct index_look *look, const struct credential *credential)
{
	struct identity_entry entries[CREDENTIAL_ENTRIES];
	struct record end;
	enum err err = index_look_newest(look, credential->number, CREDENTIAL_ENDS, &end);

	if (err == OK)
		return end.time_ms == credential->revoked_ms
			       ? NULL
			       : "a credential that was taken back is not marked so";
	if (err != ERR_MISSING)
		return NULL;
	if (credential->revoked_ms != 0)
		return "a credential that nobody took back does not hold";
	return index_look_ok(look, credential_entries(look->turn, credential, entries)) &&
			       has_all(look, entries, CREDENTIAL_ENTRIES)
		       ? NULL
		       : "a credential stands in no list";
}

const char *index_registry_credential(struct index_look *look, const struct turn_key *key,
				      struct bytes value)
{
	struct credential credential;
	struct record record;

	if (!index_look_ok(look, credential_parse(value, look->turn->arena, &credential)))
		return "a credential cannot be read";
	if (!bytes_equal(bytes_of(key->at + 1, key->len - 1), hash_bytes(&credential.hash)) ||
	    !index_look_record(look, credential.number, &record) ||
	    credential.made_ms != record.time_ms || !is_credential_said(look, &credential, &record))
		return "a credential is not as its record says";
	return of_end(look, &credential);
}

/* One that was taken back may be bound again, or gone. */
static const char *of_credential_made(struct index_look *look, const struct record *record)
{
	struct credential credential;
	struct record end;
	struct hash hash;

	if (hash_parse_hex(index_look_attribute(record, "sha256"), &hash) &&
	    index_look_ok(look, credential_load(look->turn, &hash, &credential)) &&
	    credential.number == record->number)
		return NULL;
	return index_look_newest(look, record->number, CREDENTIAL_ENDS, &end) == ERR_MISSING
		       ? "a credential is gone"
		       : NULL;
}

/* ---- Mandates ---- */

/* Who did it, and when; 0, "": nobody did. */
static bool is_done_by(const struct record *record, uint64_t time_ms, const char *actor)
{
	return time_ms == record->time_ms && strcmp(actor, record->actor) == 0;
}

static bool is_done_as_said(struct index_look *look, uint64_t number, const char *event,
			    uint64_t time_ms, const char *actor)
{
	struct record record = {.actor = ""};
	enum err err = index_look_newest(look, number, event, &record);

	return (err != OK && err != ERR_MISSING) || is_done_by(&record, time_ms, actor);
}

static bool is_mandate_said(struct index_look *look, const struct mandate *mandate,
			    const struct record *record)
{
	const char *attributes[MANDATE_ATTRIBUTES];
	bool is_confirmed = strcmp(index_look_attribute(record, "confirmed"), "yes") == 0;

	mandate_format_attributes(mandate, is_confirmed, attributes);
	if (!index_look_is_event(record, "MandateGiven") || !says(record, attributes) ||
	    !is_done_by(record, mandate->given_ms, mandate->given_by))
		return false;
	return (is_confirmed ? is_done_by(record, mandate->confirmed_ms, mandate->confirmed_by)
			     : is_done_as_said(look, mandate->number, "MandateConfirmed",
					       mandate->confirmed_ms, mandate->confirmed_by)) &&
	       is_done_as_said(look, mandate->number, "MandateRevoked", mandate->revoked_ms,
			       mandate->revoked_by);
}

const char *index_registry_mandate(struct index_look *look, const struct turn_key *key,
				   struct bytes value)
{
	struct identity_entry entries[MANDATE_INDEX_ENTRIES];
	uint64_t number = key->len == 9 ? bytes_get_u64(key->at + 1) : 0;
	struct mandate mandate;
	struct record record;
	size_t count = 0;

	(void)value;
	if (!index_look_ok(look, mandate_load(look->turn, number, &mandate)))
		return "a mandate cannot be read";
	if (mandate.number != number || !index_look_record(look, number, &record) ||
	    !is_mandate_said(look, &mandate, &record))
		return "a mandate is not as its records say";
	return index_look_ok(look, mandate_index_entries(look->turn, &mandate, entries, &count)) &&
			       has_all(look, entries, count)
		       ? NULL
		       : "a mandate is not found";
}

static const char *of_mandate_given(struct index_look *look, const struct record *record)
{
	struct mandate mandate;

	return index_look_ok(look, mandate_load(look->turn, record->number, &mandate))
		       ? NULL
		       : "a mandate is gone";
}

/* ---- Notes for the next shift ---- */

/* Of the text of one that was archived nothing can be said. */
static enum err find_entries(struct index_look *look, const struct record *record,
			     struct identity_entry *entries, size_t *ret_count)
{
	enum err err = hand_over_entries(look->turn, record, entries, ret_count);

	(void)index_look_ok(look, err == ERR_ARCHIVED ? OK : err);
	return err;
}

static const char *of_note(struct index_look *look, const struct record *record)
{
	struct identity_entry entries[HAND_OVER_ENTRIES];
	size_t count = 0;

	(void)find_entries(look, record, entries, &count);
	return has_all(look, entries, count) ? NULL : "a note for the next shift is not found";
}

/* ---- What each record leads to ---- */

static const struct {
	const char *event;
	index_look_at_record *flaw; /* NULL: no state */
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

	while (i < EVENTS && !index_look_is_event(record, events[i].event))
		i++;
	return i;
}

static struct identity_entry entry_of_record(uint64_t number)
{
	struct identity_entry entry = {.key = identity_index_key(IDENTITY_RECORD, "")};

	turn_key_add_number(&entry.key, number);
	return entry;
}

const char *index_registry_of_record(struct index_look *look, const struct record *record)
{
	size_t event = event_of(record);
	struct identity_entry listed;

	if (event == EVENTS)
		return NULL;
	listed = entry_of_record(record->number);
	if (!has_all(look, &listed, 1))
		return "a record of the registry is not listed";
	return events[event].flaw == NULL ? NULL : events[event].flaw(look, record);
}

/* ---- What is listed: the key ends with a number ---- */

static uint64_t number_of(const struct turn_key *key)
{
	return bytes_get_u64(key->at + key->len - 8);
}

static const char *of_listed_record(struct index_look *look, const struct turn_key *key,
				    struct bytes value)
{
	struct identity_entry listed = entry_of_record(number_of(key));
	struct record record;

	return index_look_record(look, number_of(key), &record) && event_of(&record) < EVENTS &&
			       is_among(&listed, 1, key, value)
		       ? NULL
		       : "what is listed as a record of the registry is none";
}

static const char *of_listed_credential(struct index_look *look, const struct turn_key *key,
					struct bytes value)
{
	struct identity_entry entries[CREDENTIAL_ENTRIES];
	struct credential credential;
	struct hash hash;

	if (value.len == HASH_BYTES) {
		memcpy(hash.at, value.at, HASH_BYTES);
		if (index_look_ok(look, credential_load(look->turn, &hash, &credential)) &&
		    credential.revoked_ms == 0 &&
		    index_look_ok(look, credential_entries(look->turn, &credential, entries)) &&
		    is_among(entries, CREDENTIAL_ENTRIES, key, value))
			return NULL;
	}
	return "a list of credentials names none";
}

static const char *of_listed_mandate(struct index_look *look, const struct turn_key *key,
				     struct bytes value)
{
	struct identity_entry entries[MANDATE_INDEX_ENTRIES];
	struct mandate mandate;
	size_t count = 0;

	return index_look_ok(look, mandate_load(look->turn, number_of(key), &mandate)) &&
			       index_look_ok(look, mandate_index_entries(look->turn, &mandate,
									 entries, &count)) &&
			       is_among(entries, count, key, value)
		       ? NULL
		       : "a list of mandates names none that is so";
}

/* The key of the newest one has no number: it stands in the value. */
static const char *of_listed_note(struct index_look *look, const struct turn_key *key,
				  struct bytes value)
{
	struct identity_entry entries[HAND_OVER_ENTRIES];
	bool is_last = key->at[1] == IDENTITY_HAND_OVER_LAST;
	struct record record;
	uint64_t number = is_last ? 0 : number_of(key);
	size_t count = 0;
	enum err err;

	if (is_last && value.len == HASH_BYTES + sizeof(number))
		number = bytes_get_u64(value.at + HASH_BYTES);
	if (!index_look_record(look, number, &record) ||
	    !index_look_is_event(&record, "HandedOver"))
		return "a list of notes for the next shift names none";
	err = find_entries(look, &record, entries, &count);
	return (is_last && err == ERR_ARCHIVED) || is_among(entries, count, key, value)
		       ? NULL
		       : "a list of notes for the next shift names none that is so";
}

const char *index_registry_listed(struct index_look *look, const struct turn_key *key,
				  struct bytes value)
{
	static const struct {
		enum identity_index index;
		index_look_at_entry *flaw;
	} indexes[] = {
		{IDENTITY_OF_OWNER, of_listed_credential},
		{IDENTITY_CREDENTIAL, of_listed_credential},
		{IDENTITY_OF_AGENT, of_listed_mandate},
		{IDENTITY_OF_PRINCIPAL, of_listed_mandate},
		{IDENTITY_SAME_MANDATE, of_listed_mandate},
		{IDENTITY_HELD_BY_PAIR, of_listed_mandate},
		{IDENTITY_HELD_BY_AGENT, of_listed_mandate},
		{IDENTITY_HAND_OVER, of_listed_note},
		{IDENTITY_HAND_OVER_LAST, of_listed_note},
		{IDENTITY_RECORD, of_listed_record},
	};

	for (size_t i = 0; key->len > 9 && i < sizeof(indexes) / sizeof(indexes[0]); i++)
		if (key->at[1] == (uint8_t)indexes[i].index)
			return indexes[i].flaw(look, key, value);
	return "a list of the registry is of nothing";
}
