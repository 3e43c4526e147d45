/*
 * http_head - the head of a request: where it ends, and whether it can be read in one way only (RFC
 * 9112). Pure; the server's connection machine (http_conn) uses it.
 */
#ifndef NODE_HTTP_HEAD_H
#define NODE_HTTP_HEAD_H

#include "node/http.h"
#include "node/http_target.h"
#include "sampan/http_parse.h"

/* Why a request is not taken; status 0: it is. */
struct http_refusal {
	unsigned status;
	const char *detail; /* static memory */
};

/*
 * Where the search for the end of a head stands. Each byte is looked at once, however they drip.
 * All zeroes at the beginning of a request.
 */
struct http_scan {
	size_t at;    /* how many bytes were looked at */
	size_t line;  /* where the line begins that is read */
	size_t lines; /* whole ones */
	bool is_done; /* `at` bytes are the head */
};

/*
 * Look on in the bytes from the request's first to the last that came. Lines end with CR LF, no
 * other control characters but tabs in values, no folded lines, nothing before the request line.
 */
struct http_refusal http_head_scan(struct http_scan *scan, struct bytes bytes,
				   const struct http_limits *limits);

struct http_head {
	const char *method; /* static memory */
	struct http_target target;
	struct http_field *fields; /* names in small letters */
	size_t field_count;
	bool is_1_0;
	bool may_stay;     /* the client wants the connection kept */
	bool is_expecting; /* 100-continue */
	bool is_chunked;
	size_t body_len;
};

/*
 * Read a head that was scanned; texts are in the arena. On refusal ret_head is not
 * touched.
 */
struct http_refusal http_head_read(struct http_parse *parse, struct bytes head,
				   const struct http_limits *limits, struct arena *arena,
				   struct http_head *ret_head);

/* The value of a header by its name in small letters; NULL: not there. */
const char *http_head_field(const struct http_head *head, const char *name);

#endif
