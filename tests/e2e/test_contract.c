/*
 * Every answer that schemas/openapi.yaml documents is given by a running node, asked with real
 * curl, and has the media type, the headers and the form that stand there.
 *
 * Size: one program, as what was answered is counted over all of it.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>

#include <cmocka.h>
#include <signal.h>

#include "node/file.h"
#include "node/town_identity.h"
#include "node/town_signer.h"
#include "tests/support/contract_check.h"
#include "tests/support/patience.h"

#define ROOM 64u
#define TRADER "gom-bat-trang"
#define EXPORT "vn/gom-bat-trang/01-export-1-line.xml"
#define CERTIFICATE "vn/bct-hanoi/21-co-third-party.xml"
#define INVALID "vn/nong-san-viet/90-invalid-export.xml"
#define PERSON "lan"
#define PASSWORD "mot mat khau dai"
#define PDF "%PDF-1.7 an invoice"

static struct rig rig;
static struct contract contract;
static bool is_good;

/* Who asks. */
static const char *trader, *authority, *officer, *chief, *operator, * narrow, *limited, *nobody;
/* What is there. */
static const char *message, *certificate, *attachment, *entry = "999999", *tile = "0/000.p/1",
						       *delivery = "1";

static const char *text_of(const json_t *object, const char *name)
{
	const char *text = json_string_value(json_object_get(object, name));

	return text == NULL ? "" : text;
}

static void check(const json_t *operation, const struct door_answer *answer)
{
	contract_check_answer(&contract, &rig, operation, answer);
}

/* ---- A good request of each operation ---- */

struct call {
	const char *path, *method;
	const json_t *operation;
};

static struct call calls[ROOM];
static size_t call_count;

static void list_calls(void *context, const char *path, const char *method, const json_t *operation)
{
	char *upper = arena_text(rig.arena, bytes_of_text(method));

	(void)context;
	for (char *at = upper; *at != '\0'; at++)
		*at = (char)(*at & ~0x20);
	assert_true(call_count < ROOM);
	calls[call_count++] = (struct call){path, upper, operation};
}

static const struct call *call_of(const char *id)
{
	for (size_t i = 0; i < call_count; i++)
		if (strcmp(text_of(calls[i].operation, "operationId"), id) == 0)
			return &calls[i];
	fail_msg("there is no %s", id);
	return NULL;
}

static bool is_documented(const struct call *call, unsigned status)
{
	return contract_response(&contract, call->operation, status) != NULL;
}

static const char *with(const char *path, const char *name, const char *value)
{
	const char *at = strstr(path, name);

	return at == NULL ? path
			  : arena_format(rig.arena, "%.*s%s%s", (int)(at - path), path, value,
					 at + strlen(name));
}

/* A certificate is authorised; everything else is asked of a declaration. */
static const char *path_of(const struct call *call)
{
	bool is_word = strcmp(text_of(call->operation, "operationId"), "authorise") == 0;
	const char *path = with(call->path, "{id}", is_word ? certificate : message);

	path = with(path, "{sha256}", attachment);
	path = with(path, "{number}", entry);
	path = with(path, "{delivery}", delivery);
	return with(path, "{rest}", tile);
}

static const struct {
	const char *id, *body;
} bodies[] = {
	{"signIn", "{\"name\":\"" PERSON "\",\"password\":\"" PASSWORD "\"}"},
	{"changePassword", "{\"old\":\"" PASSWORD "\",\"new\":\"" PASSWORD " moi\"}"},
	{"makeToken", "{\"name\":\"may-kho\",\"party\":\"" TRADER "\"}"},
	{"giveMandate", "{\"principal\":\"0100101308\",\"agent\":\"dai-ly-hai-phong\"}"},
	{"authorise", "{\"authorise\":true}"},
	{"decide", "{\"decision\":\"clear\"}"},
	{"leaveNote", "{\"office\":\"03CC\",\"text\":\"one waits for its invoice\"}"},
	{"changeDelivery", "{\"action\":\"retry\",\"reason\":\"inbox is back\"}"},
};

/* Who asks; everything else is asked by the trader. */
static const struct {
	const char *const *token;
	const char *ids;
} askers[] = {{
	&operator,
	" listUsers listAudit listPartners listQueue metrics changeDelivery watchExchange " },
	{&chief, " readHandOver leaveNote "},
	{&officer, " decide "},
	{&nobody, " signIn "},
};

static struct door_request good(const char *id)
{
	const struct call *call = call_of(id);
	const char *word = arena_format(rig.arena, " %s ", id);
	const char *method = strcmp(call->method, "GET") == 0 ? NULL : call->method;
	struct door_request request = {.method = method, .path = path_of(call), .token = trader};

	if (strcmp(id, "lodgeMessage") == 0) {
		request.type = "application/xml";
		request.body = rig_sample(&rig, EXPORT);
	} else if (strcmp(id, "attach") == 0) {
		request.type = "application/pdf";
		request.body = bytes_of_text(PDF);
		request.path = arena_format(rig.arena, "%s?type=380", request.path);
	}
	for (size_t i = 0; i < sizeof(bodies) / sizeof(bodies[0]); i++)
		if (strcmp(bodies[i].id, id) == 0) {
			request.type = "application/json";
			request.body = bytes_of_text(bodies[i].body);
		}
	for (size_t i = 0; i < sizeof(askers) / sizeof(askers[0]); i++)
		if (strstr(askers[i].ids, word) != NULL)
			request.token = *askers[i].token;
	if (strcmp(id, "decide") == 0)
		request.headers[0] = "If-Match: \"1\"";
	if (strcmp(id, "followEvents") == 0)
		request.max_seconds = 1;
	return request;
}

/* Ask, and hold the answer to what is documented. */
static struct door_answer ask(const char *id, const struct door_request *request, unsigned status)
{
	struct door_answer answer = door_client_ask(&rig, RIG_VN, request);

	if (answer.status != status)
		fail_msg("%s answered %u, not %u: %.300s", id, answer.status, status,
			 (const char *)answer.body.at);
	check(call_of(id)->operation, &answer);
	return answer;
}

static const char *id_of(const struct call *call)
{
	return text_of(call->operation, "operationId");
}

/* ---- Setting up ---- */

/* One request a second, one at once: so 429 is met. */
static void slow_down_thailand(void)
{
	const struct town_node *node = &rig.town.nodes[RIG_TH];
	struct bytes yaml;

	assert_int_equal(file_read(node->config_path, 1 << 20, rig.arena, &yaml), OK);
	yaml = rig_replace(&rig, yaml, "https:\n",
			   "https:\n  requests_per_second: 1\n  requests_burst: 1\n");
	assert_int_equal(file_replace(node->config_path, yaml), OK);
}

static const char *const webhooks_only[] = {"--party", TRADER, "--actions", "webhooks", NULL};
static const char *const of_thai[] = {"--party", "thai-customs", NULL};
static const char *const of_officer[] = {"--user", "hoa", NULL};
static const char *const of_chief[] = {"--user", "truong", NULL};
static const char *const of_operator[] = {"--user", "van-hanh", NULL};

static void make_person(const char *name_and_rights)
{
	const char *line = arena_format(
		rig.arena,
		"printf '%%s\\n' '" PASSWORD "' | %s user add %s --config %s >%s/user.out 2>&1",
		rig.program, name_and_rights, rig.town.nodes[RIG_VN].config_path, rig.directory);

	assert_int_equal(system(line), 0);
}

static void make_tokens(void)
{
	assert_int_equal(town_identity_tokens(&rig.town.nodes[RIG_VN]), OK);
	trader = door_client_token(&rig, RIG_VN, TRADER);
	authority = door_client_token(&rig, RIG_VN, "bct-hanoi");
	make_person("van-hanh --roles operator --no-password");
	operator= door_client_new_token(&rig, RIG_VN, "figures", of_operator);
	narrow = door_client_new_token(&rig, RIG_VN, "narrow", webhooks_only);
	make_person(PERSON " --roles trader --party " TRADER);
	make_person("hoa --roles customs-officer --party hai-quan --offices 03CC");
	officer = door_client_new_token(&rig, RIG_VN, "desk", of_officer);
	make_person("truong --roles supervisor --party hai-quan --offices 03CC");
	chief = door_client_new_token(&rig, RIG_VN, "shift", of_chief);
	limited = door_client_new_token(&rig, RIG_TH, "limited", of_thai);
}

static int set_up(void **state)
{
	(void)state;
	contract_load(&contract);
	rig_open(&rig);
	slow_down_thailand();
	rig_start(&rig);
	make_tokens();
	contract_check_begin(&contract);
	contract_each(&contract, list_calls, NULL);
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	rig_close(&rig, is_good);
	contract_free(&contract);
	return 0;
}

/* ---- The tests, in order: what one makes the next one uses ---- */

static void what_is_asked_well_is_done(void **state)
{
	struct door_request request;
	struct door_answer answer;

	(void)state;
	message = certificate = attachment = "";
	request = good("lodgeMessage");
	answer = ask("lodgeMessage", &request, 202);
	message = door_client_member(&rig, &answer, "id");
	request.token = authority;
	assert_int_equal(town_signer_sign(&rig.town.nodes[RIG_VN], "bct-hanoi",
					  rig_sample(&rig, CERTIFICATE), rig.arena, &request.body),
			 OK);
	answer = ask("lodgeMessage", &request, 202);
	certificate = door_client_member(&rig, &answer, "id");
	request = good("attach");
	answer = ask("attach", &request, 201);
	attachment = door_client_member(&rig, &answer, "sha256");
	request = good("authorise");
	(void)ask("authorise", &request, 200);
	assert_true(rig_wait_for_rest(&rig, PATIENCE_MS));
	for (size_t i = 0; i < call_count; i++) {
		request = good(id_of(&calls[i]));
		if (strcmp(calls[i].method, "GET") == 0 && is_documented(&calls[i], 200))
			(void)ask(id_of(&calls[i]), &request, 200);
	}
}

/* Sign in; the headers that a session needs. */
static void sign_in(struct door_request *to)
{
	struct door_request request = good("signIn");
	struct door_answer answer = ask("signIn", &request, 200);
	const char *cookie = door_client_header(&rig, &answer, "set-cookie");

	assert_non_null(cookie);
	to->token = NULL;
	to->headers[0] = arena_format(rig.arena, "Cookie: %.*s", (int)strcspn(cookie, ";"), cookie);
	to->headers[1] = arena_format(rig.arena, "Sampan-Csrf: %s",
				      door_client_member(&rig, &answer, "csrf"));
}

/* The credentials of another request. */
static void as(struct door_request *request, const struct door_request *session)
{
	request->token = session->token;
	memcpy(request->headers, session->headers, sizeof(request->headers));
}

static void people_tokens_and_mandates_come_and_go(void **state)
{
	struct door_request request, session;
	struct door_answer answer;

	(void)state;
	request = good("signOut");
	sign_in(&request);
	request.headers[1] = NULL;
	(void)ask("signOut", &request, 403);
	sign_in(&request);
	(void)ask("signOut", &request, 204);
	request = good("changePassword");
	sign_in(&request);
	/* who has a token makes no other ones: a person does, before the password is another */
	session = request;
	request = good("makeToken");
	as(&request, &session);
	request.body = bytes_of_text("{\"name\":\"may-kho\",\"user\":\"" PERSON "\"}");
	answer = ask("makeToken", &request, 201);
	entry = door_client_member(&rig, &answer, "number");
	request = good("revokeToken");
	as(&request, &session);
	(void)ask("revokeToken", &request, 204);
	(void)ask("changePassword", &session, 204);
	/* the agent proposes, the principal confirms and takes back */
	request = good("giveMandate");
	request.token = door_client_token(&rig, RIG_VN, "dai-ly-hai-phong");
	request.body = bytes_of_text(
		"{\"principal\":\"0100101308\",\"agent\":\"dai-ly-hai-phong\",\"kinds\":\"vn.import\"}");
	answer = ask("giveMandate", &request, 201);
	entry = door_client_member(&rig, &answer, "number");
	request = good("confirmMandate");
	(void)ask("confirmMandate", &request, 204);
	request = good("revokeMandate");
	(void)ask("revokeMandate", &request, 204);
	request = good("leaveNote");
	(void)ask("leaveNote", &request, 201);
}

static void wrong_passwords_are_refused_and_then_not_listened_to(void **state)
{
	struct door_request request = good("signIn");
	struct door_answer answer;
	unsigned tries = 0;

	(void)state;
	request.body = bytes_of_text("{\"name\":\"nobody\",\"password\":\"a wrong password\"}");
	(void)ask("signIn", &request, 401);
	do
		answer = door_client_ask(&rig, RIG_VN, &request);
	while (answer.status == 401 && ++tries < 100);
	assert_int_equal(answer.status, 429);
	check(call_of("signIn")->operation, &answer);
}

static void what_is_known_already_is_not_sent_again(void **state)
{
	(void)state;
	for (size_t i = 0; i < call_count; i++) {
		struct door_request request = good(id_of(&calls[i]));
		struct door_answer answer;

		if (!is_documented(&calls[i], 304))
			continue;
		answer = ask(id_of(&calls[i]), &request, 200);
		request.headers[0] = arena_format(rig.arena, "If-None-Match: %s",
						  door_client_header(&rig, &answer, "etag"));
		(void)ask(id_of(&calls[i]), &request, 304);
	}
}

static void words_come_in_the_language_that_is_asked_for(void **state)
{
	static const struct {
		const char *header, *language, *words;
	} cases[] = {
		{"Accept-Language: vi-VN,vi;q=0.9,en;q=0.5", "vi",
		 "đã nhận, đã kiểm tra và đã ghi"},
		{"Accept-Language: en", "en", "received, checked and on disk"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct door_request request = good("readMessage");
		struct door_answer answer;

		request.headers[0] = cases[i].header;
		answer = ask("readMessage", &request, 200);
		assert_string_equal(door_client_header(&rig, &answer, "content-language"),
				    cases[i].language);
		assert_non_null(strstr((const char *)answer.body.at, cases[i].words));
		request = good("followEvents");
		request.headers[0] = cases[i].header;
		request.headers[1] = "Last-Event-ID: 0";
		answer = ask("followEvents", &request, 200);
		assert_non_null(strstr((const char *)answer.body.at, cases[i].words));
	}
}

/* Who is at the machine sees a document only for a reason, which is on record before it is shown. */
static void a_reason_opens_what_is_outside_of_ones_scope(void **state)
{
	static const char *const ids[] = {"readDocument", "readTranslation", "readReport",
					  "readAttachment"};

	(void)state;
	for (size_t i = 0; i < sizeof(ids) / sizeof(ids[0]); i++) {
		struct door_request request = good(ids[i]);
		struct door_answer answer;

		request.token = operator;
		(void)ask(ids[i], &request, 403);
		request.headers[0] = "Sampan-Reason: complaint 12/2026";
		(void)ask(ids[i], &request, 200);
		request = good("listAudit");
		answer = ask("listAudit", &request, 200);
		assert_non_null(strstr((const char *)answer.body.at, "complaint 12/2026"));
	}
}

static void strangers_and_those_who_may_not_are_refused(void **state)
{
	(void)state;
	for (size_t i = 0; i < call_count; i++) {
		struct door_request request = good(id_of(&calls[i]));

		request.token = NULL;
		if (is_documented(&calls[i], 401) && strcmp(id_of(&calls[i]), "signIn") != 0)
			(void)ask(id_of(&calls[i]), &request, 401);
		request.token = narrow;
		if (is_documented(&calls[i], 403) && strcmp(id_of(&calls[i]), "signOut") != 0)
			(void)ask(id_of(&calls[i]), &request, 403);
	}
}

static void what_is_asked_badly_is_refused(void **state)
{
	(void)state;
	for (size_t i = 0; i < call_count; i++) {
		struct door_request request = good(id_of(&calls[i]));
		const char *path = request.path;

		request.headers[0] = "Accept: image/x-none";
		if (is_documented(&calls[i], 406))
			(void)ask(id_of(&calls[i]), &request, 406);
		request.headers[0] = NULL;
		request.path = arena_format(rig.arena, "%s%snonsense=1", path,
					    strchr(path, '?') == NULL ? "?" : "&");
		if (is_documented(&calls[i], 400))
			(void)ask(id_of(&calls[i]), &request, 400);
	}
}

static void what_is_not_there_is_not_found(void **state)
{
	const char *was = message, *word = certificate;

	(void)state;
	message = certificate = "VN-1-999999";
	entry = "999999";
	tile = "7/000";
	for (size_t i = 0; i < call_count; i++) {
		struct door_request request = good(id_of(&calls[i]));

		if (is_documented(&calls[i], 404))
			(void)ask(id_of(&calls[i]), &request, 404);
	}
	message = was;
	certificate = word;
	tile = "0/000.p/1";
}

static void bodies_are_held_to_their_size_and_type(void **state)
{
	const size_t len = 10485761; /* more than anything takes */
	uint8_t *large = calloc(1, len);

	(void)state;
	assert_non_null(large);
	for (size_t i = 0; i < call_count; i++) {
		struct door_request request = good(id_of(&calls[i]));

		if (!is_documented(&calls[i], 413))
			continue;
		request.type = "application/zip";
		(void)ask(id_of(&calls[i]), &request, 415);
		request = good(id_of(&calls[i]));
		request.body = bytes_of(large, len);
		(void)ask(id_of(&calls[i]), &request, 413);
	}
	free(large);
}

static void documents_and_keys_that_do_not_fit_are_refused(void **state)
{
	static const char *const ids[] = {"lodgeMessage", "attach", "authorise"};
	struct door_request request = good("lodgeMessage");
	struct door_answer answer;

	(void)state;
	request.token = door_client_token(&rig, RIG_VN, "nong-san-viet");
	request.body = rig_sample(&rig, INVALID);
	answer = ask("lodgeMessage", &request, 422);
	assert_string_equal(door_client_header(&rig, &answer, "location"),
			    arena_format(rig.arena, "/v1/messages/%s",
					 door_client_member(&rig, &answer, "id")));
	assert_string_not_equal(door_client_member(&rig, &answer, "id"), "");
	/* the same key with another request */
	for (size_t i = 0; i < 3; i++) {
		request = good(ids[i]);
		request.headers[0] = arena_format(rig.arena, "Idempotency-Key: k-%zu", i);
		(void)ask(ids[i], &request, i == 0 ? 202 : i == 1 ? 201 : 200);
		if (i == 1)
			request.path = arena_format(rig.arena, "%s&name=other", request.path);
		else
			request.body = i == 0 ? bytes_of_text("<a/>")
					      : bytes_of_text("{\"authorise\": true}");
		(void)ask(ids[i], &request, 422);
	}
}

static bool is_held(void *context)
{
	struct door_request request = good("listQueue");
	struct door_answer answer = ask("listQueue", &request, 200);
	const char *at = strstr((const char *)answer.body.at, "\"delivery\":");

	(void)context;
	delivery = at == NULL ? "1" : arena_format(rig.arena, "%d", atoi(at + 11));
	return at != NULL && strstr(at, "\"stage\":\"held\"") != NULL;
}

static const char *inbox_of(const char *name)
{
	return arena_format(rig.arena, "%s/parties/" TRADER "/%s", rig.town.nodes[RIG_VN].directory,
			    name);
}

/* Each says what its maker saw, and may be made in this state: once refused, nothing can be cleared. */
static void decisions_are_taken_once(void **state)
{
	static const struct {
		const char *body;
		bool is_current;
		unsigned status;
	} cases[] = {
		{"{\"decision\":\"refuse\"}", true, 422},
		{"{\"decision\":\"clear\"}", false, 412},
		{"{\"decision\":\"refuse\",\"fields\":{\"reason\":\"OTHER\",\"text\":\"?\"}}", true,
		 202},
		{"{\"decision\":\"clear\"}", true, 409},
	};
	struct door_request request = good("decide");

	(void)state;
	request.headers[0] = NULL;
	(void)ask("decide", &request, 428);
	assert_int_equal(rename(inbox_of("inbox"), inbox_of("inbox.away")), 0);
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct door_request look = good("readMessage");
		struct door_answer seen = ask("readMessage", &look, 200);

		request = good("decide");
		request.body = bytes_of_text(cases[i].body);
		if (cases[i].is_current)
			request.headers[0] = arena_format(rig.arena, "If-Match: %s",
							  door_client_header(&rig, &seen, "etag"));
		(void)ask("decide", &request, cases[i].status);
	}
	assert_true(rig_wait(is_held, NULL, PATIENCE_MS));
	assert_int_equal(rename(inbox_of("inbox.away"), inbox_of("inbox")), 0);
	request = good("changeDelivery");
	(void)ask("changeDelivery", &request, 204);
	(void)ask("changeDelivery", &request, 409);
}

static long pid_of(const char *role)
{
	long pids[RIG_PIDS];

	assert_int_equal(rig_pids(&rig, RIG_VN, role, pids), 1);
	return pids[0];
}

/* While the ledger does not move, a second request with the same key meets the first. */
static void a_key_under_way_is_a_conflict(void **state)
{
	static const char *const ids[] = {"lodgeMessage", "attach", "authorise"};

	(void)state;
	for (size_t i = 0; i < 3; i++) {
		struct door_request request = good(ids[i]);
		struct door_answer first, second;
		struct door_job jobs[2];

		request.headers[0] = arena_format(rig.arena, "Idempotency-Key: twice-%zu", i);
		assert_int_equal(kill((pid_t)pid_of("ledger"), SIGSTOP), 0);
		jobs[0] = door_client_begin(&rig, RIG_VN, &request);
		jobs[1] = door_client_begin(&rig, RIG_VN, &request);
		/* who is second is answered while the ledger stands still */
		second = door_client_end(&rig, jobs[1]);
		assert_int_equal(kill((pid_t)pid_of("ledger"), SIGCONT), 0);
		first = door_client_end(&rig, jobs[0]);
		assert_true((first.status == 409) != (second.status == 409));
		check(call_of(ids[i])->operation, &second);
		check(call_of(ids[i])->operation, &first);
	}
}

static void who_asks_too_often_is_told_to_wait(void **state)
{
	(void)state;
	for (size_t i = 0; i < call_count; i++) {
		struct door_request request = good(id_of(&calls[i]));
		struct door_answer answer;
		unsigned tries = 0;

		if (!is_documented(&calls[i], 429) || strcmp(id_of(&calls[i]), "signIn") == 0)
			continue;
		request.token = limited;
		do
			answer = door_client_ask(&rig, RIG_TH, &request);
		while (answer.status != 429 && ++tries < 100);
		assert_int_equal(answer.status, 429);
		check(calls[i].operation, &answer);
	}
}

/* Nobody answers: the clerk and the ledger stand still, and tokens are not known yet. */
static void what_cannot_be_asked_is_said_to_be_tried_again(void **state)
{
	struct door_job jobs[ROOM];
	bool is_begun[ROOM] = {false};
	const char *fresh[] = {
		door_client_new_token(&rig, RIG_VN, "fresh",
				      (const char *const[]){"--party", TRADER, NULL}),
		door_client_new_token(&rig, RIG_VN, "fresh-operator", of_operator)};

	(void)state;
	assert_int_equal(kill((pid_t)pid_of("clerk"), SIGSTOP), 0);
	assert_int_equal(kill((pid_t)pid_of("ledger"), SIGSTOP), 0);
	for (size_t i = 0; i < call_count; i++) {
		struct door_request request = good(id_of(&calls[i]));

		if (!is_documented(&calls[i], 503))
			continue;
		if (request.token == operator)
			request.token = fresh[1];
		else if (request.token != NULL)
			request.token = fresh[0];
		request.max_seconds = 60;
		jobs[i] = door_client_begin(&rig, RIG_VN, &request);
		is_begun[i] = true;
	}
	for (size_t i = 0; i < call_count; i++) {
		struct door_answer answer;

		if (!is_begun[i])
			continue;
		answer = door_client_end(&rig, jobs[i]);
		if (answer.status != 503)
			fail_msg("%s answered %u", id_of(&calls[i]), answer.status);
		check(calls[i].operation, &answer);
	}
	assert_int_equal(kill((pid_t)pid_of("clerk"), SIGCONT), 0);
	assert_int_equal(kill((pid_t)pid_of("ledger"), SIGCONT), 0);
}

static void shell(const char *line)
{
	assert_non_null(line);
	assert_int_equal(system(line), 0);
}

/* The ledger goes on from a copy that holds a document for which the seal had not signed. */
static void restore_without_its_receipt(void)
{
	struct town_node *node = &rig.town.nodes[RIG_VN];
	const char *key = arena_format(rig.arena, "%s/operator.key", rig.directory);

	shell(arena_format(rig.arena, "%s ledger backup --to %s/backup --config %s", rig.program,
			   rig.directory, node->config_path));
	(void)kill((pid_t)pid_of("seal"), SIGCONT);
	town_stop(node, SIGTERM);
	shell(arena_format(rig.arena,
			   "%s node operator %s --config %s && rm -r %s/ledger && "
			   "%s ledger restore --from %s/backup --dir %s && "
			   "%s node reopen --operator-key %s --config %s",
			   rig.program, key, node->config_path, node->directory, rig.program,
			   rig.directory, node->directory, rig.program, key, node->config_path));
	assert_int_equal(town_start(node, rig.program), OK);
}

static void what_signed_it_was_lost_and_that_is_said(void **state)
{
	static const char *const lost[] = {"readReceipt", "readEvidence"};
	struct door_request request = good("lodgeMessage");
	struct door_answer answer;
	json_t *json;

	(void)state;
	request.body = rig_replace(&rig, request.body, "GBT-XK-2026-0141", "GBT-XK-2026-9999");
	assert_int_equal(kill((pid_t)pid_of("seal"), SIGSTOP), 0);
	answer = ask("lodgeMessage", &request, 202);
	json = json_loadb((const char *)answer.body.at, answer.body.len, 0, NULL);
	assert_true(json_is_null(json_object_get(json, "receipt")));
	message = arena_text(rig.arena, bytes_of_text(text_of(json, "id")));
	json_decref(json);
	restore_without_its_receipt();
	answer = ask("lodgeMessage", &request, 202);
	assert_non_null(strstr((const char *)answer.body.at, "\"receiptLost\":true"));
	for (size_t i = 0; i < sizeof(lost) / sizeof(lost[0]); i++) {
		request = good(lost[i]);
		(void)ask(lost[i], &request, 410);
	}
}

static void no_documented_answer_was_left_out(void **state)
{
	(void)state;
	assert_int_equal(contract_check_unseen(), 0);
	is_good = true;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_asked_well_is_done),
		cmocka_unit_test(people_tokens_and_mandates_come_and_go),
		cmocka_unit_test(what_is_known_already_is_not_sent_again),
		cmocka_unit_test(words_come_in_the_language_that_is_asked_for),
		cmocka_unit_test(a_reason_opens_what_is_outside_of_ones_scope),
		cmocka_unit_test(strangers_and_those_who_may_not_are_refused),
		cmocka_unit_test(what_is_asked_badly_is_refused),
		cmocka_unit_test(what_is_not_there_is_not_found),
		cmocka_unit_test(bodies_are_held_to_their_size_and_type),
		cmocka_unit_test(documents_and_keys_that_do_not_fit_are_refused),
		cmocka_unit_test(decisions_are_taken_once),
		cmocka_unit_test(a_key_under_way_is_a_conflict),
		cmocka_unit_test(who_asks_too_often_is_told_to_wait),
		cmocka_unit_test(what_cannot_be_asked_is_said_to_be_tried_again),
		cmocka_unit_test(wrong_passwords_are_refused_and_then_not_listened_to),
		cmocka_unit_test(what_signed_it_was_lost_and_that_is_said),
		cmocka_unit_test(no_documented_answer_was_left_out),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
