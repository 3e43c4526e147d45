#include <string.h>

#include "messages/rule_book.h"
#include "messages/rule_sign.h"
#include "messages/utf8.h"

bool rule_test_is_number(enum rule_relation relation)
{
	return relation >= RULE_EQUAL && relation <= RULE_BELOW;
}

bool rule_test_is_date(enum rule_relation relation)
{
	return relation >= RULE_BEFORE && relation <= RULE_NOT_AFTER;
}

static enum rule_answer answer(bool is_so)
{
	return is_so ? RULE_YES : RULE_NO;
}

/* Indexed by relation: is it so when the value is less, equal, greater? */
static const struct {
	bool less, equal, greater;
} orders[] = {
	[RULE_EQUAL] = {false, true, false},     [RULE_NOT_EQUAL] = {true, false, true},
	[RULE_AT_LEAST] = {false, true, true},   [RULE_AT_MOST] = {true, true, false},
	[RULE_ABOVE] = {false, false, true},     [RULE_BELOW] = {true, false, false},
	[RULE_BEFORE] = {true, false, false},    [RULE_AFTER] = {false, false, true},
	[RULE_NOT_BEFORE] = {false, true, true}, [RULE_NOT_AFTER] = {true, true, false},
};

static enum rule_answer answer_order(enum rule_relation relation, int order)
{
	return answer(order < 0   ? orders[relation].less
		      : order > 0 ? orders[relation].greater
				  : orders[relation].equal);
}

static enum rule_answer test_number(const struct rule_test *test, struct bytes value,
				    const struct rule_side *side)
{
	struct rule_number number;

	if (!side->is_known || !rule_number_parse(value, &number))
		return RULE_UNKNOWN;
	if (rule_number_is_near(&number, &side->number, &test->within))
		return answer_order(test->relation, 0);
	return answer_order(test->relation, rule_number_compare(&number, &side->number));
}

static enum rule_answer test_date(const struct rule_test *test, const struct rule_operand *name,
				  struct bytes value, const struct rule_side *side)
{
	int32_t day;

	if (!side->is_known || !rule_date_parse(value, name->form, &day))
		return RULE_UNKNOWN;
	return answer_order(test->relation, day < side->day ? -1 : day > side->day);
}

bool rule_test_has_word(const struct rule_words *words, struct bytes value)
{
	for (size_t i = 0; i < words->count; i++)
		if (bytes_equal(bytes_of_text(words->items[i]), value))
			return true;
	return false;
}

static bool contains(const struct rule_words *words, struct bytes value)
{
	for (size_t i = 0; i < words->count; i++)
		if (memmem(value.at, value.len, words->items[i], strlen(words->items[i])) != NULL)
			return true;
	return false;
}

static bool is_length(const struct rule_test *test, struct bytes value)
{
	size_t count = utf8_count(value);

	return count >= test->min && count <= test->max;
}

/* The first characters, where only they count; a shorter value is not cut. */
static struct bytes head(const struct rule_test *test, struct bytes value)
{
	return test->first == 0 ? value : utf8_head(value, test->first);
}

enum rule_answer rule_test_value(const struct rule_test *test, const struct rule_operand *name,
				 struct bytes value, const struct rule_side *side)
{
	int32_t day;

	if (rule_test_is_number(test->relation))
		return test_number(test, value, side);
	if (rule_test_is_date(test->relation))
		return test_date(test, name, value, side);
	value = head(test, value);
	/* NOLINTNEXTLINE(clang-diagnostic-switch-enum) */
	switch ((int)test->relation) {
	case RULE_SAME:
	case RULE_NOT_SAME:
		if (!side->is_known)
			return RULE_UNKNOWN;
		return answer(bytes_equal(value, head(test, side->text)) ==
			      (test->relation == RULE_SAME));
	case RULE_AMONG:
		return answer(rule_test_has_word(&test->words, value));
	case RULE_NOT_AMONG:
		return answer(!rule_test_has_word(&test->words, value));
	case RULE_IN_LIST:
		return answer(code_set_has(test->list, value) ||
			      rule_test_has_word(&test->words, value));
	case RULE_FORM:
		return answer(rule_form_fits(test->form, value));
	case RULE_CONTAINS:
		return answer(contains(&test->words, value));
	case RULE_DATE:
		return answer(rule_date_parse(value, name->form, &day));
	case RULE_CHECK_DIGIT:
		return answer(rule_sign_is_container(value));
	case RULE_ASCII:
		return answer(rule_sign_is_ascii(value));
	case RULE_PLAIN:
		return answer(rule_sign_is_plain(value));
	case RULE_LENGTH:
		return answer(is_length(test, value));
	default:
		return RULE_UNKNOWN;
	}
}
