/*
 * config - what an officer is proposed where a declaration and its certificate of origin differ (config.h).
 */
#include "sampan/config.h"

#include <string.h>

#include "adapters/yaml_cyaml.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static const cyaml_schema_field_t criterion_fields[] = {
	YAML_TEXT("words", YAML_MUST, struct config_origin_criterion, words),
	YAML_TEXT("family", YAML_MUST, struct config_origin_criterion, family),
	CYAML_FIELD_END,
};
static const cyaml_schema_value_t a_criterion =
	YAML_MAPPING(struct config_origin_criterion, criterion_fields);

static const cyaml_schema_field_t goods_fields[] = {
	YAML_TEXT("hs", YAML_MUST, struct config_origin_goods, hs),
	YAML_TEXT("families", YAML_MUST, struct config_origin_goods, families),
	CYAML_FIELD_END,
};
static const cyaml_schema_value_t some_goods =
	YAML_MAPPING(struct config_origin_goods, goods_fields);

static const cyaml_schema_field_t row_fields[] = {
	YAML_TEXT("field", YAML_MUST, struct config_origin_row, field),
	YAML_TEXT("verdict", YAML_MUST, struct config_origin_row, verdict),
	YAML_TEXT("certificate", YAML_MAY, struct config_origin_row, certificate),
	YAML_TEXT("goods", YAML_MAY, struct config_origin_row, goods),
	YAML_TEXT("special", YAML_MAY, struct config_origin_row, special),
	YAML_TEXT("propose", YAML_MUST, struct config_origin_row, propose),
	YAML_TEXT("basis", YAML_MUST, struct config_origin_row, basis),
	YAML_TEXT("why_vi", YAML_MUST, struct config_origin_row, why_vi),
	YAML_TEXT("why_en", YAML_MUST, struct config_origin_row, why_en),
	YAML_TEXT("valid_from", YAML_MAY, struct config_origin_row, valid_from),
	YAML_TEXT("valid_until", YAML_MAY, struct config_origin_row, valid_until),
	CYAML_FIELD_END,
};
static const cyaml_schema_value_t a_row = YAML_MAPPING(struct config_origin_row, row_fields);

static const cyaml_schema_field_t file_fields[] = {
	YAML_TEXT("country", YAML_MAY, struct config_origin, country),
	YAML_LIST("criteria", YAML_MUST, struct config_origin, criteria, criterion_count,
		  &a_criterion),
	YAML_LIST("goods", YAML_MUST, struct config_origin, goods, goods_count, &some_goods),
	YAML_LIST("rows", YAML_MUST, struct config_origin, rows, row_count, &a_row),
	CYAML_FIELD_END,
};
static const cyaml_schema_value_t file_root = YAML_ROOT(struct config_origin, file_fields);

static const struct yaml_rule file_forms[] = {
	YAML_RULE("country", struct config_origin, country, form_is_country, true),
};
static const struct yaml_rule row_forms[] = {
	YAML_RULE("field", struct config_origin_row, field, form_is_id, false),
	YAML_RULE("verdict", struct config_origin_row, verdict, form_is_id, false),
	YAML_RULE("propose", struct config_origin_row, propose, form_is_id, false),
	YAML_RULE("basis", struct config_origin_row, basis, form_is_line, false),
	YAML_RULE("why_vi", struct config_origin_row, why_vi, form_is_line, false),
	YAML_RULE("why_en", struct config_origin_row, why_en, form_is_line, false),
	YAML_RULE("valid_from", struct config_origin_row, valid_from, form_is_date, true),
	YAML_RULE("valid_until", struct config_origin_row, valid_until, form_is_date, true),
};

/* One country's law proposes nothing in another. */
static bool is_of(const char *law, const char *country)
{
	return law == NULL || law[0] == '\0' || country == NULL || strcmp(law, country) == 0;
}

enum err config_load_origin(const char *path, struct arena *arena, struct config *config,
			    const char **ret_message)
{
	struct config_origin *value;
	struct yaml_file file;
	void *loaded = NULL;
	enum err err = yaml_load(path, &file_root, arena, &file, &loaded);

	value = loaded;
	if (err == OK)
		err = yaml_obey(&file, file_forms, COUNT(file_forms), value);
	for (size_t i = 0; err == OK && i < value->row_count; i++)
		err = yaml_obey(&file, row_forms, COUNT(row_forms), &value->rows[i]);
	if (err != OK) {
		*ret_message = file.message;
		return err;
	}
	if (is_of(value->country, config->country))
		config->origin = *value;
	return OK;
}
