#include "messages/outcome.h"

#include <string.h>

void outcome_init(struct outcome *outcome, struct arena *arena)
{
	*outcome = (struct outcome){.arena = arena, .err = OK};
}

static void put(struct outcome *outcome, struct outcome_rows *rows, struct outcome_row row)
{
	if (outcome->err != OK)
		return;
	if (rows->count == rows->room) {
		size_t room = rows->room == 0 ? 64 : rows->room * 2;
		struct outcome_row *items = arena_alloc_array(outcome->arena, room, sizeof(*items));

		if (items == NULL) {
			outcome->err = ERR_MEMORY;
			return;
		}
		if (rows->count > 0)
			memcpy(items, rows->items, rows->count * sizeof(*items));
		rows->items = items;
		rows->room = room;
	}
	rows->items[rows->count++] = row;
}

void outcome_carry(struct outcome *outcome, struct branch *source, struct branch *target,
		   const char *reason)
{
	struct outcome_row row = {.source = source, .target = target, .word = reason};

	put(outcome, reason == NULL ? &outcome->fields : &outcome->changed, row);
	source->is_taken = true;
}

void outcome_drop(struct outcome *outcome, struct branch *source, const char *reason)
{
	put(outcome, &outcome->dropped, (struct outcome_row){.source = source, .word = reason});
	source->is_taken = true;
}

void outcome_supply(struct outcome *outcome, struct branch *target, const char *origin,
		    const char *ref, struct branch *source)
{
	put(outcome, &outcome->supplied,
	    (struct outcome_row){.source = source, .target = target, .word = origin, .ref = ref});
}

static const char *path(struct outcome *outcome, struct branch *branch)
{
	const char *text = branch_path(branch, outcome->arena);

	if (text == NULL)
		outcome->err = ERR_MEMORY;
	return text;
}

static void *rows_new(struct outcome *outcome, const struct outcome_rows *rows, size_t size)
{
	void *items = arena_alloc_array(outcome->arena, rows->count + 1, size);

	if (items == NULL)
		outcome->err = ERR_MEMORY;
	return items;
}

static void report_fields(struct outcome *outcome, struct report *report)
{
	const struct outcome_rows *rows = &outcome->fields;
	struct report_field *fields = rows_new(outcome, rows, sizeof(*fields));

	for (size_t i = 0; fields != NULL && i < rows->count; i++) {
		const struct outcome_row *row = &rows->items[i];

		fields[i] = (struct report_field){.source = path(outcome, row->source),
						  .target = path(outcome, row->target),
						  .value = row->source->text};
	}
	report->fields = fields;
	report->field_count = rows->count;
}

static void report_changed(struct outcome *outcome, struct report *report)
{
	const struct outcome_rows *rows = &outcome->changed;
	struct report_changed *changed = rows_new(outcome, rows, sizeof(*changed));

	for (size_t i = 0; changed != NULL && i < rows->count; i++) {
		const struct outcome_row *row = &rows->items[i];

		changed[i] = (struct report_changed){.source = path(outcome, row->source),
						     .target = path(outcome, row->target),
						     .from = row->source->text,
						     .to = row->target->text,
						     .reason = row->word};
	}
	report->changed = changed;
	report->changed_count = rows->count;
}

static void report_dropped(struct outcome *outcome, struct report *report)
{
	const struct outcome_rows *rows = &outcome->dropped;
	struct report_dropped *dropped = rows_new(outcome, rows, sizeof(*dropped));

	for (size_t i = 0; dropped != NULL && i < rows->count; i++) {
		const struct outcome_row *row = &rows->items[i];

		dropped[i] = (struct report_dropped){.source = path(outcome, row->source),
						     .value = row->source->text,
						     .reason = row->word};
	}
	report->dropped = dropped;
	report->dropped_count = rows->count;
}

static void report_supplied(struct outcome *outcome, struct report *report)
{
	const struct outcome_rows *rows = &outcome->supplied;
	struct report_supplied *supplied = rows_new(outcome, rows, sizeof(*supplied));

	for (size_t i = 0; supplied != NULL && i < rows->count; i++) {
		const struct outcome_row *row = &rows->items[i];

		supplied[i] = (struct report_supplied){
			.target = path(outcome, row->target),
			.value = row->target->text,
			.origin = row->word,
			.ref = row->source == NULL ? row->ref : path(outcome, row->source)};
	}
	report->supplied = supplied;
	report->supplied_count = rows->count;
}

enum err outcome_report(struct outcome *outcome, struct report *ret_report)
{
	struct report report = *ret_report;

	report_fields(outcome, &report);
	report_changed(outcome, &report);
	report_dropped(outcome, &report);
	report_supplied(outcome, &report);
	if (outcome->err == OK)
		*ret_report = report;
	return outcome->err;
}
