/*
 * writer - the ledger role's turns: what waits is gathered into one batch, committed and answered.
 * When: node/pace.h.
 *
 * Few who wait are gathered, then committed, then answered. Of a crowd one half is committed by the
 * engine's thread while the other is served into the next turn, and the seal signs what was committed before. What is built
 * upon a commit that fails is answered with its error. Answers leave only behind the
 * commit that holds what they say, and what only reads is asked between commits.
 */
#ifndef NODE_WRITER_H
#define NODE_WRITER_H

#include "node/awaited.h"
#include "node/chores.h"
#include "node/own_cards.h"
#include "node/pace.h"
#include "node/role.h"
#include "node/signing.h"
#include "node/witnessing.h"

struct writer {
	struct role *role;
	struct ledger *ledger;
	struct call_server *server;
	struct sealing *sealing;
	struct signing *signing;
	struct witnessing *witnessing;
	struct own_cards *cards;
	struct arena *arena; /* of what only reads */
	struct ledger_serve serve;
	struct arena *arenas[2]; /* of the turn that is open, of the one that is committed */
	unsigned arena_of_turn;
	struct turn turn;                /* without batch: none is open */
	struct question_queue reading;   /* need no commit */
	struct question_queue waiting;   /* for the next turn */
	struct question_queue served;    /* in the open turn */
	size_t served_bytes, served_now; /* of them; how many somebody waits for */
	struct question_queue flying;    /* in the commit that is under way */
	bool is_flying;
	struct awaited awaited;
	struct pace pace;
	bool turn_is_due, early_is_due, reading_is_due, receipts_are_due, packing_is_due;
	uint64_t alarm_ms;    /* when on_alarm() is called; PACE_NEVER: not at all */
	struct writer *alarm; /* the alarm's context: its address is nobody else's */
	struct chores chores;
	enum err trouble; /* of the last turn; OK: none. ERR_CORRUPT stays: damage that was met */
};

/* All zero but the queues and arenas. ledger, sealing, signing, witnessing and cards are the caller's, who sets
 * them, then calls writer_watch(). ERR_MEMORY: writer_clear() frees what there is. */
enum err writer_init(struct writer *writer, struct role *role);
enum err writer_watch(struct writer *writer);
/* Frees the questions unanswered; before the ledger is closed. */
void writer_clear(struct writer *writer);

/* A question that waits for a turn, or only reads; taken. */
void writer_ask(struct writer *writer, struct question *question);

/* Something waits from now on: a turn runs when it is due. */
void writer_wait(struct writer *writer, enum pace_haste haste);
/* Run a turn as soon as the loop has nothing else. */
void writer_plan_turn(struct writer *writer);
/* The same, if one is due. */
void writer_plan(struct writer *writer);

/* Ask the seal for what somebody waits for. */
void writer_step_seal(struct writer *writer);

/* To the log: the store is damaged, nothing is taken over any more, and what an operator does. */
void writer_say_damage(const struct role *role);

#endif
