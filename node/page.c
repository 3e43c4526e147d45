#include "node/page.h"

#include <stdlib.h>
#include <string.h>

#include "messages/word.h"
#include "node/api_form.h"
#include "node/api_hand_over.h"
#include "node/api_inside.h"
#include "node/api_lodge.h"
#include "node/api_session.h"
#include "node/clerk_read.h"
#include "node/language.h"
#include "node/page_context.h"
#include "node/page_form.h"
#include "node/page_lead.h"
#include "node/page_paper.h"
#include "node/page_table.h"
#include "node/page_work.h"
#include "node/work.h"
#include "sampan/clock.h"
#include "sampan/limit.h"
#include "sampan/secret.h"

#define HTML "text/html; charset=utf-8"
#define LANGUAGE_COOKIE "__Host-sampan-language"
#define FORM_ROOM_BYTES ((size_t)512 * 1024) /* of all fields that are no file */
#define AWAY_SECONDS 2u
#define FORM_SHEET "form"
#define REASON_SHEET "reason"
#define MESSAGES "/v1/messages/"
#define DOCUMENTS "/documents/"
#define DRAFTS "/drafts"

/* Nothing but our own files may be loaded, run or framed, and forms lead nowhere else. */
#define POLICY \
	"default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; " \
	"connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'; " \
	"require-trusted-types-for 'script'; trusted-types 'none'"

/* Without a referrer of the same origin browsers send forms with "Origin: null". */
static const struct http_field page_fields[] = {
	{"Content-Security-Policy", POLICY},
	{"Referrer-Policy", "same-origin"},
	{"Cross-Origin-Opener-Policy", "same-origin"},
	{"Vary", "Accept, Accept-Language, Cookie"},
};
#define PAGE_FIELDS (sizeof(page_fields) / sizeof(page_fields[0]))
#define KEPT_FIELDS \
	2u /* of the answer that is drawn: WWW-Authenticate, Allow, Location, Set-Cookie */

/* ---- The head ---- */

static bool has_cookie(const char *cookies, const char *pair)
{
	size_t len = strlen(pair);

	while (cookies != NULL && *cookies != '\0') {
		cookies += strspn(cookies, " ;");
		if (strncmp(cookies, pair, len) == 0 && strchr("; ", cookies[len]) != NULL)
			return true;
		cookies += strcspn(cookies, ";");
	}
	return false;
}

void page_begin(struct api_call *call)
{
	const char *cookies = http_header(call->http, "cookie");
	const char *accept = http_header(call->http, "accept");
	const char *languages = http_header(call->http, "accept-language");

	call->is_browser = accept != NULL && strstr(accept, "text/html") != NULL;
	call->in_vietnamese = language_is_vietnamese(languages);
	if (call->page == NULL && !call->is_browser)
		return; /* a program says what it wants with Accept-Language alone */
	if (has_cookie(cookies, LANGUAGE_COOKIE "=en"))
		call->in_vietnamese = false;
	else if (languages == NULL || has_cookie(cookies, LANGUAGE_COOKIE "=vi"))
		call->in_vietnamese = true;
}

/* ---- Forms ---- */

/* A browser says of each form where it comes from; what is no browser says nothing. */
static bool is_from_here(const struct api_call *call)
{
	static const char scheme[] = "https://";
	const char *origin = http_header(call->http, "origin");
	const char *host = http_header(call->http, "host");
	const char *site = http_header(call->http, "sec-fetch-site");

	if (site != NULL && strcmp(site, "same-origin") != 0 && strcmp(site, "none") != 0)
		return false;
	return origin == NULL ||
	       (host != NULL && strncmp(origin, scheme, sizeof(scheme) - 1) == 0 &&
		strcmp(origin + sizeof(scheme) - 1, host) == 0);
}

static bool is_meant(const struct api_call *call)
{
	const char *given = page_form_value(call->form, "csrf");
	char csrf[HASH_HEX_BYTES];
	bool is_same;

	if (call->route->is_public)
		return true;
	if (!page_context_csrf(call, csrf) || strlen(given) != sizeof(csrf) - 1)
		return false;
	is_same = secret_equal(given, csrf, sizeof(csrf));
	secret_wipe(csrf, sizeof(csrf));
	return is_same;
}

bool page_take_form(struct api_call *call)
{
	struct page_form_room room = {
		.len = (call->body.len < FORM_ROOM_BYTES ? call->body.len : FORM_ROOM_BYTES) +
		       2 * PAGE_FORM_FIELDS};

	if (call->route->takes[0] == '\0')
		return true;
	call->form = arena_alloc(call->arena, sizeof(*call->form));
	room.at = arena_alloc(call->arena, room.len);
	room.has_lines = strcmp(call->page->refused, FORM_SHEET) == 0 ||
			 strcmp(call->page->route.path, API_HAND_OVER_PATH) == 0;
	if (call->form == NULL || room.at == NULL) {
		api_problem_of(call, ERR_MEMORY);
		return false;
	}
	call->secret.at = room.at;
	call->secret.len = room.len;
	if (page_form_read(http_header(call->http, "content-type"), call->body, room, call->form) !=
	    OK) {
		api_problem(call, PROBLEM_BAD_REQUEST, "The form cannot be read.");
		return false;
	}
	if (is_from_here(call) && is_meant(call))
		return true;
	api_problem_words(
		call, PROBLEM_FORBIDDEN,
		&(struct problem_words){
			.detail = "The form does not belong to this session. Open the page again, "
				  "and send it from there.",
			.detail_vi = "Biểu mẫu không thuộc phiên đăng nhập này. Hãy mở lại trang "
				     "và gửi lại từ trang đó."});
	return false;
}

/* ---- Drawing ---- */

/* An answer that waits to be drawn; in the call's arena. */
struct drawing {
	struct api_call *call;
	unsigned status, retry_seconds;
	struct http_field fields[PAGE_FIELDS + KEPT_FIELDS];
	size_t field_count;
	bool is_kept;                          /* the browser is led to it: page_kept.h */
	struct http_answer answer;             /* its body is kept while papers are fetched */
	struct bytes papers[PAGE_WORK_PAPERS]; /* page_paper.h */
};

static void answer_away(struct api_call *call)
{
	api_send(call, &(struct http_answer){.status = 503,
					     .type = HTML,
					     .body = call->api->files.away,
					     .retry_seconds = AWAY_SECONDS,
					     .fields = page_fields,
					     .field_count = PAGE_FIELDS});
}

/* Where the form is, as it is without anything filled in. */
static const char *form_of(struct api_call *call)
{
	const struct api_form *doing = call->doing;

	return doing != NULL && doing->row->about[0] == '\0'
		       ? arena_format(call->arena, "/new/%s", doing->row->name)
		       : page_lead_place(http_path(call->http));
}

/* false: there is no room for it, and it goes out as the form's own answer. */
static bool lead_to_kept(const struct drawing *drawing, struct bytes page)
{
	struct api_call *call = drawing->call;
	char id[PAGE_KEPT_ID_BYTES];

	if (!drawing->is_kept || !page_kept_put(&call->api->kept, &call->caller.proof_hash,
						drawing->status, page, clock_now_ms(), id))
		return false;
	page_lead_on(call,
		     arena_format(call->arena, PAGE_TABLE_REFUSED "%s?form=%s", id, form_of(call)),
		     NULL);
	return true;
}

static void on_drawn(void *context, enum err err, struct bytes page)
{
	struct drawing *drawing = context;
	struct api_call *call = drawing->call;

	if (call->http != NULL && err != OK)
		answer_away(call);
	else if (call->http != NULL && !lead_to_kept(drawing, page))
		api_send(call, &(struct http_answer){.status = drawing->status,
						     .type = HTML,
						     .body = page,
						     .retry_seconds = drawing->retry_seconds,
						     .fields = drawing->fields,
						     .field_count = drawing->field_count});
	api_release(call);
}

static void keep_fields(struct drawing *drawing, const struct http_answer *answer)
{
	memcpy(drawing->fields, page_fields, sizeof(page_fields));
	drawing->field_count = PAGE_FIELDS;
	for (size_t i = 0; i < answer->field_count && i < KEPT_FIELDS; i++) {
		const char *name = answer->fields[i].name;

		if (!word_is_in("WWW-Authenticate Allow Set-Cookie", name))
			continue;
		drawing->fields[drawing->field_count++] = (struct http_field){
			name,
			arena_text(drawing->call->arena, bytes_of_text(answer->fields[i].value))};
		if (drawing->fields[drawing->field_count - 1].value == NULL)
			drawing->field_count--;
	}
}

/* A form is shown again where there is something to fill in again. */
static const char *refused_of(const struct api_call *call)
{
	bool is_begun = call->doing != NULL && call->doing->ask.len > 0;

	if (call->page == NULL || (!is_begun && strcmp(call->page->refused, FORM_SHEET) == 0))
		return "";
	return call->page->refused;
}

static const char *sheet_of(const struct api_call *call, unsigned status)
{
	if (status < 400)
		return call->page->sheet;
	if (status == 403 && call->wants_reason && call->page != NULL)
		return REASON_SHEET;
	if (refused_of(call)[0] != '\0')
		return refused_of(call);
	return status == 401 ? "sign-in" : "problem";
}

static enum err ask_to_draw(struct drawing *drawing)
{
	const struct http_answer *answer = &drawing->answer;
	struct api_call *call = drawing->call;
	struct page_work work = {.sheet = sheet_of(call, answer->status),
				 .in_vietnamese = call->in_vietnamese};
	struct buffer context, question;
	enum err err;

	memcpy(work.papers, drawing->papers, sizeof(work.papers));
	if (strcmp(work.sheet, FORM_SHEET) == 0) {
		work.form = call->doing->row->name;
		work.ask = call->doing->ask;
		work.document = call->doing->document;
		work.table = call->doing->table;
	} else if (!page_context_is_json(answer)) {
		work.papers[0] = answer->body;
	} else if (call->form != NULL) {
		work.document = call->form->file;
	}
	buffer_init(&context, LIMIT_CALL_BYTES);
	buffer_init(&question, LIMIT_CALL_BYTES);
	page_context_put(call, answer, &context);
	work.view = buffer_bytes(&context);
	page_work_pack(&question, &work);
	err = buffer_error(&context) != OK ? buffer_error(&context) : buffer_error(&question);
	if (err == OK)
		err = pool_submit_for(
			api_ends(call)->pool,
			&(struct pool_job){call->caller.party, WORK_PAGE, buffer_bytes(&question)},
			on_drawn, drawing);
	buffer_clear(&context);
	buffer_clear(&question);
	return err;
}

static void draw_now(struct drawing *drawing)
{
	struct api_call *call = drawing->call;

	api_hold(call);
	if (ask_to_draw(drawing) == OK)
		return;
	answer_away(call);
	api_release(call);
}

static void on_papers(struct api_call *call, void *context,
		      const struct bytes papers[PAGE_WORK_PAPERS])
{
	struct drawing *drawing = context;

	(void)call;
	memcpy(drawing->papers, papers, sizeof(drawing->papers));
	draw_now(drawing);
}

/* The answer outlives its handler only as a copy. */
static void draw_with_papers(struct drawing *drawing)
{
	struct bytes *body = &drawing->answer.body;
	uint8_t *copy = arena_copy(drawing->call->arena, *body);

	if (copy == NULL) {
		answer_away(drawing->call);
		return;
	}
	*body = bytes_of(copy, body->len);
	page_paper_fetch(drawing->call, *body, on_papers, drawing);
}

/* A form that is shown again, of a person: what they typed is in it. What was read for a reason is no form. */
static bool is_kept(const struct api_call *call, unsigned status)
{
	const char *sheet = sheet_of(call, status);

	return call->form != NULL && call->is_browser && call->caller.proof == CALLER_SESSION &&
	       is_from_here(call) && is_meant(call) &&
	       (strcmp(sheet, FORM_SHEET) == 0 ||
		(status >= 400 && strcmp(sheet, refused_of(call)) == 0));
}

static void draw(struct api_call *call, const struct http_answer *answer)
{
	struct drawing *drawing = arena_alloc(call->arena, sizeof(*drawing));

	if (drawing == NULL || api_ends(call)->pool == NULL) {
		answer_away(call);
		return;
	}
	drawing->call = call;
	drawing->status = answer->status;
	drawing->retry_seconds = answer->retry_seconds;
	drawing->is_kept = is_kept(call, answer->status);
	keep_fields(drawing, answer);
	drawing->answer = (struct http_answer){
		.status = answer->status, .type = answer->type, .body = answer->body};
	if (answer->status < 400 && call->papers != NULL) {
		memcpy(drawing->papers, call->papers, sizeof(drawing->papers));
		draw_now(drawing);
	} else if (answer->status < 400 && page_context_is_json(answer) &&
		   answer->body.len <= CLERK_READ_PIECE_BYTES &&
		   page_paper_is_shown(call->page->sheet)) {
		draw_with_papers(drawing);
	} else {
		draw_now(drawing);
	}
}

/* ---- Where a form leads ---- */

static const char *field_of(const struct http_answer *answer, const char *name)
{
	for (size_t i = 0; i < answer->field_count; i++)
		if (strcmp(answer->fields[i].name, name) == 0)
			return answer->fields[i].value;
	return NULL;
}

static const char *next_of(struct api_call *call, const struct http_answer *answer)
{
	const char *location = field_of(answer, "Location");

	if (strcmp(call->page->next, "back") == 0)
		return page_lead_place(page_form_value(call->form, "back"));
	if (strcmp(call->page->next, "document") == 0)
		return arena_format(call->arena, DOCUMENTS "%s", call->parameters[0]);
	if (call->page->next[0] != '\0')
		return call->page->next;
	if (location != NULL && strcmp(location, DRAFTS) == 0)
		return DRAFTS;
	if (location == NULL || strncmp(location, MESSAGES, strlen(MESSAGES)) != 0)
		return "/";
	return arena_format(call->arena, DOCUMENTS "%s", location + strlen(MESSAGES));
}

bool page_answer(struct api_call *call, const struct http_answer *answer)
{
	bool is_form = call->page != NULL && call->page->route.takes[0] != '\0' &&
		       strcmp(call->page->next, PAGE_TABLE_HERE) != 0 &&
		       (call->doing == NULL || !call->doing->is_shown);

	if (call->http == NULL || http_is_streaming(call->http))
		return false;
	if (answer->status >= 400
		    ? !call->is_browser
		    : call->page == NULL || (!is_form && call->page->sheet[0] == '\0'))
		return false;
	if (answer->status >= 300 && answer->status < 400)
		return false;
	if (answer->status < 300 && is_form)
		page_lead_on(call, next_of(call, answer), field_of(answer, "Set-Cookie"));
	else
		draw(call, answer);
	return true;
}

/* ---- Handlers ---- */

void page_home(struct api_call *call)
{
	const unsigned roles = call->caller.roles;
	bool clears = (roles & (CALLER_CUSTOMS_OFFICER | CALLER_SUPERVISOR)) != 0;
	bool issues = (roles & CALLER_ISSUING_OFFICER) != 0;

	bool watches = (roles & (CALLER_OPERATOR | CALLER_AUDITOR)) != 0;

	page_lead_on(call,
		     clears    ? "/work"
		     : issues  ? "/applications"
		     : watches ? "/exchange"
			       : "/documents",
		     NULL);
}

void page_show(struct api_call *call)
{
	api_answer_json(call, 200, json_object(), NULL);
}

/* What is not kept any more leads to the form, empty. */
void page_refused(struct api_call *call)
{
	const char *form = http_query(call->http, "form");
	const struct page_kept_page *page = page_kept_find(
		&call->api->kept, &call->caller.proof_hash, call->parameters[0], clock_now_ms());

	if (page == NULL)
		page_lead_on(call, page_lead_place(form == NULL ? "" : form), NULL);
	else
		api_send(call, &(struct http_answer){.status = page->status,
						     .type = HTML,
						     .body = bytes_of(page->at, page->len),
						     .fields = page_fields,
						     .field_count = PAGE_FIELDS});
}

void page_language(struct api_call *call)
{
	static const char rules[] = "; Path=/; Secure; HttpOnly; SameSite=Lax; Max-Age=31536000";
	bool is_english = strcmp(page_form_value(call->form, "to"), "en") == 0;

	page_lead_on(call, page_lead_place(page_form_value(call->form, "back")),
		     arena_format(call->arena, LANGUAGE_COOKIE "=%s%s", is_english ? "en" : "vi",
				  rules));
}

void page_sign_in(struct api_call *call)
{
	api_session_begin(call, page_form_value(call->form, "name"),
			  bytes_of_text(page_form_value(call->form, "password")));
}

void page_lodge(struct api_call *call)
{
	size_t max_bytes = (size_t)api_ends(call)->role->config->max_document_bytes;

	if (call->form->file.len == 0) {
		api_problem_words(call, PROBLEM_BAD_REQUEST,
				  &(struct problem_words){.detail = "Choose a file.",
							  .detail_vi = "Hãy chọn tệp."});
		return;
	}
	if (call->form->file.len > max_bytes) {
		api_problem(call, PROBLEM_TOO_LARGE,
			    arena_format(call->arena, "At most %zu bytes.", max_bytes));
		return;
	}
	call->body = call->form->file;
	api_lodge(call);
}
