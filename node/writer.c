#include "node/writer.h"

#include <stdlib.h>

#include "sampan/clock.h"

#define TURN_ARENA_BYTES ((size_t)512 * 1024 * 1024)
#define TURN_QUESTIONS 256u
#define EARLY_QUESTIONS 8u
#define AT_ONCE \
	8u /* receipts that are begun, and half as many payloads packed, before anything else is looked at */
#define TURN_BYTES ((size_t)64 * 1024 * 1024) /* of documents in one commit */
#define TURN_TIME_MS 100u /* records of one turn have the same time, unless it stays open longer */

static void run_turn(void *context);
static void run_reading(void *context);
static void serve_early(void *context);

/* ---- When ---- */

/* Who waits for the answer of what is committed or being so. */
static size_t under_way(const struct writer *writer)
{
	return writer->flying.count + awaited_count(&writer->awaited);
}

/* What must be done anyway, and may be while others are waited for. */
static void begin_receipts(void *context)
{
	struct writer *writer = context;

	writer->receipts_are_due = awaited_begin(&writer->awaited, AT_ONCE) &&
				   loop_idle(writer->role->loop, begin_receipts, writer) == OK;
}

static void plan_receipts(struct writer *writer)
{
	if (!writer->receipts_are_due && awaited_count(&writer->awaited) >= PACE_MANY)
		writer->receipts_are_due =
			loop_idle(writer->role->loop, begin_receipts, writer) == OK;
}

static void pack_early(void *context)
{
	struct writer *writer = context;

	writer->packing_is_due = writer->is_flying && writer->turn.batch != NULL &&
				 batch_pack(writer->turn.batch, AT_ONCE / 2) &&
				 loop_idle(writer->role->loop, pack_early, writer) == OK;
}

static void plan_packing(struct writer *writer)
{
	if (!writer->packing_is_due)
		writer->packing_is_due = loop_idle(writer->role->loop, pack_early, writer) == OK;
}

static void plan_early(struct writer *writer)
{
	if (!writer->early_is_due && writer->waiting.first != NULL)
		writer->early_is_due = loop_idle(writer->role->loop, serve_early, writer) == OK;
}

void writer_plan_turn(struct writer *writer)
{
	if (!writer->turn_is_due)
		writer->turn_is_due = loop_idle(writer->role->loop, run_turn, writer) == OK;
}

static void on_alarm(void *context)
{
	struct writer *writer = *(struct writer **)context;

	loop_forget(writer->role->loop, context);
	writer->alarm_ms = PACE_NEVER;
	writer_plan(writer);
}

void writer_plan(struct writer *writer)
{
	uint64_t now_ms = clock_monotonic_ms();
	uint64_t due_ms = pace_due(&writer->pace, awaited_count(&writer->awaited));

	if (writer->is_flying) {
		plan_early(writer);
	} else if (due_ms <= now_ms) {
		writer_plan_turn(writer);
	} else if (due_ms < writer->alarm_ms) {
		loop_forget(writer->role->loop, &writer->alarm);
		if (loop_every(writer->role->loop, due_ms - now_ms, on_alarm, &writer->alarm) == OK)
			writer->alarm_ms = due_ms;
	}
}

void writer_wait(struct writer *writer, enum pace_haste haste)
{
	pace_wait(&writer->pace, haste, clock_monotonic_ms());
	writer_plan(writer);
}

/* ---- The turn ---- */

/* The open turn's time. */
static void set_time(struct writer *writer)
{
	uint64_t now_ms = clock_now_ms();

	if (now_ms >= writer->turn.now_ms && now_ms - writer->turn.now_ms < TURN_TIME_MS)
		return;
	writer->turn.now_ms = now_ms;
	writer->turn.memory = chores_memory(&writer->chores);
}

static enum err open_turn(struct writer *writer)
{
	enum err err = OK;

	if (writer->turn.batch == NULL) {
		writer->turn = (struct turn){.config = writer->role->config,
					     .ledger = writer->ledger,
					     .arena = writer->arenas[writer->arena_of_turn]};
		err = ledger_begin(writer->ledger, &writer->turn.batch);
	}
	set_time(writer);
	return err;
}

static void serve_one(struct writer *writer, const struct turn *turn, struct question *question)
{
	size_t mark = turn->batch == NULL ? 0 : batch_mark(turn->batch);
	enum err err = ledger_serve(&writer->serve, turn, question->operation, question->body,
				    &question->served);

	if (err == OK)
		err = buffer_error(&question->served.answer);
	if (err != OK && turn->batch != NULL)
		batch_rewind(turn->batch, mark);
	question->err = err;
}

/* Serve what waits, as much as the turn takes; early: only what may come before all else, and not so much at
 * once that a commit which is over meanwhile waits for it. */
static void serve_waiting(struct writer *writer, bool is_early)
{
	size_t most = is_early ? writer->served.count + EARLY_QUESTIONS : TURN_QUESTIONS;
	size_t share = pace_share(&writer->pace, under_way(writer));

	for (size_t left = writer->waiting.count; left > 0; left--) {
		struct question *question = question_queue_take(&writer->waiting);

		if (writer->served.count >= most || writer->served.count >= TURN_QUESTIONS ||
		    writer->served_bytes >= TURN_BYTES || writer->served_now >= share ||
		    (is_early && question->operation != LEDGER_ACCEPT)) {
			question_queue_put(&writer->waiting, question);
			continue;
		}
		writer->served_bytes += question->body.len;
		writer->served_now += question_haste(question->operation) == PACE_FOREGROUND;
		serve_one(writer, &writer->turn, question);
		question_queue_put(&writer->served, question);
	}
}

/* While the last commit is under way, the documents of the next one are taken and hashed. */
static void serve_early(void *context)
{
	struct writer *writer = context;
	size_t count;

	writer->early_is_due = false;
	if (!writer->is_flying || open_turn(writer) != OK)
		return;
	count = writer->served.count;
	serve_waiting(writer, true);
	if (writer->served.count == count + EARLY_QUESTIONS && writer->waiting.first != NULL)
		plan_early(writer);
	else
		plan_packing(writer);
}

/* Everything that one commit holds. On error nothing of it is there. */
static enum err gather(struct writer *writer)
{
	enum err err = open_turn(writer);

	if (err != OK) {
		while (writer->waiting.first != NULL)
			question_queue_put(&writer->served, question_queue_take(&writer->waiting));
		return err;
	}
	sealing_put(writer->sealing, writer->turn.batch);
	signing_put(writer->signing, &writer->turn);
	own_cards_put(writer->cards, &writer->turn);
	witnessing_put(writer->witnessing, &writer->turn);
	serve_waiting(writer, false);
	chores_do(&writer->chores, &writer->turn);
	return OK;
}

void writer_say_damage(const struct role *role)
{
	role_log(
		role, "error", "ledger-damaged",
		"folder=%s/ledger do=\"keep seal/ and keys/; put the newest backup or the follower's copy in its "
		"place, then sampan node reopen (docs/operating.md); sampan ledger verify names what is damaged\"",
		role->config->directory);
}

/*
 * A turn in which damage was met is committed when what it writes lies elsewhere: told once, and until the
 * ledger role begins anew.
 */
static void note_damage(struct writer *writer)
{
	if (writer->trouble == ERR_CORRUPT)
		return;
	writer->trouble = ERR_CORRUPT;
	writer_say_damage(writer->role);
}

/* Who asked asks again later, also where it is the store that must be restored first: whoever it was, and for what. */
static void answer(struct writer *writer, struct question *question, enum err err)
{
	if (err == ERR_CORRUPT || writer->serve.has_damage)
		note_damage(writer);
	writer->serve.has_damage = false;
	question_answer(question, err == ERR_CORRUPT ? ERR_UNAVAILABLE : err);
}

static void answer_all(struct writer *writer, struct question_queue *served, enum err committed)
{
	struct question *question;

	if (committed == ERR_CORRUPT) /* told where the commit is */
		committed = ERR_UNAVAILABLE;
	while ((question = question_queue_take(served)) != NULL) {
		enum err err = committed != OK ? committed : question->err;

		if (err == OK && question->served.wants_receipt &&
		    (err = question_keep(question)) == OK)
			awaited_put(&writer->awaited, question);
		else
			answer(writer, question, err);
	}
}

/* What was handed out in a turn that failed never arrived, so it is handed out again. */
static void note_trouble(struct writer *writer, enum err err)
{
	if (err != OK) {
		writer->serve.incarnation = 0;
		chores_failed(&writer->chores);
		signing_failed(writer->signing);
		own_cards_failed(writer->cards);
	}
	if (err == OK && writer->trouble == ERR_CORRUPT)
		return;
	if (err == OK && writer->trouble != OK)
		role_log(writer->role, "info", "committed-again", "after=%s",
			 err_name(writer->trouble));
	if (err_is_news(&writer->trouble, err)) {
		role_log(writer->role, "error", "not-committed", "err=%s", err_name(err));
		if (err == ERR_CORRUPT)
			writer_say_damage(writer->role);
	}
}

/* Ask the seal for what somebody waits for. */
void writer_step_seal(struct writer *writer)
{
	signing_step(writer->signing, writer->sealing);
	sealing_step(writer->sealing,
		     awaited_count(&writer->awaited) > 0 || signing_is_waiting(writer->signing));
	own_cards_step(writer->cards);
}

/* The turn that was begun upon one that failed. */
static void drop_turn(struct writer *writer, enum err err)
{
	ledger_drop(writer->ledger, writer->turn.batch);
	writer->turn.batch = NULL;
	writer->served_bytes = writer->served_now = 0;
	answer_all(writer, &writer->served, err);
	arena_clear(writer->arenas[writer->arena_of_turn]);
}

/* The turn is over; one that held nothing was not committed, and says nothing of whether the next can be. */
static void land(struct writer *writer, enum err err, bool is_committed)
{
	struct hash root;
	uint64_t size = 0;

	writer->is_flying = false;
	if (err != OK)
		drop_turn(writer, err);
	if (err != OK || is_committed)
		note_trouble(writer, err);
	answer_all(writer, &writer->flying, err);
	witnessing_committed(writer->witnessing, err);
	writer_step_seal(writer);
	awaited_release(&writer->awaited);
	if (ledger_head(writer->ledger, &size, &root) == OK)
		awaited_wake(&writer->awaited, size);
	/* what is more than a turn holds is followed by another; what failed by the tick's */
	if (err == OK && chores_has_more(&writer->chores))
		writer_plan_turn(writer);
	else if (err == OK)
		writer_plan(writer);
	plan_receipts(writer); /* behind the turn, which the disk waits for */
	arena_clear(writer->arenas[1 - writer->arena_of_turn]);
}

static void on_landed(void *context, int fd)
{
	struct writer *writer = context;
	enum err err = ledger_commit_end(writer->ledger);

	(void)fd;
	if (err == OK)
		sealing_committed(writer->sealing);
	land(writer, err, true);
	run_reading(writer);
}

/*
 * Those in the turn are on their way; a crowd's other half is served meanwhile. What is left to be packed is packed
 * here and not by the engine's thread, which on few cores would keep the seal waiting, and all who wait for its receipts.
 */
static enum err commit(struct writer *writer, struct batch *batch)
{
	bool is_crowd = writer->flying.count >= PACE_MANY && ledger_commit_fd(writer->ledger) >= 0;
	enum err err;

	if (is_crowd) {
		(void)batch_pack(batch, SIZE_MAX);
		err = ledger_commit_begin(writer->ledger, batch);
		writer->is_flying = err == OK;
	} else if ((err = ledger_commit(writer->ledger, batch)) == OK) {
		sealing_committed(writer->sealing);
	}
	return err;
}

static void run_turn(void *context)
{
	struct writer *writer = context;
	struct batch *batch;
	bool is_committed;
	enum err err;

	writer->turn_is_due = false;
	if (writer->is_flying)
		return;
	err = gather(writer);
	pace_begin(&writer->pace, clock_monotonic_ms(), writer->served_now,
		   writer->waiting.first != NULL);
	batch = writer->turn.batch;
	writer->turn.batch = NULL;
	writer->arena_of_turn = 1 - writer->arena_of_turn;
	writer->served_bytes = writer->served_now = 0;
	question_queue_move(&writer->served, &writer->flying);
	is_committed = err == OK && batch_count(batch) > 0;
	if (is_committed)
		err = commit(writer, batch);
	else
		ledger_drop(writer->ledger, batch);
	if (!writer->is_flying)
		land(writer, err, is_committed);
	else
		plan_early(writer);
}

/* What only reads sees what is durable, so it waits for the end of a commit that is under way. */
static void run_reading(void *context)
{
	struct writer *writer = context;
	struct turn turn = {.config = writer->role->config,
			    .ledger = writer->ledger,
			    .arena = writer->arena,
			    .now_ms = clock_now_ms()};
	struct question *question;
	enum err err;

	writer->reading_is_due = false;
	if (writer->is_flying || writer->reading.first == NULL)
		return;
	err = ledger_settle(writer->ledger);
	while ((question = question_queue_take(&writer->reading)) != NULL) {
		if (err == OK)
			serve_one(writer, &turn, question);
		answer(writer, question, err == OK ? question->err : err);
	}
	arena_clear(writer->arena);
}

void writer_ask(struct writer *writer, struct question *question)
{
	enum pace_haste haste = question_haste(question->operation);

	if (haste != PACE_NOW) {
		question_queue_put(&writer->waiting, question);
		writer_wait(writer, haste);
		return;
	}
	question_queue_put(&writer->reading, question);
	if (!writer->reading_is_due && !writer->is_flying)
		writer->reading_is_due = loop_idle(writer->role->loop, run_reading, writer) == OK;
}

/* ---- Opening and closing ---- */

enum err writer_init(struct writer *writer, struct role *role)
{
	*writer = (struct writer){.role = role, .alarm = writer, .alarm_ms = PACE_NEVER};
	chores_open(&writer->chores, role);
	question_queue_init(&writer->reading);
	question_queue_init(&writer->waiting);
	question_queue_init(&writer->served);
	question_queue_init(&writer->flying);
	awaited_init(&writer->awaited);
	writer->arena = arena_new(TURN_ARENA_BYTES);
	writer->arenas[0] = arena_new(TURN_ARENA_BYTES);
	writer->arenas[1] = arena_new(TURN_ARENA_BYTES);
	return writer->arena == NULL || writer->arenas[0] == NULL || writer->arenas[1] == NULL
		       ? ERR_MEMORY
		       : OK;
}

enum err writer_watch(struct writer *writer)
{
	int fd = ledger_commit_fd(writer->ledger);

	writer->awaited.ledger = writer->ledger;
	writer->awaited.sealing = writer->sealing;
	return fd < 0 ? OK : loop_watch(writer->role->loop, fd, on_landed, writer);
}

void writer_clear(struct writer *writer)
{
	loop_forget(writer->role->loop, writer);
	question_queue_clear(&writer->reading);
	question_queue_clear(&writer->waiting);
	question_queue_clear(&writer->served);
	question_queue_clear(&writer->flying);
	awaited_clear(&writer->awaited);
	chores_clear(&writer->chores);
	arena_free(writer->arena);
	arena_free(writer->arenas[0]);
	arena_free(writer->arenas[1]);
}
