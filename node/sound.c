#include "node/sound.h"

#include <stdio.h>
#include <string.h>

#include "messages/hub_way.h"
#include "messages/word.h"
#include "node/https.h"
#include "node/trust_folder.h"
#include "sampan/stylesheet.h"
#include "sampan/token.h"

#define ARENA_BYTES ((size_t)16 * 1024 * 1024)

/* By one map, or by several through the hub's kinds when only one way does. NULL: there is a way. */
static const char *why_no_way(const struct schema_set *set, const struct schema *from,
			      const struct schema *to)
{
	struct hub_way way, rival;

	hub_way_find(set, from, to, &way, &rival);
	if (rival.count > 0)
		return "two equally short ways lead to";
	return way.count == 0 ? "no map leads to" : NULL;
}

/* A route whose kinds are misspelt would send nothing, for ever and without a word. */
static bool is_sound(const struct schema_set *set, const struct config_route *route,
		     const char *as_id)
{
	const struct schema *kind = schema_set_agreed(set, route->kind);
	const struct schema *as = schema_set_agreed(set, as_id);
	const char *wrong = NULL;

	if (kind == NULL || as == NULL)
		wrong = "there is no kind";
	else if (kind != as)
		wrong = why_no_way(set, kind, as);
	if (wrong != NULL)
		fprintf(stderr,
			"sampan: route %s of agreement %s: %s %s; `sampan schema list` shows what there is\n",
			route->id, route->agreement, wrong, kind == NULL ? route->kind : as_id);
	return wrong == NULL;
}

static bool is_route_sound(const struct config *config, const struct schema_set *set,
			   const struct config_route *route)
{
	const char *wanted = route->as[0] == '\0' ? route->kind : route->as;
	bool is_right = is_sound(set, route, wanted);

	for (size_t i = 0; i < config->partner_count; i++) {
		const char *as = config_partner_takes(&config->partners[i], wanted);

		if (as != NULL && strncmp(route->to, "role:", 5) != 0)
			is_right &= is_sound(set, route, as);
	}
	return is_right;
}

static bool are_takes_known(const struct schema_set *set, const struct config_partner *partner)
{
	bool are_known = true;

	for (size_t i = 0; i < partner->take_count; i++) {
		if (schema_set_find(set, partner->takes[i]) != NULL)
			continue;
		fprintf(stderr,
			"sampan: partner %s takes %s: there is no such kind; `sampan schema list` shows what there is\n",
			partner->country, partner->takes[i]);
		are_known = false;
	}
	return are_known;
}

static enum err check_routes(const struct config *config, const struct schema_set *set)
{
	enum err err = OK;

	for (size_t i = 0; i < config->route_count; i++)
		if (!is_route_sound(config, set, &config->routes[i]))
			err = ERR_CONFIG;
	for (size_t i = 0; i < config->partner_count; i++)
		if (!are_takes_known(set, &config->partners[i]))
			err = ERR_CONFIG;
	return err;
}

/* A kind that is misspelt would need no signature. */
static enum err check_signatures(const struct config *config, const struct schema_set *set)
{
	enum err err = OK;

	for (size_t i = 0; i < config->signatures.kind_count; i++) {
		const char *kind = config->signatures.kinds[i].kind;

		if (schema_set_find(set, kind) != NULL)
			continue;
		fprintf(stderr,
			"sampan: signatures: there is no kind %s; `sampan schema list` shows what there is\n",
			kind);
		err = ERR_CONFIG;
	}
	return err;
}

/* The ledger reads no kinds: what it lets mandates name would be another list than who may lodge. */
static enum err check_procedures(const struct config *config, const struct schema_set *set)
{
	enum err err = OK;

	for (size_t i = 0; i < config->procedure_count; i++) {
		const struct config_procedure *procedure = &config->procedures[i];
		const struct schema *schema = schema_set_find(set, procedure->kind);
		bool is_for_agents = schema != NULL &&
				     word_is_in(schema_fixed_fact(schema, "lodgedBy"), "agent");

		if (schema != NULL && is_for_agents == procedure->is_for_agents)
			continue;
		fprintf(stderr, "sampan: procedure %s: %s %s%s\n", procedure->code, procedure->kind,
			schema == NULL ? "is no kind; `sampan schema list` shows what there is"
				       : "wants agents: ",
			schema == NULL  ? ""
			: is_for_agents ? "true, as its lodgedBy names them"
					: "false, as its lodgedBy does not name them");
		err = ERR_CONFIG;
	}
	return err;
}

static enum err check_trust(const struct config *config, struct arena *arena)
{
	const char *message = "";
	enum err err = trust_folder_check(config, arena, &message);

	if (err != OK)
		fprintf(stderr, "sampan: %s\n", message);
	return err;
}

/* A node whose officers could decide and never see it signed. */
static enum err check_offices(const struct config *config)
{
	enum err result = OK;

	for (size_t i = 0; i < config->office_count; i++) {
		const struct config_office *office = &config->offices[i];
		struct token *token = NULL;
		enum err err = token_open_file(office->key, office->certificate, (struct bytes){0},
					       false, &token);

		token_close(token);
		if (err == OK)
			continue;
		fprintf(stderr, "sampan: issuing office %s: %s, %s: %s\n", office->code,
			office->key, office->certificate, err_text(err));
		result = ERR_CONFIG;
	}
	return result;
}

/* Without them no worker starts: what is misspelt in a page is told before anything is ended for it. */
static enum err check_views(const struct config *config, struct arena *arena)
{
	const char *folder = arena_format(arena, "%s/views", config->schemas), *message = "";
	struct stylesheet_set *set = NULL;
	enum err err = folder == NULL ? ERR_MEMORY : stylesheet_load(folder, &set, &message);

	if (err != OK)
		fprintf(stderr, "sampan: the pages in %s/views: %s\n", config->schemas, message);
	stylesheet_free(set);
	return err;
}

static enum err check_forms(const struct config *config, struct arena *arena)
{
	const char *folder = arena_format(arena, "%s/forms", config->schemas), *message = "";
	struct stylesheet_set *set = NULL;
	enum err err = folder == NULL ? ERR_MEMORY : stylesheet_load_forms(folder, &set, &message);

	if (err != OK)
		fprintf(stderr, "sampan: the forms in %s/forms: %s\n", config->schemas, message);
	stylesheet_free(set);
	return err;
}

enum err sound_check(const struct config *config)
{
	struct arena *arena = arena_new(ARENA_BYTES);
	struct schema_set *set = NULL;
	struct findings findings;
	enum err err = ERR_MEMORY;

	if (arena == NULL)
		goto out;
	findings_init(&findings, arena);
	err = schema_set_load(config->schemas, &findings, &set);
	for (size_t i = 0; i < findings.count; i++)
		fprintf(stderr, "sampan: %s:%u: %s: %s\n", findings.items[i].path,
			findings.items[i].line, findings.items[i].code, findings.items[i].en);
	if (err != OK)
		fprintf(stderr, "sampan: the schema set in %s: %s\n", config->schemas,
			err_text(err));
	else
		err = check_routes(config, set);
	if (err == OK && (err = check_procedures(config, set)) == OK &&
	    (err = check_signatures(config, set)) == OK)
		err = check_trust(config, arena);
	if (err == OK)
		err = check_offices(config);
	if (err == OK)
		err = check_views(config, arena);
	if (err == OK)
		err = check_forms(config, arena);
	if (err == OK)
		err = https_check(config, "node");
out:
	schema_set_free(set);
	arena_free(arena);
	return err;
}
