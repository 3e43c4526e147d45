#include "node/page_codes.h"

#include <string.h>

#include "messages/code_search.h"
#include "node/json_read.h"

#define WORDS_BYTES 512u
#define CODE_BYTES 24u
#define SHORTEST 4u /* of a part of a code that is looked up */
#define FIND "find-"
#define PICK "pick-"

struct putting {
	const struct stylesheet_fields *fields;
	const struct form_work *work;
	struct stylesheet_tree *tree;
};

static void put_attribute(const char *name, struct bytes value, struct stylesheet_tree *tree)
{
	char text[WORDS_BYTES];

	if (value.len == 0 || value.len >= sizeof(text))
		return;
	memcpy(text, value.at, value.len);
	text[value.len] = '\0';
	stylesheet_tree_attribute(tree, name, text);
}

static void put_code(const struct code_set_line *line, bool goes_on, struct stylesheet_tree *tree)
{
	if (line->code.len >= WORDS_BYTES)
		return;
	stylesheet_tree_open(tree, "code");
	put_attribute("value", line->code, tree);
	put_attribute("words", line->words, tree);
	put_attribute("vi", line->words_vi, tree);
	if (goes_on)
		stylesheet_tree_attribute(tree, "goes-on", "yes");
	stylesheet_tree_close(tree);
}

static bool is_short(const struct code_set *set)
{
	struct code_set_line line;
	size_t at = 0, count = 0;

	while (count <= PAGE_CODES_MOST && code_set_next(set, &at, &line))
		count++;
	return count <= PAGE_CODES_MOST;
}

static void put_all(const struct code_set *set, struct stylesheet_tree *tree)
{
	struct code_set_line line;

	for (size_t at = 0; code_set_next(set, &at, &line);)
		put_code(&line, false, tree);
}

/* A country's own code goes on behind the six digits that all have: 69120000 is in words what 691200 is. */
static bool find_longest(const struct code_set *set, const char *value,
			 struct code_set_line *ret_line)
{
	struct bytes code = bytes_of_text(value);
	bool is_found = code_set_find(set, code, ret_line);

	for (; !is_found && code.len >= SHORTEST && code.len < WORDS_BYTES; code.len--)
		is_found = code_set_find(set, code, ret_line);
	ret_line->code = bytes_of_text(value);
	return is_found;
}

static bool is_filled_by(const struct putting *putting, const char *name, const char *list)
{
	for (size_t i = 0; i < putting->fields->count; i++)
		if (strcmp(putting->fields->items[i].name, name) == 0)
			return strcmp(putting->fields->items[i].list, list) == 0;
	return false;
}

static void put_filled(const struct putting *putting, const char *list, const struct code_set *set)
{
	for (size_t i = 0; i < putting->work->count; i++) {
		const struct form_value *value = &putting->work->values[i];
		struct code_set_line line;

		if (find_longest(set, value->value, &line) &&
		    is_filled_by(putting, value->name, list))
			put_code(&line, false, putting->tree);
	}
}

static bool is_first(const struct stylesheet_fields *fields, size_t which)
{
	for (size_t i = 0; i < which; i++)
		if (strcmp(fields->items[i].list, fields->items[which].list) == 0)
			return false;
	return true;
}

void page_codes_put(const struct schema_set *schemas, const struct stylesheet_fields *fields,
		    const struct form_work *work, struct stylesheet_tree *tree)
{
	const struct putting putting = {fields, work, tree};

	for (size_t i = 0; i < fields->count; i++) {
		const char *list = fields->items[i].list;
		const struct code_set *set =
			list[0] == '\0' || schemas == NULL ? NULL : schema_set_codes(schemas, list);

		if (set == NULL || !is_first(fields, i))
			continue;
		stylesheet_tree_open(tree, "codes");
		stylesheet_tree_attribute(tree, "name", list);
		if (is_short(set)) {
			put_all(set, tree);
		} else {
			stylesheet_tree_attribute(tree, "long", "yes");
			put_filled(&putting, list, set);
		}
		stylesheet_tree_close(tree);
	}
}

/* ---- Finding ---- */

/* How many of its codes have a name in Vietnamese: "all", "some", "none". */
static const char *vietnamese_of(const struct code_set *set)
{
	struct code_set_line line;
	size_t count = 0, named = 0;

	for (size_t at = 0; code_set_next(set, &at, &line); count++)
		named += line.words_vi.len > 0;
	return named == 0 ? "none" : named == count ? "all" : "some";
}

/* Of nothing that was found a page says which words there would be. */
static void put_found(const struct code_set *set, const struct code_search *search,
		      struct stylesheet_tree *tree)
{
	if (search->has_more)
		stylesheet_tree_attribute(tree, "more", "yes");
	if (search->count == 0 && set != NULL)
		stylesheet_tree_attribute(tree, "vietnamese", vietnamese_of(set));
	for (size_t i = 0; i < search->count; i++)
		put_code(&search->hits[i].line, search->hits[i].goes_on, tree);
}

/* NULL: there is no such list. */
static const struct code_set *search_list(const struct schema_set *schemas, const char *list,
					  const char *typed, struct code_search *ret_search)
{
	const struct code_set *set = schemas == NULL ? NULL : schema_set_codes(schemas, list);

	*ret_search = (struct code_search){0};
	if (set != NULL)
		code_search_find(set, bytes_of_text(typed), ret_search);
	return set;
}

void page_codes_search(const struct schema_set *schemas, const char *list, const char *typed,
		       struct stylesheet_tree *tree)
{
	struct code_search search;
	const struct code_set *set = search_list(schemas, list, typed, &search);

	stylesheet_tree_open(tree, "found");
	stylesheet_tree_attribute(tree, "list", list);
	put_found(set, &search, tree);
	stylesheet_tree_close(tree);
}

/* "pick-6912-Item[1]/HsCode": the field, and the code; NULL: no such button. */
static const char *field_picked(const char *act, struct bytes *ret_code)
{
	const char *code = act + sizeof(PICK) - 1, *end;

	if (strncmp(act, PICK, sizeof(PICK) - 1) != 0 || (end = strchr(code, '-')) == NULL ||
	    end == code || (size_t)(end - code) >= CODE_BYTES)
		return NULL;
	*ret_code = bytes_of(code, (size_t)(end - code));
	return end + 1;
}

static const char *value_of(const struct form_work *work, const char *name)
{
	for (size_t i = 0; i < work->count; i++)
		if (strcmp(work->values[i].name, name) == 0)
			return work->values[i].value;
	return "";
}

static const struct stylesheet_field *field_of(const struct stylesheet_fields *fields,
					       const char *name)
{
	for (size_t i = 0; i < fields->count; i++)
		if (strcmp(fields->items[i].name, name) == 0 && fields->items[i].list[0] != '\0')
			return &fields->items[i];
	return NULL;
}

static bool goes_on(const struct code_search *search, struct bytes code)
{
	for (size_t i = 0; i < search->count; i++)
		if (search->hits[i].goes_on && bytes_equal(search->hits[i].line.code, code))
			return true;
	return false;
}

void page_codes_find(const struct schema_set *schemas, const struct stylesheet_fields *fields,
		     const struct form_work *work, const char *act, struct stylesheet_tree *tree)
{
	struct bytes code = {0};
	const char *name = strncmp(act, FIND, sizeof(FIND) - 1) == 0 ? act + sizeof(FIND) - 1
								     : field_picked(act, &code);
	const struct stylesheet_field *field = name == NULL ? NULL : field_of(fields, name);
	const struct code_set *set;
	struct code_search search;

	if (field == NULL)
		return;
	set = search_list(schemas, field->list, value_of(work, name), &search);
	if (code.len > 0 && !goes_on(&search, code))
		return;
	stylesheet_tree_open(tree, "found");
	stylesheet_tree_attribute(tree, "list", field->list);
	stylesheet_tree_attribute(tree, "field", field->name);
	put_found(set, &search, tree);
	stylesheet_tree_close(tree);
}

void page_codes_pick(const char *act, json_t *given)
{
	struct bytes code = {0};
	const char *name = field_picked(act, &code);
	json_t *item;
	size_t i;

	if (name == NULL)
		return;
	json_array_foreach(given, i, item)
	{
		if (strcmp(json_read_text(item, "name"), name) == 0) {
			(void)json_object_set_new(item, "value",
						  json_stringn((const char *)code.at, code.len));
			return;
		}
	}
	(void)json_array_append_new(given, json_pack("{s:s, s:s%}", "name", name, "value",
						     (const char *)code.at, code.len));
}
