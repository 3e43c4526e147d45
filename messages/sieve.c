#include "messages/sieve.h"

#include <string.h>

#include "messages/sieve_pass.h"

#define FIRST_PLACES 256u

/*
 * What tables and shapes have in common: children in the same places (sieve->is_like_shape). So a
 * branch's shape says where in its parent's type it stands.
 */

void sieve_pass_init(struct sieve_pass *pass, const struct sieve *sieve, struct arena *arena)
{
	pass->arena = arena;
	pass->sieve = sieve;
	pass->passes = sieve != NULL && sieve->is_like_shape && sieve->root.name != NULL;
	pass->depth = 0;
	pass->places = NULL;
	pass->place_count = pass->place_room = 0;
}

/* ---- Attributes ---- */

/* Where schemas lie: a word to who validates, and nothing that is looked at here. */
static bool is_hint(const struct shape *label)
{
	return strcmp(label->namespace, TRUNK_XSI) == 0 &&
	       (strcmp(label->name, "schemaLocation") == 0 ||
		strcmp(label->name, "noNamespaceSchemaLocation") == 0);
}

static bool attribute_passes(struct sieve_frame *frame, const struct branch *attribute)
{
	const struct sieve_type *type = frame->reading.type;
	uint32_t place = attribute->shape->order;
	const struct sieve_attribute *rule;
	struct bytes text = trunk_text(attribute);

	if (place >= type->attribute_count || (frame->attributes >> place & 1) != 0)
		return false;
	frame->attributes |= UINT64_C(1) << place;
	rule = &type->attributes[place];
	return sieve_value_passes(rule->simple, text) &&
	       (rule->fixed == NULL || bytes_equal(text, bytes_of_text(rule->fixed)));
}

/* ---- Children ---- */

static uint32_t next_place(struct sieve_stream *stream)
{
	const uint32_t *place = stream->at;

	if (place == stream->above)
		return SIEVE_END;
	stream->at = place + 1;
	return *place;
}

static bool model_fits(struct sieve_pass *pass, const struct sieve_frame *frame)
{
	struct sieve_stream stream = {.next = next_place,
				      .type = frame->reading.type,
				      .at = pass->places + frame->places,
				      .above = pass->places + pass->place_count};
	bool fits = sieve_content_fits(&stream);

	pass->place_count = frame->places;
	return fits;
}

static bool keep_place(struct sieve_pass *pass, uint32_t place)
{
	uint32_t room = pass->place_room == 0 ? FIRST_PLACES : pass->place_room * 2;
	uint32_t *places;

	if (pass->place_count == pass->place_room) {
		places = arena_room(pass->arena, room * sizeof(*places));
		if (places == NULL)
			return false;
		if (pass->place_count > 0)
			memcpy(places, pass->places, pass->place_count * sizeof(*places));
		pass->places = places;
		pass->place_room = room;
	}
	pass->places[pass->place_count++] = place;
	return true;
}

static bool close_frame(struct sieve_pass *pass)
{
	const struct sieve_frame *frame = &pass->frames[--pass->depth];
	const struct sieve_type *type = frame->reading.type;

	if ((frame->attributes & type->required) != type->required)
		return false;
	switch (type->content) {
	case SIEVE_MODEL:
		return model_fits(pass, frame);
	case SIEVE_SEQUENCE:
	case SIEVE_ALL:
		return sieve_reading_is_complete(&frame->reading);
	case SIEVE_TEXT:
	case SIEVE_EMPTY:
		return true;
	case SIEVE_UNKNOWN:
		break;
	}
	return false;
}

/* ---- Elements ---- */

static bool text_passes(const struct sieve_type *type, const struct branch *element)
{
	switch (type->content) {
	case SIEVE_TEXT:
		return sieve_value_passes(type->simple, trunk_text(element));
	case SIEVE_EMPTY:
		return element->text_len == 0;
	case SIEVE_SEQUENCE:
	case SIEVE_ALL:
	case SIEVE_MODEL:
		return element->text_len == 0 || trunk_is_blank(trunk_text(element));
	case SIEVE_UNKNOWN:
		break;
	}
	return false;
}

static bool element_passes(struct sieve_pass *pass, const struct sieve_type *type,
			   const struct branch *element)
{
	struct sieve_frame *frame = &pass->frames[pass->depth++];

	*frame = (struct sieve_frame){
		.branch = element, .reading = {.type = type}, .places = pass->place_count};
	return text_passes(type, element);
}

static bool child_passes(struct sieve_pass *pass, const struct branch *child)
{
	struct sieve_frame *frame = &pass->frames[pass->depth - 1];
	const struct sieve_type *type = frame->reading.type;
	size_t place = child->shape->order - type->attribute_count;

	return place < type->element_count &&
	       sieve_reading_takes(&frame->reading, (uint32_t)place) &&
	       (type->content != SIEVE_MODEL || keep_place(pass, (uint32_t)place)) &&
	       element_passes(pass, type->elements[place].type, child);
}

static bool root_passes(struct sieve_pass *pass, const struct branch *root)
{
	return root->shape == pass->sieve->shape &&
	       element_passes(pass, pass->sieve->root.type, root);
}

static bool inner_passes(struct sieve_pass *pass, const struct branch *branch)
{
	while (pass->frames[pass->depth - 1].branch != branch->parent)
		if (!close_frame(pass))
			return false;
	return branch->shape->is_attribute
		       ? attribute_passes(&pass->frames[pass->depth - 1], branch)
		       : child_passes(pass, branch);
}

void sieve_pass_show(struct sieve_pass *pass, const struct branch *branch, bool is_namespace_right)
{
	if (branch->parent != NULL && branch->shape->order == BRANCH_STRAY &&
	    branch->shape->is_attribute && is_hint(branch->shape))
		return;
	pass->passes =
		is_namespace_right && branch->shape->order != BRANCH_STRAY &&
		(branch->parent == NULL ? root_passes(pass, branch) : inner_passes(pass, branch));
}

bool sieve_pass_end(struct sieve_pass *pass)
{
	while (pass->passes && pass->depth > 0)
		pass->passes = close_frame(pass);
	return pass->passes;
}
