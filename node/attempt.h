/*
 * attempt - how often one may try to sign in: per account and per address, kept in the ledger, so
 * that a restart gives nobody new tries.
 *
 * A bucket of tries that fills again slowly; the try is counted, durably, before the password is
 * looked at, and given back when it was right. Names that no account has are counted too, and
 * answered with a verifier that nothing fits, so that nothing tells whether there is such an
 * account. What is stored does not grow with what strangers send: addresses and unknown names share
 * a fixed number of buckets, under a digest that nobody outside can compute. An IPv6 address counts
 * as its /64.
 */
#ifndef NODE_ATTEMPT_H
#define NODE_ATTEMPT_H

#include "node/identity.h"

#define ATTEMPT_OF_ACCOUNT 10u
#define ATTEMPT_OF_ACCOUNT_MS (60ull * 1000) /* until one more */
#define ATTEMPT_OF_ADDRESS 30u
#define ATTEMPT_OF_ADDRESS_MS (20ull * 1000)
#define ATTEMPT_SLOTS 65536u

struct attempt_bucket {
	uint32_t left;
	uint64_t since_ms; /* left was right then */
	uint64_t told_ms;  /* when it was last recorded that there is none left */
};

/* How full it is now; a clock that was set back fills nothing. Pure. */
void attempt_fill(struct attempt_bucket *bucket, uint64_t now_ms, uint32_t room,
		  uint64_t interval_ms);

/* Milliseconds until there is one again; 0: now. Behind attempt_fill(). */
uint64_t attempt_wait_ms(const struct attempt_bucket *bucket, uint64_t now_ms,
			 uint64_t interval_ms);

/* Give back the try of one whose password was right: the account's bucket is full again. */
enum err attempt_passed(const struct turn *turn, const char *name, const char *address);

identity_verb attempt_begin;

#endif
