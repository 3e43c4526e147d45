#include "node/index_check.h"

#include <string.h>

#include "node/by_state.h"
#include "node/delivery.h"
#include "node/find.h"
#include "node/glance.h"
#include "node/index_flaw.h"
#include "node/index_known.h"
#include "node/index_life.h"
#include "node/index_registry.h"
#include "node/key_walk.h"
#include "node/recall.h"

#define ARENA_BYTES ((size_t)4 << 20)
#define PROGRESS_EACH 256u

struct check {
	struct turn turn; /* without a batch and a configuration: only what is durable is read */
	struct index_look look;
	uint64_t since, size;
	uint64_t timeline; /* entries of records that are looked at */
	struct ledger_verdict *verdict;
	void (*progress)(void *context, uint64_t done, uint64_t all);
	void *context;
};

/* A store that failed is no verdict. */
static void fail(struct check *check, uint64_t number, const char *what)
{
	if (what == NULL || check->look.err != OK || check->verdict->first_bad != 0)
		return;
	check->verdict->first_bad = number == 0 ? 1 : number;
	check->verdict->what = what;
}

static bool is_bad(const struct check *check)
{
	return check->verdict->first_bad != 0;
}

/* ---- what each record leads to ---- */

static void check_owed(struct check *check, const struct record *record)
{
	struct delivery delivery;
	enum err err = delivery_load(&check->turn, record->number, &delivery);

	if (!index_look_ok(&check->look, err) || delivery.number != record->number ||
	    delivery.message != record->message ||
	    strcmp(delivery.to, index_look_attribute(record, "to")) != 0 ||
	    strcmp(delivery.route, index_look_attribute(record, "route")) != 0)
		fail(check, record->number, "the state of a delivery is not that of its record");
}

static bool is_document(const struct record *record, const struct hash *document)
{
	return record->payload_count > 0 && strcmp(record->payloads[0].role, "document") == 0 &&
	       hash_equal(&record->payloads[0].hash, document);
}

/* Another of the same name may have come since; then that one is found. */
static void check_found_by(struct check *check, const struct message *message, const char *text,
			   const char *what)
{
	struct find_entry entry;
	const char *key;
	enum err err;

	if (text[0] == '\0')
		return;
	key = find_text(&check->turn, "find", text, NULL);
	err = key == NULL ? ERR_MEMORY : find_get(&check->turn, key, &entry);
	if (!index_look_ok(&check->look, err) || entry.message < message->number)
		fail(check, message->number, what);
}

static void check_found(struct check *check, const struct message *message)
{
	check_found_by(check, message, message->registered, "a message is not found by its number");
	if (strncmp(message->sender, "party:", 6) == 0)
		check_found_by(check, message, facts_get_or_empty(&message->facts, "reference"),
			       "a message is not found by its reference");
}

/* What waits for the desk, or for a worker, stands in their queue. */
static void check_waiting(struct check *check, const struct message *message)
{
	const char *life = facts_get_or_empty(&message->facts, "life");
	bool registers = strcmp(facts_get_or_empty(&message->facts, "register"), "yes") == 0 &&
			 message->registered[0] == '\0' &&
			 life_step(life, message->state, LIFE_REGISTERED) != NULL;
	bool checks = strcmp(life, "arrival") == 0 &&
		      strcmp(message->state, life_step(life, "", LIFE_RECEIVED)) == 0;
	struct turn_key key = delivery_queue(registers ? STAGE_REGISTER : STAGE_CHECK, "");

	turn_key_add_number(&key, message->number);
	if ((registers || checks) && !index_look_has_key(&check->look, &key))
		fail(check, message->number, "a message that waits stands in no queue");
}

static void check_message(struct check *check, const struct record *record)
{
	struct message message;
	enum err err = message_load(&check->turn, record->number, &message);

	if (!index_look_ok(&check->look, err) || message.number != record->number ||
	    strcmp(message.sender, record->actor) != 0 || !is_document(record, &message.document)) {
		fail(check, record->number, "the state of a message is not that of its record");
		return;
	}
	check_waiting(check, &message);
	check_found(check, &message);
}

static bool begins_message(const struct record *record)
{
	return record->message == record->number &&
	       (strcmp(record->event, "SubmissionAcceptance") == 0 ||
		strcmp(record->event, "RelayAcceptance") == 0);
}

static void check_led_to(struct check *check, const struct record *record)
{
	if (begins_message(record)) {
		check_message(check, record);
	} else if (strcmp(record->event, "DeliveryOwed") == 0) {
		check_owed(check, record);
	} else {
		fail(check, record->number, index_registry_of_record(&check->look, record));
		fail(check, record->number, index_known_of_record(&check->look, record));
	}
}

static enum err check_record(struct check *check, uint64_t number)
{
	struct turn_key timeline;
	struct record record;
	enum err err;

	check->turn.now_ms = 0;
	if ((err = ledger_record(check->turn.ledger, number, check->turn.arena, &record, NULL)) !=
	    OK)
		return err;
	check->turn.now_ms = record.time_ms;
	timeline = message_timeline_key(record.message, number);
	if (!index_look_has_key(&check->look, &timeline))
		fail(check, number, "the timeline of its message does not have the record");
	else
		check_led_to(check, &record);
	return check->look.err;
}

/* ---- what each entry says ---- */

static uint64_t number_at(const struct turn_key *entry, size_t at)
{
	return entry->len >= at + 8 ? bytes_get_u64(entry->at + at) : 0;
}

static uint64_t last_number(const struct turn_key *entry)
{
	return entry->len >= 9 ? number_at(entry, entry->len - 8) : 0;
}

/* The record may be one that came after the look began. */
static enum err check_timeline(void *context, const struct turn_key *entry, struct bytes value)
{
	struct check *check = context;
	uint64_t message = number_at(entry, 1), number = number_at(entry, 9);

	(void)value;
	if (entry->len != 17 || message == 0 || message > number)
		fail(check, number, "an entry of the timeline names no record");
	else if (number >= check->since && number <= check->size)
		check->timeline++;
	return OK;
}

static bool is_in_queue(const struct delivery *delivery, const struct turn_key *entry)
{
	struct turn_key key = delivery_queue((enum delivery_stage)entry->at[1], delivery->to);

	turn_key_add_number(&key, delivery->number);
	return key.len == entry->len && memcmp(key.at, entry->at, key.len) == 0;
}

static enum err check_work(void *context, const struct turn_key *entry, struct bytes value)
{
	struct check *check = context;
	uint64_t number = last_number(entry);
	struct delivery delivery;
	struct message message;
	bool is_good;

	(void)value;
	if (entry->at[1] == STAGE_CHECK || entry->at[1] == STAGE_REGISTER)
		is_good = index_look_ok(&check->look, message_load(&check->turn, number, &message));
	else
		is_good = index_look_ok(&check->look,
					delivery_load(&check->turn, number, &delivery)) &&
			  entry->at[1] == (uint8_t)delivery.stage && is_in_queue(&delivery, entry);
	if (!is_good)
		fail(check, number, "a queue names what does not stand in it");
	return check->look.err;
}

static void check_places(struct check *check, const struct delivery *delivery)
{
	struct turn_key key = delivery_queue(delivery->stage, delivery->to);

	turn_key_add_number(&key, delivery->number);
	if (delivery->stage != STAGE_DONE && !index_look_has_key(&check->look, &key))
		fail(check, delivery->number, "a delivery stands in no queue");
	if (delivery->stream_number == 0 || strncmp(delivery->to, "partner:", 8) != 0)
		return;
	key = turn_key(SPACE_STREAM);
	turn_key_add_bytes(&key, delivery->to + 8, 2);
	turn_key_add_number(&key, delivery->stream_number);
	if (!index_look_has_key(&check->look, &key))
		fail(check, delivery->number, "a delivery has a number in no stream");
}

static enum err check_delivery(void *context, const struct turn_key *entry, struct bytes value)
{
	struct check *check = context;
	uint64_t number = last_number(entry);
	struct delivery delivery;

	(void)value;
	if (!index_look_ok(&check->look, delivery_load(&check->turn, number, &delivery))) {
		fail(check, number, "the state of a delivery cannot be read");
	} else {
		fail(check, delivery.number, index_life_of_delivery(&check->look, &delivery));
		check_places(check, &delivery);
	}
	return check->look.err;
}

static void check_recalled(struct check *check, uint64_t number)
{
	struct record record;

	if (!index_look_record(&check->look, number, &record) ||
	    !index_look_is_event(&record, "FrameRecalled"))
		fail(check, number, "a number in a stream names no frame that was given back");
}

static enum err check_stream(void *context, const struct turn_key *entry, struct bytes value)
{
	struct check *check = context;
	uint64_t number = value.len == 8 ? bytes_get_u64(value.at) : 0;
	struct delivery delivery;

	if (recall_is_taken(value))
		check_recalled(check, bytes_get_u64(value.at + 1));
	else if (number == 0 ||
		 !index_look_ok(&check->look, delivery_load(&check->turn, number, &delivery)) ||
		 entry->len != 11 || delivery.stream_number != last_number(entry) ||
		 strlen(delivery.to) != 10 || memcmp(delivery.to + 8, entry->at + 1, 2) != 0)
		fail(check, number, "a number in a stream names no delivery that has it");
	return check->look.err;
}

static enum err check_refusal(void *context, const struct turn_key *entry, struct bytes value)
{
	struct check *check = context;
	struct record record;

	(void)value;
	if (!index_look_record(&check->look, last_number(entry), &record) ||
	    !index_look_is_event(&record, "SubmissionRejection"))
		fail(check, last_number(entry), "what is listed as a refusal is none");
	return check->look.err;
}

/* A content of the record, or what it says that it refused. */
static bool brought(const struct record *record, const uint8_t *document)
{
	struct hash hash;
	char hex[HASH_HEX_BYTES];

	memcpy(hash.at, document, HASH_BYTES);
	for (size_t i = 0; i < record->payload_count; i++)
		if (hash_equal(&record->payloads[i].hash, &hash))
			return true;
	hash_format_hex(&hash, hex);
	return strcmp(index_look_attribute(record, "sha256"), hex) == 0;
}

static enum err check_key(void *context, const struct turn_key *entry, struct bytes value)
{
	struct check *check = context;
	uint64_t number = value.len == 8 + HASH_BYTES ? bytes_get_u64(value.at) : 0;
	struct record record;
	bool is_hidden = false;

	if (!index_look_record(&check->look, number, &record))
		fail(check, number, "a key of messages names no record");
	else if (!brought(&record, value.at + 8))
		fail(check, number, "a key of messages names another document than its record");
	if (index_look_ok(&check->look,
			  block_sieve_hides(&check->turn, turn_key_bytes(entry), &is_hidden)) &&
	    is_hidden)
		fail(check, number, "a key of messages is hidden by the filter of its block");
	return check->look.err;
}

static enum err check_message_entry(void *context, const struct turn_key *entry, struct bytes value)
{
	struct check *check = context;
	struct turn_key listed;
	struct glance glance;
	bool is_whole = false;

	if (glance_read(value, &glance) != OK) /* told elsewhere */
		return OK;
	listed = by_state_key(glance.state, glance.number);
	if (!index_look_has_key(&check->look, &listed) &&
	    index_look_ok(&check->look, by_state_is_whole(&check->turn, &is_whole)) && is_whole)
		fail(check, glance.number, "a message is not listed under its state");
	fail(check, glance.number, index_flaw_message(&check->look, entry, value));
	return check->look.err;
}

/* Who judges each entry of a space: one of those above, or of another file. */
static const struct part {
	enum space space;
	key_walk_visit *visit;
	index_look_at_entry *flaw;
} parts[] = {
	{SPACE_TIMELINE, check_timeline, NULL},
	{SPACE_WORK, check_work, NULL},
	{SPACE_DELIVERY, check_delivery, NULL},
	{SPACE_STREAM, check_stream, NULL},
	{SPACE_REFUSAL, check_refusal, NULL},
	{SPACE_KEY, check_key, NULL},
	{SPACE_IDENTITY, NULL, index_registry_listed},
	{SPACE_MESSAGE, check_message_entry, NULL},
	{SPACE_BALANCE, NULL, index_flaw_balance},
	{SPACE_PAIR, NULL, index_flaw_pair},
	{SPACE_GROUND, NULL, index_known_ground},
	{SPACE_SIGNER, NULL, index_known_signer},
	{SPACE_ARRIVAL, NULL, index_known_arrival},
	{SPACE_EXPIRY, NULL, index_flaw_expiry},
	{SPACE_ACCOUNT, NULL, index_registry_account},
	{SPACE_CREDENTIAL, NULL, index_registry_credential},
	{SPACE_MANDATE, NULL, index_registry_mandate},
};

/* The record to name is the number that ends the key, where that is one and not the end of a hash. */
static enum err check_entry(void *context, const struct turn_key *entry, struct bytes value)
{
	struct check *check = context;
	uint64_t number = last_number(entry);

	for (size_t i = 0; i < sizeof(parts) / sizeof(*parts); i++)
		if (entry->at[0] == (uint8_t)parts[i].space)
			fail(check, number <= check->size ? number : 0,
			     parts[i].flaw(&check->look, entry, value));
	return check->look.err;
}

static enum err check_records(struct check *check)
{
	enum err err = OK;

	for (uint64_t number = check->since; err == OK && number <= check->size && !is_bad(check);
	     number++) {
		arena_clear(check->turn.arena);
		if ((err = ledger_hold(check->turn.ledger, true)) == OK)
			err = check_record(check, number);
		(void)ledger_hold(check->turn.ledger, false);
		if (check->progress != NULL &&
		    (number % PROGRESS_EACH == 0 || number == check->size))
			check->progress(check->context, number, check->size);
	}
	return err;
}

enum err index_check(struct ledger *ledger, uint64_t since,
		     void (*progress)(void *context, uint64_t done, uint64_t all), void *context,
		     struct ledger_verdict *verdict, uint64_t *ret_entries)
{
	struct check check = {.turn.ledger = ledger,
			      .since = since == 0 ? 1 : since,
			      .verdict = verdict,
			      .progress = progress,
			      .context = context};
	struct find_memory memory = {.sieve = block_sieve_new_of_reader()};
	struct key_walk walk = {.turn = &check.turn, .verdict = verdict, .context = &check};
	struct hash root;
	enum err err;

	check.turn.arena = arena_new(ARENA_BYTES);
	check.turn.memory = &memory;
	check.look.turn = &check.turn;
	if (check.turn.arena == NULL) {
		block_sieve_free(memory.sieve);
		return ERR_MEMORY;
	}
	if ((err = ledger_head(ledger, &check.size, &root)) == OK)
		err = check_records(&check);
	for (size_t i = 0; err == OK && i < sizeof(parts) / sizeof(*parts); i++)
		err = key_walk(&walk, parts[i].space,
			       parts[i].visit != NULL ? parts[i].visit : check_entry);
	if (err == OK && !is_bad(&check) && check.timeline != check.size - check.since + 1)
		fail(&check, check.size, "the timeline has other records than the ledger");
	arena_free(check.turn.arena);
	block_sieve_free(memory.sieve);
	if (err == OK)
		*ret_entries = walk.visited;
	return err;
}
