#include "node/index_life.h"

#include <inttypes.h>
#include <string.h>

#include "messages/word.h"

#define LIFE_BYTES ((size_t)64 << 20)

/* Is there a record in the message's life? In memory of its own: a life may be long. */
static enum err find(const struct turn *turn, uint64_t message, message_wanted *is_wanted,
		     const void *context, bool *ret_is_there)
{
	struct turn aside = *turn;
	struct record record;
	enum err err;

	if ((aside.arena = arena_new(LIFE_BYTES)) == NULL)
		return ERR_MEMORY;
	err = message_find_record(&aside, message, is_wanted, context, &record);
	arena_free(aside.arena);
	*ret_is_there = err == OK;
	return err == ERR_MISSING ? OK : err;
}

/* ---- Messages ---- */

/* States that one kind of record alone brings about; the electronic copy of a paper goes on where that was. */
static const struct {
	const char *state, *events;
} states[] = {
	{"registered", "Registered Amended"},
	{"cleared", "Cleared"},
	{"rejected", "Rejected"},
	{"partly-used", "Used CopyArrived"},
	{"used-up", "Used CopyArrived"},
	{"expired", "Expired CopyArrived"},
};

static bool is_one_of(const void *events, const struct record *record)
{
	return word_is_in(events, record->event);
}

bool index_life_misses_record(const struct turn *turn, const struct message *message)
{
	bool is_there = true;

	for (size_t i = 0; i < sizeof(states) / sizeof(states[0]); i++)
		if (strcmp(states[i].state, message->state) == 0)
			return find(turn, message->number, is_one_of, states[i].events,
				    &is_there) == OK &&
			       !is_there;
	return false;
}

/* ---- Deliveries ---- */

static const char ends[] = "RelayAcceptance ContentHandover OfficeLodged DeliveryDropped";

/* The context is the delivery's number as text. */
static bool is_end_of(const void *number, const struct record *record)
{
	return word_is_in(ends, record->event) &&
	       strcmp(facts_get_or_empty(&record->attributes, "delivery"), number) == 0;
}

const char *index_life_of_delivery(const struct turn *turn, const struct delivery *delivery)
{
	const char *number = arena_format(turn->arena, "%" PRIu64, delivery->number);
	bool is_over = false;

	if (number == NULL || find(turn, delivery->message, is_end_of, number, &is_over) != OK ||
	    is_over == (delivery->stage == STAGE_DONE))
		return NULL;
	return is_over ? "a delivery that is done is to be made again"
		       : "a delivery is done, and no record says so";
}
