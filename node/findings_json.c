#include "node/findings_json.h"

#include <stdlib.h>
#include <string.h>

#include "node/json_read.h"

static json_t *one(const struct finding *finding)
{
	return json_pack("{s:s, s:s, s:s, s:i, s:s, s:s, s:s}", "severity",
			 severity_name(finding->severity), "code", finding->code, "path",
			 finding->path, "line", (int)finding->line, "value", finding->value, "vi",
			 finding->vi, "en", finding->en);
}

static json_t *more(const struct findings *findings)
{
	struct arena *arena = findings->arena;
	const struct finding finding = {
		.severity = SEVERITY_NOTE,
		.code = "more-findings",
		.path = "",
		.value = "",
		.vi = arena_format(arena, "Còn %zu lỗi nữa không được liệt kê.", findings->beyond),
		.en = arena_format(arena, "%zu more findings are not listed.", findings->beyond),
	};

	return finding.vi == NULL || finding.en == NULL ? NULL : one(&finding);
}

json_t *findings_json_new(const struct findings *findings)
{
	json_t *list = json_array();

	for (size_t i = 0; list != NULL && i < findings->count; i++)
		if (json_array_append_new(list, one(&findings->items[i])) != 0)
			goto failed;
	if (list != NULL && findings->beyond > 0 &&
	    json_array_append_new(list, more(findings)) != 0)
		goto failed;
	return list;
failed:
	json_decref(list);
	return NULL;
}

struct bytes findings_json_format(const struct findings *findings, struct arena *arena)
{
	json_t *list = findings_json_new(findings);
	char *text = list == NULL ? NULL : json_dumps(list, JSON_COMPACT);
	struct bytes bytes = {0};

	if (text != NULL) {
		bytes = bytes_of_text(text);
		bytes.at = arena_copy(arena, bytes);
		bytes.len = bytes.at == NULL ? 0 : bytes.len;
	}
	free(text);
	json_decref(list);
	return bytes;
}

static enum severity severity_of(const char *name)
{
	if (strcmp(name, severity_name(SEVERITY_ERROR)) == 0)
		return SEVERITY_ERROR;
	return strcmp(name, severity_name(SEVERITY_WARNING)) == 0 ? SEVERITY_WARNING
								  : SEVERITY_NOTE;
}

enum err findings_json_parse(struct bytes text, struct findings *findings)
{
	json_t *list = json_loadb((const char *)text.at, text.len, 0, NULL), *item;
	enum err err = json_is_array(list) ? OK : ERR_FORMAT;
	size_t i;

	json_array_foreach(list, i, item)
	{
		const struct finding finding = {
			.severity = severity_of(json_read_text(item, "severity")),
			.code = json_read_text(item, "code"),
			.path = json_read_text(item, "path"),
			.line = (unsigned)json_read_number(item, "line"),
			.value = json_read_text(item, "value"),
			.vi = json_read_text(item, "vi"),
			.en = json_read_text(item, "en"),
		};

		if (err == OK)
			err = findings_put(findings, &finding);
	}
	json_decref(list);
	return err;
}
