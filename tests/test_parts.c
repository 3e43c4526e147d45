/* Splitting and joining: 50 lines a declaration, one report, nothing joined before all is there. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "messages/hub.h"
#include "sampan/limit.h"
#include "support/hub_scene.h"
#include "tests/support/fuzz_corpus.h"

#define BODY "/Envelope[1]/Body[1]/Content[1]/ExportDeclaration[1]"
#define NUMBER "302600000010"

#define LLVMFuzzerTestOneInput fuzz_hub_one
#include "tests/fuzz/fuzz_hub.c"
#undef LLVMFuzzerTestOneInput

static struct schema_set *set;

/* ---- Declarations of any size ---- */

static unsigned next_random(unsigned *state)
{
	*state = *state * 1103515245u + 12345u;
	return *state >> 16;
}

static void print_line(FILE *to, size_t number, unsigned *state)
{
	unsigned quantity = next_random(state) % 100000 + 1;

	fprintf(to, "<GovernmentAgencyGoodsItem><SequenceNumeric>%zu</SequenceNumeric><Commodity>",
		number);
	fprintf(to, "<Description>Bát sứ số %zu</Description>", number);
	fprintf(to,
		"<Classification><ID>6912%04u</ID>"
		"<IdentificationTypeCode>HS</IdentificationTypeCode></Classification>",
		next_random(state) % 10000);
	fprintf(to,
		"<GoodsMeasure><TariffQuantity unitCode=\"PCE\">%u</TariffQuantity></GoodsMeasure>",
		quantity);
	if (next_random(state) % 3 > 0)
		fprintf(to, "<InvoiceLine><ItemChargeAmount>%u.5</ItemChargeAmount></InvoiceLine>",
			quantity / 2);
	fputs("</Commodity><Origin><CountryCode>VN</CountryCode></Origin></GovernmentAgencyGoodsItem>",
	      to);
}

/* A sample as asw.declaration, with so many lines instead of its own. NULL id: without a number. */
static char *declaration_of(size_t lines, bool has_number)
{
	struct hub_scene scene;
	char *text = NULL, *whole, *first, *behind;
	unsigned state = (unsigned)lines;
	size_t len = 0;
	FILE *to;

	hub_scene_begin(&scene, set);
	if (!has_number)
		assert_int_equal(facts_put(&scene.facts, "event.number", ""), OK);
	hub_scene_read(&scene, "schemas/samples/vn/gom-bat-trang/02-export-2-lines.xml");
	hub_scene_translate(&scene, "asw.declaration");
	whole = strndup((const char *)scene.result.outputs[0].at, scene.result.outputs[0].len);
	first = strstr(whole, "<GovernmentAgencyGoodsItem>");
	behind = strstr(whole, "<Invoice>");
	to = open_memstream(&text, &len);
	fprintf(to, "%.*s", (int)(first - whole), whole);
	for (size_t i = 1; i <= lines; i++)
		print_line(to, i, &state);
	fputs(behind, to);
	fclose(to);
	free(whole);
	hub_scene_end(&scene);
	return text;
}

static void split(struct hub_scene *scene, const char *declaration)
{
	hub_scene_begin(scene, set);
	hub_scene_read_bytes(scene, bytes_of_text(declaration));
	hub_scene_translate(scene, "vn.export");
	hub_scene_expect_total(scene);
}

/* The results of one translation, from last to first, become the sources of the next. */
static void take_back(struct hub_scene *scene, const struct hub_scene *from)
{
	hub_scene_begin(scene, set);
	for (size_t i = from->result.output_count; i > 0; i--)
		hub_scene_read_bytes(scene, from->result.outputs[i - 1]);
}

static const struct finding *found(const struct hub_scene *scene, const char *code)
{
	for (size_t i = 0; i < scene->findings.count; i++) {
		if (strcmp(scene->findings.items[i].code, code) == 0)
			return &scene->findings.items[i];
	}
	hub_scene_fail(scene, code);
	abort();
}

static void expect_row(const struct hub_scene *scene, const char *row)
{
	if (strstr(scene->rows, row) == NULL)
		fail_msg("no row %s", row);
}

static bool holds(struct bytes document, const char *text)
{
	return memmem(document.at, document.len, text, strlen(text)) != NULL;
}

static char *replaced(struct bytes document, const char *old, const char *new)
{
	char *text = strndup((const char *)document.at, document.len), *at = strstr(text, old);
	char *result = NULL;

	assert_non_null(at);
	assert_true(asprintf(&result, "%.*s%s%s", (int)(at - text), text, new, at + strlen(old)) >
		    0);
	free(text);
	return result;
}

/* ---- The property ---- */

static void check_size(size_t lines, size_t parts, bool has_number)
{
	char *declaration = declaration_of(lines, has_number);
	struct hub_scene forth, back;

	split(&forth, declaration);
	assert_int_equal(forth.result.output_count, parts);
	take_back(&back, &forth);
	if (!has_number)
		assert_int_equal(facts_put(&back.facts, "event.number", ""), OK);
	hub_scene_translate(&back, "asw.declaration");
	hub_scene_expect_total(&back);
	if (!bytes_equal(back.result.outputs[0], bytes_of_text(declaration)))
		fail_msg("%zu lines did not come back:\n%s\n%.*s", lines, declaration,
			 (int)back.result.outputs[0].len, (const char *)back.result.outputs[0].at);
	hub_scene_end(&forth);
	hub_scene_end(&back);
	free(declaration);
}

static void what_is_split_and_joined_again_is_the_same(void **state)
{
	static const struct {
		size_t lines, parts;
	} sizes[] = {{1, 1},  {2, 1},   {49, 1},  {50, 1},  {51, 2},
		     {99, 2}, {100, 2}, {101, 3}, {999, 20}};

	(void)state;
	for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
		check_size(sizes[i].lines, sizes[i].parts, true);
		check_size(sizes[i].lines, sizes[i].parts, false);
	}
}

/* ---- Splitting ---- */

static void each_part_says_which_it_is_and_repeats_what_stands_above_the_lines(void **state)
{
	char *declaration = declaration_of(120, true);
	struct hub_scene scene;

	(void)state;
	split(&scene, declaration);
	assert_int_equal(scene.result.output_count, 3);
	expect_row(&scene, "supplied 1:" BODY "/FirstDeclarationNumber[1] F constant "
			   "maps/vn.export~asw.declaration.xml:");
	expect_row(&scene, "supplied 2:" BODY "/FirstDeclarationNumber[1] " NUMBER
			   " document /Declaration[1]/ID[1]\n");
	expect_row(&scene, "supplied 3:" BODY "/DivisionBranch[1] 3 count "
			   "maps/vn.export~asw.declaration.xml:");
	expect_row(&scene, "supplied 3:" BODY "/DivisionCount[1] 3 count "
			   "maps/vn.export~asw.declaration.xml:");
	/* a line goes where it stands, with its own place in the source */
	expect_row(&scene, "field /Declaration[1]/GoodsShipment[1]/GovernmentAgencyGoodsItem[51]/"
			   "Commodity[1]/Description[1] 2:" BODY "/Line[1]/Description[1] "
			   "Bát sứ số 51\n");
	expect_row(&scene, "field /Declaration[1]/GoodsShipment[1]/GovernmentAgencyGoodsItem[120]/"
			   "Commodity[1]/Description[1] 3:" BODY "/Line[20]/Description[1] "
			   "Bát sứ số 120\n");
	/* what stands once: carried by the first, supplied in the others */
	expect_row(&scene,
		   "field /Declaration[1]/TotalPackageQuantity[1] 1:" BODY "/Pieces[1] 58\n");
	expect_row(&scene, "supplied 3:" BODY "/Pieces[1] 58 document "
			   "/Declaration[1]/TotalPackageQuantity[1]\n");
	/* the number is the first part's alone */
	expect_row(&scene,
		   "field /Declaration[1]/ID[1] 1:" BODY "/DeclarationNumber[1] " NUMBER "\n");
	assert_true(holds(scene.result.outputs[0], "<DeclarationNumber>"));
	assert_false(holds(scene.result.outputs[1], "<DeclarationNumber>"));
	hub_scene_end(&scene);
	free(declaration);
}

static void few_lines_are_not_split_and_get_no_counters(void **state)
{
	char *declaration = declaration_of(50, true);
	struct hub_scene scene;

	(void)state;
	split(&scene, declaration);
	assert_null(scene.result.report.more);
	assert_false(holds(scene.result.outputs[0], "Division"));
	assert_false(holds(scene.result.outputs[0], "FirstDeclarationNumber"));
	hub_scene_end(&scene);
	free(declaration);
}

static void a_first_number_that_is_not_known_yet_is_left_out_with_a_warning(void **state)
{
	char *declaration = declaration_of(51, false);
	struct hub_scene scene;

	(void)state;
	split(&scene, declaration);
	assert_int_equal(found(&scene, "split-first-unknown")->severity, SEVERITY_WARNING);
	assert_true(holds(scene.result.outputs[0], "<FirstDeclarationNumber>F<"));
	assert_false(holds(scene.result.outputs[1], "<FirstDeclarationNumber>"));
	hub_scene_end(&scene);
	hub_scene_begin(&scene, set);
	assert_int_equal(facts_put(&scene.facts, "event.firstNumber", "309900000017"), OK);
	hub_scene_read_bytes(&scene, bytes_of_text(declaration));
	hub_scene_translate(&scene, "vn.export");
	assert_int_equal(scene.findings.count, 0);
	expect_row(&scene, "supplied 2:" BODY "/FirstDeclarationNumber[1] 309900000017 event "
			   "event.firstNumber\n");
	hub_scene_end(&scene);
	free(declaration);
}

static void a_fact_may_be_for_one_part_and_nobody_supplies_the_counters(void **state)
{
	static const char own[] = "9f8fad5b-d9cb-469f-a165-70867728950e";
	char *declaration = declaration_of(51, true);
	struct hub_scene scene;

	(void)state;
	hub_scene_begin(&scene, set);
	assert_int_equal(facts_put(&scene.facts, "part.2.event.messageId", own), OK);
	assert_int_equal(facts_put(&scene.facts, "part.2.split.number", "7"), OK);
	assert_int_equal(facts_put(&scene.facts, "split.total", "9"), OK);
	hub_scene_read_bytes(&scene, bytes_of_text(declaration));
	hub_scene_translate(&scene, "vn.export");
	hub_scene_expect_total(&scene);
	assert_false(holds(scene.result.outputs[0], own));
	assert_true(holds(scene.result.outputs[1], own));
	assert_true(holds(scene.result.outputs[1], "<DivisionBranch>2</DivisionBranch>"));
	assert_true(holds(scene.result.outputs[1], "<DivisionCount>2</DivisionCount>"));
	hub_scene_end(&scene);
	free(declaration);
}

static void a_line_that_does_not_fit_is_found_with_its_place_in_the_whole(void **state)
{
	char *declaration = declaration_of(120, true), *changed;
	struct hub_scene scene;

	(void)state;
	/* a code longer than VNACCS takes, two lines further down */
	changed = replaced(bytes_of_text(declaration),
			   "Bát sứ số 77</Description><Classification><ID>",
			   "Bát sứ số 77</Description><Classification>\n\n<ID>12345678901234");
	hub_scene_begin(&scene, set);
	hub_scene_read_bytes(&scene, bytes_of_text(changed));
	hub_scene_try(&scene, "vn.export");
	assert_string_equal(found(&scene, "value-too-long")->path,
			    "/Declaration[1]/GoodsShipment[1]/GovernmentAgencyGoodsItem[77]/"
			    "Commodity[1]/Classification[1]/ID[1]");
	assert_int_equal(found(&scene, "value-too-long")->line, 3);
	assert_int_equal(scene.findings.errors, 1);
	hub_scene_end(&scene);
	free(changed);
	free(declaration);
}

/* ---- Joining ---- */

static void the_first_given_is_not_the_first_part_and_rows_say_which(void **state)
{
	char *declaration = declaration_of(60, true);
	struct hub_scene forth, back;

	(void)state;
	split(&forth, declaration);
	take_back(&back, &forth);
	hub_scene_translate(&back, "asw.declaration");
	hub_scene_expect_total(&back);
	assert_int_equal(back.result.output_count, 1);
	assert_int_equal(back.result.report.more->input_count, 2);
	/* part 1 was given second */
	expect_row(&back,
		   "field 2:" BODY "/Line[50]/Description[1] /Declaration[1]/GoodsShipment[1]/"
		   "GovernmentAgencyGoodsItem[50]/Commodity[1]/Description[1] Bát sứ số 50\n");
	expect_row(&back,
		   "field 1:" BODY "/Line[1]/Description[1] /Declaration[1]/GoodsShipment[1]/"
		   "GovernmentAgencyGoodsItem[51]/Commodity[1]/Description[1] Bát sứ số 51\n");
	expect_row(&back,
		   "field 2:" BODY "/Pieces[1] /Declaration[1]/TotalPackageQuantity[1] 58\n");
	expect_row(&back, "dropped 1:" BODY "/Pieces[1] 58 supplied-again\n");
	expect_row(&back, "dropped 1:/Envelope[1]/Header[1]/Subject[1]/type[1] 1 envelope\n");
	expect_row(&back, "dropped 1:" BODY "/FirstDeclarationNumber[1] " NUMBER " sequence\n");
	expect_row(&back, "dropped 2:" BODY "/FirstDeclarationNumber[1] F sequence\n");
	expect_row(&back, "dropped 1:" BODY "/DivisionBranch[1] 2 sequence\n");
	hub_scene_end(&forth);
	hub_scene_end(&back);
	free(declaration);
}

static void what_is_missing_is_listed(void **state)
{
	char *declaration = declaration_of(210, true);
	struct hub_scene forth, back;

	(void)state;
	split(&forth, declaration);
	assert_int_equal(forth.result.output_count, 5);
	hub_scene_begin(&back, set);
	hub_scene_read_bytes(&back, forth.result.outputs[3]);
	hub_scene_read_bytes(&back, forth.result.outputs[1]);
	hub_scene_try(&back, "asw.declaration");
	assert_string_equal(found(&back, "join-part-missing")->en,
			    "Waits for all 5 parts; missing: 1, 3, 5.");
	assert_string_equal(found(&back, "join-part-missing")->path, BODY "/DivisionBranch[1]");
	hub_scene_end(&back);
	/* a part alone waits as well */
	hub_scene_begin(&back, set);
	hub_scene_read_bytes(&back, forth.result.outputs[0]);
	hub_scene_try(&back, "asw.declaration");
	assert_non_null(strstr(found(&back, "join-part-missing")->en, "missing: 2, 3, 4, 5."));
	hub_scene_end(&back);
	hub_scene_end(&forth);
	free(declaration);
}

static void parts_that_do_not_fit_together_are_refused_with_the_place(void **state)
{
	static const struct {
		const char *old, *new, *code, *path;
	} cases[] = {
		{"<DivisionBranch>2<", "<DivisionBranch>1<", "join-part-twice",
		 BODY "/DivisionBranch[1]"},
		{"<DivisionBranch>2<", "<DivisionBranch>3<", "join-number",
		 BODY "/DivisionBranch[1]"},
		{"<DivisionBranch>2<", "<DivisionBranch>0<", "join-number",
		 BODY "/DivisionBranch[1]"},
		{"<DivisionCount>2<", "<DivisionCount>two<", "join-number",
		 BODY "/DivisionCount[1]"},
		{"<DivisionCount>2</DivisionCount>", "", "join-number", "/Envelope[1]"},
		{"<DivisionCount>2<", "<DivisionCount>3<", "join-head-differs",
		 BODY "/DivisionCount[1]"},
		{"<FirstDeclarationNumber>" NUMBER "<", "<FirstDeclarationNumber>302600000099<",
		 "join-not-together", BODY "/FirstDeclarationNumber[1]"},
		{"<FirstDeclarationNumber>" NUMBER "<", "<FirstDeclarationNumber>F<",
		 "join-not-together", BODY "/FirstDeclarationNumber[1]"},
		{"<function>01<", "<function>03<", "join-head-differs",
		 "/Envelope[1]/Header[1]/Subject[1]/function[1]"},
		{"<identity>0100109106<", "<identity>0100109107<", "join-head-differs",
		 "/Envelope[1]/Header[1]/From[1]/identity[1]"},
		{"<Pieces>58<", "<Pieces>59<", "join-head-differs", BODY "/Pieces[1]"},
		{"<WarehouseCode>01B1A02</WarehouseCode>", "", "join-head-differs",
		 BODY "/WarehouseCode[1]"},
		{"<Consignee>", "<Consignee><Code>X</Code>", "join-head-differs",
		 BODY "/Consignee[1]/Code[1]"},
	};
	char *declaration = declaration_of(60, true);
	struct hub_scene forth, back;

	(void)state;
	split(&forth, declaration);
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		char *second = replaced(forth.result.outputs[1], cases[i].old, cases[i].new);

		hub_scene_begin(&back, set);
		hub_scene_read_bytes(&back, forth.result.outputs[0]);
		hub_scene_read_bytes(&back, bytes_of_text(second));
		hub_scene_try(&back, "asw.declaration");
		assert_string_equal(found(&back, cases[i].code)->path, cases[i].path);
		hub_scene_end(&back);
		free(second);
	}
	hub_scene_end(&forth);
	free(declaration);
}

/* Parts are lodged one by one: each has its own message, reference, time and number. */
static void what_each_part_has_of_its_own_may_differ(void **state)
{
	char *declaration = declaration_of(60, true), *second, *third;
	struct hub_scene forth, back;

	(void)state;
	split(&forth, declaration);
	second = replaced(forth.result.outputs[1], "GBT-XK-2026-0142", "GBT-XK-2026-0199");
	third = replaced(bytes_of_text(second), "<FirstDeclarationNumber>",
			 "<DeclarationNumber>302600000021</DeclarationNumber>"
			 "<FirstDeclarationNumber>");
	hub_scene_begin(&back, set);
	hub_scene_read_bytes(&back, forth.result.outputs[0]);
	hub_scene_read_bytes(&back, bytes_of_text(third));
	hub_scene_translate(&back, "asw.declaration");
	hub_scene_expect_total(&back);
	expect_row(&back, "dropped 2:/Envelope[1]/Header[1]/Subject[1]/reference[1] "
			  "GBT-XK-2026-0199 envelope\n");
	expect_row(&back, "dropped 2:" BODY "/DeclarationNumber[1] 302600000021 stays-national\n");
	hub_scene_end(&forth);
	hub_scene_end(&back);
	free(second);
	free(third);
	free(declaration);
}

static void a_line_too_many_is_found_in_the_part_that_has_it(void **state)
{
	char *declaration = declaration_of(999, true), *last;
	struct hub_scene forth, back;
	const char *line;

	(void)state;
	split(&forth, declaration);
	line = "<Line><HsCode>69120000</HsCode><Description>Một dòng nữa</Description>"
	       "<Quantity>1</Quantity><QuantityUnitCode>PCE</QuantityUnitCode></Line><Lodgement>";
	last = replaced(forth.result.outputs[19], "<Lodgement>", line);
	hub_scene_begin(&back, set);
	hub_scene_read_bytes(&back, bytes_of_text(last));
	for (size_t i = 0; i < 19; i++)
		hub_scene_read_bytes(&back, forth.result.outputs[i]);
	hub_scene_try(&back, "asw.declaration");
	assert_string_equal(found(&back, "too-many")->path, BODY "/Line[50]/HsCode[1]");
	assert_int_equal(found(&back, "too-many")->line, 1);
	hub_scene_end(&forth);
	hub_scene_end(&back);
	free(last);
	free(declaration);
}

/* ---- Parts and other maps ---- */

static void each_part_is_an_acdd_of_its_own(void **state)
{
	char *declaration = declaration_of(60, true);
	struct hub_scene forth, own;

	(void)state;
	split(&forth, declaration);
	for (size_t i = 0; i < 2; i++) {
		hub_scene_begin(&own, set);
		assert_int_equal(facts_put(&own.facts, "event.number",
					   i == 0 ? "302600000010" : "302600000021"),
				 OK);
		hub_scene_read_bytes(&own, forth.result.outputs[i]);
		hub_scene_translate(&own, "asw.acdd");
		hub_scene_expect_total(&own);
		assert_true(holds(own.result.outputs[0],
				  i == 0 ? "<ID>302600000010</ID>" : "<ID>302600000021</ID>"));
		hub_scene_end(&own);
	}
	hub_scene_end(&forth);
	free(declaration);
}

static void parts_are_joined_on_the_way_through_the_hub(void **state)
{
	char *declaration = declaration_of(120, true);
	struct hub_scene forth, joined;

	(void)state;
	split(&forth, declaration);
	take_back(&joined, &forth);
	hub_scene_translate(&joined, "wco.declaration");
	hub_scene_expect_total(&joined);
	assert_int_equal(joined.result.output_count, 1);
	assert_int_equal(joined.result.report.more->via_count, 1);
	expect_row(&joined, "field 3:" BODY "/Pieces[1] /MetaData[1]/Declaration[1]/"
			    "TotalPackageQuantity[1] 58\n");
	expect_row(&joined, "dropped 1:" BODY "/Pieces[1] 58 supplied-again\n");
	hub_scene_end(&forth);
	hub_scene_end(&joined);
	free(declaration);
}

/* A kind that differs from asw.declaration only in its name. */
#define ANOTHER_KIND \
	"sed s/asw.declaration/th.whole/ schemas/kinds/asw.declaration.xml " \
	">$to/kinds/th.whole.xml; " \
	"echo '<map xmlns=\"urn:sampan:map:1\" from=\"th.whole/1\" to=\"asw.declaration/1\">" \
	"<same from=\"/Declaration\" to=\"/Declaration\"/></map>' " \
	">$to/maps/th.whole~asw.declaration.xml"

static void what_is_too_long_is_split_in_the_last_hop(void **state)
{
	struct schema_set *own = hub_scene_load_changed(ANOTHER_KIND);
	char *declaration = declaration_of(120, true);
	struct hub_scene scene;

	(void)state;
	assert_non_null(own);
	hub_scene_begin(&scene, own);
	hub_scene_read_bytes(&scene, bytes_of_text(declaration));
	assert_string_equal(schema_id(scene.kind), "th.whole");
	hub_scene_translate(&scene, "vn.export");
	hub_scene_expect_total(&scene);
	assert_int_equal(scene.result.output_count, 3);
	expect_row(&scene, "field /Declaration[1]/GoodsShipment[1]/GovernmentAgencyGoodsItem[120]/"
			   "Commodity[1]/Description[1] 3:" BODY "/Line[20]/Description[1] "
			   "Bát sứ số 120\n");
	expect_row(&scene, "supplied 2:" BODY "/FirstDeclarationNumber[1] " NUMBER
			   " document /Declaration[1]/ID[1]\n");
	hub_scene_end(&scene);
	schema_set_free(own);
	free(declaration);
}

static void every_seed_of_the_fuzzer_passes(void **state)
{
	(void)state;
	assert_true(fuzz_corpus_run("tests/fuzz/corpus/hub", fuzz_hub_one) >= 6);
}

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
		cmocka_unit_test(what_is_split_and_joined_again_is_the_same),
		cmocka_unit_test(
			each_part_says_which_it_is_and_repeats_what_stands_above_the_lines),
		cmocka_unit_test(few_lines_are_not_split_and_get_no_counters),
		cmocka_unit_test(a_first_number_that_is_not_known_yet_is_left_out_with_a_warning),
		cmocka_unit_test(a_fact_may_be_for_one_part_and_nobody_supplies_the_counters),
		cmocka_unit_test(a_line_that_does_not_fit_is_found_with_its_place_in_the_whole),
		cmocka_unit_test(the_first_given_is_not_the_first_part_and_rows_say_which),
		cmocka_unit_test(what_is_missing_is_listed),
		cmocka_unit_test(parts_that_do_not_fit_together_are_refused_with_the_place),
		cmocka_unit_test(what_each_part_has_of_its_own_may_differ),
		cmocka_unit_test(a_line_too_many_is_found_in_the_part_that_has_it),
		cmocka_unit_test(each_part_is_an_acdd_of_its_own),
		cmocka_unit_test(parts_are_joined_on_the_way_through_the_hub),
		cmocka_unit_test(what_is_too_long_is_split_in_the_last_hop),
		cmocka_unit_test(every_seed_of_the_fuzzer_passes),
	};

	return cmocka_run_group_tests(tests, load, unload);
}
