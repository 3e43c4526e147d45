/* ledger_serve: each question does what it says, work is handed out once, nonsense is an error and
 * changes nothing. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "node/ledger_inside.h"
#include "node/ledger_serve.h"
#include "node/queue_change.h"
#include "tests/support/node_fixture.h"

static const char *const none[] = {NULL};

struct bench {
	struct node_fixture *fixture;
	struct ledger_serve serve;
	struct ledger_served served;
	struct buffer body;
	bool has_more; /* than the answer to LEDGER_WORK holds */
};

static struct bench bench;

static int set_up(void **state)
{
	if (node_fixture_open(state) != 0)
		return -1;
	bench = (struct bench){.fixture = *state};
	buffer_init(&bench.body, LIMIT_CALL_BYTES);
	buffer_init(&bench.served.answer, LIMIT_CALL_BYTES);
	return 0;
}

static int tear_down(void **state)
{
	buffer_clear(&bench.body);
	buffer_clear(&bench.served.answer);
	return node_fixture_close(state);
}

/* In the open turn. The question stands in bench.body; it is copied, as the role keeps it for the
 * turn, and begun anew. */
static enum err ask_within(uint16_t operation)
{
	struct bytes body = buffer_bytes(&bench.body);
	struct buffer answer = bench.served.answer;
	enum err err;

	body.at = arena_copy(bench.fixture->arena, body);
	buffer_reset(&answer);
	bench.served = (struct ledger_served){.answer = answer};
	err = ledger_serve(&bench.serve, &bench.fixture->turn, operation, body, &bench.served);
	buffer_reset(&bench.body);
	return err;
}

static enum err ask(uint16_t operation)
{
	enum err err;

	node_fixture_begin(bench.fixture);
	err = ask_within(operation);
	if (err == OK && batch_count(bench.fixture->turn.batch) > 0)
		assert_int_equal(node_fixture_commit(bench.fixture), OK);
	else
		node_fixture_drop(bench.fixture);
	return err;
}

static void pack_intake(const char *document, const char *const *base, const char *const *changes)
{
	struct intake intake = {.party = "gom",
				.document = bytes_of_text(document),
				.facts = node_fixture_facts(bench.fixture, base, changes)};

	findings_init(&intake.findings, bench.fixture->arena);
	ledger_pack_intake(&bench.body, &intake);
}

static void pack_want(uint64_t incarnation, enum delivery_stage stage, uint32_t max_count)
{
	ledger_pack_want(&bench.body, &(struct ledger_want){incarnation, 1, {{stage, max_count}}});
}

/* The numbers of the work in the answer. */
static size_t handed(uint64_t *ret_numbers)
{
	struct unpack from;
	uint32_t count;

	unpack_init(&from, buffer_bytes(&bench.served.answer));
	bench.has_more = unpack_u8(&from) != 0;
	count = unpack_u32(&from);
	for (uint32_t i = 0; i < count; i++) {
		struct ledger_work work;

		ledger_unpack_work(&from, bench.fixture->arena, &work);
		ret_numbers[i] = work.number;
	}
	assert_int_equal(unpack_end(&from), OK);
	return count;
}

static size_t work(uint64_t incarnation, enum delivery_stage stage, uint32_t max_count,
		   uint64_t *ret_numbers)
{
	pack_want(incarnation, stage, max_count);
	assert_int_equal(ask(LEDGER_WORK), OK);
	return handed(ret_numbers);
}

/* So many declarations that wait to be translated. */
static void owe(size_t count)
{
	for (size_t i = 0; i < count; i++) {
		const char *reference = arena_format(bench.fixture->arena, "N%zu", i);

		node_fixture_lodge(bench.fixture, "gom", reference, node_fixture_export,
				   PAIRS("reference", reference));
	}
	node_fixture_register(bench.fixture);
}

static void pack_translated(uint64_t delivery)
{
	struct outcome_translation translation = {
		.as = "asw.acdd", .output = bytes_of_text("out"), .report = bytes_of_text("{}")};

	ledger_pack_translated(&bench.body, delivery, &translation);
}

static void pack_number(uint64_t number)
{
	pack_u64(&bench.body, number);
}

/* ---- Lodging ---- */

static void a_lodgement_is_answered_and_wants_its_receipt(void **state)
{
	(void)state;
	pack_intake("a", node_fixture_export, none);
	assert_int_equal(ask(LEDGER_ACCEPT), OK);
	assert_true(bench.served.wants_receipt);
	assert_int_equal(bench.served.intake.verdict, INTAKE_ACCEPTED);
	assert_string_equal(bench.served.intake.id, "VN-1-1");
	pack_intake("b", node_fixture_export, PAIRS("country", "TH"));
	assert_int_equal(ask(LEDGER_ACCEPT), OK);
	assert_int_equal(bench.served.intake.verdict, INTAKE_REFUSED);
	assert_int_equal(bench.served.findings.count, 1);
	assert_true(bench.served.wants_receipt);
	pack_intake("c", none, none);
	assert_int_equal(ask(LEDGER_REFUSE), OK);
	assert_int_equal(bench.served.intake.verdict, INTAKE_REFUSED);
	assert_int_equal(node_fixture_size(bench.fixture), 3);
}

/* ---- Work ---- */

static void work_carries_all_that_a_worker_needs(void **state)
{
	struct ledger_work work_item;
	struct unpack from;

	(void)state;
	owe(1);
	pack_want(1, STAGE_TRANSLATE, 10);
	assert_int_equal(ask(LEDGER_WORK), OK);
	unpack_init(&from, buffer_bytes(&bench.served.answer));
	assert_int_equal(unpack_u8(&from), 0);
	assert_int_equal(unpack_u32(&from), 1);
	ledger_unpack_work(&from, bench.fixture->arena, &work_item);
	assert_int_equal(unpack_end(&from), OK);
	assert_string_equal(work_item.message, "VN-1-1");
	assert_string_equal(work_item.to, "partner:TH");
	assert_string_equal(work_item.as, "asw.acdd");
	assert_true(bytes_equal(work_item.document, bytes_of_text("N0")));
	assert_string_equal(facts_get_or_empty(&work_item.outside, "event.number"), "326000000010");
}

static void work_handed_out_is_not_handed_out_twice(void **state)
{
	uint64_t first[16], second[16], third[16];

	(void)state;
	owe(5);
	assert_int_equal(work(1, STAGE_TRANSLATE, 3, first), 3);
	assert_int_equal(work(1, STAGE_TRANSLATE, 16, second), 2);
	assert_int_equal(work(1, STAGE_TRANSLATE, 16, third), 0);
	assert_true(first[0] < first[1] && first[1] < first[2] && first[2] < second[0]);
}

static void a_courier_that_began_anew_gets_everything_again(void **state)
{
	uint64_t first[16], second[16];

	(void)state;
	owe(3);
	assert_int_equal(work(1, STAGE_TRANSLATE, 16, first), 3);
	assert_int_equal(work(2, STAGE_TRANSLATE, 16, second), 3);
	assert_memory_equal(first, second, 3 * sizeof(first[0]));
	assert_int_equal(work(2, STAGE_TRANSLATE, 16, second), 0);
}

/* Else what its sender said behind it could overtake it. */
static void what_a_worker_died_of_stays_with_its_courier_until_it_is_held(void **state)
{
	uint64_t numbers[16], again[16];

	(void)state;
	owe(3);
	assert_int_equal(work(1, STAGE_TRANSLATE, 16, numbers), 3);
	for (unsigned crash = 1; crash <= 3; crash++) {
		pack_u8(&bench.body, STAGE_TRANSLATE);
		pack_number(numbers[1]);
		assert_int_equal(ask(LEDGER_CRASHED), OK);
		assert_true(bytes_equal(buffer_bytes(&bench.served.answer),
					bytes_of(crash < 3 ? "\1" : "\0", 1)));
		assert_int_equal(work(1, STAGE_TRANSLATE, 16, again), 0);
	}
	assert_int_equal(work(2, STAGE_TRANSLATE, 16, again), 2);
}

static void what_this_turn_finished_is_not_handed_out_in_it(void **state)
{
	uint64_t numbers[16], again[16];

	(void)state;
	owe(2);
	assert_int_equal(work(1, STAGE_TRANSLATE, 16, numbers), 2);
	node_fixture_begin(bench.fixture);
	pack_translated(numbers[0]);
	assert_int_equal(ask_within(LEDGER_TRANSLATED), OK);
	pack_want(2, STAGE_TRANSLATE, 16);
	assert_int_equal(ask_within(LEDGER_WORK), OK);
	assert_int_equal(handed(again), 1);
	assert_int_equal(again[0], numbers[1]);
	assert_int_equal(node_fixture_commit(bench.fixture), OK);
}

static void what_this_turn_held_is_not_handed_out_in_it(void **state)
{
	uint64_t numbers[16];
	struct findings findings;

	(void)state;
	owe(1);
	assert_int_equal(work(1, STAGE_TRANSLATE, 16, numbers), 1);
	findings_init(&findings, bench.fixture->arena);
	node_fixture_begin(bench.fixture);
	ledger_pack_held(&bench.body, numbers[0], &findings);
	assert_int_equal(ask_within(LEDGER_HELD), OK);
	pack_want(2, STAGE_TRANSLATE, 16);
	assert_int_equal(ask_within(LEDGER_WORK), OK);
	assert_int_equal(handed(numbers), 0);
	assert_int_equal(node_fixture_commit(bench.fixture), OK);
}

static void an_arrival_that_this_turn_checked_is_not_handed_out_in_it(void **state)
{
	struct parcel parcel = {"TH-1-7", 8, "TH-1-7", "asw.acdd", bytes_of_text("<a/>")};
	struct facts facts = node_fixture_facts(bench.fixture, PAIRS("kind", "asw.acdd"), none);
	struct findings findings;
	uint64_t numbers[16];

	(void)state;
	findings_init(&findings, bench.fixture->arena);
	assert_int_equal(node_fixture_arrive(bench.fixture, "TH", 1, &parcel), OK);
	assert_int_equal(work(1, STAGE_CHECK, 16, numbers), 1);
	node_fixture_begin(bench.fixture);
	ledger_pack_checked(&bench.body, numbers[0], &facts, &findings);
	assert_int_equal(ask_within(LEDGER_CHECKED), OK);
	pack_want(2, STAGE_CHECK, 16);
	assert_int_equal(ask_within(LEDGER_WORK), OK);
	assert_int_equal(handed(numbers), 0);
	assert_int_equal(node_fixture_commit(bench.fixture), OK);
	assert_int_equal(work(2, STAGE_TRANSLATE, 16, numbers), 1);
}

static void no_more_is_out_at_once_than_can_be_remembered(void **state)
{
	static uint64_t numbers[LEDGER_SERVE_HANDED + 1];
	size_t all = 0, count;

	(void)state;
	owe(LEDGER_SERVE_HANDED + 1);
	while ((count = work(1, STAGE_TRANSLATE, 300, numbers + all)) > 0)
		all += count;
	assert_int_equal(all, LEDGER_SERVE_HANDED);
	pack_translated(numbers[500]);
	assert_int_equal(ask(LEDGER_TRANSLATED), OK);
	assert_int_equal(work(1, STAGE_TRANSLATE, UINT32_MAX, numbers), 1);
}

static void each_stage_has_its_own_work(void **state)
{
	uint64_t numbers[16];

	(void)state;
	owe(1);
	node_fixture_lodge(bench.fixture, "gom", "i", node_fixture_import, none);
	assert_int_equal(work(1, STAGE_TRANSLATE, 16, numbers), 1);
	assert_int_equal(work(1, STAGE_HAND_OVER, 16, numbers), 1);
	pack_number(numbers[0]);
	assert_int_equal(ask(LEDGER_HANDED_OVER), OK);
	assert_int_equal(node_fixture_count(bench.fixture, "ContentHandover", 0), 1);
	assert_int_equal(work(1, STAGE_CHECK, 16, numbers), 0);
}

static void one_answer_holds_the_work_of_several_stages_and_says_whether_there_is_more(void **state)
{
	const struct ledger_want want = {
		1, 3, {{STAGE_CHECK, 16}, {STAGE_TRANSLATE, 2}, {STAGE_HAND_OVER, 16}}};
	struct parcel parcel = {"TH-1-7", 8, "TH-1-7", "asw.acdd", bytes_of_text("<a/>")};
	uint64_t numbers[16];

	(void)state;
	owe(3);
	assert_int_equal(node_fixture_arrive(bench.fixture, "TH", 1, &parcel), OK);
	ledger_pack_want(&bench.body, &want);
	assert_int_equal(ask(LEDGER_WORK), OK);
	assert_int_equal(handed(numbers), 3);
	assert_true(bench.has_more);
	ledger_pack_want(&bench.body, &want);
	assert_int_equal(ask(LEDGER_WORK), OK);
	assert_int_equal(handed(numbers), 1);
	assert_false(bench.has_more);
	ledger_pack_want(&bench.body, &want);
	assert_int_equal(ask(LEDGER_WORK), OK);
	assert_int_equal(handed(numbers), 0);
	assert_false(bench.has_more);
}

static void damage_value(const struct turn_key *key)
{
	node_fixture_begin(bench.fixture);
	assert_int_equal(
		batch_put_any(bench.fixture->turn.batch, turn_key_bytes(key), bytes_of("\1", 1)),
		OK);
	assert_int_equal(node_fixture_commit(bench.fixture), OK);
}

static void damage(enum space space, uint64_t number)
{
	struct turn_key key = turn_key(space);

	turn_key_add_number(&key, number);
	damage_value(&key);
}

static void damage_document(uint64_t number)
{
	struct turn_key key = turn_key(SPACE_PAYLOAD);

	turn_key_add_number(&key, number);
	turn_key_add_bytes(&key, (const uint8_t *)"\0", 1);
	damage_value(&key);
	bench.fixture->turn.ledger->recent[number % LEDGER_RECENT].number = 0; /* long ago */
}

/* Told, and kept from nobody else; with a courier that begins anew it is looked at again. */
static void a_delivery_that_cannot_be_read_holds_up_no_other(void **state)
{
	uint64_t numbers[16], again[16];

	(void)state;
	owe(3);
	assert_int_equal(work(1, STAGE_TRANSLATE, 16, numbers), 3);
	damage(SPACE_DELIVERY, numbers[0]);
	for (uint64_t incarnation = 2; incarnation < 4; incarnation++) {
		bench.serve.has_damage = false;
		assert_int_equal(work(incarnation, STAGE_TRANSLATE, 1, again), 0);
		assert_true(bench.serve.has_damage);
		assert_int_equal(work(incarnation, STAGE_TRANSLATE, 16, again), 2);
		assert_int_equal(again[0], numbers[1]);
		assert_int_equal(again[1], numbers[2]);
	}
}

static void arrive(const char *partner, uint64_t frame, uint64_t *ret_number)
{
	struct parcel parcel = {
		.message = arena_format(bench.fixture->arena, "%s-1-%d", partner, (int)frame),
		.delivery = frame,
		.root = "TH-1-1",
		.kind = "asw.acdd",
		.document = bytes_of_text("<a/>")};
	uint64_t numbers[16];

	assert_int_equal(node_fixture_arrive(bench.fixture, partner, frame, &parcel), OK);
	assert_int_equal(work(1, STAGE_CHECK, 1, numbers), 1);
	*ret_number = numbers[0];
}

static void unpack_work(struct ledger_work *ret_items, uint32_t count)
{
	struct unpack from;

	unpack_init(&from, buffer_bytes(&bench.served.answer));
	(void)unpack_u8(&from);
	assert_int_equal(unpack_u32(&from), count);
	for (uint32_t i = 0; i < count; i++)
		ledger_unpack_work(&from, bench.fixture->arena, &ret_items[i]);
	assert_int_equal(unpack_end(&from), OK);
}

/* Neither does an arrival: its sender's line sets it aside in its turn. */
static void an_arrival_whose_document_is_damaged_is_handed_out_as_such(void **state)
{
	struct ledger_work items[2];
	uint64_t numbers[2];

	(void)state;
	arrive("TH", 1, &numbers[0]);
	arrive("TH", 2, &numbers[1]);
	damage_document(numbers[0]);
	pack_want(2, STAGE_CHECK, 16);
	assert_int_equal(ask(LEDGER_WORK), OK);
	assert_true(bench.serve.has_damage);
	unpack_work(items, 2);
	assert_int_equal(items[0].number, numbers[0]);
	assert_string_equal(items[0].to, "partner:TH");
	assert_true(items[0].is_damaged);
	assert_int_equal(items[0].document.len, 0);
	assert_false(items[1].is_damaged);
}

/* What is known of it is in the record of its arrival too, and nothing was done with it yet. */
static void an_arrival_whose_state_is_damaged_is_handed_out_and_checked(void **state)
{
	struct facts facts = node_fixture_facts(bench.fixture, PAIRS("kind", "asw.acdd"), none);
	struct findings findings;
	struct ledger_work items[2];
	struct message before, after;
	uint64_t numbers[2];

	(void)state;
	findings_init(&findings, bench.fixture->arena);
	arrive("TH", 1, &numbers[0]);
	arrive("TH", 2, &numbers[1]);
	before = node_fixture_message(bench.fixture, numbers[0]);
	damage(SPACE_MESSAGE, numbers[0]);
	pack_want(2, STAGE_CHECK, 16);
	assert_int_equal(ask(LEDGER_WORK), OK);
	assert_true(bench.serve.has_damage);
	unpack_work(items, 2);
	assert_true(bytes_equal(items[0].document, bytes_of_text("<a/>")));
	ledger_pack_checked(&bench.body, numbers[0], &facts, &findings);
	assert_int_equal(ask(LEDGER_CHECKED), OK);
	after = node_fixture_message(bench.fixture, numbers[0]);
	assert_string_equal(after.state, "checked");
	assert_string_equal(after.origin, before.origin);
	assert_true(hash_equal(&after.document, &before.document));
}

/* Whose it is, nobody can say any more. */
static void what_came_behind_an_arrival_whose_record_is_damaged_too_waits(void **state)
{
	uint64_t numbers[2], owed[16];

	(void)state;
	arrive("TH", 1, &numbers[0]);
	arrive("TH", 2, &numbers[1]);
	owe(1);
	damage(SPACE_MESSAGE, numbers[0]);
	damage(SPACE_RECORD, numbers[0]);
	assert_int_equal(work(2, STAGE_CHECK, 16, owed), 0);
	assert_true(bench.serve.has_damage);
	assert_int_equal(work(2, STAGE_TRANSLATE, 16, owed), 1);
}

static void only_the_couriers_stages_can_be_asked_for(void **state)
{
	static const int stages[] = {STAGE_SEND,     STAGE_SENT, STAGE_HELD, STAGE_DONE,
				     STAGE_REGISTER, 0,          255};

	(void)state;
	for (size_t i = 0; i < sizeof(stages) / sizeof(stages[0]); i++) {
		pack_want(1, (enum delivery_stage)stages[i], 1);
		assert_int_equal(ask(LEDGER_WORK), ERR_USAGE);
	}
}

/* ---- Held, retried, dropped ---- */

static enum err say(const char *verb, uint64_t delivery, const char *reason)
{
	struct queue_change change = {.verb = verb, .delivery = delivery};

	caller_of_admin("hong", &change.caller);
	change.caller.reason = reason;
	queue_change_pack(&bench.body, &change);
	return ask(LEDGER_QUEUE);
}

static void an_operator_retries_and_drops(void **state)
{
	uint64_t numbers[16];
	struct findings findings;

	(void)state;
	owe(1);
	assert_int_equal(work(1, STAGE_TRANSLATE, 16, numbers), 1);
	for (unsigned round = 0; round < 2; round++) {
		findings_init(&findings, bench.fixture->arena);
		ledger_pack_held(&bench.body, numbers[0], &findings);
		assert_int_equal(ask(LEDGER_HELD), OK);
		assert_int_equal(say(round == 0 ? "retry" : "drop", numbers[0], "sold"), OK);
	}
	assert_int_equal(node_fixture_delivery(bench.fixture, numbers[0]).stage, STAGE_DONE);
	assert_int_equal(say("retry", numbers[0], ""), ERR_MISSING);
}

static void an_operator_keeps_back_and_lets_go(void **state)
{
	uint64_t numbers[16];
	char longer[QUEUE_CHANGE_REASON_BYTES + 2];

	(void)state;
	owe(1);
	assert_int_equal(work(1, STAGE_TRANSLATE, 16, numbers), 1);
	memset(longer, 'a', sizeof(longer) - 1);
	longer[sizeof(longer) - 1] = '\0';
	assert_int_equal(say("hold", numbers[0], ""), ERR_USAGE);
	assert_int_equal(say("hold", numbers[0], longer), ERR_USAGE);
	assert_int_equal(say("drop", numbers[0], ""), ERR_USAGE);
	assert_int_equal(say("burn", numbers[0], "why not"), ERR_USAGE);
	assert_int_equal(say("release", numbers[0], ""), ERR_MISSING);
	assert_int_equal(say("hold", numbers[0], "the port is closed"), OK);
	assert_int_equal(say("hold", numbers[0], "twice"), ERR_MISSING);
	assert_int_equal(node_fixture_delivery(bench.fixture, numbers[0]).stage, STAGE_HELD);
	assert_int_equal(say("release", numbers[0], ""), OK);
	assert_int_equal(node_fixture_delivery(bench.fixture, numbers[0]).stage, STAGE_TRANSLATE);
}

/* Whoever is asked for: a folder is believed its party, and no party may. */
static void who_may_not_change_the_queue_changes_nothing(void **state)
{
	struct queue_change change = {.verb = "hold"};
	uint64_t numbers[16], size;

	(void)state;
	owe(1);
	assert_int_equal(work(1, STAGE_TRANSLATE, 16, numbers), 1);
	change.delivery = numbers[0];
	size = node_fixture_size(bench.fixture);
	caller_init(&change.caller);
	change.caller.reason = "I say so";
	queue_change_pack(&bench.body, &change);
	assert_int_equal(ask(LEDGER_QUEUE), ERR_DENIED);
	change.caller.proof = CALLER_SESSION;
	change.caller.user = "hong";
	change.caller.roles = CALLER_OPERATOR; /* as claimed: no session has this hash */
	change.caller.actions = CALLER_ALL_ACTIONS;
	queue_change_pack(&bench.body, &change);
	assert_int_equal(ask(LEDGER_QUEUE), ERR_DENIED);
	change.caller.proof = CALLER_FOLDER;
	change.caller.party = "gom";
	queue_change_pack(&bench.body, &change);
	assert_int_equal(ask(LEDGER_QUEUE), ERR_DENIED);
	assert_int_equal(node_fixture_size(bench.fixture), size);
	assert_int_equal(node_fixture_delivery(bench.fixture, numbers[0]).stage, STAGE_TRANSLATE);
}

/* ---- The link ---- */

static void the_link_is_given_frames_and_told_where_it_stands(void **state)
{
	struct stream_frame frame;
	struct ledger_link link;
	struct unpack from;

	(void)state;
	node_fixture_lodge(bench.fixture, "gom", "w", node_fixture_wco, none);
	node_fixture_canonicalise(bench.fixture);
	ledger_pack_frames_wanted(&bench.body, &(struct ledger_frames_wanted){"TH", 0, 1000, 1000});
	assert_int_equal(ask(LEDGER_FRAMES), OK);
	unpack_init(&from, buffer_bytes(&bench.served.answer));
	assert_int_equal(unpack_u32(&from), 1);
	ledger_unpack_frame(&from, &frame);
	assert_int_equal(unpack_end(&from), OK);
	assert_int_equal(frame.number, 1);
	pack_text(&bench.body, "TH");
	pack_u64(&bench.body, 1);
	pack_bytes(&bench.body, bytes_of_text("note"));
	assert_int_equal(ask(LEDGER_ACKNOWLEDGE), OK);
	pack_text(&bench.body, "TH");
	assert_int_equal(ask(LEDGER_LINK), OK);
	assert_int_equal(ledger_unpack_link(buffer_bytes(&bench.served.answer), &link), OK);
	assert_int_equal(link.epoch, 1);
	assert_int_equal(link.acknowledged, 1);
	assert_int_equal(link.in.number, 0);
}

static void a_frame_that_came_is_durable_when_it_is_answered(void **state)
{
	struct parcel parcel = {"TH-1-7", 8, "TH-1-7", "asw.acdd", bytes_of_text("<a/>")};
	struct link_frame frame = node_fixture_frame(bench.fixture, 1, &parcel);

	(void)state;
	ledger_pack_arrive(&bench.body, "TH", &frame);
	assert_int_equal(ask(LEDGER_ARRIVE), OK);
	assert_int_equal(node_fixture_count(bench.fixture, "RelayAcceptance", 0), 1);
	frame.number = 3;
	ledger_pack_arrive(&bench.body, "TH", &frame);
	assert_int_equal(ask(LEDGER_ARRIVE), ERR_CONFLICT);
}

static void who_is_no_partner_has_no_link(void **state)
{
	static const char *const strangers[] = {"SG", "", "T", "THA", "VN"};
	struct parcel parcel = {"TH-1-7", 8, "TH-1-7", "asw.acdd", bytes_of_text("<a/>")};
	struct link_frame frame = node_fixture_frame(bench.fixture, 1, &parcel);

	(void)state;
	bench.fixture->partners[1].country = "THA"; /* even when the configuration names one */
	for (size_t i = 0; i < sizeof(strangers) / sizeof(strangers[0]); i++) {
		pack_text(&bench.body, strangers[i]);
		assert_int_equal(ask(LEDGER_LINK), ERR_USAGE);
		ledger_pack_frames_wanted(&bench.body,
					  &(struct ledger_frames_wanted){strangers[i], 0, 1, 1});
		assert_int_equal(ask(LEDGER_FRAMES), ERR_USAGE);
		pack_text(&bench.body, strangers[i]);
		pack_u64(&bench.body, 0);
		pack_bytes(&bench.body, (struct bytes){0});
		assert_int_equal(ask(LEDGER_ACKNOWLEDGE), ERR_USAGE);
		ledger_pack_arrive(&bench.body, strangers[i], &frame);
		assert_int_equal(ask(LEDGER_ARRIVE), ERR_USAGE);
	}
	assert_int_equal(node_fixture_size(bench.fixture), 0);
}

/* ---- Nonsense ---- */

static void what_nobody_asks_is_an_error_of_usage(void **state)
{
	static const uint16_t operations[] = {0, LEDGER_WAIT, LEDGER_LODGED + 1, UINT16_MAX};

	(void)state;
	for (size_t i = 0; i < sizeof(operations) / sizeof(operations[0]); i++)
		assert_int_equal(ask(operations[i]), ERR_USAGE);
}

static void a_question_that_cannot_be_read_changes_nothing(void **state)
{
	static const char *const bodies[] = {"", "x", "\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff",
					     "rubbish rubbish rubbish rubbish"};

	(void)state;
	owe(1);
	for (uint16_t operation = LEDGER_ACCEPT; operation <= LEDGER_QUEUE; operation++)
		for (size_t i = 0; i < sizeof(bodies) / sizeof(bodies[0]); i++) {
			uint64_t size = node_fixture_size(bench.fixture);
			enum err err;

			buffer_put_text(&bench.body, bodies[i]);
			err = ask(operation);
			if (err != ERR_FORMAT && err != ERR_USAGE)
				fail_msg("operation %u, body %zu: %s", operation, i, err_name(err));
			assert_int_equal(node_fixture_size(bench.fixture), size);
		}
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	static const struct CMUnitTest tests[] = {
		CASE(a_lodgement_is_answered_and_wants_its_receipt),
		CASE(work_carries_all_that_a_worker_needs),
		CASE(work_handed_out_is_not_handed_out_twice),
		CASE(a_courier_that_began_anew_gets_everything_again),
		CASE(what_a_worker_died_of_stays_with_its_courier_until_it_is_held),
		CASE(what_this_turn_finished_is_not_handed_out_in_it),
		CASE(what_this_turn_held_is_not_handed_out_in_it),
		CASE(an_arrival_that_this_turn_checked_is_not_handed_out_in_it),
		CASE(no_more_is_out_at_once_than_can_be_remembered),
		CASE(each_stage_has_its_own_work),
		CASE(one_answer_holds_the_work_of_several_stages_and_says_whether_there_is_more),
		CASE(a_delivery_that_cannot_be_read_holds_up_no_other),
		CASE(an_arrival_whose_document_is_damaged_is_handed_out_as_such),
		CASE(an_arrival_whose_state_is_damaged_is_handed_out_and_checked),
		CASE(what_came_behind_an_arrival_whose_record_is_damaged_too_waits),
		CASE(only_the_couriers_stages_can_be_asked_for),
		CASE(an_operator_retries_and_drops),
		CASE(an_operator_keeps_back_and_lets_go),
		CASE(who_may_not_change_the_queue_changes_nothing),
		CASE(the_link_is_given_frames_and_told_where_it_stands),
		CASE(a_frame_that_came_is_durable_when_it_is_answered),
		CASE(who_is_no_partner_has_no_link),
		CASE(what_nobody_asks_is_an_error_of_usage),
		CASE(a_question_that_cannot_be_read_changes_nothing),
	};

	return cmocka_run_group_tests_name("ledger_serve", tests, NULL, NULL);
}
