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
#include "tests/support/patience.h"

#define TRADER "gom-bat-trang"
#define EXPORT "vn/gom-bat-trang/01-export-1-line.xml"
#define REFERENCE "GBT-XK-2026-0141"
#define TRIES 3u
#define TRIES_AT_PAGES 30u
#define TRY_LONGER_US 40000u
#define OTHERS 8u

static struct rig rig;
static bool is_good;

struct asking {
	const struct door_request *request;
	struct door_answer answer;
};

static bool is_answered(void *context)
{
	struct asking *asking = context;

	asking->answer = door_client_ask(&rig, RIG_VN, asking->request);
	return asking->answer.status != 503;
}

/* As clients do: what was not answered is asked again. */
static struct door_answer ask_again(const struct door_request *request)
{
	struct asking asking = {.request = request};

	assert_true(rig_wait(is_answered, &asking, PATIENCE_MS));
	return asking.answer;
}

static const char *lodge(const char *reference)
{
	const struct door_request request = {
		.method = "POST",
		.path = "/v1/messages",
		.token = door_client_token(&rig, RIG_VN, TRADER),
		.type = "application/xml",
		.body = rig_replace(&rig, rig_sample(&rig, EXPORT), REFERENCE, reference)};
	struct door_answer answer = ask_again(&request);

	assert_int_equal(answer.status, 202);
	return door_client_member(&rig, &answer, "id");
}

/*
 * Between them the damaged record lies in a page that nothing is added to any more: one that the writer
 * must write anew would keep it from committing, as it should.
 */
static void lodge_others(const char *prefix)
{
	for (unsigned i = 0; i < OTHERS; i++)
		(void)lodge(arena_format(rig.arena, "%s-%u", prefix, i));
	assert_true(rig_wait_for_rest(&rig, PATIENCE_MS));
}

static struct door_request for_document(const char *id)
{
	return (struct door_request){
		.path = arena_format(rig.arena, "/v1/messages/%s/document", id),
		.token = door_client_token(&rig, RIG_VN, TRADER)};
}

static long clerk(void)
{
	long pids[RIG_PIDS];

	return rig_pids(&rig, RIG_VN, "clerk", pids) == 1 ? pids[0] : 0;
}

/* Of LMDB's pages only those that hold records: in a branch the key only shows the way. */
static bool is_in_leaf(struct bytes file, size_t at)
{
	return (file.at[at / 4096 * 4096 + 10] & 0x02) != 0;
}

/*
 * LMDB's node of the record says 8 MiB more than it has (high half of the length, 6 bytes before
 * the key): far beyond the end of the file. Each copy of the page that lies in the file is changed.
 */
static void damage(const char *id)
{
	const char *path =
		arena_format(rig.arena, "%s/ledger/data.mdb", rig.town.nodes[RIG_VN].directory);
	uint8_t wanted[11] = {9, 0, 'R'}; /* length of the key in two bytes, the key */
	static const uint8_t high[2] = {0x80, 0};
	unsigned changed = 0;
	struct bytes bytes;
	int fd;

	bytes_put_u64(wanted + 3, strtoull(strrchr(id, '-') + 1, NULL, 10));
	assert_int_equal(file_read(path, (size_t)1 << 26, rig.arena, &bytes), OK);
	fd = open(path, O_WRONLY);
	assert_true(fd >= 0);
	for (size_t at = 8; at + sizeof(wanted) < bytes.len; at++)
		if (memcmp(bytes.at + at, wanted, sizeof(wanted)) == 0 && is_in_leaf(bytes, at)) {
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
	struct door_request request, other;
	long before;

	(void)state;
	lodge_others("BEFORE");
	damaged = lodge("DAMAGED-1");
	lodge_others("BEHIND");
	whole = lodge("WHOLE-1");
	assert_true(rig_wait_for_rest(&rig, PATIENCE_MS));
	request = for_document(damaged);
	other = for_document(whole);
	assert_int_equal(ask_again(&request).status, 200);
	damage(damaged);
	for (unsigned i = 0; i < TRIES; i++) {
		before = clerk();
		assert_true(before != 0);
		assert_int_equal(door_client_ask(&rig, RIG_VN, &request).status, 503);
		assert_true(rig_wait(is_another, &before, PATIENCE_MS));
		assert_int_equal(ask_again(&other).status, 200);
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
}

/* The page of LMDB that the newest records are put into says that it is none (flags, 10 bytes from its begin). */
static void damage_newest_page(void)
{
	const char *path =
		arena_format(rig.arena, "%s/ledger/data.mdb", rig.town.nodes[RIG_VN].directory);
	static const uint8_t none[2] = {0, 0}, prefix[3] = {9, 0, 'R'};
	uint64_t newest = 0;
	struct bytes bytes;
	int fd;

	assert_int_equal(file_read(path, (size_t)1 << 26, rig.arena, &bytes), OK);
	for (size_t at = 0; at + 11 < bytes.len; at++)
		if (memcmp(bytes.at + at, prefix, 3) == 0 &&
		    bytes_get_u64(bytes.at + at + 3) < 100000 &&
		    bytes_get_u64(bytes.at + at + 3) > newest)
			newest = bytes_get_u64(bytes.at + at + 3);
	assert_true(newest > 0);
	fd = open(path, O_WRONLY);
	assert_true(fd >= 0);
	for (size_t at = 0; at + 11 < bytes.len; at++)
		if (memcmp(bytes.at + at, prefix, 3) == 0 && is_in_leaf(bytes, at) &&
		    bytes_get_u64(bytes.at + at + 3) == newest)
			assert_int_equal(pwrite(fd, none, 2, (off_t)(at / 4096 * 4096 + 10)), 2);
	close(fd);
}

static bool log_says_what_to_do(void *context)
{
	const char *path = arena_format(rig.arena, "%s/node.log", rig.town.nodes[RIG_VN].directory);
	struct bytes log;

	(void)context;
	return file_read(path, (size_t)1 << 24, rig.arena, &log) == OK &&
	       memmem(log.at, log.len, "ledger-damaged", 14) != NULL &&
	       memmem(log.at, log.len, "sampan node reopen", 18) != NULL;
}

/* Whichever door it is, whoever reads or writes behind it. */
static void assert_no_door_fails(void)
{
	static const struct {
		const char *method, *path;
	} doors[] = {
		{"GET", "/v1/messages"},
		{"GET", "/v1/messages?state=registered"},
		{"GET", "/v1/messages/VN-1-1"},
		{"GET", "/v1/messages/VN-1-1/receipt"},
		{"GET", "/v1/events"},
		{"GET", "/v1/mandates"},
		{"POST", "/v1/messages/VN-1-1/attachments"},
		{"POST", "/v1/messages/VN-1-1/authorise"},
	};

	for (size_t i = 0; i < sizeof(doors) / sizeof(doors[0]); i++) {
		const struct door_request request = {
			.method = doors[i].method,
			.path = doors[i].path,
			.token = door_client_token(&rig, RIG_VN, TRADER),
			.max_seconds = 5, /* of live events, which do not end */
			.type = doors[i].method[0] == 'P' ? "application/pdf" : NULL,
			.body = doors[i].method[0] == 'P' ? bytes_of_text("%PDF-1.4")
							  : (struct bytes){0}};

		assert_int_not_equal(door_client_ask(&rig, RIG_VN, &request).status, 500);
	}
}

static void damage_that_the_writer_meets_is_told_with_what_to_do(void **state)
{
	struct door_request request = {.method = "POST",
				       .path = "/v1/messages",
				       .token = door_client_token(&rig, RIG_VN, TRADER),
				       .type = "application/xml"};
	unsigned tries = 0;
	int status;

	(void)state;
	do { /* the writer may have written a newer page meanwhile: each try leaves it longer to come to rest */
		(void)usleep(tries * TRY_LONGER_US);
		damage_newest_page();
		request.body = rig_replace(&rig, rig_sample(&rig, EXPORT), REFERENCE,
					   arena_format(rig.arena, "LAST-%u", tries));
		status = (int)door_client_ask(&rig, RIG_VN, &request).status;
	} while (status == 202 && ++tries < TRIES_AT_PAGES);
	assert_int_equal(status, 503);
	assert_no_door_fails();
	assert_true(rig_wait(log_says_what_to_do, NULL, PATIENCE_MS));
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
		cmocka_unit_test(damage_that_the_writer_meets_is_told_with_what_to_do),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
