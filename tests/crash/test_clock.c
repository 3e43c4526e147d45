/*
 * The clock of the machine jumps an hour back and a year forward and back again, while ledger and seal work.
 * Records follow their numbers; what was answered is recognised and answered the same on whatever day it
 * is asked again; sessions do not live longer than they may.
 *
 * clock_gettime() below stands in for the C library's.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#include "node/credential.h"
#include "node/receipt.h"
#include "sampan/clock.h"
#include "tests/crash/scene.h"

#define HOUR_S 3600
#define YEAR_S (366 * 24 * HOUR_S)
#define MONTHS_S (70 * 24 * HOUR_S)

static time_t offset_s;

int clock_gettime(clockid_t id, struct timespec *now)
{
	int result = (int)syscall(SYS_clock_gettime, id, now);

	if (id == CLOCK_REALTIME)
		now->tv_sec += offset_s;
	return result;
}

static struct record record_of(struct scene *scene, size_t lodged)
{
	struct record record;

	arena_clear(scene->passing);
	assert_int_equal(receipt_verify(bytes_of(scene->lodged[lodged].receipt,
						 scene->lodged[lodged].receipt_len),
					scene->public_key, scene->passing, &record),
			 OK);
	return record;
}

static size_t lodge_new(struct scene *scene)
{
	size_t lodged = scene_add(scene, "T", scene->count, 500);

	scene_lodge(scene, lodged, 1);
	return lodged;
}

static void whatever_the_clock_says_records_follow_and_nothing_is_lodged_twice(void **state)
{
	static const struct {
		time_t offset_s;
		bool begins_anew; /* the roles do, at that time */
	} jumps[] = {
		{0, false},       {-HOUR_S, false}, {YEAR_S, false},           {0, false},
		{MONTHS_S, true}, {-HOUR_S, true},  {YEAR_S + MONTHS_S, true}, {-YEAR_S, false},
		{0, true},
	};
	static struct scene scene;
	uint64_t last_number = 0, last_ms = 0;
	unsigned set_back = 0;

	(void)state;
	offset_s = 0;
	scene_open(&scene);
	scene_begin(&scene, SCENE_LEDGER | SCENE_SEAL, 0);
	for (size_t i = 0; i < sizeof(jumps) / sizeof(jumps[0]); i++) {
		uint64_t before_ms;
		struct record record;

		offset_s = jumps[i].offset_s;
		if (jumps[i].begins_anew) {
			scene_end(&scene);
			scene_begin(&scene, SCENE_LEDGER | SCENE_SEAL, 0);
		}
		before_ms = clock_now_ms();
		record = record_of(&scene, lodge_new(&scene));
		assert_true(record.number > last_number);
		assert_in_range(record.time_ms, before_ms, clock_now_ms());
		set_back += record.time_ms < last_ms;
		last_number = record.number;
		last_ms = record.time_ms;
		for (int more = 0; more < 3; more++)
			(void)lodge_new(&scene);
		scene_lodge(&scene, 0, scene.count); /* all of every day, as it was answered */
	}
	assert_int_equal(set_back, 4); /* else the clock did not jump */
	scene_end(&scene);
	scene_verify(&scene, 0, scene.count);
	offset_s = 0;
	scene_close(&scene);
}

static void a_session_ends_as_soon_by_a_clock_that_was_set_back(void **state)
{
	const uint64_t now_ms = 1795340648000, hour_ms = (uint64_t)HOUR_S * 1000;
	const struct {
		uint64_t used_ms, now_ms;
		bool has_ended;
	} cases[] = {
		{now_ms, now_ms, false},
		{now_ms, now_ms + CREDENTIAL_IDLE_MS - 1, false},
		{now_ms, now_ms + CREDENTIAL_IDLE_MS, true},
		{now_ms, now_ms - 60000, false},
		{now_ms, now_ms - hour_ms, true},
		{now_ms + 366 * 24 * hour_ms, now_ms, true}, /* signed in while it was wrong */
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		const struct credential session = {.proof = CALLER_SESSION,
						   .used_ms = cases[i].used_ms,
						   .until_ms = cases[i].used_ms +
							       CREDENTIAL_SESSION_MS};
		const struct credential token = {.proof = CALLER_TOKEN,
						 .used_ms = cases[i].used_ms,
						 .until_ms = now_ms + hour_ms};

		assert_int_equal(credential_has_ended(&session, cases[i].now_ms),
				 cases[i].has_ended);
		assert_false(credential_has_ended(&token, cases[i].now_ms));
		assert_true(credential_has_ended(&token, now_ms + 366 * 24 * hour_ms));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
			whatever_the_clock_says_records_follow_and_nothing_is_lodged_twice),
		cmocka_unit_test(a_session_ends_as_soon_by_a_clock_that_was_set_back),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
