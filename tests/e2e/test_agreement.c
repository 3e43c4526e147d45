/*
 * An agreement changes version while a document waits for a partner that is away: what is unsent is
 * translated anew, and the partner's customs get it.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>

#include <cmocka.h>
#include <signal.h>

#include "tests/support/patience.h"
#include "tests/support/rig.h"
#include "tests/support/version_2.h"

#define TRADER "gom-bat-trang"
#define SAMPLE "vn/gom-bat-trang/01-export-1-line.xml"

static struct rig rig;
static char folder[64] = "/tmp/sampan-agreement-XXXXXX";
static bool is_good;

static int set_up(void **state)
{
	(void)state;
	assert_non_null(mkdtemp(folder));
	version_2_make(folder);
	assert_int_equal(setenv("SAMPAN_SCHEMAS", folder, 1), 0);
	rig_open(&rig);
	return 0;
}

static int tear_down(void **state)
{
	char line[128];

	(void)state;
	rig_close(&rig, is_good);
	(void)snprintf(line, sizeof(line), "rm -rf %s", folder);
	return system(line);
}

/* Does `sampan queue` of Viet Nam's node show a line with all these words? */
static bool queue_shows(void *context)
{
	const char *const *words = context;
	const char *const queue[] = {"queue", "--config", rig.town.nodes[RIG_VN].config_path, NULL};
	struct bytes output;

	if (rig_run(&rig, queue, &output) != 0)
		return false;
	for (; *words != NULL; words++)
		if (strstr((const char *)output.at, *words) == NULL)
			return false;
	return true;
}

static bool customs_have_it(void *context)
{
	const char *const *names;

	(void)context;
	return rig_list(&rig, RIG_TH, "thai-customs", "inbox", "th.advance-export.xml", &names) ==
	       1;
}

static void thailand_takes_version_2(void)
{
	char line[512];

	(void)snprintf(line, sizeof(line),
		       "printf 'takes:\\n  - asw.acdd/2\\n' >>%s/partners/TH.yaml",
		       rig.town.nodes[RIG_VN].directory);
	assert_int_equal(system(line), 0);
	assert_int_equal(kill((pid_t)rig.town.nodes[RIG_VN].supervisor, SIGHUP), 0);
}

static void what_waits_is_translated_anew_when_the_agreement_changes(void **state)
{
	const char *first[] = {"asw.acdd ", "send", NULL}, *second[] = {"asw.acdd/2", "send", NULL};
	const char *const list[] = {
		"ledger", "list", "--json", "--config", rig.town.nodes[RIG_VN].config_path, NULL};
	struct bytes output;

	(void)state;
	assert_int_equal(town_start(&rig.town.nodes[RIG_VN], rig.program), OK);
	rig_lodge(&rig, RIG_VN, TRADER, "export.xml", rig_sample(&rig, SAMPLE));
	assert_true(rig_wait(queue_shows, first, PATIENCE_MS));
	thailand_takes_version_2();
	assert_true(rig_wait(queue_shows, second, PATIENCE_MS));
	assert_int_equal(town_start(&rig.town.nodes[RIG_TH], rig.program), OK);
	assert_true(rig_wait(customs_have_it, NULL, PATIENCE_MS));
	assert_true(rig_wait_for_rest(&rig, PATIENCE_MS));
	assert_int_equal(rig_run(&rig, list, &output), 0);
	assert_non_null(strstr((const char *)output.at, "\"event\":\"DeliveryRenewed\""));
	is_good = true;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_waits_is_translated_anew_when_the_agreement_changes),
	};

	return cmocka_run_group_tests_name("agreement", tests, set_up, tear_down);
}
