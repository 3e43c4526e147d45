#include "tests/support/generate.h"

#include <stdio.h>
#include <string.h>

#include "tests/support/value.h"

#define LIST 50u /* what may be repeated so often is a list of lines */

struct generating {
	struct choices *choices;
	struct buffer *to;
	enum value_style style;
	bool is_fitting;
	uint32_t density; /* how much of what is optional is there: 0 nothing to 4 all */
	uint32_t lines;   /* how long the long lists are; 0: as others */
	bool has_prefixes;
	bool is_indented;
	size_t values;
	size_t max_values;
	const char *date_form; /* that the element's formatCode names */
	size_t in_list;        /* inside a later line of a long list: only the least */
	bool has_failed;
	uint32_t keys; /* made so far */
};

struct placed {
	const char *namespace; /* in force as the default */
	size_t depth;
};

static void write_group(struct generating *generating, const struct grammar *group,
			const struct placed *place);

static void put_escaped(struct buffer *to, const char *text, bool is_attribute)
{
	for (; *text != '\0'; text++) {
		switch (*text) {
		case '<':
			buffer_put_text(to, "&lt;");
			break;
		case '>':
			buffer_put_text(to, "&gt;");
			break;
		case '&':
			buffer_put_text(to, "&amp;");
			break;
		case '"':
			buffer_put_text(to, "&quot;");
			break;
		case '\r':
			buffer_put_text(to, "&#13;");
			break;
		case '\t':
			buffer_put_text(to, is_attribute ? "&#9;" : "\t");
			break;
		case '\n':
			buffer_put_text(to, is_attribute ? "&#10;" : "\n");
			break;
		default:
			buffer_put_byte(to, (uint8_t)*text);
		}
	}
}

/* ---- Values ---- */

static enum value_style style_of(struct generating *generating, const struct grammar_wish *wish)
{
	if (generating->is_fitting && wish->is_plain)
		return VALUE_PLAIN;
	if (generating->in_list > 0 || generating->values > generating->max_values)
		return VALUE_PLAIN;
	return generating->style;
}

/* The first key or any other, as a UUID or a plain number. */
static bool write_key(const struct grammar *place, uint32_t number, char value[VALUE_BYTES])
{
	snprintf(value, VALUE_BYTES, "%08x-0000-4000-8000-000000000000", (unsigned)number);
	if (!grammar_accepts(place->type, value))
		snprintf(value, VALUE_BYTES, "%u", (unsigned)number);
	return grammar_accepts(place->type, value);
}

static bool write_link(struct generating *generating, const struct grammar *place,
		       char value[VALUE_BYTES])
{
	uint32_t known = generating->keys == 0 ? 1 : generating->keys;

	if (!generating->is_fitting)
		return false;
	if (place->wish.is_key)
		return write_key(place, ++generating->keys, value);
	return place->wish.key != NULL &&
	       write_key(place, 1 + choices_next(generating->choices, known), value);
}

static bool write_wished(struct generating *generating, const struct grammar *place,
			 char value[VALUE_BYTES])
{
	const struct grammar_wish *wish = &place->wish;
	bool is_needed =
		wish->is_law || generating->is_fitting || choices_next(generating->choices, 8) > 0;
	const char *form = generating->date_form != NULL ? generating->date_form : wish->date_form;

	for (int i = 0; is_needed && wish->word_count > 0 && i < 20; i++) {
		strcpy(value, wish->words[choices_next(generating->choices, wish->word_count)]);
		if (grammar_accepts(place->type, value))
			return true;
	}
	return is_needed && form != NULL && value_date(generating->choices, form, value) &&
	       grammar_accepts(place->type, value);
}

static void write_value(struct generating *generating, const struct grammar *place,
			bool is_attribute)
{
	const struct grammar_wish *wish = &place->wish;
	const struct grammar_type *types[GRAMMAR_FITS + 1] = {place->type};
	char value[VALUE_BYTES];
	size_t count = 1;

	generating->values++;
	for (size_t i = 0; generating->is_fitting && i < wish->fit_count; i++)
		types[count++] = wish->fits[i];
	if (!write_link(generating, place, value) && !write_wished(generating, place, value) &&
	    !value_generate(generating->choices, types, count, style_of(generating, wish), value))
		generating->has_failed = true;
	if (is_attribute && strcmp(place->name, "formatCode") == 0)
		generating->date_form = strcmp(value, "304") == 0 ? "304" : "102";
	if (!is_attribute && choices_rarely(generating->choices, 40) &&
	    strstr(value, "]]>") == NULL && strchr(value, '\r') == NULL) {
		buffer_put_format(generating->to, "<![CDATA[%s]]>", value);
		return;
	}
	put_escaped(generating->to, value, is_attribute);
}

/* ---- How often ---- */

static bool is_wanted(struct generating *generating, const struct grammar *part)
{
	struct choices *choices = generating->choices;

	if (generating->is_fitting && part->wish.is_must)
		return true;
	if (generating->is_fitting && part->wish.is_kept && !part->wish.is_mapped)
		return false;
	if (part->wish.is_must && choices_next(choices, 8) > 0)
		return true;
	if (generating->values > generating->max_values || generating->in_list > 0)
		return generating->is_fitting && part->wish.is_mapped && generating->in_list > 0 &&
		       generating->lines < 100 && choices_next(choices, 4) > 0;
	if (generating->is_fitting && part->wish.is_mapped && generating->density > 0)
		return choices_next(choices, 32) > 0;
	switch (generating->density) {
	case 0:
		return false;
	case 1:
		return choices_rarely(choices, 12);
	case 2:
		return choices_rarely(choices, 4);
	case 3:
		return choices_next(choices, 2) == 1;
	default:
		return choices_next(choices, 40) > 0;
	}
}

static uint32_t most_of(const struct generating *generating, const struct grammar *part)
{
	uint32_t most = part->max;

	if (generating->is_fitting && part->wish.max < most)
		most = part->wish.max;
	return most < part->min ? part->min : most;
}

static uint32_t how_often(struct generating *generating, const struct grammar *part)
{
	uint32_t most = most_of(generating, part), least = part->min;

	if (part->wish.is_law && least == 0)
		least = 1;
	if (most >= LIST && generating->lines > 0 && generating->in_list == 0 &&
	    generating->values < generating->max_values / 2)
		return generating->lines < most ? generating->lines : most;
	if (least == 0) {
		if (!is_wanted(generating, part))
			return 0;
		least = 1;
	}
	if (most <= least || generating->values > generating->max_values || generating->in_list > 0)
		return least;
	switch (choices_next(generating->choices, 8)) {
	case 6:
		return least + 1;
	case 7:
		return least +
		       choices_next(generating->choices, most - least > 4 ? 4 : most - least + 1);
	default:
		return most <= 3 && choices_rarely(generating->choices, 4) ? most : least;
	}
}

/* ---- Elements ---- */

static void break_line(struct generating *generating, const struct placed *place)
{
	if (!generating->is_indented)
		return;
	buffer_put_byte(generating->to, '\n');
	for (size_t i = 0; i < place->depth; i++)
		buffer_put_byte(generating->to, '\t');
}

static void write_attributes(struct generating *generating, const struct grammar *element)
{
	for (size_t i = 0; i < element->part_count; i++) {
		const struct grammar *part = element->parts[i];

		if (part->min == 0 && !part->wish.is_law && !is_wanted(generating, part))
			continue;
		buffer_put_format(generating->to, " %s%s=\"",
				  *part->namespace == '\0' ? "" : "xml:", part->name);
		write_value(generating, part, true);
		buffer_put_byte(generating->to, '"');
	}
	if (element->parent == NULL && choices_rarely(generating->choices, 6))
		buffer_put_text(generating->to,
				" xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\""
				" xsi:schemaLocation=\"urn:x x.xsd\"");
}

static void write_element(struct generating *generating, const struct grammar *element,
			  const struct placed *outside)
{
	struct buffer *to = generating->to;
	bool is_new = strcmp(outside->namespace, element->namespace) != 0;
	const char *prefix = generating->has_prefixes && *element->namespace != '\0' ? "p:" : "";
	struct placed inside = {.namespace = element->namespace, .depth = outside->depth + 1};

	break_line(generating, outside);
	buffer_put_format(to, "<%s%s", prefix, element->name);
	if (is_new)
		buffer_put_format(to, *prefix == '\0' ? " xmlns=\"%s\"" : " xmlns:p=\"%s\"",
				  element->namespace);
	write_attributes(generating, element);
	buffer_put_byte(to, '>');
	if (element->type != NULL)
		write_value(generating, element, false);
	generating->date_form = NULL;
	if (element->content != NULL) {
		if (choices_rarely(generating->choices, 30))
			buffer_put_text(to, "<!-- <a note> & --><?step on?>");
		write_group(generating, element->content, &inside);
		break_line(generating, outside);
	}
	buffer_put_format(to, "</%s%s>", prefix, element->name);
}

static void write_particle(struct generating *generating, const struct grammar *part,
			   const struct placed *place)
{
	uint32_t times = how_often(generating, part);
	bool is_list = times >= LIST;

	for (uint32_t i = 0; i < times && !generating->has_failed; i++) {
		generating->in_list += is_list && i >= 3;
		if (part->kind == GRAMMAR_ELEMENT)
			write_element(generating, part, place);
		else
			write_group(generating, part, place);
		generating->in_list -= is_list && i >= 3;
	}
}

static void write_group(struct generating *generating, const struct grammar *group,
			const struct placed *place)
{
	size_t count = group->part_count, begin = 0;

	if (count == 0)
		return;
	if (group->kind == GRAMMAR_CHOICE) {
		write_particle(generating,
			       group->parts[choices_next(generating->choices, (uint32_t)count)],
			       place);
		return;
	}
	if (group->kind == GRAMMAR_ALL)
		begin = choices_next(generating->choices, (uint32_t)count);
	for (size_t i = 0; i < count; i++)
		write_particle(generating, group->parts[(begin + i) % count], place);
}

static uint32_t choose_lines(struct choices *choices)
{
	static const uint32_t lines[] = {2, 49, 50, 51, 50, 51, 100, 999};

	if (!choices_rarely(choices, 24))
		return 0;
	return lines[choices_next(choices, sizeof(lines) / sizeof(lines[0]))];
}

bool generate_document(const struct grammar *root, struct choices *choices, struct buffer *to)
{
	static const struct {
		enum value_style style;
		bool is_fitting;
	} ways[] = {{VALUE_PLAIN, true},  {VALUE_TEXT, true},  {VALUE_LIMIT, true},
		    {VALUE_PLAIN, false}, {VALUE_TEXT, false}, {VALUE_LIMIT, false},
		    {VALUE_PLAIN, true},  {VALUE_TEXT, true}};
	uint32_t way = choices_next(choices, sizeof(ways) / sizeof(ways[0]));
	struct generating generating = {.choices = choices,
					.to = to,
					.style = ways[way].style,
					.is_fitting = ways[way].is_fitting};
	struct placed outside = {.namespace = "", .depth = 0};

	generating.density = choices_next(choices, 5);
	generating.max_values = choices_rarely(choices, 12) ? 6000 : 600;
	generating.lines = choose_lines(choices);
	generating.has_prefixes = choices_rarely(choices, 4);
	generating.is_indented = choices_next(choices, 2) == 1;
	if (choices_rarely(choices, 2))
		buffer_put_text(to, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
	write_element(&generating, root, &outside);
	return !generating.has_failed && buffer_error(to) == OK;
}
