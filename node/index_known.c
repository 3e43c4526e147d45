#include "node/index_known.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "node/anew.h"
#include "node/find.h"
#include "node/message.h"
#include "node/recall.h"

static const char *attribute(const struct record *record, const char *name)
{
	return facts_get_or_empty(&record->attributes, name);
}

static bool is_event(const struct record *record, const char *event)
{
	return strcmp(record->event, event) == 0;
}

static bool load_record(const struct turn *turn, uint64_t number, struct record *ret_record)
{
	return number > 0 &&
	       ledger_record(turn->ledger, number, turn->arena, ret_record, NULL) == OK;
}

/* ---- Authorities, revocation lists, and certificates that sign what is sent (anew.h) ---- */

/* An older program kept the newest alone, for all epochs, where the first epoch's stands. */
static bool is_known(const struct turn *turn, enum space space, const char *hex, uint64_t number)
{
	const uint64_t epochs[] = {ledger_epoch_of(turn->ledger, number), 1};
	struct hash hash;
	struct bytes value;

	if (!hash_parse_hex(hex, &hash))
		return false;
	for (size_t i = 0; i < 2; i++) {
		struct turn_key key = anew_key(turn, space, &hash, epochs[i]);

		if (turn_get(turn, &key, &value) == OK && anew_number(space, value) >= number)
			return true;
	}
	return false;
}

/* Is the key the one of this hash, in the record's epoch or as older programs made it? */
static bool is_of_hash(const struct turn *turn, const struct turn_key *key, const char *hex,
		       uint64_t number)
{
	const uint64_t epochs[] = {ledger_epoch_of(turn->ledger, number), 1};
	struct hash hash;

	if (!hash_parse_hex(hex, &hash))
		return false;
	for (size_t i = 0; i < 2; i++) {
		struct turn_key its = anew_key(turn, (enum space)key->at[0], &hash, epochs[i]);

		if (bytes_equal(turn_key_bytes(key), turn_key_bytes(&its)))
			return true;
	}
	return false;
}

static const char *of_trust(const struct turn *turn, const struct record *record)
{
	return is_known(turn, SPACE_GROUND, attribute(record, "sha256"), record->number)
		       ? NULL
		       : "an authority or revocation list is not known";
}

static const char *of_ground(const struct turn *turn, const struct turn_key *key,
			     struct bytes value)
{
	struct record record;

	return load_record(turn, anew_number(SPACE_GROUND, value), &record) &&
			       is_event(&record, "TrustRecorded") &&
			       is_of_hash(turn, key, attribute(&record, "sha256"), record.number)
		       ? NULL
		       : "an authority or revocation list is not as its record says";
}

static const char *of_rotation(const struct turn *turn, const struct record *record)
{
	return is_known(turn, SPACE_SIGNER, attribute(record, "certificate"), record->number)
		       ? NULL
		       : "a certificate that signs is not known";
}

static const char *of_signer(const struct turn *turn, const struct turn_key *key,
			     struct bytes value)
{
	struct record record;
	const char *said;

	if (!load_record(turn, anew_number(SPACE_SIGNER, value), &record) ||
	    !is_event(&record, "KeyRotated") ||
	    !is_of_hash(turn, key, attribute(&record, "certificate"), record.number))
		return "a certificate that signs is on no record";
	said = arena_format(turn->arena, "%s %s %" PRIu64, attribute(&record, "from"),
			    attribute(&record, "until"), record.number);
	return said == NULL || bytes_equal(value, bytes_of_text(said))
		       ? NULL
		       : "the days of a certificate that signs are not as its record says";
}

/* ---- Cards: side_check.h judges what stands there ---- */

static const char *of_card(const struct turn *turn, const struct record *record)
{
	struct turn_key key = turn_key(SPACE_CARD);
	const char *country = attribute(record, "country"), *version = attribute(record, "version");
	struct bytes value;

	if (strlen(country) != 2)
		return "a card is of no country";
	turn_key_add_bytes(&key, country, 2);
	turn_key_add_number(&key, strtoull(version, NULL, 10));
	return turn_get(turn, &key, &value) == OK && value.len == 8 &&
			       bytes_get_u64(value.at) == record->number
		       ? NULL
		       : "a card is not known";
}

/* ---- Refusals ---- */

static bool is_refusal_recognised(const struct turn *turn, const struct record *record)
{
	const char *colon = strchr(record->actor, ':');
	const char *key = find_text(turn, "refused", colon == NULL ? "" : colon + 1,
				    attribute(record, "sha256"), attribute(record, "code"), NULL);
	struct find_entry entry;
	enum err err = key == NULL ? ERR_MEMORY : find_get(turn, key, &entry);

	return err == OK ? entry.message >= record->number : err != ERR_MISSING;
}

static const char *of_refusal(const struct turn *turn, const struct record *record)
{
	struct message message;

	if (message_load_refusal(turn, record->number, &message) != OK ||
	    strcmp(message.sender, record->actor) != 0)
		return "a refusal is not listed";
	return is_refusal_recognised(turn, record)
		       ? NULL
		       : "what was refused would not be recognised if it came again";
}

/* ---- Frames received; older programs did not keep which message one began ---- */

static const char *of_arrival(const struct turn *turn, const struct turn_key *key,
			      struct bytes value)
{
	const char *partner = arena_format(turn->arena, "partner:%.2s", (const char *)key->at + 1);
	struct record record;

	if (key->len != 11 || (value.len != HASH_BYTES && value.len != HASH_BYTES + 8))
		return "a frame received cannot be read";
	if (value.len == HASH_BYTES || partner == NULL)
		return NULL;
	return load_record(turn, bytes_get_u64(value.at + HASH_BYTES), &record) &&
			       is_event(&record, "RelayAcceptance") &&
			       strcmp(record.actor, partner) == 0
		       ? NULL
		       : "a frame received names no message of that partner";
}

/* ---- All of them ---- */

const char *index_known_of_record(const struct turn *turn, const struct record *record)
{
	static const struct {
		const char *event;
		const char *(*flaw)(const struct turn *turn, const struct record *record);
	} events[] = {{"TrustRecorded", of_trust},
		      {"KeyRotated", of_rotation},
		      {"CardIssued", of_card},
		      {"CardReceived", of_card},
		      {"SubmissionRejection", of_refusal}};

	for (size_t i = 0; i < sizeof(events) / sizeof(events[0]); i++)
		if (is_event(record, events[i].event))
			return events[i].flaw(turn, record);
	return NULL;
}

const char *index_known_of_entry(const struct turn *turn, const struct turn_key *key,
				 struct bytes value)
{
	static const struct {
		enum space space;
		const char *(*flaw)(const struct turn *turn, const struct turn_key *key,
				    struct bytes value);
	} spaces[] = {
		{SPACE_GROUND, of_ground}, {SPACE_SIGNER, of_signer}, {SPACE_ARRIVAL, of_arrival}};

	for (size_t i = 0; i < sizeof(spaces) / sizeof(spaces[0]); i++)
		if (key->at[0] == (uint8_t)spaces[i].space)
			return spaces[i].flaw(turn, key, value);
	return NULL;
}
