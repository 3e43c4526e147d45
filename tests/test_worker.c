/*
 * A real worker process in its sandbox, asked through a pool. This program is also `sampan role`,
 * so that it can start one.
 */
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "messages/signature_write.h"
#include "node/command.h"
#include "node/file.h"
#include "node/pool.h"
#include "node/role.h"
#include "node/setup.h"
#include "node/work.h"
#include "sampan/certificate.h"
#include "sampan/limit.h"
#include "tests/support/patience.h"

struct place {
	char directory[64];
	struct arena *arena;
	struct loop *loop;
	struct pool *pool;
	pid_t worker;
	struct buffer question;
	bool is_answered;
	enum err err;
	struct bytes body; /* in the arena */
};

static void give_up(void *context)
{
	loop_stop(context);
}

static void start_worker(struct place *place)
{
	const char *config = arena_format(place->arena, "%s/node.yaml", place->directory);

	place->worker = fork();
	if (place->worker != 0)
		return;
	execl("/proc/self/exe", "test_worker", "role", "worker", "--config", config, (char *)NULL);
	_exit(127);
}

static void kill_worker(struct place *place)
{
	assert_int_equal(kill(place->worker, SIGKILL), 0);
	assert_int_equal(waitpid(place->worker, NULL, 0), place->worker);
}

#define CARD \
	"country: TH\nname: th.sampan.example\nendpoint: tcp://127.0.0.1:1\nlisten: " \
	"tcp://127.0.0.1:2\ncurve_public: 'rq:rM>}U?@Lns47E1%%kR.o@n%%FcmmsL/@{H8]yf7'\n" \
	"ledger_key: " \
	"th.sampan.example/1+c3d1a6bd+AeO1j1Nwn5yZE9zkDyZW2TmQmLMb+MTzqDGUv3qNYuiQ\n" \
	"signs:\n  - certificate: %s\n  - certificate: %s\n    until: 2026-01-01\n"

/* Keys of Thailand's node: the one on its card, one whose days are over, and one that it has not. */
static const char *const signers[] = {"card", "over", "other"};

static struct token *signer(struct place *place, const char *name)
{
	struct token *token = NULL;

	assert_int_equal(
		token_open_file(arena_format(place->arena, "%s/%s.key", place->directory, name),
				arena_format(place->arena, "%s/%s.crt", place->directory, name),
				(struct bytes){0}, false, &token),
		OK);
	return token;
}

static void make_partner(struct place *place)
{
	char hex[3][HASH_HEX_BYTES];

	for (size_t i = 0; i < 3; i++) {
		struct bytes key, certificate;
		struct hash hash;

		assert_int_equal(
			certificate_new(signers[i], "TH", place->arena, &key, &certificate), OK);
		assert_int_equal(file_make(arena_format(place->arena, "%s/%s.key", place->directory,
							signers[i]),
					   0600, key),
				 OK);
		assert_int_equal(file_make(arena_format(place->arena, "%s/%s.crt", place->directory,
							signers[i]),
					   0600, certificate),
				 OK);
		assert_int_equal(certificate_fingerprint(certificate, &hash), OK);
		hash_format_hex(&hash, hex[i]);
	}
	assert_int_equal(
		file_make(arena_format(place->arena, "%s/partners/TH.yaml", place->directory), 0600,
			  bytes_of_text(arena_format(place->arena, CARD, hex[0], hex[1]))),
		OK);
}

static int begin(void **state)
{
	struct place *place = calloc(1, sizeof(*place));
	const struct setup setup = {.directory = place->directory, .country = "VN"};
	const char *message = "";

	strcpy(place->directory, "/tmp/sampan-worker-XXXXXX");
	assert_non_null(mkdtemp(place->directory));
	place->arena = arena_new((size_t)64 * 1024 * 1024);
	buffer_init(&place->question, LIMIT_CALL_BYTES);
	assert_int_equal(setup_make(&setup, place->arena, &message), OK);
	make_partner(place);
	assert_int_equal(loop_new(&place->loop), OK);
	assert_int_equal(pool_open(place->loop,
				   arena_format(place->arena, "ipc://%s/run/gate-pool.ipc",
						place->directory),
				   (size_t)64 * 1024 * 1024, &place->pool),
			 OK);
	assert_int_equal(loop_every(place->loop, PATIENCE_MS, give_up, place->loop), OK);
	start_worker(place);
	*state = place;
	return 0;
}

static int end(void **state)
{
	struct place *place = *state;
	char command[128];

	kill_worker(place);
	pool_close(place->pool);
	loop_free(place->loop);
	buffer_clear(&place->question);
	arena_free(place->arena);
	(void)snprintf(command, sizeof(command), "rm -rf %s", place->directory);
	assert_int_equal(system(command), 0);
	free(place);
	return 0;
}

static void on_answer(void *context, enum err err, struct bytes body)
{
	struct place *place = context;

	place->is_answered = true;
	place->err = err;
	place->body = bytes_of(arena_copy(place->arena, body), body.len);
	loop_stop(place->loop);
}

static void submit(struct place *place, uint16_t operation)
{
	place->is_answered = false;
	assert_int_equal(pool_submit(place->pool, operation, buffer_bytes(&place->question),
				     on_answer, place),
			 OK);
	buffer_reset(&place->question);
}

static enum err wait_for_answer(struct place *place)
{
	while (!place->is_answered) {
		assert_int_equal(loop_run(place->loop), OK);
		if (!place->is_answered)
			fail_msg("the worker is silent");
	}
	return place->err;
}

static struct bytes sample(struct place *place)
{
	const char *path =
		arena_format(place->arena, "%s/samples/vn/gom-bat-trang/01-export-1-line.xml",
			     command_schemas_folder());
	struct bytes bytes;

	assert_int_equal(file_read(path, LIMIT_DOCUMENT_BYTES, place->arena, &bytes), OK);
	return bytes;
}

static struct work_checked check(struct place *place, struct bytes document)
{
	struct work_checked checked;

	work_pack_check(&place->question, &(struct work_check){.sender = "", .document = document});
	submit(place, WORK_CHECK);
	assert_int_equal(wait_for_answer(place), OK);
	assert_int_equal(work_unpack_checked(place->body, place->arena, &checked), OK);
	return checked;
}

static void a_good_document_gives_its_facts_and_no_errors(void **state)
{
	struct place *place = *state;
	struct work_checked checked = check(place, sample(place));

	assert_int_equal(checked.findings.errors, 0);
	assert_string_equal(facts_get(&checked.facts, "kind"), "vn.export");
	assert_string_equal(facts_get(&checked.facts, "destination"), "TH");
	assert_string_equal(facts_get(&checked.facts, "procedure"), "XK01");
}

static void bad_documents_give_findings_and_the_worker_lives(void **state)
{
	static const char *const documents[] = {
		"",           "not xml",
		"<a>",        "<!DOCTYPE a [<!ENTITY e SYSTEM \"file:///etc/passwd\">]><a>&e;</a>",
		"<unknown/>", "\xff\xfe<a/>",
	};
	struct place *place = *state;

	for (size_t i = 0; i < sizeof(documents) / sizeof(documents[0]); i++) {
		struct work_checked checked = check(place, bytes_of_text(documents[i]));

		assert_true(findings_has_errors(&checked.findings));
		assert_true(strlen(checked.findings.items[0].vi) > 0);
	}
	assert_int_equal(check(place, sample(place)).findings.errors, 0);
}

static struct work_translated translate_bytes(struct place *place, struct bytes document,
					      const char *to, bool is_supplied)
{
	struct work_translate question = {.to = to, .document = document};
	struct work_translated translated;

	facts_init(&question.outside, place->arena);
	if (is_supplied) {
		static const char *const facts[][2] = {
			{"route.origin", "VN"},
			{"registry.agent.name", "Đại lý A"},
			{"event.number", "301234567890"},
			{"event.port", "THBKK"},
			{"event.messageId", "0f8fad5b-d9cb-469f-a165-70867728950e"},
			{"event.from.name", "NSW"},
			{"event.from.identity", "0100109106"},
			{"event.year", "2026"},
			{"event.sendDate", "2026-03-01 10:00:00"},
		};

		for (size_t i = 0; i < sizeof(facts) / sizeof(facts[0]); i++)
			assert_int_equal(facts_put(&question.outside, facts[i][0], facts[i][1]),
					 OK);
	}
	work_pack_translate(&place->question, &question);
	submit(place, WORK_TRANSLATE);
	if (wait_for_answer(place) != OK)
		return (struct work_translated){0};
	assert_int_equal(work_unpack_translated(place->body, place->arena, &translated), OK);
	return translated;
}

static struct work_translated translate(struct place *place, const char *to, bool is_supplied)
{
	return translate_bytes(place, sample(place), to, is_supplied);
}

static void a_translation_comes_with_its_report_and_the_schema_sets_hash(void **state)
{
	const struct hash none = {{0}};
	struct place *place = *state;
	struct work_translated translated = translate(place, "asw.acdd", true);
	struct work_checked checked;

	for (size_t i = 0; i < translated.findings.count; i++)
		print_message("%s %s\n", translated.findings.items[i].code,
			      translated.findings.items[i].en);
	assert_int_equal(place->err, OK);
	assert_int_equal(translated.findings.errors, 0);
	assert_true(translated.output.len > 0 && translated.report.len > 0);
	assert_int_equal(translated.report.at[0], '{');
	assert_false(hash_equal(&translated.schema_set, &none));
	checked = check(place, translated.output);
	assert_int_equal(checked.findings.errors, 0);
	assert_string_equal(facts_get(&checked.facts, "kind"), "asw.acdd");
}

static void a_kind_that_only_the_hub_leads_to_is_made_as_well(void **state)
{
	struct place *place = *state;
	struct work_translated translated = translate(place, "th.advance-export", true);
	struct work_checked checked;

	assert_int_equal(translated.findings.errors, 0);
	assert_non_null(memmem(translated.report.at, translated.report.len,
			       "\"via\":[\"asw.acdd/1\"]", 20));
	checked = check(place, translated.output);
	assert_string_equal(facts_get(&checked.facts, "kind"), "th.advance-export");
}

static void the_part_of_a_whole_waits_for_the_others(void **state)
{
	static const char mark[] = "<DeclarationKindCode>";
	struct place *place = *state;
	struct bytes document = sample(place);
	const char *at = memmem(document.at, document.len, mark, strlen(mark));
	size_t before;
	struct work_translated translated;

	assert_non_null(at);
	before = (size_t)(at - (const char *)document.at);
	at = arena_format(place->arena,
			  "%.*s<FirstDeclarationNumber>F</FirstDeclarationNumber><DivisionBranch>1"
			  "</DivisionBranch><DivisionCount>3</DivisionCount>%.*s",
			  (int)before, (const char *)document.at, (int)(document.len - before), at);
	translated = translate_bytes(place, bytes_of_text(at), "asw.declaration", true);
	assert_int_equal(translated.findings.errors, 1);
	assert_string_equal(translated.findings.items[0].code, "join-part-missing");
	assert_int_equal(translated.output.len, 0);
	/* its own ACDD does not wait */
	translated = translate_bytes(place, bytes_of_text(at), "asw.acdd", true);
	assert_int_equal(translated.findings.errors, 0);
}

static void what_would_become_several_documents_is_held(void **state)
{
	static const char begin_mark[] = "<GovernmentAgencyGoodsItem>", end_mark[] = "<Invoice>";
	struct place *place = *state;
	struct bytes whole = translate(place, "asw.declaration", true).output;
	const char *text = arena_text(place->arena, whole);
	const char *item = strstr(text, begin_mark), *behind = strstr(text, end_mark);
	const char *lines = "";
	struct work_translated translated;

	assert_true(item != NULL && behind != NULL);
	for (size_t i = 0; i < 51; i++)
		lines = arena_format(place->arena, "%s%.*s", lines, (int)(behind - item), item);
	text = arena_format(place->arena, "%.*s%s%s", (int)(item - text), text, lines, behind);
	translated = translate_bytes(place, bytes_of_text(text), "vn.export", true);
	assert_string_equal(translated.findings.items[0].code, "split-not-owed");
	assert_int_equal(translated.output.len, 0);
}

static void what_nobody_supplies_is_a_finding_and_nothing_is_sent(void **state)
{
	struct place *place = *state;
	struct work_translated translated = translate(place, "asw.acdd", false);

	assert_int_equal(place->err, OK);
	assert_true(findings_has_errors(&translated.findings));
	assert_int_equal(translated.output.len, 0);
	assert_int_equal(translated.report.len, 0);
}

static void a_kind_that_is_not_known_is_an_error(void **state)
{
	struct place *place = *state;

	(void)translate(place, "xx.nothing", true);
	assert_int_equal(place->err, ERR_MISSING);
}

static void a_question_that_cannot_be_read_is_an_error(void **state)
{
	struct place *place = *state;

	buffer_put_text(&place->question, "x");
	submit(place, WORK_CHECK);
	assert_int_equal(wait_for_answer(place), ERR_FORMAT);
	submit(place, 999);
	assert_int_equal(wait_for_answer(place), ERR_USAGE);
}

static void stop(void *context)
{
	loop_stop(context);
}

/*
 * Deaths in the middle of a job are tested in test_pool.c, where a worker can be made to die at
 * will.
 */
static void a_job_that_a_killed_worker_never_began_is_done_by_the_next(void **state)
{
	struct place *place = *state;

	(void)check(place, sample(place));
	assert_int_equal(kill(place->worker, SIGSTOP), 0);
	work_pack_check(&place->question,
			&(struct work_check){.sender = "", .document = sample(place)});
	submit(place, WORK_CHECK);
	assert_int_equal(loop_idle(place->loop, stop, place->loop), OK);
	assert_int_equal(loop_run(place->loop), OK);
	assert_false(place->is_answered);
	kill_worker(place);
	start_worker(place);
	assert_int_equal(wait_for_answer(place), OK);
}

/* ---- What a partner sends ---- */

static struct bytes signed_by(struct place *place, const char *name, struct bytes document)
{
	struct token *token = signer(place, name);
	struct hash hash = hash_of(document);
	struct buffer signature, text;
	struct bytes whole;

	buffer_init(&signature, SIGNATURE_WRITE_BYTES);
	buffer_init(&text, LIMIT_DOCUMENT_BYTES);
	assert_int_equal(signature_write_with(token, &hash, NULL, &signature), OK);
	assert_int_equal(signature_write_into(document, buffer_bytes(&signature), &text), OK);
	assert_int_equal(buffer_give(&text, place->arena, &whole), OK);
	buffer_clear(&signature);
	token_close(token);
	return whole;
}

static struct work_checked check_sent(struct place *place, const char *sender,
				      struct bytes document)
{
	struct work_checked checked;

	work_pack_check(&place->question,
			&(struct work_check){.sender = sender, .document = document});
	submit(place, WORK_CHECK);
	assert_int_equal(wait_for_answer(place), OK);
	assert_int_equal(work_unpack_checked(place->body, place->arena, &checked), OK);
	return checked;
}

/* The same document with one digit of what it says changed; the length stays. */
static struct bytes tampered(struct place *place, struct bytes document)
{
	uint8_t *copy = arena_copy(place->arena, document);
	uint8_t *tag = memmem(copy, document.len, "</SequenceNumeric>", 18);

	assert_non_null(tag);
	tag[-1] = tag[-1] == '1' ? '2' : '1';
	return bytes_of(copy, document.len);
}

static bool has_code(const struct findings *findings, const char *code)
{
	for (size_t i = 0; i < findings->count; i++)
		if (strcmp(findings->items[i].code, code) == 0)
			return true;
	return false;
}

static void what_a_partner_sends_is_believed_by_its_card_alone(void **state)
{
	struct place *place = *state;
	struct bytes bare = translate(place, "asw.acdd", true).output;
	const struct bytes good = signed_by(place, "card", bare);
	const struct {
		struct bytes document;
		const char *code; /* NULL: in order */
	} rows[] = {
		{good, NULL},
		{bare, "signature-missing"},
		{tampered(place, good), "signature-invalid"},
		{signed_by(place, "other", bare), "signature-stranger"},
		{signed_by(place, "over", bare), "signature-stranger"},
		{signed_by(place, "card", good), "signature-place"},
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct work_checked checked = check_sent(place, "partner:TH", rows[i].document);

		assert_int_equal(checked.findings.errors > 0, rows[i].code != NULL);
		if (rows[i].code != NULL)
			assert_true(has_code(&checked.findings, rows[i].code));
		else
			assert_string_equal(facts_get(&checked.facts, "signature.signer"),
					    "partner:TH");
	}
}

/* Its card names nobody, so nothing is expected; the signature is taken off all the same. */
static void a_partner_whose_card_names_no_certificate_need_not_sign(void **state)
{
	struct place *place = *state;
	struct bytes bare = translate(place, "asw.acdd", true).output;

	assert_int_equal(check_sent(place, "partner:LA", bare).findings.errors, 0);
	assert_int_equal(
		check_sent(place, "partner:LA", signed_by(place, "other", bare)).findings.errors,
		0);
}

static void what_goes_out_as_it_came_goes_in_canonical_form(void **state)
{
	struct place *place = *state;
	struct bytes bare = translate(place, "asw.acdd", true).output;
	struct bytes arrived = signed_by(place, "card", bare);
	struct buffer loose;
	struct work_translated again;

	buffer_init(&loose, LIMIT_DOCUMENT_BYTES);
	buffer_put_text(&loose, "<?xml version=\"1.0\"?>\n<!-- a word -->\n");
	buffer_put(&loose, arrived);
	again = translate_bytes(place, buffer_bytes(&loose), "asw.acdd", false);
	assert_int_equal(again.findings.errors, 0);
	assert_int_equal(again.report.len, 0);
	assert_true(bytes_equal(again.output, bare));
	buffer_clear(&loose);
}

int main(int argc, char **argv)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)
	const struct CMUnitTest tests[] = {
		TEST(a_good_document_gives_its_facts_and_no_errors),
		TEST(bad_documents_give_findings_and_the_worker_lives),
		TEST(a_translation_comes_with_its_report_and_the_schema_sets_hash),
		TEST(a_kind_that_only_the_hub_leads_to_is_made_as_well),
		TEST(the_part_of_a_whole_waits_for_the_others),
		TEST(what_would_become_several_documents_is_held),
		TEST(what_nobody_supplies_is_a_finding_and_nothing_is_sent),
		TEST(a_kind_that_is_not_known_is_an_error),
		TEST(a_question_that_cannot_be_read_is_an_error),
		TEST(what_a_partner_sends_is_believed_by_its_card_alone),
		TEST(a_partner_whose_card_names_no_certificate_need_not_sign),
		TEST(what_goes_out_as_it_came_goes_in_canonical_form),
		TEST(a_job_that_a_killed_worker_never_began_is_done_by_the_next),
	};

	if (argc > 1 && strcmp(argv[1], "role") == 0)
		return cmd_role(argc - 1, argv + 1);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
