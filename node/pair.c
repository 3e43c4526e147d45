#include "node/pair.h"

#include <stdlib.h>
#include <string.h>

#include "messages/table.h"
#include "messages/word.h"
#include "node/by_hand.h"
#include "node/certificate.h"
#include "node/find.h"

#define DIGEST_BYTES 16u

bool pair_next(const struct turn *turn, struct table *proofs, struct pair_proof *ret_proof)
{
	if (!table_next(proofs))
		return false;
	*ret_proof = (struct pair_proof){
		.type = table_text(proofs, "type", turn->arena),
		.country = table_text(proofs, "country", turn->arena),
		.number = table_text(proofs, "number", turn->arena),
		.issued = table_text(proofs, "issued", turn->arena),
	};
	return ret_proof->type != NULL && ret_proof->country != NULL && ret_proof->number != NULL &&
	       ret_proof->issued != NULL;
}

/* NULL: no memory; "": nothing that could be here is named. */
static const char *text_of(const struct turn *turn, const struct pair_proof *proof)
{
	if (!word_is_in("FORM-D PAPER-FORM-D LATE", proof->type) || proof->country[0] == '\0' ||
	    proof->number[0] == '\0' || proof->issued[0] == '\0')
		return "";
	return find_text(turn, "certificate", proof->country, proof->number, proof->issued, NULL);
}

static struct turn_key prefix_of(const char *text)
{
	struct hash hash = hash_of(bytes_of_text(text));
	struct turn_key key = turn_key(SPACE_PAIR);

	turn_key_add_bytes(&key, hash.at, DIGEST_BYTES);
	return key;
}

static enum err find(const struct turn *turn, const char *text, struct message *ret_certificate)
{
	struct find_entry entry;
	enum err err = text[0] == '\0' ? ERR_MISSING : find_get(turn, text, &entry);

	if (err == OK)
		err = message_load(turn, entry.message, ret_certificate);
	return err == OK && strcmp(facts_get_or_empty(&ret_certificate->facts, "life"),
				   "foreign-certificate") != 0
		       ? ERR_MISSING
		       : err;
}

enum err pair_find(const struct turn *turn, const struct pair_proof *proof,
		   struct message *ret_certificate)
{
	const char *text = text_of(turn, proof);

	return text == NULL ? ERR_MEMORY : find(turn, text, ret_certificate);
}

/* ---- On record ---- */

static enum err record(const struct turn *turn, const struct message *of,
		       const struct message *with)
{
	char id[MESSAGE_ID_BYTES];
	uint64_t ignored;

	message_format_id(turn, with->number, id);
	const char *attributes[] = {"with",      id,
				    "kind",      facts_get_or_empty(&with->facts, "kind"),
				    "reference", facts_get_or_empty(&with->facts, "reference"),
				    NULL};
	struct message_event event = {.event = "Paired", .actor = "node", .attributes = attributes};

	return message_record(turn, of->number, &event, &ignored);
}

static enum err tell(const struct turn *turn, const struct message *declaration,
		     const struct message *certificate)
{
	enum err err = record(turn, declaration, certificate);

	return err == OK ? record(turn, certificate, declaration) : err;
}

static enum err remember(const struct turn *turn, const char *text, uint64_t declaration)
{
	struct turn_key key = prefix_of(text);

	turn_key_add_number(&key, declaration);
	return batch_put(turn->batch, turn_key_bytes(&key), (struct bytes){0});
}

enum err pair_declaration(const struct turn *turn, const struct message *declaration)
{
	struct pair_proof proof;
	struct table proofs;
	enum err err = OK;

	table_open(&proofs, facts_get_or_empty(&declaration->facts, "proofs"));
	while (err == OK && pair_next(turn, &proofs, &proof)) {
		const char *text = text_of(turn, &proof);
		struct message certificate;

		if (text == NULL)
			return ERR_MEMORY;
		if (text[0] == '\0')
			continue;
		if ((err = remember(turn, text, declaration->number)) != OK)
			return err;
		err = find(turn, text, &certificate);
		err = err == ERR_MISSING ? OK
		      : err == OK        ? tell(turn, declaration, &certificate)
					 : err;
	}
	return err;
}

/* ---- Of a certificate ---- */

static enum err list(const struct turn *turn, const char *text, uint64_t numbers[PAIR_DECLARATIONS],
		     size_t *ret_count)
{
	struct turn_key from = prefix_of(text), until = turn_key_after(&from);
	enum err err = turn_scan(turn, &from, &until, numbers, PAIR_DECLARATIONS, ret_count);

	if (err == OK && turn->batch != NULL)
		*ret_count += batch_numbers(turn->batch, turn_key_bytes(&from),
					    numbers + *ret_count, PAIR_DECLARATIONS - *ret_count);
	return err;
}

/* Those that name the paper in whose place it stands, where that was written otherwise. */
static enum err list_of_paper(const struct turn *turn, const struct message *certificate,
			      const char *known, uint64_t numbers[PAIR_DECLARATIONS], size_t *count)
{
	const char *number = facts_get_or_empty(&certificate->facts, BY_HAND_PAPER), *text;
	uint64_t more[PAIR_DECLARATIONS];
	struct message paper;
	size_t more_count = 0;
	enum err err;

	if (number[0] == '\0')
		return OK;
	if ((err = message_load(turn, strtoull(number, NULL, 10), &paper)) != OK)
		return err;
	if ((text = certificate_key(turn, &paper.facts)) == NULL)
		return ERR_MEMORY;
	if (strcmp(text, known) == 0)
		return OK;
	err = list(turn, text, more, &more_count);
	for (size_t i = 0; i < more_count && *count < PAIR_DECLARATIONS; i++)
		numbers[(*count)++] = more[i];
	return err;
}

enum err pair_list(const struct turn *turn, const struct message *certificate,
		   uint64_t ret_numbers[PAIR_DECLARATIONS], size_t *ret_count)
{
	const char *text = certificate_key(turn, &certificate->facts);
	enum err err = text == NULL ? ERR_MEMORY : list(turn, text, ret_numbers, ret_count);

	return err == OK ? list_of_paper(turn, certificate, text, ret_numbers, ret_count) : err;
}

enum err pair_certificate(const struct turn *turn, const struct message *certificate)
{
	uint64_t numbers[PAIR_DECLARATIONS];
	size_t count = 0;
	enum err err = pair_list(turn, certificate, numbers, &count);

	for (size_t i = 0; err == OK && i < count; i++) {
		struct message declaration;

		err = message_load(turn, numbers[i], &declaration);
		if (err == OK)
			err = tell(turn, &declaration, certificate);
		else if (turn_is_bad_value(err)) /* the others are told all the same */
			err = OK;
	}
	return err;
}

/* ---- For verification ---- */

enum err pair_check(const struct turn *turn, const struct message *declaration, bool *ret_is_whole)
{
	struct pair_proof proof;
	struct table proofs;
	enum err err = OK;

	table_open(&proofs, facts_get_or_empty(&declaration->facts, "proofs"));
	while (err == OK && pair_next(turn, &proofs, &proof)) {
		const char *text = text_of(turn, &proof);
		struct turn_key key;
		struct bytes ignored;

		if (text == NULL)
			return ERR_MEMORY;
		if (text[0] == '\0')
			continue;
		key = prefix_of(text);
		turn_key_add_number(&key, declaration->number);
		err = turn_get(turn, &key, &ignored);
	}
	*ret_is_whole = err == OK;
	return err == ERR_MISSING ? OK : err;
}

bool pair_is_true(const struct turn *turn, struct bytes key, const struct message *declaration)
{
	struct pair_proof proof;
	struct table proofs;

	table_open(&proofs, facts_get_or_empty(&declaration->facts, "proofs"));
	while (pair_next(turn, &proofs, &proof)) {
		const char *text = text_of(turn, &proof);
		struct turn_key prefix = prefix_of(text == NULL ? "" : text);

		if (bytes_has_prefix(key, turn_key_bytes(&prefix)))
			return true;
	}
	return false;
}
