/*
 * who_secret - secrets as text, and which of them a request shows: reading Authorization and
 * Cookie, every byte hostile.
 */
#ifndef NODE_WHO_SECRET_H
#define NODE_WHO_SECRET_H

#include "node/caller.h"

#define WHO_COOKIE "__Host-sampan"
#define WHO_TOKEN_PREFIX "sampan_"
#define WHO_SECRET_BYTES 32u
#define WHO_TEXT_BYTES 64u /* a secret as text, with prefix and final zero */

/* 32 random bytes as text: prefix, then base64url; and the SHA-256 of the text. */
void who_secret_make(const char *prefix, char ret_text[WHO_TEXT_BYTES], struct hash *ret_hash);

/* The hash of a text of that form: false for any other. */
bool who_secret_hash(const char *prefix, struct bytes text, struct hash *ret_hash);

/* The CSRF token of a session: nobody can make it without the session's secret. */
void who_secret_csrf(const char *cookie, char ret_csrf[HASH_HEX_BYTES]);

/* What of a password leaves the process that read it: SHA-256 over a label and the password. */
struct hash who_secret_password(struct bytes password);

enum who_secret_found {
	WHO_SECRET_NONE = 0, /* it shows nothing */
	WHO_SECRET_GOOD = 1, /* it has the form of one */
	WHO_SECRET_WRONG = 2 /* something else stands there, or two of them */
};

struct who_secret {
	enum caller_proof proof;
	struct hash hash;
	char csrf[HASH_HEX_BYTES]; /* of a session: what the CSRF token must be; "" otherwise */
};

/*
 * Each may be NULL. Authorization counts before the cookie, and that before the certificate. Other
 * cookies are passed over; ours twice, with whatever values, is wrong: somebody tries to slip one
 * in.
 */
enum who_secret_found who_secret_find(const char *authorization, const char *cookie,
				      const struct hash *certificate,
				      struct who_secret *ret_secret);

#endif
