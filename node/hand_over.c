#include "node/hand_over.h"

#include <string.h>

#include "messages/word.h"
#include "node/account.h"
#include "node/message.h"
#include "sampan/hidden.h"

#define HAND_OVER_LOOKED_AT (8u * HAND_OVER_NOTES)

/* ---- Offices ---- */

/* "02CI/03" is of 02CI. false: no code of an office. */
static bool take_code(struct bytes word, char ret_code[HAND_OVER_CODE_BYTES])
{
	const uint8_t *slash = memchr(word.at, '/', word.len);
	size_t len = slash == NULL ? word.len : (size_t)(slash - word.at);

	if (len == 0 || len >= HAND_OVER_CODE_BYTES)
		return false;
	memcpy(ret_code, word.at, len);
	ret_code[len] = '\0';
	return true;
}

static bool has(const struct hand_over_office *offices, size_t count,
		const struct hand_over_office *office)
{
	for (size_t i = 0; i < count; i++)
		if (offices[i].desk == office->desk && strcmp(offices[i].code, office->code) == 0)
			return true;
	return false;
}

/* May they for the whole word, it is for its office that they do. */
static bool may(const struct caller *caller, enum access_action action, struct bytes word,
		enum access_desk desk)
{
	char scope[HAND_OVER_CODE_BYTES * 2];
	struct access_object object = {.office = scope, .desk = desk};

	if (word.len >= sizeof(scope))
		return false;
	memcpy(scope, word.at, word.len);
	scope[word.len] = '\0';
	return access_may(caller, action, &object) == ACCESS_YES;
}

static size_t add_offices(const struct caller *caller, enum access_action action,
			  enum access_desk desk, struct hand_over_office *offices, size_t count)
{
	const char *words = desk == ACCESS_DESK_CUSTOMS ? caller->offices : caller->issuing_offices;
	struct bytes word;

	while (words != NULL && count < HAND_OVER_OFFICES && word_next(&words, &word)) {
		struct hand_over_office office = {.desk = desk};

		if (take_code(word, office.code) && !has(offices, count, &office) &&
		    may(caller, action, word, desk))
			offices[count++] = office;
	}
	return count;
}

size_t hand_over_offices(const struct caller *caller, enum access_action action,
			 struct hand_over_office ret_offices[HAND_OVER_OFFICES])
{
	size_t count = add_offices(caller, action, ACCESS_DESK_CUSTOMS, ret_offices, 0);

	return add_offices(caller, action, ACCESS_DESK_ISSUING, ret_offices, count);
}

/* ---- Reading ---- */

const char *hand_over_desk(enum access_desk desk)
{
	return desk == ACCESS_DESK_CUSTOMS ? "customs" : "issuing";
}

bool hand_over_is(const struct hand_over_office *office, const char *code, const char *desk)
{
	return strcmp(office->code, code) == 0 &&
	       (desk[0] == '\0' || strcmp(hand_over_desk(office->desk), desk) == 0);
}

static const char *owner_of(const struct turn *turn, const char *party, const char *office)
{
	return arena_format(turn->arena, "%s %s", party, office);
}

/* Two desks of one party may have one code: what is left at one is not for the other. */
static enum err add_of_desk(const struct turn *turn, const struct hand_over_office *office,
			    uint64_t number, struct hand_over_read *notes, size_t *count)
{
	struct record record;
	enum err err = ledger_record(turn->ledger, number, turn->arena, &record, NULL);

	if (err != OK || strcmp(facts_get_or_empty(&record.attributes, "desk"),
				hand_over_desk(office->desk)) != 0)
		return err;
	notes[*count] = (struct hand_over_read){
		.number = number, .time_ms = record.time_ms, .actor = record.actor};
	err = ledger_payload(turn->ledger, number, 0, turn->arena, &notes[(*count)++].text);
	return err == ERR_MISSING || err == ERR_ARCHIVED ? OK : err;
}

enum err hand_over_list(const struct turn *turn, const char *party,
			const struct hand_over_office *office,
			struct hand_over_read ret_notes[HAND_OVER_NOTES], size_t *ret_count)
{
	const char *owner = owner_of(turn, party, office->code);
	uint64_t numbers[HAND_OVER_LOOKED_AT];
	struct turn_key from, until;
	size_t count = 0;
	enum err err;

	*ret_count = 0;
	if (owner == NULL)
		return ERR_MEMORY;
	from = identity_index_key(IDENTITY_HAND_OVER, owner);
	until = turn_key_after(&from);
	err = turn_scan_back(turn, &from, &until, numbers, HAND_OVER_LOOKED_AT, &count);
	for (size_t i = 0; err == OK && i < count && *ret_count < HAND_OVER_NOTES; i++)
		err = add_of_desk(turn, office, numbers[i], ret_notes, ret_count);
	return err;
}

/* ---- Writing ---- */

static bool is_theirs(const struct caller *caller, const struct facts *facts,
		      struct hand_over_office *ret_office)
{
	struct hand_over_office offices[HAND_OVER_OFFICES];
	size_t count = hand_over_offices(caller, ACCESS_HAND_OVER_NOTE, offices);

	for (size_t i = 0; i < count; i++)
		if (hand_over_is(&offices[i], facts_get_or_empty(facts, "office"),
				 facts_get_or_empty(facts, "desk"))) {
			*ret_office = offices[i];
			return true;
		}
	return false;
}

/* Who says what: the newest note of an office is known by it, also within one commit. */
static enum err find_sense(const struct turn *turn, const struct caller *caller, const char *text,
			   struct hash *ret_sense)
{
	const char *whole = arena_format(turn->arena, "%s\n%s", caller->user, text);

	if (whole == NULL)
		return ERR_MEMORY;
	*ret_sense = hash_of(bytes_of_text(whole));
	return OK;
}

/* Two desks of one code have one newest note; also one of this very turn. */
static enum err is_of_desk(const struct turn *turn, uint64_t number, enum access_desk desk)
{
	struct turn_key key = turn_key(SPACE_RECORD);
	struct record record;
	struct bytes leaf;
	enum err err;

	turn_key_add_number(&key, number);
	if ((err = turn_get(turn, &key, &leaf)) != OK ||
	    (err = record_parse(leaf, turn->arena, &record)) != OK)
		return err == ERR_MISSING ? ERR_CORRUPT : err;
	return strcmp(facts_get_or_empty(&record.attributes, "desk"), hand_over_desk(desk)) == 0
		       ? OK
		       : ERR_MISSING;
}

/* ERR_MISSING: the newest one is another. */
static enum err find_same(const struct turn *turn, const char *owner, const struct hash *sense,
			  enum access_desk desk, uint64_t *ret_number)
{
	struct turn_key key = identity_index_key(IDENTITY_HAND_OVER_LAST, owner);
	struct bytes value;
	enum err err = turn_get(turn, &key, &value);

	if (err != OK)
		return err;
	if (value.len != HASH_BYTES + sizeof(*ret_number) ||
	    memcmp(value.at, sense->at, HASH_BYTES) != 0)
		return ERR_MISSING;
	*ret_number = bytes_get_u64(value.at + HASH_BYTES);
	return is_of_desk(turn, *ret_number, desk);
}

static enum err make_last(const struct turn *turn, const char *owner, const struct hash *sense,
			  uint64_t number, struct identity_entry *ret_entry)
{
	uint8_t *value = arena_alloc(turn->arena, HASH_BYTES + sizeof(number));

	if (value == NULL)
		return ERR_MEMORY;
	memcpy(value, sense->at, HASH_BYTES);
	bytes_put_u64(value + HASH_BYTES, number);
	ret_entry->key = identity_index_key(IDENTITY_HAND_OVER_LAST, owner);
	ret_entry->value = bytes_of(value, HASH_BYTES + sizeof(number));
	return OK;
}

static enum err put_last(const struct turn *turn, const char *owner, const struct hash *sense,
			 uint64_t number)
{
	struct identity_entry last;
	enum err err = make_last(turn, owner, sense, number, &last);

	return err != OK ? err : batch_put(turn->batch, turn_key_bytes(&last.key), last.value);
}

static enum err put(const struct turn *turn, const struct caller *caller,
		    const struct hand_over_office *office, const char *text, uint64_t *ret_number)
{
	const char *attributes[] = {"office", office->code,  "desk", hand_over_desk(office->desk),
				    "party",  caller->party, NULL};
	struct message_event event = {.event = "HandedOver",
				      .actor = caller_actor(caller, turn->arena),
				      .attributes = attributes,
				      .payload_role = {"note"},
				      .payload = {bytes_of_text(text)}};
	struct account account;
	enum err err = account_load(turn, caller->user, &account);

	if (err == OK && event.actor == NULL)
		err = ERR_MEMORY;
	if (err == OK)
		err = message_record(turn, account.number, &event, ret_number);
	return err == OK ? identity_index_put(turn, IDENTITY_RECORD, "", *ret_number,
					      (struct bytes){0})
			 : err;
}

static enum err put_once(const struct turn *turn, const struct caller *caller,
			 const struct hand_over_office *office, const char *text,
			 uint64_t *ret_number)
{
	const char *owner = owner_of(turn, caller->party, office->code);
	struct hash sense;
	enum err err = owner == NULL ? ERR_MEMORY : find_sense(turn, caller, text, &sense);

	if (err != OK ||
	    (err = find_same(turn, owner, &sense, office->desk, ret_number)) != ERR_MISSING)
		return err;
	if ((err = put(turn, caller, office, text, ret_number)) != OK ||
	    (err = identity_index_put(turn, IDENTITY_HAND_OVER, owner, *ret_number,
				      (struct bytes){0})) != OK)
		return err;
	return put_last(turn, owner, &sense, *ret_number);
}

enum err hand_over_note(const struct turn *turn, const struct caller *caller,
			const struct facts *facts, struct facts *answer)
{
	const char *text = facts_get(facts, "text");
	struct hand_over_office office;
	uint64_t number = 0;
	enum err err;

	if (caller->user[0] == '\0' || caller->party[0] == '\0' ||
	    !is_theirs(caller, facts, &office))
		return ERR_DENIED;
	if (!hidden_is_said(bytes_of_text(text)))
		return identity_refuse(answer, "no-text");
	err = put_once(turn, caller, &office, text, &number);
	return err == OK ? identity_answer_number(answer, number, turn->arena) : err;
}

/* ---- Verification ---- */

static enum err find_newest(const struct turn *turn, const struct turn_key *from,
			    uint64_t *ret_number)
{
	struct turn_key until = turn_key_after(from);
	size_t count = 0;
	enum err err = turn_scan_back(turn, from, &until, ret_number, 1, &count);

	return err == OK && count == 0 ? ERR_MISSING : err;
}

/* ERR_ARCHIVED: of its text nothing can be said. */
static enum err make_last_of(const struct turn *turn, const struct record *record,
			     const char *owner, struct identity_entry *ret_entry)
{
	const char *colon = strchr(record->actor, ':');
	const struct caller who = {.user = colon == NULL ? "" : colon + 1};
	struct bytes note;
	struct hash sense;
	const char *text;
	enum err err = ledger_payload(turn->ledger, record->number, 0, turn->arena, &note);

	if (err != OK)
		return err;
	text = arena_text(turn->arena, note);
	err = text == NULL ? ERR_MEMORY : find_sense(turn, &who, text, &sense);
	return err != OK ? err : make_last(turn, owner, &sense, record->number, ret_entry);
}

enum err hand_over_entries(const struct turn *turn, const struct record *record,
			   struct identity_entry ret_entries[HAND_OVER_ENTRIES], size_t *ret_count)
{
	const char *owner = owner_of(turn, facts_get_or_empty(&record->attributes, "party"),
				     facts_get_or_empty(&record->attributes, "office"));
	struct turn_key from;
	uint64_t newest = 0;
	enum err err;

	if (owner == NULL)
		return ERR_MEMORY;
	from = identity_index_key(IDENTITY_HAND_OVER, owner);
	ret_entries[0] = (struct identity_entry){.key = from};
	turn_key_add_number(&ret_entries[0].key, record->number);
	*ret_count = 1;
	err = find_newest(turn, &from, &newest);
	if (err != OK || newest != record->number)
		return err == ERR_MISSING ? OK : err;
	err = make_last_of(turn, record, owner, &ret_entries[1]);
	*ret_count = err == OK ? 2 : 1;
	return err;
}
