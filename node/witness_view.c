#include "node/witness_view.h"

#include <inttypes.h>
#include <string.h>

#include "node/json_read.h"
#include "node/plain.h"
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

enum err witness_view_new(const struct turn *turn, const char *country, json_t **ret_view)
{
	struct witness_state state;
	struct checkpoint seen;
	uint64_t card = 0;
	json_t *alarm;
	enum err err;

	if ((err = witness_state_load(turn, country, &state)) != OK ||
	    (err = witness_state_seen(&state, &seen)) != OK ||
	    (err = witness_state_card_version(turn, country, &card)) != OK ||
	    (err = alarm_new(turn, state.alarm, &alarm)) != OK)
		return err;
	*ret_view = json_pack(
		"{s:s, s:I, s:I, s:I, s:o, s:I, s:o, s:I, s:o}", "country", country, "card",
		(json_int_t)card, "seen", (json_int_t)seen.size, "countersigned",
		(json_int_t)state.cosigned_size, "countersignedAt", time_new(state.cosigned_ms),
		"countersignedOurs", (json_int_t)state.ours_number, "countersignedOursAt",
		time_new(state.ours_ms), "resumed", (json_int_t)state.resumed, "alarm", alarm);
	return *ret_view == NULL ? ERR_MEMORY : OK;
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

enum err witness_view_list(const struct turn *turn, json_t **ret_list)
{
	struct turn_key from = turn_key(SPACE_WITNESS), until = turn_key_after(&from);
	struct countries countries = {.count = 0};
	json_t *list = json_array(), *view;
	enum err err = list == NULL ? ERR_MEMORY : OK;

	if (err == OK)
		err = ledger_scan(turn->ledger, turn_key_bytes(&from), turn_key_bytes(&until),
				  false, take, &countries);
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

static void print_word(FILE *to, const json_t *of, const char *name)
{
	plain_print(to, json_read_text(of, name));
}

static void print_side(FILE *to, const char *what, const json_t *view, const char *size,
		       const char *at)
{
	fprintf(to, "%s ", what);
	if (json_read_number(view, size) == 0) {
		fputs("nothing", to);
		return;
	}
	fprintf(to, "up to %" PRIu64 " at ", (uint64_t)json_read_number(view, size));
	print_word(to, view, at);
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
		print_side(to, "  countersigned of ours", view, "countersignedOurs",
			   "countersignedOursAt");
		print_side(to, "; of its ledger we countersigned", view, "countersigned",
			   "countersignedAt");
		fputc('\n', to);
		if (!json_is_object(alarm))
			continue;
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
