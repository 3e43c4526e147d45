/*
 * evidence_trust - the folder of trust anchors that evidence is verified with.
 *
 * *.pub: a ledger's public key, as keys/ledger.pub of a node (a signed-note verifier key in each
 * line), or a witness's (type 04). *.yaml: a partner card, for the same key and the certificates that the partner signs with.
 * *.note: a node's own signed card (card.h), for the keys of its ledger and of it as a witness; one file
 * for each version that counts.
 * *.pem, *.crt, *.crl: whose signatures on documents are believed (trust_folder.h). Other files are
 * passed over. stamps/: the same files, for who gives time stamps: an authority believed there vouches
 * for no document, and none of the above for a stamp.
 */
#ifndef NODE_EVIDENCE_TRUST_H
#define NODE_EVIDENCE_TRUST_H

#define EVIDENCE_TRUST_STAMPS "stamps" /* below the folder */

#include "node/evidence_check.h"
#include "sampan/trust.h"

/*
 * Read it. ERR_MISSING: no such folder; ERR_FORMAT, ERR_CONFIG, ERR_LIMIT, ERR_IO: *ret_message (in
 * the arena) names the file. *ret_trust is empty when nobody's signature is believed, and
 * ret_anchors->stamps NULL when no stamp is; release them with trust_free() and stamp_trust_free().
 */
enum err evidence_trust_open(const char *folder, struct arena *arena,
			     struct evidence_anchors *ret_anchors, struct trust **ret_trust,
			     const char **ret_message);

/* Believe the ledgers and witnesses of one file too, as *.pub. Errors as above, but for ERR_MISSING: no such file. */
enum err evidence_trust_key(const char *path, struct arena *arena, struct evidence_anchors *anchors,
			    const char **ret_message);

/* Without a folder: nobody's signature on a document is believed. To be released with trust_free(). */
enum err evidence_trust_nobody(struct trust **ret_trust);

#endif
