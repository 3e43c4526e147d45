/*
 * bench_translate - our translation against libxslt and Saxon-HE with a stylesheet made from the
 * same map (tests/support/xslt_of_map.h).
 *
 * Before anything is timed, all outputs are compared as canonical XML. Races for each document:
 *
 *   alone    the parsed document to the translation. Ours writes the report and the canonical bytes;
 *            the rivals make a result tree.
 *   told     the same, and the report written as JSON, as when somebody asks for it.
 *   checked  as alone, but ours also checks the output against its XSD and hashes both documents,
 *            as it always does before anything is sent; the rival does not.
 *   whole    from bytes to bytes: parse, check against the XSD, translate (with the check of the
 *            output), serialise. libxml2 has its schema parsed and its stylesheet compiled
 *            beforehand, as we have.
 */
#include <libxml/c14n.h>
#include <libxml/parser.h>
#include <libxml/xmlschemas.h>
#include <libxslt/transform.h>
#include <libxslt/xsltInternals.h>
#include <libxslt/xsltutils.h>
#include <malloc.h>

#include "messages/translate.h"
#include "node/command_set.h"
#include "node/role.h"
#include "sampan/limit.h"
#include "sampan/process.h"
#include "tests/bench/made.h"
#include "tests/bench/saxon.h"
#include "tests/support/xslt_of_map.h"

#define ARENA_BYTES ((size_t)1 << 30)
#define ONCE_LINES 300u           /* documents with more are left out with --once */
#define MEMORY_FROM_BYTES 100000u /* below, pages say nothing */

struct entry {
	const char *name; /* of its case */
	const char *from, *to, *xsd;
	struct made made;
	bool is_headline;
};

/* A document and all ways of translating it. */
struct course {
	const struct entry *entry;
	struct schema_set *set;
	const struct schema *from, *to;
	struct facts facts;
	struct bytes bytes;
	size_t elements;
	struct document *document;
	xmlDoc *rival_document; /* its own: libxslt may strip white space from it */
	struct xslt_of_map made;
	xsltStylesheet *stylesheet;
	xmlSchema *xsd;
	const char *parameters[32];
	struct arena *arena;
};

/* Bytes of memory for each byte of the document; 0: not measured. */
struct memory {
	double ours, rival;
};

#define ITEM_MORE \
	"<AdditionalDocument><CategoryCode>C</CategoryCode><ID>GBCPD2019000123456</ID><Name>Certificate of inspection</Name>" \
	"<TypeCode>505</TypeCode><LPCOExemptionCode>JP</LPCOExemptionCode></AdditionalDocument>"

/* The large ones first: memory is measured in a young process. */
#define WCO "wco.declaration", "asw.declaration", "wco-declaration.xsd"
#define TABLEWARE "th/siam-ceramics/export-tableware.xml"
#define VN_EXPORT "vn.export", "asw.declaration", "vn-export.xsd"
#define FIFTY_LINES "vn/dai-ly-hai-phong/06-export-50-lines.xml"

static const struct entry entries[] = {
	{"wco.declaration 8 MB",
	 WCO,
	 {.sample = TABLEWARE,
	  .line = "GovernmentAgencyGoodsItem",
	  .lines = 999,
	  .number = "SequenceNumeric",
	  .more = ITEM_MORE,
	  .behind = "StatisticalValueAmount",
	  .times = 34},
	 false},
	{"wco.declaration 1 MB",
	 WCO,
	 {.sample = TABLEWARE,
	  .line = "GovernmentAgencyGoodsItem",
	  .lines = 999,
	  .number = "SequenceNumeric"},
	 false},
	{"wco.declaration 200 KB",
	 WCO,
	 {.sample = TABLEWARE,
	  .line = "GovernmentAgencyGoodsItem",
	  .lines = 880,
	  .number = "SequenceNumeric",
	  .without =
		  " StatisticalValueAmount Description GoodsMeasure InvoiceLine GovernmentProcedure Origin Packaging "},
	 false},
	{"wco.declaration 9 KB",
	 WCO,
	 {.sample = TABLEWARE,
	  .line = "GovernmentAgencyGoodsItem",
	  .lines = 6,
	  .number = "SequenceNumeric"},
	 false},
	{"th.co 200 KB",
	 "th.co",
	 "asw.form-d",
	 "th-co.xsd",
	 {.sample = "th/dft/01-th-co.xml", .line = "docRequestProducts", .lines = 260},
	 false},
	{"vn.co 33 KB",
	 "vn.co",
	 "asw.form-d",
	 "vn-co.xsd",
	 {.sample = "vn/bct-hanoi/22-co-four-criteria.xml",
	  .line = "Item",
	  .lines = 57,
	  .number = "Number"},
	 false},
	{"vn.export 11 KB, mixed",
	 VN_EXPORT,
	 {.sample = FIFTY_LINES,
	  .line = "Line",
	  .lines = 30,
	  .some = {" InvoiceValue ", " UnitPrice UnitPriceCurrencyCode UnitPriceUnitCode "}},
	 false},
	{"vn.export 9 KB",
	 VN_EXPORT,
	 {.sample = FIFTY_LINES,
	  .line = "Line",
	  .lines = 30,
	  .without = " InvoiceValue UnitPrice UnitPriceCurrencyCode UnitPriceUnitCode "},
	 true},
};
#define ENTRIES (sizeof(entries) / sizeof(entries[0]))

static const struct fact supplied[] = {
	{"event.number", "307000000010"},
	{"event.port", "THBKK"},
	{"registry.agent.name", "Dai ly Hai quan Hai Phong"},
	{"route.origin", "VN"},
	{NULL, NULL},
};

/* ---- Ours ---- */

static void fail_unless_done(const struct course *course, enum err err,
			     const struct findings *findings)
{
	if (err != OK || findings_has_errors(findings))
		measure_fail("%s: our translation fails: %s: %s", course->entry->name,
			     err != OK ? err_text(err) : findings->items[0].en,
			     err != OK ? "" : findings->items[0].path);
}

static void translate(const struct course *course, const struct document *document,
		      struct arena *arena, struct findings *findings,
		      struct translation *ret_translation)
{
	enum err err = translate_document(course->set, document, course->from, course->to,
					  &course->facts, arena, findings, ret_translation);

	fail_unless_done(course, err, findings);
}

static struct arena *new_arena(struct findings *findings)
{
	struct arena *arena = arena_new(LIMIT_DOCUMENT_ARENA_BYTES);

	if (arena == NULL)
		measure_fail("no memory");
	findings_init(findings, arena);
	return arena;
}

static void run_ours_alone(void *context)
{
	const struct course *course = context;
	struct translation translation;
	struct findings findings;
	struct arena *arena = new_arena(&findings);
	enum err err = translate_unchecked(course->set, course->document, course->from, course->to,
					   &course->facts, arena, &findings, &translation);

	fail_unless_done(course, err, &findings);
	arena_free(arena);
}

/* What the report costs when somebody reads it. */
static void run_ours_told(void *context)
{
	const struct course *course = context;
	struct translation translation;
	struct findings findings;
	struct arena *arena = new_arena(&findings);
	struct buffer json;
	enum err err = translate_unchecked(course->set, course->document, course->from, course->to,
					   &course->facts, arena, &findings, &translation);

	fail_unless_done(course, err, &findings);
	buffer_init(&json, ARENA_BYTES);
	if (report_format_json(&translation.report, &json) != OK)
		measure_fail("no memory");
	buffer_clear(&json);
	arena_free(arena);
}

static void run_ours_checked(void *context)
{
	const struct course *course = context;
	struct translation translation;
	struct findings findings;
	struct arena *arena = new_arena(&findings);

	translate(course, course->document, arena, &findings, &translation);
	arena_free(arena);
}

static void run_ours_whole(void *context)
{
	const struct course *course = context;
	struct document *document = NULL;
	struct translation translation;
	struct findings findings;
	struct arena *arena = new_arena(&findings);
	const struct schema *from = NULL;

	if (document_read(course->bytes, LIMIT_DOCUMENT_BYTES, &findings, &document) == OK &&
	    document != NULL)
		from = schema_identify(course->set, document, &findings);
	if (from == NULL || schema_check_form(course->set, from, document, &findings) != OK)
		measure_fail("%s: our check fails: %s", course->entry->name,
			     findings.count > 0 ? findings.items[0].en : "");
	translate(course, document, arena, &findings, &translation);
	document_free(document);
	arena_free(arena);
}

/* ---- Rivals ---- */

static xmlDoc *transform(const struct course *course, xmlDoc *source)
{
	xmlDoc *result = xsltApplyStylesheet(course->stylesheet, source,
					     (const char **)(uintptr_t)course->parameters);

	if (result == NULL)
		measure_fail("libxslt fails");
	return result;
}

static void run_libxslt(void *context)
{
	const struct course *course = context;

	xmlFreeDoc(transform(course, course->rival_document));
}

static void validate(const struct course *course, xmlDoc *document)
{
	xmlSchemaValidCtxt *validator = xmlSchemaNewValidCtxt(course->xsd);

	if (validator == NULL || xmlSchemaValidateDoc(validator, document) != 0)
		measure_fail("libxml2 says that the document is not valid");
	xmlSchemaFreeValidCtxt(validator);
}

static xmlDoc *parse(struct bytes bytes)
{
	xmlDoc *document = xmlReadMemory((const char *)bytes.at, (int)bytes.len, NULL, NULL,
					 XML_PARSE_NONET | XML_PARSE_COMPACT | XML_PARSE_HUGE);

	if (document == NULL)
		measure_fail("libxml2 cannot parse the document");
	return document;
}

static void run_libxml2_libxslt(void *context)
{
	const struct course *course = context;
	xmlDoc *source = parse(course->bytes), *result;
	xmlChar *output = NULL;
	int len = 0;

	validate(course, source);
	result = transform(course, source);
	if (xsltSaveResultToString(&output, &len, result, course->stylesheet) != 0)
		measure_fail("libxslt cannot serialise");
	xmlFree(output);
	xmlFreeDoc(result);
	xmlFreeDoc(source);
}

/* ---- All give the same ---- */

static struct bytes canonical(xmlDoc *document, struct arena *arena)
{
	xmlChar *text = NULL;
	int len = xmlC14NDocDumpMemory(document, NULL, XML_C14N_EXCLUSIVE_1_0, NULL, 0, &text);
	struct bytes bytes;

	if (len < 0)
		measure_fail("no canonical form");
	bytes = bytes_of(arena_copy(arena, bytes_of(text, (size_t)len)), (size_t)len);
	xmlFree(text);
	return bytes;
}

/* Takes the rival's result. */
static void compare(const struct course *course, const char *rival, xmlDoc *result)
{
	struct translation translation;
	struct findings findings;
	struct arena *arena = new_arena(&findings);
	struct bytes theirs = canonical(result, arena);
	size_t at = 0;

	translate(course, course->document, arena, &findings, &translation);
	while (at < theirs.len && at < translation.output.len &&
	       theirs.at[at] == translation.output.at[at])
		at++;
	if (!bytes_equal(translation.output, theirs))
		measure_fail("%s: the output of %s differs at byte %zu\n%.*s\n%.*s",
			     course->entry->name, rival, at,
			     (int)(translation.output.len - at > 300 ? 300
								     : translation.output.len - at),
			     translation.output.at + at,
			     (int)(theirs.len - at > 300 ? 300 : theirs.len - at), theirs.at + at);
	xmlFreeDoc(result);
	arena_free(arena);
}

/* ---- A course ---- */

static xmlSchema *load_xsd(const char *name, struct arena *arena)
{
	const char *path = arena_format(arena, "%s/xsd/%s", command_schemas_folder(), name);
	xmlSchemaParserCtxt *parser = path == NULL ? NULL : xmlSchemaNewParserCtxt(path);
	xmlSchema *xsd = parser == NULL ? NULL : xmlSchemaParse(parser);

	xmlSchemaFreeParserCtxt(parser);
	if (xsd == NULL)
		measure_fail("the XSD %s cannot be read", name);
	return xsd;
}

static void set_supplied(struct course *course)
{
	size_t count = 0;

	facts_init(&course->facts, course->arena);
	for (const struct fact *fact = supplied; fact->name != NULL; fact++) {
		course->parameters[count++] = fact->name;
		course->parameters[count++] = arena_format(course->arena, "'%s'", fact->value);
		if (course->parameters[count - 1] == NULL ||
		    facts_put(&course->facts, fact->name, fact->value) != OK)
			measure_fail("no memory");
	}
}

static void make_stylesheet(struct course *course)
{
	const struct map *map = schema_set_map(course->set, course->from, course->to);

	if (map == NULL)
		measure_fail("there is no map from %s to %s", course->entry->from,
			     course->entry->to);
	xslt_of_map(map, command_schemas_folder(), course->arena, &course->made);
	course->stylesheet = xsltParseStylesheetDoc(parse(course->made.text));
	if (course->stylesheet == NULL || course->stylesheet->errors > 0)
		measure_fail("the stylesheet of %s cannot be compiled", course->entry->name);
}

static void open_course(struct course *course)
{
	struct made_document made = made_document(&course->entry->made, course->arena);
	struct findings findings;

	set_supplied(course);
	findings_init(&findings, course->arena);
	course->bytes = made.bytes;
	course->elements = made.elements;
	course->from = schema_set_find(course->set, course->entry->from);
	course->to = schema_set_find(course->set, course->entry->to);
	course->xsd = load_xsd(course->entry->xsd, course->arena);
	make_stylesheet(course);
	if (document_read(course->bytes, LIMIT_DOCUMENT_BYTES, &findings, &course->document) !=
		    OK ||
	    course->document == NULL)
		measure_fail("%s: the document cannot be read", course->entry->name);
	course->rival_document = parse(course->bytes);
	compare(course, "libxslt", transform(course, course->rival_document));
}

static void close_course(struct course *course)
{
	document_free(course->document);
	xmlFreeDoc(course->rival_document);
	xsltFreeStylesheet(course->stylesheet);
	xmlSchemaFree(course->xsd);
}

/* ---- Memory ---- */

/* A line of /proc/self/status, in bytes. */
static double status_bytes(const char *name)
{
	FILE *file = fopen("/proc/self/status", "r");
	unsigned long long kilobytes = 0;
	char line[256];

	while (file != NULL && fgets(line, sizeof(line), file) != NULL)
		if (strncmp(line, name, strlen(name)) == 0)
			(void)sscanf(line + strlen(name), ": %llu", &kilobytes);
	if (file != NULL)
		(void)fclose(file);
	return (double)kilobytes * 1024;
}

/* How much the process's memory grows at its highest, in a process of its own. */
static double peak_bytes(void (*run)(void *context), const struct course *course)
{
	double before, grown = 0;
	int ends[2];
	pid_t child;
	FILE *file;

	if (pipe(ends) != 0 || (child = fork()) < 0)
		measure_fail("no process");
	if (child == 0) {
		(void)malloc_trim(0);
		before = status_bytes("VmRSS");
		file = fopen("/proc/self/clear_refs", "w");
		if (file != NULL && fputs("5", file) >= 0 && fclose(file) == 0) {
			run((void *)(uintptr_t)course);
			grown = status_bytes("VmHWM") - before;
		}
		_exit(write(ends[1], &grown, sizeof(grown)) == sizeof(grown) ? 0 : EX_IOERR);
	}
	(void)close(ends[1]);
	if (read(ends[0], &grown, sizeof(grown)) != sizeof(grown))
		grown = 0;
	(void)close(ends[0]);
	(void)waitpid(child, NULL, 0);
	return grown;
}

static struct memory measure_memory(const struct course *course)
{
	double bytes = (double)course->bytes.len;

	if (course->bytes.len < MEMORY_FROM_BYTES)
		return (struct memory){0};
	return (struct memory){peak_bytes(run_ours_whole, course) / bytes,
			       peak_bytes(run_libxml2_libxslt, course) / bytes};
}

/* ---- Races ---- */

struct results {
	struct measure_result alone, told, checked, whole, saxon;
	bool has_saxon;
	struct memory memory;
};

static struct measure_result race(const struct course *course,
				  const struct measure_options *options,
				  void (*ours)(void *context), void (*rival)(void *context))
{
	const struct measure_side sides[] = {{"ours", ours, (void *)(uintptr_t)course, 1},
					     {"rival", rival, (void *)(uintptr_t)course, 1}};

	return measure_race(options, &sides[0], &sides[1]);
}

static struct measure_result race_saxon(const struct course *course,
					const struct measure_options *options,
					const struct saxon *saxon)
{
	const struct measure_side ours = {"ours", run_ours_alone, (void *)(uintptr_t)course, 1};
	struct measure our_runs[MEASURE_ROUNDS], rival_runs[MEASURE_ROUNDS];
	unsigned times = measure_times(&ours, options->round_us);
	unsigned rival_times = 1 + (unsigned)(options->round_us / saxon_run(saxon, 1).wall_us);

	for (unsigned i = 0; i < options->rounds; i++) {
		our_runs[i] = measure_run(&ours, times);
		rival_runs[i] = saxon_run(saxon, rival_times);
	}
	return measure_result_of(our_runs, rival_runs, options->rounds);
}

static bool run_saxon(const struct course *course, const struct measure_options *options,
		      struct measure_result *ret_result)
{
	const char *source = arena_format(
		course->arena, "%s/../../../tests/bench/TranslateSaxon.java", options->folder);
	struct saxon saxon;

	if (source == NULL || saxon_missing() != NULL)
		return false;
	saxon_open(&saxon, source, course->made.text, course->bytes, supplied,
		   options->is_quick      ? 3000
		   : options->rounds == 1 ? 1
					  : 8000,
		   course->arena);
	compare(course, "Saxon-HE", parse(saxon.output));
	*ret_result = race_saxon(course, options, &saxon);
	saxon_close(&saxon);
	return true;
}

/* ---- Printing ---- */

static void print_row(const char *name, const char *rival, const struct measure_result *result)
{
	printf("%-24s %-16s %10.1f %10.1f %8.2f   %.2f to %.2f\n", name, rival, result->ours.cpu_us,
	       result->rival.cpu_us, result->cpu.median, result->cpu.lowest, result->cpu.highest);
}

static double per_byte(const struct course *course, const struct measure *measure)
{
	return measure->cpu_us * 1000 / (double)course->bytes.len;
}

static void print_course(const struct course *course, const struct results *results)
{
	print_row(course->entry->name, "libxslt", &results->alone);
	print_row("", "libxslt, as JSON", &results->told);
	print_row("", "libxslt, checked", &results->checked);
	print_row("", "libxml2+libxslt", &results->whole);
	if (results->has_saxon)
		print_row("", "saxon", &results->saxon);
	printf("%-24s %zu bytes, %zu elements, %u lines; ns per byte: ours %.1f alone, %.1f whole, "
	       "rival %.1f, %.1f\n",
	       "", course->bytes.len, course->elements, course->entry->made.lines,
	       per_byte(course, &results->alone.ours), per_byte(course, &results->whole.ours),
	       per_byte(course, &results->alone.rival), per_byte(course, &results->whole.rival));
	if (results->memory.ours > 0)
		printf("%-24s memory at its highest, in documents: ours %.1f, rival %.1f\n", "",
		       results->memory.ours, results->memory.rival);
	printf("%-24s the stylesheet says %zu of %zu rows of the map (%zu more only drop or "
	       "check)\n",
	       "", course->made.rows - course->made.outside_count, course->made.rows,
	       course->made.silent_rows);
}

static json_t *course_json(const struct course *course, const struct results *results)
{
	json_t *json = json_pack(
		"{s:s, s:I, s:I, s:I, s:o, s:o, s:o, s:o, s:{s:I, s:I}, s:{s:f, s:f}}", "case",
		course->entry->name, "bytes", (json_int_t)course->bytes.len, "elements",
		(json_int_t)course->elements, "lines", (json_int_t)course->entry->made.lines,
		"libxslt", measure_json(&results->alone), "libxsltOursTold",
		measure_json(&results->told), "libxsltOursChecked", measure_json(&results->checked),
		"libxml2+libxslt", measure_json(&results->whole), "rows", "all",
		(json_int_t)course->made.rows, "inXslt",
		(json_int_t)(course->made.rows - course->made.outside_count), "nsPerByte", "alone",
		measure_round(per_byte(course, &results->alone.ours)), "whole",
		measure_round(per_byte(course, &results->whole.ours)));

	if (json != NULL && results->has_saxon)
		json_object_set_new(json, "saxon", measure_json(&results->saxon));
	if (json != NULL && results->memory.ours > 0)
		json_object_set_new(json, "memory",
				    json_pack("{s:f, s:f}", "ours",
					      measure_round(results->memory.ours), "rival",
					      measure_round(results->memory.rival)));
	return json;
}

static json_t *headline_json(const struct results *results)
{
	json_t *json =
		json_pack("{s:f, s:f, s:n}", "libxslt", measure_round(results->alone.cpu.median),
			  "libxml2+libxslt", measure_round(results->whole.cpu.median), "saxon");

	if (json != NULL && results->has_saxon)
		json_object_set_new(json, "saxon",
				    json_real(measure_round(results->saxon.cpu.median)));
	return json;
}

/* ---- Cost per byte ---- */

/* Of one pair's sizes, against the smallest: 1 where cost is linear. */
struct costs {
	const struct entry *entries[ENTRIES];
	double alone[ENTRIES], whole[ENTRIES];
	size_t count;
};

static void note_cost(struct costs *costs, const struct course *course,
		      const struct results *results)
{
	costs->entries[costs->count] = course->entry;
	costs->alone[costs->count] = per_byte(course, &results->alone.ours);
	costs->whole[costs->count++] = per_byte(course, &results->whole.ours);
}

/* The entries of a pair go from large to small. */
static size_t smallest_of(const struct costs *costs, size_t index)
{
	size_t last = index;

	for (size_t i = index + 1; i < costs->count; i++)
		if (strcmp(costs->entries[i]->from, costs->entries[index]->from) == 0)
			last = i;
	return last;
}

static void tell_costs(const struct costs *costs, json_t *json, bool as_json)
{
	for (size_t i = 0; i < costs->count; i++) {
		size_t base = smallest_of(costs, i);
		double alone = costs->alone[i] / costs->alone[base];
		double whole = costs->whole[i] / costs->whole[base];

		if (as_json && base != i)
			json_array_append_new(
				json_object_get(json, "costPerByte"),
				json_pack("{s:s, s:s, s:f, s:f}", "case", costs->entries[i]->name,
					  "against", costs->entries[base]->name, "alone",
					  measure_round(alone), "whole", measure_round(whole)));
		else if (base != i)
			printf("cost per byte, %s against %s: %.2f alone, %.2f whole\n",
			       costs->entries[i]->name, costs->entries[base]->name, alone, whole);
	}
}

/* ---- The run ---- */

static void run_entry(const struct entry *entry, struct schema_set *set,
		      const struct measure_options *options, json_t *json, struct costs *costs)
{
	struct course course = {.entry = entry, .set = set, .arena = arena_new(ARENA_BYTES)};
	struct results results = {0};

	if (course.arena == NULL)
		measure_fail("no memory");
	open_course(&course);
	results.memory = measure_memory(&course);
	results.alone = race(&course, options, run_ours_alone, run_libxslt);
	results.told = race(&course, options, run_ours_told, run_libxslt);
	results.checked = race(&course, options, run_ours_checked, run_libxslt);
	results.whole = race(&course, options, run_ours_whole, run_libxml2_libxslt);
	if (entry->is_headline && !options->is_once)
		results.has_saxon = run_saxon(&course, options, &results.saxon);
	if (options->as_json)
		json_array_append_new(json_object_get(json, "cases"),
				      course_json(&course, &results));
	else
		print_course(&course, &results);
	note_cost(costs, &course, &results);
	if (entry->is_headline)
		json_object_set_new(json, "ratio", headline_json(&results));
	close_course(&course);
	arena_free(course.arena);
}

int main(int argc, char **argv)
{
	struct measure_options options;
	struct schema_set *set;
	json_t *json = json_pack("{s:s, s:s, s:[], s:[]}", "bench", "translate", "of", "CPU time",
				 "cases", "costPerByte");
	struct costs costs = {.count = 0};
	int code;

	measure_begin(argc, argv, &options);
	process_keep_memory(ROLE_KEPT_BYTES); /* as a worker does; the rival has the same */
	if ((code = command_set_load(&set)) != 0)
		return code;
	if (!options.as_json)
		printf("translate: CPU us per document, and rival / ours (higher is better)\n"
		       "%-24s %-16s %10s %10s %8s   %s\n",
		       "", "rival", "ours", "rival", "ratio", "rounds from");
	for (size_t i = 0; i < ENTRIES; i++)
		if (!options.is_once || entries[i].made.lines <= ONCE_LINES)
			run_entry(&entries[i], set, &options, json, &costs);
	tell_costs(&costs, json, options.as_json);
	if (!options.as_json && saxon_missing() != NULL)
		printf("no race against Saxon-HE: %s\n", saxon_missing());
	if (options.as_json)
		measure_print_json(json);
	else
		json_decref(json);
	schema_set_free(set);
	xsltCleanupGlobals();
	return EX_OK;
}
