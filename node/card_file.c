#include "node/card_file.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "node/cosignature.h"
#include "node/file.h"
#include "node/seal.h"
#include "node/setup.h"

/* What a card is made from. */
struct making {
	const char *directory;
	struct arena *arena;
	struct key *ledger, *witness;
	struct token *certificate;
	struct card card;
};

static const char *path_of(const struct making *making, const char *name)
{
	return arena_format(making->arena, "%s/%s", making->directory, name);
}

enum err card_file_load(const char *directory, uint64_t version, struct arena *arena,
			struct bytes *ret_note)
{
	const char *path = arena_format(arena, "%s/seal/card-%" PRIu64 ".note", directory, version);

	return path == NULL ? ERR_MEMORY : file_read(path, CARD_MAX_BYTES, arena, ret_note);
}

/* A node of an older version has none. */
static enum err load_witness(struct making *making)
{
	const char *path = path_of(making, CARD_FILE_WITNESS_KEY);
	enum err err = path == NULL ? ERR_MEMORY : key_load(path, &making->witness);

	if (err == ERR_MISSING && (err = key_new(&making->witness)) == OK)
		err = key_save(making->witness, path);
	return err;
}

static enum err load_keys(struct making *making)
{
	const char *ledger = path_of(making, SEAL_KEY_FILE);
	const char *key = path_of(making, SETUP_NODE_KEY);
	const char *certificate = path_of(making, SETUP_NODE_CERTIFICATE);
	enum err err = ERR_MEMORY;

	if (ledger == NULL || key == NULL || certificate == NULL ||
	    (err = key_load(ledger, &making->ledger)) != OK || (err = load_witness(making)) != OK ||
	    (err = token_open_file(key, certificate, (struct bytes){0}, false,
				   &making->certificate)) != OK)
		return err;
	making->card.certificate = making->certificate->certificate;
	return OK;
}

static enum err format_key(const char *name, enum note_type type, const struct key *key,
			   char ret_text[CARD_KEY_BYTES])
{
	uint8_t public_key[KEY_PUBLIC_BYTES];
	struct buffer text;
	enum err err;

	key_get_public(key, public_key);
	buffer_init(&text, CARD_KEY_BYTES - 1);
	err = note_format_key(name, type, public_key, &text);
	if (err == OK) {
		memcpy(ret_text, text.at, text.len);
		ret_text[text.len] = '\0';
	}
	buffer_clear(&text);
	return err;
}

static enum err fill(struct making *making, const char *country, const char *name)
{
	struct card *card = &making->card;
	const char *origin = arena_format(making->arena, "%s/1", name);
	enum err err;

	if (origin == NULL)
		return ERR_MEMORY;
	if (strlen(country) >= sizeof(card->country) || strlen(name) >= sizeof(card->name))
		return ERR_USAGE;
	memcpy(card->country, country, strlen(country));
	memcpy(card->name, name, strlen(name));
	err = format_key(origin, NOTE_ED25519, making->ledger, card->ledger_key);
	return err != OK ? err
			 : format_key(name, NOTE_COSIGNATURE, making->witness, card->witness_key);
}

static bool says_the_same(const struct card *card, const struct card *other)
{
	return strcmp(card->country, other->country) == 0 && strcmp(card->name, other->name) == 0 &&
	       strcmp(card->ledger_key, other->ledger_key) == 0 &&
	       strcmp(card->witness_key, other->witness_key) == 0 &&
	       bytes_equal(card->certificate, other->certificate);
}

/* Which version comes now, and what it stands behind. */
static enum err look_back(struct making *making)
{
	struct card *card = &making->card, last;
	struct bytes note, newest = {0};
	enum err err = OK;

	for (card->version = 1; card->version < CARD_FILE_MAX; card->version++) {
		err = card_file_load(making->directory, card->version, making->arena, &note);
		if (err != OK)
			break;
		newest = note;
	}
	if (err != ERR_MISSING || newest.len == 0)
		return err == ERR_MISSING ? OK : err == OK ? ERR_LIMIT : err;
	if (card_parse(newest, making->arena, &last) != OK)
		return ERR_CORRUPT;
	if (says_the_same(&last, card))
		return ERR_EXISTS;
	return card_hash(newest, &card->before);
}

static enum err write_card(struct making *making)
{
	const struct card_keys keys = {.ledger = making->ledger,
				       .certificate = making->certificate};
	const char *path = arena_format(making->arena, "%s/seal/card-%" PRIu64 ".note",
					making->directory, making->card.version);
	struct buffer note;
	enum err err = ERR_MEMORY;

	buffer_init(&note, CARD_MAX_BYTES);
	if (path != NULL && (err = card_sign(&making->card, &keys, &note)) == OK)
		err = file_make(path, 0644, buffer_bytes(&note));
	buffer_clear(&note);
	return err;
}

enum err card_file_make(const char *directory, const char *country, const char *name,
			struct arena *arena, uint64_t *ret_version)
{
	struct making making = {.directory = directory, .arena = arena};
	enum err err;

	if ((err = load_keys(&making)) == OK && (err = fill(&making, country, name)) == OK &&
	    (err = look_back(&making)) == OK && (err = write_card(&making)) == OK)
		*ret_version = making.card.version;
	key_free(making.ledger);
	key_free(making.witness);
	token_close(making.certificate);
	return err;
}
