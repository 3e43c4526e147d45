#include "node/epoch.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "node/file.h"
#include "node/ledger.h"
#include "node/seal.h"
#include "sampan/base64.h"
#include "sampan/form.h"

#define FORMAT "sampan.epoch/1"

/* ---- The text ---- */

static void put_root(struct buffer *to, const char *what, uint64_t size, const struct hash *root)
{
	buffer_put_format(to, "%s %" PRIu64 " ", what, size);
	base64_format(hash_bytes(root), to);
	buffer_put_byte(to, '\n');
}

static void put_text(const struct epoch_word *word, struct buffer *to)
{
	buffer_put_format(to, FORMAT "\nname %s\nepoch %" PRIu64 "\nbefore %" PRIu64 "\n",
			  word->name, word->epoch, word->before);
	put_root(to, "restored", word->size, &word->root);
	buffer_put_format(to, "records %" PRIu64 "\n", word->records);
	put_root(to, "known", word->known, &word->known_root);
	buffer_put_format(to, "time %" PRIu64 "\n", word->time_ms);
}

static bool take_number(struct bytes *text, const char *word, uint64_t *ret_number)
{
	struct bytes value;

	return note_take(text, word, &value) && note_parse_number(value, ret_number);
}

static bool take_root(struct bytes *text, const char *word, uint64_t *ret_size,
		      struct hash *ret_root)
{
	struct bytes value;
	const uint8_t *space;
	size_t len;

	if (!note_take(text, word, &value) || (space = memchr(value.at, ' ', value.len)) == NULL)
		return false;
	len = (size_t)(space - value.at);
	return note_parse_number(bytes_of(value.at, len), ret_size) &&
	       note_parse_exactly(bytes_of(space + 1, value.len - len - 1), ret_root->at,
				  HASH_BYTES);
}

static bool is_good(const struct epoch_word *word)
{
	return form_is_node_name(word->name) && word->before > 0 && word->epoch > word->before &&
	       word->size > 0 && word->records >= word->size && word->records < UINT64_MAX >> 1;
}

static bool parse_text(struct bytes text, struct epoch_word *ret_word)
{
	struct bytes line;

	return note_next_line(&text, &line) && bytes_equal(line, bytes_of_text(FORMAT)) &&
	       note_take_text(&text, "name", ret_word->name, NOTE_NAME_BYTES) &&
	       take_number(&text, "epoch", &ret_word->epoch) &&
	       take_number(&text, "before", &ret_word->before) &&
	       take_root(&text, "restored", &ret_word->size, &ret_word->root) &&
	       take_number(&text, "records", &ret_word->records) &&
	       take_root(&text, "known", &ret_word->known, &ret_word->known_root) &&
	       take_number(&text, "time", &ret_word->time_ms) && text.len == 0 && is_good(ret_word);
}

/* ---- Signatures ---- */

static bool put_key_name(const char *name, char ret_name[NOTE_NAME_BYTES])
{
	return (size_t)snprintf(ret_name, NOTE_NAME_BYTES, "%s/" EPOCH_KEY_NAME, name) <
	       NOTE_NAME_BYTES;
}

enum err epoch_format_key(const char *name, const struct key *key, struct buffer *to)
{
	uint8_t public_key[KEY_PUBLIC_BYTES];
	char key_name[NOTE_NAME_BYTES];

	if (!put_key_name(name, key_name))
		return ERR_USAGE;
	key_get_public(key, public_key);
	return note_format_key(key_name, NOTE_ED25519, public_key, to);
}

static enum err sign(const char *key_name, const struct key *key, struct bytes text,
		     struct buffer *to)
{
	uint8_t public_key[KEY_PUBLIC_BYTES], id[NOTE_ID_BYTES], signature[KEY_SIGNATURE_BYTES];
	enum err err = key_sign(key, text, signature);

	if (err != OK)
		return err;
	key_get_public(key, public_key);
	note_key_id(bytes_of_text(key_name), NOTE_ED25519, bytes_of(public_key, KEY_PUBLIC_BYTES),
		    id);
	buffer_put(to, text);
	buffer_put_byte(to, '\n');
	note_put_line(to, bytes_of_text(key_name), id, bytes_of(signature, sizeof(signature)));
	return buffer_error(to);
}

enum err epoch_sign(const struct epoch_word *word, const struct key *key, struct buffer *to)
{
	char key_name[NOTE_NAME_BYTES];
	struct buffer text;
	enum err err;

	if (!is_good(word) || !put_key_name(word->name, key_name))
		return ERR_USAGE;
	buffer_init(&text, EPOCH_WORD_BYTES);
	put_text(word, &text);
	if ((err = buffer_error(&text)) == OK)
		err = sign(key_name, key, buffer_bytes(&text), to);
	buffer_clear(&text);
	return err;
}

static bool is_signed(struct bytes text, struct bytes lines, const char *operator_key,
		      const char *name)
{
	uint8_t public_key[KEY_PUBLIC_BYTES], id[NOTE_ID_BYTES], signature[KEY_SIGNATURE_BYTES];
	char key_name[NOTE_NAME_BYTES], expected[NOTE_NAME_BYTES];
	struct bytes line;

	if (note_parse_key(operator_key, NOTE_ED25519, key_name, public_key) != OK ||
	    !put_key_name(name, expected) || strcmp(key_name, expected) != 0)
		return false;
	note_key_id(bytes_of_text(key_name), NOTE_ED25519, bytes_of(public_key, KEY_PUBLIC_BYTES),
		    id);
	while (note_next_line(&lines, &line))
		if (note_line_is_of(line, bytes_of_text(key_name), id, signature,
				    sizeof(signature)))
			return key_verify(public_key, text, signature);
	return false;
}

enum err epoch_verify(struct bytes note, const char *operator_key, const char *name,
		      struct epoch_word *ret_word)
{
	struct bytes text = {0}, lines = {0};
	struct epoch_word word;

	memset(&word, 0, sizeof(word));
	if (!note_split(note, EPOCH_WORD_BYTES, &text, &lines) || !parse_text(text, &word))
		return ERR_FORMAT;
	if (strcmp(word.name, name) != 0 || !is_signed(text, lines, operator_key, name))
		return ERR_DENIED;
	*ret_word = word;
	return OK;
}

/* ---- Files ---- */

enum err epoch_load_key(const char *directory, struct arena *arena, const char **ret_key)
{
	const char *path = arena_format(arena, "%s/" EPOCH_OPERATOR_FILE, directory);
	struct bytes bytes;
	enum err err = path == NULL ? ERR_MEMORY : file_read(path, EPOCH_WORD_BYTES, arena, &bytes);
	const char *text;

	if (err != OK)
		return err;
	while (bytes.len > 0 && bytes.at[bytes.len - 1] == '\n')
		bytes.len--;
	if ((text = arena_text(arena, bytes)) == NULL)
		return ERR_MEMORY;
	*ret_key = text;
	return OK;
}

static const char *word_path(const char *directory, uint64_t epoch, struct arena *arena)
{
	return arena_format(arena, "%s/seal/epoch-%" PRIu64 ".word", directory, epoch);
}

const char *epoch_last_path(const char *directory, uint64_t epoch, struct arena *arena)
{
	return epoch == 1 ? arena_format(arena, "%s/" SEAL_LAST_FILE, directory)
			  : arena_format(arena, "%s/" SEAL_LAST_FILE "-%" PRIu64, directory, epoch);
}

enum err epoch_load_word(const char *directory, uint64_t epoch, struct arena *arena,
			 struct bytes *ret_note)
{
	const char *path = word_path(directory, epoch, arena);

	return path == NULL ? ERR_MEMORY : file_read(path, EPOCH_WORD_BYTES, arena, ret_note);
}

enum err epoch_save_word(const char *directory, uint64_t epoch, struct bytes note,
			 struct arena *arena)
{
	const char *path = word_path(directory, epoch, arena);
	const char *last = epoch_last_path(directory, epoch, arena);
	enum err err;

	if (path == NULL || last == NULL)
		return ERR_MEMORY;
	err = file_make(last, 0600, (struct bytes){0});
	return err != OK && err != ERR_EXISTS ? err : file_make(path, 0600, note);
}

enum err epoch_newest(const char *directory, struct arena *arena, uint64_t *ret_epoch)
{
	uint64_t epoch = 1;
	struct bytes note;
	enum err err = OK;

	while (epoch < LEDGER_EPOCHS &&
	       (err = epoch_load_word(directory, epoch + 1, arena, &note)) == OK)
		epoch++;
	if (err != OK && err != ERR_MISSING)
		return err;
	*ret_epoch = epoch;
	return OK;
}
