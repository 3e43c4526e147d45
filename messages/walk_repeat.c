#include "messages/walk_line.h"

#include <string.h>

/* A line that is being repeated. */
struct repeating {
	struct walk *walk;
	struct walk_model *model;
	const struct walk_pair *pair;
	struct branch *made; /* from 1: made[0] is the second */
	uint32_t links;      /* followed */
};

/* ---- Does it look like the model? ---- */

static bool is_alike(const struct walk *walk, const struct walk_model *model,
		     const struct branch *source)
{
	const struct branch_state *states = walk->states + source->number;
	uint32_t count = walk->source.trunk->after[source->number] - source->number;

	if (count != model->key_count || walk_line_key(source) != model->keys[0] ||
	    states[0].is_taken)
		return false;
	for (uint32_t i = 1; i < count; i++)
		if (walk_line_key(&source[i]) != model->keys[i] ||
		    branch_state_is_touched(&states[i]))
			return false;
	return true;
}

/* The elements that two keys stand in. */
static bool are_alike(const struct walk *walk, const struct branch *one, const struct branch *other)
{
	const uint32_t *after = walk->source.trunk->after;
	uint32_t count = after[one->number] - one->number;

	if (one == other)
		return true;
	if (after[other->number] - other->number != count)
		return false;
	for (uint32_t i = 0; i < count; i++)
		if (walk_line_key(&one[i]) != walk_line_key(&other[i]))
			return false;
	return true;
}

/* ---- Branches ---- */

static struct branch *branch_at(const struct repeating *repeating, uint32_t number)
{
	return number == 0 ? repeating->pair->target : &repeating->made[number - 1];
}

/* Children are found from the first on; nobody looks for them by shape (map_place.h). */
static void make_parents(const struct repeating *repeating, uint8_t *tables)
{
	struct walk_model *model = repeating->model;
	struct branch_children *children;

	for (uint32_t i = 0; i <= model->made_count; i++) {
		const struct walk_made *from = &model->made[i];

		if (from->first == 0)
			continue;
		children = (struct branch_children *)(void *)tables;
		children->first = branch_at(repeating, from->first);
		children->tail = branch_at(repeating, from->tail);
		children->stray = NULL;
		if (i > 0)
			branch_at(repeating, i)->children = children;
		tables += sizeof(*children);
	}
}

static bool make_branches(struct repeating *repeating, struct branch_children **ret_children)
{
	struct walk_model *model = repeating->model;
	struct target *target = &repeating->walk->target;
	size_t room = model->made_count * sizeof(struct branch);
	uint8_t *at = model->spare;

	if (at == NULL)
		at = arena_room(repeating->walk->arena,
				room + model->parent_count * sizeof(struct branch_children));

	if (at == NULL) {
		target->err = ERR_MEMORY;
		return false;
	}
	repeating->made = (struct branch *)(void *)at;
	for (uint32_t i = 1; i <= model->made_count; i++) {
		const struct walk_made *from = &model->made[i];

		repeating->made[i - 1] = (struct branch){
			.shape = from->shape,
			.parent = branch_at(repeating, from->parent),
			.next = from->next == 0 ? NULL : branch_at(repeating, from->next),
			.text = from->text,
			.text_len = from->text_len,
			.index = from->index,
			.made = target->count + i};
	}
	make_parents(repeating, at + room);
	*ret_children =
		model->parent_count == 0 ? NULL : (struct branch_children *)(void *)(at + room);
	return true;
}

/* ---- Steps ---- */

static struct branch *source_of(const struct repeating *repeating, const struct walk_step *step)
{
	if (step->base == 0)
		return repeating->pair->source + step->source;
	if (step->base == WALK_STEP_ABSOLUTE)
		return step->branch;
	return repeating->model->bases[step->base - 1] + step->source;
}

static bool put_value(const struct repeating *repeating, const struct walk_step *step)
{
	struct walk *walk = repeating->walk;
	struct branch *value = source_of(repeating, step);
	struct branch *made = branch_at(repeating, step->target);
	const char *reason = NULL;
	struct bytes text = walk_text(value);

	if (!walk_value_fits(walk, step->rule, value, made->shape, &text, &reason))
		return false;
	made->text = (const char *)text.at;
	made->text_len = (uint32_t)text.len;
	if (walk_state(walk, value)->is_taken)
		tally_supply(&walk->tally, made, "document", NULL, value);
	else
		tally_carry(&walk->tally, value, made, reason);
	return true;
}

/* Nothing of the line that was noted was a loss (walk_line.c). */
static void put_drop(const struct repeating *repeating, const struct walk_step *step)
{
	struct walk *walk = repeating->walk;
	struct branch *value = source_of(repeating, step);

	if (walk_state(walk, value)->is_taken)
		return;
	if (step->base == 0)
		tally_drop_free(&walk->tally, value, step->word);
	else
		tally_drop(&walk->tally, value, step->word);
}

static bool put_count(const struct repeating *repeating, const struct walk_step *step)
{
	struct walk *walk = repeating->walk;
	struct branch *made = branch_at(repeating, step->target);
	struct bytes text = branch_number(repeating->pair->target->index, walk->arena);

	if (text.at == NULL) {
		walk->err = ERR_MEMORY;
		return false;
	}
	made->text = (const char *)text.at;
	made->text_len = (uint32_t)text.len;
	tally_supply(&walk->tally, made, step->word, step->ref, NULL);
	return true;
}

static bool follow(struct repeating *repeating, const struct walk_step *step)
{
	struct branch *value = source_of(repeating, step);
	struct branch *key = walk_link_look_up(repeating->walk, step->rule, value);

	if (key == NULL || !are_alike(repeating->walk, step->branch->parent, key->parent))
		return false;
	repeating->model->bases[repeating->links++] = key->parent;
	return true;
}

static bool repeat_step(struct repeating *repeating, const struct walk_step *step)
{
	struct walk *walk = repeating->walk;

	switch (step->kind) {
	case WALK_STEP_VALUE:
		return put_value(repeating, step);
	case WALK_STEP_DROP:
		put_drop(repeating, step);
		return true;
	case WALK_STEP_SUPPLY:
		tally_supply(&walk->tally, branch_at(repeating, step->target), step->word,
			     step->ref, NULL);
		return true;
	case WALK_STEP_COUNT:
		return put_count(repeating, step);
	case WALK_STEP_CONDITION:
		return walk_all_hold(walk, step->rule, source_of(repeating, step)) == step->holds;
	case WALK_STEP_LINK:
		return follow(repeating, step);
	}
	return false;
}

/* ---- A line ---- */

/* Rows are the last that were put: who they are of is free again. */
static void take_back(struct walk *walk, const struct tally *before)
{
	for (size_t i = before->fate_count; i < walk->tally.fate_count; i++)
		walk_state(walk, walk->tally.fates[i].source)->is_taken = false;
	tally_take_back_all(&walk->tally, before);
}

static void finish(const struct repeating *repeating, struct branch_children *children)
{
	struct walk_model *model = repeating->model;
	struct branch *source = repeating->pair->source;
	struct walk *walk = repeating->walk;

	repeating->pair->target->children = children;
	for (size_t i = 0; i < model->grouped_count; i++)
		walk_state(walk, source + model->grouped[i])->is_grouped = true;
	walk->target.count += model->made_count;
	walk->target.missing += model->missing;
	walk->carried += model->carried;
	walk->written += model->written;
	target_keep(&walk->target);
}

static bool repeat(struct walk *walk, struct walk_model *model, const struct walk_pair *pair)
{
	struct repeating repeating = {.walk = walk, .model = model, .pair = pair};
	struct branch_children *children;
	struct tally before = walk->tally;

	if (!make_branches(&repeating, &children))
		return false;
	for (size_t i = 0; i < model->step_count; i++) {
		if (repeat_step(&repeating, &model->steps[i]))
			continue;
		take_back(walk, &before);
		model->spare = (uint8_t *)repeating.made;
		pair->target->text = NULL;
		pair->target->text_len = 0;
		return false;
	}
	model->spare = NULL;
	finish(&repeating, children);
	return true;
}

bool walk_repeat(struct walk *walk, const struct map_rule *rule, const struct walk_pair *pair)
{
	if (walk->note != NULL || pair->target->made != walk->target.count ||
	    pair->target->children != NULL || pair->target->text != NULL)
		return false;
	for (struct walk_model *model = walk->lines[rule->line_place].models; model != NULL;
	     model = model->next) {
		if (is_alike(walk, model, pair->source) && repeat(walk, model, pair))
			return true;
	}
	return false;
}
