/*
 * clerk_call - what may be asked of the clerk. Every answer is JSON in UTF-8, made from what is
 * durable; nothing is written.
 */
#ifndef NODE_CLERK_CALL_H
#define NODE_CLERK_CALL_H

enum clerk_operation {
	CLERK_STATUS = 1,     /* text: message id, or a reference, number or certificate ->
			       * {"message","timeline","deliveries"}; ERR_MISSING */
	CLERK_QUEUE = 2,      /* empty -> {"deliveries":[...]} that are not done, oldest first, at
			       * most 1,000 */
	CLERK_COUNTS = 3,     /* empty -> how many records of each event there are, and what
			       * waits */
	CLERK_DELIVERIES = 4, /* u64 after -> {"deliveries":[...],"next"}: all, in order, at most
			       * 1,000 */
	CLERK_ARRIVALS = 5,   /* u64 after -> {"arrivals":[...],"next"}: all, in order, at most
			       * 1,000 */
	CLERK_RECEIPT = 6     /* text: message id -> the receipt; ERR_UNAVAILABLE: not signed yet */
};

#endif
