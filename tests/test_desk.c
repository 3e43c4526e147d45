/* desk: numbers without gaps per office and year; an amendment raises the last digit of its
 * original's number. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "node/desk.h"
#include "tests/support/node_fixture.h"

static const char *const none[] = {NULL};

#define AMENDMENT "function", "02", "meaning", "amendment"

static uint64_t lodge(struct node_fixture *fixture, const char *reference, const char *office)
{
	return node_fixture_lodge(fixture, "gom", reference, node_fixture_export,
				  PAIRS("reference", reference, "office", office))
		.message;
}

static uint64_t amend(struct node_fixture *fixture, const char *document)
{
	return node_fixture_lodge(fixture, "gom", document, node_fixture_export, PAIRS(AMENDMENT))
		.message;
}

static const char *number_of(struct node_fixture *fixture, uint64_t message)
{
	return node_fixture_message(fixture, message).registered;
}

static void a_number_is_twelve_digits_of_way_year_serial_and_version(void **state)
{
	struct node_fixture *fixture = *state;
	uint64_t exported = lodge(fixture, "R1", "03CC");
	uint64_t imported =
		node_fixture_lodge(fixture, "gom", "i", node_fixture_import, none).message;

	node_fixture_register(fixture);
	assert_string_equal(number_of(fixture, exported), "326000000010");
	assert_string_equal(number_of(fixture, imported), "126000000020");
	assert_string_equal(node_fixture_message(fixture, exported).state, "registered");
	assert_string_equal(node_fixture_attribute(fixture, "Registered", exported, "number"),
			    "326000000010");
	assert_string_equal(node_fixture_attribute(fixture, "Registered", exported, "office"),
			    "03CC");
	assert_int_equal(node_fixture_queued(fixture, STAGE_REGISTER, ""), 0);
}

static void numbers_have_no_gaps_per_office_and_year(void **state)
{
	static const struct {
		const char *date, *office, *number;
	} cases[] = {
		{"2026-12-30", "03CC", "326000000010"}, {"2026-12-30", "02CI", "326000000010"},
		{"2026-12-31", "03CC", "326000000020"}, {"2027-01-01", "03CC", "327000000010"},
		{"2027-01-01", "02CI", "327000000010"}, {"2027-01-02", "03CC", "327000000020"},
		{"2027-01-02", "", "327000000010"},
	};
	struct node_fixture *fixture = *state;

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		char reference[8];
		uint64_t message;

		(void)snprintf(reference, sizeof(reference), "N%zu", i);
		node_fixture_set_date(fixture, cases[i].date);
		message = lodge(fixture, reference, cases[i].office);
		node_fixture_register(fixture);
		assert_string_equal(number_of(fixture, message), cases[i].number);
	}
}

static void the_year_is_that_of_the_office_not_of_greenwich(void **state)
{
	struct node_fixture *fixture = *state;
	uint64_t message = lodge(fixture, "R1", "03CC");

	node_fixture_set_date(fixture, "2026-12-31");
	fixture->turn.now_ms += 12ull * 3600 * 1000; /* 2026-12-31T17:00Z is midnight in Ha Noi */
	node_fixture_register(fixture);
	assert_string_equal(number_of(fixture, message), "327000000010");
}

static void a_turn_that_was_rewound_or_not_committed_leaves_no_gap(void **state)
{
	struct node_fixture *fixture = *state;
	struct engine_faults faults = {.fail_commit_at = 1, .fail_with = ERR_FULL};
	uint64_t first = lodge(fixture, "R1", "03CC"), second = lodge(fixture, "R2", "03CC");
	size_t mark;

	node_fixture_begin(fixture);
	mark = batch_mark(fixture->turn.batch);
	assert_int_equal(desk_register(&fixture->turn, first), OK);
	batch_rewind(fixture->turn.batch, mark);
	node_fixture_drop(fixture);

	engine_sim_set_faults(fixture->engine, &faults);
	node_fixture_begin(fixture);
	assert_int_equal(desk_register(&fixture->turn, first), OK);
	assert_int_equal(node_fixture_commit(fixture), ERR_FULL);
	assert_int_equal(node_fixture_queued(fixture, STAGE_REGISTER, ""), 2);

	node_fixture_register(fixture);
	assert_string_equal(number_of(fixture, first), "326000000010");
	assert_string_equal(number_of(fixture, second), "326000000020");
}

static void registering_twice_gives_one_number(void **state)
{
	struct node_fixture *fixture = *state;
	uint64_t message = lodge(fixture, "R1", "03CC");

	node_fixture_begin(fixture);
	assert_int_equal(desk_register(&fixture->turn, message), OK);
	assert_int_equal(desk_register(&fixture->turn, message), OK);
	assert_int_equal(node_fixture_commit(fixture), OK);
	assert_int_equal(node_fixture_count(fixture, "Registered", message), 1);
	assert_string_equal(number_of(fixture, lodge(fixture, "R1", "03CC")), "326000000010");
}

static void an_office_whose_numbers_are_used_up_says_so(void **state)
{
	struct node_fixture *fixture = *state;
	struct turn_key key = turn_key(SPACE_COUNTER);
	uint64_t message = lodge(fixture, "R1", "03CC");
	uint8_t year[4], value[8];

	bytes_put_u32(year, 2026);
	bytes_put_u64(value, 99999998);
	turn_key_add_bytes(&key, year, 4);
	turn_key_add_bytes(&key, "03CC", 4);
	node_fixture_begin(fixture);
	assert_int_equal(batch_put(fixture->turn.batch, turn_key_bytes(&key), bytes_of(value, 8)),
			 OK);
	assert_int_equal(node_fixture_commit(fixture), OK);
	node_fixture_register(fixture);
	assert_string_equal(number_of(fixture, message), "326999999990");

	message = lodge(fixture, "R2", "03CC");
	node_fixture_begin(fixture);
	assert_int_equal(desk_register(&fixture->turn, message), ERR_LIMIT);
	node_fixture_drop(fixture);
}

static void registration_closes_the_procedure(void **state)
{
	struct node_fixture *fixture = *state;
	uint64_t message = lodge(fixture, "R1", "03CC");

	node_fixture_register(fixture);
	assert_string_equal(node_fixture_attribute(fixture, "ProcedureClosed", message, "onTime"),
			    "yes");
	assert_int_equal(node_fixture_message(fixture, message).closed_ms, fixture->turn.now_ms);
}

/* ---- Amendments ---- */

static void amendments_raise_the_last_digit_and_are_sent_again(void **state)
{
	struct node_fixture *fixture = *state;
	uint64_t original = lodge(fixture, "R1", "03CC"), first, second;

	node_fixture_register(fixture);
	first = amend(fixture, "b");
	second = amend(fixture, "c");
	node_fixture_register(fixture);
	assert_string_equal(number_of(fixture, original), "326000000010");
	assert_string_equal(number_of(fixture, first), "326000000011");
	assert_string_equal(number_of(fixture, second), "326000000012");
	assert_string_equal(node_fixture_message(fixture, second).state, "registered");
	assert_string_equal(node_fixture_attribute(fixture, "Registered", second, "amends"),
			    "326000000010");
	assert_string_equal(node_fixture_attribute(fixture, "Amended", original, "number"),
			    "326000000012");
	assert_int_equal(node_fixture_count(fixture, "Amended", original), 2);
	assert_string_equal(node_fixture_attribute(fixture, "DeliveryOwed", first, "as"),
			    "asw.acdd");
	assert_int_equal(node_fixture_count(fixture, "DeliveryOwed", 0), 3);
}

static void an_amendment_uses_up_no_number(void **state)
{
	struct node_fixture *fixture = *state;
	uint64_t next;

	lodge(fixture, "R1", "03CC");
	node_fixture_register(fixture);
	amend(fixture, "b");
	next = lodge(fixture, "R2", "03CC");
	node_fixture_register(fixture);
	assert_string_equal(number_of(fixture, next), "326000000020");
}

static void an_amendment_of_last_year_keeps_its_number(void **state)
{
	struct node_fixture *fixture = *state;
	uint64_t amendment;

	lodge(fixture, "R1", "03CC");
	node_fixture_register(fixture);
	node_fixture_set_date(fixture, "2027-01-05");
	amendment = amend(fixture, "b");
	node_fixture_register(fixture);
	assert_string_equal(number_of(fixture, amendment), "326000000011");
}

static void an_amendment_lodged_before_registration_comes_behind_its_original(void **state)
{
	struct node_fixture *fixture = *state;
	uint64_t original = lodge(fixture, "R1", "03CC"), amendment = amend(fixture, "b");

	node_fixture_register(fixture);
	assert_string_equal(number_of(fixture, original), "326000000010");
	assert_string_equal(number_of(fixture, amendment), "326000000011");
}

static void an_amendment_waits_while_its_original_has_no_number(void **state)
{
	struct node_fixture *fixture = *state;
	uint64_t original = lodge(fixture, "R1", "03CC"), amendment = amend(fixture, "b");

	node_fixture_begin(fixture);
	assert_int_equal(desk_register(&fixture->turn, amendment), OK);
	assert_int_equal(batch_count(fixture->turn.batch), 0);
	node_fixture_drop(fixture);
	assert_int_equal(node_fixture_queued(fixture, STAGE_REGISTER, ""), 2);
	node_fixture_register(fixture);
	assert_string_equal(number_of(fixture, original), "326000000010");
	assert_string_equal(number_of(fixture, amendment), "326000000011");
}

static void the_tenth_amendment_is_set_aside_for_a_person(void **state)
{
	static const char *const documents[] = {"1", "2", "3", "4", "5", "6", "7", "8", "9", "10"};
	struct node_fixture *fixture = *state;
	uint64_t messages[10];

	lodge(fixture, "R1", "03CC");
	for (size_t i = 0; i < 10; i++)
		messages[i] = amend(fixture, documents[i]);
	node_fixture_register(fixture);
	assert_string_equal(number_of(fixture, messages[8]), "326000000019");
	assert_string_equal(number_of(fixture, messages[9]), "");
	assert_string_equal(node_fixture_message(fixture, messages[9]).state, "set-aside");
	assert_string_equal(
		node_fixture_attribute(fixture, "RegistrationRefused", messages[9], "reason"),
		"amendments-used-up");
	assert_int_equal(node_fixture_count(fixture, "DeliveryOwed", messages[9]), 0);
	assert_int_equal(node_fixture_queued(fixture, STAGE_REGISTER, ""), 0);
}

static void one_number_of_two_offices_is_two_declarations(void **state)
{
	struct node_fixture *fixture = *state;
	uint64_t here = lodge(fixture, "R1", "03CC"), there = lodge(fixture, "R2", "02CI");
	uint64_t amendment;

	node_fixture_register(fixture);
	assert_string_equal(number_of(fixture, here), number_of(fixture, there));
	amendment =
		node_fixture_lodge(fixture, "gom", "b", node_fixture_export,
				   PAIRS(AMENDMENT, "reference", "R3", "original", "326000000010"))
			.message;
	assert_int_equal(node_fixture_message(fixture, amendment).root, here);
	amendment = node_fixture_lodge(fixture, "gom", "c", node_fixture_export,
				       PAIRS(AMENDMENT, "reference", "R4", "original",
					     "326000000010", "office", "02CI"))
			    .message;
	assert_int_equal(node_fixture_message(fixture, amendment).root, there);
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, node_fixture_open, node_fixture_close)

int main(void)
{
	static const struct CMUnitTest tests[] = {
		CASE(a_number_is_twelve_digits_of_way_year_serial_and_version),
		CASE(numbers_have_no_gaps_per_office_and_year),
		CASE(the_year_is_that_of_the_office_not_of_greenwich),
		CASE(a_turn_that_was_rewound_or_not_committed_leaves_no_gap),
		CASE(registering_twice_gives_one_number),
		CASE(an_office_whose_numbers_are_used_up_says_so),
		CASE(registration_closes_the_procedure),
		CASE(amendments_raise_the_last_digit_and_are_sent_again),
		CASE(an_amendment_uses_up_no_number),
		CASE(an_amendment_of_last_year_keeps_its_number),
		CASE(an_amendment_lodged_before_registration_comes_behind_its_original),
		CASE(an_amendment_waits_while_its_original_has_no_number),
		CASE(the_tenth_amendment_is_set_aside_for_a_person),
		CASE(one_number_of_two_offices_is_two_declarations),
	};

	return cmocka_run_group_tests_name("desk", tests, NULL, NULL);
}
