#include "messages/hub_way.h"

#include <stdlib.h>
#include <string.h>

#include "messages/map.h"

#define HUB_PREFIX "asw."

struct search {
	const struct schema_set *set;
	const struct schema *to;
	struct hub_way at; /* the way being tried */
	struct hub_way *best;
	struct hub_way *rival;
};

static bool is_hub(const struct schema *schema)
{
	return strncmp(schema_id(schema), HUB_PREFIX, strlen(HUB_PREFIX)) == 0;
}

static bool is_on(const struct hub_way *way, const struct schema *schema)
{
	for (size_t i = 0; i < way->count; i++) {
		if (way->kinds[i] == schema)
			return true;
	}
	return false;
}

static unsigned long version_of(const struct schema *schema)
{
	return strtoul(schema_full_id(schema) + strlen(schema_id(schema)) + 1, NULL, 10);
}

static bool is_through_same_kinds(const struct hub_way *a, const struct hub_way *b)
{
	for (size_t i = 0; i < a->count; i++) {
		if (strcmp(schema_id(a->kinds[i]), schema_id(b->kinds[i])) != 0)
			return false;
	}
	return true;
}

static bool is_older(const struct hub_way *a, const struct hub_way *b)
{
	for (size_t i = 0; i < a->count; i++) {
		if (a->kinds[i] != b->kinds[i])
			return version_of(a->kinds[i]) < version_of(b->kinds[i]);
	}
	return false;
}

static void compare_with_best(struct search *search)
{
	bool is_first = search->best->count == 0;

	if (!is_first && !is_through_same_kinds(search->best, &search->at))
		*search->rival = search->at;
	else if (is_first || is_older(&search->at, search->best))
		*search->best = search->at;
}

/* All ways of exactly so many more steps. Depth is bounded by HUB_WAY_KINDS. */
static void try_steps(struct search *search, size_t steps)
{
	const struct schema *here = search->at.kinds[search->at.count - 1];

	for (size_t i = 0; i < schema_set_map_count(search->set); i++) {
		const struct map *map = schema_set_map_at(search->set, i);
		const struct schema *next = map_to(map);

		if (map_from(map) != here || is_on(&search->at, next))
			continue;
		if (steps == 1 ? next != search->to : next == search->to || !is_hub(next))
			continue;
		search->at.kinds[search->at.count++] = next;
		if (steps == 1)
			compare_with_best(search);
		else
			try_steps(search, steps - 1);
		search->at.count--;
	}
}

void hub_way_find(const struct schema_set *set, const struct schema *from, const struct schema *to,
		  struct hub_way *ret_way, struct hub_way *ret_rival)
{
	struct search search = {.set = set, .to = to, .best = ret_way, .rival = ret_rival};

	*ret_way = *ret_rival = (struct hub_way){.count = 0};
	search.at = (struct hub_way){.kinds = {from}, .count = 1};
	for (size_t steps = 1; steps < HUB_WAY_KINDS && ret_way->count == 0; steps++)
		try_steps(&search, steps);
}

const char *hub_way_format(const struct hub_way *way, struct arena *arena)
{
	const char *text = "";

	for (size_t i = 0; i < way->count && text != NULL; i++)
		text = arena_format(arena, "%s%s%s", text, i == 0 ? "" : " -> ",
				    schema_full_id(way->kinds[i]));
	return text;
}
