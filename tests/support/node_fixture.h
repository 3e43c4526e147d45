/*
 * node_fixture - a node's decisions under test: a ledger in memory, a configuration that tests may
 * change, a clock they set.
 *
 * What fails here fails the test. Memory of answers, messages and records lives until the fixture
 * is closed. A turn is open between node_fixture_begin() and node_fixture_commit(); what says "in a
 * turn of its own" begins and commits one.
 */
#ifndef TESTS_NODE_FIXTURE_H
#define TESTS_NODE_FIXTURE_H

#include "node/arrival.h"
#include "node/delivery.h"
#include "node/intake.h"
#include "node/stream.h"

#define NODE_FIXTURE_ROOM 24u

struct node_fixture {
	struct engine *engine; /* simulated; borrowed from the ledger */
	struct arena *arena;
	struct config config; /* VN; its tables are the arrays below */
	struct config_party parties[NODE_FIXTURE_ROOM];
	struct config_trader traders[NODE_FIXTURE_ROOM];
	struct config_partner partners[NODE_FIXTURE_ROOM];
	struct config_route routes[NODE_FIXTURE_ROOM];
	struct config_procedure procedures[NODE_FIXTURE_ROOM];
	const char *holidays[NODE_FIXTURE_ROOM];
	struct turn turn;         /* batch is NULL while none is open */
	struct findings findings; /* of the last lodgement */
};

/* cmocka's set-up and tear-down: *state is the fixture. */
int node_fixture_open(void **state);
int node_fixture_close(void **state);

/* The clock: noon of the ISO date at the node's office. */
void node_fixture_set_date(struct node_fixture *fixture, const char *date);

void node_fixture_begin(struct node_fixture *fixture);
enum err node_fixture_commit(struct node_fixture *fixture);
void node_fixture_drop(struct node_fixture *fixture);

/* ---- Lodging ---- */

/* Facts as the kind files give them: pairs ended by NULL. All are in order: party, procedure,
 * reference "R1", 2026, originals. */
extern const char *const node_fixture_export[];      /* by "gom", to TH, the desk registers it */
extern const char *const node_fixture_cancellation[]; /* of an export: "original"; it names no trader */
extern const char *const node_fixture_import[];      /* by "gom" */
extern const char *const node_fixture_application[]; /* by "gom" */
extern const char
	*const node_fixture_certificate[]; /* by "bct", for gom, to TH, answers application "R1" */
extern const char *const node_fixture_authorise[]; /* by "gom", yes */
extern const char *const node_fixture_wco[];       /* by "gom"; not registered here */

/* Facts, then changes: pairs ended by NULL. */
struct facts node_fixture_facts(struct node_fixture *fixture, const char *const *base,
				const char *const *changes);

/* Lodge in the open turn. The document is the text. */
struct intake_answer node_fixture_accept(struct node_fixture *fixture, const char *party,
					 const char *document, const char *const *base,
					 const char *const *changes);

/* The same in a turn of its own. */
struct intake_answer node_fixture_lodge(struct node_fixture *fixture, const char *party,
					const char *document, const char *const *base,
					const char *const *changes);

/* Does the answer to the last lodgement hold this code? */
bool node_fixture_found(const struct node_fixture *fixture, const char *code);

#define PAIRS(...) ((const char *const[]){__VA_ARGS__, NULL})

/* ---- What the roles do with queues, each in a turn of its own ---- */

void node_fixture_register(struct node_fixture *fixture); /* the desk, all that waits */
/* everything owed: "<T>translated N</T>"; then signed */
void node_fixture_translate(struct node_fixture *fixture);
void node_fixture_sign(struct node_fixture *fixture);
/* what is owed to a partner as it came: "<D>DOCUMENT</D>"; then signed */
void node_fixture_canonicalise(struct node_fixture *fixture);
size_t node_fixture_send(struct node_fixture *fixture,
			 const char *partner); /* all frames; how many were new */
void node_fixture_acknowledge(struct node_fixture *fixture, const char *partner, uint64_t number);
void node_fixture_hand_over(struct node_fixture *fixture); /* everything that waits for it */
enum err node_fixture_arrive(struct node_fixture *fixture, const char *partner, uint64_t number,
			     const struct parcel *parcel);

/* The frame that a partner would send of the parcel. */
struct link_frame node_fixture_frame(struct node_fixture *fixture, uint64_t number,
				     const struct parcel *parcel);

/* ---- What came of it (durable) ---- */

struct message node_fixture_message(struct node_fixture *fixture, uint64_t number);
struct delivery node_fixture_delivery(struct node_fixture *fixture, uint64_t number);

/* How many records the ledger holds, and how many of an event; message 0: of any message. */
uint64_t node_fixture_size(struct node_fixture *fixture);
size_t node_fixture_count(struct node_fixture *fixture, const char *event, uint64_t message);

/* The newest record of this event and message. It must be there. */
struct record node_fixture_record(struct node_fixture *fixture, const char *event,
				  uint64_t message);

/* An attribute of that record; "" when it has none of this name. */
const char *node_fixture_attribute(struct node_fixture *fixture, const char *event,
				   uint64_t message, const char *name);

/* The numbers in a queue, in order; at most max_count. */
size_t node_fixture_queue(struct node_fixture *fixture, enum delivery_stage stage, const char *to,
			  uint64_t *ret_numbers, size_t max_count);
size_t node_fixture_queued(struct node_fixture *fixture, enum delivery_stage stage, const char *to);

#endif
