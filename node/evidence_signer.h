/*
 * evidence_signer - was the signer's certificate revoked when the document was lodged? By the lists that the
 * node's verdict rested on, which evidence holds (grounds.h), and by those of the trust folder, which may
 * be newer and know of it now. And who stands between the signer and the authority that the reader believes:
 * the document shows its own certificate, often no other, so what the verdict names and evidence holds is
 * taken as shown, believed by nobody (RFC 5280 section 6.1).
 */
#ifndef NODE_EVIDENCE_SIGNER_H
#define NODE_EVIDENCE_SIGNER_H

#include "node/evidence_repeat.h"
#include "sampan/trust_list.h"

/*
 * Before the signature is verified: chains may lead through the authorities that the record's verdict names.
 * ERR_FORMAT: one in the file is no certificate; the fault is set. ERR_MEMORY. Whatever comes of it,
 * evidence_signer_forget() ends this and what evidence_signer_ask() brought.
 */
enum err evidence_signer_bring(struct evidence_repeat *repeat, const struct evidence_record *of);
void evidence_signer_forget(struct evidence_repeat *repeat);

/*
 * Of the signer that repeat->trust found good last, as of the time of the record that says so. ERR_FORMAT:
 * a list in the file is none; the fault is set. ERR_MEMORY.
 */
enum err evidence_signer_ask(struct evidence_repeat *repeat, const struct evidence_record *of,
			     struct trust_list_answer *ret_answer);

/* It in words, as a row. */
enum err evidence_signer_tell(struct evidence_repeat *repeat, const struct evidence_record *of,
			      const struct trust_list_answer *answer);

#endif
