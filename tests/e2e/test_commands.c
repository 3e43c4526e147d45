/*
 * What the commands say on a running node when something is not as it should be: by name, and what to do; and
 * that what one command finds the others find too.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <sysexits.h>

#include <cmocka.h>

#include "tests/support/patience.h"
#include "tests/support/rig.h"

static struct rig rig;
static bool is_good;

static const struct town_node *vn(void)
{
	return &rig.town.nodes[RIG_VN];
}

static bool is_taken(void *context)
{
	return rig_has(&rig, RIG_VN, context, "taken", "a.xml");
}

/* Two offices give their first declarations the same number. */
static int set_up(void **state)
{
	(void)state;
	rig_open(&rig);
	rig_start(&rig);
	rig_lodge(&rig, RIG_VN, "gom-bat-trang", "a.xml",
		  rig_sample(&rig, "vn/gom-bat-trang/01-export-1-line.xml"));
	rig_lodge(&rig, RIG_VN, "nong-san-viet", "a.xml",
		  rig_sample(&rig, "vn/nong-san-viet/03-export-7-lines.xml"));
	assert_true(rig_wait(is_taken, (void *)(uintptr_t) "gom-bat-trang", PATIENCE_MS));
	assert_true(rig_wait(is_taken, (void *)(uintptr_t) "nong-san-viet", PATIENCE_MS));
	assert_true(rig_wait_for_rest(&rig, PATIENCE_MS));
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	rig_close(&rig, is_good);
	return 0;
}

/* With $SAMPAN, $VN and $HERE set. */
static int shell(const char *line)
{
	const char *whole = arena_format(
		rig.arena,
		"export SAMPAN_CONFIG='%s' VN='%s' HERE='%s'; sampan() { '%s' \"$@\"; }; %s",
		vn()->config_path, vn()->directory, rig.directory, rig.program, line);
	int status;

	assert_non_null(whole);
	status = system(whole);
	return WEXITSTATUS(status);
}

static void a_number_that_two_offices_gave_shows_both(void **state)
{
	(void)state;
	assert_int_equal(
		shell("N=$(sampan status --json GBT-XK-2026-0141 | sed -n 's/.*\"number\": "
		      "\"\\([0-9]*\\)\".*/\\1/p' | head -1); "
		      "test \"$(sampan status \"$N\" | grep -c \"number $N\")\" = 2 && "
		      "sampan status --json \"$N\" | grep -q '\"others\"' && "
		      "test \"$(sampan status GBT-XK-2026-0141 | grep -c \"number $N\")\" = 1"),
		0);
}

/* Until the seal has signed for all of it. */
static bool is_made(void *context)
{
	int code = shell(context);

	assert_true(code == 0 || code == EX_TEMPFAIL);
	return code == 0;
}

static void evidence_is_found_by_what_status_finds(void **state)
{
	static char make[] = "sampan evidence GBT-XK-2026-0141 >\"$HERE/e\" 2>\"$HERE/said\"";

	(void)state;
	assert_true(rig_wait(is_made, make, PATIENCE_MS));
	assert_int_equal(
		shell("mkdir \"$HERE/t\" && cp \"$VN/keys/ledger.pub\" \"$HERE/t/\" && sampan "
		      "verify --trust \"$HERE/t\" \"$HERE/e\" | grep -q GBT-XK-2026-0141"),
		0);
	assert_int_equal(shell("sampan evidence NO-SUCH-ONE 2>\"$HERE/said\" >\"$HERE/none\""),
			 EX_NOINPUT);
	assert_int_equal(shell("grep -q NO-SUCH-ONE \"$HERE/said\""), 0);
}

static void a_receipt_is_checked_with_the_public_key_alone(void **state)
{
	(void)state;
	assert_int_equal(shell("cd \"$VN/parties/gom-bat-trang/taken\" && sampan verify --key "
			       "\"$VN/keys/ledger.pub\" --document a.xml a.xml.receipt"),
			 0);
	assert_int_equal(shell("cd \"$VN/parties/gom-bat-trang/taken\" && sampan verify --key "
			       "\"$VN/keys/ledger.pub\" --document a.xml.receipt a.xml.receipt"),
			 EX_DATAERR);
}

static void what_is_wrong_is_named_with_what_to_do(void **state)
{
	static const struct {
		const char *line;
		int code;
		const char *said;
	} cases[] = {
		{"sampan user revoke 99999", EX_NOINPUT, "99999"},
		{"sampan user lock nobody", EX_NOINPUT, "nobody"},
		{"sampan mandate revoke 777", EX_NOINPUT, "777"},
		{"sampan user token x --party gom-bat-trang --kinds vn.exprot", EX_DATAERR,
		 "sampan schema list"},
		{"sampan partner resume TH --reason ''", EX_USAGE, "--reason"},
		{"sampan partner resume XX --reason why", EX_NOINPUT, "XX"},
		{"sampan node reopen --operator-key nope", EX_NOINPUT,
		 "nope: there is no such file"},
		{"sampan user add figures --roles operator --no-password", EX_OK,
		 "has no password: make it a token"},
		{"sampan ledger export --payloads \"$VN/node.yaml\"", EX_CANTCREAT,
		 "node.yaml: Not a directory"},
		{"sampan ledger backup --dir \"$VN\" --to \"$HERE/no/such\"", EX_CANTCREAT,
		 "no/such cannot be made"},
		{"SAMPAN_TOKEN=/nope sampan status --node https://127.0.0.1:1 X", EX_NOINPUT,
		 "$SAMPAN_TOKEN names that file"},
		{"sampan party add moi --name Moi --roles trader --tax-code 0312345678 && sampan user "
		 "token x --party moi",
		 EX_DATAERR, "SIGHUP, then say this again"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		print_message("%s\n", cases[i].line);
		assert_int_equal(
			shell(arena_format(rig.arena, "(%s) >\"$HERE/said\" 2>&1", cases[i].line)),
			cases[i].code);
		assert_int_equal(shell(arena_format(rig.arena, "grep -qF -- '%s' \"$HERE/said\"",
						    cases[i].said)),
				 0);
	}
}

static void the_card_that_the_node_signed_is_printed(void **state)
{
	(void)state;
	assert_int_equal(shell("sampan partner card --signed | cmp - \"$VN/seal/card-1.note\""), 0);
	is_good = true;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_number_that_two_offices_gave_shows_both),
		cmocka_unit_test(evidence_is_found_by_what_status_finds),
		cmocka_unit_test(a_receipt_is_checked_with_the_public_key_alone),
		cmocka_unit_test(what_is_wrong_is_named_with_what_to_do),
		cmocka_unit_test(the_card_that_the_node_signed_is_printed),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
