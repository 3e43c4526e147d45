/*
 * form_read - what a form was filled in with, as programs and browsers send it, and what was seen
 * before.
 *
 * Every byte is hostile: bounded here, and judged by the worker, who knows which fields there are.
 */
#ifndef NODE_FORM_READ_H
#define NODE_FORM_READ_H

#include <jansson.h>

#include "node/form_work.h"
#include "node/page_form.h"

#define FORM_READ_BYTES ((size_t)512 * 1024) /* of a body */
#define FORM_READ_VALUES 1024u
#define FORM_READ_NAME_BYTES 128u
#define FORM_READ_VERSION_BYTES 24u

struct form_values {
	struct form_value *items;
	size_t count;
};

/*
 * {"reason":"OTHER","paper":[{"code":"380"}]} as reason and paper[1]/code; numbers as they stand,
 * true and false as yes and "". Copied into the arena. ERR_FORMAT: another value, too deep, too
 * many, or too long a name; ERR_MEMORY.
 */
enum err form_read_json(const json_t *object, struct arena *arena, struct form_values *ret_values);

/* What was filled in under a name; "" for nothing. */
const char *form_read_value(const struct form_values *values, const char *name);

/* What a browser sent, without the fields that are the page's own (csrf, once, seen, back). */
enum err form_read_page(const struct page_form *form, struct arena *arena,
			struct form_values *ret_values);

/*
 * If-Match: the version in an ETag of ours ("17" or "17.3f..."; expected.h). false: it is none of
 * ours, so that nothing can match it. "*" is none: who decides has seen something.
 */
bool form_read_version(const char *if_match, uint64_t *ret_version);
void form_read_format_version(uint64_t version, char ret_text[FORM_READ_VERSION_BYTES]);

/*
 * The field that a finding speaks of: of the nearest place at or above its path; NULL: of none.
 * Borrowed from the places or from the path.
 */
const char *form_read_field(const char *path, const struct stylesheet_place *places, size_t count);

/* The same of what the ledger objects to (objection.h), which names no path but what it is about. */
const char *form_read_objected(const struct finding *finding, const struct stylesheet_place *places,
			       size_t count);

#endif
