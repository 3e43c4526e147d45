/*
 * seal_inside - what seal.c and seal_document.c share; nobody else includes it.
 */
#ifndef NODE_SEAL_INSIDE_H
#define NODE_SEAL_INSIDE_H

#include "node/document_key.h"
#include "node/seal.h"
#include "node/seal_memory.h"
#include "sampan/pack.h"
#include "sampan/token.h"

#define SEAL_PATH_BYTES 4096u

#define SEAL_OFFICES 64u
#define SEAL_CHAIN 4u /* certificates of authorities beside an office's own (trust.h: TRUST_SHOWN) */

/* An issuing office's key: signs what its officer decided, and nothing else. */
struct seal_office {
	const char *code;    /* the configuration's */
	struct token *token; /* NULL: it could not be opened */
	struct bytes chain[SEAL_CHAIN];
	size_t chain_count;
};

struct seal {
	struct key *key;
	char origin[CHECKPOINT_ORIGIN_BYTES]; /* name and epoch */
	uint64_t base;                        /* records before the epoch */
	struct seal_memory memory;
	struct document_keys keys; /* count 0: none */
	struct token *tokens[DOCUMENT_KEY_COUNT];
	struct key *witness; /* countersigns partners' checkpoints; NULL: none */
	struct seal_office offices[SEAL_OFFICES];
	size_t office_count;
	struct arena *arena; /* of their chains; NULL: none */
	char name[CHECKPOINT_ORIGIN_BYTES]; /* of this node */
	char directory[SEAL_PATH_BYTES];    /* of this node */
};

/*
 * Load the keys of documents. OK also when there are none (a node of an older version). ERR_DENIED:
 * others can read one; ERR_CONFLICT: a certificate is of another key; ERR_FORMAT, ERR_MISSING.
 */
enum err seal_open_documents(struct seal *seal, const char *directory);
void seal_close_documents(struct seal *seal);

/* Load the key that countersigns. OK also when there is none. ERR_DENIED: others can read it. */
enum err seal_open_witness(struct seal *seal, const char *directory, const char *name);

/* The office of that code whose key is here; NULL: none. */
const struct seal_office *seal_office_of(const struct seal *seal, const char *code);
void seal_close_offices(struct seal *seal);

void seal_unpack_hash(struct unpack *from, struct hash *ret_hash);

#endif
