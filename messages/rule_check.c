#include <stdlib.h>
#include <string.h>

#include "messages/rule_book.h"
#include "messages/sentence.h"
#include "sampan/limit.h"

/* What a rule is judged on: the whole document, or one element of its `each`. */
struct scope {
	uint32_t begin;
	uint32_t end;
	const struct rule_value *element; /* NULL: the document */
	size_t index;                     /* of the element, from 1 */
};

struct judging {
	const struct rule *rule;
	const struct rule_values *slots;
	const struct trunk *trunk;
	struct findings *findings;
	const struct rule_value *witness;   /* the first value that a `when` is about */
	struct rule_side whens[RULE_TESTS]; /* their other sides, where they are the document's */
	struct rule_side unlesses[RULE_TESTS];
	struct rule_side musts[RULE_TESTS];
	enum err err;
};

/* A run of values. */
struct run {
	const struct rule_value *at;
	size_t count;
};

/* ---- Values of a scope ---- */

static size_t first_from(const struct rule_values *values, uint32_t at)
{
	size_t low = 0, high = values->count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (values->items[middle].at < at)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

static struct run run_of(const struct judging *judging, const struct rule_operand *name,
			 const struct scope *scope)
{
	const struct rule_values *values = &judging->slots[name->slot];
	size_t first, last;

	if (!name->is_inside || values->count == 0)
		return (struct run){values->items, values->count};
	first = first_from(values, scope->begin);
	last = first_from(values, scope->end);
	return (struct run){values->items + first, last - first};
}

/* ---- The other side ---- */

static bool sum_up(struct run run, struct rule_number *ret_sum)
{
	struct rule_number sum = {{0}}, number;

	for (size_t i = 0; i < run.count; i++) {
		if (!rule_number_parse(run.at[i].text, &number))
			return false;
		rule_number_add(&sum, &number);
	}
	*ret_sum = sum;
	return run.count > 0;
}

static struct rule_side side_of_other(const struct rule_test *test, struct run run)
{
	struct rule_side side = {0};

	if (run.count == 0)
		return side;
	side.text = run.at[0].text;
	side.is_known = true;
	if (rule_test_is_number(test->relation))
		side.is_known = rule_number_parse(side.text, &side.number);
	if (rule_test_is_date(test->relation)) {
		side.is_known = rule_date_parse(side.text, test->other.form, &side.day);
		if (side.is_known)
			side.day = rule_date_add(side.day, test->plus);
	}
	return side;
}

static struct rule_side side_of(const struct judging *judging, const struct rule_test *test,
				const struct scope *scope)
{
	struct rule_side side = {.is_known = true, .number = test->number};
	struct run run;

	if (test->side == RULE_SIDE_NUMBER)
		return side;
	run = run_of(judging, &test->other, scope);
	if (test->of_each.slot != RULE_NO_SLOT &&
	    run_of(judging, &test->of_each, scope).count != run.count)
		return (struct rule_side){0};
	if (test->side == RULE_SIDE_OTHER)
		return side_of_other(test, run);
	if (test->side == RULE_SIDE_COUNT)
		side.number = rule_number_of(run.count);
	else
		side.is_known = sum_up(run, &side.number);
	return side;
}

static bool is_side_of_element(const struct rule_test *test)
{
	return test->other.is_inside || test->of_each.is_inside;
}

/* What is of the document is found once, so that many elements do not cost many sums. */
static void find_sides(const struct judging *judging, const struct rule_tests *tests,
		       const struct scope *whole, struct rule_side *sides)
{
	for (size_t i = 0; i < tests->count; i++)
		if (tests->items[i].side != RULE_SIDE_NONE && !is_side_of_element(&tests->items[i]))
			sides[i] = side_of(judging, &tests->items[i], whole);
}

/* ---- Conditions ---- */

/* Is it so of some value? Of none for absent. */
static bool is_so(struct judging *judging, const struct rule_test *test, const struct scope *scope,
		  struct rule_side side)
{
	bool is_any = false;

	if (is_side_of_element(test))
		side = side_of(judging, test, scope);
	for (size_t i = 0; i < test->name_count; i++) {
		struct run run = run_of(judging, &test->names[i], scope);

		for (size_t k = 0; k < run.count && !is_any; k++) {
			const struct rule_value *value = run.at + k;

			is_any = test->relation == RULE_PRESENT || test->relation == RULE_ABSENT ||
				 rule_test_value(test, &test->names[i], value->text, &side) ==
					 RULE_YES;
			if (is_any && judging->witness == NULL)
				judging->witness = value;
		}
	}
	return test->relation == RULE_ABSENT ? !is_any : is_any;
}

static bool is_of_element(const struct rule_test *test)
{
	for (size_t i = 0; i < test->name_count; i++)
		if (test->names[i].is_inside)
			return true;
	return false;
}

/* Conditions that are not about the element are looked at once, before the elements. */
static bool holds(struct judging *judging, const struct scope *scope, bool is_for_element)
{
	const struct rule *rule = judging->rule;

	for (size_t i = 0; i < rule->whens.count; i++)
		if (is_of_element(&rule->whens.items[i]) == is_for_element &&
		    !is_so(judging, &rule->whens.items[i], scope, judging->whens[i]))
			return false;
	for (size_t i = 0; i < rule->unlesses.count; i++) {
		const struct rule_value *witness = judging->witness;
		bool is_met = is_of_element(&rule->unlesses.items[i]) == is_for_element &&
			      is_so(judging, &rule->unlesses.items[i], scope, judging->unlesses[i]);

		judging->witness = witness;
		if (is_met)
			return false;
	}
	return true;
}

/* ---- Findings ---- */

static const char *text_of(struct judging *judging, struct bytes text)
{
	const char *copy = arena_text(judging->findings->arena, text);

	if (copy == NULL)
		judging->err = ERR_MEMORY;
	return copy == NULL ? "" : copy;
}

/* What stands in the sentence as {1}. */
static const char *shown_side(struct judging *judging, const struct rule_test *test,
			      const struct rule_side *side)
{
	char number[RULE_NUMBER_TEXT_BYTES], day[RULE_DATE_TEXT_BYTES];

	if (side == NULL || test->side == RULE_SIDE_NONE || test->side == RULE_SIDE_NUMBER)
		return test->shown;
	if (!side->is_known)
		return "";
	if (rule_test_is_number(test->relation))
		return text_of(judging, bytes_of_text(rule_number_format(&side->number, number)));
	if (rule_test_is_date(test->relation))
		return text_of(judging, bytes_of_text(rule_date_format(side->day, day)));
	return text_of(judging, side->text);
}

static const struct branch *place_of(const struct judging *judging, const struct rule_value *value,
				     const struct scope *scope)
{
	if (value != NULL)
		return value->branch;
	if (scope->element != NULL)
		return scope->element->branch;
	return judging->witness != NULL ? judging->witness->branch : &judging->trunk->items[0];
}

static void put_whole(struct judging *judging, const struct rule_value *value,
		      const struct scope *scope, const char *side)
{
	struct findings *findings = judging->findings;
	const struct rule_card *card = &judging->rule->card;
	const struct branch *place = place_of(judging, value, scope);
	struct bytes text = {0};
	const char *words[] = {
		NULL, side,
		scope->element == NULL ? "" : arena_format(findings->arena, "%zu", scope->index),
		judging->witness == NULL ? "" : text_of(judging, judging->witness->text)};
	struct finding finding = {.severity = card->severity,
				  .code = card->code,
				  .path = trunk_path(judging->trunk, place, findings->arena),
				  .line = place->line};

	if (value != NULL)
		text = value->text;
	words[0] = finding.value = text_of(judging, text);
	if (finding.path == NULL || words[2] == NULL || judging->err != OK ||
	    (finding.vi = sentence_fill(findings->arena, card->vi, words, 4)) == NULL ||
	    (finding.en = sentence_fill(findings->arena, card->en, words, 4)) == NULL)
		judging->err = ERR_MEMORY;
	else
		judging->err = findings_put(findings, &finding);
}

/* Beyond the limit findings are only counted: their paths and sentences would cost. */
static void put(struct judging *judging, const struct rule_test *test,
		const struct rule_value *value, const struct scope *scope,
		const struct rule_side *side)
{
	if (judging->err != OK)
		return;
	if (judging->findings->count >= LIMIT_FINDINGS)
		judging->err =
			findings_put(judging->findings,
				     &(struct finding){.severity = judging->rule->card.severity});
	else
		put_whole(judging, value, scope, shown_side(judging, test, side));
}

/* ---- Demands ---- */

static int compare_texts(const void *a, const void *b)
{
	const struct rule_value *first = *(const struct rule_value *const *)a,
				*second = *(const struct rule_value *const *)b;
	int order = bytes_compare(first->text, second->text);

	if (order != 0)
		return order;
	return first->at < second->at ? -1 : first->at > second->at;
}

static int compare_places(const void *a, const void *b)
{
	const struct rule_value *first = *(const struct rule_value *const *)a,
				*second = *(const struct rule_value *const *)b;

	return first->at < second->at ? -1 : first->at > second->at;
}

/* Those that another stands before, moved to the front; how many they are. */
static size_t keep_repeated(const struct rule_value **values, size_t count)
{
	const struct rule_value *before = values[0];
	size_t kept = 0;

	for (size_t i = 1; i < count; i++) {
		const struct rule_value *value = values[i];

		if (bytes_equal(before->text, value->text))
			values[kept++] = value;
		before = value;
	}
	return kept;
}

static void demand_unique(struct judging *judging, const struct rule_test *test, struct run run,
			  const struct scope *scope)
{
	const struct rule_value **values;
	size_t repeated;

	if (run.count < 2)
		return;
	values = malloc(run.count * sizeof(*values));
	if (values == NULL) {
		judging->err = ERR_MEMORY;
		return;
	}
	for (size_t i = 0; i < run.count; i++)
		values[i] = &run.at[i];
	qsort(values, run.count, sizeof(*values), compare_texts);
	repeated = keep_repeated(values, run.count);
	qsort(values, repeated, sizeof(*values), compare_places);
	for (size_t i = 0; i < repeated; i++)
		put(judging, test, values[i], scope, NULL);
	free(values);
}

static void demand_each(struct judging *judging, const struct rule_test *test,
			const struct rule_operand *name, const struct scope *scope,
			const struct rule_side *side)
{
	struct run run = run_of(judging, name, scope);

	if (test->relation == RULE_UNIQUE) {
		demand_unique(judging, test, run, scope);
		return;
	}
	if (test->relation == RULE_ABSENT && run.count > 0)
		put(judging, test, &run.at[0], scope, side);
	if (test->relation == RULE_ABSENT || test->relation == RULE_PRESENT)
		return;
	for (size_t i = 0; i < run.count && judging->err == OK; i++)
		if (rule_test_value(test, name, run.at[i].text, side) == RULE_NO)
			put(judging, test, &run.at[i], scope, side);
}

static bool is_anything_there(const struct judging *judging, const struct rule_test *test,
			      const struct scope *scope)
{
	for (size_t i = 0; i < test->name_count; i++)
		if (run_of(judging, &test->names[i], scope).count > 0)
			return true;
	return false;
}

static void demand(struct judging *judging, const struct scope *scope)
{
	const struct rule_tests *musts = &judging->rule->musts;

	for (size_t i = 0; i < musts->count && judging->err == OK; i++) {
		const struct rule_test *test = &musts->items[i];

		if (is_side_of_element(test))
			judging->musts[i] = side_of(judging, test, scope);
		if (test->relation == RULE_PRESENT && !is_anything_there(judging, test, scope))
			put(judging, test, NULL, scope, &judging->musts[i]);
		for (size_t k = 0; k < test->name_count; k++)
			demand_each(judging, test, &test->names[k], scope, &judging->musts[i]);
	}
}

static void judge_elements(struct judging *judging)
{
	const struct rule_values *elements = &judging->slots[judging->rule->each.slot];
	const struct rule_value *witness = judging->witness;

	for (size_t i = 0; i < elements->count && judging->err == OK; i++) {
		const struct rule_value *element = &elements->items[i];
		struct scope scope = {element->at, element->end, element, i + 1};

		judging->witness = witness;
		if (holds(judging, &scope, true))
			demand(judging, &scope);
	}
}

static void judge(struct judging *judging)
{
	const struct scope whole = {.begin = 0, .end = UINT32_MAX};
	const struct rule *rule = judging->rule;

	judging->witness = NULL;
	find_sides(judging, &rule->whens, &whole, judging->whens);
	find_sides(judging, &rule->unlesses, &whole, judging->unlesses);
	if (!holds(judging, &whole, false))
		return;
	find_sides(judging, &rule->musts, &whole, judging->musts);
	if (rule->each.slot == RULE_NO_SLOT)
		demand(judging, &whole);
	else
		judge_elements(judging);
}

/* ---- When a rule is in force ---- */

/* The last date that was read: rules follow each other that are in force by the same. */
struct dated {
	const struct rule_value *value;
	enum date_form form;
	bool is_date;
	int32_t day;
};

static bool read_date(struct dated *dated, const struct rule_value *value, enum date_form form,
		      int32_t *ret_day)
{
	if (dated->value != value || dated->form != form) {
		*dated = (struct dated){.value = value, .form = form};
		dated->is_date = rule_date_parse(value->text, form, &dated->day);
	}
	if (dated->is_date)
		*ret_day = dated->day;
	return dated->is_date;
}

static bool is_in_force(const struct rule *rule, const struct rule_values *slots,
			const int32_t *outside, struct dated *dated)
{
	int32_t day;
	bool is_known = false;

	for (size_t i = 0; i < rule->judged_count && !is_known; i++) {
		const struct rule_values *values = &slots[rule->judged[i].slot];

		is_known = values->count > 0 &&
			   read_date(dated, &values->items[0], rule->judged[i].form, &day);
	}
	if (!is_known && outside == NULL)
		return rule->valid_to == INT32_MAX;
	if (!is_known)
		day = *outside;
	return day >= rule->valid_from && day <= rule->valid_to;
}

enum err rule_check(const struct rule_book *book, const struct document *document, const char *day,
		    struct findings *findings)
{
	struct judging judging = {.findings = findings, .err = OK};
	struct dated dated = {0};
	struct rule_values *slots;
	int32_t outside;
	bool has_day =
		day != NULL && rule_date_parse(bytes_of_text(day), DATE_FORM_ISO_DATE, &outside);
	enum err err;

	if (book == NULL)
		return OK;
	if ((err = rule_gather(book, document, findings->arena, &slots)) != OK)
		return err;
	judging.slots = slots;
	judging.trunk = document->trunk;
	for (const struct rule *rule = book->first; rule != NULL && judging.err == OK;
	     rule = rule->next) {
		judging.rule = rule;
		if (is_in_force(rule, slots, has_day ? &outside : NULL, &dated))
			judge(&judging);
	}
	return judging.err;
}
