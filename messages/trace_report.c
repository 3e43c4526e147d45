#include <assert.h>
#include <string.h>

#include "messages/trace.h"

/* ---- From a report ---- */

size_t trace_report_count(const struct report *report)
{
	return report->field_count + report->changed_count + report->dropped_count +
	       report->supplied_count;
}

static const char *copy(const char *text, struct arena *arena)
{
	return arena_text(arena, bytes_of_text(text));
}

static struct trace_row row_of_field(const struct report_field *field, struct arena *arena)
{
	const char *value = copy(field->value, arena);

	return (struct trace_row){.kind = TRACE_FIELD,
				  .source = field->source,
				  .target = field->target,
				  .from = value,
				  .to = value};
}

static struct trace_row row_of_changed(const struct report_changed *changed, struct arena *arena)
{
	return (struct trace_row){.kind = TRACE_CHANGED,
				  .source = changed->source,
				  .target = changed->target,
				  .from = copy(changed->from, arena),
				  .to = copy(changed->to, arena),
				  .word = changed->reason};
}

static struct trace_row row_of_dropped(const struct report_dropped *dropped, struct arena *arena)
{
	return (struct trace_row){.kind = TRACE_DROPPED,
				  .source = dropped->source,
				  .from = copy(dropped->value, arena),
				  .word = dropped->reason};
}

static struct trace_row row_of_supplied(const struct report_supplied *supplied, struct arena *arena)
{
	bool is_document = strcmp(supplied->origin, "document") == 0;

	return (struct trace_row){.kind = TRACE_SUPPLIED,
				  .source = is_document ? supplied->ref : NULL,
				  .target = supplied->target,
				  .to = copy(supplied->value, arena),
				  .word = supplied->origin,
				  .ref = is_document ? NULL : supplied->ref};
}

struct trace_row trace_report_row(const struct report *report, size_t i, struct arena *arena)
{
	struct trace_row row;

	if (i < report->field_count) {
		row = row_of_field(&report->fields[i], arena);
	} else if ((i -= report->field_count) < report->changed_count) {
		row = row_of_changed(&report->changed[i], arena);
	} else if ((i -= report->changed_count) < report->dropped_count) {
		row = row_of_dropped(&report->dropped[i], arena);
	} else {
		i -= report->dropped_count;
		assert(i < report->supplied_count);
		row = row_of_supplied(&report->supplied[i], arena);
	}
	row.source_document = row.document = 1;
	return row;
}

/* ---- To a report ---- */

/* A report being written from a trace. */
struct writing {
	const struct trace *trace;
	bool has_sources;
	bool has_targets;
	size_t counts[TRACE_SUPPLIED + 1];
	struct report_place *places[TRACE_SUPPLIED + 1];
	enum err err;
};

static void *rows_new(struct writing *writing, enum trace_kind kind, size_t size)
{
	struct arena *arena = writing->trace->arena;
	void *rows = arena_alloc_array(arena, writing->counts[kind] + 1, size);

	writing->places[kind] =
		arena_alloc_array(arena, writing->counts[kind] + 1, sizeof(*writing->places[kind]));
	if (rows == NULL || writing->places[kind] == NULL)
		writing->err = ERR_MEMORY;
	return rows;
}

/* The next row of a kind, from *at on; puts its place. NULL: there is none. */
static const struct trace_row *next(struct writing *writing, enum trace_kind kind, size_t *at,
				    size_t count)
{
	const struct trace *trace = writing->trace;

	while (writing->err == OK && *at < trace->count) {
		const struct trace_row *row = &trace->rows[(*at)++];
		struct report_place place = {0};

		if (row->kind != kind)
			continue;
		if (writing->has_sources && row->source != NULL)
			place.source_document = row->source_document;
		if (writing->has_targets && row->target != NULL)
			place.document = row->document;
		writing->places[kind][count] = place;
		return row;
	}
	return NULL;
}

static void write_fields(struct writing *writing, struct report *report)
{
	struct report_field *fields = rows_new(writing, TRACE_FIELD, sizeof(*fields));
	const struct trace_row *row;
	size_t at = 0, count = 0;

	while ((row = next(writing, TRACE_FIELD, &at, count)) != NULL)
		fields[count++] = (struct report_field){
			.source = row->source, .target = row->target, .value = row->to};
	report->fields = fields;
	report->field_count = count;
}

static void write_changed(struct writing *writing, struct report *report)
{
	struct report_changed *changed = rows_new(writing, TRACE_CHANGED, sizeof(*changed));
	const struct trace_row *row;
	size_t at = 0, count = 0;

	while ((row = next(writing, TRACE_CHANGED, &at, count)) != NULL)
		changed[count++] = (struct report_changed){.source = row->source,
							   .target = row->target,
							   .from = row->from,
							   .to = row->to,
							   .reason = row->word};
	report->changed = changed;
	report->changed_count = count;
}

static void write_dropped(struct writing *writing, struct report *report)
{
	struct report_dropped *dropped = rows_new(writing, TRACE_DROPPED, sizeof(*dropped));
	const struct trace_row *row;
	size_t at = 0, count = 0;

	while ((row = next(writing, TRACE_DROPPED, &at, count)) != NULL)
		dropped[count++] = (struct report_dropped){
			.source = row->source, .value = row->from, .reason = row->word};
	report->dropped = dropped;
	report->dropped_count = count;
}

static void write_supplied(struct writing *writing, struct report *report)
{
	struct report_supplied *supplied = rows_new(writing, TRACE_SUPPLIED, sizeof(*supplied));
	const struct trace_row *row;
	size_t at = 0, count = 0;

	while ((row = next(writing, TRACE_SUPPLIED, &at, count)) != NULL)
		supplied[count++] = (struct report_supplied){
			.target = row->target,
			.value = row->to,
			.origin = row->word,
			.ref = row->source != NULL ? row->source : row->ref};
	report->supplied = supplied;
	report->supplied_count = count;
}

enum err trace_report_format(const struct trace *trace, bool has_sources, bool has_targets,
			     struct report *ret_report, struct report_more *ret_more)
{
	struct writing writing = {.trace = trace,
				  .has_sources = has_sources,
				  .has_targets = has_targets,
				  .err = trace->err};
	struct report report = *ret_report;

	for (size_t i = 0; i < trace->count; i++)
		writing.counts[trace->rows[i].kind]++;
	write_fields(&writing, &report);
	write_changed(&writing, &report);
	write_dropped(&writing, &report);
	write_supplied(&writing, &report);
	if (writing.err != OK)
		return writing.err;
	*ret_report = report;
	if (!has_sources && !has_targets)
		return OK;
	ret_more->fields = writing.places[TRACE_FIELD];
	ret_more->changed = writing.places[TRACE_CHANGED];
	ret_more->dropped = writing.places[TRACE_DROPPED];
	ret_more->supplied = writing.places[TRACE_SUPPLIED];
	return OK;
}
