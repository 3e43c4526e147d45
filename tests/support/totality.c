#include "totality.h"

#include <libxml/c14n.h>
#include <libxml/parser.h>
#include <openssl/sha.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sampan/limit.h"

#include "messages/report_whole.h"
#include "sampan/buffer.h"
#include "tests/support/report_rows.h"

#define WORDS 64

struct entry {
	size_t document; /* from 1 */
	char *path;
	char *value;
	bool is_blank; /* white space only: the kind says whether it is a value at all */
};

struct entries {
	struct entry *items;
	size_t count, room;
};

struct faults {
	size_t count;
	char *first;
};

static void fault(struct faults *faults, const char *what, const char *path, const char *value)
{
	if (faults->count++ == 0)
		snprintf(faults->first, TOTALITY_FAULT_BYTES, "%s: %s \"%.200s\"", what, path,
			 value);
}

static void put(struct entries *entries, size_t document, const char *path, const char *value)
{
	if (entries->count == entries->room) {
		entries->room = entries->room == 0 ? 256 : 2 * entries->room;
		entries->items = realloc(entries->items, entries->room * sizeof(struct entry));
		if (entries->items == NULL)
			abort();
	}
	entries->items[entries->count++] = (struct entry){
		.document = document,
		.path = strdup(path),
		.value = strdup(value),
		.is_blank = path[0] != '\0' && value[strspn(value, " \t\r\n")] == '\0',
	};
}

static void clear(struct entries *entries)
{
	for (size_t i = 0; i < entries->count; i++) {
		free(entries->items[i].path);
		free(entries->items[i].value);
	}
	free(entries->items);
}

/* ---- Values of a document ---- */

static xmlDoc *parse(struct bytes bytes)
{
	return xmlReadMemory((const char *)bytes.at, (int)bytes.len, NULL, NULL,
			     XML_PARSE_NONET | XML_PARSE_NOERROR | XML_PARSE_NOWARNING |
				     XML_PARSE_HUGE);
}

struct reading {
	struct entries *entries;
	size_t document;
	char path[16384];
};

static void read_attributes(struct reading *reading, const xmlNode *node, size_t path_len)
{
	for (xmlAttr *attribute = node->properties; attribute != NULL;
	     attribute = attribute->next) {
		xmlChar *value = xmlNodeListGetString(node->doc, attribute->children, 1);

		snprintf(reading->path + path_len, sizeof(reading->path) - path_len, "/@%s",
			 (const char *)attribute->name);
		put(reading->entries, reading->document, reading->path,
		    value == NULL ? "" : (const char *)value);
		reading->entries->items[reading->entries->count - 1].is_blank = false;
		xmlFree(value);
	}
	reading->path[path_len] = '\0';
}

/* The text and CDATA directly in an element. */
static char *text_of(const xmlNode *node)
{
	char *text = strdup("");

	for (const xmlNode *child = node->children; child != NULL; child = child->next) {
		char *longer = NULL;

		if (child->type != XML_TEXT_NODE && child->type != XML_CDATA_SECTION_NODE)
			continue;
		if (asprintf(&longer, "%s%s", text, (const char *)child->content) < 0)
			abort();
		free(text);
		text = longer;
	}
	return text;
}

/* How many children of each name there were so far. */
struct counting {
	const xmlChar *names[1024];
	size_t counts[1024];
	size_t count;
};

static size_t next_index(struct counting *counting, const xmlChar *name)
{
	size_t i = 0;

	while (i < counting->count && !xmlStrEqual(counting->names[i], name))
		i++;
	if (i == counting->count) {
		if (i == 1024)
			abort();
		counting->names[counting->count++] = name;
		counting->counts[i] = 0;
	}
	return ++counting->counts[i];
}

static void read_values(struct reading *reading, const xmlNode *node, size_t index);

static void read_children(struct reading *reading, const xmlNode *node)
{
	struct counting *counting = malloc(sizeof(*counting));

	if (counting == NULL)
		abort();
	counting->count = 0;
	for (const xmlNode *child = node->children; child != NULL; child = child->next) {
		if (child->type == XML_ELEMENT_NODE)
			read_values(reading, child, next_index(counting, child->name));
	}
	free(counting);
}

static void read_values(struct reading *reading, const xmlNode *node, size_t index)
{
	size_t before = strlen(reading->path), len;
	bool has_elements = xmlFirstElementChild((xmlNode *)(uintptr_t)node) != NULL;
	char *text = text_of(node);

	snprintf(reading->path + before, sizeof(reading->path) - before, "/%s[%zu]",
		 (const char *)node->name, index);
	len = strlen(reading->path);
	read_attributes(reading, node, len);
	if (text[0] != '\0' && (!has_elements || text[strspn(text, " \t\r\n")] != '\0'))
		put(reading->entries, reading->document, reading->path, text);
	free(text);
	if (has_elements)
		read_children(reading, node);
	reading->path[before] = '\0';
}

static bool read_document(struct bytes bytes, size_t number, struct entries *entries)
{
	struct reading *reading = calloc(1, sizeof(*reading));
	xmlDoc *doc = parse(bytes);

	if (reading == NULL)
		abort();
	reading->entries = entries;
	reading->document = number;
	if (doc != NULL)
		read_values(reading, xmlDocGetRootElement(doc), 1);
	free(reading);
	xmlFreeDoc(doc);
	return doc != NULL;
}

/* ---- Values of a report ---- */

/* Many values may become one: what a pointer's rows say of their target is said once. */
static bool is_said(const struct report_rows *rows, size_t index)
{
	const struct read_row *row = &rows->items[index];

	return index > 0 && row->kind == READ_CHANGED && row[-1].kind == READ_CHANGED &&
	       strcmp(row->word, "pointer") == 0 && strcmp(row[-1].word, "pointer") == 0 &&
	       row[-1].document == row->document && strcmp(row[-1].target, row->target) == 0 &&
	       strcmp(row[-1].to, row->to) == 0;
}

static void read_report(const struct report_rows *rows, struct entries *source,
			struct entries *target)
{
	for (size_t i = 0; i < rows->count; i++) {
		const struct read_row *row = &rows->items[i];

		if (row->source != NULL)
			put(source, (size_t)row->source_document, row->source, row->from);
		if (row->target != NULL && !is_said(rows, i))
			put(target, (size_t)row->document, row->target, row->to);
	}
}

/* ---- Comparing ---- */

static int compare(const void *a, const void *b)
{
	const struct entry *first = a, *second = b;
	int order = strcmp(first->path, second->path);

	if (first->document != second->document)
		return first->document < second->document ? -1 : 1;
	return order != 0 ? order : strcmp(first->value, second->value);
}

static void sort(struct entries *entries)
{
	if (entries->count > 0)
		qsort(entries->items, entries->count, sizeof(struct entry), compare);
}

static void match(struct entries *document, struct entries *report, struct faults *faults)
{
	size_t i = 0, j = 0;

	sort(document);
	sort(report);
	while (i < document->count || j < report->count) {
		const struct entry *there = i < document->count ? &document->items[i] : NULL;
		const struct entry *said = j < report->count ? &report->items[j] : NULL;
		int order = there == NULL ? 1 : said == NULL ? -1 : compare(there, said);

		if (there != NULL && order < 0 && !there->is_blank)
			fault(faults, "in the document, not in the report", there->path,
			      there->value);
		if (said != NULL && order > 0)
			fault(faults, "in the report, not (or once less) in the document",
			      said->path, said->value);
		i += order <= 0;
		j += order >= 0;
	}
}

uint8_t *totality_canonical(struct bytes document, size_t *ret_len)
{
	xmlDoc *doc = parse(document);
	xmlChar *bytes = NULL;
	int len = -1;

	if (doc != NULL)
		len = xmlC14NDocDumpMemory(doc, NULL, XML_C14N_EXCLUSIVE_1_0, NULL, 0, &bytes);
	xmlFreeDoc(doc);
	*ret_len = len < 0 ? 0 : (size_t)len;
	return len < 0 ? NULL : bytes;
}

static void check_hash(const struct report_rows *rows, const char *name, size_t index,
		       struct bytes bytes, struct faults *faults)
{
	const json_t *hashes = json_object_get(rows->json, name);
	const char *said = json_string_value(json_array_get(hashes, index));
	char hex[2 * SHA256_DIGEST_LENGTH + 1];
	unsigned char hash[SHA256_DIGEST_LENGTH];

	SHA256(bytes.at, bytes.len, hash);
	for (size_t i = 0; i < sizeof(hash); i++)
		snprintf(hex + 2 * i, 3, "%02x", hash[i]);
	if (said == NULL || strcmp(said, hex) != 0)
		fault(faults, "the report has another hash", name, said == NULL ? "none" : said);
}

static void check_documents(const struct totality *totality, const struct report_rows *rows,
			    struct faults *faults)
{
	for (size_t i = 0; i < totality->source_count; i++)
		check_hash(rows, "inputHashes", i, totality->sources[i], faults);
	for (size_t i = 0; i < totality->output_count; i++) {
		size_t len;
		uint8_t *canonical = totality_canonical(totality->outputs[i], &len);

		if (canonical == NULL ||
		    !bytes_equal(bytes_of(canonical, len), totality->outputs[i]))
			fault(faults, "the output is not canonical", "/", "");
		xmlFree(canonical);
		check_hash(rows, "outputHashes", i, totality->outputs[i], faults);
	}
	if (json_array_size(json_object_get(rows->json, "inputHashes")) != totality->source_count ||
	    json_array_size(json_object_get(rows->json, "outputHashes")) != totality->output_count)
		fault(faults, "the report has hashes of other documents", "/", "");
}

static bool is_known(const char *const *words, const char *word)
{
	for (; *words != NULL; words++) {
		if (strcmp(*words, word) == 0)
			return true;
	}
	return false;
}

/* ---- Words ---- */

struct words {
	char text[4096];
	const char *items[WORDS];
	size_t count;
};

/* The words in backquotes behind the heading, up to the full stop; not what stands in brackets. */
static void read_words(const char *page, const char *heading, struct words *words)
{
	const char *at = strstr(page, heading);
	size_t brackets = 0, len = 0;

	words->count = 0;
	for (at = at == NULL ? "." : at + strlen(heading); *at != '\0' && *at != '.'; at++) {
		const char *end = *at == '`' ? strchr(at + 1, '`') : NULL;

		brackets += (*at == '(') - (size_t)(*at == ')');
		if (end == NULL)
			continue;
		if (brackets == 0 && words->count < WORDS - 1 &&
		    len + (size_t)(end - at) < sizeof(words->text)) {
			words->items[words->count++] = words->text + len;
			memcpy(words->text + len, at + 1, (size_t)(end - at - 1));
			len += (size_t)(end - at - 1);
			words->text[len++] = '\0';
		}
		at = end;
	}
	words->items[words->count] = NULL;
}

/* What docs/maps.md says, in order of enum read_kind; a field has no word. */
static const struct words *words_of(enum read_kind kind)
{
	static const char *const headings[] = {
		"", "Reasons of `changed`:", "Reasons of `dropped`:", "Origins of `supplied`:"};
	static struct words all[4];
	static char page[1 << 18];
	FILE *file;

	if (page[0] == '\0') {
		file = fopen("docs/maps.md", "r");
		if (file == NULL || fread(page, 1, sizeof(page) - 1, file) == 0)
			abort();
		fclose(file);
		for (size_t i = 1; i < 4; i++) {
			read_words(page, headings[i], &all[i]);
			if (all[i].count == 0) {
				fprintf(stderr, "docs/maps.md has no %s\n", headings[i]);
				abort();
			}
		}
	}
	return &all[kind];
}

static void check_words(const struct report_rows *rows, struct faults *faults)
{
	for (size_t i = 0; i < rows->count; i++) {
		const struct read_row *row = &rows->items[i];

		if (row->kind == READ_FIELD)
			continue;
		if (!is_known(words_of(row->kind)->items, row->word))
			fault(faults, "no such reason or origin",
			      row->source == NULL ? row->target : row->source, row->word);
		if (row->kind == READ_SUPPLIED && row->ref[0] == '\0')
			fault(faults, "supplied without saying from where", row->target, row->word);
		/* A lossy code may be the same code on both sides, and stand for less there; a
		 * pointer of one step is its own text. */
		if (row->kind == READ_CHANGED && strcmp(row->from, row->to) == 0 &&
		    strcmp(row->word, "code-list-lossy") != 0 && strcmp(row->word, "pointer") != 0)
			fault(faults, "changed into the same", row->source, row->from);
	}
}

/* ---- What must be carried ---- */

static bool is_at_or_below(const char *path, const char *carry)
{
	for (; *carry != '\0'; carry++, path++) {
		if (*path == '[')
			path += strcspn(path, "]") + 1;
		if (*path != *carry)
			return false;
	}
	return *path == '\0' || *path == '[' || *path == '/';
}

static void check_carries(const struct totality *totality, const struct report_rows *rows,
			  struct faults *faults)
{
	for (size_t i = 0; i < rows->count; i++) {
		const struct read_row *row = &rows->items[i];
		bool is_lost = row->kind == READ_DROPPED ||
			       (row->kind == READ_CHANGED && strcmp(row->word, "cut") == 0);

		for (size_t j = 0; is_lost && j < totality->carry_count; j++) {
			if (is_at_or_below(row->source, totality->carries[j]))
				fault(faults, "must be carried and is not", row->source, row->word);
		}
	}
}

static void check_cuts(const struct totality *totality, const struct report_rows *rows,
		       struct faults *faults)
{
	for (size_t i = 0; totality->cuts != NULL && i < rows->count; i++) {
		const struct read_row *row = &rows->items[i];
		bool may_be = row->kind != READ_CHANGED || strcmp(row->word, "cut") != 0;

		for (size_t j = 0; j < totality->cut_count && !may_be; j++)
			may_be = is_at_or_below(row->source, totality->cuts[j]);
		if (!may_be)
			fault(faults, "cut, and the map does not say so", row->source, row->from);
	}
}

/* ---- All of it ---- */

/* What is supplied from a document names a value that is there. */
static void check_refs(const struct report_rows *rows, const struct entries *in,
		       struct faults *faults)
{
	for (size_t i = 0; i < rows->count; i++) {
		const struct read_row *row = &rows->items[i];
		bool is_there = row->kind != READ_SUPPLIED || strcmp(row->word, "document") != 0;

		for (size_t j = 0; j < in->count && !is_there; j++)
			is_there = strcmp(in->items[j].path, row->ref) == 0;
		if (!is_there)
			fault(faults, "supplied from no such place", row->target, row->ref);
	}
}

static void check_rows(const struct totality *totality, const struct report_rows *rows,
		       struct faults *faults)
{
	struct entries in = {0}, out = {0}, said_in = {0}, said_out = {0};

	for (size_t i = 0; i < totality->source_count; i++) {
		if (!read_document(totality->sources[i], i + 1, &in))
			fault(faults, "the source cannot be read", "/", "");
	}
	for (size_t i = 0; i < totality->output_count; i++) {
		if (!read_document(totality->outputs[i], i + 1, &out))
			fault(faults, "the output cannot be read", "/", "");
	}
	read_report(rows, &said_in, &said_out);
	check_refs(rows, &in, faults);
	match(&in, &said_in, faults);
	match(&out, &said_out, faults);
	clear(&in);
	clear(&out);
	clear(&said_in);
	clear(&said_out);
}

size_t totality_check_all(const struct totality *totality, char ret_fault[TOTALITY_FAULT_BYTES])
{
	struct faults faults = {.first = ret_fault};
	struct report_rows rows;
	const char *why;

	ret_fault[0] = '\0';
	if (report_rows_read(totality->json, &rows, &why)) {
		check_rows(totality, &rows, &faults);
		check_documents(totality, &rows, &faults);
		check_words(&rows, &faults);
		check_carries(totality, &rows, &faults);
		check_cuts(totality, &rows, &faults);
	} else {
		fault(&faults, why, "/", "");
	}
	report_rows_clear(&rows);
	return faults.count;
}

/* As it is recorded, and made whole again, it is the same. */
static void assert_comes_back(const struct report *report, struct bytes json)
{
	struct buffer brief, whole;

	buffer_init(&brief, SIZE_MAX);
	buffer_init(&whole, SIZE_MAX);
	if (report_format_brief(report, &brief, SIZE_MAX) != OK ||
	    report_whole(buffer_bytes(&brief), &whole) != OK ||
	    !bytes_equal(buffer_bytes(&whole), json) || brief.len > json.len + json.len / 8)
		abort();
	buffer_clear(&brief);
	buffer_clear(&whole);
}

struct bytes totality_json(const struct report *report)
{
	struct buffer buffer;
	struct bytes json;
	uint8_t *copy;

	buffer_init(&buffer, SIZE_MAX);
	if (report_format_json(report, &buffer) != OK)
		abort();
	assert_comes_back(report, buffer_bytes(&buffer));
	copy = malloc(buffer_bytes(&buffer).len + 1);
	if (copy == NULL)
		abort();
	memcpy(copy, buffer_bytes(&buffer).at, buffer_bytes(&buffer).len);
	json = bytes_of(copy, buffer_bytes(&buffer).len);
	buffer_clear(&buffer);
	return json;
}

size_t totality_check(struct bytes source, const struct translation *translation,
		      char ret_fault[TOTALITY_FAULT_BYTES])
{
	struct bytes json = totality_json(&translation->report);
	struct totality totality = {.sources = &source,
				    .source_count = 1,
				    .outputs = &translation->output,
				    .output_count = 1,
				    .json = json};
	size_t faults = totality_check_all(&totality, ret_fault);

	free((void *)(uintptr_t)json.at);
	return faults;
}

size_t totality_check_many(const struct totality_documents *sources,
			   const struct totality_documents *outputs, const struct report *report,
			   char ret_fault[TOTALITY_FAULT_BYTES])
{
	struct bytes json = totality_json(report);
	struct totality totality = {.sources = sources->items,
				    .source_count = sources->count,
				    .outputs = outputs->items,
				    .output_count = outputs->count,
				    .json = json};
	size_t faults = totality_check_all(&totality, ret_fault);

	free((void *)(uintptr_t)json.at);
	return faults;
}

/* ---- Forth and back ---- */

static void trim(char *text)
{
	size_t from = strspn(text, " \t\r\n"), len = strlen(text);

	while (len > from && strchr(" \t\r\n", text[len - 1]) != NULL)
		len--;
	memmove(text, text + from, len - from);
	text[len - from] = '\0';
}

static void expect_return(const struct report *forth, struct entries *expected)
{
	static const char *const kept[] = {"date-form", "code-list", "decimal-form", "white-space",
					   NULL};

	struct arena *arena = arena_new(LIMIT_DOCUMENT_ARENA_BYTES);
	struct report_row row;

	if (arena == NULL)
		abort();
	for (size_t at = 0; report_next(forth, REPORT_FIELD, &at, arena, &row);)
		put(expected, 1, row.source, row.from);
	for (size_t at = 0; report_next(forth, REPORT_CHANGED, &at, arena, &row);) {
		if (is_known(kept, row.word))
			put(expected, 1, row.source, row.from);
	}
	arena_free(arena);
	for (size_t i = 0; i < expected->count; i++)
		trim(expected->items[i].value);
}

size_t totality_check_return(const struct report *forth, struct bytes back,
			     char ret_fault[TOTALITY_FAULT_BYTES])
{
	struct entries expected = {0}, there = {0};
	struct faults faults = {.first = ret_fault};

	ret_fault[0] = '\0';
	expect_return(forth, &expected);
	if (!read_document(back, 1, &there))
		fault(&faults, "cannot be read", "/", "");
	sort(&there);
	for (size_t i = 0; i < expected.count; i++) {
		if (there.count == 0 || bsearch(&expected.items[i], there.items, there.count,
						sizeof(struct entry), compare) == NULL)
			fault(&faults, "did not come back", expected.items[i].path,
			      expected.items[i].value);
	}
	clear(&expected);
	clear(&there);
	return faults.count;
}
