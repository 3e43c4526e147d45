/*
 * who - the gate's answer to "who asks": what a request shows becomes a caller.
 *
 * Looked up by hash in the ledger (CLERK_WHO), kept for a few seconds, and forgotten at once when an
 * identity is changed: all changes go through the gate, by who_change(). Who shows what has ended or
 * was revoked is told so, since nobody but its owner (or who stole it) has the whole of it; everything else
 * that is wrong is answered alike. An address that keeps showing wrong things is not listened to for a
 * while.
 *
 * A request may show a bearer token (Authorization), a session (cookie __Host-sampan), a client
 * certificate; the first of these that is there counts, and nothing makes good for it when it is wrong.
 * Tokens in a query are never looked at. A session changes something only with its CSRF token.
 */
#ifndef NODE_WHO_H
#define NODE_WHO_H

#include "node/call.h"
#include "node/identity.h"

#define WHO_PASSWORD_BYTES 1024u

struct who;

/* Clients are borrowed. warden may be NULL where nobody signs in. */
enum err who_open(struct call_client *ledger, struct call_client *clerk, struct call_client *warden,
		  struct who **ret_who);
/* callbacks are not called any more; NULL is accepted */
void who_close(struct who *who);

/* What a request shows; NULL: it is not there. Borrowed until who_resolve() returns. */
struct who_shown {
	const char *authorization;      /* the header */
	const char *cookie;             /* the header */
	const struct hash *certificate; /* SHA-256 of the client certificate, verified by TLS */
	const char *csrf;               /* header "Sampan-Csrf" */
	const char *reason;             /* header "Sampan-Reason" */
	const char *address;            /* of the client; never NULL */
	bool is_change;                 /* any method but GET, HEAD, OPTIONS */
	bool is_again; /* it was known when its answer began: never WHO_SLOW, whatever wrong ones
			  came from its address since */
};

enum who_verdict {
	WHO_KNOWN = 1,
	WHO_NOBODY = 2, /* it shows nothing: 401 where somebody is needed */
	WHO_WRONG = 3,  /* unknown, or no such form: 401 */
	WHO_FORGED = 4, /* a session without its CSRF token: 403 */
	WHO_SLOW = 5,   /* too many wrong ones from this address: 429 */
	WHO_AWAY = 6,   /* the clerk does not answer: 503 */
	WHO_ENDED = 7,  /* it was good until its time was over: 401 */
	WHO_REVOKED = 8 /* it was taken back, or its owner is locked: 401 */
};

/* caller is borrowed until the callback returns; a stranger unless WHO_KNOWN. */
typedef void who_on_known(void *context, enum who_verdict verdict, const struct caller *caller);

/* Exactly one callback, at once or later. ERR_MEMORY, ERR_UNAVAILABLE: none. */
enum err who_resolve(struct who *who, const struct who_shown *shown, who_on_known *callback,
		     void *context);

/*
 * Change an identity: LEDGER_IDENTITY, and what was known is forgotten before the answer is given.
 * Body as identity_pack().
 */
enum err who_change(struct who *who, struct bytes body, call_on_answer *callback, void *context);

/* The warden's client, for its other questions; NULL: none. */
struct call_client *who_warden(const struct who *who);

/* Forget what is kept. */
void who_forget(struct who *who);

/* ---- Signing in ---- */

struct who_signed_in {
	enum who_verdict verdict; /* WHO_KNOWN, WHO_WRONG, WHO_SLOW or WHO_AWAY */
	unsigned wait_seconds;    /* of WHO_SLOW */
	const char *cookie;       /* the value of the session's cookie; "" unless WHO_KNOWN */
	const char *csrf;
};
typedef void who_on_signed_in(void *context, const struct who_signed_in *signed_in);

/*
 * Name and password are copied as a name and a hash. Too long is wrong. ERR_MEMORY,
 * ERR_UNAVAILABLE: the callback is not called.
 */
struct who_sign_in {
	const char *name;
	struct bytes password;
	const char *address;
};
enum err who_sign_in(struct who *who, const struct who_sign_in *sign_in, who_on_signed_in *callback,
		     void *context);

#endif
