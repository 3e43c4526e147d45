/* outcome: what came of work is told once or many times, and counts once. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "node/objection.h"
#include "node/outcome.h"
#include "tests/support/node_fixture.h"

static const char *const none[] = {NULL};

/* A delivery that waits to be translated for TH. */
static uint64_t owe(struct node_fixture *fixture)
{
	uint64_t message =
		node_fixture_lodge(fixture, "gom", "a", node_fixture_export, none).message;

	node_fixture_register(fixture);
	return node_fixture_record(fixture, "DeliveryOwed", message).number;
}

/* A delivery that waits to be handed over to customs. */
static uint64_t owe_at_home(struct node_fixture *fixture)
{
	uint64_t message =
		node_fixture_lodge(fixture, "gom", "i", node_fixture_import, none).message;

	return node_fixture_record(fixture, "DeliveryOwed", message).number;
}

static enum err translated(struct node_fixture *fixture, uint64_t delivery)
{
	struct delivery owed = {.as = ""};
	enum err err = delivery_load(&fixture->turn, delivery, &owed);
	struct outcome_translation translation = {.as = owed.as,
						  .output = bytes_of_text("out"),
						  .report = bytes_of_text("{}"),
						  .schema_set = hash_of(bytes_of_text("set"))};

	assert_true(err == OK || err == ERR_MISSING);
	return outcome_translated(&fixture->turn, delivery, &translation);
}

static enum err held(struct node_fixture *fixture, uint64_t delivery, const char *code)
{
	struct finding finding = {SEVERITY_ERROR, code, "", 0, "", "thiếu", "missing"};
	struct findings findings;

	findings_init(&findings, fixture->arena);
	assert_int_equal(findings_put(&findings, &finding), OK);
	return outcome_held(&fixture->turn, delivery, &findings);
}

static struct delivery told(struct node_fixture *fixture, uint64_t delivery, enum err err)
{
	assert_int_equal(err, OK);
	if (batch_count(fixture->turn.batch) == 0)
		node_fixture_drop(fixture);
	else
		assert_int_equal(node_fixture_commit(fixture), OK);
	return node_fixture_delivery(fixture, delivery);
}

static void a_translation_is_on_record_with_its_hashes(void **state)
{
	struct node_fixture *fixture = *state;
	uint64_t number = owe(fixture);
	struct hash source = hash_of(bytes_of_text("a")), set = hash_of(bytes_of_text("set"));
	char source_hex[HASH_HEX_BYTES], set_hex[HASH_HEX_BYTES];
	struct delivery delivery;
	struct record record;
	struct bytes output;

	hash_format_hex(&source, source_hex);
	hash_format_hex(&set, set_hex);
	node_fixture_begin(fixture);
	delivery = told(fixture, number, translated(fixture, number));
	record = node_fixture_record(fixture, "Translated", delivery.message);
	assert_int_equal(delivery.stage, STAGE_SIGN);
	assert_int_equal(delivery.output_record, record.number);
	assert_string_equal(facts_get_or_empty(&record.attributes, "source"), source_hex);
	assert_string_equal(facts_get_or_empty(&record.attributes, "schemaSet"), set_hex);
	assert_string_equal(facts_get_or_empty(&record.attributes, "from"), "vn.export");
	assert_string_equal(facts_get_or_empty(&record.attributes, "to"), "asw.acdd");
	assert_string_equal(record.payloads[0].role, "output");
	assert_string_equal(record.payloads[1].role, "report");
	assert_int_equal(delivery_document(&fixture->turn, &delivery, &output), OK);
	assert_true(bytes_equal(output, bytes_of_text("out")));
}

static void an_outcome_told_again_changes_nothing(void **state)
{
	struct node_fixture *fixture = *state;
	uint64_t number = owe(fixture), at_home = owe_at_home(fixture), size;
	bool is_again;

	node_fixture_begin(fixture);
	told(fixture, number, translated(fixture, number));
	node_fixture_begin(fixture);
	told(fixture, at_home, outcome_handed_over(&fixture->turn, at_home));
	size = node_fixture_size(fixture);

	node_fixture_begin(fixture);
	assert_int_equal(translated(fixture, number), OK);
	assert_int_equal(held(fixture, number, "late"), OK);
	assert_int_equal(outcome_handed_over(&fixture->turn, number), OK);
	assert_int_equal(outcome_crashed(&fixture->turn, STAGE_TRANSLATE, number, &is_again), OK);
	assert_false(is_again);
	assert_int_equal(outcome_handed_over(&fixture->turn, at_home), OK);
	assert_int_equal(held(fixture, at_home, "late"), OK);
	assert_int_equal(batch_count(fixture->turn.batch), 0);
	node_fixture_drop(fixture);
	assert_int_equal(node_fixture_size(fixture), size);
}

static void an_outcome_told_twice_in_one_turn_counts_once(void **state)
{
	struct node_fixture *fixture = *state;
	uint64_t number = owe_at_home(fixture);
	struct delivery delivery;

	node_fixture_begin(fixture);
	assert_int_equal(outcome_handed_over(&fixture->turn, number), OK);
	delivery = told(fixture, number, outcome_handed_over(&fixture->turn, number));
	assert_int_equal(delivery.stage, STAGE_DONE);
	assert_int_equal(node_fixture_message(fixture, delivery.message).delivered, 1);
	assert_int_equal(node_fixture_count(fixture, "ContentHandover", 0), 1);
	assert_string_equal(node_fixture_record(fixture, "ContentHandover", 0).actor, "party:03cc");
}

static void what_is_held_says_why_and_waits_for_an_operator(void **state)
{
	struct node_fixture *fixture = *state;
	uint64_t number = owe(fixture);
	struct delivery delivery;

	node_fixture_begin(fixture);
	delivery = told(fixture, number, held(fixture, number, "value-missing"));
	assert_int_equal(delivery.stage, STAGE_HELD);
	assert_string_equal(delivery.why, "value-missing");
	assert_string_equal(node_fixture_attribute(fixture, "DeliveryHeld", 0, "why"),
			    "value-missing");
	assert_int_equal(node_fixture_record(fixture, "DeliveryHeld", 0).payload_count, 1);
	assert_int_equal(node_fixture_queued(fixture, STAGE_TRANSLATE, ""), 0);
	assert_int_equal(node_fixture_queued(fixture, STAGE_HELD, ""), 1);
}

static void a_held_one_is_retried_where_it_stopped(void **state)
{
	static const struct {
		bool is_translated, is_at_home;
		enum delivery_stage stage;
	} cases[] = {
		{false, false, STAGE_TRANSLATE},
		{false, true, STAGE_HAND_OVER}, /* handed over as it is: nothing to translate */
	};

	for (size_t i = 0; i < 2; i++) {
		struct node_fixture *fixture;
		struct delivery delivery;
		uint64_t number;

		assert_int_equal(node_fixture_open(state), 0);
		fixture = *state;
		number = cases[i].is_at_home ? owe_at_home(fixture) : owe(fixture);
		node_fixture_begin(fixture);
		told(fixture, number, held(fixture, number, "no-inbox"));
		node_fixture_begin(fixture);
		delivery = told(fixture, number,
				outcome_retry(&fixture->turn, number, "operator:hong", ""));
		assert_int_equal(delivery.stage, cases[i].stage);
		assert_string_equal(delivery.why, "");
		assert_string_equal(node_fixture_record(fixture, "DeliveryRetried", 0).actor,
				    "operator:hong");
		assert_int_equal(node_fixture_queued(fixture, STAGE_HELD, ""), 0);
		node_fixture_close(state);
	}
}

static void a_dropped_one_is_gone_for_good_with_its_reason(void **state)
{
	struct node_fixture *fixture = *state;
	uint64_t number = owe(fixture);
	struct delivery delivery;

	node_fixture_begin(fixture);
	told(fixture, number, held(fixture, number, "value-missing"));
	node_fixture_begin(fixture);
	delivery = told(fixture, number,
			outcome_drop(&fixture->turn, number, "operator:hong", "never sent"));
	assert_int_equal(delivery.stage, STAGE_DONE);
	assert_string_equal(node_fixture_attribute(fixture, "DeliveryDropped", 0, "reason"),
			    "never sent");
	assert_int_equal(node_fixture_queued(fixture, STAGE_HELD, ""), 0);
	node_fixture_begin(fixture);
	assert_int_equal(outcome_retry(&fixture->turn, number, "operator:hong", ""), ERR_MISSING);
	node_fixture_drop(fixture);
}

static void only_what_is_held_can_be_retried_or_dropped(void **state)
{
	struct node_fixture *fixture = *state;
	uint64_t number = owe(fixture);

	node_fixture_begin(fixture);
	assert_int_equal(outcome_retry(&fixture->turn, number, "operator:hong", ""), ERR_MISSING);
	assert_int_equal(outcome_drop(&fixture->turn, number, "operator:hong", ""), ERR_MISSING);
	assert_int_equal(outcome_retry(&fixture->turn, 4711, "operator:hong", ""), ERR_MISSING);
	node_fixture_drop(fixture);
}

static void what_is_kept_back_goes_on_where_it_stood_and_not_before(void **state)
{
	struct node_fixture *fixture = *state;
	uint64_t number = owe(fixture);
	struct delivery delivery;

	node_fixture_begin(fixture);
	delivery = told(fixture, number,
			outcome_keep_back(&fixture->turn, number, "user:hong", "port closed"));
	assert_int_equal(delivery.stage, STAGE_HELD);
	assert_string_equal(delivery.why, OUTCOME_KEPT_BACK);
	assert_string_equal(node_fixture_record(fixture, "DeliveryKeptBack", 0).actor, "user:hong");
	assert_string_equal(node_fixture_attribute(fixture, "DeliveryKeptBack", 0, "reason"),
			    "port closed");
	assert_int_equal(node_fixture_queued(fixture, STAGE_TRANSLATE, ""), 0);
	node_fixture_begin(fixture); /* what a worker was at counts no more */
	assert_int_equal(told(fixture, number, held(fixture, number, "value-missing")).stage,
			 STAGE_HELD);
	assert_int_equal(node_fixture_count(fixture, "DeliveryHeld", 0), 0);
	node_fixture_begin(fixture);
	delivery = told(fixture, number,
			outcome_let_go(&fixture->turn, number, "user:hong", "open again"));
	assert_int_equal(delivery.stage, STAGE_TRANSLATE);
	assert_string_equal(delivery.why, "");
	assert_int_equal(node_fixture_queued(fixture, STAGE_TRANSLATE, ""), 1);
}

static void what_has_a_number_or_is_done_cannot_be_kept_back(void **state)
{
	struct node_fixture *fixture = *state;
	uint64_t number = owe(fixture);

	node_fixture_translate(fixture);
	assert_int_equal(node_fixture_send(fixture, "TH"), 1);
	assert_int_equal(node_fixture_delivery(fixture, number).stage, STAGE_SENT);
	node_fixture_begin(fixture);
	assert_int_equal(outcome_keep_back(&fixture->turn, number, "user:hong", "late"),
			 ERR_MISSING);
	assert_int_equal(outcome_let_go(&fixture->turn, number, "user:hong", ""), ERR_MISSING);
	assert_int_equal(outcome_keep_back(&fixture->turn, 4711, "user:hong", ""), ERR_MISSING);
	node_fixture_drop(fixture);
}

static void what_has_findings_is_not_let_go_but_retried(void **state)
{
	struct node_fixture *fixture = *state;
	uint64_t number = owe(fixture);

	node_fixture_begin(fixture);
	told(fixture, number, held(fixture, number, "value-missing"));
	node_fixture_begin(fixture);
	assert_int_equal(outcome_let_go(&fixture->turn, number, "user:hong", ""), ERR_MISSING);
	assert_int_equal(outcome_keep_back(&fixture->turn, number, "user:hong", "a"), ERR_MISSING);
	node_fixture_drop(fixture);
}

static void the_third_crash_holds_and_a_retry_counts_anew(void **state)
{
	struct node_fixture *fixture = *state;
	uint64_t number = owe(fixture);
	struct delivery delivery;
	bool is_again;

	for (unsigned round = 0; round < 2; round++) {
		for (unsigned crash = 1; crash <= 3; crash++) {
			node_fixture_begin(fixture);
			delivery = told(fixture, number,
					outcome_crashed(&fixture->turn, STAGE_TRANSLATE, number,
							&is_again));
			assert_int_equal(is_again, crash < 3);
			assert_int_equal(delivery.stage, crash < 3 ? STAGE_TRANSLATE : STAGE_HELD);
			assert_int_equal(node_fixture_queued(fixture, STAGE_TRANSLATE, ""),
					 crash < 3 ? 1 : 0);
		}
		assert_string_equal(delivery.why, objection_code(OBJECTION_WORKER_CRASHED));
		node_fixture_begin(fixture);
		told(fixture, number, outcome_retry(&fixture->turn, number, "operator:hong", ""));
	}
}

static void an_outcome_of_nothing_is_missing(void **state)
{
	struct node_fixture *fixture = *state;
	bool is_again;

	node_fixture_begin(fixture);
	assert_int_equal(translated(fixture, 99), ERR_MISSING);
	assert_int_equal(held(fixture, 99, "x"), ERR_MISSING);
	assert_int_equal(outcome_handed_over(&fixture->turn, 99), ERR_MISSING);
	assert_int_equal(outcome_crashed(&fixture->turn, STAGE_TRANSLATE, 99, &is_again),
			 ERR_MISSING);
	assert_int_equal(outcome_crashed(&fixture->turn, STAGE_CHECK, 99, &is_again), ERR_MISSING);
	node_fixture_drop(fixture);
}

static void what_is_translated_for_a_party_is_handed_over(void **state)
{
	struct parcel parcel = {"TH-1-7", 8, "TH-1-7", "asw.acdd", bytes_of_text("<acdd/>")};
	struct node_fixture *fixture = *state;
	struct facts facts;
	uint64_t message, number;

	assert_int_equal(node_fixture_arrive(fixture, "TH", 1, &parcel), OK);
	message = node_fixture_record(fixture, "RelayAcceptance", 0).number;
	facts = node_fixture_facts(fixture, PAIRS("kind", "asw.acdd"), none);
	node_fixture_begin(fixture);
	assert_int_equal(arrival_checked(&fixture->turn, message, &facts, &fixture->findings), OK);
	assert_int_equal(node_fixture_commit(fixture), OK);
	number = node_fixture_record(fixture, "DeliveryOwed", message).number;
	node_fixture_begin(fixture);
	assert_int_equal(told(fixture, number, translated(fixture, number)).stage, STAGE_HAND_OVER);
	/* held on the way to the inbox: a retry need not translate again */
	node_fixture_begin(fixture);
	told(fixture, number, held(fixture, number, "no-inbox"));
	node_fixture_begin(fixture);
	assert_int_equal(
		told(fixture, number, outcome_retry(&fixture->turn, number, "operator:hong", ""))
			.stage,
		STAGE_HAND_OVER);
	node_fixture_hand_over(fixture);
	assert_string_equal(node_fixture_message(fixture, message).state, "handed-over");
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, node_fixture_open, node_fixture_close)

int main(void)
{
	static const struct CMUnitTest tests[] = {
		CASE(a_translation_is_on_record_with_its_hashes),
		CASE(an_outcome_told_again_changes_nothing),
		CASE(an_outcome_told_twice_in_one_turn_counts_once),
		CASE(what_is_held_says_why_and_waits_for_an_operator),
		cmocka_unit_test(a_held_one_is_retried_where_it_stopped),
		CASE(a_dropped_one_is_gone_for_good_with_its_reason),
		CASE(only_what_is_held_can_be_retried_or_dropped),
		CASE(what_is_kept_back_goes_on_where_it_stood_and_not_before),
		CASE(what_has_a_number_or_is_done_cannot_be_kept_back),
		CASE(what_has_findings_is_not_let_go_but_retried),
		CASE(the_third_crash_holds_and_a_retry_counts_anew),
		CASE(an_outcome_of_nothing_is_missing),
		CASE(what_is_translated_for_a_party_is_handed_over),
	};

	return cmocka_run_group_tests_name("outcome", tests, NULL, NULL);
}
