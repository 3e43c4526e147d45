#include "messages/tally.h"

#include <string.h>

#define FIRST_SUPPLIES 64u

enum err tally_init(struct tally *tally, const struct map *map, struct branch_state *states,
		    size_t value_count, struct arena *arena)
{
	*tally = (struct tally){.arena = arena,
				.map = map,
				.states = states,
				.fates = arena_room(arena, value_count * sizeof(*tally->fates)),
				.fate_room = value_count,
				.err = OK};
	return tally->fates == NULL ? ERR_MEMORY : OK;
}

/* ---- What must not be lost ---- */

static bool is_carry(const struct map *map, const struct shape *shape)
{
	size_t low = 0, high = map->carry_count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if ((uintptr_t)map->carries[middle] < (uintptr_t)shape)
			low = middle + 1;
		else
			high = middle;
	}
	return low < map->carry_count && map->carries[low] == shape;
}

/* Values that are dropped mostly stand beside each other. */
static bool must_be_carried(struct tally *tally, const struct branch *value)
{
	const struct branch *at = value;

	while (at != NULL && !is_carry(tally->map, at->shape)) {
		at = at->parent;
		if (at != NULL && at == tally->free_parent)
			return false;
	}
	if (at == NULL)
		tally->free_parent = value->parent;
	return at != NULL;
}

static void note_loss(struct tally *tally, struct branch *source, const char *reason, bool is_cut)
{
	struct tally_loss *loss;

	if (tally->map->carry_count == 0 || !must_be_carried(tally, source))
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

static void put_fate(struct tally *tally, struct branch *source, struct branch *target,
		     const char *word)
{
	assert(tally->fate_count < tally->fate_room);
	tally->taken_count += !tally->states[source->number].is_taken;
	tally->states[source->number].is_taken = true;
	tally->fates[tally->fate_count++] =
		(struct report_fate){.source = source, .target = target, .word = word};
}

void tally_carry(struct tally *tally, struct branch *source, struct branch *target,
		 const char *reason)
{
	put_fate(tally, source, target, reason);
	if (reason == NULL)
		return;
	tally->changed_count++;
	if (strcmp(reason, "cut") == 0)
		note_loss(tally, source, reason, true);
}

void tally_graft(struct tally *tally, struct branch *source, struct branch *target, size_t values)
{
	assert(tally->fate_count < tally->fate_room);
	tally->taken_count += values;
	tally->grafted_count += values - 1;
	tally->fates[tally->fate_count++] =
		(struct report_fate){.source = source, .target = target, .word = report_grafted};
}

void tally_drop_free(struct tally *tally, struct branch *source, const char *reason)
{
	put_fate(tally, source, NULL, reason);
	tally->dropped_count++;
}

void tally_drop(struct tally *tally, struct branch *source, const char *reason)
{
	tally_drop_free(tally, source, reason);
	note_loss(tally, source, reason, false);
}

bool tally_more_supplies(struct tally *tally)
{
	size_t room = tally->supply_room == 0 ? FIRST_SUPPLIES : tally->supply_room * 2;
	struct report_supply *supplies = arena_room(tally->arena, room * sizeof(*supplies));

	if (supplies == NULL) {
		tally->err = ERR_MEMORY;
		return false;
	}
	if (tally->supply_count > 0)
		memcpy(supplies, tally->supplies, tally->supply_count * sizeof(*supplies));
	tally->supplies = supplies;
	tally->supply_room = room;
	return true;
}

size_t tally_mark(const struct tally *tally)
{
	return tally->supply_count;
}

void tally_take_back(struct tally *tally, size_t mark)
{
	tally->supply_count = mark;
}

void tally_take_back_all(struct tally *tally, const struct tally *before)
{
	*tally = *before;
	if (tally->last_loss != NULL)
		tally->last_loss->next = NULL;
}

void tally_report(const struct tally *tally, struct report *report)
{
	report->fates = tally->fates;
	report->fate_count = tally->fate_count;
	report->changed_count = tally->changed_count;
	report->dropped_count = tally->dropped_count;
	report->field_count = tally->fate_count + tally->grafted_count - tally->changed_count -
			      tally->dropped_count;
	report->supplies = tally->supplies;
	report->supplied_count = tally->supply_count;
}
