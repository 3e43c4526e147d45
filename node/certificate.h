/*
 * certificate - the exporter's word on a certificate of origin: authorised for transmission, or
 * withheld.
 *
 * The word may arrive before the certificate itself (they come through different folders): then it
 * is parked and acted on when the certificate is issued. Only the exporter named in the certificate
 * is heard.
 */
#ifndef NODE_CERTIFICATE_H
#define NODE_CERTIFICATE_H

#include "node/caller.h"
#include "node/message.h"
#include "node/repeat.h"
#include "sampan/finding.h"

/*
 * The key text of a certificate: "certificate|COUNTRY|NUMBER|DATE OF ISSUE" (flows.md, Keys) in the
 * turn's arena; NULL when out of memory. The country is the fact "issuer", else "country"; the date
 * is an ISO date, also where the document has it as yyyymmdd.
 */
const char *certificate_key(const struct turn *turn, const struct facts *facts);

/*
 * "number|COUNTRY|NUMBER" with the number's letters and digits alone, in capitals: the same for every spelling, and for
 * every date, of what stands on paper (by_hand.h). In the turn's arena; NULL when out of memory.
 */
const char *certificate_number_key(const struct turn *turn, const struct facts *facts);

/* Its day of issue as an ISO date, also where the document has it as yyyymmdd; NULL when out of memory. */
const char *certificate_date(const struct turn *turn, const struct facts *facts);

/* A certificate was issued: remember it, close the application it answers, act on a word that waits
 * for it. */
enum err certificate_issued(const struct turn *turn, struct message *certificate);

/*
 * An authorisation was lodged. *ret_parked: the certificate is not known yet. An objection is added
 * to the findings when the sender speaks for another exporter than himself, or is not the
 * certificate's; then nothing is put.
 */
enum err certificate_authorise(const struct turn *turn, const struct message *word,
			       struct findings *findings, bool *ret_parked);

/* The same word, said over HTTP instead of in a document. */
struct certificate_ask {
	struct caller caller;
	const char *message; /* id of the certificate's message */
	bool is_yes;
	struct repeat_ask repeat;
};

enum certificate_verdict {
	CERTIFICATE_SAID = 1,     /* or it was said before */
	CERTIFICATE_KEY_USED = 2, /* the Idempotency-Key came with another request */
	CERTIFICATE_STATE = 3     /* no certificate, or it is past that: state says where */
};

struct certificate_answer {
	enum certificate_verdict verdict;
	const char *state;
};

/*
 * ERR_MISSING: no such message for this caller. ERR_DENIED: they are neither the exporter named in
 * it nor his agent, or their credential does not hold any more. Errors leave the batch to be
 * rewound.
 */
enum err certificate_say(const struct turn *turn, const struct certificate_ask *ask,
			 struct certificate_answer *ret_answer);

void certificate_pack(struct buffer *to, const struct certificate_ask *ask);
enum err certificate_unpack(struct bytes from, struct arena *arena, struct certificate_ask *ret);
/* certificate_say(), packed. */
enum err certificate_serve(const struct turn *turn, struct bytes question, struct buffer *answer);

void certificate_pack_answer(struct buffer *to, const struct certificate_answer *answer);
enum err certificate_unpack_answer(struct bytes from, struct arena *arena,
				   struct certificate_answer *ret);

#endif
