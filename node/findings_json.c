#include "node/findings_json.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "node/json_read.h"
#include "sampan/limit.h"

static json_t *one(const struct finding *finding)
{
	return json_pack("{s:s, s:s, s:s, s:i, s:s, s:s, s:s}", "severity",
			 severity_name(finding->severity), "code", finding->code, "path",
			 finding->path, "line", (int)finding->line, "value", finding->value, "vi",
			 finding->vi, "en", finding->en);
}

/* The one that says how many there are besides. */
static bool make_more(const struct findings *findings, struct finding *ret_more)
{
	struct arena *arena = findings->arena;

	*ret_more = (struct finding){
		.severity = SEVERITY_NOTE,
		.code = "more-findings",
		.path = "",
		.value = "",
		.vi = arena_format(arena, "Còn %zu lỗi nữa không được liệt kê.", findings->beyond),
		.en = arena_format(arena, "%zu more findings are not listed.", findings->beyond),
	};
	return ret_more->vi != NULL && ret_more->en != NULL;
}

json_t *findings_json_new(const struct findings *findings)
{
	json_t *list = json_array();
	struct finding more;

	for (size_t i = 0; list != NULL && i < findings->count; i++)
		if (json_array_append_new(list, one(&findings->items[i])) != 0)
			goto failed;
	if (list != NULL && findings->beyond > 0 &&
	    (!make_more(findings, &more) || json_array_append_new(list, one(&more)) != 0))
		goto failed;
	return list;
failed:
	json_decref(list);
	return NULL;
}

/* By hand, because it is done for every document. */
static void put_one(struct json_writer *to, const char *before, const struct finding *finding)
{
	const struct {
		const char *name, *value;
	} members[] = {{"{\"severity\":", severity_name(finding->severity)},
		       {",\"code\":", finding->code},
		       {",\"path\":", finding->path},
		       {NULL, NULL},
		       {",\"value\":", finding->value},
		       {",\"vi\":", finding->vi},
		       {",\"en\":", finding->en}};
	char line[32];

	json_writer_put(to, before, strlen(before));
	for (size_t i = 0; i < sizeof(members) / sizeof(members[0]); i++) {
		if (members[i].name == NULL) {
			int len = snprintf(line, sizeof(line), ",\"line\":%u", finding->line);

			json_writer_put(to, line, (size_t)len);
			continue;
		}
		json_writer_put(to, members[i].name, strlen(members[i].name));
		json_writer_put_string(to, members[i].value);
	}
	json_writer_put(to, "}", 1);
}

enum err findings_json_put(const struct findings *findings, struct json_writer *to)
{
	struct finding more;

	if (findings->beyond > 0 && !make_more(findings, &more))
		return ERR_MEMORY;
	json_writer_put(to, "[", 1);
	for (size_t i = 0; i < findings->count; i++)
		put_one(to, i == 0 ? "" : ",", &findings->items[i]);
	if (findings->beyond > 0)
		put_one(to, findings->count == 0 ? "" : ",", &more);
	json_writer_put(to, "]", 1);
	return OK;
}

struct bytes findings_json_format(const struct findings *findings, struct arena *arena)
{
	struct buffer buffer;
	struct json_writer writer = {.buffer = &buffer};
	struct bytes bytes = {0};

	buffer_init(&buffer, LIMIT_PAYLOAD_BYTES);
	if (findings_json_put(findings, &writer) == OK && json_writer_end(&writer) == OK) {
		bytes = buffer_bytes(&buffer);
		if ((bytes.at = arena_copy(arena, bytes)) == NULL)
			bytes.len = 0;
	}
	buffer_clear(&buffer);
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
