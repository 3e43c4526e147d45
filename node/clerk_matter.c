#include "node/clerk_matter.h"

#include <string.h>

#include "node/balance.h"
#include "node/calendar.h"
#include "node/clerk_pairs.h"
#include "node/inquiry.h"
#include "node/lane.h"
#include "node/procedure.h"
#include "node/propose.h"
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

/* ---- Verification ---- */

/* NULL: nobody asked, or it was decided without an answer. */
static json_t *inquiry_new(const struct clerk_view *view, const struct message *message)
{
	struct inquiry inquiry = inquiry_of(&message->facts);
	enum inquiry_stage stage = inquiry_stage(&inquiry, message->state, view->turn->now_ms);
	json_t *json = stage == INQUIRY_NONE ? NULL : json_object();

	if (json == NULL)
		return NULL;
	set_text(json, "stage", inquiry_stage_name(stage));
	set_time(json, "asked", inquiry.asked_ms);
	set_time(json, "due", inquiry.due_ms);
	set_time(json, "limit", inquiry.limit_ms);
	set_time(json, "answered", inquiry.answered_ms);
	set_text(json, "result", inquiry.result);
	set_text(json, "reference", inquiry.reference);
	set_text(json, "country", inquiry.country);
	return json;
}

/* What importing customs may decide now; it is for them alone. */
static bool waits_for_customs(const struct message *message)
{
	const struct inquiry inquiry = inquiry_of(&message->facts);

	return strcmp(facts_get_or_empty(&message->facts, "life"), "foreign-certificate") == 0 &&
	       (strcmp(message->state, INQUIRY_STATE) == 0 ||
		strcmp(message->state, "not-confirmed") == 0 ||
		strcmp(message->state, "handed-over") == 0 ||
		inquiry_waits(&inquiry, message->state));
}

static void put_proposal(const struct clerk_view *view, const struct message *message, json_t *json)
{
	const char *stage = json_string_value(json_object_get(json, "stage"));
	const char *result = json_string_value(json_object_get(json, "result"));
	char today[CALENDAR_DATE_BYTES];
	const struct config_origin_row *row = NULL;

	calendar_format_date(view->turn->now_ms, today);
	if (waits_for_customs(message))
		row = propose_find_answer(&view->turn->config->origin,
					  result[0] != '\0' ? result : stage, today);
	set_text(json, "proposal", row == NULL ? "" : row->propose);
	set_text(json, "basis", row == NULL ? "" : row->basis);
	set_text(json, "text", row == NULL ? "" : view->in_vietnamese ? row->why_vi : row->why_en);
}

/* ---- Lane ---- */

void clerk_matter_put_row(const struct clerk_view *view, const struct message *message, json_t *row)
{
	json_t *inquiry = inquiry_new(view, message);

	set_text(row, "lane", facts_get_or_empty(&message->facts, LANE_FACT));
	if (inquiry != NULL)
		set(row, "verification", inquiry);
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

/* ---- Balance ---- */

static json_t *use_new(const struct balance_item *item)
{
	json_t *json = json_object();

	set_text(json, "item", item->item);
	set_text(json, "hs", item->hs);
	set_text(json, "unit", item->unit);
	set_text(json, "declared", item->declared);
	set_text(json, "used", item->used);
	set_text(json, "left", item->left);
	return json;
}

static void set_id(const struct turn *turn, json_t *json, const char *name, uint64_t number)
{
	char id[MESSAGE_ID_BYTES] = "";

	if (number != 0)
		message_format_id(turn, number, id);
	set_text(json, name, id);
}

static json_t *write_off_new(const struct turn *turn, const struct balance_use *use)
{
	json_t *json = json_object();

	set_text(json, "item", use->item);
	set_text(json, "unit", use->unit);
	set_text(json, "quantity", use->quantity);
	set_text(json, "declaration", use->declaration);
	set_text(json, "office", use->office);
	set_text(json, "date", use->date);
	set_id(turn, json, "message", use->notice);
	set_text(json, "reference", use->reference);
	set_id(turn, json, "declarationMessage", use->declared_in);
	set(json, "reversed", json_boolean(use->is_reversed));
	return json;
}

bool clerk_matter_is_certificate(const struct message *message)
{
	const char *life = facts_get_or_empty(&message->facts, "life");

	return strcmp(life, "certificate") == 0 || strcmp(life, "foreign-certificate") == 0;
}

/* Of a certificate always what is left: nothing was used of it when "used" is 0. */
static enum err put_balance(const struct clerk_view *view, const struct message *message,
			    json_t *uses, json_t *used_by)
{
	struct balance balance;
	struct balance_item *items;
	size_t count = 0;
	enum err err;

	if (!clerk_matter_is_certificate(message))
		return OK;
	if ((err = balance_load(view->turn, message->number, &balance)) != OK ||
	    (err = balance_items(view->turn, message, &balance, &items, &count)) != OK)
		return err;
	for (size_t i = 0; i < count; i++)
		(void)json_array_append_new(uses, use_new(&items[i]));
	for (size_t i = 0; i < balance.count; i++)
		(void)json_array_append_new(used_by, write_off_new(view->turn, &balance.uses[i]));
	return OK;
}

enum err clerk_matter_put(const struct clerk_view *view, const struct message *message,
			  json_t *json)
{
	json_t *uses = json_array(), *used_by = json_array(), *pairs = json_array();
	enum err err;

	clerk_matter_put_row(view, message, json);
	if (json_object_get(json, "verification") != NULL)
		put_proposal(view, message, json_object_get(json, "verification"));
	set_text(json, "laneWhy", why(view, message));
	set(json, "clock", clock_new(message));
	set(json, "uses", uses);
	set(json, "usedBy", used_by);
	set(json, "pairs", pairs);
	err = put_balance(view, message, uses, used_by);
	return err == OK ? clerk_pairs_put(view, message, pairs) : err;
}
