/*
 * What a person does is a document, on a running node: officers clear and refuse by program and by
 * page, one of two who saw the same is first, and whatever is filled in stays text.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>
#include <jansson.h>

#include "node/ask.h"
#include "node/file.h"
#include "node/who_secret.h"
#include "sampan/http_client.h"
#include "sampan/secret.h"
#include "tests/support/rig.h"

#define FILE_BYTES ((size_t)64 * 1024)
#define BODY_BYTES ((size_t)1024 * 1024)
#define PASSWORD "a very long secret"
#define PATIENCE_MS 60000u
#define RACES 12u
#define PAIRS(...) ((const char *const[]){__VA_ARGS__, NULL})
#define HTML "Accept: text/html,*/*;q=0.8"
#define JSON "Content-Type: application/json"
#define FORM "Content-Type: application/x-www-form-urlencoded"
#define VIETNAMESE "Accept-Language: vi"

static struct rig rig;
static struct ask ask;
static struct http_client *client;
static char url[128];
static const char *trader, *officer, *other; /* "Authorization: Bearer ..." */
static unsigned lodged;

static const char *text_of_file(const char *name)
{
	const char *path = arena_format(rig.arena, "%s/%s", rig.town.nodes[RIG_VN].directory, name);
	struct bytes bytes;

	assert_int_equal(file_read(path, FILE_BYTES, rig.arena, &bytes), OK);
	return arena_text(rig.arena, bytes);
}

static struct http_client *client_new(void)
{
	const struct http_client_options options = {
		.ca = bytes_of_text(text_of_file("keys/door.crt"))};
	struct http_client *made;

	assert_int_equal(http_client_open(&options, &made), OK);
	return made;
}

static struct http_client_answer call(const char *method, const char *path,
				      const char *const *headers, const char *body)
{
	const struct http_client_request request = {
		.method = method,
		.url = arena_format(rig.arena, "%s%s", url, path),
		.headers = headers,
		.body = bytes_of_text(body),
		.max_answer_bytes = BODY_BYTES,
		.connect_ms = 10000,
		.total_ms = 60000,
		.may = HTTP_MAY_PRIVATE,
	};
	struct http_client_answer answer;
	char why[HTTP_CLIENT_WHY_BYTES];

	if (http_client_ask(client, &request, rig.arena, &answer, why) != OK)
		fail_msg("%s %s: %s", method, path, why);
	return answer;
}

static const char *header(const struct http_client_answer *answer, const char *name)
{
	return arena_text(rig.arena, http_client_header(answer, name));
}

static const char *body_of(const struct http_client_answer *answer)
{
	return arena_text(rig.arena, answer->body);
}

static bool says(const struct http_client_answer *answer, const char *text)
{
	return strstr(body_of(answer), text) != NULL;
}

/* A text of the answer's JSON; "" when it has none. */
static const char *member(const struct http_client_answer *answer, const char *name)
{
	json_t *json = json_loadb((const char *)answer->body.at, answer->body.len, 0, NULL);
	const char *text = json_string_value(json_object_get(json, name));
	const char *copy = arena_text(rig.arena, bytes_of_text(text == NULL ? "" : text));

	json_decref(json);
	return copy;
}

static void add_person(const char *name, const char *party, const char *roles, const char *offices)
{
	struct hash digest = who_secret_password(bytes_of_text(PASSWORD));
	char verifier[SECRET_VERIFIER_BYTES];
	struct facts answer;

	assert_int_equal(secret_make_verifier(hash_bytes(&digest), verifier), OK);
	assert_int_equal(ask_identity(&ask, "user-add",
				      PAIRS("name", name, "party", party, "roles", roles, "offices",
					    offices, "verifier", verifier),
				      "test", &answer),
			 OK);
	assert_string_equal(facts_get_or_empty(&answer, "refused"), "");
}

/* "Authorization: Bearer ..." of a new token: of a person, or of the party's machine. */
static const char *make_token(const char *whose, const char *name, const char *label)
{
	char token[WHO_TEXT_BYTES], hex[HASH_HEX_BYTES];
	struct facts answer;
	struct hash hash;

	who_secret_make(WHO_TOKEN_PREFIX, token, &hash);
	hash_format_hex(&hash, hex);
	assert_int_equal(ask_identity(&ask, "token-make",
				      PAIRS("name", label, whose, name, "hash", hex), "test",
				      &answer),
			 OK);
	assert_string_equal(facts_get_or_empty(&answer, "refused"), "");
	return arena_format(rig.arena, "Authorization: Bearer %s", token);
}

static int open_town(void **state)
{
	(void)state;
	rig_open(&rig);
	rig_start(&rig);
	client = client_new();
	(void)snprintf(url, sizeof(url), "%s", text_of_file(TOWN_URL));
	url[strcspn(url, "\n")] = '\0';
	assert_int_equal(ask_init(&ask, rig.town.nodes[RIG_VN].config_path), OK);
	add_person("an", "hai-quan", "customs-officer", "03CC");
	add_person("binh", "hai-quan", "customs-officer", "03CC");
	add_person("xa", "hai-quan", "customs-officer", "02CI");
	trader = make_token("party", "gom-bat-trang", "erp");
	officer = make_token("user", "an", "an-desk");
	other = make_token("user", "binh", "binh-desk");
	return 0;
}

static int close_town(void **state)
{
	(void)state;
	http_client_close(client);
	ask_clear(&ask);
	rig_close(&rig, true);
	return 0;
}

/* ---- A declaration, registered ---- */

/* And lies in the inbox of customs, so that nothing more happens to it by itself. */
static bool is_at_rest(void *context)
{
	struct http_client_answer answer =
		call("GET", arena_format(rig.arena, "/v1/messages/%s", (const char *)context),
		     PAIRS(officer), "");

	return strcmp(member(&answer, "state"), "registered") == 0 &&
	       says(&answer, "\"event\":\"ContentHandover\"");
}

static const char *declare(void)
{
	const char *reference = arena_format(rig.arena, "FORM-%u", ++lodged);
	struct bytes document =
		rig_replace(&rig, rig_sample(&rig, "vn/gom-bat-trang/07-import-stays-at-home.xml"),
			    "GBT-NK-2026-0019", reference);
	struct http_client_answer answer =
		call("POST", "/v1/messages", PAIRS(trader, "Content-Type: application/xml"),
		     arena_text(rig.arena, document));
	const char *id = member(&answer, "id");

	assert_int_equal(answer.status, 202);
	assert_true(rig_wait(is_at_rest, (void *)(uintptr_t)id, PATIENCE_MS));
	return id;
}

static const char *etag_of(const char *id)
{
	struct http_client_answer answer =
		call("GET", arena_format(rig.arena, "/v1/messages/%s", id), PAIRS(officer), "");

	assert_int_equal(answer.status, 200);
	return header(&answer, "ETag");
}

static struct http_client_answer decide(const char *who, const char *id, const char *etag,
					const char *body)
{
	const char *path = arena_format(rig.arena, "/v1/messages/%s/decision", id);
	const char *match = arena_format(rig.arena, "If-Match: %s", etag == NULL ? "" : etag);

	return call("POST", path, etag == NULL ? PAIRS(who, JSON) : PAIRS(who, JSON, match), body);
}

#define CLEAR "{\"decision\":\"clear\"}"

/* ---- By program ---- */

static void a_decision_says_what_its_maker_saw(void **state)
{
	const char *id = declare();

	(void)state;
	assert_int_equal(decide(officer, id, NULL, CLEAR).status, 428);
	assert_int_equal(decide(officer, id, "*", CLEAR).status, 428);
	assert_int_equal(decide(officer, id, "\"1\"", CLEAR).status, 412);
	assert_int_equal(decide(officer, id, "W/\"1\"", CLEAR).status, 412);
	assert_int_equal(decide(officer, id, "\"x\"", CLEAR).status, 412);
}

static void who_may_not_decide_changes_nothing(void **state)
{
	const char *id = declare(), *etag = etag_of(id);
	const char *elsewhere = make_token("user", "xa", "xa-desk");

	(void)state;
	assert_int_equal(decide(trader, id, etag, CLEAR).status, 403);
	assert_int_equal(decide(elsewhere, id, etag, CLEAR).status, 403);
	assert_int_equal(decide(officer, "VN-1-99999", etag, CLEAR).status, 404);
	assert_string_equal(etag_of(id), etag);
}

static void what_no_form_asks_for_is_told_at_its_field(void **state)
{
	static const struct {
		const char *body;
		unsigned status;
		const char *says;
	} cases[] = {
		{"{\"decision\":\"burn\"}", 400, "You can decide: clear refuse ask-papers"},
		{"{\"decision\":\"clear\",\"field\":{}}", 400, "and nothing else"},
		{"[]", 400, "and nothing else"},
		{"{\"decision\":\"clear\",\"fields\":{\"a\":null}}", 400, "fields:"},
		{"{\"decision\":\"clear\",\"fields\":{\"colour\":\"red\"}}", 422,
		 "\"field\":\"colour\""},
		{"{\"decision\":\"clear\",\"fields\":{\"../x\":\"red\"}}", 422,
		 "form-field-unknown"},
		{"{\"decision\":\"refuse\"}", 422, "\"field\":\"reason\""},
		{"{\"decision\":\"refuse\",\"fields\":{\"reason\":\"WHY\",\"text\":\"a\"}}", 422,
		 "form-field-choice"},
	};
	const char *id = declare(), *etag = etag_of(id);

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct http_client_answer answer = decide(officer, id, etag, cases[i].body);

		print_message("%s: %s\n", cases[i].body, body_of(&answer));
		assert_int_equal(answer.status, cases[i].status);
		assert_true(says(&answer, cases[i].says));
	}
	assert_string_equal(etag_of(id), etag);
}

static void a_decision_is_a_document_that_names_who_made_it(void **state)
{
	const char *id = declare(), *etag = etag_of(id), *made;
	struct http_client_answer answer = decide(officer, id, etag, CLEAR), read;

	(void)state;
	print_message("%s\n", body_of(&answer));
	assert_int_equal(answer.status, 202);
	made = member(&answer, "id");
	assert_string_not_equal(made, id);
	read = call("GET", arena_format(rig.arena, "/v1/messages/%s", made), PAIRS(officer), "");
	assert_true(says(&read, "\"schema\":\"vn.response/1\""));
	assert_true(says(&read, arena_format(rig.arena, "\"conversation\":\"%s\"", id)));
	read = call("GET", arena_format(rig.arena, "/v1/messages/%s/document", made),
		    PAIRS(officer), "");
	assert_true(says(&read, "<function>23</function>"));
	assert_true(says(&read, "<CreaterName>an</CreaterName>"));
	assert_true(says(&read, "<identity>0100101308</identity>"));
	assert_false(says(&read, "urn:sampan:form"));
	assert_string_not_equal(etag_of(id), etag);
	assert_int_equal(decide(other, id, etag, CLEAR).status, 412);
}

static void what_is_filled_in_stays_text(void **state)
{
	static const char stays[] =
		"<Text>]]&gt;&lt;/Text&gt;&lt;/Reason&gt;&lt;x&gt;&amp;lt;&amp;amp;'\"&lt;!--"
		"&lt;script&gt;evil()&lt;/script&gt; {/form/now} À\n2</Text>";
	const char *id = declare();
	const char *body = arena_format(
		rig.arena,
		"{\"decision\":\"refuse\",\"fields\":{\"reason\":\"OTHER\",\"text\":\"%s\"}}",
		"]]></Text></Reason><x>&lt;&amp;'\\\"<!--<script>evil()</script> {/form/now} \\u00c0\\n2");
	struct http_client_answer answer = decide(officer, id, etag_of(id), body), read;

	(void)state;
	print_message("%s\n", body_of(&answer));
	assert_int_equal(answer.status, 202);
	read = call("GET",
		    arena_format(rig.arena, "/v1/messages/%s/document", member(&answer, "id")),
		    PAIRS(officer), "");
	assert_true(says(&read, stays));
}

/* ---- Two at the same time ---- */

/* The status that this one got, as soon as the pipe is closed. */
static pid_t race(const char *who, const char *id, const char *etag, int gate[2], int results)
{
	pid_t pid = fork();

	if (pid == 0) {
		char byte;
		uint32_t status;

		client = client_new();
		(void)close(gate[1]);
		(void)!read(gate[0], &byte, 1);
		status = decide(who, id, etag, CLEAR).status;
		(void)!write(results, &status, sizeof(status));
		_exit(0);
	}
	return pid;
}

static void of_two_officers_who_saw_the_same_one_is_first(void **state)
{
	(void)state;
	for (unsigned i = 0; i < RACES; i++) {
		const char *id = declare(), *etag = etag_of(id);
		int gate[2], results[2];
		uint32_t status[2];
		pid_t pids[2];

		assert_int_equal(pipe(gate), 0);
		assert_int_equal(pipe(results), 0);
		pids[0] = race(officer, id, etag, gate, results[1]);
		pids[1] = race(other, id, etag, gate, results[1]);
		(void)close(gate[0]);
		(void)close(gate[1]);
		for (unsigned j = 0; j < 2; j++) {
			assert_int_equal(waitpid(pids[j], NULL, 0), pids[j]);
			assert_int_equal(read(results[0], &status[j], sizeof(status[j])),
					 sizeof(status[j]));
		}
		(void)close(results[0]);
		(void)close(results[1]);
		print_message("%u %u\n", status[0], status[1]);
		assert_true((status[0] == 202 && status[1] == 412) ||
			    (status[0] == 412 && status[1] == 202));
	}
}

/* ---- By page ---- */

static const char *open_session(const char *name)
{
	struct http_client_answer answer =
		call("POST", "/sign-in", PAIRS(HTML, FORM),
		     arena_format(rig.arena, "name=%s&password=a+very+long+secret&back=/", name));
	const char *cookie = header(&answer, "Set-Cookie");

	assert_int_equal(answer.status, 303);
	return arena_format(rig.arena, "Cookie: %.*s", (int)strcspn(cookie, ";"), cookie);
}

/* The hidden field of a page. */
static const char *hidden(const struct http_client_answer *page, const char *name)
{
	const char *at =
		strstr(body_of(page), arena_format(rig.arena, "name=\"%s\" value=\"", name));

	assert_non_null(at);
	at = strstr(at, "value=\"") + strlen("value=\"");
	return arena_text(rig.arena, bytes_of(at, strcspn(at, "\"")));
}

static const char *filled(const struct http_client_answer *page, const char *fields)
{
	return arena_format(rig.arena, "csrf=%s&seen=%s&once=%s%s", hidden(page, "csrf"),
			    hidden(page, "seen"), hidden(page, "once"), fields);
}

static void a_form_is_filled_in_without_javascript(void **state)
{
	const char *id = declare(), *cookie = open_session("an");
	const char *path = arena_format(rig.arena, "/documents/%s/do/refuse", id), *body;
	struct http_client_answer page = call("GET", path, PAIRS(HTML, VIETNAMESE, cookie), "");
	struct http_client_answer answer;

	(void)state;
	assert_int_equal(page.status, 200);
	assert_true(says(&page, "<h1>Từ chối tờ khai</h1>"));
	assert_true(says(&page, "<option value=\"OTHER\">Lý do khác</option>"));
	answer = call("POST", path, PAIRS(HTML, VIETNAMESE, FORM, cookie),
		      filled(&page, "&reason=&text=%3Cb%3Etwo%0D%0Alines"));
	assert_int_equal(answer.status, 422);
	assert_true(says(&answer, "Cần điền ô này."));
	assert_true(says(&answer, "&lt;b&gt;two\nlines</textarea>"));
	body = filled(&answer, "&reason=OTHER&text=%3Cb%3Etwo%0D%0Alines");
	for (unsigned times = 0; times < 2; times++) { /* whoever presses twice does it once */
		answer = call("POST", path, PAIRS(HTML, VIETNAMESE, FORM, cookie), body);
		assert_int_equal(answer.status, 303);
		assert_string_equal(header(&answer, "Location"),
				    arena_format(rig.arena, "/documents/%s", id));
	}
}

static void a_page_that_is_late_says_so(void **state)
{
	const char *id = declare(), *cookie = open_session("binh");
	const char *path = arena_format(rig.arena, "/documents/%s/do/clear", id);
	struct http_client_answer page = call("GET", path, PAIRS(HTML, VIETNAMESE, cookie), "");
	struct http_client_answer answer;

	(void)state;
	assert_int_equal(decide(officer, id, etag_of(id), CLEAR).status, 202);
	answer = call("POST", path, PAIRS(HTML, VIETNAMESE, FORM, cookie), filled(&page, ""));
	assert_int_equal(answer.status, 412);
	assert_true(says(&answer, "Chứng từ vừa có thay đổi"));
}

static void a_form_that_was_forged_does_nothing(void **state)
{
	const char *id = declare(), *cookie = open_session("an"), *etag = etag_of(id);
	const char *path = arena_format(rig.arena, "/documents/%s/do/clear", id);
	struct http_client_answer page = call("GET", path, PAIRS(HTML, cookie), "");
	const char *body = filled(&page, "");

	(void)state;
	assert_int_equal(call("POST", path, PAIRS(HTML, FORM, cookie), "seen=1").status, 403);
	assert_int_equal(
		call("POST", path, PAIRS(HTML, FORM, cookie, "Origin: https://evil.example"), body)
			.status,
		403);
	assert_int_equal(call("POST", path, PAIRS(HTML, FORM, officer), body).status, 403);
	cookie = open_session("binh");
	assert_int_equal(call("POST", path, PAIRS(HTML, FORM, cookie), body).status, 403);
	assert_string_equal(etag_of(id), etag);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_decision_says_what_its_maker_saw),
		cmocka_unit_test(who_may_not_decide_changes_nothing),
		cmocka_unit_test(what_no_form_asks_for_is_told_at_its_field),
		cmocka_unit_test(a_decision_is_a_document_that_names_who_made_it),
		cmocka_unit_test(what_is_filled_in_stays_text),
		cmocka_unit_test(of_two_officers_who_saw_the_same_one_is_first),
		cmocka_unit_test(a_form_is_filled_in_without_javascript),
		cmocka_unit_test(a_page_that_is_late_says_so),
		cmocka_unit_test(a_form_that_was_forged_does_nothing),
	};

	return cmocka_run_group_tests(tests, open_town, close_town);
}
