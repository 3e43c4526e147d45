#include "messages/scan.h"

#include <endian.h>
#include <string.h>

#include "messages/scan_canonical.h"
#include "messages/scan_room.h"

#define ATTRIBUTES 64u
#define STRETCH_BYTES 512u  /* between "<" and "<", looked at more closely when longer */
#define STRETCH_EQUALS 200u /* more may be more attributes than a tag may have */
#define RARE_BLANKS 16384u
#define BLANK_BYTES 64u
#define END_BYTES 8u

struct open {
	struct branch *branch;
	struct bytes name;
	uint32_t scope;
	uint32_t binding_count; /* before its own */
};

struct scan {
	struct trunk *trunk;
	struct scan_cursor cursor;
	const char *end;
	const char *mark; /* the last "<" */
	uint32_t values;  /* elements, attributes, declarations of namespaces */
	uint32_t depth;
	struct open opens[LIMIT_DOCUMENT_DEPTH];
	struct scan_piece text;   /* of the innermost element, up to here; NULL: none yet */
	const char *indent;       /* where white space ended that stood alone */
	struct scan_name *before; /* of the element that began last */
	bool has_elements;        /* the innermost element does */
	struct scan_attribute attributes[ATTRIBUTES];
	uint32_t attribute_count;
	struct bytes blanks[BLANK_BYTES]; /* met last, by length */
	uint32_t rare_blanks;
	struct scan_names names;
	enum err err;
};

/*
 * Nowhere may more attributes stand than a tag may have, nor what looks like them
 * (document.c:check_attributes).
 */
static bool is_short_stretch(const struct scan *scan)
{
	size_t count = 0;

	if ((size_t)(scan->cursor.at - scan->mark) < STRETCH_BYTES)
		return true;
	for (const char *at = scan->mark; at < scan->cursor.at; at++)
		count += *at == '=';
	return count < STRETCH_EQUALS;
}

/* ---- Text ---- */

/* libxml2 keeps short white space between elements in a table, whose size is bounded. */
static bool is_usual_blank(struct scan *scan, struct bytes blank)
{
	if (blank.len < 16 || blank.len >= BLANK_BYTES)
		return true;
	if (!bytes_equal(scan->blanks[blank.len], blank))
		scan->rare_blanks++;
	scan->blanks[blank.len] = blank;
	return scan->rare_blanks < RARE_BLANKS;
}

static struct bytes text_of(const struct scan *scan)
{
	return bytes_of(scan->text.from, (size_t)(scan->text.to - scan->text.from));
}

static bool is_blank(struct bytes text)
{
	while (text.len > 0 && scan_cursor_is_space((char)*text.at))
		text = bytes_of(text.at + 1, text.len - 1);
	return text.len == 0;
}

/* Text beside elements must be white space, which is left out. */
static bool leave_blank(struct scan *scan)
{
	struct bytes text = text_of(scan);

	bool is_indent = scan->text.to == scan->indent;

	scan->text = (struct scan_piece){NULL, NULL};
	return (is_indent || is_blank(text)) && is_usual_blank(scan, text);
}

/* The innermost element's text goes on with what was read. */
static void join_text(struct scan *scan, struct scan_piece piece)
{
	size_t len = (size_t)(piece.to - piece.from);

	if (scan->text.from == NULL) {
		scan->text = piece;
	} else if (len > 0) {
		memmove(scan->text.to, piece.from, len);
		scan->text.to += len;
	}
}

/* Behind blanks or tabs, eight at a time. */
static char *skip_indent(char *at)
{
	uint64_t ones = 0x0101010101010101, word;
	uint64_t fill = ones * (*at == '\t' ? (uint64_t)'\t' : (uint64_t)' ');

	for (;; at += sizeof(word)) {
		memcpy(&word, at, sizeof(word));
		word = le64toh(word ^ fill);
		if (word != 0)
			return at + __builtin_ctzll(word) / 8;
	}
}

/* Between most tags there is a line end, and blanks or tabs. */
static bool read_indent(struct scan *scan)
{
	char *from = scan->cursor.at, *to;

	if (*from != '\n' || scan->text.from != NULL || *(to = skip_indent(from + 1)) != '<')
		return false;
	scan->cursor.at = to;
	scan->cursor.line++;
	scan->text = (struct scan_piece){from, to};
	scan->indent = to;
	return true;
}

static bool read_text(struct scan *scan)
{
	struct scan_piece piece;

	if (read_indent(scan))
		return true;
	if (!scan_cursor_text(&scan->cursor, &piece))
		return false;
	join_text(scan, piece);
	return true;
}

static bool read_cdata(struct scan *scan)
{
	struct scan_piece piece;

	if (!scan_cursor_cdata(&scan->cursor, &piece))
		return false;
	join_text(scan, piece);
	return true;
}

/* ---- Tags ---- */

static struct scan_name *read_name(struct scan *scan)
{
	const char *from = scan->cursor.at, *at = from;
	struct scan_name *name;
	uint32_t hash = 0;

	while (scan_name_may_hold(*at))
		hash = (hash ^ (uint8_t)*at++) * 0x01000193;
	if (at == from)
		return NULL;
	scan->cursor.at += at - from;
	hash ^= hash >> 15;
	name = scan_name_find(&scan->names, bytes_of(from, (size_t)(at - from)), hash);
	if (name == NULL && !scan->names.is_unsure)
		scan->err = ERR_MEMORY;
	return name;
}

/* Elements follow each other as they did before, mostly. */
static struct scan_name *guess_name(struct scan *scan)
{
	struct scan_name *guess = scan->before == NULL ? NULL : scan->before->follower;
	const char *at = scan->cursor.at;

	if (guess == NULL || (size_t)(scan->end - at) < guess->text.len ||
	    memcmp(at, guess->text.at, guess->text.len) != 0 ||
	    scan_name_may_hold(at[guess->text.len]))
		return NULL;
	scan->cursor.at += guess->text.len;
	return guess;
}

static struct scan_name *read_element_name(struct scan *scan)
{
	struct scan_name *name = guess_name(scan);

	if (name == NULL && (name = read_name(scan)) == NULL)
		return NULL;
	if (scan->before != NULL)
		scan->before->follower = name;
	scan->before = name;
	return name;
}

/* In a tag, where canonical form has none. */
static void skip_odd_space(struct scan_cursor *cursor)
{
	if (scan_cursor_skip_space(cursor))
		cursor->is_odd = true;
}

/* Before an attribute; canonical form has one. */
static bool skip_space_between(struct scan_cursor *cursor)
{
	const char *from = cursor->at;

	if (!scan_cursor_skip_space(cursor))
		return false;
	cursor->is_odd |= *from != ' ' || cursor->at != from + 1;
	return true;
}

static bool read_attribute(struct scan *scan)
{
	struct scan_attribute *attribute = &scan->attributes[scan->attribute_count];
	struct scan_cursor *cursor = &scan->cursor;
	uint32_t references = cursor->references;

	if (scan->attribute_count++ == ATTRIBUTES || (attribute->name = read_name(scan)) == NULL)
		return false;
	skip_odd_space(cursor);
	if (*cursor->at++ != '=')
		return false;
	skip_odd_space(cursor);
	if (!scan_cursor_value(cursor, &attribute->value))
		return false;
	attribute->has_references = cursor->references > references;
	return true;
}

/* Declarations take effect in the tag that they stand in. */
static bool bind_attributes(struct scan *scan)
{
	uint32_t first_binding = scan->names.binding_count, kept = 0;

	for (uint32_t i = 0; i < scan->attribute_count; i++) {
		struct scan_attribute *attribute = &scan->attributes[i];

		if (!scan_name_declares(attribute->name))
			scan->attributes[kept++] = *attribute;
		/* libxml2 does not resolve references in namespaces */
		else if (attribute->has_references ||
			 !scan_name_bind(&scan->names, attribute->name, attribute->value.from,
					 first_binding))
			return false;
	}
	scan->attribute_count = kept;
	return true;
}

/* Up to "/" or ">". */
static bool read_attributes(struct scan *scan, const struct scan_name *element)
{
	struct scan_cursor *cursor = &scan->cursor;

	while (skip_space_between(cursor)) {
		if (*cursor->at == '>' || *cursor->at == '/') {
			cursor->is_odd = true;
			break;
		}
		if (!read_attribute(scan))
			return false;
	}
	scan->values += scan->attribute_count;
	cursor->is_odd =
		cursor->is_odd ||
		!scan_canonical_tag(&scan->names, element, scan->attributes, scan->attribute_count);
	return bind_attributes(scan);
}

static bool has_room(const struct scan *scan)
{
	return scan->depth < LIMIT_DOCUMENT_DEPTH && scan->values <= LIMIT_DOCUMENT_VALUES &&
	       scan->trunk->room - scan->trunk->count > scan->attribute_count;
}

/* Two prefixes may stand for one namespace, each with labels of its own. */
static bool is_same(const struct shape *one, const struct shape *other)
{
	return one == other || (one->namespace[0] != '\0' && strcmp(one->name, other->name) == 0 &&
				strcmp(one->namespace, other->namespace) == 0);
}

/* Namespaces in XML 1.0 section 6.3: no two are the same. */
static bool is_new(const struct scan *scan, const struct branch *element, const struct shape *label)
{
	const struct branch *end = &scan->trunk->items[scan->trunk->count];

	for (const struct branch *other = element + 1; other < end; other++)
		if (is_same(label, other->shape))
			return false;
	return true;
}

static bool put_attributes(struct scan *scan, struct branch *element)
{
	for (uint32_t i = 0; i < scan->attribute_count; i++) {
		const struct scan_attribute *attribute = &scan->attributes[i];
		const struct shape *label = scan_name_attribute(&scan->names, attribute->name);
		struct branch *branch;

		if (label == NULL || !is_new(scan, element, label))
			return false;
		branch = trunk_put(scan->trunk, element, label, element->line);
		branch->text = attribute->value.from;
		branch->text_len = (uint32_t)(attribute->value.to - attribute->value.from);
	}
	return true;
}

static bool put_element(struct scan *scan, struct scan_name *name, uint32_t line)
{
	struct open *open = &scan->opens[scan->depth];
	struct branch *parent = scan->depth == 0 ? NULL : open[-1].branch;
	const struct shape *label = scan_name_element(&scan->names, name);

	if (label == NULL || !has_room(scan))
		return false;
	open->branch = trunk_put(scan->trunk, parent, label, line);
	open->name = name->text;
	return put_attributes(scan, open->branch);
}

static void leave(struct scan *scan)
{
	const struct open *open = &scan->opens[--scan->depth];

	trunk_close(scan->trunk, open->branch);
	scan->names.scope = open->scope;
	scan->names.binding_count = open->binding_count;
	scan->has_elements = true;
	scan->text = (struct scan_piece){NULL, NULL};
}

/* Behind the name up to behind ">". */
static bool read_rest_of_start(struct scan *scan, struct scan_name *name, uint32_t line)
{
	struct scan_cursor *cursor = &scan->cursor;

	if ((*cursor->at != '>' && !read_attributes(scan, name)) || !put_element(scan, name, line))
		return false;
	scan->depth++;
	scan->has_elements = false;
	if (scan_cursor_skip(cursor, "/")) {
		cursor->is_odd = true;
		leave(scan);
	}
	return *cursor->at++ == '>';
}

static bool read_start(struct scan *scan)
{
	struct open *open = &scan->opens[scan->depth];
	uint32_t line = scan->cursor.line;
	struct scan_name *name;

	if (scan->depth == LIMIT_DOCUMENT_DEPTH || !leave_blank(scan) || !is_short_stretch(scan))
		return false;
	open->scope = scan->names.scope;
	open->binding_count = scan->names.binding_count;
	scan->mark = scan->cursor.at++;
	scan->values++;
	scan->attribute_count = 0;
	name = read_element_name(scan);
	return name != NULL && read_rest_of_start(scan, name, line);
}

/* The zero byte goes where the text was followed by a "<" that has been read. */
static bool put_text(struct scan *scan)
{
	struct branch *branch = scan->opens[scan->depth - 1].branch;
	struct bytes text = text_of(scan);

	if (scan->has_elements || text.len == 0)
		return leave_blank(scan);
	*scan->text.to = '\0';
	branch->text = scan->text.from;
	branch->text_len = (uint32_t)text.len;
	return !scan_cursor_is_space((char)*text.at) || !is_blank(text) ||
	       is_usual_blank(scan, text);
}

static bool read_end(struct scan *scan)
{
	struct bytes name = scan->opens[scan->depth - 1].name;
	struct scan_cursor *cursor = &scan->cursor;

	if (!is_short_stretch(scan))
		return false;
	scan->mark = cursor->at;
	cursor->at += strlen("</");
	if ((size_t)(scan->end - cursor->at) < name.len ||
	    memcmp(cursor->at, name.at, name.len) != 0)
		return false;
	cursor->at += name.len;
	skip_odd_space(cursor);
	if (*cursor->at++ != '>' || !put_text(scan))
		return false;
	leave(scan);
	return true;
}

/* ---- The document ---- */

static bool read_markup(struct scan *scan)
{
	struct scan_cursor *cursor = &scan->cursor;

	switch (cursor->at[1]) {
	case '/':
		return read_end(scan);
	case '?':
		return scan_cursor_remark(cursor);
	case '!':
		return scan_cursor_skip(cursor, "<![CDATA[") ? read_cdata(scan)
							     : scan_cursor_remark(cursor);
	default:
		return read_start(scan);
	}
}

static bool read_document(struct scan *scan)
{
	struct scan_cursor *cursor = &scan->cursor;

	cursor->is_odd = scan_cursor_skip(cursor, "\xEF\xBB\xBF");
	if (!scan_cursor_declaration(cursor) || !scan_cursor_remarks(cursor) ||
	    *cursor->at != '<' || !read_start(scan))
		return false;
	while (scan->depth > 0)
		if (!read_text(scan) || !read_markup(scan))
			return false;
	return scan_cursor_remarks(cursor) && cursor->at == scan->end && is_short_stretch(scan);
}

/* ---- Beginning ---- */

/* With zero bytes behind it, so that eight may be looked at where one is left. */
static char *copy_of(struct bytes bytes, struct arena *arena)
{
	char *copy = bytes.len > SIZE_MAX - END_BYTES
			     ? NULL
			     : arena_text_room(arena, bytes.len + END_BYTES);

	if (copy == NULL)
		return NULL;
	if (bytes.len > 0)
		memcpy(copy, bytes.at, bytes.len);
	memset(copy + bytes.len, 0, END_BYTES);
	return copy;
}

/* Not zeroed as a whole: what is only read where it was written is large. */
static void init(struct scan *scan, struct trunk *trunk, char *copy, size_t len)
{
	scan->trunk = trunk;
	scan->cursor = (struct scan_cursor){.at = copy, .line = 1};
	scan->mark = copy;
	scan->end = copy + len;
	scan->values = scan->depth = scan->attribute_count = scan->rare_blanks = 0;
	scan->text = (struct scan_piece){NULL, NULL};
	scan->indent = NULL;
	scan->before = NULL;
	scan->has_elements = false;
	memset(scan->blanks, 0, sizeof(scan->blanks));
	scan_name_init(&scan->names, trunk);
	scan->err = OK;
}

enum err scan_read(struct bytes bytes, struct arena *arena, struct trunk *ret_trunk,
		   bool *ret_is_sure)
{
	struct scan *scan = arena_room(arena, sizeof(*scan));
	char *copy = copy_of(bytes, arena);
	struct trunk trunk;
	enum err err;

	if (scan == NULL || copy == NULL)
		return ERR_MEMORY;
	if ((err = trunk_init(&trunk, scan_room(bytes), arena)) != OK)
		return err;
	init(scan, &trunk, copy, bytes.len);
	*ret_is_sure = read_document(scan);
	trunk.is_canonical = !scan->cursor.is_odd;
	if (*ret_is_sure)
		*ret_trunk = trunk;
	return scan->err;
}
