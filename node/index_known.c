#include "node/index_known.h"

#include <inttypes.h>
#include <string.h>

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

/* The entry of a space under a hash in hexadecimal. */
static bool find_by_hash(const struct turn *turn, enum space space, const char *hex,
			 struct bytes *ret_value)
{
	struct turn_key key = turn_key(space);
	struct hash hash;

	if (!hash_parse_hex(hex, &hash))
		return false;
	turn_key_add_bytes(&key, hash.at, HASH_BYTES);
	return turn_get(turn, &key, ret_value) == OK;
}

static bool is_of_hash(const struct turn_key *key, const char *hex)
{
	struct hash hash;

	return hash_parse_hex(hex, &hash) && key->len == 1 + HASH_BYTES &&
	       memcmp(key->at + 1, hash.at, HASH_BYTES) == 0;
}

/* ---- Authorities and revocation lists; in each epoch the newest is known ---- */

static const char *of_trust(const struct turn *turn, const struct record *record)
{
	struct bytes value;

	return find_by_hash(turn, SPACE_GROUND, attribute(record, "sha256"), &value) &&
			       value.len == 8 && bytes_get_u64(value.at) >= record->number
		       ? NULL
		       : "an authority or revocation list is not known";
}

static const char *of_ground(const struct turn *turn, const struct turn_key *key,
			     struct bytes value)
{
	struct record record;

	return value.len == 8 && load_record(turn, bytes_get_u64(value.at), &record) &&
			       is_event(&record, "TrustRecorded") &&
			       is_of_hash(key, attribute(&record, "sha256"))
		       ? NULL
		       : "an authority or revocation list is not as its record says";
}

/* ---- Certificates that sign what is sent; the value is text: from, until, number ---- */

static uint64_t number_behind(struct bytes value)
{
	uint64_t number = 0;
	size_t at = value.len;

	while (at > 0 && value.at[at - 1] != ' ')
		at--;
	for (; at < value.len && value.at[at] >= '0' && value.at[at] <= '9'; at++)
		number = number * 10 + (uint64_t)(value.at[at] - '0');
	return number;
}

static const char *of_rotation(const struct turn *turn, const struct record *record)
{
	struct bytes value;

	return find_by_hash(turn, SPACE_SIGNER, attribute(record, "certificate"), &value) &&
			       number_behind(value) >= record->number
		       ? NULL
		       : "a certificate that signs is not known";
}

static const char *of_signer(const struct turn *turn, const struct turn_key *key,
			     struct bytes value)
{
	struct record record;
	const char *said;

	if (!load_record(turn, number_behind(value), &record) || !is_event(&record, "KeyRotated") ||
	    !is_of_hash(key, attribute(&record, "certificate")))
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
	turn_key_add_number(&key, number_behind(bytes_of_text(version)));
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
