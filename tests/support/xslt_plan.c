#include "tests/support/xslt_plan.h"

#include <assert.h>
#include <string.h>

/* Where rules are read: a source path and a target node that relative paths begin at. */
struct place {
	struct xslt_path from;
	const struct shape *source; /* what stands there */
	struct xslt_node *to;
	struct xslt_node *top; /* of the plan that `to` is in */
	struct xslt_scope *scope;
};

static void read_rules(struct xslt_plan *plan, const struct map_rule *group,
		       const struct place *place);

static void *get(struct xslt_plan *plan, size_t size)
{
	void *at = arena_alloc(plan->arena, size);

	assert(at != NULL);
	return at;
}

static void leave_out(struct xslt_plan *plan, const struct xslt_outside *outside)
{
	for (size_t i = 0; i < plan->outside_count; i++)
		if (strcmp(plan->outside[i].ref, outside->ref) == 0)
			return;
	if (plan->outside_count == plan->outside_room) {
		size_t room = plan->outside_room * 2 + 16;
		struct xslt_outside *more = get(plan, room * sizeof(*more));

		if (plan->outside_count > 0)
			memcpy(more, plan->outside, plan->outside_count * sizeof(*more));
		plan->outside = more;
		plan->outside_room = room;
	}
	plan->outside[plan->outside_count++] = *outside;
}

void xslt_plan_leave_out(struct xslt_plan *plan, const struct map_rule *rule, const char *why)
{
	leave_out(plan, &(struct xslt_outside){rule->ref, why, false});
}

void xslt_plan_carry_only(struct xslt_plan *plan, const struct map_rule *rule, const char *why)
{
	leave_out(plan, &(struct xslt_outside){rule->ref, why, true});
}

static bool agrees(const struct map_rule *group, const char *fact, const char **text)
{
	for (size_t i = 0; i < group->rule_count; i++) {
		const struct map_rule *rule = &group->rules[i];

		if (rule->kind == MAP_GROUP && !agrees(rule, fact, text))
			return false;
		if (rule->kind != MAP_SUPPLY || strcmp(rule->fact, fact) != 0)
			continue;
		if (rule->text == NULL || (*text != NULL && strcmp(*text, rule->text) != 0))
			return false;
		*text = rule->text;
	}
	return true;
}

const char *xslt_plan_default(const struct xslt_plan *plan, const char *fact)
{
	const char *text = NULL;

	return agrees(&plan->map->root, fact, &text) ? text : NULL;
}

static struct xslt_node *new_node(struct xslt_plan *plan, struct xslt_node *parent,
				  const struct shape *shape)
{
	struct xslt_node *node = get(plan, sizeof(*node));

	node->shape = shape;
	node->parent = parent;
	node->children = get(plan, (shape->child_count + 1) * sizeof(struct xslt_node *));
	return node;
}

static struct xslt_node *child_of(struct xslt_plan *plan, struct xslt_node *node,
				  const struct shape *shape)
{
	assert(shape->order < node->shape->child_count);
	if (node->children[shape->order] == NULL)
		node->children[shape->order] = new_node(plan, node, shape);
	return node->children[shape->order];
}

bool xslt_plan_has_children(const struct xslt_node *node)
{
	for (size_t i = 0; i < node->shape->child_count; i++)
		if (node->children[i] != NULL)
			return true;
	return false;
}

/* NULL: the rule writes outside of the element that its group makes. */
static struct xslt_node *node_at(struct xslt_plan *plan, const struct map_rule *rule,
				 const struct map_path *path, const struct place *place)
{
	struct xslt_node *node = place->to;

	if (path->is_absolute && place->top != plan->root) {
		xslt_plan_leave_out(plan, rule, "writes outside of its group's element");
		return NULL;
	}
	if (path->is_absolute)
		node = plan->root;
	for (size_t i = 0; i < path->count; i++)
		node = child_of(plan, node, path->steps[i]);
	return node;
}

/* In the topmost plan both kinds of path begin at the root. */
static struct xslt_path path_at(struct xslt_plan *plan, const struct map_path *path,
				const struct place *place)
{
	struct xslt_path from =
		xslt_path_join(plan->arena, &place->from, path, schema_shape(plan->map->from));

	if (place->top == plan->root)
		from.is_absolute = false;
	return from;
}

static const struct shape *source_at(const struct xslt_plan *plan, const struct map_rule *rule,
				     const struct place *place)
{
	if (rule->from.count > 0)
		return rule->from.steps[rule->from.count - 1];
	return rule->from.is_absolute ? schema_shape(plan->map->from) : place->source;
}

static void insert(struct xslt_node *node, struct xslt_part *part)
{
	struct xslt_part **at = &node->parts;

	while (*at != NULL && (*at)->order <= part->order)
		at = &(*at)->next;
	part->next = *at;
	*at = part;
}

static struct xslt_part *add(struct xslt_plan *plan, struct xslt_node *node,
			     enum xslt_part_kind kind, const struct map_rule *rule)
{
	struct xslt_part *part = get(plan, sizeof(*part));

	part->kind = kind;
	part->rule = rule;
	part->order = plan->order++;
	insert(node, part);
	return part;
}

static void keep_scope(struct xslt_part *part, const struct place *place)
{
	if (place->scope == NULL)
		return;
	part->scope = place->scope;
	part->guard = place->from;
	part->has_guard = true;
	if (part->kind == XSLT_TEXT || part->kind == XSLT_COUNT)
		return;
	part->next_of_scope = place->scope->first;
	place->scope->first = part;
}

/* ---- Rules ---- */

static bool is_same_source(const struct map_rule *a, const struct map_rule *b)
{
	return a->kind == MAP_VALUE && b->kind == MAP_VALUE &&
	       a->from.is_absolute == b->from.is_absolute && a->from.count == b->from.count &&
	       memcmp(a->from.steps, b->from.steps, a->from.count * sizeof(*a->from.steps)) == 0;
}

/* Which of a list that several rules share out is this rule's? The last takes those behind it too. */
static void share_out(struct xslt_plan *plan, struct xslt_part *part, const struct map_rule *group,
		      size_t index)
{
	const struct map_rule *rule = &group->rules[index];
	unsigned place = 1;
	bool is_last = true;

	if ((!rule->is_rest && !rule->has_rest) || xslt_path_is_single(&part->from, 0))
		return;
	if (part->from.steps[part->from.count - 1].shape->max == 1)
		xslt_plan_leave_out(plan, rule, "shares a list of lists with other rules");
	for (size_t i = 0; i < group->rule_count; i++) {
		if (i < index && is_same_source(&group->rules[i], rule))
			place++;
		if (i > index && is_same_source(&group->rules[i], rule))
			is_last = false;
	}
	part->from = xslt_path_where(
		plan->arena, &part->from,
		arena_format(plan->arena, is_last ? "[position()>=%u]" : "[%u]", place));
}

static void read_value(struct xslt_plan *plan, const struct map_rule *group, size_t index,
		       const struct place *place)
{
	const struct map_rule *rule = &group->rules[index];
	struct xslt_node *node = node_at(plan, rule, &rule->to, place);
	struct xslt_part *part;

	if (node == NULL)
		return;
	part = add(plan, node, XSLT_VALUE, rule);
	part->from = path_at(plan, &rule->from, place);
	share_out(plan, part, group, index);
	keep_scope(part, place);
}

static void read_supplied(struct xslt_plan *plan, const struct map_rule *rule,
			  enum xslt_part_kind kind, const struct place *place)
{
	struct xslt_node *node = node_at(plan, rule, &rule->to, place);
	struct xslt_part *part;

	if (node == NULL)
		return;
	part = add(plan, node, kind, rule);
	if (kind == XSLT_TEXT && rule->with.text != NULL)
		part->with = node_at(plan, rule, &rule->with, place);
	else if (kind == XSLT_TEXT && rule->with.steps != NULL)
		part->with = node->parent;
	keep_scope(part, place);
}

/* ---- Conditions ---- */

static const char *condition_text(struct xslt_plan *plan, const struct map_condition *condition)
{
	const struct xslt_path here = {0};
	struct xslt_path path =
		xslt_path_join(plan->arena, &here, &condition->path, schema_shape(plan->map->from));
	const char *value = xslt_path_text(plan->arena, &plan->namespaces, &path, &here);
	const char *text = condition->words == NULL ? value : "";

	if (condition->may_be_absent)
		text = arena_format(plan->arena, "not(%s)", value);
	for (size_t i = 0; i < condition->word_count; i++)
		text = arena_format(plan->arena, "%s%s%s='%s'", text, text[0] == '\0' ? "" : " or ",
				    value, condition->words[i]);
	return text;
}

/* One value that cannot be both words. */
static bool excludes(const struct map_condition *a, const struct map_condition *b)
{
	if (a->word_count != 1 || b->word_count != 1 || a->path.count != b->path.count ||
	    a->may_be_absent || b->may_be_absent || strcmp(a->words[0], b->words[0]) == 0)
		return false;
	for (size_t i = 0; i < a->path.count; i++)
		if (a->path.steps[i] != b->path.steps[i] || a->path.steps[i]->max > 1)
			return false;
	return true;
}

static bool is_disjoint(const struct map_rule *a, const struct map_rule *b)
{
	for (size_t i = 0; i < a->condition_count; i++)
		for (size_t j = 0; j < b->condition_count; j++)
			if (excludes(&a->conditions[i], &b->conditions[j]))
				return true;
	return false;
}

static bool has_same_from(const struct map_rule *a, const struct map_rule *b)
{
	return a->kind == MAP_GROUP && a->from.count == b->from.count && a->from.count > 0 &&
	       a->from.is_absolute == b->from.is_absolute &&
	       memcmp(a->from.steps, b->from.steps, a->from.count * sizeof(*a->from.steps)) == 0;
}

/* The elements that an earlier group keeps are not this one's. */
static const char *taken_text(struct xslt_plan *plan, const struct map_rule *earlier)
{
	const char *text = "";

	for (size_t i = 0; i < earlier->condition_count; i++)
		text = arena_format(plan->arena, "%s%s(%s)", text, i == 0 ? "" : " and ",
				    condition_text(plan, &earlier->conditions[i]));
	return text[0] == '\0' ? "[false()]" : arena_format(plan->arena, "[not(%s)]", text);
}

/* A group of the one element that the document is about: its conditions are the map's. */
static bool is_of_whole(const struct xslt_plan *plan, const struct map_rule *group, size_t index,
			const struct xslt_path *path)
{
	if (group != &plan->map->root || !xslt_path_is_certain(path, 0) ||
	    !xslt_path_is_single(path, 0))
		return false;
	for (size_t i = 0; i < group->rule_count; i++)
		if (i != index &&
		    (has_same_from(&group->rules[i], &group->rules[index]) ||
		     (group->rules[i].kind == MAP_GROUP && group->rules[i].from.count == 0)))
			return false;
	return true;
}

static struct xslt_path group_path(struct xslt_plan *plan, const struct map_rule *group,
				   size_t index, const struct place *place)
{
	const struct map_rule *rule = &group->rules[index];
	struct xslt_path path = path_at(plan, &rule->from, place);

	if (is_of_whole(plan, group, index, &path))
		return path;
	for (size_t i = 0; i < rule->condition_count; i++)
		path = xslt_path_where(plan->arena, &path,
				       arena_format(plan->arena, "[%s]",
						    condition_text(plan, &rule->conditions[i])));
	for (size_t i = 0; i < index; i++)
		if (has_same_from(&group->rules[i], rule) && !is_disjoint(&group->rules[i], rule))
			path = xslt_path_where(plan->arena, &path,
					       taken_text(plan, &group->rules[i]));
	return path;
}

/* ---- Groups ---- */

static void read_group(struct xslt_plan *plan, const struct map_rule *group, size_t index,
		       const struct place *place)
{
	const struct map_rule *rule = &group->rules[index];
	struct place inner = {.from = group_path(plan, group, index, place)};
	struct xslt_node *node = node_at(plan, rule, &rule->to, place);
	struct xslt_part *part;

	if (node == NULL)
		return;
	inner.source = source_at(plan, rule, place);
	if (node == place->to || node == plan->root) {
		inner.to = node;
		inner.top = place->top;
		inner.scope = get(plan, sizeof(*inner.scope));
		if (place->to == plan->root && rule->rule_count > 0 &&
		    inner.from.count > plan->main.count && xslt_path_is_certain(&inner.from, 0) &&
		    xslt_path_is_single(&inner.from, 0))
			plan->main = inner.from;
		read_rules(plan, rule, &inner);
		return;
	}
	part = add(plan, node, XSLT_GROUP, rule);
	part->from = inner.from;
	part->inner = new_node(plan, NULL, node->shape);
	keep_scope(part, place);
	inner.from = (struct xslt_path){0};
	inner.to = inner.top = part->inner;
	read_rules(plan, rule, &inner);
}

/* What was one of the group's own is now the enclosing element's. */
static void move(struct xslt_plan *plan, const struct xslt_part *group, struct xslt_node *from,
		 struct xslt_node *to, struct xslt_scope *scope)
{
	struct xslt_part *part, *next;

	from->moved_to = to;
	for (part = from->parts; part != NULL; part = next) {
		next = part->next;
		if (part->kind == XSLT_VALUE || part->kind == XSLT_SAME || part->kind == XSLT_GROUP)
			part->from = xslt_path_append(plan->arena, &group->from, &part->from);
		if (part->has_guard)
			part->guard = xslt_path_append(plan->arena, &group->from, &part->guard);
		if (part->scope == NULL)
			keep_scope(part, &(struct place){.from = group->from, .scope = scope});
		insert(to, part);
	}
	for (size_t i = 0; i < from->shape->child_count; i++)
		if (from->children[i] != NULL)
			move(plan, group, from->children[i],
			     child_of(plan, to, from->children[i]->shape), scope);
}

static bool is_single_group(const struct xslt_node *node)
{
	return node->parts->next == NULL && !xslt_plan_has_children(node);
}

void xslt_plan_settle(struct xslt_plan *plan, struct xslt_node *node)
{
	struct xslt_part *part, **at;

	if (node->parts == NULL || is_single_group(node))
		return;
	if (node->shape->max > 1) {
		for (part = node->parts; part != NULL && xslt_plan_has_children(node);
		     part = part->next)
			if (part->kind == XSLT_GROUP)
				xslt_plan_leave_out(plan, part->rule,
						    "shares elements of a list with other rules");
		return;
	}
	for (at = &node->parts; (part = *at) != NULL;) {
		if (part->kind != XSLT_GROUP) {
			at = &part->next;
			continue;
		}
		*at = part->next;
		move(plan, part, part->inner, node, get(plan, sizeof(struct xslt_scope)));
		at = &node->parts;
	}
}

/* ---- Same names ---- */

static bool is_within(const struct shape *shape, const struct shape *above)
{
	while (shape != NULL && shape != above)
		shape = shape->parent;
	return shape != NULL;
}

/* What earlier rules do at or below a source element. */
enum touch { UNTOUCHED, TOUCHED, TAKEN };

static enum touch touch_of(const struct map_rule *group, const struct map_rule *until,
			   const struct shape *base, const struct shape *shape)
{
	enum touch touch = UNTOUCHED;

	for (size_t i = 0; i < group->rule_count && &group->rules[i] < until; i++) {
		const struct map_rule *rule = &group->rules[i];
		const struct shape *end =
			rule->from.count == 0 ? base : rule->from.steps[rule->from.count - 1];

		if (rule->kind == MAP_CONSTANT || rule->kind == MAP_COUNT ||
		    rule->kind == MAP_SUPPLY)
			continue;
		if (end == shape &&
		    (rule->kind == MAP_GROUP ? rule->condition_count == 0 : rule->text == NULL))
			return TAKEN;
		if (is_within(end, shape) || is_within(shape, end))
			touch = TOUCHED;
	}
	return touch;
}

static void explode(struct xslt_plan *plan, const struct map_rule *group,
		    const struct map_rule *rule, const struct map_twin *twin,
		    const struct place *place)
{
	for (size_t i = 0; i < place->source->child_count; i++) {
		const struct shape *child = place->source->children[i];
		const struct map_twin *other = twin->children[child->order];
		struct place inner = *place;
		struct xslt_part *part;
		enum touch touch;

		if (other == NULL || (touch = touch_of(group, rule, place->source, child)) == TAKEN)
			continue;
		inner.from = xslt_path_child(plan->arena, &place->from, child);
		inner.source = child;
		inner.to = child_of(plan, place->to, other->target);
		if (touch == UNTOUCHED && inner.to->parts == NULL &&
		    !xslt_plan_has_children(inner.to)) {
			part = add(plan, inner.to, XSLT_SAME, rule);
			part->from = inner.from;
			part->twin = other;
			keep_scope(part, place);
		} else if (other->target->max > 1 || child->is_leaf) {
			xslt_plan_leave_out(plan, rule, "takes what earlier rules left");
		} else {
			explode(plan, group, rule, other, &inner);
		}
	}
}

static void read_same(struct xslt_plan *plan, const struct map_rule *group, size_t index,
		      const struct place *place)
{
	const struct map_rule *rule = &group->rules[index];
	struct xslt_node *node = node_at(plan, rule, &rule->to, place);
	struct place inner = *place;
	struct xslt_part *part;

	if (node == NULL)
		return;
	inner.from = path_at(plan, &rule->from, place);
	inner.source = source_at(plan, rule, place);
	inner.to = node;
	if (node == place->to || node == plan->root || inner.from.count == 0 ||
	    touch_of(group, rule, place->source, inner.source) != UNTOUCHED) {
		explode(plan, group, rule, rule->twin, &inner);
		return;
	}
	part = add(plan, node, XSLT_SAME, rule);
	part->from = inner.from;
	part->twin = rule->twin;
	keep_scope(part, place);
}

/* ---- Links ---- */

static void read_link(struct xslt_plan *plan, const struct map_rule *rule,
		      const struct place *place)
{
	const struct map_path *key = &rule->key;
	struct xslt_path from = path_at(plan, &rule->from, place);
	struct place inner = *place;
	struct xslt_key *made;

	if (key->count < 2) {
		xslt_plan_leave_out(plan, rule, "a key of the whole document");
		return;
	}
	assert(plan->key_count < XSLT_KEYS);
	made = &plan->keys[plan->key_count++];
	made->name = arena_format(plan->arena, "line%s", strrchr(rule->ref, ':') + 1);
	made->element = key->steps[key->count - 2];
	made->value = key->steps[key->count - 1];
	inner.from = xslt_path_jump(plan->arena, &from, made->element, made->name);
	inner.source = made->element;
	inner.scope = get(plan, sizeof(*inner.scope));
	read_rules(plan, rule, &inner);
}

/* ---- The whole ---- */

static void read_rule(struct xslt_plan *plan, const struct map_rule *group, size_t index,
		      const struct place *place)
{
	const struct map_rule *rule = &group->rules[index];

	if (rule->kind == MAP_DROP) {
		plan->silent_rows++;
		return;
	}
	if (rule->kind == MAP_GROUP)
		read_group(plan, group, index, place);
	else if (rule->kind == MAP_VALUE)
		read_value(plan, group, index, place);
	else if (rule->kind == MAP_SAME)
		read_same(plan, group, index, place);
	else if (rule->kind == MAP_CONSTANT)
		read_supplied(plan, rule, XSLT_TEXT, place);
	else if (rule->kind == MAP_COUNT)
		read_supplied(plan, rule, XSLT_COUNT, place);
	else if (rule->kind == MAP_LINK)
		read_link(plan, rule, place);
	else if (rule->kind == MAP_SUPPLY)
		read_supplied(plan, rule, XSLT_SUPPLY, place);
	else
		xslt_plan_leave_out(plan, rule,
				    rule->kind == MAP_POINTER ? "names a place by a list of places"
							      : "a rule that is not known here");
	plan->rows++;
}

static void read_rules(struct xslt_plan *plan, const struct map_rule *group,
		       const struct place *place)
{
	for (size_t i = 0; i < group->rule_count; i++)
		read_rule(plan, group, i, place);
}

void xslt_plan_make(struct xslt_plan *plan, const struct map *map, struct arena *arena)
{
	struct place place = {0};

	*plan = (struct xslt_plan){.arena = arena, .map = map};
	plan->root = new_node(plan, NULL, schema_shape(map->to));
	place.source = schema_shape(map->from);
	place.to = place.top = plan->root;
	plan->silent_rows = map->require_count + map->carry_count;
	read_rules(plan, &map->root, &place);
}
