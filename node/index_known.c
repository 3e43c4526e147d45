#include "node/index_known.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "node/anew.h"
#include "node/find.h"
#include "node/message.h"

/* ---- Authorities, revocation lists, and certificates that sign what is sent (anew.h) ---- */

/* An older program kept the newest alone, for all epochs, where the first epoch's stands. */
static bool is_known(struct index_look *look, enum space space, const char *hex, uint64_t number)
{
	const uint64_t epochs[] = {ledger_epoch_of(look->turn->ledger, number), 1};
	struct hash hash;
	struct bytes value;

	if (!hash_parse_hex(hex, &hash))
		return false;
	for (size_t i = 0; i < 2; i++) {
		struct turn_key key = anew_key(look->turn, space, &hash, epochs[i]);

		if (index_look_ok(look, turn_get(look->turn, &key, &value)) &&
		    anew_number(space, value) >= number)
			return true;
	}
	return false;
}

/* Is the key the one of this hash, in the record's epoch or as older programs made it? */
static bool is_of_hash(struct index_look *look, const struct turn_key *key, const char *hex,
		       uint64_t number)
{
	const uint64_t epochs[] = {ledger_epoch_of(look->turn->ledger, number), 1};
	struct hash hash;

	if (!hash_parse_hex(hex, &hash))
		return false;
	for (size_t i = 0; i < 2; i++) {
		struct turn_key its =
			anew_key(look->turn, (enum space)key->at[0], &hash, epochs[i]);

		if (bytes_equal(turn_key_bytes(key), turn_key_bytes(&its)))
			return true;
	}
	return false;
}

static const char *of_trust(struct index_look *look, const struct record *record)
{
	return is_known(look, SPACE_GROUND, index_look_attribute(record, "sha256"), record->number)
		       ? NULL
		       : "an authority or revocation list is not known";
}

const char *index_known_ground(struct index_look *look, const struct turn_key *key,
			       struct bytes value)
{
	struct record record;

	return index_look_record(look, anew_number(SPACE_GROUND, value), &record) &&
			       index_look_is_event(&record, "TrustRecorded") &&
			       is_of_hash(look, key, index_look_attribute(&record, "sha256"),
					  record.number)
		       ? NULL
		       : "an authority or revocation list is not as its record says";
}

static const char *of_rotation(struct index_look *look, const struct record *record)
{
	return is_known(look, SPACE_SIGNER, index_look_attribute(record, "certificate"),
			record->number)
		       ? NULL
		       : "a certificate that signs is not known";
}

const char *index_known_signer(struct index_look *look, const struct turn_key *key,
			       struct bytes value)
{
	struct record record;
	const char *said;

	if (!index_look_record(look, anew_number(SPACE_SIGNER, value), &record) ||
	    !index_look_is_event(&record, "KeyRotated") ||
	    !is_of_hash(look, key, index_look_attribute(&record, "certificate"), record.number))
		return "a certificate that signs is on no record";
	said = arena_format(look->turn->arena, "%s %s %" PRIu64,
			    index_look_attribute(&record, "from"),
			    index_look_attribute(&record, "until"), record.number);
	return said == NULL || bytes_equal(value, bytes_of_text(said))
		       ? NULL
		       : "the days of a certificate that signs are not as its record says";
}

/* ---- Cards: side_check.h judges what stands there ---- */

static const char *of_card(struct index_look *look, const struct record *record)
{
	struct turn_key key = turn_key(SPACE_CARD);
	const char *country = index_look_attribute(record, "country"),
		   *version = index_look_attribute(record, "version");
	uint8_t number[8];

	if (strlen(country) != 2)
		return "a card is of no country";
	turn_key_add_bytes(&key, country, 2);
	turn_key_add_number(&key, strtoull(version, NULL, 10));
	bytes_put_u64(number, record->number);
	return index_look_has(look, &key, bytes_of(number, sizeof(number))) ? NULL
									    : "a card is not known";
}

/* ---- Refusals ---- */

static bool is_refusal_recognised(struct index_look *look, const struct record *record)
{
	const char *colon = strchr(record->actor, ':');
	const char *key = find_text(look->turn, "refused", colon == NULL ? "" : colon + 1,
				    index_look_attribute(record, "sha256"),
				    index_look_attribute(record, "code"), NULL);
	struct find_entry entry;
	enum err err = key == NULL ? ERR_MEMORY : find_get(look->turn, key, &entry);

	return index_look_ok(look, err) ? entry.message >= record->number : err != ERR_MISSING;
}

static const char *of_refusal(struct index_look *look, const struct record *record)
{
	struct message message;

	if (!index_look_ok(look, message_load_refusal(look->turn, record->number, &message)) ||
	    strcmp(message.sender, record->actor) != 0)
		return "a refusal is not listed";
	return is_refusal_recognised(look, record)
		       ? NULL
		       : "what was refused would not be recognised if it came again";
}

/* ---- Frames received; older programs did not keep which message one began ---- */

const char *index_known_arrival(struct index_look *look, const struct turn_key *key,
				struct bytes value)
{
	const char *partner =
		arena_format(look->turn->arena, "partner:%.2s", (const char *)key->at + 1);
	struct record record;

	if (key->len != 11 || (value.len != HASH_BYTES && value.len != HASH_BYTES + 8))
		return "a frame received cannot be read";
	if (value.len == HASH_BYTES || partner == NULL)
		return NULL;
	return index_look_record(look, bytes_get_u64(value.at + HASH_BYTES), &record) &&
			       index_look_is_event(&record, "RelayAcceptance") &&
			       strcmp(record.actor, partner) == 0
		       ? NULL
		       : "a frame received names no message of that partner";
}

/* ---- What each record leads to ---- */

const char *index_known_of_record(struct index_look *look, const struct record *record)
{
	static const struct {
		const char *event;
		index_look_at_record *flaw;
	} events[] = {{"TrustRecorded", of_trust},
		      {"KeyRotated", of_rotation},
		      {"CardIssued", of_card},
		      {"CardReceived", of_card},
		      {"SubmissionRejection", of_refusal}};

	for (size_t i = 0; i < sizeof(events) / sizeof(events[0]); i++)
		if (index_look_is_event(record, events[i].event))
			return events[i].flaw(look, record);
	return NULL;
}
