#include "node/question.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "node/recall.h"
#include "node/witness_call.h"
#include "sampan/limit.h"

struct question *question_new(uint16_t operation, struct bytes body, struct call_ticket *ticket,
			      uint64_t now_ms)
{
	struct question *question = malloc(sizeof(*question) + body.len);

	if (question == NULL)
		return NULL;
	*question = (struct question){.ticket = ticket, .operation = operation, .asked_ms = now_ms};
	if (body.len > 0)
		question->body = bytes_of(memcpy(question + 1, body.at, body.len), body.len);
	buffer_init(&question->served.answer, LIMIT_CALL_BYTES);
	buffer_init(&question->kept, LIMIT_CALL_BYTES);
	buffer_init(&question->receipt, LIMIT_PAYLOAD_BYTES);
	return question;
}

void question_free(struct question *question)
{
	buffer_clear(&question->served.answer);
	buffer_clear(&question->kept);
	buffer_clear(&question->receipt);
	free(question);
}

void question_answer(struct question *question, enum err err)
{
	struct bytes body = buffer_bytes(&question->served.answer);

	call_answer(question->ticket, err, err == OK ? body : (struct bytes){0});
	question_free(question);
}

static enum err keep_findings(struct buffer *to, const struct findings *findings)
{
	struct buffer packed;
	enum err err;

	buffer_init(&packed, LIMIT_CALL_BYTES);
	findings_pack(&packed, findings);
	pack_bytes(to, buffer_bytes(&packed));
	err = buffer_error(&packed);
	buffer_clear(&packed);
	return err == OK ? buffer_error(to) : err;
}

enum err question_keep(struct question *question)
{
	const struct ledger_served *served = &question->served;

	question->record = served->intake.message;
	(void)snprintf(question->id, sizeof(question->id), "%s", served->intake.id);
	(void)snprintf(question->state, sizeof(question->state), "%s", served->intake.state);
	pack_text(&question->kept, served->intake.reference);
	pack_u64(&question->kept, served->intake.version);
	return keep_findings(&question->kept, &served->findings);
}

void question_answer_kept(struct question *question, struct bytes receipt)
{
	struct buffer *to = &question->served.answer;

	buffer_reset(to);
	pack_u8(to, (uint8_t)question->served.intake.verdict);
	pack_text(to, question->id);
	pack_text(to, question->state);
	buffer_put(to, buffer_bytes(&question->kept));
	pack_bytes(to, receipt);
	question_answer(question, buffer_error(to));
}

bool question_is_reading(uint16_t operation)
{
	return operation == LEDGER_WORK || operation == LEDGER_LINK || operation == LEDGER_PROVE ||
	       operation == LEDGER_RECALL;
}

enum pace_haste question_haste(uint16_t operation)
{
	if (question_is_reading(operation))
		return PACE_NOW;
	switch (operation) {
	case LEDGER_CHECKED:
	case LEDGER_TRANSLATED:
	case LEDGER_HELD:
	case LEDGER_HANDED_OVER:
	case LEDGER_CRASHED:
	case LEDGER_ACKNOWLEDGE:
	case LEDGER_WEBHOOK_DONE:
	case LEDGER_STAMP:
	case LEDGER_COSIGNED:
		return PACE_BACKGROUND;
	default:
		return PACE_FOREGROUND;
	}
}

void question_queue_init(struct question_queue *queue)
{
	*queue = (struct question_queue){.last = &queue->first};
}

void question_queue_put(struct question_queue *queue, struct question *question)
{
	question->next = NULL;
	*queue->last = question;
	queue->last = &question->next;
	queue->count++;
}

struct question *question_queue_take(struct question_queue *queue)
{
	struct question *question = queue->first;

	if (question == NULL)
		return NULL;
	queue->first = question->next;
	if (queue->first == NULL)
		queue->last = &queue->first;
	queue->count--;
	return question;
}

void question_queue_move(struct question_queue *from, struct question_queue *to)
{
	struct question *question;

	while ((question = question_queue_take(from)) != NULL)
		question_queue_put(to, question);
}

void question_queue_clear(struct question_queue *queue)
{
	struct question *question;

	while ((question = question_queue_take(queue)) != NULL)
		question_free(question);
}
