#include <string.h>

#include "messages/schema.h"
#include "messages/schema_set.h"
#include "messages/schema_table.h"
#include "messages/utf8.h"
#include "messages/word.h"
#include "sampan/limit.h"

static const char *const always[] = {"reference", "year", "function", "type", "version"};

/* The value of a fact in the document, in the arena; NULL and OK when the document has none. */
static enum err read_value(const struct schema_fact *fact, const struct trunk *trunk,
			   struct arena *arena, const char **ret_value)
{
	const struct branch *branch;
	struct bytes text;

	*ret_value = fact->value;
	if (fact->path == NULL)
		return OK;
	if (fact->is_words) {
		*ret_value = schema_table_words(fact, trunk, arena);
		return *ret_value == NULL ? ERR_MEMORY : OK;
	}
	branch = trunk_find(trunk, &trunk->items[0], fact->path);
	if (branch != NULL && fact->attribute != NULL)
		branch = trunk_attribute(trunk, branch, fact->attribute);
	if (branch == NULL)
		return OK;
	text = bytes_trimmed(trunk_text(branch));
	if (fact->first > 0)
		text = utf8_head(text, fact->first);
	*ret_value = arena_text(arena, utf8_within(text, SCHEMA_FACT_BYTES));
	return *ret_value == NULL ? ERR_MEMORY : OK;
}

static enum err put_facts(const struct schema *schema, const struct trunk *trunk,
			  struct facts *facts)
{
	const char *value;
	enum err err = OK;

	for (size_t i = 0; i < schema->fact_count && err == OK; i++) {
		err = read_value(&schema->facts[i], trunk, facts->arena, &value);
		if (err == OK && value != NULL)
			err = facts_put(facts, schema->facts[i].name, value);
	}
	return err;
}

static enum err put_tables(const struct schema *schema, const struct trunk *trunk,
			   struct facts *facts)
{
	enum err err = OK;

	for (size_t i = 0; i < schema->table_count && err == OK; i++) {
		const char *rows = schema_table_rows(&schema->tables[i], trunk, facts->arena);

		err = rows == NULL      ? ERR_MEMORY
		      : rows[0] == '\0' ? OK
					: facts_put(facts, schema->tables[i].name, rows);
	}
	return err;
}

static enum err put_event(const struct schema *schema, struct facts *facts)
{
	for (size_t i = 0; i < schema->event_count; i++) {
		const struct schema_event *event = &schema->events[i];

		if (word_is_in(event->equals, facts_get_or_empty(facts, event->fact)) &&
		    (event->has == NULL || facts_get_or_empty(facts, event->has)[0] != '\0'))
			return facts_put(facts, "event", event->is);
	}
	return OK;
}

static const char *meaning_of(const struct schema *schema, const struct facts *facts)
{
	const char *function = facts_get_or_empty(facts, "function");
	const char *type = facts_get_or_empty(facts, "type");

	for (size_t i = 0; i < schema->meaning_count; i++) {
		const struct schema_meaning *meaning = &schema->meanings[i];

		if (strcmp(meaning->function, function) == 0 &&
		    (meaning->type == NULL || strcmp(meaning->type, type) == 0))
			return meaning->is;
	}
	return schema->meaning_count == 0 ? "original" : "other";
}

/* The parts with "|" between; false when one is missing. */
static bool join_parts(const char *parts, const struct facts *facts, struct buffer *key)
{
	while (*parts != 0) {
		size_t len = strcspn(parts, " ");
		const char *value = NULL;

		for (size_t i = 0; i < facts->count; i++)
			if (bytes_equal(bytes_of_text(facts->items[i].name), bytes_of(parts, len)))
				value = facts->items[i].value;
		if (value == NULL || *value == 0)
			return false;
		if (key->len > 0)
			buffer_put_byte(key, '|');
		buffer_put_text(key, value);
		parts += len;
		parts += strspn(parts, " ");
	}
	return true;
}

static enum err put_key(const struct schema_key *key, struct facts *facts)
{
	struct buffer joined;
	enum err err = OK;

	buffer_init(&joined, LIMIT_FACT_BYTES);
	if (join_parts(key->parts, facts, &joined)) {
		buffer_put_byte(&joined, 0);
		err = buffer_error(&joined);
		if (err == OK)
			err = facts_put(facts, key->fact, (const char *)joined.at);
	}
	buffer_clear(&joined);
	return err;
}

enum err schema_facts(const struct schema *schema, const struct document *document,
		      struct facts *facts)
{
	enum err err;

	if ((err = facts_put(facts, "kind", schema->id)) != OK ||
	    (err = facts_put(facts, "schema", schema->full_id)) != OK)
		return err;
	for (size_t i = 0; i < sizeof(always) / sizeof(always[0]) && err == OK; i++)
		err = facts_put(facts, always[i], "");
	if (err != OK || (err = put_facts(schema, document->trunk, facts)) != OK ||
	    (err = put_tables(schema, document->trunk, facts)) != OK ||
	    (err = put_event(schema, facts)) != OK ||
	    (err = facts_put(facts, "meaning", meaning_of(schema, facts))) != OK)
		return err;
	for (size_t i = 0; i < schema->key_count && err == OK; i++)
		err = put_key(&schema->keys[i], facts);
	return err;
}

const char *schema_fixed_fact(const struct schema *schema, const char *name)
{
	for (size_t i = 0; i < schema->fact_count; i++)
		if (strcmp(schema->facts[i].name, name) == 0 && schema->facts[i].path == NULL &&
		    schema->facts[i].value != NULL)
			return schema->facts[i].value;
	return "";
}
