/*
 * config over libcyaml: one table of keys per file (what libcyaml checks) and one of forms (what it
 * cannot check).
 */
#include "sampan/config.h"

#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "adapters/config_https_cyaml.h"
#include "adapters/config_office_cyaml.h"
#include "adapters/config_signature_cyaml.h"
#include "adapters/config_stamp_cyaml.h"

/* Who asks a node that runs has seldom none; who has none makes one. */
#define WHICH_NODE \
	"; say which node with --config FILE or SAMPAN_CONFIG (`sampan node init DIR --country CC` makes a new " \
	"one)"
#define MAX_CONFIG_BYTES ((size_t)64 * 1024 * 1024)
#define MAX_PARTNERS 64u
/* socket paths hold 107 bytes: DIRECTORY/run/courier-pool.ipc must fit */
#define MAX_DIRECTORY_BYTES 80u
#define DEFAULT_MAP_BYTES ((uint64_t)64 * 1024 * 1024 * 1024)
#define MIN_MAP_BYTES ((uint64_t)16 * 1024 * 1024)
#define MIN_DOCUMENT_BYTES 1024u
#define MAX_WORKERS 64u

/* ---- The keys of each file ---- */

struct limits {
	uint64_t document_bytes, map_bytes;
};

struct node_file {
	const char *country, *name, *schemas, *office;
	struct limits limits;
	struct config_signatures signatures;
	struct config_https https;
	struct config_stamps stamps;
	uint32_t workers;
	struct config_listen *listens;
	size_t listen_count;
	struct config_party *parties;
	size_t party_count;
	struct config_trader *traders;
	size_t trader_count;
	const char **agreements;
	size_t agreement_count;
	const char **holidays;
	size_t holiday_count;
	struct config_offices offices;
};

static const cyaml_strval_t party_roles[] = {
	{"trader", PARTY_TRADER},
	{"agent", PARTY_AGENT},
	{"issuing-authority", PARTY_ISSUING_AUTHORITY},
	{"customs", PARTY_CUSTOMS},
	{"agency", PARTY_AGENCY},
};

static const cyaml_schema_value_t a_text = {CYAML_VALUE_STRING(CYAML_FLAG_POINTER, char, 1, 255)};

static const cyaml_schema_field_t listen_fields[] = {
	YAML_TEXT("partner", YAML_MUST, struct config_listen, partner),
	YAML_TEXT("bind", YAML_MUST, struct config_listen, bind),
	YAML_TEXT("endpoint", YAML_MAY, struct config_listen, endpoint),
	CYAML_FIELD_END,
};
static const cyaml_schema_value_t a_listen = YAML_MAPPING(struct config_listen, listen_fields);

static const cyaml_schema_field_t party_fields[] = {
	YAML_TEXT("id", YAML_MUST, struct config_party, id),
	YAML_TEXT("name", YAML_MUST, struct config_party, name),
	YAML_TEXT("tax_code", YAML_MAY, struct config_party, tax_code),
	CYAML_FIELD_FLAGS("roles", CYAML_FLAG_STRICT, struct config_party, roles, party_roles,
			  CYAML_ARRAY_LEN(party_roles)),
	CYAML_FIELD_END,
};
static const cyaml_schema_value_t a_party = YAML_MAPPING(struct config_party, party_fields);

static const cyaml_schema_field_t port_fields[] = {
	YAML_TEXT("country", YAML_MUST, struct config_port, country),
	YAML_TEXT("port", YAML_MUST, struct config_port, port),
	CYAML_FIELD_END,
};
static const cyaml_schema_value_t a_port = YAML_MAPPING(struct config_port, port_fields);

static const cyaml_schema_field_t trader_fields[] = {
	YAML_TEXT("tax_code", YAML_MUST, struct config_trader, tax_code),
	YAML_TEXT("name", YAML_MUST, struct config_trader, name),
	YAML_TEXT("agent_code", YAML_MAY, struct config_trader, agent_code),
	YAML_TEXT("consent_from", YAML_MAY, struct config_trader, consent_from),
	YAML_TEXT("consent_until", YAML_MAY, struct config_trader, consent_until),
	YAML_LIST("ports", YAML_MAY, struct config_trader, ports, port_count, &a_port),
	CYAML_FIELD_END,
};
static const cyaml_schema_value_t a_trader = YAML_MAPPING(struct config_trader, trader_fields);

static const cyaml_schema_field_t limits_fields[] = {
	CYAML_FIELD_UINT("document_bytes", CYAML_FLAG_OPTIONAL, struct limits, document_bytes),
	CYAML_FIELD_UINT("map_bytes", CYAML_FLAG_OPTIONAL, struct limits, map_bytes),
	CYAML_FIELD_END,
};

static const cyaml_schema_field_t node_fields[] = {
	YAML_TEXT("country", YAML_MUST, struct node_file, country),
	YAML_TEXT("name", YAML_MUST, struct node_file, name),
	YAML_TEXT("schemas", YAML_MAY, struct node_file, schemas),
	YAML_TEXT("office", YAML_MAY, struct node_file, office),
	CYAML_FIELD_MAPPING("limits", CYAML_FLAG_OPTIONAL, struct node_file, limits, limits_fields),
	CYAML_FIELD_MAPPING("https", CYAML_FLAG_OPTIONAL, struct node_file, https,
			    config_https_fields),
	CYAML_FIELD_MAPPING("stamps", CYAML_FLAG_OPTIONAL, struct node_file, stamps,
			    config_stamp_fields),
	CYAML_FIELD_MAPPING("signatures", CYAML_FLAG_OPTIONAL, struct node_file, signatures,
			    config_signature_fields),
	CYAML_FIELD_UINT("workers", CYAML_FLAG_OPTIONAL, struct node_file, workers),
	YAML_LIST("listen", YAML_MAY, struct node_file, listens, listen_count, &a_listen),
	YAML_LIST("parties", YAML_MAY, struct node_file, parties, party_count, &a_party),
	YAML_LIST("traders", YAML_MAY, struct node_file, traders, trader_count, &a_trader),
	YAML_LIST("agreements", YAML_MAY, struct node_file, agreements, agreement_count, &a_text),
	YAML_LIST("holidays", YAML_MAY, struct node_file, holidays, holiday_count, &a_text),
	YAML_LIST("issuing_offices", YAML_MAY, struct node_file, offices.items, offices.count,
		  &config_an_office),
	CYAML_FIELD_END,
};
static const cyaml_schema_value_t node_root = YAML_ROOT(struct node_file, node_fields);

/* ---- The forms of their values ---- */

static const struct yaml_rule node_rules[] = {
	YAML_RULE("country", struct node_file, country, form_is_country, false),
	YAML_RULE("name", struct node_file, name, form_is_node_name, false),
	YAML_RULE("schemas", struct node_file, schemas, form_is_line, true),
	YAML_RULE("office", struct node_file, office, form_is_id, true),
};
static const struct yaml_rule listen_rules[] = {
	YAML_RULE("partner", struct config_listen, partner, form_is_country, false),
	YAML_RULE("bind", struct config_listen, bind, form_is_endpoint, false),
	YAML_RULE("endpoint", struct config_listen, endpoint, form_is_endpoint, true),
};
static const struct yaml_rule party_rules[] = {
	YAML_RULE("id", struct config_party, id, form_is_id, false),
	YAML_RULE("name", struct config_party, name, form_is_line, false),
	YAML_RULE("tax_code", struct config_party, tax_code, form_is_id, true),
};
static const struct yaml_rule trader_rules[] = {
	YAML_RULE("tax_code", struct config_trader, tax_code, form_is_id, false),
	YAML_RULE("name", struct config_trader, name, form_is_line, false),
	YAML_RULE("agent_code", struct config_trader, agent_code, form_is_id, true),
	YAML_RULE("consent_from", struct config_trader, consent_from, form_is_date, true),
	YAML_RULE("consent_until", struct config_trader, consent_until, form_is_date, true),
};
static const struct yaml_rule port_rules[] = {
	YAML_RULE("country", struct config_port, country, form_is_country, false),
	YAML_RULE("port", struct config_port, port, form_is_id, false),
};
/* One load: where things go, and the first thing that is wrong. */
struct load {
	struct arena *arena; /* the config's own */
	const char *message; /* in the arena */
	struct config *config;
};

/* A config and its memory: freed together. */
struct owned {
	struct config config;
	struct arena *arena;
};

static enum err say(struct load *load, const char *message)
{
	load->message = message;
	return message == NULL ? ERR_MEMORY : ERR_CONFIG;
}

static enum err obey_list(struct yaml_file *file, const struct yaml_rule *rules, size_t rule_count,
			  void *items, size_t count, size_t size)
{
	enum err err = OK;

	for (size_t i = 0; i < count && err == OK; i++)
		err = yaml_obey(file, rules, rule_count, (uint8_t *)items + i * size);
	return err;
}

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))
#define OBEY_LIST(file, rules, items, count) \
	obey_list(file, rules, COUNT(rules), items, count, sizeof(*(items)))

static enum err check_parties(struct yaml_file *file, const struct node_file *node)
{
	enum err err = OBEY_LIST(file, party_rules, node->parties, node->party_count);

	for (size_t i = 0; i < node->party_count && err == OK; i++)
		for (size_t j = 0; j < i && err == OK; j++)
			if (strcmp(node->parties[i].id, node->parties[j].id) == 0)
				err = yaml_complain(file, "id", node->parties[i].id,
						    "each id once in the list of parties");
	return err;
}

static enum err check_texts(struct yaml_file *file, const char **texts, size_t count,
			    form_test *test)
{
	for (size_t i = 0; i < count; i++)
		if (!test(texts[i]))
			return yaml_complain(file, NULL, texts[i] == NULL ? "" : texts[i],
					     form_text(test));
	return OK;
}

static enum err check_limits(struct yaml_file *file, struct node_file *node)
{
	if (node->limits.document_bytes == 0)
		node->limits.document_bytes = LIMIT_DOCUMENT_BYTES;
	if (node->limits.map_bytes == 0)
		node->limits.map_bytes = DEFAULT_MAP_BYTES;
	if (node->limits.document_bytes < MIN_DOCUMENT_BYTES ||
	    node->limits.document_bytes > LIMIT_DOCUMENT_BYTES)
		return yaml_complain(file, "document_bytes", "", "1024 to 8388608");
	if (node->limits.map_bytes < MIN_MAP_BYTES)
		return yaml_complain(file, "map_bytes", "", "at least 16777216");
	if (node->workers > MAX_WORKERS)
		return yaml_complain(file, "workers", "", "at most 64");
	return OK;
}

static enum err check_node(struct yaml_file *file, struct node_file *node)
{
	enum err err;

	if ((err = yaml_obey(file, node_rules, COUNT(node_rules), node)) != OK ||
	    (err = check_limits(file, node)) != OK ||
	    (err = config_signature_check(file, &node->signatures)) != OK ||
	    (err = config_https_check(file, &node->https)) != OK ||
	    (err = config_stamp_check(file, &node->stamps)) != OK ||
	    (err = OBEY_LIST(file, listen_rules, node->listens, node->listen_count)) != OK ||
	    (err = check_parties(file, node)) != OK ||
	    (err = config_office_check(file, &node->offices, node->parties, node->party_count)) !=
		    OK ||
	    (err = OBEY_LIST(file, trader_rules, node->traders, node->trader_count)) != OK ||
	    (err = check_texts(file, node->agreements, node->agreement_count, form_is_id)) != OK)
		return err;
	for (size_t i = 0; i < node->trader_count && err == OK; i++)
		err = OBEY_LIST(file, port_rules, node->traders[i].ports,
				node->traders[i].port_count);
	for (size_t i = 0; i < node->listen_count; i++)
		if (*node->listens[i].endpoint == '\0')
			node->listens[i].endpoint = node->listens[i].bind;
	return err != OK ? err
			 : check_texts(file, node->holidays, node->holiday_count, form_is_date);
}

static uint32_t default_workers(void)
{
	long cores = sysconf(_SC_NPROCESSORS_ONLN);

	return cores < 1 ? 1 : cores > (long)MAX_WORKERS ? MAX_WORKERS : (uint32_t)cores;
}

static void take_node(struct config *config, const struct node_file *node)
{
	config->country = node->country;
	config->name = node->name;
	config->office = node->office;
	config->max_document_bytes = node->limits.document_bytes;
	config->map_bytes = node->limits.map_bytes;
	config->workers = node->workers == 0 ? default_workers() : node->workers;
	config->signatures = node->signatures;
	config->listens = node->listens;
	config->listen_count = node->listen_count;
	config->parties = node->parties;
	config->party_count = node->party_count;
	config->traders = node->traders;
	config->trader_count = node->trader_count;
	config->agreements = node->agreements;
	config->agreement_count = node->agreement_count;
}

static const char *choose_schemas(const struct config *config, const char *schemas,
				  struct arena *arena)
{
	if (*schemas == '\0')
		return arena_text(arena, bytes_of_text(config_schemas_folder()));
	if (*schemas == '/')
		return schemas;
	return arena_format(arena, "%s/%s", config->directory, schemas);
}

static enum err load_node(struct load *load, struct node_file **ret_node)
{
	struct config *config = load->config;
	struct yaml_file file;
	void *node;
	enum err err;

	err = yaml_load(config->path, &node_root, load->arena, &file, &node);
	if (err == OK)
		err = check_node(&file, node);
	if (err == ERR_MISSING)
		file.message = arena_format(load->arena, "%s" WHICH_NODE, file.message);
	if (err != OK) {
		load->message = file.message;
		return err;
	}
	*ret_node = node;
	take_node(config, *ret_node);
	config->schemas = choose_schemas(config, (*ret_node)->schemas, load->arena);
	if (config->schemas == NULL)
		return ERR_MEMORY;
	err = config_https_take(config, &(*ret_node)->https, load->arena);
	if (err == OK)
		err = config_office_take(config, &(*ret_node)->offices, load->arena);
	return err != OK ? err : config_stamp_take(config, &(*ret_node)->stamps, load->arena);
}

/* ---- Partners: a folder of cards ---- */

static const char *listen_for(const struct config *config, const char *country)
{
	for (size_t i = 0; i < config->listen_count; i++)
		if (strcmp(config->listens[i].partner, country) == 0)
			return config->listens[i].bind;
	return "";
}

static int is_card(const struct dirent *entry)
{
	size_t len = strlen(entry->d_name);

	return len > 5 && entry->d_name[0] != '.' && strcmp(entry->d_name + len - 5, ".yaml") == 0;
}

static enum err take_partner(struct load *load, const char *file_name)
{
	struct config *config = load->config;
	struct config_partner *partner = &config->partners[config->partner_count];
	const char *path =
		arena_format(load->arena, "%s/partners/%s", config->directory, file_name);
	enum err err;

	if (path == NULL)
		return ERR_MEMORY;
	if ((err = config_load_partner(path, load->arena, partner, &load->message)) != OK)
		return err;
	if (strlen(file_name) != 7 || strncmp(file_name, partner->country, 2) != 0)
		return say(load, arena_format(load->arena,
					      "%s: the card of %s must be in the file %s.yaml",
					      path, partner->country, partner->country));
	if (strcmp(partner->country, config->country) == 0)
		return say(load, arena_format(load->arena, "%s: %s is this node's own country",
					      path, partner->country));
	if (*partner->listen == '\0')
		partner->listen = listen_for(config, partner->country);
	config->partner_count++;
	return OK;
}

static enum err load_partners(struct load *load)
{
	const char *folder = arena_format(load->arena, "%s/partners", load->config->directory);
	struct dirent **entries = NULL;
	enum err err = OK;
	int count;

	load->config->partners =
		arena_alloc_array(load->arena, MAX_PARTNERS, sizeof(*load->config->partners));
	if (folder == NULL || load->config->partners == NULL)
		return ERR_MEMORY;
	count = scandir(folder, &entries, is_card, alphasort);
	if (count > (int)MAX_PARTNERS)
		err = say(load, arena_format(load->arena, "%s: more than 64 partners", folder));
	for (int i = 0; i < count && err == OK; i++)
		err = take_partner(load, entries[i]->d_name);
	for (int i = 0; i < count; i++)
		free(entries[i]);
	free(entries);
	return err;
}

/* ---- All of it ---- */

/* By errno: a file that may not be looked for is none that is missing. */
static enum err say_not_found(struct load *load, const char *path)
{
	bool is_denied = errno == EACCES;
	const char *message =
		is_denied
			? arena_format(load->arena,
				       "%s: permission denied: run this as who the node belongs to",
				       path)
			: arena_format(load->arena, "%s: no such file" WHICH_NODE, path);

	if (say(load, message) == ERR_MEMORY)
		return ERR_MEMORY;
	return is_denied ? ERR_DENIED : ERR_MISSING;
}

static enum err find_directory(struct load *load, const char *path)
{
	char *real = realpath(path, NULL);
	char *slash;
	enum err err = OK;

	if (real == NULL)
		return say_not_found(load, path);
	load->config->path = arena_text(load->arena, bytes_of_text(real));
	slash = strrchr(real, '/');
	*slash = '\0';
	load->config->directory = arena_text(load->arena, bytes_of_text(real));
	if (load->config->path == NULL || load->config->directory == NULL)
		err = ERR_MEMORY;
	else if (strlen(real) > MAX_DIRECTORY_BYTES)
		err = say(
			load,
			arena_format(load->arena,
				     "%s: the folder's path is longer than 80 bytes, too long for "
				     "the sockets below it; move the node",
				     real));
	free(real);
	return err;
}

enum err config_load(const char *path, struct arena *arena, struct config **ret_config,
		     const char **ret_message)
{
	struct load load = {.arena = arena_new(MAX_CONFIG_BYTES)};
	struct owned *owned = load.arena == NULL ? NULL : arena_alloc(load.arena, sizeof(*owned));
	struct node_file *node = NULL;
	enum err err = ERR_MEMORY;

	if (owned == NULL)
		goto out;
	owned->arena = load.arena;
	load.config = &owned->config;
	if ((err = find_directory(&load, path)) != OK || (err = load_node(&load, &node)) != OK ||
	    (err = load_partners(&load)) != OK ||
	    (err = config_load_webhooks(load.config, load.arena, &load.message)) != OK ||
	    (err = config_load_data(load.config, node->holidays, node->holiday_count, load.arena,
				    &load.message)) != OK)
		goto out;
	*ret_config = &owned->config;
out:
	if (err != OK) {
		*ret_message = load.message == NULL
				       ? err_text(err)
				       : arena_text(arena, bytes_of_text(load.message));
		arena_free(load.arena);
	}
	return err;
}

void config_free(struct config *config)
{
	if (config != NULL)
		arena_free(((struct owned *)(void *)config)->arena);
}
