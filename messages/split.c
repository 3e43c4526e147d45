#include "messages/split.h"

#include <assert.h>
#include <string.h>

#include "messages/map_build.h"
#include "messages/part_xml.h"
#include "sampan/limit.h"

#define PART_FACTS "part."

static bool has_prefix(const char *text, const char *prefix)
{
	return strncmp(text, prefix, strlen(prefix)) == 0;
}

/* ---- What there is ---- */

static enum err find_first_number(struct split *split, const struct facts *outside)
{
	const struct map_split *rule = split->rule;
	const char *text = part_text(split->document, &rule->first_number, split->arena);

	if (text == NULL)
		return ERR_MEMORY;
	if (text[0] != '\0') {
		split->first_number = text;
		split->first_path =
			trunk_path(split->document->trunk,
				   part_find(split->document, &rule->first_number), split->arena);
		return split->first_path == NULL ? ERR_MEMORY : OK;
	}
	if (rule->first_fact != NULL)
		split->first_number = facts_get(outside, rule->first_fact);
	return OK;
}

/* Lines are taken out of a copy once, so that a part costs what it holds. */
static enum err take_lines(struct split *split, size_t line_count)
{
	xmlNode *line, *next;
	enum err err = part_xml_copy(split->document, &split->tree);

	if (err != OK)
		return err;
	split->marker = xmlNewDocComment(split->tree, (const xmlChar *)"");
	if (split->marker == NULL)
		return ERR_MEMORY;
	split->taken = arena_alloc_array(split->arena, line_count, sizeof(xmlNode *));
	if (split->taken == NULL) {
		xmlFreeNode(split->marker);
		return ERR_MEMORY;
	}
	line = part_xml_first_line(part_xml_holder(split->tree, split->lines.group),
				   split->lines.group);
	assert(line != NULL);
	xmlAddPrevSibling(line, split->marker);
	for (; line != NULL; line = next) {
		next = part_xml_next_line(line);
		xmlUnlinkNode(line);
		split->taken[split->taken_count++] = line;
	}
	return OK;
}

enum err split_init(const struct map *map, const struct document *document,
		    const struct facts *outside, struct arena *arena, struct split *ret_split)
{
	const struct map_split *rule = map->split;
	size_t line_count = rule == NULL ? 0 : part_count_lines(document, &rule->group);
	enum err err;

	*ret_split = (struct split){.rule = rule, .document = document, .arena = arena, .count = 1};
	if (rule == NULL || line_count <= rule->at)
		return OK;
	ret_split->count = (line_count + rule->at - 1) / rule->at;
	if ((err = part_lines_init(map, &rule->group, arena, &ret_split->lines)) == OK &&
	    (err = find_first_number(ret_split, outside)) == OK)
		err = take_lines(ret_split, line_count);
	if (err != OK)
		split_clear(ret_split);
	return err;
}

void split_clear(struct split *split)
{
	for (size_t i = 0; i < split->taken_count; i++) {
		if (split->taken[i]->parent == NULL)
			xmlFreeNode(split->taken[i]);
	}
	split->taken_count = 0;
	xmlFreeDoc(split->tree);
	split->tree = NULL;
}

/* ---- Parts ---- */

static enum err put_outside(const struct facts *outside, size_t number, struct facts *facts)
{
	const char *own = arena_format(facts->arena, PART_FACTS "%zu.", number);
	enum err err = own == NULL ? ERR_MEMORY : OK;

	for (size_t i = 0; i < outside->count && err == OK; i++) {
		const struct fact *fact = &outside->items[i];

		if (!has_prefix(fact->name, PART_FACTS) && !has_prefix(fact->name, MAP_SPLIT_FACTS))
			err = facts_put(facts, fact->name, fact->value);
	}
	for (size_t i = 0; i < outside->count && err == OK; i++) {
		const struct fact *fact = &outside->items[i];

		if (has_prefix(fact->name, own) &&
		    map_supply_origin(fact->name + strlen(own)) != NULL)
			err = facts_put(facts, fact->name + strlen(own), fact->value);
	}
	return err;
}

static enum err put_counters(const struct split *split, size_t number, struct facts *facts)
{
	const char *place = arena_format(facts->arena, "%zu", number);
	const char *total = arena_format(facts->arena, "%zu", split->count);
	const char *first = number == 1 ? split->rule->first : split->first_number;
	enum err err;

	if (place == NULL || total == NULL)
		return ERR_MEMORY;
	if ((err = facts_put(facts, MAP_SPLIT_NUMBER, place)) != OK ||
	    (err = facts_put(facts, MAP_SPLIT_TOTAL, total)) != OK || first == NULL)
		return err;
	return facts_put(facts, MAP_SPLIT_FIRST, first);
}

/* The first part has them; from the second on they are gone. */
static void remove_onces(struct split *split)
{
	xmlNode *node;

	for (size_t i = 0; i < split->rule->once_count; i++) {
		while ((node = part_xml_find(split->tree, &split->rule->onces[i].path)) != NULL)
			part_xml_remove(node);
	}
}

static void show_lines(const struct split *split, size_t from, size_t until)
{
	for (size_t i = from; i < until; i++)
		xmlAddPrevSibling(split->marker, split->taken[i]);
}

static void hide_lines(const struct split *split, size_t from, size_t until)
{
	for (size_t i = from; i < until; i++)
		xmlUnlinkNode(split->taken[i]);
}

enum err split_make(struct split *split, size_t number, const struct facts *outside,
		    struct findings *findings, struct facts *ret_facts,
		    struct document **ret_document)
{
	size_t from = (number - 1) * split->rule->at;
	size_t until = number * split->rule->at;
	enum err err;

	assert(number >= 1 && number <= split->count);
	if (until > split->taken_count)
		until = split->taken_count;
	if (number == 2)
		remove_onces(split);
	facts_init(ret_facts, split->arena);
	if ((err = put_outside(outside, number, ret_facts)) != OK ||
	    (err = put_counters(split, number, ret_facts)) != OK)
		return err;
	show_lines(split, from, until);
	err = part_xml_read_again(split->tree, split->arena, findings, ret_document);
	hide_lines(split, from, until);
	return err;
}

/* ---- What is said of them ---- */

const char *split_path(const struct split *split, size_t number, const char *path)
{
	const char *rest;
	size_t line;

	if (number == 1 || !part_is_line(&split->lines, path, &line, &rest))
		return path;
	return part_line_path(&split->lines, line + (number - 1) * split->rule->at, rest,
			      split->arena);
}

/* The counters came as facts; a reader wants to know what they are. */
static void name_counter(const struct split *split, size_t number, struct report_row *row)
{
	bool is_first = strcmp(row->ref, MAP_SPLIT_FIRST) == 0;

	if (is_first && number > 1 && split->first_path != NULL) {
		row->word = "document";
		row->source = split->first_path;
		row->ref = NULL;
	} else if (is_first && number > 1) {
		row->word = map_supply_origin(split->rule->first_fact);
		row->ref = split->rule->first_fact;
	} else {
		row->word = is_first ? "constant" : "count";
		row->ref = split->rule->ref;
	}
}

bool split_relate(const struct split *split, size_t number, struct report_row *row)
{
	const char *rest;
	size_t line;

	if (row->ref != NULL && has_prefix(row->ref, MAP_SPLIT_FACTS)) {
		name_counter(split, number, row);
		return true;
	}
	if (row->source == NULL || number == 1)
		return true;
	if (!part_is_line(&split->lines, row->source, &line, &rest)) {
		if (row->kind == REPORT_DROPPED)
			return false;
		row->kind = REPORT_SUPPLIED;
		row->word = "document";
		row->from = NULL;
		return true;
	}
	row->source = split_path(split, number, row->source);
	return true;
}
