/*
 * issue - what an officer of an issuing office decided, on its way to a document that the office's
 * key in the seal signed: a certificate issued or replaced, one cancelled.
 *
 * Three steps, each durable before the next begins, and each repeated after a crash without harm:
 *
 * 1. The decision. The record OfficeDecided (seal.h, SEAL_DECIDED) holds the document as the officer's form made it, in canonical
 *    form, not signed; a delivery to "office:CODE" begins in the same commit (issue_decide()). A
 *    certificate takes the office's next number in that commit too: numbers have no gaps.
 * 2. The seal is shown that record with its proof and signs the hash that it names, with the key of the
 *    office that it names (seal.h); the signature is recorded (outcome.h).
 * 3. The signed document is checked by a worker like every other, and lodged by the issuing authority
 *    like every other, in one commit with the end of the delivery (issue_lodged()). Only this makes a
 *    certificate.
 *
 * So a certificate is issued once: a decision that is under way lets no second one in, a signature is
 * recorded before anything is lodged, and the same bytes lodged again are the same message. What fails
 * is held, and an operator tries again or drops it (outcome.h).
 */
#ifndef NODE_ISSUE_H
#define NODE_ISSUE_H

#include "node/delivery.h"
#include "sampan/finding.h"

#define ISSUE_NUMBER_BYTES 36u /* a certificate's number with its zero */

/* The fact of a message that an officer decided on: which decision is under way; "" none. */
#define ISSUE_PENDING "deciding"

struct issue {
	const char *decision;  /* the form's name: "issue", "replace", "cancel" ... */
	const char *actor;     /* "user:NAME", or "party:ID" of the office's machine */
	const char *party;     /* of who decides */
	const char *reason;    /* in words; "" none */
	struct bytes document; /* canonical, not signed */
	struct facts facts;    /* what a worker read off it */
};

/*
 * The office that speaks of this message, when its key is in the seal: config_office_of() of the
 * message's fact "office". NULL: none, or it is another party's.
 */
const struct config_office *issue_office(const struct turn *turn, const struct message *of,
					 const char *party);

/*
 * The number that the office's next certificate for goods to this country will have, as of now:
 * "VN-TH 26/01/00417": country and destination, year, the office's number, the running number.
 * Numbers that a lodged certificate has are passed over. ERR_LIMIT: the year's are used up.
 */
enum err issue_number(const struct turn *turn, const struct config_office *office,
		      const char *destination, char ret_number[ISSUE_NUMBER_BYTES]);

/*
 * The certificate in force for the goods of this exporter's declaration ("" of a number: ERR_MISSING).
 * ERR_MISSING: there is none, or it was cancelled or replaced.
 */
enum err issue_certified(const struct turn *turn, const char *exporter, const char *declaration,
			 struct message *ret_certificate);

/*
 * Record the decision (*ret_record) and begin its delivery; the caller saves `of`. What stands against it is a
 * finding, and then nothing is put: a decision is under way already (decision-pending), the office's key is
 * not here (no-office-key), the number is not the next one (number-taken), what it speaks of is in a state that this does
 * not fit (not-in-this-state), the goods are certified, or are being certified by another decision, and no
 * reason is given (goods-certified), the document is of another office (not-allowed). Errors leave the batch to be
 * rewound.
 */
enum err issue_decide(const struct turn *turn, struct message *of, const struct issue *issue,
		      struct findings *findings, uint64_t *ret_record);

/*
 * A worker checked the signed document: lodge it for the office's party, and end the delivery. What is
 * found is a hold with these findings. Nothing happens when the delivery no longer waits for it.
 */
enum err issue_lodged(const struct turn *turn, uint64_t delivery, const struct facts *facts,
		      struct findings *findings);

/* An operator drops the delivery: the message may be decided on again. */
enum err issue_dropped(const struct turn *turn, const struct delivery *delivery);

/*
 * A new epoch began and the seal signs nothing of the old one: the decision is recorded anew, with the
 * number of its first record, and waits to be signed.
 */
enum err issue_restate(const struct turn *turn, struct delivery *delivery);

#endif
