#include "node/procedure.h"

#include <string.h>

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

enum err procedure_close(const struct turn *turn, struct message *message, const char *event)
{
	const struct config_procedure *procedure =
		procedure_find(turn->config, facts_get_or_empty(&message->facts, "procedure"),
			       facts_get_or_empty(&message->facts, "kind"));
	char received[CLOCK_TEXT_BYTES], due[CLOCK_TEXT_BYTES], closed[CLOCK_TEXT_BYTES];
	uint64_t number;

	if (procedure == NULL || message->closed_ms != 0 || message->due_ms == 0 ||
	    strcmp(procedure->closed_by, event) != 0)
		return OK;
	message->closed_ms = turn->now_ms;
	clock_format(message->received_ms, received);
	clock_format(message->due_ms, due);
	clock_format(message->closed_ms, closed);
	const char *attributes[] = {
		"procedure", procedure->code,
		"received",  received,
		"due",       due,
		"closed",    closed,
		"onTime",    message->closed_ms <= message->due_ms ? "yes" : "no",
		NULL};
	struct message_event record = {
		.event = "ProcedureClosed", .actor = "node", .attributes = attributes};

	return message_record(turn, message->number, &record, &number);
}
