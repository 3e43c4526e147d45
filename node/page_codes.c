#include "node/page_codes.h"

#include <string.h>

#include "messages/code_set.h"

#define WORDS_BYTES 512u
#define SHORTEST 4u /* of a part of a code that is looked up */

struct putting {
	const struct stylesheet_fields *fields;
	const struct form_work *work;
	struct stylesheet_tree *tree;
};

static void put_code(const struct code_set_line *line, struct stylesheet_tree *tree)
{
	char code[WORDS_BYTES], words[WORDS_BYTES];

	if (line->code.len >= sizeof(code))
		return;
	memcpy(code, line->code.at, line->code.len);
	code[line->code.len] = '\0';
	stylesheet_tree_open(tree, "code");
	stylesheet_tree_attribute(tree, "value", code);
	if (line->words.len > 0 && line->words.len < sizeof(words)) {
		memcpy(words, line->words.at, line->words.len);
		words[line->words.len] = '\0';
		stylesheet_tree_attribute(tree, "words", words);
	}
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
		put_code(&line, tree);
}

/* A country's own code goes on behind the six digits that all have: 69120000 is in words what 691200 is. */
static bool find_longest(const struct code_set *set, const char *value,
			 struct code_set_line *ret_line)
{
	struct bytes code = bytes_of_text(value);
	bool is_found = false;

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
			put_code(&line, putting->tree);
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
		if (is_short(set))
			put_all(set, tree);
		else
			put_filled(&putting, list, set);
		stylesheet_tree_close(tree);
	}
}
