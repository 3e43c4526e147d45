#include "tests/support/report_rows.h"

#include <stdlib.h>

static const char *member(const json_t *row, const char *name)
{
	return json_string_value(json_object_get(row, name));
}

static int number(const json_t *row, const char *name)
{
	const json_t *value = json_object_get(row, name);

	return value == NULL ? 1 : (int)json_integer_value(value);
}

static bool read_row(const json_t *row, enum read_kind kind, struct read_row *to)
{
	bool is_changed = kind == READ_CHANGED, is_supplied = kind == READ_SUPPLIED;

	*to = (struct read_row){
		.kind = kind,
		.source = is_supplied ? NULL : member(row, "source"),
		.target = kind == READ_DROPPED ? NULL : member(row, "target"),
		.from = is_supplied ? NULL : member(row, is_changed ? "from" : "value"),
		.to = kind == READ_DROPPED ? NULL : member(row, is_changed ? "to" : "value"),
		.word = kind == READ_FIELD ? "" : member(row, is_supplied ? "origin" : "reason"),
		.ref = is_supplied ? member(row, "ref") : "",
		.source_document = number(row, "sourceDocument"),
		.document = number(row, "document"),
	};
	return (to->source != NULL && to->from != NULL) == (kind != READ_SUPPLIED) &&
	       (to->target != NULL && to->to != NULL) == (kind != READ_DROPPED) &&
	       to->word != NULL && to->ref != NULL;
}

bool report_rows_read(struct bytes json, struct report_rows *ret_rows, const char **ret_fault)
{
	static const char *const names[] = {"fields", "changed", "dropped", "supplied"};
	size_t room = 1;

	*ret_rows = (struct report_rows){0};
	*ret_fault = "the report is not JSON";
	ret_rows->json = json_loadb((const char *)json.at, json.len, JSON_REJECT_DUPLICATES, NULL);
	if (ret_rows->json == NULL)
		return false;
	*ret_fault = "the report has not the four arrays";
	for (size_t i = 0; i < 4; i++) {
		const json_t *rows = json_object_get(ret_rows->json, names[i]);

		if (!json_is_array(rows))
			return false;
		room += json_array_size(rows);
	}
	*ret_fault = "a row of the report lacks something";
	ret_rows->items = calloc(room, sizeof(struct read_row));
	if (ret_rows->items == NULL)
		abort();
	for (size_t i = 0; i < 4; i++) {
		const json_t *rows = json_object_get(ret_rows->json, names[i]);

		for (size_t j = 0; j < json_array_size(rows); j++) {
			if (!read_row(json_array_get(rows, j), (enum read_kind)i,
				      &ret_rows->items[ret_rows->count++]))
				return false;
		}
	}
	return true;
}

void report_rows_clear(struct report_rows *rows)
{
	free(rows->items);
	json_decref(rows->json);
	*rows = (struct report_rows){0};
}
