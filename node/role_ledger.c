/*
 * The ledger role: the only writer. It gathers the questions of all who wait into one turn, commits
 * once, then answers (node/writer.h).
 *
 * Order of a receipt: records are durable, then the seal signs the durable root and has the signed
 * checkpoint on disk, and only then does a receipt leave that is made from it. The ledger stores the
 * checkpoint with its next commit; until then the seal remembers it (node/sealing.h). So a receipt
 * never changes.
 */
#include <stdlib.h>

#include "node/ledger_health.h"
#include "node/ledger_home.h"
#include "node/writer.h"
#include "sampan/clock.h"

#define TICK_MS 100u

static void on_note(void *context)
{
	struct writer *writer = context;

	awaited_release(&writer->awaited);
	writer_step_seal(writer);
	if (sealing_has_note(writer->sealing))
		writer_wait(writer, PACE_BACKGROUND);
}

static void on_word(void *context)
{
	writer_wait(context, PACE_BACKGROUND);
}

static bool is_head_due(struct writer *writer)
{
	struct hash root;
	uint64_t size = 0;

	return ledger_head(writer->ledger, &size, &root) == OK &&
	       pace_is_head_due(&writer->pace, size, sealing_signed(writer->sealing),
				clock_monotonic_ms());
}

/* Whatever was left undone is tried again. */
static void on_tick(void *context)
{
	struct writer *writer = context;

	awaited_release_late(&writer->awaited, clock_monotonic_ms());
	writer_step_seal(writer);
	if (is_head_due(writer))
		sealing_step(writer->sealing, true);
	if (writer->trouble != OK || !chores_is_done(&writer->chores) ||
	    writer->waiting.first != NULL)
		writer_plan_turn(writer);
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
		health.trouble =
			sealing_is_another(writer->sealing) ? ERR_DENIED : writer->trouble;
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
	if (sealing_is_another(writer->sealing) && operation != LEDGER_WAIT &&
	    !question_is_reading(operation)) {
		call_answer(ticket, ERR_UNAVAILABLE, (struct bytes){0});
		return;
	}
	question = question_new(operation, body, ticket, clock_monotonic_ms());
	if (question == NULL) {
		call_answer(ticket, ERR_MEMORY, (struct bytes){0});
	} else if (operation == LEDGER_WAIT) {
		awaited_sleep(&writer->awaited, question);
	} else {
		writer_ask(writer, question);
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
	else if (err == ERR_CORRUPT)
		writer_say_damage(role);
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
	if ((err = writer_watch(writer)) != OK)
		return err;
	return loop_every(role->loop, TICK_MS, on_tick, writer);
}

static void close_role(struct role *role)
{
	struct writer *writer = role->state;

	if (writer == NULL)
		return;
	writer_clear(writer);
	call_server_close(writer->server); /* frees the tickets */
	own_cards_close(writer->cards);
	witnessing_close(writer->witnessing);
	signing_close(writer->signing);
	sealing_close(writer->sealing);
	ledger_close(writer->ledger);
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
	if ((err = writer_init(writer, role)) != OK)
		return err;
	if ((err = open_ledger(writer)) != OK || (err = open_ends(writer)) != OK)
		return err;
	writer_plan_turn(writer); /* what the last run left for the desk */
	return OK;
}

static enum err begin_threads(struct role *role)
{
	return ledger_start(((struct writer *)role->state)->ledger);
}

const struct role_table role_ledger = {
	.name = "ledger",
	.open = open_role,
	.begin_threads = begin_threads,
	.close = close_role,
	.may = ROLE_MAY_LEDGER,
};
