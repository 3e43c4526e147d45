#include "tests/support/choices.h"

#include <stdlib.h>
#include <string.h>

/* xorshift64*: small, and the same everywhere. */
static uint64_t random_next(uint64_t *state)
{
	*state ^= *state >> 12;
	*state ^= *state << 25;
	*state ^= *state >> 27;
	return *state * 0x2545F4914F6CDD1DULL;
}

void choices_begin(struct choices *choices, uint64_t seed)
{
	*choices = (struct choices){.state = (seed + 1) * 0x9E3779B97F4A7C15ULL};
	if (choices->state == 0)
		choices->state = 1;
}

void choices_rewind(struct choices *choices)
{
	choices->is_replay = true;
	choices->at = 0;
}

static void put(struct choices *choices, uint32_t value)
{
	if (choices->count == choices->room) {
		choices->room = choices->room == 0 ? 1024 : 2 * choices->room;
		choices->values = realloc(choices->values, choices->room * sizeof(uint32_t));
		if (choices->values == NULL)
			abort();
	}
	choices->values[choices->count++] = value;
}

uint32_t choices_next(struct choices *choices, uint32_t bound)
{
	uint32_t value;

	if (bound < 2)
		return 0;
	if (choices->is_replay) {
		value = choices->at < choices->count ? choices->values[choices->at] : 0;
		choices->at++;
		return value % bound;
	}
	value = (uint32_t)(random_next(&choices->state) >> 32) % bound;
	put(choices, value);
	return value;
}

bool choices_rarely(struct choices *choices, uint32_t one_in)
{
	return choices_next(choices, one_in) == one_in - 1;
}

void choices_clear(struct choices *choices)
{
	free(choices->values);
	*choices = (struct choices){0};
}

/* ---- Shrinking ---- */

struct shrinking {
	struct choices *best;
	choices_fails *fails;
	void *context;
	size_t tries;
};

/* Keep the candidate when it fails; it is taken either way. */
static bool keep(struct shrinking *shrinking, struct choices *candidate)
{
	bool is_failing;

	if (shrinking->tries == 0) {
		choices_clear(candidate);
		return false;
	}
	shrinking->tries--;
	choices_rewind(candidate);
	is_failing = shrinking->fails(shrinking->context, candidate);
	if (is_failing) {
		struct choices old = *shrinking->best;

		*shrinking->best = *candidate;
		*candidate = old;
	}
	choices_clear(candidate);
	return is_failing;
}

static struct choices copy_without(const struct choices *from, size_t at, size_t len)
{
	struct choices copy = {.is_replay = true};

	for (size_t i = 0; i < from->count; i++) {
		if (i < at || i >= at + len)
			put(&copy, from->values[i]);
	}
	return copy;
}

static void remove_blocks(struct shrinking *shrinking, size_t len)
{
	for (size_t at = shrinking->best->count; at > 0 && shrinking->tries > 0;) {
		struct choices candidate;

		at = at > len ? at - len : 0;
		candidate = copy_without(shrinking->best, at, len);
		keep(shrinking, &candidate);
		if (at > shrinking->best->count)
			at = shrinking->best->count;
	}
}

static bool is_zero(const struct choices *choices, size_t at, size_t len)
{
	for (size_t i = at; i < at + len && i < choices->count; i++) {
		if (choices->values[i] != 0)
			return false;
	}
	return true;
}

static void zero_blocks(struct shrinking *shrinking, size_t len)
{
	for (size_t at = 0; at < shrinking->best->count && shrinking->tries > 0; at += len) {
		struct choices candidate;

		if (is_zero(shrinking->best, at, len))
			continue;
		candidate = copy_without(shrinking->best, 0, 0);
		for (size_t i = at; i < at + len && i < candidate.count; i++)
			candidate.values[i] = 0;
		keep(shrinking, &candidate);
	}
}

static void lower_each(struct shrinking *shrinking)
{
	for (size_t at = 0; at < shrinking->best->count && shrinking->tries > 0; at++) {
		uint32_t value = shrinking->best->values[at];
		struct choices candidate;

		if (value < 2)
			continue;
		candidate = copy_without(shrinking->best, 0, 0);
		candidate.values[at] = value / 2;
		keep(shrinking, &candidate);
	}
}

static uint64_t weight(const struct choices *choices)
{
	uint64_t sum = choices->count;

	for (size_t i = 0; i < choices->count; i++)
		sum += choices->values[i];
	return sum;
}

void choices_shrink(struct choices *choices, choices_fails *fails, void *context, size_t tries)
{
	struct shrinking shrinking = {
		.best = choices, .fails = fails, .context = context, .tries = tries};
	uint64_t before;

	do {
		before = weight(choices);
		for (size_t len = choices->count / 2 + 1; len > 0; len /= 2)
			remove_blocks(&shrinking, len);
		for (size_t len = choices->count / 2 + 1; len > 0; len /= 2)
			zero_blocks(&shrinking, len);
		lower_each(&shrinking);
	} while (weight(choices) < before && shrinking.tries > 0);
	choices_rewind(choices);
}
