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

#include "node/message.h"
#include "sampan/finding.h"

/*
 * The key text of a certificate: "certificate|COUNTRY|NUMBER|DATE OF ISSUE" (flows.md, Keys) in the
 * turn's arena; NULL when out of memory. The country is the fact "issuer", else "country"; the date
 * is an ISO date, also where the document has it as yyyymmdd.
 */
const char *certificate_key(const struct turn *turn, const struct facts *facts);

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

#endif
