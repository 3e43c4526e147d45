/*
 * A node that takes up a new configuration while it is used: no request is refused, reset or answered
 * with an error over several reloads, and a download that is under way arrives whole.
 */
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>

#include <cmocka.h>

#include "node/town_identity.h"
#include "tests/support/door_client.h"
#include "tests/support/patience.h"

#define TRADER "gom-bat-trang"
#define EXPORT "vn/gom-bat-trang/01-export-1-line.xml"
#define REFERENCE "GBT-XK-2026-0141"
#define RELOADS 5u
#define AT_ONCE 6u
#define PAPER_BYTES ((size_t)9 * 1024 * 1024)

static struct rig rig;
static bool is_good;
static unsigned passed, put_off;

#define TESTS 3u

static int tear_down(void **state)
{
	(void)state;
	is_good = passed == TESTS;
	rig_close(&rig, is_good);
	return 0;
}

static struct door_request lodging(const char *reference)
{
	return (struct door_request){
		.method = "POST",
		.path = "/v1/messages",
		.token = door_client_token(&rig, RIG_VN, TRADER),
		.type = "application/xml",
		.body = rig_replace(&rig, rig_sample(&rig, EXPORT), REFERENCE, reference)};
}

static int set_up(void **state)
{
	struct door_request request;

	(void)state;
	rig_open(&rig);
	rig_start(&rig);
	assert_int_equal(town_identity_tokens(&rig.town.nodes[RIG_VN]), OK);
	request = lodging("RELOAD-FIRST"); /* answered when the workers are there */
	return door_client_ask(&rig, RIG_VN, &request).status == 202 ? 0 : -1;
}

static struct door_request listing(void)
{
	return (struct door_request){.path = "/v1/messages?limit=5",
				     .token = door_client_token(&rig, RIG_VN, TRADER)};
}

static void reload(void)
{
	assert_int_equal(kill((pid_t)rig.town.nodes[RIG_VN].supervisor, SIGHUP), 0);
}

/* The newest gate: of two, the older one is ending. */
static bool has_other_gate(void *context)
{
	const long *before = context;
	long pids[RIG_PIDS];
	size_t count = rig_pids(&rig, RIG_VN, "gate", pids);

	for (size_t i = 0; i < count; i++)
		if (pids[i] == *before)
			return false;
	return count == 1;
}

static long gate(void)
{
	long pids[RIG_PIDS];

	assert_true(rig_pids(&rig, RIG_VN, "gate", pids) > 0);
	return pids[0];
}

/* ---- Requests ---- */

/* A gate that could wait no longer for a slow machine says so, and nothing was taken: asked again, it is done. */
static void assert_answered(struct door_job job, const struct door_request *request,
			    unsigned status)
{
	struct door_answer answer = door_client_end(&rig, job);

	if (answer.status == 503 && ++put_off <= AT_ONCE)
		answer = door_client_ask(&rig, RIG_VN, request);
	if (answer.status != status)
		fail_msg("%u instead of %u: %s", answer.status, status,
			 (const char *)answer.body.at);
}

static void no_request_is_lost_over_reloads(void **state)
{
	(void)state;
	for (unsigned i = 0; i < RELOADS; i++) {
		struct door_request list = listing();
		struct door_request lodge[AT_ONCE];
		struct door_job lodged[AT_ONCE], listed[AT_ONCE];
		long before = gate();

		for (unsigned j = 0; j < AT_ONCE; j++) {
			lodge[j] = lodging(arena_format(rig.arena, "RELOAD-%u-%u", i, j));
			lodged[j] = door_client_begin(&rig, RIG_VN, &lodge[j]);
			listed[j] = door_client_begin(&rig, RIG_VN, &list);
			if (j == AT_ONCE / 3)
				reload();
		}
		for (unsigned j = 0; j < AT_ONCE; j++) {
			assert_answered(lodged[j], &lodge[j], 202);
			assert_answered(listed[j], &list, 200);
		}
		assert_true(rig_wait(has_other_gate, &before, PATIENCE_MS));
	}
	passed++;
}

/* ---- A long answer ---- */

static struct bytes paper(void)
{
	uint8_t *at = arena_alloc(rig.arena, PAPER_BYTES);
	uint32_t number = 1;

	assert_non_null(at);
	for (size_t i = 0; i < PAPER_BYTES; i++) {
		number = number * 1664525 + 1013904223;
		at[i] = (uint8_t)(number >> 24);
	}
	memcpy(at, "%PDF-1.7 ", 9);
	return bytes_of(at, PAPER_BYTES);
}

static const char *lodge_with_paper(struct bytes content)
{
	struct door_request request = lodging("RELOAD-PAPER");
	struct door_answer answer = door_client_ask(&rig, RIG_VN, &request);
	const char *id = door_client_member(&rig, &answer, "id");

	assert_int_equal(answer.status, 202);
	request.path = arena_format(rig.arena, "/v1/messages/%s/attachments?type=380", id);
	request.type = "application/pdf";
	request.body = content;
	answer = door_client_ask(&rig, RIG_VN, &request);
	assert_int_equal(answer.status, 201);
	return door_client_header(&rig, &answer, "location");
}

static bool are_so_many_gates(void *context)
{
	const size_t *wanted = context;
	long pids[RIG_PIDS];

	return rig_pids(&rig, RIG_VN, "gate", pids) == *wanted;
}

static void wait_for_gates(size_t count)
{
	assert_true(rig_wait(are_so_many_gates, &count, PATIENCE_MS));
}

static void a_download_that_is_under_way_arrives_whole_while_the_next_gate_answers(void **state)
{
	struct bytes content = paper();
	struct door_request download = {.path = lodge_with_paper(content),
					.token = door_client_token(&rig, RIG_VN, TRADER)};
	struct door_request list = listing();
	struct door_answer answer = door_client_ask(&rig, RIG_VN, &download);
	struct door_job job;

	(void)state;
	assert_int_equal(answer.status, 200);
	assert_true(bytes_equal(answer.body, content));
	download.rate = "1500000";
	job = door_client_begin(&rig, RIG_VN, &download);
	assert_true(rig_wait(door_client_has_come, &job, PATIENCE_MS));
	reload();
	wait_for_gates(2);
	assert_int_equal(door_client_ask(&rig, RIG_VN, &list).status, 200);
	answer = door_client_end(&rig, job);
	assert_int_equal(answer.status, 200);
	assert_true(bytes_equal(answer.body, content));
	passed++;
}

/* A configuration that cannot be used changes nothing. */
static void a_reload_that_is_refused_disturbs_nobody(void **state)
{
	struct door_request list = listing();
	long before;
	const char *path = rig.town.nodes[RIG_VN].config_path;
	char command[2 * RIG_PATH_BYTES];

	(void)state;
	wait_for_gates(1);
	before = gate();
	(void)snprintf(command, sizeof(command), "echo 'colour: red' >> %s", path);
	assert_int_equal(system(command), 0);
	for (unsigned i = 0; i < 3; i++) {
		struct door_job job = door_client_begin(&rig, RIG_VN, &list);

		reload();
		assert_answered(job, &list, 200);
	}
	assert_int_equal(gate(), before);
	(void)snprintf(command, sizeof(command), "sed -i '$d' %s", path);
	assert_int_equal(system(command), 0);
	passed++;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(no_request_is_lost_over_reloads),
		cmocka_unit_test(
			a_download_that_is_under_way_arrives_whole_while_the_next_gate_answers),
		cmocka_unit_test(a_reload_that_is_refused_disturbs_nobody),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
