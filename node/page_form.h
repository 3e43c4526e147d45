/*
 * page_form - what a browser sends with a form: application/x-www-form-urlencoded (WHATWG URL
 * section 5.1) or multipart/form-data (RFC 7578) with at most one file.
 *
 * Every byte is hostile: bounded fields, each once, no work but one walk over the body and looking
 * for names that are there twice. Pure.
 */
#ifndef NODE_PAGE_FORM_H
#define NODE_PAGE_FORM_H

#include <stdbool.h>

#include "sampan/arena.h"

#define PAGE_FORM_FIELDS 1024u
#define PAGE_FORM_VALUE_BYTES 2048u /* of a field that is no file */
#define PAGE_FORM_WRAP_BYTES \
	8192u /* around a file: boundaries, heads, the fields that come with it */

struct page_form {
	struct {
		const char *name;
		const char *value;
	} fields[PAGE_FORM_FIELDS];
	size_t count;
	struct bytes file;      /* in the body; empty when there is none */
	struct bytes file_name; /* in the body, as it was sent: any bytes */
};

/*
 * Read a body of this Content-Type. Values are copied into memory (of body.len + 2 * PAGE_FORM_FIELDS
 * bytes at least), which the caller wipes. ERR_FORMAT: no such form, a field twice, too many or too long
 * ones, or text that is not UTF-8 or holds control characters.
 */
struct page_form_room {
	char *at;
	size_t len;
	bool has_lines; /* values may have several, each ended with CRLF */
};
enum err page_form_read(const char *content_type, struct bytes body, struct page_form_room room,
			struct page_form *ret_form);

/* "" when the form has no such field. */
const char *page_form_value(const struct page_form *form, const char *name);

#endif
