/*
 * config - where a party's events are sent to: webhooks.yaml beside node.yaml (config.h).
 */
#include "sampan/config.h"

#include <string.h>

#include "adapters/yaml_cyaml.h"

#define MAX_WEBHOOKS 64u
#define MAX_ID_BYTES 32u
#define KEYS "keys/"

struct webhook_file {
	struct config_webhook *webhooks;
	size_t webhook_count;
};

static const cyaml_strval_t languages[] = {{"en", 0}, {"vi", 1}};

static const cyaml_schema_field_t webhook_fields[] = {
	YAML_TEXT("id", YAML_MUST, struct config_webhook, id),
	YAML_TEXT("party", YAML_MUST, struct config_webhook, party),
	YAML_TEXT("url", YAML_MUST, struct config_webhook, url),
	YAML_TEXT("secret", YAML_MUST, struct config_webhook, secret),
	YAML_TEXT("ca", YAML_MAY, struct config_webhook, ca),
	YAML_BOOL("private", struct config_webhook, is_private),
	YAML_BOOL("plain_loopback", struct config_webhook, is_plain_loopback),
	CYAML_FIELD_ENUM("language", CYAML_FLAG_OPTIONAL, struct config_webhook, language,
			 languages, CYAML_ARRAY_LEN(languages)),
	CYAML_FIELD_END,
};
static const cyaml_schema_value_t a_webhook = YAML_MAPPING(struct config_webhook, webhook_fields);

static const cyaml_schema_field_t file_fields[] = {
	YAML_LIST("webhooks", YAML_MAY, struct webhook_file, webhooks, webhook_count, &a_webhook),
	CYAML_FIELD_END,
};
static const cyaml_schema_value_t file_root = YAML_ROOT(struct webhook_file, file_fields);

static const struct yaml_rule webhook_rules[] = {
	YAML_RULE("id", struct config_webhook, id, form_is_id, false),
	YAML_RULE("party", struct config_webhook, party, form_is_id, false),
	YAML_RULE("url", struct config_webhook, url, form_is_line, false),
	YAML_RULE("secret", struct config_webhook, secret, form_is_line, false),
	YAML_RULE("ca", struct config_webhook, ca, form_is_line, true),
};

/* The courier reads below keys/ only, and only before its sandbox closes. */
static bool is_below_keys(const char *path)
{
	return strncmp(path, KEYS, sizeof(KEYS) - 1) == 0 && path[sizeof(KEYS) - 1] != '\0' &&
	       strstr(path, "..") == NULL;
}

static bool has_good_scheme(const struct config_webhook *webhook)
{
	return strncmp(webhook->url, "https://", 8) == 0 ||
	       (webhook->is_plain_loopback && strncmp(webhook->url, "http://", 7) == 0);
}

static enum err check_one(struct yaml_file *file, const struct config *config,
			  const struct config_webhook *webhook)
{
	if (strlen(webhook->id) > MAX_ID_BYTES)
		return yaml_complain(file, "id", webhook->id, "at most 32 characters");
	if (config_party_of(config, webhook->party) == NULL)
		return yaml_complain(file, "party", webhook->party,
				     "the id of a party of node.yaml");
	if (!has_good_scheme(webhook))
		return yaml_complain(file, "url", webhook->url,
				     "https://, or with plain_loopback http:// to this machine");
	if (!is_below_keys(webhook->secret))
		return yaml_complain(file, "secret", webhook->secret, "a file below keys/");
	if (webhook->ca[0] != '\0' && !is_below_keys(webhook->ca))
		return yaml_complain(file, "ca", webhook->ca, "a file below keys/");
	return OK;
}

static enum err check(struct yaml_file *file, const struct config *config,
		      const struct webhook_file *all)
{
	enum err err = OK;

	if (all->webhook_count > MAX_WEBHOOKS)
		return yaml_complain(file, "webhooks", "", "at most 64 webhooks");
	for (size_t i = 0; err == OK && i < all->webhook_count; i++) {
		err = yaml_obey(file, webhook_rules, CYAML_ARRAY_LEN(webhook_rules),
				&all->webhooks[i]);
		if (err == OK)
			err = check_one(file, config, &all->webhooks[i]);
		for (size_t j = 0; err == OK && j < i; j++)
			if (strcmp(all->webhooks[i].id, all->webhooks[j].id) == 0)
				err = yaml_complain(file, "id", all->webhooks[i].id,
						    "each id once in the list of webhooks");
	}
	return err;
}

enum err config_load_webhooks(struct config *config, struct arena *arena, const char **ret_message)
{
	const char *path = arena_format(arena, "%s/webhooks.yaml", config->directory);
	const struct webhook_file *all;
	struct yaml_file file;
	void *value;
	enum err err;

	if (path == NULL)
		return ERR_MEMORY;
	err = yaml_load(path, &file_root, arena, &file, &value);
	if (err == ERR_MISSING)
		return OK;
	all = value;
	if (err == OK)
		err = check(&file, config, all);
	if (err != OK) {
		*ret_message = file.message;
		return err;
	}
	config->webhooks = all->webhooks;
	config->webhook_count = all->webhook_count;
	return OK;
}
