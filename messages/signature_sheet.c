#include "messages/signature_sheet.h"

#include <stdlib.h>
#include <string.h>

#include "messages/document.h"
#include "messages/signature_quick.h"

#define MAX_ID_TAGS 16u

struct reading {
	struct bytes bytes;
	struct signature_sheet *sheet;
	size_t id_tags[MAX_ID_TAGS]; /* where start tags with an Id that may be referred to begin */
	size_t id_count;
	const xmlNode *root;
};

static bool is_plain(const xmlNode *node, const char *name)
{
	return node->type == XML_ELEMENT_NODE && node->ns == NULL &&
	       strcmp((const char *)node->name, name) == 0;
}

static bool is_signature(const xmlNode *node)
{
	return node->ns != NULL && strcmp((const char *)node->name, "Signature") == 0 &&
	       strcmp((const char *)node->ns->href, SIGNATURE_NAMESPACE) == 0;
}

static bool is_root(const xmlNode *node)
{
	return node->type == XML_ELEMENT_NODE && node->parent->type == XML_DOCUMENT_NODE;
}

static bool is_envelope(const xmlNode *node)
{
	return is_plain(node, "Envelope") && is_root(node);
}

static bool is_body(const xmlNode *node)
{
	return is_plain(node, "Body") && is_envelope(node->parent);
}

/* The part of the profile that an element is; SIGNATURE_PARTS: none. */
static enum signature_part part_of(const xmlNode *node)
{
	if (is_root(node))
		return SIGNATURE_WHOLE;
	if (is_plain(node, "Header") && is_envelope(node->parent))
		return SIGNATURE_HEADER;
	if (is_body(node))
		return SIGNATURE_ALL_BODY;
	if (is_plain(node, "Content") && is_body(node->parent))
		return SIGNATURE_CONTENT;
	return SIGNATURE_PARTS;
}

static void on_begin(void *context, xmlNode *element, size_t at)
{
	struct reading *reading = context;
	struct signature_sheet *sheet = reading->sheet;
	enum signature_part part = part_of(element);

	for (const xmlNs *ns = element->nsDef; ns != NULL; ns = ns->next)
		if (ns->href != NULL && strlen((const char *)ns->href) > SIGNATURE_URI_BYTES)
			sheet->has_long_uri = true;
	if (is_signature(element)) {
		if (sheet->count < SIGNATURE_FOUND)
			sheet->found[sheet->count] =
				(struct signature_found){.element = element, .begin = at};
		sheet->count++;
	}
	if (part == SIGNATURE_PARTS)
		return;
	if (sheet->parts_met[part]++ == 0)
		sheet->parts[part] = element;
	if (xmlHasNsProp(element, (const xmlChar *)"Id", NULL) != NULL &&
	    reading->id_count < MAX_ID_TAGS)
		reading->id_tags[reading->id_count++] = at;
}

static void on_end(void *context, xmlNode *element, size_t end)
{
	struct reading *reading = context;

	if (!is_signature(element))
		return;
	for (size_t i = 0; i < SIGNATURE_FOUND && i < reading->sheet->count; i++)
		if (reading->sheet->found[i].element == element)
			reading->sheet->found[i].end = end;
}

static void on_instruction(void *context)
{
	struct reading *reading = context;

	reading->sheet->has_instruction = true;
}

/* ---- Places ---- */

static bool is_last_element(const xmlNode *node)
{
	for (node = node->next; node != NULL; node = node->next)
		if (node->type == XML_ELEMENT_NODE)
			return false;
	return true;
}

static bool is_alone(const xmlNode *node)
{
	for (const xmlNode *other = node->parent->children; other != NULL; other = other->next)
		if (other != node &&
		    (other->type != XML_TEXT_NODE || !xmlIsBlankNode((xmlNode *)other)))
			return false;
	return true;
}

static enum signature_place place_of(const xmlNode *node)
{
	if (is_root(node->parent))
		return is_last_element(node) ? SIGNATURE_ROOT : SIGNATURE_NOWHERE;
	if (!is_alone(node))
		return SIGNATURE_NOWHERE;
	if (is_plain(node->parent, "Signature") && is_body(node->parent->parent))
		return SIGNATURE_BODY;
	if (is_plain(node->parent, "SystemSignature") && is_envelope(node->parent->parent))
		return SIGNATURE_SYSTEM;
	return SIGNATURE_NOWHERE;
}

/* The parser's word is not taken for where bytes are left out. */
static bool is_range(struct bytes bytes, const struct signature_found *found)
{
	return found->begin < found->end && found->end <= bytes.len &&
	       bytes.at[found->begin] == '<' && bytes.at[found->end - 1] == '>';
}

static void find_places(struct reading *reading)
{
	struct signature_sheet *sheet = reading->sheet;

	for (size_t i = 0; i < SIGNATURE_FOUND && i < sheet->count; i++)
		if (is_range(reading->bytes, &sheet->found[i]))
			sheet->found[i].place = place_of(sheet->found[i].element);
}

/* ---- The document without them ---- */

struct gap {
	size_t begin, end;
};

static size_t skip_space(struct bytes bytes, size_t at)
{
	while (at < bytes.len && bytes_is_space(bytes.at[at]))
		at++;
	return at;
}

/* The attribute Id of a well-formed start tag, with the space before it. */
static struct gap id_in_tag(struct bytes bytes, size_t at)
{
	while (at < bytes.len && !bytes_is_space(bytes.at[at]) && bytes.at[at] != '>')
		at++;
	while (at < bytes.len && bytes.at[at] != '>' && bytes.at[at] != '/') {
		size_t begin = at, name = skip_space(bytes, at), equal = name;
		const uint8_t *end;

		while (equal < bytes.len && bytes.at[equal] != '=' && bytes.at[equal] != '>')
			equal++;
		at = skip_space(bytes, equal + 1);
		if (equal >= bytes.len || bytes.at[equal] == '>' || at >= bytes.len ||
		    (end = memchr(bytes.at + at + 1, bytes.at[at], bytes.len - at - 1)) == NULL)
			break;
		at = (size_t)(end - bytes.at) + 1;
		if (bytes_equal(bytes_trimmed(bytes_of(bytes.at + name, equal - name)),
				bytes_of_text("Id")))
			return (struct gap){begin, at};
	}
	return (struct gap){0, 0};
}

static int compare_gaps(const void *a, const void *b)
{
	const struct gap *first = a, *second = b;

	return first->begin < second->begin ? -1 : first->begin > second->begin;
}

static size_t find_gaps(const struct reading *reading, struct gap *gaps)
{
	const struct signature_sheet *sheet = reading->sheet;
	size_t count = 0;

	for (size_t i = 0; i < SIGNATURE_FOUND && i < sheet->count; i++)
		if (sheet->found[i].place != SIGNATURE_NOWHERE)
			gaps[count++] = (struct gap){sheet->found[i].begin, sheet->found[i].end};
	for (size_t i = 0; count > 0 && i < reading->id_count; i++) {
		gaps[count] = id_in_tag(reading->bytes, reading->id_tags[i]);
		count += gaps[count].end > 0;
	}
	qsort(gaps, count, sizeof(*gaps), compare_gaps);
	return count;
}

static size_t copy(struct bytes from, size_t begin, size_t end, uint8_t *to)
{
	memcpy(to, from.at + begin, end - begin);
	return end - begin;
}

static size_t copy_line_ends(struct bytes from, const struct gap *gap, uint8_t *to)
{
	size_t len = 0;

	for (size_t i = gap->begin; i < gap->end; i++)
		if (from.at[i] == '\n')
			to[len++] = '\n';
	return len;
}

/* Gaps never overlap: an element in its place stands in no other, and no part stands in one. */
static enum err make_bare(const struct reading *reading)
{
	struct gap gaps[SIGNATURE_FOUND + MAX_ID_TAGS];
	size_t count = find_gaps(reading, gaps), from = 0, len = 0;
	struct bytes bytes = reading->bytes;
	uint8_t *bare = malloc(bytes.len);

	if (bare == NULL)
		return ERR_MEMORY;
	for (size_t i = 0; i < count; i++) {
		len += copy(bytes, from, gaps[i].begin, bare + len);
		len += copy_line_ends(bytes, &gaps[i], bare + len);
		from = gaps[i].end;
	}
	len += copy(bytes, from, bytes.len, bare + len);
	reading->sheet->bare = bytes_of(bare, len);
	return OK;
}

/* ---- All of it ---- */

/* A namespace written with character references is not found: then the XSD meets an element that it
 * does not know, and nothing is signed. */
static bool is_due(struct bytes bytes)
{
	return memmem(bytes.at, bytes.len, SIGNATURE_NAMESPACE, sizeof(SIGNATURE_NAMESPACE) - 1) !=
	       NULL;
}

/* OK without xml: not readable, or there is no signature. */
static enum err read_whole(struct bytes bytes, struct findings *findings,
			   struct signature_sheet *sheet)
{
	struct reading reading = {.bytes = bytes, .sheet = sheet};
	const struct document_watch watch = {on_begin, on_end, on_instruction, &reading};
	enum err err = document_parse(bytes, &watch, findings, &sheet->xml);

	if (err == OK && sheet->xml != NULL && sheet->count > 0) {
		find_places(&reading);
		err = make_bare(&reading);
	}
	return err;
}

static void clear(struct signature_sheet *sheet)
{
	xmlFreeDoc(sheet->xml);
	free(sheet->usual);
	free((void *)(uintptr_t)sheet->bare.at);
	*sheet = (struct signature_sheet){0};
}

enum err signature_sheet_read(struct bytes bytes, struct findings *findings,
			      struct signature_sheet **ret_sheet)
{
	struct signature_sheet *sheet;
	enum err err = OK;

	*ret_sheet = NULL;
	if (!is_due(bytes))
		return OK;
	sheet = calloc(1, sizeof(*sheet));
	if (sheet == NULL)
		return ERR_MEMORY;
	if (!signature_quick_find(bytes, sheet))
		err = read_whole(bytes, findings, sheet);
	if (err == OK && sheet->bare.at != NULL)
		*ret_sheet = sheet;
	else
		signature_sheet_free(sheet);
	return err;
}

enum err signature_sheet_complete(struct signature_sheet *sheet, struct bytes bytes,
				  struct findings *findings)
{
	if (sheet->xml != NULL)
		return OK;
	clear(sheet);
	return read_whole(bytes, findings, sheet);
}

void signature_sheet_free(struct signature_sheet *sheet)
{
	if (sheet == NULL)
		return;
	clear(sheet);
	free(sheet);
}
