#include "example.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sampan/limit.h"
#include "set_folder.h"
#include "totality.h"

static void put_row(FILE *to, const struct report_row *row)
{
	switch (row->kind) {
	case REPORT_FIELD:
		fprintf(to, "field %s > %s = %s\n", row->source, row->target, row->to);
		return;
	case REPORT_CHANGED:
		fprintf(to, "changed %s > %s = %s > %s %s\n", row->source, row->target, row->from,
			row->to, row->word);
		return;
	case REPORT_DROPPED:
		fprintf(to, "dropped %s = %s %s\n", row->source, row->from, row->word);
		return;
	case REPORT_SUPPLIED:
		fprintf(to, "supplied %s = %s %s %s\n", row->target, row->to, row->word,
			row->source != NULL ? row->source : row->ref);
		return;
	}
}

static char *text_of_report(const struct report *report, struct arena *arena, size_t *ret_count)
{
	char *text = NULL;
	size_t size = 0;
	FILE *to = open_memstream(&text, &size);

	for (unsigned kind = REPORT_FIELD; kind <= REPORT_SUPPLIED; kind++) {
		struct report_row row;
		size_t at = 0;

		while (report_next(report, (enum report_kind)kind, &at, arena, &row))
			put_row(to, &row);
	}
	fclose(to);
	*ret_count = report->field_count + report->changed_count + report->dropped_count +
		     report->supplied_count;
	return text;
}

static void show(const struct example_run *run, const struct example *example)
{
	print_error("rules: %s\nsource: %s\n", example->rules, example->source);
	for (size_t i = 0; i < run->findings.count; i++)
		print_error("%s %s: %s\n", run->findings.items[i].code, run->findings.items[i].path,
			    run->findings.items[i].en);
	if (run->translation.output.len > 0)
		print_error("output: %.*s\n%s", (int)run->translation.output.len,
			    (const char *)run->translation.output.at, run->rows);
}

static void begin(struct example_run *run, const struct example *example)
{
	*run = (struct example_run){.arena = arena_new(LIMIT_DOCUMENT_ARENA_BYTES)};
	findings_init(&run->findings, run->arena);
	facts_init(&run->facts, run->arena);
	for (size_t i = 0; i + 1 < EXAMPLE_ROWS && example->facts[i] != NULL; i += 2)
		assert_int_equal(facts_put(&run->facts, example->facts[i], example->facts[i + 1]),
				 OK);
	if (set_folder_load(example->attributes == NULL ? "" : example->attributes, example->rules,
			    &run->findings, &run->set) != OK) {
		show(run, example);
		fail_msg("the map does not load");
	}
}

static void translate(struct example_run *run, const struct example *example)
{
	const struct schema *from, *to;

	assert_int_equal(document_read(bytes_of_text(example->source), LIMIT_DOCUMENT_BYTES,
				       &run->findings, &run->document),
			 OK);
	assert_non_null(run->document);
	from = schema_identify(run->set, run->document, &run->findings);
	assert_non_null(from);
	assert_int_equal(schema_check(run->set, from, run->document, &run->findings), OK);
	if (findings_has_errors(&run->findings)) {
		show(run, example);
		fail_msg("the source is not valid");
	}
	to = schema_set_find(run->set,
			     strcmp(schema_id(from), "test.a") == 0 ? "test.b" : "test.a");
	assert_int_equal(translate_document(run->set, run->document, from, to, &run->facts,
					    run->arena, &run->findings, &run->translation),
			 OK);
	if (!findings_has_errors(&run->findings))
		run->rows = text_of_report(&run->translation.report, run->arena, &run->row_count);
}

void example_translate(struct example_run *run, const struct example *example)
{
	begin(run, example);
	translate(run, example);
}

void example_end(struct example_run *run)
{
	free(run->rows);
	document_free(run->document);
	schema_set_free(run->set);
	arena_free(run->arena);
}

static bool has_line(const char *lines, const char *line)
{
	size_t len = strlen(line);

	for (; lines != NULL && *lines != '\0'; lines = strchr(lines, '\n') + 1) {
		if (strncmp(lines, line, len) == 0 && lines[len] == '\n')
			return true;
	}
	return false;
}

static bool has_finding(const struct example_run *run, const char *code_and_path)
{
	for (size_t i = 0; i < run->findings.count; i++) {
		char text[600];

		snprintf(text, sizeof(text), "%s %s", run->findings.items[i].code,
			 run->findings.items[i].path);
		if (strcmp(text, code_and_path) == 0)
			return true;
	}
	return false;
}

static void check_translation(const struct example_run *run, const struct example *example)
{
	char fault[TOTALITY_FAULT_BYTES];

	if (findings_has_errors(&run->findings) ||
	    !bytes_equal(run->translation.output, bytes_of_text(example->output))) {
		show(run, example);
		fail_msg("expected: %s", example->output);
	}
	for (size_t i = 0; i < EXAMPLE_ROWS && example->rows[i] != NULL; i++) {
		if (!has_line(run->rows, example->rows[i])) {
			show(run, example);
			fail_msg("not in the report: %s", example->rows[i]);
		}
	}
	if (totality_check(run->document->bytes, &run->translation, fault) > 0) {
		show(run, example);
		fail_msg("%s", fault);
	}
}

static void check_findings(const struct example_run *run, const struct example *example)
{
	size_t count = 0;

	for (; count < EXAMPLE_ROWS && example->rows[count] != NULL; count++) {
		if (!has_finding(run, example->rows[count])) {
			show(run, example);
			fail_msg("not found: %s", example->rows[count]);
		}
	}
	if (run->findings.count != count || run->translation.output.len != 0) {
		show(run, example);
		fail_msg("%zu findings instead of %zu", run->findings.count, count);
	}
}

void example_check_all(const struct example *examples, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		struct example_run run;

		example_translate(&run, &examples[i]);
		if (examples[i].output != NULL)
			check_translation(&run, &examples[i]);
		else
			check_findings(&run, &examples[i]);
		example_end(&run);
	}
}
