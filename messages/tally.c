#include "messages/tally.h"

#include <string.h>

#define ROWS 32u

void tally_init(struct tally *tally, const struct map *map, struct arena *arena)
{
	*tally = (struct tally){.arena = arena, .ink = {.arena = arena}, .map = map, .err = OK};
}

/* Room for one more row behind `count`: the rows, in their old or in a larger place. */
static void *grown(struct tally *tally, void *rows, size_t size, size_t count, size_t *room)
{
	size_t more = *room == 0 ? ROWS : *room * 2;
	void *larger;

	if (count < *room)
		return rows;
	larger = arena_room(tally->arena, more * size);
	if (larger == NULL) {
		tally->err = ERR_MEMORY;
		return NULL;
	}
	if (count > 0)
		memcpy(larger, rows, count * size);
	*room = more;
	return larger;
}

/* ---- Paths ---- */

/* Room for the path with the longest numbers, to be written at the end. */
static const char *path_later(struct tally *tally, struct branch *target, const char *now)
{
	size_t room = strlen(now) + 1;
	struct tally_late *late = arena_alloc(tally->arena, sizeof(*late));

	for (const struct branch *at = target; at != NULL; at = at->parent)
		room += strlen("4294967295");
	if (late == NULL || (late->path = arena_text_room(tally->arena, room)) == NULL)
		return NULL;
	late->target = target;
	late->next = tally->lates;
	tally->lates = late;
	return late->path;
}

static inline const char *path(struct tally *tally, struct branch *branch)
{
	const char *text = branch_path(branch, &tally->ink);

	if (text != NULL && !branch->is_moving)
		return text;
	if (text != NULL)
		text = path_later(tally, branch, text);
	if (text == NULL)
		tally->err = ERR_MEMORY;
	return text;
}

static void write_late(struct tally *tally)
{
	for (const struct tally_late *late = tally->lates; late != NULL; late = late->next) {
		const char *text = branch_path(late->target, &tally->ink);

		if (text == NULL)
			tally->err = ERR_MEMORY;
		else
			strcpy(late->path, text);
	}
}

/* ---- What must not be lost ---- */

static bool must_be_carried(const struct map *map, const struct branch *value)
{
	for (; value != NULL; value = value->parent) {
		for (size_t i = 0; i < map->carry_count; i++) {
			if (value->shape == map->carries[i])
				return true;
		}
	}
	return false;
}

static void note_loss(struct tally *tally, struct branch *source, const char *reason, bool is_cut)
{
	struct tally_loss *loss;

	if (tally->map->carry_count == 0 || !must_be_carried(tally->map, source))
		return;
	loss = arena_alloc(tally->arena, sizeof(*loss));
	if (loss == NULL) {
		tally->err = ERR_MEMORY;
		return;
	}
	*loss = (struct tally_loss){.source = source, .reason = reason, .is_cut = is_cut};
	if (tally->last_loss == NULL)
		tally->losses = loss;
	else
		tally->last_loss->next = loss;
	tally->last_loss = loss;
}

/* ---- Rows ---- */

static void put_field(struct tally *tally, struct branch *source, struct branch *target)
{
	struct report_field *rows =
		grown(tally, tally->fields, sizeof(*rows), tally->field_count, &tally->field_room);

	if (rows == NULL)
		return;
	tally->fields = rows;
	rows[tally->field_count++] = (struct report_field){.source = path(tally, source),
							   .target = path(tally, target),
							   .value = source->text};
}

static void put_changed(struct tally *tally, struct branch *source, struct branch *target,
			const char *reason)
{
	struct report_changed *rows = grown(tally, tally->changed, sizeof(*rows),
					    tally->changed_count, &tally->changed_room);

	if (rows == NULL)
		return;
	tally->changed = rows;
	rows[tally->changed_count++] = (struct report_changed){.source = path(tally, source),
							       .target = path(tally, target),
							       .from = source->text,
							       .to = target->text,
							       .reason = reason};
}

void tally_carry(struct tally *tally, struct branch *source, struct branch *target,
		 const char *reason)
{
	source->is_taken = true;
	if (reason == NULL) {
		put_field(tally, source, target);
		return;
	}
	put_changed(tally, source, target, reason);
	if (strcmp(reason, "cut") == 0)
		note_loss(tally, source, reason, true);
}

void tally_drop(struct tally *tally, struct branch *source, const char *reason)
{
	struct report_dropped *rows = grown(tally, tally->dropped, sizeof(*rows),
					    tally->dropped_count, &tally->dropped_room);

	source->is_taken = true;
	if (rows == NULL)
		return;
	tally->dropped = rows;
	rows[tally->dropped_count++] = (struct report_dropped){
		.source = path(tally, source), .value = source->text, .reason = reason};
	note_loss(tally, source, reason, false);
}

void tally_supply(struct tally *tally, struct branch *target, const char *origin, const char *ref,
		  struct branch *source)
{
	struct report_supplied *rows = grown(tally, tally->supplied, sizeof(*rows),
					     tally->supplied_count, &tally->supplied_room);

	if (rows == NULL)
		return;
	tally->supplied = rows;
	rows[tally->supplied_count++] =
		(struct report_supplied){.target = path(tally, target),
					 .value = target->text,
					 .origin = origin,
					 .ref = source == NULL ? ref : path(tally, source)};
}

size_t tally_mark(const struct tally *tally)
{
	return tally->supplied_count;
}

void tally_take_back(struct tally *tally, size_t mark)
{
	tally->supplied_count = mark;
}

enum err tally_report(struct tally *tally, struct report *report)
{
	write_late(tally);
	report->fields = tally->fields;
	report->field_count = tally->field_count;
	report->changed = tally->changed;
	report->changed_count = tally->changed_count;
	report->dropped = tally->dropped;
	report->dropped_count = tally->dropped_count;
	report->supplied = tally->supplied;
	report->supplied_count = tally->supplied_count;
	return tally->err;
}
