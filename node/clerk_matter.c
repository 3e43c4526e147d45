#include "node/clerk_matter.h"

#include "node/lane.h"
#include "node/procedure.h"
#include "sampan/clock.h"

#define MINUTE_MS 60000u

static void set(json_t *to, const char *name, json_t *value)
{
	(void)json_object_set_new(to, name, value);
}

static void set_text(json_t *to, const char *name, const char *text)
{
	set(to, name, json_string(text));
}

static void set_time(json_t *to, const char *name, uint64_t time_ms)
{
	char text[CLOCK_TEXT_BYTES];

	clock_format(time_ms, text);
	set(to, name, time_ms == 0 ? json_null() : json_string(text));
}

/* ---- Lane ---- */

void clerk_matter_put_row(const struct message *message, json_t *row)
{
	set_text(row, "lane", facts_get_or_empty(&message->facts, LANE_FACT));
}

static const char *why(const struct clerk_view *view, const struct message *message)
{
	const struct config_lane_rule *rule =
		lane_rule(view->turn->config, facts_get_or_empty(&message->facts, LANE_RULE));

	if (rule == NULL)
		return facts_get_or_empty(&message->facts, LANE_REASON);
	return view->in_vietnamese ? rule->why_vi : rule->why_en;
}

/* ---- Clock ---- */

static json_t *clock_new(const struct message *message)
{
	uint64_t since = procedure_paused_since(message);
	json_t *clock = json_object();

	set_text(clock, "procedure", facts_get_or_empty(&message->facts, "procedure"));
	set_time(clock, "received", message->received_ms);
	set_time(clock, "due", message->due_ms);
	set_time(clock, "closed", message->closed_ms);
	set_time(clock, "pausedSince", message->closed_ms == 0 ? since : 0);
	set(clock, "pausedMinutes",
	    json_integer((json_int_t)(procedure_paused_ms(message) / MINUTE_MS)));
	if (since == 0 || message->closed_ms != 0)
		set(clock, "leftMinutes", json_null());
	else
		set(clock, "leftMinutes",
		    json_integer(((json_int_t)message->due_ms - (json_int_t)since) /
				 (json_int_t)MINUTE_MS));
	return clock;
}

enum err clerk_matter_put(const struct clerk_view *view, const struct message *message,
			  json_t *json)
{
	clerk_matter_put_row(message, json);
	set_text(json, "laneWhy", why(view, message));
	set(json, "clock", clock_new(message));
	set(json, "uses", json_array());
	set(json, "usedBy", json_array());
	set(json, "pairs", json_array());
	return OK;
}
