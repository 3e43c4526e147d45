/*
 * ledger_call - what gate and courier may ask of the ledger role, and how it is packed (pack.h).
 *
 * Every question may be asked again after ERR_UNAVAILABLE: the ledger's operations are idempotent.
 * An answer means: what it speaks of is on disk.
 */
#ifndef NODE_LEDGER_CALL_H
#define NODE_LEDGER_CALL_H

#include "node/intake.h"
#include "node/outcome.h"
#include "node/stream.h"

enum ledger_operation {
	LEDGER_ACCEPT = 1,          /* struct intake -> struct ledger_accepted */
	LEDGER_REFUSE = 2,          /* struct intake -> struct ledger_accepted */
	LEDGER_WAIT = 3,            /* u64 size seen -> u64 size, as soon as it is larger */
	LEDGER_WORK = 4,            /* struct ledger_want -> u8 is there more, list of struct
				  * ledger_work */
	LEDGER_CHECKED = 5,         /* u64 message, facts, findings -> nothing */
	LEDGER_TRANSLATED = 6,      /* u64 delivery, struct outcome_translation -> nothing */
	LEDGER_HELD = 7,            /* u64 delivery, findings -> nothing */
	LEDGER_HANDED_OVER = 8,     /* u64 delivery -> nothing */
	LEDGER_CRASHED = 9,         /* u8 stage, u64 number -> bool: the same courier does it again */
	LEDGER_LINK = 10,           /* partner -> struct ledger_link */
	LEDGER_FRAMES = 11,         /* struct ledger_frames_wanted -> list of struct stream_frame */
	LEDGER_ACKNOWLEDGE = 12,    /* partner, u64 number, checkpoint -> nothing */
	LEDGER_ARRIVE = 13,         /* partner, struct link_frame -> the newest checkpoint of this
				  * ledger, may be empty */
	LEDGER_QUEUE = 15,          /* struct queue_change -> nothing */
	LEDGER_LODGED = 16,         /* u64 delivery, facts, findings -> nothing */
	LEDGER_IDENTITY = 30,       /* struct identity_ask -> facts */
	LEDGER_ATTACH = 40,         /* struct attachment_ask -> struct attachment_answer */
	LEDGER_AUTHORISE = 41,      /* struct certificate_ask -> struct certificate_answer */
	LEDGER_STAMP = 42,          /* stamped.h: a checkpoint was stamped -> nothing */
	LEDGER_WEBHOOK_OPEN = 50,   /* id -> u64 generation, u64 position (webhook.h) */
	LEDGER_WEBHOOK_DONE = 51,   /* id, u64 generation, u64 position -> nothing */
	LEDGER_WEBHOOK_REPLAY = 52, /* id, u64 from, operator -> nothing */
	LEDGER_ARCHIVE = 45,        /* operator, places of payloads (archive.h) -> nothing */
	LEDGER_HEALTH = 64          /* nothing -> struct health_ledger; waits for no commit */
};

struct ledger_accepted {
	enum intake_verdict verdict;
	const char *id; /* "" for INTAKE_KEY_USED and INTAKE_CHANGED */
	const char *state;
	const char *reference; /* the document's own; "" when it has none */
	uint64_t version;      /* as of struct intake_answer */
	struct findings findings;
	struct bytes
		receipt; /* JSON; empty when the seal is away: it follows; LEDGER_RECEIPT_LOST */
};

/* JSON as well: there was one, under a checkpoint that a restore did not bring back, and there will be no other. */
#define LEDGER_RECEIPT_LOST "null"
bool ledger_receipt_is_lost(const struct ledger_accepted *accepted);

#define LEDGER_WANTS 4u

/* Work is handed to one courier at a time: a new incarnation gets everything again. */
struct ledger_want {
	uint64_t incarnation;
	size_t count;
	struct {
		enum delivery_stage stage; /* STAGE_CHECK, _TRANSLATE, _HAND_OVER or _LODGE */
		uint32_t max_count;
	} of[LEDGER_WANTS];
};

struct ledger_work {
	enum delivery_stage stage;
	uint64_t number;      /* delivery; for STAGE_CHECK message */
	const char *message;  /* id */
	const char *to;       /* "party:ID", "partner:CC"; for STAGE_CHECK the sender */
	const char *as;       /* kind wanted; "" for STAGE_CHECK */
	struct facts outside; /* for STAGE_TRANSLATE */
	struct bytes document;
	bool is_damaged; /* for STAGE_CHECK: the document can be read no more, and is empty */
};

struct ledger_link {
	uint64_t epoch;        /* of this ledger */
	uint64_t acknowledged; /* outward */
	uint64_t given;        /* outward: the last number */
	bool is_unsettled;     /* restored: the partner is to be asked what it has (recall.h) */
	struct link_position in;
	bool is_stopped;  /* by an alarm about the partner's ledger (witness_state.h) */
	uint64_t resumed; /* how often an operator has spoken */
};

struct ledger_frames_wanted {
	const char *partner;
	uint64_t after;
	uint32_t max_count;
	uint64_t max_bytes;
};

void ledger_pack_intake(struct buffer *to, const struct intake *intake);
enum err ledger_unpack_intake(struct bytes from, struct arena *arena, struct intake *ret);
void ledger_pack_accepted(struct buffer *to, const struct ledger_accepted *accepted);
enum err ledger_unpack_accepted(struct bytes from, struct arena *arena,
				struct ledger_accepted *ret);
void ledger_pack_want(struct buffer *to, const struct ledger_want *want);
enum err ledger_unpack_want(struct bytes from, struct ledger_want *ret);
void ledger_pack_work(struct buffer *to, const struct ledger_work *work);
/* Reads one item of the list; the caller reads the count first and unpack_end() last. */
void ledger_unpack_work(struct unpack *from, struct arena *arena, struct ledger_work *ret);
void ledger_pack_checked(struct buffer *to, uint64_t message, const struct facts *facts,
			 const struct findings *findings);
enum err ledger_unpack_checked(struct bytes from, struct arena *arena, uint64_t *ret_message,
			       struct facts *ret_facts, struct findings *ret_findings);
void ledger_pack_translated(struct buffer *to, uint64_t delivery,
			    const struct outcome_translation *translation);
enum err ledger_unpack_translated(struct bytes from, struct arena *arena, uint64_t *ret_delivery,
				  struct outcome_translation *ret);
void ledger_pack_held(struct buffer *to, uint64_t delivery, const struct findings *findings);
enum err ledger_unpack_held(struct bytes from, struct arena *arena, uint64_t *ret_delivery,
			    struct findings *ret_findings);
void ledger_pack_link(struct buffer *to, const struct ledger_link *link);
enum err ledger_unpack_link(struct bytes from, struct ledger_link *ret);
void ledger_pack_frames_wanted(struct buffer *to, const struct ledger_frames_wanted *wanted);
enum err ledger_unpack_frames_wanted(struct bytes from, struct arena *arena,
				     struct ledger_frames_wanted *ret);
void ledger_pack_frame(struct buffer *to, const struct stream_frame *frame);
void ledger_unpack_frame(struct unpack *from, struct stream_frame *ret); /* content is borrowed */
void ledger_pack_arrive(struct buffer *to, const char *partner, const struct link_frame *frame);
enum err ledger_unpack_arrive(struct bytes from, struct arena *arena, const char **ret_partner,
			      struct link_frame *ret_frame);

#endif
