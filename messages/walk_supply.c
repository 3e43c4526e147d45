#include <string.h>

#include "messages/utf8.h"
#include "messages/walk_line.h"
#include "sampan/facts.h"

static void supply_text(struct walk *walk, const struct map_path *to, const struct walk_pair *pair,
			struct bytes text, const struct walk_step *step)
{
	struct branch *made =
		target_put(&walk->target, walk_target_base(walk, to, pair), to, NULL, text);
	struct walk_step noted = *step;

	if (made == NULL)
		return;
	noted.made = made;
	walk_line_put(walk, &noted, NULL);
	tally_supply(&walk->tally, made, step->word, step->ref, NULL);
}

void walk_supply_text(struct walk *walk, const struct map_path *to, const struct walk_pair *pair,
		      struct bytes text, const char *origin, const char *ref)
{
	supply_text(walk, to, pair, text,
		    &(struct walk_step){.kind = WALK_STEP_SUPPLY, .word = origin, .ref = ref});
}

void walk_supply_count(struct walk *walk, const struct map_rule *rule, const struct walk_pair *pair)
{
	struct bytes count = branch_number(pair->target->index, walk->arena);

	if (count.at == NULL)
		walk->err = ERR_MEMORY;
	else
		supply_text(walk, &rule->to, pair, count,
			    &(struct walk_step){.kind = walk_line_is_of(walk, pair->target)
								? WALK_STEP_COUNT
								: WALK_STEP_SUPPLY,
						.word = "count",
						.ref = rule->ref});
}

void walk_supply_constant(struct walk *walk, const struct map_rule *rule,
			  const struct walk_pair *pair)
{
	if (rule->with.text == NULL)
		walk_supply_text(walk, &rule->to, pair, bytes_of_text(rule->text), "constant",
				 rule->ref);
}

/* ---- Constants that stand with something ---- */

struct standing {
	struct walk *walk;
	const struct map_rule *rule;
	struct map_path rest;     /* of the rule's target below what it shares with `with` */
	size_t own;               /* steps of `with` below that */
	struct branch *only_base; /* when they share nothing */
};

static void stand_with(const struct standing *standing, struct branch *branch)
{
	struct walk_pair pair = {.target = branch};

	for (size_t i = 0; i < standing->own; i++)
		pair.target = pair.target->parent;
	if (standing->only_base != NULL)
		pair.target = standing->only_base;
	if (target_text(pair.target, &standing->rest) == NULL)
		walk_supply_text(standing->walk, &standing->rest, &pair,
				 bytes_of_text(standing->rule->text), "constant",
				 standing->rule->ref);
}

static size_t shared_steps(const struct map_path *a, const struct map_path *b)
{
	size_t count = 0;

	while (count < a->count && count < b->count && a->steps[count] == b->steps[count])
		count++;
	return count;
}

static void supply_with(struct walk *walk, const struct map_rule *rule,
			const struct walk_pair *pair)
{
	struct standing standing = {.walk = walk, .rule = rule, .rest = rule->to};
	const struct map_path *with = &rule->with;
	struct branch *found =
		branch_find(walk_target_base(walk, with, pair), with->steps, with->count);

	if (rule->with.is_absolute == rule->to.is_absolute) {
		size_t shared = shared_steps(&rule->with, &rule->to);

		standing.own = rule->with.count - shared;
		standing.rest.steps += shared;
		standing.rest.count -= shared;
		standing.rest.is_absolute = false;
	} else {
		standing.only_base = walk_target_base(walk, &rule->to, pair);
	}
	for (; found != NULL && !walk_has_failed(walk);
	     found = branch_find_next(found, with->steps, with->count))
		stand_with(&standing, found);
}

void walk_supply_with(struct walk *walk, const struct map_rule *group, const struct walk_pair *pair)
{
	for (size_t i = 0; group->has_with && i < group->rule_count && !walk_has_failed(walk);
	     i++) {
		const struct map_rule *rule = &group->rules[i];

		if (rule->kind == MAP_CONSTANT && rule->with.text != NULL)
			supply_with(walk, rule, pair);
	}
}

/* ---- Facts ---- */

/* Facts come from outside: may the text stand in XML at all (XML 1.0 section 2.2)? */
static bool is_writable(struct bytes text)
{
	if (utf8_first_wrong(text) < text.len)
		return false;
	for (size_t i = 0; i < text.len; i++) {
		struct bytes rest = bytes_of(text.at + i, text.len - i);

		if (text.at[i] < ' ' && !bytes_is_space(text.at[i]))
			return false;
		if (bytes_has_prefix(rest, bytes_of_text("\xEF\xBF")) && rest.at[2] >= 0xBE)
			return false;
	}
	return true;
}

static const struct walk_fact *fact_of(struct walk *walk, const struct map_rule *rule)
{
	struct walk_fact *fact = &walk->facts[rule->fact_place];

	if (fact->is_known)
		return fact;
	fact->is_known = true;
	fact->text = walk_trimmed(walk, bytes_of_text(facts_get(walk->outside, rule->fact)));
	fact->is_writable = fact->text.len > 0 && is_writable(fact->text);
	return fact;
}

static const struct shape *end_of(const struct map_path *to, const struct branch *base)
{
	return to->count == 0 ? base->shape : to->steps[to->count - 1];
}

static const char *place_of(struct walk *walk, const struct map_rule *rule, struct branch *base)
{
	const char *above = branch_path(base, walk->arena), *path;

	path = rule->to.is_absolute ? rule->to.text
				    : arena_format(walk->arena, "%s/%s", above, rule->to.text);
	if (path == NULL)
		walk->err = ERR_MEMORY;
	return path == NULL ? "" : path;
}

static void supply_fact(struct walk *walk, const struct map_rule *rule,
			const struct walk_pair *pair, const struct walk_fact *fact)
{
	struct branch *base = walk_target_base(walk, &rule->to, pair);
	const struct shape *shape = end_of(&rule->to, base);
	const char *text = (const char *)fact->text.at;

	if (!fact->is_writable)
		walk_finding(walk, &(struct walk_fault){.code = "value-not-convertible",
							.path = place_of(walk, rule, base),
							.value = text,
							.words = {shape->name, rule->fact}});
	else if (walk_is_too_long(fact->text, shape))
		walk_too_long(walk, NULL, place_of(walk, rule, base), text, shape);
	else {
		walk_supply_text(walk, &rule->to, pair, fact->text, rule->origin, rule->fact);
		walk->written++;
		target_keep(&walk->target);
	}
}

/* Said once: nothing is sent, so the empty text that holds the place goes nowhere. */
static void find_missing(struct walk *walk, const struct map_rule *rule, struct branch *base)
{
	walk_finding(walk, &(struct walk_fault){.code = "value-missing",
						.path = place_of(walk, rule, base),
						.value = rule->fact,
						.words = {rule->to.text, rule->fact}});
	(void)target_put(&walk->target, base, &rule->to, NULL, bytes_of("", 0));
}

/* A place that a value has filled needs no fact. */
void walk_supply(struct walk *walk, const struct map_rule *rule, const struct walk_pair *pair)
{
	struct branch *base = walk_target_base(walk, &rule->to, pair);
	const struct walk_fact *fact;

	if (target_text(base, &rule->to) != NULL)
		return;
	fact = fact_of(walk, rule);
	if (fact->text.len > 0)
		supply_fact(walk, rule, pair, fact);
	else if (rule->text != NULL)
		walk_supply_text(walk, &rule->to, pair, bytes_of_text(rule->text), "constant",
				 rule->ref);
	else if (!rule->is_optional)
		find_missing(walk, rule, base);
}
