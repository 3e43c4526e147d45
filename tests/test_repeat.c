/* repeat: a request with an Idempotency-Key has one answer, whatever happens in between. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "node/ledger_serve.h"
#include "tests/support/node_fixture.h"

static const char *const none[] = {NULL};

struct scene {
	struct node_fixture *fixture;
	struct ledger_serve serve;
	struct ledger_served served;
	struct buffer body;
};

static struct scene scene;

static int set_up(void **state)
{
	if (node_fixture_open(state) != 0)
		return -1;
	scene = (struct scene){.fixture = *state};
	buffer_init(&scene.body, LIMIT_CALL_BYTES);
	buffer_init(&scene.served.answer, LIMIT_CALL_BYTES);
	return 0;
}

static int tear_down(void **state)
{
	buffer_clear(&scene.body);
	buffer_clear(&scene.served.answer);
	return node_fixture_close(state);
}

/* In the open turn. */
static enum err ask(uint16_t operation, const char *key, const char *document,
		    const char *const *changes)
{
	struct intake intake = {
		.party = "gom",
		.document = bytes_of_text(document),
		.facts = node_fixture_facts(scene.fixture, node_fixture_export, changes),
		.repeat = {key, hash_of(bytes_of_text(document))}};
	struct buffer answer = scene.served.answer;
	struct bytes body;

	findings_init(&intake.findings, scene.fixture->arena);
	buffer_reset(&scene.body);
	ledger_pack_intake(&scene.body, &intake);
	body = buffer_bytes(&scene.body);
	body.at = arena_copy(scene.fixture->arena, body);
	buffer_reset(&answer);
	scene.served = (struct ledger_served){.answer = answer};
	return ledger_serve(&scene.serve, &scene.fixture->turn, operation, body, &scene.served);
}

static enum intake_verdict lodge(const char *key, const char *document, const char *const *changes)
{
	struct ledger_accepted accepted;

	node_fixture_begin(scene.fixture);
	assert_int_equal(ask(LEDGER_ACCEPT, key, document, changes), OK);
	if (batch_count(scene.fixture->turn.batch) > 0)
		assert_int_equal(node_fixture_commit(scene.fixture), OK);
	else
		node_fixture_drop(scene.fixture);
	if (scene.served.wants_receipt)
		return scene.served.intake.verdict;
	assert_int_equal(ledger_unpack_accepted(buffer_bytes(&scene.served.answer),
						scene.fixture->arena, &accepted),
			 OK);
	return accepted.verdict;
}

static void the_same_key_and_bytes_get_the_first_answer_though_the_state_went_on(void **state)
{
	uint64_t size;

	(void)state;
	assert_int_equal(lodge("gom|1", "a", none), INTAKE_ACCEPTED);
	assert_string_equal(scene.served.intake.state, "checked");
	node_fixture_register(scene.fixture);
	size = node_fixture_size(scene.fixture);
	assert_int_equal(lodge("gom|1", "a", none), INTAKE_SAME);
	assert_string_equal(scene.served.intake.id, "VN-1-1");
	assert_string_equal(scene.served.intake.state, "checked");
	assert_string_equal(scene.served.intake.reference, "R1");
	assert_int_equal(node_fixture_size(scene.fixture), size);
}

static void a_refusal_stays_a_refusal_with_its_findings_though_it_would_be_taken_now(void **state)
{
	(void)state;
	assert_int_equal(lodge("gom|1", "a", PAIRS("country", "TH")), INTAKE_REFUSED);
	assert_int_equal(lodge("gom|1", "a", none), INTAKE_REFUSED);
	assert_int_equal(scene.served.findings.count, 1);
	assert_string_equal(scene.served.findings.items[0].code, "wrong-country");
	assert_string_equal(scene.served.findings.items[0].value, "TH");
	assert_true(scene.served.findings.items[0].vi[0] != '\0');
	assert_int_equal(node_fixture_size(scene.fixture), 1);
	assert_int_equal(lodge("gom|2", "a", none), INTAKE_ACCEPTED);
}

static void another_body_under_a_used_key_changes_nothing(void **state)
{
	(void)state;
	assert_int_equal(lodge("gom|1", "a", none), INTAKE_ACCEPTED);
	assert_int_equal(lodge("gom|1", "b", PAIRS("reference", "R2")), INTAKE_KEY_USED);
	assert_int_equal(node_fixture_size(scene.fixture), 1);
	/* and another's key is another key */
	assert_int_equal(lodge("nong|1", "b", PAIRS("reference", "R2")), INTAKE_ACCEPTED);
	/* without a key nothing is kept */
	assert_int_equal(lodge("", "c", PAIRS("reference", "R3")), INTAKE_ACCEPTED);
	assert_int_equal(lodge("", "d", PAIRS("reference", "R4")), INTAKE_ACCEPTED);
}

static void a_key_holds_on_the_next_day_and_is_forgotten_after_it(void **state)
{
	struct turn_key from = turn_key(SPACE_REPEAT), until = turn_key_after(&from);
	uint64_t numbers[8];
	size_t count;

	(void)state;
	assert_int_equal(lodge("gom|1", "a", none), INTAKE_ACCEPTED);
	node_fixture_set_date(scene.fixture, "2026-11-21");
	assert_int_equal(lodge("gom|1", "b", PAIRS("reference", "R2")), INTAKE_KEY_USED);
	node_fixture_set_date(scene.fixture, "2026-11-22");
	assert_int_equal(lodge("gom|1", "b", PAIRS("reference", "R2")), INTAKE_ACCEPTED);
	node_fixture_set_date(scene.fixture, "2026-11-25");
	assert_int_equal(lodge("gom|2", "c", PAIRS("reference", "R3")), INTAKE_ACCEPTED);
	assert_int_equal(turn_scan(&scene.fixture->turn, &from, &until, numbers, 8, &count), OK);
	assert_int_equal(count, 1);
}

static void twice_in_one_turn_is_asked_again(void **state)
{
	(void)state;
	node_fixture_begin(scene.fixture);
	assert_int_equal(ask(LEDGER_ACCEPT, "gom|1", "a", none), OK);
	assert_int_equal(ask(LEDGER_ACCEPT, "gom|1", "a", none), ERR_CONFLICT);
	assert_int_equal(ask(LEDGER_ACCEPT, "gom|1", "b", none), OK);
	assert_false(scene.served.wants_receipt);
	assert_int_equal(node_fixture_commit(scene.fixture), OK);
}

static void a_turn_that_is_not_committed_leaves_no_key(void **state)
{
	(void)state;
	node_fixture_begin(scene.fixture);
	assert_int_equal(ask(LEDGER_ACCEPT, "gom|1", "a", none), OK);
	node_fixture_drop(scene.fixture);
	assert_int_equal(lodge("gom|1", "b", none), INTAKE_ACCEPTED);
}

static void what_was_warned_of_is_told_again_for_the_same_bytes(void **state)
{
	(void)state;
	assert_int_equal(lodge("", "a", PAIRS("meaning", "amendment", "function", "02")),
			 INTAKE_ACCEPTED);
	assert_int_equal(scene.served.findings.count, 1);
	assert_int_equal(lodge("", "a", PAIRS("meaning", "amendment", "function", "02")),
			 INTAKE_SAME);
	assert_int_equal(scene.served.findings.count, 1);
	assert_string_equal(scene.served.findings.items[0].code, "original-unknown");
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		CASE(the_same_key_and_bytes_get_the_first_answer_though_the_state_went_on),
		CASE(a_refusal_stays_a_refusal_with_its_findings_though_it_would_be_taken_now),
		CASE(another_body_under_a_used_key_changes_nothing),
		CASE(a_key_holds_on_the_next_day_and_is_forgotten_after_it),
		CASE(twice_in_one_turn_is_asked_again),
		CASE(a_turn_that_is_not_committed_leaves_no_key),
		CASE(what_was_warned_of_is_told_again_for_the_same_bytes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
