/*
 * The pages say what the code does: events, objections, links, and every file and function they
 * name. test_states.c does the same for the life cycles.
 */
#include <ctype.h>
#include <glob.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "node/objection.h"
#include "tests/support/page.h"

/* ---- Events and objections ---- */

struct words {
	char items[PAGE_ROWS][PAGE_WORD_BYTES];
	size_t count;
};

static bool has_word(const struct words *words, const char *word)
{
	for (size_t i = 0; i < words->count; i++)
		if (strcmp(words->items[i], word) == 0)
			return true;
	return false;
}

static void put_word(struct words *words, const char *word)
{
	if (has_word(words, word))
		return;
	assert_true(words->count < PAGE_ROWS);
	(void)snprintf(words->items[words->count++], PAGE_WORD_BYTES, "%s", word);
}

/* Is it written as events are: LettersInSeveralWords? */
static bool is_event_name(const char *word)
{
	if (!isupper((unsigned char)word[0]) || !islower((unsigned char)word[1]))
		return false;
	for (; *word != '\0'; word++)
		if (!isalpha((unsigned char)*word))
			return false;
	return true;
}

static void collect_events(const char *path, struct words *events)
{
	char *text = page_read(path), word[PAGE_WORD_BYTES];

	/* only where records are made: other files speak of events too */
	if (strstr(text, "message_event") != NULL || strstr(text, "delivery_finish(") != NULL ||
	    strstr(text, "identity_record(") != NULL)
		for (const char *at = text; (at = strchr(at, '"')) != NULL; at++)
			if (sscanf(at, "\"%127[A-Za-z]\"", word) == 1 &&
			    at[strlen(word) + 1] == '"' && is_event_name(word))
				put_word(events, word);
	free(text);
}

/* All names in the first column, which may hold several: "`Authorised`, `Withheld`". */
static void read_events(struct words *events)
{
	char *text = page_read("docs/ledger-format.md"), word[PAGE_WORD_BYTES];
	const char *line = strstr(text, "| event | means |");

	assert_non_null(line);
	for (line = strchr(line, '\n') + 1; *line == '|'; line = strchr(line, '\n') + 1) {
		const char *end = strchr(line + 1, '|');

		for (const char *at = line; at < end; at++)
			if (sscanf(at, "`%127[A-Za-z]`", word) == 1 && is_event_name(word))
				put_word(events, word);
	}
	free(text);
}

static void every_event_recorded_is_described_and_no_other(void **state)
{
	struct words code = {.count = 0}, page = {.count = 0};
	glob_t files;

	(void)state;
	assert_int_equal(glob("node/*.c", 0, NULL, &files), 0);
	for (size_t i = 0; i < files.gl_pathc; i++)
		collect_events(files.gl_pathv[i], &code);
	globfree(&files);
	read_events(&page);
	assert_true(code.count > 10);
	for (size_t i = 0; i < code.count; i++)
		if (!has_word(&page, code.items[i]))
			fail_msg("docs/ledger-format.md does not know the event %s", code.items[i]);
	for (size_t i = 0; i < page.count; i++)
		if (!has_word(&code, page.items[i]))
			fail_msg("nobody records the event %s", page.items[i]);
}

static void every_objection_is_described_and_no_other(void **state)
{
	size_t count = (size_t)OBJECTION_NO_INBOX + 1;
	struct words page = {.count = 0};
	struct page_table table;

	(void)state;
	page_read_table("docs/interface.md", "| code | when |", &table);
	for (size_t i = 0; i < table.count; i++)
		put_word(&page, table.rows[i].cell[0]);
	for (size_t i = 0; i < count; i++)
		if (!has_word(&page, objection_code((enum objection)i)))
			fail_msg("docs/interface.md does not know %s",
				 objection_code((enum objection)i));
	assert_int_equal(page.count, count);
}

/* ---- Links and names ---- */

static void for_all_pages(void (*visit)(const char *path, const char *text))
{
	glob_t pages;

	assert_int_equal(glob("docs/*.md", 0, NULL, &pages), 0);
	assert_int_equal(glob("README.md", GLOB_APPEND, NULL, &pages), 0);
	assert_int_equal(glob("CHANGELOG.md", GLOB_APPEND, NULL, &pages), 0);
	for (size_t i = 0; i < pages.gl_pathc; i++) {
		char *text = page_read(pages.gl_pathv[i]);

		visit(pages.gl_pathv[i], text);
		free(text);
	}
	globfree(&pages);
}

/* The anchor that a heading gets: small letters, digits, "-" and "_" stay, spaces become "-", the
 * rest goes. */
static void anchor_of(const char *heading, char anchor[PAGE_WORD_BYTES])
{
	size_t len = 0;

	for (; *heading != '\n' && *heading != '\0' && len + 1 < PAGE_WORD_BYTES; heading++) {
		unsigned char letter = (unsigned char)*heading;

		if (letter == ' ')
			anchor[len++] = '-';
		else if (isalnum(letter) || letter == '-' || letter == '_' || letter >= 0x80)
			anchor[len++] = (char)tolower(letter);
	}
	anchor[len] = '\0';
}

static bool has_anchor(const char *text, const char *wanted)
{
	char anchor[PAGE_WORD_BYTES];

	for (const char *line = text; line != NULL; line = strchr(line, '\n')) {
		line += *line == '\n' ? 1 : 0;
		if (*line == '\0')
			break;
		if (*line != '#')
			continue;
		anchor_of(line + strspn(line, "#") + 1, anchor);
		if (strcmp(anchor, wanted) == 0)
			return true;
	}
	return false;
}

static void follow_link(const char *page, const char *page_text, const char *target)
{
	char path[512], *other;
	size_t len = strcspn(target, "#");
	const char *anchor = target[len] == '#' ? target + len + 1 : NULL;
	const char *slash = strrchr(page, '/');

	if (len == 0) {
		if (!has_anchor(page_text, anchor))
			fail_msg("%s: there is no heading for (%s)", page, target);
		return;
	}
	(void)snprintf(path, sizeof(path), "%.*s%.*s", slash == NULL ? 0 : (int)(slash - page + 1),
		       page, (int)len, target);
	if (access(path, R_OK) != 0)
		fail_msg("%s: (%s) leads nowhere", page, target);
	if (anchor == NULL)
		return;
	other = page_read(path);
	if (!has_anchor(other, anchor))
		fail_msg("%s: %s has no heading for (%s)", page, path, target);
	free(other);
}

static void follow_links(const char *page, const char *text)
{
	char target[512];

	for (const char *at = text; (at = strstr(at, "](")) != NULL; at += 2)
		if (sscanf(at, "](%511[^) \n])", target) == 1 && strstr(target, "://") == NULL)
			follow_link(page, text, target);
}

static void every_link_leads_somewhere(void **state)
{
	(void)state;
	for_all_pages(follow_links);
}

static bool is_name_letter(char letter)
{
	return isalnum((unsigned char)letter) || letter == '_';
}

static bool has_name(const char *text, const char *name)
{
	size_t len = strlen(name);

	for (const char *at = text; (at = strstr(at, name)) != NULL; at += len)
		if ((at == text || !is_name_letter(at[-1])) && !is_name_letter(at[len]))
			return true;
	return false;
}

static bool is_in_our_folders(const char *word)
{
	static const char *const folders[] = {"messages/", "node/",  "adapters/", "include/",
					      "schemas/",  "tests/", "docs/"};

	for (size_t i = 0; i < sizeof(folders) / sizeof(folders[0]); i++)
		if (strncmp(word, folders[i], strlen(folders[i])) == 0)
			return true;
	return false;
}

/* `node/door.c` must be there; `node/door.c:settle` must hold that name. Patterns such as
 * `node/cmd_NAME.c` are left alone. */
static void look_up(const char *page, const char *word)
{
	char path[512], *text;
	const char *colon = strchr(word, ':');
	size_t len = colon == NULL ? strlen(word) : (size_t)(colon - word);

	(void)snprintf(path, sizeof(path), "%.*s", (int)len, word);
	for (size_t i = 0; i < len; i++)
		if (!islower((unsigned char)path[i]) && !isdigit((unsigned char)path[i]) &&
		    strchr("_-./~", path[i]) == NULL)
			return;
	if (access(path, R_OK) != 0)
		fail_msg("%s names %s, which is not there", page, path);
	if (colon == NULL)
		return;
	text = page_read(path);
	if (!has_name(text, colon + 1))
		fail_msg("%s names %s, but there is no %s in it", page, word, colon + 1);
	free(text);
}

static void look_up_names(const char *page, const char *text)
{
	char word[512];

	for (const char *at = text; (at = strchr(at, '`')) != NULL; at++)
		if (sscanf(at, "`%511[^` \n]`", word) == 1 && at[strlen(word) + 1] == '`' &&
		    is_in_our_folders(word))
			look_up(page, word);
}

static void every_file_and_function_named_is_there(void **state)
{
	(void)state;
	for_all_pages(look_up_names);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_event_recorded_is_described_and_no_other),
		cmocka_unit_test(every_objection_is_described_and_no_other),
		cmocka_unit_test(every_link_leads_somewhere),
		cmocka_unit_test(every_file_and_function_named_is_there),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
