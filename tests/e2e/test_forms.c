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

#include "tests/support/desk_scene.h"

#define RACES 12u

static struct desk_scene scene;
static const char *trader, *officer, *other; /* "Authorization: Bearer ..." */
static unsigned lodged;

static int open_town(void **state)
{
	(void)state;
	desk_scene_open(&scene);
	desk_scene_person(&scene, "an", "hai-quan", "customs-officer", "03CC");
	desk_scene_person(&scene, "binh", "hai-quan", "customs-officer", "03CC");
	desk_scene_person(&scene, "xa", "hai-quan", "customs-officer", "02CI");
	desk_scene_person(&scene, "truong", "hai-quan", "supervisor", "03CC");
	trader = desk_scene_token(&scene, "party", "gom-bat-trang", "erp");
	officer = desk_scene_token(&scene, "user", "an", "an-desk");
	other = desk_scene_token(&scene, "user", "binh", "binh-desk");
	return 0;
}

static int close_town(void **state)
{
	(void)state;
	desk_scene_close(&scene);
	return 0;
}

/* Registered, and in the inbox of customs: nothing more happens to it by itself. */
static const char *declare(void)
{
	const char *reference = arena_format(scene.rig.arena, "FORM-%u", ++lodged);
	struct bytes document = rig_replace(
		&scene.rig, rig_sample(&scene.rig, "vn/gom-bat-trang/07-import-stays-at-home.xml"),
		"GBT-NK-2026-0019", reference);
	const char *id = desk_scene_lodge(&scene, trader, document);

	desk_scene_wait(&scene, officer, id, "\"state\":\"registered\"");
	desk_scene_wait(&scene, officer, id, "\"event\":\"ContentHandover\"");
	return id;
}

static const char *etag_of(const char *id)
{
	return desk_scene_etag(&scene, officer, id);
}

static desk_answer decide(const char *who, const char *id, const char *etag, const char *body)
{
	return desk_scene_decide(&scene, who, id, etag, body);
}

static bool says(const desk_answer *answer, const char *text)
{
	return desk_scene_says(&scene, answer, text);
}

#define ASK_PAPERS \
	"{\"decision\":\"ask-papers\",\"fields\":{\"due\":\"2099-01-31\",\"paper\":[{\"code\":\"380\"}]}}"
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
	const char *elsewhere = desk_scene_token(&scene, "user", "xa", "xa-desk");

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
		desk_answer answer = decide(officer, id, etag, cases[i].body);

		print_message("%s: %s\n", cases[i].body, desk_scene_body(&scene, &answer));
		assert_int_equal(answer.status, cases[i].status);
		assert_true(says(&answer, cases[i].says));
	}
	assert_string_equal(etag_of(id), etag);
}

static void a_decision_is_a_document_that_names_who_made_it(void **state)
{
	const char *id = declare(), *etag = etag_of(id), *made;
	desk_answer answer = decide(officer, id, etag, CLEAR), read;

	(void)state;
	print_message("%s\n", desk_scene_body(&scene, &answer));
	assert_int_equal(answer.status, 202);
	made = desk_scene_member(&scene, &answer, "id");
	assert_string_not_equal(made, id);
	read = desk_scene_call(&scene, "GET",
			       arena_format(scene.rig.arena, "/v1/messages/%s", made),
			       DESK(officer), "");
	assert_true(says(&read, "\"schema\":\"vn.response/1\""));
	assert_true(says(&read, arena_format(scene.rig.arena, "\"conversation\":\"%s\"", id)));
	read = desk_scene_call(&scene, "GET",
			       arena_format(scene.rig.arena, "/v1/messages/%s/document", made),
			       DESK(officer), "");
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
		scene.rig.arena,
		"{\"decision\":\"refuse\",\"fields\":{\"reason\":\"OTHER\",\"text\":\"%s\"}}",
		"]]></Text></Reason><x>&lt;&amp;'\\\"<!--<script>evil()</script> {/form/now} \\u00c0\\n2");
	desk_answer answer = decide(officer, id, etag_of(id), body), read;

	(void)state;
	print_message("%s\n", desk_scene_body(&scene, &answer));
	assert_int_equal(answer.status, 202);
	read = desk_scene_call(&scene, "GET",
			       arena_format(scene.rig.arena, "/v1/messages/%s/document",
					    desk_scene_member(&scene, &answer, "id")),
			       DESK(officer), "");
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

		scene.client = desk_scene_client(&scene);
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

static const char *filled(const desk_answer *page, const char *fields)
{
	return arena_format(scene.rig.arena, "csrf=%s&seen=%s&once=%s%s",
			    desk_scene_hidden(&scene, page, "csrf"),
			    desk_scene_hidden(&scene, page, "seen"),
			    desk_scene_hidden(&scene, page, "once"), fields);
}

/* As a browser sends a form that has a place for a file: with another boundary each time. */
static desk_answer press_in_parts(const char *path, const char *cookie, const desk_answer *page,
				  const char *boundary)
{
	const char *fields[][2] = {{"csrf", desk_scene_hidden(&scene, page, "csrf")},
				   {"seen", desk_scene_hidden(&scene, page, "seen")},
				   {"once", desk_scene_hidden(&scene, page, "once")},
				   {"reason", "OTHER"},
				   {"text", "two"}};
	const char *type = arena_format(scene.rig.arena,
					"Content-Type: multipart/form-data; boundary=%s", boundary);
	const char *body = "";

	for (size_t i = 0; i < sizeof(fields) / sizeof(fields[0]); i++)
		body = arena_format(scene.rig.arena,
				    "%s--%s\r\nContent-Disposition: form-data; "
				    "name=\"%s\"\r\n\r\n%s\r\n",
				    body, boundary, fields[i][0], fields[i][1]);
	return desk_scene_call(&scene, "POST", path, DESK(DESK_HTML, type, cookie),
			       arena_format(scene.rig.arena, "%s--%s--\r\n", body, boundary));
}

static void a_form_is_filled_in_without_javascript(void **state)
{
	const char *id = declare(), *cookie = desk_scene_session(&scene, "an");
	const char *path = arena_format(scene.rig.arena, "/documents/%s/do/refuse", id);
	desk_answer page =
		desk_scene_call(&scene, "GET", path, DESK(DESK_HTML, DESK_VIETNAMESE, cookie), "");
	desk_answer answer;

	(void)state;
	assert_int_equal(page.status, 200);
	assert_true(says(&page, "<h1>Từ chối tờ khai</h1>"));
	assert_true(says(&page, "<option value=\"OTHER\">Lý do khác</option>"));
	answer = desk_scene_call(&scene, "POST", path,
				 DESK(DESK_HTML, DESK_VIETNAMESE, DESK_FORM, cookie),
				 filled(&page, "&reason=&text=%3Cb%3Etwo%0D%0Alines"));
	assert_int_equal(answer.status, 422);
	assert_true(says(&answer, "Cần điền ô này."));
	assert_true(says(&answer, "&lt;b&gt;two\nlines</textarea>"));
	page = answer;
	for (unsigned times = 0; times < 3; times++) { /* whoever presses again does it once */
		answer = times == 0
				 ? desk_scene_call(&scene, "POST", path,
						   DESK(DESK_HTML, DESK_FORM, cookie),
						   filled(&page, "&reason=OTHER&text=two"))
				 : press_in_parts(path, cookie, &page, times == 1 ? "XX" : "YYY");
		assert_int_equal(answer.status, 303);
		assert_string_equal(desk_scene_header(&scene, &answer, "Location"),
				    arena_format(scene.rig.arena, "/documents/%s", id));
	}
}

static desk_answer re_route(const char *cookie, const char *body)
{
	return desk_scene_call(&scene, "POST", "/work/re-route",
			       DESK(DESK_HTML, DESK_VIETNAMESE, DESK_FORM, cookie), body);
}

static void who_re_routes_several_again_does_it_once(void **state)
{
	const char *first = declare(), *second = declare(),
		   *cookie = desk_scene_session(&scene, "truong");
	desk_answer page = desk_scene_call(&scene, "GET", "/work", DESK(DESK_HTML, cookie), "");
	const char *csrf = desk_scene_hidden(&scene, &page, "csrf"), *one, *two;
	desk_answer answer;

	(void)state;
	page = desk_scene_call(
		&scene, "POST", "/work/chosen", DESK(DESK_HTML, DESK_FORM, cookie),
		arena_format(scene.rig.arena, "csrf=%s&m.%s=1&m.%s=1", csrf, first, second));
	one = arena_format(scene.rig.arena, "m.%s", first);
	two = arena_format(scene.rig.arena, "m.%s", second);
	one = arena_format(scene.rig.arena, "csrf=%s&once=%s&lane=red&text=x&%s=%s", csrf,
			   desk_scene_hidden(&scene, &page, "once"), one,
			   desk_scene_hidden(&scene, &page, one));
	two = arena_format(scene.rig.arena, "%s&%s=%s", one, two,
			   desk_scene_hidden(&scene, &page, two));
	answer = re_route(cookie, two);
	assert_int_equal(answer.status, 200);
	assert_true(says(&answer, "2 tờ khai đã chuyển luồng"));
	answer = re_route(cookie, two);
	assert_true(says(&answer, "2 tờ khai đã chuyển từ lần gửi trước"));
	answer = re_route(cookie, one); /* gone back to, and one of them unticked */
	assert_true(says(&answer, "1 tờ khai đã chuyển từ lần gửi trước"));
}

static void a_page_that_is_late_says_so(void **state)
{
	const char *id = declare(), *cookie = desk_scene_session(&scene, "binh");
	const char *path = arena_format(scene.rig.arena, "/documents/%s/do/clear", id);
	desk_answer page =
		desk_scene_call(&scene, "GET", path, DESK(DESK_HTML, DESK_VIETNAMESE, cookie), "");
	desk_answer answer;

	(void)state;
	assert_int_equal(decide(officer, id, etag_of(id), CLEAR).status, 202);
	answer = desk_scene_call(&scene, "POST", path,
				 DESK(DESK_HTML, DESK_VIETNAMESE, DESK_FORM, cookie),
				 filled(&page, ""));
	assert_int_equal(answer.status, 412);
	assert_true(says(&answer, "Chứng từ vừa có thay đổi"));
}

static void a_form_that_was_forged_does_nothing(void **state)
{
	const char *id = declare(), *cookie = desk_scene_session(&scene, "an"), *etag = etag_of(id);
	const char *path = arena_format(scene.rig.arena, "/documents/%s/do/clear", id);
	desk_answer page = desk_scene_call(&scene, "GET", path, DESK(DESK_HTML, cookie), "");
	const char *body = filled(&page, "");

	(void)state;
	assert_int_equal(
		desk_scene_call(&scene, "POST", path, DESK(DESK_HTML, DESK_FORM, cookie), "seen=1")
			.status,
		403);
	assert_int_equal(
		desk_scene_call(&scene, "POST", path,
				DESK(DESK_HTML, DESK_FORM, cookie, "Origin: https://evil.example"),
				body)
			.status,
		403);
	assert_int_equal(
		desk_scene_call(&scene, "POST", path, DESK(DESK_HTML, DESK_FORM, officer), body)
			.status,
		403);
	cookie = desk_scene_session(&scene, "binh");
	assert_int_equal(
		desk_scene_call(&scene, "POST", path, DESK(DESK_HTML, DESK_FORM, cookie), body)
			.status,
		403);
	assert_string_equal(etag_of(id), etag);
}

/* The same document as a form makes, under another reference, through the door for documents. */
static desk_answer lodge_again(const char *who, const char *document)
{
	const char *at = strstr(document, "<reference>") + strlen("<reference>");
	const char *changed = arena_format(scene.rig.arena, "%.*sTAY-%u%s", (int)(at - document),
					   document, ++lodged, strstr(at, "</reference>"));

	return desk_scene_call(&scene, "POST", "/v1/messages", DESK(who, DESK_XML), changed);
}

static void what_no_form_would_take_no_document_brings_either(void **state)
{
	const char *id = declare(), *made, *document, *elsewhere, *narrow;
	desk_answer answer = decide(officer, id, etag_of(id), ASK_PAPERS);

	(void)state;
	print_message("%s\n", desk_scene_body(&scene, &answer));
	assert_int_equal(answer.status, 202);
	made = desk_scene_member(&scene, &answer, "id");
	document = desk_scene_document(&scene, officer, made);
	elsewhere = desk_scene_token(&scene, "user", "xa", "xa-program");
	narrow = desk_scene_narrow_token(&scene, "an", "an-program", "lodge read list download");
	answer = lodge_again(elsewhere, document);
	assert_int_equal(answer.status, 422);
	assert_true(says(&answer, "\"code\":\"not-allowed\""));
	answer = lodge_again(narrow, document);
	assert_int_equal(answer.status, 422);
	assert_true(says(&answer, "\"code\":\"token-limited\""));
	answer = lodge_again(officer, document);
	assert_int_equal(answer.status, 202);
}

/* ---- Drafts ---- */

static desk_answer save_draft(const char *cookie, const char *form, const char *fields)
{
	const char *path = arena_format(scene.rig.arena, "/new/%s", form);
	desk_answer page = desk_scene_call(&scene, "GET", path, DESK(DESK_HTML, cookie), "");
	const char *body = arena_format(scene.rig.arena, "csrf=%s&once=%s%s",
					desk_scene_hidden(&scene, &page, "csrf"),
					desk_scene_hidden(&scene, &page, "once"), fields);

	return desk_scene_call(&scene, "POST", path, DESK(DESK_HTML, DESK_FORM, cookie), body);
}

/* The id of the draft of this form; NULL: there is none. */
static const char *draft_of(const char *cookie, const char *form)
{
	desk_answer page = desk_scene_call(&scene, "GET", "/drafts", DESK(DESK_HTML, cookie), "");
	const char *link = arena_format(scene.rig.arena, "/new/%s?draft=", form);
	const char *at = strstr(desk_scene_body(&scene, &page), link);

	assert_int_equal(page.status, 200);
	return at == NULL ? NULL : arena_format(scene.rig.arena, "%.16s", at + strlen(link));
}

static void a_draft_is_written_over_or_removed_by_its_own_form_alone(void **state)
{
	static const char ahead[] = "&certificate=VN-TH+26%2F01%2F08888&issued=2026-11-23"
				    "&authorise=yes&remarks=";
	const char *cookie, *draft, *own;
	desk_answer answer;

	(void)state;
	desk_scene_person(&scene, "lan", "gom-bat-trang", "trader", "");
	cookie = desk_scene_session(&scene, "lan");
	answer = save_draft(cookie, "apply", "&reference=MINE&act=draft");
	assert_string_equal(desk_scene_header(&scene, &answer, "Location"), "/drafts");
	draft = draft_of(cookie, "apply");
	assert_non_null(draft);
	(void)save_draft(
		cookie, "declare-export",
		arena_format(scene.rig.arena, "&reference=OTHER&act=draft&draft=%s", draft));
	answer = desk_scene_call(&scene, "GET",
				 arena_format(scene.rig.arena, "/new/apply?draft=%s", draft),
				 DESK(DESK_HTML, cookie), "");
	assert_true(says(&answer, "value=\"MINE\""));
	assert_string_not_equal(draft_of(cookie, "declare-export"), draft);
	answer = save_draft(cookie, "authorise-ahead",
			    arena_format(scene.rig.arena, "%s&draft=%s", ahead, draft));
	assert_int_equal(answer.status, 303);
	assert_string_equal(draft_of(cookie, "apply"), draft);
	(void)save_draft(cookie, "authorise-ahead", "&certificate=X&act=draft");
	own = draft_of(cookie, "authorise-ahead");
	assert_non_null(own);
	answer = save_draft(cookie, "authorise-ahead",
			    arena_format(scene.rig.arena, "%s&draft=%s", ahead, own));
	assert_int_equal(answer.status, 303);
	assert_null(draft_of(cookie, "authorise-ahead"));
}

static void a_draft_that_is_saved_twice_from_one_page_is_one(void **state)
{
	static const char path[] = "/new/declare-import", link[] = "/new/declare-import?draft=";
	const char *cookie = desk_scene_session(&scene, "lan"), *body, *at;
	desk_answer page = desk_scene_call(&scene, "GET", path, DESK(DESK_HTML, cookie), "");

	(void)state;
	for (unsigned i = 0; i < 2; i++) {
		desk_answer answer;

		body = arena_format(scene.rig.arena, "csrf=%s&once=%s&reference=T%u&act=draft",
				    desk_scene_hidden(&scene, &page, "csrf"),
				    desk_scene_hidden(&scene, &page, "once"), i);
		answer = desk_scene_call(&scene, "POST", path, DESK(DESK_HTML, DESK_FORM, cookie),
					 body);
		assert_string_equal(desk_scene_header(&scene, &answer, "Location"), "/drafts");
	}
	page = desk_scene_call(&scene, "GET", "/drafts", DESK(DESK_HTML, cookie), "");
	at = strstr(desk_scene_body(&scene, &page), link);
	assert_non_null(at);
	assert_null(strstr(at + 1, link));
	assert_true(says(&page, "T1")); /* as it was saved last */
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
		cmocka_unit_test(who_re_routes_several_again_does_it_once),
		cmocka_unit_test(a_draft_is_written_over_or_removed_by_its_own_form_alone),
		cmocka_unit_test(a_draft_that_is_saved_twice_from_one_page_is_one),
		cmocka_unit_test(a_page_that_is_late_says_so),
		cmocka_unit_test(a_form_that_was_forged_does_nothing),
		cmocka_unit_test(what_no_form_would_take_no_document_brings_either),
	};

	return cmocka_run_group_tests(tests, open_town, close_town);
}
