#include "sampan/http_parse.h"

#include <llhttp/llhttp.h>
#include <stdlib.h>

struct http_parse {
	llhttp_t llhttp;
	struct http_parse_head *head; /* while one is read */
	const char *why;              /* what a callback found wrong */
	enum err err;
	bool is_head_done, is_done;
	const struct http_parse_sink *sink; /* while a body is read */
	const uint8_t *frame;               /* where bytes that are no body begin in this portion */
	size_t frame_len;                   /* of those that came in portions before */
	uint8_t last;                       /* the last of them */
};

static struct http_parse *parse_of(llhttp_t *llhttp)
{
	return llhttp->data;
}

static int refuse(struct http_parse *parse, enum err err, const char *why)
{
	parse->err = err;
	parse->why = why;
	return HPE_USER;
}

/* ---- The head ---- */

/*
 * llhttp tells a range in several calls where the input was cut, and where it took out something in
 * the middle (a folded line). The head is whole, so the second is the only cause.
 */
static bool put_range(struct bytes *range, const char *at, size_t len)
{
	if (range->len == 0)
		range->at = (const uint8_t *)at;
	else if (range->at + range->len != (const uint8_t *)at)
		return false;
	range->len += len;
	return true;
}

static int on_url(llhttp_t *llhttp, const char *at, size_t len)
{
	struct http_parse *parse = parse_of(llhttp);

	return put_range(&parse->head->target, at, len)
		       ? HPE_OK
		       : refuse(parse, ERR_FORMAT, "The target is broken");
}

static int on_field(llhttp_t *llhttp, const char *at, size_t len)
{
	struct http_parse *parse = parse_of(llhttp);
	struct http_parse_head *head = parse->head;

	if (head == NULL)
		return refuse(parse, ERR_FORMAT, "Trailers are not taken");
	if (head->field_count == head->field_room)
		return refuse(parse, ERR_LIMIT, "Too many headers");
	return put_range(&head->fields[head->field_count].name, at, len)
		       ? HPE_OK
		       : refuse(parse, ERR_FORMAT, "The name of a header is broken");
}

static int on_value(llhttp_t *llhttp, const char *at, size_t len)
{
	struct http_parse *parse = parse_of(llhttp);
	struct http_parse_head *head = parse->head;

	if (head == NULL)
		return refuse(parse, ERR_FORMAT, "Trailers are not taken");
	return put_range(&head->fields[head->field_count].value, at, len)
		       ? HPE_OK
		       : refuse(parse, ERR_FORMAT, "A header goes on in the next line");
}

static int on_value_complete(llhttp_t *llhttp)
{
	struct http_parse *parse = parse_of(llhttp);
	struct http_parse_field *field;

	if (parse->head == NULL)
		return refuse(parse, ERR_FORMAT, "Trailers are not taken");
	field = &parse->head->fields[parse->head->field_count++];
	field->value = bytes_trimmed(field->value);
	if (parse->head->field_count < parse->head->field_room)
		parse->head->fields[parse->head->field_count] = (struct http_parse_field){0};
	return HPE_OK;
}

static int on_head_complete(llhttp_t *llhttp)
{
	struct http_parse *parse = parse_of(llhttp);

	if (parse->head == NULL)
		return refuse(parse, ERR_FORMAT, "A second head");
	parse->head->major = llhttp->http_major;
	parse->head->minor = llhttp->http_minor;
	parse->head->is_chunked = (llhttp->flags & F_CHUNKED) != 0;
	parse->head->body_len = parse->head->is_chunked ? 0 : llhttp->content_length;
	parse->is_head_done = true;
	return HPE_OK;
}

static int on_message_complete(llhttp_t *llhttp)
{
	parse_of(llhttp)->is_done = true;
	return HPE_PAUSED;
}

/* ---- The body ---- */

/*
 * What stands between the pieces of a chunked body. llhttp 8.1 takes a bare line feed behind the
 * last chunk; another reader would not end the request there.
 */
static bool check_frame(struct http_parse *parse, const uint8_t *end)
{
	for (const uint8_t *at = parse->frame; at < end; at++) {
		if ((*at == '\n') != (parse->last == '\r')) {
			parse->why = "A line feed alone";
			return false;
		}
		parse->last = *at;
		if (++parse->frame_len > HTTP_PARSE_FRAME_BYTES) {
			parse->why = "The extensions of a chunk are too long";
			return false;
		}
	}
	parse->frame = end;
	return true;
}

static int on_chunk(llhttp_t *llhttp)
{
	struct http_parse *parse = parse_of(llhttp);

	return parse->sink->on_chunk(parse->sink->context, llhttp->content_length)
		       ? HPE_OK
		       : refuse(parse, ERR_DENIED, "The body is too long");
}

static int on_body(llhttp_t *llhttp, const char *at, size_t len)
{
	struct http_parse *parse = parse_of(llhttp);
	const uint8_t *begin = (const uint8_t *)at;

	if ((llhttp->flags & F_CHUNKED) && !check_frame(parse, begin))
		return refuse(parse, ERR_FORMAT, parse->why);
	parse->frame = begin + len;
	parse->frame_len = 0;
	parse->last = 0;
	return parse->sink->on_body(parse->sink->context, bytes_of(begin, len))
		       ? HPE_OK
		       : refuse(parse, ERR_DENIED, "The body is too long");
}

/* ---- Both ---- */

static const llhttp_settings_t settings = {
	.on_url = on_url,
	.on_header_field = on_field,
	.on_header_value = on_value,
	.on_header_value_complete = on_value_complete,
	.on_headers_complete = on_head_complete,
	.on_chunk_header = on_chunk,
	.on_body = on_body,
	.on_message_complete = on_message_complete,
};

enum err http_parse_new(struct http_parse **ret_parse)
{
	*ret_parse = calloc(1, sizeof(**ret_parse));
	return *ret_parse == NULL ? ERR_MEMORY : OK;
}

void http_parse_free(struct http_parse *parse)
{
	free(parse);
}

static enum err fail(struct http_parse *parse, const char **ret_why)
{
	const char *reason = llhttp_get_error_reason(&parse->llhttp);

	if (parse->err == OK)
		parse->err = ERR_FORMAT;
	if (parse->why == NULL)
		parse->why = reason == NULL || *reason == '\0' ? "Not a request" : reason;
	*ret_why = parse->why;
	return parse->err;
}

static enum llhttp_errno run(struct http_parse *parse, struct bytes bytes)
{
	return llhttp_execute(&parse->llhttp, (const char *)bytes.at, bytes.len);
}

/* The head must end at its last byte and not before: else llhttp and we read it in two ways. */
static bool read_head(struct http_parse *parse, struct bytes head)
{
	enum llhttp_errno code;

	if (head.len < 2 || run(parse, bytes_of(head.at, head.len - 1)) != HPE_OK ||
	    parse->is_head_done)
		return false;
	code = run(parse, bytes_of(head.at + head.len - 1, 1));
	return parse->is_head_done && (code == HPE_OK || code == HPE_PAUSED);
}

enum err http_parse_head(struct http_parse *parse, struct bytes head,
			 struct http_parse_head *ret_head, const char **ret_why)
{
	bool is_read;

	*parse = (struct http_parse){.head = ret_head};
	llhttp_init(&parse->llhttp, HTTP_REQUEST, &settings);
	parse->llhttp.data = parse;
	*ret_head = (struct http_parse_head){.fields = ret_head->fields,
					     .field_room = ret_head->field_room};
	if (ret_head->field_room > 0)
		ret_head->fields[0] = (struct http_parse_field){0};
	is_read = read_head(parse, head);
	parse->head = NULL;
	return is_read ? OK : fail(parse, ret_why);
}

/* Where the body ended: llhttp says it as the place where it paused. */
static size_t used_of(const struct http_parse *parse, struct bytes portion)
{
	const uint8_t *end = (const uint8_t *)llhttp_get_error_pos(&parse->llhttp);

	return end < portion.at || end > portion.at + portion.len ? portion.len
								  : (size_t)(end - portion.at);
}

enum err http_parse_body(struct http_parse *parse, struct bytes portion,
			 const struct http_parse_sink *sink, size_t *ret_used, const char **ret_why)
{
	enum llhttp_errno code;
	size_t used = portion.len;

	if (parse->is_done) {
		*ret_used = 0;
		return OK;
	}
	parse->sink = sink;
	parse->frame = portion.at;
	code = run(parse, portion);
	if (parse->is_done)
		used = used_of(parse, portion);
	if (parse->err != OK || (code != HPE_OK && !parse->is_done))
		return fail(parse, ret_why);
	if ((parse->llhttp.flags & F_CHUNKED) && !check_frame(parse, portion.at + used))
		return fail(parse, ret_why);
	*ret_used = used;
	return parse->is_done ? OK : ERR_MISSING;
}
