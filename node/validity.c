#include "node/validity.h"

#include <string.h>

#include "node/document_key.h"
#include "node/file.h"
#include "node/https.h"
#include "node/setup.h"
#include "sampan/certificate.h"

#define MAX_PEM_BYTES 65536u

struct reading {
	const struct config *config;
	struct arena *arena;
	struct health_certificate *items;
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

static enum err add(struct reading *reading, const char *path)
{
	const char *directory = reading->config->directory;
	size_t len = strlen(directory);
	const char *name = path;

	if (path == NULL)
		return ERR_MEMORY;
	if (reading->count == VALIDITY_COUNT)
		return OK;
	if (strncmp(path, directory, len) == 0 && path[len] == '/')
		name = path + len + 1;
	reading->items[reading->count++] =
		(struct health_certificate){.name = name, .until_ms = end_of(reading->arena, path)};
	return OK;
}

static enum err add_document_keys(struct reading *reading)
{
	const char *directory = reading->config->directory;
	struct document_keys keys;
	enum err err = document_key_load(directory, reading->arena, &keys);

	if (err != OK)
		return err == ERR_MEMORY ? err : OK; /* the seal says so itself */
	for (size_t i = 0; i < keys.count && err == OK; i++)
		if (keys.items[i].until[0] == '\0')
			err = add(reading, arena_format(reading->arena, "%s/seal/%s.crt", directory,
							keys.items[i].name));
	return err;
}

enum err validity_read(const struct config *config, bool is_all, struct arena *arena,
		       struct health_certificate ret_certificates[VALIDITY_COUNT],
		       size_t *ret_count)
{
	struct reading reading = {.config = config, .arena = arena, .items = ret_certificates};
	enum err err = OK;

	if (https_is_wanted(config))
		err = add(&reading, config->https.certificate);
	if (err == OK && is_all)
		err = add(&reading,
			  arena_format(arena, "%s/" SETUP_NODE_CERTIFICATE, config->directory));
	if (err == OK && is_all)
		err = add_document_keys(&reading);
	if (err == OK)
		*ret_count = reading.count;
	return err;
}
