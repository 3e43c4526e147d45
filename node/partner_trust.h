/*
 * partner_trust - whose signatures are believed on what a partner sends: the certificates that stand
 * on its card, each until its day.
 */
#ifndef NODE_PARTNER_TRUST_H
#define NODE_PARTNER_TRUST_H

#include "sampan/config.h"
#include "sampan/trust.h"

struct partner_trust;

/* For all partners of the configuration, which is borrowed. Release with partner_trust_free(). */
enum err partner_trust_new(const struct config *config, struct partner_trust **ret_trust);
void partner_trust_free(struct partner_trust *trust); /* NULL is accepted */

/*
 * Whom to believe on what this sender ("partner:CC") sends at that time. ERR_MISSING: its card names
 * no certificate, so that no signature is expected. The answer is valid until the next call.
 */
enum err partner_trust_of(struct partner_trust *trust, const char *sender, uint64_t now_ms,
			  struct trust **ret_trust);

#endif
