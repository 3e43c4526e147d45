/*
 * peer_inside - what peer.c, peer_out.c and peer_in.c share; nobody else includes it.
 */
#ifndef NODE_PEER_INSIDE_H
#define NODE_PEER_INSIDE_H

#include "node/ledger_call.h"
#include "node/link.h"
#include "node/peer.h"

#define PEER_FRAMES 64u   /* fetched from the ledger at once */
/* of frames: as much as what may bring a line into the log, or a signature of the seal's, is worth */
#define PEER_LINE_BYTES ((size_t)4 * 1024 * 1024)
#define PEER_RECENT 1024u /* arrivals whose hash is remembered */
#define PEER_MESSAGE_BYTES (LIMIT_FRAME_BYTES + LIMIT_RECORD_BYTES)
/* more than a window holds (LINK_FRAMES), so that a send never meets a full queue */
#define PEER_QUEUE_MESSAGES 1024
/* some windows, or two of the largest frames: a partner that reads nothing holds no more of our memory */
#define PEER_QUEUE_BYTES (2 * (size_t)PEER_MESSAGE_BYTES)

struct outward {
	struct link_out *link;
	struct line *line;
	struct arena *arena; /* of the frames */
	struct stream_frame frames[PEER_FRAMES];
	size_t count;
	uint64_t given; /* to the machine: a frame up to here is sent once more */
	bool is_fetching;
	bool wants_load; /* the machine waits for the frame behind load_after */
	uint64_t load_after;
	uint64_t acknowledged; /* as the partner says */
	uint64_t acknowledged_asked;
	uint64_t acknowledged_here; /* as our ledger has it */
	bool is_acknowledging;
	uint64_t recalled; /* the number that our ledger is asked to take back */
	enum err fetch_trouble, acknowledge_trouble; /* of the last try */
	struct buffer checkpoint;
};

struct inward {
	struct link_in *link;
	struct line *line;
	char partner_identity[LIMIT_NAME_BYTES + 1];
	size_t partner_identity_len;
	uint64_t asked_back;   /* the number of the frame that our ledger is asked for */
	enum err give_trouble; /* of the last frame that the partner asked back */
	struct { /* what was committed lately, by number: compared when it is sent again */
		uint64_t epoch, number;
		struct hash hash;
	} recent[PEER_RECENT];
};

struct peer {
	struct role *role;
	const struct config_partner *partner;
	struct hash caller; /* as the rate knows it */
	const struct peer_side *side;
	struct call_client *ledger;
	bool is_asking;
	enum err trouble; /* of the last try to begin */
	bool is_alarmed;  /* a machine has stopped, or was not begun because of an alarm */
	uint64_t resumed; /* how often an operator had spoken, when we asked last */
	uint64_t epoch;
	uint64_t heard_ms; /* noted last, by the monotonic clock; 0: not yet */
	bool has_planned;
	uint64_t next_ms;  /* when it is greeted again, as noted last */

	struct outward out;
	struct inward in;
};

/* An event that happens now. */
struct link_event peer_event(enum link_event_kind kind);

/* What the ledger's answer to a frame that came means to the link: only other bytes under its number stop it. */
enum link_event_kind peer_in_outcome(enum err err);

/* Something came from the partner, by its key. */
void peer_heard(struct peer *peer);

/* May the partner have us do more now? Then it takes a token; and what it costs beyond that, known only behind it. */
bool peer_may(const struct peer *peer);
void peer_charge(const struct peer *peer, size_t bytes);

void peer_alarm(struct peer *peer, const char *direction, const char *text);

/* The keys of both ends. ERR_CONFIG: the partner's key is none. */
enum err peer_keys_of(const struct peer *peer, struct curve_options *options);

/* The stream to the partner: its socket; then, when the ledger has said where it stands, its
 * machine. */
enum err peer_out_open(struct peer *peer);
enum err peer_out_begin(struct peer *peer, const struct ledger_link *at);
void peer_out_step(struct peer *peer, const struct link_event *event);
void peer_out_tick(struct peer *peer);
void peer_out_close(struct peer *peer);

/* The stream from the partner, likewise. */
enum err peer_in_open(struct peer *peer);
enum err peer_in_begin(struct peer *peer, const struct ledger_link *at);
void peer_in_step(struct peer *peer, const struct link_event *event);
void peer_in_close(struct peer *peer);

/*
 * Witnessing (peer_witness.c): false when the ledger could not be asked; the machine must be told
 * then.
 */
bool peer_witness_prove(struct peer *peer, const struct link_effect *effect);
bool peer_witness_judge(struct peer *peer, const struct link_effect *effect);
void peer_witness_keep(struct peer *peer, const struct link_effect *effect);

/*
 * After our ledger or the partner's was restored (peer_recall.c), likewise.
 */
bool peer_recall_find(struct peer *peer, const struct link_effect *effect);
bool peer_recall_take(struct peer *peer, const struct link_effect *effect);
bool peer_recall_settle(struct peer *peer);

#endif
