#include "messages/report_whole.h"

#include <string.h>

#include "messages/report_inside.h"

/* Bytes that were put: the buffer may move, their place in it does not. */
struct place {
	size_t at;
	size_t len;
};

struct whole {
	struct bytes from;
	size_t at;
	struct buffer *to;
	struct place source; /* the last path of each side */
	struct place target;
	struct place words[REPORT_WORDS];
	size_t word_count;
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

static bool put_text(struct whole *whole)
{
	struct bytes text;

	if (!read_string(whole, &text))
		return false;
	(void)put_string(whole, (struct place){0}, text);
	return true;
}

static bool put_path(struct whole *whole, struct place *last)
{
	struct place first = *last;
	struct bytes rest;

	if (!is_number(whole))
		return put_text(whole);
	if (!read_number(whole, &first.len) || first.len > last->len || !skip(whole, ",") ||
	    !read_string(whole, &rest))
		return false;
	*last = put_string(whole, first, rest);
	return true;
}

static bool put_word(struct whole *whole)
{
	struct place word;
	struct bytes text;
	size_t number;

	if (is_number(whole)) {
		if (!read_number(whole, &number) || number >= whole->word_count)
			return false;
		(void)put_string(whole, whole->words[number], (struct bytes){0});
		return true;
	}
	if (!read_string(whole, &text))
		return false;
	word = put_string(whole, (struct place){0}, text);
	if (whole->word_count < REPORT_WORDS)
		whole->words[whole->word_count++] = word;
	return true;
}

static bool put_source(struct whole *whole)
{
	return put_path(whole, &whole->source);
}

static bool put_target(struct whole *whole)
{
	return put_path(whole, &whole->target);
}

static bool put_ref(struct whole *whole)
{
	if (!is_next(whole, '['))
		return put_word(whole);
	return skip(whole, "[") && put_source(whole) && skip(whole, "]");
}

/* ---- Rows ---- */

#define ROW_MEMBERS 5u

static const struct form {
	const char *name;
	struct {
		const char *name;
		bool (*put)(struct whole *whole);
	} members[ROW_MEMBERS];
} forms[] = {
	[REPORT_FIELD] = {"\"fields\":[",
			  {{"{\"source\":", put_source},
			   {",\"target\":", put_target},
			   {",\"value\":", put_text}}},
	[REPORT_CHANGED] = {"],\"changed\":[",
			    {{"{\"source\":", put_source},
			     {",\"target\":", put_target},
			     {",\"from\":", put_text},
			     {",\"to\":", put_text},
			     {",\"reason\":", put_word}}},
	[REPORT_DROPPED] = {"],\"dropped\":[",
			    {{"{\"source\":", put_source},
			     {",\"value\":", put_text},
			     {",\"reason\":", put_word}}},
	[REPORT_SUPPLIED] = {"],\"supplied\":[",
			     {{"{\"target\":", put_target},
			      {",\"value\":", put_text},
			      {",\"origin\":", put_word},
			      {",\"ref\":", put_ref}}},
};

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
	if (!skip(whole, "["))
		return false;
	for (size_t i = 0; i < ROW_MEMBERS && form->members[i].name != NULL; i++) {
		if (i > 0 && !skip(whole, ","))
			return false;
		buffer_put_text(whole->to, form->members[i].name);
		if (!form->members[i].put(whole))
			return false;
	}
	if (skip(whole, ",{") && !put_documents(whole))
		return false;
	buffer_put_byte(whole->to, '}');
	return skip(whole, "]") && buffer_error(whole->to) == OK;
}

static bool put_rows(struct whole *whole, const struct form *form)
{
	if (!skip(whole, form->name))
		return false;
	buffer_put_text(whole->to, form->name);
	for (bool is_first = true; !is_next(whole, ']'); is_first = false) {
		if (!is_first && !skip(whole, ","))
			return false;
		if (!is_first)
			buffer_put_byte(whole->to, ',');
		if (!put_row(whole, form))
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
	struct whole whole = {.from = recorded, .to = to};
	static const char end[] = "]}\n";
	bool is_good;

	if (!skip(&whole, REPORT_BRIEF_BEGIN)) {
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
