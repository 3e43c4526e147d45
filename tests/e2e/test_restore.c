/*
 * One of two whole nodes is restored from an older backup of its ledger while documents go both ways: by
 * its operator's word it goes on in a new epoch, which raises no alarm. What it had sent since comes
 * back and is not sent again, what it had received comes again, and what waited at both arrives.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>

#include <cmocka.h>
#include <jansson.h>
#include <signal.h>

#include "node/calendar.h"
#include "node/json_read.h"
#include "sampan/clock.h"
#include "tests/support/patience.h"
#include "tests/support/rig.h"

#define VN_TRADER "gom-bat-trang"
#define VN_EXPORT "vn/gom-bat-trang/01-export-1-line.xml"
#define VN_REFERENCE "GBT-XK-2026-0141"
#define TH_TRADER "siam-ceramics"
#define TH_EXPORT "th/siam-ceramics/export-tableware.xml"
#define TH_REFERENCE "TH-EXP-2026-000101"

static struct rig rig;
static bool is_good;

static struct town_node *node(size_t i)
{
	return &rig.town.nodes[i];
}

static void shell(const char *line)
{
	assert_non_null(line);
	assert_int_equal(system(line), 0);
}

static int sampan(size_t i, const char *words)
{
	const char *line = arena_format(rig.arena, "%s %s --config %s", rig.program, words,
					node(i)->config_path);
	int status;

	assert_non_null(line);
	status = system(line);
	return WEXITSTATUS(status);
}

static int sampan_in(size_t i, const char *words)
{
	const char *line =
		arena_format(rig.arena, "%s %s --dir %s", rig.program, words, node(i)->directory);

	return WEXITSTATUS(system(line));
}

static const char *backup(void)
{
	return arena_format(rig.arena, "%s/backup", rig.directory);
}

static const char *key_path(void)
{
	return arena_format(rig.arena, "%s/operator.key", rig.directory);
}

/* The key before the cards are exchanged, as an operator would. */
static int set_up(void **state)
{
	(void)state;
	rig_open(&rig);
	assert_int_equal(sampan(RIG_VN, arena_format(rig.arena, "node operator %s", key_path())),
			 0);
	shell(arena_format(rig.arena,
			   "%s partner card --for TH --config %s | grep operator_key >> "
			   "%s/partners/VN.yaml",
			   rig.program, node(RIG_VN)->config_path, node(RIG_TH)->directory));
	rig_start(&rig);
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	rig_close(&rig, is_good);
	return 0;
}

/* How many records of an event, with an attribute of that value unless it is NULL. */
static uint64_t count_of(size_t i, const char *event, const char *name, const char *value)
{
	const char *const words[] = {"ledger", "list", "--json", "--config", node(i)->config_path,
				     NULL};
	struct bytes output;
	const char *at;
	uint64_t count = 0;

	assert_int_equal(rig_run(&rig, words, &output), 0);
	for (at = (const char *)output.at; *at != '\0'; at += strcspn(at, "\n") + 1) {
		json_t *record = json_loadb(at, strcspn(at, "\n"), 0, NULL);
		const json_t *attributes = json_object_get(record, "attributes");

		count += strcmp(json_read_text(record, "event"), event) == 0 &&
			 (value == NULL || strcmp(json_read_text(attributes, name), value) == 0);
		json_decref(record);
	}
	return count;
}

/* Did the desk give this running number? */
static bool has_number(size_t i, const char *serial)
{
	char number[32];
	int year = calendar_day_of(clock_now_ms()).year;

	(void)snprintf(number, sizeof(number), "3%02d%08lu0", year % 100,
		       strtoul(serial, NULL, 10));
	return count_of(i, "Registered", "number", number) == 1;
}

struct expected {
	size_t node;
	const char *event;
	uint64_t count;
};

static bool is_counted(void *context)
{
	const struct expected *expected = context;

	return count_of(expected->node, expected->event, NULL, NULL) >= expected->count;
}

static void wait_for(size_t i, const char *event, uint64_t count)
{
	struct expected expected = {i, event, count};

	assert_true(rig_wait(is_counted, &expected, PATIENCE_MS));
}

struct lodged {
	size_t node;
	const char *party, *name;
};

static bool is_taken(void *context)
{
	const struct lodged *lodged = context;

	return rig_has(&rig, lodged->node, lodged->party, "taken", lodged->name);
}

static void lodge(size_t i, const char *reference)
{
	bool is_vn = i == RIG_VN;
	struct lodged lodged = {i, is_vn ? VN_TRADER : TH_TRADER,
				arena_format(rig.arena, "%s.xml", reference)};
	struct bytes sample = rig_sample(&rig, is_vn ? VN_EXPORT : TH_EXPORT);

	rig_lodge(&rig, i, lodged.party, lodged.name,
		  rig_replace(&rig, sample, is_vn ? VN_REFERENCE : TH_REFERENCE, reference));
	assert_true(rig_wait(is_taken, &lodged, PATIENCE_MS));
}

static size_t inbox_of(size_t i)
{
	const char *const *names;

	return rig_list(&rig, i, i == RIG_VN ? "hai-quan" : "thai-customs", "inbox", ".xml",
			&names);
}

/* One was delivered before; one is signed and waits for the partner, which is away. */
static void a_backup_is_made_while_a_document_waits(void **state)
{
	(void)state;
	lodge(RIG_VN, "GBT-XK-2026-9001");
	assert_true(rig_wait_for_rest(&rig, PATIENCE_MS));
	town_stop(node(RIG_TH), SIGTERM);
	town_stop(node(RIG_VN), SIGTERM);
	assert_int_equal(town_start(node(RIG_VN), rig.program), OK); /* it meets nobody */
	lodge(RIG_VN, "GBT-XK-2026-9002");
	wait_for(RIG_VN, "Signed", 2);
	assert_int_equal(sampan(RIG_VN, arena_format(rig.arena, "ledger backup --to %s", backup())),
			 0);
}

static void meanwhile_documents_go_both_ways(void **state)
{
	(void)state;
	assert_int_equal(town_start(node(RIG_TH), rig.program), OK);
	lodge(RIG_VN, "GBT-XK-2026-9003");
	lodge(RIG_TH, "TH-EXP-2026-009001");
	assert_true(rig_wait_for_rest(&rig, PATIENCE_MS));
	assert_int_equal(inbox_of(RIG_TH), 3);
	assert_int_equal(count_of(RIG_TH, "RelayAcceptance", "kind", NULL), 3 + 1);
}

/* Nothing is signed, and nothing of it goes unnoticed, without the operator's word. */
static void only_the_operators_key_opens_a_new_epoch(void **state)
{
	static const char *const asked[] = {"node check", "node run", "doctor"};
	const char *folder = node(RIG_VN)->directory, *other;

	(void)state;
	town_stop(node(RIG_VN), SIGTERM);
	lodge(RIG_TH, "TH-EXP-2026-009002");
	assert_true(has_number(RIG_VN, "2"));
	assert_true(has_number(RIG_VN, "3"));
	shell(arena_format(rig.arena, "rm -rf %s/ledger", folder));
	assert_int_equal(
		sampan_in(RIG_VN, arena_format(rig.arena, "ledger restore --from %s", backup())),
		0);
	assert_int_equal(town_start(node(RIG_VN), rig.program), ERR_UNAVAILABLE); /* a copy */
	for (size_t i = 0; i < sizeof(asked) / sizeof(asked[0]); i++) {
		shell(arena_format(rig.arena,
				   "! %s %s --config %s > %s/said 2>&1 && grep -q 'node reopen "
				   "--operator-key KEYFILE --config %s' %s/said",
				   rig.program, asked[i], node(RIG_VN)->config_path, rig.directory,
				   node(RIG_VN)->config_path, rig.directory));
	}
	other = arena_format(rig.arena, "%s/other.key", rig.directory);
	assert_int_equal(sampan(RIG_TH, arena_format(rig.arena, "node operator %s", other)), 0);
	assert_int_equal(
		sampan(RIG_VN, arena_format(rig.arena, "node reopen --operator-key %s", other)),
		EX_NOPERM);
	assert_int_equal(sampan(RIG_VN, "node reopen"), EX_USAGE);
	assert_int_equal(count_of(RIG_VN, "EpochOpened", NULL, NULL), 0);
	shell(arena_format(rig.arena,
			   "%s node reopen --operator-key %s --config %s 2> %s/said && "
			   "grep -q 'signed are missing' %s/said && "
			   "grep -q 'lodge nothing again yet' %s/said",
			   rig.program, key_path(), node(RIG_VN)->config_path, rig.directory,
			   rig.directory, rig.directory));
	assert_int_equal(sampan(RIG_VN, arena_format(rig.arena, "node reopen --operator-key %s",
						     key_path())),
			 0); /* again: nothing is to be done */
	assert_int_equal(count_of(RIG_VN, "EpochOpened", "epoch", "2"), 1);
	assert_int_equal(count_of(RIG_VN, "EpochOpened", NULL, NULL), 1);
	assert_int_equal(sampan(RIG_VN, "node check"), 0);
	assert_int_equal(sampan(RIG_VN, "ledger verify"), 0);
}

/* What was sent since came back: one that was known and is not sent again, one that was lost. */
static void nothing_is_lost_and_nothing_doubled(void **state)
{
	(void)state;
	assert_int_equal(town_start(node(RIG_VN), rig.program), OK);
	wait_for(RIG_VN, "FrameRecalled", 2);
	lodge(RIG_VN, "GBT-XK-2026-9004");
	lodge(RIG_TH, "TH-EXP-2026-009003");
	assert_true(rig_wait_for_rest(&rig, PATIENCE_MS));
	assert_int_equal(count_of(RIG_VN, "FrameRecalled", "known", "yes"), 1);
	assert_int_equal(count_of(RIG_VN, "FrameRecalled", "known", "no"), 1);
	assert_int_equal(count_of(RIG_VN, "FrameRecalled", NULL, NULL), 2);
	/* an operator who asks whether the partner has the lost one */
	assert_int_equal(sampan(RIG_VN, "status GBT-XK-2026-9003 2> /dev/null"), EX_NOINPUT);
	shell(arena_format(rig.arena,
			   "%s ledger list --holding GBT-XK-2026-9003 --config %s | "
			   "grep -q ' FrameRecalled .*known=no'",
			   rig.program, node(RIG_VN)->config_path));
	assert_int_equal(sampan(RIG_VN, "ledger list --holding GBT-XK-2026-9999"), EX_NOINPUT);
	assert_int_equal(inbox_of(RIG_TH), 4);
	assert_false(has_number(RIG_VN, "3")); /* that the lost one had */
	assert_int_equal(count_of(RIG_TH, "RelayRejection", NULL, NULL), 0);
	/* what came after the copy came again, what waited came, and what is new */
	assert_int_equal(count_of(RIG_VN, "ArrivalChecked", NULL, NULL), 3);
	assert_int_equal(count_of(RIG_VN, "RelayRejection", NULL, NULL), 0);
}

static json_t *witness_of(size_t i)
{
	const char *const words[] = {"partner", "list", "--json", "--config", node(i)->config_path,
				     NULL};
	struct bytes output;
	json_t *list, *witness;

	assert_int_equal(rig_run(&rig, words, &output), 0);
	list = json_loadb((const char *)output.at, output.len, 0, NULL);
	witness = json_incref(json_object_get(json_array_get(list, 0), "witness"));
	json_decref(list);
	return witness;
}

static bool is_all_countersigned(void *context)
{
	const char *const words[] = {
		"ledger", "stat", "--json", "--config", node(RIG_VN)->config_path, NULL};
	json_t *witness = witness_of(RIG_VN), *stat;
	struct bytes output;
	bool is_it;

	(void)context;
	assert_int_equal(rig_run(&rig, words, &output), 0);
	stat = json_loadb((const char *)output.at, output.len, 0, NULL);
	is_it = json_read_number(witness, "countersignedOurs") == json_read_number(stat, "records");
	json_decref(stat);
	json_decref(witness);
	return is_it;
}

/* The new epoch is countersigned, nobody raised an alarm, and both ledgers are whole. */
static void a_restore_that_was_endorsed_is_no_fork(void **state)
{
	json_t *witness = witness_of(RIG_TH);

	(void)state;
	assert_true(rig_wait(is_all_countersigned, NULL, PATIENCE_MS));
	assert_false(json_is_object(json_object_get(witness, "alarm")));
	json_decref(witness);
	assert_int_equal(count_of(RIG_TH, "PartnerRestored", NULL, NULL), 1);
	assert_int_equal(count_of(RIG_TH, "PartnerAlarm", NULL, NULL), 0);
	for (size_t i = 0; i < 2; i++)
		assert_int_equal(sampan(i, "ledger verify"), 0);
}

static const char *id_of(const char *reference)
{
	const char *const words[] = {"status",  "--json", "--config", node(RIG_VN)->config_path,
				     reference, NULL};
	struct bytes output;
	json_t *status;
	const char *id;

	assert_int_equal(rig_run(&rig, words, &output), 0);
	status = json_loadb((const char *)output.at, output.len, 0, NULL);
	id = arena_text(rig.arena,
			bytes_of_text(json_read_text(json_object_get(status, "message"), "id")));
	json_decref(status);
	return id;
}

/*
 * One of each epoch, and one that began before the restore and was delivered behind it, whose signature no
 * checkpoint of that epoch covers. With which certificate the node signs is on record in each.
 */
static void evidence_of_both_epochs_is_proved(void **state)
{
	static const char *const references[] = {"GBT-XK-2026-9001", "GBT-XK-2026-9004",
						 "GBT-XK-2026-9002"};
	const char *trust = arena_format(rig.arena, "%s/trust", rig.directory);

	(void)state;
	shell(arena_format(rig.arena, "mkdir %s && cp %s/keys/ledger.pub %s/vn.pub", trust,
			   node(RIG_VN)->directory, trust));
	for (size_t i = 0; i < 3; i++) {
		const char *file =
			arena_format(rig.arena, "%s/%s.evidence", rig.directory, references[i]);

		assert_int_equal(sampan(RIG_VN, arena_format(rig.arena, ">%s evidence %s", file,
							     id_of(references[i]))),
				 0);
		shell(arena_format(rig.arena, "%s verify --trust %s %s > %s/said", rig.program,
				   trust, file, rig.directory));
		if (i < 2)
			shell(arena_format(rig.arena,
					   "grep -q \"= the node's signature holds\" %s/said",
					   rig.directory));
		shell(arena_format(rig.arena,
				   "python3 tests/support/check_evidence.py %s %s > /dev/null",
				   trust, file));
	}
}

/* The folder of the epoch before is refused, and the operator is told what to do instead. */
static void backups_go_to_a_new_folder_from_now_on(void **state)
{
	(void)state;
	shell(arena_format(rig.arena,
			   "! %s ledger backup --config %s --to %s 2> %s/said && "
			   "grep -q 'back up to a new folder' %s/said",
			   rig.program, node(RIG_VN)->config_path, backup(), rig.directory,
			   rig.directory));
	assert_int_equal(
		sampan(RIG_VN, arena_format(rig.arena, "ledger backup --to %s-2", backup())), 0);
}

/* Receipts of both epochs are good, and messages of both are found. */
static void receipts_of_both_epochs_are_good(void **state)
{
	struct town_counts counts;

	(void)state;
	assert_int_equal(town_count(node(RIG_VN), &counts), OK);
	assert_int_equal(sampan(RIG_VN, "status GBT-XK-2026-9001 > /dev/null"), 0);
	assert_int_equal(sampan(RIG_VN, "status GBT-XK-2026-9004 > /dev/null"), 0);
}

static void who_lost_nothing_is_told_to_lodge_nothing_again(void **state)
{
	(void)state;
	town_stop(node(RIG_VN), SIGTERM);
	shell(arena_format(rig.arena,
			   "%s node reopen --operator-key %s --config %s 2> %s/said && "
			   "grep -q 'Nothing that was signed is missing' %s/said && "
			   "! grep -q FrameRecalled %s/said",
			   rig.program, key_path(), node(RIG_VN)->config_path, rig.directory,
			   rig.directory, rig.directory));
}

static bool is_waiting_signed(void *context)
{
	return count_of(RIG_VN, "Signed", NULL, NULL) > *(const uint64_t *)context;
}

/*
 * A copy of everything, seal/ too, runs for a while and gives an id a second time. The partner's document of
 * that id must not be taken for the other one.
 */
static void what_has_the_id_of_another_is_held_and_not_taken_for_delivered(void **state)
{
	const char *folder = node(RIG_VN)->directory, *first, *second;
	uint64_t signed_before;

	(void)state;
	assert_int_equal(town_start(node(RIG_VN), rig.program), OK);
	lodge(RIG_VN, "GBT-XK-2026-9010");
	assert_true(rig_wait_for_rest(&rig, PATIENCE_MS));
	town_stop(node(RIG_VN), SIGTERM);
	shell(arena_format(rig.arena, "cp -a %s %s/all", folder, rig.directory));
	assert_int_equal(town_start(node(RIG_VN), rig.program), OK);
	lodge(RIG_VN, "GBT-XK-2026-9011");
	assert_true(rig_wait_for_rest(&rig, PATIENCE_MS));
	first = id_of("GBT-XK-2026-9011");
	town_stop(node(RIG_VN), SIGTERM);
	shell(arena_format(rig.arena, "rm -rf %s && mv %s/all %s", folder, rig.directory, folder));
	signed_before = count_of(RIG_VN, "Signed", NULL, NULL);
	assert_int_equal(town_start(node(RIG_VN), rig.program), OK);
	lodge(RIG_VN, "GBT-XK-2026-9012");
	second = id_of("GBT-XK-2026-9012");
	assert_string_equal(first, second);
	assert_true(rig_wait(is_waiting_signed, &signed_before, PATIENCE_MS));
	town_stop(node(RIG_VN), SIGTERM);
	assert_int_equal(sampan(RIG_VN, arena_format(rig.arena, "node reopen --operator-key %s",
						     key_path())),
			 0);
	assert_int_equal(sampan(RIG_TH, "partner resume VN --reason asked"), 0);
	assert_int_equal(town_start(node(RIG_VN), rig.program), OK);
	wait_for(RIG_VN, "DeliveryHeld", 1);
	assert_int_equal(count_of(RIG_VN, "DeliveryHeld", "why", "name-taken"), 1);
	assert_int_equal(count_of(RIG_VN, "FrameRecalled", "message", first), 1);
	shell(arena_format(rig.arena,
			   "%s status GBT-XK-2026-9012 --config %s | grep -q 'another document "
			   "under this id.* The operator drops the delivery'",
			   rig.program, node(RIG_VN)->config_path));
	assert_int_equal(sampan(RIG_VN, "ledger verify"), 0);
	is_good = true;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_backup_is_made_while_a_document_waits),
		cmocka_unit_test(meanwhile_documents_go_both_ways),
		cmocka_unit_test(only_the_operators_key_opens_a_new_epoch),
		cmocka_unit_test(nothing_is_lost_and_nothing_doubled),
		cmocka_unit_test(a_restore_that_was_endorsed_is_no_fork),
		cmocka_unit_test(evidence_of_both_epochs_is_proved),
		cmocka_unit_test(backups_go_to_a_new_folder_from_now_on),
		cmocka_unit_test(receipts_of_both_epochs_are_good),
		cmocka_unit_test(who_lost_nothing_is_told_to_lodge_nothing_again),
		cmocka_unit_test(what_has_the_id_of_another_is_held_and_not_taken_for_delivered),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
