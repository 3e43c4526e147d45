#include "node/validity.h"

#include <string.h>

#include "node/document_key.h"
#include "node/file.h"
#include "node/https.h"
#include "node/setup.h"
#include "sampan/certificate.h"

#define MAX_PEM_BYTES 65536u

struct gathering {
	const struct config *config;
	struct arena *arena;
	const char **paths;
	size_t count;
};

static uint64_t end_of(struct arena *arena, const char *path)
{
	struct bytes pem;
	uint64_t until_ms;

	if (file_read(path, MAX_PEM_BYTES, arena, &pem) != OK ||
	    certificate_until(pem, &until_ms) != OK)
		return 0;
	return until_ms;
}

static enum err add(struct gathering *gathering, const char *path)
{
	if (path == NULL)
		return ERR_MEMORY;
	if (gathering->count < VALIDITY_COUNT)
		gathering->paths[gathering->count++] = path;
	return OK;
}

static enum err add_document_keys(struct gathering *gathering)
{
	const char *directory = gathering->config->directory;
	struct document_keys keys;
	enum err err = document_key_load(directory, gathering->arena, &keys);

	if (err != OK)
		return err == ERR_MEMORY ? err : OK; /* the seal says so itself */
	for (size_t i = 0; i < keys.count && err == OK; i++)
		if (keys.items[i].until[0] == '\0')
			err = add(gathering, arena_format(gathering->arena, "%s/seal/%s.crt",
							  directory, keys.items[i].name));
	return err;
}

static enum err add_offices(struct gathering *gathering)
{
	enum err err = OK;

	for (size_t i = 0; i < gathering->config->office_count && err == OK; i++)
		err = add(gathering, gathering->config->offices[i].certificate);
	return err;
}

enum err validity_paths(const struct config *config, bool is_all, struct arena *arena,
			const char *ret_paths[VALIDITY_COUNT], size_t *ret_count)
{
	struct gathering gathering = {.config = config, .arena = arena, .paths = ret_paths};
	enum err err = OK;

	if (https_is_wanted(config))
		err = add(&gathering, config->https.certificate);
	if (err == OK && is_all)
		err = add(&gathering,
			  arena_format(arena, "%s/" SETUP_NODE_CERTIFICATE, config->directory));
	if (err == OK && is_all)
		err = add_document_keys(&gathering);
	if (err == OK && is_all)
		err = add_offices(&gathering);
	if (err == OK)
		*ret_count = gathering.count;
	return err;
}

enum err validity_read(const struct config *config, bool is_all, struct arena *arena,
		       struct health_certificate ret_certificates[VALIDITY_COUNT],
		       size_t *ret_count)
{
	const char *paths[VALIDITY_COUNT];
	size_t count = 0, len = strlen(config->directory);
	enum err err = validity_paths(config, is_all, arena, paths, &count);

	for (size_t i = 0; i < count && err == OK; i++) {
		bool is_below =
			strncmp(paths[i], config->directory, len) == 0 && paths[i][len] == '/';

		ret_certificates[i] = (struct health_certificate){
			.name = is_below ? paths[i] + len + 1 : paths[i],
			.until_ms = end_of(arena, paths[i])};
	}
	if (err == OK)
		*ret_count = count;
	return err;
}
