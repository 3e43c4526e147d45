/*
 * What people do with a declaration and with a certificate, from form to form, between two nodes: each step is
 * a document, and what it led to is seen by the others.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "tests/support/desk_scene.h"

static struct desk_scene scene;
static const char *trader, *officer, *other, *machine; /* "Authorization: Bearer ..." */

static int open_town(void **state)
{
	(void)state;
	desk_scene_open(&scene);
	desk_scene_person(&scene, "an", "hai-quan", "customs-officer", "03CC");
	desk_scene_person(&scene, "binh", "hai-quan", "customs-officer", "03CC");
	desk_scene_person(&scene, "lan", "gom-bat-trang", "trader", "");
	trader = desk_scene_token(&scene, "party", "gom-bat-trang", "erp");
	machine = desk_scene_token(&scene, "party", "hai-quan", "system");
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

/* By what stands now; the id of the document that it made. */
static const char *decide(const char *who, const char *id, const char *body, unsigned status)
{
	desk_answer answer =
		desk_scene_decide(&scene, who, id, desk_scene_etag(&scene, who, id), body);

	print_message("%s\n", body);
	if (answer.status != status)
		fail_msg("%u: %s", answer.status, desk_scene_body(&scene, &answer));
	return desk_scene_member(&scene, &answer, "id");
}

static void assert_state(const char *who, const char *id, const char *state)
{
	assert_string_equal(desk_scene_state(&scene, who, id), state);
}

static const char *declare(const char *reference)
{
	struct bytes document = rig_replace(
		&scene.rig, rig_sample(&scene.rig, "vn/gom-bat-trang/07-import-stays-at-home.xml"),
		"GBT-NK-2026-0019", reference);
	const char *id = desk_scene_lodge(&scene, trader, document);

	desk_scene_wait(&scene, officer, id, "\"state\":\"registered\"");
	desk_scene_wait(&scene, officer, id, "\"event\":\"ContentHandover\"");
	return id;
}

/* One that names the certificate of receive_certificate() before it is here. */
static const char *declare_with_proof(const char *reference)
{
	struct bytes document = rig_replace(
		&scene.rig, rig_sample(&scene.rig, "vn/gom-bat-trang/07-import-stays-at-home.xml"),
		"GBT-NK-2026-0019", reference);

	document = rig_replace(
		&scene.rig, document, "</ImportDeclaration>",
		"<Lodgement><ProofOfOrigin><TypeCode>FORM-D</TypeCode><CountryCode>TH</CountryCode>"
		"<Number>D2026-0193327</Number><IssueDate>2026-11-20</IssueDate></ProofOfOrigin></Lodgement>"
		"</ImportDeclaration>");
	const char *id = desk_scene_lodge(&scene, trader, document);

	desk_scene_wait(&scene, officer, id, "\"state\":\"registered\"");
	desk_scene_wait(&scene, officer, id, "\"event\":\"ContentHandover\"");
	return id;
}

/* ---- A declaration ---- */

/* To the trader, on the page of the document and in their list. */
static void assert_said(const char *id, const char *words)
{
	const char *cookie = desk_scene_session(&scene, "lan");
	desk_answer page =
		desk_scene_call(&scene, "GET", arena_format(scene.rig.arena, "/documents/%s", id),
				DESK(DESK_HTML, cookie), "");

	assert_true(desk_scene_says(&scene, &page, words));
	page = desk_scene_call(&scene, "GET", "/documents", DESK(DESK_HTML, cookie), "");
	assert_true(desk_scene_says(&scene, &page, words));
}

static void papers_are_asked_added_inspected_and_the_goods_cleared(void **state)
{
	const char *id = declare("J-1"), *made, *sha256;
	desk_answer answer;

	(void)state;
	made = decide(
		officer, id,
		"{\"decision\":\"ask-papers\",\"fields\":{\"due\":\"2027-01-31\",\"paper\":[{\"code\":"
		"\"380\",\"text\":\"Hóa đơn gốc\"}]}}",
		202);
	assert_state(officer, id, "papers-asked");
	assert_said(id, "Hóa đơn thương mại</b>: Hóa đơn gốc");
	desk_scene_wait(&scene, officer, made,
			"\"event\":\"ContentHandover\""); /* the trader has it */
	made = decide(trader, id,
		      "{\"decision\":\"supplement\",\"fields\":{\"text\":\"Xin gửi sau\"}}", 422);
	assert_state(officer, id, "papers-asked"); /* the clock stands on */
	answer = desk_scene_call(
		&scene, "POST",
		arena_format(
			scene.rig.arena,
			"/v1/messages/%s/attachments?type=380&name=h%%C3%%B3a+%%C4%%91%%C6%%A1n.pdf",
			id),
		DESK(trader, "Content-Type: application/pdf"), "%PDF-1.7\nhoa don\n");
	assert_int_equal(answer.status, 201);
	sha256 = desk_scene_member(&scene, &answer, "sha256");
	made = decide(
		trader, id,
		arena_format(
			scene.rig.arena,
			"{\"decision\":\"supplement\",\"fields\":{\"text\":\"Gửi hóa đơn\",\"attachment\":"
			"[\"%s\"]}}",
			sha256),
		202);
	assert_non_null(strstr(desk_scene_document(&scene, trader, made), sha256));
	assert_state(officer, id, "supplemented");
	(void)decide(
		officer, id,
		"{\"decision\":\"re-route\",\"fields\":{\"lane\":\"red\",\"text\":\"Nghi ngờ trị giá\"}}",
		202);
	(void)decide(
		officer, id,
		"{\"decision\":\"inspect\",\"fields\":{\"text\":\"Kiểm toàn bộ\",\"place\":\"Cảng\"}}",
		202);
	assert_state(officer, id, "under-inspection");
	(void)decide(officer, id, "{\"decision\":\"clear\"}", 409);
	(void)decide(
		other, id,
		"{\"decision\":\"inspection-result\",\"fields\":{\"result\":\"AS-DECLARED\",\"text\":\"Đủ\"}}",
		202);
	assert_state(officer, id, "inspected");
	(void)decide(officer, id, "{\"decision\":\"clear\"}", 202);
	assert_state(trader, id, "cleared");
	(void)decide(officer, id,
		     "{\"decision\":\"refuse\",\"fields\":{\"reason\":\"OTHER\",\"text\":\"x\"}}",
		     409);
}

static void a_trader_takes_back_what_is_theirs_and_decides_nothing(void **state)
{
	const char *id = declare("J-2");

	(void)state;
	(void)decide(trader, id, "{\"decision\":\"clear\"}", 403);
	(void)decide(officer, id, "{\"decision\":\"cancel\",\"fields\":{\"reason\":\"OTHER\"}}",
		     403);
	(void)decide(trader, id, "{\"decision\":\"co-accept\"}", 403);
	(void)decide(trader, id, "{\"decision\":\"authorise\",\"fields\":{\"authorise\":\"yes\"}}",
		     409);
	(void)decide(trader, id,
		     "{\"decision\":\"cancel\",\"fields\":{\"reason\":\"NOT-SHIPPED\"}}", 202);
	assert_state(trader, id, "cancelled");
	(void)decide(officer, id, "{\"decision\":\"clear\"}", 409);
}

#define PART(name) "--XX\r\nContent-Disposition: form-data; name=\"" name "\"\r\n\r\n%s\r\n"
#define FILE_PART(name) \
	"--XX\r\nContent-Disposition: form-data; name=\"file\"; filename=\"" name "\"\r\n" \
	"Content-Type: application/pdf\r\n\r\n%s\r\n--XX--\r\n"

/* One form: what was typed and ticked is kept while a paper is attached. */
static desk_answer send(const char *path, const char *cookie, const desk_answer *page,
			const char *text, const char *act, const char *type, const char *file)
{
	const char *body = arena_format(
		scene.rig.arena,
		PART("csrf") PART("seen") PART("once") PART("text") PART("without-papers")
			PART("act") PART("paper-type") FILE_PART("C:\\<b>hóa đơn.pdf"),
		desk_scene_hidden(&scene, page, "csrf"), desk_scene_hidden(&scene, page, "seen"),
		desk_scene_hidden(&scene, page, "once"), text, "yes", act, type, file);

	return desk_scene_call(
		&scene, "POST", path,
		DESK(DESK_HTML, cookie, "Content-Type: multipart/form-data; boundary=XX"), body);
}

/* Pressed twice; with another text it is another form, of what was seen before. */
static void assert_answered_again(const char *path, const char *cookie, const desk_answer *page,
				  const desk_answer *first)
{
	desk_answer again = send(path, cookie, page, "đã gõ", "", "271", "%PDF-1.7\ny");

	assert_int_equal(again.status, 303);
	assert_string_equal(desk_scene_header(&scene, &again, "Location"),
			    desk_scene_header(&scene, first, "Location"));
	assert_int_equal(send(path, cookie, page, "khác", "", "271", "%PDF-1.7\ny").status, 412);
	assert_int_equal(send(path, cookie, page, "đã gõ", "attach", "271", "%PDF-1.7\ny").status,
			 412);
}

static void a_paper_is_attached_and_sent_in_one_form(void **state)
{
	const char *id = declare("J-3"), *cookie = desk_scene_session(&scene, "lan"), *made;
	const char *path = arena_format(scene.rig.arena, "/documents/%s/do/supplement", id);
	desk_answer first, page, answer;

	(void)state;
	(void)decide(
		officer, id,
		"{\"decision\":\"ask-papers\",\"fields\":{\"due\":\"2027-01-31\",\"paper\":[{\"code\":\"380\"}]}}",
		202);
	first = page = desk_scene_call(&scene, "GET", path, DESK(DESK_HTML, cookie), "");
	assert_int_equal(page.status, 200);
	answer = send(path, cookie, &page, "đã gõ", "attach", "", "%PDF-1.7\nx");
	assert_int_equal(answer.status, 400); /* which kind of paper? */
	assert_true(desk_scene_says(&scene, &answer, "Hãy chọn loại chứng từ"));
	assert_true(desk_scene_says(&scene, &answer, "đã gõ</textarea>"));
	answer = send(path, cookie, &page, "đã gõ", "attach", "380", "no paper");
	assert_int_equal(answer.status, 415);
	assert_true(desk_scene_says(&scene, &answer, "đã gõ</textarea>"));
	page = send(path, cookie, &page, "đã gõ", "attach", "380", "%PDF-1.7\nx");
	assert_int_equal(page.status, 200);
	assert_true(desk_scene_says(&scene, &page, "&lt;b&gt;hóa đơn.pdf (Hóa đơn thương mại)"));
	assert_true(desk_scene_says(&scene, &page, "đã gõ</textarea>"));
	assert_true(
		desk_scene_says(&scene, &page, "name=\"without-papers\" value=\"yes\" checked"));
	assert_true(desk_scene_says(&scene, &page, "name=\"attachment[1]\""));
	assert_state(officer, id, "papers-asked");
	/* pressed twice: the paper is there, and nothing else has happened */
	answer = send(path, cookie, &first, "đã gõ", "attach", "380", "%PDF-1.7\nx");
	assert_int_equal(answer.status, 200);
	assert_string_equal(desk_scene_hidden(&scene, &answer, "seen"),
			    desk_scene_hidden(&scene, &page, "seen"));
	/* another one is chosen and goes with the form; the first is not sent with it */
	answer = send(path, cookie, &page, "đã gõ", "", "271", "%PDF-1.7\ny");
	assert_int_equal(answer.status, 303);
	assert_state(officer, id, "supplemented");
	assert_answered_again(path, cookie, &page, &answer);
	answer = desk_scene_get(&scene,
				arena_format(scene.rig.arena,
					     "/v1/messages?conversation=%s&schema=vn.supplement",
					     id),
				trader);
	made = strstr(desk_scene_body(&scene, &answer), "\"id\":\"") + strlen("\"id\":\"");
	made = desk_scene_document(
		&scene, trader, arena_text(scene.rig.arena, bytes_of(made, strcspn(made, "\""))));
	assert_non_null(strstr(made, "<TypeCode>271</TypeCode>"));
	assert_null(strstr(made, "<TypeCode>380</TypeCode>"));
	assert_non_null(strstr(made, "<AskedReference>"));
	/* what was seen before is not what it is now */
	answer = send(path, cookie, &page, "x", "attach", "380", "%PDF-1.7\nz");
	assert_int_equal(answer.status, 412);
}

/* An officer of another office: the page asks why, records it, and shows the document. */
static void what_is_outside_ones_scope_is_read_on_a_page_that_asks_why(void **state)
{
	const char *id = declare("J-9"), *path = arena_format(scene.rig.arena, "/documents/%s", id);
	const char *cookie, *body;
	desk_answer page, audit;

	(void)state;
	desk_scene_person(&scene, "xa", "hai-quan", "customs-officer", "02CI");
	cookie = desk_scene_session(&scene, "xa");
	page = desk_scene_call(&scene, "GET", path, DESK(DESK_HTML, cookie), "");
	assert_int_equal(page.status, 403);
	assert_true(desk_scene_says(&scene, &page, "Lý do xem"));
	assert_false(desk_scene_says(&scene, &page, "J-9"));
	body = arena_format(scene.rig.arena, "csrf=%s&reason=%s",
			    desk_scene_hidden(&scene, &page, "csrf"),
			    "Khi%E1%BA%BFu+n%E1%BA%A1i+12");
	page = desk_scene_call(&scene, "POST", path, DESK(DESK_HTML, DESK_FORM, cookie), body);
	assert_int_equal(page.status, 200);
	assert_true(desk_scene_says(&scene, &page, "với lý do: <b>Khiếu nại 12</b>"));
	assert_true(desk_scene_says(&scene, &page, "class=\"sheet")); /* the paper itself */
	assert_false(desk_scene_says(&scene, &page, "class=\"actions\""));
	desk_scene_person(&scene, "truong", "hai-quan", "supervisor", "01PL 02CI 03CC");
	audit = desk_scene_call(&scene, "GET", "/audit",
				DESK(DESK_HTML, desk_scene_session(&scene, "truong")), "");
	assert_true(desk_scene_says(&scene, &audit, "Khiếu nại 12"));
	page = desk_scene_call(&scene, "GET", path, DESK(DESK_HTML, cookie), "");
	assert_int_equal(page.status, 403); /* the next time it is asked again */
	body = arena_format(scene.rig.arena,
			    "csrf=%s&reason=", desk_scene_hidden(&scene, &page, "csrf"));
	page = desk_scene_call(&scene, "POST", path, DESK(DESK_HTML, DESK_FORM, cookie), body);
	assert_int_equal(page.status, 403);
}

/* Of nothing that is here: /new, and the way leads to what was made. */
static void a_new_document_is_made_by_a_form_once(void **state)
{
	static const char fields[] =
		"&certificate=VN-TH+26%2F01%2F09999&issued=2026-11-23&authorise=yes&remarks=";
	const char *cookie = desk_scene_session(&scene, "lan"), *path = "/new/authorise-ahead",
		   *body;
	const char *where = NULL;
	desk_answer page = desk_scene_call(&scene, "GET", path, DESK(DESK_HTML, cookie), ""),
		    answer;

	(void)state;
	assert_int_equal(page.status, 200);
	body = arena_format(scene.rig.arena, "csrf=%s&seen=%s&once=%s%s",
			    desk_scene_hidden(&scene, &page, "csrf"),
			    desk_scene_hidden(&scene, &page, "seen"),
			    desk_scene_hidden(&scene, &page, "once"), fields);
	for (unsigned times = 0; times < 2; times++) {
		answer = desk_scene_call(&scene, "POST", path, DESK(DESK_HTML, DESK_FORM, cookie),
					 body);
		assert_int_equal(answer.status, 303);
		assert_true(where == NULL ||
			    strcmp(where, desk_scene_header(&scene, &answer, "Location")) == 0);
		where = desk_scene_header(&scene, &answer, "Location");
	}
	assert_non_null(strstr(where, "/documents/VN-1-"));
	assert_state(trader, where + strlen("/documents/"), "parked");
	answer = desk_scene_call(&scene, "GET", "/new/clear", DESK(DESK_HTML, cookie), "");
	assert_int_equal(answer.status, 403);
	answer = desk_scene_call(&scene, "GET", "/new/supplement", DESK(DESK_HTML, cookie), "");
	assert_int_equal(answer.status, 404);
	answer = desk_scene_call(&scene, "GET", "/new/nothing", DESK(DESK_HTML, cookie), "");
	assert_int_equal(answer.status, 404);
}

/* ---- A certificate that a partner sent ---- */

static bool has_certificate(void *context)
{
	desk_answer answer = desk_scene_get(&scene, "/v1/messages?schema=asw.form-d", machine);

	(void)context;
	return desk_scene_says(&scene, &answer, "handed-over");
}

static const char *receive_certificate(void)
{
	desk_answer answer;
	const char *at;

	rig_lodge(&scene.rig, RIG_TH, "dft", "co.xml",
		  rig_sample(&scene.rig, "th/dft/01-th-co.xml"));
	assert_true(rig_wait(has_certificate, NULL, PATIENCE_MS));
	answer = desk_scene_get(&scene, "/v1/messages?schema=asw.form-d", machine);
	at = strstr(desk_scene_body(&scene, &answer), "\"id\":\"") + strlen("\"id\":\"");
	return arena_text(scene.rig.arena, bytes_of(at, strcspn(at, "\"")));
}

static const char *use(const char *declaration, const char *quantity)
{
	return arena_format(
		scene.rig.arena,
		"{\"decision\":\"co-use\",\"fields\":{\"declaration\":\"%s\",\"declaration-date\":"
		"\"2026-11-22\",\"declaration-office\":\"03CC\",\"item\":[{\"quantity\":\"%s\",\"unit\":\"PCE\"}]}}",
		declaration, quantity);
}

static const char *reversal(const char *used)
{
	desk_answer answer = desk_scene_read(&scene, officer, used);

	return arena_format(
		scene.rig.arena,
		"{\"decision\":\"co-reverse\",\"fields\":{\"earlier\":\"%s\",\"reason\":\"IN-ERROR\"}}",
		desk_scene_member(&scene, &answer, "reference"));
}

static bool has_accepted(void *context)
{
	desk_answer answer =
		desk_scene_get(&scene, "/v1/messages?schema=asw.form-d&state=accepted", machine);

	(void)context;
	return desk_scene_says(&scene, &answer, "\"state\":\"accepted\"");
}

/* An outage: the officer has the paper, and works with it; then the electronic one comes. */
static void a_paper_is_recorded_by_hand_and_its_copy_goes_on_where_it_was(void **state)
{
	static const char fields[] =
		"&CustomsOffice=03CC&Reason=ASW+gi%C3%A1n+%C4%91o%E1%BA%A1n&IssuingCountryCode=TH"
		"&CertificateNumber=D2026-0193328&IssueDate=2026-11-20"
		"&ExpiryDate=&ExporterName=SIAM&ConsigneeName=VIET+MY&ConsigneeTaxCode="
		"&Item%5B1%5D%2FDescription=B%C3%A1t&Item%5B1%5D%2FHsCode=69111000"
		"&Item%5B1%5D%2FOriginCriterion=CTH&Item%5B1%5D%2FOriginCountryCode=TH"
		"&Item%5B1%5D%2FQuantity=100&Item%5B1%5D%2FQuantityUnitCode=PCE"
		"&Item%5B1%5D%2FInvoiceNumber=";
	const char *cookie = desk_scene_session(&scene, "an"), *paper;
	desk_answer page = desk_scene_call(&scene, "GET", "/new/co-paper", DESK(DESK_HTML, cookie),
					   ""),
		    answer;

	(void)state;
	assert_int_equal(page.status, 200);
	answer =
		desk_scene_call(&scene, "POST", "/new/co-paper", DESK(DESK_HTML, DESK_FORM, cookie),
				arena_format(scene.rig.arena, "csrf=%s&seen=%s&once=%s%s",
					     desk_scene_hidden(&scene, &page, "csrf"),
					     desk_scene_hidden(&scene, &page, "seen"),
					     desk_scene_hidden(&scene, &page, "once"), fields));
	if (answer.status != 303)
		fail_msg("%u: %s", answer.status, desk_scene_body(&scene, &answer));
	paper = desk_scene_header(&scene, &answer, "Location") + strlen("/documents/");
	assert_state(officer, paper, "checked");
	answer = desk_scene_decide(&scene, officer, paper, desk_scene_etag(&scene, officer, paper),
				   "{\"decision\":\"co-accept\",\"fields\":{}}");
	assert_int_equal(answer.status, 202);
	assert_state(officer, paper, "accepted");
	rig_lodge(&scene.rig, RIG_TH, "dft", "co-2.xml",
		  rig_sample(&scene.rig, "th/dft/02-th-co-third-party.xml"));
	desk_scene_wait(&scene, officer, paper, "CopyArrived");
	assert_state(officer, paper, "replaced");
	assert_true(rig_wait(has_accepted, NULL, PATIENCE_MS)); /* when it was handed over */
}

/* In the list, by program and on the page: what waits for customs, and how much that is. */
static void assert_on_desk(const char *id, bool waits)
{
	const char *cookie = desk_scene_session(&scene, "an");
	const char *count = waits ? "\"toDecide\":1," : "\"toDecide\":0,";
	const char *link = arena_format(scene.rig.arena, "href=\"/documents/%s", id);
	static const char *const queries[] = {"?state=to-decide", "?schema=asw.form-d", ""};

	for (size_t i = 0; i < sizeof(queries) / sizeof(queries[0]); i++) {
		const char *path = arena_format(scene.rig.arena, "/v1/work%s", queries[i]);
		desk_answer rows = desk_scene_get(&scene, path, officer);
		desk_answer page =
			desk_scene_call(&scene, "GET", path + 3, DESK(DESK_HTML, cookie), "");

		print_message("%s\n", path);
		assert_int_equal(rows.status, 200);
		assert_int_equal(page.status, 200);
		assert_true(desk_scene_says(&scene, &rows, count));
		if (i == 0) {
			assert_int_equal(desk_scene_says(&scene, &rows, id), waits);
			assert_int_equal(desk_scene_says(&scene, &page, link), waits);
		}
	}
}

static void a_certificate_is_accepted_used_in_part_and_asked_about(void **state)
{
	const char *declaration = declare_with_proof("J-4"), *id, *number, *used;
	desk_answer declared;

	(void)state;
	id = receive_certificate();
	desk_scene_wait(&scene, officer, declaration, "\"event\":\"Paired\"");
	desk_scene_wait(&scene, officer, id, "\"event\":\"Paired\"");
	assert_on_desk(id, true);
	declared = desk_scene_read(&scene, officer, declaration);
	assert_true(desk_scene_says(&scene, &declared,
				    arena_format(scene.rig.arena, "\"message\":\"%s\"", id)));
	assert_true(desk_scene_says(&scene, &declared, "NỘI THẤT VIỆT MỸ"));
	declared = desk_scene_read(&scene, trader, declaration);
	assert_false(desk_scene_says(&scene, &declared, "NỘI THẤT VIỆT MỸ"));
	declared = desk_scene_read(&scene, officer, declaration);
	number = desk_scene_member(&scene, &declared, "number");
	declared = desk_scene_read(&scene, officer, id);
	assert_true(
		desk_scene_says(&scene, &declared,
				arena_format(scene.rig.arena,
					     "\"registered\":\"%s\",\"office\":\"03CC\"", number)));
	(void)decide(officer, id, "{\"decision\":\"clear\"}", 409);
	(void)decide(officer, id,
		     "{\"decision\":\"co-accept\",\"fields\":{\"remarks\":\"Phù hợp\"}}", 202);
	assert_state(officer, id, "accepted");
	assert_on_desk(id, false);
	(void)decide(officer, id, "{\"decision\":\"co-use\",\"fields\":{}}", 422);
	(void)decide(
		officer, id,
		"{\"decision\":\"co-use\",\"fields\":{\"declaration\":\"106012345670\",\"declaration-date\":"
		"\"2026-11-22\",\"declaration-office\":\"03CC\",\"item\":[{\"quantity\":\"0x10\",\"unit\":\"PCE\"}]}}",
		422);
	(void)decide(officer, id, use("106012345670", "10"), 422); /* no declaration that is here */
	(void)decide(officer, id, use(number, "2400.5"), 422);
	used = decide(officer, id, use(number, "2390"), 202);
	assert_state(officer, id, "partly-used");
	desk_scene_wait(&scene, officer, id, "\"left\":\"10\"");
	desk_scene_wait(&scene, trader, declaration, "\"event\":\"CertificateUsed\"");
	(void)decide(officer, id, use(number, "11"), 422);
	desk_scene_wait(&scene, officer, used, "\"state\":\"delivered\""); /* Thailand has it */
	(void)decide(
		officer, id,
		"{\"decision\":\"co-reverse\",\"fields\":{\"earlier\":\"X-1\",\"reason\":\"IN-ERROR\"}}",
		422);
	(void)decide(officer, id, reversal(used), 202);
	assert_state(officer, id, "accepted");
	(void)decide(officer, id, reversal(used), 202); /* said again, and nothing more */
	(void)decide(officer, id, use(number, "11"), 202);
	(void)decide(
		officer, id,
		"{\"decision\":\"co-verify\",\"fields\":{\"reason\":\"ORIGIN\",\"due\":\"2026-01-01\",\"question\":[{\"text\":\"?\"}]}}",
		422);
	(void)decide(
		officer, id,
		"{\"decision\":\"co-verify\",\"fields\":{\"reason\":\"ORIGIN\",\"question\":[{\"text\":\"Do quý cơ "
		"quan cấp?\",\"box\":12}],\"wanted\":[{\"code\":\"380\"}]}}",
		202);
	assert_state(officer, id, "under-verification");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(papers_are_asked_added_inspected_and_the_goods_cleared),
		cmocka_unit_test(a_trader_takes_back_what_is_theirs_and_decides_nothing),
		cmocka_unit_test(a_paper_is_attached_and_sent_in_one_form),
		cmocka_unit_test(what_is_outside_ones_scope_is_read_on_a_page_that_asks_why),
		cmocka_unit_test(a_new_document_is_made_by_a_form_once),
		cmocka_unit_test(a_certificate_is_accepted_used_in_part_and_asked_about),
		cmocka_unit_test(a_paper_is_recorded_by_hand_and_its_copy_goes_on_where_it_was),
	};

	return cmocka_run_group_tests(tests, open_town, close_town);
}
