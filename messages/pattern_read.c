#include <string.h>

#include "messages/pattern_nfa.h"
#include "messages/pattern_set.h"

#define MAX_DEPTH 12u /* an atom is read once to measure it: twice as often for each level */

struct reader {
	struct pattern_nfa *nfa;
	const uint8_t *at;
	const uint8_t *end;
	unsigned depth;
	enum err err; /* sticks */
};

/* A part of the automaton: its last node leads nowhere yet. */
struct part {
	uint16_t first;
	uint16_t last;
	bool may_be_empty;
};

struct quantity {
	uint32_t min;
	uint32_t max; /* UINT32_MAX: no bound */
};

static struct part read_choice(struct reader *reader);

static void give_up(struct reader *reader)
{
	if (reader->err == OK)
		reader->err = ERR_FORMAT;
}

uint32_t pattern_next(const uint8_t **at, const uint8_t *end)
{
	static const uint32_t least[] = {0, 0, 0x80, 0x800, 0x10000};
	uint32_t c;
	size_t len;

	if (*at == end)
		return 0;
	c = **at;
	len = c < 0x80 ? 1 : c < 0xC2 ? 0 : c < 0xE0 ? 2 : c < 0xF0 ? 3 : c < 0xF5 ? 4 : 0;
	if (len == 0 || (size_t)(end - *at) < len)
		return 0;
	if (len > 1)
		c &= 0x7Fu >> len;
	for (size_t i = 1; i < len; i++) {
		if (((*at)[i] & 0xC0) != 0x80)
			return 0;
		c = c << 6 | ((*at)[i] & 0x3F);
	}
	*at += len;
	return c < least[len] || c > PATTERN_LAST || (c >= 0xD800 && c < 0xE000) ||
			       (c & 0xFFFE) == 0xFFFE
		       ? 0
		       : c;
}

static uint32_t peek(const struct reader *reader)
{
	const uint8_t *at = reader->at;

	return pattern_next(&at, reader->end);
}

static uint32_t take(struct reader *reader)
{
	uint32_t c = pattern_next(&reader->at, reader->end);

	if (c == 0)
		give_up(reader);
	return c;
}

static bool take_if(struct reader *reader, char c)
{
	if (reader->at == reader->end || *reader->at != (uint8_t)c)
		return false;
	reader->at++;
	return true;
}

/* ---- Nodes ---- */

static uint16_t new_node(struct reader *reader)
{
	struct pattern_nfa *nfa = reader->nfa;

	if (nfa->node_count == PATTERN_NODES) {
		give_up(reader);
		return 0;
	}
	nfa->nodes[nfa->node_count] =
		(struct pattern_node){PATTERN_NONE, {PATTERN_NONE, PATTERN_NONE}};
	return (uint16_t)nfa->node_count++;
}

static void join(struct reader *reader, uint16_t from, uint16_t to)
{
	struct pattern_node *node = &reader->nfa->nodes[from];

	node->out[node->out[0] != PATTERN_NONE] = to;
}

/* ---- Classes ---- */

static bool same_set(const struct pattern_set *a, const struct pattern_set *b)
{
	return a->count == b->count &&
	       memcmp(a->ranges, b->ranges, a->count * sizeof(*a->ranges)) == 0;
}

static struct part part_of_class(struct reader *reader, struct pattern_class *class)
{
	struct pattern_nfa *nfa = reader->nfa;
	struct pattern_set set = pattern_class_set(class, nfa->arena);
	struct part part = {new_node(reader), new_node(reader), false};
	size_t i = 0;

	if (set.ranges == NULL)
		reader->err = ERR_MEMORY;
	if (class->is_full)
		give_up(reader);
	if (reader->err != OK)
		return part;
	while (i < nfa->set_count && !same_set(&nfa->sets[i], &set))
		i++;
	if (i == PATTERN_SETS) {
		give_up(reader);
		return part;
	}
	if (i == nfa->set_count)
		nfa->sets[nfa->set_count++] = set;
	nfa->nodes[part.first].set = (uint16_t)i;
	join(reader, part.first, part.last);
	return part;
}

/* Behind a backslash: one character, or 0 when a set was added. */
static uint32_t read_escape(struct reader *reader, struct pattern_class *class)
{
	const uint8_t *from = reader->at - 1;
	uint32_t c = take(reader);

	if (c == 'n' || c == 'r' || c == 't')
		return c == 'n' ? '\n' : c == 'r' ? '\r' : '\t';
	if (c != 0 && c < 128 && strchr("\\|.?*+(){}-[]^", (int)c) != NULL)
		return c;
	if (c == 'p' || c == 'P') {
		const uint8_t *close = memchr(reader->at, '}', (size_t)(reader->end - reader->at));

		if (close == NULL) {
			give_up(reader);
			return 0;
		}
		reader->at = close + 1;
	} else if (c == 0 || c >= 128 || strchr("sSiIcCdDwW", (int)c) == NULL)
		give_up(reader);
	if (reader->err == OK &&
	    !pattern_class_add_escape(class, bytes_of(from, (size_t)(reader->at - from))))
		give_up(reader);
	return 0;
}

/* One end of a range; 0 when a set was added in its place. */
static uint32_t read_class_character(struct reader *reader, struct pattern_class *class)
{
	if (take_if(reader, '\\'))
		return read_escape(reader, class);
	if (peek(reader) == '[')
		give_up(reader);
	return take(reader);
}

/* "a", "a-z", "\d". A bare "-" is itself only as the first or the last. */
static void read_class_item(struct reader *reader, struct pattern_class *class, bool is_first)
{
	bool is_bare = peek(reader) == '-';
	uint32_t first = read_class_character(reader, class), last = first;

	if (is_bare && !is_first && peek(reader) != ']')
		give_up(reader);
	if (first == 0 || reader->err != OK)
		return;
	if (!is_bare && reader->end - reader->at >= 2 && reader->at[0] == '-' &&
	    reader->at[1] != ']') {
		reader->at++;
		if (peek(reader) == '-')
			give_up(reader);
		last = read_class_character(reader, class);
		if (last < first)
			give_up(reader);
	}
	pattern_class_add(class, first, last);
}

/* Behind its "[". */
static struct part read_class(struct reader *reader)
{
	struct pattern_class class = {.is_full = false};
	bool is_negated = take_if(reader, '^');
	bool is_first = true;

	do {
		read_class_item(reader, &class, is_first);
		is_first = false;
	} while (reader->err == OK && !take_if(reader, ']'));
	if (is_negated)
		pattern_class_negate(&class);
	return part_of_class(reader, &class);
}

/* ---- Expressions ---- */

static struct part read_group(struct reader *reader)
{
	struct part part = {0};

	if (++reader->depth > MAX_DEPTH)
		give_up(reader);
	else
		part = read_choice(reader);
	reader->depth--;
	if (!take_if(reader, ')'))
		give_up(reader);
	return part;
}

static struct part read_atom(struct reader *reader)
{
	struct pattern_class class = {.is_full = false};
	uint32_t c = take(reader);

	if (c == '(')
		return read_group(reader);
	if (c == '[')
		return read_class(reader);
	if (c == '.') {
		pattern_class_add(&class, '\n', '\n');
		pattern_class_add(&class, '\r', '\r');
		pattern_class_negate(&class);
		return part_of_class(reader, &class);
	}
	if (c != 0 && c < 128 && strchr("?*+{}|)]^$", (int)c) != NULL)
		give_up(reader);
	if (c == '\\')
		c = read_escape(reader, &class);
	if (c != 0)
		pattern_class_add(&class, c, c);
	return part_of_class(reader, &class);
}

static uint32_t read_number(struct reader *reader)
{
	uint32_t number = 0;
	size_t digits = 0;

	while (reader->at < reader->end && *reader->at >= '0' && *reader->at <= '9') {
		number = number * 10 + (*reader->at++ - '0');
		if (++digits > 5)
			give_up(reader);
		if (digits > 5)
			return 0;
	}
	if (digits == 0)
		give_up(reader);
	return number;
}

static struct quantity read_quantity(struct reader *reader)
{
	struct quantity quantity = {1, 1};

	if (take_if(reader, '?'))
		return (struct quantity){0, 1};
	if (take_if(reader, '*'))
		return (struct quantity){0, UINT32_MAX};
	if (take_if(reader, '+'))
		return (struct quantity){1, UINT32_MAX};
	if (!take_if(reader, '{'))
		return quantity;
	quantity.min = quantity.max = read_number(reader);
	if (take_if(reader, ','))
		quantity.max = peek(reader) == '}' ? UINT32_MAX : read_number(reader);
	if (!take_if(reader, '}') || quantity.max == 0 || quantity.max < quantity.min)
		give_up(reader);
	return quantity;
}

/* The atom is read anew for each time it may occur: that is its copy. */
static uint16_t add_copy(struct reader *reader, const uint8_t *atom, uint16_t behind)
{
	struct part copy;

	reader->at = atom;
	copy = read_atom(reader);
	join(reader, behind, copy.first);
	return copy.last;
}

static struct part repeat(struct reader *reader, const uint8_t *atom, struct quantity quantity)
{
	struct part whole = {new_node(reader), new_node(reader), quantity.min == 0};
	uint16_t at = whole.first;
	uint32_t i = 0;

	for (; i < quantity.min && reader->err == OK; i++)
		at = add_copy(reader, atom, at);
	if (quantity.max == UINT32_MAX && reader->err == OK) {
		uint16_t fork = new_node(reader);

		join(reader, at, fork);
		join(reader, add_copy(reader, atom, fork), fork);
		at = fork;
	}
	for (; i < quantity.max && quantity.max != UINT32_MAX && reader->err == OK; i++) {
		uint16_t fork = new_node(reader);

		join(reader, at, fork);
		at = add_copy(reader, atom, fork);
		join(reader, fork, whole.last);
	}
	join(reader, at, whole.last);
	return whole;
}

static struct part read_piece(struct reader *reader)
{
	const uint8_t *atom = reader->at, *behind;
	size_t nodes = reader->nfa->node_count;
	struct part part = read_atom(reader);
	struct quantity quantity = read_quantity(reader);

	if (reader->err != OK || (quantity.min == 1 && quantity.max == 1))
		return part;
	/* libxml2 wants each time of such an atom to read something */
	if (part.may_be_empty)
		give_up(reader);
	behind = reader->at;
	reader->nfa->node_count = nodes;
	part = repeat(reader, atom, quantity);
	reader->at = behind;
	return part;
}

static bool is_at_end(const struct reader *reader)
{
	return reader->at == reader->end || *reader->at == '|' || *reader->at == ')';
}

static struct part read_branch(struct reader *reader)
{
	struct part whole = read_piece(reader);

	while (reader->err == OK && !is_at_end(reader)) {
		struct part next = read_piece(reader);

		join(reader, whole.last, next.first);
		whole.last = next.last;
		whole.may_be_empty = whole.may_be_empty && next.may_be_empty;
	}
	return whole;
}

static struct part read_choice(struct reader *reader)
{
	struct part whole = read_branch(reader);

	while (reader->err == OK && take_if(reader, '|')) {
		struct part branch = read_branch(reader);
		struct part both = {new_node(reader), new_node(reader),
				    whole.may_be_empty || branch.may_be_empty};

		join(reader, both.first, whole.first);
		join(reader, both.first, branch.first);
		join(reader, whole.last, both.last);
		join(reader, branch.last, both.last);
		whole = both;
	}
	return whole;
}

enum err pattern_read(const char *text, struct pattern_nfa *nfa)
{
	struct reader reader = {.nfa = nfa,
				.at = (const uint8_t *)text,
				.end = (const uint8_t *)text + strlen(text)};
	size_t begin = nfa->node_count;
	struct part whole;

	if (nfa->part_count == PATTERN_TEXTS)
		return ERR_FORMAT;
	whole = read_choice(&reader);
	if (reader.err == OK && reader.at != reader.end)
		give_up(&reader);
	nfa->parts[nfa->part_count++] =
		(struct pattern_part){whole.first, whole.last, begin, nfa->node_count};
	return reader.err;
}
