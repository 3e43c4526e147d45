#include "messages/report_inside.h"

#include "messages/graft.h"

/* ---- Rows ---- */

const char report_grafted[] = "grafted";

/* Where somebody reads: how many rows are behind, and in a grafted one the values. */
#define PLACE_BITS 32

size_t report_count(const struct report *report)
{
	if (report->rows == NULL)
		return report->fate_count;
	return report->field_count + report->changed_count + report->dropped_count +
	       report->supplied_count;
}

static enum report_kind kind_of(const struct report_fate *fate)
{
	if (fate->target == NULL)
		return REPORT_DROPPED;
	return fate->word == NULL || fate->word == report_grafted ? REPORT_FIELD : REPORT_CHANGED;
}

/* Each row is written once, without what it holds before: there are many. */
static inline void lie_fate(const struct report_fate *fate, struct report_lying *ret)
{
	enum report_kind kind = kind_of(fate);

	ret->source = (struct report_side){.branch = fate->source};
	ret->target = (struct report_side){.branch = fate->target};
	ret->row =
		(struct report_row){.kind = kind, .from = fate->source->text, .word = fate->word};
	if (kind != REPORT_DROPPED)
		ret->row.to = kind == REPORT_FIELD ? fate->source->text : fate->target->text;
}

static inline void lie_supply(const struct report_supply *supply, struct report_lying *ret)
{
	ret->source = (struct report_side){.branch = supply->source};
	ret->target = (struct report_side){.branch = supply->target};
	ret->row = (struct report_row){.kind = REPORT_SUPPLIED,
				       .to = supply->target->text,
				       .word = supply->origin,
				       .ref = supply->ref};
}

static struct report_lying lying_row(const struct report_row *row)
{
	return (struct report_lying){
		.source.text = row->source, .target.text = row->target, .row = *row};
}

/* One of the values of a grafted row. The next place is that of the next value, or row. */
static struct report_lying lying_grafted(const struct report_fate *fate, size_t *at)
{
	const struct branch *root = fate->source, *value, *after;
	size_t row = *at & UINT32_MAX, number = *at >> PLACE_BITS;

	value = number == 0 ? graft_next(root, NULL) : root + (number - root->number);
	after = graft_next(root, value);
	*at = after == NULL ? row + 1 : row | (size_t)after->number << PLACE_BITS;
	return (struct report_lying){
		.source.branch = value,
		.target = {.branch = fate->target, .value = value},
		.row = {.kind = REPORT_FIELD, .from = value->text, .to = value->text}};
}

static void lie_next(const struct report *report, size_t *at, struct report_lying *ret)
{
	const struct report_fate *fate = &report->fates[*at & UINT32_MAX];

	if (fate->word == report_grafted) {
		*ret = lying_grafted(fate, at);
		return;
	}
	++*at;
	lie_fate(fate, ret);
}

bool report_next_lying(const struct report *report, enum report_kind kind, size_t *at,
		       struct report_lying *ret_lying)
{
	size_t count = report_count(report);

	if (report->rows == NULL && kind == REPORT_SUPPLIED) {
		if (*at == report->supplied_count)
			return false;
		lie_supply(&report->supplies[(*at)++], ret_lying);
		return true;
	}
	for (; (*at & UINT32_MAX) < count; ++*at) {
		if (report->rows != NULL && report->rows[*at].kind == kind)
			*ret_lying = lying_row(&report->rows[(*at)++]);
		else if (report->rows == NULL && kind_of(&report->fates[*at & UINT32_MAX]) == kind)
			lie_next(report, at, ret_lying);
		else
			continue;
		return true;
	}
	return false;
}

static const char *path_of(const struct report_side *side, struct arena *arena)
{
	if (side->value != NULL)
		return graft_path(side->branch, side->value, arena);
	return side->branch == NULL ? side->text : branch_path(side->branch, arena);
}

bool report_next(const struct report *report, enum report_kind kind, size_t *at,
		 struct arena *arena, struct report_row *ret_row)
{
	struct report_lying lying;

	if (!report_next_lying(report, kind, at, &lying))
		return false;
	*ret_row = lying.row;
	ret_row->source = path_of(&lying.source, arena);
	ret_row->target = path_of(&lying.target, arena);
	return true;
}
