/*
 * Drafts: kept and gone on with, bounded in number and size, a party's own; and whatever else stands in
 * the folder is no draft.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <sys/stat.h>
#include <unistd.h>

#include "node/draft.h"

static char place[64];
static struct arena *arena;
static struct config config;
static struct draft_home home;

static void make(const char *path)
{
	assert_int_equal(mkdir(arena_format(arena, "%s/%s", place, path), 0700), 0);
}

static int open_place(void **state)
{
	(void)state;
	arena = arena_new((size_t)64 * 1024 * 1024);
	(void)snprintf(place, sizeof(place), "%s", "/tmp/sampan-draft-XXXXXX");
	assert_non_null(mkdtemp(place));
	make("parties");
	make("parties/gom");
	make("parties/other");
	config.directory = place;
	home = (struct draft_home){&config, "gom", arena};
	return 0;
}

static int close_place(void **state)
{
	int status = system(arena_format(arena, "rm -rf '%s'", place));

	(void)state;
	arena_free(arena);
	return status;
}

static struct draft draft_of(const char *id, const char *reference, const char *changed)
{
	static struct form_value items[] = {{"Consignee/Name", "Gốm \"sứ\" </x>"},
					    {"Item[2]/Description", ""}};

	return (struct draft){id, "apply", reference, "lan", changed, {items, 2}};
}

static const char *save(const struct draft *draft)
{
	const char *id = NULL;

	assert_int_equal(draft_save(&home, draft, &id), OK);
	assert_true(draft_is_id(id));
	return id;
}

static void a_draft_comes_back_as_it_was_saved_also_what_is_empty(void **state)
{
	const struct draft draft = draft_of("", "R-1", "2026-11-23T01:00:00.000Z");
	const char *id = save(&draft);
	struct draft back;

	(void)state;
	assert_int_equal(draft_load(&home, id, &back), OK);
	assert_string_equal(back.form, "apply");
	assert_string_equal(back.reference, "R-1");
	assert_string_equal(back.user, "lan");
	assert_int_equal(back.values.count, 2);
	assert_string_equal(back.values.items[0].value, "Gốm \"sứ\" </x>");
	assert_string_equal(back.values.items[1].name, "Item[2]/Description");
}

static void saved_again_it_is_the_same_draft_and_the_newest_stands_first(void **state)
{
	struct draft one = draft_of("", "R-1", "2026-11-23T01:00:00.000Z");
	struct draft two = draft_of("", "R-2", "2026-11-23T02:00:00.000Z");
	struct draft drafts[DRAFT_MOST];
	size_t count;
	const char *id = save(&one);

	(void)state;
	(void)save(&two);
	one.id = id;
	one.reference = "R-1b";
	one.changed = "2026-11-23T03:00:00.000Z";
	assert_string_equal(save(&one), id);
	assert_int_equal(draft_remove(&home, id), OK);
	assert_string_equal(save(&one), id); /* as a new one */
	assert_int_equal(draft_list(&home, drafts, &count), OK);
	assert_int_equal(count, 2);
	assert_string_equal(drafts[0].reference, "R-1b");
	assert_string_equal(drafts[1].reference, "R-2");
}

static void of_another_party_nothing_is_seen_and_a_deleted_one_is_gone(void **state)
{
	const struct draft draft = draft_of("", "R-1", "");
	const struct draft_home other = {&config, "other", arena};
	struct draft drafts[DRAFT_MOST];
	const char *id = save(&draft);
	size_t count = 9;

	(void)state;
	assert_int_equal(draft_list(&other, drafts, &count), OK);
	assert_int_equal(count, 0);
	assert_int_equal(draft_load(&other, id, &drafts[0]), ERR_MISSING);
	assert_int_equal(draft_remove(&other, id), OK);
	assert_int_equal(draft_load(&home, id, &drafts[0]), OK);
	assert_int_equal(draft_remove(&home, id), OK);
	assert_int_equal(draft_remove(&home, id), OK);
	assert_int_equal(draft_load(&home, id, &drafts[0]), ERR_MISSING);
}

static void there_are_so_many_and_none_is_too_long(void **state)
{
	struct draft draft = draft_of("", "R", "");
	const char *id = NULL;
	char *text = malloc(DRAFT_BYTES + 1);

	(void)state;
	for (unsigned i = 0; i < DRAFT_MOST; i++)
		id = save(&draft);
	assert_int_equal(draft_save(&home, &draft, &id), ERR_FULL);
	draft.id = id;
	assert_string_equal(save(&draft), id); /* one that is there may be saved again */
	assert_non_null(text);
	memset(text, 'x', DRAFT_BYTES);
	text[DRAFT_BYTES] = '\0';
	draft.reference = text;
	assert_int_equal(draft_save(&home, &draft, &id), ERR_LIMIT);
	free(text);
}

static void put(const char *name, const char *content)
{
	FILE *file = fopen(arena_format(arena, "%s/parties/gom/drafts/%s", place, name), "w");

	assert_non_null(file);
	assert_true(fputs(content, file) >= 0);
	assert_int_equal(fclose(file), 0);
}

static void whatever_else_stands_in_the_folder_is_no_draft(void **state)
{
	static const char *const contents[] = {"",
					       "[]",
					       "{\"form\":\"apply\",\"values\":[[1,2]]}",
					       "{\"values\":{}}",
					       "\xff\xfe",
					       "{\"form\":\"apply\",\"values\":[[\"a\"]]}"};
	const struct draft draft = draft_of("", "R", "");
	struct draft drafts[DRAFT_MOST];
	size_t count;

	(void)state;
	(void)save(&draft);
	put("notes.txt", "x");
	put("00000000000000000.json", "{}");
	assert_int_equal(symlink("/etc/passwd", arena_format(arena, "%s/parties/gom/drafts/%s",
							     place, "00000000000000aa.json")),
			 0);
	for (size_t i = 0; i < sizeof(contents) / sizeof(contents[0]); i++) {
		put("00000000000000bb.json", contents[i]);
		print_message("%s\n", contents[i]);
		assert_int_equal(draft_load(&home, "00000000000000bb", &drafts[0]), ERR_CORRUPT);
	}
	put("00000000000000bb.json", "[]");
	assert_int_equal(draft_load(&home, "00000000000000aa", &drafts[0]), ERR_MISSING);
	assert_int_equal(draft_load(&home, "../../../etc/pas", &drafts[0]), ERR_MISSING);
	assert_int_equal(draft_list(&home, drafts, &count), OK);
	assert_int_equal(count, 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(
			a_draft_comes_back_as_it_was_saved_also_what_is_empty, open_place,
			close_place),
		cmocka_unit_test_setup_teardown(
			saved_again_it_is_the_same_draft_and_the_newest_stands_first, open_place,
			close_place),
		cmocka_unit_test_setup_teardown(
			of_another_party_nothing_is_seen_and_a_deleted_one_is_gone, open_place,
			close_place),
		cmocka_unit_test_setup_teardown(there_are_so_many_and_none_is_too_long, open_place,
						close_place),
		cmocka_unit_test_setup_teardown(whatever_else_stands_in_the_folder_is_no_draft,
						open_place, close_place),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
