#include "node/life.h"

#include <stddef.h>
#include <string.h>

static const char *const event_names[LIFE_EVENT_COUNT] = {
	[LIFE_CHECKED] = "checked",     [LIFE_PARKED] = "parked",
	[LIFE_NOTED] = "noted",         [LIFE_REGISTERED] = "registered",
	[LIFE_ISSUED] = "issued",       [LIFE_AUTHORISED] = "authorised",
	[LIFE_WITHHELD] = "withheld",   [LIFE_RECEIVED] = "received",
	[LIFE_DELIVERED] = "delivered", [LIFE_SET_ASIDE] = "set-aside",
	[LIFE_CANCELLED] = "cancelled", [LIFE_FOLLOWED] = "followed",
	[LIFE_DECIDED] = "decided",     [LIFE_REPLACED] = "replaced",
};

/* The first row that fits holds; NULL stands for any meaning. */
static const struct begin {
	const char *life;
	bool registers;
	const char *meaning;
	enum life_event event;
} begins[] = {
	{"declaration", true, "original", LIFE_CHECKED},
	{"declaration", true, "amendment", LIFE_CHECKED},
	{"declaration", true, NULL, LIFE_NOTED},
	{"declaration", false, NULL, LIFE_CHECKED},
	{"certificate", false, "original", LIFE_ISSUED},
	{"certificate", false, NULL, LIFE_NOTED},
	{"application", false, NULL, LIFE_CHECKED},
	{"authorisation", false, "original", LIFE_CHECKED},
	{"authorisation", false, NULL, LIFE_NOTED},
	{"notice", false, "cancellation", LIFE_CANCELLED},
	{"notice", false, NULL, LIFE_CHECKED},
};

static const struct step {
	const char *life;
	const char *state;
	enum life_event event;
	const char *next;
} steps[] = {
	{"declaration", "", LIFE_CHECKED, "checked"},
	{"declaration", "", LIFE_PARKED, "parked"},
	{"declaration", "", LIFE_NOTED, "noted"},
	{"declaration", "checked", LIFE_REGISTERED, "registered"},
	{"declaration", "checked", LIFE_DELIVERED, "transmitted"},
	{"declaration", "checked", LIFE_SET_ASIDE, "set-aside"},
	{"declaration", "parked", LIFE_DELIVERED, "transmitted"},
	{"declaration", "registered", LIFE_DELIVERED, "registered"},
	{"declaration", "checked", LIFE_CANCELLED, "cancelled"},
	{"declaration", "registered", LIFE_CANCELLED, "cancelled"},
	{"declaration", "transmitted", LIFE_CANCELLED, "cancelled"},

	{"certificate", "", LIFE_ISSUED, "issued"},
	{"certificate", "", LIFE_PARKED, "parked"},
	{"certificate", "", LIFE_NOTED, "noted"},
	{"certificate", "issued", LIFE_AUTHORISED, "authorised"},
	{"certificate", "issued", LIFE_WITHHELD, "issued"},
	{"certificate", "authorised", LIFE_DELIVERED, "transmitted"},
	{"certificate", "issued", LIFE_CANCELLED, "cancelled"},
	{"certificate", "authorised", LIFE_CANCELLED, "cancelled"},
	{"certificate", "transmitted", LIFE_CANCELLED, "cancelled"},
	{"certificate", "issued", LIFE_REPLACED, "replaced"},
	{"certificate", "authorised", LIFE_REPLACED, "replaced"},
	{"certificate", "transmitted", LIFE_REPLACED, "replaced"},

	{"application", "", LIFE_CHECKED, "lodged"},
	{"application", "", LIFE_PARKED, "parked"},
	{"application", "lodged", LIFE_DELIVERED, "with-authority"},
	{"application", "lodged", LIFE_ISSUED, "issued"},
	{"application", "with-authority", LIFE_ISSUED, "issued"},
	{"application", "issued", LIFE_DELIVERED, "issued"},
	{"application", "lodged", LIFE_DECIDED, "issuing"},
	{"application", "with-authority", LIFE_DECIDED, "issuing"},
	{"application", "issuing", LIFE_DELIVERED, "issuing"},
	{"application", "issuing", LIFE_ISSUED, "issued"},
	{"application", "issuing", LIFE_SET_ASIDE, "with-authority"},

	{"authorisation", "", LIFE_CHECKED, "done"},
	{"authorisation", "", LIFE_PARKED, "parked"},
	{"authorisation", "", LIFE_NOTED, "noted"},
	{"authorisation", "parked", LIFE_CHECKED, "done"},

	{"notice", "", LIFE_CHECKED, "checked"},
	{"notice", "", LIFE_CANCELLED, "checked"},
	{"notice", "", LIFE_PARKED, "parked"},
	{"notice", "checked", LIFE_DELIVERED, "delivered"},

	{"arrival", "", LIFE_RECEIVED, "received"},
	{"arrival", "received", LIFE_CHECKED, "checked"},
	{"arrival", "received", LIFE_PARKED, "parked"},
	{"arrival", "parked", LIFE_CHECKED, "checked"},
	{"arrival", "received", LIFE_SET_ASIDE, "set-aside"},
	{"arrival", "checked", LIFE_DELIVERED, "handed-over"},
};

const char *life_event_name(enum life_event event)
{
	return event_names[event];
}

enum life_event life_begin(const char *life, bool registers, const char *meaning)
{
	for (size_t i = 0; i < sizeof(begins) / sizeof(begins[0]); i++)
		if (strcmp(begins[i].life, life) == 0 && begins[i].registers == registers &&
		    (begins[i].meaning == NULL || strcmp(begins[i].meaning, meaning) == 0))
			return begins[i].event;
	return LIFE_CHECKED;
}

const char *life_step(const char *life, const char *state, enum life_event event)
{
	for (size_t i = 0; i < sizeof(steps) / sizeof(steps[0]); i++)
		if (steps[i].event == event && strcmp(steps[i].life, life) == 0 &&
		    strcmp(steps[i].state, state) == 0)
			return steps[i].next;
	return NULL;
}

static bool is_first(size_t row)
{
	for (size_t i = 0; i < row; i++)
		if (strcmp(steps[i].next, steps[row].next) == 0)
			return false;
	return true;
}

const char *life_state(unsigned index)
{
	for (size_t i = 0; i < sizeof(steps) / sizeof(steps[0]); i++)
		if (is_first(i) && index-- == 0)
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
