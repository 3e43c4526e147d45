#include "messages/report_like.h"

#include <string.h>

#include "messages/branch.h"

void report_like_begin(struct report_like *like)
{
	like->count = 0;
	like->back = 0;
	memset(like->slots, 0, sizeof(like->slots));
}

static const struct report_like_row *row_before(const struct report_like *like, size_t back)
{
	return &like->rows[(like->count - back) % REPORT_LIKE_ROWS];
}

/* Branches of one shape stand equally deep, under elements of the same shapes. */
static bool is_same_step(const struct branch *one, const struct branch *other)
{
	return branch_step_place(one) == branch_step_place(other);
}

/* Does the path differ in that element only? */
static bool goes_on(const struct report_like_side *side, const struct branch *before,
		    const struct branch *now)
{
	if (side->from == NULL)
		return before == now;
	if (before == NULL || now == NULL || before->shape != now->shape)
		return false;
	for (; before != side->from; before = before->parent, now = now->parent)
		if (before->parent == NULL || now->parent == NULL || !is_same_step(before, now))
			return false;
	return now == side->to;
}

/* Does the path differ in one element only? */
static bool begins(const struct branch *before, const struct branch *now,
		   struct report_like_side *ret_side)
{
	*ret_side = (struct report_like_side){0};
	if (before == now)
		return true;
	if (before == NULL || now == NULL || before->shape != now->shape)
		return false;
	for (; before->parent != now->parent; before = before->parent, now = now->parent)
		if (before->parent == NULL || now->parent == NULL || !is_same_step(before, now))
			return false;
	*ret_side = (struct report_like_side){before, now};
	return !now->shape->is_attribute && now->parent != NULL;
}

/* All but paths and values. A grafted row's path is made of two branches. */
static bool are_alike(const struct report_like_row *before, const struct report_lying *now)
{
	return before->word == now->row.word && before->ref == now->row.ref &&
	       now->target.value == NULL;
}

/* Like the row behind the last one's, under the same elements. */
static const struct report_like_row *next_of(const struct report_like *like,
					     const struct report_lying *lying)
{
	const struct report_like_row *row = row_before(like, like->back);

	if (like->back == 0 || !are_alike(row, lying) ||
	    !goes_on(&like->source, row->source, lying->source.branch) ||
	    !goes_on(&like->target, row->target, lying->target.branch))
		return NULL;
	return row;
}

/* Rows that look alike have one. */
static size_t *slot_of(struct report_like *like, const struct report_lying *lying)
{
	const struct branch *branch =
		lying->target.branch != NULL ? lying->target.branch : lying->source.branch;

	return &like->slots[((uintptr_t)branch->shape * UINT64_C(0x9E3779B97F4A7C15) >> 32) %
			    REPORT_LIKE_SLOTS];
}

void report_like_note(struct report_like *like, const struct report_lying *lying, size_t whole_len)
{
	bool is_grafted = lying->target.value != NULL;

	like->rows[like->count % REPORT_LIKE_ROWS] =
		(struct report_like_row){.source = is_grafted ? NULL : lying->source.branch,
					 .target = is_grafted ? NULL : lying->target.branch,
					 .from = lying->row.from,
					 .to = lying->row.to,
					 .word = lying->row.word,
					 .ref = lying->row.ref,
					 .whole_len = whole_len};
	*slot_of(like, lying) = ++like->count;
}

/* Like the last one of its shapes: then back and sides say how. */
static const struct report_like_row *find(struct report_like *like,
					  const struct report_lying *lying)
{
	size_t number = *slot_of(like, lying), back = like->count + 1 - number;
	const struct report_like_row *row;

	like->back = 0;
	if (number == 0 || back > REPORT_LIKE_ROWS)
		return NULL;
	row = row_before(like, back);
	if (!are_alike(row, lying) || !begins(row->source, lying->source.branch, &like->source) ||
	    !begins(row->target, lying->target.branch, &like->target))
		return NULL;
	like->back = back;
	return row;
}

/* ---- As JSON ---- */

#define PUT(to, literal) json_writer_put(to, literal, sizeof(literal) - 1)

/* Where in the path the index stands that is another one, and that; of a side that is the same two
 * zeros. */
static void put_side(struct json_writer *to, const struct report_like_side *side)
{
	const struct branch *now = side->to;

	PUT(to, ",");
	json_writer_put_number(to, side->from == NULL
					   ? 0
					   : branch_path_len(now->parent) + now->shape->step.len -
						     strlen("1]"));
	PUT(to, ",");
	json_writer_put_number(to, side->from == NULL ? 0 : branch_step_place(now));
}

static void open_list(const struct report_like *like, struct json_writer *to)
{
	if (like->count > 0)
		PUT(to, ",");
	PUT(to, "[[");
	json_writer_put_number(to, like->back);
	put_side(to, &like->source);
	put_side(to, &like->target);
	PUT(to, "]");
}

void report_like_end(struct report_like *like, struct json_writer *to)
{
	if (like->back > 0)
		PUT(to, "]");
	like->back = 0;
}

static size_t written(const struct json_writer *to)
{
	return to->at == NULL ? 0 : (size_t)(to->at - to->buffer->at);
}

/* A value; the one that the other row has is not said again. */
static void put_value(struct json_writer *to, const char *before, const char *now,
		      size_t *whole_len)
{
	size_t begin;

	PUT(to, ",");
	if (before == now || strcmp(before, now) == 0) {
		PUT(to, "0");
		return;
	}
	begin = written(to);
	json_writer_put_string(to, now);
	*whole_len += written(to) - begin;
	*whole_len -= strlen(before) + strlen("\"\"");
}

bool report_like_put(struct report_like *like, struct json_writer *to,
		     const struct report_lying *lying, size_t *saved)
{
	const struct report_row *now = &lying->row;
	const struct report_like_row *row = next_of(like, lying);
	size_t begin, whole_len;

	if (row == NULL) {
		report_like_end(like, to);
		if ((row = find(like, lying)) == NULL)
			return false;
		open_list(like, to);
	}
	whole_len = row->whole_len;
	begin = written(to);
	if (now->kind == REPORT_CHANGED || now->kind == REPORT_DROPPED)
		put_value(to, row->from, now->from, &whole_len);
	if (now->kind != REPORT_DROPPED)
		put_value(to, row->to, now->to, &whole_len);
	*saved += whole_len - (written(to) - begin);
	report_like_note(like, lying, whole_len);
	return true;
}
