/*
 * The slots of issuing offices in the seal.
 */
#include <string.h>

#include "node/file.h"
#include "node/seal_inside.h"
#include "sampan/certificate.h"
#include "sampan/config.h"

#define ARENA_BYTES ((size_t)16 * 1024 * 1024)
#define CHAIN_BYTES ((size_t)128 * 1024)
#define DER_BYTES \
	((size_t)20 * \
	 1024) /* of all together: in base64 they must fit into SIGNATURE_WRITE_BYTES */

/* The first in the file is the key's own, which the token has. */
static enum err open_chain(struct seal *seal, struct seal_office *office, const char *path)
{
	struct bytes pem, all[SEAL_CHAIN + 1];
	size_t count = 0, len = 0;
	enum err err = file_read(path, CHAIN_BYTES, seal->arena, &pem);

	if (err == OK)
		err = certificate_read_all(pem, seal->arena, all, SEAL_CHAIN + 1, &count);
	for (size_t i = 0; err == OK && i < count; i++)
		len += all[i].len;
	if (err == OK && len > DER_BYTES)
		err = ERR_LIMIT;
	for (size_t i = 1; err == OK && i < count; i++)
		office->chain[office->chain_count++] = all[i];
	return err;
}

static enum err open_office(struct seal *seal, const struct config_office *from,
			    struct seal_office *office)
{
	enum err err;

	*office = (struct seal_office){.code = from->code};
	err = token_open_file(from->key, from->certificate, (struct bytes){0}, false,
			      &office->token);
	if (err == OK && (err = open_chain(seal, office, from->certificate)) != OK) {
		token_close(office->token);
		office->token = NULL;
	}
	return err;
}

enum err seal_open_offices(struct seal *seal, const struct config *config, const char **ret_bad,
			   enum err *ret_why)
{
	*ret_bad = NULL;
	*ret_why = OK;
	if (config->office_count == 0)
		return OK;
	if ((seal->arena = arena_new(ARENA_BYTES)) == NULL)
		return ERR_MEMORY;
	for (size_t i = 0; i < config->office_count && i < SEAL_OFFICES; i++) {
		enum err err = open_office(seal, &config->offices[i],
					   &seal->offices[seal->office_count++]);

		if (err != OK && *ret_bad == NULL) {
			*ret_bad = config->offices[i].code;
			*ret_why = err;
		}
	}
	return OK;
}

const struct seal_office *seal_office_of(const struct seal *seal, const char *code)
{
	for (size_t i = 0; i < seal->office_count; i++)
		if (strcmp(seal->offices[i].code, code) == 0)
			return seal->offices[i].token == NULL ? NULL : &seal->offices[i];
	return NULL;
}

void seal_close_offices(struct seal *seal)
{
	for (size_t i = 0; i < seal->office_count; i++)
		token_close(seal->offices[i].token);
	arena_free(seal->arena);
}
