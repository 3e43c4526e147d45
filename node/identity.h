/*
 * identity - the registry of who may come in: accounts of people, their sessions, bearer tokens,
 * client certificates, mandates. Part of the ledger: changed by records only, by one writer.
 *
 * Every change is asked of the ledger role as LEDGER_IDENTITY: who asks, a verb, and its facts; the
 * answer is facts too. The ledger reads the caller's credential again in the same turn, so that what
 * was revoked a moment ago decides nothing any more. Asking again brings the same answer: nothing is
 * made twice.
 *
 * A refusal for what was asked is no error: the answer's fact "refused" is a word ("unknown-party"),
 * and nothing was put. ERR_DENIED: the caller may not. ERR_MISSING: there is no such account, token
 * or mandate, or none that the caller may know of.
 *
 * Secrets never come here: of tokens and sessions only the SHA-256, of passwords a verifier
 * (secret.h). Verifiers, sessions and sign-ins left stand in states only, never in a record: they can be
 * forgotten, and are not rebuilt.
 */
#ifndef NODE_IDENTITY_H
#define NODE_IDENTITY_H

#include "node/access.h"
#include "node/turn.h"

#define IDENTITY_NAME_BYTES 64u
#define IDENTITY_TEXT_BYTES 1024u /* any fact of a question */
#define IDENTITY_NOTE_BYTES 2048u /* but its "text" */
#define IDENTITY_LIST 1000u       /* of one owner, or in one answer */

/*
 * The verbs. Facts in: those named; out: "number" (of the record), and what is said.
 *
 *   user-add         name fullName party roles offices issuingOffices verifier
 *   user-change      name, and any of fullName party roles offices issuingOffices
 *   user-password    name verifier (ends all sessions of the account)
 *   user-lock        name (ends all sessions, stops tokens and certificates); user-unlock
 *   token-make       hash name, party or user, actions kinds until (RFC 3339 or "")
 *   certificate-bind hash name, party or user, actions kinds until
 *   revoke           number (of a token, certificate or session)
 *   attempt          name address -> verifier, or wait (seconds)
 *   sign-in          name address hash (after the password was right) -> number
 *   sign-out         hash
 *   used             hash (a session goes on)
 *   mandate-give     principal agent kinds from until; mandate-confirm, mandate-revoke  number
 *                    reason
 *   hand-over        office text (hand_over.h)
 *   read-beyond      message action (with the caller's reason): on record before it is answered
 *
 * attempt, sign-in, sign-out and used need no caller: roles of this node ask them, never a door for
 * somebody.
 */
struct identity_ask {
	struct caller caller;
	const char *verb;
	struct facts facts;
};

void identity_pack(struct buffer *to, const struct identity_ask *ask);
enum err identity_unpack(struct bytes from, struct arena *arena, struct identity_ask *ret_ask);

/*
 * Serve one. answer is initialised by the caller. ERR_USAGE: no such verb, or a fact that it needs
 * is not there or too long. On error the caller rewinds the batch.
 */
enum err identity_serve(const struct turn *turn, const struct identity_ask *ask,
			struct facts *answer);

/*
 * The caller as the registry knows it now: of a token, session or certificate by its hash, of a
 * folder by its party; the admin socket is believed. ERR_MISSING: it does not hold (any more).
 * Reason is taken over. On a turn without a batch: what is durable.
 */
enum err identity_resolve(const struct turn *turn, const struct caller *claimed,
			  struct caller *ret_caller);

/* ---- For the files of the registry ---- */

typedef enum err identity_verb(const struct turn *turn, const struct caller *caller,
			       const struct facts *facts, struct facts *answer);

/*
 * Record a change, in the life that message's record began (0: its own), and in the index of all
 * such records. attributes as message_record().
 */
enum err identity_record(const struct turn *turn, uint64_t message, const char *event,
			 const struct caller *caller, const char *const *attributes,
			 uint64_t *ret_number);

/* "refused" and why. */
enum err identity_refuse(struct facts *answer, const char *why);
bool identity_is_refused(const struct facts *answer);
enum err identity_answer_number(struct facts *answer, uint64_t number, struct arena *arena);

/* 1 to 64 of letters, digits, ".", "_", "-", "@", beginning with a letter or digit. */
bool identity_is_name(const char *text);

/* "" or an RFC 3339 time as this program writes it, or an ISO date (its end at the office). */
bool identity_parse_until(const char *text, uint64_t *ret_ms);

/* A number in decimal; 0: it is none. */
uint64_t identity_parse_number(const char *text);

/* The index: which things of this kind an owner has. An owner is any text. */
enum identity_index {
	IDENTITY_OF_OWNER = 'o', /* credentials of "user:NAME", "party:ID" */
	IDENTITY_OF_AGENT = 'a', /* mandates by agent, and by principal */
	IDENTITY_OF_PRINCIPAL = 'p',
	IDENTITY_HELD_BY_PAIR = 'l', /* mandate_index.h */
	IDENTITY_HELD_BY_AGENT = 'm',
	IDENTITY_SAME_MANDATE = 's',
	IDENTITY_CREDENTIAL = 'c',     /* all; the owner is "" */
	IDENTITY_HAND_OVER = 'h',      /* notes of an office, by its party and code: hand_over.h */
	IDENTITY_HAND_OVER_LAST = 'n', /* the newest of them */
	IDENTITY_RECORD = 'r'
};
struct turn_key identity_index_key(enum identity_index index, const char *owner);

/* An entry as it stands there. */
struct identity_entry {
	struct turn_key key;
	struct bytes value;
};
enum err identity_index_put(const struct turn *turn, enum identity_index index, const char *owner,
			    uint64_t number, struct bytes value);
enum err identity_index_drop(const struct turn *turn, enum identity_index index, const char *owner,
			     uint64_t number);

/* The first 16 bytes of SHA-256 of the text. */
#define IDENTITY_DIGEST_BYTES 16u
struct hash identity_digest(const char *text);

#endif
