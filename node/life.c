#include "node/life.h"

#include <stddef.h>
#include <string.h>

static const char *const event_names[LIFE_EVENT_COUNT] = {
	[LIFE_CHECKED] = "checked",
	[LIFE_PARKED] = "parked",
	[LIFE_NOTED] = "noted",
	[LIFE_REGISTERED] = "registered",
	[LIFE_ISSUED] = "issued",
	[LIFE_AUTHORISED] = "authorised",
	[LIFE_WITHHELD] = "withheld",
	[LIFE_RECEIVED] = "received",
	[LIFE_DELIVERED] = "delivered",
	[LIFE_SET_ASIDE] = "set-aside",
	[LIFE_CANCELLED] = "cancelled",
	[LIFE_FOLLOWED] = "followed",
	[LIFE_PAPERS_ASKED] = "papers-asked",
	[LIFE_SUPPLEMENTED] = "supplemented",
	[LIFE_INSPECTION_ORDERED] = "inspection-ordered",
	[LIFE_INSPECTED] = "inspected",
	[LIFE_ROUTED] = "routed",
	[LIFE_CLEARED] = "cleared",
	[LIFE_REJECTED] = "rejected",
	[LIFE_INVALIDATED] = "invalidated",
	[LIFE_AMENDED] = "amended",
	[LIFE_ACCEPTED] = "accepted",
	[LIFE_NOT_ACCEPTED] = "not-accepted",
	[LIFE_USED] = "used",
	[LIFE_USED_UP] = "used-up",
	[LIFE_REVERSED] = "reversed",
	[LIFE_QUESTIONED] = "questioned",
	[LIFE_ANSWERED] = "answered",
	[LIFE_NOT_CONFIRMED] = "not-confirmed",
	[LIFE_DECIDED] = "decided",
	[LIFE_REPLACED] = "replaced",
	[LIFE_EXPIRED] = "expired",
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
	{"foreign-certificate", false, NULL, LIFE_CHECKED},
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
	{"declaration", "registered", LIFE_PAPERS_ASKED, "papers-asked"},
	{"declaration", "papers-asked", LIFE_PAPERS_ASKED, "papers-asked"},
	{"declaration", "supplemented", LIFE_PAPERS_ASKED, "papers-asked"},
	{"declaration", "inspected", LIFE_PAPERS_ASKED, "papers-asked"},
	{"declaration", "papers-asked", LIFE_SUPPLEMENTED, "supplemented"},
	{"declaration", "registered", LIFE_SUPPLEMENTED, "registered"},
	{"declaration", "supplemented", LIFE_SUPPLEMENTED, "supplemented"},
	{"declaration", "under-inspection", LIFE_SUPPLEMENTED, "under-inspection"},
	{"declaration", "inspected", LIFE_SUPPLEMENTED, "inspected"},
	{"declaration", "registered", LIFE_INSPECTION_ORDERED, "under-inspection"},
	{"declaration", "papers-asked", LIFE_INSPECTION_ORDERED, "under-inspection"},
	{"declaration", "supplemented", LIFE_INSPECTION_ORDERED, "under-inspection"},
	{"declaration", "inspected", LIFE_INSPECTION_ORDERED, "under-inspection"},
	{"declaration", "under-inspection", LIFE_INSPECTED, "inspected"},
	{"declaration", "registered", LIFE_ROUTED, "registered"},
	{"declaration", "papers-asked", LIFE_ROUTED, "papers-asked"},
	{"declaration", "supplemented", LIFE_ROUTED, "supplemented"},
	{"declaration", "under-inspection", LIFE_ROUTED, "under-inspection"},
	{"declaration", "inspected", LIFE_ROUTED, "inspected"},
	{"declaration", "registered", LIFE_CLEARED, "cleared"},
	{"declaration", "supplemented", LIFE_CLEARED, "cleared"},
	{"declaration", "inspected", LIFE_CLEARED, "cleared"},
	{"declaration", "registered", LIFE_REJECTED, "rejected"},
	{"declaration", "papers-asked", LIFE_REJECTED, "rejected"},
	{"declaration", "supplemented", LIFE_REJECTED, "rejected"},
	{"declaration", "under-inspection", LIFE_REJECTED, "rejected"},
	{"declaration", "inspected", LIFE_REJECTED, "rejected"},
	{"declaration", "papers-asked", LIFE_AMENDED, "supplemented"},
	{"declaration", "registered", LIFE_AMENDED, "registered"},
	{"declaration", "supplemented", LIFE_AMENDED, "supplemented"},
	{"declaration", "under-inspection", LIFE_AMENDED, "under-inspection"},
	{"declaration", "inspected", LIFE_AMENDED, "inspected"},
	{"declaration", "cleared", LIFE_AMENDED, "amended"},
	{"declaration", "amended", LIFE_AMENDED, "amended"},
	{"declaration", "papers-asked", LIFE_CANCELLED, "cancelled"},
	{"declaration", "supplemented", LIFE_CANCELLED, "cancelled"},
	{"declaration", "registered", LIFE_INVALIDATED, "cancelled"},
	{"declaration", "papers-asked", LIFE_INVALIDATED, "cancelled"},
	{"declaration", "supplemented", LIFE_INVALIDATED, "cancelled"},
	{"declaration", "under-inspection", LIFE_INVALIDATED, "cancelled"},
	{"declaration", "inspected", LIFE_INVALIDATED, "cancelled"},
	{"declaration", "cleared", LIFE_INVALIDATED, "cancelled"},
	{"declaration", "amended", LIFE_INVALIDATED, "cancelled"},

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
	{"certificate", "received", LIFE_REPLACED, "replaced"},
	{"certificate", "accepted", LIFE_REPLACED, "replaced"},
	{"certificate", "not-accepted", LIFE_REPLACED, "replaced"},
	{"certificate", "issued", LIFE_RECEIVED, "received"},
	{"certificate", "authorised", LIFE_RECEIVED, "received"},
	{"certificate", "transmitted", LIFE_RECEIVED, "received"},
	{"certificate", "issued", LIFE_ACCEPTED, "accepted"},
	{"certificate", "authorised", LIFE_ACCEPTED, "accepted"},
	{"certificate", "transmitted", LIFE_ACCEPTED, "accepted"},
	{"certificate", "received", LIFE_ACCEPTED, "accepted"},
	{"certificate", "not-accepted", LIFE_ACCEPTED, "accepted"},
	{"certificate", "accepted", LIFE_ACCEPTED, "accepted"},
	{"certificate", "partly-used", LIFE_ACCEPTED, "partly-used"},
	{"certificate", "used-up", LIFE_ACCEPTED, "used-up"},
	{"certificate", "received", LIFE_RECEIVED, "received"},
	{"certificate", "accepted", LIFE_RECEIVED, "accepted"},
	{"certificate", "partly-used", LIFE_RECEIVED, "partly-used"},
	{"certificate", "used-up", LIFE_RECEIVED, "used-up"},
	{"certificate", "not-accepted", LIFE_RECEIVED, "not-accepted"},
	{"certificate", "issued", LIFE_NOT_ACCEPTED, "not-accepted"},
	{"certificate", "authorised", LIFE_NOT_ACCEPTED, "not-accepted"},
	{"certificate", "transmitted", LIFE_NOT_ACCEPTED, "not-accepted"},
	{"certificate", "received", LIFE_NOT_ACCEPTED, "not-accepted"},
	{"certificate", "accepted", LIFE_NOT_ACCEPTED, "not-accepted"},
	{"certificate", "partly-used", LIFE_NOT_ACCEPTED, "not-accepted"},
	{"certificate", "under-verification", LIFE_NOT_ACCEPTED, "not-accepted"},
	{"certificate", "not-accepted", LIFE_NOT_ACCEPTED, "not-accepted"},
	{"certificate", "issued", LIFE_USED, "partly-used"},
	{"certificate", "authorised", LIFE_USED, "partly-used"},
	{"certificate", "transmitted", LIFE_USED, "partly-used"},
	{"certificate", "received", LIFE_USED, "partly-used"},
	{"certificate", "accepted", LIFE_USED, "partly-used"},
	{"certificate", "partly-used", LIFE_USED, "partly-used"},
	{"certificate", "used-up", LIFE_USED, "partly-used"},
	{"certificate", "issued", LIFE_USED_UP, "used-up"},
	{"certificate", "authorised", LIFE_USED_UP, "used-up"},
	{"certificate", "transmitted", LIFE_USED_UP, "used-up"},
	{"certificate", "received", LIFE_USED_UP, "used-up"},
	{"certificate", "accepted", LIFE_USED_UP, "used-up"},
	{"certificate", "partly-used", LIFE_USED_UP, "used-up"},
	{"certificate", "used-up", LIFE_USED_UP, "used-up"},
	{"certificate", "accepted", LIFE_REVERSED, "accepted"},
	{"certificate", "partly-used", LIFE_REVERSED, "accepted"},
	{"certificate", "used-up", LIFE_REVERSED, "accepted"},
	{"certificate", "not-accepted", LIFE_REVERSED, "not-accepted"},
	{"certificate", "under-verification", LIFE_REVERSED, "under-verification"},
	{"certificate", "issued", LIFE_QUESTIONED, "under-verification"},
	{"certificate", "authorised", LIFE_QUESTIONED, "under-verification"},
	{"certificate", "transmitted", LIFE_QUESTIONED, "under-verification"},
	{"certificate", "received", LIFE_QUESTIONED, "under-verification"},
	{"certificate", "accepted", LIFE_QUESTIONED, "under-verification"},
	{"certificate", "not-accepted", LIFE_QUESTIONED, "under-verification"},
	{"certificate", "partly-used", LIFE_QUESTIONED, "under-verification"},
	{"certificate", "under-verification", LIFE_ANSWERED, "received"},
	{"certificate", "under-verification", LIFE_NOT_CONFIRMED, "not-confirmed"},
	{"certificate", "not-confirmed", LIFE_ACCEPTED, "accepted"},
	{"certificate", "not-confirmed", LIFE_NOT_ACCEPTED, "not-accepted"},
	{"certificate", "not-confirmed", LIFE_QUESTIONED, "under-verification"},
	{"certificate", "not-confirmed", LIFE_REVERSED, "not-confirmed"},
	{"certificate", "not-confirmed", LIFE_CANCELLED, "cancelled"},
	{"certificate", "not-confirmed", LIFE_REPLACED, "replaced"},
	{"certificate", "not-confirmed", LIFE_RECEIVED, "not-confirmed"},
	{"certificate", "received", LIFE_CANCELLED, "cancelled"},
	{"certificate", "accepted", LIFE_CANCELLED, "cancelled"},
	{"certificate", "not-accepted", LIFE_CANCELLED, "cancelled"},
	{"certificate", "partly-used", LIFE_CANCELLED, "cancelled"},
	{"certificate", "under-verification", LIFE_CANCELLED, "cancelled"},
	{"certificate", "used-up", LIFE_NOT_ACCEPTED, "not-accepted"},
	{"certificate", "used-up", LIFE_QUESTIONED, "under-verification"},
	{"certificate", "issued", LIFE_EXPIRED, "expired"},
	{"certificate", "authorised", LIFE_EXPIRED, "expired"},
	{"certificate", "transmitted", LIFE_EXPIRED, "expired"},
	{"certificate", "received", LIFE_EXPIRED, "expired"},
	{"certificate", "accepted", LIFE_EXPIRED, "expired"},
	{"certificate", "partly-used", LIFE_EXPIRED, "expired"},
	{"certificate", "expired", LIFE_DELIVERED, "expired"},
	{"certificate", "expired", LIFE_ACCEPTED, "expired"},
	{"certificate", "expired", LIFE_NOT_ACCEPTED, "not-accepted"},
	{"certificate", "expired", LIFE_USED, "expired"},
	{"certificate", "expired", LIFE_USED_UP, "used-up"},
	{"certificate", "expired", LIFE_REVERSED, "expired"},
	{"certificate", "expired", LIFE_QUESTIONED, "under-verification"},
	{"certificate", "expired", LIFE_CANCELLED, "cancelled"},
	{"certificate", "expired", LIFE_RECEIVED, "expired"},

	{"application", "", LIFE_CHECKED, "lodged"},
	{"application", "", LIFE_PARKED, "parked"},
	{"application", "lodged", LIFE_DELIVERED, "with-authority"},
	{"application", "lodged", LIFE_ISSUED, "issued"},
	{"application", "with-authority", LIFE_ISSUED, "issued"},
	{"application", "lodged", LIFE_DECIDED, "issuing"},
	{"application", "with-authority", LIFE_DECIDED, "issuing"},
	{"application", "supplemented", LIFE_DECIDED, "issuing"},
	{"application", "issuing", LIFE_DELIVERED, "issuing"},
	{"application", "issuing", LIFE_ISSUED, "issued"},
	{"application", "issuing", LIFE_SET_ASIDE, "with-authority"},
	{"application", "issued", LIFE_DELIVERED, "issued"},
	{"application", "lodged", LIFE_PAPERS_ASKED, "supplement-asked"},
	{"application", "with-authority", LIFE_PAPERS_ASKED, "supplement-asked"},
	{"application", "supplement-asked", LIFE_PAPERS_ASKED, "supplement-asked"},
	{"application", "supplemented", LIFE_PAPERS_ASKED, "supplement-asked"},
	{"application", "supplement-asked", LIFE_SUPPLEMENTED, "supplemented"},
	{"application", "lodged", LIFE_SUPPLEMENTED, "lodged"},
	{"application", "with-authority", LIFE_SUPPLEMENTED, "with-authority"},
	{"application", "supplemented", LIFE_SUPPLEMENTED, "supplemented"},
	{"application", "lodged", LIFE_REJECTED, "rejected"},
	{"application", "with-authority", LIFE_REJECTED, "rejected"},
	{"application", "supplement-asked", LIFE_REJECTED, "rejected"},
	{"application", "supplemented", LIFE_REJECTED, "rejected"},
	{"application", "supplement-asked", LIFE_ISSUED, "issued"},
	{"application", "supplemented", LIFE_ISSUED, "issued"},
	{"application", "supplement-asked", LIFE_DECIDED, "issuing"},

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

	{"foreign-certificate", "checked", LIFE_DELIVERED, "handed-over"},
	{"foreign-certificate", "checked", LIFE_ACCEPTED, "accepted"},
	{"foreign-certificate", "handed-over", LIFE_ACCEPTED, "accepted"},
	{"foreign-certificate", "not-accepted", LIFE_ACCEPTED, "accepted"},
	{"foreign-certificate", "accepted", LIFE_ACCEPTED, "accepted"},
	{"foreign-certificate", "partly-used", LIFE_ACCEPTED, "partly-used"},
	{"foreign-certificate", "used-up", LIFE_ACCEPTED, "used-up"},
	{"foreign-certificate", "checked", LIFE_NOT_ACCEPTED, "not-accepted"},
	{"foreign-certificate", "handed-over", LIFE_NOT_ACCEPTED, "not-accepted"},
	{"foreign-certificate", "accepted", LIFE_NOT_ACCEPTED, "not-accepted"},
	{"foreign-certificate", "partly-used", LIFE_NOT_ACCEPTED, "not-accepted"},
	{"foreign-certificate", "under-verification", LIFE_NOT_ACCEPTED, "not-accepted"},
	{"foreign-certificate", "not-accepted", LIFE_NOT_ACCEPTED, "not-accepted"},
	{"foreign-certificate", "checked", LIFE_USED, "partly-used"},
	{"foreign-certificate", "handed-over", LIFE_USED, "partly-used"},
	{"foreign-certificate", "accepted", LIFE_USED, "partly-used"},
	{"foreign-certificate", "partly-used", LIFE_USED, "partly-used"},
	{"foreign-certificate", "used-up", LIFE_USED, "partly-used"},
	{"foreign-certificate", "checked", LIFE_USED_UP, "used-up"},
	{"foreign-certificate", "handed-over", LIFE_USED_UP, "used-up"},
	{"foreign-certificate", "accepted", LIFE_USED_UP, "used-up"},
	{"foreign-certificate", "partly-used", LIFE_USED_UP, "used-up"},
	{"foreign-certificate", "used-up", LIFE_USED_UP, "used-up"},
	{"foreign-certificate", "accepted", LIFE_REVERSED, "accepted"},
	{"foreign-certificate", "partly-used", LIFE_REVERSED, "accepted"},
	{"foreign-certificate", "used-up", LIFE_REVERSED, "accepted"},
	{"foreign-certificate", "not-accepted", LIFE_REVERSED, "not-accepted"},
	{"foreign-certificate", "under-verification", LIFE_REVERSED, "under-verification"},
	{"foreign-certificate", "cancelled", LIFE_REVERSED, "cancelled"},
	{"foreign-certificate", "checked", LIFE_QUESTIONED, "under-verification"},
	{"foreign-certificate", "handed-over", LIFE_QUESTIONED, "under-verification"},
	{"foreign-certificate", "accepted", LIFE_QUESTIONED, "under-verification"},
	{"foreign-certificate", "not-accepted", LIFE_QUESTIONED, "under-verification"},
	{"foreign-certificate", "partly-used", LIFE_QUESTIONED, "under-verification"},
	{"foreign-certificate", "under-verification", LIFE_ANSWERED, "handed-over"},
	{"foreign-certificate", "under-verification", LIFE_NOT_CONFIRMED, "not-confirmed"},
	{"foreign-certificate", "not-confirmed", LIFE_ACCEPTED, "accepted"},
	{"foreign-certificate", "not-confirmed", LIFE_NOT_ACCEPTED, "not-accepted"},
	{"foreign-certificate", "not-confirmed", LIFE_QUESTIONED, "under-verification"},
	{"foreign-certificate", "not-confirmed", LIFE_REVERSED, "not-confirmed"},
	{"foreign-certificate", "not-confirmed", LIFE_CANCELLED, "cancelled"},
	{"foreign-certificate", "not-confirmed", LIFE_REPLACED, "replaced"},
	{"foreign-certificate", "checked", LIFE_CANCELLED, "cancelled"},
	{"foreign-certificate", "handed-over", LIFE_CANCELLED, "cancelled"},
	{"foreign-certificate", "accepted", LIFE_CANCELLED, "cancelled"},
	{"foreign-certificate", "not-accepted", LIFE_CANCELLED, "cancelled"},
	{"foreign-certificate", "partly-used", LIFE_CANCELLED, "cancelled"},
	{"foreign-certificate", "under-verification", LIFE_CANCELLED, "cancelled"},
	{"foreign-certificate", "used-up", LIFE_NOT_ACCEPTED, "not-accepted"},
	{"foreign-certificate", "used-up", LIFE_QUESTIONED, "under-verification"},
	{"foreign-certificate", "checked", LIFE_EXPIRED, "expired"},
	{"foreign-certificate", "handed-over", LIFE_EXPIRED, "expired"},
	{"foreign-certificate", "accepted", LIFE_EXPIRED, "expired"},
	{"foreign-certificate", "partly-used", LIFE_EXPIRED, "expired"},
	{"foreign-certificate", "expired", LIFE_DELIVERED, "expired"},
	{"foreign-certificate", "expired", LIFE_ACCEPTED, "expired"},
	{"foreign-certificate", "expired", LIFE_NOT_ACCEPTED, "not-accepted"},
	{"foreign-certificate", "expired", LIFE_USED, "expired"},
	{"foreign-certificate", "expired", LIFE_USED_UP, "used-up"},
	{"foreign-certificate", "expired", LIFE_REVERSED, "expired"},
	{"foreign-certificate", "expired", LIFE_QUESTIONED, "under-verification"},
	{"foreign-certificate", "expired", LIFE_CANCELLED, "cancelled"},
	{"foreign-certificate", "", LIFE_CHECKED, "checked"},
	{"foreign-certificate", "checked", LIFE_REPLACED, "replaced"},
	{"foreign-certificate", "handed-over", LIFE_REPLACED, "replaced"},
	{"foreign-certificate", "accepted", LIFE_REPLACED, "replaced"},
	{"foreign-certificate", "not-accepted", LIFE_REPLACED, "replaced"},
	{"foreign-certificate", "partly-used", LIFE_REPLACED, "replaced"},
	{"foreign-certificate", "used-up", LIFE_REPLACED, "replaced"},
	{"foreign-certificate", "under-verification", LIFE_REPLACED, "replaced"},
	{"foreign-certificate", "expired", LIFE_REPLACED, "replaced"},
};

/* Each state that a step leads to, once: tests/test_life.c. */
static const char *const states[] = {"checked",
				     "parked",
				     "noted",
				     "registered",
				     "transmitted",
				     "set-aside",
				     "cancelled",
				     "papers-asked",
				     "supplemented",
				     "under-inspection",
				     "inspected",
				     "cleared",
				     "rejected",
				     "amended",
				     "issued",
				     "authorised",
				     "replaced",
				     "received",
				     "accepted",
				     "partly-used",
				     "used-up",
				     "not-accepted",
				     "under-verification",
				     "not-confirmed",
				     "expired",
				     "lodged",
				     "with-authority",
				     "issuing",
				     "supplement-asked",
				     "done",
				     "delivered",
				     "handed-over"};

const char *life_event_name(enum life_event event)
{
	return event_names[event];
}

enum life_event life_event_of(const char *name)
{
	unsigned event = 0;

	while (event < LIFE_EVENT_COUNT && strcmp(event_names[event], name) != 0)
		event++;
	return (enum life_event)event;
}

bool life_has(const char *life, enum life_event event)
{
	for (size_t i = 0; i < sizeof(steps) / sizeof(steps[0]); i++)
		if (steps[i].event == event && strcmp(steps[i].life, life) == 0)
			return true;
	return false;
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

const char *life_state(unsigned index)
{
	return index < sizeof(states) / sizeof(states[0]) ? states[index] : NULL;
}

bool life_is_known(const char *life)
{
	for (size_t i = 0; i < sizeof(steps) / sizeof(steps[0]); i++)
		if (strcmp(steps[i].life, life) == 0)
			return true;
	return false;
}
