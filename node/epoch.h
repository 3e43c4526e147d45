/*
 * epoch - an operator's signed word that a ledger was restored from an older copy and goes on in a
 * new epoch. Without it the seal signs nothing in that epoch, and partners take the ledger for one
 * that was rolled back.
 *
 * A signed note (note.h), signed by the operator's key: an Ed25519 key whose private half is kept off
 * the node. Partners have its public half in the card that operators exchange. The seal has it
 * in seal/operator.pub and the words in seal/epoch-N.word, from epoch 2 on. Layout:
 * docs/ledger-format.md.
 */
#ifndef NODE_EPOCH_H
#define NODE_EPOCH_H

#include "node/checkpoint.h"
#include "node/note.h"
#include "sampan/arena.h"

#define EPOCH_WORD_BYTES 4096u
#define EPOCH_OPERATOR_FILE "seal/operator.pub"
#define EPOCH_KEY_NAME "operator" /* the key is called "NAME/operator" */

struct epoch_word {
	char name[NOTE_NAME_BYTES]; /* of the node */
	uint64_t epoch;             /* that begins */
	uint64_t before;            /* the epoch that was restored */
	uint64_t size;              /* of its tree, as restored */
	struct hash root;
	uint64_t records; /* of all epochs together: the new one begins with the next number */
	uint64_t known;   /* size of the last checkpoint of `before` that is known; 0: none */
	struct hash known_root;
	uint64_t time_ms;
};

/* Sign; the whole note goes to the buffer. ERR_USAGE: a value does not have its form. */
enum err epoch_sign(const struct epoch_word *word, const struct key *key, struct buffer *to);

/*
 * Read it and believe it: signed by this operator's key (a verifier key as text, of this node's name), about the node
 * of this name. ERR_FORMAT; ERR_DENIED: not by that key, or about another node.
 */
enum err epoch_verify(struct bytes note, const char *operator_key, const char *name,
		      struct epoch_word *ret_word);

/* The verifier key of an operator's public key. Errors stick in the buffer. */
enum err epoch_format_key(const char *name, const struct key *key, struct buffer *to);

/* ---- The files of a node ---- */

/* The operator's key as text. ERR_MISSING: the node has none. */
enum err epoch_load_key(const char *directory, struct arena *arena, const char **ret_key);

/* The word that opened an epoch, not verified. ERR_MISSING. */
enum err epoch_load_word(const char *directory, uint64_t epoch, struct arena *arena,
			 struct bytes *ret_note);

/* Store it, and the empty memory of what the seal signs in that epoch, before it. */
enum err epoch_save_word(const char *directory, uint64_t epoch, struct bytes note,
			 struct arena *arena);

/* The newest epoch that the seal has a word for; 1: none. */
enum err epoch_newest(const char *directory, struct arena *arena, uint64_t *ret_epoch);

/* The file of what the seal signed last in an epoch. NULL: no memory. */
const char *epoch_last_path(const char *directory, uint64_t epoch, struct arena *arena);

#endif
