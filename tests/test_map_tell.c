/* map_tell: a map says in words what happens to each field. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "messages/map_tell.h"
#include "sampan/limit.h"

#define ROWS 16384

struct world {
	struct schema_set *set;
	struct arena *arena;
	struct map_told rows[ROWS];
	size_t count;
};

static struct world world;

static int set_up(void **state)
{
	struct findings findings;

	(void)state;
	world.arena = arena_new(LIMIT_DOCUMENT_ARENA_BYTES);
	findings_init(&findings, world.arena);
	return schema_set_load("schemas", &findings, &world.set) == OK ? 0 : -1;
}

static int tear_down(void **state)
{
	(void)state;
	schema_set_free(world.set);
	arena_free(world.arena);
	return 0;
}

static void keep(void *context, const struct map_told *told)
{
	(void)context;
	assert_true(world.count < ROWS);
	world.rows[world.count++] = *told;
}

static void tell(const char *from, const char *to)
{
	const struct map *map = schema_set_map(world.set, schema_set_find(world.set, from),
					       schema_set_find(world.set, to));

	assert_non_null(map);
	world.count = 0;
	assert_int_equal(map_tell(map, world.arena, keep, NULL), OK);
}

/* The only row of the field that leads to the target. */
static const struct map_told *row(const char *source, const char *target)
{
	const struct map_told *found = NULL;

	for (size_t i = 0; i < world.count; i++) {
		if (strcmp(world.rows[i].source, source) != 0 ||
		    strcmp(world.rows[i].target, target) != 0)
			continue;
		assert_null(found);
		found = &world.rows[i];
	}
	if (found == NULL)
		fail_msg("nothing is said of %s to %s", source, target);
	return found;
}

#define EXPORT "/Envelope/Body/Content/ExportDeclaration"

static void what_is_said_is_what_the_map_does(void **state)
{
	static const struct {
		const char *source, *target, *en, *vi;
	} cases[] = {
		{EXPORT "/Exporter/Code", "/Declaration/Exporter/ID", "carried, must be carried",
		 "chuyển sang, bắt buộc phải chuyển"},
		{EXPORT "/Exporter/Name", "/Declaration/Exporter/Name",
		 "carried, cut to 70 characters when longer",
		 "chuyển sang, cắt còn 70 ký tự khi dài hơn"},
		{EXPORT "/TransportModeCode", "/Declaration/BorderTransportMeans/ModeCode",
		 "carried, code list vnaccs-transport-mode, must be carried",
		 "chuyển sang, theo bảng mã vnaccs-transport-mode, bắt buộc phải chuyển"},
		{EXPORT "/DepartureDate",
		 "/Declaration/BorderTransportMeans/DepartureDateTime/DateTimeString",
		 "carried, date form ddmmyyyy → 102, must be carried",
		 "chuyển sang, đổi dạng ngày ddmmyyyy → 102, bắt buộc phải chuyển"},
		{EXPORT "/CustomsOffice", "",
		 "dropped (stays-national), it concerns this country only",
		 "bỏ (stays-national), chỉ dùng trong nước"},
		{"/Envelope/Header/From", "",
		 "dropped (envelope), it belongs to the envelope, not to the document, with all below",
		 "bỏ (envelope), thuộc phong bì thư, không thuộc chứng từ, cùng mọi thứ bên trong"},
		{"", "/Declaration/ID", "supplied by event.number", "bổ sung từ event.number"},
		{"", "/Declaration/GoodsShipment/GovernmentAgencyGoodsItem/SequenceNumeric",
		 "its number among its likes, from 1", "số thứ tự, từ 1"},
		{"", "",
		 "when /Envelope/Header/Subject/function = 01 | 02, when " EXPORT
		 "/DeclarationKindCode = AEO | B11 | B12 | C22 | E42 | E46 | E52 | E54 | E56 | "
		 "E62 | E82 | G61 | H21",
		 "khi /Envelope/Header/Subject/function = 01 | 02, khi " EXPORT
		 "/DeclarationKindCode = AEO | B11 | B12 | C22 | E42 | E46 | E52 | E54 | E56 | "
		 "E62 | E82 | G61 | H21"},
	};

	(void)state;
	tell("vn.export", "asw.acdd");
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		const struct map_told *told = row(cases[i].source, cases[i].target);

		assert_string_equal(told->en, cases[i].en);
		assert_string_equal(told->vi, cases[i].vi);
	}
	assert_string_equal(row(EXPORT "/Exporter/Code", "/Declaration/Exporter/ID")->source_item,
			    "EPC");
	assert_string_equal(row(EXPORT "/Exporter/Code", "/Declaration/Exporter/ID")->target_item,
			    "R032");
}

static void a_condition_is_said_and_what_happens_otherwise(void **state)
{
	(void)state;
	tell("asw.form-d", "vn.co");
	assert_string_equal(row("/Declaration/AdditionalInformation/StatementDescription",
				"/Envelope/Body/Content/CertificateOfOrigin/Remarks")
				    ->en,
			    "carried, when StatementTypeCode = AAI");
	assert_string_equal(
		row("/Declaration/AdditionalInformation/StatementDescription", "")->en,
		"otherwise, dropped (no-counterpart), the other side has no place for it");
}

static void what_a_split_supplies_is_said(void **state)
{
	(void)state;
	tell("asw.declaration", "vn.export");
	assert_string_equal(row("", EXPORT "/DivisionBranch")->en,
			    "when the document is split: which part it is");
	assert_string_equal(row("", EXPORT "/DivisionCount")->vi,
			    "khi chứng từ được tách: tổng số phần");
}

static bool is_told(const char *path)
{
	size_t len;

	for (size_t i = 0; i < world.count; i++) {
		len = strlen(world.rows[i].source);
		if (len > 0 && strncmp(path, world.rows[i].source, len) == 0 &&
		    (path[len] == '\0' || path[len] == '/'))
			return true;
	}
	return false;
}

static void check_told(const struct shape *shape, const char *above)
{
	const char *path = arena_format(world.arena, shape->is_attribute ? "%s/@%s" : "%s/%s",
					above, shape->name);

	assert_non_null(path);
	if ((shape->is_leaf || shape->is_attribute) && !is_told(path))
		fail_msg("nothing is said of %s", path);
	for (size_t i = 0; i < shape->child_count; i++)
		check_told(shape->children[i], path);
}

static void every_field_of_every_map_is_spoken_of(void **state)
{
	(void)state;
	for (size_t i = 0; i < schema_set_map_count(world.set); i++) {
		const struct map *map = schema_set_map_at(world.set, i);

		world.count = 0;
		assert_int_equal(map_tell(map, world.arena, keep, NULL), OK);
		check_told(schema_shape(map_from(map)), "");
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_said_is_what_the_map_does),
		cmocka_unit_test(a_condition_is_said_and_what_happens_otherwise),
		cmocka_unit_test(what_a_split_supplies_is_said),
		cmocka_unit_test(every_field_of_every_map_is_spoken_of),
	};

	return cmocka_run_group_tests_name("map_tell", tests, set_up, tear_down);
}
