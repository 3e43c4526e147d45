/*
 * link - the protocol between two nodes, as two pure state machines: events in, effects out, no
 * socket, no clock.
 *
 * Each direction is a stream of frames (epoch, number, hash): numbers from 1 without gaps in an
 * epoch. The receiver's last committed number is the only truth: after any break the sender resumes
 * behind it. The same number with another hash is an alarm that stops the stream until an operator
 * speaks. Delivery is exactly once because the receiver's number check and its append are one
 * commit. A byte-counted window bounds what is unacknowledged. Bytes on the wire: docs/link.md.
 *
 * How it is used: give an event to link_..._step(), then carry out the effects it returns, in
 * order. Effects hold borrowed memory, of the machine until its next step and of the event: keep
 * the event's bytes until the effects are carried out.
 */
#ifndef NODE_LINK_H
#define NODE_LINK_H

#include "sampan/hash.h"
#include "sampan/limit.h"
#include "sampan/pack.h"

#define LINK_VERSION 1u
#define LINK_NONCE_BYTES 16u
#define LINK_NODE_BYTES 256u
#define LINK_EFFECTS 64u
#define LINK_CONTENT_BYTES (LIMIT_FRAME_BYTES - 1024u) /* the longest content of a frame */
#define LINK_NOTE_BYTES 4096u                          /* the longest checkpoint in a receipt */
#define LINK_FRAMES 256u                               /* frames under way at once, however small */

struct link_frame {
	uint64_t epoch;
	uint64_t number;
	struct hash hash; /* SHA-256 of content */
	struct bytes content;
};

/* ---- The sender of one stream ---- */

enum link_out_state {
	LINK_OUT_GREETING, /* says hello again and again, with backoff, until it is welcomed */
	LINK_OUT_OPEN,     /* knows what the receiver has; sends what fits into the window */
	LINK_OUT_STOPPED   /* alarm: waits for an operator */
};

enum link_event_kind {
	LINK_START,   /* out: begin or resume; `number` = last acknowledged, `frame.number` = last given,
			 as the ledger knows them; `is_unsettled`: it was restored;
			 both: an operator has spoken, go on after an alarm */
	LINK_TICK,    /* both: time passes */
	LINK_MESSAGE, /* both: bytes from the wire in `content` */
	LINK_LOADED,  /* out: frame `frame` answers LINK_LOAD */
	LINK_NOTHING, /* out: nothing more to send now answers LINK_LOAD */
	LINK_AVAILABLE, /* out: there may be something to send again */
	LINK_COMMITTED, /* in: the frame `number` with `frame.hash` is durable, and all before it;
			   also when it was before */
	LINK_REFUSED,   /* in: the ledger could not take frame `number` now (full, away): ask for it
			   again later */
	LINK_CONFLICT,  /* in: the ledger holds another frame under `number` */
	LINK_AWAY, /* out: the ledger could not say now: answers LINK_LOAD, which comes again with a
		      later tick */
	LINK_PROVED,      /* out: answers LINK_PROVE: `content` for the partner; `number` and
			     `frame.hash` are size and root of our newest signed checkpoint */
	LINK_UNPROVEN,    /* out: answers LINK_PROVE: not now */
	LINK_UNKEPT,      /* out: the cosignature of LINK_COSIGNED could not be kept now */
	LINK_WITNESSED,   /* in: answers LINK_WITNESS: `content` for the partner; `number` and
			     `frame.hash`, in `frame.epoch`, are what we saw last of its
			     ledger */
	LINK_UNWITNESSED, /* in: answers LINK_WITNESS: not now */
	LINK_FOUND, /* in: answers LINK_RECALL: `frame`; number 0: there is none; no content: its
		       bytes are not known any more */
	LINK_UNFOUND, /* in: answers LINK_RECALL: not now */
	LINK_TAKEN,   /* out: answers LINK_TAKE: `number` is on record */
	LINK_UNTAKEN, /* out: answers LINK_TAKE and LINK_SETTLE: not now */
	LINK_SETTLED, /* out: answers LINK_SETTLE */
	LINK_HALT     /* both: stop; `content` says why, in English */
};

struct link_event {
	enum link_event_kind kind;
	uint64_t now_ms;
	uint64_t random; /* for the jitter of backoffs */
	uint64_t number;
	struct link_frame frame;
	struct bytes content;
	bool is_unsettled; /* LINK_START */
	bool is_behind; /* LINK_PROVED: there are records that the checkpoint does not cover yet */
};

enum link_effect_kind {
	LINK_SEND, /* put `content` on the wire */
	LINK_LOAD, /* out: give me the frame with `number` + 1. Answered exactly once, by LOADED,
		      NOTHING or AWAY; NOTHING only when the ledger said that there is none: it may
		      mean an alarm. At most one is open */
	LINK_ACKNOWLEDGED, /* out: the receiver has everything up to `number`, with its checkpoint
			      in `content`: record it */
	LINK_COMMIT, /* in: make `frame` durable as the next of its stream, then COMMITTED, REFUSED
			or CONFLICT. Several may be under way: commit them in this order. One that
			is there already is COMMITTED */
	LINK_ALARM,  /* both: `text` says what does not fit; nothing more goes until an operator
			speaks */
	LINK_PROVE, /* out: give me our newest signed checkpoint with a proof from size `number` of
		       `frame.epoch` on (0: none), and our card behind version `frame.number`. Answered once, by PROVED
		       or UNPROVEN. At most one is open */
	LINK_COSIGNED, /* out: the partner countersigned our checkpoint of size `number`; `content`
			  is the line: keep it */
	LINK_WITNESS,   /* in: the partner shows its checkpoint (`content`, docs/link.md): judge it.
			  Answered once, by WITNESSED, UNWITNESSED or HALT. At most one is open */
	LINK_RECALL, /* in: give me frame `number` of the partner's stream, as it arrived. Answered
			once, by FOUND or UNFOUND. At most one is open */
	LINK_TAKE,   /* out: the partner gave back our frame `number`, `content`: put it on record.
			Answered once, by TAKEN or UNTAKEN. At most one of these two is open */
	LINK_SETTLE  /* out: it has no more. Answered once, by SETTLED or UNTAKEN */
};

struct link_effect {
	enum link_effect_kind kind;
	uint64_t number;
	struct link_frame frame;
	struct bytes content;
	const char *text;
};

struct link_effects {
	struct link_effect items[LINK_EFFECTS];
	size_t count;
};

struct link_out;

/*
 * node: this node's name; epoch: of its ledger; window_bytes: bound of what is sent and not
 * acknowledged; nonce: random, new for each process. All copied.
 */
enum err link_out_new(const char *node, uint64_t epoch, size_t window_bytes,
		      const uint8_t nonce[LINK_NONCE_BYTES], struct link_out **ret_link);
void link_out_free(struct link_out *link); /* NULL is accepted */
void link_out_step(struct link_out *link, const struct link_event *event,
		   struct link_effects *ret_effects);
enum link_out_state link_out_state(const struct link_out *link);
/* When a partner that did not answer the first greeting is greeted again, as of now_ms; 0: none is due. */
uint64_t link_out_next_try(const struct link_out *link);

/* ---- The receiver of one stream ---- */

struct link_in;

/* What is committed of the stream so far: (epoch, number, hash); all zero for a new one. */
struct link_position {
	uint64_t epoch;
	uint64_t number;
	struct hash hash;
};

/*
 * Finds the hash that was committed under a number, so that a frame sent again can be compared:
 * true and *ret_hash, or false when it is not known any more (beyond the backup horizon).
 */
typedef bool link_lookup(void *context, uint64_t epoch, uint64_t number, struct hash *ret_hash);

enum err link_in_new(const struct link_position *position, const uint8_t nonce[LINK_NONCE_BYTES],
		     link_lookup *lookup, void *context, struct link_in **ret_link);
void link_in_free(struct link_in *link); /* NULL is accepted */
void link_in_step(struct link_in *link, const struct link_event *event,
		  struct link_effects *ret_effects);

/* The checkpoint that the next receipt carries; copied. */
enum err link_in_set_checkpoint(struct link_in *link, struct bytes note);

#endif
