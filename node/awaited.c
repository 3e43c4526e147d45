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

static enum err begin(const struct awaited *awaited, struct question *question, uint64_t size)
{
	enum err err;

	buffer_reset(&question->receipt);
	err = receipt_begin(awaited->ledger, question->record, size, &question->receipt);
	question->receipt_size = err == OK ? size : 0;
	return err;
}

bool awaited_begin(struct awaited *awaited, size_t most)
{
	uint64_t size = sealing_asked(awaited->sealing), base = sealing_base(awaited->sealing);
	struct question *question = awaited->unproven.first;

	for (; size > 0 && question != NULL && most > 0; question = question->next)
		if (question->receipt_size == 0 && question->record <= base + size) {
			if (begin(awaited, question, size) != OK)
				return false; /* told when the note is there */
			most--;
		}
	return size > 0 && question != NULL;
}

/* One that was begun for another size, because the seal was asked again, is made anew. */
static enum err make_receipt(struct awaited *awaited, struct question *question)
{
	struct bytes note;
	uint64_t size;
	enum err err = OK;

	if (!sealing_first_covering(awaited->sealing, question->record, &note, &size)) {
		buffer_reset(&question->receipt);
		question->receipt_size = 0;
		return receipt_format(awaited->ledger, question->record, &question->receipt);
	}
	if (question->receipt_size != size)
		err = begin(awaited, question, size);
	if (err == OK) {
		receipt_end(note, &question->receipt);
		err = buffer_error(&question->receipt);
	}
	return err;
}

/* Answer with the receipt if a signed checkpoint covers the record; false: not yet. */
static bool answer_with_receipt(struct awaited *awaited, struct question *question)
{
	enum err err = make_receipt(awaited, question);

	if (err == OK)
		question_answer_kept(question, buffer_bytes(&question->receipt));
	else if (err == ERR_LOST)
		question_answer_kept(question, bytes_of_text(LEDGER_RECEIPT_LOST));
	else if (err != ERR_UNAVAILABLE)
		question_answer(question, err);
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
