#include "messages/tally.h"

#include <string.h>

void tally_init(struct tally *tally, struct arena *arena)
{
	*tally = (struct tally){.arena = arena, .err = OK};
}

static void put(struct tally *tally, struct tally_rows *rows, struct tally_row row)
{
	if (tally->err != OK)
		return;
	if (rows->count == rows->room) {
		size_t room = rows->room == 0 ? 64 : rows->room * 2;
		struct tally_row *items = arena_alloc_array(tally->arena, room, sizeof(*items));

		if (items == NULL) {
			tally->err = ERR_MEMORY;
			return;
		}
		if (rows->count > 0)
			memcpy(items, rows->items, rows->count * sizeof(*items));
		rows->items = items;
		rows->room = room;
	}
	rows->items[rows->count++] = row;
}

void tally_carry(struct tally *tally, struct branch *source, struct branch *target,
		 const char *reason)
{
	struct tally_row row = {.source = source, .target = target, .word = reason};

	put(tally, reason == NULL ? &tally->fields : &tally->changed, row);
	source->is_taken = true;
}

void tally_drop(struct tally *tally, struct branch *source, const char *reason)
{
	put(tally, &tally->dropped, (struct tally_row){.source = source, .word = reason});
	source->is_taken = true;
}

void tally_supply(struct tally *tally, struct branch *target, const char *origin, const char *ref,
		  struct branch *source)
{
	put(tally, &tally->supplied,
	    (struct tally_row){.source = source, .target = target, .word = origin, .ref = ref});
}

static const char *path(struct tally *tally, struct branch *branch)
{
	const char *text = branch_path(branch, tally->arena);

	if (text == NULL)
		tally->err = ERR_MEMORY;
	return text;
}

static void *rows_new(struct tally *tally, const struct tally_rows *rows, size_t size)
{
	void *items = arena_alloc_array(tally->arena, rows->count + 1, size);

	if (items == NULL)
		tally->err = ERR_MEMORY;
	return items;
}

static void report_fields(struct tally *tally, struct report *report)
{
	const struct tally_rows *rows = &tally->fields;
	struct report_field *fields = rows_new(tally, rows, sizeof(*fields));

	for (size_t i = 0; fields != NULL && i < rows->count; i++) {
		const struct tally_row *row = &rows->items[i];

		fields[i] = (struct report_field){.source = path(tally, row->source),
						  .target = path(tally, row->target),
						  .value = row->source->text};
	}
	report->fields = fields;
	report->field_count = rows->count;
}

static void report_changed(struct tally *tally, struct report *report)
{
	const struct tally_rows *rows = &tally->changed;
	struct report_changed *changed = rows_new(tally, rows, sizeof(*changed));

	for (size_t i = 0; changed != NULL && i < rows->count; i++) {
		const struct tally_row *row = &rows->items[i];

		changed[i] = (struct report_changed){.source = path(tally, row->source),
						     .target = path(tally, row->target),
						     .from = row->source->text,
						     .to = row->target->text,
						     .reason = row->word};
	}
	report->changed = changed;
	report->changed_count = rows->count;
}

static void report_dropped(struct tally *tally, struct report *report)
{
	const struct tally_rows *rows = &tally->dropped;
	struct report_dropped *dropped = rows_new(tally, rows, sizeof(*dropped));

	for (size_t i = 0; dropped != NULL && i < rows->count; i++) {
		const struct tally_row *row = &rows->items[i];

		dropped[i] = (struct report_dropped){.source = path(tally, row->source),
						     .value = row->source->text,
						     .reason = row->word};
	}
	report->dropped = dropped;
	report->dropped_count = rows->count;
}

static void report_supplied(struct tally *tally, struct report *report)
{
	const struct tally_rows *rows = &tally->supplied;
	struct report_supplied *supplied = rows_new(tally, rows, sizeof(*supplied));

	for (size_t i = 0; supplied != NULL && i < rows->count; i++) {
		const struct tally_row *row = &rows->items[i];

		supplied[i] = (struct report_supplied){
			.target = path(tally, row->target),
			.value = row->target->text,
			.origin = row->word,
			.ref = row->source == NULL ? row->ref : path(tally, row->source)};
	}
	report->supplied = supplied;
	report->supplied_count = rows->count;
}

enum err tally_report(struct tally *tally, struct report *ret_report)
{
	struct report report = *ret_report;

	report_fields(tally, &report);
	report_changed(tally, &report);
	report_dropped(tally, &report);
	report_supplied(tally, &report);
	if (tally->err == OK)
		*ret_report = report;
	return tally->err;
}
