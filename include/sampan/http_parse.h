/*
 * http_parse - HTTP/1.1 requests from bytes to their parts (adapters/http_llhttp.c: llhttp, the
 * parser of Node.js, in its strict mode).
 *
 * Only the grammar of RFC 9112; what a head must say and how long it may be is judged in
 * node/http_head.h. Pure: no clock, no socket. One parser per connection, one request at a time:
 * the head whole, then its body in whatever portions it comes.
 */
#ifndef SAMPAN_HTTP_PARSE_H
#define SAMPAN_HTTP_PARSE_H

#include "sampan/bytes.h"
#include "sampan/err.h"

struct http_parse;

enum err http_parse_new(struct http_parse **ret_parse);
void http_parse_free(struct http_parse *parse); /* NULL is accepted */

struct http_parse_field {
	struct bytes name;  /* as it came */
	struct bytes value; /* without white space at its ends */
};

/* All ranges lie in the bytes of the head. */
struct http_parse_head {
	struct bytes target;
	unsigned major, minor;
	struct http_parse_field *fields; /* the caller's */
	size_t field_room;               /* how many it has */
	size_t field_count;
	bool is_chunked;
	uint64_t body_len; /* Content-Length; 0 when there is none or it is chunked */
};

/*
 * Read one head: from the first byte of the request line to its empty line, nothing behind it.
 * ret_head->fields and field_room are given. ERR_LIMIT: more fields than there is room for.
 * ERR_FORMAT: not one whole head; *ret_why (static memory) says why. A parser can be used again
 * after an error: each head begins anew.
 */
enum err http_parse_head(struct http_parse *parse, struct bytes head,
			 struct http_parse_head *ret_head, const char **ret_why);

struct http_parse_sink {
	void *context;
	/* A chunk of so many bytes begins, or is refused (false) before any of it is read. */
	bool (*on_chunk)(void *context, uint64_t len);
	/* Bytes of the body; false: no more of them. Borrowed until it returns. */
	bool (*on_body)(void *context, struct bytes bytes);
};

#define HTTP_PARSE_FRAME_BYTES 1024u /* a chunk's size line and its extensions */

/*
 * Read on in the body of the last head, once per portion. OK: the body ends behind *ret_used bytes.
 * ERR_MISSING: all were used and more must come. ERR_DENIED: the sink refused. ERR_FORMAT: broken
 * chunks, a bare line feed between them, trailers (they are refused: nothing here reads them), or
 * extensions over HTTP_PARSE_FRAME_BYTES; *ret_why as above. A request without a body ends at once.
 */
enum err http_parse_body(struct http_parse *parse, struct bytes portion,
			 const struct http_parse_sink *sink, size_t *ret_used,
			 const char **ret_why);

#endif
