/*
 * link_sim - what happens in a simulated life of a link: its state, its queue of events and the
 * network between both machines (tests/sim/test_link_sim.c).
 */
#ifndef TESTS_SUPPORT_LINK_SIM_H
#define TESTS_SUPPORT_LINK_SIM_H

#include "node/link_wire.h"
#include "tests/support/log_model.h"

#define LINK_SIM_FRAMES 60u
#define LINK_SIM_EVENTS 4096u
#define LINK_SIM_EPOCHS 4u
#define LINK_SIM_NUMBERS (LINK_SIM_EPOCHS * 2 * LINK_SIM_FRAMES)

enum sim_kind {
	SIM_TICK,
	SIM_TO_OUT,  /* bytes arrive at the sender */
	SIM_TO_IN,   /* bytes arrive at the receiver */
	SIM_PRODUCE, /* the sender's ledger has one frame more */
	SIM_LOAD,    /* the sender's ledger answers */
	SIM_APPEND,  /* a commit reaches the receiver's ledger; it survives who asked for it */
	SIM_ANSWER,  /* the ledger's answer reaches the receiver */
	SIM_PROVE,   /* the sender's ledger answers with its checkpoint */
	SIM_JUDGE,   /* the receiver's ledger judges what the sender showed */
	SIM_JUDGED,  /* its answer reaches the receiver */
	SIM_FIND,    /* the receiver's ledger is asked for a frame that the sender lost */
	SIM_TAKE,    /* the sender's ledger gets it back, or learns that there is no more */
	SIM_CRASH_OUT,
	SIM_CRASH_IN,
	SIM_START_OUT,
	SIM_START_IN,
	SIM_CUT, /* the network is gone for a while */
	SIM_MEND
};

struct sim_event {
	uint64_t at_ms;
	uint64_t order; /* equal times in the order in which they were put */
	enum sim_kind kind;
	unsigned life; /* of the process it is meant for */
	enum link_event_kind answer;
	uint64_t number;
	uint64_t produced; /* what the sender's ledger held when it was asked */
	struct hash hash;
	uint8_t *bytes;
	size_t len;
};

/* What may go wrong; per cent, or in ms. A courier that answers before the ledger did is a mistake
 * that must be found. */
struct sim_faults {
	unsigned drop, twice, damage, refuse, unknown, crash;
	unsigned delay_ms, late_ms; /* late: the second of two copies */
	bool is_restored;           /* the receiver's ledger may lose its end, as from a backup */
	bool answers_too_early;
	bool ledger_takes_all; /* a ledger that appends without looking at the number */
	bool is_forked;        /* the sender's ledger is, at some time */
	unsigned
		reopened; /* per cent of its crashes: the sender's ledger is restored and goes on in a
				* new epoch */
	bool is_unendorsed;  /* by nobody's word */
	bool forgets_to_ask; /* and gives new numbers at once */
};

struct sim {
	uint64_t random;
	struct sim_faults faults;
	uint64_t now_ms, order;
	struct sim_event events[LINK_SIM_EVENTS];
	size_t event_count;
	bool is_cut, is_healed;
	const char *violation;

	struct link_out *out;
	unsigned out_life;
	struct link_sim_sender {       /* durable at the sender */
		uint64_t produced;     /* items that were owed up to now; each once */
		uint64_t acknowledged; /* numbers */
		uint64_t given;
		uint64_t sent[LINK_SIM_NUMBERS]; /* which item under a number */
		bool is_numbered[LINK_SIM_NUMBERS];
		bool is_lost[LINK_SIM_NUMBERS]; /* items that nobody knows of here any more */
	} sender, backup;
	uint64_t out_epoch;
	unsigned out_ledger_life;
	bool is_unsettled;
	size_t unacknowledged_bytes;

	struct link_in *in;
	unsigned in_life;
	uint64_t received[LINK_SIM_NUMBERS]; /* durable at the receiver: items */
	uint64_t in_epoch;
	uint64_t received_count;
	uint64_t append_ms; /* the ledger works in order */
	uint64_t told;      /* what this life of the receiver knows to be durable */
	uint64_t last_given;
	unsigned ledger_life; /* another one after a restore: late appends are lost */

	struct log_model log; /* the sender's ledger */
	struct log_model
		truth[LINK_SIM_EPOCHS + 2]; /* by epoch, before it was forked or restored */
	struct log_model restored[LINK_SIM_EPOCHS + 2];
	uint64_t backup_size; /* of the log */
	const struct key *operator_key;
	bool is_forked;
	uint64_t kept; /* the largest size whose cosignature the sender has */
	struct witness_model witness;
	uint64_t judge_ms; /* the ledger judges in order */
};

uint64_t link_sim_draw(struct sim *sim);
bool link_sim_chance(struct sim *sim, unsigned per_cent); /* never when healed */
void link_sim_violate(struct sim *sim, const char *what); /* the first is kept */

/* An event in so many milliseconds; bytes are copied. */
void link_sim_put(struct sim *sim, uint64_t in_ms, struct sim_event event, struct bytes bytes);
void link_sim_put_plain(struct sim *sim, uint64_t in_ms, enum sim_kind kind);
struct sim_event link_sim_take(struct sim *sim); /* the next; the caller frees its bytes */
uint64_t link_sim_delay(struct sim *sim);

/* Over the network, with whatever it does. */
void link_sim_carry(struct sim *sim, enum sim_kind to, struct bytes bytes);

/* ---- The ledgers of both sides (link_sim_ledger.c) ---- */

struct bytes link_sim_content(uint64_t number, uint8_t room[400]); /* of an item */
uint64_t link_sim_item(struct bytes content);                      /* 0: of none */

/* The sender's: a number for the next item; false: none waits, or none may be given. */
bool link_sim_give_number(struct sim *sim, uint64_t number);
void link_sim_back_up(struct sim *sim);
void link_sim_reopen(struct sim *sim); /* from that copy, in a new epoch */
bool link_sim_take_back(struct sim *sim, const struct sim_event *taken);

void link_sim_fork(struct sim *sim);

/* The receiver's. */
void link_sim_check_cosigned(struct sim *sim, const struct checkpoint *cosigned);
struct hash link_sim_received(const struct sim *sim, uint64_t number);
enum link_event_kind link_sim_append(struct sim *sim, const struct sim_event *frame);

/* ---- A life ---- */

void link_sim_choose_faults(struct sim *sim);
bool link_sim_is_done(const struct sim *sim);
void link_sim_check_received(struct sim *sim); /* against what the sender's ledger holds */

#endif
