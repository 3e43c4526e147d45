/*
 * log_model - a ledger's tree that can be forked and rolled back, and a witness with its seal, as
 * models for the simulator of the link.
 *
 * Proofs, roots and judgements are the real ones (node/tree.h, node/witness.h); notes are signed
 * where there is a key.
 */
#ifndef TESTS_SUPPORT_LOG_MODEL_H
#define TESTS_SUPPORT_LOG_MODEL_H

#include "node/epoch.h"
#include "node/witness.h"

#define LOG_MODEL_NAME "th.sampan.example"
#define LOG_MODEL_ORIGIN LOG_MODEL_NAME "/1"
#define LOG_MODEL_MAX 512u
#define LOG_MODEL_LEVELS 10u

struct log_model {
	struct tree tree;
	struct hash nodes[LOG_MODEL_LEVELS][LOG_MODEL_MAX];
	uint64_t branch;             /* leaves of different branches differ */
	const struct key *key;       /* NULL: notes carry no real signature */
	uint64_t epochs;             /* later ones that were opened; the first is epoch 1 */
	const struct log_model *old; /* of the epoch before, as restored */
	uint8_t word[EPOCH_WORD_BYTES];
	size_t word_len;
};

void log_model_grow(struct log_model *log, uint64_t count);

/* Forget what is behind `size`; what grows from now on is of another branch. */
void log_model_fork(struct log_model *log, uint64_t size);

/*
 * Restore it at `size`, and go on in a new epoch of one leaf, endorsed by the operator's key; NULL: by
 * nobody. *old keeps what was restored, for as long as the log is used.
 */
void log_model_restore(struct log_model *log, uint64_t size, const struct key *operator_key,
		       struct log_model *old);

uint64_t log_model_epoch(const struct log_model *log);

/* The root that a log of at least this size had then. */
struct hash log_model_root(const struct log_model *log, uint64_t size);

/* The content of a CHECKPOINT message. The log is not empty. */
void log_model_show(const struct log_model *log, uint64_t older, struct buffer *to);

/* The same, with a proof from a size of this epoch or of the one that was restored. */
void log_model_show_from(const struct log_model *log, uint64_t epoch, uint64_t older,
			 struct buffer *to);

struct witness_model {
	struct config_partner partner; /* whose log it is */
	struct checkpoint seen;        /* in the witness's ledger */
	struct checkpoint backup;      /* what it may be restored to */
	struct checkpoint sealed;      /* the seal's own memory: never lost */
	enum witness_verdict alarm;    /* WITNESS_NEW: none */
};

/*
 * As ledger and seal do together: true and the content of the SEEN message, or false: alarm.
 * *ret_cosigned: size 0, or what was countersigned.
 */
bool witness_model_judge(struct witness_model *model, struct bytes content, struct buffer *answer,
			 struct checkpoint *ret_cosigned);

#endif
