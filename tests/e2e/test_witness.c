/*
 * Two whole nodes witness each other's ledgers: each countersigns the other's checkpoints, which a
 * stranger verifies; one that goes back to an older copy of everything raises the alarm, which stops
 * the link until an operator speaks; then everything arrives.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sysexits.h>

#include <cmocka.h>
#include <jansson.h>
#include <signal.h>

#include "node/card_file.h"
#include "node/file.h"
#include "node/json_read.h"
#include "tests/support/door_client.h"
#include "tests/support/patience.h"

#define TRADER "gom-bat-trang"
#define EXPORT "vn/gom-bat-trang/01-export-1-line.xml"
#define REFERENCE "GBT-XK-2026-0141"
#define OTHER "nong-san-viet"
#define INVALID "vn/nong-san-viet/90-invalid-export.xml"

static struct rig rig;
static bool is_good;
static unsigned lodged;

static const struct town_node *node(size_t i)
{
	return &rig.town.nodes[i];
}

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

static bool is_all_taken(void *context)
{
	const char *const *names;

	(void)context;
	return rig_list(&rig, RIG_VN, TRADER, "taken", ".receipt", &names) == lodged;
}

static void lodge(void)
{
	const char *reference = arena_format(rig.arena, "GBT-XK-2026-8%03u", lodged++);

	rig_lodge(&rig, RIG_VN, TRADER, arena_format(rig.arena, "%s.xml", reference),
		  rig_replace(&rig, rig_sample(&rig, EXPORT), REFERENCE, reference));
	assert_true(rig_wait(is_all_taken, NULL, PATIENCE_MS));
}

static bool is_refused(void *context)
{
	(void)context;
	return rig_has(&rig, RIG_VN, OTHER, "refused", "invalid.xml");
}

/* A record, and nothing for the partner. */
static void lodge_refused(void)
{
	rig_lodge(&rig, RIG_VN, OTHER, "invalid.xml", rig_sample(&rig, INVALID));
	assert_true(rig_wait(is_refused, NULL, PATIENCE_MS));
}

/* The exit code; the JSON that it printed, or NULL. */
static int run(size_t i, const char *const *words, json_t **ret_json)
{
	const char *arguments[12];
	struct bytes output;
	size_t count = 0;
	int code;

	for (; words[count] != NULL; count++)
		arguments[count] = words[count];
	arguments[count++] = "--config";
	arguments[count++] = node(i)->config_path;
	arguments[count] = NULL;
	code = rig_run(&rig, arguments, &output);
	if (ret_json != NULL)
		*ret_json = json_loadb((const char *)output.at, output.len, 0, NULL);
	return code;
}

/* What a node sees of its only partner. */
static json_t *witness_of(size_t i)
{
	static const char *const words[] = {"partner", "list", "--json", NULL};
	json_t *list, *witness;

	assert_int_equal(run(i, words, &list), 0);
	witness = json_incref(json_object_get(json_array_get(list, 0), "witness"));
	json_decref(list);
	return witness;
}

static uint64_t number_of(size_t i, const char *name)
{
	json_t *witness = witness_of(i);
	uint64_t number = json_read_number(witness, name);

	json_decref(witness);
	return number;
}

static bool is_alarmed(void *context)
{
	json_t *witness = witness_of(*(const size_t *)context);
	bool is_it = json_is_object(json_object_get(witness, "alarm"));

	json_decref(witness);
	return is_it;
}

/* Told by the other, without an alarm of its own? */
static bool is_stopped(void *context)
{
	json_t *witness = witness_of(*(const size_t *)context);
	bool is_it = json_is_string(json_object_get(witness, "stopped"));

	json_decref(witness);
	return is_it;
}

static bool is_going(void *context)
{
	return !is_stopped(context);
}

static uint64_t size_of(size_t i)
{
	static const char *const words[] = {"ledger", "stat", "--json", NULL};
	json_t *stat;
	uint64_t size;

	assert_int_equal(run(i, words, &stat), 0);
	size = json_read_number(stat, "records");
	json_decref(stat);
	return size;
}

/* Is all of both ledgers countersigned by the other? */
static bool is_all_countersigned(void *context)
{
	(void)context;
	return number_of(RIG_VN, "countersignedOurs") == size_of(RIG_VN) &&
	       number_of(RIG_TH, "countersignedOurs") == size_of(RIG_TH) &&
	       number_of(RIG_VN, "card") == 1 && number_of(RIG_TH, "card") == 1;
}

static void each_countersigns_the_others_ledger_to_its_end(void **state)
{
	(void)state;
	lodge();
	assert_true(rig_wait_for_rest(&rig, PATIENCE_MS));
	assert_true(rig_wait(is_all_countersigned, NULL, PATIENCE_MS));
	for (size_t i = 0; i < 2; i++) {
		json_t *witness = witness_of(i);

		assert_true(json_is_string(json_object_get(witness, "heardAt")));
		assert_int_equal(json_read_number(witness, "waits"), 0);
		json_decref(witness);
	}
}

/* Nothing is said between nodes at rest: what was countersigned is no record. */
static void what_is_countersigned_makes_no_record(void **state)
{
	uint64_t vn = size_of(RIG_VN), th = size_of(RIG_TH);

	(void)state;
	assert_true(rig_wait(is_all_countersigned, NULL, PATIENCE_MS));
	assert_int_equal(size_of(RIG_VN), vn);
	assert_int_equal(size_of(RIG_TH), th);
}

/* With the key in its card, and nothing of ours. */
static void a_stranger_verifies_the_cosignature_at_the_door(void **state)
{
	struct card card;
	struct bytes note;
	const char *line;

	(void)state;
	assert_int_equal(card_file_load(node(RIG_TH)->directory, 1, rig.arena, &note), OK);
	assert_int_equal(card_parse(note, rig.arena, &card), OK);
	line = arena_format(rig.arena,
			    "python3 tests/tlog/cosigned.py https://127.0.0.1:%u %s/keys/door.crt "
			    "%s/keys/ledger.pub '%s'",
			    node(RIG_VN)->config->https.port, node(RIG_VN)->directory,
			    node(RIG_VN)->directory, card.witness_key);
	assert_int_equal(system(line), 0);
}

static void shell(const char *line)
{
	assert_non_null(line);
	assert_int_equal(system(line), 0);
}

/* Ledger and seal, as from an older backup: only the other node can know. */
static void a_node_that_goes_back_to_an_older_copy_of_everything_raises_the_alarm(void **state)
{
	const char *folder = node(RIG_VN)->directory;
	size_t th = RIG_TH;

	(void)state;
	town_stop(&rig.town.nodes[RIG_VN], SIGTERM);
	shell(arena_format(rig.arena, "cp -a %s/ledger %s/ledger.old && cp -a %s/seal %s/seal.old",
			   folder, folder, folder, folder));
	assert_int_equal(town_start(&rig.town.nodes[RIG_VN], rig.program), OK);
	lodge_refused();
	assert_true(rig_wait_for_rest(&rig, PATIENCE_MS));
	assert_true(rig_wait(is_all_countersigned, NULL, PATIENCE_MS));
	town_stop(&rig.town.nodes[RIG_VN], SIGTERM);
	shell(arena_format(
		rig.arena,
		"cd %s && rm -rf ledger seal && mv ledger.old ledger && mv seal.old seal", folder));
	assert_int_equal(town_start(&rig.town.nodes[RIG_VN], rig.program), OK);
	assert_true(rig_wait(is_alarmed, &th, PATIENCE_MS));
}

static void the_alarm_is_on_record_with_both_checkpoints_and_shown_everywhere(void **state)
{
	static const char *const doctor[] = {"doctor", "--json", NULL};
	json_t *witness = witness_of(RIG_TH), *answer;
	const json_t *alarm = json_object_get(witness, "alarm");
	const char *number = arena_format(rig.arena, "%llu",
					  (unsigned long long)json_read_number(alarm, "record"));
	json_t *record;
	struct bytes output;

	(void)state;
	assert_string_equal(json_read_text(alarm, "what"), "rollback");
	assert_int_not_equal(run(RIG_TH, doctor, &answer), 0);
	json_decref(answer);
	assert_int_equal(rig_run(&rig,
				 (const char *const[]){"ledger", "export", "--since", number,
						       "--config", node(RIG_TH)->config_path, NULL},
				 &output),
			 0);
	record = json_loadb((const char *)output.at, strcspn((const char *)output.at, "\n"), 0,
			    NULL);
	assert_string_equal(json_read_text(record, "event"), "PartnerAlarm");
	assert_int_equal(json_array_size(json_object_get(record, "payloads")), 2);
	json_decref(record);
	json_decref(witness);
}

static void the_node_that_is_accused_says_so_too(void **state)
{
	static const char *const doctor[] = {"doctor", "--json", NULL};
	const char *const list[] = {"partner", "list", "--config", node(RIG_VN)->config_path, NULL};
	size_t vn = RIG_VN;
	struct bytes output;
	json_t *answer;

	(void)state;
	assert_true(rig_wait(is_stopped, &vn, PATIENCE_MS));
	assert_false(is_alarmed(&vn));
	assert_int_not_equal(run(RIG_VN, doctor, &answer), 0);
	json_decref(answer);
	assert_int_equal(rig_run(&rig, list, &output), 0);
	assert_non_null(strstr((const char *)output.at, "STOPPED "));
}

static bool is_delivered(void *context)
{
	const char *const *names;

	return rig_list(&rig, RIG_TH, "thai-customs", "inbox", ".xml", &names) >
	       *(const size_t *)context;
}

static void the_operator_speaks_and_is_on_record(void **state)
{
	static const char *const resume[] = {"partner",  "resume",       "VN",
					     "--reason", "they told us", NULL};
	static const char *const nobody[] = {"partner", "resume", "XX", "--reason", "x", NULL};
	static const char *const silent[] = {"partner", "resume", "VN", NULL};
	size_t th = RIG_TH;

	(void)state;
	assert_int_equal(run(RIG_TH, silent, NULL), EX_USAGE);
	assert_int_equal(run(RIG_TH, nobody, NULL), EX_NOINPUT);
	assert_true(is_alarmed(&th));
	assert_int_equal(run(RIG_TH, resume, NULL), 0);
	assert_false(is_alarmed(&th));
	assert_int_equal(number_of(RIG_TH, "resumed"), 1);
}

/* The side that raised the alarm first, then the other, whom it had told. */
static void then_everything_goes_on_but_is_not_countersigned(void **state)
{
	static const char *const resume[] = {"partner",  "resume",   "TH",
					     "--reason", "so do we", NULL};
	uint64_t cosigned = number_of(RIG_TH, "countersigned");
	const char *const *names;
	size_t before = rig_list(&rig, RIG_TH, "thai-customs", "inbox", ".xml", &names);
	size_t vn = RIG_VN;

	(void)state;
	assert_int_equal(run(RIG_VN, resume, NULL), 0);
	assert_true(rig_wait(is_going, &vn, PATIENCE_MS));
	lodge();
	assert_true(rig_wait(is_delivered, &before, PATIENCE_MS));
	assert_true(rig_wait_for_rest(&rig, PATIENCE_MS));
	assert_int_equal(number_of(RIG_TH, "countersigned"), cosigned);
}

static const char *doctors_word(size_t i, const char *name)
{
	static const char *const doctor[] = {"doctor", "--json", NULL};
	const char *state = "";
	json_t *answer;
	const json_t *check;
	size_t at;

	(void)run(i, doctor, &answer);
	json_array_foreach(json_object_get(answer, "checks"), at, check)
	{
		if (strcmp(json_read_text(check, "name"), name) == 0)
			state = arena_text(rig.arena,
					   bytes_of_text(json_read_text(check, "state")));
	}
	json_decref(answer);
	return state;
}

static bool is_vn_covered(void *context)
{
	(void)context;
	return number_of(RIG_VN, "countersignedOurs") == size_of(RIG_VN);
}

/*
 * The partner never had the key of its operator's word, so its new epoch is an alarm; once an operator
 * let it through, that epoch is countersigned from where it stood, whatever became of the one before.
 */
static void an_epoch_that_an_operator_let_through_is_countersigned(void **state)
{
	static const char *const here[] = {"partner", "resume", "VN", "--reason", "asked", NULL};
	static const char *const there[] = {"partner", "resume", "TH", "--reason", "told", NULL};
	const char *key = arena_format(rig.arena, "%s/operator.key", rig.directory);
	const char *const make[] = {"node", "operator", key, NULL};
	const char *const reopen[] = {"node", "reopen", "--operator-key", key, NULL};
	size_t th = RIG_TH;

	(void)state;
	assert_string_equal(doctors_word(RIG_TH, "witness"), "warn");
	assert_string_equal(doctors_word(RIG_TH, "partner"), "good");
	town_stop(&rig.town.nodes[RIG_VN], SIGTERM);
	assert_int_equal(run(RIG_VN, make, NULL), 0);
	assert_int_equal(run(RIG_VN, reopen, NULL), 0);
	assert_int_equal(town_start(&rig.town.nodes[RIG_VN], rig.program), OK);
	assert_true(rig_wait(is_alarmed, &th, PATIENCE_MS));
	assert_int_equal(run(RIG_TH, here, NULL), 0);
	assert_int_equal(run(RIG_VN, there, NULL), 0);
	lodge();
	assert_true(rig_wait_for_rest(&rig, PATIENCE_MS));
	assert_true(rig_wait(is_vn_covered, NULL, PATIENCE_MS));
	assert_false(is_alarmed(&th));
	assert_string_equal(doctors_word(RIG_TH, "witness"), "good");
	is_good = true;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_countersigns_the_others_ledger_to_its_end),
		cmocka_unit_test(what_is_countersigned_makes_no_record),
		cmocka_unit_test(a_stranger_verifies_the_cosignature_at_the_door),
		cmocka_unit_test(
			a_node_that_goes_back_to_an_older_copy_of_everything_raises_the_alarm),
		cmocka_unit_test(the_alarm_is_on_record_with_both_checkpoints_and_shown_everywhere),
		cmocka_unit_test(the_node_that_is_accused_says_so_too),
		cmocka_unit_test(the_operator_speaks_and_is_on_record),
		cmocka_unit_test(then_everything_goes_on_but_is_not_countersigned),
		cmocka_unit_test(an_epoch_that_an_operator_let_through_is_countersigned),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
