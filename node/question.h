/*
 * question - a question to the ledger role, from its arrival to its answer; and queues of them.
 */
#ifndef NODE_QUESTION_H
#define NODE_QUESTION_H

#include "node/call.h"
#include "node/ledger_serve.h"
#include "node/pace.h"

struct question {
	struct question *next;
	struct call_ticket *ticket;
	uint16_t operation;
	struct bytes body; /* behind the struct */
	uint64_t asked_ms;
	/* filled by the turn */
	enum err err;
	struct ledger_served served;
	/* filled while it waits after the turn */
	uint64_t record;    /* whose receipt the answer waits for; for LEDGER_WAIT the size seen */
	struct buffer kept; /* reference and findings, packed */
	struct buffer receipt; /* all but the note, for so many records; 0: it is not begun */
	uint64_t receipt_size;
	char id[MESSAGE_ID_BYTES];
	char state[64];
};

/* Takes the ticket; body is copied. NULL when out of memory: then the ticket is still the caller's.
 */
struct question *question_new(uint16_t operation, struct bytes body, struct call_ticket *ticket,
			      uint64_t now_ms);

/* Without an answer: the server that the ticket belongs to is about to be closed. */
void question_free(struct question *question);

/* Answer with what was served, or with the error, and free it. */
void question_answer(struct question *question, enum err err);

/* An acceptance or refusal is durable: keep what its answer needs, because the turn's memory goes.
 * ERR_MEMORY, ERR_LIMIT. */
enum err question_keep(struct question *question);

/* Answer what was kept, with the receipt (empty: it follows), and free it. */
void question_answer_kept(struct question *question, struct bytes receipt);

/* By operation: does it put nothing into the ledger, so that it is answered from what is durable? */
bool question_is_reading(uint16_t operation);

/* By operation: does somebody wait for the answer? PACE_NOW of what only reads. */
enum pace_haste question_haste(uint16_t operation);

struct question_queue {
	struct question *first;
	struct question **last;
	size_t count;
};

void question_queue_init(struct question_queue *queue);
void question_queue_put(struct question_queue *queue,
			struct question *question);                 /* at the end; taken */
struct question *question_queue_take(struct question_queue *queue); /* NULL: empty */
void question_queue_move(struct question_queue *from,
			 struct question_queue *to);     /* all, to the end */
void question_queue_clear(struct question_queue *queue); /* frees them unanswered */

#endif
