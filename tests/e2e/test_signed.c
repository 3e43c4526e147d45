/*
 * What one node sends to another is signed and believed: by the other node, by a verifier that is
 * not ours, and through a rotation of the key.
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

#include "node/calendar.h"
#include "sampan/clock.h"
#include "tests/support/patience.h"
#include "tests/support/rig.h"

#define TRADER "gom-bat-trang"
#define SAMPLE "vn/gom-bat-trang/01-export-1-line.xml"
#define REFERENCE "GBT-XK-2026-0141"

static struct rig rig;
static bool is_good;

static int set_up(void **state)
{
	(void)state;
	rig_open(&rig);
	rig_start(&rig);
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	rig_close(&rig, is_good);
	return 0;
}

static int sh(const char *format, ...)
{
	char command[4096];
	va_list arguments;
	int status;

	va_start(arguments, format);
	(void)vsnprintf(command, sizeof(command), format, arguments);
	va_end(arguments);
	status = system(command); /* NOLINT(cert-env33-c): a command of the test */
	return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

/* The node's ledger as lines of JSON. */
static const char *ledger_of(size_t node)
{
	const char *const list[] = {
		"ledger", "list", "--json", "--config", rig.town.nodes[node].config_path, NULL};
	struct bytes output;

	assert_int_equal(rig_run(&rig, list, &output), 0);
	return (const char *)output.at;
}

static size_t count_in(const char *text, const char *word)
{
	size_t count = 0;

	for (; (text = strstr(text, word)) != NULL; text++)
		count++;
	return count;
}

struct expected {
	size_t node;
	const char *word;
	size_t count;
};

static bool stands_in_ledger(void *context)
{
	const struct expected *expected = context;

	return count_in(ledger_of(expected->node), expected->word) >= expected->count;
}

static void wait_for(size_t node, const char *word, size_t count)
{
	struct expected expected = {node, word, count};

	if (!rig_wait(stands_in_ledger, &expected, PATIENCE_MS))
		fail_msg("%s does not stand %zu times in the ledger", word, count);
}

static void lodge(const char *reference)
{
	char name[64];

	(void)snprintf(name, sizeof(name), "%s.xml", reference);
	rig_lodge(&rig, RIG_VN, TRADER, name,
		  rig_replace(&rig, rig_sample(&rig, SAMPLE), REFERENCE, reference));
}

/* The SHA-256 of a certificate, as records say it. */
static const char *fingerprint(size_t node, const char *name)
{
	const char *out = arena_format(rig.arena, "%s/fingerprint", rig.directory);
	static char hex[65];
	FILE *file;

	assert_int_equal(sh("openssl x509 -in %s/seal/%s.crt -outform DER | sha256sum | cut -c1-64 "
			    ">%s",
			    rig.town.nodes[node].directory, name, out),
			 0);
	file = fopen(out, "r");
	assert_non_null(file);
	assert_int_equal(fread(hex, 1, 64, file), 64);
	fclose(file);
	hex[64] = '\0';
	return hex;
}

static const char *signed_by(size_t node, const char *name)
{
	return arena_format(rig.arena, "\"signedBy\":\"%s\"", fingerprint(node, name));
}

/* Every document that came from the partner, by xmlsec1 and the partner's certificate. */
static void what_arrives_is_believed_by_xmlsec1_too(void **state)
{
	const char *thailand = rig.town.nodes[RIG_TH].config_path;
	const char *vietnam = rig.town.nodes[RIG_VN].directory;

	(void)state;
	lodge("SIGN-1");
	lodge("SIGN-2");
	wait_for(RIG_TH, "\"event\":\"ArrivalChecked\"", 2);
	assert_int_equal(count_in(ledger_of(RIG_TH), signed_by(RIG_VN, "document-1")), 2);
	assert_int_equal(
		sh("cd %s && mkdir out && %s ledger export --config %s --payloads out >all && "
		   "sed -n '/\"RelayAcceptance\".*\"actor\":\"partner:VN\"/s/"
		   "{\"number\":\\([0-9]*\\).*/\\1/p' all >numbers && test -s numbers && "
		   "while read n; do xmlsec1 --verify --enabled-key-data x509 --trusted-pem "
		   "%s/seal/document-1.crt $(printf 'out/%%08d-0-document' $n) >xmlsec.log 2>&1 || "
		   "exit 1; echo x >>verified; done <numbers && test $(wc -l <verified) -ge 2",
		   rig.directory, rig.program, thailand, vietnam),
		0);
}

static void take_up(size_t node)
{
	assert_int_equal(kill((pid_t)rig.town.nodes[node].supervisor, SIGHUP), 0);
}

static bool is_restarted(void *context)
{
	long now[RIG_PIDS];

	return rig_pids(&rig, RIG_TH, "worker", now) > 0 && now[0] != *(const long *)context &&
	       rig_pids(&rig, RIG_TH, "courier", now) > 0;
}

/* The card that Viet Nam prints now goes to Thailand. */
static void give_card(void)
{
	long before[RIG_PIDS];

	assert_true(rig_pids(&rig, RIG_TH, "worker", before) > 0);
	assert_int_equal(sh("cd %s && { sed '/^signs:/,/^listen:/{/^listen:/!d}' "
			    "%s/partners/VN.yaml; %s partner card --config %s | sed -n "
			    "'/^signs:/,$p'; } >card && cp card %s/partners/VN.yaml",
			    rig.directory, rig.town.nodes[RIG_TH].directory, rig.program,
			    rig.town.nodes[RIG_VN].config_path, rig.town.nodes[RIG_TH].directory),
			 0);
	take_up(RIG_TH);
	assert_true(rig_wait(is_restarted, before, PATIENCE_MS));
}

/* The day on which the new key signs has come. */
static void let_the_day_come(void)
{
	char today[CALENDAR_DATE_BYTES];

	calendar_format_date(clock_now_ms(), today);
	assert_int_equal(sh("sed -i 's/^document-2 [0-9-]*/document-2 %s/' %s/seal/documents",
			    today, rig.town.nodes[RIG_VN].directory),
			 0);
	take_up(RIG_VN);
	wait_for(RIG_VN, "\"event\":\"KeyRotated\"", 4);
}

static void a_new_key_is_known_before_it_signs_and_the_old_one_counts_until_then(void **state)
{
	const char *const rotate[] = {
		"node", "rotate", "document-key", "--config", rig.town.nodes[RIG_VN].config_path,
		NULL};
	struct bytes output;

	(void)state;
	assert_int_equal(rig_run(&rig, rotate, &output), 0);
	take_up(RIG_VN);
	wait_for(RIG_VN, "\"event\":\"KeyRotated\"",
		 3); /* the first; it again with an end; the new */
	lodge("SIGN-3");
	wait_for(RIG_TH, signed_by(RIG_VN, "document-1"), 3); /* by the card that Thailand has */
	give_card();
	lodge("SIGN-4");
	wait_for(RIG_TH, signed_by(RIG_VN, "document-1"), 4); /* still in the overlap */
	let_the_day_come();
	lodge("SIGN-5");
	wait_for(RIG_TH, signed_by(RIG_VN, "document-2"), 1);
	assert_int_equal(count_in(ledger_of(RIG_TH), "\"event\":\"RelayRejection\""), 0);
}

/* Also one of another kind, RSA. */
static void what_a_key_signed_that_is_not_on_the_card_is_set_aside(void **state)
{
	const char *const rotate[] = {
		"node", "rotate", "document-key", "--overlap",
		"0",    "--rsa",  "--config",     rig.town.nodes[RIG_VN].config_path,
		NULL};
	struct bytes output;

	(void)state;
	assert_int_equal(rig_run(&rig, rotate, &output), 0);
	take_up(RIG_VN);
	wait_for(RIG_VN, fingerprint(RIG_VN, "document-3"), 1);
	lodge("SIGN-6");
	wait_for(RIG_TH, "\"code\":\"signature-stranger\"", 1);
	give_card();
	lodge("SIGN-7");
	wait_for(RIG_TH, signed_by(RIG_VN, "document-3"), 1);
	is_good = true;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_arrives_is_believed_by_xmlsec1_too),
		cmocka_unit_test(
			a_new_key_is_known_before_it_signs_and_the_old_one_counts_until_then),
		cmocka_unit_test(what_a_key_signed_that_is_not_on_the_card_is_set_aside),
	};

	return cmocka_run_group_tests_name("signed", tests, set_up, tear_down);
}
