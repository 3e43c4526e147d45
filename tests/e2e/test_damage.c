/*
 * The store of a node that runs is damaged so that a reader which follows it leaves the file and is killed
 * by the system. The clerk dies of it and is begun anew; who asked is told 503; all others are served; the
 * command line says page damage, and no wrong byte is ever served.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>
#include <unistd.h>

#include "node/file.h"
#include "node/town_identity.h"
#include "tests/support/door_client.h"

#define PATIENCE_MS 60000u
#define TRADER "gom-bat-trang"
#define EXPORT "vn/gom-bat-trang/01-export-1-line.xml"
#define REFERENCE "GBT-XK-2026-0141"
#define TRIES 5u

static struct rig rig;
static bool is_good;

static const char *lodge(const char *reference)
{
	const struct door_request request = {
		.method = "POST",
		.path = "/v1/messages",
		.token = door_client_token(&rig, RIG_VN, TRADER),
		.type = "application/xml",
		.body = rig_replace(&rig, rig_sample(&rig, EXPORT), REFERENCE, reference)};
	struct door_answer answer = door_client_ask(&rig, RIG_VN, &request);

	assert_int_equal(answer.status, 202);
	return door_client_member(&rig, &answer, "id");
}

static struct door_answer document_of(const char *id)
{
	const struct door_request request = {
		.path = arena_format(rig.arena, "/v1/messages/%s/document", id),
		.token = door_client_token(&rig, RIG_VN, TRADER)};

	return door_client_ask(&rig, RIG_VN, &request);
}

static long clerk(void)
{
	long pids[RIG_PIDS];

	return rig_pids(&rig, RIG_VN, "clerk", pids) == 1 ? pids[0] : 0;
}

/*
 * LMDB's node of the record says 8 MiB more than it has (high half of the length, 6 bytes before
 * the key): far beyond the end of the file. Each copy of the page that lies in the file is changed.
 */
static void damage(const char *id)
{
	const char *path =
		arena_format(rig.arena, "%s/ledger/data.mdb", rig.town.nodes[RIG_VN].directory);
	uint8_t wanted[11] = {9, 0, 'R'};  /* length of the key in two bytes, the key */
	static const uint8_t high[2] = {0x80, 0};
	unsigned changed = 0;
	struct bytes bytes;
	int fd;

	bytes_put_u64(wanted + 3, strtoull(strrchr(id, '-') + 1, NULL, 10));
	assert_int_equal(file_read(path, (size_t)1 << 26, rig.arena, &bytes), OK);
	fd = open(path, O_WRONLY);
	assert_true(fd >= 0);
	for (size_t at = 8; at + sizeof(wanted) < bytes.len; at++)
		if (memcmp(bytes.at + at, wanted, sizeof(wanted)) == 0) {
			assert_int_equal(pwrite(fd, high, sizeof(high), (off_t)at - 4), 2);
			changed++;
		}
	close(fd);
	assert_true(changed > 0);
}

static bool is_another(void *context)
{
	long now = clerk();

	return now != 0 && now != *(const long *)context;
}

static void a_clerk_that_dies_of_damage_is_begun_anew_and_nobody_else_is_hurt(void **state)
{
	const char *damaged, *whole;
	struct door_answer answer;
	long before;

	(void)state;
	damaged = lodge("DAMAGED-1");
	whole = lodge("WHOLE-1");
	assert_true(rig_wait_for_rest(&rig, PATIENCE_MS));
	assert_int_equal(document_of(damaged).status, 200);
	damage(damaged);
	for (unsigned i = 0; i < TRIES; i++) {
		before = clerk();
		assert_true(before != 0);
		answer = document_of(damaged);
		assert_int_equal(answer.status, 503);
		assert_true(rig_wait(is_another, &before, PATIENCE_MS));
		assert_int_equal(document_of(whole).status, 200);
	}
	(void)lodge("AFTER-1");
}

static void the_command_line_names_it_and_lives(void **state)
{
	const char *const arguments[] = {"ledger", "verify", "--dir",
					 rig.town.nodes[RIG_VN].directory, NULL};
	struct bytes output;

	(void)state;
	assert_int_equal(rig_run(&rig, arguments, &output), EX_DATAERR);
	assert_non_null(memmem(output.at, output.len, "is damaged at record", 20));
	is_good = true;
}

static int set_up(void **state)
{
	(void)state;
	rig_open(&rig);
	rig_start(&rig);
	return town_identity_tokens(&rig.town.nodes[RIG_VN]) == OK ? 0 : -1;
}

static int tear_down(void **state)
{
	(void)state;
	rig_close(&rig, is_good);
	return 0;
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_clerk_that_dies_of_damage_is_begun_anew_and_nobody_else_is_hurt),
		cmocka_unit_test(the_command_line_names_it_and_lives),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
