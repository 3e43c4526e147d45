/*
 * signed - who signed a document, held against who sends it.
 *
 * The worker has said in the facts "signature.*" whose signature holds (messages/signature.h); here
 * it is decided whether that is the right one. A document without a signature is not looked at:
 * whether it must have one was decided before.
 */
#ifndef NODE_SIGNED_H
#define NODE_SIGNED_H

#include "sampan/facts.h"
#include "sampan/finding.h"

/*
 * Puts "signature-not-yours" when the signature is of none of these: the party's tax code, or the
 * sender that the document names (`from`), who has been held against the party before, also by
 * mandate. Either may be "".
 */
enum err signed_object(const struct facts *facts, const char *tax_code, const char *from,
		       struct findings *findings);

/* The same for what a partner ("partner:TH") sends: it signs itself. */
enum err signed_object_to_partner(const struct facts *facts, const char *partner,
				  struct findings *findings);

/*
 * The attributes of a record (name, value, ..., NULL) with the verdict's facts behind them, in the
 * arena; NULL: no memory.
 */
const char **signed_attributes(const struct facts *facts, const char *const *attributes,
			       struct arena *arena);

#endif
