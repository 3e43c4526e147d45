/*
 * A heap of files at once: all are judged, and the gate's memory does not grow with what lies in
 * front of it.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "node/parked.h"
#include "tests/support/patience.h"
#include "tests/support/rig.h"

#define SMALL_FILES PARKED_A_DAY /* words for certificates that are not here */
#define GATE_MEMORY_KB 262144u
#define TRADER "gom-bat-trang"
#define WORD "vn/gom-bat-trang/31-co-authorise-yes.xml"
#define WORD_REFERENCE "GBT-CO-TR-2026-058"

static struct rig rig;
static bool is_good; /* the test came to its end */

static uint64_t memory_of(long pid)
{
	unsigned long long kb = 0;
	char path[64], line[256];
	FILE *file;

	(void)snprintf(path, sizeof(path), "/proc/%ld/status", pid);
	if ((file = fopen(path, "re")) == NULL)
		return 0;
	while (fgets(line, sizeof(line), file) != NULL)
		if (sscanf(line, "VmHWM: %llu", &kb) == 1)
			break;
	(void)fclose(file);
	return kb;
}

/* Written aside and renamed, so that they come almost at once. */
static void put_small_files(const struct bytes *document, const char *unique)
{
	char path[RIG_PATH_BYTES], aside[RIG_PATH_BYTES];

	(void)snprintf(aside, sizeof(aside), "%s",
		       rig_path(&rig, RIG_VN, TRADER, "lodge", ".aside"));
	for (unsigned i = 0; i < SMALL_FILES; i++) {
		char name[32], serial[32];
		int file = open(aside, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
		uint8_t *at =
			(uint8_t *)memmem(document->at, document->len, unique, strlen(unique));

		(void)snprintf(serial, sizeof(serial), "%05u", i);
		memcpy(at + strlen(unique) - 5, serial, 5);
		assert_true(file >= 0);
		assert_int_equal(write(file, document->at, document->len), document->len);
		memcpy(at, unique, strlen(unique));
		assert_int_equal(close(file), 0);
		(void)snprintf(name, sizeof(name), "small-%05u.xml", i);
		(void)snprintf(path, sizeof(path), "%s",
			       rig_path(&rig, RIG_VN, TRADER, "lodge", name));
		assert_int_equal(rename(aside, path), 0);
	}
}

static bool are_small_files_taken(void *context)
{
	size_t *next = context;

	for (; *next < SMALL_FILES; (*next)++) {
		char name[32];

		(void)snprintf(name, sizeof(name), "small-%05zu.xml", *next);
		if (!rig_has(&rig, RIG_VN, TRADER, "taken", name))
			return false;
	}
	return true;
}

static void no_file_was_lost(struct town_counts *counts)
{
	assert_true(rig_wait_for_rest(&rig, PATIENCE_MS));
	assert_int_equal(town_count(&rig.town.nodes[RIG_VN], counts), OK);
	assert_int_equal(counts->accepted, SMALL_FILES);
	assert_int_equal(counts->refused, 0);
}

static void a_heap_of_files_is_judged_whole_in_bounded_memory(void **state)
{
	struct bytes document =
		rig_replace(&rig, rig_sample(&rig, WORD), WORD_REFERENCE, "GBT-SMALL-00000");
	struct town_counts counts;
	long pids[RIG_PIDS];
	size_t next = 0;

	(void)state;
	document = rig_replace(&rig, document, "VN-TH 26/01/00417", "VN-TH 26/01/77777");
	put_small_files(&document, "GBT-SMALL-00000");
	if (!rig_wait(are_small_files_taken, &next, PATIENCE_MS))
		fail_msg("small-%05zu.xml was not taken", next);
	for (size_t i = 0; i < SMALL_FILES; i++) {
		char name[48];

		(void)snprintf(name, sizeof(name), "small-%05zu.xml.receipt", i);
		assert_true(rig_has(&rig, RIG_VN, TRADER, "taken", name));
	}
	no_file_was_lost(&counts);
	assert_int_equal(rig_pids(&rig, RIG_VN, "gate", pids), 1);
	print_message("  the gate took %" PRIu64 " MB at most\n", memory_of(pids[0]) / 1024);
#ifndef __SANITIZE_ADDRESS__
	assert_in_range(memory_of(pids[0]), 1, GATE_MEMORY_KB);
#endif
	is_good = true;
}

static int open_town(void **state)
{
	(void)state;
	rig_open(&rig);
	rig_start(&rig);
	return 0;
}

static int close_town(void **state)
{
	(void)state;
	rig_close(&rig, is_good);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_heap_of_files_is_judged_whole_in_bounded_memory),
	};

	return cmocka_run_group_tests(tests, open_town, close_town);
}
