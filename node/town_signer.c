#include "node/town_signer.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>

#include "messages/signature_seat.h"
#include "messages/signature_write.h"
#include "node/file.h"
#include "node/trust_folder.h"
#include "sampan/certificate.h"
#include "sampan/limit.h"

#define PEM_BYTES ((size_t)64 * 1024)

static bool must_sign(const struct config_party *party)
{
	return party != NULL && (party->roles & PARTY_ISSUING_AUTHORITY) != 0;
}

/* The node's folder lies in the town's. */
static const char *client_path(const struct town_node *node, const char *party, const char *ending,
			       struct arena *arena)
{
	return arena_format(arena, "%s/../clients/%s%s", node->directory, party, ending);
}

static enum err make_folder(const char *path)
{
	if (path == NULL)
		return ERR_MEMORY;
	return mkdir(path, 0700) == 0 || errno == EEXIST ? OK : ERR_IO;
}

static enum err make_one(const struct town *town, const struct town_node *node,
			 const struct config_party *party)
{
	const char *key_path = client_path(node, party->id, ".key", town->arena);
	const char *crt_path = client_path(node, party->id, ".crt", town->arena);
	const char *trusted =
		arena_format(town->arena, "%s/" TRUST_FOLDER "/%s.crt", node->directory, party->id);
	const char *uid =
		arena_format(town->arena, "%s%s", node->config->signatures.prefix, party->tax_code);
	struct bytes key, certificate;
	enum err err;

	if (key_path == NULL || crt_path == NULL || trusted == NULL || uid == NULL)
		return ERR_MEMORY;
	err = certificate_new_signer(party->name, node->country, uid, town->arena, &key,
				     &certificate);
	if (err == OK && (err = file_make(key_path, 0600, key)) == OK &&
	    (err = file_make(crt_path, 0644, certificate)) == OK)
		err = file_make(trusted, 0644, certificate);
	return err;
}

/* What the town's authority signs with is in the seal too, for what its officers decide. */
static enum err give_to_seal(const struct town *town, const struct town_node *node,
			     const struct config_office *office)
{
	const char *key_path = client_path(node, office->party, ".key", town->arena);
	const char *crt_path = client_path(node, office->party, ".crt", town->arena);
	struct bytes key, certificate;
	enum err err;

	if (key_path == NULL || crt_path == NULL)
		return ERR_MEMORY;
	if ((err = file_read(key_path, PEM_BYTES, town->arena, &key)) != OK ||
	    (err = file_read(crt_path, PEM_BYTES, town->arena, &certificate)) != OK)
		return err;
	err = file_make(office->key, 0600, key);
	return err == OK ? file_make(office->certificate, 0644, certificate) : err;
}

enum err town_signer_make(const struct town *town, const struct town_node *node)
{
	enum err err = make_folder(client_path(node, "", "", town->arena));

	if (err == OK)
		err = make_folder(arena_format(town->arena, "%s/" TRUST_FOLDER, node->directory));
	for (size_t i = 0; err == OK && i < node->config->party_count; i++)
		if (must_sign(&node->config->parties[i])) {
			err = make_one(town, node, &node->config->parties[i]);
			err = err == ERR_EXISTS ? OK : err;
		}
	for (size_t i = 0; err == OK && i < node->config->office_count; i++) {
		err = give_to_seal(town, node, &node->config->offices[i]);
		err = err == ERR_EXISTS ? OK : err;
	}
	return err;
}

static enum err open_token(const struct town_node *node, const char *party, struct arena *arena,
			   struct token **ret_token)
{
	const char *key = client_path(node, party, ".key", arena);
	const char *certificate = client_path(node, party, ".crt", arena);

	if (key == NULL || certificate == NULL)
		return ERR_MEMORY;
	return token_open_file(key, certificate, (struct bytes){0}, false, ret_token);
}

static enum err sign(struct token *token, struct document *document, struct arena *arena,
		     struct bytes *ret_document)
{
	struct signature_seat seat;
	struct buffer text;
	enum err err = signature_seat_make(document, false, arena, &seat);

	if (err != OK)
		return err;
	buffer_init(&text, LIMIT_DOCUMENT_BYTES + SIGNATURE_WRITE_BYTES);
	buffer_put(&text, seat.before);
	if ((err = signature_write_with(token, &seat.digest, NULL, &text)) == OK) {
		buffer_put(&text, seat.after);
		err = buffer_give(&text, arena, ret_document);
	}
	buffer_clear(&text);
	return err;
}

enum err town_signer_sign(const struct town_node *node, const char *party, struct bytes document,
			  struct arena *arena, struct bytes *ret_document)
{
	struct document *read = NULL;
	struct token *token = NULL;
	struct findings findings;
	enum err err;

	*ret_document = document;
	if (!must_sign(config_party_of(node->config, party)))
		return OK;
	findings_init(&findings, arena);
	err = document_read(document, LIMIT_DOCUMENT_BYTES, &findings, &read);
	if (err == OK && read != NULL && (err = open_token(node, party, arena, &token)) == OK)
		err = sign(token, read, arena, ret_document);
	token_close(token);
	document_free(read);
	/* what is signed already, or is no envelope, goes as it is; so does all before there were keys */
	return err == ERR_EXISTS || err == ERR_FORMAT || err == ERR_MISSING ? OK : err;
}
