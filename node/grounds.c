#include "node/grounds.h"

#include <dirent.h>
#include <stdlib.h>
#include <string.h>

#include "node/anew.h"
#include "node/file.h"
#include "node/message.h"
#include "node/trust_folder.h"
#include "sampan/base64.h"
#include "sampan/limit.h"

#define FILE_BYTES ((size_t)32 * 1024 * 1024)
#define ALL_BYTES ((size_t)512 * 1024 * 1024)
#define MOST 4096u
#define TURN_BYTES ((size_t)8 * 1024 * 1024)

/* ---- PEM (RFC 7468) ---- */

static const struct {
	const char *begin, *end;
	bool is_list;
} frames[] = {
	{"-----BEGIN CERTIFICATE-----", "-----END CERTIFICATE-----", false},
	{"-----BEGIN X509 CRL-----", "-----END X509 CRL-----", true},
};

static bool is_known(const struct grounds *grounds, const struct hash *hash)
{
	for (size_t i = 0; i < grounds->count; i++)
		if (hash_equal(&grounds->items[i].hash, hash))
			return true;
	return false;
}

/* The text between the lines, without its line ends, is base64 of the DER. */
static enum err take(struct grounds *grounds, struct bytes text, bool is_list)
{
	struct ground ground = {.is_list = is_list};
	uint8_t *plain = arena_alloc(grounds->arena, text.len + 1);
	struct buffer der;
	size_t len = 0;
	enum err err;

	if (plain == NULL)
		return ERR_MEMORY;
	for (size_t i = 0; i < text.len; i++)
		if (strchr(" \t\r\n", text.at[i]) == NULL)
			plain[len++] = text.at[i];
	buffer_init(&der, LIMIT_PAYLOAD_BYTES);
	err = base64_parse(bytes_of(plain, len), &der);
	if (err == OK)
		err = buffer_give(&der, grounds->arena, &ground.der);
	buffer_clear(&der);
	if (err == ERR_FORMAT || (err == OK && ground.der.len == 0))
		return OK;
	ground.hash = hash_of(ground.der);
	if (err != OK || is_known(grounds, &ground.hash))
		return err;
	if (grounds->count == MOST)
		return ERR_LIMIT;
	grounds->items[grounds->count++] = ground;
	return OK;
}

static enum err take_all(struct grounds *grounds, struct bytes pem)
{
	enum err err = OK;

	for (size_t i = 0; i < sizeof(frames) / sizeof(frames[0]); i++) {
		const uint8_t *at = pem.at, *end = pem.at + pem.len, *from, *until;

		while (err == OK && at < end &&
		       (from = memmem(at, (size_t)(end - at), frames[i].begin,
				      strlen(frames[i].begin))) != NULL) {
			from += strlen(frames[i].begin);
			until = memmem(from, (size_t)(end - from), frames[i].end,
				       strlen(frames[i].end));
			if (until == NULL)
				break;
			err = take(grounds, bytes_of(from, (size_t)(until - from)),
				   frames[i].is_list);
			at = until;
		}
	}
	return err;
}

/* ---- The folder ---- */

static int is_ours(const struct dirent *entry)
{
	const char *dot = strrchr(entry->d_name, '.');

	return entry->d_name[0] != '.' && dot != NULL &&
	       (strcmp(dot, ".pem") == 0 || strcmp(dot, ".crt") == 0 || strcmp(dot, ".crl") == 0);
}

static enum err take_file(struct grounds *grounds, const char *folder, const char *name)
{
	const char *path = arena_format(grounds->arena, "%s/%s", folder, name);
	struct arena *arena = arena_new(2 * FILE_BYTES);
	struct bytes pem;
	enum err err = path == NULL || arena == NULL ? ERR_MEMORY
						     : file_read(path, FILE_BYTES, arena, &pem);

	if (err == OK)
		err = take_all(grounds, pem);
	arena_free(arena);
	return err;
}

enum err grounds_open(const char *folder, struct grounds *ret_grounds)
{
	struct grounds grounds = {.arena = arena_new(ALL_BYTES)};
	struct dirent **entries = NULL;
	int count = scandir(folder, &entries, is_ours, alphasort);
	enum err err = OK;

	if (grounds.arena != NULL)
		grounds.items = arena_alloc_array(grounds.arena, MOST, sizeof(*grounds.items));
	if (grounds.items == NULL)
		err = ERR_MEMORY;
	for (int i = 0; i < count; i++) {
		if (err == OK)
			err = take_file(&grounds, folder, entries[i]->d_name);
		free(entries[i]);
	}
	free(entries);
	if (err != OK || grounds.count == 0)
		grounds_close(&grounds);
	*ret_grounds = grounds;
	return err;
}

void grounds_close(struct grounds *grounds)
{
	arena_free(grounds->arena);
	*grounds = (struct grounds){.arena = NULL};
}

/* ---- On record ---- */

enum err grounds_find(const struct turn *turn, const struct hash *hash, uint64_t epoch,
		      uint64_t *ret_number)
{
	struct bytes value;

	return anew_find(turn, SPACE_GROUND, hash, epoch, &value, ret_number);
}

static enum err record(const struct turn *turn, const struct ground *ground)
{
	struct turn_key key =
		anew_key(turn, SPACE_GROUND, &ground->hash, ledger_epoch(turn->ledger));
	const char *role = ground->is_list ? GROUNDS_LIST : GROUNDS_AUTHORITY;
	char hex[HASH_HEX_BYTES];
	const char *attributes[] = {"what", role, "sha256", hex, NULL};
	const struct message_event event = {.event = "TrustRecorded",
					    .actor = "node",
					    .attributes = attributes,
					    .payload_role = {role},
					    .payload = {ground->der}};
	uint8_t value[8];
	uint64_t number;
	enum err err;

	hash_format_hex(&ground->hash, hex);
	if ((err = message_record(turn, 0, &event, &number)) != OK)
		return err;
	bytes_put_u64(value, number);
	return batch_put(turn->batch, turn_key_bytes(&key), bytes_of(value, sizeof(value)));
}

static enum err put_one(const struct turn *turn, const struct ground *ground, size_t *put_bytes)
{
	uint64_t number = 0;
	enum err err = grounds_find(turn, &ground->hash, ledger_epoch(turn->ledger), &number);

	if (err != ERR_MISSING)
		return err;
	*put_bytes += ground->der.len;
	return record(turn, ground);
}

enum err grounds_put(struct grounds *grounds, const struct turn *turn, bool *ret_has_more)
{
	size_t put_bytes = 0;
	enum err err = OK;

	while (err == OK && grounds->next < grounds->count && put_bytes < TURN_BYTES)
		if ((err = put_one(turn, &grounds->items[grounds->next], &put_bytes)) == OK)
			grounds->next++;
	*ret_has_more = grounds->next < grounds->count;
	return err;
}
