/*
 * record - one event in the life of a message, as the ledger stores it.
 *
 * A record is immutable once committed; its packed bytes are the leaf of the Merkle tree and are
 * never rewritten. Its number is its place in the ledger, from 1 without gaps (leaf index + 1).
 * Payloads (documents, reports) are stored beside the leaf; the leaf holds their hashes and
 * lengths. The salt keeps records of low entropy from being guessed from public hashes. The byte
 * format is docs/ledger-format.md, version RECORD_VERSION.
 */
#ifndef NODE_RECORD_H
#define NODE_RECORD_H

#include "sampan/facts.h"
#include "sampan/hash.h"
#include "sampan/limit.h"
#include "sampan/pack.h"

#define RECORD_VERSION 1u
#define RECORD_SALT_BYTES 16u

struct record_payload {
	const char *role; /* "document", "output", "report", "findings": what it is to this
			   * record */
	struct hash hash;
	uint64_t len;
	bool is_hashed; /* for batch_append(): hash is set already */
};

struct record {
	uint64_t number;
	uint64_t time_ms;
	uint64_t message;  /* number of the record that began the message; its own number for the
			    * first */
	const char *event; /* ETSI EN 319 522 name where one fits: docs/ledger-format.md lists
			    * all */
	const char *actor; /* who caused it: "party:ID", "partner:CC", "desk", "node",
			    * "operator:NAME" */
	struct facts attributes;
	uint8_t salt[RECORD_SALT_BYTES];
	struct record_payload payloads[LIMIT_RECORD_PAYLOADS];
	size_t payload_count;
};

/*
 * The leaf bytes. ERR_LIMIT: longer than LIMIT_RECORD_BYTES. ERR_USAGE: message is 0 or above
 * number, the time lies beyond the year 9999, or there are too many payloads. Nothing is appended
 * then.
 */
enum err record_format(const struct record *record, struct buffer *to);

/*
 * Read leaf bytes; texts are copied into the arena. ERR_FORMAT; ERR_VERSION: written by a newer
 * program.
 */
enum err record_parse(struct bytes leaf, struct arena *arena, struct record *ret_record);

/* The leaf hash of RFC 9162 section 2.1.1: SHA-256(0x00 || leaf). */
struct hash record_leaf_hash(struct bytes leaf);

#endif
