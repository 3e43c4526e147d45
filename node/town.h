/*
 * town - two whole nodes on this machine, as the demo and the crash tests use them: made, started,
 * killed, fed, and audited.
 *
 * Nothing of it is pretended: the nodes are made by setup.h, run by `sampan node run` of this
 * program, lodge through their folder doors and exchange over CURVE on loopback. The audit compares
 * what one node's ledger owed with what the other's received.
 */
#ifndef NODE_TOWN_H
#define NODE_TOWN_H

#include "sampan/arena.h"
#include "sampan/config.h"

#define TOWN_NODES 2u
#define TOWN_URL "door.url" /* in a node's folder: where its HTTPS door is, with a line end */

struct town_node {
	const char *country;
	const char *directory;
	const char *config_path;
	struct config *config;
	long supervisor; /* process id; 0: not running */
};

struct town {
	const char *directory;
	const char *program; /* the sampan program */
	struct arena *arena;
	struct town_node nodes[TOWN_NODES]; /* VN, TH */
};

/*
 * Make both nodes below a folder, which is made when it is not there, with parties and registry of
 * schemas/samples/CC.yaml, and give each the other's card. program is borrowed. What goes wrong is
 * said on stderr. Release with town_close() in any case.
 */
enum err town_make(struct town *town, const char *directory, const char *program);

/*
 * Start a node that does not run; its log goes to DIRECTORY/node.log. OK as soon as it answers;
 * ERR_UNAVAILABLE: not within 60 s.
 */
enum err town_start(struct town_node *node, const char *program);

/* Start without waiting. */
enum err town_launch(struct town_node *node, const char *program);
enum err town_wait_until_up(struct town_node *node);

/* Kill the supervisor with this signal and wait until it is gone (its roles die with it). */
void town_stop(struct town_node *node, int signal);

/* Stop both (SIGTERM) and release; the folder stays. */
void town_close(struct town *town);

/*
 * Put a document into a party's lodge, as a careful party does: under a hidden name, synced, then
 * renamed. An issuing authority signs it first (node/town_signer.h).
 */
enum err town_lodge(const struct town_node *node, const char *party, const char *name,
		    struct bytes document);

/* What a node says now. */
struct town_counts {
	uint64_t accepted;
	uint64_t refused;
	uint64_t waiting; /* work that is not done and not held */
	uint64_t held;
	uint64_t records;
	uint64_t owed; /* so far, by messages lodged here */
	uint64_t signed_outputs;
	uint64_t relayed; /* acknowledged by the partner */
	uint64_t handed_over;
};

/* ERR_UNAVAILABLE: it does not answer within 20 s, or within the time given. */
enum err town_count(const struct town_node *node, struct town_counts *ret_counts);
enum err town_count_within(const struct town_node *node, uint64_t timeout_ms,
			   struct town_counts *ret_counts);

/* Deliveries that the route tables demanded for what parties lodged, followed to their end. */
struct town_audit {
	uint64_t owed;
	uint64_t delivered;  /* across the border: handed over there; at home: handed over here */
	uint64_t lost;       /* owed and not delivered */
	uint64_t duplicated; /* arrived or handed over more than once */
	uint64_t receipts;   /* receipts beside what was taken that verify with the node's public
			      * key */
	uint64_t taken;      /* files acknowledged */
};

enum err town_audit(const struct town *town, struct town_audit *ret_audit);

#endif
