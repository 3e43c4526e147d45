#include "node/procedure.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "messages/word.h"
#include "node/calendar.h"
#include "sampan/clock.h"

const struct config_procedure *procedure_find(const struct config *config, const char *code,
					      const char *kind)
{
	for (size_t i = 0; i < config->procedure_count; i++)
		if (strcmp(config->procedures[i].code, code) == 0 &&
		    strcmp(config->procedures[i].kind, kind) == 0)
			return &config->procedures[i];
	return NULL;
}

void procedure_start(const struct turn *turn, struct message *message,
		     const struct config_procedure *procedure)
{
	message->due_ms = calendar_due(message->received_ms, procedure->working_days,
				       (const char *const *)turn->config->holidays,
				       turn->config->holiday_count);
}

/* ---- Standing still ---- */

#define PAUSED_AT "pausedAt" /* facts of the message; milliseconds as text */
#define PAUSED_MS "pausedMs"
#define MAX_WORKING_DAYS 400u

static uint64_t read_ms(const struct message *message, const char *fact)
{
	return strtoull(facts_get_or_empty(&message->facts, fact), NULL, 10);
}

static enum err put_ms(const struct turn *turn, struct message *message, const char *fact,
		       uint64_t value)
{
	const char *text = arena_format(turn->arena, "%" PRIu64, value);

	return text == NULL ? ERR_MEMORY : facts_put(&message->facts, fact, text);
}

uint64_t procedure_paused_since(const struct message *message)
{
	return read_ms(message, PAUSED_AT);
}

uint64_t procedure_paused_ms(const struct message *message)
{
	return read_ms(message, PAUSED_MS);
}

static enum err record_clock(const struct turn *turn, const struct message *message,
			     const char *event)
{
	char due[CLOCK_TEXT_BYTES];
	uint64_t ignored;

	clock_format(message->due_ms, due);
	const char *attributes[] = {"due", due, NULL};
	struct message_event record = {.event = event, .actor = "node", .attributes = attributes};

	return message_record(turn, message->number, &record, &ignored);
}

enum err procedure_pause(const struct turn *turn, struct message *message)
{
	enum err err;

	if (message->due_ms == 0 || message->closed_ms != 0 || procedure_paused_since(message) != 0)
		return OK;
	err = put_ms(turn, message, PAUSED_AT, turn->now_ms);
	return err != OK ? err : record_clock(turn, message, "ProcedurePaused");
}

/* As many working days from now as there were from then. */
static uint64_t due_anew(const struct turn *turn, uint64_t since, uint64_t due)
{
	const char *const *holidays = (const char *const *)turn->config->holidays;
	size_t count = turn->config->holiday_count;
	unsigned days = 0;

	if (due <= since)
		return due;
	while (days < MAX_WORKING_DAYS && calendar_due(since, days, holidays, count) < due)
		days++;
	return calendar_due(turn->now_ms, days, holidays, count);
}

enum err procedure_resume(const struct turn *turn, struct message *message)
{
	uint64_t since = procedure_paused_since(message), stood;
	enum err err;

	if (since == 0 || message->closed_ms != 0)
		return OK;
	stood = turn->now_ms > since ? turn->now_ms - since : 0;
	message->due_ms = due_anew(turn, since, message->due_ms);
	if ((err = put_ms(turn, message, PAUSED_MS, procedure_paused_ms(message) + stood)) != OK ||
	    (err = put_ms(turn, message, PAUSED_AT, 0)) != OK)
		return err;
	return record_clock(turn, message, "ProcedureResumed");
}

/* What is decided while the clock stands is decided in time. */
static bool is_on_time(const struct message *message)
{
	uint64_t since = procedure_paused_since(message);

	return (since != 0 ? since : message->closed_ms) <= message->due_ms;
}

enum err procedure_close(const struct turn *turn, struct message *message, const char *event)
{
	const struct config_procedure *procedure =
		procedure_find(turn->config, facts_get_or_empty(&message->facts, "procedure"),
			       facts_get_or_empty(&message->facts, "kind"));
	char received[CLOCK_TEXT_BYTES], due[CLOCK_TEXT_BYTES], closed[CLOCK_TEXT_BYTES];
	uint64_t number;

	if (procedure == NULL || message->closed_ms != 0 || message->due_ms == 0 ||
	    !word_is_in(procedure->closed_by, event))
		return OK;
	message->closed_ms = turn->now_ms;
	clock_format(message->received_ms, received);
	clock_format(message->due_ms, due);
	clock_format(message->closed_ms, closed);
	const char *attributes[] = {"procedure", procedure->code,
				    "received",  received,
				    "due",       due,
				    "closed",    closed,
				    "onTime",    is_on_time(message) ? "yes" : "no",
				    NULL};
	struct message_event record = {
		.event = "ProcedureClosed", .actor = "node", .attributes = attributes};

	return message_record(turn, message->number, &record, &number);
}
