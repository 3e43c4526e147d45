#include "tests/support/yaml_json.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <yaml.h>

static json_t *scalar(const yaml_event_t *event)
{
	const char *text = (const char *)event->data.scalar.value;
	char *end;

	if (event->data.scalar.style != YAML_PLAIN_SCALAR_STYLE)
		return json_string(text);
	if (strcmp(text, "true") == 0 || strcmp(text, "false") == 0)
		return json_boolean(strcmp(text, "true") == 0);
	if (text[0] == '\0' || strcmp(text, "null") == 0 || strcmp(text, "~") == 0)
		return json_null();
	if (strspn(text, "-0123456789") == strlen(text)) {
		long long number = strtoll(text, &end, 10);

		if (*end == '\0')
			return json_integer(number);
	}
	return json_string(text);
}

static void next(yaml_parser_t *parser, yaml_event_t *event)
{
	if (yaml_parser_parse(parser, event) != 1)
		fail_msg("line %zu: %s", parser->problem_mark.line + 1, parser->problem);
}

static json_t *value(yaml_parser_t *parser, yaml_event_t *event);

static json_t *mapping(yaml_parser_t *parser)
{
	json_t *object = json_object();
	yaml_event_t key, event;

	for (next(parser, &key); key.type == YAML_SCALAR_EVENT; next(parser, &key)) {
		const char *name = (const char *)key.data.scalar.value;

		if (json_object_get(object, name) != NULL)
			fail_msg("line %zu: %s twice", key.start_mark.line + 1, name);
		next(parser, &event);
		assert_int_equal(json_object_set_new(object, name, value(parser, &event)), 0);
		yaml_event_delete(&key);
	}
	assert_int_equal(key.type, YAML_MAPPING_END_EVENT);
	yaml_event_delete(&key);
	return object;
}

static json_t *sequence(yaml_parser_t *parser)
{
	json_t *list = json_array();
	yaml_event_t event;

	for (next(parser, &event); event.type != YAML_SEQUENCE_END_EVENT; next(parser, &event))
		assert_int_equal(json_array_append_new(list, value(parser, &event)), 0);
	yaml_event_delete(&event);
	return list;
}

/* Takes the event. */
static json_t *value(yaml_parser_t *parser, yaml_event_t *event)
{
	yaml_event_type_t type = event->type;
	json_t *json = NULL;

	if (type == YAML_SCALAR_EVENT)
		json = scalar(event);
	yaml_event_delete(event);
	if (type == YAML_MAPPING_START_EVENT)
		json = mapping(parser);
	else if (type == YAML_SEQUENCE_START_EVENT)
		json = sequence(parser);
	if (json == NULL)
		fail_msg("no anchors here");
	return json;
}

json_t *yaml_json_load(const char *path)
{
	FILE *file = fopen(path, "rb");
	yaml_parser_t parser;
	yaml_event_t event;
	json_t *json;

	if (file == NULL)
		fail_msg("%s cannot be read", path);
	assert_int_equal(yaml_parser_initialize(&parser), 1);
	yaml_parser_set_input_file(&parser, file);
	next(&parser, &event);
	yaml_event_delete(&event);
	next(&parser, &event);
	yaml_event_delete(&event);
	next(&parser, &event);
	json = value(&parser, &event);
	yaml_parser_delete(&parser);
	(void)fclose(file);
	return json;
}
