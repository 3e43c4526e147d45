/*
 * Pages that forms led to: for their session alone, so many, so long, and no longer.
 */
#include "node/page_kept.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static struct page_kept kept;
static const struct hash mine = {{1}}, theirs = {{2}};

static size_t bytes_kept(void)
{
	size_t bytes = 0;

	for (size_t i = 0; i < PAGE_KEPT_PAGES; i++)
		bytes += kept.pages[i].len;
	return bytes;
}

static int end(void **state)
{
	(void)state;
	page_kept_clear(&kept);
	return bytes_kept() == 0 ? 0 : -1;
}

static void put(const struct hash *session, const char *page, uint64_t now_ms,
		char ret_id[PAGE_KEPT_ID_BYTES])
{
	assert_true(page_kept_put(&kept, session, 422, bytes_of_text(page), now_ms, ret_id));
}

static bool is_there(const struct hash *session, const char *id, uint64_t now_ms)
{
	return page_kept_find(&kept, session, id, now_ms) != NULL;
}

static void a_page_is_found_by_its_session_and_id_alone(void **state)
{
	char id[PAGE_KEPT_ID_BYTES], other[PAGE_KEPT_ID_BYTES];
	const struct page_kept_page *page;

	(void)state;
	put(&mine, "one", 10, id);
	put(&mine, "two", 20, other);
	assert_string_not_equal(id, other);
	page = page_kept_find(&kept, &mine, id, 30);
	assert_non_null(page);
	assert_int_equal(page->status, 422);
	assert_true(bytes_equal(bytes_of(page->at, page->len), bytes_of_text("one")));
	assert_false(is_there(&theirs, id, 30));
	assert_false(is_there(&mine, "", 30));
	assert_false(is_there(
		&mine, "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef", 30));
	id[PAGE_KEPT_ID_BYTES - 2] = '\0';
	assert_false(is_there(&mine, id, 30));
}

static void of_a_session_the_newest_are_kept(void **state)
{
	char ids[PAGE_KEPT_SESSION + 1][PAGE_KEPT_ID_BYTES], other[PAGE_KEPT_ID_BYTES];

	(void)state;
	put(&theirs, "x", 1, other);
	for (unsigned i = 0; i <= PAGE_KEPT_SESSION; i++)
		put(&mine, "x", 10 + i, ids[i]);
	assert_false(is_there(&mine, ids[0], 20));
	for (unsigned i = 1; i <= PAGE_KEPT_SESSION; i++)
		assert_true(is_there(&mine, ids[i], 20));
	assert_true(is_there(&theirs, other, 20));
}

static void it_goes_after_its_time(void **state)
{
	char id[PAGE_KEPT_ID_BYTES];

	(void)state;
	put(&mine, "x", 10, id);
	assert_true(is_there(&mine, id, 10 + PAGE_KEPT_MS));
	assert_false(is_there(&mine, id, 11 + PAGE_KEPT_MS));
	assert_int_equal(bytes_kept(), 0);
}

static void however_many_send_forms_so_much_is_kept(void **state)
{
	static uint8_t page[PAGE_KEPT_SESSION_BYTES + 1];
	char id[PAGE_KEPT_ID_BYTES];

	(void)state;
	memset(page, 'x', sizeof(page));
	for (unsigned i = 0; i < 3 * PAGE_KEPT_PAGES; i++) {
		const struct hash session = {{(uint8_t)i}};

		put(&session, "x", i, id);
		assert_true(is_there(&session, id, i));
	}
	assert_int_equal(bytes_kept(), PAGE_KEPT_PAGES);
	for (unsigned i = 0; i < 9; i++) {
		const struct hash session = {{(uint8_t)i}};

		assert_true(page_kept_put(&kept, &session, 200, bytes_of(page, sizeof(page) - 1),
					  1000 + i, id));
		assert_true(bytes_kept() <= PAGE_KEPT_BYTES);
	}
	assert_false(page_kept_put(&kept, &mine, 200, bytes_of(page, sizeof(page)), 2000, id));
	assert_false(page_kept_put(&kept, &mine, 200, (struct bytes){0}, 2000, id));
}

static void one_session_drives_out_its_own_pages_alone(void **state)
{
	static uint8_t page[PAGE_KEPT_SESSION_BYTES];
	char other[PAGE_KEPT_ID_BYTES], ids[2 * PAGE_KEPT_SESSION][PAGE_KEPT_ID_BYTES];

	(void)state;
	memset(page, 'x', sizeof(page));
	put(&theirs, "x", 1, other);
	for (unsigned i = 0; i < 2 * PAGE_KEPT_SESSION; i++) {
		assert_true(page_kept_put(&kept, &mine, 200, bytes_of(page, sizeof(page)), 10 + i,
					  ids[i]));
		assert_true(is_there(&mine, ids[i], 20));
		assert_true(i == 0 || !is_there(&mine, ids[i - 1], 20));
		assert_true(bytes_kept() <= PAGE_KEPT_SESSION_BYTES + 1);
	}
	assert_true(is_there(&theirs, other, 20));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_teardown(a_page_is_found_by_its_session_and_id_alone, end),
		cmocka_unit_test_teardown(of_a_session_the_newest_are_kept, end),
		cmocka_unit_test_teardown(it_goes_after_its_time, end),
		cmocka_unit_test_teardown(one_session_drives_out_its_own_pages_alone, end),
		cmocka_unit_test_teardown(however_many_send_forms_so_much_is_kept, end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
