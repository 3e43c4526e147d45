/*
 * anew: what verdicts and signatures rest on is put on record again in each epoch, found there in the one that is
 * asked for, and once only.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "node/anew.h"
#include "node/grounds.h"
#include "node/message.h"
#include "tests/support/index_change.h"
#include "tests/support/ledger_bench.h"

#define SIGNER_DAYS "2026-11-23 2027-11-23 "

/* A node's ledger, opened anew in a second epoch over the same store. */
struct two {
	struct node_fixture *fixture;
	struct ledger *first;
	struct ledger_shared shared;
	struct ground ground;
};

static void record_opening(struct node_fixture *fixture)
{
	const struct message_event event = {.event = "EpochOpened", .actor = "operator:lan"};
	uint64_t ignored;

	assert_int_equal(batch_open_epoch(fixture->turn.batch, 2), OK);
	assert_int_equal(message_record(&fixture->turn, 0, &event, &ignored), OK);
}

static void open_epoch(struct two *two)
{
	struct node_fixture *fixture = two->fixture;

	node_fixture_begin(fixture);
	record_opening(fixture);
	assert_int_equal(node_fixture_commit(fixture), OK);
	two->first = fixture->turn.ledger;
	two->shared = ledger_bench_share(fixture->engine);
	assert_int_equal(ledger_open(&two->shared.engine, NULL, false, &fixture->turn.ledger), OK);
	assert_int_equal(ledger_epoch(fixture->turn.ledger), 2);
}

static void close_epoch(struct two *two)
{
	ledger_close(two->fixture->turn.ledger);
	two->fixture->turn.ledger = two->first;
}

static struct two begin(void **state)
{
	static const char der[] = "a revocation list";
	struct two two = {.fixture = *state,
			  .ground = {.der = bytes_of_text(der), .is_list = true}};

	two.ground.hash = hash_of(two.ground.der);
	return two;
}

/* As when the node starts. */
static void put_ground(struct two *two)
{
	struct grounds grounds = {.items = &two->ground, .count = 1};
	bool has_more;

	node_fixture_begin(two->fixture);
	assert_int_equal(grounds_put(&grounds, &two->fixture->turn, &has_more), OK);
	assert_false(has_more);
	assert_int_equal(node_fixture_commit(two->fixture), OK);
}

/* Where it is on record in the epoch; 0: nowhere. */
static uint64_t ground_in(struct two *two, uint64_t epoch)
{
	uint64_t number = 0;
	enum err err = grounds_find(&two->fixture->turn, &two->ground.hash, epoch, &number);

	assert_true(err == OK || err == ERR_MISSING);
	return err == OK ? number : 0;
}

static void assert_sound(struct two *two)
{
	assert_string_equal(index_change_judge(two->fixture, 1).what, "");
}

static void each_epoch_has_a_record_of_its_own_and_once_only(void **state)
{
	struct two two = begin(state);

	put_ground(&two);
	put_ground(&two);
	assert_int_equal(ground_in(&two, 1), 1);
	open_epoch(&two);
	assert_int_equal(ground_in(&two, 2), 0);
	put_ground(&two);
	put_ground(&two);
	assert_int_equal(node_fixture_count(two.fixture, GROUNDS_EVENT, 0), 2);
	assert_int_equal(ground_in(&two, 1), 1);
	assert_int_equal(ground_in(&two, 2), 3);
	assert_sound(&two);
	close_epoch(&two);
}

/* One entry for all epochs: it is of the epoch that its number is of, and nothing is damaged. */
static void what_an_older_program_kept_is_found_in_its_epoch(void **state)
{
	struct two two = begin(state);
	struct turn_key first, second;
	struct bytes newest;

	put_ground(&two);
	open_epoch(&two);
	put_ground(&two);
	first = anew_key(&two.fixture->turn, SPACE_GROUND, &two.ground.hash, 1);
	second = anew_key(&two.fixture->turn, SPACE_GROUND, &two.ground.hash, 2);
	assert_int_equal(turn_get(&two.fixture->turn, &second, &newest), OK);
	index_change(two.fixture, turn_key_bytes(&first), &newest);
	index_change(two.fixture, turn_key_bytes(&second), NULL);
	assert_int_equal(ground_in(&two, 1), 0);
	assert_int_equal(ground_in(&two, 2), 3);
	assert_sound(&two);
	put_ground(&two);
	assert_int_equal(node_fixture_count(two.fixture, GROUNDS_EVENT, 0), 2);
	close_epoch(&two);
}

static void what_is_taken_away_or_stands_in_another_epoch_is_damage(void **state)
{
	struct two two = begin(state);
	struct turn_key first, second;
	struct bytes oldest, newest;

	put_ground(&two);
	open_epoch(&two);
	put_ground(&two);
	first = anew_key(&two.fixture->turn, SPACE_GROUND, &two.ground.hash, 1);
	second = anew_key(&two.fixture->turn, SPACE_GROUND, &two.ground.hash, 2);
	assert_int_equal(turn_get(&two.fixture->turn, &first, &oldest), OK);
	assert_int_equal(turn_get(&two.fixture->turn, &second, &newest), OK);
	index_change(two.fixture, turn_key_bytes(&second), NULL);
	assert_int_equal(index_change_judge(two.fixture, 1).first_bad, 3);
	index_change(two.fixture, turn_key_bytes(&second), &oldest);
	assert_int_not_equal(index_change_judge(two.fixture, 1).first_bad, 0);
	index_change(two.fixture, turn_key_bytes(&second), &newest);
	index_change(two.fixture, turn_key_bytes(&first), NULL);
	assert_int_equal(index_change_judge(two.fixture, 1).first_bad, 1);
	close_epoch(&two);
}

/* A number that cannot be read is no number: what it stands for is recorded again. */
static void what_cannot_be_read_is_missing(void **state)
{
	static const char *const texts[] = {"", SIGNER_DAYS, SIGNER_DAYS "x", SIGNER_DAYS "0"};
	struct two two = begin(state);
	struct turn_key key = anew_key(&two.fixture->turn, SPACE_SIGNER, &two.ground.hash, 1);
	struct bytes value;
	uint64_t number;

	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		const struct bytes text = bytes_of_text(texts[i]);

		index_change(two.fixture, turn_key_bytes(&key), &text);
		assert_int_equal(anew_find(&two.fixture->turn, SPACE_SIGNER, &two.ground.hash, 1,
					   &value, &number),
				 ERR_MISSING);
	}
	assert_int_equal(anew_number(SPACE_SIGNER, bytes_of_text(SIGNER_DAYS "12")), 12);
	assert_int_equal(anew_number(SPACE_GROUND, bytes_of_text("1234567")), 0);
}

#define BEGUN(name) cmocka_unit_test_setup_teardown(name, node_fixture_open, node_fixture_close)

int main(void)
{
	const struct CMUnitTest tests[] = {
		BEGUN(each_epoch_has_a_record_of_its_own_and_once_only),
		BEGUN(what_an_older_program_kept_is_found_in_its_epoch),
		BEGUN(what_is_taken_away_or_stands_in_another_epoch_is_damage),
		BEGUN(what_cannot_be_read_is_missing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
