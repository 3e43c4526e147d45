#include "node/demo_lodge.h"

#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "node/command.h"
#include "node/file.h"
#include "sampan/limit.h"

#define MAX_FILES 100000u

static const struct config_party *first_with_role(const struct town_node *node, unsigned role)
{
	for (size_t i = 0; i < node->config->party_count; i++)
		if ((node->config->parties[i].roles & role) != 0)
			return &node->config->parties[i];
	return NULL;
}

static const struct config_party *party_by_tax_code(const struct town_node *node, const char *code)
{
	for (size_t i = 0; code[0] != '\0' && i < node->config->party_count; i++)
		if (strcmp(node->config->parties[i].tax_code, code) == 0)
			return &node->config->parties[i];
	return NULL;
}

static const struct config_party *party_by_id(const struct town_node *node, const char *id,
					      size_t len)
{
	for (size_t i = 0; i < node->config->party_count; i++)
		if (strlen(node->config->parties[i].id) == len &&
		    strncmp(node->config->parties[i].id, id, len) == 0)
			return &node->config->parties[i];
	return NULL;
}

/* The folder that a file lies in may name its party, as in the samples. */
static const struct config_party *party_by_folder(const struct demo_lodge *lodge, const char *path,
						  const struct town_node **ret_node)
{
	const char *name = strrchr(path, '/'), *folder;

	if (name == NULL)
		return NULL;
	for (folder = name; folder > path && folder[-1] != '/'; folder--)
		continue;
	for (size_t i = 0; i < TOWN_NODES; i++) {
		const struct config_party *party =
			party_by_id(&lodge->town->nodes[i], folder, (size_t)(name - folder));

		*ret_node = &lodge->town->nodes[i];
		if (party != NULL)
			return party;
	}
	return NULL;
}

/* Who would lodge this document: by its kind and the sender it names. What nobody can read goes to
 * a Vietnamese trader, to be refused. */
static const struct config_party *party_by_content(const struct demo_lodge *lodge,
						   struct bytes bytes,
						   const struct town_node **ret_node)
{
	struct arena *arena = arena_new(LIMIT_DOCUMENT_ARENA_BYTES);
	const struct town_node *node = &lodge->town->nodes[0];
	const struct config_party *party = NULL;
	const struct schema *schema = NULL;
	struct document *document = NULL;
	struct findings findings;
	struct facts facts;

	if (arena == NULL)
		return NULL;
	findings_init(&findings, arena);
	facts_init(&facts, arena);
	if (document_read(bytes, LIMIT_DOCUMENT_BYTES, &findings, &document) == OK &&
	    document != NULL)
		schema = schema_identify(lodge->schemas, document, &findings);
	if (schema != NULL && schema_facts(schema, document, &facts) == OK) {
		node = strncmp(schema_id(schema), "vn.", 3) == 0 ? node : &lodge->town->nodes[1];
		party = party_by_tax_code(node, facts_get_or_empty(&facts, "from"));
		if (party == NULL)
			party = first_with_role(node, strcmp(facts_get_or_empty(&facts, "lodgedBy"),
							     "issuing-authority") == 0
							      ? PARTY_ISSUING_AUTHORITY
							      : PARTY_TRADER);
	}
	document_free(document);
	arena_free(arena);
	*ret_node = node;
	return party == NULL ? first_with_role(node, PARTY_TRADER) : party;
}

static const char *name_in(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash == NULL ? path : slash + 1;
}

static enum err lodge_file(struct demo_lodge *lodge, const char *path)
{
	const struct town_node *node = NULL;
	const struct config_party *party;
	char unique[256];
	struct bytes bytes;
	enum err err = file_read(path, LIMIT_DOCUMENT_BYTES, lodge->arena, &bytes);

	if (err != OK) {
		fprintf(stderr, "sampan demo: %s: %s\n", path, err_text(err));
		return err;
	}
	party = party_by_folder(lodge, path, &node);
	if (party == NULL)
		party = party_by_content(lodge, bytes, &node);
	if (party == NULL)
		return ERR_CONFIG;
	(void)snprintf(unique, sizeof(unique), "%05llu-%.180s", (unsigned long long)lodge->lodged,
		       name_in(path));
	err = town_lodge(node, party->id, unique, bytes);
	lodge->lodged += err == OK ? 1 : 0;
	return err;
}

/* By the files' names, whatever folder they lie in: numbers tell the order of a story. */
static int compare_paths(const void *a, const void *b)
{
	const char *first = *(const char *const *)a, *second = *(const char *const *)b;
	int order = strcmp(name_in(first), name_in(second));

	return order != 0 ? order : strcmp(first, second);
}

struct paths {
	const char **items;
	size_t count;
	struct arena *arena;
};

static struct paths *walking; /* nftw(3) has no context argument */

static int on_walked(const char *path, const struct stat *status, int type, struct FTW *where)
{
	size_t len = strlen(path);

	(void)status;
	(void)where;
	if (type != FTW_F || len < 4 || strcmp(path + len - 4, ".xml") != 0 ||
	    walking->count >= MAX_FILES)
		return 0;
	walking->items[walking->count] = arena_text(walking->arena, bytes_of_text(path));
	return walking->items[walking->count++] == NULL;
}

enum err demo_lodge_path(struct demo_lodge *lodge, const char *path)
{
	struct paths paths = {.arena = lodge->arena,
			      .items = arena_alloc_array(lodge->arena, MAX_FILES, sizeof(char *))};
	struct stat status;
	enum err err = OK;
	int result;

	if (stat(path, &status) != 0) {
		fprintf(stderr, "sampan demo: there is no %s\n", path);
		return ERR_MISSING;
	}
	if (!S_ISDIR(status.st_mode))
		return lodge_file(lodge, path);
	if (paths.items == NULL)
		return ERR_MEMORY;
	walking = &paths;
	result = nftw(path, on_walked, 16, FTW_PHYS);
	walking = NULL;
	if (result != 0)
		return ERR_IO;
	if (paths.count > 0)
		qsort(paths.items, paths.count, sizeof(char *), compare_paths);
	for (size_t i = 0; err == OK && i < paths.count; i++)
		err = lodge_file(lodge, paths.items[i]);
	return err;
}

enum err demo_lodge_samples(struct demo_lodge *lodge, unsigned stage)
{
	static const char *const folders[DEMO_LODGE_STAGES][2] = {
		{"vn", "th"}, {"stage-2", NULL}, {"stage-3", NULL}};
	enum err err = OK;

	for (size_t i = 0; err == OK && i < 2 && folders[stage][i] != NULL; i++) {
		const char *path = arena_format(lodge->arena, "%s/samples/%s",
						command_schemas_folder(), folders[stage][i]);

		err = path == NULL ? ERR_MEMORY : demo_lodge_path(lodge, path);
	}
	return err;
}
