/*
 * Pages for people on a running node, as a browser without JavaScript asks for them: signing in, forms,
 * what is refused, and that nothing of another site or of a document does anything.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "node/file.h"
#include "node/page_table.h"
#include "node/town_signer.h"
#include "sampan/limit.h"
#include "tests/support/desk_scene.h"
#include "tests/support/patience.h"

#define FILE_BYTES ((size_t)64 * 1024)
#define BODY_BYTES ((size_t)1024 * 1024)
#define PAIRS(...) ((const char *const[]){__VA_ARGS__, NULL})
#define HEADERS(...) ((const char *const[]){"Accept: text/html,*/*;q=0.8", __VA_ARGS__, NULL})
#define VIETNAMESE "Accept-Language: vi"
#define FORM "Content-Type: application/x-www-form-urlencoded"
#define PARTS "Content-Type: multipart/form-data; boundary=XX"

static struct desk_scene scene;
static struct rig *const rig = &scene.rig;
static const char *session, *csrf; /* "Cookie: ..." of lan, and the token that her pages hold */

static desk_answer call(const char *method, const char *path, const char *const *headers,
			struct bytes body)
{
	return desk_scene_send(&scene, method, path, headers, body);
}

static desk_answer get(const char *path, const char *const *headers)
{
	return call("GET", path, headers, (struct bytes){0});
}

static const char *header(const desk_answer *answer, const char *name)
{
	return desk_scene_header(&scene, answer, name);
}

static bool says(const desk_answer *answer, const char *text)
{
	return desk_scene_says(&scene, answer, text);
}

static desk_answer sign_in(const char *name, const char *password, const char *back)
{
	const char *body =
		arena_format(rig->arena, "name=%s&password=%s&back=%s", name, password, back);

	return call("POST", "/sign-in", HEADERS(FORM, VIETNAMESE), bytes_of_text(body));
}

static const char *open_session(const char *name)
{
	desk_answer answer = sign_in(name, "a+very+long+secret", "/documents");
	const char *cookie = header(&answer, "Set-Cookie");

	assert_int_equal(answer.status, 303);
	assert_string_equal(header(&answer, "Location"), "/documents");
	return arena_format(rig->arena, "Cookie: %.*s", (int)strcspn(cookie, ";"), cookie);
}

static const char *csrf_of(const char *cookie)
{
	static const char field[] = "name=\"csrf\" value=\"";
	desk_answer page = get("/lodge", HEADERS(cookie, VIETNAMESE));
	const char *at = strstr(arena_text(rig->arena, page.body), field);

	assert_int_equal(page.status, 200);
	assert_non_null(at);
	at += strlen(field);
	return arena_text(rig->arena, bytes_of(at, strcspn(at, "\"")));
}

static int open_town(void **state)
{
	(void)state;
	desk_scene_open(&scene);
	desk_scene_person(&scene, "lan", "gom-bat-trang", "trader", "");
	desk_scene_person(&scene, "nam", "nong-san-viet", "trader", "");
	session = open_session("lan");
	csrf = csrf_of(session);
	return 0;
}

static int close_town(void **state)
{
	(void)state;
	desk_scene_close(&scene);
	return 0;
}

/* ---- What is refused ---- */

static void who_is_refused_gets_a_page_in_a_browser_and_json_in_a_program(void **state)
{
	static const struct {
		const char *path;
		unsigned status;
		const char *says;
	} cases[] = {
		{"/documents", 401, "Đăng nhập"},
		{"/v1/messages/VN-1-1", 401, "Đăng nhập"},
		{"/nowhere", 404, "Không có trang này"},
		{"/documents?colour=red", 400, "Yêu cầu không đúng"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		desk_answer page = get(cases[i].path, HEADERS(VIETNAMESE));
		desk_answer json =
			call("GET", cases[i].path, PAIRS("Accept: */*"), (struct bytes){0});

		print_message("%s\n", cases[i].path);
		assert_int_equal(page.status, cases[i].status);
		assert_string_equal(header(&page, "Content-Type"), "text/html; charset=utf-8");
		assert_true(says(&page, cases[i].says));
		assert_int_equal(json.status, cases[i].status);
		assert_string_equal(header(&json, "Content-Type"), "application/problem+json");
	}
}

static void what_is_not_for_the_one_who_asks_is_as_if_it_were_not_there(void **state)
{
	desk_answer page = get("/documents/VN-1-99999", HEADERS(session, VIETNAMESE));

	(void)state;
	assert_int_equal(page.status, 404);
	assert_true(says(&page, "Địa chỉ sai, hoặc chứng từ không dành cho bạn."));
}

static void every_page_may_load_and_run_our_own_files_alone(void **state)
{
	static const char *const paths[] = {"/sign-in", "/documents", "/lodge", "/nowhere"};

	(void)state;
	for (size_t i = 0; i < sizeof(paths) / sizeof(paths[0]); i++) {
		desk_answer page = get(paths[i], HEADERS(session, VIETNAMESE));
		const char *policy = header(&page, "Content-Security-Policy");

		print_message("%s: %s\n", paths[i], policy);
		assert_non_null(strstr(policy, "default-src 'none'; script-src 'self'; "));
		assert_non_null(strstr(policy, "frame-ancestors 'none'"));
		assert_non_null(strstr(policy, "form-action 'self'"));
		assert_null(strstr(policy, "unsafe"));
		assert_string_equal(header(&page, "X-Content-Type-Options"), "nosniff");
		assert_string_equal(header(&page, "Cache-Control"), "no-store");
	}
}

/* ---- Signing in ---- */

static void signing_in_leads_to_where_one_was_and_nowhere_else(void **state)
{
	static const char *const cases[][2] = {
		{"/documents%3Fstate%3Drefused", "/documents?state=refused"},
		{"", "/"},
		{"//evil.example", "/"},
		{"https%3A%2F%2Fevil.example", "/"},
		{"/%5Cevil.example", "/"},
		{"/a%0d%0aSet-Cookie%3Ax", NULL},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		desk_answer answer = sign_in("lan", "a+very+long+secret", cases[i][0]);

		print_message("%s\n", cases[i][0]);
		assert_int_equal(answer.status, cases[i][1] == NULL ? 400 : 303);
		if (cases[i][1] != NULL)
			assert_string_equal(header(&answer, "Location"), cases[i][1]);
	}
}

static void a_wrong_password_is_told_without_saying_which_is_wrong(void **state)
{
	desk_answer wrong = sign_in("lan", "wrong+password+x", "/documents");
	desk_answer unknown = sign_in("nobody", "wrong+password+x", "/documents");

	(void)state;
	assert_int_equal(wrong.status, 401);
	assert_true(says(&wrong, "Tên đăng nhập hoặc mật khẩu không đúng."));
	assert_true(says(&wrong, "value=\"lan\""));
	assert_false(says(&wrong, "wrong password"));
	assert_int_equal(unknown.status, 401);
	assert_true(says(&unknown, "Tên đăng nhập hoặc mật khẩu không đúng."));
}

static void signing_out_ends_the_session(void **state)
{
	const char *cookie = open_session("nam");
	const char *form = arena_format(rig->arena, "csrf=%s", csrf_of(cookie));
	desk_answer answer = call("POST", "/sign-out", HEADERS(cookie, FORM), bytes_of_text(form));

	(void)state;
	assert_int_equal(answer.status, 303);
	assert_string_equal(header(&answer, "Location"), "/sign-in");
	assert_int_equal(get("/documents", HEADERS(cookie)).status, 401);
}

static void the_language_is_kept_in_a_cookie(void **state)
{
	desk_answer answer = call("POST", "/language", HEADERS(FORM, session),
				  bytes_of_text("to=en&back=/documents"));
	const char *cookie = header(&answer, "Set-Cookie");
	desk_answer page;

	(void)state;
	assert_int_equal(answer.status, 303);
	assert_non_null(strstr(cookie, "__Host-sampan-language=en; Path=/; Secure; HttpOnly"));
	page = get("/documents",
		   HEADERS(arena_format(rig->arena, "%s; __Host-sampan-language=en", session),
			   VIETNAMESE));
	assert_true(says(&page, "<html lang=\"en\">"));
	assert_true(says(&page, "My documents"));
	assert_true(says(&(desk_answer){.body = get("/documents", HEADERS(session)).body},
			 "<html lang=\"en\">") == false);
}

/* ---- Forms ---- */

static struct bytes upload(const char *token, struct bytes document)
{
	struct buffer body;
	struct bytes bytes;

	buffer_init(&body, BODY_BYTES + LIMIT_DOCUMENT_BYTES);
	buffer_put_format(
		&body,
		"--XX\r\nContent-Disposition: form-data; name=\"csrf\"\r\n\r\n%s\r\n"
		"--XX\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.xml\"\r\n"
		"Content-Type: text/xml\r\n\r\n",
		token);
	buffer_put(&body, document);
	buffer_put_text(&body, "\r\n--XX--\r\n");
	assert_int_equal(buffer_give(&body, rig->arena, &bytes), OK);
	buffer_clear(&body);
	return bytes;
}

static struct bytes declaration(const char *reference)
{
	return rig_replace(rig, rig_sample(rig, "vn/gom-bat-trang/01-export-1-line.xml"),
			   "GBT-XK-2026-0141", reference);
}

/* To the list that one came from, with its filters; and to no other site. */
static void a_document_leads_back_to_the_list_that_one_came_from(void **state)
{
	static const char *const cases[][2] = {
		{"/documents?state=registered", "href=\"/documents?state=registered\">"},
		{"/work", "href=\"/work\">"},
		{"/documents/VN-1-2", "<p class=\"trail\"><a href=\"/\">"},
		{".evil.example/documents", "<p class=\"trail\"><a href=\"/\">"},
	};
	desk_answer lodged = call("POST", "/lodge", HEADERS(session, PARTS),
				  upload(csrf, declaration("PAGE-9")));

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		const char *from = arena_format(rig->arena, "Referer: https://%s%s",
						scene.url + strlen("https://"), cases[i][0]);
		desk_answer page = get(header(&lodged, "Location"), HEADERS(session, from));

		print_message("%s\n", from);
		assert_true(says(&page, cases[i][1]));
	}
}

static void a_document_is_lodged_followed_and_fetched(void **state)
{
	struct bytes document = declaration("PAGE-1");
	desk_answer answer =
		call("POST", "/lodge", HEADERS(session, PARTS), upload(csrf, document));
	const char *where = header(&answer, "Location"), *original;
	desk_answer page;

	(void)state;
	assert_int_equal(answer.status, 303);
	assert_int_equal(strncmp(where, "/documents/VN-1-", 16), 0);
	page = get(where, HEADERS(session, VIETNAMESE));
	assert_int_equal(page.status, 200);
	assert_true(says(&page, "<h1>PAGE-1</h1>"));
	assert_true(says(&page, "Tờ khai hải quan xuất khẩu"));
	page = get("/documents?reference=PAGE-1&schema=&state=", HEADERS(session, VIETNAMESE));
	assert_true(says(&page, arena_format(rig->arena, "href=\"%s\"", where)));
	page = get(arena_format(rig->arena, "%s/content", where), HEADERS(session, VIETNAMESE));
	assert_int_equal(page.status, 200);
	assert_true(
		says(&page, "<dt>Phương thức vận chuyển<span class=\"item\">MTC</span></dt><dd>"));
	assert_true(says(&page, "<dd>PAGE-1</dd>"));
	original =
		arena_format(rig->arena, "/v1/messages/%s/document", where + strlen("/documents/"));
	page = get(original, HEADERS(session));
	assert_int_equal(page.status, 200);
	assert_true(bytes_equal(page.body, document));
	assert_non_null(strstr(header(&page, "Content-Disposition"), "attachment"));
}

static void what_is_wrong_is_shown_with_place_line_and_what_stands_there(void **state)
{
	struct bytes document = rig_replace(rig, declaration("PAGE-2"), "<TransportModeCode>",
					    "<TransportModeCode>7");
	desk_answer page =
		call("POST", "/lodge", HEADERS(session, PARTS, VIETNAMESE), upload(csrf, document));

	(void)state;
	assert_int_equal(page.status, 422);
	assert_true(says(&page, "Chứng từ bị từ chối"));
	assert_true(says(&page, "/ExportDeclaration[1]/TransportModeCode[1]"));
	assert_true(says(&page, "<code>&lt;TransportModeCode&gt;7"));
	assert_true(says(&page, "Dòng "));
}

/* Context: the cookie of who looks. */
static bool is_held(void *cookie)
{
	desk_answer page = get("/documents?reference=PAGE-HELD", HEADERS(cookie, VIETNAMESE));

	return says(&page, "<span class=\"state hold\">Tạm giữ</span>");
}

static void what_is_held_says_why_in_the_list_and_on_its_page(void **state)
{
	const char *cookie, *where, *why = "thiếu cảng dỡ hàng";
	struct bytes document = declaration("PAGE-HELD");
	desk_answer page;

	(void)state;
	desk_scene_person(&scene, "hai", "dai-ly-hai-phong", "trader", "");
	cookie = open_session("hai");
	document = rig_replace(rig, document, "0100101308",
			       "0200456781"); /* without a port of its own */
	document = rig_replace(rig, document, "<DischargePort>THBKK</DischargePort>", "");
	page = call("POST", "/lodge", HEADERS(cookie, PARTS), upload(csrf_of(cookie), document));
	assert_int_equal(page.status, 303);
	where = header(&page, "Location");
	assert_true(rig_wait(is_held, (void *)(uintptr_t)cookie, PATIENCE_MS));
	page = get("/documents?reference=PAGE-HELD", HEADERS(cookie, VIETNAMESE));
	assert_true(says(&page, why));
	page = get(where, HEADERS(cookie, VIETNAMESE));
	assert_true(says(&page, why));
}

/* Spaces behind the document's end are of it; the form around it is not. */
static void a_form_takes_as_long_a_document_as_the_other_door(void **state)
{
	static const struct {
		size_t len;
		unsigned status;
	} cases[] = {{LIMIT_DOCUMENT_BYTES, 303}, {LIMIT_DOCUMENT_BYTES + 1, 413}};
	struct bytes document = declaration("PAGE-LONG");

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		char *at = arena_alloc(rig->arena, cases[i].len);

		assert_non_null(at);
		memset(at, ' ', cases[i].len);
		memcpy(at, document.at, document.len);
		assert_int_equal(call("POST", "/lodge", HEADERS(session, PARTS),
				      upload(csrf, bytes_of(at, cases[i].len)))
					 .status,
				 cases[i].status);
	}
}

/* It is there for the session that sent the form, and nobody else; what is gone leads to the form. */
static void what_is_shown_again_has_an_address_of_its_own(void **state)
{
	static const char language[] = "action=\"/language\"";
	const char *other = open_session("nam"), *where;
	desk_answer page = get("/lodge", HEADERS(session, VIETNAMESE));

	(void)state;
	assert_true(says(&page, language));
	page = desk_scene_send_once(&scene, "POST", "/lodge", HEADERS(session, PARTS, VIETNAMESE),
				    upload(csrf, (struct bytes){0}));
	assert_int_equal(page.status, 303);
	where = header(&page, "Location");
	assert_int_equal(strncmp(where, PAGE_TABLE_REFUSED, strlen(PAGE_TABLE_REFUSED)), 0);
	for (unsigned i = 0; i < 2; i++) {
		page = get(where, HEADERS(session, VIETNAMESE));
		assert_int_equal(page.status, 400);
		assert_true(says(&page, "Hãy chọn tệp."));
		assert_false(says(&page, language)); /* which would lose what was typed */
		assert_string_equal(header(&page, "Cache-Control"), "no-store");
	}
	assert_int_equal(get(where, HEADERS(VIETNAMESE)).status, 401);
	page = get(where, HEADERS(other));
	assert_int_equal(page.status, 303);
	assert_string_equal(header(&page, "Location"), "/lodge");
	page = get(PAGE_TABLE_REFUSED "0?form=//evil.example", HEADERS(session));
	assert_int_equal(page.status, 303);
	assert_string_equal(header(&page, "Location"), "/");
	/* a program has the answer at once */
	page = desk_scene_send_once(&scene, "POST", "/lodge",
				    (const char *const[]){session, PARTS, NULL},
				    upload(csrf, (struct bytes){0}));
	assert_int_equal(page.status, 400);
}

static void an_upload_that_is_none_is_told(void **state)
{
	desk_answer page = call("POST", "/lodge", HEADERS(session, PARTS, VIETNAMESE),
				upload(csrf, (struct bytes){0}));

	(void)state;
	assert_int_equal(page.status, 400);
	assert_true(says(&page, "Hãy chọn tệp."));
	page = call("POST", "/lodge", HEADERS(session, PARTS, VIETNAMESE), bytes_of_text("x"));
	assert_int_equal(page.status, 400);
	page = call("POST", "/lodge", HEADERS(session, "Content-Type: text/plain", VIETNAMESE),
		    bytes_of_text("x"));
	assert_int_equal(page.status, 415);
}

static void a_form_of_another_session_or_site_changes_nothing(void **state)
{
	const char *other = csrf_of(open_session("nam"));
	const char *token = desk_scene_token(&scene, "party", "gom-bat-trang", "test");
	struct bytes document = declaration("PAGE-3");
	const struct {
		const char *who, *more;
		struct bytes body;
	} cases[] = {
		{session, "X: none", upload("", document)},
		{session, "X: wrong", upload(other, document)},
		{session, "Origin: https://evil.example", upload(csrf, document)},
		{session, "Origin: null", upload(csrf, document)},
		{session, arena_format(rig->arena, "Origin: %s.evil.example", scene.url),
		 upload(csrf, document)},
		{session, "Sec-Fetch-Site: cross-site", upload(csrf, document)},
		{session, "Sec-Fetch-Site: same-site", upload(csrf, document)},
		{token, "X: no session", upload("", document)},
		{token, "X: of another session", upload(csrf, document)},
	};
	desk_answer page;

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		print_message("%s\n", cases[i].more);
		page = call("POST", "/lodge", HEADERS(cases[i].who, PARTS, cases[i].more),
			    cases[i].body);
		assert_int_equal(page.status, 403);
	}
	page = call("POST", "/sign-out", HEADERS(session, FORM), bytes_of_text("csrf="));
	assert_int_equal(page.status, 403);
	page = call("POST", "/sign-in", HEADERS(FORM, "Origin: https://evil.example"),
		    bytes_of_text("name=lan&password=a+very+long+secret"));
	assert_int_equal(page.status, 403);
	page = get("/documents?reference=PAGE-3", HEADERS(session));
	assert_true(says(&page, "class=\"empty\""));
	page = call("POST", "/lodge",
		    HEADERS(session, PARTS, arena_format(rig->arena, "Origin: %s", scene.url),
			    "Sec-Fetch-Site: same-origin"),
		    upload(csrf, document));
	assert_int_equal(page.status, 303);
}

static void what_a_document_says_stays_text(void **state)
{
	struct bytes document = declaration("&lt;script>e()&lt;/script>\"'>");
	desk_answer page = call("POST", "/lodge", HEADERS(session, PARTS), upload(csrf, document));
	const char *where = header(&page, "Location");

	(void)state;
	if (page.status == 303) { /* a reference may be so: it is shown, and is text */
		page = get(where, HEADERS(session));
		assert_true(says(&page, "&lt;script&gt;e()&lt;/script&gt;"));
		assert_false(says(&page, "<script>e()"));
		page = get("/documents", HEADERS(session));
	}
	assert_true(says(&page, "&lt;script&gt;e()&lt;/script&gt;"));
	assert_false(says(&page, "<script>e()"));
	page = get("/documents?reference=%22%3E%3Cscript%3Ee()%3C/script%3E", HEADERS(session));
	assert_false(says(&page, "<script>e()"));
	page = get(arena_format(rig->arena, "%s/content", where), HEADERS(session));
	assert_false(says(&page, "<script>e()"));
	page = get("/documents/%3Cscript%3Ee()", HEADERS(session));
	assert_false(says(&page, "<script>e()"));
}

static void an_officer_begins_with_what_lies_at_the_office(void **state)
{
	desk_answer answer, page;
	const char *cookie;

	(void)state;
	desk_scene_person(&scene, "minh", "hai-quan", "customs-officer", "");
	answer = sign_in("minh", "a+very+long+secret", "/");
	cookie = header(&answer, "Set-Cookie");
	cookie = arena_format(rig->arena, "Cookie: %.*s", (int)strcspn(cookie, ";"), cookie);
	page = get("/", HEADERS(cookie));
	assert_int_equal(page.status, 303);
	assert_string_equal(header(&page, "Location"), "/work");
	page = get("/work?schema=vn.import", HEADERS(cookie, VIETNAMESE));
	assert_int_equal(page.status, 200);
	assert_true(says(&page, "<a href=\"/work?schema=vn.import\" aria-current=\"page\">"));
	assert_true(says(&page, "Không có hồ sơ nào đang chờ."));
}

/* ---- Files ---- */

static void what_pages_load_is_kept_by_its_hash(void **state)
{
	desk_answer page = get("/sign-in", HEADERS(VIETNAMESE)), file;
	const char *at = strstr(arena_text(rig->arena, page.body), "/static/desk.");
	const char *path = arena_text(rig->arena, bytes_of(at, strcspn(at, "\"")));

	(void)state;
	file = call("GET", path, PAIRS("Accept: text/css,*/*;q=0.1"), (struct bytes){0});
	assert_int_equal(file.status, 200);
	assert_string_equal(header(&file, "Content-Type"), "text/css; charset=utf-8");
	assert_string_equal(header(&file, "Cache-Control"), "public, max-age=31536000, immutable");
	file = call("GET", "/static/desk.css", PAIRS("Accept: */*"), (struct bytes){0});
	assert_string_equal(header(&file, "Cache-Control"), "no-cache");
	assert_int_equal(get("/static/desk.0000000000000000.css", HEADERS(VIETNAMESE)).status, 404);
	file = call("GET", "/static/away.html", PAIRS("Accept: */*"), (struct bytes){0});
	assert_int_equal(file.status, 404);
}

/* ---- Checking a certificate without signing in ---- */

static void who_is_not_known_checks_a_certificate_by_number_and_code(void **state)
{
	desk_answer page = get("/certificate", HEADERS(VIETNAMESE));
	const char *token = desk_scene_token(&scene, "party", "bct-hanoi", "test"), *body, *url_of,
		   *query;
	desk_answer lodged, message;
	struct bytes sample, signed_sample;
	const char *path = "schemas/samples/vn/bct-hanoi/21-co-third-party.xml";

	(void)state;
	assert_int_equal(page.status, 200);
	assert_true(says(&page, "Kiểm tra giấy chứng nhận xuất xứ"));
	assert_int_equal(file_read(path, FILE_BYTES, rig->arena, &sample), OK);
	assert_int_equal(town_signer_sign(&rig->town.nodes[RIG_VN], "bct-hanoi", sample, rig->arena,
					  &signed_sample),
			 OK);
	lodged = call("POST", "/v1/messages", PAIRS(token, "Content-Type: application/xml"),
		      signed_sample);
	assert_int_equal(lodged.status, 202);
	message = call("GET", header(&lodged, "Location"), PAIRS(token, "Accept: application/json"),
		       (struct bytes){0});
	body = arena_text(rig->arena, message.body);
	url_of = strstr(body, "/certificate?number=");
	assert_non_null(url_of);
	query = arena_text(rig->arena, bytes_of(url_of, strcspn(url_of, "\"")));
	page = get(query, HEADERS(VIETNAMESE));
	assert_int_equal(page.status, 200);
	assert_true(says(&page, "chưa bị thu hồi"));
	assert_false(says(&page, "Bát Tràng")); /* nothing else of it */
	assert_false(says(&page, "SIAM"));
	page = get(arena_format(rig->arena, "%.*s0000000000000000",
				(int)(strstr(query, "code=") + 5 - query), query),
		   HEADERS(VIETNAMESE));
	assert_int_equal(page.status, 200);
	assert_true(says(&page, "Không có giấy chứng nhận nào"));
	assert_false(says(&page, "chưa bị thu hồi"));
	page = get("/certificate?number=VN-TH%2026%2F01%2F99999&code=0000000000000000",
		   HEADERS(VIETNAMESE));
	assert_true(says(&page, "Không có giấy chứng nhận nào"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(who_is_refused_gets_a_page_in_a_browser_and_json_in_a_program),
		cmocka_unit_test(what_is_not_for_the_one_who_asks_is_as_if_it_were_not_there),
		cmocka_unit_test(every_page_may_load_and_run_our_own_files_alone),
		cmocka_unit_test(signing_in_leads_to_where_one_was_and_nowhere_else),
		cmocka_unit_test(a_wrong_password_is_told_without_saying_which_is_wrong),
		cmocka_unit_test(signing_out_ends_the_session),
		cmocka_unit_test(the_language_is_kept_in_a_cookie),
		cmocka_unit_test(a_document_leads_back_to_the_list_that_one_came_from),
		cmocka_unit_test(a_document_is_lodged_followed_and_fetched),
		cmocka_unit_test(what_is_wrong_is_shown_with_place_line_and_what_stands_there),
		cmocka_unit_test(what_is_held_says_why_in_the_list_and_on_its_page),
		cmocka_unit_test(a_form_takes_as_long_a_document_as_the_other_door),
		cmocka_unit_test(what_is_shown_again_has_an_address_of_its_own),
		cmocka_unit_test(an_upload_that_is_none_is_told),
		cmocka_unit_test(a_form_of_another_session_or_site_changes_nothing),
		cmocka_unit_test(what_a_document_says_stays_text),
		cmocka_unit_test(an_officer_begins_with_what_lies_at_the_office),
		cmocka_unit_test(what_pages_load_is_kept_by_its_hash),
		cmocka_unit_test(who_is_not_known_checks_a_certificate_by_number_and_code),
	};

	return cmocka_run_group_tests(tests, open_town, close_town);
}
