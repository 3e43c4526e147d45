/*
 * A whole node's ledger followed from outside with curl and tests/tlog/follow.py, which knows only
 * the specifications (C2SP tlog-checkpoint, tlog-tiles; RFC 9162, RFC 8032): at several sizes the
 * root is rebuilt from tiles, inclusion and consistency are proved, receipts are found in their
 * places.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include <cmocka.h>

#include "node/file.h"
#include "tests/support/door_client.h"
#include "tests/support/patience.h"

#define TRADER "gom-bat-trang"
#define EXPORT "vn/gom-bat-trang/01-export-1-line.xml"
#define REFERENCE "GBT-XK-2026-0141"
#define TIRED 120u /* lodged in all, at most */

static struct rig rig;
static bool is_good;
static unsigned lodged;

static int set_up(void **state)
{
	(void)state;
	rig_open(&rig);
	rig_start(&rig);
	return mkdir(arena_format(rig.arena, "%s/seen", rig.directory), 0700);
}

static int tear_down(void **state)
{
	(void)state;
	rig_close(&rig, is_good);
	return 0;
}

static bool is_all_taken(void *context)
{
	const char *const *names;

	(void)context;
	return rig_list(&rig, RIG_VN, TRADER, "taken", ".receipt", &names) == lodged;
}

static void lodge(unsigned count)
{
	for (unsigned i = 0; i < count; i++, lodged++) {
		const char *reference = arena_format(rig.arena, "GBT-XK-2026-9%03u", lodged);

		rig_lodge(&rig, RIG_VN, TRADER, arena_format(rig.arena, "%s.xml", reference),
			  rig_replace(&rig, rig_sample(&rig, EXPORT), REFERENCE, reference));
	}
	assert_true(rig_wait(is_all_taken, NULL, PATIENCE_MS));
	assert_true(rig_wait_for_rest(&rig, PATIENCE_MS));
}

static const char *receipts(void)
{
	const char *const *names, *list = "";
	size_t count = rig_list(&rig, RIG_VN, TRADER, "taken", ".receipt", &names);

	assert_true(count > 0);
	for (size_t i = 0; i < count; i++)
		list = arena_format(rig.arena, "%s %s", list,
				    rig_path(&rig, RIG_VN, TRADER, "taken", names[i]));
	return list;
}

/* What the program says; it must be content. */
static unsigned long follow(void)
{
	const struct town_node *node = &rig.town.nodes[RIG_VN];
	char line[256] = "";
	FILE *from = popen(
		arena_format(rig.arena,
			     "python3 tests/tlog/follow.py https://127.0.0.1:%u %s/keys/door.crt "
			     "%s/keys/ledger.pub %s/seen%s",
			     node->config->https.port, node->directory, node->directory,
			     rig.directory, receipts()),
		"r");

	assert_non_null(from);
	assert_non_null(fgets(line, sizeof(line), from));
	assert_int_equal(pclose(from), 0);
	return strtoul(line, NULL, 10);
}

static void a_stranger_follows_the_ledger_with_nothing_but_the_specifications(void **state)
{
	unsigned long size = 0, before;

	(void)state;
	do {
		lodge(size == 0 ? 1 : 12);
		before = size;
		size = follow();
		assert_true(size > before);
	} while (size <= 256 && lodged < TIRED);
	assert_true(size > 256); /* a full tile, and a level above it */
}

static void what_is_signed_now_is_not_kept_and_a_tile_not_beyond_its_epoch(void **state)
{
	struct door_request request = {.path = "/checkpoint"};
	struct door_answer answer = door_client_ask(&rig, RIG_VN, &request);

	(void)state;
	assert_int_equal(answer.status, 200);
	assert_string_equal(door_client_header(&rig, &answer, "cache-control"),
			    "public, max-age=2");
	request.path = "/tile/0/000";
	answer = door_client_ask(&rig, RIG_VN, &request);
	assert_int_equal(answer.status, 200);
	assert_int_equal(answer.body.len, 8192);
	assert_string_equal(door_client_header(&rig, &answer, "cache-control"),
			    "public, max-age=60");
	is_good = true;
}

/* A record names parties and documents: who may see it is judged message by message. */
static void records_are_not_given_out(void **state)
{
	static const char *const paths[] = {"/tile/entries/000", "/tile/entries/000.p/1",
					    "/tile/data/000", "/tile/0/000/"};

	(void)state;
	for (size_t i = 0; i < sizeof(paths) / sizeof(paths[0]); i++) {
		const struct door_request request = {.path = paths[i]};
		struct door_answer answer = door_client_ask(&rig, RIG_VN, &request);

		assert_int_equal(answer.status, 404);
		assert_string_equal(door_client_header(&rig, &answer, "cache-control"), "no-store");
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_stranger_follows_the_ledger_with_nothing_but_the_specifications),
		cmocka_unit_test(records_are_not_given_out),
		cmocka_unit_test(what_is_signed_now_is_not_kept_and_a_tile_not_beyond_its_epoch),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
