/* Translation through the hub's kinds: the way that is taken, one report from the source to the end,
 * and what is found on the way told of the source. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "messages/hub.h"
#include "messages/map.h"
#include "sampan/limit.h"
#include "support/hub_scene.h"
#include "support/totality.h"

static struct schema_set *set;

/* ---- Ways ---- */

static const char *way_text(const char *from, const char *to, struct arena *arena)
{
	struct hub_way way, rival;

	hub_way_find(set, schema_set_find(set, from), schema_set_find(set, to), &way, &rival);
	assert_int_equal(rival.count, 0);
	return hub_way_format(&way, arena);
}

static void the_shortest_way_is_taken_and_only_over_kinds_of_the_hub(void **state)
{
	static const struct {
		const char *from, *to, *way;
	} cases[] = {
		{"vn.co", "asw.form-d", "vn.co/1 -> asw.form-d/1"},
		{"vn.co", "th.co-received", "vn.co/1 -> asw.form-d/1 -> th.co-received/1"},
		{"th.co", "vn.co-received", "th.co/1 -> asw.form-d/1 -> vn.co-received/1"},
		{"vn.export", "th.advance-export",
		 "vn.export/1 -> asw.acdd/1 -> th.advance-export/1"},
		{"wco.declaration", "vn.export",
		 "wco.declaration/1 -> asw.declaration/1 -> vn.export/1"},
		{"vn.co-received", "vn.export", ""},
	};
	struct arena *arena = arena_new((size_t)1 << 20);

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		assert_string_equal(way_text(cases[i].from, cases[i].to, arena), cases[i].way);
	arena_free(arena);
}

/* ---- Reports ---- */

static bool has_row(const struct hub_scene *scene, const char *row)
{
	return strstr(scene->rows, row) != NULL;
}

static void a_certificate_becomes_the_other_countrys_with_one_report(void **state)
{
	struct hub_scene scene;

	(void)state;
	hub_scene_begin(&scene, set);
	hub_scene_read(&scene, "schemas/samples/vn/bct-hanoi/21-co-third-party.xml");
	hub_scene_translate(&scene, "th.co-received");
	hub_scene_expect_total(&scene);
	assert_string_equal(scene.result.report.from, "vn.co/1");
	assert_string_equal(scene.result.report.to, "th.co-received/1");
	assert_int_equal(scene.result.report.more->via_count, 1);
	assert_string_equal(scene.result.report.more->via[0], "asw.form-d/1");
	/* carried through, changed on the way, dropped in the first hop, a constant of the first */
	assert_true(has_row(&scene, "field /Envelope[1]/Body[1]/Content[1]/CertificateOfOrigin[1]/"
				    "FormCode[1] /certificateReceived[1]/formId[1] D\n"));
	assert_true(has_row(&scene, "changed /Envelope[1]/Body[1]/Content[1]/CertificateOfOrigin[1]"
				    "/Transport[1]/ModeCode[1] /certificateReceived[1]/vehicle[1]/"
				    "transportBy[1] 2 1 code-list\n"));
	assert_true(has_row(&scene, "dropped /Envelope[1]/Header[1]/Reference[1]/version[1] "
				    "1.0 envelope\n"));
	assert_true(has_row(&scene, "supplied /certificateReceived[1]/issuingCountry[1] VN "
				    "constant maps/vn.co~asw.form-d.xml:"));
	hub_scene_end(&scene);
}

static void the_result_is_that_of_the_hops_one_by_one(void **state)
{
	struct hub_scene whole, first, second;

	(void)state;
	hub_scene_begin(&whole, set);
	hub_scene_read(&whole, "schemas/samples/vn/bct-hanoi/23-co-back-to-back.xml");
	hub_scene_translate(&whole, "th.co-received");
	hub_scene_begin(&first, set);
	hub_scene_read(&first, "schemas/samples/vn/bct-hanoi/23-co-back-to-back.xml");
	hub_scene_translate(&first, "asw.form-d");
	hub_scene_begin(&second, set);
	hub_scene_read_bytes(&second, first.result.outputs[0]);
	hub_scene_translate(&second, "th.co-received");
	assert_true(bytes_equal(whole.result.outputs[0], second.result.outputs[0]));
	assert_true(
		hash_equal(&whole.result.report.more->via_hashes[0], &first.result.report.output));
	hub_scene_end(&whole);
	hub_scene_end(&first);
	hub_scene_end(&second);
}

/* ---- Everything there is ---- */

struct counts {
	size_t done, held;
};

static struct counts counts;

static bool is_held(const struct findings *findings)
{
	static const char *const codes[] = {"precondition",          "precondition-missing",
					    "value-missing",         "on-the-way",
					    "value-too-long",        "too-many",
					    "value-not-convertible", NULL};

	for (size_t i = 0; i < findings->count; i++) {
		size_t j = 0;

		while (codes[j] != NULL && strcmp(codes[j], findings->items[i].code) != 0)
			j++;
		if (codes[j] == NULL)
			return false;
	}
	return findings->errors > 0;
}

static void check_pair(const char *file, const struct schema *to)
{
	struct hub_way way, rival;
	struct hub_scene scene;

	hub_scene_begin(&scene, set);
	hub_scene_read(&scene, file);
	if (scene.kind == NULL) {
		hub_scene_end(&scene);
		return;
	}
	hub_way_find(set, scene.kind, to, &way, &rival);
	if (way.count > 2 && rival.count == 0) {
		hub_scene_try(&scene, schema_full_id(to));
		if (!findings_has_errors(&scene.findings)) {
			hub_scene_expect_total(&scene);
			counts.done++;
		} else if (is_held(&scene.findings)) {
			counts.held++;
		} else {
			hub_scene_fail(&scene, file);
		}
	}
	hub_scene_end(&scene);
}

static int check_file(const char *path, const struct stat *status, int kind, struct FTW *place)
{
	size_t len = strlen(path);

	(void)status;
	(void)place;
	if (kind != FTW_F || len < 4 || strcmp(path + len - 4, ".xml") != 0 ||
	    strstr(path, "90-invalid") != NULL)
		return 0;
	for (size_t i = 0; i < schema_set_count(set); i++)
		check_pair(path, schema_set_at(set, i));
	return 0;
}

static void every_sample_is_accounted_for_over_every_way(void **state)
{
	(void)state;
	counts = (struct counts){0};
	nftw("schemas/samples/vn", check_file, 8, FTW_PHYS);
	nftw("schemas/samples/th", check_file, 8, FTW_PHYS);
	print_message("%zu translations over the hub, %zu held\n", counts.done, counts.held);
	assert_true(counts.done >= 10);
}

static void every_real_message_is_accounted_for_over_every_way(void **state)
{
	const char *corpus = getenv("SAMPAN_CORPUS");
	char folder[4096];

	(void)state;
	snprintf(folder, sizeof(folder), "%s/wco-dec/declarations/valid",
		 corpus == NULL ? "../shared/corpus" : corpus);
	if (access(folder, R_OK) != 0) {
		print_message("skipped: there are no real messages at %s\n", folder);
		skip();
	}
	counts = (struct counts){0};
	nftw(folder, check_file, 8, FTW_PHYS);
	snprintf(folder, sizeof(folder), "%s/wco-dec/notifications",
		 corpus == NULL ? "../shared/corpus" : corpus);
	nftw(folder, check_file, 8, FTW_PHYS);
	print_message("%zu translations over the hub, %zu held\n", counts.done, counts.held);
	assert_true(counts.done > 0);
}

/* ---- Findings ---- */

static const struct finding *found(const struct hub_scene *scene, const char *code)
{
	for (size_t i = 0; i < scene->findings.count; i++) {
		if (strcmp(scene->findings.items[i].code, code) == 0)
			return &scene->findings.items[i];
	}
	hub_scene_fail(scene, code);
	abort();
}

/* The mode of transport goes through the hub; the other country's list does not know it. */
static void what_a_later_hop_finds_is_told_with_the_sources_path_and_line(void **state)
{
	struct schema_set *own = hub_scene_load_changed(
		"cp -r tests/data/country/* $to; sed -i /^8/d $to/lists/my-transport.tsv");
	const struct finding *finding;
	struct hub_scene scene;

	(void)state;
	assert_non_null(own);
	hub_scene_begin(&scene, own);
	hub_scene_read_changed(&scene, "schemas/samples/vn/bct-hanoi/21-co-third-party.xml",
			       "<ModeCode>2</ModeCode>", "<ModeCode>6</ModeCode>");
	hub_scene_try(&scene, "my.co-received");
	finding = found(&scene, "value-not-convertible");
	assert_string_equal(finding->path, "/Envelope[1]/Body[1]/Content[1]/CertificateOfOrigin[1]/"
					   "Transport[1]/ModeCode[1]");
	assert_int_equal(finding->line, hub_scene_line_of(&scene, "<ModeCode>"));
	assert_non_null(
		strstr(found(&scene, "on-the-way")->en, "asw.form-d/1 to my.co-received/1"));
	hub_scene_end(&scene);
	schema_set_free(own);
}

/* A precondition is about the whole document between; it is told of the whole source. */
static void what_is_found_of_all_of_it_is_told_of_all_of_the_source(void **state)
{
	const struct finding *finding;
	struct hub_scene scene;

	(void)state;
	hub_scene_begin(&scene, set);
	hub_scene_read_changed(&scene, "schemas/samples/th/siam-ceramics/export-tableware.xml",
			       "<ID>0105551000013</ID>", "");
	hub_scene_try(&scene, "vn.export");
	finding = found(&scene, "precondition-missing");
	assert_string_equal(finding->path, "/MetaData[1]");
	hub_scene_end(&scene);
}

/* ---- Several ways ---- */

#define ANOTHER_HUB \
	"sed s/asw.form-d/asw.paper/ schemas/kinds/asw.form-d.xml >$to/kinds/asw.paper.xml; " \
	"sed s,asw.form-d,asw.paper, 'schemas/maps/vn.co~asw.form-d.xml' " \
	">$to/maps/vn.co~asw.paper.xml; " \
	"sed s,asw.form-d,asw.paper, 'schemas/maps/asw.form-d~th.co-received.xml' " \
	">$to/maps/asw.paper~th.co-received.xml"

#define ANOTHER_VERSION \
	"sed 's/version=\"1\"/version=\"2\"/;1!b' schemas/kinds/asw.form-d.xml | " \
	"sed '1s/version=\"2\"/version=\"1.0\"/' >$to/kinds/asw.form-d.2.xml; " \
	"sed s,asw.form-d/1,asw.form-d/2, 'schemas/maps/vn.co~asw.form-d.xml' " \
	">$to/maps/vn.co~asw.form-d.2.xml; " \
	"sed s,asw.form-d/1,asw.form-d/2, 'schemas/maps/asw.form-d~th.co-received.xml' " \
	">$to/maps/asw.form-d.2~th.co-received.xml"

static void two_equally_short_ways_are_for_a_person_to_choose(void **state)
{
	struct schema_set *own = hub_scene_load_changed(ANOTHER_HUB);
	struct arena *arena = arena_new((size_t)1 << 20);
	struct hub_way way, rival;

	(void)state;
	assert_non_null(own);
	hub_way_find(own, schema_set_find(own, "vn.co"), schema_set_find(own, "th.co-received"),
		     &way, &rival);
	assert_int_equal(way.count, 3);
	assert_int_equal(rival.count, 3);
	assert_string_not_equal(hub_way_format(&way, arena), hub_way_format(&rival, arena));
	arena_free(arena);
	schema_set_free(own);
}

static void of_versions_of_the_same_kinds_the_first_is_the_way(void **state)
{
	static const struct {
		const char *command, *way;
	} cases[] = {
		{ANOTHER_VERSION, "vn.co/1 -> asw.form-d/1 -> th.co-received/1"},
		{ANOTHER_VERSION "; rm $to/maps/asw.form-d~th.co-received.xml",
		 "vn.co/1 -> asw.form-d/2 -> th.co-received/1"},
	};
	struct arena *arena = arena_new((size_t)1 << 20);
	struct hub_way way, rival;

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct schema_set *own = hub_scene_load_changed(cases[i].command);

		assert_non_null(own);
		hub_way_find(own, schema_set_find(own, "vn.co"),
			     schema_set_find(own, "th.co-received"), &way, &rival);
		assert_int_equal(rival.count, 0);
		assert_string_equal(hub_way_format(&way, arena), cases[i].way);
		schema_set_free(own);
	}
	arena_free(arena);
}

/* ---- */

static int load(void **state)
{
	(void)state;
	set = hub_scene_load("schemas");
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
		cmocka_unit_test(the_shortest_way_is_taken_and_only_over_kinds_of_the_hub),
		cmocka_unit_test(a_certificate_becomes_the_other_countrys_with_one_report),
		cmocka_unit_test(the_result_is_that_of_the_hops_one_by_one),
		cmocka_unit_test(every_sample_is_accounted_for_over_every_way),
		cmocka_unit_test(every_real_message_is_accounted_for_over_every_way),
		cmocka_unit_test(what_a_later_hop_finds_is_told_with_the_sources_path_and_line),
		cmocka_unit_test(what_is_found_of_all_of_it_is_told_of_all_of_the_source),
		cmocka_unit_test(two_equally_short_ways_are_for_a_person_to_choose),
		cmocka_unit_test(of_versions_of_the_same_kinds_the_first_is_the_way),
	};

	return cmocka_run_group_tests(tests, load, unload);
}
