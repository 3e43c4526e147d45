/*
 * config - lanes of risk management and the rules that lead into them (config.h).
 */
#include "sampan/config.h"

#include <string.h>

#include "adapters/yaml_cyaml.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

struct lane_file {
	struct config_lane *lanes;
	size_t lane_count;
	struct config_lane_rule *rules;
	size_t rule_count;
};

static const cyaml_schema_field_t lane_fields[] = {
	YAML_TEXT("id", YAML_MUST, struct config_lane, id),
	YAML_TEXT("title_vi", YAML_MUST, struct config_lane, title_vi),
	YAML_TEXT("title_en", YAML_MUST, struct config_lane, title_en),
	YAML_BOOL("inspection", struct config_lane, needs_inspection),
	YAML_BOOL("four_eyes", struct config_lane, has_four_eyes),
	CYAML_FIELD_END,
};
static const cyaml_schema_value_t a_lane = YAML_MAPPING(struct config_lane, lane_fields);

static const cyaml_schema_field_t when_fields[] = {
	YAML_TEXT("fact", YAML_MUST, struct config_lane_when, fact),
	YAML_TEXT("any", YAML_MAY, struct config_lane_when, any),
	YAML_TEXT("none", YAML_MAY, struct config_lane_when, none),
	YAML_TEXT("over", YAML_MAY, struct config_lane_when, over),
	CYAML_FIELD_END,
};
static const cyaml_schema_value_t a_when = YAML_MAPPING(struct config_lane_when, when_fields);

static const cyaml_schema_field_t rule_fields[] = {
	YAML_TEXT("id", YAML_MUST, struct config_lane_rule, id),
	YAML_TEXT("kinds", YAML_MAY, struct config_lane_rule, kinds),
	YAML_TEXT("lane", YAML_MUST, struct config_lane_rule, lane),
	YAML_TEXT("why_vi", YAML_MUST, struct config_lane_rule, why_vi),
	YAML_TEXT("why_en", YAML_MUST, struct config_lane_rule, why_en),
	YAML_TEXT("valid_from", YAML_MAY, struct config_lane_rule, valid_from),
	YAML_TEXT("valid_until", YAML_MAY, struct config_lane_rule, valid_until),
	YAML_LIST("when", YAML_MAY, struct config_lane_rule, whens, when_count, &a_when),
	CYAML_FIELD_END,
};
static const cyaml_schema_value_t a_rule = YAML_MAPPING(struct config_lane_rule, rule_fields);

static const cyaml_schema_field_t file_fields[] = {
	YAML_LIST("lanes", YAML_MUST, struct lane_file, lanes, lane_count, &a_lane),
	YAML_LIST("rules", YAML_MUST, struct lane_file, rules, rule_count, &a_rule),
	CYAML_FIELD_END,
};
static const cyaml_schema_value_t file_root = YAML_ROOT(struct lane_file, file_fields);

static const struct yaml_rule lane_forms[] = {
	YAML_RULE("id", struct config_lane, id, form_is_id, false),
	YAML_RULE("title_vi", struct config_lane, title_vi, form_is_line, false),
	YAML_RULE("title_en", struct config_lane, title_en, form_is_line, false),
};
static const struct yaml_rule when_forms[] = {
	YAML_RULE("fact", struct config_lane_when, fact, form_is_node_name, false),
	YAML_RULE("any", struct config_lane_when, any, form_is_line, true),
	YAML_RULE("none", struct config_lane_when, none, form_is_line, true),
	YAML_RULE("over", struct config_lane_when, over, form_is_number, true),
};
static const struct yaml_rule rule_forms[] = {
	YAML_RULE("id", struct config_lane_rule, id, form_is_id, false),
	YAML_RULE("kinds", struct config_lane_rule, kinds, form_is_line, true),
	YAML_RULE("why_vi", struct config_lane_rule, why_vi, form_is_line, false),
	YAML_RULE("why_en", struct config_lane_rule, why_en, form_is_line, false),
	YAML_RULE("valid_from", struct config_lane_rule, valid_from, form_is_date, true),
	YAML_RULE("valid_until", struct config_lane_rule, valid_until, form_is_date, true),
};

static bool is_lane(const struct lane_file *value, size_t count, const char *id)
{
	for (size_t i = 0; i < count; i++)
		if (strcmp(value->lanes[i].id, id) == 0)
			return true;
	return false;
}

static enum err check_rule(struct yaml_file *file, const struct lane_file *value,
			   struct config_lane_rule *rule)
{
	enum err err = yaml_obey(file, rule_forms, COUNT(rule_forms), rule);

	if (err == OK && !is_lane(value, value->lane_count, rule->lane))
		err = yaml_complain(file, "lane", rule->lane, "the id of one of the lanes");
	for (size_t i = 0; err == OK && i < rule->when_count; i++)
		err = yaml_obey(file, when_forms, COUNT(when_forms), &rule->whens[i]);
	return err;
}

static enum err check(struct yaml_file *file, struct lane_file *value)
{
	enum err err = OK;

	for (size_t i = 0; err == OK && i < value->lane_count; i++) {
		err = yaml_obey(file, lane_forms, COUNT(lane_forms), &value->lanes[i]);
		if (err == OK && is_lane(value, i, value->lanes[i].id))
			err = yaml_complain(file, "id", value->lanes[i].id, "each lane's id once");
	}
	for (size_t i = 0; err == OK && i < value->rule_count; i++)
		err = check_rule(file, value, &value->rules[i]);
	return err;
}

enum err config_load_lanes(const char *path, struct arena *arena, struct config *config,
			   const char **ret_message)
{
	struct lane_file *value;
	struct yaml_file file;
	void *loaded = NULL;
	enum err err = yaml_load(path, &file_root, arena, &file, &loaded);

	value = loaded;
	if (err == OK)
		err = check(&file, value);
	if (err != OK) {
		*ret_message = file.message;
		return err;
	}
	config->lanes = value->lanes;
	config->lane_count = value->lane_count;
	config->lane_rules = value->rules;
	config->lane_rule_count = value->rule_count;
	return OK;
}
