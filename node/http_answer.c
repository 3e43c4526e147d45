#include <assert.h>
#include <strings.h>
#include <time.h>

#include "messages/utf8.h"
#include "node/http_inside.h"

#define RETRY_SECONDS 5u
#define PROBLEM_BYTES ((size_t)16 * 1024)

struct phrase {
	unsigned status;
	const char *text;
};

/* RFC 9110 section 15, RFC 6585. */
static const struct phrase phrases[] = {
	{200, "OK"},
	{201, "Created"},
	{202, "Accepted"},
	{204, "No Content"},
	{206, "Partial Content"},
	{301, "Moved Permanently"},
	{302, "Found"},
	{303, "See Other"},
	{304, "Not Modified"},
	{307, "Temporary Redirect"},
	{308, "Permanent Redirect"},
	{400, "Bad Request"},
	{401, "Unauthorized"},
	{403, "Forbidden"},
	{404, "Not Found"},
	{405, "Method Not Allowed"},
	{406, "Not Acceptable"},
	{408, "Request Timeout"},
	{409, "Conflict"},
	{410, "Gone"},
	{411, "Length Required"},
	{412, "Precondition Failed"},
	{413, "Content Too Large"},
	{414, "URI Too Long"},
	{415, "Unsupported Media Type"},
	{416, "Range Not Satisfiable"},
	{417, "Expectation Failed"},
	{421, "Misdirected Request"},
	{422, "Unprocessable Content"},
	{423, "Locked"},
	{425, "Too Early"},
	{426, "Upgrade Required"},
	{428, "Precondition Required"},
	{429, "Too Many Requests"},
	{431, "Request Header Fields Too Large"},
	{500, "Internal Server Error"},
	{501, "Not Implemented"},
	{502, "Bad Gateway"},
	{503, "Service Unavailable"},
	{504, "Gateway Timeout"},
	{505, "HTTP Version Not Supported"},
	{507, "Insufficient Storage"},
};

static const char *phrase_of(unsigned status)
{
	for (size_t i = 0; i < sizeof(phrases) / sizeof(phrases[0]); i++)
		if (phrases[i].status == status)
			return phrases[i].text;
	return "Status";
}

/* ---- What may be sent ---- */

static bool is_sendable(const char *text)
{
	for (const char *at = text; *at != '\0'; at++)
		if (((unsigned char)*at < 0x20 && *at != '\t') || *at == 0x7f)
			return false;
	return utf8_first_wrong(bytes_of_text(text)) == strlen(text);
}

static bool is_name(const char *text)
{
	for (const char *at = text; *at != '\0'; at++)
		if (*at <= ' ' || *at == ':' || *at == 0x7f)
			return false;
	return *text != '\0';
}

static bool may_be_sent(const struct http_answer *answer)
{
	if (answer->status < 200 || answer->status > 599 || answer->field_count > HTTP_MAX_FIELDS ||
	    (answer->type != NULL && !is_sendable(answer->type)))
		return false;
	for (size_t i = 0; i < answer->field_count; i++)
		if (!is_name(answer->fields[i].name) || !is_sendable(answer->fields[i].value))
			return false;
	return true;
}

/* ---- The head of an answer ---- */

/* RFC 9110 section 5.6.7; English words whatever the locale. */
static void put_date(struct buffer *to, uint64_t now_ms)
{
	static const char days[] = "SunMonTueWedThuFriSat",
			  months[] = "JanFebMarAprMayJunJulAugSepOctNovDec";
	time_t seconds = (time_t)(now_ms / 1000);
	struct tm tm;

	if (gmtime_r(&seconds, &tm) == NULL)
		return;
	buffer_put_format(to, "Date: %.3s, %02d %.3s %04d %02d:%02d:%02d GMT\r\n",
			  days + (size_t)tm.tm_wday * 3, tm.tm_mday, months + (size_t)tm.tm_mon * 3,
			  tm.tm_year + 1900, tm.tm_hour, tm.tm_min, tm.tm_sec);
}

/* Unless the answer says otherwise. HSTS and nosniff are not the handler's to say. */
static const struct http_field defaults[] = {
	{"Cache-Control", "no-store"},
	{"Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'"},
	{"Referrer-Policy", "no-referrer"},
};

static bool gives(const struct http_answer *answer, const char *name)
{
	for (size_t i = 0; i < answer->field_count; i++)
		if (strcasecmp(answer->fields[i].name, name) == 0)
			return true;
	return false;
}

static void put_fields(struct buffer *to, const struct http_answer *answer)
{
	buffer_put_text(to, "Strict-Transport-Security: max-age=31536000\r\n"
			    "X-Content-Type-Options: nosniff\r\n");
	for (size_t i = 0; i < sizeof(defaults) / sizeof(defaults[0]); i++)
		if (!gives(answer, defaults[i].name))
			buffer_put_format(to, "%s: %s\r\n", defaults[i].name, defaults[i].value);
	if (answer->type != NULL)
		buffer_put_format(to, "Content-Type: %s\r\n", answer->type);
	if (answer->retry_seconds != 0)
		buffer_put_format(to, "Retry-After: %u\r\n", answer->retry_seconds);
	for (size_t i = 0; i < answer->field_count; i++)
		buffer_put_format(to, "%s: %s\r\n", answer->fields[i].name,
				  answer->fields[i].value);
}

static bool has_no_body(unsigned status)
{
	return status == 204 || status == 304;
}

static void put_framing(struct buffer *to, const struct http_answer *answer,
			struct http_shape shape)
{
	if (shape.is_stream && !shape.is_1_0)
		buffer_put_text(to, "Transfer-Encoding: chunked\r\n");
	else if (!shape.is_stream && !has_no_body(answer->status))
		buffer_put_format(to, "Content-Length: %zu\r\n", answer->body.len);
	if (shape.is_closing)
		buffer_put_text(to, "Connection: close\r\n");
	else if (shape.is_1_0)
		buffer_put_text(to, "Connection: keep-alive\r\n");
}

void http_answer_put(struct http_conn *conn, const struct http_answer *answer,
		     struct http_shape shape)
{
	static const struct http_answer bug = {.status = 500};
	struct buffer *to = &conn->out;
	struct http_house *house = conn->house;

	if (!may_be_sent(answer))
		answer = &bug;
	if (answer->body.len > HTTP_FREE_BYTES && !shape.is_head &&
	    !http_room_hold(house, &conn->held, answer->body.len)) {
		http_answer_put_problem(conn, 503, "Too much is being sent", shape);
		return;
	}
	house->counts.answers[answer->status / 100]++;
	buffer_put_format(to, "HTTP/1.1 %u %s\r\n", answer->status, phrase_of(answer->status));
	put_date(to, house->clock.now_ms());
	put_fields(to, answer);
	put_framing(to, answer, shape);
	buffer_put_text(to, "\r\n");
	if (!shape.is_head && !shape.is_stream && !has_no_body(answer->status))
		buffer_put(to, answer->body);
}

static void put_json_text(struct buffer *to, const char *text)
{
	buffer_put_byte(to, '"');
	for (const char *at = text; *at != '\0'; at++) {
		unsigned char byte = (unsigned char)*at;

		if (byte == '"' || byte == '\\')
			buffer_put_byte(to, '\\');
		if (byte < 0x20)
			buffer_put_format(to, "\\u%04x", byte);
		else
			buffer_put_byte(to, byte);
	}
	buffer_put_byte(to, '"');
}

void http_answer_put_problem(struct http_conn *conn, unsigned status, const char *detail,
			     struct http_shape shape)
{
	struct http_answer answer = {.status = status, .type = "application/problem+json"};
	struct buffer body;

	buffer_init(&body, PROBLEM_BYTES);
	buffer_put_format(&body,
			  "{\"type\":\"about:blank\",\"title\":\"%s\",\"status\":%u,\"detail\":",
			  phrase_of(status), status);
	put_json_text(&body,
		      utf8_first_wrong(bytes_of_text(detail)) == strlen(detail) ? detail : "");
	buffer_put_text(&body, "}\n");
	if (buffer_error(&body) == OK)
		answer.body = buffer_bytes(&body);
	if (status == 503)
		answer.retry_seconds = RETRY_SECONDS;
	http_answer_put(conn, &answer, shape);
	buffer_clear(&body);
}

/* ---- From handlers ---- */

struct http_shape http_answer_shape(const struct http_call *call)
{
	return (struct http_shape){.is_head = strcmp(call->head.method, "HEAD") == 0,
				   .is_closing = http_conn_is_last(call),
				   .is_1_0 = call->head.is_1_0};
}

void http_answer(struct http_call *call, const struct http_answer *answer)
{
	struct http_shape shape = http_answer_shape(call);

	assert(!call->is_streaming);
	http_answer_put(call->conn, answer, shape);
	http_conn_end_call(call->conn, shape.is_closing);
}

void http_problem(struct http_call *call, unsigned status, const char *detail)
{
	struct http_shape shape = http_answer_shape(call);

	assert(!call->is_streaming);
	http_answer_put_problem(call->conn, status, detail, shape);
	http_conn_end_call(call->conn, shape.is_closing);
}
