/*
 * Documents that fail for ever: whatever a worker or the ledger makes of them, they come to an end
 * and nobody waits behind them.
 *
 * Gate and courier are real; the worker and the ledger are played by the test, in the same loop.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "node/errand.h"
#include "node/ledger_call.h"
#include "node/pipeline.h"
#include "node/pool.h"
#include "node/role.h"
#include "node/work.h"
#include "sampan/limit.h"
#include "tests/support/patience.h"

#define SILENCE_MS 10000u
#define ITEMS 65u
#define POISON "<poison/>" /* a document that the worker dies of, always */

struct scene {
	char directory[64];
	struct arena *arena;
	struct config config;
	struct role role;
	struct pool *pool;
	struct call_server *server;
	struct call_client *ledger;
	struct pipeline *pipeline;
	struct errands *errands;
	/* the worker */
	enum err work_err, first_err; /* of the first job alone */
	const char *work_body;        /* NULL: a true answer without findings */
	unsigned works;
	/* the ledger */
	const struct ledger_work *items;
	enum delivery_stage stage;
	size_t item_count;
	bool is_given[ITEMS], is_told[ITEMS];
	uint64_t incarnation;
	char told[ITEMS + 1]; /* numbers of what was checked, in the order in which it was told */
	bool keeps_crash;     /* it answers to one when something was checked */
	struct call_ticket *crash;
	enum err outcome_err; /* what it answers to CHECKED and TRANSLATED */
	unsigned crashes;
	const char *code; /* of the first finding of what was refused or held */
	uint64_t held, handed_over;
	unsigned ends, wanted_ends;
};

static void on_patience_over(void *context)
{
	(void)context;
	fail_msg("what had to come did not come");
}

static void end_one(struct scene *scene)
{
	if (++scene->ends == scene->wanted_ends)
		loop_stop(scene->role.loop);
}

/* ---- The worker ---- */

static enum err work(void *context, uint16_t operation, struct bytes body, struct buffer *answer)
{
	struct scene *scene = context;
	struct work_checked checked;

	(void)operation;
	scene->works++;
	findings_init(&checked.findings, scene->arena);
	facts_init(&checked.facts, scene->arena);
	if (scene->work_body != NULL)
		buffer_put_text(answer, scene->work_body);
	else
		work_pack_checked(answer, &checked);
	if (memmem(body.at, body.len, POISON, strlen(POISON)) != NULL)
		return ERR_CORRUPT;
	return scene->works == 1 && scene->first_err != OK ? scene->first_err : scene->work_err;
}

/* ---- The ledger ---- */

static void note_findings(struct scene *scene, const struct findings *findings)
{
	assert_true(findings->count > 0);
	scene->code = arena_text(scene->arena, bytes_of_text(findings->items[0].code));
}

static void give_work(struct scene *scene, struct bytes body, struct buffer *answer)
{
	struct ledger_want want;
	uint32_t count = 0, room = 0;

	assert_int_equal(ledger_unpack_want(body, &want), OK);
	for (size_t i = 0; i < want.count; i++)
		room = want.of[i].stage == scene->stage ? want.of[i].max_count : room;
	for (size_t i = 0; i < scene->item_count && want.incarnation != scene->incarnation; i++)
		scene->is_given[i] = scene->is_told[i];
	scene->incarnation = want.incarnation;
	for (size_t i = 0; i < scene->item_count; i++)
		count += !scene->is_given[i];
	pack_u8(answer, count > room);
	pack_u32(answer, count = count > room ? room : count);
	for (size_t i = 0; i < scene->item_count && count > 0; i++)
		if (!scene->is_given[i]) {
			count--;
			struct ledger_work work = scene->items[i];

			scene->is_given[i] = true;
			work.stage = work.stage == 0 ? scene->stage : work.stage;
			ledger_pack_work(answer, &work);
		}
}

/* As the ledger does: after the third time it is set aside. */
static void count_crash(struct scene *scene, struct bytes body, struct buffer *answer)
{
	assert_int_equal(body.len, 9);
	assert_int_equal(body.at[0], scene->stage);
	pack_u8(answer, ++scene->crashes < 3);
	if (scene->crashes == 3)
		end_one(scene);
}

static void note_checked(struct scene *scene, struct bytes body)
{
	struct findings findings;
	struct facts facts;
	uint64_t number;

	findings_init(&findings, scene->arena);
	if (ledger_unpack_checked(body, scene->arena, &number, &facts, &findings) == OK &&
	    findings.count > 0)
		note_findings(scene, &findings);
	number = bytes_get_u64(body.at);
	scene->is_told[number - 1] = true;
	scene->told[strlen(scene->told)] = (char)('0' + number);
	if (scene->crash != NULL)
		call_answer(scene->crash, OK, bytes_of("\0", 1));
	scene->crash = NULL;
	end_one(scene);
}

static void refuse(struct scene *scene, struct bytes body, struct buffer *answer)
{
	struct ledger_accepted accepted = {
		.verdict = INTAKE_REFUSED, .id = "VN-1-1", .state = "refused"};
	struct intake intake;

	assert_int_equal(ledger_unpack_intake(body, scene->arena, &intake), OK);
	note_findings(scene, &intake.findings);
	findings_init(&accepted.findings, scene->arena);
	ledger_pack_accepted(answer, &accepted);
}

static void on_question(void *context, uint16_t operation, struct bytes body,
			struct call_ticket *ticket)
{
	struct scene *scene = context;
	struct findings findings;
	struct buffer answer;
	enum err err = OK;

	buffer_init(&answer, LIMIT_CALL_BYTES);
	if (operation == LEDGER_WORK) {
		give_work(scene, body, &answer);
	} else if (operation == LEDGER_CRASHED && scene->keeps_crash) {
		scene->crash = ticket;
		buffer_clear(&answer);
		return;
	} else if (operation == LEDGER_CRASHED) {
		count_crash(scene, body, &answer);
	} else if (operation == LEDGER_REFUSE) {
		refuse(scene, body, &answer);
	} else if (operation == LEDGER_HELD) {
		assert_int_equal(ledger_unpack_held(body, scene->arena, &scene->held, &findings),
				 OK);
		note_findings(scene, &findings);
		end_one(scene);
	} else if (operation == LEDGER_HANDED_OVER) {
		scene->handed_over = bytes_get_u64(body.at);
		end_one(scene);
	} else {
		err = scene->outcome_err;
		if (err == OK)
			note_checked(scene, body);
	}
	call_answer(ticket, err, buffer_bytes(&answer));
	buffer_clear(&answer);
}

/* ---- Scene ---- */

static const char *endpoint(struct scene *scene, const char *name)
{
	return role_endpoint(&scene->config, name, scene->arena);
}

static int set_up(void **state)
{
	struct scene *scene = calloc(1, sizeof(*scene));
	struct loop *loop;

	strcpy(scene->directory, "/tmp/sampan-poison-XXXXXX");
	assert_non_null(mkdtemp(scene->directory));
	scene->arena = arena_new((size_t)64 * 1024 * 1024);
	assert_int_equal(mkdir(arena_format(scene->arena, "%s/run", scene->directory), 0700), 0);
	scene->config.directory = scene->directory;
	assert_int_equal(loop_new(&scene->role.loop), OK);
	loop = scene->role.loop;
	scene->role.name = "courier";
	scene->role.config = &scene->config;
	scene->role.arena = scene->arena;
	assert_int_equal(loop_every(loop, PATIENCE_MS, on_patience_over, NULL), OK);
	assert_int_equal(pool_open(loop, endpoint(scene, "pool"), 1u << 20, &scene->pool), OK);
	assert_int_equal(pool_serve(loop, endpoint(scene, "pool"), "worker-0", work, scene), OK);
	assert_int_equal(call_server_open(loop, endpoint(scene, "ledger"), on_question, scene,
					  &scene->server),
			 OK);
	assert_int_equal(
		call_client_open(loop, endpoint(scene, "ledger"), SILENCE_MS, &scene->ledger), OK);
	*state = scene;
	return 0;
}

static int tear_down(void **state)
{
	struct scene *scene = *state;
	char command[128];

	pool_close(scene->pool);
	call_client_close(scene->ledger);
	pipeline_free(scene->pipeline);
	errands_close(scene->errands);
	call_server_close(scene->server);
	loop_free(scene->role.loop);
	arena_free(scene->arena);
	(void)snprintf(command, sizeof(command), "rm -rf %s", scene->directory);
	assert_int_equal(system(command), 0);
	free(scene);
	return 0;
}

static void run_until_ends(struct scene *scene, unsigned count)
{
	scene->wanted_ends = count;
	assert_int_equal(loop_run(scene->role.loop), OK);
	assert_int_equal(scene->ends, count);
}

static void run_errands(struct scene *scene, enum delivery_stage stage,
			const struct ledger_work *items, size_t count)
{
	scene->stage = stage;
	scene->items = items;
	scene->item_count = count;
	assert_int_equal(errands_open(&scene->role, scene->pool, scene->ledger, &scene->errands),
			 OK);
	errands_wake(scene->errands);
}

static struct ledger_work item(uint64_t number, const char *to)
{
	return (struct ledger_work){.number = number,
				    .message = "VN-1-1",
				    .to = to,
				    .as = "asw.acdd",
				    .document = bytes_of_text("<a/>")};
}

/* ---- Through the gate ---- */

static void on_done(void *context, enum err err, const struct ledger_accepted *accepted)
{
	assert_int_equal(err, OK);
	assert_int_equal(accepted->verdict, INTAKE_REFUSED);
	end_one(context);
}

static void lodge(struct scene *scene)
{
	assert_int_equal(pipeline_new(scene->pool, scene->ledger, &scene->pipeline), OK);
	assert_int_equal(
		pipeline_submit(scene->pipeline, "p", bytes_of_text("<a/>"), on_done, scene), OK);
	run_until_ends(scene, 1);
	assert_int_equal(scene->works, 3);
}

static void a_lodgement_that_no_workers_memory_suffices_for_is_refused(void **state)
{
	struct scene *scene = *state;

	scene->work_err = ERR_MEMORY;
	lodge(scene);
	assert_string_equal(scene->code, "too-costly");
}

static void a_lodgement_that_workers_answer_with_nonsense_is_refused(void **state)
{
	struct scene *scene = *state;

	scene->work_body = "nonsense";
	lodge(scene);
	assert_string_equal(scene->code, "set-aside");
}

/* ---- Through the courier ---- */

static void an_arrival_that_no_workers_memory_suffices_for_is_counted_as_a_crash(void **state)
{
	struct scene *scene = *state;
	const struct ledger_work work_item = item(1, "");

	scene->work_err = ERR_MEMORY;
	run_errands(scene, STAGE_CHECK, &work_item, 1);
	run_until_ends(scene, 1);
	assert_int_equal(scene->works, 3);
}

static void an_arrival_whose_outcome_the_ledger_cannot_take_is_counted_as_a_crash(void **state)
{
	struct scene *scene = *state;
	const struct ledger_work work_item = item(1, "");

	scene->outcome_err = ERR_LIMIT;
	run_errands(scene, STAGE_CHECK, &work_item, 1);
	run_until_ends(scene, 1);
	assert_int_equal(scene->works, 3);
}

/* Else it could be reversed before it was used. */
static void what_a_partner_said_behind_what_is_put_off_does_not_overtake_it(void **state)
{
	struct scene *scene = *state;
	const struct ledger_work items[] = {item(1, "partner:TH"), item(2, "partner:TH"),
					    item(3, "partner:LA")};

	scene->first_err = ERR_UNAVAILABLE;
	run_errands(scene, STAGE_CHECK, items, 3);
	run_until_ends(scene, 3);
	assert_string_equal(scene->told, "312");
}

static void what_a_partner_said_behind_what_a_worker_died_of_does_not_overtake_it(void **state)
{
	struct scene *scene = *state;
	const struct ledger_work items[] = {item(1, "partner:TH"), item(2, "partner:TH"),
					    item(3, "partner:LA")};

	scene->first_err = ERR_CORRUPT;
	run_errands(scene, STAGE_CHECK, items, 3);
	run_until_ends(scene, 3);
	assert_string_equal(scene->told, "312");
	assert_int_equal(scene->works, 4);
}

/* All that is under way is of one partner, and waits for what a worker died of. */
static void what_waits_for_its_turn_is_in_no_other_partners_way(void **state)
{
	struct scene *scene = *state;
	struct ledger_work items[ITEMS];

	for (unsigned i = 0; i < ITEMS; i++)
		items[i] = item(i + 1, i + 1 < ITEMS ? "partner:TH" : "partner:LA");
	items[0].document = bytes_of_text(POISON);
	scene->keeps_crash = true;
	run_errands(scene, STAGE_CHECK, items, ITEMS);
	run_until_ends(scene, ITEMS - 1);
	assert_int_equal(scene->told[0], '0' + ITEMS);
	assert_int_equal(scene->told[1], '2');
}

/* What is done for a partner has no place among what it said. */
static void what_is_put_off_of_other_work_holds_nothing_up(void **state)
{
	struct scene *scene = *state;
	struct ledger_work items[] = {item(1, "partner:TH"), item(2, "partner:TH")};

	items[0].stage = STAGE_LODGE;
	scene->first_err = ERR_UNAVAILABLE;
	run_errands(scene, STAGE_CHECK, items, 2);
	run_until_ends(scene, 2);
	assert_string_equal(scene->told, "21");
	assert_int_equal(scene->works, 3);
}

static void what_a_partner_said_behind_what_is_set_aside_goes_on(void **state)
{
	struct scene *scene = *state;
	struct ledger_work items[] = {item(1, "partner:TH"), item(2, "partner:TH")};

	items[0].document = bytes_of_text(POISON);
	run_errands(scene, STAGE_CHECK, items, 2);
	run_until_ends(scene, 2);
	assert_string_equal(scene->told, "2");
	assert_int_equal(scene->crashes, 3);
	assert_int_equal(scene->works, 4);
}

/* No worker sees it: there is nothing to be read. */
static void an_arrival_that_is_damaged_here_is_set_aside_in_its_turn(void **state)
{
	struct scene *scene = *state;
	struct ledger_work items[] = {item(1, "partner:TH"), item(2, "partner:TH")};

	items[0].document = (struct bytes){0};
	items[0].is_damaged = true;
	run_errands(scene, STAGE_CHECK, items, 2);
	run_until_ends(scene, 2);
	assert_string_equal(scene->told, "12");
	assert_string_equal(scene->code, "damaged-here");
	assert_int_equal(scene->works, 1);
}

static void a_translation_that_no_workers_memory_suffices_for_is_held(void **state)
{
	struct scene *scene = *state;
	const struct ledger_work work_item = item(1, "partner:TH");

	scene->work_err = ERR_MEMORY;
	run_errands(scene, STAGE_TRANSLATE, &work_item, 1);
	run_until_ends(scene, 1);
	assert_int_equal(scene->works, 1);
	assert_string_equal(scene->code, "too-costly");
}

static void make_inbox(struct scene *scene, const char *party)
{
	assert_int_equal(
		mkdir(arena_format(scene->arena, "%s/parties/%s", scene->directory, party), 0700),
		0);
	assert_int_equal(
		mkdir(arena_format(scene->arena, "%s/parties/%s/inbox", scene->directory, party),
		      0700),
		0);
}

/* The name under which a document would be handed over is a folder; the other party's document goes
 * its way. */
static void an_inbox_that_cannot_be_written_holds_its_own_delivery_only(void **state)
{
	struct scene *scene = *state;
	const struct ledger_work items[] = {item(1, "party:bad"), item(2, "party:good")};

	assert_int_equal(mkdir(arena_format(scene->arena, "%s/parties", scene->directory), 0700),
			 0);
	make_inbox(scene, "bad");
	make_inbox(scene, "good");
	assert_int_equal(mkdir(arena_format(scene->arena, "%s/parties/bad/inbox/%s",
					    scene->directory, "VN-1-1.1.asw.acdd.xml"),
			       0700),
			 0);
	run_errands(scene, STAGE_HAND_OVER, items, 2);
	run_until_ends(scene, 2);
	assert_int_equal(scene->held, 1);
	assert_string_equal(scene->code, "no-inbox");
	assert_int_equal(scene->handed_over, 2);
	assert_int_equal(access(arena_format(scene->arena, "%s/parties/good/inbox/%s",
					     scene->directory, "VN-1-1.2.asw.acdd.xml"),
				R_OK),
			 0);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_lodgement_that_no_workers_memory_suffices_for_is_refused),
		TEST(a_lodgement_that_workers_answer_with_nonsense_is_refused),
		TEST(an_arrival_that_no_workers_memory_suffices_for_is_counted_as_a_crash),
		TEST(an_arrival_whose_outcome_the_ledger_cannot_take_is_counted_as_a_crash),
		TEST(what_a_partner_said_behind_what_is_put_off_does_not_overtake_it),
		TEST(what_a_partner_said_behind_what_a_worker_died_of_does_not_overtake_it),
		TEST(what_waits_for_its_turn_is_in_no_other_partners_way),
		TEST(what_is_put_off_of_other_work_holds_nothing_up),
		TEST(what_a_partner_said_behind_what_is_set_aside_goes_on),
		TEST(an_arrival_that_is_damaged_here_is_set_aside_in_its_turn),
		TEST(a_translation_that_no_workers_memory_suffices_for_is_held),
		TEST(an_inbox_that_cannot_be_written_holds_its_own_delivery_only),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
