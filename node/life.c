#include "node/life.h"

#include <stddef.h>
#include <string.h>

static const char *const event_names[LIFE_EVENT_COUNT] = {
	[LIFE_CHECKED] = "checked",	  [LIFE_PARKED] = "parked",
	[LIFE_REGISTERED] = "registered", [LIFE_ISSUED] = "issued",
	[LIFE_AUTHORISED] = "authorised", [LIFE_WITHHELD] = "withheld",
	[LIFE_RECEIVED] = "received",	  [LIFE_DELIVERED] = "delivered",
	[LIFE_SET_ASIDE] = "set-aside",
};

static const struct step {
	const char *life;
	const char *state;
	enum life_event event;
	const char *next;
} steps[] = {
	{"declaration", "", LIFE_CHECKED, "checked"},
	{"declaration", "", LIFE_PARKED, "parked"},
	{"declaration", "checked", LIFE_REGISTERED, "registered"},
	{"declaration", "checked", LIFE_DELIVERED, "transmitted"},
	{"declaration", "parked", LIFE_DELIVERED, "transmitted"},
	{"declaration", "registered", LIFE_DELIVERED, "registered"},

	{"certificate", "", LIFE_ISSUED, "issued"},
	{"certificate", "", LIFE_PARKED, "parked"},
	{"certificate", "issued", LIFE_AUTHORISED, "authorised"},
	{"certificate", "issued", LIFE_WITHHELD, "issued"},
	{"certificate", "authorised", LIFE_DELIVERED, "transmitted"},

	{"application", "", LIFE_CHECKED, "lodged"},
	{"application", "", LIFE_PARKED, "parked"},
	{"application", "lodged", LIFE_DELIVERED, "with-authority"},
	{"application", "lodged", LIFE_ISSUED, "issued"},
	{"application", "with-authority", LIFE_ISSUED, "issued"},
	{"application", "issued", LIFE_DELIVERED, "issued"},

	{"authorisation", "", LIFE_CHECKED, "done"},
	{"authorisation", "", LIFE_PARKED, "parked"},

	{"arrival", "", LIFE_RECEIVED, "received"},
	{"arrival", "received", LIFE_CHECKED, "checked"},
	{"arrival", "received", LIFE_SET_ASIDE, "set-aside"},
	{"arrival", "checked", LIFE_DELIVERED, "handed-over"},
};

const char *life_event_name(enum life_event event)
{
	return event_names[event];
}

const char *life_step(const char *life, const char *state, enum life_event event)
{
	for (size_t i = 0; i < sizeof(steps) / sizeof(steps[0]); i++)
		if (steps[i].event == event && strcmp(steps[i].life, life) == 0 &&
		    strcmp(steps[i].state, state) == 0)
			return steps[i].next;
	return NULL;
}

bool life_is_known(const char *life)
{
	for (size_t i = 0; i < sizeof(steps) / sizeof(steps[0]); i++)
		if (strcmp(steps[i].life, life) == 0)
			return true;
	return false;
}
