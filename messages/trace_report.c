#include <string.h>

#include "messages/trace.h"

/* ---- From a report ---- */

static bool next(const struct report *report, struct trace_place *place, struct arena *arena,
		 struct report_row *ret_row)
{
	while (!report_next(report, place->kind, &place->at, arena, ret_row)) {
		if (place->kind == REPORT_SUPPLIED)
			return false;
		*place = (struct trace_place){.kind = place->kind + 1};
	}
	return true;
}

static const char *copy(const char *text, struct arena *arena)
{
	return text == NULL ? NULL : arena_text(arena, bytes_of_text(text));
}

bool trace_report_next(const struct report *report, struct trace_place *place, struct arena *arena,
		       struct report_row *ret_row)
{
	struct report_row row;

	if (!next(report, place, arena, &row))
		return false;
	row.from = copy(row.from, arena);
	row.to = row.kind == REPORT_FIELD ? row.from : copy(row.to, arena);
	row.source_document = row.document = 1;
	*ret_row = row;
	return true;
}

/* ---- To a report ---- */

void trace_report_set(const struct trace *trace, struct report *report)
{
	size_t counts[REPORT_SUPPLIED + 1] = {0};

	for (size_t i = 0; i < trace->count; i++)
		counts[trace->rows[i].kind]++;
	report->field_count = counts[REPORT_FIELD];
	report->changed_count = counts[REPORT_CHANGED];
	report->dropped_count = counts[REPORT_DROPPED];
	report->supplied_count = counts[REPORT_SUPPLIED];
	report->rows = trace->rows;
}
