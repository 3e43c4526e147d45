#include "node/facts_json.h"

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <sysexits.h>

#include "node/command_set.h"
#include "sampan/limit.h"

static enum err put_facts(struct facts *facts, json_t *object, const char *prefix);

static enum err put_fact(struct facts *facts, const char *name, json_t *value)
{
	char *text = NULL;
	enum err err;

	if (json_is_object(value))
		return put_facts(facts, value, name);
	if (json_is_string(value))
		return facts_put(facts, name, json_string_value(value));
	if (!json_is_integer(value))
		return ERR_FORMAT;
	if (asprintf(&text, "%lld", (long long)json_integer_value(value)) < 0)
		return ERR_MEMORY;
	err = facts_put(facts, name, text);
	free(text);
	return err;
}

/* Nested objects become names with dots; jansson bounds the depth. */
static enum err put_facts(struct facts *facts, json_t *object, const char *prefix)
{
	enum err err = OK;
	const char *key;
	json_t *value;

	json_object_foreach(object, key, value)
	{
		char *name = NULL;

		if (asprintf(&name, "%s%s%s", prefix, prefix[0] == '\0' ? "" : ".", key) < 0)
			return ERR_MEMORY;
		err = put_fact(facts, name, value);
		free(name);
		if (err != OK)
			break;
	}
	return err;
}

int facts_json_read(const char *command, const char *path, struct facts *facts)
{
	struct buffer buffer;
	json_error_t error;
	json_t *root = NULL;
	enum err err;

	buffer_init(&buffer, LIMIT_DOCUMENT_BYTES);
	err = command_set_read(path, &buffer);
	if (err != OK) {
		fprintf(stderr, "sampan %s: %s: %s\n", command, path, err_text(err));
		buffer_clear(&buffer);
		return err == ERR_IO ? EX_NOINPUT : err_exit_code(err);
	}
	root = json_loadb((const char *)buffer.at, buffer.len, JSON_REJECT_DUPLICATES, &error);
	if (root == NULL)
		fprintf(stderr, "sampan %s: %s:%d: %s\n", command, path, error.line, error.text);
	else if (!json_is_object(root) || (err = put_facts(facts, root, "")) != OK)
		fprintf(stderr, "sampan %s: %s: facts are texts or whole numbers by name\n",
			command, path);
	if (!json_is_object(root) || err != OK)
		err = ERR_FORMAT;
	json_decref(root);
	buffer_clear(&buffer);
	return err == OK ? EX_OK : EX_DATAERR;
}
