#include "tests/support/xslt_of_map.h"

#include <assert.h>
#include <string.h>

#include "sampan/limit.h"
#include "tests/support/xslt_same.h"
#include "tests/support/xslt_tests.h"
#include "tests/support/xslt_word.h"

struct writer {
	struct xslt_plan *plan;
	const char *folder;
	struct buffer body;
	struct xslt_same same;
	const char *count; /* the number of the element that a group is at */
};

/* What is being written: where the source stands, and the namespace around in the stylesheet. */
struct spot {
	struct xslt_path context;
	const char *namespace;
};

static void write_node(struct writer *writer, struct xslt_node *node, const struct spot *spot);

static struct arena *arena_of(const struct writer *writer)
{
	return writer->plan->arena;
}

static void put(struct writer *writer, const char *text)
{
	buffer_put_text(&writer->body, text);
}

/* As the value of an attribute or as text. */
static void put_escaped(struct writer *writer, const char *text)
{
	for (; *text != '\0'; text++) {
		if (*text == '&')
			put(writer, "&amp;");
		else if (*text == '<')
			put(writer, "&lt;");
		else if (*text == '>')
			put(writer, "&gt;");
		else if (*text == '"')
			put(writer, "&quot;");
		else
			buffer_put_byte(&writer->body, (uint8_t)*text);
	}
}

static void put_with(struct writer *writer, const char *before, const char *text, const char *after)
{
	put(writer, before);
	put_escaped(writer, text);
	put(writer, after);
}

static const char *path_text(struct writer *writer, const struct xslt_path *path,
			     const struct spot *spot)
{
	return xslt_path_text(arena_of(writer), &writer->plan->namespaces, path, &spot->context);
}

static struct xslt_tests *new_tests(struct writer *writer)
{
	struct xslt_tests *tests = arena_alloc(arena_of(writer), sizeof(*tests));

	assert(tests != NULL);
	return tests;
}

/* ---- Texts ---- */

/* NULL: a constant, which is no expression. */
static const char *expression_of(struct writer *writer, const struct xslt_part *part,
				 const struct shape *shape, const struct spot *spot)
{
	switch (part->kind) {
	case XSLT_VALUE:
		return xslt_word_converted(writer->plan, writer->folder, part->rule,
					   path_text(writer, &part->from, spot), shape);
	case XSLT_COUNT:
		if (spot->context.count > 0)
			xslt_plan_leave_out(writer->plan, part->rule,
					    "counts inside of another repetition");
		return writer->count;
	case XSLT_SUPPLY:
		return arena_format(arena_of(writer), "$%s", part->rule->fact);
	case XSLT_TEXT:
	case XSLT_SAME:
	case XSLT_GROUP:
		return NULL;
	}
	return NULL;
}

static void write_text(struct writer *writer, const struct xslt_part *part,
		       const struct shape *shape, const struct spot *spot)
{
	const char *expression = expression_of(writer, part, shape, spot);

	if (expression != NULL)
		put_with(writer, "<xsl:value-of select=\"", expression, "\"/>");
	else
		put_with(writer, "<xsl:text>", part->rule->text, "</xsl:text>");
}

/* What a part says without being asked: a value with a default has two texts. */
static const char *test_of(struct writer *writer, const struct xslt_part *part,
			   const struct spot *spot)
{
	struct xslt_tests *tests = new_tests(writer);

	xslt_tests_of_part(writer->plan, part, &spot->context,
			   part->kind == XSLT_VALUE || part->kind == XSLT_SUPPLY, tests);
	return xslt_tests_text(writer->plan, tests, &spot->context);
}

static bool is_fallback(const struct writer *writer, const struct xslt_part *part)
{
	if (part->kind == XSLT_SUPPLY && xslt_plan_default(writer->plan, part->rule->fact) != NULL)
		return false;
	return (part->kind == XSLT_VALUE || part->kind == XSLT_SUPPLY) && part->rule->text != NULL;
}

/* The first of several that is there; when it is known that one is, the last needs no test. */
static void write_first(struct writer *writer, const struct xslt_node *node,
			const struct spot *spot, bool is_one_there)
{
	const struct xslt_part *part = node->parts;
	const char *test = test_of(writer, part, spot);
	bool is_open = true;

	if (!is_fallback(writer, part) && (test == NULL || (part->next == NULL && is_one_there))) {
		write_text(writer, part, node->shape, spot);
		return;
	}
	put(writer, "<xsl:choose>");
	for (; part != NULL && is_open; part = part->next) {
		test = test_of(writer, part, spot);
		is_open = test != NULL &&
			  !(part->next == NULL && is_one_there && !is_fallback(writer, part));
		if (is_open)
			put_with(writer, "<xsl:when test=\"", test, "\">");
		else
			put(writer, "<xsl:otherwise>");
		write_text(writer, part, node->shape, spot);
		put(writer, is_open ? "</xsl:when>" : "</xsl:otherwise>");
		if (is_open && is_fallback(writer, part)) {
			put_with(writer, "<xsl:otherwise><xsl:text>", part->rule->text,
				 "</xsl:text></xsl:otherwise>");
			is_open = false;
		}
	}
	put(writer, "</xsl:choose>");
}

/* ---- Attributes ---- */

/* A constant that stands with its element. */
static bool is_plain(const struct xslt_node *node)
{
	return node->parts->kind == XSLT_TEXT && node->parts->with == node->parent;
}

/* Can it stand in the start tag? */
static bool is_short(struct writer *writer, struct xslt_node *node, const struct spot *spot)
{
	return is_plain(node) ||
	       (node->parts->kind != XSLT_TEXT && !is_fallback(writer, node->parts) &&
		test_of(writer, node->parts, spot) == NULL);
}

static void write_short_attribute(struct writer *writer, struct xslt_node *node,
				  const struct spot *spot)
{
	const char *expression = expression_of(writer, node->parts, node->shape, spot);

	put(writer, " ");
	put(writer, node->shape->name);
	if (expression == NULL)
		put_with(writer, "=\"", node->parts->rule->text, "\"");
	else
		put_with(writer, "=\"{", expression, "}\"");
}

static void write_long_attribute(struct writer *writer, struct xslt_node *node,
				 const struct spot *spot)
{
	struct xslt_tests *tests = new_tests(writer);
	const struct xslt_part *last = node->parts;
	const char *test;

	while (last->next != NULL)
		last = last->next;
	xslt_tests_of_node(writer->plan, node, &spot->context, false, tests);
	tests->is_always |= last->kind == XSLT_TEXT && last->with == node->parent;
	test = xslt_tests_text(writer->plan, tests, &spot->context);
	if (test != NULL)
		put_with(writer, "<xsl:if test=\"", test, "\">");
	put_with(writer, "<xsl:attribute name=\"", node->shape->name, "\">");
	write_first(writer, node, spot, true);
	put(writer, "</xsl:attribute>");
	if (test != NULL)
		put(writer, "</xsl:if>");
}

static void write_attributes(struct writer *writer, struct xslt_node *node, const struct spot *spot,
			     bool are_short)
{
	for (size_t i = 0; i < node->shape->child_count; i++) {
		struct xslt_node *child = node->children[i];

		if (child == NULL || !child->shape->is_attribute || child->parts == NULL ||
		    is_short(writer, child, spot) != are_short)
			continue;
		if (are_short)
			write_short_attribute(writer, child, spot);
		else
			write_long_attribute(writer, child, spot);
	}
}

/* ---- Elements ---- */

static void write_elements(struct writer *writer, struct xslt_node *node, const struct spot *spot)
{
	for (size_t i = 0; i < node->shape->child_count; i++) {
		struct xslt_node *child = node->children[i];
		const struct xslt_path *base;
		const char *mode;
		size_t run;

		if (child == NULL || child->shape->is_attribute)
			continue;
		run = xslt_same_run(&writer->same, node, i, &base, &mode);
		if (run > 0) {
			struct xslt_path of = *base;
			const char *text;

			of.count--;
			text = path_text(writer, &of, spot);
			text = strcmp(text, ".") == 0
				       ? "*"
				       : arena_format(arena_of(writer), "%s/*", text);
			put_with(writer, "<xsl:apply-templates select=\"", text, "\"");
			put(writer, mode);
			put(writer, "/>");
			i += run - 1;
			continue;
		}
		write_node(writer, child, spot);
	}
}

static bool is_text_part(const struct xslt_part *part)
{
	return part->kind != XSLT_GROUP && part->kind != XSLT_SAME;
}

/* One element, with all that stands in it. */
static void write_element(struct writer *writer, struct xslt_node *node, const struct spot *spot)
{
	struct spot inner = {spot->context, node->shape->namespace};

	put(writer, "<");
	put(writer, node->shape->name);
	if (strcmp(spot->namespace, node->shape->namespace) != 0)
		put_with(writer, " xmlns=\"", node->shape->namespace, "\"");
	write_attributes(writer, node, &inner, true);
	put(writer, ">");
	write_attributes(writer, node, &inner, false);
	if (node->parts != NULL && is_text_part(node->parts))
		write_first(writer, node, &inner, true);
	write_elements(writer, node, &inner);
	put(writer, "</");
	put(writer, node->shape->name);
	put(writer, ">");
}

static void open_each(struct writer *writer, const char *select)
{
	put_with(writer, "<xsl:for-each select=\"", select, "\">");
}

/* The element wherever the path leads; only the first time where the target takes one. */
static void write_each(struct writer *writer, struct xslt_node *node, const struct xslt_path *path,
		       const struct spot *spot)
{
	struct spot inner = {*path, spot->namespace};
	const char *select = path_text(writer, path, spot);

	if (node->shape->max == 1 &&
	    !xslt_path_is_single(path, xslt_path_shared(path, &spot->context)))
		select = arena_format(arena_of(writer), "(%s)[1]", select);
	open_each(writer, select);
	write_element(writer, node, &inner);
	put(writer, "</xsl:for-each>");
}

/* ---- Frames: elements that only hold others ---- */

struct common {
	struct xslt_path path;
	bool is_set;
	bool is_used_up; /* a value stands at its very end */
};

static void add_common(struct common *common, const struct xslt_path *path)
{
	if (!common->is_set) {
		common->path = *path;
		common->is_set = true;
	} else {
		common->path.count = xslt_path_shared(&common->path, path);
	}
	common->is_used_up = common->is_used_up || common->path.count == path->count;
}

/* What all source paths at and below a node begin with. */
static void find_common(const struct xslt_node *node, struct common *common)
{
	for (const struct xslt_part *part = node->parts; part != NULL; part = part->next)
		if (part->kind == XSLT_VALUE || part->kind == XSLT_SAME || part->kind == XSLT_GROUP)
			add_common(common, &part->from);
	for (size_t i = 0; i < node->shape->child_count; i++)
		if (node->children[i] != NULL)
			find_common(node->children[i], common);
}

static bool repeats_below(const struct xslt_node *node)
{
	for (size_t i = 0; i < node->shape->child_count; i++)
		if (node->children[i] != NULL &&
		    (node->children[i]->shape->max > 1 || repeats_below(node->children[i])))
			return true;
	return false;
}

/* How much of the common path the frame itself stands for. */
static size_t frame_steps(const struct xslt_node *node, const struct common *common, size_t shared)
{
	size_t count = common->path.count;

	if (node->shape->max > 1 && !repeats_below(node))
		return count;
	if (common->is_used_up && count > 0)
		count--;
	while (count > shared && !xslt_path_is_single(&common->path, shared) &&
	       (node->shape->max == 1 || repeats_below(node))) {
		struct xslt_path shorter = common->path;

		shorter.count = count;
		if (xslt_path_is_single(&shorter, shared))
			break;
		count--;
	}
	return count;
}

static void write_frame(struct writer *writer, struct xslt_node *node, const struct spot *spot,
			bool is_sure)
{
	struct xslt_tests *tests = new_tests(writer), *inner = new_tests(writer);
	struct common common = {0};
	size_t shared;
	const char *test;

	xslt_tests_of_node(writer->plan, node, &spot->context, false, tests);
	tests->is_always |= is_sure;
	find_common(node, &common);
	shared = xslt_path_shared(&common.path, &spot->context);
	common.path.count = frame_steps(node, &common, shared);
	if (common.is_set && tests->fact_count == 0 && common.path.count > shared &&
	    shared == spot->context.count &&
	    (!tests->is_always || !xslt_path_is_single(&common.path, shared))) {
		xslt_tests_of_node(writer->plan, node, &common.path, false, inner);
		test = xslt_tests_text(writer->plan, inner, &common.path);
		if (test != NULL)
			common.path = xslt_path_where(arena_of(writer), &common.path,
						      arena_format(arena_of(writer), "[%s]", test));
		if (test == NULL) {
			write_each(writer, node, &common.path, spot);
			return;
		}
		common.path.count = shared;
	}
	test = xslt_tests_text(writer->plan, tests, &spot->context);
	if (test != NULL)
		put_with(writer, "<xsl:if test=\"", test, "\">");
	write_element(writer, node, spot);
	if (test != NULL)
		put(writer, "</xsl:if>");
}

/* ---- Nodes ---- */

/* A list: each part gives elements of its own. What a valid output must have needs no test when nobody
 * else writes it. */
static void write_value(struct writer *writer, struct xslt_node *node, struct xslt_part *part,
			const struct spot *spot)
{
	struct xslt_part *parts = node->parts, *next = part->next;
	size_t shared = xslt_path_shared(&part->from, &spot->context);
	bool is_sure = node->shape->min > 0 && parts->next == NULL;

	node->parts = part;
	part->next = NULL;
	if (part->kind == XSLT_VALUE && !is_fallback(writer, part) &&
	    !((xslt_path_is_certain(&part->from, shared) || is_sure) &&
	      (xslt_path_is_single(&part->from, shared) || node->shape->max == 1)))
		write_each(writer, node, &part->from, spot);
	else
		write_frame(writer, node, spot, is_sure);
	part->next = next;
	node->parts = parts;
}

static void write_group(struct writer *writer, struct xslt_node *node, const struct xslt_part *part,
			const struct spot *spot)
{
	struct xslt_path path = xslt_tests_group_path(writer->plan, part);
	struct spot inner = {.namespace = spot->namespace};
	const char *select = path_text(writer, &path, spot), *count = writer->count;

	if (path.count == 0 && spot->context.count == 0) {
		xslt_plan_settle(writer->plan, part->inner);
		write_element(writer, part->inner, spot);
		return;
	}
	if (node->shape->max == 1 && !xslt_path_is_single(&path, 0))
		select = arena_format(arena_of(writer), "(%s)[1]", select);
	writer->count = "position()";
	for (const struct xslt_part *other = node->parts; other != part; other = other->next) {
		struct xslt_path before = other->kind == XSLT_GROUP
						  ? xslt_tests_group_path(writer->plan, other)
						  : other->from;

		writer->count = arena_format(arena_of(writer), "%s + count(../%s)", writer->count,
					     path_text(writer, &before, spot));
	}
	open_each(writer, select);
	xslt_plan_settle(writer->plan, part->inner);
	write_element(writer, part->inner, &inner);
	put(writer, "</xsl:for-each>");
	writer->count = count;
}

static void write_same(struct writer *writer, const struct xslt_part *part, const struct spot *spot)
{
	put_with(writer, "<xsl:apply-templates select=\"", path_text(writer, &part->from, spot),
		 "\"");
	put(writer, xslt_same_mode(&writer->same, part->rule));
	put(writer, "/>");
	xslt_same_need(&writer->same, part->from.steps[part->from.count - 1].shape, part->twin,
		       part->rule);
}

static bool is_one_value(const struct xslt_node *node)
{
	return node->parts->next == NULL && node->parts->kind == XSLT_VALUE;
}

static void write_node(struct writer *writer, struct xslt_node *node, const struct spot *spot)
{
	struct xslt_part *part;

	xslt_plan_settle(writer->plan, node);
	if (node->parts == NULL ||
	    (node->shape->max == 1 && is_text_part(node->parts) && !is_one_value(node))) {
		write_frame(writer, node, spot, node->shape->min > 0);
		return;
	}
	for (part = node->parts; part != NULL; part = part->next) {
		if (part->kind == XSLT_GROUP)
			write_group(writer, node, part, spot);
		else if (part->kind == XSLT_SAME)
			write_same(writer, part, spot);
		else
			write_value(writer, node, part, spot);
	}
}

/* ---- The stylesheet ---- */

static void put_keys(struct xslt_plan *plan, struct buffer *to)
{
	const struct xslt_path here = {0};

	for (size_t i = 0; i < plan->key_count; i++) {
		const struct xslt_key *key = &plan->keys[i];
		struct xslt_path element = xslt_path_child(plan->arena, &here, key->element);
		struct xslt_path value = xslt_path_child(plan->arena, &here, key->value);

		buffer_put_format(to, "<xsl:key name=\"%s\" match=\"%s\" use=\"%s\"/>\n", key->name,
				  xslt_path_text(plan->arena, &plan->namespaces, &element, &here),
				  xslt_path_text(plan->arena, &plan->namespaces, &value, &here));
	}
}

/* Every fact that a rule names, once. `seen` is a list with spaces. */
static const char *put_parameters(const struct xslt_plan *plan, struct buffer *to,
				  const struct map_rule *group, const char *seen)
{
	for (size_t i = 0; i < group->rule_count; i++) {
		const struct map_rule *rule = &group->rules[i];
		const char *name, *text;

		if (rule->kind == MAP_GROUP)
			seen = put_parameters(plan, to, rule, seen);
		if (rule->kind != MAP_SUPPLY)
			continue;
		name = arena_format(plan->arena, " %s ", rule->fact);
		if (strstr(seen, name) != NULL)
			continue;
		seen = arena_format(plan->arena, "%s%s", seen, name);
		text = xslt_plan_default(plan, rule->fact);
		if (text == NULL)
			buffer_put_format(to, "<xsl:param name=\"%s\"/>\n", rule->fact);
		else
			buffer_put_format(to, "<xsl:param name=\"%s\" select=\"'%s'\"/>\n",
					  rule->fact, text);
	}
	return seen;
}

static void put_head(struct writer *writer, struct buffer *to)
{
	struct xslt_plan *plan = writer->plan;

	buffer_put_text(to, "<xsl:stylesheet version=\"1.0\" "
			    "xmlns:xsl=\"http://www.w3.org/1999/XSL/Transform\"");
	for (size_t i = 0; i < plan->namespaces.count; i++)
		buffer_put_format(to, "\n\txmlns:n%zu=\"%s\"", i, plan->namespaces.uris[i]);
	for (size_t i = 0; i < plan->namespaces.count; i++)
		buffer_put_format(to, i == 0 ? "\n\texclude-result-prefixes=\"n%zu" : " n%zu", i);
	buffer_put_text(to, plan->namespaces.count == 0 ? ">\n" : "\">\n");
	buffer_put_text(to, "<xsl:output method=\"xml\" encoding=\"UTF-8\" indent=\"no\" "
			    "omit-xml-declaration=\"yes\"/>\n");
	put_keys(plan, to);
	(void)put_parameters(plan, to, &plan->map->root, "");
}

static void write_root(struct writer *writer)
{
	struct xslt_plan *plan = writer->plan;
	const struct xslt_path none = {.is_absolute = true, .root = schema_shape(plan->map->from)};
	const struct spot outside = {.namespace = plan->root->shape->namespace};
	struct spot spot = {plan->main, plan->root->shape->namespace};
	struct xslt_path root = {.is_absolute = true, .root = none.root};

	put_with(writer, "<xsl:template match=\"",
		 xslt_path_text(arena_of(writer), &plan->namespaces, &root, &outside.context),
		 "\"");
	put_with(writer, " xmlns=\"", plan->root->shape->namespace, "\">");
	if (plan->main.count > 0)
		open_each(writer, path_text(writer, &plan->main, &outside));
	write_element(writer, plan->root, &spot);
	if (plan->main.count > 0)
		put(writer, "</xsl:for-each>");
	put(writer, "</xsl:template>\n");
}

void xslt_of_map(const struct map *map, const char *folder, struct arena *arena,
		 struct xslt_of_map *ret_stylesheet)
{
	struct xslt_plan plan;
	struct writer writer = {.plan = &plan, .folder = folder, .count = "1"};
	struct buffer whole;

	xslt_plan_make(&plan, map, arena);
	xslt_same_init(&writer.same, &plan);
	buffer_init(&writer.body, LIMIT_DOCUMENT_BYTES);
	buffer_init(&whole, LIMIT_DOCUMENT_BYTES);
	write_root(&writer);
	xslt_same_write(&writer.same, &writer.body);
	put_head(&writer, &whole);
	buffer_put(&whole, buffer_bytes(&writer.body));
	buffer_put_text(&whole, "</xsl:stylesheet>\n");
	assert(buffer_error(&whole) == OK);
	*ret_stylesheet = (struct xslt_of_map){
		.text = bytes_of(arena_copy(arena, buffer_bytes(&whole)), whole.len),
		.rows = plan.rows,
		.outside_count = plan.outside_count,
		.outside = plan.outside,
		.silent_rows = plan.silent_rows};
	assert(ret_stylesheet->text.at != NULL);
	buffer_clear(&writer.body);
	buffer_clear(&whole);
}
