/*
 * clerk_call - what may be asked of the clerk. Every answer is made from what is durable, JSON in
 * UTF-8 where nothing else is said; nothing is written.
 */
#ifndef NODE_CLERK_CALL_H
#define NODE_CLERK_CALL_H

enum clerk_operation {
	CLERK_STATUS = 1,     /* text: message id, or a reference, number or certificate ->
			       * {"message","timeline","deliveries"}; ERR_MISSING */
	CLERK_QUEUE = 2,      /* empty or u32 how many at most -> {"deliveries":[...]} that are not
			       * done: the held, then stage by stage, of each the oldest first and
			       * at most 1,000 */
	CLERK_COUNTS = 3,     /* empty -> how many records of each event there are, and what
			       * waits */
	CLERK_DELIVERIES = 4, /* u64 after -> {"deliveries":[...],"next"}: all, in order, at most
			       * 1,000 */
	CLERK_ARRIVALS = 5,   /* u64 after -> {"arrivals":[...],"next"}: all, in order, at most
			       * 1,000 */
	CLERK_RECEIPT = 6,    /* text: message id -> the receipt; ERR_UNAVAILABLE: not signed yet */
	CLERK_WHO = 20,       /* struct caller with a proof and its hash -> the caller, u8: a session's
			       * use is worth saying (identity.h, "used"), u8: of a stranger, why
			       * (enum credential_fate); packed */
	CLERK_IDENTITIES = 21, /* caller, text which list, u64 before -> identity_list.h */
	CLERK_READ = 40,      /* clerk_read.h: a message, or a piece of what can be downloaded */
	CLERK_LIST = 41,      /* clerk_list.h: a page of messages */
	CLERK_EVENTS = 42,    /* clerk_list.h: what happened behind a record */
	CLERK_PARTNERS = 43,  /* empty -> clerk_node.h */
	CLERK_SCHEMAS = 44,   /* empty -> clerk_node.h */
	CLERK_WEBHOOKS = 45,  /* empty -> webhook_call.h */
	CLERK_CHECKPOINT = 46, /* empty -> the newest signed checkpoint (clerk_tile.h) */
	CLERK_TILE = 47,      /* text "<L>/<N>[.p/<W>]" -> hashes (clerk_tile.h) */
	CLERK_STAMPED = 49,   /* empty -> stamped.h: what is stamped, and what could be */
	CLERK_CERTIFICATE = 51, /* clerk_certificate.h: number and code -> its status */
	CLERK_LANES = 55,     /* clerk_list.h: how many of what is open lie in each lane */
	CLERK_HAND_OVER = 56, /* clerk_hand_over.h: what is open at an office, and its notes */
	CLERK_EVIDENCE = 48   /* clerk_evidence.h: a piece of a message's evidence */
};

#endif
