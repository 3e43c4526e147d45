#include "messages/schema_table.h"

#include <string.h>

#include "messages/trunk.h"
#include "messages/utf8.h"

/* What is done with each element that a path leads to; false: with no more of them. */
struct visit {
	const struct trunk *trunk;
	bool (*each)(struct visit *visit, const struct branch *element);
	const void *what; /* schema_fact or schema_table */
	struct buffer *to;
	size_t count;
};

static bool is_named(const struct branch *element, struct bytes name)
{
	return bytes_equal(bytes_of_text(element->shape->name), name);
}

/* Elements nest at most LIMIT_DOCUMENT_DEPTH deep, and a path of a kind's file is shorter. */
static bool walk(struct visit *visit, const struct branch *sibling, const char *path)
{
	struct bytes step = bytes_of(path, strcspn(path, "/"));
	const char *rest = path + step.len;

	for (; sibling != NULL; sibling = trunk_next(visit->trunk, sibling)) {
		if (!is_named(sibling, step))
			continue;
		if (*rest == '/') {
			if (!walk(visit, trunk_first(visit->trunk, sibling), rest + 1))
				return false;
		} else if (visit->count++ == SCHEMA_TABLE_ROWS || !visit->each(visit, sibling)) {
			return false;
		}
	}
	return true;
}

static void visit_all(struct visit *visit, const char *path)
{
	if (visit->trunk->count > 0)
		(void)walk(visit, &visit->trunk->items[0], path + 1);
}

static struct bytes value_at(const struct trunk *trunk, const struct branch *element,
			     const struct schema_fact *fact)
{
	struct bytes text;

	if (element != NULL && fact->attribute != NULL)
		element = trunk_attribute(trunk, element, fact->attribute);
	if (element == NULL)
		return bytes_of("", 0);
	text = bytes_trimmed(trunk_text(element));
	return utf8_within(fact->first > 0 ? utf8_head(text, fact->first) : text,
			   SCHEMA_FACT_BYTES);
}

/* ---- Words ---- */

static bool has_word(const struct buffer *words, struct bytes word)
{
	for (size_t i = 0; i + word.len <= words->len; i++)
		if ((i == 0 || words->at[i - 1] == ' ') &&
		    (i + word.len == words->len || words->at[i + word.len] == ' ') &&
		    memcmp(words->at + i, word.at, word.len) == 0)
			return true;
	return false;
}

static bool put_word(struct visit *visit, const struct branch *element)
{
	struct bytes word = value_at(visit->trunk, element, visit->what);

	if (word.len == 0 || memchr(word.at, ' ', word.len) != NULL || has_word(visit->to, word))
		return true;
	if (visit->to->len + word.len + 1 > SCHEMA_FACT_BYTES)
		return false;
	if (visit->to->len > 0)
		buffer_put_byte(visit->to, ' ');
	buffer_put(visit->to, word);
	return true;
}

/* ---- Tables ---- */

static void put_cell(struct buffer *to, struct bytes value)
{
	for (size_t i = 0; i < value.len; i++)
		buffer_put_byte(to, value.at[i] < 0x20 ? ' ' : value.at[i]);
}

static bool put_row(struct visit *visit, const struct branch *element)
{
	const struct schema_table *table = visit->what;
	size_t before = visit->to->len;

	for (size_t i = 0; i < table->column_count; i++) {
		const struct schema_fact *column = &table->columns[i];

		buffer_put_byte(visit->to, i == 0 ? '\n' : '\t');
		put_cell(visit->to,
			 value_at(visit->trunk, trunk_find(visit->trunk, element, column->path),
				  column));
	}
	if (visit->to->len <= SCHEMA_TABLE_BYTES)
		return true;
	visit->to->len = before;
	return false;
}

static void put_head(const struct schema_table *table, struct buffer *to)
{
	for (size_t i = 0; i < table->column_count; i++) {
		if (i > 0)
			buffer_put_byte(to, '\t');
		buffer_put_text(to, table->columns[i].name);
	}
}

static const char *finish(struct visit *visit, struct arena *arena)
{
	const char *text =
		buffer_error(visit->to) == OK ? arena_text(arena, buffer_bytes(visit->to)) : NULL;

	buffer_clear(visit->to);
	return text;
}

const char *schema_table_words(const struct schema_fact *fact, const struct trunk *trunk,
			       struct arena *arena)
{
	struct buffer words;
	struct visit visit = {.trunk = trunk, .each = put_word, .what = fact, .to = &words};

	buffer_init(&words, SCHEMA_FACT_BYTES);
	visit_all(&visit, fact->path);
	return finish(&visit, arena);
}

const char *schema_table_rows(const struct schema_table *table, const struct trunk *trunk,
			      struct arena *arena)
{
	struct buffer rows;
	struct visit visit = {.trunk = trunk, .each = put_row, .what = table, .to = &rows};

	/* a row is looked at when it is whole */
	buffer_init(&rows, SCHEMA_TABLE_BYTES + table->column_count * (SCHEMA_FACT_BYTES + 1));
	put_head(table, &rows);
	visit_all(&visit, table->path);
	if (visit.count == 0)
		rows.len = 0;
	return finish(&visit, arena);
}
