/*
 * seal - the role that holds the signing key, and what others may ask of it.
 *
 * It signs a checkpoint only if it extends the last one it signed in that epoch (a consistency
 * proof is shown and checked), never another root at the same size and never a smaller one; what it
 * signed last is on disk (synced) before the signature leaves. It signs in one epoch: the first, or the
 * last that an operator's signed word opened (epoch.h); what it signed last in each is kept.
 *
 * It signs a document only if shown the record that holds the document's hash and that record's
 * inclusion proof under a checkpoint of its own. It makes what is signed from that hash by itself
 * (messages/signature_write.h), and never sees the document.
 */
#ifndef NODE_SEAL_H
#define NODE_SEAL_H

#include "node/checkpoint.h"
#include "node/tree.h"

enum seal_operation {
	SEAL_SIGN = 1,      /* body: seal_pack_sign(); answer: the signed note. ERR_DENIED: does not
			     * extend the last one; ERR_LIMIT: too many notes wait to be stored;
			     * ERR_CONFLICT: a note is stored that the seal does not remember */
	SEAL_LAST = 2,      /* body: u64 size of the newest note that is stored, 0: none; answer: a
			     * list of bytes, the notes above that size in order, at least the last.
			     * ERR_MISSING: it never signed */
	SEAL_DOCUMENTS = 3, /* body: seal_pack_documents(); answer: a list of bytes, a ds:Signature
			     * for each, empty for what was refused. ERR_DENIED: not a note of its
			     * own; ERR_MISSING: no document key */
	SEAL_KEYS = 4, /* empty body; answer: list of text certificate's SHA-256, from, until, and
			* bytes certificate (DER). ERR_MISSING: no document key */
	SEAL_COSIGN = 5,   /* these three: seal_witness.h */
	SEAL_COSIGNED = 6,
	SEAL_CARDS = 7
};

struct seal_sign {
	struct checkpoint checkpoint;
	uint64_t older;          /* the size that the proof starts from: that of the last signed
				  * note; 0 for the first */
	uint64_t stored;         /* the size of the newest note that the ledger has on disk: what is
				  * above it the seal goes on remembering */
	struct tree_proof proof; /* consistency from older to checkpoint.size */
};

/* The record of an officer's decision, whose payload "output" the key of the office signs. */
#define SEAL_DECIDED "OfficeDecided"

#define SEAL_DOCUMENTS_MAX 256u /* in one question */

/* A record whose output is to be signed, and where it stands in the tree. */
struct seal_document {
	struct bytes leaf;
	struct tree_proof proof; /* inclusion, in the checkpoint of the question */
};

struct config;
struct seal; /* the keys and what it signed last */

/* The files of a seal below the node's folder. */
#define SEAL_KEY_FILE "seal/ledger.key"
#define SEAL_LAST_FILE "seal/last" /* node/seal_memory.h; empty before the first */

/*
 * Load key and last notes. ERR_MISSING: the key or the file of the last notes is not there: without
 * it the seal does not know what it signed and signs nothing. ERR_CORRUPT: the file is damaged, or
 * not of this key and origin. ERR_DENIED: others can read the key, or an epoch was opened by nobody's word.
 */
enum err seal_open(const char *directory, const char *node_name, struct seal **ret_seal);
void seal_close(struct seal *seal); /* wipes the key; NULL is accepted */

/*
 * Open the keys of issuing offices (config.h). One that cannot be opened signs nothing, and the others do:
 * *ret_bad is the code of the first such (NULL: none), *ret_why its error as token_open_file() says it,
 * or that its certificates cannot be read (ERR_FORMAT) or are too many (ERR_LIMIT). ERR_MEMORY.
 */
enum err seal_open_offices(struct seal *seal, const struct config *config, const char **ret_bad,
			   enum err *ret_why);

/*
 * What the operations answer with. The note is on disk before it is given out. ERR_IO, ERR_FULL:
 * not signed.
 */
enum err seal_sign(struct seal *seal, const struct seal_sign *sign, struct buffer *ret_note);
enum err seal_notes(const struct seal *seal, uint64_t stored, struct buffer *ret_answer);

/* The last note. ERR_MISSING: it never signed. */
enum err seal_last(const struct seal *seal, struct buffer *ret_note);

/*
 * Sign documents: for each a ds:Signature, or nothing when the leaf is no record of a document that
 * was made to be sent (events Translated and Canonicalised, payload output) or that an officer decided
 * (event OfficeDecided, the same payload), or is not in the tree. The first are signed by the node's key, the last by
 * that of the office that the record names: neither ever signs what is the other's.
 * day: of now, which decides between keys (node/document_key.h). The note is of any size that this
 * seal ever signed. Errors as SEAL_DOCUMENTS; ERR_FORMAT; ERR_IO: the key failed.
 */
enum err seal_sign_documents(struct seal *seal, struct bytes question, const char *day,
			     struct buffer *ret_answer);

/* What SEAL_KEYS answers. */
enum err seal_keys(const struct seal *seal, struct buffer *ret_answer);

/* The head of the question, then seal_pack_document() for each. */
void seal_pack_documents(struct buffer *to, struct bytes note, size_t count);
void seal_pack_document(struct buffer *to, const struct seal_document *document);

void seal_pack_sign(struct buffer *to, const struct seal_sign *sign);
enum err seal_unpack_sign(struct bytes from, struct seal_sign *ret_sign);

#endif
