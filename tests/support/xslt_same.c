#include "tests/support/xslt_same.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "tests/support/xslt_word.h"

void xslt_same_init(struct xslt_same *same, struct xslt_plan *plan)
{
	*same = (struct xslt_same){.plan = plan};
	same->templates = arena_alloc_array(plan->arena, XSLT_TEMPLATES, sizeof(*same->templates));
	assert(same->templates != NULL);
}

static bool has_name_of(const struct shape *a, const struct shape *b)
{
	return strcmp(a->name, b->name) == 0 && strcmp(a->namespace, b->namespace) == 0;
}

/* Rules in groups may take the same elements elsewhere: each has a mode of its own. */
const char *xslt_same_mode(const struct xslt_same *same, const struct map_rule *rule)
{
	const struct map_rule *whole = &same->plan->map->root;
	unsigned line;

	if (rule >= whole->rules && rule < whole->rules + whole->rule_count)
		return "";
	line = (unsigned)strtoul(strrchr(rule->ref, ':') + 1, NULL, 10);
	return arena_format(same->plan->arena, " mode=\"line%u\"", line);
}

/* false: it is there already. */
static bool add(struct xslt_same *same, const struct shape *source, const char *mode,
		const char *body)
{
	bool by_path = false;

	for (size_t i = 0; i < same->count; i++) {
		const struct xslt_template *other = &same->templates[i];

		if (strcmp(other->mode, mode) != 0)
			continue;
		if (other->source == source)
			return false;
		if (!other->by_path && has_name_of(other->source, source)) {
			if (strcmp(other->body, body) == 0)
				return true;
			by_path = true;
		}
	}
	assert(same->count < XSLT_TEMPLATES);
	same->templates[same->count++] = (struct xslt_template){source, mode, body, by_path};
	return true;
}

/* ---- Bodies ---- */

/*
 * A body begins with the rest of its template's start tag. The namespace is declared there and
 * nowhere above: libxslt would copy a default namespace of the stylesheet to each element of
 * another.
 */

static const char *attributes_of(const struct xslt_same *same, const struct shape *source,
				 const struct map_twin *twin)
{
	const char *text = "";
	bool are_all = true;

	for (size_t i = 0; i < source->child_count; i++) {
		const struct shape *child = source->children[i];

		if (child->is_attribute && twin->children[child->order] != NULL)
			text = arena_format(same->plan->arena, "%s<xsl:copy-of select=\"@%s\"/>",
					    text, child->name);
		else if (child->is_attribute)
			are_all = false;
	}
	return are_all && text[0] != '\0' ? "<xsl:copy-of select=\"@*\"/>" : text;
}

static const char *text_of(const struct xslt_same *same, const struct map_twin *twin,
			   const struct map_rule *rule)
{
	if (rule->may_cut && twin->target->max_length > 0)
		return arena_format(same->plan->arena, "<xsl:value-of select=\"%s\"/>",
				    xslt_word_cut(same->plan, ".", twin->target));
	return "<xsl:value-of select=\".\"/>";
}

static bool is_in_order(const struct shape *source, const struct map_twin *twin)
{
	uint32_t last = 0;

	for (size_t i = 0; i < source->child_count; i++) {
		const struct shape *child = source->children[i];
		const struct map_twin *other = twin->children[child->order];

		if (child->is_attribute || other == NULL)
			continue;
		if (other->target->order < last)
			return false;
		last = other->target->order;
	}
	return true;
}

static const struct shape *source_of(const struct shape *source, const struct map_twin *twin,
				     const struct shape *target)
{
	for (size_t i = 0; i < source->child_count; i++) {
		const struct map_twin *other = twin->children[source->children[i]->order];

		if (other != NULL && other->target == target)
			return source->children[i];
	}
	return NULL;
}

/* One by one in the target's order. */
static const char *children_one_by_one(const struct xslt_same *same, const struct shape *source,
				       const struct map_twin *twin, const char *mode)
{
	struct xslt_plan *plan = same->plan;
	const char *text = "";

	for (size_t i = 0; i < twin->target->child_count; i++) {
		const struct shape *child = source_of(source, twin, twin->target->children[i]);
		struct xslt_path path = {0};

		if (child == NULL || child->is_attribute)
			continue;
		path = xslt_path_child(plan->arena, &path, child);
		text = arena_format(plan->arena, "%s<xsl:apply-templates select=\"%s\"%s/>", text,
				    xslt_path_text(plan->arena, &plan->namespaces, &path,
						   &(struct xslt_path){0}),
				    mode);
	}
	return text;
}

/* What must be there for anything to go over; NULL: something always does. */
static const char *keeping_of(struct xslt_same *same, const struct shape *source,
			      const struct map_twin *twin)
{
	struct xslt_plan *plan = same->plan;
	bool may_vanish = false;
	const char *text = "";

	for (size_t i = 0; i < source->child_count && !source->is_leaf; i++) {
		const struct shape *child = source->children[i];
		const struct map_twin *other = twin->children[child->order];
		const struct xslt_path here = {0};
		struct xslt_path path = xslt_path_child(plan->arena, &here, child);
		const char *inner = other == NULL ? NULL : keeping_of(same, child, other);

		may_vanish |= other == NULL || inner != NULL;
		if (other == NULL)
			continue;
		if (inner == NULL && child->min > 0)
			return NULL;
		text = arena_format(plan->arena, "%s%s%s", text, text[0] == '\0' ? "" : " or ",
				    xslt_path_text(plan->arena, &plan->namespaces, &path, &here));
		if (inner != NULL)
			text = arena_format(plan->arena, "%s[%s]", text, inner);
	}
	return may_vanish ? (text[0] == '\0' ? "false()" : text) : NULL;
}

static const char *body_of(struct xslt_same *same, const struct shape *source,
			   const struct map_twin *twin, const struct map_rule *rule)
{
	const char *content = text_of(same, twin, rule), *keeping = keeping_of(same, source, twin);
	const char *mode = xslt_same_mode(same, rule);
	struct arena *arena = same->plan->arena;

	if (!twin->target->is_leaf && is_in_order(source, twin))
		content = arena_format(arena, "<xsl:apply-templates select=\"*\"%s/>", mode);
	else if (!twin->target->is_leaf)
		content = children_one_by_one(same, source, twin, mode);
	content = arena_format(arena, "<%s>%s%s</%s>", twin->target->name,
			       attributes_of(same, source, twin), content, twin->target->name);
	if (keeping != NULL)
		content = arena_format(arena, "<xsl:if test=\"%s\">%s</xsl:if>", keeping, content);
	return arena_format(arena, " xmlns=\"%s\">%s", twin->target->namespace, content);
}

/* Depth is bounded by the shapes, which are not recursive. */
void xslt_same_need(struct xslt_same *same, const struct shape *source, const struct map_twin *twin,
		    const struct map_rule *rule)
{
	if (!add(same, source, xslt_same_mode(same, rule), body_of(same, source, twin, rule)))
		return;
	for (size_t i = 0; i < source->child_count; i++) {
		const struct shape *child = source->children[i];
		const struct map_twin *other = twin->children[child->order];

		if (child->is_attribute)
			continue;
		if (other != NULL)
			xslt_same_need(same, child, other, rule);
		else
			(void)add(same, child, xslt_same_mode(same, rule), ">");
	}
}

/* ---- Runs ---- */

static const struct xslt_part *same_part(const struct xslt_node *node)
{
	const struct xslt_part *part = node == NULL ? NULL : node->parts;
	bool is_alone = part != NULL && part->next == NULL && !xslt_plan_has_children(node);

	return is_alone && part->kind == XSLT_SAME ? part : NULL;
}

static bool has_same_parent(const struct xslt_path *a, const struct xslt_path *b)
{
	return a->is_absolute == b->is_absolute && a->count == b->count &&
	       xslt_path_shared(a, b) + 1 >= a->count;
}

static const struct shape *end_of(const struct xslt_path *path)
{
	return path->steps[path->count - 1].shape;
}

/* Is there more of the same parent outside of the run? */
static bool is_parted(const struct xslt_node *node, size_t first, size_t end,
		      const struct xslt_path *path)
{
	for (size_t i = 0; i < node->shape->child_count; i++) {
		const struct xslt_part *part = same_part(node->children[i]);

		if ((i < first || i >= end) && part != NULL && has_same_parent(&part->from, path))
			return true;
	}
	return false;
}

static size_t run_length(const struct xslt_node *node, size_t first, size_t *ret_count)
{
	const struct xslt_part *begin = same_part(node->children[first]);
	const struct shape *last = NULL;
	size_t at = first, end = first;

	*ret_count = 0;
	for (; at < node->shape->child_count; at++) {
		const struct xslt_part *part = same_part(node->children[at]);

		if (node->children[at] == NULL)
			continue;
		if (part == NULL || !has_same_parent(&part->from, &begin->from) ||
		    (last != NULL && end_of(&part->from)->order < last->order))
			break;
		last = end_of(&part->from);
		end = at + 1;
		(*ret_count)++;
	}
	return is_parted(node, first, end, &begin->from) ? 0 : end - first;
}

static bool is_in_run(const struct xslt_node *node, size_t first, size_t length,
		      const struct shape *source)
{
	for (size_t i = first; i < first + length; i++) {
		const struct xslt_part *part = same_part(node->children[i]);

		if (part != NULL && end_of(&part->from) == source)
			return true;
	}
	return false;
}

size_t xslt_same_run(struct xslt_same *same, const struct xslt_node *node, size_t first,
		     const struct xslt_path **ret_from, const char **ret_mode)
{
	const struct xslt_part *begin = same_part(node->children[first]);
	const struct shape *parent;
	size_t length, count;

	if (begin == NULL || (length = run_length(node, first, &count)) == 0 || count < 2)
		return 0;
	parent = end_of(&begin->from)->parent;
	*ret_mode = xslt_same_mode(same, begin->rule);
	for (size_t i = first; i < first + length; i++) {
		const struct xslt_part *part = same_part(node->children[i]);

		if (part != NULL)
			xslt_same_need(same, end_of(&part->from), part->twin, part->rule);
	}
	for (size_t i = 0; i < parent->child_count; i++)
		if (!parent->children[i]->is_attribute &&
		    !is_in_run(node, first, length, parent->children[i]))
			(void)add(same, parent->children[i], *ret_mode, ">");
	*ret_from = &begin->from;
	return length;
}

/* ---- Writing ---- */

static const char *match_of(const struct xslt_same *same, const struct xslt_template *template)
{
	struct xslt_plan *plan = same->plan;
	const char *text = "";

	for (const struct shape *shape = template->source; shape != NULL; shape = shape->parent) {
		int prefix = xslt_path_prefix(&plan->namespaces, shape->namespace);
		const char *name =
			prefix < 0 ? shape->name
				   : arena_format(plan->arena, "n%d:%s", prefix, shape->name);

		text = arena_format(plan->arena, "%s%s%s", name, text[0] == '\0' ? "" : "/", text);
		if (!template->by_path)
			break;
	}
	return text;
}

void xslt_same_write(const struct xslt_same *same, struct buffer *to)
{
	for (size_t i = 0; i < same->count; i++)
		buffer_put_format(to, "<xsl:template match=\"%s\"%s%s</xsl:template>\n",
				  match_of(same, &same->templates[i]), same->templates[i].mode,
				  same->templates[i].body);
}
