#include "node/api_read.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "node/clerk_call.h"
#include "node/clerk_read.h"
#include "node/form_read.h"
#include "node/identity.h"
#include "node/page_form.h"

#define QUESTION_BYTES ((size_t)64 * 1024)
#define REASON_BYTES 512u
#define ETAG_BYTES (HASH_HEX_BYTES + FORM_READ_VERSION_BYTES)
#define DISPOSITION_BYTES 256u
#define UNANSWERED 5u /* then the clerk does not only begin anew */
#define FOR_WHOM "for is broker, partner, partner:CC or court."

/* One reading, over as many questions as its bytes need. */
struct piecewise {
	struct clerk_read_question question;
	struct hash hash; /* of the whole, as it was when it began */
	uint64_t total;
	bool is_streaming;
	unsigned unanswered; /* questions for the piece that is due */
};

static const struct {
	const char *name; /* of the file that it is saved as */
	const char *type;
} parts[CLERK_READ_PARTS] = {
	[CLERK_READ_MESSAGE] = {NULL, "application/json"},
	[CLERK_READ_DOCUMENT] = {"document.xml", "application/xml"},
	[CLERK_READ_TRANSLATION] = {"translation.xml", "application/xml"},
	[CLERK_READ_REPORT] = {"report.json", "application/json"},
	[CLERK_READ_RECEIPT] = {"receipt.json", "application/json"},
	[CLERK_READ_ATTACHMENT] = {"attachment", "application/octet-stream"},
	[CLERK_READ_EVIDENCE] = {"evidence.zip", "application/zip"},
};

/* Asking again brings nothing before somebody has put it back. */
static void tell_archived(struct api_call *call, const struct clerk_read_answer *read)
{
	const struct piecewise *reading = call->state;
	const struct problem_words words = {
		.detail = arena_format(call->arena,
				       "It is in ledger/archive/%s, which is not on this node now: "
				       "the operator can bring it back.",
				       read->type),
		.detail_vi = arena_format(call->arena,
					  "Dữ liệu nằm trong ledger/archive/%s, hiện không có trên "
					  "nút: người vận hành có thể đưa tệp trở lại.",
					  read->type)};

	if (reading->is_streaming)
		api_stream_abort(call);
	else
		api_problem_words(call, PROBLEM_ARCHIVED, &words);
}

static void on_read(struct api_call *call, enum err err, struct bytes body);

static void ask(struct api_call *call)
{
	struct piecewise *reading = call->state;
	struct buffer body;

	buffer_init(&body, QUESTION_BYTES);
	clerk_read_pack(&body, &call->caller, &reading->question);
	if (buffer_error(&body) != OK)
		api_problem(call, PROBLEM_BAD_REQUEST, "");
	else
		api_ask(call, api_ends(call)->clerk, CLERK_READ, buffer_bytes(&body), on_read);
	buffer_clear(&body);
}

/* ---- The answer's head ---- */

static void go_on(struct api_call *call, const struct clerk_read_answer *read);

/* If-None-Match (RFC 9110 section 13.1.2); the weak form of ours is ours too. */
static bool is_known(const struct api_call *call, const char *etag)
{
	const char *known = http_header(call->http, "if-none-match");

	return known != NULL && (strcmp(known, "*") == 0 || strstr(known, etag) != NULL);
}

/* An id is letters, digits and "-" once a message was found by it: nothing to escape. */
static void name_file(const struct api_call *call, enum clerk_read_part part,
		      char ret_text[DISPOSITION_BYTES])
{
	(void)snprintf(ret_text, DISPOSITION_BYTES, "attachment; filename=\"%.*s-%s\"",
		       (int)MESSAGE_ID_BYTES, call->parameters[0], parts[part].name);
}

static void begin(struct api_call *call, const struct clerk_read_answer *read)
{
	struct piecewise *reading = call->state;
	enum clerk_read_part part = reading->question.part;
	char hex[HASH_HEX_BYTES], etag[ETAG_BYTES], disposition[DISPOSITION_BYTES];
	struct http_field fields[3] = {{"ETag", etag}};
	struct http_answer answer = {.status = 200,
				     .type = read->type[0] != '\0' ? read->type : parts[part].type,
				     .body = read->piece,
				     .fields = fields,
				     .field_count = 2};

	hash_format_hex(&read->hash, hex);
	if (read->version > 0) /* what If-Match looks at stands before the point (form_read.h) */
		(void)snprintf(etag, sizeof(etag), "\"%" PRIu64 ".%s\"", read->version, hex);
	else
		(void)snprintf(etag, sizeof(etag), "\"%s\"", hex);
	if (part == CLERK_READ_MESSAGE) {
		fields[1] = (struct http_field){"Vary", "Accept-Language"};
		fields[2] = (struct http_field){"Content-Language",
						reading->question.in_vietnamese ? "vi" : "en"};
		answer.field_count = 3;
	} else {
		name_file(call, part, disposition);
		fields[1] = (struct http_field){"Content-Disposition", disposition};
	}
	if (is_known(call, etag)) {
		answer = (struct http_answer){.status = 304, .fields = fields, .field_count = 1};
		api_answer(call, &answer);
	} else if (read->piece.len == read->total) {
		api_answer(call, &answer);
	} else {
		reading->hash = read->hash;
		reading->total = read->total;
		reading->is_streaming = true;
		answer.body = (struct bytes){0}; /* it may have to wait for room */
		http_stream_begin(call->http, &answer);
		go_on(call, read);
	}
}

/* ---- Pieces ---- */

static void on_room(struct api_call *call)
{
	call->on_room = NULL;
	ask(call);
}

/* What is not wanted is not fetched, and what there is no room for not before there is. */
static void ask_for_next(struct api_call *call)
{
	const struct piecewise *reading = call->state;
	uint64_t left = reading->total - reading->question.offset;

	if (strcmp(http_method(call->http), "HEAD") == 0)
		api_stream_end(call);
	else if (http_stream_has_room(call->http, left < CLERK_READ_PIECE_BYTES
							  ? (size_t)left
							  : CLERK_READ_PIECE_BYTES))
		ask(call);
	else
		call->on_room = on_room;
}

/* A piece for which others took the room meanwhile is asked for again: nothing is kept here. What is
 * made when it is asked for may be another by then; a mixture of both is never ended. */
static void go_on(struct api_call *call, const struct clerk_read_answer *read)
{
	struct piecewise *reading = call->state;

	if (!hash_equal(&read->hash, &reading->hash)) {
		api_stream_abort(call);
		return;
	}
	if (http_stream_put(call->http, read->piece) == ERR_FULL) {
		call->on_room = on_room;
		return;
	}
	reading->unanswered = 0;
	reading->question.offset += read->piece.len;
	if (reading->question.offset < reading->total && read->piece.len > 0)
		ask_for_next(call);
	else if (reading->question.offset == reading->total)
		api_stream_end(call);
	else
		api_stream_abort(call);
}

/* ---- What the clerk said ---- */

static void refuse(struct api_call *call, enum err err)
{
	struct piecewise *reading = call->state;

	if (reading->is_streaming && err == ERR_UNAVAILABLE && ++reading->unanswered < UNANSWERED)
		ask(call); /* half of it is out: a clerk that is replaced must not break it off */
	else if (reading->is_streaming)
		api_stream_abort(call);
	else if (err == ERR_UNAVAILABLE && (reading->question.part == CLERK_READ_RECEIPT ||
					    reading->question.part == CLERK_READ_EVIDENCE))
		api_problem(call, PROBLEM_NOT_SIGNED, "");
	else if (err == ERR_USAGE && reading->question.part == CLERK_READ_EVIDENCE)
		api_problem(call, PROBLEM_BAD_REQUEST, FOR_WHOM);
	else
		api_problem_of(call, err);
}

enum err api_read_recorded(const struct api_call *call, enum err err, struct bytes body)
{
	struct facts answer;

	facts_init(&answer, call->arena);
	if (err == OK)
		err = facts_unpack(body, &answer);
	return err == OK && identity_is_refused(&answer) ? ERR_DENIED : err;
}

/* Nothing is shown that is not on record. */
static void on_recorded(struct api_call *call, enum err err, struct bytes body)
{
	struct piecewise *reading = call->state;

	if (call->http == NULL)
		return;
	if ((err = api_read_recorded(call, err, body)) != OK) {
		refuse(call, err);
		return;
	}
	reading->question.is_recorded = true;
	ask(call);
}

void api_read_record(struct api_call *call, const struct clerk_read_question *question,
		     api_on_answer *callback)
{
	struct identity_ask ask = {.caller = call->caller, .verb = "read-beyond"};
	struct buffer body;
	enum err err;

	facts_init(&ask.facts, call->arena);
	buffer_init(&body, QUESTION_BYTES);
	err = facts_put(&ask.facts, "message", question->id);
	if (err == OK)
		err = facts_put(&ask.facts, "action",
				access_action_name(clerk_read_action(question->part)));
	if (err == OK) {
		identity_pack(&body, &ask);
		err = buffer_error(&body);
	}
	if (err == OK)
		api_ask(call, api_ends(call)->ledger, LEDGER_IDENTITY, buffer_bytes(&body),
			callback);
	else
		api_problem_of(call, err);
	buffer_clear(&body);
}

static void record(struct api_call *call)
{
	const struct piecewise *reading = call->state;

	api_read_record(call, &reading->question, on_recorded);
}

static void ask_for_reason(struct api_call *call)
{
	call->wants_reason = true;
	api_problem_words(
		call, PROBLEM_FORBIDDEN,
		&(struct problem_words){
			.detail = "It is outside your scope: give a reason in the header "
				  "Sampan-Reason; it is recorded.",
			.detail_vi = "Chứng từ nằm ngoài phạm vi của bạn: phải nêu lý do (tiêu đề "
				     "Sampan-Reason); lý do được ghi lại."});
}

static void on_read(struct api_call *call, enum err err, struct bytes body)
{
	struct piecewise *reading = call->state;
	struct clerk_read_answer read;

	if (call->http == NULL)
		return;
	if (err == OK)
		err = clerk_read_unpack_answer(body, call->arena, &read);
	if (err != OK)
		refuse(call, err);
	else if (read.verdict == CLERK_READ_NEEDS_REASON)
		ask_for_reason(call);
	else if (read.verdict == CLERK_READ_RECORD)
		record(call);
	else if (read.verdict == CLERK_READ_ARCHIVED)
		tell_archived(call, &read);
	else if (reading->is_streaming)
		go_on(call, &read);
	else
		begin(call, &read);
}

/* ---- The calls ---- */

/* A number, or nothing. */
static bool is_number(const char *text)
{
	return strlen(text) <= 20 && text[strspn(text, "0123456789")] == '\0';
}

static bool take_reason(struct api_call *call)
{
	const char *reason = call->form != NULL ? page_form_value(call->form, "reason")
						: http_header(call->http, "sampan-reason");

	if (reason == NULL)
		return true;
	call->caller.reason = reason;
	return strlen(reason) <= REASON_BYTES;
}

static void read_part(struct api_call *call, enum clerk_read_part part, const char *which)
{
	struct piecewise *reading = arena_alloc(call->arena, sizeof(*reading));

	if (reading == NULL) {
		api_problem_of(call, ERR_MEMORY);
		return;
	}
	call->state = reading;
	reading->question = (struct clerk_read_question){.id = call->parameters[0],
							 .part = part,
							 .which = which,
							 .in_vietnamese = call->in_vietnamese};
	if (!take_reason(call))
		api_problem(call, PROBLEM_BAD_REQUEST, "Sampan-Reason is too long.");
	else
		ask(call);
}

static void read_translated(struct api_call *call, enum clerk_read_part part)
{
	const char *delivery = http_query(call->http, "delivery");

	if (delivery != NULL && (delivery[0] == '\0' || !is_number(delivery)))
		api_problem(call, PROBLEM_BAD_REQUEST, "delivery: a number.");
	else
		read_part(call, part, delivery == NULL ? "" : delivery);
}

void api_read_message(struct api_call *call)
{
	read_part(call, CLERK_READ_MESSAGE, "");
}

void api_read_document(struct api_call *call)
{
	read_part(call, CLERK_READ_DOCUMENT, "");
}

void api_read_translation(struct api_call *call)
{
	read_translated(call, CLERK_READ_TRANSLATION);
}

void api_read_report(struct api_call *call)
{
	read_translated(call, CLERK_READ_REPORT);
}

void api_read_receipt(struct api_call *call)
{
	read_part(call, CLERK_READ_RECEIPT, "");
}

void api_read_attachment(struct api_call *call)
{
	read_part(call, CLERK_READ_ATTACHMENT, call->parameters[1]);
}

/* Judged by the clerk, who knows the partners; without a value it is not the same as not given. */
void api_read_evidence(struct api_call *call)
{
	const char *reader = http_query(call->http, "for");

	if (reader != NULL && reader[0] == '\0')
		api_problem(call, PROBLEM_BAD_REQUEST, FOR_WHOM);
	else
		read_part(call, CLERK_READ_EVIDENCE, reader == NULL ? "" : reader);
}
