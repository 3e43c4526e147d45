#include "node/signing.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "messages/signature_write.h"
#include "node/anew.h"
#include "node/call.h"
#include "node/outcome.h"
#include "node/seal.h"
#include "sampan/clock.h"

#define SEAL_SILENCE_MS 10000u
#define ARENA_BYTES ((size_t)64 * 1024 * 1024)
#define ASIDES 64u
#define ASIDE_MS 10000u
#define QUESTION_BYTES ((size_t)32 * 1024 * 1024)
#define ANSWER_BYTES ((size_t)SEAL_DOCUMENTS_MAX * (SIGNATURE_WRITE_BYTES + 4) + 4)

/* A document that is being signed. */
struct shown {
	uint64_t delivery;
	uint64_t output; /* the record that was shown */
};

/* What is wrong with it is told, and it is tried again later. */
struct aside {
	uint64_t delivery;
	uint64_t until_ms;
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
	struct aside asides[ASIDES];
	size_t aside_count; /* ever */
	bool is_asking;
	bool is_waiting;    /* a document waits for a checkpoint over it */
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

/* ---- What went wrong is left aside for a while, so that it holds up nothing else ---- */

static void put_aside(struct signing *signing, const char *event, uint64_t delivery, enum err err)
{
	role_log(signing->role, "error", event, "delivery=%llu err=%s",
		 (unsigned long long)delivery, err_name(err));
	signing->asides[signing->aside_count++ % ASIDES] =
		(struct aside){delivery, clock_monotonic_ms() + ASIDE_MS};
}

static bool is_aside(const struct signing *signing, uint64_t delivery)
{
	for (size_t i = 0; i < ASIDES; i++)
		if (signing->asides[i].delivery == delivery &&
		    clock_monotonic_ms() < signing->asides[i].until_ms)
			return true;
	return false;
}

/* ---- Showing ---- */

struct showing {
	struct turn turn;
	uint64_t covered;
	struct buffer documents;
};

/* Durable, and covered by a checkpoint: put it among the documents. */
static enum err show(struct signing *signing, struct showing *showing, uint64_t number)
{
	struct seal_document document;
	struct delivery delivery;
	enum err err = delivery_load(&showing->turn, number, &delivery);

	if (err != OK || delivery.stage != STAGE_SIGN)
		return err;
	if (delivery.output_record > showing->covered) {
		signing->is_waiting = true;
		return OK;
	}
	if ((err = ledger_record(signing->ledger, delivery.output_record, showing->turn.arena, NULL,
				 &document.leaf)) != OK ||
	    (err = ledger_prove_inclusion(
		     signing->ledger, delivery.output_record,
		     showing->covered - ledger_base(signing->ledger, ledger_epoch(signing->ledger)),
		     &document.proof)) != OK)
		return err;
	seal_pack_document(&showing->documents, &document);
	signing->shown[signing->count++] =
		(struct shown){.delivery = number, .output = delivery.output_record};
	return buffer_error(&showing->documents);
}

static enum err show_each(struct signing *signing, struct showing *showing, const uint64_t *numbers,
			  size_t count)
{
	for (size_t i = 0; i < count && signing->count < SEAL_DOCUMENTS_MAX; i++) {
		enum err err =
			is_aside(signing, numbers[i]) ? OK : show(signing, showing, numbers[i]);

		if (buffer_error(&showing->documents) != OK)
			return buffer_error(&showing->documents);
		if (err != OK)
			put_aside(signing, "document-not-shown", numbers[i], err);
	}
	return OK;
}

/* The whole queue is looked through, so that what is aside at its head starves nobody. */
static enum err show_waiting(struct signing *signing, struct showing *showing)
{
	struct turn_key from = delivery_queue(STAGE_SIGN, ""), until = turn_key_after(&from);
	uint64_t numbers[SEAL_DOCUMENTS_MAX];
	size_t count = SEAL_DOCUMENTS_MAX;
	enum err err = OK;

	while (err == OK && count == SEAL_DOCUMENTS_MAX && signing->count < SEAL_DOCUMENTS_MAX) {
		err = turn_scan(&showing->turn, &from, &until, numbers, SEAL_DOCUMENTS_MAX, &count);
		if (err == OK)
			err = show_each(signing, showing, numbers, count);
		if (count > 0) {
			from = delivery_queue(STAGE_SIGN, "");
			turn_key_add_number(&from, numbers[count - 1] + 1);
		}
	}
	return err;
}

static enum err pack_shown(struct signing *signing, const struct showing *showing,
			   const struct sealing *sealing, struct buffer *question)
{
	struct bytes note;
	enum err err = sealing_newest(sealing, showing->turn.arena, &note);

	if (err != OK)
		return err;
	seal_pack_documents(question, note, signing->count);
	buffer_put(question, buffer_bytes(&showing->documents));
	return buffer_error(question);
}

static void ask_to_sign(struct signing *signing, const struct sealing *sealing)
{
	struct showing showing = {.turn = {.config = signing->role->config,
					   .ledger = signing->ledger,
					   .arena = signing->arena},
				  .covered = sealing_signed(sealing)};
	struct buffer question;
	enum err err;

	buffer_init(&question, QUESTION_BYTES);
	buffer_init(&showing.documents, QUESTION_BYTES);
	signing->count = 0;
	signing->is_waiting = false;
	err = show_waiting(signing, &showing);
	if (err == OK && signing->count > 0 &&
	    (err = pack_shown(signing, &showing, sealing, &question)) == OK)
		signing->is_asking = call_ask(signing->seal, SEAL_DOCUMENTS,
					      buffer_bytes(&question), on_signed, signing) == OK;
	if (err != OK)
		complain(signing, "documents-not-shown", err);
	buffer_clear(&question);
	buffer_clear(&showing.documents);
	arena_clear(signing->arena);
}

void signing_step(struct signing *signing, const struct sealing *sealing)
{
	if (signing->is_asking || signing->word.len > 0)
		return;
	if (!signing->knows_keys)
		signing->is_asking = call_ask(signing->seal, SEAL_KEYS, (struct bytes){0}, on_keys,
					      signing) == OK;
	else
		ask_to_sign(signing, sealing);
}

bool signing_is_waiting(const struct signing *signing)
{
	return signing->is_waiting;
}

/* ---- Recording ---- */

/* One key as the seal says it. */
struct signer {
	const char *certificate; /* SHA-256 */
	const char *from;
	const char *until;
	struct bytes der;
};

static enum err record_key(const struct turn *turn, const struct signer *signer,
			   uint64_t *ret_number)
{
	const char *attributes[] = {"key",  "document",   "certificate", signer->certificate,
				    "from", signer->from, "until",       signer->until,
				    NULL};
	struct message_event event = {.event = "KeyRotated",
				      .actor = "node",
				      .attributes = attributes,
				      .payload_role = {"certificate"},
				      .payload = {signer->der}};

	return message_record(turn, 0, &event, ret_number);
}

/* What is on record already is said once in each epoch; the record's number stands behind it. */
static enum err put_key(const struct turn *turn, const struct signer *signer)
{
	const char *now = arena_format(turn->arena, "%s %s ", signer->from, signer->until);
	uint64_t epoch = ledger_epoch(turn->ledger), number = 0;
	struct turn_key key;
	struct hash hash;
	struct bytes known;
	enum err err;

	if (now == NULL)
		return ERR_MEMORY;
	if (!hash_parse_hex(signer->certificate, &hash))
		return ERR_FORMAT;
	err = anew_find(turn, SPACE_SIGNER, &hash, epoch, &known, &number);
	if (err == OK && bytes_has_prefix(known, bytes_of_text(now)))
		return OK;
	if (err != OK && err != ERR_MISSING)
		return err;
	if ((err = record_key(turn, signer, &number)) != OK)
		return err;
	key = anew_key(turn, SPACE_SIGNER, &hash, epoch);
	now = arena_format(turn->arena, "%s%" PRIu64, now, number);
	return now == NULL ? ERR_MEMORY
			   : batch_put(turn->batch, turn_key_bytes(&key), bytes_of_text(now));
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

/* What one document comes to does not touch the others. */
static void put_signature(struct signing *signing, const struct turn *turn,
			  const struct shown *shown, struct bytes signature)
{
	size_t mark = batch_mark(turn->batch);
	enum err err = outcome_signed(turn, shown->delivery, shown->output, signature);

	if (err == OK)
		return;
	batch_rewind(turn->batch, mark);
	put_aside(signing, "signature-not-put", shown->delivery, err);
}

static enum err put_signatures(struct signing *signing, const struct turn *turn)
{
	struct unpack from;

	unpack_init(&from, buffer_bytes(&signing->word));
	if (unpack_count(&from, 4) != signing->count)
		return ERR_FORMAT;
	for (size_t i = 0; i < signing->count; i++) {
		struct bytes signature = unpack_bytes(&from);

		if (from.failed)
			return ERR_FORMAT;
		put_signature(signing, turn, &signing->shown[i], signature);
	}
	return unpack_end(&from);
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

/* Documents wait in their queue as before. */
void signing_failed(struct signing *signing)
{
	signing->knows_keys = false;
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
