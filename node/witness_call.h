/*
 * witness_call - what courier and command line ask of the ledger role about witnessing, how it is packed
 * (pack.h), and the answers that a turn gives. What needs the seal is answered by witnessing.h.
 */
#ifndef NODE_WITNESS_CALL_H
#define NODE_WITNESS_CALL_H

#include "node/witness_state.h"

enum witness_operation { /* behind those of ledger_call.h */
			 LEDGER_WITNESS =
				 70, /* partner, bytes content of a CHECKPOINT -> struct witness_told */
			 LEDGER_PROVE =
				 71, /* struct witness_wanted -> struct witness_proven; ERR_MISSING: nothing
			       * is signed yet */
			 LEDGER_COSIGNED =
				 72, /* partner, u64 size, bytes line -> nothing. ERR_MISSING: no card of it
			       * yet; ERR_DENIED: no good cosignature */
			 LEDGER_RESUME =
				 73 /* partner, operator, reason -> nothing. ERR_MISSING: no such partner */
};

struct witness_told {
	const char *alarm; /* not "": the link is to stop, and why */
	uint64_t size;     /* what we saw last of the partner's ledger; 0: nothing */
	struct hash root;
	struct witness_answer answer;
};

struct witness_wanted {
	const char *partner;
	uint64_t older; /* the proof is to start from there; 0: none is wanted */
	uint64_t older_epoch;
	uint64_t card; /* the version of our card that the partner has */
};

struct witness_proven {
	uint64_t size; /* of our newest signed checkpoint */
	struct hash root;
	bool is_behind;       /* there are records that it does not cover yet */
	struct bytes content; /* of a CHECKPOINT message */
};

/* How it stands with a partner now: packs struct witness_told. */
enum err witness_call_tell(const struct turn *turn, const char *partner, struct buffer *to);

void witness_call_pack_told(struct buffer *to, const struct witness_told *told);
enum err witness_call_unpack_told(struct bytes from, struct arena *arena,
				  struct witness_told *ret_told);
void witness_call_pack_wanted(struct buffer *to, const struct witness_wanted *wanted);
/* borrows */
enum err witness_call_unpack_proven(struct bytes from, struct witness_proven *ret_proven);

/* LEDGER_PROVE, LEDGER_COSIGNED and LEDGER_RESUME. */
enum err witness_call_serve(const struct turn *turn, uint16_t operation, struct bytes body,
			    struct buffer *to);

#endif
