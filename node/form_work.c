#include "node/form_work.h"

#include <string.h>

#include "messages/layout.h"
#include "messages/utf8.h"
#include "node/page_view.h"
#include "sampan/hidden.h"

#define MAX_VALUES STYLESHEET_FIELDS

/* ---- Packing ---- */

void form_work_pack(struct buffer *to, const struct form_work *work)
{
	pack_text(to, work->form);
	pack_bytes(to, work->ask);
	pack_bytes(to, work->document);
	pack_u32(to, (uint32_t)work->count);
	for (size_t i = 0; i < work->count; i++) {
		pack_text(to, work->values[i].name);
		pack_text(to, work->values[i].value);
	}
}

static enum err unpack(struct bytes from, struct arena *arena, struct form_work *ret_work)
{
	struct form_value *values;
	struct unpack reader;

	unpack_init(&reader, from);
	ret_work->form = unpack_text(&reader, arena);
	ret_work->ask = unpack_bytes(&reader);
	ret_work->document = unpack_bytes(&reader);
	ret_work->count = unpack_count(&reader, 8);
	if (ret_work->count > MAX_VALUES)
		return ERR_LIMIT;
	values = arena_alloc_array(arena, ret_work->count + 1, sizeof(*values));
	if (values == NULL)
		return ERR_MEMORY;
	for (size_t i = 0; i < ret_work->count; i++) {
		values[i].name = unpack_text(&reader, arena);
		values[i].value = unpack_text(&reader, arena);
	}
	ret_work->values = values;
	return unpack_end(&reader);
}

static void pack_made(struct buffer *to, const struct form_made *made)
{
	size_t begin = pack_begin(to);

	findings_pack(to, &made->findings);
	pack_end(to, begin);
	pack_bytes(to, made->made.document);
	pack_u32(to, (uint32_t)made->made.count);
	for (size_t i = 0; i < made->made.count; i++) {
		pack_text(to, made->made.places[i].path);
		pack_text(to, made->made.places[i].field);
	}
}

enum err form_work_unpack_made(struct bytes from, struct arena *arena, struct form_made *ret_made)
{
	struct form_made made = {0};
	struct unpack reader;
	enum err err;

	unpack_init(&reader, from);
	findings_init(&made.findings, arena);
	err = findings_unpack(unpack_bytes(&reader), &made.findings);
	made.made.document = unpack_bytes(&reader);
	made.made.count = unpack_count(&reader, 8);
	made.made.places = arena_alloc_array(arena, made.made.count + 1, sizeof(*made.made.places));
	if (err == OK && made.made.places == NULL)
		err = ERR_MEMORY;
	for (size_t i = 0; err == OK && i < made.made.count; i++) {
		made.made.places[i].path = unpack_text(&reader, arena);
		made.made.places[i].field = unpack_text(&reader, arena);
	}
	if (err != OK || (err = unpack_end(&reader)) != OK)
		return err;
	*ret_made = made;
	return OK;
}

/* ---- What was filled in ---- */

struct filling {
	const struct form_work_sets *sets;
	const struct form_work *work;
	const struct stylesheet_fields *fields;
	struct findings *findings;
};

static enum err object(const struct filling *filling, const char *code, const char *name,
		       const char *value)
{
	const char *path = arena_format(filling->findings->arena, FORM_WORK_PATH "%s", name);

	if (path == NULL)
		return ERR_MEMORY;
	return schema_finding(filling->sets->schemas, filling->findings, SEVERITY_ERROR, code, path,
			      0, value, NULL);
}

static const char *value_of(const struct form_work *work, const char *name)
{
	for (size_t i = 0; i < work->count; i++)
		if (strcmp(work->values[i].name, name) == 0)
			return work->values[i].value;
	return "";
}

static bool is_choice(const struct stylesheet_field *field, const char *value)
{
	for (size_t i = 0; i < field->option_count; i++)
		if (strcmp(field->options[i], value) == 0)
			return true;
	return field->option_count == 0;
}

static size_t characters(const char *text)
{
	size_t count = 0;

	for (; *text != '\0'; text++)
		count += (*text & 0xc0) != 0x80;
	return count;
}

/* Who decides by what others read must not be able to show them something else. */
static bool has_hidden(const char *value)
{
	size_t len;

	return hidden_find(bytes_of_text(value), 0, &len) < strlen(value);
}

static enum err look_at_field(const struct filling *filling, const struct stylesheet_field *field)
{
	const char *value = value_of(filling->work, field->name);

	if (value[0] == '\0')
		return field->is_required ? object(filling, "form-field-missing", field->name, "")
					  : OK;
	if (!is_choice(field, value))
		return object(filling, "form-field-choice", field->name, value);
	if (field->max_characters > 0 && characters(value) > field->max_characters)
		return object(filling, "form-field-long", field->name, value);
	return has_hidden(value) ? object(filling, "form-field-hidden", field->name, value) : OK;
}

static bool is_known(const struct stylesheet_fields *fields, const char *name)
{
	for (size_t i = 0; i < fields->count; i++)
		if (strcmp(fields->items[i].name, name) == 0)
			return true;
	return false;
}

static enum err look_at_all(const struct filling *filling)
{
	enum err err = OK;

	for (size_t i = 0; err == OK && i < filling->fields->count; i++)
		err = look_at_field(filling, &filling->fields->items[i]);
	for (size_t i = 0; err == OK && i < filling->work->count; i++)
		if (!is_known(filling->fields, filling->work->values[i].name))
			err = object(filling, "form-field-unknown", filling->work->values[i].name,
				     filling->work->values[i].value);
	return err;
}

/* ---- The tree ---- */

/* Whatever a browser sends is looked at before a form says which fields it has. */
static void put_values(const struct form_work *work, bool with_empty, struct stylesheet_tree *tree)
{
	if (work->count == 0)
		return;
	stylesheet_tree_open(tree, "field");
	for (size_t i = 0; i < work->count; i++)
		if ((with_empty || work->values[i].value[0] != '\0') &&
		    stylesheet_is_field(work->values[i].name))
			stylesheet_tree_field(tree, work->values[i].name, work->values[i].value);
	stylesheet_tree_close(tree);
}

static enum err put_about(const struct form_work_sets *sets, const struct form_work *work,
			  json_t *json, struct arena *arena, struct stylesheet_tree *tree)
{
	json_t *about = json_incref(json_object_get(json, "about"));
	enum err err = OK;

	(void)json_object_del(json, "about");
	page_view_put(json, tree);
	stylesheet_tree_open(tree, "about");
	page_view_put(about, tree);
	if (work->document.len > 0)
		err = layout_put(sets->schemas, work->document, arena, tree);
	stylesheet_tree_close(tree);
	json_decref(about);
	return err;
}

static struct stylesheet_tree *tree_new(const struct form_work_sets *sets,
					const struct form_work *work, bool is_asked,
					struct arena *arena)
{
	json_t *json = json_loadb((const char *)work->ask.at, work->ask.len, 0, NULL);
	struct stylesheet_tree *tree = json == NULL ? NULL : stylesheet_tree_new("ask");
	enum err err = tree == NULL ? ERR_MEMORY : put_about(sets, work, json, arena, tree);

	if (err == OK)
		put_values(work, is_asked, tree);
	if (err == OK && !is_asked)
		stylesheet_tree_rename(tree, "form");
	json_decref(json);
	if (err == OK)
		return tree;
	stylesheet_tree_free(tree);
	return NULL;
}

struct stylesheet_tree *form_work_tree(const struct form_work_sets *sets,
				       const struct form_work *work, struct arena *arena)
{
	return tree_new(sets, work, true, arena);
}

static enum err ask_for(const struct form_work_sets *sets, const struct form_work *work,
			struct arena *arena, struct stylesheet_fields *ret_fields)
{
	struct stylesheet_tree *tree = form_work_tree(sets, work, arena);
	enum err err = tree == NULL ? ERR_FORMAT
				    : stylesheet_ask(sets->forms, work->form, tree, arena, NULL,
						     ret_fields);

	stylesheet_tree_free(tree);
	return err;
}

static enum err write_document(const struct form_work_sets *sets, const struct form_work *work,
			       struct arena *arena, struct stylesheet_made *ret_made)
{
	struct stylesheet_tree *tree = tree_new(sets, work, false, arena);
	enum err err = tree == NULL ? ERR_FORMAT
				    : stylesheet_compose(sets->forms, work->form, tree,
							 sets->max_bytes, arena, ret_made);

	stylesheet_tree_free(tree);
	return err;
}

static enum err compose(const struct form_work_sets *sets, const struct form_work *work,
			struct arena *arena, struct form_made *ret_made)
{
	struct stylesheet_fields fields;
	const struct filling filling = {sets, work, &fields, &ret_made->findings};
	enum err err = ask_for(sets, work, arena, &fields);

	if (err == OK)
		err = look_at_all(&filling);
	if (err == OK && !findings_has_errors(&ret_made->findings))
		err = write_document(sets, work, arena, &ret_made->made);
	return err;
}

enum err form_work_serve(const struct form_work_sets *sets, struct bytes question,
			 struct arena *arena, struct buffer *to)
{
	struct form_made made = {0};
	struct form_work work;
	enum err err = unpack(question, arena, &work);

	findings_init(&made.findings, arena);
	if (err == OK)
		err = compose(sets, &work, arena, &made);
	if (err != OK)
		return err;
	pack_made(to, &made);
	return buffer_error(to);
}
