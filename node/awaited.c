#include "node/awaited.h"

#include "node/receipt.h"

#define RECEIPT_WAIT_MS 1000u

void awaited_init(struct awaited *awaited)
{
	*awaited = (struct awaited){0};
	question_queue_init(&awaited->unproven);
	question_queue_init(&awaited->sleeping);
}

void awaited_clear(struct awaited *awaited)
{
	question_queue_clear(&awaited->unproven);
	question_queue_clear(&awaited->sleeping);
}

/* ---- Receipts ---- */

void awaited_put(struct awaited *awaited, struct question *question)
{
	question_queue_put(&awaited->unproven, question);
}

size_t awaited_count(const struct awaited *awaited)
{
	return awaited->unproven.count;
}

/* Answer with the receipt if a signed checkpoint covers the record; false: not yet. */
static bool answer_with_receipt(struct awaited *awaited, struct question *question)
{
	struct buffer receipt;
	struct bytes note;
	enum err err;

	buffer_init(&receipt, LIMIT_PAYLOAD_BYTES);
	err = sealing_first_covering(awaited->sealing, question->record, &note)
		      ? receipt_format_under(awaited->ledger, question->record, note, &receipt)
		      : receipt_format(awaited->ledger, question->record, &receipt);
	if (err == OK)
		question_answer_kept(question, buffer_bytes(&receipt));
	else if (err != ERR_UNAVAILABLE)
		question_answer(question, err);
	buffer_clear(&receipt);
	return err != ERR_UNAVAILABLE;
}

void awaited_release(struct awaited *awaited)
{
	uint64_t covered = sealing_signed(awaited->sealing);

	for (size_t left = awaited->unproven.count; left > 0; left--) {
		struct question *question = question_queue_take(&awaited->unproven);

		if (question->record > covered || !answer_with_receipt(awaited, question))
			question_queue_put(&awaited->unproven, question);
	}
}

void awaited_release_late(struct awaited *awaited, uint64_t now_ms)
{
	while (awaited->unproven.first != NULL &&
	       now_ms - awaited->unproven.first->asked_ms > RECEIPT_WAIT_MS)
		question_answer_kept(question_queue_take(&awaited->unproven), (struct bytes){0});
}

/* ---- Those who wait for something new ---- */

void awaited_wake(struct awaited *awaited, uint64_t size)
{
	for (size_t left = awaited->sleeping.count; left > 0; left--) {
		struct question *question = question_queue_take(&awaited->sleeping);

		if (question->record >= size) {
			question_queue_put(&awaited->sleeping, question);
			continue;
		}
		pack_u64(&question->served.answer, size);
		question_answer(question, OK);
	}
}

void awaited_sleep(struct awaited *awaited, struct question *question)
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
	question_queue_put(&awaited->sleeping, question);
	if (ledger_head(awaited->ledger, &size, &root) == OK)
		awaited_wake(awaited, size);
}
