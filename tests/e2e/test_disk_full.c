/*
 * The disk below a node's ledger is full while documents come in at both doors: over HTTPS the answer is
 * 503, in the folder the file stays; what was acknowledged is read all the while; and when there is room
 * again, all goes on by itself and nothing is lost or there twice.
 *
 * Once on a file system of fixed size (where mounting is allowed), once by a limit of file size, which
 * the system tells like a full disk and which works everywhere.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <fcntl.h>
#include <jansson.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "node/town_identity.h"
#include "tests/support/door_client.h"
#include "tests/support/patience.h"

#define TRADER "gom-bat-trang"
#define EXPORT "vn/gom-bat-trang/01-export-1-line.xml"
#define REFERENCE "GBT-XK-2026-0141"
#define MOST 400u /* documents until the last free page is used */
#define ROOM "size=24m"

static struct scene {
	struct rig rig;
	const char *ledger; /* the folder */
	const char *prefix;
	bool is_mounted;
	bool is_good;
	struct taken {
		unsigned serial;
		char id[64];
	} taken[MOST];
	size_t count;
} scene;

/* ---- documents ---- */

static const char *name_of(unsigned serial)
{
	return arena_format(scene.rig.arena, "%s-%u", scene.prefix, serial);
}

static struct bytes document_of(unsigned serial)
{
	return rig_replace(&scene.rig, rig_sample(&scene.rig, EXPORT), REFERENCE, name_of(serial));
}

/* Its status; what was taken is noted. */
static unsigned lodge(unsigned serial)
{
	const struct door_request request = {.method = "POST",
					     .path = "/v1/messages",
					     .token = door_client_token(&scene.rig, RIG_VN, TRADER),
					     .type = "application/xml",
					     .body = document_of(serial)};
	struct door_answer answer = door_client_ask(&scene.rig, RIG_VN, &request);
	struct taken *taken = &scene.taken[scene.count];

	if (answer.status == 202 || answer.status == 200) {
		assert_true(scene.count < MOST);
		taken->serial = serial;
		(void)snprintf(taken->id, sizeof(taken->id), "%s",
			       door_client_member(&scene.rig, &answer, "id"));
		scene.count++;
	} else if (answer.status == 503) {
		assert_non_null(door_client_header(&scene.rig, &answer, "retry-after"));
	}
	return answer.status;
}

static void assert_readable(const struct taken *taken)
{
	const struct door_request request = {
		.path = arena_format(scene.rig.arena, "/v1/messages/%s/document", taken->id),
		.token = door_client_token(&scene.rig, RIG_VN, TRADER)};
	struct door_answer answer = door_client_ask(&scene.rig, RIG_VN, &request);

	assert_int_equal(answer.status, 200);
	assert_true(bytes_equal(answer.body, document_of(taken->serial)));
}

/* ---- room ---- */

static void limit_files(rlim_t bytes)
{
	const struct rlimit limit = {bytes, RLIM_INFINITY};
	long pids[RIG_PIDS];

	assert_int_equal(rig_pids(&scene.rig, RIG_VN, "ledger", pids), 1);
	assert_int_equal(prlimit((pid_t)pids[0], RLIMIT_FSIZE, &limit, NULL), 0);
}

static void take_room(void)
{
	static const uint8_t zeros[65536];
	struct stat status;
	size_t len = sizeof(zeros);
	int fd;

	if (!scene.is_mounted) {
		assert_int_equal(
			stat(arena_format(scene.rig.arena, "%s/data.mdb", scene.ledger), &status),
			0);
		limit_files((rlim_t)status.st_size);
		return;
	}
	fd = open(arena_format(scene.rig.arena, "%s/filler", scene.ledger), O_WRONLY | O_CREAT,
		  0600);
	assert_true(fd >= 0);
	while (len > 0) {
		if (write(fd, zeros, len) > 0)
			continue;
		assert_int_equal(errno, ENOSPC);
		len /= 2;
	}
	close(fd);
}

static void give_room(void)
{
	if (scene.is_mounted)
		assert_int_equal(unlink(arena_format(scene.rig.arena, "%s/filler", scene.ledger)),
				 0);
	else
		limit_files(RLIM_INFINITY);
}

/* ---- the fault ---- */

static bool has_receipt(void *context)
{
	(void)context;
	return rig_has(&scene.rig, RIG_VN, TRADER, "taken", "held.xml.receipt");
}

static bool is_taken_again(void *context)
{
	return lodge(*(const unsigned *)context) != 503;
}

/* Nothing is written any more: what was lodged in the folder is where it was. */
static void assert_held(unsigned serial)
{
	rig_lodge(&scene.rig, RIG_VN, TRADER, "held.xml", document_of(serial));
	assert_int_equal(lodge(serial + 1), 503);
	assert_int_equal(lodge(serial + 2), 503);
	assert_true(rig_has(&scene.rig, RIG_VN, TRADER, "lodge", "held.xml"));
	assert_false(rig_has(&scene.rig, RIG_VN, TRADER, "taken", "held.xml"));
	assert_readable(&scene.taken[0]);
	assert_readable(&scene.taken[scene.count - 1]);
}

static void assert_whole(void)
{
	const char *const arguments[] = {"ledger", "verify", "--dir",
					 scene.rig.town.nodes[RIG_VN].directory, NULL};
	struct bytes output;
	int code = rig_run(&scene.rig, arguments, &output);

	if (code != 0)
		fail_msg("%.*s", (int)output.len, (const char *)output.at);
}

/* Once says nothing: the next commit may hold less and find room in pages that are free. */
static bool is_full(unsigned serial)
{
	for (unsigned i = 0; i < 4; i++)
		if (lodge(serial) != 503)
			return false;
	return true;
}

static void a_full_disk_is_lived_through(void)
{
	unsigned serial = 0;
	long before[RIG_PIDS], after[RIG_PIDS];

	assert_int_equal(rig_pids(&scene.rig, RIG_VN, "ledger", before), 1);
	assert_int_equal(lodge(serial++), 202);
	assert_true(rig_wait_for_rest(&scene.rig, PATIENCE_MS));
	take_room();
	while (!is_full(serial)) { /* free pages of the store */
		rig_forget(&scene.rig);
		assert_true(++serial < MOST - 10);
	}
	print_message("  %u taken before it was full\n", serial);
	assert_held(serial + 1);
	give_room();
	for (unsigned again = serial; again < serial + 4; again++)
		assert_true(rig_wait(is_taken_again, &again, PATIENCE_MS));
	assert_true(rig_wait(has_receipt, NULL, PATIENCE_MS));
	assert_true(rig_wait_for_rest(&scene.rig, PATIENCE_MS));
	for (size_t i = 0; i < scene.count; i++) {
		assert_readable(&scene.taken[i]);
		rig_forget(&scene.rig);
	}
	assert_int_equal(rig_pids(&scene.rig, RIG_VN, "ledger", after), 1);
	assert_int_equal(before[0], after[0]); /* it told of it, and did not die of it */
	assert_whole();
	scene.is_good = true;
}

static int open_nodes(const char *prefix)
{
	scene.prefix = prefix;
	scene.count = 0;
	scene.is_good = scene.is_mounted = false;
	rig_open(&scene.rig);
	return 0;
}

static int start_nodes(void)
{
	rig_start(&scene.rig);
	return town_identity_tokens(&scene.rig.town.nodes[RIG_VN]) == OK ? 0 : -1;
}

static int tear_down(void **state)
{
	(void)state;
	for (size_t i = 0; i < TOWN_NODES; i++)
		town_stop(&scene.rig.town.nodes[i], SIGTERM);
	if (scene.is_mounted)
		(void)umount2(scene.ledger, MNT_DETACH);
	rig_close(&scene.rig, scene.is_good);
	return 0;
}

static char folder[RIG_PATH_BYTES];

static int set_up(void **state)
{
	(void)state;
	(void)open_nodes("LIMIT");
	(void)snprintf(folder, sizeof(folder), "%.4000s/ledger",
		       scene.rig.town.nodes[RIG_VN].directory);
	scene.ledger = folder;
	return start_nodes();
}

static int set_up_mounted(void **state)
{
	(void)state;
	(void)open_nodes("MOUNT");
	(void)snprintf(folder, sizeof(folder), "%.4000s/ledger",
		       scene.rig.town.nodes[RIG_VN].directory);
	scene.ledger = folder;
	scene.is_mounted =
		mount("none", folder, "tmpfs", MS_NOSUID | MS_NODEV, ROOM ",mode=0700") == 0;
	return scene.is_mounted ? start_nodes() : 0;
}

static void without_room_the_doors_hold_and_go_on_when_there_is_room(void **state)
{
	(void)state;
	a_full_disk_is_lived_through();
}

static void on_a_full_file_system_the_doors_hold_and_go_on_when_there_is_room(void **state)
{
	(void)state;
	if (!scene.is_mounted) {
		scene.is_good = true;
		print_message("skip: a file system of fixed size cannot be mounted here\n");
		skip();
	}
	a_full_disk_is_lived_through();
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(
			without_room_the_doors_hold_and_go_on_when_there_is_room, set_up,
			tear_down),
		cmocka_unit_test_setup_teardown(
			on_a_full_file_system_the_doors_hold_and_go_on_when_there_is_room,
			set_up_mounted, tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
