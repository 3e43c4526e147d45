#include "node/form_read.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "messages/word.h"

#define MAX_DEPTH 3u
#define OWN "csrf once seen back act file paper-type draft"

/* ---- Values ---- */

struct reading {
	struct arena *arena;
	struct form_values values;
	char name[FORM_READ_NAME_BYTES];
};

static enum err begin(struct reading *reading, struct arena *arena)
{
	*reading = (struct reading){.arena = arena};
	reading->values.items =
		arena_alloc_array(arena, FORM_READ_VALUES, sizeof(*reading->values.items));
	return reading->values.items == NULL ? ERR_MEMORY : OK;
}

static enum err add(struct reading *reading, const char *name, const char *value)
{
	struct form_value *item = &reading->values.items[reading->values.count];

	if (reading->values.count == FORM_READ_VALUES)
		return ERR_FORMAT;
	item->name = arena_text(reading->arena, bytes_of_text(name));
	item->value = arena_text(reading->arena, bytes_of_text(value));
	if (item->name == NULL || item->value == NULL)
		return ERR_MEMORY;
	reading->values.count++;
	return OK;
}

static enum err take(struct reading *reading, const json_t *value, unsigned depth);

static enum err take_number(struct reading *reading, const json_t *value)
{
	char *text = json_dumps(value, JSON_ENCODE_ANY | JSON_REAL_PRECISION(15));
	enum err err = text == NULL ? ERR_MEMORY : add(reading, reading->name, text);

	free(text);
	return err;
}

/* false: the name becomes too long. */
static bool go_into(struct reading *reading, size_t len, const char *name)
{
	size_t room = sizeof(reading->name) - len;
	int put = snprintf(reading->name + len, room, "%s%s", len == 0 ? "" : "/", name);

	return put > 0 && (size_t)put < room;
}

static bool go_to(struct reading *reading, size_t len, size_t number)
{
	size_t room = sizeof(reading->name) - len;
	int put = snprintf(reading->name + len, room, "[%zu]", number);

	return put > 0 && (size_t)put < room;
}

static enum err take_members(struct reading *reading, const json_t *object, unsigned depth)
{
	size_t len = strlen(reading->name);
	const char *name;
	json_t *member;
	enum err err = OK;

	json_object_foreach((json_t *)(uintptr_t)object, name, member)
	{
		if (!go_into(reading, len, name))
			return ERR_FORMAT;
		if ((err = take(reading, member, depth + 1)) != OK)
			return err;
		reading->name[len] = '\0';
	}
	return err;
}

static enum err take_items(struct reading *reading, const json_t *list, unsigned depth)
{
	size_t len = strlen(reading->name), i;
	json_t *item;
	enum err err = OK;

	json_array_foreach(list, i, item)
	{
		if (!go_to(reading, len, i + 1))
			return ERR_FORMAT;
		if ((err = take(reading, item, depth + 1)) != OK)
			return err;
		reading->name[len] = '\0';
	}
	return err;
}

static enum err take(struct reading *reading, const json_t *value, unsigned depth)
{
	if (depth > MAX_DEPTH)
		return ERR_FORMAT;
	if (json_is_string(value) && strlen(json_string_value(value)) == json_string_length(value))
		return add(reading, reading->name, json_string_value(value));
	if (json_is_number(value))
		return take_number(reading, value);
	if (json_is_boolean(value))
		return add(reading, reading->name, json_is_true(value) ? "yes" : "");
	if (json_is_object(value))
		return take_members(reading, value, depth);
	if (json_is_array(value) && depth > 0)
		return take_items(reading, value, depth);
	return ERR_FORMAT;
}

enum err form_read_json(const json_t *object, struct arena *arena, struct form_values *ret_values)
{
	struct reading reading;
	enum err err = begin(&reading, arena);

	if (err == OK && object != NULL)
		err = json_is_object(object) ? take(&reading, object, 0) : ERR_FORMAT;
	if (err == OK)
		*ret_values = reading.values;
	return err;
}

/* Lines end with LF here. */
static enum err add_lines(struct reading *reading, const char *name, const char *value)
{
	char *text = arena_text(reading->arena, bytes_of_text(value)), *to = text;

	if (text == NULL)
		return ERR_MEMORY;
	for (const char *at = value; *at != '\0'; at++)
		if (*at != '\r')
			*to++ = *at;
	*to = '\0';
	return add(reading, name, text);
}

enum err form_read_page(const struct page_form *form, struct arena *arena,
			struct form_values *ret_values)
{
	struct reading reading;
	enum err err = begin(&reading, arena);

	for (size_t i = 0; err == OK && i < form->count; i++)
		if (!word_is_in(OWN, form->fields[i].name))
			err = add_lines(&reading, form->fields[i].name, form->fields[i].value);
	if (err == OK)
		*ret_values = reading.values;
	return err;
}

/* ---- What was seen ---- */

bool form_read_version(const char *if_match, uint64_t *ret_version)
{
	const char *at = if_match + (*if_match == '"');
	char *end;
	uint64_t version;

	if (*at < '1' || *at > '9' || strspn(at, "0123456789") > 19)
		return false;
	version = strtoull(at, &end, 10);
	if (*end == '.')
		end += 1 + strspn(end + 1, "0123456789abcdef");
	if (*if_match == '"' ? strcmp(end, "\"") != 0 : *end != '\0')
		return false;
	*ret_version = version;
	return true;
}

void form_read_format_version(uint64_t version, char ret_text[FORM_READ_VERSION_BYTES])
{
	(void)snprintf(ret_text, FORM_READ_VERSION_BYTES, "\"%" PRIu64 "\"", version);
}

/* ---- Where findings belong ---- */

const char *form_read_field(const char *path, const struct stylesheet_place *places, size_t count)
{
	const char *field = NULL;
	size_t longest = 0;

	if (strncmp(path, FORM_WORK_PATH, strlen(FORM_WORK_PATH)) == 0)
		return path + strlen(FORM_WORK_PATH);
	for (size_t i = 0; i < count; i++) {
		size_t len = strlen(places[i].path);

		if (len <= longest || strncmp(path, places[i].path, len) != 0 ||
		    (path[len] != '\0' && path[len] != '/'))
			continue;
		longest = len;
		field = places[i].field;
	}
	return field;
}

/* What an objection is about, by the end of its path; is_of_item: of the goods item that its value begins with. */
static const struct {
	const char *code, *ends;
	bool is_of_item;
} objected[] = {
	{"identity-used", "/reference[1]", false},
	{"reference-missing", "/reference[1]", false},
	{"no-mandate", "/Exporter[1]/TaxCode[1] /Exporter[1]/Code[1] /Importer[1]/Code[1]", false},
	{"sender-mismatch", "/Exporter[1]/TaxCode[1] /Exporter[1]/Code[1] /Importer[1]/Code[1]",
	 false},
	{"duplicate", "/DeclarationNumber[1]", false},
	{"request-unknown", "/RequestReference[1] /PreviousDocument[1]/ID[1]", false},
	{"answer-by-over", "/ReplyDueDate[1] /DueDateTime[1]/DateTimeString[1]", false},
	{"declaration-unknown", "/ImportDeclarationNumber[1] /PreviousDocument[1]/ID[1]", false},
	{"office-not-yours",
	 "/ImportDeclarationOfficeCode[1] /PreviousDocument[1]/OfficeID[1] /CustomsOffice[1]",
	 false},
	{"balance-exceeded", "/Quantity[1] /QuantityQuantity[1]", true},
	{"item-unknown", "/Quantity[1] /QuantityQuantity[1]", true},
	{"unit-differs", "/QuantityUnitCode[1] /QuantityQuantity[1]", true},
};

static bool ends_with_one(const char *path, const char *ends)
{
	size_t len = strlen(path);
	struct bytes end;

	while (word_next(&ends, &end))
		if (len >= end.len && memcmp(path + len - end.len, end.at, end.len) == 0)
			return true;
	return false;
}

/* "item[2]/quantity" is of "2" and of "2: 600 PCE". */
static bool is_of_item(const char *field, const char *value)
{
	const char *bracket = strchr(field, '[');
	size_t len = strcspn(value, ":");

	return bracket != NULL && len > 0 && strncmp(bracket + 1, value, len) == 0 &&
	       bracket[1 + len] == ']';
}

const char *form_read_objected(const struct finding *finding, const struct stylesheet_place *places,
			       size_t count)
{
	for (size_t i = 0; i < sizeof(objected) / sizeof(objected[0]); i++)
		for (size_t j = 0; strcmp(objected[i].code, finding->code) == 0 && j < count; j++)
			if (ends_with_one(places[j].path, objected[i].ends) &&
			    (!objected[i].is_of_item ||
			     is_of_item(places[j].field, finding->value)))
				return places[j].field;
	return NULL;
}

const char *form_read_value(const struct form_values *values, const char *name)
{
	for (size_t i = 0; i < values->count; i++)
		if (strcmp(values->items[i].name, name) == 0)
			return values->items[i].value;
	return "";
}
