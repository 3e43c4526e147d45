#include "messages/pointer.h"

#include <string.h>

#include "sampan/buffer.h"

#define RESERVED "/[].%"
#define TEXT_BYTES ((size_t)4 * 1024 * 1024)
#define LINE "#"

/* ---- As one text ---- */

static void put_escaped(struct buffer *to, const char *text)
{
	static const char digits[] = "0123456789ABCDEF";

	for (; *text != '\0'; text++) {
		unsigned char c = (unsigned char)*text;
		char escape[4] = {'%', digits[c >> 4], digits[c & 15], '\0'};

		if (strchr(RESERVED, c) != NULL)
			buffer_put_text(to, escape);
		else
			buffer_put(to, bytes_of(text, 1));
	}
}

static void put_step(struct buffer *to, const struct pointer_step *step)
{
	put_escaped(to, step->section);
	if (step->number[0] != '\0') {
		buffer_put_text(to, "[");
		put_escaped(to, step->number);
		buffer_put_text(to, "]");
	}
	if (step->tag[0] != '\0') {
		buffer_put_text(to, ".");
		put_escaped(to, step->tag);
	}
}

const char *pointer_format(const struct pointer_step *steps, size_t count, struct arena *arena)
{
	const char *text = NULL;
	struct buffer buffer;

	buffer_init(&buffer, TEXT_BYTES);
	for (size_t i = 0; i < count; i++) {
		if (i > 0)
			buffer_put_text(&buffer, "/");
		put_step(&buffer, &steps[i]);
	}
	if (buffer_error(&buffer) == OK)
		text = arena_text(arena, buffer_bytes(&buffer));
	buffer_clear(&buffer);
	return text;
}

static int digit_of(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

/* In place; false: an escape that pointer_format would not write. */
static bool unescape(char *text)
{
	char *to = text;

	for (; *text != '\0'; text++) {
		int high, low;

		if (*text != '%') {
			*to++ = *text;
			continue;
		}
		high = digit_of(text[1]);
		low = high < 0 ? -1 : digit_of(text[2]);
		if (low < 0 || strchr(RESERVED, high * 16 + low) == NULL || high * 16 + low == 0)
			return false;
		*to++ = (char)(high * 16 + low);
		text += 2;
	}
	*to = '\0';
	return true;
}

/* The text up to one of the ends, cut off there and unescaped; NULL: it is nothing, or wrong. */
static char *take_part(char **at, const char *ends, char *ret_end, bool may_be_empty)
{
	char *part = *at;
	size_t len = strcspn(part, ends);

	*ret_end = part[len];
	part[len] = '\0';
	*at = part + len + (*ret_end != '\0');
	return (len > 0 || may_be_empty) && strpbrk(part, "[].") == NULL && unescape(part) ? part
											   : NULL;
}

static bool parse_step(char *text, struct pointer_step *step)
{
	char end;

	*step = (struct pointer_step){.number = "", .tag = ""};
	step->section = take_part(&text, "[.", &end, true);
	if (end == '[') {
		step->number = take_part(&text, "]", &end, false);
		if (end != ']' || (*text != '\0' && *text != '.'))
			return false;
		end = *text;
		text += *text == '.';
	}
	if (end == '.')
		step->tag = take_part(&text, "", &end, false);
	return step->section != NULL && step->number != NULL && step->tag != NULL;
}

static size_t count_steps(const char *text)
{
	size_t count = 1;

	for (; *text != '\0'; text++)
		count += *text == '/';
	return count;
}

enum err pointer_parse(const char *text, struct arena *arena, struct pointer_step **ret_steps,
		       size_t *ret_count)
{
	size_t count = count_steps(text);
	struct pointer_step *steps = arena_alloc_array(arena, count, sizeof(*steps));
	char *at = arena_text(arena, bytes_of_text(text));

	if (steps == NULL || at == NULL)
		return ERR_MEMORY;
	for (size_t i = 0; i < count; i++) {
		char *slash = strchr(at, '/');

		if (slash != NULL)
			*slash = '\0';
		if (!parse_step(at, &steps[i])) {
			*ret_steps = NULL;
			return OK;
		}
		at = slash == NULL ? at : slash + 1;
	}
	*ret_steps = steps;
	*ret_count = count;
	return OK;
}

/* ---- By a list ---- */

/* The steps without numbers, but for [#] at one; as the list writes places. */
static const char *place_of(const struct pointer_step *steps, size_t count, size_t line_step,
			    struct arena *arena)
{
	struct buffer buffer;
	const char *text = NULL;

	buffer_init(&buffer, TEXT_BYTES);
	for (size_t i = 0; i < count; i++) {
		struct pointer_step bare = steps[i];

		bare.number = i == line_step ? LINE : "";
		buffer_put_text(&buffer, i > 0 ? "/" : "");
		put_step(&buffer, &bare);
	}
	if (buffer_error(&buffer) == OK)
		text = arena_text(arena, buffer_bytes(&buffer));
	buffer_clear(&buffer);
	return text;
}

static bool has_other_numbers(const struct pointer_step *steps, size_t count, size_t line_step)
{
	for (size_t i = 0; i < count; i++)
		if (i != line_step && steps[i].number[0] != '\0')
			return true;
	return false;
}

enum err pointer_find_item(const struct code_list *list, const struct pointer_step *steps,
			   size_t count, struct arena *arena, struct pointer_item *ret_item)
{
	*ret_item = (struct pointer_item){.line_step = count};
	for (size_t i = 0; i <= count && count <= POINTER_STEPS; i++) {
		const char *place = place_of(steps, count, i, arena), *again;
		bool is_lossy = false;

		if (place == NULL)
			return ERR_MEMORY;
		ret_item->item = code_list_back(list, place, &is_lossy);
		if (is_lossy)
			ret_item->item = NULL;
		if (ret_item->item == NULL)
			continue;
		again = code_list_forth(list, ret_item->item, &is_lossy);
		ret_item->line_step = i;
		ret_item->is_exact = again != NULL && strcmp(again, place) == 0 &&
				     !has_other_numbers(steps, count, i);
		return OK;
	}
	return OK;
}

enum err pointer_of_item(const struct code_list *list, const char *item, const char *line,
			 struct arena *arena, struct pointer_chain *ret_chain)
{
	struct pointer_chain chain = {0};
	const char *place = code_list_forth(list, item, &chain.is_lossy);
	enum err err = OK;

	if (place != NULL)
		err = pointer_parse(place, arena, &chain.steps, &chain.count);
	if (err != OK)
		return err;
	chain.line_step = chain.count;
	for (size_t i = 0; chain.steps != NULL && i < chain.count; i++) {
		if (strcmp(chain.steps[i].number, LINE) != 0)
			continue;
		chain.line_step = i;
		chain.steps[i].number = line;
	}
	*ret_chain = chain;
	return OK;
}
