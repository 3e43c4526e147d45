/*
 * What must hold of every translation (tests/support/trial.h), by every map of the set and in both
 * directions, tried on documents generated from the XSDs (tests/support/generate.h).
 *
 * Maps are found at run time, so a new one is tried without a change here. What fails is shrunk and
 * printed with its seed. SAMPAN_SEED begins elsewhere, SAMPAN_ROUNDS says how many documents of each
 * map are tried, SAMPAN_MAP="a/1 b/1" tries one map only, SAMPAN_HELD=1 prints why documents are
 * held.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "sampan/limit.h"
#include "tests/support/generate.h"
#include "tests/support/trial.h"

#define FOLDER "schemas"
#define ROUNDS_OF_ALL 4000 /* shared by the maps */
#define ROUNDS_LEAST 60
#define SHRINK_TRIES 3000
#define SHRINK_SECONDS 5

static struct schema_set *set;

/* What is tried of one map, and how it went. */
struct trying {
	struct trial trial;
	struct buffer buffer; /* the document of this round */
	size_t documents, translated, returned, skipped;
};

/* Does the document of these choices break a property? */
static bool is_broken(struct trying *trying, struct choices *choices)
{
	buffer_reset(&trying->buffer);
	if (!generate_document(trying->trial.wishes.from.root, choices, &trying->buffer)) {
		trying->skipped++;
		return false;
	}
	return !trial_holds(&trying->trial, buffer_bytes(&trying->buffer), choices);
}

/* ---- What fails is shrunk ---- */

struct hunting {
	struct trying *trying;
	char kind[32]; /* how the fault begins, so that shrinking does not wander off to another */
	clock_t since;
};

static bool is_still_broken(void *context, struct choices *choices)
{
	struct hunting *hunting = context;

	if ((clock() - hunting->since) / CLOCKS_PER_SEC >= SHRINK_SECONDS)
		return false;
	return is_broken(hunting->trying, choices) &&
	       strncmp(hunting->trying->trial.fault, hunting->kind, sizeof(hunting->kind) - 1) == 0;
}

static void tell(struct trying *trying, struct choices *choices, uint64_t seed)
{
	const struct trial *trial = &trying->trial;
	struct hunting hunting = {.trying = trying, .since = clock()};

	snprintf(hunting.kind, sizeof(hunting.kind), "%.31s", trial->fault);
	choices_shrink(choices, is_still_broken, &hunting, SHRINK_TRIES);
	choices_rewind(choices);
	is_broken(trying, choices);
	print_error("SAMPAN_MAP=\"%s %s\" SAMPAN_SEED=%llu SAMPAN_ROUNDS=1, %zu choices: %s\n",
		    schema_full_id(map_from(trial->map)), schema_full_id(map_to(trial->map)),
		    (unsigned long long)seed, choices->count, trial->fault);
	print_error("%.*s\n", (int)buffer_bytes(&trying->buffer).len,
		    (const char *)buffer_bytes(&trying->buffer).at);
}

static bool try_seed(struct trying *trying, uint64_t seed)
{
	struct choices choices;
	bool is_sound;

	choices_begin(&choices, seed);
	is_sound = !is_broken(trying, &choices);
	trying->documents++;
	trying->translated += trying->trial.is_translated;
	trying->returned += trying->trial.is_returned;
	if (!is_sound)
		tell(trying, &choices, seed);
	choices_clear(&choices);
	return is_sound;
}

/* ---- One map ---- */

static uint64_t number_of(const char *name, uint64_t otherwise)
{
	const char *value = getenv(name);

	return value == NULL ? otherwise : strtoull(value, NULL, 10);
}

static uint64_t rounds_of_each(void)
{
	uint64_t each = ROUNDS_OF_ALL / (schema_set_map_count(set) + 1);

	return number_of("SAMPAN_ROUNDS", each < ROUNDS_LEAST ? ROUNDS_LEAST : each);
}

/* A property that is hardly ever tried proves nothing. */
static bool is_tried_enough(const struct trying *trying)
{
	bool is_inverse = trying->trial.inverse != NULL;

	if (trying->documents < ROUNDS_LEAST)
		return true;
	return trying->skipped * 10 < trying->documents &&
	       trying->translated * 20 > trying->documents && (!is_inverse || trying->returned > 0);
}

static bool try_map(const struct map *map)
{
	uint64_t seed = number_of("SAMPAN_SEED", 1), rounds = rounds_of_each();
	clock_t begin = clock();
	struct trying trying = {.documents = 0};
	bool is_sound = true;

	trial_open(&trying.trial, FOLDER, set, map);
	buffer_init(&trying.buffer, LIMIT_DOCUMENT_BYTES);
	for (uint64_t i = 0; i < rounds && is_sound; i++)
		is_sound = try_seed(&trying, seed + i);
	print_message("%s to %s: %zu documents, %zu translated, %zu came back, %zu ms\n",
		      schema_full_id(map_from(map)), schema_full_id(map_to(map)), trying.documents,
		      trying.translated, trying.returned,
		      (size_t)((clock() - begin) * 1000 / CLOCKS_PER_SEC));
	if (is_sound && !is_tried_enough(&trying)) {
		print_error("%zu could not be generated, too few went over or came back\n",
			    trying.skipped);
		is_sound = false;
	}
	buffer_clear(&trying.buffer);
	trial_close(&trying.trial);
	return is_sound;
}

static bool is_asked_for(const struct map *map)
{
	const char *one = getenv("SAMPAN_MAP");
	char own[256];

	snprintf(own, sizeof(own), "%s %s", schema_full_id(map_from(map)),
		 schema_full_id(map_to(map)));
	return one == NULL || strcmp(one, own) == 0;
}

static void every_generated_document_goes_over_or_is_held_for_a_reason(void **state)
{
	size_t broken = 0;

	(void)state;
	for (size_t i = 0; i < schema_set_map_count(set); i++) {
		const struct map *map = schema_set_map_at(set, i);

		if (is_asked_for(map))
			broken += !try_map(map);
	}
	assert_int_equal(broken, 0);
}

static int load(void **state)
{
	struct arena *arena = arena_new(LIMIT_DOCUMENT_ARENA_BYTES);
	struct findings findings;
	enum err err;

	(void)state;
	findings_init(&findings, arena);
	err = schema_set_load(FOLDER, &findings, &set);
	for (size_t i = 0; i < findings.count; i++)
		print_error("%s: %s\n", findings.items[i].path, findings.items[i].en);
	arena_free(arena);
	return err == OK ? 0 : -1;
}

static int unload(void **state)
{
	(void)state;
	schema_set_free(set);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_generated_document_goes_over_or_is_held_for_a_reason),
	};

	return cmocka_run_group_tests(tests, load, unload);
}
