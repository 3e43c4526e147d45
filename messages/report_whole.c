#include "messages/report_whole.h"

#include <string.h>

#include "messages/report_inside.h"

/* Bytes that were put: the buffer may move, their place in it does not. */
struct place {
	size_t at;
	size_t len;
};

#define ROW_MEMBERS 5u

/* A row's members, without their quotes. */
struct row {
	struct place members[ROW_MEMBERS];
	bool is_path; /* what is supplied has a path for its ref */
};

struct whole {
	struct bytes from;
	size_t at;
	struct buffer *to;
	struct place source; /* the last path of each side */
	struct place target;
	struct place words[REPORT_WORDS];
	size_t word_count;
	bool may_repeat;
	struct row rows[REPORT_LIKE_ROWS]; /* the last ones of this kind, by number */
	size_t row_count;
};

/* ---- Reading ---- */

static bool is_next(const struct whole *whole, char byte)
{
	return whole->at < whole->from.len && whole->from.at[whole->at] == (uint8_t)byte;
}

static bool skip(struct whole *whole, const char *text)
{
	size_t len = strlen(text);

	if (len > whole->from.len - whole->at || memcmp(whole->from.at + whole->at, text, len) != 0)
		return false;
	whole->at += len;
	return true;
}

static bool is_number(const struct whole *whole)
{
	return whole->at < whole->from.len && whole->from.at[whole->at] >= '0' &&
	       whole->from.at[whole->at] <= '9';
}

static bool read_number(struct whole *whole, size_t *ret_number)
{
	size_t number = 0;

	for (; is_number(whole); whole->at++)
		if ((number = number * 10 + (size_t)(whole->from.at[whole->at] - '0')) > UINT32_MAX)
			return false;
	*ret_number = number;
	return true;
}

/* What stands between the quotes, as it is written. */
static bool read_string(struct whole *whole, struct bytes *ret_text)
{
	size_t begin = whole->at + 1, at = begin;

	if (!is_next(whole, '"'))
		return false;
	while (at < whole->from.len && whole->from.at[at] != '"')
		at += whole->from.at[at] == '\\' ? 2 : 1;
	if (at >= whole->from.len)
		return false;
	*ret_text = bytes_of(whole->from.at + begin, at - begin);
	whole->at = at + 1;
	return true;
}

/* ---- Writing ---- */

/* Of what lies in the buffer already. */
static void put_again(struct whole *whole, struct place place)
{
	uint8_t *room = buffer_room(whole->to, place.len);

	if (room != NULL && place.len > 0)
		buffer_fill(whole->to, mempcpy(room, whole->to->at + place.at, place.len));
}

/* A string of two pieces; where it lies without its quotes. */
static struct place put_string(struct whole *whole, struct place first, struct bytes rest)
{
	struct place place;

	buffer_put_byte(whole->to, '"');
	place.at = whole->to->len;
	put_again(whole, first);
	buffer_put(whole->to, rest);
	place.len = whole->to->len - place.at;
	buffer_put_byte(whole->to, '"');
	return place;
}

/* ---- Members ---- */

static bool put_text(struct whole *whole, struct place *ret_place)
{
	struct bytes text;

	if (!read_string(whole, &text))
		return false;
	*ret_place = put_string(whole, (struct place){0}, text);
	return true;
}

static bool put_path(struct whole *whole, struct place *last, struct place *ret_place)
{
	struct place first = *last;
	struct bytes rest;

	if (!is_number(whole))
		return put_text(whole, ret_place);
	if (!read_number(whole, &first.len) || first.len > last->len || !skip(whole, ",") ||
	    !read_string(whole, &rest))
		return false;
	*last = *ret_place = put_string(whole, first, rest);
	return true;
}

static bool put_word(struct whole *whole, struct place *ret_place)
{
	struct bytes text;
	size_t number;

	if (is_number(whole)) {
		if (!read_number(whole, &number) || number >= whole->word_count)
			return false;
		*ret_place = put_string(whole, whole->words[number], (struct bytes){0});
		return true;
	}
	if (!read_string(whole, &text))
		return false;
	*ret_place = put_string(whole, (struct place){0}, text);
	if (whole->word_count < REPORT_WORDS)
		whole->words[whole->word_count++] = *ret_place;
	return true;
}

static bool put_ref(struct whole *whole, struct row *row, struct place *ret_place)
{
	row->is_path = is_next(whole, '[');
	if (!row->is_path)
		return put_word(whole, ret_place);
	return skip(whole, "[") && put_path(whole, &whole->source, ret_place) && skip(whole, "]");
}

/* ---- Rows ---- */

enum part { PART_SOURCE, PART_TARGET, PART_TEXT, PART_WORD, PART_REF };

static const struct form {
	const char *name;
	struct {
		const char *name;
		enum part part;
	} members[ROW_MEMBERS];
} forms[] = {
	[REPORT_FIELD] = {"\"fields\":[",
			  {{"{\"source\":", PART_SOURCE},
			   {",\"target\":", PART_TARGET},
			   {",\"value\":", PART_TEXT}}},
	[REPORT_CHANGED] = {"],\"changed\":[",
			    {{"{\"source\":", PART_SOURCE},
			     {",\"target\":", PART_TARGET},
			     {",\"from\":", PART_TEXT},
			     {",\"to\":", PART_TEXT},
			     {",\"reason\":", PART_WORD}}},
	[REPORT_DROPPED] = {"],\"dropped\":[",
			    {{"{\"source\":", PART_SOURCE},
			     {",\"value\":", PART_TEXT},
			     {",\"reason\":", PART_WORD}}},
	[REPORT_SUPPLIED] = {"],\"supplied\":[",
			     {{"{\"target\":", PART_TARGET},
			      {",\"value\":", PART_TEXT},
			      {",\"origin\":", PART_WORD},
			      {",\"ref\":", PART_REF}}},
};

static bool put_member(struct whole *whole, enum part part, struct row *row,
		       struct place *ret_place)
{
	switch (part) {
	case PART_SOURCE:
		return put_path(whole, &whole->source, ret_place);
	case PART_TARGET:
		return put_path(whole, &whole->target, ret_place);
	case PART_TEXT:
		return put_text(whole, ret_place);
	case PART_WORD:
		return put_word(whole, ret_place);
	case PART_REF:
		return put_ref(whole, row, ret_place);
	}
	return false;
}

/* Which documents it is about: as it is, but for its braces. */
static bool put_documents(struct whole *whole)
{
	size_t begin = whole->at;

	while (whole->at < whole->from.len && !is_next(whole, '}'))
		whole->at++;
	buffer_put_byte(whole->to, ',');
	buffer_put(whole->to, bytes_of(whole->from.at + begin, whole->at - begin));
	return skip(whole, "}");
}

static bool put_row(struct whole *whole, const struct form *form)
{
	struct row row = {0};

	if (!skip(whole, "["))
		return false;
	for (size_t i = 0; i < ROW_MEMBERS && form->members[i].name != NULL; i++) {
		if (i > 0 && !skip(whole, ","))
			return false;
		buffer_put_text(whole->to, form->members[i].name);
		if (!put_member(whole, form->members[i].part, &row, &row.members[i]))
			return false;
	}
	if (skip(whole, ",{") && !put_documents(whole))
		return false;
	buffer_put_byte(whole->to, '}');
	whole->rows[whole->row_count++ % REPORT_LIKE_ROWS] = row;
	return skip(whole, "]") && buffer_error(whole->to) == OK;
}

/* ---- Rows like earlier ones ---- */

/* Where in a side's path another index stands, and that; at 0: the path is the same. */
struct other {
	size_t at;
	size_t index;
};

struct repeated {
	size_t back;
	struct other source, target;
};

static bool read_repeated(struct whole *whole, struct repeated *ret)
{
	size_t *const numbers[] = {&ret->back, &ret->source.at, &ret->source.index, &ret->target.at,
				   &ret->target.index};

	for (size_t i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++)
		if ((i > 0 && !skip(whole, ",")) || !is_number(whole) ||
		    !read_number(whole, numbers[i]))
			return false;
	return skip(whole, "]") && ret->back > 0 && ret->back <= REPORT_LIKE_ROWS &&
	       ret->back <= whole->row_count;
}

static bool put_other_path(struct whole *whole, const struct other *other, struct place before,
			   struct place *ret_place)
{
	struct place first = {before.at, other->at};
	size_t rest = other->at, begin = whole->to->len + 1;

	if (other->at == 0) {
		*ret_place = put_string(whole, before, (struct bytes){0});
		return true;
	}
	while (rest < before.len && whole->to->at[before.at + rest] >= '0' &&
	       whole->to->at[before.at + rest] <= '9')
		rest++;
	if (rest >= before.len || rest == other->at)
		return false;
	buffer_put_byte(whole->to, '"');
	put_again(whole, first);
	buffer_put_format(whole->to, "%zu", other->index);
	put_again(whole, (struct place){before.at + rest, before.len - rest});
	*ret_place = (struct place){begin, whole->to->len - begin};
	buffer_put_byte(whole->to, '"');
	return true;
}

static bool put_other_text(struct whole *whole, struct place before, struct place *ret_place)
{
	if (!skip(whole, ","))
		return false;
	if (!skip(whole, "0"))
		return put_text(whole, ret_place);
	*ret_place = put_string(whole, before, (struct bytes){0});
	return true;
}

static bool put_other(struct whole *whole, const struct repeated *repeated, enum part part,
		      const struct row *before, struct place *place)
{
	if (part == PART_SOURCE || (part == PART_REF && before->is_path))
		return put_other_path(whole, &repeated->source, *place, place);
	if (part == PART_TARGET)
		return put_other_path(whole, &repeated->target, *place, place);
	if (part == PART_TEXT)
		return put_other_text(whole, *place, place);
	*place = put_string(whole, *place, (struct bytes){0});
	return true;
}

static bool put_like(struct whole *whole, const struct form *form, const struct repeated *repeated)
{
	struct row row = whole->rows[(whole->row_count - repeated->back) % REPORT_LIKE_ROWS];

	for (size_t i = 0; i < ROW_MEMBERS && form->members[i].name != NULL; i++) {
		buffer_put_text(whole->to, form->members[i].name);
		if (!put_other(whole, repeated, form->members[i].part, &row, &row.members[i]))
			return false;
	}
	buffer_put_byte(whole->to, '}');
	whole->rows[whole->row_count++ % REPORT_LIKE_ROWS] = row;
	return buffer_error(whole->to) == OK;
}

static bool put_repeated(struct whole *whole, const struct form *form)
{
	struct repeated repeated = {0};

	if (!whole->may_repeat || !read_repeated(whole, &repeated))
		return false;
	for (bool is_first = true; is_first || !is_next(whole, ']'); is_first = false) {
		if (!is_first)
			buffer_put_byte(whole->to, ',');
		if (!put_like(whole, form, &repeated))
			return false;
	}
	return skip(whole, "]");
}

static bool put_rows(struct whole *whole, const struct form *form)
{
	if (!skip(whole, form->name))
		return false;
	buffer_put_text(whole->to, form->name);
	whole->row_count = 0;
	for (bool is_first = true; !is_next(whole, ']'); is_first = false) {
		if (!is_first && !skip(whole, ","))
			return false;
		if (!is_first)
			buffer_put_byte(whole->to, ',');
		if (skip(whole, "[[") ? !put_repeated(whole, form) : !put_row(whole, form))
			return false;
	}
	return true;
}

/* Up to the rows: no text in it holds a quote that would be taken for their name's. */
static bool put_head(struct whole *whole)
{
	const uint8_t *begin = whole->from.at + whole->at, *end;
	const char *name = forms[REPORT_FIELD].name;

	end = memmem(begin, whole->from.len - whole->at, name, strlen(name));
	if (end == NULL)
		return false;
	buffer_put_byte(whole->to, '{');
	buffer_put(whole->to, bytes_of(begin, (size_t)(end - begin)));
	whole->at += (size_t)(end - begin);
	return true;
}

enum err report_whole(struct bytes recorded, struct buffer *to)
{
	struct whole whole;
	static const char end[] = "]}\n";
	bool is_good;

	whole.from = recorded;
	whole.at = 0;
	whole.to = to;
	whole.source = whole.target = (struct place){0};
	whole.word_count = 0;
	whole.may_repeat = skip(&whole, REPORT_BRIEF_BEGIN);
	if (!whole.may_repeat && !skip(&whole, REPORT_BRIEF_FIRST)) {
		buffer_put(to, recorded);
		return buffer_error(to);
	}
	is_good = put_head(&whole);
	for (size_t i = 0; is_good && i < sizeof(forms) / sizeof(forms[0]); i++)
		is_good = put_rows(&whole, &forms[i]);
	is_good = is_good && skip(&whole, end) && whole.at == recorded.len;
	buffer_put_text(to, end);
	if (buffer_error(to) != OK)
		return buffer_error(to);
	return is_good ? OK : ERR_FORMAT;
}
