#include "node/index_life.h"

#include <string.h>

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

bool index_life_misses_record(struct index_look *look, const struct message *message)
{
	struct record ignored;

	for (size_t i = 0; i < sizeof(states) / sizeof(states[0]); i++)
		if (strcmp(states[i].state, message->state) == 0)
			return index_look_newest(look, message->number, states[i].events,
						 &ignored) == ERR_MISSING;
	return false;
}

const char *index_life_of_delivery(struct index_look *look, const struct delivery *delivery)
{
	struct record ignored;
	enum err err = index_look_of_delivery(
		look, delivery->message, delivery->number,
		"RelayAcceptance ContentHandover OfficeLodged DeliveryDropped", &ignored);

	if (err == OK && delivery->stage != STAGE_DONE)
		return "a delivery that is done is to be made again";
	if (err == ERR_MISSING && delivery->stage == STAGE_DONE)
		return "a delivery is done, and no record says so";
	return NULL;
}
