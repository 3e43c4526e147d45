/*
 * Signatures as a real worker sees them, in its sandbox, with the trust folder of its node. This
 * program is also `sampan role`, so that it can start one.
 */
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#include "node/command.h"
#include "node/file.h"
#include "node/pool.h"
#include "node/role.h"
#include "node/setup.h"
#include "node/work.h"
#include "sampan/limit.h"
#include "tests/support/patience.h"
#include "tests/support/xmldsig.h"

#pragma GCC diagnostic ignored "-Wmissing-field-initializers"

struct place {
	char directory[64];
	struct arena *arena;
	struct loop *loop;
	struct pool *pool;
	pid_t worker;
	struct pki authority, signer;
	bool is_answered;
	enum err err;
	struct bytes body; /* in the arena */
};

static void give_up(void *context)
{
	loop_stop(context);
}

/* The worker has the real time, and pki.h counts days from its own. */
static void make_certificates(struct place *place)
{
	int today = (int)((time(NULL) - PKI_NOW_S) / PKI_DAY_S);

	place->authority = pki_make(&(struct pki_wish){
		.name = "Test CA", .is_ca = true, .from_days = today - 2, .until_days = today + 3});
	place->signer = pki_make(&(struct pki_wish){.name = "Signer",
						    .uid = "MST:BCTHN",
						    .issuer = &place->authority,
						    .from_days = today - 2,
						    .until_days = today + 3});
}

static void put_trust(const struct place *place)
{
	const char *folder = arena_format(place->arena, "%s/trust", place->directory);

	assert_int_equal(mkdir(folder, 0700), 0);
	assert_int_equal(file_make(arena_format(place->arena, "%s/ca.pem", folder), 0600,
				   pki_pem(&place->authority, place->arena)),
			 OK);
	/* not ours to read */
	assert_int_equal(file_make(arena_format(place->arena, "%s/README", folder), 0600,
				   bytes_of_text("no certificate")),
			 OK);
}

static void start_worker(struct place *place)
{
	const char *config = arena_format(place->arena, "%s/node.yaml", place->directory);

	place->worker = fork();
	if (place->worker != 0)
		return;
	execl("/proc/self/exe", "test_worker_signature", "role", "worker", "--config", config,
	      (char *)NULL);
	_exit(127);
}

static int begin(void **state)
{
	struct place *place = calloc(1, sizeof(*place));
	const struct setup setup = {.directory = place->directory, .country = "VN"};
	const char *message = "";

	strcpy(place->directory, "/tmp/sampan-signed-XXXXXX");
	assert_non_null(mkdtemp(place->directory));
	place->arena = arena_new((size_t)64 * 1024 * 1024);
	assert_int_equal(setup_make(&setup, place->arena, &message), OK);
	make_certificates(place);
	put_trust(place);
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

	assert_int_equal(kill(place->worker, SIGKILL), 0);
	assert_int_equal(waitpid(place->worker, NULL, 0), place->worker);
	pool_close(place->pool);
	loop_free(place->loop);
	pki_clear(&place->signer);
	pki_clear(&place->authority);
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

static void ask(struct place *place, uint16_t operation, struct buffer *question)
{
	place->is_answered = false;
	assert_int_equal(
		pool_submit(place->pool, operation, buffer_bytes(question), on_answer, place), OK);
	buffer_clear(question);
	while (!place->is_answered) {
		assert_int_equal(loop_run(place->loop), OK);
		if (!place->is_answered)
			fail_msg("the worker is silent");
	}
	assert_int_equal(place->err, OK);
}

static struct work_checked check(struct place *place, struct bytes document)
{
	struct work_checked checked;
	struct buffer question;

	buffer_init(&question, LIMIT_CALL_BYTES);
	work_pack_check(&question, &(struct work_check){.sender = "", .document = document});
	ask(place, WORK_CHECK, &question);
	assert_int_equal(work_unpack_checked(place->body, place->arena, &checked), OK);
	return checked;
}

static struct bytes sample(struct place *place, const char *name)
{
	struct bytes bytes;

	assert_int_equal(file_read(arena_format(place->arena, "%s/samples/vn/%s",
						command_schemas_folder(), name),
				   LIMIT_DOCUMENT_BYTES, place->arena, &bytes),
			 OK);
	return bytes;
}

static struct bytes sign_as(struct place *place, const char *name, const struct pki *signer)
{
	struct bytes open = xmldsig_replace(sample(place, name), "</Envelope>",
					    XMLDSIG_PLACE "</Envelope>", place->arena);

	return xmldsig_sign(arena_text(place->arena, open),
			    &(struct xmldsig_wish){.signer = signer}, place->arena);
}

static void has_finding(const struct work_checked *checked, const char *code)
{
	for (size_t i = 0; i < checked->findings.count; i++)
		if (strcmp(checked->findings.items[i].code, code) == 0)
			return;
	fail_msg("%s is not among %zu findings", code, checked->findings.count);
}

static void a_certificate_of_origin_must_be_signed(void **state)
{
	struct place *place = *state;
	struct work_checked checked =
		check(place, sample(place, "bct-hanoi/21-co-third-party.xml"));

	assert_int_equal(checked.findings.errors, 1);
	has_finding(&checked, "signature-missing");
	checked = check(place, sign_as(place, "bct-hanoi/21-co-third-party.xml", &place->signer));
	assert_int_equal(checked.findings.errors, 0);
	assert_string_equal(facts_get(&checked.facts, "signature.verdict"), "valid");
	assert_string_equal(facts_get(&checked.facts, "signature.signer"), "BCTHN");
	assert_string_equal(facts_get(&checked.facts, "kind"), "vn.co");
}

static void a_declaration_may_be_signed_and_then_must_be_rightly(void **state)
{
	static const char name[] = "gom-bat-trang/01-export-1-line.xml";
	struct place *place = *state;
	struct pki stranger = pki_make(&(struct pki_wish){.name = "Stranger"});
	struct bytes bytes = sign_as(place, name, &place->signer);
	struct work_checked checked = check(place, sample(place, name));

	assert_int_equal(checked.findings.errors, 0);
	assert_null(facts_get(&checked.facts, "signature.verdict"));
	checked = check(place, bytes);
	assert_int_equal(checked.findings.errors, 0);
	assert_string_equal(facts_get(&checked.facts, "signature.verdict"), "valid");
	checked =
		check(place, xmldsig_replace(bytes, "<function>01", "<function>02", place->arena));
	has_finding(&checked, "signature-invalid");
	checked = check(place, sign_as(place, name, &stranger));
	has_finding(&checked, "signature-stranger");
	pki_clear(&stranger);
}

static void a_signed_document_is_translated_as_if_it_were_not(void **state)
{
	static const char name[] = "bct-hanoi/21-co-third-party.xml";
	struct place *place = *state;
	const struct bytes documents[] = {sample(place, name),
					  sign_as(place, name, &place->signer)};
	struct work_translated translated[2];

	for (size_t i = 0; i < 2; i++) {
		struct work_translate translate = {.to = "asw.form-d", .document = documents[i]};
		struct buffer question;

		facts_init(&translate.outside, place->arena);
		buffer_init(&question, LIMIT_CALL_BYTES);
		work_pack_translate(&question, &translate);
		ask(place, WORK_TRANSLATE, &question);
		assert_int_equal(work_unpack_translated(place->body, place->arena, &translated[i]),
				 OK);
		assert_int_equal(translated[i].findings.errors, 0);
	}
	assert_true(translated[0].output.len > 1000);
	assert_true(bytes_equal(translated[0].output, translated[1].output));
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)
		TEST(a_certificate_of_origin_must_be_signed),
		TEST(a_declaration_may_be_signed_and_then_must_be_rightly),
		TEST(a_signed_document_is_translated_as_if_it_were_not),
	};

	if (argc > 1 && strcmp(argv[1], "role") == 0)
		return cmd_role(argc - 1, argv + 1);
	return cmocka_run_group_tests_name("worker_signature", tests, NULL, NULL);
}
