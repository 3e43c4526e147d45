/*
 * awaited - questions to the ledger role that are answered behind their turn: acceptances, with the
 * receipt under the first checkpoint that covers them, and those who wait for something new.
 */
#ifndef NODE_AWAITED_H
#define NODE_AWAITED_H

#include "node/question.h"
#include "node/sealing.h"

struct awaited {
	struct ledger *ledger;
	const struct sealing *sealing;
	struct question_queue unproven; /* accepted and durable, waiting for the receipt */
	struct question_queue sleeping; /* LEDGER_WAIT: for something new */
};

/* Both are borrowed, and may come later than the first question. */
void awaited_init(struct awaited *awaited);
void awaited_clear(struct awaited *awaited); /* frees the questions unanswered */

/* An acceptance that is durable and was kept (question.h); taken. */
void awaited_put(struct awaited *awaited, struct question *question);

/* How many wait for their receipt. */
size_t awaited_count(const struct awaited *awaited);

/*
 * While the seal signs: begin the receipts of so many, which then only wait for the note. Returns whether
 * some are left.
 */
bool awaited_begin(struct awaited *awaited, size_t most);

/* Answer all that a signed checkpoint covers. */
void awaited_release(struct awaited *awaited);

/* The seal is away: the acknowledgement of who waited too long stands, the receipt follows. */
void awaited_release_late(struct awaited *awaited, uint64_t now_ms);

/* LEDGER_WAIT: answer when the ledger is larger than the question says; taken. */
void awaited_sleep(struct awaited *awaited, struct question *question);

/* So many records are durable. */
void awaited_wake(struct awaited *awaited, uint64_t size);

#endif
