/*
 * The folder door and the pipeline behind it: whose files are lodged when, in which order, and
 * where they end up.
 *
 * Door, pipeline and pool are real; the worker and the ledger are played by the test, in the same
 * loop.
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

#include "node/door.h"
#include "node/work.h"
#include "sampan/folder.h"
#include "sampan/limit.h"
#include "tests/support/patience.h"
#include "tests/support/said.h"

#define ASKED 1024u

struct scene;

/* What the ledger says to a document of a party. */
typedef void ledger_word(struct scene *scene, const struct intake *intake, uint16_t operation,
			 struct call_ticket *ticket);

struct scene {
	char directory[64];
	struct arena *arena;
	struct config config;
	struct config_party parties[2];
	struct role role;
	struct pool *pool;
	struct call_server *server;
	struct call_client *ledger;
	struct pipeline *pipeline;
	struct door *door;
	struct said said;
	ledger_word *word;
	const char *asked[ASKED]; /* "party document", in order */
	size_t asked_count;
	size_t works;
	enum err work_err; /* of the first document that a worker sees */
	size_t ends;
	enum err end_err[8];
	struct call_ticket *kept; /* of a question that is answered later */
};

static void on_patience_over(void *context)
{
	(void)context;
	fail_msg("what had to come did not come");
}

static enum err work(void *context, uint16_t operation, struct bytes body, struct buffer *answer)
{
	struct scene *scene = context;
	struct work_checked checked;

	struct work_check question;

	(void)operation;
	assert_int_equal(work_unpack_check(body, scene->arena, &question), OK);
	assert_string_equal(question.sender, "");
	findings_init(&checked.findings, scene->arena);
	facts_init(&checked.facts, scene->arena);
	assert_int_equal(facts_put(&checked.facts, "meaning",
				   bytes_equal(question.document, bytes_of_text("amendment"))
					   ? "amendment"
					   : "original"),
			 OK);
	work_pack_checked(answer, &checked);
	return scene->works++ == 0 ? scene->work_err : OK;
}

static void answer(struct scene *scene, struct call_ticket *ticket, enum intake_verdict verdict,
		   const char *receipt)
{
	struct ledger_accepted accepted = {.verdict = verdict,
					   .id = "VN-1-1",
					   .state = "checked",
					   .receipt = bytes_of_text(receipt)};
	struct buffer body;

	findings_init(&accepted.findings, scene->arena);
	buffer_init(&body, LIMIT_CALL_BYTES);
	ledger_pack_accepted(&body, &accepted);
	call_answer(ticket, OK, buffer_bytes(&body));
	buffer_clear(&body);
}

static void on_question(void *context, uint16_t operation, struct bytes body,
			struct call_ticket *ticket)
{
	struct scene *scene = context;
	struct intake intake;

	assert_int_equal(ledger_unpack_intake(body, scene->arena, &intake), OK);
	assert_true(scene->asked_count < ASKED);
	scene->asked[scene->asked_count++] =
		arena_format(scene->arena, "%s %.*s", intake.party, (int)intake.document.len,
			     (const char *)intake.document.at);
	scene->word(scene, &intake, operation, ticket);
}

static int set_up(void **state)
{
	struct scene *scene = calloc(1, sizeof(*scene));
	const char *pool, *ledger;

	strcpy(scene->directory, "/tmp/sampan-door-XXXXXX");
	assert_non_null(mkdtemp(scene->directory));
	scene->arena = arena_new((size_t)64 * 1024 * 1024);
	assert_int_equal(mkdir(arena_format(scene->arena, "%s/run", scene->directory), 0700), 0);
	scene->parties[0] = (struct config_party){.id = "heap"};
	scene->parties[1] = (struct config_party){.id = "small"};
	scene->config = (struct config){.directory = scene->directory,
					.max_document_bytes = 1000,
					.parties = scene->parties,
					.party_count = 2};
	assert_int_equal(loop_new(&scene->role.loop), OK);
	scene->role.name = "gate";
	scene->role.config = &scene->config;
	scene->role.arena = scene->arena;
	pool = role_endpoint(&scene->config, "pool", scene->arena);
	ledger = role_endpoint(&scene->config, "ledger", scene->arena);
	assert_int_equal(loop_every(scene->role.loop, PATIENCE_MS, on_patience_over, NULL), OK);
	assert_int_equal(pool_open(scene->role.loop, pool, 1u << 20, &scene->pool), OK);
	assert_int_equal(pool_serve(scene->role.loop, pool, "worker-0", work, scene), OK);
	assert_int_equal(
		call_server_open(scene->role.loop, ledger, on_question, scene, &scene->server), OK);
	assert_int_equal(call_client_open(scene->role.loop, ledger, 10000, &scene->ledger), OK);
	assert_int_equal(pipeline_new(scene->pool, scene->ledger, &scene->pipeline), OK);
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
	door_close(scene->door);
	call_server_close(scene->server);
	loop_free(scene->role.loop);
	arena_free(scene->arena);
	(void)snprintf(command, sizeof(command), "rm -rf %s", scene->directory);
	assert_int_equal(system(command), 0);
	free(scene);
	return 0;
}

/* ---- Files ---- */

static void put(struct scene *scene, const char *party, const char *name, const char *content)
{
	static const char *const subs[] = {"", "/", "/lodge"};
	FILE *file;

	for (size_t i = 0; i < 3; i++)
		(void)mkdir(arena_format(scene->arena, "%s/parties%s%s%s", scene->directory,
					 i == 0 ? "" : "/", i == 0 ? "" : party, subs[i]),
			    0700);
	file = fopen(
		arena_format(scene->arena, "%s/parties/%s/lodge/%s", scene->directory, party, name),
		"w");
	assert_non_null(file);
	assert_true(fputs(content, file) >= 0);
	assert_int_equal(fclose(file), 0);
}

static bool has(struct scene *scene, const char *party, const char *sub, const char *name)
{
	return access(arena_format(scene->arena, "%s/parties/%s/%s/%s", scene->directory, party,
				   sub, name),
		      R_OK) == 0;
}

static size_t count_of(struct scene *scene, const char *party, const char *sub)
{
	const char *const *names;
	struct folder *folder;
	size_t count;

	assert_int_equal(folder_open(arena_format(scene->arena, "%s/parties/%s/%s",
						  scene->directory, party, sub),
				     false, &folder),
			 OK);
	assert_int_equal(folder_list(folder, false, 4096, scene->arena, &names, &count), OK);
	folder_close(folder);
	return count;
}

/* ---- The loop goes on until something is so ---- */

struct waiting {
	struct scene *scene;
	bool (*is_so)(struct scene *scene);
};

static void look_whether(void *context)
{
	const struct waiting *waiting = context;

	if (waiting->is_so(waiting->scene))
		loop_stop(waiting->scene->role.loop);
}

static void run_until(struct scene *scene, bool (*is_so)(struct scene *scene))
{
	struct waiting waiting = {scene, is_so};

	assert_int_equal(loop_every(scene->role.loop, 5, look_whether, &waiting), OK);
	assert_int_equal(loop_run(scene->role.loop), OK);
	loop_forget(scene->role.loop, &waiting);
}

static void open_door(struct scene *scene)
{
	assert_int_equal(door_open(&scene->role, scene->pipeline, &scene->door), OK);
}

/* ---- The door ---- */

static void accept_all(struct scene *scene, const struct intake *intake, uint16_t operation,
		       struct call_ticket *ticket)
{
	(void)intake;
	assert_int_equal(operation, LEDGER_ACCEPT);
	answer(scene, ticket, INTAKE_ACCEPTED, "{}");
}

/* The heap's party gets no answer at all: its files stay under way. */
static void answer_only_small(struct scene *scene, const struct intake *intake, uint16_t operation,
			      struct call_ticket *ticket)
{
	if (strcmp(intake->party, "small") == 0)
		accept_all(scene, intake, operation, ticket);
}

static bool small_is_taken(struct scene *scene)
{
	return has(scene, "small", "taken", "z.xml.receipt") &&
	       has(scene, "small", "taken", "z.xml");
}

static void one_partys_heap_of_files_does_not_shut_out_another(void **state)
{
	struct scene *scene = *state;

	for (unsigned i = 0; i < 260; i++)
		put(scene, "heap", arena_format(scene->arena, "%03u.xml", i), "heap");
	open_door(scene);
	scene->word = answer_only_small;
	put(scene, "small", "z.xml", "small");
	run_until(scene, small_is_taken);
}

static bool is_told(struct scene *scene)
{
	return said_count(&scene->said, "folder-not-read role=gate party=heap") > 0;
}

static void a_folder_that_cannot_be_looked_into_is_told(void **state)
{
	struct scene *scene = *state;

	put(scene, "heap", "a.xml", "heap");
	scene->word = accept_all;
	open_door(scene);
	assert_int_equal(
		system(arena_format(scene->arena, "rm -r %s/parties/heap/lodge", scene->directory)),
		0);
	said_begin(&scene->said);
	run_until(scene, is_told);
	said_end(&scene->said);
	put(scene, "small", "z.xml", "small"); /* the others' go on */
	run_until(scene, small_is_taken);
}

static bool heap_is_taken(struct scene *scene)
{
	return count_of(scene, "heap", "taken") == 2 * 150;
}

static void more_files_than_can_be_under_way_are_all_taken(void **state)
{
	struct scene *scene = *state;

	for (unsigned i = 0; i < 150; i++)
		put(scene, "heap", arena_format(scene->arena, "%03u.xml", i), "heap");
	scene->word = accept_all;
	open_door(scene);
	run_until(scene, heap_is_taken);
	for (unsigned i = 0; i < 150; i++)
		assert_true(has(scene, "heap", "taken",
				arena_format(scene->arena, "%03u.xml.receipt", i)));
	assert_int_equal(count_of(scene, "heap", "lodge"), 0);
}

static bool nothing_is_lodged(struct scene *scene)
{
	return count_of(scene, "small", "lodge") == 0;
}

static void the_same_file_again_and_again_finds_a_name_each_time(void **state)
{
	struct scene *scene = *state;

	scene->word = accept_all;
	open_door(scene);
	for (unsigned i = 0; i < 4; i++) {
		put(scene, "small", "z.xml", "small");
		run_until(scene, nothing_is_lodged);
	}
	assert_int_equal(count_of(scene, "small", "taken"), 8);
	assert_true(has(scene, "small", "taken", "VN-1-1.3.z.xml.receipt"));
}

static void long_names_that_differ_at_their_end_keep_an_answer_each(void **state)
{
	struct scene *scene = *state;
	char name[201];

	scene->word = accept_all;
	memset(name, 'n', 200);
	name[200] = 0;
	put(scene, "small", name, "first");
	name[199] = 'm';
	put(scene, "small", name, "second");
	open_door(scene);
	run_until(scene, nothing_is_lodged);
	assert_int_equal(count_of(scene, "small", "taken"), 4);
}

/* Accepted, but the seal is away; it is back when it is asked the second time. */
static void receipt_the_second_time(struct scene *scene, const struct intake *intake,
				    uint16_t operation, struct call_ticket *ticket)
{
	(void)intake;
	(void)operation;
	if (scene->asked_count > 1)
		answer(scene, ticket, INTAKE_SAME, "{\"a\":1}");
	else
		answer(scene, ticket, INTAKE_ACCEPTED, "");
}

static void a_file_whose_receipt_is_late_stays_until_it_is_there(void **state)
{
	struct scene *scene = *state;

	scene->word = receipt_the_second_time;
	put(scene, "small", "z.xml", "small");
	open_door(scene);
	run_until(scene, nothing_is_lodged);
	assert_true(scene->asked_count > 1);
	assert_true(has(scene, "small", "taken", "z.xml.receipt"));
}

static void refuse_all(struct scene *scene, const struct intake *intake, uint16_t operation,
		       struct call_ticket *ticket)
{
	(void)operation;
	assert_string_equal(intake->party, "unnamed");
	answer(scene, ticket, INTAKE_REFUSED, "");
}

static bool the_strangers_file_is_refused(struct scene *scene)
{
	return has(scene, "\xFF odd", "refused", "x.xml");
}

static void a_strangers_folder_may_have_any_name(void **state)
{
	struct scene *scene = *state;

	scene->word = refuse_all;
	put(scene, "\xFF odd", "x.xml", "stranger");
	open_door(scene);
	run_until(scene, the_strangers_file_is_refused);
	assert_true(has(scene, "\xFF odd", "refused", "x.xml.findings"));
	assert_int_equal(scene->asked_count, 1);
}

static bool the_large_one_is_refused(struct scene *scene)
{
	return has(scene, "small", "refused", "\xFF.xml");
}

static void a_file_that_is_too_large_is_refused_whatever_its_name(void **state)
{
	struct scene *scene = *state;
	char content[1002];

	memset(content, 'x', 1001);
	content[1001] = 0;
	put(scene, "small", "\xFF.xml", content);
	open_door(scene);
	run_until(scene, the_large_one_is_refused);
	assert_true(has(scene, "small", "refused", "\xFF.xml.findings"));
	assert_int_equal(scene->asked_count, 0);
}

/* ---- The pipeline ---- */

static void on_done(void *context, enum err err, const struct ledger_accepted *accepted)
{
	struct scene *scene = context;

	assert_true((err == OK) == (accepted != NULL));
	scene->end_err[scene->ends++] = err;
}

static void submit(struct scene *scene, const char *party, const char *document)
{
	assert_int_equal(
		pipeline_submit(scene->pipeline, party, bytes_of_text(document), on_done, scene),
		OK);
}

static bool three_have_ended(struct scene *scene)
{
	return scene->ends == 3;
}

static void what_must_come_again_takes_with_it_what_its_party_lodged_behind_it(void **state)
{
	struct scene *scene = *state;

	scene->word = accept_all;
	scene->work_err = ERR_UNAVAILABLE;
	submit(scene, "small", "original");
	submit(scene, "small", "amendment");
	submit(scene, "heap", "other");
	run_until(scene, three_have_ended);
	assert_int_equal(scene->asked_count, 1);
	assert_string_equal(scene->asked[0], "heap other");
	assert_int_equal(scene->end_err[0], ERR_UNAVAILABLE);
	assert_int_equal(scene->end_err[1], ERR_UNAVAILABLE);
	assert_int_equal(scene->end_err[2], OK);
}

static void keep_the_original(struct scene *scene, const struct intake *intake, uint16_t operation,
			      struct call_ticket *ticket)
{
	if (bytes_equal(intake->document, bytes_of_text("original")))
		scene->kept = ticket;
	else
		accept_all(scene, intake, operation, ticket);
}

static bool another_has_ended(struct scene *scene)
{
	return scene->ends == 1 && scene->works == 3;
}

static void an_amendment_waits_for_the_answer_to_what_was_lodged_before_it(void **state)
{
	struct scene *scene = *state;

	scene->word = keep_the_original;
	submit(scene, "small", "original");
	submit(scene, "small", "amendment");
	submit(scene, "heap", "other");
	run_until(scene, another_has_ended);
	assert_int_equal(scene->asked_count, 2);
	answer(scene, scene->kept, INTAKE_ACCEPTED, "{}");
	run_until(scene, three_have_ended);
	assert_string_equal(scene->asked[2], "small amendment");
}

static void accept_nothing_so_long(struct scene *scene, const struct intake *intake,
				   uint16_t operation, struct call_ticket *ticket)
{
	if (operation == LEDGER_ACCEPT) {
		call_answer(ticket, ERR_LIMIT, (struct bytes){0});
		return;
	}
	assert_int_equal(operation, LEDGER_REFUSE);
	assert_string_equal(intake->findings.items[0].code, "beyond-limits");
	answer(scene, ticket, INTAKE_REFUSED, "");
}

static void what_no_record_can_hold_is_refused(void **state)
{
	struct scene *scene = *state;

	scene->word = accept_nothing_so_long;
	for (unsigned i = 0; i < 3; i++)
		submit(scene, "small", "long");
	run_until(scene, three_have_ended);
	for (unsigned i = 0; i < 3; i++)
		assert_int_equal(scene->end_err[i], OK);
}

static void a_sender_longer_than_any_id_is_an_error_at_once(void **state)
{
	struct scene *scene = *state;
	char party[LIMIT_NAME_BYTES + 2];

	memset(party, 'p', sizeof(party) - 1);
	party[sizeof(party) - 1] = 0;
	assert_int_equal(
		pipeline_submit(scene->pipeline, party, bytes_of_text("<a/>"), on_done, scene),
		ERR_LIMIT);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(one_partys_heap_of_files_does_not_shut_out_another),
		TEST(a_folder_that_cannot_be_looked_into_is_told),
		TEST(more_files_than_can_be_under_way_are_all_taken),
		TEST(the_same_file_again_and_again_finds_a_name_each_time),
		TEST(long_names_that_differ_at_their_end_keep_an_answer_each),
		TEST(a_file_whose_receipt_is_late_stays_until_it_is_there),
		TEST(a_strangers_folder_may_have_any_name),
		TEST(a_file_that_is_too_large_is_refused_whatever_its_name),
		TEST(what_must_come_again_takes_with_it_what_its_party_lodged_behind_it),
		TEST(an_amendment_waits_for_the_answer_to_what_was_lodged_before_it),
		TEST(what_no_record_can_hold_is_refused),
		TEST(a_sender_longer_than_any_id_is_an_error_at_once),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
