/*
 * A ledger is restored from a copy whose last records no checkpoint covers: what proved them is lost, and whoever asks
 * for it again is told so at every door, once and for all, and waits for nothing.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <jansson.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <sysexits.h>

#include "node/file.h"
#include "tests/support/patience.h"
#include "tests/support/rig.h"

#define TRADER "gom-bat-trang"
#define SAMPLE "vn/gom-bat-trang/01-export-1-line.xml"
#define REFERENCE "GBT-XK-2026-0141"

static struct rig rig;
static bool is_good;

static struct town_node *vn(void)
{
	return &rig.town.nodes[RIG_VN];
}

static int shell(const char *line)
{
	assert_non_null(line);
	return WEXITSTATUS(system(line));
}

static int sampan(const char *words)
{
	return shell(arena_format(rig.arena, "%s %s --config %s", rig.program, words,
				  vn()->config_path));
}

/* With receipts into the folder, what is said into "said". */
static int lodge(void)
{
	return sampan(arena_format(rig.arena,
				   "lodge --party " TRADER
				   " --json --receipts %s %s/one.xml >%s/answer 2>%s/said",
				   rig.directory, rig.directory, rig.directory, rig.directory));
}

static bool said(const char *file, const char *words)
{
	return shell(arena_format(rig.arena, "grep -q '%s' %s/%s", words, rig.directory, file)) ==
	       0;
}

/* The seal stands still meanwhile. */
static void a_document_is_taken_and_backed_up_before_it_is_signed_for(void **state)
{
	long pids[RIG_PIDS];

	(void)state;
	assert_int_equal(rig_pids(&rig, RIG_VN, "seal", pids), 1);
	assert_int_equal(kill((pid_t)pids[0], SIGSTOP), 0);
	assert_int_equal(lodge(), EX_TEMPFAIL);
	assert_true(said("said", "not signed yet"));
	assert_int_equal(
		sampan(arena_format(rig.arena, "ledger backup --to %s/backup", rig.directory)), 0);
	(void)kill((pid_t)pids[0], SIGCONT);
	town_stop(vn(), SIGTERM);
}

static void the_copy_goes_on_in_another_epoch(void **state)
{
	(void)state;
	assert_int_equal(
		shell(arena_format(rig.arena,
				   "rm -rf %s/ledger && %s ledger restore --from %s/backup "
				   "--dir %s",
				   vn()->directory, rig.program, rig.directory, vn()->directory)),
		0);
	assert_int_equal(
		sampan(arena_format(rig.arena, "node reopen --operator-key %s/operator.key",
				    rig.directory)),
		0);
	assert_int_equal(town_start(vn(), rig.program), OK);
}

static bool is_said_to_be_lost(void *context)
{
	(void)context;
	return lodge() == 0 && said("said", "lost in a restore");
}

static void who_lodges_it_again_is_told_that_its_receipt_is_lost(void **state)
{
	(void)state;
	assert_true(rig_wait(is_said_to_be_lost, NULL, PATIENCE_MS));
	assert_true(said("answer", "\"verdict\":\"same\""));
	assert_true(said("answer", "\"receiptLost\":true"));
}

static bool is_taken(void *context)
{
	return rig_has(&rig, RIG_VN, TRADER, "taken", context);
}

/* A file that waits for ever would hold up the files behind it. */
static void in_a_folder_it_is_taken_without_one(void **state)
{
	char name[] = "again.xml";
	struct bytes answer;

	(void)state;
	rig_lodge(&rig, RIG_VN, TRADER, name,
		  rig_replace(&rig, rig_sample(&rig, SAMPLE), REFERENCE, "GBT-XK-2026-9001"));
	assert_true(rig_wait(is_taken, name, PATIENCE_MS));
	assert_int_equal(
		file_read(arena_format(rig.arena, "%s/parties/" TRADER "/taken/again.xml.receipt",
				       vn()->directory),
			  65536, rig.arena, &answer),
		OK);
	assert_non_null(strstr(arena_text(rig.arena, answer), "\"receipt\": null"));
}

static void its_evidence_is_lost_too(void **state)
{
	(void)state;
	assert_int_equal(sampan(arena_format(rig.arena, "evidence GBT-XK-2026-9001 2>%s/said",
					     rig.directory)),
			 EX_UNAVAILABLE);
	assert_true(said("said", "lost in a restore"));
	is_good = true;
}

static int set_up(void **state)
{
	(void)state;
	rig_open(&rig);
	assert_int_equal(file_make(arena_format(rig.arena, "%s/one.xml", rig.directory), 0600,
				   rig_replace(&rig, rig_sample(&rig, SAMPLE), REFERENCE,
					       "GBT-XK-2026-9001")),
			 OK);
	assert_int_equal(
		sampan(arena_format(rig.arena, "node operator %s/operator.key", rig.directory)), 0);
	assert_int_equal(town_start(vn(), rig.program), OK);
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	rig_close(&rig, is_good);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_document_is_taken_and_backed_up_before_it_is_signed_for),
		cmocka_unit_test(the_copy_goes_on_in_another_epoch),
		cmocka_unit_test(who_lodges_it_again_is_told_that_its_receipt_is_lost),
		cmocka_unit_test(in_a_folder_it_is_taken_without_one),
		cmocka_unit_test(its_evidence_is_lost_too),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
