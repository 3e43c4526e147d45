#include "messages/branch.h"
#include "messages/sieve_reading.h"
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

/* A child that the kind does not know has a shape of its own. */
static bool is_at(const struct branch *branch, size_t place, const struct branch *child)
{
	return place < branch->shape->child_count && branch->shape->children[place] == child->shape;
}

static bool attribute_passes(const struct sieve_attribute *rule, const struct branch *attribute)
{
	struct bytes text = text_of(attribute);

	return sieve_value_passes(rule->simple, text) &&
	       (rule->fixed == NULL || bytes_equal(text, bytes_of_text(rule->fixed)));
}

/* Attributes stand before elements: *ret_element is the first of these. */
static bool attributes_pass(struct pass *pass, const struct sieve_type *type,
			    const struct branch *branch, const struct branch **ret_element)
{
	const struct branch *child = branch_first(branch);
	uint64_t seen = 0;

	for (; child != NULL && child->shape->is_attribute; child = child->next) {
		size_t i = child->shape->order;
		uint64_t bit = UINT64_C(1) << i % SIEVE_ATTRIBUTES;

		if (i >= type->attribute_count || !is_at(branch, type->element_count + i, child) ||
		    (seen & bit) != 0 || !attribute_passes(&type->attributes[i], child))
			return false;
		seen |= bit;
		pass->values++;
	}
	*ret_element = child;
	return (seen & type->required) == type->required;
}

static uint32_t next_child(struct sieve_stream *stream)
{
	const struct branch *child = stream->at;

	if (child == NULL)
		return SIEVE_END;
	stream->at = child->next;
	return child->shape->order - (uint32_t)stream->type->attribute_count;
}

static bool children_pass(struct pass *pass, const struct sieve_type *type,
			  const struct branch *branch, const struct branch *first)
{
	struct sieve_reading reading = {.type = type};
	struct sieve_stream stream = {.next = next_child, .type = type, .at = first};

	for (const struct branch *child = first; child != NULL; child = child->next) {
		size_t place = child->shape->order - type->attribute_count;

		if (place >= type->element_count || !is_at(branch, place, child) ||
		    !sieve_reading_takes(&reading, (uint32_t)place) ||
		    !element_passes(pass, type->elements[place].type, child))
			return false;
	}
	return type->content == SIEVE_MODEL ? sieve_content_fits(&stream)
					    : sieve_reading_is_complete(&reading);
}

/* Depth is bounded by the shape, which is not recursive. */
static bool element_passes(struct pass *pass, const struct sieve_type *type,
			   const struct branch *branch)
{
	const struct branch *first = NULL;

	pass->values++;
	if (type->content == SIEVE_UNKNOWN || ((branch->children != NULL || type->required != 0) &&
					       !attributes_pass(pass, type, branch, &first)))
		return false;
	if (type->content == SIEVE_TEXT)
		return first == NULL && sieve_value_passes(type->simple, text_of(branch));
	if (branch->text_len > 0)
		return false;
	if (type->content == SIEVE_EMPTY)
		return first == NULL;
	return children_pass(pass, type, branch, first);
}

bool sieve_passes_branch(const struct sieve *sieve, const struct branch *root)
{
	struct pass pass = {.values = 0};

	return sieve->is_like_shape && root->shape == sieve->shape &&
	       element_passes(&pass, sieve->root.type, root) &&
	       pass.values <= LIMIT_DOCUMENT_VALUES;
}
