/*
 * docs/states.md says what node/life.c does: its table, its drawings, and the words of the stages.
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

#include <cmocka.h>

#include "node/life.h"
#include "node/view.h"
#include "tests/support/page.h"

#define STATES "docs/states.md"

static struct page_table lives;

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
	char *code = page_read("node/life.c");

	(void)state;
	page_read_table(STATES, "| life | state |", &lives);
	for (size_t i = 0; i < lives.count; i++) {
		const struct page_row *row = &lives.rows[i];

		assert_true(life_is_known(row->cell[0]));
		compare_steps(row->cell[0], "");
		compare_steps(row->cell[0], state_of(row->cell[1]));
		compare_steps(row->cell[0], row->cell[3]);
	}
	/* a life or state that the page does not know at all shows in the number of lines */
	assert_int_equal(count_of(code, "\"},\n"), lives.count);
	free(code);
}

/* Each row of the page, and what stands in no row of its own under "any other". */
static void what_lodging_begins_is_that_of_the_code(void **state)
{
	struct page_table begins;
	char *code = page_read("node/life.c");

	(void)state;
	page_read_table(STATES, "| of the life | a desk", &begins);
	for (size_t i = 0; i < begins.count; i++) {
		const struct page_row *row = &begins.rows[i];
		bool registers = strcmp(row->cell[1], "yes") == 0;
		bool is_any = strcmp(row->cell[2], "any other") == 0;
		const char *meaning = is_any ? "supplement" : row->cell[2];
		enum life_event event = life_begin(row->cell[0], registers, meaning);

		assert_string_equal(life_event_name(event), row->cell[3]);
	}
	assert_int_equal(count_of(code, ", true, ") + count_of(code, ", false, "), begins.count);
	free(code);
}

static void with_hyphens(char *text)
{
	for (; *text != '\0'; text++)
		if (*text == '_')
			*text = '-';
}

/* One line "A --> B: EVENT" of a drawing. */
static bool read_arrow(const char *line, char from[PAGE_WORD_BYTES], char to[PAGE_WORD_BYTES],
		       char event[PAGE_WORD_BYTES])
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
	char heading[PAGE_WORD_BYTES], from[PAGE_WORD_BYTES], to[PAGE_WORD_BYTES],
		event[PAGE_WORD_BYTES];
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
	char *text = page_read(STATES);

	(void)state;
	page_read_table(STATES, "| life | state |", &lives);
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
		char *text = page_read(kinds.gl_pathv[i]), life[PAGE_WORD_BYTES];
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
	struct page_table stages;

	(void)state;
	page_read_table(STATES, "| letter | stage |", &stages);
	assert_int_equal(stages.count, 10);
	for (size_t i = 0; i < stages.count; i++) {
		enum delivery_stage stage = (enum delivery_stage)stages.rows[i].cell[0][0];

		assert_int_equal(strlen(stages.rows[i].cell[0]), 1);
		if (stage != STAGE_CHECK && stage != STAGE_REGISTER)
			assert_string_equal(view_stage_name(stage), stages.rows[i].cell[1]);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_table_of_lives_is_that_of_the_code),
		cmocka_unit_test(what_lodging_begins_is_that_of_the_code),
		cmocka_unit_test(the_drawings_show_the_table),
		cmocka_unit_test(every_life_of_a_kind_is_known),
		cmocka_unit_test(every_stage_has_its_word),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
