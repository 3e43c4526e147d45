/*
 * signature_method - the algorithms of the profile by their names (docs/signatures.md). What is not
 * in these tables does not exist.
 */
#ifndef MESSAGES_SIGNATURE_METHOD_H
#define MESSAGES_SIGNATURE_METHOD_H

#include "messages/signature_c14n.h"
#include "sampan/trust.h"

#define SIGNATURE_DSIG "http://www.w3.org/2000/09/xmldsig#"
#define SIGNATURE_ENVELOPED SIGNATURE_DSIG "enveloped-signature"
#define SIGNATURE_EXCLUSIVE "http://www.w3.org/2001/10/xml-exc-c14n#"
#define SIGNATURE_SHA256 "http://www.w3.org/2001/04/xmlenc#sha256"

/* How SignedInfo is signed (RFC 6931). */
struct signature_method {
	const char *uri;
	enum trust_algorithm algorithm;
	enum digest digest;
};

/* NULL: none of that name. */
const struct signature_method *signature_method_named(struct bytes uri);

/* SIGNATURE_C14N_NONE, DIGEST_NONE: none of that name. */
enum signature_c14n signature_method_c14n(const char *uri);
enum digest signature_method_digest(const char *uri);

#endif
