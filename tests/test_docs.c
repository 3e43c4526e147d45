/*
 * The documents say what the code does: life cycles, stages, events, objections, links, and every
 * file and function they name.
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

#include "node/life.h"
#include "node/objection.h"
#include "node/view.h"

#define MAX_FILE_BYTES ((size_t)1024 * 1024)
#define MAX_ROWS 64u
#define CELLS 4u
#define WORD_BYTES 128u

/* ---- Reading ---- */

static char *read_text(const char *path)
{
	FILE *file = fopen(path, "rb");
	char *text = calloc(1, MAX_FILE_BYTES);
	size_t len;

	assert_non_null(text);
	if (file == NULL)
		fail_msg("%s is not there", path);
	len = fread(text, 1, MAX_FILE_BYTES - 1, file);
	assert_true(len > 0 && len < MAX_FILE_BYTES - 1);
	fclose(file);
	return text;
}

struct row {
	char cell[CELLS][WORD_BYTES];
};

struct table {
	struct row rows[MAX_ROWS];
	size_t count;
};

static void copy_cell(char to[WORD_BYTES], const char *from, size_t len)
{
	while (len > 0 && (*from == ' ' || *from == '`')) {
		from++;
		len--;
	}
	while (len > 0 && (from[len - 1] == ' ' || from[len - 1] == '`'))
		len--;
	if (len >= WORD_BYTES)
		len = WORD_BYTES - 1;
	memcpy(to, from, len);
	to[len] = '\0';
}

static void read_row(const char *line, struct row *row)
{
	const char *at = line + 1;

	*row = (struct row){0};
	for (size_t i = 0; i < CELLS && *at != '\n' && *at != '\0'; i++) {
		size_t len = strcspn(at, "|\n");

		copy_cell(row->cell[i], at, len);
		at += len + (at[len] == '|' ? 1 : 0);
	}
}

/* The rows of the table whose head line begins like this, without head and rule. */
static void read_table(const char *path, const char *head, struct table *table)
{
	char *text = read_text(path);
	const char *line = strstr(text, head);

	table->count = 0;
	if (line == NULL)
		fail_msg("%s has no table %s", path, head);
	for (int skip = 0; skip < 2; skip++)
		line = strchr(line, '\n') + 1;
	for (; *line == '|'; line = strchr(line, '\n') + 1) {
		assert_true(table->count < MAX_ROWS);
		read_row(line, &table->rows[table->count++]);
	}
	assert_true(table->count > 0);
	free(text);
}

/* ---- States ---- */

#define STATES "docs/states.md"

static struct table lives;

static const char *state_of(const char *cell)
{
	return strcmp(cell, "-") == 0 ? "" : cell;
}

/* What the page says: the next state, or NULL. */
static const char *step_on_page(const char *life, const char *state, const char *event)
{
	for (size_t i = 0; i < lives.count; i++)
		if (strcmp(lives.rows[i].cell[0], life) == 0 &&
		    strcmp(state_of(lives.rows[i].cell[1]), state) == 0 &&
		    strcmp(lives.rows[i].cell[2], event) == 0)
			return lives.rows[i].cell[3];
	return NULL;
}

static void compare_steps(const char *life, const char *state)
{
	for (int event = 0; event < LIFE_EVENT_COUNT; event++) {
		const char *name = life_event_name((enum life_event)event);
		const char *code = life_step(life, state, (enum life_event)event);
		const char *page = step_on_page(life, state, name);

		if ((code == NULL) != (page == NULL) || (code != NULL && strcmp(code, page) != 0))
			fail_msg("%s, %s, %s: the code says %s, the page says %s", life, state,
				 name, code == NULL ? "nothing" : code,
				 page == NULL ? "nothing" : page);
	}
}

static size_t count_of(const char *text, const char *word)
{
	size_t count = 0;

	for (const char *at = text; (at = strstr(at, word)) != NULL; at += strlen(word))
		count++;
	return count;
}

static void the_table_of_lives_is_that_of_the_code(void **state)
{
	char *code = read_text("node/life.c");

	(void)state;
	read_table(STATES, "| life | state |", &lives);
	for (size_t i = 0; i < lives.count; i++) {
		const struct row *row = &lives.rows[i];

		assert_true(life_is_known(row->cell[0]));
		compare_steps(row->cell[0], "");
		compare_steps(row->cell[0], state_of(row->cell[1]));
		compare_steps(row->cell[0], row->cell[3]);
	}
	/* a life or state that the page does not know at all shows in the number of lines */
	assert_int_equal(count_of(code, "\", LIFE_"), lives.count);
	free(code);
}

static void with_hyphens(char *text)
{
	for (; *text != '\0'; text++)
		if (*text == '_')
			*text = '-';
}

/* One line "A --> B: EVENT" of a drawing. */
static bool read_arrow(const char *line, char from[WORD_BYTES], char to[WORD_BYTES],
		       char event[WORD_BYTES])
{
	if (sscanf(line, " %127s --> %127[^:\n]: %127[^\n]", from, to, event) != 3)
		return false;
	if (strcmp(from, "[*]") == 0)
		from[0] = '\0';
	with_hyphens(from);
	with_hyphens(to);
	return true;
}

static size_t count_life(const char *life)
{
	size_t count = 0;

	for (size_t i = 0; i < lives.count; i++)
		count += strcmp(lives.rows[i].cell[0], life) == 0 ? 1 : 0;
	return count;
}

/* The drawing of the section "## Life" has each transition once and no other. */
static void compare_drawing(const char *text, const char *life)
{
	char heading[WORD_BYTES], from[WORD_BYTES], to[WORD_BYTES], event[WORD_BYTES];
	const char *line;
	size_t arrows = 0;

	(void)snprintf(heading, sizeof(heading), "\n## %c%s\n", toupper((unsigned char)life[0]),
		       life + 1);
	line = strstr(text, heading);
	if (line == NULL || (line = strstr(line, "```mermaid")) == NULL)
		fail_msg("%s has no drawing of %s", STATES, life);
	for (line = strchr(line, '\n') + 1; strncmp(line, "```", 3) != 0;
	     line = strchr(line, '\n') + 1) {
		const char *next;

		if (!read_arrow(line, from, to, event))
			continue;
		arrows++;
		next = step_on_page(life, from, event);
		if (next == NULL || strcmp(next, to) != 0)
			fail_msg("the drawing of %s has %s --> %s: %s", life, from, to, event);
	}
	assert_int_equal(arrows, count_life(life));
}

static void the_drawings_show_the_table(void **state)
{
	char *text = read_text(STATES);

	(void)state;
	read_table(STATES, "| life | state |", &lives);
	for (size_t i = 0; i < lives.count; i++)
		compare_drawing(text, lives.rows[i].cell[0]);
	free(text);
}

static void every_life_of_a_kind_is_known(void **state)
{
	glob_t kinds;

	(void)state;
	assert_int_equal(glob("schemas/kinds/*.xml", 0, NULL, &kinds), 0);
	for (size_t i = 0; i < kinds.gl_pathc; i++) {
		char *text = read_text(kinds.gl_pathv[i]), life[WORD_BYTES];
		const char *at = strstr(text, "<fact name=\"life\" value=\"");

		if (at != NULL &&
		    (sscanf(at, "<fact name=\"life\" value=\"%127[a-z-]", life) != 1 ||
		     !life_is_known(life)))
			fail_msg("%s leads no life that the code knows", kinds.gl_pathv[i]);
		free(text);
	}
	globfree(&kinds);
}

static void every_stage_has_its_word(void **state)
{
	struct table stages;

	(void)state;
	read_table(STATES, "| letter | stage |", &stages);
	assert_int_equal(stages.count, 8);
	for (size_t i = 0; i < stages.count; i++) {
		enum delivery_stage stage = (enum delivery_stage)stages.rows[i].cell[0][0];

		assert_int_equal(strlen(stages.rows[i].cell[0]), 1);
		if (stage != STAGE_CHECK && stage != STAGE_REGISTER)
			assert_string_equal(view_stage_name(stage), stages.rows[i].cell[1]);
	}
}

/* ---- Events and objections ---- */

struct words {
	char items[MAX_ROWS][WORD_BYTES];
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
	assert_true(words->count < MAX_ROWS);
	(void)snprintf(words->items[words->count++], WORD_BYTES, "%s", word);
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
	char *text = read_text(path), word[WORD_BYTES];

	/* only where records are made: other files speak of events too */
	if (strstr(text, "message_event") != NULL || strstr(text, "delivery_finish(") != NULL)
		for (const char *at = text; (at = strchr(at, '"')) != NULL; at++)
			if (sscanf(at, "\"%127[A-Za-z]\"", word) == 1 &&
			    at[strlen(word) + 1] == '"' && is_event_name(word))
				put_word(events, word);
	free(text);
}

/* All names in the first column, which may hold several: "`Authorised`, `Withheld`". */
static void read_events(struct words *events)
{
	char *text = read_text("docs/ledger-format.md"), word[WORD_BYTES];
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
	struct table table;

	(void)state;
	read_table("docs/interface.md", "| code | when |", &table);
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
		char *text = read_text(pages.gl_pathv[i]);

		visit(pages.gl_pathv[i], text);
		free(text);
	}
	globfree(&pages);
}

/* The anchor that a heading gets: small letters, digits, "-" and "_" stay, spaces become "-", the
 * rest goes. */
static void anchor_of(const char *heading, char anchor[WORD_BYTES])
{
	size_t len = 0;

	for (; *heading != '\n' && *heading != '\0' && len + 1 < WORD_BYTES; heading++) {
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
	char anchor[WORD_BYTES];

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
	other = read_text(path);
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
	text = read_text(path);
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
		cmocka_unit_test(the_table_of_lives_is_that_of_the_code),
		cmocka_unit_test(the_drawings_show_the_table),
		cmocka_unit_test(every_life_of_a_kind_is_known),
		cmocka_unit_test(every_stage_has_its_word),
		cmocka_unit_test(every_event_recorded_is_described_and_no_other),
		cmocka_unit_test(every_objection_is_described_and_no_other),
		cmocka_unit_test(every_link_leads_somewhere),
		cmocka_unit_test(every_file_and_function_named_is_there),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
