#include "node/signing.h"

#include <stdlib.h>
#include <string.h>

#include "messages/signature_write.h"
#include "node/call.h"
#include "node/outcome.h"
#include "node/seal.h"

#define SEAL_SILENCE_MS 10000u
#define ARENA_BYTES ((size_t)64 * 1024 * 1024)
#define QUESTION_BYTES ((size_t)32 * 1024 * 1024)
#define ANSWER_BYTES ((size_t)SEAL_DOCUMENTS_MAX * (SIGNATURE_WRITE_BYTES + 4) + 4)

/* A document that is being signed. */
struct shown {
	uint64_t delivery;
	uint64_t output; /* the record that was shown */
};

struct signing {
	struct role *role;
	struct ledger *ledger;
	struct call_client *seal;
	signing_on_word *callback;
	void *context;
	struct arena *arena; /* while a question is made */
	struct shown shown[SEAL_DOCUMENTS_MAX];
	size_t count;
	bool is_asking;
	bool knows_keys;    /* the seal said which keys it has, since it was last away */
	bool says_keys;     /* what waits is about keys */
	struct buffer word; /* waits to be put; empty: nothing does */
	enum err trouble;   /* what was logged last */
};

static void complain(struct signing *signing, const char *event, enum err err)
{
	if (err_is_news(&signing->trouble, err))
		role_log(signing->role, "error", event, "err=%s", err_name(err));
}

static void keep(struct signing *signing, struct bytes word, bool is_of_keys)
{
	buffer_reset(&signing->word);
	buffer_put(&signing->word, word);
	if (buffer_error(&signing->word) != OK)
		buffer_reset(&signing->word); /* asked again */
	signing->says_keys = is_of_keys;
	if (signing->word.len > 0)
		signing->callback(signing->context);
}

/* ---- Asking ---- */

static void on_keys(void *context, enum err err, struct bytes word)
{
	struct signing *signing = context;

	signing->is_asking = false;
	if (err == ERR_MISSING)
		complain(signing, "no-document-key", err);
	else if (err != OK && err != ERR_UNAVAILABLE)
		complain(signing, "document-keys-unknown", err);
	else if (err == OK)
		keep(signing, word, true);
}

static void on_signed(void *context, enum err err, struct bytes word)
{
	struct signing *signing = context;

	signing->is_asking = false;
	if (err != OK) {
		signing->knows_keys = false;
		if (err != ERR_UNAVAILABLE)
			complain(signing, "documents-not-signed", err);
		return;
	}
	signing->trouble = OK;
	keep(signing, word, false);
}

/* Durable, and covered by a checkpoint: put it into the question. */
static enum err show(struct signing *signing, const struct turn *turn, uint64_t number,
		     uint64_t covered, struct buffer *question)
{
	struct seal_document document;
	struct delivery delivery;
	enum err err = delivery_load(turn, number, &delivery);

	if (err != OK || delivery.stage != STAGE_SIGN || delivery.output_record > covered)
		return err;
	if ((err = ledger_record(signing->ledger, delivery.output_record, turn->arena, NULL,
				 &document.leaf)) != OK ||
	    (err = ledger_prove_inclusion(signing->ledger, delivery.output_record, covered,
					  &document.proof)) != OK)
		return err;
	seal_pack_document(question, &document);
	signing->shown[signing->count++] =
		(struct shown){.delivery = number, .output = delivery.output_record};
	return buffer_error(question);
}

static enum err show_waiting(struct signing *signing, const struct turn *turn, uint64_t covered,
			     struct buffer *question)
{
	struct turn_key from = delivery_queue(STAGE_SIGN, ""), until = turn_key_after(&from);
	uint64_t numbers[SEAL_DOCUMENTS_MAX];
	struct buffer documents;
	struct bytes note;
	size_t count = 0;
	enum err err = turn_scan(turn, &from, &until, numbers, SEAL_DOCUMENTS_MAX, &count);

	if (err != OK || count == 0)
		return err;
	buffer_init(&documents, QUESTION_BYTES);
	err = ledger_checkpoint_first_covering(signing->ledger, covered, turn->arena, &note);
	for (size_t i = 0; err == OK && i < count; i++)
		err = show(signing, turn, numbers[i], covered, &documents);
	if (err == OK) {
		seal_pack_documents(question, note, signing->count);
		buffer_put(question, buffer_bytes(&documents));
		err = buffer_error(question);
	}
	buffer_clear(&documents);
	return err;
}

static void ask_to_sign(struct signing *signing, uint64_t covered)
{
	struct turn turn = {.config = signing->role->config,
			    .ledger = signing->ledger,
			    .arena = signing->arena};
	struct buffer question;
	enum err err;

	buffer_init(&question, QUESTION_BYTES);
	signing->count = 0;
	err = show_waiting(signing, &turn, covered, &question);
	if (err == OK && signing->count > 0)
		signing->is_asking = call_ask(signing->seal, SEAL_DOCUMENTS,
					      buffer_bytes(&question), on_signed, signing) == OK;
	else if (err != OK)
		complain(signing, "documents-not-shown", err);
	buffer_clear(&question);
	arena_clear(signing->arena);
}

void signing_step(struct signing *signing, uint64_t covered)
{
	if (signing->is_asking || signing->word.len > 0)
		return;
	if (!signing->knows_keys)
		signing->is_asking = call_ask(signing->seal, SEAL_KEYS, (struct bytes){0}, on_keys,
					      signing) == OK;
	else if (covered > 0)
		ask_to_sign(signing, covered);
}

/* ---- Recording ---- */

bool signing_has_word(const struct signing *signing)
{
	return signing->word.len > 0;
}

/* One key as the seal says it. */
struct signer {
	const char *certificate; /* SHA-256 */
	const char *from;
	const char *until;
	struct bytes der;
};

static enum err record_key(const struct turn *turn, const struct signer *signer)
{
	const char *attributes[] = {"key",  "document",   "certificate", signer->certificate,
				    "from", signer->from, "until",       signer->until,
				    NULL};
	struct message_event event = {.event = "KeyRotated",
				      .actor = "node",
				      .attributes = attributes,
				      .payload_role = {"certificate"},
				      .payload = {signer->der}};
	uint64_t number;

	return message_record(turn, 0, &event, &number);
}

/* What is on record already is said once. */
static enum err put_key(const struct turn *turn, const struct signer *signer)
{
	const char *now = arena_format(turn->arena, "%s %s", signer->from, signer->until);
	struct turn_key key = turn_key(SPACE_SIGNER);
	struct hash hash;
	struct bytes known;
	enum err err;

	if (now == NULL)
		return ERR_MEMORY;
	if (!hash_parse_hex(signer->certificate, &hash))
		return ERR_FORMAT;
	turn_key_add_bytes(&key, hash.at, HASH_BYTES);
	err = turn_get(turn, &key, &known);
	if (err == OK && bytes_equal(known, bytes_of_text(now)))
		return OK;
	if (err != OK && err != ERR_MISSING)
		return err;
	if ((err = record_key(turn, signer)) != OK)
		return err;
	return batch_put(turn->batch, turn_key_bytes(&key), bytes_of_text(now));
}

static enum err put_keys(const struct turn *turn, struct bytes word)
{
	struct unpack from;
	uint32_t count;
	enum err err = OK;

	unpack_init(&from, word);
	count = unpack_count(&from, 16);
	for (uint32_t i = 0; err == OK && i < count; i++) {
		struct signer signer;

		signer.certificate = unpack_text(&from, turn->arena);
		signer.from = unpack_text(&from, turn->arena);
		signer.until = unpack_text(&from, turn->arena);
		signer.der = unpack_bytes(&from);
		err = from.failed ? ERR_FORMAT : put_key(turn, &signer);
	}
	return err == OK ? unpack_end(&from) : err;
}

static enum err put_signatures(const struct signing *signing, const struct turn *turn)
{
	struct unpack from;
	enum err err = OK;

	unpack_init(&from, buffer_bytes(&signing->word));
	if (unpack_count(&from, 4) != signing->count)
		return ERR_FORMAT;
	for (size_t i = 0; err == OK && i < signing->count; i++) {
		struct bytes signature = unpack_bytes(&from);

		err = from.failed ? ERR_FORMAT
				  : outcome_signed(turn, signing->shown[i].delivery,
						   signing->shown[i].output, signature);
	}
	return err == OK ? unpack_end(&from) : err;
}

void signing_put(struct signing *signing, const struct turn *turn)
{
	size_t mark = batch_mark(turn->batch);
	enum err err;

	if (signing->word.len == 0)
		return;
	err = signing->says_keys ? put_keys(turn, buffer_bytes(&signing->word))
				 : put_signatures(signing, turn);
	if (err != OK) {
		batch_rewind(turn->batch, mark);
		complain(signing, "signatures-not-put", err);
	} else if (signing->says_keys) {
		signing->knows_keys = true;
	}
	buffer_reset(&signing->word);
}

/* ---- Opening and closing ---- */

enum err signing_open(struct role *role, struct ledger *ledger, signing_on_word *callback,
		      void *context, struct signing **ret_signing)
{
	const char *endpoint = role_endpoint(role->config, "seal", role->arena);
	struct signing *signing = calloc(1, sizeof(*signing));
	enum err err = endpoint == NULL || signing == NULL ? ERR_MEMORY : OK;

	if (err != OK)
		goto failed;
	signing->role = role;
	signing->ledger = ledger;
	signing->callback = callback;
	signing->context = context;
	signing->arena = arena_new(ARENA_BYTES);
	buffer_init(&signing->word, ANSWER_BYTES);
	err = signing->arena == NULL
		      ? ERR_MEMORY
		      : call_client_open(role->loop, endpoint, SEAL_SILENCE_MS, &signing->seal);
	if (err != OK)
		goto failed;
	*ret_signing = signing;
	return OK;
failed:
	if (signing != NULL)
		arena_free(signing->arena);
	free(signing);
	return err;
}

void signing_close(struct signing *signing)
{
	if (signing == NULL)
		return;
	call_client_close(signing->seal);
	buffer_clear(&signing->word);
	arena_free(signing->arena);
	free(signing);
}
