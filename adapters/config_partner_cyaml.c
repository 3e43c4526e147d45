/*
 * config - partner cards: partners/CC.yaml, and what `sampan partner card` prints (config.h).
 */
#include "sampan/config.h"

#include <string.h>

#include "adapters/yaml_cyaml.h"

static const cyaml_schema_value_t a_text = {CYAML_VALUE_STRING(CYAML_FLAG_POINTER, char, 1, 255)};

static const cyaml_schema_field_t signer_fields[] = {
	YAML_TEXT("certificate", YAML_MUST, struct config_signer, certificate),
	YAML_TEXT("until", YAML_MAY, struct config_signer, until),
	CYAML_FIELD_END,
};
static const cyaml_schema_value_t a_signer = YAML_MAPPING(struct config_signer, signer_fields);

static const struct yaml_rule signer_rules[] = {
	YAML_RULE("certificate", struct config_signer, certificate, form_is_fingerprint, false),
	YAML_RULE("until", struct config_signer, until, form_is_date, true),
};

static const cyaml_schema_field_t partner_fields[] = {
	YAML_TEXT("country", YAML_MUST, struct config_partner, country),
	YAML_TEXT("name", YAML_MUST, struct config_partner, name),
	YAML_TEXT("endpoint", YAML_MUST, struct config_partner, endpoint),
	YAML_TEXT("curve_public", YAML_MUST, struct config_partner, curve_public),
	YAML_TEXT("ledger_key", YAML_MUST, struct config_partner, ledger_key),
	YAML_TEXT("operator_key", YAML_MAY, struct config_partner, operator_key),
	YAML_TEXT("certificate", YAML_MAY, struct config_partner, certificate),
	YAML_TEXT("listen", YAML_MAY, struct config_partner, listen),
	YAML_LIST("takes", YAML_MAY, struct config_partner, takes, take_count, &a_text),
	YAML_LIST("signs", YAML_MAY, struct config_partner, signs, sign_count, &a_signer),
	CYAML_FIELD_END,
};
static const cyaml_schema_value_t partner_root = YAML_ROOT(struct config_partner, partner_fields);

static const struct yaml_rule partner_rules[] = {
	YAML_RULE("country", struct config_partner, country, form_is_country, false),
	YAML_RULE("name", struct config_partner, name, form_is_node_name, false),
	YAML_RULE("endpoint", struct config_partner, endpoint, form_is_endpoint, false),
	YAML_RULE("curve_public", struct config_partner, curve_public, form_is_curve_key, false),
	YAML_RULE("ledger_key", struct config_partner, ledger_key, form_is_ledger_key, false),
	YAML_RULE("operator_key", struct config_partner, operator_key, form_is_ledger_key, true),
	YAML_RULE("certificate", struct config_partner, certificate, form_is_id, true),
	YAML_RULE("listen", struct config_partner, listen, form_is_endpoint, true),
};

/* One version of each kind, or nobody could say which is meant. */
static enum err check_takes(struct yaml_file *file, const struct config_partner *partner)
{
	for (size_t i = 0; i < partner->take_count; i++) {
		const char *take = partner->takes[i];
		size_t kind = (size_t)(strchrnul(take, '/') - take) + 1;

		if (!form_is_kind_version(take))
			return yaml_complain(file, NULL, take, form_text(form_is_kind_version));
		for (size_t j = 0; j < i; j++)
			if (strncmp(take, partner->takes[j], kind) == 0)
				return yaml_complain(file, NULL, take, "one version of each kind");
	}
	return OK;
}

static enum err check_signs(struct yaml_file *file, const struct config_partner *partner)
{
	enum err err = OK;

	for (size_t i = 0; err == OK && i < partner->sign_count; i++)
		err = yaml_obey(file, signer_rules, CYAML_ARRAY_LEN(signer_rules),
				&partner->signs[i]);
	return err;
}

enum err config_load_partner(const char *path, struct arena *arena,
			     struct config_partner *ret_partner, const char **ret_message)
{
	struct yaml_file file;
	void *partner;
	enum err err;

	err = yaml_load(path, &partner_root, arena, &file, &partner);
	if (err == OK)
		err = yaml_obey(&file, partner_rules, CYAML_ARRAY_LEN(partner_rules), partner);
	if (err == OK)
		err = check_takes(&file, partner);
	if (err == OK)
		err = check_signs(&file, partner);
	if (err == OK)
		*ret_partner = *(struct config_partner *)partner;
	else
		*ret_message = file.message;
	return err;
}
