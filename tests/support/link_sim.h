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
	uint64_t produced;     /* durable at the sender */
	uint64_t acknowledged; /* durable at the sender */
	size_t unacknowledged_bytes;

	struct link_in *in;
	unsigned in_life;
	struct hash received[2 * LINK_SIM_FRAMES]; /* durable at the receiver */
	uint64_t received_count;
	uint64_t append_ms; /* the ledger works in order */
	uint64_t told;      /* what this life of the receiver knows to be durable */
	uint64_t last_given;
	unsigned ledger_life; /* another one after a restore: late appends are lost */

	struct log_model log;   /* the sender's ledger */
	struct log_model truth; /* before it was forked */
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

#endif
