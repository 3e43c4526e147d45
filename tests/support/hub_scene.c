#include "hub_scene.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sampan/limit.h"
#include "totality.h"

struct schema_set *hub_scene_load(const char *folder)
{
	struct arena *arena = arena_new((size_t)16 * 1024 * 1024);
	struct schema_set *set = NULL;
	struct findings findings;

	findings_init(&findings, arena);
	(void)schema_set_load(folder, &findings, &set);
	for (size_t i = 0; i < findings.count; i++)
		print_error("%s:%u: %s %s\n", findings.items[i].path, findings.items[i].line,
			    findings.items[i].code, findings.items[i].en);
	arena_free(arena);
	return set;
}

struct schema_set *hub_scene_load_changed(const char *command)
{
	char folder[] = "/tmp/sampan-hub-XXXXXX", line[2048];
	struct schema_set *set;

	assert_non_null(mkdtemp(folder));
	snprintf(line, sizeof(line), "set -e; to=%s; cp -r schemas/* $to; %s", folder, command);
	assert_int_equal(system(line), 0);
	set = hub_scene_load(folder);
	snprintf(line, sizeof(line), "rm -rf %s", folder);
	assert_int_equal(system(line), 0);
	return set;
}

void hub_scene_begin(struct hub_scene *scene, const struct schema_set *set)
{
	static const struct fact known[] = {
		{"event.number", "302600000010"},
		{"event.port", "THLCH"},
		{"event.departureDate", "20260301"},
		{"event.messageId", "0f8fad5b-d9cb-469f-a165-70867728950e"},
		{"event.from.name", "NSW"},
		{"event.from.identity", "0100109106"},
		{"event.reference", "REF-1"},
		{"event.year", "2026"},
		{"event.sendDate", "2026-03-01 10:00:00"},
		{"route.dischargePort", "VNSGN"},
		{"registry.agent.name", "DAI LY HAI QUAN"},
		{"registry.exporter.name", "EXPORTER"},
	};

	*scene = (struct hub_scene){.set = set, .arena = arena_new(LIMIT_DOCUMENT_ARENA_BYTES)};
	assert_non_null(scene->arena);
	facts_init(&scene->facts, scene->arena);
	findings_init(&scene->findings, scene->arena);
	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++)
		assert_int_equal(facts_put(&scene->facts, known[i].name, known[i].value), OK);
}

void hub_scene_end(struct hub_scene *scene)
{
	for (size_t i = 0; i < scene->count; i++)
		document_free(scene->documents[i]);
	arena_free(scene->arena);
	free(scene->rows);
}

void hub_scene_read_bytes(struct hub_scene *scene, struct bytes bytes)
{
	const uint8_t *copy = arena_copy(scene->arena, bytes);
	struct document *document = NULL;

	assert_true(scene->count < HUB_SCENE_SOURCES);
	bytes = bytes_of(copy, bytes.len);
	assert_int_equal(document_read(bytes, LIMIT_DOCUMENT_BYTES, &scene->findings, &document),
			 OK);
	if (document == NULL)
		hub_scene_fail(scene, "cannot be read");
	scene->bytes[scene->count] = bytes;
	scene->documents[scene->count] = document;
	if (scene->count++ == 0)
		scene->kind = schema_identify(scene->set, document, &scene->findings);
}

static char *read_whole(const char *path, size_t *ret_len)
{
	FILE *file = fopen(path, "rb");
	char *text = malloc(LIMIT_DOCUMENT_BYTES + 1);

	assert_non_null(file);
	assert_non_null(text);
	*ret_len = fread(text, 1, LIMIT_DOCUMENT_BYTES, file);
	text[*ret_len] = '\0';
	fclose(file);
	return text;
}

void hub_scene_read(struct hub_scene *scene, const char *file)
{
	size_t len;
	char *text = read_whole(file, &len);

	hub_scene_read_bytes(scene, bytes_of(text, len));
	free(text);
}

void hub_scene_read_changed(struct hub_scene *scene, const char *file, const char *old,
			    const char *new)
{
	size_t len;
	char *text = read_whole(file, &len), *at = strstr(text, old), *changed = NULL;

	assert_non_null(at);
	assert_true(asprintf(&changed, "%.*s%s%s", (int)(at - text), text, new, at + strlen(old)) >
		    0);
	hub_scene_read_bytes(scene, bytes_of_text(changed));
	free(changed);
	free(text);
}

/* ---- Rows ---- */

/* Numbered where the report numbers that side. */
static void put_side(FILE *to, bool has_number, uint32_t number, const char *text)
{
	if (has_number)
		fprintf(to, " %u:%s", (unsigned)number, text);
	else
		fprintf(to, " %s", text);
}

static void put_row(FILE *to, const struct report_more *more, const struct report_row *row)
{
	static const char *const names[] = {"field", "changed", "dropped", "supplied"};
	bool is_supplied = row->kind == REPORT_SUPPLIED;

	fputs(names[row->kind], to);
	if (!is_supplied)
		put_side(to, more->numbers_sources, row->source_document, row->source);
	if (row->target != NULL)
		put_side(to, more->numbers_targets, row->document, row->target);
	if (row->kind == REPORT_CHANGED || row->kind == REPORT_DROPPED)
		fprintf(to, " %s", row->from);
	if (row->kind != REPORT_DROPPED)
		fprintf(to, " %s", row->to);
	if (row->kind != REPORT_FIELD)
		fprintf(to, " %s", row->word);
	if (is_supplied)
		put_side(to, more->numbers_sources && row->source != NULL, row->source_document,
			 row->source != NULL ? row->source : row->ref);
	fputc('\n', to);
}

static char *rows_of(const struct report *report, struct arena *arena)
{
	static const struct report_more nothing;
	const struct report_more *more = report->more == NULL ? &nothing : report->more;
	char *rows = NULL;
	size_t len = 0;
	FILE *to = open_memstream(&rows, &len);

	assert_non_null(to);
	for (unsigned kind = REPORT_FIELD; kind <= REPORT_SUPPLIED; kind++) {
		struct report_row row;
		size_t at = 0;

		while (report_next(report, (enum report_kind)kind, &at, arena, &row))
			put_row(to, more, &row);
	}
	fclose(to);
	return rows;
}

/* ---- Translating ---- */

void hub_scene_try(struct hub_scene *scene, const char *to)
{
	struct hub_source sources[HUB_SCENE_SOURCES];
	struct hub_task task = {.set = scene->set,
				.from = scene->kind,
				.to = schema_set_find(scene->set, to),
				.outside = &scene->facts,
				.sources = sources,
				.source_count = scene->count};

	assert_non_null(task.from);
	assert_non_null(task.to);
	for (size_t i = 0; i < scene->count; i++)
		sources[i] = (struct hub_source){.document = scene->documents[i],
						 .findings = &scene->findings};
	assert_int_equal(hub_translate(&task, scene->arena, &scene->result), OK);
	assert_true((scene->result.output_count == 0) == findings_has_errors(&scene->findings));
	if (scene->result.output_count > 0)
		scene->rows = rows_of(&scene->result.report, scene->arena);
}

void hub_scene_translate(struct hub_scene *scene, const char *to)
{
	hub_scene_try(scene, to);
	if (findings_has_errors(&scene->findings))
		hub_scene_fail(scene, to);
}

void hub_scene_expect_total(const struct hub_scene *scene)
{
	const struct totality_documents sources = {scene->bytes, scene->count};
	const struct totality_documents outputs = {scene->result.outputs,
						   scene->result.output_count};
	char fault[TOTALITY_FAULT_BYTES];

	if (totality_check_many(&sources, &outputs, &scene->result.report, fault) > 0)
		hub_scene_fail(scene, fault);
}

void hub_scene_fail(const struct hub_scene *scene, const char *what)
{
	for (size_t i = 0; i < scene->findings.count; i++)
		print_error("%s: %s:%u \"%s\": %s\n", scene->findings.items[i].code,
			    scene->findings.items[i].path, scene->findings.items[i].line,
			    scene->findings.items[i].value, scene->findings.items[i].en);
	fail_msg("%s", what);
}

unsigned hub_scene_line_of(const struct hub_scene *scene, const char *text)
{
	const char *all = (const char *)scene->bytes[0].at, *at = strstr(all, text);
	unsigned line = 1;

	assert_non_null(at);
	for (; all < at; all++)
		line += *all == '\n';
	return line;
}
