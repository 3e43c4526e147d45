#include <string.h>

#include "messages/rule_book.h"

struct gathering {
	const struct trunk *trunk;
	struct rule_values *slots;
	struct arena *arena;
	uint32_t at;
	enum err err;
};

static struct rule_value *put(struct gathering *gathering, uint32_t slot,
			      const struct branch *branch, struct bytes text)
{
	struct rule_values *values = &gathering->slots[slot];

	if (values->count == values->room) {
		size_t room = values->room == 0 ? 4 : values->room * 2;
		struct rule_value *items =
			arena_alloc_array(gathering->arena, room, sizeof(*items));

		if (items == NULL) {
			gathering->err = ERR_MEMORY;
			return NULL;
		}
		if (values->count > 0)
			memcpy(items, values->items, values->count * sizeof(*items));
		values->items = items;
		values->room = room;
	}
	values->items[values->count] = (struct rule_value){
		.branch = branch, .text = text, .at = gathering->at, .end = gathering->at + 1};
	return &values->items[values->count++];
}

static void tap_piece(struct gathering *gathering, const struct rule_tap *tap,
		      const struct branch *branch, struct bytes text)
{
	text = bytes_trimmed(text);
	if (tap->part != NULL && !rule_form_part(tap->part, text, &text))
		return;
	if (text.len > 0 && (tap->words.count == 0 || rule_test_has_word(&tap->words, text)))
		(void)put(gathering, tap->slot, branch, text);
}

static void tap_text(struct gathering *gathering, const struct rule_tap *tap,
		     const struct branch *branch, struct bytes text)
{
	const uint8_t *sign;

	while (tap->split != 0 && text.len > 0 &&
	       (sign = memchr(text.at, tap->split, text.len)) != NULL) {
		tap_piece(gathering, tap, branch, bytes_of(text.at, (size_t)(sign - text.at)));
		text = bytes_of(sign + 1, text.len - (size_t)(sign + 1 - text.at));
	}
	tap_piece(gathering, tap, branch, text);
}

static void tap_value(struct gathering *gathering, const struct rule_step *step,
		      const struct branch *branch)
{
	struct bytes text = bytes_trimmed(trunk_text(branch));

	for (const struct rule_tap *tap = step->taps; tap != NULL; tap = tap->next)
		tap_text(gathering, tap, branch, text);
	gathering->at++;
}

static bool is_called(const struct branch *branch, const struct shape *shape)
{
	return branch->shape == shape || strcmp(branch->shape->name, shape->name) == 0;
}

static bool holds(struct gathering *gathering, const struct rule_step *step,
		  const struct branch *element)
{
	const struct branch *child;

	if (step->where == NULL)
		return true;
	child = trunk_first(gathering->trunk, element);
	while (child != NULL && strcmp(child->shape->name, step->where) != 0)
		child = trunk_next(gathering->trunk, child);
	return child != NULL &&
	       bytes_equal(bytes_trimmed(trunk_text(child)), bytes_of_text(step->equals));
}

static void walk(struct gathering *gathering, const struct rule_step *step,
		 const struct branch *element);

/* An element that holds elements: its place is kept, for what stands in it. */
static void walk_group(struct gathering *gathering, const struct rule_step *step,
		       const struct branch *element)
{
	uint32_t at = gathering->at++;

	for (const struct rule_tap *tap = step->taps; tap != NULL; tap = tap->next) {
		struct rule_value *value = put(gathering, tap->slot, element, (struct bytes){0});

		if (value != NULL)
			value->at = at;
	}
	walk(gathering, step, element);
	for (const struct rule_tap *tap = step->taps; tap != NULL && gathering->err == OK;
	     tap = tap->next) {
		struct rule_values *values = &gathering->slots[tap->slot];

		values->items[values->count - 1].end = gathering->at;
	}
}

static void walk_attributes(struct gathering *gathering, const struct rule_step *step,
			    const struct branch *element)
{
	for (const struct branch *attribute = trunk_first_attribute(gathering->trunk, element);
	     attribute != NULL; attribute = trunk_next_attribute(gathering->trunk, attribute))
		if (strcmp(attribute->shape->name, step->shape->name) == 0)
			tap_value(gathering, step, attribute);
}

static void take(struct gathering *gathering, const struct rule_step *step,
		 const struct branch *child)
{
	if (step->shape->is_attribute || !holds(gathering, step, child))
		return;
	if (!step->shape->is_leaf) {
		walk_group(gathering, step, child);
		return;
	}
	tap_value(gathering, step, child);
	walk(gathering, step, child);
}

/* With a shape of which no sibling has the name: then only its own steps are for it. */
static void walk_bound(struct gathering *gathering, const struct rule_step *step,
		       const struct branch *child)
{
	const struct shape *shape = child->shape;

	for (; step != NULL && gathering->err == OK; step = step->next)
		if (step->shape == shape)
			take(gathering, step, child);
}

static void walk_child(struct gathering *gathering, const struct rule_step *step,
		       const struct branch *child)
{
	for (; step != NULL && gathering->err == OK; step = step->next)
		if (is_called(child, step->shape))
			take(gathering, step, child);
}

/* As deep as the longest path of a name. */
static void walk(struct gathering *gathering, const struct rule_step *step,
		 const struct branch *element)
{
	if (step->first == NULL)
		return;
	for (const struct rule_step *inner = step->first; inner != NULL; inner = inner->next)
		if (inner->shape->is_attribute)
			walk_attributes(gathering, inner, element);
	for (const struct branch *child = trunk_first(gathering->trunk, element); child != NULL;
	     child = trunk_next(gathering->trunk, child)) {
		if (child->shape->parent == step->shape && !child->shape->has_namesake)
			walk_bound(gathering, step->first, child);
		else
			walk_child(gathering, step->first, child);
	}
}

enum err rule_gather(const struct rule_book *book, const struct document *document,
		     struct arena *arena, struct rule_values **ret_slots)
{
	struct gathering gathering = {.trunk = document->trunk, .arena = arena, .err = OK};

	gathering.slots =
		arena_alloc_array(arena, book->slot_count + (size_t)1, sizeof(*gathering.slots));
	if (gathering.slots == NULL)
		return ERR_MEMORY;
	walk(&gathering, &book->root, &document->trunk->items[0]);
	if (gathering.err == OK)
		*ret_slots = gathering.slots;
	return gathering.err;
}
