#include "messages/map_tell.h"

#include <string.h>

#include "messages/map_words.h"

#define RULES_MAX 4096u

/* A rule with where it begins and ends, out of its groups. */
struct spoken {
	const struct map_rule *rule;
	const struct shape *source;
	const struct shape *target;
	const char *when_vi; /* conditions of its groups; "" when it always holds */
	const char *when_en;
};

struct telling {
	const struct map *map;
	struct arena *arena;
	struct spoken *spoken;
	size_t count;
	struct map_words whole; /* which documents the map is for */
	map_tell_visit *visit;
	void *context;
	enum err err;
};

static const char *kept(struct telling *telling, const struct buffer *buffer)
{
	const char *text = arena_text(telling->arena, buffer_bytes(buffer));

	if (text == NULL || buffer_error(buffer) != OK)
		telling->err = ERR_MEMORY;
	return text == NULL ? "" : text;
}

static const char *path_of(struct telling *telling, const struct shape *shape)
{
	const char *above = shape->parent == NULL ? "" : path_of(telling, shape->parent);
	const char *path = arena_format(telling->arena, shape->is_attribute ? "%s/@%s" : "%s/%s",
					above, shape->name);

	if (path == NULL)
		telling->err = ERR_MEMORY;
	return path == NULL ? "" : path;
}

/* ---- The rules out of their groups ---- */

static const struct shape *end_of(const struct map_path *path, const struct shape *base,
				  const struct schema *kind)
{
	if (path->count > 0)
		return path->steps[path->count - 1];
	return path->is_absolute && kind != NULL ? schema_shape(kind) : base;
}

static void gather(struct telling *telling, const struct map_rule *group,
		   const struct spoken *outer);

static void put_when(struct map_words *words, const struct spoken *spoken)
{
	if (spoken->when_en[0] != '\0')
		map_words_put(words, spoken->when_vi, spoken->when_en, "");
}

static bool is_repeated(const struct map_path *path)
{
	for (size_t i = 0; i < path->count; i++)
		if (path->steps[i]->max > 1)
			return true;
	return false;
}

/*
 * Among elements that repeat, conditions choose. Where there is only one, they say which documents
 * the map is for.
 */
static void note_conditions(struct telling *telling, const struct map_rule *group,
			    struct spoken *own)
{
	struct map_words words;

	if (group->condition_count == 0)
		return;
	if (!is_repeated(&group->from)) {
		map_words_put_conditions(&telling->whole, group->conditions,
					 group->condition_count);
		return;
	}
	map_words_init(&words);
	put_when(&words, own);
	map_words_put_conditions(&words, group->conditions, group->condition_count);
	own->when_vi = kept(telling, &words.vi);
	own->when_en = kept(telling, &words.en);
	map_words_clear(&words);
}

/* The rules inside speak of the element that the key belongs to. */
static void note_link(struct telling *telling, const struct map_rule *rule, struct spoken *own)
{
	struct map_words words;

	map_words_init(&words);
	put_when(&words, own);
	map_words_put(&words, "khi được {} nêu", "where {} names it", rule->from.text);
	own->when_vi = kept(telling, &words.vi);
	own->when_en = kept(telling, &words.en);
	map_words_clear(&words);
	own->source = rule->key.steps[rule->key.count - 1]->parent;
}

static void gather_one(struct telling *telling, const struct map_rule *rule,
		       const struct spoken *outer)
{
	struct spoken own = {.rule = rule,
			     .source = end_of(&rule->from, outer->source, telling->map->from),
			     .target = end_of(&rule->to, outer->target, telling->map->to),
			     .when_vi = outer->when_vi,
			     .when_en = outer->when_en};

	if (rule->kind == MAP_LINK) {
		note_link(telling, rule, &own);
		gather(telling, rule, &own);
	} else if (rule->kind == MAP_GROUP) {
		note_conditions(telling, rule, &own);
		gather(telling, rule, &own);
	} else if (telling->count < RULES_MAX) {
		telling->spoken[telling->count++] = own;
	} else {
		telling->err = ERR_LIMIT;
	}
}

static void gather(struct telling *telling, const struct map_rule *group,
		   const struct spoken *outer)
{
	for (size_t i = 0; i < group->rule_count && telling->err == OK; i++)
		gather_one(telling, &group->rules[i], outer);
}

static bool must_be_carried(const struct map *map, const struct shape *shape)
{
	for (; shape != NULL; shape = shape->parent)
		for (size_t i = 0; i < map->carry_count; i++)
			if (map->carries[i] == shape)
				return true;
	return false;
}

/* ---- One field ---- */

static void tell(struct telling *telling, const struct spoken *spoken, const struct shape *source,
		 const struct shape *target, struct map_words *words)
{
	if (spoken != NULL)
		put_when(words, spoken);
	if (source != NULL && target != NULL && must_be_carried(telling->map, source))
		map_words_put(words, "bắt buộc phải chuyển", "must be carried", "");
	struct map_told told = {
		.source = source == NULL ? "" : path_of(telling, source),
		.source_item = source == NULL ? "" : source->item,
		.target = target == NULL ? "" : path_of(telling, target),
		.target_item = target == NULL ? "" : target->item,
		.vi = kept(telling, &words->vi),
		.en = kept(telling, &words->en),
		.ref = spoken == NULL ? "" : spoken->rule->ref,
	};

	if (telling->err == OK)
		telling->visit(telling->context, &told);
}

/* Where "same" takes a shape at or below its source; NULL: nowhere. */
static const struct map_twin *twin_of(const struct spoken *spoken, const struct shape *shape)
{
	const struct map_twin *above;

	if (shape == spoken->source)
		return spoken->rule->twin;
	above = twin_of(spoken, shape->parent);
	return above == NULL ? NULL : above->children[shape->order];
}

static bool is_below(const struct shape *shape, const struct shape *top)
{
	while (shape != NULL && shape != top)
		shape = shape->parent;
	return shape != NULL;
}

/* A chain and its text with item and line beside it speak of one place. */
static const struct shape *pointed_to(const struct spoken *spoken, const struct shape *field)
{
	const struct map_rule *rule = spoken->rule;
	bool is_meant = field == spoken->source;

	if (rule->is_chain)
		is_meant = field->parent == spoken->source && !field->is_attribute;
	else
		is_meant |= field == end_of(&rule->item, spoken->source, NULL) ||
			    field == end_of(&rule->line, spoken->source, NULL);
	return is_meant ? spoken->target : NULL;
}

/* Where a rule takes a field to; NULL: nowhere. */
static const struct shape *taken_to(const struct spoken *spoken, const struct shape *field)
{
	const struct map_twin *twin;

	if (spoken->rule->kind == MAP_VALUE)
		return field == spoken->source ? spoken->target : NULL;
	if (spoken->rule->kind == MAP_POINTER)
		return pointed_to(spoken, field);
	if (spoken->rule->kind != MAP_SAME || !is_below(field, spoken->source))
		return NULL;
	twin = twin_of(spoken, field);
	return twin == NULL ? NULL : twin->target;
}

/* What one rule does with a field. false: the rule does not speak of it. */
static bool tell_by_rule(struct telling *telling, const struct spoken *spoken,
			 const struct shape *field, struct map_words *words)
{
	const struct shape *target = taken_to(spoken, field);

	if (target != NULL) {
		map_words_put_carried(words, spoken->rule, target);
		tell(telling, spoken, field, target, words);
		return true;
	}
	if (spoken->rule->kind != MAP_DROP || !is_below(field, spoken->source))
		return false;
	map_words_put_dropped(words, spoken->rule->reason);
	if (spoken->rule->text != NULL)
		map_words_put(words, "khi là \"{}\"", "where it is \"{}\"", spoken->rule->text);
	tell(telling, spoken, field, NULL, words);
	return true;
}

/* Rules are tried in order; behind one that always holds no other gets the field but to share it. */
static void tell_field(struct telling *telling, const struct shape *field)
{
	bool is_taken = false, is_met = false;
	struct map_words words;

	for (size_t i = 0; i < telling->count && telling->err == OK; i++) {
		const struct spoken *spoken = &telling->spoken[i];
		bool is_told;

		if (is_taken && spoken->rule->kind != MAP_VALUE)
			continue;
		map_words_init(&words);
		is_told = tell_by_rule(telling, spoken, field, &words);
		map_words_clear(&words);
		is_met |= is_told;
		is_taken |= is_told && spoken->when_en[0] == '\0';
	}
	if (is_taken || telling->err != OK)
		return;
	map_words_init(&words);
	if (is_met)
		map_words_put(&words, "nếu không thì", "otherwise", "");
	map_words_put_dropped(&words, "no-counterpart");
	tell(telling, NULL, field, NULL, &words);
	map_words_clear(&words);
}

/* The drop that certainly gets a field; NULL: it is carried, or it depends. */
static const struct spoken *dropper_of(const struct telling *telling, const struct shape *field)
{
	static const struct spoken none;

	for (size_t i = 0; i < telling->count; i++) {
		const struct spoken *spoken = &telling->spoken[i];

		if (taken_to(spoken, field) != NULL)
			return NULL;
		if (spoken->rule->kind == MAP_DROP && is_below(field, spoken->source))
			return spoken->when_en[0] == '\0' && spoken->rule->text == NULL ? spoken
											: NULL;
	}
	return &none;
}

static bool is_field(const struct shape *shape)
{
	return shape->is_leaf || shape->is_attribute;
}

/* The same drop for all fields at and below a shape. */
static const struct spoken *dropper_of_all(const struct telling *telling, const struct shape *shape)
{
	const struct spoken *dropper = is_field(shape) ? dropper_of(telling, shape) : NULL;

	for (size_t i = 0; i < shape->child_count; i++) {
		const struct spoken *other = dropper_of_all(telling, shape->children[i]);

		if (other == NULL || (dropper != NULL && other != dropper) ||
		    (is_field(shape) && dropper == NULL))
			return NULL;
		dropper = other;
	}
	return dropper;
}

static void tell_dropped(struct telling *telling, const struct spoken *dropper,
			 const struct shape *shape)
{
	const char *reason = dropper->rule == NULL ? "no-counterpart" : dropper->rule->reason;
	struct map_words words;

	map_words_init(&words);
	map_words_put_dropped(&words, reason);
	if (!shape->is_attribute && shape->child_count > 0)
		map_words_put(&words, "cùng mọi thứ bên trong", "with all below", "");
	tell(telling, dropper->rule == NULL ? NULL : dropper, shape, NULL, &words);
	map_words_clear(&words);
}

static void tell_fields(struct telling *telling, const struct shape *shape)
{
	const struct spoken *dropper = dropper_of_all(telling, shape);

	if (dropper != NULL) {
		tell_dropped(telling, dropper, shape);
		return;
	}
	if (is_field(shape))
		tell_field(telling, shape);
	for (size_t i = 0; i < shape->child_count && telling->err == OK; i++)
		tell_fields(telling, shape->children[i]);
}

/* Which documents the map is for; nothing when it is for all. */
static void tell_whole(struct telling *telling)
{
	map_words_put_conditions(&telling->whole, telling->map->requires,
				 telling->map->require_count);
	if (telling->whole.en.len > 0)
		tell(telling, NULL, NULL, NULL, &telling->whole);
}

static void tell_supplied(struct telling *telling)
{
	for (size_t i = 0; i < telling->count && telling->err == OK; i++) {
		const struct spoken *spoken = &telling->spoken[i];
		struct map_words words;

		if (spoken->rule->kind != MAP_CONSTANT && spoken->rule->kind != MAP_COUNT &&
		    spoken->rule->kind != MAP_SUPPLY)
			continue;
		map_words_init(&words);
		map_words_put_supplied(&words, spoken->rule);
		tell(telling, spoken, NULL, spoken->target, &words);
		map_words_clear(&words);
	}
}

enum err map_tell(const struct map *map, struct arena *arena, map_tell_visit *visit, void *context)
{
	struct telling telling = {
		.map = map,
		.arena = arena,
		.spoken = arena_alloc_array(arena, RULES_MAX, sizeof(*telling.spoken)),
		.visit = visit,
		.context = context};
	struct spoken whole = {.source = schema_shape(map->from),
			       .target = schema_shape(map->to),
			       .when_vi = "",
			       .when_en = ""};

	if (telling.spoken == NULL)
		return ERR_MEMORY;
	map_words_init(&telling.whole);
	gather(&telling, &map->root, &whole);
	tell_whole(&telling);
	if (telling.err == OK)
		tell_fields(&telling, schema_shape(map->from));
	if (telling.err == OK)
		tell_supplied(&telling);
	map_words_clear(&telling.whole);
	return telling.err;
}
