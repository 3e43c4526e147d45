#include "node/index_look.h"

#include <stdlib.h>
#include <string.h>

#include "messages/word.h"
#include "node/message.h"

#define RECORD_BYTES ((size_t)4 << 20)
#define AT_ONCE 64u

bool index_look_ok(struct index_look *look, enum err err)
{
	if (err != OK && look->err == OK && !turn_is_bad_value(err) && err != ERR_USAGE)
		look->err = err;
	return err == OK;
}

bool index_look_has_key(struct index_look *look, const struct turn_key *key)
{
	struct bytes ignored;

	return index_look_ok(look, turn_get(look->turn, key, &ignored));
}

bool index_look_has(struct index_look *look, const struct turn_key *key, struct bytes value)
{
	struct bytes stored;

	return index_look_ok(look, turn_get(look->turn, key, &stored)) &&
	       bytes_equal(stored, value);
}

bool index_look_record(struct index_look *look, uint64_t number, struct record *ret_record)
{
	return number > 0 &&
	       index_look_ok(look, ledger_record(look->turn->ledger, number, look->turn->arena,
						 ret_record, NULL));
}

bool index_look_is_event(const struct record *record, const char *event)
{
	return strcmp(record->event, event) == 0;
}

const char *index_look_attribute(const struct record *record, const char *name)
{
	return facts_get_or_empty(&record->attributes, name);
}

/* ---- Records of a life ---- */

struct wanted {
	const char *events;
	uint64_t delivery; /* 0: of any, or of none */
};

static bool is_wanted(const struct wanted *wanted, const struct record *record)
{
	return word_is_in(wanted->events, record->event) &&
	       (wanted->delivery == 0 ||
		strtoull(index_look_attribute(record, "delivery"), NULL, 10) == wanted->delivery);
}

/* The first of these that is wanted; the arena holds one record at a time. */
static enum err find_among(const struct turn *turn, const uint64_t *numbers, size_t count,
			   const struct wanted *wanted, uint64_t *ret_number)
{
	struct record record;
	enum err err;

	for (size_t i = 0; i < count; i++) {
		arena_clear(turn->arena);
		err = ledger_record(turn->ledger, numbers[i], turn->arena, &record, NULL);
		if (err == ERR_MISSING) /* the timeline names no record */
			return ERR_CORRUPT;
		if (err != OK)
			return err;
		if (is_wanted(wanted, &record)) {
			*ret_number = numbers[i];
			return OK;
		}
	}
	return ERR_MISSING;
}

/* From behind, or in order where a delivery is wanted. */
static enum err walk(const struct turn *turn, uint64_t life, const struct wanted *wanted,
		     uint64_t *ret_number)
{
	bool is_backwards = wanted->delivery == 0;
	struct turn_key timeline = turn_key(SPACE_TIMELINE), from, until;
	uint64_t numbers[AT_ONCE];
	size_t count = 0;
	enum err err;

	turn_key_add_number(&timeline, life);
	until = turn_key_after(&timeline);
	from = message_timeline_key(life, wanted->delivery);
	do {
		struct turn_key *end = is_backwards ? &until : &from;

		err = (is_backwards ? turn_scan_back : turn_scan)(turn, &from, &until, numbers,
								  AT_ONCE, &count);
		if (err == OK)
			err = find_among(turn, numbers, count, wanted, ret_number);
		*end = timeline;
		if (count > 0)
			turn_key_add_number(end, numbers[count - 1] + !is_backwards);
	} while (err == ERR_MISSING && count == AT_ONCE);
	return err;
}

/* In memory of its own, as a life may be long; what was found is read once more. */
static enum err find(struct index_look *look, uint64_t life, const struct wanted *wanted,
		     struct record *ret_record)
{
	struct turn aside = *look->turn;
	uint64_t number = 0;
	enum err err = ERR_MEMORY;

	if ((aside.arena = arena_new(RECORD_BYTES)) != NULL)
		err = walk(&aside, life, wanted, &number);
	arena_free(aside.arena);
	if (err == OK)
		err = ledger_record(look->turn->ledger, number, look->turn->arena, ret_record,
				    NULL);
	(void)index_look_ok(look, err);
	return err;
}

enum err index_look_newest(struct index_look *look, uint64_t life, const char *events,
			   struct record *ret_record)
{
	const struct wanted wanted = {.events = events};

	return find(look, life, &wanted, ret_record);
}

enum err index_look_of_delivery(struct index_look *look, uint64_t life, uint64_t delivery,
				const char *events, struct record *ret_record)
{
	const struct wanted wanted = {.events = events, .delivery = delivery};

	return find(look, life, &wanted, ret_record);
}
