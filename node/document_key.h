/*
 * document_key - the keys that sign what the node sends, their certificates, and from when until
 * when each of them does.
 *
 * They lie in seal/: document-1.key (PEM, 0600), document-1.crt, and so on, and the file
 * seal/documents, a line for each: name, the day from which it signs, the last day on which what it
 * signed is to be believed ("-" while that is open). The seal signs with the last one whose day has
 * come. All that are still to be believed, and those that will sign, stand on the card that partners
 * have, so that they know a new key before it is used (docs/signatures.md).
 */
#ifndef NODE_DOCUMENT_KEY_H
#define NODE_DOCUMENT_KEY_H

#include "node/calendar.h"
#include "sampan/arena.h"
#include "sampan/err.h"

#define DOCUMENT_KEY_TABLE "seal/documents"
#define DOCUMENT_KEY_COUNT 8u /* kept in the table; older ones leave it, their files stay */
#define DOCUMENT_KEY_NAME_BYTES 32u

struct document_key {
	char name[DOCUMENT_KEY_NAME_BYTES]; /* "document-1" */
	char from[CALENDAR_DATE_BYTES];
	char until[CALENDAR_DATE_BYTES]; /* "" is open */
};

struct document_keys {
	struct document_key items[DOCUMENT_KEY_COUNT]; /* in order of from */
	size_t count;
};

/* ERR_MISSING: the node has none yet. ERR_FORMAT: not such a file. */
enum err document_key_load(const char *directory, struct arena *arena,
			   struct document_keys *ret_keys);

/* The one that signs on a day; NULL when there is none. */
const struct document_key *document_key_on(const struct document_keys *keys, const char *day);

/* Is what it signed to be believed on that day or a later one? */
bool document_key_counts(const struct document_key *key, const char *day);

/* The path of its file, ending being "key" or "crt"; NULL: no memory. */
const char *document_key_path(const char *directory, const struct document_key *key,
			      const char *ending, struct arena *arena);

struct document_key_rotation {
	const char *directory;
	const char *name; /* of the node: the certificate's subject */
	const char *country;
	uint64_t now_ms;
	bool wants_rsa;        /* RSA with 3072 bits, because a partner cannot verify ECDSA */
	unsigned overlap_days; /* until the new key signs, and again until the old counts no more */
};

/*
 * Make a new key (P-256, or RSA) and its certificate. The first signs at once. Any other signs from
 * overlap_days later, and what the one before signed counts that much longer; with 0 days the new
 * one signs at once and the old counts no more. Everything is on disk when it is OK, or the table
 * is as it was. ERR_EXISTS: a new key waits for its day already (with 0 days it is passed over).
 * *ret_key is the new one.
 */
enum err document_key_rotate(const struct document_key_rotation *rotation, struct arena *arena,
			     struct document_key *ret_key);

#endif
