/*
 * The ledger role: the only writer. It gathers the questions of all who wait into one turn, commits
 * once, then answers.
 *
 * Order of a receipt: records are durable, then the seal signs the durable root, then the signed
 * checkpoint is durable (with the next turn's records, if any wait), and only then does a receipt
 * leave that is made from it. So a receipt never changes.
 */
#include <stdlib.h>
#include <string.h>

#include "node/call.h"
#include "node/desk.h"
#include "node/ledger_serve.h"
#include "node/receipt.h"
#include "node/role.h"
#include "node/seal.h"
#include "sampan/clock.h"

#define TURN_ARENA_BYTES ((size_t)512 * 1024 * 1024)
#define TURN_QUESTIONS 256u
#define TURN_BYTES ((size_t)64 * 1024 * 1024) /* of documents in one commit */
#define TURN_REGISTRATIONS 256u
#define RECEIPT_WAIT_MS 1000u
#define SEAL_SILENCE_MS 5000u

struct question {
	struct question *next;
	struct call_ticket *ticket;
	uint16_t operation;
	struct bytes body; /* behind the struct */
	/* filled by the turn */
	enum err err;
	bool was_served;
	struct ledger_served served;
	uint64_t asked_ms;
	uint64_t record;        /* whose receipt the answer waits for */
	struct buffer findings; /* packed, while it waits */
	char id[MESSAGE_ID_BYTES];
	char state[64];
};

struct list {
	struct question *first;
	struct question **last;
	size_t count;
};

struct writer {
	struct role *role;
	struct ledger *ledger;
	struct call_server *server;
	struct call_client *seal;
	struct arena *arena; /* of the turn */
	struct ledger_serve serve;
	struct list waiting;  /* for the next turn */
	struct list sleeping; /* LEDGER_WAIT: for something new */
	struct list unproven; /* accepted and durable, waiting for the receipt */
	bool turn_is_due;
	bool knows_seal;         /* what the seal signed last is known */
	bool is_signing;
	uint64_t signed_size;    /* covered by the newest durable checkpoint */
	uint64_t note_size;      /* of the note that waits to be stored; 0: none */
	struct buffer note;
};

static void list_init(struct list *list)
{
	*list = (struct list){.last = &list->first};
}

static void list_put(struct list *list, struct question *question)
{
	question->next = NULL;
	*list->last = question;
	list->last = &question->next;
	list->count++;
}

static struct question *list_take(struct list *list)
{
	struct question *question = list->first;

	if (question == NULL)
		return NULL;
	list->first = question->next;
	if (list->first == NULL)
		list->last = &list->first;
	list->count--;
	return question;
}

static void question_free(struct question *question)
{
	buffer_clear(&question->served.answer);
	buffer_clear(&question->findings);
	free(question);
}

static void answer(struct question *question, enum err err)
{
	struct bytes body = buffer_bytes(&question->served.answer);

	call_answer(question->ticket, err, err == OK ? body : (struct bytes){0});
	question_free(question);
}

static void plan_turn(struct writer *writer);

/* ---- Receipts ---- */

static struct turn turn_of(struct writer *writer)
{
	return (struct turn){.config = writer->role->config,
			     .ledger = writer->ledger,
			     .arena = writer->arena,
			     .now_ms = clock_now_ms()};
}

static void answer_acceptance(struct question *question, struct bytes receipt)
{
	struct buffer *to = &question->served.answer;

	buffer_reset(to);
	pack_u8(to, (uint8_t)question->served.intake.verdict);
	pack_text(to, question->id);
	pack_text(to, question->state);
	pack_bytes(to, buffer_bytes(&question->findings));
	pack_bytes(to, receipt);
	answer(question, buffer_error(to));
}

/* Answer with the receipt if a durable checkpoint covers the record; false: not yet. */
static bool answer_with_receipt(struct writer *writer, struct question *question)
{
	struct buffer receipt;
	enum err err;

	buffer_init(&receipt, LIMIT_PAYLOAD_BYTES);
	err = receipt_format(writer->ledger, question->record, &receipt);
	if (err == OK)
		answer_acceptance(question, buffer_bytes(&receipt));
	else if (err != ERR_UNAVAILABLE)
		answer(question, err);
	buffer_clear(&receipt);
	return err != ERR_UNAVAILABLE;
}

static void release_proven(struct writer *writer)
{
	struct list still;
	struct question *question;

	list_init(&still);
	while ((question = list_take(&writer->unproven)) != NULL)
		if (question->record > writer->signed_size || !answer_with_receipt(writer, question))
			list_put(&still, question);
	list_init(&writer->unproven);
	while ((question = list_take(&still)) != NULL)
		list_put(&writer->unproven, question);
}

/* The seal is away: the acknowledgement stands, the receipt follows. */
static void release_late(void *context)
{
	struct writer *writer = context;
	uint64_t now_ms = clock_monotonic_ms();
	struct question *question;

	while ((question = writer->unproven.first) != NULL &&
	       now_ms - question->asked_ms > RECEIPT_WAIT_MS)
		answer_acceptance(list_take(&writer->unproven), (struct bytes){0});
}

/* ---- The seal ---- */

static void on_signed(void *context, enum err err, struct bytes note)
{
	struct writer *writer = context;
	struct checkpoint checkpoint;

	writer->is_signing = false;
	if (err == OK)
		err = checkpoint_parse(note, &checkpoint);
	if (err != OK) {
		/* it may have signed all the same, and the answer was lost: ask what it signed last */
		writer->knows_seal = false;
		if (err != ERR_UNAVAILABLE)
			role_log(writer->role, "warn", "checkpoint-not-signed", "err=%s", err_name(err));
		return;
	}
	buffer_reset(&writer->note);
	buffer_put(&writer->note, note);
	writer->note_size = checkpoint.size;
	plan_turn(writer);
}

static void sign_head(struct writer *writer)
{
	struct seal_sign sign = {.older = writer->signed_size};
	struct buffer body;
	enum err err;

	if (!writer->knows_seal || writer->is_signing || writer->note_size != 0)
		return;
	err = ledger_head(writer->ledger, &sign.checkpoint.size, &sign.checkpoint.root);
	if (err != OK || sign.checkpoint.size <= writer->signed_size)
		return;
	(void)strncpy(sign.checkpoint.origin, ledger_origin(writer->ledger),
		      CHECKPOINT_ORIGIN_BYTES - 1);
	if (sign.older > 0)
		err = ledger_prove_consistency(writer->ledger, sign.older, sign.checkpoint.size,
					       &sign.proof);
	buffer_init(&body, LIMIT_RECORD_BYTES);
	seal_pack_sign(&body, &sign);
	if (err == OK)
		err = buffer_error(&body);
	if (err == OK)
		err = call_ask(writer->seal, SEAL_SIGN, buffer_bytes(&body), on_signed, writer);
	writer->is_signing = err == OK;
	buffer_clear(&body);
}

static void on_last(void *context, enum err err, struct bytes note)
{
	struct writer *writer = context;
	struct checkpoint checkpoint = {.size = 0};
	struct hash root;
	uint64_t size;

	writer->is_signing = false;
	if (err == OK)
		err = checkpoint_parse(note, &checkpoint);
	if (err != OK && err != ERR_MISSING)
		return;
	if (ledger_head(writer->ledger, &size, &root) != OK)
		return;
	if (checkpoint.size > size) {
		role_log(writer->role, "error", "ledger-older-than-seal",
			 "signed=%llu records=%llu", (unsigned long long)checkpoint.size,
			 (unsigned long long)size);
		return; /* rolled back: nothing is signed until an operator speaks */
	}
	writer->knows_seal = true;
	if (checkpoint.size > writer->signed_size)
		on_signed(writer, OK, note);
	else
		sign_head(writer);
}

/* Ask again whatever an unanswered question left open. */
static void on_tick(void *context)
{
	struct writer *writer = context;

	release_late(writer);
	if (writer->is_signing)
		return;
	if (writer->knows_seal)
		sign_head(writer);
	else
		writer->is_signing = call_ask(writer->seal, SEAL_LAST, (struct bytes){0}, on_last,
					      writer) == OK;
}

/* ---- The turn ---- */

static void wake(struct writer *writer, uint64_t size)
{
	struct list still;
	struct question *question;

	list_init(&still);
	while ((question = list_take(&writer->sleeping)) != NULL) {
		if (question->record >= size) {
			list_put(&still, question);
			continue;
		}
		buffer_reset(&question->served.answer);
		pack_u64(&question->served.answer, size);
		answer(question, OK);
	}
	list_init(&writer->sleeping);
	while ((question = list_take(&still)) != NULL)
		list_put(&writer->sleeping, question);
}

static void keep_for_receipt(struct writer *writer, struct question *question)
{
	const struct ledger_served *served = &question->served;

	question->record = served->intake.message;
	(void)strncpy(question->id, served->intake.id, sizeof(question->id) - 1);
	(void)strncpy(question->state, served->intake.state, sizeof(question->state) - 1);
	buffer_init(&question->findings, LIMIT_CALL_BYTES);
	findings_pack(&question->findings, &served->findings);
	list_put(&writer->unproven, question);
}

static void serve_one(struct writer *writer, const struct turn *turn, struct question *question)
{
	size_t mark = batch_mark(turn->batch);
	enum err err = ledger_serve(&writer->serve, turn, question->operation, question->body,
				    &question->served);

	if (err == OK)
		err = buffer_error(&question->served.answer);
	if (err != OK)
		batch_rewind(turn->batch, mark);
	question->err = err;
	question->was_served = true;
}

struct registrations {
	uint64_t numbers[TURN_REGISTRATIONS];
	size_t count;
};

static bool collect_registration(void *context, struct bytes key, struct bytes value)
{
	struct registrations *registrations = context;

	(void)value;
	if (key.len >= 9)
		registrations->numbers[registrations->count++] =
			bytes_get_u64(key.at + key.len - 8);
	return registrations->count < TURN_REGISTRATIONS;
}

/* The built-in desk works through what earlier turns left for it. */
static void register_waiting(struct writer *writer, const struct turn *turn)
{
	struct turn_key from = delivery_queue(STAGE_REGISTER, ""), until = turn_key_after(&from);
	struct registrations registrations = {.count = 0};
	enum err err = ledger_scan(turn->ledger, turn_key_bytes(&from), turn_key_bytes(&until),
				   false, collect_registration, &registrations);

	for (size_t i = 0; err == OK && i < registrations.count; i++) {
		size_t mark = batch_mark(turn->batch);

		err = desk_register(turn, registrations.numbers[i]);
		if (err == OK)
			continue;
		batch_rewind(turn->batch, mark);
		role_log(writer->role, "error", "not-registered", "message=%llu err=%s",
			 (unsigned long long)registrations.numbers[i], err_name(err));
	}
}

static void answer_turn(struct writer *writer, struct list *turn, enum err committed)
{
	struct question *question;

	while ((question = list_take(turn)) != NULL) {
		enum err err = committed != OK ? committed : question->err;

		if (err == OK && question->served.wants_receipt)
			keep_for_receipt(writer, question);
		else
			answer(question, err);
	}
}

static enum err gather(struct writer *writer, struct turn *turn, struct list *served)
{
	size_t bytes = 0;
	enum err err = ledger_begin(writer->ledger, &turn->batch);

	if (err != OK)
		return err;
	if (writer->note_size != 0 &&
	    (err = batch_put_checkpoint(turn->batch, writer->note_size,
					buffer_bytes(&writer->note))) != OK)
		goto out;
	register_waiting(writer, turn);
	while (writer->waiting.first != NULL && served->count < TURN_QUESTIONS && bytes < TURN_BYTES) {
		struct question *question = list_take(&writer->waiting);

		bytes += question->body.len;
		serve_one(writer, turn, question);
		list_put(served, question);
	}
	if (batch_count(turn->batch) > 0)
		return ledger_commit(writer->ledger, turn->batch);
out:
	ledger_drop(writer->ledger, turn->batch);
	return err;
}

static void run_turn(void *context)
{
	struct writer *writer = context;
	struct turn turn = turn_of(writer);
	struct list served;
	struct hash root;
	uint64_t before = 0, after = 0;
	enum err err;

	writer->turn_is_due = false;
	list_init(&served);
	(void)ledger_head(writer->ledger, &before, &root);
	err = gather(writer, &turn, &served);
	if (err != OK) {
		role_log(writer->role, "error", "not-committed", "err=%s", err_name(err));
		writer->serve.incarnation = 0; /* what was handed out in this turn never arrived */
	} else if (writer->note_size != 0) {
		writer->signed_size = writer->note_size;
		writer->note_size = 0;
	}
	answer_turn(writer, &served, err);
	release_proven(writer);
	(void)ledger_head(writer->ledger, &after, &root);
	if (after > before)
		wake(writer, after);
	sign_head(writer);
	/* a turn that left registrations, or more questions than fit, is followed by another */
	if (err == OK && (writer->waiting.first != NULL || after > before))
		plan_turn(writer);
	arena_clear(writer->arena);
}

static void plan_turn(struct writer *writer)
{
	if (!writer->turn_is_due)
		writer->turn_is_due = loop_idle(writer->role->loop, run_turn, writer) == OK;
}

static struct question *question_new(uint16_t operation, struct bytes body,
				     struct call_ticket *ticket)
{
	struct question *question = malloc(sizeof(*question) + body.len);

	if (question == NULL)
		return NULL;
	*question = (struct question){.ticket = ticket, .operation = operation};
	question->asked_ms = clock_monotonic_ms();
	question->body = bytes_of(question + 1, body.len);
	if (body.len > 0)
		memcpy(question + 1, body.at, body.len);
	buffer_init(&question->served.answer, LIMIT_CALL_BYTES);
	return question;
}

static void sleep_until_new(struct writer *writer, struct question *question)
{
	struct unpack from;
	struct hash root;
	uint64_t size = 0;

	unpack_init(&from, question->body);
	question->record = unpack_u64(&from);
	if (unpack_end(&from) != OK) {
		answer(question, ERR_FORMAT);
		return;
	}
	list_put(&writer->sleeping, question);
	if (ledger_head(writer->ledger, &size, &root) == OK)
		wake(writer, size);
}

static void on_question(void *context, uint16_t operation, struct bytes body,
			struct call_ticket *ticket)
{
	struct writer *writer = context;
	struct question *question = question_new(operation, body, ticket);

	if (question == NULL) {
		call_answer(ticket, ERR_MEMORY, (struct bytes){0});
	} else if (operation == LEDGER_WAIT) {
		sleep_until_new(writer, question);
	} else {
		list_put(&writer->waiting, question);
		plan_turn(writer);
	}
}

/* ---- Opening and closing ---- */

static enum err open_ledger(struct writer *writer)
{
	const struct config *config = writer->role->config;
	const char *folder = arena_format(writer->role->arena, "%s/ledger", config->directory);
	struct checkpoint checkpoint;
	struct engine *engine;
	struct bytes note;
	enum err err;

	if (folder == NULL)
		return ERR_MEMORY;
	if ((err = engine_lmdb_open(folder, config->map_bytes, false, &engine)) != OK ||
	    (err = ledger_open(engine, config->name, false, &writer->ledger)) != OK)
		return err;
	err = ledger_checkpoint_last(writer->ledger, writer->arena, &note);
	if (err == OK && (err = checkpoint_parse(note, &checkpoint)) == OK)
		writer->signed_size = checkpoint.size;
	return err == ERR_MISSING ? OK : err;
}

static enum err open_ends(struct writer *writer)
{
	struct role *role = writer->role;
	const char *own = role_endpoint(role->config, "ledger", role->arena);
	const char *seal = role_endpoint(role->config, "seal", role->arena);
	enum err err;

	if (own == NULL || seal == NULL)
		return ERR_MEMORY;
	if ((err = call_client_open(role->loop, seal, SEAL_SILENCE_MS, &writer->seal)) != OK ||
	    (err = call_server_open(role->loop, own, on_question, writer, &writer->server)) != OK)
		return err;
	return loop_every(role->loop, 100, on_tick, writer);
}

static void close_role(struct role *role)
{
	struct writer *writer = role->state;
	struct list *lists[3];
	struct question *question;

	if (writer == NULL)
		return;
	lists[0] = &writer->waiting;
	lists[1] = &writer->sleeping;
	lists[2] = &writer->unproven;
	for (size_t i = 0; i < 3; i++)
		while ((question = list_take(lists[i])) != NULL)
			question_free(question); /* the server frees the tickets */
	call_server_close(writer->server);
	call_client_close(writer->seal);
	ledger_close(writer->ledger);
	buffer_clear(&writer->note);
	arena_free(writer->arena);
	free(writer);
	role->state = NULL;
}

static enum err open_role(struct role *role)
{
	struct writer *writer = calloc(1, sizeof(*writer));
	enum err err;

	if (writer == NULL)
		return ERR_MEMORY;
	role->state = writer;
	writer->role = role;
	list_init(&writer->waiting);
	list_init(&writer->sleeping);
	list_init(&writer->unproven);
	buffer_init(&writer->note, CHECKPOINT_MAX_BYTES);
	writer->arena = arena_new(TURN_ARENA_BYTES);
	if (writer->arena == NULL)
		return ERR_MEMORY;
	if ((err = open_ledger(writer)) != OK || (err = open_ends(writer)) != OK)
		return err;
	plan_turn(writer); /* what the last run left for the desk */
	return OK;
}

const struct role_table role_ledger = {
	.name = "ledger",
	.open = open_role,
	.close = close_role,
	.may = ROLE_MAY_LEDGER,
};
