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
	return (struct bytes){(const uint8_t *)branch->text, branch->text_len};
}

static bool attribute_passes(const struct sieve_attribute *rule, const struct branch *attribute)
{
	struct bytes text = text_of(attribute);

	return attribute->index == 1 && sieve_value_passes(rule->simple, text) &&
	       (rule->fixed == NULL || bytes_equal(text, bytes_of_text(rule->fixed)));
}

static bool attributes_pass(struct pass *pass, const struct sieve_type *type,
			    const struct branch *branch)
{
	uint64_t seen = 0;

	for (size_t i = 0; i < type->attribute_count; i++) {
		const struct branch *attribute =
			branch_last(branch, branch->shape->children[type->element_count + i]);

		if (attribute == NULL)
			continue;
		if (!attribute_passes(&type->attributes[i], attribute))
			return false;
		seen |= UINT64_C(1) << i;
		pass->values++;
	}
	return (seen & type->required) == type->required;
}

static const struct branch *first_element(const struct branch *branch)
{
	const struct branch *child = branch_first(branch);

	while (child != NULL && child->shape->is_attribute)
		child = child->next;
	return child;
}

/* Children in order of the output; attributes, which stand before them in order, are no children. */
static uint32_t next_child(struct sieve_stream *stream)
{
	const struct branch *child = stream->at;

	if (child == NULL)
		return SIEVE_END;
	stream->at = child->next;
	return child->shape->order - (uint32_t)stream->type->attribute_count;
}

static bool has_model(const struct sieve_type *type, const struct branch *branch)
{
	struct sieve_stream stream = {
		.next = next_child, .type = type, .at = first_element(branch)};

	return type->content != SIEVE_MODEL || sieve_content_fits(&stream);
}

static bool counts_pass(const struct sieve_type *type, const struct branch *branch)
{
	for (size_t i = 0; i < type->element_count; i++) {
		const struct sieve_element *element = &type->elements[i];
		uint32_t count = branch_count(branch, branch->shape->children[i]);

		if (count < element->min || count > element->max)
			return false;
	}
	return true;
}

static bool children_pass(struct pass *pass, const struct sieve_type *type,
			  const struct branch *branch)
{
	const struct branch *child = first_element(branch);

	if (type->content != SIEVE_MODEL && !counts_pass(type, branch))
		return false;
	for (; child != NULL; child = child->next) {
		size_t place = child->shape->order - type->attribute_count;

		if (!element_passes(pass, type->elements[place].type, child))
			return false;
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
