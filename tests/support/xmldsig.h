/*
 * xmldsig - signs documents as a stranger's program would, for tests: canonical forms by libxml2,
 * keys by OpenSSL, every part of the signature as the test wishes, also wrong ones.
 */
#ifndef TESTS_SUPPORT_XMLDSIG_H
#define TESTS_SUPPORT_XMLDSIG_H

#include <libxml/tree.h>

#include "tests/support/pki.h"

#define XMLDSIG_PLACE "{SIGNATURE}" /* stands in the document where the signature goes */
#define XMLDSIG_DS "http://www.w3.org/2000/09/xmldsig#"
#define XMLDSIG_EXCLUSIVE "http://www.w3.org/2001/10/xml-exc-c14n#"
#define XMLDSIG_INCLUSIVE "http://www.w3.org/TR/2001/REC-xml-c14n-20010315"
#define XMLDSIG_ENVELOPED XMLDSIG_DS "enveloped-signature"
#define XMLDSIG_RSA "http://www.w3.org/2001/04/xmldsig-more#rsa-sha256"
#define XMLDSIG_PSS "http://www.w3.org/2007/05/xmldsig-more#sha256-rsa-MGF1"
#define XMLDSIG_ECDSA "http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha256"
#define XMLDSIG_SHA256 "http://www.w3.org/2001/04/xmlenc#sha256"

struct xmldsig_reference {
	const char *uri;
	const char *transforms[4]; /* URIs; none: the element is left out */
	const char *digest;        /* NULL: SHA-256 */
	const char *inside;        /* put into the last Transform; NULL: nothing */
};

struct xmldsig_wish {
	const struct pki *signer;
	const struct pki *chain[3];             /* further certificates, behind the signer's */
	struct xmldsig_reference references[4]; /* none: the whole document, exclusive */
	const char *c14n;                       /* NULL: exclusive */
	const char *method;                     /* NULL: by the key, SHA-256 */
	const char *prefix;                     /* NULL: "ds:"; "" for the default namespace */
	const char *key_info;                   /* instead of X509Data; NULL: as usual */
	const char *more_key_info;              /* beside it */
	const char *object;                     /* behind KeyInfo */
	const char *space;                      /* between the elements; NULL: nothing */
};

/* The document with its signature, in the arena. */
struct bytes xmldsig_sign(const char *document, const struct xmldsig_wish *wish,
			  struct arena *arena);

/* The text with every `from` replaced; the test fails when there is none. */
struct bytes xmldsig_replace(struct bytes document, const char *from, const char *to,
			     struct arena *arena);

/* libxml2's canonical form of an element without another; release with xmlFree(). */
xmlChar *xmldsig_canonical(xmlDoc *doc, const xmlNode *element, const xmlNode *without,
			   bool is_exclusive, size_t *ret_len);

#endif
