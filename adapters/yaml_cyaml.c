#include "adapters/yaml_cyaml.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

const cyaml_strval_t yaml_words_of_bool[YAML_WORDS_OF_BOOL] = {{"false", 0}, {"true", 1}};

#define MAX_FILE_BYTES ((size_t)1024 * 1024)
#define MAX_LEVELS 16u

struct place {
	unsigned line;
	unsigned column;
};

/*
 * What libcyaml says while it loads: the first line is what is wrong, the rest where, innermost
 * first.
 */
struct talk {
	struct arena *arena;
	const char *what;
	struct place place;
	const char *fields[MAX_LEVELS]; /* keys that lead to the place, innermost first */
	size_t field_count;
};

/* ---- Memory of the arena for libcyaml: a block knows its room, so that it can grow ---- */

struct block {
	size_t room;
	size_t align;
	uint8_t at[];
};

static void *grow(void *context, void *at, size_t size)
{
	struct block *old =
		at == NULL ? NULL : (struct block *)(void *)((uint8_t *)at - sizeof(*old));
	struct block *block;
	size_t room;

	if (size == 0 || size > SIZE_MAX / 4)
		return NULL;
	if (old != NULL && size <= old->room)
		return at;
	room = old == NULL ? size : size * 2;
	block = arena_alloc(context, sizeof(*block) + room);
	if (block == NULL)
		return NULL;
	block->room = room;
	if (old != NULL)
		memcpy(block->at, old->at, old->room);
	return block->at;
}

/* ---- Messages ---- */

static void note_place(struct talk *talk, const char *line)
{
	const char *place = strstr(line, "(line: ");
	const char *quote = strchr(line, '\'');
	unsigned long row, column;
	char *end;

	if (place == NULL)
		return;
	row = strtoul(place + 7, &end, 10);
	column = strncmp(end, ", column: ", 10) == 0 ? strtoul(end + 10, NULL, 10) : 0;
	if (talk->place.line == 0)
		talk->place = (struct place){(unsigned)row, (unsigned)column};
	if (strstr(line, "mapping field") != NULL && quote != NULL &&
	    talk->field_count < MAX_LEVELS)
		talk->fields[talk->field_count++] =
			arena_text(talk->arena, bytes_of(quote + 1, strcspn(quote + 1, "'")));
}

__attribute__((format(printf, 3, 0))) static void hear(cyaml_log_t level, void *context,
						       const char *format, va_list arguments)
{
	struct talk *talk = context;
	char line[1024];
	const char *text = line;
	size_t len;

	if (level < CYAML_LOG_WARNING)
		return;
	(void)vsnprintf(line, sizeof(line), format, arguments);
	if (strncmp(text, "Load: ", 6) == 0)
		text += 6;
	len = strcspn(text, "\n");
	if (strncmp(text, "Backtrace", 9) == 0)
		return;
	if (strncmp(text, "  in ", 5) == 0)
		note_place(talk, text);
	else if (talk->what == NULL && len > 0)
		talk->what = arena_text(talk->arena, bytes_of(text, len));
}

static const cyaml_schema_field_t *find_field(const cyaml_schema_field_t *fields, const char *key)
{
	for (; fields->key != NULL; fields++)
		if (strcmp(fields->key, key) == 0)
			return fields;
	return NULL;
}

static const cyaml_schema_field_t *fields_of(const cyaml_schema_value_t *value)
{
	if (value->type == CYAML_SEQUENCE)
		value = value->sequence.entry;
	return value->type == CYAML_MAPPING ? value->mapping.fields : NULL;
}

/* The table of keys that holds where libcyaml stopped. */
static const cyaml_schema_field_t *fields_at(const cyaml_schema_value_t *root,
					     const struct talk *talk)
{
	const cyaml_schema_field_t *fields = fields_of(root);

	for (size_t i = talk->field_count; i > 0 && fields != NULL; i--) {
		const char *key = talk->fields[i - 1];
		const cyaml_schema_field_t *field = key == NULL ? NULL : find_field(fields, key);
		const cyaml_schema_field_t *inner = field == NULL ? NULL : fields_of(&field->value);

		if (inner == NULL)
			break;
		fields = inner;
	}
	return fields;
}

static const char *list_keys(const cyaml_schema_field_t *fields, struct arena *arena)
{
	const char *list = "";

	for (; fields != NULL && fields->key != NULL && list != NULL; fields++)
		list = arena_format(arena, "%s%s%s", list, *list == '\0' ? "" : ", ", fields->key);
	return list == NULL ? "" : list;
}

/* The words that a value of this type may be; "" for other types. */
static const char *list_words(const cyaml_schema_field_t *fields, const struct talk *talk,
			      cyaml_type_e type)
{
	const cyaml_schema_field_t *field =
		fields == NULL || talk->field_count == 0 || talk->fields[0] == NULL
			? NULL
			: find_field(fields, talk->fields[0]);
	const char *list = "";

	if (field == NULL || field->value.type != type)
		return "";
	for (uint32_t i = 0; i < field->value.enumeration.count && list != NULL; i++)
		list = arena_format(talk->arena, "%s%s%s", list, i == 0 ? "" : ", ",
				    field->value.enumeration.strings[i].str);
	return list == NULL ? "" : list;
}

/* ---- Places in the text ---- */

/*
 * Does `at` hold "key:" or "- " and then the value? Sets where the value (or, without value, the
 * key) stands.
 */
static bool is_here(const char *line, const char *key, const char *value, unsigned *ret_column)
{
	const char *at = line + strspn(line, " -\t{[");
	size_t len = value == NULL ? 0 : strlen(value);

	if (key != NULL) {
		at = strstr(at, key);
		if (at == NULL || at[strlen(key)] != ':' ||
		    (at > line && strchr(" -,{", at[-1]) == NULL))
			return false;
		*ret_column = (unsigned)(at - line) + 1;
		at += strlen(key) + 1;
		if (value == NULL)
			return true;
		at += strspn(at, " \t\"'");
	} else if (value != NULL) {
		at = strstr(at, value);
	}
	if (at == NULL || value == NULL || strncmp(at, value, len) != 0)
		return false;
	*ret_column = (unsigned)(at - line) + 1;
	return true;
}

static struct place locate(const char *text, unsigned from_line, const char *key, const char *value)
{
	unsigned line = 1, column = 1;

	for (const char *at = text; at != NULL && *at != '\0'; line++) {
		size_t len = strcspn(at, "\n");
		char *copy =
			line < from_line || at[strspn(at, " ")] == '#' ? NULL : strndup(at, len);
		bool is_found = copy != NULL && is_here(copy, key, value, &column);

		free(copy);
		if (is_found)
			return (struct place){line, column};
		at = at[len] == '\n' ? at + len + 1 : NULL;
	}
	return (struct place){from_line > 0 ? from_line : 1, 1};
}

static enum err complain_at(struct yaml_file *file, struct place place, const char *what)
{
	file->message = arena_format(file->arena, "%s:%u:%u: %s", file->path, place.line,
				     place.column, what);
	return file->message == NULL ? ERR_MEMORY : ERR_CONFIG;
}

enum err yaml_complain(struct yaml_file *file, const char *key, const char *value,
		       const char *expected)
{
	struct arena *arena = file->arena;
	struct place place = locate(file->text, 0, key, value);
	const char *what =
		key == NULL ? arena_format(arena, "\"%s\": expected %s", value, expected)
		: value[0] == '\0'
			? arena_format(arena, "%s: expected %s", key, expected)
			: arena_format(arena, "%s: \"%s\": expected %s", key, value, expected);

	return what == NULL ? ERR_MEMORY : complain_at(file, place, what);
}

/* libcyaml's place is that of the value before an unknown or repeated key: find the key itself. */
static const char *explain_key(const struct yaml_file *file, struct talk *talk, const char *key,
			       bool is_repeated, const cyaml_schema_field_t *fields)
{
	struct place *place = &talk->place;

	*place = locate(file->text, place->line, key, NULL);
	if (is_repeated)
		*place = locate(file->text, place->line + 1, key, NULL);
	return arena_format(talk->arena, "%s; expected one of: %s%s", talk->what,
			    list_keys(fields, talk->arena), is_repeated ? ", each once" : "");
}

static const char *explain_value(const struct yaml_file *file, struct talk *talk, const char *value,
				 const cyaml_schema_field_t *fields)
{
	const char *flags = list_words(fields, talk, CYAML_FLAGS);
	const char *words = list_words(fields, talk, CYAML_ENUM);

	if (strstr(talk->what, "UINT") != NULL || strstr(talk->what, "uint64_t") != NULL)
		return arena_format(talk->arena, "%s is not a number; expected a whole number",
				    value);
	if (*words != '\0')
		return arena_format(talk->arena, "%s; expected one of: %s", value, words);
	if (*flags == '\0')
		return talk->what;
	talk->place = locate(file->text, talk->place.line, NULL, value);
	return arena_format(talk->arena, "%s; expected a list of: %s", talk->what, flags);
}

static enum err complain_of_talk(struct yaml_file *file, const cyaml_schema_value_t *schema,
				 struct talk *talk, cyaml_err_t err)
{
	const cyaml_schema_field_t *fields = fields_at(schema, talk);
	const char *what, *word;

	if (err == CYAML_ERR_OOM)
		return ERR_MEMORY;
	if (talk->what == NULL)
		talk->what = cyaml_strerror(err);
	word = strrchr(talk->what, ' ');
	word = word == NULL ? talk->what : word + 1;
	if (strncmp(talk->what, "libyaml: ", 9) == 0)
		what = arena_format(talk->arena, "not YAML behind this place: %s", talk->what + 9);
	else if (err == CYAML_ERR_INVALID_KEY)
		what = explain_key(file, talk, word, false, fields);
	else if (strstr(talk->what, "already seen") != NULL)
		what = explain_key(file, talk, word, true, fields);
	else
		what = explain_value(file, talk, word, fields);
	return what == NULL ? ERR_MEMORY : complain_at(file, talk->place, what);
}

static enum err cannot_read(struct yaml_file *file, enum err err, const char *why)
{
	file->message = arena_format(file->arena, "%s: %s", file->path, why);
	return err;
}

static enum err read_text(struct yaml_file *file)
{
	FILE *in = fopen(file->path, "re");
	struct stat status;
	char *text = NULL;
	size_t len, room = MAX_FILE_BYTES; /* of a pipe */
	enum err err = ERR_MEMORY;

	if (in == NULL)
		return cannot_read(file, errno == ENOENT ? ERR_MISSING : ERR_CONFIG,
				   strerror(errno));
	if (fstat(fileno(in), &status) == 0 && S_ISREG(status.st_mode) && status.st_size >= 0)
		room = (size_t)status.st_size;
	if (room > MAX_FILE_BYTES) {
		err = cannot_read(file, ERR_LIMIT, "larger than 1 MiB");
		goto out;
	}
	text = arena_alloc(file->arena, room + 1);
	if (text == NULL)
		goto out;
	len = fread(text, 1, room, in);
	err = ferror(in) == 0 && memchr(text, 0, len) == NULL
		      ? OK
		      : cannot_read(file, ERR_CONFIG, "cannot be read as text");
	file->text = text;
out:
	fclose(in);
	return err;
}

enum err yaml_load(const char *path, const cyaml_schema_value_t *schema, struct arena *arena,
		   struct yaml_file *ret_file, void **ret_value)
{
	struct talk talk = {.arena = arena};
	cyaml_config_t config = {.log_fn = hear,
				 .log_ctx = &talk,
				 .mem_fn = grow,
				 .mem_ctx = arena,
				 .log_level = CYAML_LOG_WARNING,
				 .flags = CYAML_CFG_NO_ALIAS};
	cyaml_data_t *value = NULL;
	cyaml_err_t cyaml_err;
	enum err err;

	*ret_file = (struct yaml_file){.arena = arena, .path = path};
	if ((err = read_text(ret_file)) != OK)
		return err;
	cyaml_err = cyaml_load_data((const uint8_t *)ret_file->text, strlen(ret_file->text),
				    &config, schema, &value, NULL);
	if (cyaml_err != CYAML_OK)
		return complain_of_talk(ret_file, schema, &talk, cyaml_err);
	if (value == NULL)
		return complain_at(ret_file, (struct place){1, 1},
				   "the file is empty; its keys are missing");
	*ret_value = value;
	return OK;
}

enum err yaml_obey(struct yaml_file *file, const struct yaml_rule *rules, size_t count, void *item)
{
	for (size_t i = 0; i < count; i++) {
		const char **value = (const char **)(void *)((uint8_t *)item + rules[i].offset);

		if (*value == NULL)
			*value = "";
		if (**value == '\0' && rules[i].is_optional)
			continue;
		if (!rules[i].test(*value))
			return yaml_complain(file, rules[i].key, *value, form_text(rules[i].test));
	}
	return OK;
}
