/*
 * Every rule that is shipped, by documents: good ones have no findings, and one small change of one
 * gives exactly the findings that stand in tests/data/rules/changes.tsv. A line of it is either
 *
 *   change, file, text in it, text in its place
 *   (nothing), severity, code, line, path, value, vi, en: a finding of the change before
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "messages/rule.h"
#include "messages/schema_files.h"
#include "sampan/limit.h"

#define CHANGES "tests/data/rules/changes.tsv"
#define COLUMNS 8u
#define MAX_CODES 200u

struct world {
	struct schema_set *set;
	struct arena *arena; /* of the whole run */
	char *changes;
	const char *codes[MAX_CODES]; /* that a change has broken */
	size_t code_count;
};

static struct world world;

static char *read_text(const char *path, struct arena *arena)
{
	struct bytes bytes;

	if (schema_files_read(path, arena, &bytes) != OK)
		fail_msg("%s cannot be read", path);
	return arena_text(arena, bytes);
}

static int begin(void **state)
{
	struct findings findings;

	(void)state;
	world.arena = arena_new(LIMIT_DOCUMENT_ARENA_BYTES);
	findings_init(&findings, world.arena);
	world.changes = read_text(CHANGES, world.arena);
	return schema_set_load("schemas", &findings, &world.set) == OK ? 0 : -1;
}

static int end(void **state)
{
	(void)state;
	schema_set_free(world.set);
	arena_free(world.arena);
	return 0;
}

/* "\n", "\t" and "\\" in a column. */
static void unescape(char *text)
{
	char *to = text;

	for (; *text != 0; text++) {
		if (*text != '\\') {
			*to++ = *text;
			continue;
		}
		text++;
		*to++ = (char)(*text == 'n' ? '\n' : *text == 't' ? '\t' : *text);
	}
	*to = 0;
}

static void split(char *line, char *columns[COLUMNS])
{
	for (size_t i = 0; i < COLUMNS; i++) {
		columns[i] = line;
		line += strcspn(line, "\t");
		if (*line != 0)
			*line++ = 0;
	}
}

static char *replaced(const char *text, const char *from, const char *to, struct arena *arena)
{
	const char *at = strstr(text, from);

	if (at == NULL)
		fail_msg("no \"%s\"", from);
	return arena_format(arena, "%.*s%s%s", (int)(at - text), text, to, at + strlen(from));
}

static void check(const char *text, struct findings *findings)
{
	struct document *document = NULL;
	const struct schema *schema;

	assert_int_equal(
		document_read(bytes_of_text(text), LIMIT_DOCUMENT_BYTES, findings, &document), OK);
	assert_non_null(document);
	schema = schema_identify(world.set, document, findings);
	assert_non_null(schema);
	assert_int_equal(schema_check(world.set, schema, document, findings), OK);
	document_free(document);
}

static void remember(const char *code)
{
	for (size_t i = 0; i < world.code_count; i++)
		if (strcmp(world.codes[i], code) == 0)
			return;
	assert_true(world.code_count < MAX_CODES);
	world.codes[world.code_count++] = arena_text(world.arena, bytes_of_text(code));
}

static void compare(const struct finding *finding, char *columns[COLUMNS])
{
	assert_string_equal(finding->code, columns[2]);
	assert_string_equal(severity_name(finding->severity), columns[1]);
	assert_int_equal(finding->line, strtoul(columns[3], NULL, 10));
	assert_string_equal(finding->path, columns[4]);
	assert_string_equal(finding->value, columns[5]);
	assert_string_equal(finding->vi, columns[6]);
	assert_string_equal(finding->en, columns[7]);
	remember(finding->code);
}

/* What the change says is met; returns where the next begins. */
static char *try_change(char *line)
{
	struct arena *arena = arena_new(LIMIT_DOCUMENT_ARENA_BYTES);
	char *columns[COLUMNS], *rest = line + strcspn(line, "\n");
	struct findings findings, none;
	const char *good, *broken;
	size_t count = 0;

	*rest++ = 0;
	split(line, columns);
	assert_string_equal(columns[0], "change");
	unescape(columns[2]);
	unescape(columns[3]);
	findings_init(&findings, arena);
	findings_init(&none, arena);
	good = read_text(columns[1], arena);
	broken = replaced(good, columns[2], columns[3], arena);
	check(good, &none);
	if (none.count > 0)
		fail_msg("%s: %s", columns[1], none.items[0].en);
	check(broken, &findings);
	for (; *rest == '\t'; count++) {
		char *next = rest + strcspn(rest, "\n");

		*next = 0;
		split(rest, columns);
		if (count >= findings.count)
			fail_msg("%s is not found", columns[2]);
		compare(&findings.items[count], columns);
		rest = next + 1;
	}
	if (count < findings.count)
		fail_msg("%s: not expected: %s", broken, findings.items[count].en);
	arena_free(arena);
	return rest;
}

static void one_small_change_of_a_good_document_breaks_exactly_one_rule(void **state)
{
	char *line = arena_text(world.arena, bytes_of_text(world.changes));
	size_t count = 0;

	(void)state;
	for (; *line != 0; count++)
		line = try_change(line);
	assert_true(count >= 90);
}

static bool is_broken(const char *code)
{
	for (size_t i = 0; i < world.code_count; i++)
		if (strcmp(world.codes[i], code) == 0)
			return true;
	return false;
}

/* Calls for every rule of every kind; how many there were. */
static size_t for_all_rules(void (*visit)(const struct rule_card *card, const void *context),
			    const void *context)
{
	size_t count = 0;

	for (size_t i = 0; i < schema_set_count(world.set); i++) {
		const struct rule_book *book = schema_rules(schema_set_at(world.set, i));
		const struct rule_card *card;

		for (size_t k = 0; (card = rule_card_at(book, k)) != NULL; k++, count++)
			visit(card, context);
	}
	return count;
}

static void was_broken(const struct rule_card *card, const void *context)
{
	(void)context;
	if (!is_broken(card->code))
		fail_msg("no change of " CHANGES " breaks %s", card->code);
}

static void every_rule_is_broken_by_some_change(void **state)
{
	(void)state;
	assert_true(for_all_rules(was_broken, NULL) >= 150);
}

static void is_in_page(const struct rule_card *card, const void *context)
{
	const char *row = arena_format(world.arena, "\n| `%s` | ", card->code);

	if (strstr(context, row) == NULL)
		fail_msg("%s is not in the table of docs/rules.md", card->code);
	if (strstr(context, card->en) == NULL)
		fail_msg("docs/rules.md does not say: %s", card->en);
}

static void names_code(const struct rule_card *card, const void *context)
{
	const char **code = *(const char ***)(uintptr_t)context;

	if (*code != NULL && strcmp(card->code, *code) == 0)
		*code = NULL;
}

static void the_table_of_the_docs_holds_these_rules_and_no_other(void **state)
{
	const char *page = read_text("docs/rules.md", world.arena);
	const char *row = strstr(page, "## All rules");

	(void)state;
	(void)for_all_rules(is_in_page, page);
	assert_non_null(row);
	while ((row = strstr(row, "\n| `")) != NULL) {
		const char *begin_of_code = row + strlen("\n| `");
		const char *code = arena_text(world.arena,
					      bytes_of(begin_of_code, strcspn(begin_of_code, "`")));
		const char **wanted = &code;

		(void)for_all_rules(names_code, &wanted);
		if (code != NULL)
			fail_msg("docs/rules.md names %s, which is no rule", code);
		row = begin_of_code;
	}
}

/* ---- What VNACCS demands of every declaration, the XSDs of the kinds demand ---- */

/* Is the item there, and nothing on the way to it optional? */
static bool is_mandatory(const struct shape *shape, const char *item)
{
	if (strcmp(shape->item, item) == 0 && strcmp(shape->item_of, "vnaccs") == 0)
		return shape->min > 0;
	for (size_t i = 0; i < shape->child_count; i++)
		if (shape->children[i]->min > 0 && is_mandatory(shape->children[i], item))
			return true;
	return false;
}

static void what_vnaccs_demands_the_xsds_demand(void **state)
{
	static const struct {
		const char *kind;
		const char *items[16];
	} cases[] = {{"vn.import",
		      {"ICB", "MTC", "SKB", "NO", "NOT", "ARR", "PSC", "CMD", "CMN", "OR", "QN1",
		       "QT1"}},
		     {"vn.export",
		      {"ECB", "MTC", "NO", "NOT", "DSC", "SYM", "IP1", "IP2", "IP3", "IP4", "CMD",
		       "CMN", "QN1", "QT1"}}};

	(void)state;
	for (size_t i = 0; i < 2; i++)
		for (size_t k = 0; cases[i].items[k] != NULL; k++)
			if (!is_mandatory(schema_shape(schema_set_find(world.set, cases[i].kind)),
					  cases[i].items[k]))
				fail_msg("%s does not demand %s", cases[i].kind, cases[i].items[k]);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(one_small_change_of_a_good_document_breaks_exactly_one_rule),
		cmocka_unit_test(every_rule_is_broken_by_some_change),
		cmocka_unit_test(the_table_of_the_docs_holds_these_rules_and_no_other),
		cmocka_unit_test(what_vnaccs_demands_the_xsds_demand),
	};

	return cmocka_run_group_tests(tests, begin, end);
}
