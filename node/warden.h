/*
 * warden - what may be asked of the role that looks at passwords, and how it is packed.
 *
 * Hashing a password takes a quarter of a second of a core by intent. So it has a process of its
 * own, without files, network or ledger: it asks the ledger for a try and a verifier, hashes, and
 * has the ledger begin a session. Doors go on meanwhile. What is asked while WARDEN_WAITING others
 * wait is refused with ERR_FULL.
 */
#ifndef NODE_WARDEN_H
#define NODE_WARDEN_H

#include "sampan/hash.h"
#include "sampan/pack.h"

#define WARDEN_WAITING 16u
#define WARDEN_SECRET_BYTES 32u

enum warden_operation {
	WARDEN_SIGN_IN = 1, /* struct warden_sign_in -> struct warden_signed_in */
	WARDEN_VERIFIER = 2 /* fixed(32) digest of a new password -> text: its verifier */
};

struct warden_sign_in {
	const char *name;
	struct hash password; /* who_secret_password() */
	const char *address;
	struct hash
		session; /* SHA-256 of the session's secret; zero: only say whether the password is right */
};

enum warden_verdict { WARDEN_RIGHT = 1, WARDEN_WRONG = 2, WARDEN_WAIT = 3 };

struct warden_signed_in {
	enum warden_verdict verdict;
	uint32_t wait_seconds; /* of WARDEN_WAIT */
};

void warden_pack_sign_in(struct buffer *to, const struct warden_sign_in *sign_in);
enum err warden_unpack_sign_in(struct bytes from, struct arena *arena, struct warden_sign_in *ret);
void warden_pack_signed_in(struct buffer *to, const struct warden_signed_in *signed_in);
enum err warden_unpack_signed_in(struct bytes from, struct warden_signed_in *ret);

#endif
