#include "adapters/config_https_cyaml.h"

#include <string.h>

#define DEFAULT_PER_SECOND 50u
#define DEFAULT_BURST 200u
#define MAX_REQUESTS 1000000u
#define MAX_CONNECTIONS 100000u
#define MAX_BUFFERED_BYTES ((uint64_t)4 * 1024 * 1024 * 1024)

const cyaml_schema_field_t config_https_fields[] = {
	YAML_TEXT("address", YAML_MUST, struct config_https, address),
	CYAML_FIELD_UINT("port", CYAML_FLAG_DEFAULT, struct config_https, port),
	YAML_TEXT("url", YAML_MAY, struct config_https, url),
	YAML_TEXT("certificate", YAML_MAY, struct config_https, certificate),
	YAML_TEXT("key", YAML_MAY, struct config_https, key),
	YAML_TEXT("client_ca", YAML_MAY, struct config_https, client_ca),
	CYAML_FIELD_UINT("requests_per_second", CYAML_FLAG_OPTIONAL, struct config_https,
			 requests_per_second),
	CYAML_FIELD_UINT("connections", CYAML_FLAG_OPTIONAL, struct config_https, connections),
	CYAML_FIELD_UINT("connections_per_address", CYAML_FLAG_OPTIONAL, struct config_https,
			 connections_per_address),
	CYAML_FIELD_UINT("buffered_bytes", CYAML_FLAG_OPTIONAL, struct config_https,
			 buffered_bytes),
	CYAML_FIELD_UINT("requests_burst", CYAML_FLAG_OPTIONAL, struct config_https,
			 requests_burst),
	CYAML_FIELD_END,
};

static const struct yaml_rule https_rules[] = {
	YAML_RULE("address", struct config_https, address, form_is_line, true),
	YAML_RULE("url", struct config_https, url, form_is_line, true),
	YAML_RULE("certificate", struct config_https, certificate, form_is_line, true),
	YAML_RULE("key", struct config_https, key, form_is_line, true),
	YAML_RULE("client_ca", struct config_https, client_ca, form_is_line, true),
};

enum err config_https_check(struct yaml_file *file, struct config_https *https)
{
	enum err err =
		yaml_obey(file, https_rules, sizeof(https_rules) / sizeof(https_rules[0]), https);

	if (https->requests_per_second == 0)
		https->requests_per_second = DEFAULT_PER_SECOND;
	if (https->requests_burst == 0)
		https->requests_burst = DEFAULT_BURST;
	if (err == OK &&
	    (https->requests_per_second > MAX_REQUESTS || https->requests_burst > MAX_REQUESTS))
		err = yaml_complain(file, "requests_per_second", "", "at most 1000000");
	if (err == OK && *https->url != '\0' && strncmp(https->url, "https://", 8) != 0)
		err = yaml_complain(file, "url", https->url, "https://");
	if (err == OK && (https->connections > MAX_CONNECTIONS ||
			  https->connections_per_address > MAX_CONNECTIONS))
		err = yaml_complain(file, "connections", "", "at most 100000");
	if (err == OK && https->buffered_bytes != 0 &&
	    (https->buffered_bytes < LIMIT_DOCUMENT_BYTES ||
	     https->buffered_bytes > MAX_BUFFERED_BYTES))
		err = yaml_complain(file, "buffered_bytes", "", "8388608 to 4294967296");
	return err;
}

/* Without one it is where the door listens; of none it stays empty. */
static enum err take_url(struct config_https *https, struct arena *arena)
{
	size_t len = strlen(https->url);

	if (len == 0 && *https->address != '\0')
		https->url = arena_format(arena,
					  strchr(https->address, ':') != NULL ? "https://[%s]:%u"
									      : "https://%s:%u",
					  https->address, https->port);
	else if (len > 0 && https->url[len - 1] == '/')
		https->url = arena_text(arena, bytes_of(https->url, len - 1));
	return https->url == NULL ? ERR_MEMORY : OK;
}

/* Relative paths in node.yaml are below the node's directory. */
static enum err place(const struct config *config, const char *path, struct arena *arena,
		      const char **ret)
{
	*ret = *path == '\0' || *path == '/'
		       ? path
		       : arena_format(arena, "%s/%s", config->directory, path);
	return *ret == NULL ? ERR_MEMORY : OK;
}

enum err config_https_take(struct config *config, const struct config_https *from,
			   struct arena *arena)
{
	struct config_https *https = &config->https;
	enum err err;

	*https = *from;
	if (*https->certificate == '\0')
		https->certificate = "keys/door.crt";
	if (*https->key == '\0')
		https->key = "keys/door.key";
	if ((err = take_url(https, arena)) != OK ||
	    (err = place(config, https->certificate, arena, &https->certificate)) != OK ||
	    (err = place(config, https->key, arena, &https->key)) != OK)
		return err;
	return place(config, https->client_ca, arena, &https->client_ca);
}
