/*
 * signature - is the document signed, by whom, and is that so?
 *
 * XML Signature 1.1 in one narrow profile (docs/signatures.md): only what the profile names is
 * looked at, everything else is refused before any key is used. The certificate in KeyInfo is
 * judged first (trust.h); its key is the only one that is ever tried. What is signed must be the very
 * nodes that the rest of this program reads.
 *
 * Pure: trust and time are arguments. A document without a signature costs nothing.
 */
#ifndef MESSAGES_SIGNATURE_H
#define MESSAGES_SIGNATURE_H

#include "messages/schema.h"
#include "sampan/trust.h"

struct signature_task {
	const struct schema_set *set; /* for the sentences of findings */
	const struct document *document;
	struct trust *trust; /* whom we believe; may be empty: nobody is known */
	int64_t now_ms;      /* the time that the verdict holds for */
	bool is_required;    /* a document without a signature that holds is refused */
};

/*
 * Verify what stands in the document; findings and facts (both borrowed) receive the verdict. OK
 * also when it is bad.
 *
 * Findings (docs/findings.md), errors unless said otherwise: "signature-missing",
 * "signature-form" (outside the profile, with path and line), "signature-invalid" (changed after it
 * was signed, or not by this key), "signature-stranger", "signature-expired",
 * "signature-revoked", "signature-purpose", "signature-unverified" (no trust configured: a warning,
 * an error where one is required), "signature-partial" (the header is not signed: likewise),
 * "signature-list" (no revocation list of its issuer: a warning).
 *
 * Facts, only when there is a signature and nothing is wrong: "signature.verdict" ("valid" or
 * "unverified"), "signature.signer" (what identifies the signer: the tax code of the certificate, or
 * the name of a pinned certificate, such as "partner:TH"), "signature.subject",
 * "signature.certificate" (SHA-256, hexadecimal), "signature.covers" ("document", "header content",
 * "content"), "signature.algorithm", "signature.time" (of the verdict, RFC 3339). The signature of
 * the sending system has the same under "signature.system.".
 */
enum err signature_verify(const struct signature_task *task, struct findings *findings,
			  struct facts *facts);

#endif
