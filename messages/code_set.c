#include "messages/code_set.h"

#include <string.h>

#include "messages/utf8.h"

struct code_set {
	const char *name;
	struct bytes lines;    /* behind the head */
	const uint32_t *slots; /* where a code's line begins, plus 1; 0: no code */
	uint32_t mask;         /* as many slots, a power of two, less 1 */
};

static enum err complain(struct findings *findings, const char *name, unsigned line,
			 struct bytes value, const char *const sentences[2])
{
	struct finding finding = {.severity = SEVERITY_ERROR,
				  .code = "list-line-wrong",
				  .line = line,
				  .vi = sentences[0],
				  .en = sentences[1]};
	enum err err;

	finding.path = arena_format(findings->arena, "lists/%s.codes", name);
	finding.value = arena_text(findings->arena, value);
	if (finding.path == NULL || finding.value == NULL)
		return ERR_MEMORY;
	err = findings_put(findings, &finding);
	return err == OK ? ERR_CONFIG : err;
}

static struct bytes behind(struct bytes bytes, size_t count)
{
	return bytes_of(bytes.at + count, bytes.len - count);
}

/* Up to the line's end, without it. */
static struct bytes line_of(struct bytes bytes)
{
	const uint8_t *end = bytes.len == 0 ? NULL : memchr(bytes.at, '\n', bytes.len);

	return end == NULL ? bytes : bytes_of(bytes.at, (size_t)(end - bytes.at));
}

/* Behind it a tab, or the line end of another system, of which no byte stands elsewhere (check_lines()). */
static struct bytes code_of(struct bytes line)
{
	size_t len = 0;

	while (len < line.len && line.at[len] != '\t' && line.at[len] != '\r')
		len++;
	return bytes_of(line.at, len);
}

static struct bytes skip_line(struct bytes bytes, struct bytes line)
{
	return behind(bytes, line.len < bytes.len ? line.len + 1 : line.len);
}

/* The comments at the top; they must say source and date. */
static enum err read_head(struct code_set *set, struct findings *findings, unsigned *ret_line)
{
	static const char *const sentences[] = {
		"Danh mục phải nêu nguồn và ngày ở đầu tệp (\"# source:\", \"# date:\")",
		"A list must say its source and date at the top (\"# source:\", \"# date:\")"};
	bool has_source = false, has_date = false;

	for (; bytes_has_prefix(set->lines, bytes_of_text("# ")); (*ret_line)++) {
		struct bytes line = line_of(set->lines);

		has_source |= bytes_has_prefix(line, bytes_of_text("# source:"));
		has_date |= bytes_has_prefix(line, bytes_of_text("# date:"));
		set->lines = skip_line(set->lines, line);
	}
	return has_source && has_date
		       ? OK
		       : complain(findings, set->name, 1, (struct bytes){0}, sentences);
}

static bool is_return_inside(struct bytes line)
{
	const uint8_t *found = line.len == 0 ? NULL : memchr(line.at, '\r', line.len);

	return found != NULL && found != line.at + line.len - 1;
}

static enum err check_lines(const struct code_set *set, struct findings *findings, unsigned number,
			    size_t *ret_count)
{
	static const char *const empty[] = {"Dòng không có mã", "The line has no code"};
	static const char *const order[] = {
		"Mã không đứng sau mã của dòng trước (thứ tự byte, mỗi mã một lần)",
		"The code does not stand behind that of the line before (byte order, each once)"};
	static const char *const broken[] = {
		"Dòng có ký tự CR ở giữa: mỗi dòng kết thúc bằng LF hoặc CR LF",
		"The line has a carriage return inside: lines end with LF or CR LF"};
	struct bytes rest = set->lines, before = {0};
	size_t count = 0;

	for (; rest.len > 0; number++, count++) {
		struct bytes line = line_of(rest), code = code_of(line);

		if (code.len == 0)
			return complain(findings, set->name, number, line, empty);
		if (is_return_inside(line))
			return complain(findings, set->name, number, line, broken);
		if (before.len > 0 && bytes_compare(before, code) >= 0)
			return complain(findings, set->name, number, code, order);
		before = code;
		rest = skip_line(rest, line);
	}
	*ret_count = count;
	return OK;
}

/* ---- Finding ---- */

/* FNV-1a. A list is ours: how far its codes lie from their slots does not depend on documents. */
static uint32_t first_slot(const struct code_set *set, struct bytes code)
{
	uint32_t hash = 2166136261u;

	for (size_t i = 0; i < code.len; i++)
		hash = (hash ^ code.at[i]) * 16777619u;
	return (hash ^ hash >> 15) & set->mask;
}

/* At most half of the slots are taken. */
static enum err fill_slots(struct code_set *set, size_t count, struct arena *arena)
{
	struct bytes rest = set->lines;
	uint32_t *slots;
	size_t room = 2;

	while (room < 2 * count)
		room *= 2;
	slots = arena_alloc_array(arena, room, sizeof(*slots));
	if (slots == NULL || set->lines.len >= UINT32_MAX)
		return ERR_MEMORY;
	set->mask = (uint32_t)room - 1;
	while (rest.len > 0) {
		struct bytes line = line_of(rest);
		uint32_t slot = first_slot(set, code_of(line));

		while (slots[slot] != 0)
			slot = (slot + 1) & set->mask;
		slots[slot] = (uint32_t)(rest.at - set->lines.at) + 1;
		rest = skip_line(rest, line);
	}
	set->slots = slots;
	return OK;
}

static bool is_code_at(const struct code_set *set, size_t at, struct bytes code)
{
	struct bytes rest = behind(set->lines, at);

	return bytes_has_prefix(rest, code) && code_of(line_of(rest)).len == code.len;
}

enum err code_set_parse(const char *name, struct bytes bytes, struct arena *arena,
			struct findings *findings, struct code_set **ret_set)
{
	static const char *const sentences[] = {"Danh mục không phải là UTF-8",
						"The list is not UTF-8"};
	struct code_set *set = arena_alloc(arena, sizeof(*set));
	size_t count = 0;
	unsigned line = 1;
	enum err err;

	if (set == NULL || (set->name = arena_text(arena, bytes_of_text(name))) == NULL)
		return ERR_MEMORY;
	if (utf8_first_wrong(bytes) < bytes.len)
		return complain(findings, name, 0, (struct bytes){0}, sentences);
	set->lines = bytes;
	if ((err = read_head(set, findings, &line)) != OK ||
	    (err = check_lines(set, findings, line, &count)) != OK ||
	    (err = fill_slots(set, count, arena)) != OK)
		return err;
	*ret_set = set;
	return OK;
}

const char *code_set_name(const struct code_set *set)
{
	return set->name;
}

/* Up to the next tab, which is skipped; the rest goes on behind it. */
static struct bytes take_column(struct bytes *rest)
{
	const uint8_t *tab = rest->len == 0 ? NULL : memchr(rest->at, '\t', rest->len);
	size_t len = tab == NULL ? rest->len : (size_t)(tab - rest->at);
	struct bytes column = bytes_of(rest->at, len);

	*rest = behind(*rest, tab == NULL ? len : len + 1);
	return column;
}

static struct code_set_line read_line(struct bytes line)
{
	struct code_set_line read;

	if (line.len > 0 && line.at[line.len - 1] == '\r')
		line.len--;
	read.code = take_column(&line);
	read.words = take_column(&line);
	read.words_vi = take_column(&line);
	return read;
}

bool code_set_next(const struct code_set *set, size_t *at, struct code_set_line *ret_line)
{
	struct bytes rest = behind(set->lines, *at), line;

	if (rest.len == 0)
		return false;
	line = line_of(rest);
	*ret_line = read_line(line);
	*at = (size_t)(skip_line(rest, line).at - set->lines.at);
	return true;
}

bool code_set_find(const struct code_set *set, struct bytes code, struct code_set_line *ret_line)
{
	uint32_t slot = first_slot(set, code);

	for (; set->slots[slot] != 0; slot = (slot + 1) & set->mask)
		if (is_code_at(set, set->slots[slot] - 1, code)) {
			*ret_line = read_line(line_of(behind(set->lines, set->slots[slot] - 1)));
			return true;
		}
	return false;
}

bool code_set_has(const struct code_set *set, struct bytes code)
{
	struct code_set_line line;

	return code_set_find(set, code, &line);
}
