/*
 * The ledger role: the only writer. It gathers the questions of all who wait into one turn, commits
 * once, then answers. When: node/pace.h.
 *
 * Order of a receipt: records are durable, then the seal signs the durable root and has the signed
 * checkpoint on disk, and only then does a receipt leave that is made from it. The ledger stores the
 * checkpoint with its next commit; until then the seal remembers it (node/sealing.h). So a receipt
 * never changes.
 */
#include <assert.h>
#include <stdlib.h>

#include "node/chores.h"
#include "node/own_cards.h"
#include "node/ledger_health.h"
#include "node/ledger_home.h"
#include "node/pace.h"
#include "node/question.h"
#include "node/receipt.h"
#include "node/role.h"
#include "node/sealing.h"
#include "node/signing.h"
#include "node/witnessing.h"
#include "sampan/clock.h"

#define TURN_ARENA_BYTES ((size_t)512 * 1024 * 1024)
#define TURN_QUESTIONS 256u
#define TURN_BYTES ((size_t)64 * 1024 * 1024) /* of documents in one commit */
#define RECEIPT_WAIT_MS 1000u
#define TICK_MS 100u
#define SEAL_IDLE_MS 1000u /* after so long without a commit the head is signed in any case */

struct writer {
	struct role *role;
	struct ledger *ledger;
	struct call_server *server;
	struct sealing *sealing;
	struct signing *signing;
	struct witnessing *witnessing;
	struct own_cards *cards;
	struct arena *arena; /* of the turn */
	struct ledger_serve serve;
	struct question_queue reading;  /* need no commit */
	struct question_queue waiting;  /* for the next turn */
	struct question_queue sleeping; /* LEDGER_WAIT: for something new */
	struct question_queue unproven; /* accepted and durable, waiting for the receipt */
	struct pace pace;
	bool turn_is_due;
	bool reading_is_due;
	uint64_t alarm_ms;    /* when on_alarm() is called; PACE_NEVER: not at all */
	struct writer *alarm; /* the alarm's context: its address is nobody else's */
	struct chores chores;
	enum err trouble; /* of the last turn; OK: none */
};

static void run_turn(void *context);

/* ---- When ---- */

static void plan_turn(struct writer *writer)
{
	if (!writer->turn_is_due)
		writer->turn_is_due = loop_idle(writer->role->loop, run_turn, writer) == OK;
}

static void plan(struct writer *writer);

static void on_alarm(void *context)
{
	struct writer *writer = *(struct writer **)context;

	loop_forget(writer->role->loop, context);
	writer->alarm_ms = PACE_NEVER;
	plan(writer);
}

static void plan(struct writer *writer)
{
	uint64_t now_ms = clock_monotonic_ms();
	uint64_t due_ms = pace_due(&writer->pace, writer->unproven.count);

	if (due_ms <= now_ms) {
		plan_turn(writer);
	} else if (due_ms < writer->alarm_ms) {
		loop_forget(writer->role->loop, &writer->alarm);
		if (loop_every(writer->role->loop, due_ms - now_ms, on_alarm, &writer->alarm) == OK)
			writer->alarm_ms = due_ms;
	}
}

static void wait_for_turn(struct writer *writer, enum pace_haste haste)
{
	pace_wait(&writer->pace, haste, clock_monotonic_ms());
	plan(writer);
}

/* ---- Receipts ---- */

/* Answer with the receipt if a signed checkpoint covers the record; false: not yet. */
static bool answer_with_receipt(struct writer *writer, struct question *question)
{
	struct buffer receipt;
	struct bytes note;
	enum err err;

	buffer_init(&receipt, LIMIT_PAYLOAD_BYTES);
	err = sealing_first_covering(writer->sealing, question->record, &note)
		      ? receipt_format_under(writer->ledger, question->record, note, &receipt)
		      : receipt_format(writer->ledger, question->record, &receipt);
	if (err == OK)
		question_answer_kept(question, buffer_bytes(&receipt));
	else if (err != ERR_UNAVAILABLE)
		question_answer(question, err);
	buffer_clear(&receipt);
	return err != ERR_UNAVAILABLE;
}

static void release_proven(struct writer *writer)
{
	uint64_t covered = sealing_signed(writer->sealing);

	for (size_t left = writer->unproven.count; left > 0; left--) {
		struct question *question = question_queue_take(&writer->unproven);

		if (question->record > covered || !answer_with_receipt(writer, question))
			question_queue_put(&writer->unproven, question);
	}
}

/* The seal is away: the acknowledgement stands, the receipt follows. */
static void release_late(struct writer *writer)
{
	uint64_t now_ms = clock_monotonic_ms();

	while (writer->unproven.first != NULL &&
	       now_ms - writer->unproven.first->asked_ms > RECEIPT_WAIT_MS)
		question_answer_kept(question_queue_take(&writer->unproven), (struct bytes){0});
}

/* ---- Those who wait for something new ---- */

static void wake(struct writer *writer, uint64_t size)
{
	for (size_t left = writer->sleeping.count; left > 0; left--) {
		struct question *question = question_queue_take(&writer->sleeping);

		if (question->record >= size) {
			question_queue_put(&writer->sleeping, question);
			continue;
		}
		pack_u64(&question->served.answer, size);
		question_answer(question, OK);
	}
}

static void sleep_until_new(struct writer *writer, struct question *question)
{
	struct unpack from;
	struct hash root;
	uint64_t size = 0;

	unpack_init(&from, question->body);
	question->record = unpack_u64(&from);
	if (unpack_end(&from) != OK) {
		question_answer(question, ERR_FORMAT);
		return;
	}
	question_queue_put(&writer->sleeping, question);
	if (ledger_head(writer->ledger, &size, &root) == OK)
		wake(writer, size);
}

/* ---- The turn ---- */

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
}

static void serve_waiting(struct writer *writer, const struct turn *turn,
			  struct question_queue *served)
{
	size_t bytes = 0;

	while (writer->waiting.first != NULL && served->count < TURN_QUESTIONS &&
	       bytes < TURN_BYTES) {
		struct question *question = question_queue_take(&writer->waiting);

		bytes += question->body.len;
		serve_one(writer, turn, question);
		question_queue_put(served, question);
	}
}

/* Everything that one commit holds. On error nothing of it is there. */
static enum err gather(struct writer *writer, struct turn *turn, struct question_queue *served)
{
	struct question *question;
	enum err err = ledger_begin(writer->ledger, &turn->batch);

	if (err != OK) {
		while ((question = question_queue_take(&writer->waiting)) != NULL)
			question_queue_put(served, question);
		return err;
	}
	sealing_put(writer->sealing, turn->batch);
	signing_put(writer->signing, turn);
	own_cards_put(writer->cards, turn);
	witnessing_put(writer->witnessing, turn);
	serve_waiting(writer, turn, served);
	chores_do(&writer->chores, turn);
	if (batch_count(turn->batch) == 0) {
		ledger_drop(writer->ledger, turn->batch);
		return OK;
	}
	if ((err = ledger_commit(writer->ledger, turn->batch)) == OK)
		sealing_committed(writer->sealing);
	return err;
}

static void answer_turn(struct writer *writer, struct question_queue *served, enum err committed)
{
	struct question *question;

	while ((question = question_queue_take(served)) != NULL) {
		enum err err = committed != OK ? committed : question->err;

		if (err == OK && question->served.wants_receipt &&
		    (err = question_keep(question)) == OK)
			question_queue_put(&writer->unproven, question);
		else
			question_answer(question, err);
	}
}

/* What was handed out in a turn that failed never arrived, so it is handed out again. */
static void note_trouble(struct writer *writer, enum err err)
{
	if (err != OK) {
		writer->serve.incarnation = 0;
		chores_failed(&writer->chores);
	}
	if (err == OK && writer->trouble != OK)
		role_log(writer->role, "info", "committed-again", "after=%s",
			 err_name(writer->trouble));
	if (err_is_news(&writer->trouble, err))
		role_log(writer->role, "error", "not-committed", "err=%s", err_name(err));
}

/* Ask the seal for what somebody waits for. */
static void step_seal(struct writer *writer)
{
	signing_step(writer->signing, writer->sealing);
	sealing_step(writer->sealing,
		     writer->unproven.first != NULL || signing_is_waiting(writer->signing));
	own_cards_step(writer->cards);
}

static void run_turn(void *context)
{
	struct writer *writer = context;
	struct turn turn = {.config = writer->role->config,
			    .ledger = writer->ledger,
			    .arena = writer->arena,
			    .now_ms = clock_now_ms(),
			    .memory = chores_memory(&writer->chores)};
	struct question_queue served;
	struct hash root;
	uint64_t before = 0, after = 0;
	enum err err;

	writer->turn_is_due = false;
	question_queue_init(&served);
	pace_begin(&writer->pace, clock_monotonic_ms());
	(void)ledger_head(writer->ledger, &before, &root);
	err = gather(writer, &turn, &served);
	note_trouble(writer, err);
	answer_turn(writer, &served, err);
	witnessing_committed(writer->witnessing, err);
	step_seal(writer);
	release_proven(writer);
	(void)ledger_head(writer->ledger, &after, &root);
	if (after > before)
		wake(writer, after);
	/* what is more than a turn holds is followed by another; what failed by the tick's */
	if (err == OK && (writer->waiting.first != NULL || chores_has_more(&writer->chores)))
		plan_turn(writer);
	arena_clear(writer->arena);
}

/* What only reads sees what is durable, and waits for no commit. */
static void run_reading(void *context)
{
	struct writer *writer = context;
	struct turn turn = {.config = writer->role->config,
			    .ledger = writer->ledger,
			    .arena = writer->arena,
			    .now_ms = clock_now_ms()};
	enum err err = ledger_begin(writer->ledger, &turn.batch);
	struct question *question;

	writer->reading_is_due = false;
	while ((question = question_queue_take(&writer->reading)) != NULL) {
		if (err == OK)
			serve_one(writer, &turn, question);
		assert(err != OK || batch_count(turn.batch) == 0);
		question_answer(question, err == OK ? question->err : err);
	}
	ledger_drop(writer->ledger, turn.batch);
	arena_clear(writer->arena);
}

static void on_note(void *context)
{
	struct writer *writer = context;

	release_proven(writer);
	step_seal(writer);
	if (sealing_has_note(writer->sealing))
		wait_for_turn(writer, PACE_BACKGROUND);
}

static void on_word(void *context)
{
	wait_for_turn(context, PACE_BACKGROUND);
}

static bool is_head_due(const struct writer *writer)
{
	struct hash root;
	uint64_t size = 0;

	return clock_monotonic_ms() - writer->pace.began_ms >= SEAL_IDLE_MS &&
	       ledger_head(writer->ledger, &size, &root) == OK &&
	       size > sealing_signed(writer->sealing);
}

/* Whatever was left undone is tried again. */
static void on_tick(void *context)
{
	struct writer *writer = context;

	release_late(writer);
	step_seal(writer);
	if (is_head_due(writer))
		sealing_step(writer->sealing, true);
	if (writer->trouble != OK || !chores_is_done(&writer->chores) ||
	    writer->waiting.first != NULL)
		plan_turn(writer);
}

/* Asked when something is wrong: it must not wait for a commit. */
static void answer_health(struct writer *writer, struct call_ticket *ticket)
{
	const struct config *config = writer->role->config;
	const char *folder = arena_format(writer->arena, "%s/ledger", config->directory);
	struct health_ledger health;
	struct buffer answer;
	enum err err = ERR_MEMORY;

	buffer_init(&answer, LIMIT_RECORD_BYTES);
	if (folder != NULL)
		err = ledger_health_read(writer->ledger, folder, writer->arena, &health);
	if (err == OK) {
		health.signed_size = sealing_covered(writer->sealing);
		health.trouble = writer->trouble;
		health.max_bytes = config->map_bytes;
		health_pack_ledger(&answer, &health);
		err = buffer_error(&answer);
	}
	call_answer(ticket, err, err == OK ? buffer_bytes(&answer) : (struct bytes){0});
	buffer_clear(&answer);
	arena_clear(writer->arena);
}

static void on_question(void *context, uint16_t operation, struct bytes body,
			struct call_ticket *ticket)
{
	struct writer *writer = context;
	struct question *question;

	if (operation == LEDGER_HEALTH) {
		answer_health(writer, ticket);
		return;
	}
	if (operation == LEDGER_WITNESS) {
		witnessing_ask(writer->witnessing, body, ticket);
		return;
	}
	question = question_new(operation, body, ticket, clock_monotonic_ms());
	if (question == NULL) {
		call_answer(ticket, ERR_MEMORY, (struct bytes){0});
	} else if (operation == LEDGER_WAIT) {
		sleep_until_new(writer, question);
	} else if (question_haste(operation) == PACE_NOW) {
		question_queue_put(&writer->reading, question);
		if (!writer->reading_is_due)
			writer->reading_is_due =
				loop_idle(writer->role->loop, run_reading, writer) == OK;
	} else {
		question_queue_put(&writer->waiting, question);
		wait_for_turn(writer, question_haste(operation));
	}
}

/* ---- Opening and closing ---- */

static enum err open_ledger(struct writer *writer)
{
	struct role *role = writer->role;
	enum err err = ledger_home_open(role->config, role->arena, &writer->ledger);

	if (err == ERR_CONFIG)
		role_log(role, "error", "ledger-is-a-copy", "folder=%s/ledger",
			 role->config->directory);
	return err;
}

static enum err open_ends(struct writer *writer)
{
	struct role *role = writer->role;
	const char *endpoint = role_endpoint(role->config, "ledger", role->arena);
	enum err err;

	if (endpoint == NULL)
		return ERR_MEMORY;
	if ((err = sealing_open(role, writer->ledger, on_note, writer, &writer->sealing)) != OK ||
	    (err = signing_open(role, writer->ledger, on_word, writer, &writer->signing)) != OK ||
	    (err = witnessing_open(role, writer->ledger, on_word, writer, &writer->witnessing)) !=
		    OK ||
	    (err = own_cards_open(role, on_word, writer, &writer->cards)) != OK ||
	    (err = call_server_open(role->loop, endpoint, on_question, writer, &writer->server)) !=
		    OK)
		return err;
	return loop_every(role->loop, TICK_MS, on_tick, writer);
}

static void close_role(struct role *role)
{
	struct writer *writer = role->state;

	if (writer == NULL)
		return;
	question_queue_clear(&writer->reading);
	question_queue_clear(&writer->waiting);
	question_queue_clear(&writer->sleeping);
	question_queue_clear(&writer->unproven);
	call_server_close(writer->server); /* frees the tickets */
	own_cards_close(writer->cards);
	witnessing_close(writer->witnessing);
	signing_close(writer->signing);
	sealing_close(writer->sealing);
	ledger_close(writer->ledger);
	chores_clear(&writer->chores);
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
	writer->chores.role = role;
	writer->alarm = writer;
	writer->alarm_ms = PACE_NEVER;
	question_queue_init(&writer->reading);
	question_queue_init(&writer->waiting);
	question_queue_init(&writer->sleeping);
	question_queue_init(&writer->unproven);
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
