#include "messages/join.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "messages/join_head.h"
#include "messages/part_xml.h"

bool join_is_part(const struct map *map, const struct document *document)
{
	return map->join != NULL && (part_find(document, &map->join->number) != NULL ||
				     part_find(document, &map->join->total) != NULL);
}

const char *join_key(const struct map_join *rule, const struct document *document,
		     struct arena *arena)
{
	const char *first = part_text(document, &rule->first, arena);

	if (first == NULL || rule->first_value == NULL || strcmp(first, rule->first_value) != 0)
		return first;
	return part_text(document, &rule->first_number, arena);
}

/* ---- Findings ---- */

static enum err find(struct join *join, size_t part, const char *code, const struct map_path *place,
		     const char *const words[2])
{
	const struct join_part *at = &join->parts[part];
	const struct trunk *trunk = at->document->trunk;
	const struct branch *branch = part_find(at->document, place);
	const char *value = part_text(at->document, place, join->arena);
	const char *path;

	if (branch == NULL)
		branch = &trunk->items[0];
	path = trunk_path(trunk, branch, join->arena);
	if (path == NULL || value == NULL)
		return ERR_MEMORY;
	join->errors++;
	return schema_finding(join->set, at->findings, SEVERITY_ERROR, code, path, branch->line,
			      value, words[0], words[1], NULL);
}

static const char *name_of(const struct map_path *path)
{
	return path->count == 0 ? path->text : path->steps[path->count - 1]->name;
}

/* ---- Numbers ---- */

/* A whole number from 1 on, of few digits; 0: it is none. */
static size_t number_of(const char *text)
{
	size_t len = strlen(text);

	return len == 0 || len > 6 || strspn(text, "0123456789") != len ? 0
									: strtoul(text, NULL, 10);
}

static enum err read_number(struct join *join, size_t part, const struct map_path *place,
			    size_t most, size_t *ret_number)
{
	const char *text = part_text(join->parts[part].document, place, join->arena);
	const char *bound = arena_format(join->arena, "%zu", most);
	size_t number;

	if (text == NULL || bound == NULL)
		return ERR_MEMORY;
	number = number_of(text);
	*ret_number = number <= most ? number : 0;
	if (*ret_number != 0)
		return OK;
	return find(join, part, "join-number", place, (const char *const[]){name_of(place), bound});
}

static enum err put_in_order(struct join *join, size_t part, size_t total)
{
	const struct map_path *place = &join->rule->number;
	const char *words[2] = {name_of(place), ""};
	size_t number = 0;
	enum err err = read_number(join, part, place, total, &number);

	if (err != OK || number == 0)
		return err;
	if (join->order[number - 1] == SIZE_MAX) {
		join->order[number - 1] = part;
		return OK;
	}
	words[1] = arena_format(join->arena, "%zu", number);
	return words[1] == NULL ? ERR_MEMORY : find(join, part, "join-part-twice", place, words);
}

/* All parts say the same total; what the first given says is taken. 0: findings. */
static enum err read_total(struct join *join, size_t *ret_total)
{
	const struct map_path *place = &join->rule->total;
	enum err err = OK;

	for (size_t i = 0; i < join->count && err == OK; i++) {
		size_t total = 0;

		err = read_number(join, i, place, JOIN_PARTS, &total);
		if (i == 0)
			*ret_total = total;
		else if (err == OK && total != 0 && *ret_total != 0 && total != *ret_total)
			err = find(join, i, "join-head-differs", place,
				   (const char *const[]){
					   name_of(place),
					   part_text(join->parts[0].document, place, join->arena)});
	}
	return err;
}

/* "2, 5" */
static enum err find_missing(struct join *join, size_t total)
{
	const char *list = "", *all = arena_format(join->arena, "%zu", total);

	for (size_t i = 0; i < total && list != NULL; i++) {
		if (join->order[i] == SIZE_MAX)
			list = arena_format(join->arena, "%s%s%zu", list,
					    list[0] == '\0' ? "" : ", ", i + 1);
	}
	if (list == NULL || all == NULL)
		return ERR_MEMORY;
	return list[0] == '\0' ? OK
			       : find(join, 0, "join-part-missing", &join->rule->number,
				      (const char *const[]){list, all});
}

static enum err order_parts(struct join *join)
{
	size_t total = 0;
	enum err err = read_total(join, &total);

	if (err != OK || join->errors > 0)
		return err;
	join->order = arena_alloc_array(join->arena, total, sizeof(*join->order));
	if (join->order == NULL)
		return ERR_MEMORY;
	for (size_t i = 0; i < total; i++)
		join->order[i] = SIZE_MAX;
	for (size_t i = 0; i < join->count && err == OK; i++)
		err = put_in_order(join, i, total);
	return err == OK && join->errors == 0 ? find_missing(join, total) : err;
}

/* ---- Do they belong together? ---- */

/* The first part says so by a word, the others name its number. */
static enum err check_first(struct join *join)
{
	const struct map_join *rule = join->rule;
	const struct document *first = join->parts[join->order[0]].document;
	const char *number = part_text(first, &rule->first_number, join->arena);
	enum err err = number == NULL ? ERR_MEMORY : OK;

	for (size_t i = 0; i < join->count && rule->first.text != NULL && err == OK; i++) {
		const char *wanted = i == 0 ? rule->first_value : number;
		const struct document *part = join->parts[join->order[i]].document;
		const char *said = part_text(part, &rule->first, join->arena);

		if (said == NULL)
			return ERR_MEMORY;
		if (strcmp(said, wanted) != 0)
			err = find(join, join->order[i], "join-not-together", &rule->first,
				   (const char *const[]){name_of(&rule->first), wanted});
	}
	return err;
}

/* ---- Do they say the same of the whole? ---- */

static const char *last_name(const char *path, struct arena *arena)
{
	const char *slash = strrchr(path, '/');
	const char *name = slash == NULL ? path : slash + 1;

	return arena_text(arena, bytes_of(name, strcspn(name, "[")));
}

static enum err find_difference(struct join *join, size_t part, const struct report_row *row,
				const char *value, const char *wanted)
{
	const struct join_part *at = &join->parts[part];
	const char *name = last_name(row->source, join->arena);

	if (name == NULL)
		return ERR_MEMORY;
	join->errors++;
	return schema_finding(join->set, at->findings, SEVERITY_ERROR, "join-head-differs",
			      row->source, part_line_at(at->document, row->source), value, name,
			      wanted, NULL);
}

/* What one part says and the other does not, or says otherwise (told once). */
static enum err compare_heads(struct join *join, size_t part, const struct trace *said,
			      const struct trace_index *index, bool is_back)
{
	enum err err = OK;

	for (size_t i = 0; i < said->count && err == OK; i++) {
		const struct report_row *row = &said->rows[i], *other;

		if (row->word != NULL)
			continue;
		other = trace_find_source(index, index->rows[0]->source_document, row->source);
		if (other == NULL)
			err = find_difference(join, part, row, is_back ? "" : row->from,
					      is_back ? row->from : "");
		else if (!is_back && strcmp(other->from, row->from) != 0)
			err = find_difference(join, part, row, row->from, other->from);
	}
	return err;
}

static enum err check_heads(struct join *join)
{
	struct trace_index first_index, index;
	struct trace first, other;
	enum err err;

	if ((err = join_head_read(join, join->order[0], &first)) != OK ||
	    (err = trace_index_sources(&first, &first_index)) != OK)
		return err;
	for (size_t i = 1; i < join->count && err == OK; i++) {
		size_t part = join->order[i];

		if ((err = join_head_read(join, part, &other)) == OK &&
		    (err = trace_index_sources(&other, &index)) == OK &&
		    (err = compare_heads(join, part, &other, &first_index, false)) == OK)
			err = compare_heads(join, part, &first, &index, true);
	}
	return err;
}

/* ---- Putting together ---- */

static enum err add_lines(struct join *join, xmlDoc *tree, xmlNode *holder, size_t part)
{
	const struct map_path *group = &join->rule->group;
	const struct document *document = join->parts[part].document;
	xmlNode *last = part_xml_first_line(holder, group), *line, *next;
	enum err err = document_need_xml(document);

	if (err != OK)
		return err;
	line = part_xml_first_line(part_xml_holder(document->xml, group), group);
	while (last != NULL && (next = part_xml_next_line(last)) != NULL)
		last = next;
	for (; line != NULL; line = part_xml_next_line(line)) {
		xmlNode *copy = xmlDocCopyNode(line, tree, 1);

		if (copy == NULL)
			return ERR_MEMORY;
		last = last == NULL ? xmlAddChild(holder, copy) : xmlAddNextSibling(last, copy);
	}
	return OK;
}

static enum err put_together(struct join *join, xmlDoc *tree)
{
	xmlNode *holder = part_xml_holder(tree, &join->rule->group);
	enum err err = OK;

	if (holder == NULL)
		return find(join, join->order[0], "join-head-differs", &join->rule->group,
			    (const char *const[]){name_of(&join->rule->group), ""});
	part_xml_remove(part_xml_find(tree, &join->rule->number));
	part_xml_remove(part_xml_find(tree, &join->rule->total));
	part_xml_remove(part_xml_find(tree, &join->rule->first));
	for (size_t i = 1; i < join->count && err == OK; i++)
		err = add_lines(join, tree, holder, join->order[i]);
	if (err != OK)
		return err;
	return part_xml_read_again(tree, join->arena, join->parts[join->order[0]].findings,
				   &join->whole);
}

static enum err count_lines(struct join *join)
{
	size_t upto = 0;

	join->lines_upto = arena_alloc_array(join->arena, join->count, sizeof(*join->lines_upto));
	for (size_t i = 0; i < join->count && join->lines_upto != NULL; i++) {
		upto += part_count_lines(join->parts[join->order[i]].document, &join->rule->group);
		join->lines_upto[i] = upto;
	}
	return join->lines_upto == NULL ? ERR_MEMORY : OK;
}

static enum err make_whole(struct join *join)
{
	xmlDoc *tree = NULL;
	enum err err;

	if ((err = count_lines(join)) != OK ||
	    (err = part_lines_init(join->map, &join->rule->group, join->arena, &join->lines)) != OK)
		return err;
	if ((err = part_xml_copy(join->parts[join->order[0]].document, &tree)) == OK)
		err = put_together(join, tree);
	xmlFreeDoc(tree);
	return err;
}

enum err join_init(const struct schema_set *set, const struct map *map,
		   const struct join_part *parts, size_t count, struct arena *arena,
		   struct join *ret_join)
{
	struct join join = {.set = set,
			    .map = map,
			    .rule = map->join,
			    .arena = arena,
			    .parts = parts,
			    .count = count};
	enum err err = order_parts(&join);

	if (err == OK && join.errors == 0)
		err = check_first(&join);
	if (err == OK && join.errors == 0)
		err = check_heads(&join);
	if (err == OK && join.errors == 0)
		err = make_whole(&join);
	if (err != OK)
		join_clear(&join);
	*ret_join = join;
	return err;
}

void join_clear(struct join *join)
{
	document_free(join->whole);
	join->whole = NULL;
}

/* ---- What is said of them ---- */

const char *join_path(const struct join *join, const char *path, size_t *ret_part)
{
	size_t line, before = 0, number = 0;
	const char *rest;

	*ret_part = join->order[0];
	if (!part_is_line(&join->lines, path, &line, &rest))
		return path;
	while (number + 1 < join->count && line > join->lines_upto[number])
		before = join->lines_upto[number++];
	*ret_part = join->order[number];
	return number == 0 ? path : part_line_path(&join->lines, line - before, rest, join->arena);
}

/* An equal copy shares the fate of the first part's value when that is dropped. */
static const char *fate(const struct join *join, const struct trace_index *whole,
			const struct report_row *row)
{
	const struct report_row *first =
		trace_find_source(whole, (uint32_t)join->order[0] + 1, row->source);

	if (row->word != NULL)
		return row->word;
	return first != NULL && first->kind == REPORT_DROPPED ? first->word : "supplied-again";
}

enum err join_put_rest(const struct join *join, const struct trace *whole, struct trace *trace)
{
	struct trace_index index;
	struct trace head;
	enum err err;

	if ((err = trace_index_sources(whole, &index)) != OK)
		return err;
	for (size_t i = 0; i < join->count && err == OK; i++) {
		err = join_head_read(join, join->order[i], &head);
		for (size_t j = 0; j < head.count && err == OK; j++) {
			struct report_row row = head.rows[j];

			if (i == 0 && row.word != join_head_counter)
				continue;
			row.word = fate(join, &index, &row);
			trace_put(trace, &row);
		}
	}
	return err != OK ? err : trace->err;
}
