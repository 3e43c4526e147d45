#include "node/witness_view.h"

#include <inttypes.h>
#include <string.h>

#include "node/contact.h"
#include "node/json_read.h"
#include "node/plain.h"
#include "node/queue_count.h"
#include "sampan/clock.h"

#define MAX_PARTNERS 64u

static json_t *time_new(uint64_t time_ms)
{
	char text[CLOCK_TEXT_BYTES];

	if (time_ms == 0)
		return json_null();
	clock_format(time_ms, text);
	return json_string(text);
}

static enum err alarm_new(const struct turn *turn, uint64_t number, json_t **ret_alarm)
{
	struct record record;
	enum err err;

	if (number == 0) {
		*ret_alarm = json_null();
		return OK;
	}
	if ((err = ledger_record(turn->ledger, number, turn->arena, &record, NULL)) != OK)
		return err;
	*ret_alarm = json_pack("{s:I, s:o, s:s, s:s, s:s}", "record", (json_int_t)number, "at",
			       time_new(record.time_ms), "what",
			       facts_get_or_empty(&record.attributes, "what"), "seen",
			       facts_get_or_empty(&record.attributes, "seen"), "shown",
			       facts_get_or_empty(&record.attributes, "shown"));
	return *ret_alarm == NULL ? ERR_MEMORY : OK;
}

/* When the first record came that the partner did not countersign; 0: it did all. */
static enum err uncovered_since(const struct turn *turn, uint64_t covered, uint64_t *ret_ms)
{
	struct record record;
	struct hash root;
	uint64_t size;
	enum err err = ledger_head(turn->ledger, &size, &root);

	*ret_ms = 0;
	if (err != OK || covered >= size)
		return err;
	err = ledger_record(turn->ledger, covered + 1, turn->arena, &record, NULL);
	if (err == OK)
		*ret_ms = record.time_ms;
	return err;
}

/* What the partner said stands in it, too. */
static json_t *stopped_new(const struct turn *turn, const char *country)
{
	char why[CONTACT_WHY_BYTES] = "";
	json_t *text;

	if (turn->config != NULL && config_partner_of(turn->config, country) != NULL)
		contact_stopped(turn->config, country, why);
	if (why[0] == '\0')
		return json_null();
	text = json_string(why);
	return text != NULL ? text : json_string("the link stands still");
}

static enum err put_wait(const struct turn *turn, const char *country,
			 const struct witness_state *state, json_t *view)
{
	uint64_t uncovered_ms, count, since_ms;
	uint64_t heard_ms = turn->config == NULL ? 0 : contact_read(turn->config, country);
	uint64_t next_ms = turn->config == NULL
				   ? 0
				   : contact_next(turn->config, country, clock_now_ms());
	json_t *more;
	enum err err;

	if ((err = uncovered_since(turn, state->ours_number, &uncovered_ms)) != OK ||
	    (err = queue_count_for(turn, country, &count, &since_ms)) != OK)
		return err;
	more = json_pack("{s:o, s:b, s:I, s:o, s:o, s:o, s:o}", "uncoveredSince",
			 time_new(uncovered_ms), "broken", state->is_broken, "waits",
			 (json_int_t)count, "waitsSince", time_new(since_ms), "heardAt",
			 time_new(heard_ms), "nextTryAt", time_new(next_ms), "stopped",
			 stopped_new(turn, country));
	if (turn->config == NULL) {
		(void)json_object_del(more, "heardAt");
		(void)json_object_del(more, "nextTryAt");
		(void)json_object_del(more, "stopped");
	}
	err = more == NULL || json_object_update(view, more) != 0 ? ERR_MEMORY : OK;
	json_decref(more);
	return err;
}

enum err witness_view_new(const struct turn *turn, const char *country, json_t **ret_view)
{
	struct witness_state state;
	struct checkpoint seen;
	uint64_t card = 0;
	json_t *alarm, *view;
	enum err err;

	if ((err = witness_state_load(turn, country, &state)) != OK ||
	    (err = witness_state_seen(&state, &seen)) != OK ||
	    (err = witness_state_card_version(turn, country, &card)) != OK ||
	    (err = alarm_new(turn, state.alarm, &alarm)) != OK)
		return err;
	view = json_pack(
		"{s:s, s:I, s:I, s:I, s:o, s:I, s:o, s:I, s:o}", "country", country, "card",
		(json_int_t)card, "seen", (json_int_t)seen.size, "countersigned",
		(json_int_t)state.cosigned_size, "countersignedAt", time_new(state.cosigned_ms),
		"countersignedOurs", (json_int_t)state.ours_number, "countersignedOursAt",
		time_new(state.ours_ms), "resumed", (json_int_t)state.resumed, "alarm", alarm);
	if (view == NULL || (err = put_wait(turn, country, &state, view)) != OK) {
		json_decref(view);
		return view == NULL ? ERR_MEMORY : err;
	}
	*ret_view = view;
	return OK;
}

struct countries {
	char items[MAX_PARTNERS][3];
	size_t count;
};

static bool take(void *context, struct bytes key, struct bytes value)
{
	struct countries *countries = context;

	(void)value;
	if (key.len == 3)
		memcpy(countries->items[countries->count++], key.at + 1, 2);
	return countries->count < MAX_PARTNERS;
}

/* Also one that was never there is a partner that something may wait for. */
static void add_configured(const struct config *config, struct countries *countries)
{
	size_t kept = countries->count;

	for (size_t i = 0; config != NULL && i < config->partner_count; i++) {
		const char *country = config->partners[i].country;
		bool is_there = strlen(country) != 2 || countries->count == MAX_PARTNERS;

		for (size_t j = 0; j < kept && !is_there; j++)
			is_there = strcmp(countries->items[j], country) == 0;
		if (!is_there)
			memcpy(countries->items[countries->count++], country, 3);
	}
}

enum err witness_view_list(const struct turn *turn, json_t **ret_list)
{
	struct turn_key from = turn_key(SPACE_WITNESS), until = turn_key_after(&from);
	struct countries countries = {.count = 0};
	json_t *list = json_array(), *view;
	enum err err = list == NULL ? ERR_MEMORY : OK;

	if (err == OK)
		err = ledger_scan(turn->ledger, turn_key_bytes(&from), turn_key_bytes(&until),
				  false, take, &countries);
	if (err == OK)
		add_configured(turn->config, &countries);
	for (size_t i = 0; err == OK && i < countries.count; i++) {
		err = witness_view_new(turn, countries.items[i], &view);
		if (err == OK && json_array_append_new(list, view) != 0)
			err = ERR_MEMORY;
	}
	if (err == OK)
		*ret_list = list;
	else
		json_decref(list);
	return err;
}

enum err witness_view_put(const struct turn *turn, json_t *to)
{
	json_t *list;
	enum err err = witness_view_list(turn, &list);

	if (err != OK)
		return err;
	return json_object_set_new(to, "witnesses", list) == 0 ? OK : ERR_MEMORY;
}

static void print_time(FILE *to, const json_t *of, const char *name)
{
	const char *text = json_string_value(json_object_get(of, name));

	plain_print(to, text == NULL ? "never" : text);
}

static void print_word(FILE *to, const json_t *of, const char *name)
{
	plain_print(to, json_read_text(of, name));
}

/* What came in which order: a record's number counts over all epochs, a tree begins anew in each. */
static void print_side(FILE *to, const char *what, const json_t *view, bool is_ours)
{
	const char *size = is_ours ? "countersignedOurs" : "countersigned";
	const char *at = is_ours ? "countersignedOursAt" : "countersignedAt";
	const char *of = is_ours ? "record" : "tree size";

	fprintf(to, "%s ", what);
	if (json_read_number(view, size) == 0) {
		fputs("nothing", to);
		return;
	}
	fprintf(to, "up to %s %" PRIu64 " at ", of, (uint64_t)json_read_number(view, size));
	print_word(to, view, at);
}

static void print_wait(FILE *to, const json_t *view)
{
	fprintf(to, "            %" PRIu64 " waiting for it",
		(uint64_t)json_read_number(view, "waits"));
	if (json_read_number(view, "waits") > 0) {
		fputs(" since ", to);
		print_time(to, view, "waitsSince");
	}
	if (json_object_get(view, "heardAt") != NULL) {
		fputs("; last heard of: ", to);
		print_time(to, view, "heardAt");
	}
	if (json_is_string(json_object_get(view, "nextTryAt"))) {
		fputs("; it does not answer, next try: ", to);
		print_time(to, view, "nextTryAt");
	}
	if (json_is_string(json_object_get(view, "uncoveredSince"))) {
		fputs("; not countersigned by it: what came since ", to);
		print_time(to, view, "uncoveredSince");
	}
	if (json_is_true(json_object_get(view, "broken")))
		fputs("; since an alarm we do not countersign this epoch of its ledger", to);
	fputc('\n', to);
}

/* Without an alarm of our own: the partner raised one, or what it has does not fit. */
static void print_stopped(FILE *to, const json_t *view)
{
	if (!json_is_string(json_object_get(view, "stopped")))
		return;
	fputs("STOPPED     ", to);
	print_word(to, view, "stopped");
	fputs("; the link stands still until `sampan partner resume`\n", to);
}

void witness_view_print(const json_t *list, FILE *to)
{
	const json_t *view;
	size_t i;

	json_array_foreach(list, i, view)
	{
		const json_t *alarm = json_object_get(view, "alarm");

		fputs("witness     ", to);
		print_word(to, view, "country");
		print_side(to, "  countersigned of ours", view, true);
		print_side(to, "; of its ledger we countersigned", view, false);
		fputc('\n', to);
		print_wait(to, view);
		if (!json_is_object(alarm)) {
			print_stopped(to, view);
			continue;
		}
		fprintf(to, "ALARM       record %" PRIu64 ": ",
			(uint64_t)json_read_number(alarm, "record"));
		print_word(to, alarm, "what");
		fputs(": it showed ", to);
		print_word(to, alarm, "shown");
		fputs(" after ", to);
		print_word(to, alarm, "seen");
		fputs("; the link stands still until `sampan partner resume`\n", to);
	}
}
