/*
 * What must hold of every translation through the hub, and of every document that is split, tried on
 * documents generated from the XSDs (tests/support/generate.h):
 *
 * - the report from the first documents to the last accounts for every value;
 * - the result is that of the maps one by one;
 * - what was split can be joined, with a report that accounts for every value.
 *
 * Ways are found at run time. SAMPAN_SEED begins elsewhere, SAMPAN_ROUNDS says how many documents of each
 * way are tried.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "messages/hub.h"
#include "messages/part_xml.h"
#include "sampan/limit.h"
#include "tests/support/generate.h"
#include "tests/support/hub_scene.h"
#include "tests/support/totality.h"
#include "tests/support/wishes.h"

#define FOLDER "schemas"
#define ROUNDS 25

static struct schema_set *set;

/* One way, and what its documents are made from. */
struct trying {
	struct hub_way way;
	struct wishes wishes[HUB_WAY_KINDS];
	struct arena *kept;
	struct buffer buffer;
	struct hub_scene scene;
	uint64_t seed;
	size_t done, held;
};

static uint64_t number_of(const char *name, uint64_t otherwise)
{
	const char *value = getenv(name);

	return value == NULL ? otherwise : strtoull(value, NULL, 10);
}

static void trying_open(struct trying *trying, const struct hub_way *way)
{
	*trying = (struct trying){.way = *way, .kept = arena_new((size_t)256 << 20)};
	for (size_t i = 0; i + 1 < way->count; i++)
		wishes_open(FOLDER, schema_full_id(way->kinds[i]),
			    schema_full_id(way->kinds[i + 1]), trying->kept, &trying->wishes[i]);
	buffer_init(&trying->buffer, LIMIT_DOCUMENT_BYTES);
}

static void trying_close(struct trying *trying)
{
	for (size_t i = 0; i + 1 < trying->way.count; i++)
		wishes_close(&trying->wishes[i]);
	arena_free(trying->kept);
	buffer_clear(&trying->buffer);
}

static void fail_seed(const struct trying *trying, const char *what)
{
	print_error("SAMPAN_SEED=%llu: %s\n%.*s\n", (unsigned long long)trying->seed,
		    hub_way_format(&trying->way, trying->scene.arena),
		    (int)buffer_bytes(&trying->buffer).len,
		    (const char *)buffer_bytes(&trying->buffer).at);
	hub_scene_fail(&trying->scene, what);
}

static void expect_total(const struct trying *trying, const struct hub_scene *scene)
{
	const struct totality_documents sources = {scene->bytes, scene->count};
	const struct totality_documents outputs = {scene->result.outputs,
						   scene->result.output_count};
	char fault[TOTALITY_FAULT_BYTES];

	if (totality_check_many(&sources, &outputs, &scene->result.report, fault) > 0)
		fail_seed(trying, fault);
}

/* One document of the first kind, with facts that fit every map of the way. */
static bool begin(struct trying *trying)
{
	struct choices choices;
	bool is_made;

	choices_begin(&choices, trying->seed);
	buffer_reset(&trying->buffer);
	hub_scene_begin(&trying->scene, set);
	is_made = generate_document(trying->wishes[0].from.root, &choices, &trying->buffer);
	for (size_t i = 0; i + 1 < trying->way.count && is_made; i++)
		wishes_put_facts(&trying->wishes[i], &choices, &trying->scene.facts);
	choices_clear(&choices);
	if (is_made)
		hub_scene_read_bytes(&trying->scene, buffer_bytes(&trying->buffer));
	else
		hub_scene_end(&trying->scene);
	return is_made;
}

static const char *full_id(const struct trying *trying, size_t kind)
{
	return schema_full_id(trying->way.kinds[kind]);
}

static void try_to(struct trying *trying, const char *to)
{
	trying->scene.kind = trying->way.kinds[0];
	hub_scene_try(&trying->scene, to);
	if (findings_has_errors(&trying->scene.findings))
		trying->held++;
	else
		trying->done++;
}

/* ---- Ways of several maps ---- */

static void compare_with_hops(const struct trying *trying)
{
	struct bytes bytes = buffer_bytes(&trying->buffer);
	struct hub_scene hop[HUB_WAY_KINDS];
	size_t count = 0;

	for (; count + 1 < trying->way.count; count++) {
		hub_scene_begin(&hop[count], set);
		hop[count].facts = trying->scene.facts;
		hub_scene_read_bytes(&hop[count], bytes);
		hop[count].kind = trying->way.kinds[count];
		hub_scene_try(&hop[count], full_id(trying, count + 1));
		if (findings_has_errors(&hop[count].findings))
			fail_seed(trying, "one by one it is held");
		bytes = hop[count].result.outputs[0];
	}
	if (!bytes_equal(bytes, trying->scene.result.outputs[0]))
		fail_seed(trying, "one by one gives another result");
	while (count > 0)
		hub_scene_end(&hop[--count]);
}

static void try_way(const struct hub_way *way)
{
	uint64_t seed = number_of("SAMPAN_SEED", 1), rounds = number_of("SAMPAN_ROUNDS", ROUNDS);
	struct trying trying;

	trying_open(&trying, way);
	for (trying.seed = seed; trying.seed < seed + rounds; trying.seed++) {
		if (!begin(&trying))
			continue;
		try_to(&trying, full_id(&trying, way->count - 1));
		if (trying.scene.result.output_count > 0)
			expect_total(&trying, &trying.scene);
		if (trying.scene.result.output_count == 1)
			compare_with_hops(&trying);
		hub_scene_end(&trying.scene);
	}
	print_message("%s to %s: %zu translated, %zu held\n", full_id(&trying, 0),
		      full_id(&trying, way->count - 1), trying.done, trying.held);
	trying_close(&trying);
}

static void every_value_is_accounted_for_over_every_way(void **state)
{
	struct hub_way way, rival;

	(void)state;
	for (size_t i = 0; i < schema_set_count(set); i++) {
		for (size_t j = 0; j < schema_set_count(set); j++) {
			hub_way_find(set, schema_set_at(set, i), schema_set_at(set, j), &way,
				     &rival);
			if (way.count > 2 && rival.count == 0)
				try_way(&way);
		}
	}
}

/* ---- Maps that split ---- */

/* Parts become one again where the map has a way back; each of them has its place there. */
static void join_again(const struct trying *trying)
{
	const struct map *back = schema_set_map(set, trying->way.kinds[1], trying->way.kinds[0]);
	struct hub_scene scene;

	if (back == NULL || back->join == NULL)
		return;
	hub_scene_begin(&scene, set);
	for (size_t i = trying->scene.result.output_count; i > 0; i--)
		hub_scene_read_bytes(&scene, trying->scene.result.outputs[i - 1]);
	scene.kind = trying->way.kinds[1];
	hub_scene_try(&scene, full_id(trying, 0));
	for (size_t i = 0; i < scene.findings.count; i++) {
		if (strncmp(scene.findings.items[i].code, "join-", 5) == 0)
			fail_seed(trying, scene.findings.items[i].en);
	}
	if (scene.result.output_count > 0)
		expect_total(trying, &scene);
	hub_scene_end(&scene);
}

/* The same with so many lines: those it has, again and again. */
static void repeat_lines(struct trying *trying, const struct map_path *group, size_t lines)
{
	const struct document *document = trying->scene.documents[0];
	xmlNode *line, *last;
	xmlChar *bytes = NULL;
	xmlDoc *doc = NULL;
	int len = 0;

	assert_int_equal(part_xml_copy(document, &doc), OK);
	line = last = part_xml_first_line(part_xml_holder(doc, group), group);
	while (part_xml_next_line(last) != NULL)
		last = part_xml_next_line(last);
	for (size_t count = part_count_lines(document, group); count < lines; count++) {
		last = xmlAddNextSibling(last, xmlDocCopyNode(line, doc, 1));
		line = part_xml_next_line(line);
	}
	xmlDocDumpMemoryEnc(doc, &bytes, &len, "UTF-8");
	buffer_reset(&trying->buffer);
	buffer_put(&trying->buffer, bytes_of(bytes, (size_t)len));
	xmlFree(bytes);
	xmlFreeDoc(doc);
}

/* What names a first declaration itself has no place for the one it is split from. */
static bool is_part_already(const struct hub_scene *scene)
{
	for (size_t i = 0; i < scene->findings.count; i++) {
		if (scene->findings.items[i].severity != SEVERITY_ERROR)
			continue;
		if (strcmp(scene->findings.items[i].code, "too-many") != 0 ||
		    strstr(scene->findings.items[i].path, "/PreviousDocument[") == NULL)
			return false;
	}
	return true;
}

/* What goes over with few lines goes over with many, in as many parts as they need. */
static void try_many_lines(struct trying *trying, const struct map *map)
{
	size_t lines = map->split->at + 1 + trying->seed % 150;
	struct facts facts = trying->scene.facts;
	struct hub_scene few = trying->scene;

	repeat_lines(trying, &map->split->group, lines);
	if (buffer_error(&trying->buffer) != OK) {
		buffer_reset(&trying->buffer); /* it grew beyond what a document may have */
		return;
	}
	hub_scene_begin(&trying->scene, set);
	trying->scene.facts = facts;
	hub_scene_read_bytes(&trying->scene, buffer_bytes(&trying->buffer));
	trying->scene.kind = map->from;
	hub_scene_try(&trying->scene, full_id(trying, 1));
	if (findings_has_errors(&trying->scene.findings) && is_part_already(&trying->scene)) {
		hub_scene_end(&trying->scene);
		trying->scene = few;
		return;
	}
	if (trying->scene.result.output_count != (lines + map->split->at - 1) / map->split->at)
		fail_seed(trying, "not as many parts as the lines need");
	expect_total(trying, &trying->scene);
	join_again(trying);
	hub_scene_end(&trying->scene);
	trying->scene = few;
}

static void try_split(const struct map *map)
{
	uint64_t seed = number_of("SAMPAN_SEED", 1), rounds = number_of("SAMPAN_ROUNDS", ROUNDS);
	struct trying trying;
	size_t split = 0;

	trying_open(&trying, &(struct hub_way){.kinds = {map->from, map->to}, .count = 2});
	for (trying.seed = seed; trying.seed < seed + 10 * rounds; trying.seed++) {
		if (!begin(&trying))
			continue;
		try_to(&trying, full_id(&trying, 1));
		if (trying.scene.result.output_count > 0) {
			expect_total(&trying, &trying.scene);
			try_many_lines(&trying, map);
			split++;
		}
		hub_scene_end(&trying.scene);
	}
	print_message("%s to %s: %zu translated and split, %zu held\n", full_id(&trying, 0),
		      full_id(&trying, 1), split, trying.held);
	assert_true(split > 0 || rounds < ROUNDS);
	trying_close(&trying);
}

static void every_value_is_accounted_for_in_every_part(void **state)
{
	(void)state;
	for (size_t i = 0; i < schema_set_map_count(set); i++) {
		const struct map *map = schema_set_map_at(set, i);

		if (map->split != NULL)
			try_split(map);
	}
}

static int load(void **state)
{
	(void)state;
	set = hub_scene_load(FOLDER);
	return set == NULL ? -1 : 0;
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
		cmocka_unit_test(every_value_is_accounted_for_over_every_way),
		cmocka_unit_test(every_value_is_accounted_for_in_every_part),
	};

	return cmocka_run_group_tests(tests, load, unload);
}
