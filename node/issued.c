#include "node/issued.h"

#include <string.h>

#include "node/alike.h"
#include "node/certificate.h"
#include "node/find.h"
#include "sampan/key.h"
#include "sampan/secret.h"

/* Crockford's: no letter is taken for a digit. */
static const char letters[] = "0123456789abcdefghjkmnpqrstvwxyz";

static const char *fact(const struct message *message, const char *name)
{
	return facts_get_or_empty(&message->facts, name);
}

static enum err put_code(struct message *certificate)
{
	uint8_t random[ISSUED_CODE_BYTES - 1];
	char code[ISSUED_CODE_BYTES] = "";

	key_random(random, sizeof(random));
	for (size_t i = 0; i < sizeof(random); i++)
		code[i] = letters[random[i] % (sizeof(letters) - 1)];
	return facts_put(&certificate->facts, ISSUED_CODE, code);
}

static enum err put_key(const struct turn *turn, const struct message *certificate, const char *key)
{
	const struct find_entry entry = {.message = certificate->number,
					 .document = certificate->document};

	return key == NULL ? ERR_MEMORY : find_put(turn, key, &entry);
}

static enum err record_replaced(const struct turn *turn, const struct message *replaced,
				const struct message *by)
{
	char id[MESSAGE_ID_BYTES];
	const char *attributes[] = {"by", id, "certificate", fact(by, "certificate"), NULL};
	const struct message_event event = {
		.event = "Replaced", .actor = by->sender, .attributes = attributes};
	uint64_t ignored;

	message_format_id(turn, by->number, id);
	return message_record(turn, replaced->number, &event, &ignored);
}

/* What it says it replaces, under the key of certificates. */
static enum err find_replaced(const struct turn *turn, const struct message *certificate,
			      struct message *ret_replaced)
{
	struct find_entry entry;
	struct facts named;
	const char *key;
	enum err err;

	facts_init(&named, turn->arena);
	if ((err = facts_put(&named, "certificate", fact(certificate, "replaces"))) != OK ||
	    (err = facts_put(&named, "issued", fact(certificate, "replacesIssued"))) != OK ||
	    (err = facts_put(&named, "country", fact(certificate, "replacesCountry"))) != OK)
		return err;
	key = certificate_key(turn, &named);
	err = key == NULL ? ERR_MEMORY : find_get(turn, key, &entry);
	return err != OK ? err : message_load(turn, entry.message, ret_replaced);
}

static enum err replace(const struct turn *turn, const struct message *certificate)
{
	struct message replaced;
	const char *next;
	enum err err;

	if (fact(certificate, "replaces")[0] == '\0')
		return OK;
	if ((err = find_replaced(turn, certificate, &replaced)) != OK)
		return err == ERR_MISSING ? OK : err;
	next = life_step(fact(&replaced, "life"), replaced.state, LIFE_REPLACED);
	if (next == NULL || strcmp(replaced.sender, certificate->sender) != 0 ||
	    strcmp(fact(&replaced, "exporter"), fact(certificate, "exporter")) != 0)
		return OK;
	if ((err = record_replaced(turn, &replaced, certificate)) != OK)
		return err;
	replaced.state = next;
	return message_save(turn, &replaced);
}

enum err issued_note(const struct turn *turn, struct message *certificate)
{
	const char *declaration = fact(certificate, "declaration");
	enum err err = put_code(certificate);

	if (err == OK)
		err = put_key(turn, certificate,
			      find_text(turn, "issued", fact(certificate, "certificate"), NULL));
	if (err == OK && declaration[0] != '\0')
		err = put_key(turn, certificate,
			      find_text(turn, "certified", fact(certificate, "exporter"),
					declaration, NULL));
	if (err == OK)
		err = alike_note(turn, certificate);
	return err == OK ? replace(turn, certificate) : err;
}

enum err issued_find(const struct turn *turn, const char *number, struct message *ret_certificate)
{
	const char *key = find_text(turn, "issued", number, NULL);
	struct find_entry entry;
	enum err err = key == NULL ? ERR_MEMORY : find_get(turn, key, &entry);

	return err == OK ? message_load(turn, entry.message, ret_certificate) : err;
}

/* As people copy it: in capitals, in groups, with letters that look like digits (Crockford's base 32). */
static bool read_code(const char *text, char ret_code[ISSUED_CODE_BYTES])
{
	size_t len = 0;

	for (; *text != '\0'; text++) {
		char letter = *text >= 'A' && *text <= 'Z' ? (char)(*text + ('a' - 'A')) : *text;

		if (letter == ' ' || letter == '-')
			continue;
		if (len == ISSUED_CODE_BYTES - 1)
			return false;
		ret_code[len++] = letter == 'o'                    ? '0'
				  : letter == 'i' || letter == 'l' ? '1'
								   : letter;
	}
	ret_code[len] = '\0';
	return len == ISSUED_CODE_BYTES - 1;
}

enum err issued_show(const struct turn *turn, const char *number, const char *code,
		     struct message *ret_certificate)
{
	char shown[ISSUED_CODE_BYTES] = "", held[ISSUED_CODE_BYTES] = "";
	struct message certificate;
	bool is_same;
	enum err err = issued_find(turn, number, &certificate);

	if (err != OK && err != ERR_MISSING)
		return err;
	if (!read_code(code, shown))
		memset(shown, 0, sizeof(shown));
	if (err == OK && strlen(fact(&certificate, ISSUED_CODE)) == ISSUED_CODE_BYTES - 1)
		memcpy(held, fact(&certificate, ISSUED_CODE), sizeof(held));
	is_same = secret_equal(shown, held, sizeof(held));
	if (err != OK || held[0] == '\0' || !is_same)
		return ERR_MISSING;
	*ret_certificate = certificate;
	return OK;
}
