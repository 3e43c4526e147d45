#include "node/page_work.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "messages/layout.h"
#include "messages/paper.h"
#include "messages/utf8.h"
#include "messages/word.h"
#include "node/findings_json.h"
#include "node/form_work.h"
#include "node/json_read.h"
#include "node/page_codes.h"
#include "node/page_lines.h"
#include "node/page_view.h"
#include "sampan/qr.h"

#define ROOT "page"
#define BESIDE "beside"
#define MANDATES "mandates"
#define CODES "codes" /* the page that finds codes */
#define EXCERPT_BYTES 240u
#define MAX_FINDINGS 1000u
#define QR_BYTES ((size_t)64 * 1024)

void page_work_pack(struct buffer *to, const struct page_work *work)
{
	pack_text(to, work->sheet);
	pack_u8(to, work->in_vietnamese);
	pack_bytes(to, work->view);
	pack_bytes(to, work->document);
	for (size_t i = 0; i < PAGE_WORK_PAPERS; i++)
		pack_bytes(to, work->papers[i]);
	pack_text(to, work->form);
	pack_bytes(to, work->ask);
	pack_bytes(to, work->table);
}

static enum err unpack(struct bytes from, struct arena *arena, struct page_work *ret_work)
{
	struct unpack reader;

	unpack_init(&reader, from);
	ret_work->sheet = unpack_text(&reader, arena);
	ret_work->in_vietnamese = unpack_bool(&reader);
	ret_work->view = unpack_bytes(&reader);
	ret_work->document = unpack_bytes(&reader);
	for (size_t i = 0; i < PAGE_WORK_PAPERS; i++)
		ret_work->papers[i] = unpack_bytes(&reader);
	ret_work->form = unpack_text(&reader, arena);
	ret_work->ask = unpack_bytes(&reader);
	ret_work->table = unpack_bytes(&reader);
	return unpack_end(&reader);
}

/* ---- The lines that findings speak of ---- */

struct line_wanted {
	uint64_t line;
	json_t *finding;
};

static int by_line(const void *a, const void *b)
{
	const struct line_wanted *one = a, *other = b;

	return one->line < other->line ? -1 : one->line > other->line;
}

/* What there is of a line, without what stands around it, cut off at a character. */
static json_t *excerpt_new(const uint8_t *at, size_t len)
{
	while (len > 0 && (*at == ' ' || *at == '\t')) {
		at++;
		len--;
	}
	if (len > EXCERPT_BYTES)
		for (len = EXCERPT_BYTES; len > 0 && (at[len] & 0xc0) == 0x80;)
			len--;
	while (len > 0 && (at[len - 1] == '\r' || at[len - 1] == ' '))
		len--;
	return json_stringn((const char *)at, len);
}

/* One walk over the document, whatever the findings say. */
static void put_excerpts(struct bytes document, const struct line_wanted *wanted, size_t count)
{
	const uint8_t *at = document.at, *end = document.at + document.len;
	uint64_t line = 1;

	for (size_t i = 0; i < count && at < end; line++) {
		const uint8_t *next = memchr(at, '\n', (size_t)(end - at));
		size_t len = (size_t)((next == NULL ? end : next) - at);

		for (; i < count && wanted[i].line <= line; i++)
			if (wanted[i].line == line)
				(void)json_object_set_new(wanted[i].finding, "excerpt",
							  excerpt_new(at, len));
		at += len + 1;
	}
}

static enum err add_excerpts(json_t *view, struct bytes document, struct arena *arena)
{
	const json_t *findings = json_object_get(json_object_get(view, "answer"), "findings");
	struct line_wanted *wanted;
	size_t count = 0, i;
	json_t *finding;

	if (document.len == 0 || json_array_size(findings) == 0 ||
	    utf8_first_wrong(document) < document.len)
		return OK;
	wanted = arena_alloc_array(arena, MAX_FINDINGS, sizeof(*wanted));
	if (wanted == NULL)
		return ERR_MEMORY;
	json_array_foreach(findings, i, finding)
	{
		uint64_t line = json_read_number(finding, "line");

		if (line > 0 && count < MAX_FINDINGS)
			wanted[count++] = (struct line_wanted){line, finding};
	}
	qsort(wanted, count, sizeof(*wanted), by_line);
	put_excerpts(document, wanted, count);
	return OK;
}

/* ---- The page ---- */

/* What one page is made with. */
struct drawing {
	const struct page_work_sets *sets;
	const struct page_work *work;
	struct arena *arena;
};

/* The places that findings of this list name. */
static void gather_paths(const json_t *findings, const char *paths[PAPER_PATHS], size_t *count)
{
	size_t i;
	json_t *finding;

	json_array_foreach(findings, i, finding)
	{
		const char *path = json_string_value(json_object_get(finding, "path"));

		if (path != NULL && path[0] != '\0' && *count < PAPER_PATHS)
			paths[(*count)++] = path;
	}
}

/* Those of the answer, and those that its timeline tells of. */
static void gather_all_paths(const json_t *answer, const char *paths[PAPER_PATHS], size_t *count)
{
	size_t i;
	json_t *event;

	gather_paths(json_object_get(answer, "findings"), paths, count);
	json_array_foreach(json_object_get(answer, "timeline"), i, event)
		gather_paths(json_object_get(event, "findings"), paths, count);
}

/* The first is the page's document, others stand beside it. */
static enum err put_papers(const struct drawing *drawing, const json_t *view,
			   struct stylesheet_tree *tree)
{
	const char *paths[PAPER_PATHS];
	struct paper paper = {.paths = paths};
	enum err err = OK;

	gather_all_paths(json_object_get(view, "answer"), paths, &paper.path_count);
	for (size_t i = 0; err == OK && i < PAGE_WORK_PAPERS; i++) {
		paper.bytes = drawing->work->papers[i];
		if (paper.bytes.len == 0)
			continue;
		if (i > 0)
			stylesheet_tree_open(tree, BESIDE);
		err = paper_put(drawing->sets->schemas, &paper, drawing->arena, tree);
		if (i > 0)
			stylesheet_tree_close(tree);
		paper.path_count = 0;
	}
	return err;
}

/* An answer that says where it is checked (a certificate's) has that as a QR code, for the paper. */
static void put_qr(const json_t *view, struct stylesheet_tree *tree)
{
	const char *url = json_read_text(json_object_get(view, "answer"), "check");
	char modules[16];
	struct buffer path;
	unsigned count = 0;

	buffer_init(&path, QR_BYTES);
	if (url[0] != '\0' && qr_path(url, &path, &count) == OK) {
		(void)snprintf(modules, sizeof(modules), "%u", count);
		stylesheet_tree_open(tree, "qr");
		stylesheet_tree_attribute(tree, "modules", modules);
		stylesheet_tree_text(tree, buffer_bytes(&path));
		stylesheet_tree_close(tree);
	}
	buffer_clear(&path);
}

/* What was filled in before, as the page's view says it. */
static enum err take_given(const json_t *view, struct arena *arena, struct form_work *work)
{
	const json_t *given = json_object_get(json_object_get(view, "doing"), "given");
	size_t count = json_array_size(given);
	struct form_value *values = arena_alloc_array(arena, count + 1, sizeof(*values));

	if (values == NULL)
		return ERR_MEMORY;
	for (size_t i = 0; i < count; i++) {
		const json_t *item = json_array_get(given, i);

		values[i].name = json_read_text(item, "name");
		values[i].value = json_read_text(item, "value");
	}
	work->values = values;
	work->count = count;
	return OK;
}

static json_t *given_new(const struct form_work *form)
{
	json_t *list = json_array();

	for (size_t i = 0; i < form->count; i++)
		(void)json_array_append_new(list,
					    json_pack("{s:s, s:s}", "name", form->values[i].name,
						      "value", form->values[i].value));
	return list;
}

/* Lines of a table stand in the page as if they had been typed, or it says what is wrong with it. */
static enum err fill_lines(const struct drawing *drawing, json_t *view)
{
	const struct page_work *work = drawing->work;
	const struct form_work_sets sets = {.forms = drawing->sets->forms,
					    .schemas = drawing->sets->schemas};
	struct form_work form = {.form = work->form, .ask = work->ask};
	struct stylesheet_tree *asked = NULL;
	struct stylesheet_fields fields;
	struct findings findings;
	enum err err = take_given(view, drawing->arena, &form);

	findings_init(&findings, drawing->arena);
	if (err == OK && (asked = form_work_tree(&sets, &form, drawing->arena)) == NULL)
		err = ERR_FORMAT;
	if (err == OK)
		err = stylesheet_ask(sets.forms, work->form, asked, drawing->arena, NULL, &fields);
	if (err == OK)
		err = page_lines_fill(sets.schemas, &fields, work->table, drawing->arena, &form,
				      &findings);
	if (err == OK && findings.count > 0) {
		(void)json_object_set_new(json_object_get(view, "answer"), "findings",
					  findings_json_new(&findings));
		(void)json_object_set_new(view, "status", json_integer(422));
	} else if (err == OK) {
		(void)json_object_set_new(json_object_get(view, "doing"), "given",
					  given_new(&form));
	}
	stylesheet_tree_free(asked);
	return err;
}

/* What a new document begins with, so that the page can say what of it the form has no place for. */
static enum err put_copied(const struct drawing *drawing, struct stylesheet_tree *tree)
{
	enum err err;

	stylesheet_tree_open(tree, "copied");
	err = layout_put(drawing->sets->schemas, drawing->work->document, drawing->arena, tree);
	stylesheet_tree_close(tree);
	return err;
}

/* What the form asks for becomes <form>, and what it speaks of <about>. */
static enum err put_form(const struct drawing *drawing, const json_t *view,
			 struct stylesheet_tree *tree)
{
	const struct page_work *work = drawing->work;
	const struct form_work_sets sets = {.forms = drawing->sets->forms,
					    .schemas = drawing->sets->schemas};
	struct form_work form = {.form = work->form, .ask = work->ask, .document = work->document};
	json_t *ask = json_loadb((const char *)work->ask.at, work->ask.len, JSON_ALLOW_NUL, NULL);
	struct stylesheet_tree *asked = NULL;
	struct stylesheet_fields fields;
	enum err err = ask == NULL ? ERR_FORMAT : take_given(view, drawing->arena, &form);

	if (err == OK && (asked = form_work_tree(&sets, &form, drawing->arena)) == NULL)
		err = ERR_FORMAT;
	stylesheet_tree_open(tree, "about");
	page_view_put(json_object_get(ask, "about"), tree);
	stylesheet_tree_close(tree);
	if (err == OK)
		err = stylesheet_ask(sets.forms, work->form, asked, drawing->arena, tree, &fields);
	if (err == OK) {
		page_codes_put(sets.schemas, &fields, &form, tree);
		page_codes_find(sets.schemas, &fields, &form, json_read_text(ask, "act"), tree);
	}
	if (err == OK && json_object_get(ask, "about") == NULL && work->document.len > 0)
		err = put_copied(drawing, tree);
	stylesheet_tree_free(asked);
	json_decref(ask);
	return err;
}

/* A code that was picked stands in the page as if it had been typed. */
static void pick_code(const struct page_work *work, json_t *view)
{
	json_t *ask = json_loadb((const char *)work->ask.at, work->ask.len, JSON_ALLOW_NUL, NULL);

	page_codes_pick(json_read_text(ask, "act"),
			json_object_get(json_object_get(view, "doing"), "given"));
	json_decref(ask);
}

/* Kinds that an agent may lodge at all, so that a mandate offers no others. */
static void put_lodged_for_others(const struct schema_set *schemas, struct stylesheet_tree *tree)
{
	stylesheet_tree_open(tree, "lodged");
	for (size_t i = 0; schemas != NULL && i < schema_set_count(schemas); i++) {
		const struct schema *schema = schema_set_at(schemas, i);

		if (!word_is_in(schema_fixed_fact(schema, "lodgedBy"), "agent"))
			continue;
		stylesheet_tree_open(tree, "item");
		stylesheet_tree_text(tree, bytes_of_text(schema_id(schema)));
		stylesheet_tree_close(tree);
	}
	stylesheet_tree_close(tree);
}

static enum err put_view(const struct drawing *drawing, const json_t *view,
			 struct stylesheet_tree *tree)
{
	page_view_put(view, tree);
	put_qr(view, tree);
	if (strcmp(drawing->work->sheet, CODES) == 0)
		page_codes_search(drawing->sets->schemas, json_read_text(view, "id"),
				  json_read_text(json_object_get(view, "query"), "q"), tree);
	if (strcmp(drawing->work->sheet, MANDATES) == 0)
		put_lodged_for_others(drawing->sets->schemas, tree);
	if (drawing->work->form[0] != '\0')
		return put_form(drawing, view, tree);
	return drawing->sets->schemas == NULL ? OK : put_papers(drawing, view, tree);
}

static enum err draw(const struct drawing *drawing, const json_t *view, struct buffer *to)
{
	const struct stylesheet_page page = {drawing->work->sheet, drawing->work->in_vietnamese};
	struct stylesheet_tree *tree = stylesheet_tree_new(ROOT);
	enum err err;

	if (tree == NULL)
		return ERR_MEMORY;
	err = put_view(drawing, view, tree);
	if (err == OK)
		err = stylesheet_render(drawing->sets->views, &page, tree, to);
	stylesheet_tree_free(tree);
	return err;
}

enum err page_work_serve(const struct page_work_sets *sets, struct bytes question,
			 struct arena *arena, struct buffer *to)
{
	struct page_work work;
	const struct drawing drawing = {sets, &work, arena};
	json_t *view;
	enum err err = unpack(question, arena, &work);

	if (err != OK)
		return err;
	view = json_loadb((const char *)work.view.at, work.view.len, JSON_ALLOW_NUL, NULL);
	if (view == NULL)
		return ERR_FORMAT;
	if (work.form[0] == '\0')
		err = add_excerpts(view, work.document, arena);
	else if (work.table.len > 0)
		err = fill_lines(&drawing, view);
	else
		pick_code(&work, view);
	if (err == OK)
		err = draw(&drawing, view, to);
	json_decref(view);
	return err;
}
