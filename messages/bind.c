#include "messages/bind.h"

#include <string.h>

#include "messages/sieve_pass.h"

#define KNOWN 1024u /* at most; a power of two */

/* Which shape a label has below a parent; NULL: none. */
struct known {
	const struct shape *parent;
	const struct shape *label;
	const struct shape *shape;
	bool is_namespace_right;
};

struct binding {
	struct known known[KNOWN]; /* a hash table of the first `room` */
	size_t room;
	size_t known_count;
	struct sieve_pass pass;
};

/* Of a namespace that no namesake has it is the first, as an element without namesakes is. */
static const struct shape *element_called(const struct shape *parent, const struct shape *label)
{
	struct bytes name = bytes_of_text(label->name);
	const struct shape *shape = shape_element(parent, name, label->namespace);

	return shape != NULL ? shape : shape_child(parent, name);
}

static struct known find(const struct shape *parent, const struct shape *label)
{
	const struct shape *shape =
		label->is_attribute
			? shape_attribute(parent, bytes_of_text(label->name), label->namespace)
			: element_called(parent, label);

	return (struct known){.parent = parent,
			      .label = label,
			      .shape = shape,
			      .is_namespace_right = shape != NULL && strcmp(shape->namespace,
									    label->namespace) == 0};
}

/* Documents hold few names, each with one label: so they are compared once below each parent. */
static struct known known_of(struct binding *binding, const struct shape *parent,
			     const struct shape *label)
{
	size_t at = (size_t)((uintptr_t)label >> 4 ^ (uintptr_t)parent >> 5);
	struct known *known = &binding->known[at & (binding->room - 1)], found;

	for (; known->parent != NULL; known = &binding->known[++at & (binding->room - 1)])
		if (known->label == label && known->parent == parent)
			return *known;
	found = find(parent, label);
	if (binding->known_count < binding->room / 4 * 3) {
		*known = found;
		binding->known_count++;
	}
	return found;
}

static struct known known_root(const struct shape *label, const struct shape *shape)
{
	bool is_it = strcmp(label->name, shape->name) == 0;

	return (struct known){.shape = is_it ? shape : NULL,
			      .is_namespace_right =
				      is_it && strcmp(label->namespace, shape->namespace) == 0};
}

/* As few as a document needs, so that little is made empty: a label stands below few parents. */
static void init_known(struct binding *binding, uint32_t label_count)
{
	binding->room = KNOWN;
	while (binding->room > 16 && binding->room / 2 > 2u * label_count)
		binding->room /= 2;
	memset(binding->known, 0, binding->room * sizeof(*binding->known));
	binding->known_count = 0;
}

void bind_trunk(struct trunk *trunk, const struct shape *shape, const struct sieve *sieve)
{
	struct binding binding;

	init_known(&binding, trunk->label_count);
	sieve_pass_init(&binding.pass, sieve, trunk->arena);
	for (uint32_t i = 0; i < trunk->count; i++) {
		struct branch *branch = &trunk->items[i];
		struct known known =
			branch->parent == NULL
				? known_root(branch->shape, shape)
				: known_of(&binding, branch->parent->shape, branch->shape);

		if (known.shape != NULL)
			branch->shape = known.shape;
		if (binding.pass.passes)
			sieve_pass_show(&binding.pass, branch, known.is_namespace_right);
	}
	trunk->bound_to = shape;
	trunk->is_judged = sieve != NULL;
	trunk->passes = sieve_pass_end(&binding.pass);
}
