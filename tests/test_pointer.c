/* pointer: places of the WCO Data Model as texts, and the VNACCS items that stand for them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "messages/map_rule.h"
#include "messages/pointer.h"
#include "sampan/buffer.h"
#include "sampan/limit.h"

#define LIST_FILE "schemas/lists/vnaccs-pointer.tsv"
#define STEPS 20

struct world {
	struct arena *arena;
	struct schema_set *set;
};

static struct world world;

/* ---- As one text ---- */

static void a_chain_is_one_text_and_the_text_the_chain(void **state)
{
	static const struct {
		struct pointer_step steps[4];
		size_t count;
		const char *text;
	} rows[] = {
		{{{"42A", "", ""}}, 1, "42A"},
		{{{"42A", "", ""}, {"68A", "3", ""}, {"21A", "", "145"}}, 3, "42A/68A[3]/21A.145"},
		{{{"", "3", "CMD"}}, 1, "[3].CMD"},
		{{{"", "", ""}, {"", "", "9"}}, 2, "/.9"},
		{{{"a/b", "[", ".%"}}, 1, "a%2Fb[%5B].%2E%25"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct pointer_step *steps = NULL;
		size_t count = 0;

		assert_string_equal(pointer_format(rows[i].steps, rows[i].count, world.arena),
				    rows[i].text);
		assert_int_equal(pointer_parse(rows[i].text, world.arena, &steps, &count), OK);
		assert_non_null(steps);
		assert_int_equal(count, rows[i].count);
		for (size_t j = 0; j < count; j++) {
			assert_string_equal(steps[j].section, rows[i].steps[j].section);
			assert_string_equal(steps[j].number, rows[i].steps[j].number);
			assert_string_equal(steps[j].tag, rows[i].steps[j].tag);
		}
	}
}

static void a_text_that_is_no_chain_is_told(void **state)
{
	static const char *const texts[] = {"42A[",  "42A[]",  "42A[1",      "42A.",  "42A]",
					    "a[1]b", "a.b.c",  "42A[1]2[3]", "%41",   "%2",
					    "%",     "42A%2f", "a[[1]]",     "a[1].", "%00"};

	(void)state;
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		struct pointer_step *steps = NULL;
		size_t count = 0;

		assert_int_equal(pointer_parse(texts[i], world.arena, &steps, &count), OK);
		if (steps != NULL)
			fail_msg("%s is read as a chain", texts[i]);
	}
}

/* ---- By the list that ships ---- */

static struct pointer_item find(const char *text)
{
	const struct code_list *list = schema_set_list(world.set, "vnaccs-pointer");
	struct pointer_step *steps = NULL;
	struct pointer_item item;
	size_t count = 0;

	assert_non_null(list);
	assert_int_equal(pointer_parse(text, world.arena, &steps, &count), OK);
	assert_non_null(steps);
	assert_int_equal(pointer_find_item(list, steps, count, world.arena, &item), OK);
	return item;
}

static void a_place_of_a_line_is_an_item_and_its_line(void **state)
{
	struct pointer_item item = find("42A/67A/68A[3]/23A/65A.130");

	(void)state;
	assert_string_equal(item.item, "QN1");
	assert_int_equal(item.line_step, 2);
	assert_true(item.is_exact);
	item = find("42A/67A/68A/23A/65A.130");
	assert_string_equal(item.item, "QN1");
	assert_true(item.is_exact);
	item = find("42A/67A/68A[3]/23A/21A[2].145");
	assert_string_equal(item.item, "CMD");
	assert_false(item.is_exact);
	assert_null(find("42A/17C.R144").item);
	assert_null(find("42A.D014").item); /* ECN of an export, ICN of an import */
	assert_null(find("1/2/3/4/5/6/7/8/9/10/11/12/13/14/15/16/17/18").item);
}

static void an_item_is_its_place_again(void **state)
{
	const struct code_list *list = schema_set_list(world.set, "vnaccs-pointer");
	struct pointer_chain chain;

	(void)state;
	assert_int_equal(pointer_of_item(list, "QN1", "3", world.arena, &chain), OK);
	assert_string_equal(pointer_format(chain.steps, chain.count, world.arena),
			    "42A/67A/68A[3]/23A/65A.130");
	assert_int_equal(pointer_of_item(list, "0000", "", world.arena, &chain), OK);
	assert_string_equal(pointer_format(chain.steps, chain.count, world.arena), "42A");
	assert_int_equal(pointer_of_item(list, "ZZZ", "", world.arena, &chain), OK);
	assert_null(chain.steps);
}

/* ---- The list is what maps and XSDs say ---- */

struct row {
	const char *item;
	const char *place;
};

struct rows {
	struct row items[1024];
	size_t count;
};

static bool is_class(const char *id)
{
	return strlen(id) == 3 && strspn(id, "0123456789") == 2 && id[2] >= 'A' && id[2] <= 'Z';
}

static bool is_repeated(const struct shape *shape)
{
	for (; shape != NULL; shape = shape->parent)
		if (shape->max > 1)
			return true;
	return false;
}

/* The classes down to a shape and the attribute that it is; NULL: not all of them are known. */
static const char *place_of(const struct shape *shape, bool has_line)
{
	struct pointer_step steps[STEPS] = {0};
	const struct shape *above[STEPS];
	size_t depth = 0, count = 0;
	bool is_complete = false;

	for (; shape != NULL && depth < STEPS; shape = shape->parent)
		above[depth++] = shape;
	while (depth-- > 0) {
		const struct shape *at = above[depth];

		if (strcmp(at->name, "DateTimeString") == 0 && is_complete)
			break;
		if (is_complete || strcmp(at->item_of, "wco") != 0)
			return NULL;
		if (is_class(at->item)) {
			steps[count] = (struct pointer_step){at->item, "", ""};
			if (has_line && at->max > 1) {
				steps[count].number = "#";
				has_line = false;
			}
			count++;
		} else if (count > 0) {
			steps[count - 1].tag = at->item;
			is_complete = true;
		}
	}
	return is_complete ? pointer_format(steps, count, world.arena) : NULL;
}

static const struct shape *end_of(const struct map_path *path, const struct shape *base,
				  const struct schema *kind)
{
	if (path->count > 0)
		return path->steps[path->count - 1];
	return path->is_absolute ? schema_shape(kind) : base;
}

static void put_row(struct rows *rows, const char *item, const char *place)
{
	for (size_t i = 0; i < rows->count; i++)
		if (strcmp(rows->items[i].item, item) == 0 &&
		    strcmp(rows->items[i].place, place) == 0)
			return;
	assert_true(rows->count < sizeof(rows->items) / sizeof(rows->items[0]));
	rows->items[rows->count++] = (struct row){item, place};
}

/*
 * One value in one of many elements, told from the others by a constant (a statement of one type):
 * a place does not say which of the many is meant, so it is no name of the item.
 */
static bool is_chosen(const struct map_rule *group, const struct shape *source,
		      const struct shape *target)
{
	return group->to.count > 0 && target->max > 1 && !is_repeated(source);
}

/* Both directions are read: some rules hold in one only. */
static void derive(const struct map *map, const struct map_rule *group, const struct shape *from,
		   const struct shape *to, struct rows *rows)
{
	for (size_t i = 0; i < group->rule_count; i++) {
		const struct map_rule *rule = &group->rules[i];
		const struct shape *source = end_of(&rule->from, from, map->from);
		const struct shape *target = end_of(&rule->to, to, map->to);
		bool is_forth = strcmp(source->item_of, "vnaccs") == 0;
		const struct shape *item = is_forth ? source : target;
		const struct shape *named = is_forth ? target : source;
		const char *place;

		if (rule->kind == MAP_GROUP && !is_chosen(rule, source, target) &&
		    !is_chosen(rule, target, source))
			derive(map, rule, source, target, rows);
		if (rule->kind != MAP_VALUE || strcmp(item->item_of, "vnaccs") != 0 ||
		    strlen(item->item) > 4 || named->is_attribute)
			continue;
		place = place_of(named, is_repeated(item));
		if (place != NULL)
			put_row(rows, item->item, place);
	}
}

/*
 * A place of several items is the name of none: which form is answered, that of exports or of imports, a response does
 * not say. Of several places of one item the first counts.
 */
static bool is_lossy(const struct rows *rows, size_t index)
{
	for (size_t i = 0; i < rows->count; i++)
		if ((i < index && strcmp(rows->items[i].item, rows->items[index].item) == 0) ||
		    (i != index && strcmp(rows->items[i].place, rows->items[index].place) == 0))
			return true;
	return false;
}

static void format_list(const struct rows *rows, struct buffer *list)
{
	buffer_put_text(
		list,
		"# source: items (xs:appinfo) of vn-export.xsd and vn-import.xsd, WCO ids of asw-declaration.xsd, by the maps between them\n"
		"# date: 2026-11-22\n"
		"# Derived: tests/test_pointer.c derives it again; SAMPAN_GOLDEN=write writes it. [#] is the place of the line; 0000 the whole.\n"
		"0000\t42A\n");
	for (size_t i = 0; i < rows->count; i++)
		buffer_put_format(list, "%s\t%s%s\n", rows->items[i].item, rows->items[i].place,
				  is_lossy(rows, i) ? "\tlossy" : "");
}

static struct bytes read_list(void)
{
	uint8_t *at = arena_alloc(world.arena, 65536);
	FILE *file = fopen(LIST_FILE, "rb");
	size_t len;

	assert_non_null(file);
	len = fread(at, 1, 65536, file);
	fclose(file);
	return bytes_of(at, len);
}

static void derive_kind(const char *kind, struct rows *rows)
{
	const struct schema *from = schema_set_find(world.set, kind);
	const struct schema *to = schema_set_find(world.set, "asw.declaration/1");
	const struct map *map = schema_set_map(world.set, from, to);
	const struct map *back = schema_set_map(world.set, to, from);

	assert_non_null(map);
	assert_non_null(back);
	derive(map, &map->root, schema_shape(from), schema_shape(to), rows);
	derive(back, &back->root, schema_shape(to), schema_shape(from), rows);
}

static void the_list_of_places_is_what_the_maps_and_xsds_say(void **state)
{
	const char *mode = getenv("SAMPAN_GOLDEN");
	struct rows rows = {.count = 0};
	struct buffer list;

	(void)state;
	derive_kind("vn.export/1", &rows);
	derive_kind("vn.import/1", &rows);
	buffer_init(&list, 65536);
	format_list(&rows, &list);
	assert_int_equal(buffer_error(&list), OK);
	if (mode != NULL && strcmp(mode, "write") == 0) {
		FILE *file = fopen(LIST_FILE, "wb");

		assert_non_null(file);
		fwrite(list.at, 1, list.len, file);
		assert_int_equal(fclose(file), 0);
	}
	assert_true(bytes_equal(buffer_bytes(&list), read_list()));
	buffer_clear(&list);
}

static int load(void **state)
{
	struct findings findings;
	enum err err;

	(void)state;
	world.arena = arena_new(LIMIT_DOCUMENT_ARENA_BYTES);
	findings_init(&findings, world.arena);
	err = schema_set_load("schemas", &findings, &world.set);
	for (size_t i = 0; i < findings.count; i++)
		print_error("%s:%u: %s\n", findings.items[i].path, findings.items[i].line,
			    findings.items[i].en);
	return err == OK ? 0 : -1;
}

static int unload(void **state)
{
	(void)state;
	schema_set_free(world.set);
	arena_free(world.arena);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_chain_is_one_text_and_the_text_the_chain),
		cmocka_unit_test(a_text_that_is_no_chain_is_told),
		cmocka_unit_test(the_list_of_places_is_what_the_maps_and_xsds_say),
		cmocka_unit_test(a_place_of_a_line_is_an_item_and_its_line),
		cmocka_unit_test(an_item_is_its_place_again),
	};

	return cmocka_run_group_tests(tests, load, unload);
}
