/* renewal: when an agreement changes version, what is unsent begins again, and nothing else. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "node/outcome.h"
#include "node/renewal.h"
#include "tests/support/node_fixture.h"

static const char *const none[] = {NULL};
static const char *acdd_2[] = {"asw.acdd/2"};

static uint64_t owe(struct node_fixture *fixture, const char *reference)
{
	uint64_t message = node_fixture_lodge(fixture, "gom", reference, node_fixture_export,
					      PAIRS("reference", reference, "port", "THBKK"))
				   .message;

	node_fixture_register(fixture);
	return node_fixture_record(fixture, "DeliveryOwed", message).number;
}

static void th_takes_version_2(struct node_fixture *fixture)
{
	fixture->partners[0].takes = acdd_2;
	fixture->partners[0].take_count = 1;
}

/* What the ledger role does after it was started anew. */
static void renew(struct node_fixture *fixture)
{
	struct renewal renewal = {0};

	while (!renewal.is_done) {
		node_fixture_begin(fixture);
		assert_int_equal(renewal_step(&renewal, &fixture->turn), OK);
		if (batch_count(fixture->turn.batch) == 0)
			node_fixture_drop(fixture);
		else
			assert_int_equal(node_fixture_commit(fixture), OK);
	}
}

static void a_delivery_is_owed_in_the_version_that_the_partner_takes(void **state)
{
	struct node_fixture *fixture = *state;
	struct delivery delivery;

	th_takes_version_2(fixture);
	delivery = node_fixture_delivery(fixture, owe(fixture, "R1"));
	assert_string_equal(delivery.as, "asw.acdd/2");
	assert_int_equal(delivery.stage, STAGE_TRANSLATE);
}

static void a_version_that_the_route_says_holds_whatever_the_partner_takes(void **state)
{
	struct node_fixture *fixture = *state;

	th_takes_version_2(fixture);
	fixture->routes[0].as = "asw.acdd/1";
	assert_string_equal(node_fixture_delivery(fixture, owe(fixture, "R1")).as, "asw.acdd/1");
}

static void what_waits_to_be_sent_is_translated_anew_and_recorded(void **state)
{
	struct node_fixture *fixture = *state;
	uint64_t number = owe(fixture, "R1");
	struct delivery delivery;

	node_fixture_translate(fixture);
	assert_int_equal(node_fixture_delivery(fixture, number).stage, STAGE_SEND);
	th_takes_version_2(fixture);
	renew(fixture);
	delivery = node_fixture_delivery(fixture, number);
	assert_int_equal(delivery.stage, STAGE_TRANSLATE);
	assert_string_equal(delivery.as, "asw.acdd/2");
	assert_int_equal(delivery.output_record, delivery.message);
	assert_int_equal(node_fixture_queued(fixture, STAGE_SEND, "partner:TH"), 0);
	assert_int_equal(node_fixture_count(fixture, "DeliveryRenewed", delivery.message), 1);
	assert_string_equal(
		node_fixture_attribute(fixture, "DeliveryRenewed", delivery.message, "from"),
		"asw.acdd");
	assert_string_equal(
		node_fixture_attribute(fixture, "DeliveryRenewed", delivery.message, "to"),
		"asw.acdd/2");

	node_fixture_translate(fixture);
	assert_int_equal(node_fixture_send(fixture, "TH"), 1);
	assert_int_equal(node_fixture_count(fixture, "Translated", delivery.message), 2);
}

static void what_an_operator_keeps_back_is_renewed_and_stays_kept(void **state)
{
	struct node_fixture *fixture = *state;
	uint64_t number = owe(fixture, "R1");

	node_fixture_begin(fixture);
	assert_int_equal(outcome_keep_back(&fixture->turn, number, "user:hong", "wait"), OK);
	node_fixture_commit(fixture);
	th_takes_version_2(fixture);
	renew(fixture);
	assert_int_equal(node_fixture_delivery(fixture, number).stage, STAGE_HELD);
	assert_string_equal(node_fixture_delivery(fixture, number).as, "asw.acdd/2");
	node_fixture_begin(fixture);
	assert_int_equal(outcome_let_go(&fixture->turn, number, "user:hong", ""), OK);
	node_fixture_commit(fixture);
	assert_int_equal(node_fixture_delivery(fixture, number).stage, STAGE_TRANSLATE);
}

static void a_second_look_changes_nothing(void **state)
{
	struct node_fixture *fixture = *state;
	uint64_t size;

	owe(fixture, "R1");
	th_takes_version_2(fixture);
	renew(fixture);
	size = node_fixture_size(fixture);
	renew(fixture);
	assert_int_equal(node_fixture_size(fixture), size);
}

static void what_has_a_number_in_the_stream_stays_as_it_is(void **state)
{
	struct node_fixture *fixture = *state;
	uint64_t number = owe(fixture, "R1");

	node_fixture_translate(fixture);
	assert_int_equal(node_fixture_send(fixture, "TH"), 1);
	th_takes_version_2(fixture);
	renew(fixture);
	assert_int_equal(node_fixture_delivery(fixture, number).stage, STAGE_SENT);
	assert_string_equal(node_fixture_delivery(fixture, number).as, "asw.acdd");
	assert_int_equal(node_fixture_count(fixture, "DeliveryRenewed", 0), 0);
}

static void what_was_held_begins_again_without_its_reason(void **state)
{
	struct node_fixture *fixture = *state;
	struct finding finding = {SEVERITY_ERROR, "value-too-long", "", 0, "", "dài", "long"};
	uint64_t number = owe(fixture, "R1");
	struct findings findings;
	struct delivery delivery;

	findings_init(&findings, fixture->arena);
	assert_int_equal(findings_put(&findings, &finding), OK);
	node_fixture_begin(fixture);
	assert_int_equal(outcome_held(&fixture->turn, number, &findings), OK);
	assert_int_equal(node_fixture_commit(fixture), OK);
	renew(fixture);
	assert_int_equal(node_fixture_delivery(fixture, number).stage, STAGE_HELD);
	th_takes_version_2(fixture);
	renew(fixture);
	delivery = node_fixture_delivery(fixture, number);
	assert_int_equal(delivery.stage, STAGE_TRANSLATE);
	assert_string_equal(delivery.why, "");
}

static void a_translation_into_the_old_version_that_comes_late_is_not_taken(void **state)
{
	struct node_fixture *fixture = *state;
	struct outcome_translation late = {
		.as = "asw.acdd", .output = bytes_of_text("old"), .report = bytes_of_text("{}")};
	uint64_t number = owe(fixture, "R1");

	th_takes_version_2(fixture);
	renew(fixture);
	node_fixture_begin(fixture);
	assert_int_equal(outcome_translated(&fixture->turn, number, &late), OK);
	assert_int_equal(batch_count(fixture->turn.batch), 0);
	node_fixture_drop(fixture);
	assert_int_equal(node_fixture_delivery(fixture, number).stage, STAGE_TRANSLATE);
}

static void what_was_owed_under_a_route_that_is_gone_stays_owed(void **state)
{
	struct node_fixture *fixture = *state;
	uint64_t number = owe(fixture, "R1");

	fixture->routes[0].id = "another";
	th_takes_version_2(fixture);
	renew(fixture);
	assert_int_equal(node_fixture_delivery(fixture, number).stage, STAGE_TRANSLATE);
	assert_string_equal(node_fixture_delivery(fixture, number).as, "asw.acdd");
}

/* More than a page of them, and certificates that the partner takes as before. */
static void all_are_looked_at_page_by_page(void **state)
{
	struct node_fixture *fixture = *state;
	char reference[16];

	for (int i = 0; i < 150; i++) {
		(void)snprintf(reference, sizeof(reference), "P%d", i);
		owe(fixture, reference);
	}
	node_fixture_lodge(fixture, "gom", "i", node_fixture_import, none);
	th_takes_version_2(fixture);
	renew(fixture);
	assert_int_equal(node_fixture_count(fixture, "DeliveryRenewed", 0), 150);
}

/* What is damaged is told and left; what stands behind it in the queue is not. */
static void one_that_cannot_be_read_holds_up_no_other(void **state)
{
	struct node_fixture *fixture = *state;
	uint64_t damaged = owe(fixture, "R1"), good = owe(fixture, "R2");
	struct turn_key key = turn_key(SPACE_DELIVERY);
	struct renewal renewal = {0};

	turn_key_add_number(&key, damaged);
	node_fixture_begin(fixture);
	assert_int_equal(batch_put(fixture->turn.batch, turn_key_bytes(&key), bytes_of("\1", 1)),
			 OK);
	assert_int_equal(node_fixture_commit(fixture), OK);
	th_takes_version_2(fixture);
	node_fixture_begin(fixture);
	while (!renewal.is_done)
		assert_int_equal(renewal_step(&renewal, &fixture->turn), OK);
	assert_int_equal(node_fixture_commit(fixture), OK);
	assert_int_equal(renewal.unread, damaged);
	assert_string_equal(node_fixture_delivery(fixture, good).as, "asw.acdd/2");
}

#define A_TEST(name) cmocka_unit_test_setup_teardown(name, node_fixture_open, node_fixture_close)

int main(void)
{
	const struct CMUnitTest tests[] = {
		A_TEST(a_delivery_is_owed_in_the_version_that_the_partner_takes),
		A_TEST(a_version_that_the_route_says_holds_whatever_the_partner_takes),
		A_TEST(what_waits_to_be_sent_is_translated_anew_and_recorded),
		A_TEST(what_an_operator_keeps_back_is_renewed_and_stays_kept),
		A_TEST(a_second_look_changes_nothing),
		A_TEST(what_has_a_number_in_the_stream_stays_as_it_is),
		A_TEST(what_was_held_begins_again_without_its_reason),
		A_TEST(a_translation_into_the_old_version_that_comes_late_is_not_taken),
		A_TEST(what_was_owed_under_a_route_that_is_gone_stays_owed),
		A_TEST(all_are_looked_at_page_by_page),
		A_TEST(one_that_cannot_be_read_holds_up_no_other),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
