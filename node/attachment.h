/*
 * attachment - a paper that belongs to a message: an invoice, a bill of lading ... as PDF, image or
 * XML.
 *
 * Its bytes are the payload "attachment" of a record AttachmentAccepted in the message's life, so
 * they are known by their SHA-256 and proved like everything else. The same file as the same paper
 * of the same message is there once, however often it is brought.
 */
#ifndef NODE_ATTACHMENT_H
#define NODE_ATTACHMENT_H

#include "node/caller.h"
#include "node/repeat.h"

#define ATTACHMENT_NAME_BYTES 200u

struct attachment_ask {
	struct caller caller;
	const char *message; /* id */
	const char *type;    /* what it is: a code of schemas/attachments.yaml */
	const char *media;   /* what its bytes are: api_media.h */
	const char *name;    /* of the file; "" for none */
	struct bytes content;
	struct repeat_ask repeat;
};

enum attachment_verdict {
	ATTACHMENT_TAKEN = 1,    /* or it was there before: it is on disk */
	ATTACHMENT_KEY_USED = 2, /* the Idempotency-Key came with another request */
	ATTACHMENT_TOO_MANY = 3, /* the message has config.max_attachments of them */
};

struct attachment_answer {
	enum attachment_verdict verdict;
	const char *name; /* under which it was brought first */
};

/* The kind of file by its media type, the paper by its code; NULL: may not be attached. */
const struct config_attachment *attachment_kind(const struct config *config, const char *media);
const struct config_paper *attachment_paper(const struct config *config, const char *code);
/* The largest size of any kind. */
size_t attachment_max_bytes(const struct config *config);

/*
 * In the ledger's turn. ERR_MISSING: no such message for this caller. ERR_DENIED: the caller's
 * credential does not hold any more, or does not allow it. ERR_USAGE: no such kind or paper, or too
 * large. Errors leave the batch to be rewound.
 */
enum err attachment_take(const struct turn *turn, const struct attachment_ask *ask,
			 struct attachment_answer *ret_answer);

void attachment_pack(struct buffer *to, const struct attachment_ask *ask);
enum err attachment_unpack(struct bytes from, struct arena *arena, struct attachment_ask *ret);
/* The same, packed. */
enum err attachment_serve(const struct turn *turn, struct bytes question, struct buffer *answer);

void attachment_pack_answer(struct buffer *to, const struct attachment_answer *answer);
enum err attachment_unpack_answer(struct bytes from, struct arena *arena,
				  struct attachment_answer *ret);

#endif
