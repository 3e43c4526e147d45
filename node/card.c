#include "node/card.h"

#include <inttypes.h>
#include <string.h>

#include "sampan/base64.h"
#include "sampan/certificate.h"
#include "sampan/form.h"

#define FORMAT "sampan.card/1"
#define BINDING "sampan.card/1 certificate "
#define ECDSA_BYTES 64u

/* ---- The text ---- */

static void put_text(const struct card *card, struct buffer *to)
{
	char before[HASH_HEX_BYTES];

	hash_format_hex(&card->before, before);
	buffer_put_format(to, FORMAT "\ncountry %s\nname %s\nversion %" PRIu64 "\n", card->country,
			  card->name, card->version);
	buffer_put_format(to, "ledger %s\nwitness %s\nbefore %s\ncertificate ", card->ledger_key,
			  card->witness_key, before);
	base64_format(card->certificate, to);
	buffer_put_byte(to, '\n');
}

static bool take_certificate(struct bytes *text, struct arena *arena, struct bytes *ret_certificate)
{
	struct bytes value;
	struct buffer der;
	bool is_good;

	if (!note_take(text, "certificate", &value))
		return false;
	buffer_init(&der, TOKEN_CERTIFICATE_BYTES);
	is_good = base64_parse(value, &der) == OK && der.len > 0 &&
		  buffer_give(&der, arena, ret_certificate) == OK;
	buffer_clear(&der);
	return is_good;
}

/* The ledger's key is called "NAME/EPOCH", the witness's "NAME". */
static bool has_its_keys(const struct card *card)
{
	char ledger[NOTE_NAME_BYTES], witness[NOTE_NAME_BYTES];
	uint8_t public_key[KEY_PUBLIC_BYTES];
	size_t len = strlen(card->name);

	return note_parse_key(card->ledger_key, NOTE_ED25519, ledger, public_key) == OK &&
	       strncmp(ledger, card->name, len) == 0 && ledger[len] == '/' &&
	       note_parse_key(card->witness_key, NOTE_COSIGNATURE, witness, public_key) == OK &&
	       strcmp(witness, card->name) == 0;
}

static bool is_good(const struct card *card)
{
	static const struct hash none;
	bool is_first = hash_equal(&card->before, &none);

	return form_is_country(card->country) && form_is_node_name(card->name) &&
	       card->version > 0 && is_first == (card->version == 1) && has_its_keys(card);
}

static bool parse_text(struct bytes text, struct arena *arena, struct card *ret_card)
{
	struct bytes line, version;
	char before[HASH_HEX_BYTES];

	return note_next_line(&text, &line) && bytes_equal(line, bytes_of_text(FORMAT)) &&
	       note_take_text(&text, "country", ret_card->country, sizeof(ret_card->country)) &&
	       note_take_text(&text, "name", ret_card->name, sizeof(ret_card->name)) &&
	       note_take(&text, "version", &version) &&
	       note_parse_number(version, &ret_card->version) &&
	       note_take_text(&text, "ledger", ret_card->ledger_key, CARD_KEY_BYTES) &&
	       note_take_text(&text, "witness", ret_card->witness_key, CARD_KEY_BYTES) &&
	       note_take_text(&text, "before", before, sizeof(before)) &&
	       hash_parse_hex(before, &ret_card->before) &&
	       take_certificate(&text, arena, &ret_card->certificate) && text.len == 0 &&
	       is_good(ret_card);
}

enum err card_parse(struct bytes note, struct arena *arena, struct card *ret_card)
{
	struct bytes text, lines;
	struct card card = {.version = 0};

	if (!note_split(note, CARD_MAX_BYTES, &text, &lines) || !parse_text(text, arena, &card))
		return ERR_FORMAT;
	*ret_card = card;
	return OK;
}

enum err card_hash(struct bytes note, struct hash *ret_hash)
{
	struct bytes text, lines;

	if (!note_split(note, CARD_MAX_BYTES, &text, &lines))
		return ERR_FORMAT;
	*ret_hash = hash_of(text);
	return OK;
}

bool card_is_next(struct bytes card, struct bytes next, struct arena *arena)
{
	struct card older, newer;
	struct hash hash;

	return card_parse(card, arena, &older) == OK && card_parse(next, arena, &newer) == OK &&
	       card_hash(card, &hash) == OK && newer.version == older.version + 1 &&
	       hash_equal(&newer.before, &hash) && strcmp(newer.name, older.name) == 0 &&
	       strcmp(newer.country, older.country) == 0;
}

/* ---- Signatures ---- */

/* The id of a certificate's signature: type 0xff, then a text of ours and the certificate's hash. */
static void certificate_id(const struct card *card, uint8_t ret_id[NOTE_ID_BYTES])
{
	struct hash hash = hash_of(card->certificate);
	uint8_t key[sizeof(BINDING) - 1 + HASH_BYTES];

	memcpy(key, BINDING, sizeof(BINDING) - 1);
	memcpy(key + sizeof(BINDING) - 1, hash.at, HASH_BYTES);
	note_key_id(bytes_of_text(card->name), NOTE_OWN, bytes_of(key, sizeof(key)), ret_id);
}

static enum err put_ledger_line(const char *name, const struct key *key, struct bytes text,
				struct buffer *to)
{
	uint8_t public_key[KEY_PUBLIC_BYTES], id[NOTE_ID_BYTES], signature[KEY_SIGNATURE_BYTES];
	enum err err = key_sign(key, text, signature);

	if (err != OK)
		return err;
	key_get_public(key, public_key);
	note_key_id(bytes_of_text(name), NOTE_ED25519, bytes_of(public_key, KEY_PUBLIC_BYTES), id);
	note_put_line(to, bytes_of_text(name), id, bytes_of(signature, sizeof(signature)));
	return OK;
}

static enum err put_certificate_line(const struct card *card, struct token *token,
				     struct bytes text, struct buffer *to)
{
	struct hash digest = hash_of(text);
	uint8_t id[NOTE_ID_BYTES];
	struct buffer signature;
	enum err err;

	buffer_init(&signature, TOKEN_SIGNATURE_BYTES);
	err = token_sign(token, &digest, &signature);
	if (err == OK) {
		certificate_id(card, id);
		note_put_line(to, bytes_of_text(card->name), id, buffer_bytes(&signature));
	}
	buffer_clear(&signature);
	return err;
}

static enum err put_lines(const struct card *card, const struct card_keys *keys, struct bytes text,
			  struct buffer *to)
{
	char origin[NOTE_NAME_BYTES];
	uint8_t public_key[KEY_PUBLIC_BYTES];
	enum err err = note_parse_key(card->ledger_key, NOTE_ED25519, origin, public_key);

	buffer_put(to, text);
	buffer_put_byte(to, '\n');
	if (err == OK)
		err = put_ledger_line(origin, keys->ledger, text, to);
	if (err == OK && keys->before != NULL)
		err = put_ledger_line(origin, keys->before, text, to);
	if (err == OK)
		err = put_certificate_line(card, keys->certificate, text, to);
	return err == OK ? buffer_error(to) : err;
}

enum err card_sign(const struct card *card, const struct card_keys *keys, struct buffer *to)
{
	struct buffer text;
	enum err err;

	if (!is_good(card) || card->certificate.len == 0)
		return ERR_USAGE;
	buffer_init(&text, CARD_MAX_BYTES);
	put_text(card, &text);
	if ((err = buffer_error(&text)) == OK)
		err = put_lines(card, keys, buffer_bytes(&text), to);
	buffer_clear(&text);
	return err;
}

static bool is_signed_by(const char *key, struct bytes text, struct bytes lines)
{
	uint8_t public_key[KEY_PUBLIC_BYTES], id[NOTE_ID_BYTES], signature[KEY_SIGNATURE_BYTES];
	char name[NOTE_NAME_BYTES];
	struct bytes line;

	if (note_parse_key(key, NOTE_ED25519, name, public_key) != OK)
		return false;
	note_key_id(bytes_of_text(name), NOTE_ED25519, bytes_of(public_key, KEY_PUBLIC_BYTES), id);
	while (note_next_line(&lines, &line))
		if (note_line_is_of(line, bytes_of_text(name), id, signature, sizeof(signature)))
			return key_verify(public_key, text, signature);
	return false;
}

static bool is_signed_by_certificate(const struct card *card, struct bytes text, struct bytes lines)
{
	uint8_t id[NOTE_ID_BYTES], signature[ECDSA_BYTES];
	struct hash digest = hash_of(text);
	struct bytes line;

	certificate_id(card, id);
	while (note_next_line(&lines, &line))
		if (note_line_is_of(line, bytes_of_text(card->name), id, signature,
				    sizeof(signature)))
			return certificate_verifies(card->certificate, TOKEN_ECDSA_P256, &digest,
						    bytes_of(signature, sizeof(signature)));
	return false;
}

enum err card_verify(struct bytes note, const char *trusted, struct arena *arena,
		     struct card *ret_card)
{
	struct bytes text = {0}, lines = {0};
	struct card card;
	enum err err = card_parse(note, arena, &card);

	if (err != OK || !note_split(note, CARD_MAX_BYTES, &text, &lines))
		return err != OK ? err : ERR_FORMAT;
	if (!is_signed_by(trusted, text, lines) || !is_signed_by(card.ledger_key, text, lines) ||
	    !is_signed_by_certificate(&card, text, lines))
		return ERR_DENIED;
	*ret_card = card;
	return OK;
}
