#include "messages/code_list.h"

#include <stdlib.h>
#include <string.h>

#include "messages/utf8.h"
#include "sampan/limit.h"

struct pair {
	const char *from;
	const char *to;
	unsigned line;
	bool says_lossy;
	struct scale scale;
};

struct code_list {
	const char *name;
	struct pair *pairs; /* in order of from, then of line */
	struct pair *backs; /* the same in order of to, then of line */
	size_t count;
};

static int compare_from(const void *a, const void *b)
{
	const struct pair *first = a, *second = b;
	int order = strcmp(first->from, second->from);

	if (order != 0)
		return order;
	return first->line < second->line ? -1 : first->line > second->line;
}

static int compare_to(const void *a, const void *b)
{
	const struct pair *first = a, *second = b;
	int order = strcmp(first->to, second->to);

	if (order != 0)
		return order;
	return first->line < second->line ? -1 : first->line > second->line;
}

static enum err complain(struct findings *findings, const char *name, unsigned line,
			 const char *value, const char *vi, const char *en)
{
	struct finding finding = {.severity = SEVERITY_ERROR,
				  .code = "list-line-wrong",
				  .line = line,
				  .value = value,
				  .vi = vi,
				  .en = en};
	enum err err;

	finding.path = arena_format(findings->arena, "lists/%s.tsv", name);
	if (finding.path == NULL)
		return ERR_MEMORY;
	err = findings_put(findings, &finding);
	return err == OK ? ERR_CONFIG : err;
}

static size_t count_lines(const char *text)
{
	size_t count = 1;

	for (; (text = strchr(text, '\n')) != NULL; text++)
		count++;
	return count;
}

/* The next tab-separated column, ended in place; NULL when there is no further one. */
static char *next_column(char **at)
{
	char *column = *at, *tab;

	if (column == NULL)
		return NULL;
	tab = strchr(column, '\t');
	if (tab != NULL)
		*tab++ = '\0';
	*at = tab;
	return column;
}

static enum err parse_line(struct code_list *list, char *text, unsigned line,
			   struct findings *findings)
{
	char *rest = text;
	struct pair pair = {.line = line, .scale = {.digits = 1}};
	const char *third, *fourth;

	if (strchr(text, '\r') != NULL)
		return complain(
			findings, list->name, line, text,
			"Dòng có ký tự CR ở giữa: mỗi dòng kết thúc bằng LF hoặc CR LF",
			"The line has a carriage return inside: lines end with LF or CR LF");
	if (text[0] == '\0' || (text[0] == '#' && (text[1] == ' ' || text[1] == '\0')))
		return OK;
	pair.from = next_column(&rest);
	pair.to = next_column(&rest);
	third = next_column(&rest);
	fourth = next_column(&rest);
	if (pair.to == NULL || pair.from[0] == '\0' || pair.to[0] == '\0')
		return complain(findings, list->name, line, pair.from,
				"Mỗi dòng cần hai mã, cách nhau bằng một ký tự tab",
				"A line needs two codes with a tab between them");
	if (third != NULL && strcmp(third, "lossy") != 0 && third[0] != '\0')
		return complain(findings, list->name, line, third,
				"Cột thứ ba chỉ có thể là \"lossy\"",
				"The third column can only be \"lossy\"");
	if (fourth != NULL && !scale_parse(fourth, &pair.scale))
		return complain(
			findings, list->name, line, fourth,
			"Cột thứ tư phải là một số dương, ví dụ 1000 hoặc 0.001",
			"The fourth column must be a positive number, such as 1000 or 0.001");
	if (rest != NULL)
		return complain(findings, list->name, line, rest, "Dòng có quá bốn cột",
				"The line has more than four columns");
	pair.says_lossy = third != NULL && third[0] != '\0';
	list->pairs[list->count++] = pair;
	return OK;
}

static enum err parse_lines(struct code_list *list, char *text, struct findings *findings)
{
	enum err err;

	for (unsigned line = 1; text != NULL; line++) {
		char *end = strchr(text, '\n');

		if (end != NULL)
			*end = '\0';
		if (text[0] != '\0' && text[strlen(text) - 1] == '\r')
			text[strlen(text) - 1] = '\0';
		if ((err = parse_line(list, text, line, findings)) != OK)
			return err;
		text = end == NULL ? NULL : end + 1;
	}
	return OK;
}

enum err code_list_parse(const char *name, struct bytes bytes, struct arena *arena,
			 struct findings *findings, struct code_list **ret_list)
{
	struct code_list *list = arena_alloc(arena, sizeof(*list));
	char *text = arena_text(arena, bytes);
	size_t room;
	enum err err;

	if (bytes.len > LIMIT_DOCUMENT_BYTES)
		return ERR_LIMIT;
	if (list == NULL || text == NULL ||
	    (list->name = arena_text(arena, bytes_of_text(name))) == NULL)
		return ERR_MEMORY;
	if (utf8_first_wrong(bytes) < bytes.len)
		return complain(findings, name, 0, "", "Danh mục không phải là UTF-8",
				"The list is not UTF-8");
	room = count_lines(text);
	list->pairs = arena_alloc_array(arena, room, sizeof(*list->pairs));
	list->backs = arena_alloc_array(arena, room, sizeof(*list->backs));
	if (list->pairs == NULL || list->backs == NULL)
		return ERR_MEMORY;
	if ((err = parse_lines(list, text, findings)) != OK)
		return err;
	memcpy(list->backs, list->pairs, list->count * sizeof(*list->pairs));
	qsort(list->pairs, list->count, sizeof(*list->pairs), compare_from);
	qsort(list->backs, list->count, sizeof(*list->backs), compare_to);
	*ret_list = list;
	return OK;
}

const char *code_list_name(const struct code_list *list)
{
	return list->name;
}

/* The first of those that are not before the key in the given order: with line 0 the first line
 * with that code. */
static const struct pair *lower_bound(const struct pair *pairs, size_t count,
				      const struct pair *key,
				      int (*compare)(const void *, const void *))
{
	size_t low = 0, high = count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (compare(&pairs[middle], key) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low < count ? &pairs[low] : NULL;
}

static const struct pair *find_from(const struct code_list *list, const char *from)
{
	struct pair key = {.from = from};
	const struct pair *pair = lower_bound(list->pairs, list->count, &key, compare_from);

	return pair != NULL && strcmp(pair->from, from) == 0 ? pair : NULL;
}

static const struct pair *find_to(const struct code_list *list, const char *to)
{
	struct pair key = {.to = to};
	const struct pair *pair = lower_bound(list->backs, list->count, &key, compare_to);

	return pair != NULL && strcmp(pair->to, to) == 0 ? pair : NULL;
}

const char *code_list_forth(const struct code_list *list, const char *from, bool *ret_lossy)
{
	const struct pair *pair = find_from(list, from);

	if (pair == NULL)
		return NULL;
	*ret_lossy = pair->says_lossy || strcmp(find_to(list, pair->to)->from, from) != 0;
	return pair->to;
}

const char *code_list_back(const struct code_list *list, const char *to, bool *ret_lossy)
{
	const struct pair *pair = find_to(list, to);

	if (pair == NULL)
		return NULL;
	*ret_lossy = pair->says_lossy || strcmp(find_from(list, pair->from)->to, to) != 0;
	return pair->from;
}

bool code_list_scale(const struct code_list *list, const char *code, bool is_back,
		     struct scale *ret_scale)
{
	const struct pair *pair = is_back ? find_to(list, code) : find_from(list, code);

	if (pair != NULL)
		*ret_scale = pair->scale;
	return pair != NULL;
}
