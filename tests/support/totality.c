#include "totality.h"

#include <libxml/c14n.h>
#include <libxml/parser.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct entry {
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

static void put(struct entries *entries, const char *path, const char *value)
{
	if (entries->count == entries->room) {
		entries->room = entries->room == 0 ? 256 : 2 * entries->room;
		entries->items = realloc(entries->items, entries->room * sizeof(struct entry));
		if (entries->items == NULL)
			abort();
	}
	entries->items[entries->count++] = (struct entry){
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

static size_t index_of(const xmlNode *node)
{
	size_t index = 1;

	for (const xmlNode *other = node->prev; other != NULL; other = other->prev)
		index += other->type == XML_ELEMENT_NODE && xmlStrEqual(other->name, node->name);
	return index;
}

static char *path_of(const xmlNode *node)
{
	char *above, *path = NULL;

	if (node->parent == NULL || node->parent->type != XML_ELEMENT_NODE) {
		if (asprintf(&path, "/%s[1]", (const char *)node->name) < 0)
			abort();
		return path;
	}
	above = path_of(node->parent);
	if (asprintf(&path, "%s/%s[%zu]", above, (const char *)node->name, index_of(node)) < 0)
		abort();
	free(above);
	return path;
}

static void read_attributes(struct entries *entries, xmlNode *node, const char *path)
{
	for (xmlAttr *attribute = node->properties; attribute != NULL;
	     attribute = attribute->next) {
		xmlChar *value = xmlNodeListGetString(node->doc, attribute->children, 1);
		char *own = NULL;

		if (asprintf(&own, "%s/@%s", path, (const char *)attribute->name) < 0)
			abort();
		put(entries, own, value == NULL ? "" : (const char *)value);
		entries->items[entries->count - 1].is_blank = false;
		free(own);
		xmlFree(value);
	}
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

static void read_values(struct entries *entries, xmlNode *node)
{
	char *path = path_of(node), *text = text_of(node);
	bool has_elements = xmlFirstElementChild(node) != NULL;

	read_attributes(entries, node, path);
	if (text[0] != '\0' && (!has_elements || text[strspn(text, " \t\r\n")] != '\0'))
		put(entries, path, text);
	for (xmlNode *child = node->children; child != NULL; child = child->next) {
		if (child->type == XML_ELEMENT_NODE)
			read_values(entries, child);
	}
	free(path);
	free(text);
}

static bool read_document(struct bytes bytes, struct entries *entries)
{
	xmlDoc *doc = parse(bytes);

	if (doc == NULL)
		return false;
	read_values(entries, xmlDocGetRootElement(doc));
	xmlFreeDoc(doc);
	return true;
}

/* ---- Values of a report ---- */

/* Many values may become one: what a pointer's rows say of their target is said once. */
static bool is_said(const struct report *report, size_t index)
{
	const struct report_changed *row = &report->changed[index];

	return index > 0 && strcmp(row->reason, "pointer") == 0 &&
	       strcmp(row[-1].reason, "pointer") == 0 && strcmp(row[-1].target, row->target) == 0;
}

static void read_report(const struct report *report, struct entries *source, struct entries *target)
{
	for (size_t i = 0; i < report->field_count; i++) {
		put(source, report->fields[i].source, report->fields[i].value);
		put(target, report->fields[i].target, report->fields[i].value);
	}
	for (size_t i = 0; i < report->changed_count; i++) {
		put(source, report->changed[i].source, report->changed[i].from);
		if (!is_said(report, i))
			put(target, report->changed[i].target, report->changed[i].to);
	}
	for (size_t i = 0; i < report->dropped_count; i++)
		put(source, report->dropped[i].source, report->dropped[i].value);
	for (size_t i = 0; i < report->supplied_count; i++)
		put(target, report->supplied[i].target, report->supplied[i].value);
}

/* ---- Comparing ---- */

static int compare(const void *a, const void *b)
{
	const struct entry *first = a, *second = b;
	int order = strcmp(first->path, second->path);

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

static void check_output(const struct translation *translation, struct faults *faults)
{
	struct hash hash = hash_of(translation->output);
	size_t len;
	uint8_t *canonical = totality_canonical(translation->output, &len);

	if (canonical == NULL || !bytes_equal(bytes_of(canonical, len), translation->output))
		fault(faults, "the output is not canonical", "/", "");
	if (!hash_equal(&hash, &translation->report.output))
		fault(faults, "the report has another hash of the output", "/", "");
	xmlFree(canonical);
}

static bool is_known(const char *const *words, const char *word)
{
	for (; *words != NULL; words++) {
		if (strcmp(*words, word) == 0)
			return true;
	}
	return false;
}

/* docs/maps.md: the closed lists. */
static void check_words(const struct report *report, struct faults *faults)
{
	static const char *const changed[] = {
		"date-form",  "code-list",    "code-list-lossy", "cut",     "ascii",
		"upper-case", "decimal-form", "white-space",     "pointer", NULL};
	static const char *const dropped[] = {
		"no-counterpart", "stays-national", "envelope",  "implied", "sequence", "too-many",
		"schema-hint",    "supplied-again", "signature", "empty",   NULL};
	static const char *const supplied[] = {"registry", "route",    "event", "constant",
					       "count",    "document", NULL};

	for (size_t i = 0; i < report->changed_count; i++) {
		if (!is_known(changed, report->changed[i].reason))
			fault(faults, "no such reason", report->changed[i].source,
			      report->changed[i].reason);
	}
	for (size_t i = 0; i < report->dropped_count; i++) {
		if (!is_known(dropped, report->dropped[i].reason))
			fault(faults, "no such reason", report->dropped[i].source,
			      report->dropped[i].reason);
	}
	for (size_t i = 0; i < report->supplied_count; i++) {
		if (!is_known(supplied, report->supplied[i].origin) ||
		    report->supplied[i].ref[0] == '\0')
			fault(faults, "no such origin or no ref", report->supplied[i].target,
			      report->supplied[i].origin);
	}
}

size_t totality_check(struct bytes source, const struct translation *translation,
		      char ret_fault[TOTALITY_FAULT_BYTES])
{
	struct entries in = {0}, out = {0}, said_in = {0}, said_out = {0};
	struct faults faults = {.first = ret_fault};

	ret_fault[0] = '\0';
	if (!read_document(source, &in) || !read_document(translation->output, &out))
		fault(&faults, "cannot be read", "/", "");
	read_report(&translation->report, &said_in, &said_out);
	match(&in, &said_in, &faults);
	match(&out, &said_out, &faults);
	check_output(translation, &faults);
	check_words(&translation->report, &faults);
	clear(&in);
	clear(&out);
	clear(&said_in);
	clear(&said_out);
	return faults.count;
}

/* ---- Several documents ---- */

/* Documents are told apart by their number before the path. */
static void put_at(struct entries *entries, uint32_t document, const char *path, const char *value)
{
	char *own = NULL;

	if (asprintf(&own, "%u:%s", document == 0 ? 1 : (unsigned)document, path) < 0)
		abort();
	put(entries, own, value);
	free(own);
}

static void read_documents(const struct bytes *documents, size_t count, struct entries *entries,
			   struct faults *faults)
{
	for (size_t i = 0; i < count; i++) {
		struct entries own = {0};

		if (!read_document(documents[i], &own))
			fault(faults, "cannot be read", "/", "");
		for (size_t j = 0; j < own.count; j++) {
			put_at(entries, (uint32_t)i + 1, own.items[j].path, own.items[j].value);
			entries->items[entries->count - 1].is_blank = own.items[j].is_blank;
		}
		clear(&own);
	}
}

static void read_report_of_many(const struct report *report, struct entries *source,
				struct entries *target)
{
	static const struct report_more nothing;
	static const struct report_place one;
	const struct report_more *more = report->more == NULL ? &nothing : report->more;

	for (size_t i = 0; i < report->field_count; i++) {
		const struct report_place *place = more->fields == NULL ? &one : &more->fields[i];

		put_at(source, place->source_document, report->fields[i].source,
		       report->fields[i].value);
		put_at(target, place->document, report->fields[i].target, report->fields[i].value);
	}
	for (size_t i = 0; i < report->changed_count; i++) {
		const struct report_place *place = more->changed == NULL ? &one : &more->changed[i];

		put_at(source, place->source_document, report->changed[i].source,
		       report->changed[i].from);
		put_at(target, place->document, report->changed[i].target, report->changed[i].to);
	}
	for (size_t i = 0; i < report->dropped_count; i++)
		put_at(source, more->dropped == NULL ? 1 : more->dropped[i].source_document,
		       report->dropped[i].source, report->dropped[i].value);
	for (size_t i = 0; i < report->supplied_count; i++)
		put_at(target, more->supplied == NULL ? 1 : more->supplied[i].document,
		       report->supplied[i].target, report->supplied[i].value);
}

/* The hashes of one side, in order of the documents. */
static void check_hashes(const struct bytes *documents, size_t count, const struct hash *hashes,
			 size_t hash_count, struct faults *faults)
{
	if (hash_count != count)
		fault(faults, "not as many hashes as documents", "/", "");
	for (size_t i = 0; i < count && i < hash_count; i++) {
		struct hash hash = hash_of(documents[i]);

		if (!hash_equal(&hash, &hashes[i]))
			fault(faults, "another hash", "/", "");
	}
}

/* What is supplied from a document names a value that is there. */
static void check_refs(const struct report *report, const struct entries *in, struct faults *faults)
{
	for (size_t i = 0; i < report->supplied_count; i++) {
		const struct report_supplied *supplied = &report->supplied[i];
		bool is_there = strcmp(supplied->origin, "document") != 0;

		for (size_t j = 0; j < in->count && !is_there; j++)
			is_there = strcmp(strchr(in->items[j].path, ':') + 1, supplied->ref) == 0;
		if (!is_there)
			fault(faults, "no such place in the source", supplied->target,
			      supplied->ref);
	}
}

size_t totality_check_many(const struct totality_documents *sources,
			   const struct totality_documents *outputs, const struct report *report,
			   char ret_fault[TOTALITY_FAULT_BYTES])
{
	const struct report_more *more = report->more;
	struct entries in = {0}, out = {0}, said_in = {0}, said_out = {0};
	struct faults faults = {.first = ret_fault};

	ret_fault[0] = '\0';
	read_documents(sources->items, sources->count, &in, &faults);
	read_documents(outputs->items, outputs->count, &out, &faults);
	read_report_of_many(report, &said_in, &said_out);
	check_refs(report, &in, &faults);
	match(&in, &said_in, &faults);
	match(&out, &said_out, &faults);
	check_words(report, &faults);
	check_hashes(sources->items, sources->count, more == NULL ? &report->input : more->inputs,
		     more == NULL ? 1 : more->input_count, &faults);
	check_hashes(outputs->items, outputs->count, more == NULL ? &report->output : more->outputs,
		     more == NULL ? 1 : more->output_count, &faults);
	clear(&in);
	clear(&out);
	clear(&said_in);
	clear(&said_out);
	return faults.count;
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
	static const char *const kept[] = {"date-form",   "code-list", "decimal-form",
					   "white-space", "pointer",   NULL};

	for (size_t i = 0; i < forth->field_count; i++)
		put(expected, forth->fields[i].source, forth->fields[i].value);
	for (size_t i = 0; i < forth->changed_count; i++) {
		if (is_known(kept, forth->changed[i].reason))
			put(expected, forth->changed[i].source, forth->changed[i].from);
	}
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
	if (!read_document(back, &there))
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
