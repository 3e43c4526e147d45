#include "messages/pattern.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "messages/pattern_nfa.h"

#define MAX_STATES 4096u
#define MAX_CLASSES 250u
#define MAX_CELLS (UINT16_MAX - MAX_CLASSES)
#define COMPILE_BYTES (32u * 1024 * 1024)

/* Characters beyond ASCII up to `last`, from where the range before it ends. */
struct wide {
	uint32_t last;
	uint32_t class;
};

struct pattern {
	uint8_t ascii[128];   /* class of a character */
	uint32_t every_wide;  /* class of all others, when they have but one */
	bool is_wide_uniform; /* they have */
	const struct wide *wides;
	size_t wide_count;
	size_t classes;
	const uint16_t *next; /* states are offsets into it: next[state + class]; 0 is dead */
	const bool *accepts;  /* by state / classes */
	uint16_t first;
};

/* Building: a state is the set of nodes that may be active. */
struct maker {
	struct pattern_nfa *nfa;
	struct arena *arena; /* of the pattern */
	uint64_t *members;   /* by class: the sets it belongs to */
	uint64_t *hashes;    /* of the states */
	uint64_t **states;   /* bits by node */
	size_t state_count;
	size_t words; /* of a state */
	struct pattern *pattern;
	uint16_t *next;
	uint16_t *stack;
};

/* ---- Classes: characters that no set tells apart ---- */

static int compare_numbers(const void *a, const void *b)
{
	const uint32_t *first = a, *second = b;

	return *first < *second ? -1 : *first > *second;
}

/* Below a space only tab, line feed and carriage return may stand in XML; then ASCII ends. */
static const uint32_t controls[] = {0, '\t', '\n' + 1, '\r', '\r' + 1, ' ', 128};

#define CONTROLS (sizeof(controls) / sizeof(controls[0]))

/* Where sets begin or end: the first characters of what may differ. */
static size_t find_borders(const struct pattern_nfa *nfa, uint32_t *borders)
{
	size_t count = 0, kept = 0;

	for (size_t i = 0; i < CONTROLS; i++)
		borders[count++] = controls[i];
	for (size_t i = 0; i < nfa->set_count; i++) {
		for (size_t j = 0; j < nfa->sets[i].count; j++) {
			borders[count++] = nfa->sets[i].ranges[j].first;
			borders[count++] = nfa->sets[i].ranges[j].last + 1;
		}
	}
	qsort(borders, count, sizeof(*borders), compare_numbers);
	for (size_t i = 0; i < count; i++) {
		if (kept == 0 || borders[kept - 1] != borders[i])
			borders[kept++] = borders[i];
	}
	return kept;
}

static bool has(const struct pattern_set *set, uint32_t c)
{
	if (c < ' ' && c != '\t' && c != '\n' && c != '\r')
		return false;
	for (size_t i = 0; i < set->count; i++) {
		if (c >= set->ranges[i].first && c <= set->ranges[i].last)
			return true;
	}
	return false;
}

/* The class of a character, which is new when its sets have not been met together; 0 when full. */
static size_t class_of(struct maker *maker, uint32_t c)
{
	const struct pattern_nfa *nfa = maker->nfa;
	uint64_t members = 0;
	size_t class = 0;

	for (size_t i = 0; i < nfa->set_count; i++)
		members |= (uint64_t)has(&nfa->sets[i], c) << i;
	while (class < maker->pattern->classes && maker->members[class] != members)
		class ++;
	if (class < maker->pattern->classes)
		return class;
	if (class == MAX_CLASSES)
		return MAX_CLASSES;
	maker->members[class] = members;
	maker->pattern->classes++;
	return class;
}

static void put_wide(struct maker *maker, struct wide *wides, uint32_t first, size_t class)
{
	struct pattern *pattern = maker->pattern;

	if (pattern->wide_count > 0 && wides[pattern->wide_count - 1].class == class)
		return;
	if (pattern->wide_count > 0)
		wides[pattern->wide_count - 1].last = first - 1;
	wides[pattern->wide_count++] = (struct wide){PATTERN_LAST, (uint32_t) class};
}

static enum err make_classes(struct maker *maker)
{
	struct pattern_nfa *nfa = maker->nfa;
	size_t room = CONTROLS, count;
	uint32_t *borders;
	struct wide *wides;

	for (size_t i = 0; i < nfa->set_count; i++)
		room += 2 * nfa->sets[i].count;
	borders = arena_alloc_array(nfa->arena, room, sizeof(*borders));
	wides = arena_alloc_array(maker->arena, room, sizeof(*wides));
	maker->members = arena_alloc_array(nfa->arena, MAX_CLASSES, sizeof(*maker->members));
	if (borders == NULL || wides == NULL || maker->members == NULL)
		return ERR_MEMORY;
	count = find_borders(nfa, borders);
	for (size_t i = 0; i < count; i++) {
		uint32_t end = i + 1 < count ? borders[i + 1] : PATTERN_LAST + 1;
		size_t class = class_of(maker, borders[i]);

		if (class == MAX_CLASSES)
			return ERR_FORMAT;
		for (uint32_t c = borders[i]; c < end && c < 128; c++)
			maker->pattern->ascii[c] = (uint8_t) class;
		if (borders[i] >= 128 && borders[i] <= PATTERN_LAST)
			put_wide(maker, wides, borders[i], class);
	}
	maker->pattern->wides = wides;
	maker->pattern->is_wide_uniform = maker->pattern->wide_count == 1;
	maker->pattern->every_wide = wides[0].class;
	return OK;
}

/* ---- States ---- */

static bool is_member(const uint64_t *state, size_t node)
{
	return (state[node / 64] >> node % 64 & 1) != 0;
}

/* The node and all that it leads to without reading. */
static void add_node(struct maker *maker, uint64_t *state, uint16_t node)
{
	size_t depth = 0;

	maker->stack[depth++] = node;
	while (depth > 0) {
		const struct pattern_node *top;

		node = maker->stack[--depth];
		if (is_member(state, node))
			continue;
		state[node / 64] |= UINT64_C(1) << node % 64;
		top = &maker->nfa->nodes[node];
		for (size_t i = 0; i < 2 && top->set == PATTERN_NONE; i++) {
			if (top->out[i] != PATTERN_NONE && !is_member(state, top->out[i]))
				maker->stack[depth++] = top->out[i];
		}
	}
}

static uint64_t hash_state(const struct maker *maker, const uint64_t *state)
{
	uint64_t hash = 0;

	for (size_t i = 0; i < maker->words; i++)
		hash = (hash ^ state[i]) * UINT64_C(0x9E3779B97F4A7C15) + (hash >> 32);
	return hash;
}

/* The number of that state, which is taken; MAX_STATES when there are too many. */
static size_t number_of(struct maker *maker, const uint64_t *state)
{
	size_t size = maker->words * sizeof(*state), i = 0;
	uint64_t hash = hash_state(maker, state);

	while (i < maker->state_count &&
	       (maker->hashes[i] != hash || memcmp(maker->states[i], state, size) != 0))
		i++;
	if (i < maker->state_count)
		return i;
	if (i == MAX_STATES || (i + 1) * maker->pattern->classes > MAX_CELLS)
		return MAX_STATES;
	maker->states[i] = arena_alloc(maker->nfa->arena, size);
	if (maker->states[i] == NULL)
		return MAX_STATES;
	memcpy(maker->states[i], state, size);
	maker->hashes[i] = hash;
	maker->state_count++;
	return i;
}

static void add_followers(struct maker *maker, const uint64_t *from, size_t class, uint64_t *to)
{
	for (size_t word = 0; word < maker->words; word++) {
		for (uint64_t bits = from[word]; bits != 0; bits &= bits - 1) {
			size_t node = word * 64 + (size_t)__builtin_ctzll(bits);
			const struct pattern_node *at = &maker->nfa->nodes[node];

			if (at->set != PATTERN_NONE && (maker->members[class] >> at->set & 1) != 0)
				add_node(maker, to, at->out[0]);
		}
	}
}

/* Is any node from begin to end, which is behind it, in the state? */
static bool has_any(const uint64_t *state, size_t begin, size_t end)
{
	for (size_t word = begin / 64; word * 64 < end; word++) {
		uint64_t bits = state[word];

		if (word == begin / 64)
			bits &= UINT64_MAX << begin % 64;
		if (word == end / 64)
			bits &= (UINT64_C(1) << end % 64) - 1;
		if (bits != 0)
			return true;
	}
	return false;
}

/* One of the patterns has no way on: then nothing can match any more. */
static void clear_dead(const struct maker *maker, uint64_t *state)
{
	for (size_t i = 0; i < maker->nfa->part_count; i++) {
		const struct pattern_part *part = &maker->nfa->parts[i];

		if (!has_any(state, part->begin, part->end))
			memset(state, 0, maker->words * sizeof(*state));
	}
}

static bool is_accepting(const struct maker *maker, const uint64_t *state)
{
	size_t i = 0;

	while (i < maker->nfa->part_count && is_member(state, maker->nfa->parts[i].last))
		i++;
	return i == maker->nfa->part_count;
}

/* All states that can be reached, each with its row; the empty one, number 0, leads to itself. */
static enum err make_states(struct maker *maker, uint64_t *scratch)
{
	size_t classes = maker->pattern->classes, size = maker->words * sizeof(*scratch), to;

	if (number_of(maker, scratch) != 0)
		return ERR_MEMORY;
	for (size_t i = 0; i < maker->nfa->part_count; i++)
		add_node(maker, scratch, maker->nfa->parts[i].first);
	if (number_of(maker, scratch) != 1)
		return ERR_FORMAT;
	for (size_t i = 1; i < maker->state_count; i++) {
		for (size_t class = 0; class < classes; class ++) {
			memset(scratch, 0, size);
			add_followers(maker, maker->states[i], class, scratch);
			clear_dead(maker, scratch);
			if ((to = number_of(maker, scratch)) == MAX_STATES)
				return ERR_FORMAT;
			maker->next[i * classes + class] = (uint16_t)(to * classes);
		}
	}
	return OK;
}

/* What stays of it. */
static enum err keep(struct maker *maker)
{
	struct pattern *pattern = maker->pattern;
	size_t cells = maker->state_count * pattern->classes;
	uint16_t *next = arena_alloc_array(maker->arena, cells, sizeof(*next));
	bool *accepts = arena_alloc_array(maker->arena, maker->state_count, sizeof(*accepts));

	if (next == NULL || accepts == NULL)
		return ERR_MEMORY;
	memcpy(next, maker->next, cells * sizeof(*next));
	for (size_t i = 0; i < maker->state_count; i++)
		accepts[i] = is_accepting(maker, maker->states[i]);
	pattern->next = next;
	pattern->accepts = accepts;
	pattern->first = (uint16_t)pattern->classes;
	return OK;
}

static enum err make_table(struct maker *maker)
{
	struct arena *arena = maker->nfa->arena;
	uint64_t *scratch;
	enum err err;

	maker->words = maker->nfa->node_count / 64 + 1;
	maker->states = arena_alloc_array(arena, MAX_STATES, sizeof(*maker->states));
	maker->hashes = arena_alloc_array(arena, MAX_STATES, sizeof(*maker->hashes));
	maker->next = arena_alloc_array(arena, UINT16_MAX, sizeof(*maker->next));
	maker->stack = arena_alloc_array(arena, 2 * PATTERN_NODES + 2, sizeof(*maker->stack));
	scratch = arena_alloc_array(arena, maker->words, sizeof(*scratch));
	if (maker->states == NULL || maker->hashes == NULL || maker->next == NULL ||
	    maker->stack == NULL || scratch == NULL)
		return ERR_MEMORY;
	if ((err = make_classes(maker)) != OK || (err = make_states(maker, scratch)) != OK)
		return err;
	return keep(maker);
}

static enum err compile(const char *const *texts, size_t count, struct maker *maker)
{
	enum err err = OK;

	for (size_t i = 0; i < count && err == OK; i++)
		err = pattern_read(texts[i], maker->nfa);
	return err == OK ? make_table(maker) : err;
}

enum err pattern_compile(const char *const *texts, size_t count, struct arena *arena,
			 const struct pattern **ret_pattern)
{
	struct arena *compiling = arena_new(COMPILE_BYTES);
	struct maker maker = {.arena = arena,
			      .pattern = arena_alloc(arena, sizeof(struct pattern))};
	enum err err = ERR_MEMORY;

	if (compiling != NULL)
		maker.nfa = arena_alloc(compiling, sizeof(*maker.nfa));
	if (maker.nfa != NULL && maker.pattern != NULL) {
		maker.nfa->arena = compiling;
		err = compile(texts, count, &maker);
	}
	arena_free(compiling);
	if (err == OK)
		*ret_pattern = maker.pattern;
	return err;
}

/* ---- Running ---- */

static uint32_t wide_class(const struct pattern *pattern, uint32_t c)
{
	size_t low = 0, high = pattern->wide_count - 1;

	if (pattern->is_wide_uniform)
		return pattern->every_wide;
	while (low < high) {
		size_t middle = (low + high) / 2;

		if (c > pattern->wides[middle].last)
			low = middle + 1;
		else
			high = middle;
	}
	return pattern->wides[low].class;
}

bool pattern_matches(const struct pattern *pattern, struct bytes text)
{
	const uint8_t *at = text.at, *end = text.at + text.len;
	const uint16_t *next = pattern->next;
	size_t state = pattern->first;

	while (at < end && state != 0) {
		if (*at < 0x80) {
			state = next[state + pattern->ascii[*at++]];
		} else {
			uint32_t c = pattern_next(&at, end);

			if (c == 0)
				return false;
			state = next[state + wide_class(pattern, c)];
		}
	}
	return pattern->accepts[state / pattern->classes];
}
