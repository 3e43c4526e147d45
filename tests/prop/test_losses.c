/*
 * docs/losses.md: what every map carries, changes, drops and supplies, counted over the samples and
 * the real messages. The page is what this program prints; `make losses` writes it anew.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sampan/buffer.h"
#include "sampan/limit.h"
#include "tests/support/real.h"
#include "tests/support/report_rows.h"
#include "tests/support/trial.h"

#define PAGE "docs/losses.md"
#define BEGIN "<!-- counted: make losses -->\n"
#define MAPS 256
#define WORDS 64

struct word {
	char text[64];
	size_t count;
};

struct words {
	struct word items[WORDS];
	size_t count;
};

/* What became of the values of all documents by one map. */
struct line {
	const struct map *map;
	struct trial trial;
	size_t documents;
	size_t kinds[4]; /* by enum read_kind */
	struct words changed, dropped, supplied, held;
};

/* A document of the hub that a map made: what further maps read. */
struct made {
	struct bytes bytes; /* the heap's */
	struct made *next;
};

static struct schema_set *set;
static struct made *made;
static struct line lines[MAPS];
static size_t line_count;
static char page[1 << 18];

/* ---- Counting ---- */

static void count_word(struct words *words, const char *text)
{
	size_t i = 0;

	while (i < words->count && strcmp(words->items[i].text, text) != 0)
		i++;
	assert_true(i < WORDS);
	if (i == words->count)
		snprintf(words->items[words->count++].text, sizeof(words->items[i].text), "%s",
			 text);
	words->items[i].count++;
}

static struct line *line_of(const struct map *map)
{
	for (size_t i = 0; i < line_count; i++) {
		if (lines[i].map == map)
			return &lines[i];
	}
	return NULL;
}

/* Inverse maps are counted where their documents are made. */
static void keep(const struct map *map, struct bytes output)
{
	struct made *one;
	uint8_t *copy;

	if (strncmp(schema_id(map_to(map)), "asw.", 4) != 0 ||
	    strncmp(schema_id(map_from(map)), "asw.", 4) == 0)
		return;
	one = malloc(sizeof(*one));
	copy = malloc(output.len);
	assert_true(one != NULL && copy != NULL);
	memcpy(copy, output.at, output.len);
	*one = (struct made){.bytes = bytes_of(copy, output.len), .next = made};
	made = one;
}

static void count_report(void *context, const struct map *map, struct bytes json,
			 struct bytes output)
{
	struct line *line = line_of(map);
	struct report_rows rows;
	const char *why;

	(void)context;
	if (line == NULL || !report_rows_read(json, &rows, &why)) {
		fail();
		return;
	}
	line->documents++;
	keep(map, output);
	for (size_t i = 0; i < rows.count; i++) {
		const struct read_row *row = &rows.items[i];

		line->kinds[row->kind]++;
		if (row->kind == READ_CHANGED)
			count_word(&line->changed, row->word);
		else if (row->kind == READ_DROPPED)
			count_word(&line->dropped, row->word);
		else if (row->kind == READ_SUPPLIED)
			count_word(&line->supplied, row->word);
	}
	report_rows_clear(&rows);
}

static void count_document(struct line *line, const char *file, struct bytes bytes)
{
	struct choices choices;

	choices_begin(&choices, 1);
	if (!trial_holds(&line->trial, bytes, &choices))
		fail_msg("%s to %s: %s", file, schema_full_id(map_to(line->map)),
			 line->trial.fault);
	if (!line->trial.is_translated)
		count_word(&line->held, line->trial.held);
	choices_clear(&choices);
}

static void count_bytes(const char *file, struct bytes bytes, bool is_made, struct arena *arena)
{
	const struct schema *schema = NULL;
	struct document *document = NULL;
	struct findings findings;

	findings_init(&findings, arena);
	assert_int_equal(document_read(bytes, LIMIT_DOCUMENT_BYTES, &findings, &document), OK);
	if (document != NULL)
		schema = schema_identify(set, document, &findings);
	if (schema != NULL)
		assert_int_equal(schema_check(set, schema, document, &findings), OK);
	for (size_t i = 0; schema != NULL && !findings_has_errors(&findings) && i < line_count;
	     i++) {
		if (map_from(lines[i].map) == schema &&
		    (!is_made || lines[i].trial.inverse == NULL))
			count_document(&lines[i], file, bytes);
	}
	document_free(document);
}

static void count_file(const char *file)
{
	struct arena *arena = arena_new(LIMIT_DOCUMENT_ARENA_BYTES);

	count_bytes(file, real_read(file, arena), false, arena);
	arena_free(arena);
}

static void count_made(void)
{
	struct made *one;

	while ((one = made) != NULL) {
		struct arena *arena = arena_new(LIMIT_DOCUMENT_ARENA_BYTES);

		made = one->next;
		count_bytes("what a map made", one->bytes, true, arena);
		free((void *)(uintptr_t)one->bytes.at);
		free(one);
		arena_free(arena);
	}
}

static void count_files(struct real *real)
{
	for (size_t i = 0; i < real->count; i++)
		count_file(real->files[i]);
	real_clear(real);
}

/* ---- Writing ---- */

static int compare_words(const void *a, const void *b)
{
	const struct word *first = a, *second = b;

	if (first->count != second->count)
		return first->count > second->count ? -1 : 1;
	return strcmp(first->text, second->text);
}

static void put_words(struct buffer *to, size_t all, struct words *words)
{
	qsort(words->items, words->count, sizeof(words->items[0]), compare_words);
	buffer_put_format(to, " %zu", all);
	for (size_t i = 0; i < words->count; i++)
		buffer_put_format(to, "%s%s %zu", i == 0 ? ": " : ", ", words->items[i].text,
				  words->items[i].count);
	buffer_put_text(to, " |");
}

static size_t sum(const struct words *words)
{
	size_t all = 0;

	for (size_t i = 0; i < words->count; i++)
		all += words->items[i].count;
	return all;
}

static void put_line(struct buffer *to, struct line *line)
{
	buffer_put_format(to, "| `%s` | `%s` | %zu |", schema_full_id(map_from(line->map)),
			  schema_full_id(map_to(line->map)), line->documents);
	put_words(to, sum(&line->held), &line->held);
	buffer_put_format(to, " %zu |", line->kinds[READ_FIELD]);
	put_words(to, line->kinds[READ_CHANGED], &line->changed);
	put_words(to, line->kinds[READ_DROPPED], &line->dropped);
	put_words(to, line->kinds[READ_SUPPLIED], &line->supplied);
	buffer_put_byte(to, '\n');
}

static void put_table(struct buffer *to)
{
	buffer_put_text(to, "| from | to | translated | held | carried | changed | dropped | "
			    "supplied |\n|---|---|--:|---|--:|---|---|---|\n");
	for (size_t i = 0; i < line_count; i++)
		put_line(to, &lines[i]);
}

/* ---- The page ---- */

static void read_page(void)
{
	FILE *file = fopen(PAGE, "r");

	assert_non_null(file);
	page[fread(page, 1, sizeof(page) - 1, file)] = '\0';
	fclose(file);
}

static void write_page(const char *table)
{
	FILE *file = fopen(PAGE, "w");

	assert_non_null(file);
	assert_true(fprintf(file, "%s%s", page, table) > 0);
	assert_int_equal(fclose(file), 0);
}

static void the_page_of_losses_is_what_is_counted(void **state)
{
	struct real samples, declarations, responses;
	struct buffer table;
	char *begin;

	(void)state;
	if (!real_collect_corpus(&declarations, REAL_DECLARATIONS) ||
	    !real_collect_corpus(&responses, REAL_RESPONSES))
		skip();
	real_collect(&samples, REAL_SAMPLES);
	count_files(&samples);
	count_files(&declarations);
	count_files(&responses);
	count_made();
	buffer_init(&table, SIZE_MAX);
	put_table(&table);
	buffer_put_byte(&table, '\0');
	read_page();
	begin = strstr(page, BEGIN);
	assert_non_null(begin);
	begin += strlen(BEGIN);
	if (getenv("SAMPAN_WRITE") != NULL) {
		*begin = '\0';
		write_page((const char *)buffer_bytes(&table).at);
	} else if (strcmp(begin, (const char *)buffer_bytes(&table).at) != 0) {
		fail_msg(PAGE " is not what is counted: run make losses\n%s",
			 (const char *)buffer_bytes(&table).at);
	}
	buffer_clear(&table);
}

static int load(void **state)
{
	struct arena *arena = arena_new(LIMIT_DOCUMENT_ARENA_BYTES);
	struct findings findings;
	enum err err;

	(void)state;
	findings_init(&findings, arena);
	err = schema_set_load("schemas", &findings, &set);
	arena_free(arena);
	for (size_t i = 0; err == OK && i < schema_set_map_count(set) && i < MAPS; i++) {
		struct line *line = &lines[line_count++];

		line->map = schema_set_map_at(set, i);
		trial_open(&line->trial, "schemas", set, line->map);
		line->trial.on_report = count_report;
	}
	return err == OK ? 0 : -1;
}

static int unload(void **state)
{
	(void)state;
	for (size_t i = 0; i < line_count; i++)
		trial_close(&lines[i].trial);
	schema_set_free(set);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_page_of_losses_is_what_is_counted),
	};

	return cmocka_run_group_tests(tests, load, unload);
}
