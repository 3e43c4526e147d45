#include "adapters/config_stamp_cyaml.h"

#include <string.h>

#define DEFAULT_HOURS 24u
#define MAX_HOURS 8784u /* a year */
#define KEYS "keys/"

const cyaml_schema_field_t config_stamp_fields[] = {
	YAML_TEXT("url", YAML_MUST, struct config_stamps, url),
	YAML_TEXT("trust", YAML_MUST, struct config_stamps, trust),
	YAML_TEXT("policy", YAML_MAY, struct config_stamps, policy),
	YAML_TEXT("ca", YAML_MAY, struct config_stamps, ca),
	CYAML_FIELD_UINT("hours", CYAML_FLAG_OPTIONAL, struct config_stamps, hours),
	CYAML_FIELD_UINT("records", CYAML_FLAG_OPTIONAL, struct config_stamps, records),
	YAML_BOOL("private", struct config_stamps, is_private),
	CYAML_FIELD_END,
};

static const struct yaml_rule rules[] = {
	YAML_RULE("url", struct config_stamps, url, form_is_line, true),
	YAML_RULE("trust", struct config_stamps, trust, form_is_line, true),
	YAML_RULE("policy", struct config_stamps, policy, form_is_oid, true),
	YAML_RULE("ca", struct config_stamps, ca, form_is_line, true),
};

/* Roles read below keys/ only, and only before their sandbox closes. */
static bool is_below_keys(const char *path)
{
	return strncmp(path, KEYS, sizeof(KEYS) - 1) == 0 && path[sizeof(KEYS) - 1] != '\0' &&
	       strstr(path, "..") == NULL;
}

enum err config_stamp_check(struct yaml_file *file, struct config_stamps *stamps)
{
	enum err err = yaml_obey(file, rules, CYAML_ARRAY_LEN(rules), stamps);

	if (err != OK || *stamps->url == '\0')
		return err;
	if (strncmp(stamps->url, "https://", 8) != 0 && strncmp(stamps->url, "http://", 7) != 0)
		return yaml_complain(file, "url", stamps->url, "http:// or https://");
	if (!is_below_keys(stamps->trust))
		return yaml_complain(file, "trust", stamps->trust, "a file below keys/");
	if (*stamps->ca != '\0' && !is_below_keys(stamps->ca))
		return yaml_complain(file, "ca", stamps->ca, "a file below keys/");
	if (stamps->hours == 0)
		stamps->hours = DEFAULT_HOURS;
	return stamps->hours > MAX_HOURS ? yaml_complain(file, "hours", "", "1 to 8784") : OK;
}

static enum err place(const struct config *config, const char *path, struct arena *arena,
		      const char **ret)
{
	*ret = *path == '\0' ? path : arena_format(arena, "%s/%s", config->directory, path);
	return *ret == NULL ? ERR_MEMORY : OK;
}

enum err config_stamp_take(struct config *config, const struct config_stamps *from,
			   struct arena *arena)
{
	struct config_stamps *stamps = &config->stamps;
	enum err err;

	*stamps = *from;
	if ((err = place(config, stamps->trust, arena, &stamps->trust)) != OK)
		return err;
	return place(config, stamps->ca, arena, &stamps->ca);
}
