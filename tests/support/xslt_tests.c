#include "tests/support/xslt_tests.h"

#include <assert.h>
#include <string.h>

static bool is_prefix(const struct xslt_path *a, const struct xslt_path *b)
{
	return a->is_absolute == b->is_absolute && xslt_path_shared(a, b) == a->count;
}

static void add_path(struct xslt_tests *tests, const struct xslt_path *path,
		     const struct xslt_path *context)
{
	struct xslt_path short_path = *path;
	size_t shared = xslt_path_shared(path, context), kept = 0;

	while (short_path.count > shared && xslt_path_is_certain(&short_path, short_path.count - 1))
		short_path.count--;
	tests->is_always |= short_path.count <= shared;
	for (size_t i = 0; i < tests->path_count; i++)
		if (is_prefix(&tests->paths[i], &short_path))
			return;
	for (size_t i = 0; i < tests->path_count; i++)
		if (!is_prefix(&short_path, &tests->paths[i]))
			tests->paths[kept++] = tests->paths[i];
	assert(kept < XSLT_TESTS);
	tests->paths[kept] = short_path;
	tests->path_count = kept + 1;
}

/* With a context: only where the guard is. */
static void add_fact(struct xslt_plan *plan, struct xslt_tests *tests, const struct xslt_part *part,
		     const struct xslt_path *context)
{
	const char *text = arena_format(plan->arena, "$%s", part->rule->fact);

	if (context != NULL)
		text = arena_format(
			plan->arena, "(%s and %s)", text,
			xslt_path_text(plan->arena, &plan->namespaces, &part->guard, context));
	for (size_t i = 0; i < tests->fact_count; i++)
		if (strcmp(tests->facts[i], text) == 0)
			return;
	assert(tests->fact_count < XSLT_TESTS);
	tests->facts[tests->fact_count++] = text;
}

struct xslt_path xslt_tests_group_path(struct xslt_plan *plan, const struct xslt_part *group)
{
	struct xslt_tests *inner = arena_alloc(plan->arena, sizeof(*inner));
	const struct xslt_path here = {0};
	const char *text;

	assert(inner != NULL);
	xslt_tests_of_node(plan, group->inner, &here, true, inner);
	text = xslt_tests_text(plan, inner, &here);
	if (text == NULL)
		return group->from;
	return xslt_path_where(plan->arena, &group->from, arena_format(plan->arena, "[%s]", text));
}

static struct xslt_node *where_now(struct xslt_node *node)
{
	while (node != NULL && node->moved_to != NULL)
		node = node->moved_to;
	return node;
}

/* A constant that stands with its own element does not make it. */
static bool is_owner(const struct xslt_node *with, const struct xslt_part *part)
{
	for (size_t i = 0; i < with->shape->child_count; i++)
		for (struct xslt_part *own = with->children[i] == NULL ? NULL
								       : with->children[i]->parts;
		     own != NULL; own = own->next)
			if (own == part)
				return true;
	return false;
}

static void add_text(struct xslt_plan *plan, const struct xslt_part *part,
		     const struct xslt_path *context, struct xslt_tests *tests)
{
	struct xslt_node *with = where_now(part->with);

	if (with != NULL) {
		if (!is_owner(with, part))
			xslt_tests_of_node(plan, with, context, false, tests);
		return;
	}
	if (part->scope == NULL)
		tests->is_always = true;
	else
		for (const struct xslt_part *member = part->scope->first; member != NULL;
		     member = member->next_of_scope)
			xslt_tests_of_part(plan, member, context, true, tests);
}

/* A fact stands where its group's element does, and, when it is optional, where somebody knows it. */
static void add_supply(struct xslt_plan *plan, const struct xslt_part *part,
		       const struct xslt_path *context, bool only_carried, struct xslt_tests *tests)
{
	const struct map_rule *rule = part->rule;
	bool may_lack = rule->is_optional || rule->text != NULL;
	bool is_everywhere = !part->has_guard || xslt_path_is_certain(&part->guard, 0);

	if (may_lack && (rule->text == NULL || only_carried)) {
		if (xslt_plan_default(plan, rule->fact) == NULL)
			add_fact(plan, tests, part, is_everywhere ? NULL : context);
	} else if (is_everywhere) {
		tests->is_always = true;
	} else {
		add_path(tests, &part->guard, context);
	}
}

void xslt_tests_of_part(struct xslt_plan *plan, const struct xslt_part *part,
			const struct xslt_path *context, bool only_carried,
			struct xslt_tests *tests)
{
	struct xslt_path path;

	switch (part->kind) {
	case XSLT_VALUE:
		tests->is_always |= part->rule->text != NULL && !only_carried;
		add_path(tests, &part->from, context);
		return;
	case XSLT_SAME:
		add_path(tests, &part->from, context);
		return;
	case XSLT_GROUP:
		path = xslt_tests_group_path(plan, part);
		add_path(tests, &path, context);
		return;
	case XSLT_TEXT:
	case XSLT_COUNT:
		if (!only_carried)
			add_text(plan, part, context, tests);
		return;
	case XSLT_SUPPLY:
		add_supply(plan, part, context, only_carried, tests);
		return;
	}
}

void xslt_tests_of_node(struct xslt_plan *plan, struct xslt_node *node,
			const struct xslt_path *context, bool only_carried,
			struct xslt_tests *tests)
{
	xslt_plan_settle(plan, node);
	for (const struct xslt_part *part = node->parts; part != NULL; part = part->next)
		xslt_tests_of_part(plan, part, context, only_carried, tests);
	for (size_t i = 0; i < node->shape->child_count; i++)
		if (node->children[i] != NULL)
			xslt_tests_of_node(plan, node->children[i], context, only_carried, tests);
}

const char *xslt_tests_text(struct xslt_plan *plan, const struct xslt_tests *tests,
			    const struct xslt_path *context)
{
	const char *text = "";

	if (tests->is_always)
		return NULL;
	for (size_t i = 0; i < tests->path_count; i++)
		text = arena_format(
			plan->arena, "%s%s%s", text, text[0] == '\0' ? "" : " or ",
			xslt_path_text(plan->arena, &plan->namespaces, &tests->paths[i], context));
	for (size_t i = 0; i < tests->fact_count; i++)
		text = arena_format(plan->arena, "%s%s%s", text, text[0] == '\0' ? "" : " or ",
				    tests->facts[i]);
	return text[0] == '\0' ? NULL : text;
}
