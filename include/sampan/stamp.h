/*
 * stamp - time stamps of RFC 3161: an authority (TSA) says, signed, that it saw a digest at a time
 * (adapters/stamp_openssl.c).
 *
 * A question goes out as application/timestamp-query; what comes back is hostile until it was
 * checked: bounded, of one form, about this digest with this nonce, under the policy that was asked
 * for, by a certificate whose only purpose is time stamping and whose chain ends at who is believed.
 * Certificates are judged as of the time that the stamp says, so that a stamp outlives them; whether
 * that time is right is for who asked to compare with its clock. Lists of revocation are not looked
 * at. No clock, no network, no file.
 */
#ifndef SAMPAN_STAMP_H
#define SAMPAN_STAMP_H

#include "sampan/arena.h"
#include "sampan/buffer.h"
#include "sampan/hash.h"

#define STAMP_MAX_BYTES ((size_t)64 * 1024) /* the longest reply or token that is read */
#define STAMP_QUESTION_BYTES 512u           /* the longest question */
#define STAMP_NONCE_BYTES 8u                /* more is refused by some authorities */
#define STAMP_SKEW_MS UINT64_C(300000)      /* that an authority's clock and a node's may differ by */
#define STAMP_NAME_BYTES 256u               /* of an authority, with its zero */
#define STAMP_POLICY_BYTES 128u             /* an OID, with its zero */

/* ---- Who is believed ---- */

struct stamp_trust;

enum err stamp_trust_new(struct stamp_trust **ret_trust);
void stamp_trust_free(struct stamp_trust *trust); /* NULL is accepted */

/*
 * Believe the certificates of a PEM file: authorities, and TSAs by themselves. A file without any
 * (revocation lists) adds nobody. ERR_FORMAT: it cannot be read.
 */
enum err stamp_trust_add(struct stamp_trust *trust, struct bytes pem);

/* Is nobody believed? */
bool stamp_trust_is_empty(const struct stamp_trust *trust);

/* ---- Asking ---- */

struct stamp_question {
	struct hash digest; /* SHA-256 of what is stamped */
	uint8_t nonce[STAMP_NONCE_BYTES];
	const char *policy; /* OID; "": any */
};

/* Append the TimeStampReq, in DER. ERR_USAGE: the policy is no OID. */
enum err stamp_question_put(const struct stamp_question *question, struct buffer *to);

/* ---- What came back ---- */

enum stamp_verdict {
	STAMP_GOOD,
	STAMP_UNREADABLE, /* no reply or token of RFC 3161, or not of the form that is read */
	STAMP_REFUSED,    /* the authority did not stamp */
	STAMP_OTHER,      /* of another digest, nonce or policy */
	STAMP_STRANGER,   /* no chain to who is believed, or not for time stamping */
	STAMP_BROKEN      /* its signature does not hold, or is weaker than is taken */
};

struct stamp {
	uint64_t time_ms;                 /* since 1970, as the authority says */
	char authority[STAMP_NAME_BYTES]; /* subject of its certificate; printable characters */
	char policy[STAMP_POLICY_BYTES];  /* OID */
};

/*
 * Check the reply to a question. STAMP_GOOD: *ret_stamp, and *ret_token is the token in DER, in the
 * arena. ERR_MEMORY.
 */
enum err stamp_reply_check(const struct stamp_trust *trust, struct bytes reply,
			   const struct stamp_question *question, struct arena *arena,
			   enum stamp_verdict *ret_verdict, struct stamp *ret_stamp,
			   struct bytes *ret_token);

/* Check a token that was kept, whatever nonce it has. */
enum err stamp_token_check(const struct stamp_trust *trust, struct bytes token,
			   const struct hash *digest, enum stamp_verdict *ret_verdict,
			   struct stamp *ret_stamp);

/*
 * Is it unchanged, of this digest, signed by the certificate that it carries? Whoever that is: it says
 * nothing of trust. As stamp_token_check(), but never STAMP_STRANGER for want of an authority.
 */
enum err stamp_token_hold(struct bytes token, const struct hash *digest,
			  enum stamp_verdict *ret_verdict, struct stamp *ret_stamp);

/* "unreadable", "refused" ...: for logs. */
const char *stamp_verdict_name(enum stamp_verdict verdict);

#endif
