/* witness_call: what is shown to a partner of our own ledger is whole, or it is not shown. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "node/checkpoint.h"
#include "node/message.h"
#include "node/witness_call.h"
#include "tests/support/ledger_bench.h"
#include "tests/support/node_fixture.h"

/* A second epoch, whose first record holds this word. */
static void put_opening(struct node_fixture *fixture, struct bytes word)
{
	const struct message_event event = {.event = "EpochOpened",
					    .actor = "operator:lan",
					    .payload_role = {word.len > 0 ? "word" : NULL},
					    .payload = {word}};
	uint64_t ignored;

	(void)node_fixture_lodge(fixture, "gom", "d", node_fixture_export, PAIRS(NULL));
	node_fixture_begin(fixture);
	assert_int_equal(batch_open_epoch(fixture->turn.batch, 2), OK);
	assert_int_equal(message_record(&fixture->turn, 0, &event, &ignored), OK);
	assert_int_equal(node_fixture_commit(fixture), OK);
}

static void put_checkpoint(struct node_fixture *fixture)
{
	struct checkpoint checkpoint = {.size = 1};
	struct buffer note;
	struct key *key;
	uint64_t number;

	assert_int_equal(key_new(&key), OK);
	(void)snprintf(checkpoint.origin, sizeof(checkpoint.origin), "%s",
		       ledger_origin(fixture->turn.ledger));
	assert_int_equal(ledger_head(fixture->turn.ledger, &number, &checkpoint.root), OK);
	buffer_init(&note, CHECKPOINT_MAX_BYTES);
	assert_int_equal(checkpoint_sign(&checkpoint, key, &note), OK);
	node_fixture_begin(fixture);
	assert_int_equal(
		batch_put_checkpoint(fixture->turn.batch, checkpoint.size, buffer_bytes(&note)),
		OK);
	assert_int_equal(node_fixture_commit(fixture), OK);
	buffer_clear(&note);
	key_free(key);
}

static enum err prove(struct node_fixture *fixture)
{
	struct buffer question, answer;
	enum err err;

	buffer_init(&question, LIMIT_RECORD_BYTES);
	buffer_init(&answer, LIMIT_CALL_BYTES);
	witness_call_pack_wanted(&question, &(struct witness_wanted){.partner = "TH"});
	err = witness_call_serve(&fixture->turn, LEDGER_PROVE, buffer_bytes(&question), &answer);
	buffer_clear(&question);
	buffer_clear(&answer);
	return err;
}

static enum err prove_second_epoch(struct node_fixture *fixture, struct bytes word)
{
	struct ledger *first = fixture->turn.ledger;
	struct ledger_shared shared;
	enum err err;

	put_opening(fixture, word);
	shared = ledger_bench_share(fixture->engine);
	assert_int_equal(ledger_open(&shared.engine, NULL, false, &fixture->turn.ledger), OK);
	put_checkpoint(fixture);
	err = prove(fixture);
	ledger_close(fixture->turn.ledger);
	fixture->turn.ledger = first;
	return err;
}

/* There is no card of our own in either. */
static void an_epoch_is_shown_with_the_word_that_opened_it(void **state)
{
	assert_int_equal(prove_second_epoch(*state, bytes_of_text("a word")), OK);
}

/* A partner that is shown one without takes it for a fork, and raises an alarm. */
static void an_epoch_whose_word_was_lost_is_not_shown(void **state)
{
	assert_int_equal(prove_second_epoch(*state, (struct bytes){0}), ERR_CORRUPT);
}

#define WITH_A_NODE(name) \
	cmocka_unit_test_setup_teardown(name, node_fixture_open, node_fixture_close)

int main(void)
{
	const struct CMUnitTest tests[] = {
		WITH_A_NODE(an_epoch_is_shown_with_the_word_that_opened_it),
		WITH_A_NODE(an_epoch_whose_word_was_lost_is_not_shown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
