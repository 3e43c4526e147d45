#include "messages/source.h"

#include <string.h>

#include "messages/bind.h"
#include "messages/shape_text.h"

struct linking {
	struct branch_pool pool; /* of what children are found with */
	struct trunk *trunk;
};

/* A label gets what paths are written with when it is found to be a stray's. */
static enum err complete(const struct shape *label, struct arena *arena)
{
	return label->step.at != NULL ? OK
				      : shape_text_set((struct shape *)(uintptr_t)label, arena);
}

/* ---- Values ---- */

static void look_at_text(struct linking *linking, struct branch *branch)
{
	/* a stray may hold anything */
	if (branch->text != NULL && !branch->shape->is_leaf && trunk_is_blank(trunk_text(branch)))
		branch_set_text(branch, NULL);
	linking->trunk->value_count += branch->text != NULL;
}

static void look_at_hint(struct linking *linking, struct branch *branch)
{
	branch->is_hint =
		branch->shape->is_attribute && strcmp(branch->shape->namespace, TRUNK_XSI) == 0;
	linking->trunk->has_hints |= branch->is_hint;
}

/* ---- Links ---- */

static uint32_t stray_index(const struct branch *first, const struct shape *shape)
{
	uint32_t index = 1;

	for (; first != NULL; first = first->next)
		index += first->shape->is_attribute == shape->is_attribute &&
			 strcmp(first->shape->name, shape->name) == 0;
	return index;
}

static enum err link_stray(struct linking *linking, struct branch *branch)
{
	struct branch *parent = branch->parent;

	look_at_hint(linking, branch);
	if (complete(branch->shape, linking->trunk->arena) != OK)
		return ERR_MEMORY;
	if (parent == NULL)
		return OK;
	if (!branch_allow_children(&linking->pool, parent))
		return ERR_MEMORY;
	branch->index = stray_index(parent->children->stray, branch->shape);
	branch_link(branch, parent->children->tail);
	if (parent->children->stray == NULL)
		parent->children->stray = branch;
	return OK;
}

static enum err link_known(struct linking *linking, struct branch *branch)
{
	struct branch *parent = branch->parent, *before;
	const struct shape *shape = branch->shape;

	if (parent == NULL)
		return OK;
	if (!branch_allow_children(&linking->pool, parent))
		return ERR_MEMORY;
	before = branch_place(parent, shape);
	if (before != NULL && before->shape == shape)
		branch->index = before->index + 1;
	branch_link(branch, before);
	parent->children->last[shape->order] = branch;
	if (shape->has_namesake && !shape->is_attribute)
		branch_keep_place(branch);
	return OK;
}

static enum err link_all(struct trunk *trunk)
{
	struct linking linking = {.pool = {.arena = trunk->arena}, .trunk = trunk};
	enum err err = OK;

	for (uint32_t i = 0; i < trunk->count && err == OK; i++) {
		struct branch *branch = &trunk->items[i];

		err = branch_is_stray(branch) ? link_stray(&linking, branch)
					      : link_known(&linking, branch);
		look_at_text(&linking, branch);
	}
	trunk->is_linked = err == OK;
	return err;
}

/* What is bound to another kind, or was linked only in part, is read again. */
static enum err bind(const struct document *document, const struct shape *shape)
{
	const struct trunk *trunk = document->trunk;
	enum err err = OK;

	if (trunk->bound_to == shape && trunk->items[0].children == NULL)
		return OK;
	if (trunk->bound_to != NULL)
		err = document_read_again(document);
	if (err == OK)
		bind_trunk(document->trunk, shape, NULL);
	return err;
}

enum err source_read(const struct document *document, const struct shape *shape,
		     struct source *ret_source)
{
	struct trunk *trunk = document->trunk;
	enum err err;

	if (trunk->bound_to != shape || !trunk->is_linked) {
		if ((err = bind(document, shape)) != OK || (err = link_all(document->trunk)) != OK)
			return err;
		trunk = document->trunk;
	}
	*ret_source = (struct source){.root = &trunk->items[0],
				      .trunk = trunk,
				      .value_count = trunk->value_count,
				      .has_hints = trunk->has_hints};
	return OK;
}

/* An element's own value waits until its attributes, which stand behind it, are done. */
void source_each_value(const struct source *source, source_visit_value *visit, void *context)
{
	struct branch *waiting = NULL;

	for (uint32_t i = 0; i < source->trunk->count; i++) {
		struct branch *branch = &source->trunk->items[i];

		if (!branch->shape->is_attribute && waiting != NULL)
			visit(context, waiting);
		if (branch->shape->is_attribute)
			visit(context, branch);
		else
			waiting = branch->text == NULL ? NULL : branch;
	}
	if (waiting != NULL)
		visit(context, waiting);
}

static void visit_left(const struct source *source, const struct branch_state *states,
		       source_visit_value *visit, void *context, struct branch *value)
{
	const struct trunk *trunk = source->trunk;

	for (uint32_t i = value->number + 1;
	     !value->shape->is_attribute && i < trunk->count && trunk->items[i].shape->is_attribute;
	     i++)
		if (!states[i].is_taken)
			visit(context, &trunk->items[i]);
	visit(context, value);
}

/* States lie closer together than branches: most are taken. */
void source_each_left(const struct source *source, const struct branch_state *states,
		      source_visit_value *visit, void *context)
{
	const struct trunk *trunk = source->trunk;

	for (uint32_t i = 0; i < trunk->count; i = states[i].is_grafted ? trunk->after[i] : i + 1)
		if (!states[i].is_taken && !states[i].is_grafted && trunk->items[i].text != NULL)
			visit_left(source, states, visit, context, &trunk->items[i]);
}
