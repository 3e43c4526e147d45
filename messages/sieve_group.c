#include <stdlib.h>
#include <string.h>

#include "messages/sieve_table.h"

#define WORD_BITS 64u
#define WORDS (SIEVE_ELEMENTS / WORD_BITS)

/* A group that is read: the elements of its type, found by name. */
struct gathering {
	struct sieve_loader *loader;
	struct sieve_type *type;
	struct sieve_element *elements;
	bool is_unknown;
	bool is_twice; /* an element stands at two places */
};

static bool unknown(struct gathering *gathering, const xmlNode *node, const char *name)
{
	gathering->is_unknown = true;
	sieve_load_gap(gathering->loader, node, name);
	return false;
}

static bool read_number(const char *text, uint32_t *ret_number)
{
	char *end;
	unsigned long number;

	*ret_number = 1;
	if (text == NULL)
		return true;
	*ret_number = SIEVE_UNBOUNDED;
	if (strcmp(text, "unbounded") == 0)
		return true;
	number = strtoul(text, &end, 10);
	*ret_number = (uint32_t)number;
	return *text >= '0' && *text <= '9' && *end == '\0' && number < SIEVE_UNBOUNDED;
}

static bool read_occurs(struct gathering *gathering, const xmlNode *node,
			struct sieve_particle *particle)
{
	if (read_number(xsd_attribute(node, "minOccurs"), &particle->min) &&
	    read_number(xsd_attribute(node, "maxOccurs"), &particle->max) && particle->max > 0 &&
	    particle->min <= particle->max)
		return true;
	return unknown(gathering, node, "maxOccurs");
}

/* ---- Elements ---- */

/* The place of an element among those of the type; when it is there already it must be the same. */
static bool put_element(struct gathering *gathering, const xmlNode *node,
			const struct sieve_element *element, uint32_t *ret_place)
{
	struct sieve_type *type = gathering->type;
	size_t i;

	if (element->name == NULL)
		return unknown(gathering, node, "element");
	for (i = 0; i < type->element_count; i++) {
		if (strcmp(gathering->elements[i].name, element->name) != 0)
			continue;
		if (strcmp(gathering->elements[i].namespace, element->namespace) == 0)
			break;
		type->has_namesakes = true;
	}
	*ret_place = (uint32_t)i;
	if (i < type->element_count) {
		gathering->is_twice = true;
		return gathering->elements[i].type == element->type ||
		       unknown(gathering, node, element->name);
	}
	if (i == SIEVE_ELEMENTS)
		return unknown(gathering, node, "element");
	gathering->elements[i] = *element;
	type->element_count++;
	return true;
}

static bool read_element(struct gathering *gathering, const xmlNode *node,
			 struct sieve_particle *particle)
{
	struct sieve_loader *loader = gathering->loader;
	const char *reference = xsd_attribute(node, "ref");
	const xmlNode *declaration = node;
	struct sieve_element element;

	if (reference != NULL) {
		declaration = xsd_resolve(&loader->xsd, "element", node, reference);
		if (declaration == NULL ||
		    !sieve_load_has_only(loader, node, "ref minOccurs maxOccurs id"))
			return unknown(gathering, node, reference);
	}
	if (!read_occurs(gathering, node, particle))
		return false;
	element = sieve_load_element(loader, declaration);
	element.min = particle->min;
	element.max = particle->max;
	particle->group = SIEVE_GROUP_ELEMENT;
	particle->may_be_empty = particle->min == 0;
	if (!put_element(gathering, node, &element, &particle->element))
		return false;
	particle->beginnings[particle->element / WORD_BITS] |= UINT64_C(1)
							       << particle->element % WORD_BITS;
	return true;
}

/* ---- Groups ---- */

static bool read_particle(struct gathering *gathering, const xmlNode *node,
			  struct sieve_particle *particle);

static void add_beginnings(struct sieve_particle *group, const struct sieve_particle *child)
{
	for (size_t i = 0; i < WORDS; i++)
		group->beginnings[i] |= child->beginnings[i];
}

/* What a group begins with, and whether it may be empty, from its children. */
static void sum_up(struct sieve_particle *group)
{
	bool is_choice = group->group == SIEVE_GROUP_CHOICE;
	bool is_empty = !is_choice;

	for (size_t i = 0; i < group->child_count; i++) {
		const struct sieve_particle *child = &group->children[i];

		if (is_choice || is_empty)
			add_beginnings(group, child);
		is_empty = is_choice ? is_empty || child->may_be_empty
				     : is_empty && child->may_be_empty;
	}
	group->may_be_empty = is_empty;
}

/* How deep groups stand in each other is bounded by the shape, which is read before. */
static bool read_group(struct gathering *gathering, const xmlNode *node,
		       struct sieve_particle *group)
{
	size_t room = xmlChildElementCount((xmlNode *)(uintptr_t)node);
	struct sieve_particle *children =
		sieve_load_alloc(gathering->loader, room + 1, sizeof(*children));

	if (children == NULL || !read_occurs(gathering, node, group) ||
	    !sieve_load_has_only(gathering->loader, node, "minOccurs maxOccurs id"))
		return unknown(gathering, node, (const char *)node->name);
	group->group = xsd_is(node, "choice") ? SIEVE_GROUP_CHOICE : SIEVE_GROUP_SEQUENCE;
	group->children = children;
	for (node = sieve_load_part(node->children); node != NULL;
	     node = sieve_load_part(node->next)) {
		if (!read_particle(gathering, node, &children[group->child_count++]))
			return false;
	}
	sum_up(group);
	return true;
}

/* A group without elements, or one that may be empty and must come more than once, is not known. */
static bool read_inner_group(struct gathering *gathering, const xmlNode *node,
			     struct sieve_particle *group)
{
	if (!xsd_is(node, "sequence") && !xsd_is(node, "choice"))
		return unknown(gathering, node, (const char *)node->name);
	if (!read_group(gathering, node, group))
		return false;
	if (group->child_count == 0 || (group->may_be_empty && group->min > 1))
		return unknown(gathering, node, (const char *)node->name);
	group->may_be_empty = group->may_be_empty || group->min == 0;
	return true;
}

static bool read_particle(struct gathering *gathering, const xmlNode *node,
			  struct sieve_particle *particle)
{
	particle->beginnings =
		sieve_load_alloc(gathering->loader, WORDS, sizeof(*particle->beginnings));
	if (particle->beginnings == NULL)
		return false;
	if (xsd_is(node, "element"))
		return read_element(gathering, node, particle);
	return read_inner_group(gathering, node, particle);
}

/* ---- The type ---- */

static bool is_plain(const struct gathering *gathering, const struct sieve_particle *root)
{
	for (size_t i = 0; i < root->child_count; i++) {
		if (root->children[i].group != SIEVE_GROUP_ELEMENT)
			return false;
	}
	return root->min == 1 && root->max == 1 && !gathering->is_twice;
}

static void set_required(struct gathering *gathering)
{
	size_t count = gathering->type->element_count;

	gathering->elements[count].required = (uint32_t)count;
	for (size_t i = count; i > 0; i--)
		gathering->elements[i - 1].required = gathering->elements[i - 1].min > 0
							      ? (uint32_t)(i - 1)
							      : gathering->elements[i].required;
}

static bool set_content(struct gathering *gathering, const xmlNode *node,
			struct sieve_particle *root)
{
	struct sieve_type *type = gathering->type;
	bool is_flat = is_plain(gathering, root);

	type->model = root;
	type->content = SIEVE_MODEL;
	if (type->element_count == 0)
		type->content = SIEVE_EMPTY;
	else if (xsd_is(node, "all"))
		type->content = SIEVE_ALL;
	else if (is_flat && root->group == SIEVE_GROUP_SEQUENCE)
		type->content = SIEVE_SEQUENCE;
	else if (root->may_be_empty && root->min > 1)
		return unknown(gathering, node, "minOccurs");
	if (root->child_count == 0 && root->group == SIEVE_GROUP_CHOICE)
		return unknown(gathering, node, "choice");
	if (type->content == SIEVE_ALL && (!is_flat || type->element_count > WORD_BITS))
		return unknown(gathering, node, "all");
	for (size_t i = 0; type->content == SIEVE_ALL && i < type->element_count; i++) {
		if (gathering->elements[i].max > 1)
			return unknown(gathering, node, "all");
	}
	set_required(gathering);
	return true;
}

bool sieve_group_read(struct sieve_loader *loader, const xmlNode *group, struct sieve_type *type)
{
	struct gathering gathering = {.loader = loader, .type = type};
	struct sieve_particle *root = sieve_load_alloc(loader, 1, sizeof(*root));
	struct sieve_element *elements;
	bool is_read;

	if (root == NULL)
		return false;
	/* many: an element in it is read before the next is known */
	gathering.elements = calloc(SIEVE_ELEMENTS + 1, sizeof(*elements));
	if (gathering.elements == NULL) {
		loader->err = ERR_MEMORY;
		return false;
	}
	root->beginnings = sieve_load_alloc(loader, WORDS, sizeof(*root->beginnings));
	is_read = root->beginnings != NULL && read_group(&gathering, group, root) &&
		  set_content(&gathering, group, root);
	elements = sieve_load_alloc(loader, type->element_count + 1, sizeof(*elements));
	if (elements != NULL)
		memcpy(elements, gathering.elements, (type->element_count + 1) * sizeof(*elements));
	type->elements = elements;
	free(gathering.elements);
	return is_read && elements != NULL;
}
