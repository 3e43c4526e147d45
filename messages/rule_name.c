#include "messages/rule_name.h"

#include <string.h>

#include "messages/word.h"
#include "messages/xsd.h"

void rule_name_fault(struct rule_reader *reader, const xmlNode *node, const char *code,
		     const char *value, const char *more)
{
	enum err err = schema_finding(reader->set, reader->findings, SEVERITY_ERROR, code,
				      reader->file, document_line(node), value, value, more, NULL);

	reader->has_faults = true;
	if (reader->err == OK)
		reader->err = err;
}

void *rule_name_keep(struct rule_reader *reader, void *memory)
{
	if (memory == NULL && reader->err == OK)
		reader->err = ERR_MEMORY;
	return memory;
}

const char *rule_name_attribute(struct rule_reader *reader, const xmlNode *node, const char *name)
{
	const char *value = xsd_attribute(node, name);

	return value == NULL
		       ? NULL
		       : rule_name_keep(reader, arena_text(reader->arena, bytes_of_text(value)));
}

struct rule_words rule_name_words(struct rule_reader *reader, const char *text)
{
	struct rule_words words = {0};

	if (text == NULL)
		return words;
	words.items = word_split(text, reader->arena, &words.count);
	if (words.items == NULL)
		(void)rule_name_keep(reader, NULL);
	return words;
}

/* ---- Paths ---- */

/* A[B=C]: the name, and the condition where there is one. */
struct piece {
	struct bytes name;
	struct bytes where;
	struct bytes equals;
};

static bool next_piece(const char **at, struct piece *piece)
{
	const char *end;

	*piece = (struct piece){.name = bytes_of(*at, strcspn(*at, "/["))};
	*at += piece->name.len;
	if (**at == '[') {
		piece->where = bytes_of(*at + 1, strcspn(*at + 1, "=]/"));
		*at += 1 + piece->where.len;
		end = **at == '=' ? strchr(*at, ']') : NULL;
		if (end == NULL)
			return false;
		piece->equals = bytes_of(*at + 1, (size_t)(end - *at - 1));
		*at = end + 1;
	}
	if (**at == '/' && *++*at == 0)
		return false;
	return piece->name.len > 0;
}

static bool is_same_text(const char *text, struct bytes bytes)
{
	return text == NULL ? bytes.len == 0 : bytes_equal(bytes_of_text(text), bytes);
}

static struct rule_step *find_step(const struct rule_step *parent, const struct shape *shape,
				   const struct piece *piece)
{
	for (struct rule_step *step = parent->first; step != NULL; step = step->next)
		if (step->shape == shape && is_same_text(step->where, piece->where) &&
		    is_same_text(step->equals, piece->equals))
			return step;
	return NULL;
}

static struct rule_step *add_step(struct rule_reader *reader, struct rule_step *parent,
				  const struct shape *shape, const struct piece *piece)
{
	struct rule_step *step = find_step(parent, shape, piece);

	if (step != NULL)
		return step;
	step = rule_name_keep(reader, arena_alloc(reader->arena, sizeof(*step)));
	if (step == NULL)
		return NULL;
	*step = (struct rule_step){.shape = shape, .parent = parent, .next = parent->first};
	if (piece->where.len > 0) {
		step->where = rule_name_keep(reader, arena_text(reader->arena, piece->where));
		step->equals = rule_name_keep(reader, arena_text(reader->arena, piece->equals));
	}
	parent->first = step;
	return step;
}

/* The child of a condition must be one text, so that it is looked for once. */
static bool is_condition_sound(const struct shape *shape, const struct piece *piece)
{
	const struct shape *where;

	if (piece->where.len == 0)
		return true;
	where = shape_child(shape, piece->where);
	return where != NULL && where->is_leaf && !where->is_attribute && where->max == 1;
}

/* NULL: the kind has no such path. The text begins at the root, whose name it says first. */
static struct rule_step *follow(struct rule_reader *reader, const struct rule_kind *kind,
				const char *text)
{
	struct rule_step *step = &kind->book->root;
	struct piece piece;

	if (*text++ != '/' || !next_piece(&text, &piece) || piece.where.len > 0 ||
	    !bytes_equal(piece.name, bytes_of_text(step->shape->name)))
		return NULL;
	while (step != NULL && *text != 0) {
		const struct shape *shape;

		if (!next_piece(&text, &piece))
			return NULL;
		shape = shape_child(step->shape, piece.name);
		if (shape == NULL || !is_condition_sound(shape, &piece))
			return NULL;
		step = add_step(reader, step, shape, &piece);
	}
	return step;
}

/* ---- Names ---- */

const struct rule_name *rule_name_find(const struct rule_kind *kind, const char *name)
{
	for (const struct rule_name *known = kind->names; known != NULL; known = known->next)
		if (strcmp(known->name, name) == 0)
			return known;
	return NULL;
}

static bool is_below(const struct rule_step *step, const struct rule_step *above)
{
	while (step != NULL && step != above)
		step = step->parent;
	return step != NULL;
}

bool rule_name_is_in(const struct rule_kind *kind, const struct rule_name *name,
		     const struct rule_name *each)
{
	for (const struct rule_name *place = kind->names; place != NULL; place = place->next)
		if (place->operand.slot == name->operand.slot && !is_below(place->step, each->step))
			return false;
	return true;
}

static void read_part(struct rule_reader *reader, const xmlNode *node, struct rule_tap *tap)
{
	const char *part = xsd_attribute(node, "part");
	enum err err;

	if (part == NULL)
		return;
	err = rule_form_parse(part, reader->arena, &tap->part);
	if (err != OK)
		reader->err = err;
	else if (tap->part == NULL || !rule_form_has_part(tap->part))
		rule_name_fault(reader, node, "rule-value-wrong", part, "part");
}

static void read_date(struct rule_reader *reader, const xmlNode *node, const xmlNode *names,
		      struct rule_operand *operand)
{
	const char *form = xsd_attribute(node, "date");

	form = form != NULL ? form : xsd_attribute(names, "dates");
	if (form == NULL)
		return;
	operand->is_date = date_form_parse(form, &operand->form);
	if (!operand->is_date)
		rule_name_fault(reader, node, "rule-value-wrong", form, "date");
}

static const char *absolute(struct rule_reader *reader, const xmlNode *names, const char *path)
{
	const char *under = xsd_attribute(names, "under");

	if (*path == '/' || under == NULL)
		return path;
	if (strcmp(path, ".") == 0)
		return under;
	return rule_name_keep(reader, arena_format(reader->arena, "%s/%s", under, path));
}

static struct rule_tap *new_tap(struct rule_reader *reader, const xmlNode *node, uint32_t slot)
{
	struct rule_tap *tap = rule_name_keep(reader, arena_alloc(reader->arena, sizeof(*tap)));
	const char *split = xsd_attribute(node, "split");

	if (tap == NULL)
		return NULL;
	tap->slot = slot;
	if (split != NULL)
		tap->split = *split;
	tap->words = rule_name_words(reader, xsd_attribute(node, "value"));
	read_part(reader, node, tap);
	return tap;
}

/* A second place of an element would make what stands in it ambiguous. */
static bool is_place_sound(const struct rule_step *step, const struct rule_name *before,
			   const struct rule_tap *tap)
{
	bool is_value = step->shape->is_leaf || step->shape->is_attribute;

	return is_value ||
	       (before == NULL && tap->split == 0 && tap->part == NULL && tap->words.count == 0);
}

static void add_place(struct rule_reader *reader, struct rule_kind *kind, const xmlNode *node,
		      struct rule_step *step)
{
	const char *name = rule_name_attribute(reader, node, "is");
	struct rule_name *place =
		rule_name_keep(reader, arena_alloc(reader->arena, sizeof(*place)));
	const struct rule_name *before;
	struct rule_tap *tap;

	if (name == NULL || place == NULL)
		return;
	before = rule_name_find(kind, name);
	place->name = name;
	place->step = step;
	place->operand.slot = before == NULL ? kind->book->slot_count++ : before->operand.slot;
	read_date(reader, node, node->parent, &place->operand);
	tap = new_tap(reader, node, place->operand.slot);
	if (tap == NULL)
		return;
	if (!is_place_sound(step, before, tap)) {
		rule_name_fault(reader, node, "rule-value-wrong", name, "is");
		return;
	}
	tap->next = step->taps;
	step->taps = tap;
	place->next = kind->names;
	kind->names = place;
}

static void read_name(struct rule_reader *reader, struct rule_kind *kind, const xmlNode *node)
{
	const char *path = rule_name_attribute(reader, node, "path");
	const char *whole = path == NULL ? NULL : absolute(reader, node->parent, path);
	struct rule_step *step = whole == NULL ? NULL : follow(reader, kind, whole);

	if (reader->err != OK)
		return;
	if (step == NULL || step == &kind->book->root)
		rule_name_fault(reader, node, "rule-path-unknown", path,
				schema_full_id(kind->schema));
	else
		add_place(reader, kind, node, step);
}

static void read_judged(struct rule_reader *reader, struct rule_kind *kind, const xmlNode *node)
{
	struct rule_words words = rule_name_words(reader, xsd_attribute(node, "judged"));

	kind->judged = rule_name_keep(
		reader, arena_alloc_array(reader->arena, words.count + 1, sizeof(*kind->judged)));
	for (size_t i = 0; i < words.count && kind->judged != NULL; i++) {
		const struct rule_name *name = rule_name_find(kind, words.items[i]);

		if (name == NULL || !name->operand.is_date)
			rule_name_fault(reader, node, "rule-name-unknown", words.items[i],
					schema_full_id(kind->schema));
		else
			kind->judged[kind->judged_count++] = name->operand;
	}
}

/* ---- Kinds ---- */

static struct rule_book *book_of(struct rule_reader *reader, const struct schema *schema)
{
	size_t index = 0;

	while (schema_set_at(reader->set, index) != schema)
		index++;
	if (reader->books[index] == NULL) {
		struct rule_book *book =
			rule_name_keep(reader, arena_alloc(reader->arena, sizeof(*book)));

		if (book != NULL)
			book->root.shape = schema_shape(schema);
		reader->books[index] = book;
	}
	return reader->books[index];
}

static enum severity highest_of(const xmlNode *node)
{
	const char *word = xsd_attribute(node, "highest");

	for (enum severity severity = SEVERITY_NOTE; word != NULL && severity < SEVERITY_ERROR;
	     severity++)
		if (strcmp(word, severity_name(severity)) == 0)
			return severity;
	return SEVERITY_ERROR;
}

static bool is_known_already(const struct rule_reader *reader, const struct schema *schema)
{
	for (size_t i = 0; i < reader->kind_count; i++)
		if (reader->kinds[i].schema == schema)
			return true;
	return false;
}

void rule_name_read(struct rule_reader *reader, const xmlNode *node)
{
	const char *id = rule_name_attribute(reader, node, "kind");
	const struct schema *schema = id == NULL ? NULL : schema_set_find(reader->set, id);
	struct rule_kind *kind = &reader->kinds[reader->kind_count];

	if (id == NULL)
		return;
	if (schema == NULL || is_known_already(reader, schema)) {
		rule_name_fault(reader, node, "rule-kind-unknown", id, "");
		return;
	}
	*kind = (struct rule_kind){
		.schema = schema, .book = book_of(reader, schema), .highest = highest_of(node)};
	if (kind->book == NULL)
		return;
	reader->kind_count++;
	for (const xmlNode *child = node->children; child != NULL && reader->err == OK;
	     child = child->next)
		if (child->type == XML_ELEMENT_NODE)
			read_name(reader, kind, child);
	read_judged(reader, kind, node);
}
