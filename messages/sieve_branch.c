#include "messages/branch.h"
#include "messages/sieve_table.h"
#include "sampan/limit.h"

/* What tables and shapes have in common: children in the same places (sieve->is_like_shape). */

struct pass {
	size_t values;
};

static bool element_passes(struct pass *pass, const struct sieve_type *type,
			   const struct branch *branch);

static struct bytes text_of(const struct branch *branch)
{
	return bytes_of_text(branch->text == NULL ? "" : branch->text);
}

static const struct branch_slot *slot_of(const struct branch *branch, size_t place)
{
	return branch_children(branch, branch->shape->children[place]);
}

static bool attributes_pass(struct pass *pass, const struct sieve_type *type,
			    const struct branch *branch)
{
	uint64_t seen = 0;

	for (size_t i = 0; i < type->attribute_count; i++) {
		const struct sieve_attribute *rule = &type->attributes[i];
		const struct branch_slot *slot = slot_of(branch, type->element_count + i);

		if (slot->count == 0)
			continue;
		if (slot->count > 1 || !sieve_value_passes(rule->simple, text_of(slot->first)) ||
		    (rule->fixed != NULL &&
		     !bytes_equal(text_of(slot->first), bytes_of_text(rule->fixed))))
			return false;
		seen |= UINT64_C(1) << i;
		pass->values++;
	}
	return (seen & type->required) == type->required;
}

/* Children of one place after the other, as they will be written. */
static uint32_t next_child(struct sieve_stream *stream)
{
	const struct branch *branch = stream->above, *child = stream->at;

	while (child == NULL && stream->count < stream->type->element_count)
		child = slot_of(branch, stream->count++)->first;
	if (child == NULL)
		return SIEVE_END;
	stream->at = child->next;
	return stream->count - 1;
}

static bool has_model(const struct sieve_type *type, const struct branch *branch)
{
	struct sieve_stream stream = {.next = next_child, .type = type, .above = branch};

	return type->content != SIEVE_MODEL || sieve_content_fits(&stream);
}

static bool children_pass(struct pass *pass, const struct sieve_type *type,
			  const struct branch *branch)
{
	for (size_t i = 0; i < type->element_count; i++) {
		const struct sieve_element *element = &type->elements[i];
		const struct branch_slot *slot = slot_of(branch, i);

		if (type->content != SIEVE_MODEL &&
		    (slot->count < element->min || slot->count > element->max))
			return false;
		for (const struct branch *child = slot->first; child != NULL; child = child->next) {
			if (!element_passes(pass, element->type, child))
				return false;
		}
	}
	return has_model(type, branch);
}

/* Depth is bounded by the shape, which is not recursive. */
static bool element_passes(struct pass *pass, const struct sieve_type *type,
			   const struct branch *branch)
{
	pass->values++;
	if (type->content == SIEVE_UNKNOWN || !attributes_pass(pass, type, branch))
		return false;
	if (type->content == SIEVE_TEXT)
		return sieve_value_passes(type->simple, text_of(branch));
	return text_of(branch).len == 0 && children_pass(pass, type, branch);
}

bool sieve_passes_branch(const struct sieve *sieve, const struct branch *root)
{
	struct pass pass = {.values = 0};

	return sieve->is_like_shape && root->shape == sieve->shape &&
	       element_passes(&pass, sieve->root.type, root) &&
	       pass.values <= LIMIT_DOCUMENT_VALUES;
}
