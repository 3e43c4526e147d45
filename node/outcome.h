/*
 * outcome - what came of the work that the courier had done: checked, translated, held, handed
 * over, crashed.
 *
 * Every outcome may be told again (the answer may have been lost on the way): what is no longer
 * waiting for it is left as it is.
 */
#ifndef NODE_OUTCOME_H
#define NODE_OUTCOME_H

#include "node/delivery.h"
#include "sampan/finding.h"

struct outcome_translation {
	const char *as; /* the kind it was translated to, as the work named it */
	struct bytes output;
	struct bytes report; /* JSON, as report_format_brief writes it */
	struct hash schema_set;
};

/*
 * Record Translated with output and report, or, without a report, Canonicalised with the output
 * (the same kind, written in canonical form), and send the delivery on its way: to the seal when it
 * is for a partner. Nothing happens when the delivery has since become owed as another kind
 * (node/renewal.h): it is still to be translated.
 */
enum err outcome_translated(const struct turn *turn, uint64_t delivery,
			    const struct outcome_translation *translation);

/* It cannot be translated or handed over: hold it and say why. */
enum err outcome_held(const struct turn *turn, uint64_t delivery, const struct findings *findings);

/*
 * The seal signed what the record `output` holds: record Signed with the signature (the element
 * ds:Signature) and let the delivery be sent. Empty: the seal refused; it is held (not-signed).
 * Nothing happens when the delivery has another output by now.
 */
enum err outcome_signed(const struct turn *turn, uint64_t delivery, uint64_t output,
			struct bytes signature);

/* It lies in the local party's inbox. */
enum err outcome_handed_over(const struct turn *turn, uint64_t delivery);

/*
 * A worker died of it: the third time it is held. For STAGE_CHECK number is a message. *ret_is_again: it still waits in
 * this stage.
 */
enum err outcome_crashed(const struct turn *turn, enum delivery_stage stage, uint64_t number,
			 bool *ret_is_again);

/*
 * What an operator says of a delivery (queue_change.h), each on record with the actor and the reason,
 * which may be "": try a held one again, or drop it for good; keep back what waits and has no number
 * in a partner's stream yet; let go what was kept back. ERR_MISSING: there is none of this number, or
 * it is not where this can be said.
 */
typedef enum err outcome_word(const struct turn *turn, uint64_t delivery, const char *actor,
			      const char *reason);
outcome_word outcome_retry, outcome_drop, outcome_keep_back, outcome_let_go;

/* Why of a held delivery that an operator keeps back; all others are findings' codes. */
#define OUTCOME_KEPT_BACK "by-operator"

#endif
