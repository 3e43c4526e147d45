#include "node/http_head.h"

#include <ctype.h>
#include <stdlib.h>
#include <strings.h>

#include "messages/utf8.h"

/* "DELETE " and " HTTP/1.1" around the target; longer methods are not known anyway. */
#define LINE_BYTES 64u

static struct http_refusal refusal(unsigned status, const char *detail)
{
	return (struct http_refusal){status, detail};
}

#define TAKEN refusal(0, NULL)

/* ---- The end of the head ---- */

static struct http_refusal end_line(struct http_scan *scan, const struct http_limits *limits)
{
	bool is_empty = scan->at - scan->line == 2;

	if (scan->lines == 0 && is_empty)
		return refusal(400, "An empty line stands before the request");
	if (scan->lines == 0 && scan->at > limits->target_bytes + LINE_BYTES)
		return refusal(414, "The target is too long");
	scan->is_done = is_empty;
	scan->line = scan->at;
	/* the request line, the fields, the empty line */
	if (++scan->lines > limits->fields + 2)
		return refusal(431, "Too many headers");
	return TAKEN;
}

static const char *objection_to_byte(const struct http_scan *scan, struct bytes bytes)
{
	uint8_t byte = bytes.at[scan->at], before = scan->at == 0 ? 0 : bytes.at[scan->at - 1];

	if ((byte == '\n') != (before == '\r'))
		return byte == '\n' ? "A line ends with a line feed alone"
				    : "A carriage return stands alone";
	if (scan->at == scan->line && scan->lines > 0 && (byte == ' ' || byte == '\t'))
		return "A header goes on in the next line";
	if (scan->lines == 0 && (byte == '\t' || byte >= 0x80))
		return "The request line holds a character that must be escaped";
	if ((byte < 0x20 && byte != '\r' && byte != '\n' && byte != '\t') || byte == 0x7f)
		return "The head holds a control character";
	return NULL;
}

struct http_refusal http_head_scan(struct http_scan *scan, struct bytes bytes,
				   const struct http_limits *limits)
{
	struct http_refusal refused = TAKEN;

	while (scan->at < bytes.len && !scan->is_done && refused.status == 0) {
		const char *objection = objection_to_byte(scan, bytes);

		if (objection != NULL)
			return refusal(400, objection);
		if (scan->at >= limits->head_bytes)
			return refusal(431, "The head is too long");
		if (bytes.at[scan->at++] == '\n')
			refused = end_line(scan, limits);
		else if (scan->lines == 0 && scan->at > limits->target_bytes + LINE_BYTES)
			return refusal(414, "The target is too long");
	}
	return refused;
}

/* ---- The request line ---- */

static const char *const methods[] = {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"};

#define METHODS (sizeof(methods) / sizeof(methods[0]))

struct request_line {
	struct bytes method, target, version;
};

static struct bytes cut_at_blank(struct bytes *rest)
{
	const uint8_t *blank = rest->len == 0 ? NULL : memchr(rest->at, ' ', rest->len);
	struct bytes word = *rest;

	if (blank == NULL) {
		*rest = (struct bytes){0};
		return word;
	}
	word.len = (size_t)(blank - rest->at);
	*rest = bytes_of(blank + 1, rest->len - word.len - 1);
	return word;
}

static bool is_token(struct bytes text)
{
	for (size_t i = 0; i < text.len; i++)
		if (text.at[i] >= 0x80 ||
		    (!isalnum(text.at[i]) && strchr("!#$%&'*+-.^_`|~", text.at[i]) == NULL))
			return false;
	return text.len > 0;
}

static bool is_equal(struct bytes bytes, const char *text)
{
	return bytes_equal(bytes, bytes_of_text(text));
}

static bool is_version(struct bytes text)
{
	return text.len == 8 && memcmp(text.at, "HTTP/", 5) == 0 && isdigit(text.at[5]) &&
	       text.at[6] == '.' && isdigit(text.at[7]);
}

/* Exactly one blank between three words: whoever skips more sees another target. */
static struct http_refusal read_line(struct bytes head, const struct http_limits *limits,
				     struct request_line *ret_line, const char **ret_method)
{
	const uint8_t *end = memchr(head.at, '\r', head.len);
	struct bytes rest = bytes_of(head.at, end == NULL ? 0 : (size_t)(end - head.at));

	ret_line->method = cut_at_blank(&rest);
	ret_line->target = cut_at_blank(&rest);
	ret_line->version = rest;
	if (!is_token(ret_line->method) || ret_line->target.len == 0 ||
	    !is_version(ret_line->version))
		return refusal(400, "The first line is no request line");
	if (!is_equal(ret_line->version, "HTTP/1.1") && !is_equal(ret_line->version, "HTTP/1.0"))
		return refusal(505, "Only HTTP/1.1 is spoken here");
	if (ret_line->target.len > limits->target_bytes)
		return refusal(414, "The target is too long");
	for (size_t i = 0; i < METHODS; i++)
		if (is_equal(ret_line->method, methods[i])) {
			*ret_method = methods[i];
			return TAKEN;
		}
	return refusal(501, "The method is not known");
}

/* ---- The fields ---- */

/* Two of one of these are two meanings (RFC 9110 section 5.3). */
static const char *const once[] = {
	"authorization",
	"content-encoding",
	"content-length",
	"content-type",
	"cookie",
	"date",
	"expect",
	"host",
	"if-match",
	"if-none-match",
	"idempotency-key",
	"last-event-id",
	"origin",
	"range",
	"referer",
	"transfer-encoding",
	"upgrade",
	"user-agent",
	"content-disposition",
	"sampan-csrf",
	"sampan-principal",
	"sampan-reason",
};

static bool is_once(const char *name)
{
	for (size_t i = 0; i < sizeof(once) / sizeof(once[0]); i++)
		if (strcmp(name, once[i]) == 0)
			return true;
	return false;
}

const char *http_head_field(const struct http_head *head, const char *name)
{
	for (size_t i = 0; i < head->field_count; i++)
		if (strcmp(head->fields[i].name, name) == 0)
			return head->fields[i].value;
	return NULL;
}

static struct http_refusal take_field(struct http_head *head, const struct http_parse_field *from,
				      struct arena *arena)
{
	char *name = arena_text(arena, from->name);
	const char *value = arena_text(arena, from->value);

	if (name == NULL || value == NULL)
		return refusal(503, "Out of memory");
	if (!is_token(from->name))
		return refusal(400, "The name of a header is no token");
	if (utf8_first_wrong(from->value) < from->value.len)
		return refusal(400, "The value of a header is not UTF-8");
	for (char *at = name; *at != '\0'; at++)
		*at = (char)tolower((unsigned char)*at);
	if (is_once(name) && http_head_field(head, name) != NULL)
		return refusal(400, "A header is given twice that can have one value only");
	head->fields[head->field_count++] = (struct http_field){name, value};
	return TAKEN;
}

static struct http_refusal take_fields(struct http_head *head, const struct http_parse_head *from,
				       struct arena *arena)
{
	struct http_refusal refused = TAKEN;

	head->fields = arena_alloc_array(arena, from->field_count + 1, sizeof(*head->fields));
	if (head->fields == NULL)
		return refusal(503, "Out of memory");
	for (size_t i = 0; i < from->field_count && refused.status == 0; i++)
		refused = take_field(head, &from->fields[i], arena);
	return refused;
}

/* ---- What they mean together ---- */

static bool is_digits(const char *text)
{
	return *text != '\0' && strspn(text, "0123456789") == strlen(text);
}

/* RFC 9112 section 6.3, and none of its leniencies. */
static struct http_refusal judge_length(struct http_head *head, const struct http_parse_head *from)
{
	const char *length = http_head_field(head, "content-length");
	const char *coding = http_head_field(head, "transfer-encoding");

	if (coding != NULL && length != NULL)
		return refusal(400, "Content-Length and Transfer-Encoding are both given");
	if (coding != NULL && (head->is_1_0 || strcasecmp(coding, "chunked") != 0))
		return refusal(400, "Transfer-Encoding can only be chunked, in HTTP/1.1");
	if (length != NULL && !is_digits(length))
		return refusal(400, "Content-Length is no number");
	if (length != NULL && strlen(length) > 18)
		return refusal(413, "The body is too long");
	head->is_chunked = coding != NULL;
	head->body_len = length == NULL ? 0 : (size_t)strtoull(length, NULL, 10);
	/* llhttp must have understood the same. */
	if (from->is_chunked != head->is_chunked || from->body_len != head->body_len)
		return refusal(400, "The length of the body is not clear");
	return TAKEN;
}

static struct http_refusal judge_host(const struct http_head *head)
{
	const char *host = http_head_field(head, "host");
	struct bytes authority = head->target.authority;

	if (host == NULL || !http_target_is_authority(bytes_of_text(host)))
		return refusal(400, "Host is missing or no host");
	if (authority.len > 0 &&
	    (strlen(host) != authority.len ||
	     strncasecmp(host, (const char *)authority.at, authority.len) != 0))
		return refusal(400, "Host and target name two hosts");
	return TAKEN;
}

/* Is the word in the comma-separated list? */
static bool names(const char *list, const char *word)
{
	size_t len = strlen(word);

	while (*list != '\0') {
		list += strspn(list, " \t,");
		if (strncasecmp(list, word, len) == 0 &&
		    (list[len] == '\0' || strchr(" \t,", list[len]) != NULL))
			return true;
		list += strcspn(list, ",");
	}
	return false;
}

static struct http_refusal judge_connection(struct http_head *head)
{
	const char *expect = http_head_field(head, "expect");

	head->may_stay = !head->is_1_0;
	for (size_t i = 0; i < head->field_count; i++) {
		if (strcmp(head->fields[i].name, "connection") != 0)
			continue;
		if (names(head->fields[i].value, "upgrade"))
			return refusal(400, "No other protocol is spoken here");
		if (head->is_1_0 && names(head->fields[i].value, "keep-alive"))
			head->may_stay = true;
	}
	for (size_t i = 0; i < head->field_count; i++)
		if (strcmp(head->fields[i].name, "connection") == 0 &&
		    names(head->fields[i].value, "close"))
			head->may_stay = false;
	if (http_head_field(head, "upgrade") != NULL)
		return refusal(400, "No other protocol is spoken here");
	if (expect != NULL && strcasecmp(expect, "100-continue") != 0)
		return refusal(417, "Only 100-continue can be expected");
	head->is_expecting = expect != NULL && !head->is_1_0;
	return TAKEN;
}

static struct http_refusal judge(struct http_head *head, const struct http_parse_head *from)
{
	struct http_refusal refused = judge_host(head);

	if (refused.status == 0)
		refused = judge_length(head, from);
	return refused.status == 0 ? judge_connection(head) : refused;
}

/* ---- All of it ---- */

static struct http_refusal parse_head(struct http_parse *parse, struct bytes bytes, size_t fields,
				      struct arena *arena, struct http_parse_head *ret_parsed)
{
	const char *why = "";
	enum err err;

	ret_parsed->field_room = fields;
	ret_parsed->fields = arena_alloc_array(arena, fields + 1, sizeof(*ret_parsed->fields));
	if (ret_parsed->fields == NULL)
		return refusal(503, "Out of memory");
	err = http_parse_head(parse, bytes, ret_parsed, &why);
	if (err == ERR_LIMIT)
		return refusal(431, "Too many headers");
	return err == OK ? TAKEN : refusal(400, why);
}

struct http_refusal http_head_read(struct http_parse *parse, struct bytes bytes,
				   const struct http_limits *limits, struct arena *arena,
				   struct http_head *ret_head)
{
	struct http_parse_head parsed = {0};
	struct http_head head = {0};
	struct request_line line = {0};
	struct http_refusal refused = read_line(bytes, limits, &line, &head.method);
	const char *why = "";

	if (refused.status == 0)
		refused = parse_head(parse, bytes, limits->fields, arena, &parsed);
	if (refused.status != 0)
		return refused;
	if (!bytes_equal(parsed.target, line.target))
		return refusal(400, "The target is not clear");
	head.is_1_0 = is_equal(line.version, "HTTP/1.0");
	if (http_target_read(line.target, strcmp(head.method, "OPTIONS") == 0, arena, &head.target,
			     &why) != OK)
		return refusal(400, why);
	if ((refused = take_fields(&head, &parsed, arena)).status == 0)
		refused = judge(&head, &parsed);
	if (refused.status == 0)
		*ret_head = head;
	return refused;
}
