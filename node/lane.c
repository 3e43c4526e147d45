#include "node/lane.h"

#include <string.h>

#include "messages/decimal.h"
#include "messages/word.h"
#include "node/calendar.h"

static bool has_any(const char *words, const char *of)
{
	struct bytes word;

	while (word_next(&of, &word)) {
		const char *list = words;
		struct bytes other;

		while (word_next(&list, &other))
			if (bytes_equal(word, other))
				return true;
	}
	return false;
}

/* What is no number is above none. */
static bool is_over(const char *value, const char *limit)
{
	struct decimal a, b;

	return decimal_parse(bytes_of_text(value), &a) && decimal_parse(bytes_of_text(limit), &b) &&
	       decimal_compare(&a, &b) > 0;
}

static bool is_given(const char *text)
{
	return text != NULL && text[0] != '\0';
}

static bool holds(const struct config_lane_when *when, const struct facts *facts)
{
	const char *value = facts_get_or_empty(facts, when->fact);

	return (!is_given(when->any) || has_any(value, when->any)) &&
	       (!is_given(when->none) || !has_any(value, when->none)) &&
	       (!is_given(when->over) || is_over(value, when->over));
}

static bool fits(const struct config_lane_rule *rule, const struct facts *facts, const char *today)
{
	const char *from = rule->valid_from == NULL ? "" : rule->valid_from;
	const char *until = rule->valid_until == NULL ? "" : rule->valid_until;

	if (is_given(rule->kinds) && !word_is_in(rule->kinds, facts_get_or_empty(facts, "kind")))
		return false;
	if (!calendar_is_within(today, from, until))
		return false;
	for (size_t i = 0; i < rule->when_count; i++)
		if (!holds(&rule->whens[i], facts))
			return false;
	return true;
}

const struct config_lane_rule *lane_choose(const struct turn *turn, const struct facts *facts)
{
	const struct config *config = turn->config;
	char today[CALENDAR_DATE_BYTES];

	calendar_format_date(turn->now_ms, today);
	for (size_t i = 0; i < config->lane_rule_count; i++)
		if (fits(&config->lane_rules[i], facts, today))
			return &config->lane_rules[i];
	return NULL;
}

const struct config_lane_rule *lane_rule(const struct config *config, const char *id)
{
	for (size_t i = 0; i < config->lane_rule_count; i++)
		if (strcmp(config->lane_rules[i].id, id) == 0)
			return &config->lane_rules[i];
	return NULL;
}

const struct config_lane *lane_of(const struct config *config, const char *id)
{
	for (size_t i = 0; i < config->lane_count; i++)
		if (strcmp(config->lanes[i].id, id) == 0)
			return &config->lanes[i];
	return NULL;
}

bool lane_is_stricter(const struct config *config, const char *lane, const char *other)
{
	const struct config_lane *a = lane_of(config, lane), *b = lane_of(config, other);

	return b != NULL && (a == NULL || a < b);
}

enum err lane_put(struct message *message, const struct config_lane_rule *rule)
{
	enum err err;

	if (rule == NULL)
		return OK;
	err = facts_put(&message->facts, LANE_FACT, rule->lane);
	return err == OK ? facts_put(&message->facts, LANE_RULE, rule->id) : err;
}
