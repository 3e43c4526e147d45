#include "adapters/config_signature_cyaml.h"

#include <string.h>

static const cyaml_strval_t demands[] = {
	{"optional", CONFIG_SIGNATURE_OPTIONAL},
	{"required", CONFIG_SIGNATURE_REQUIRED},
};

static const cyaml_schema_field_t kind_fields[] = {
	YAML_TEXT("kind", YAML_MUST, struct config_signed_kind, kind),
	CYAML_FIELD_ENUM("is", CYAML_FLAG_STRICT, struct config_signed_kind, is, demands,
			 CYAML_ARRAY_LEN(demands)),
	CYAML_FIELD_END,
};
static const cyaml_schema_value_t a_kind = YAML_MAPPING(struct config_signed_kind, kind_fields);

const cyaml_schema_field_t config_signature_fields[] = {
	YAML_TEXT("field", YAML_MAY, struct config_signatures, field),
	YAML_TEXT("prefix", YAML_MAY, struct config_signatures, prefix),
	YAML_LIST("kinds", YAML_MAY, struct config_signatures, kinds, kind_count, &a_kind),
	CYAML_FIELD_END,
};

static const struct yaml_rule rules[] = {
	YAML_RULE("field", struct config_signatures, field, form_is_node_name, true),
	YAML_RULE("prefix", struct config_signatures, prefix, form_is_line, true),
};
static const struct yaml_rule kind_rules[] = {
	YAML_RULE("kind", struct config_signed_kind, kind, form_is_node_name, false),
};

enum err config_signature_check(struct yaml_file *file, struct config_signatures *signatures)
{
	enum err err = yaml_obey(file, rules, 2, signatures);

	for (size_t i = 0; err == OK && i < signatures->kind_count; i++)
		err = yaml_obey(file, kind_rules, 1, &signatures->kinds[i]);
	if (err == OK && *signatures->field == '\0') {
		if (*signatures->prefix != '\0')
			return yaml_complain(file, "prefix", signatures->prefix,
					     "the key field beside it");
		signatures->field = "UID";
		signatures->prefix = "MST:";
	}
	return err;
}
