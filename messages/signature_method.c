#include "messages/signature_method.h"

#include <string.h>

#define MORE "http://www.w3.org/2001/04/xmldsig-more#"
#define NEWER "http://www.w3.org/2007/05/xmldsig-more#"
#define ENCRYPTION "http://www.w3.org/2001/04/xmlenc#"

static const struct signature_method methods[] = {
	{MORE "ecdsa-sha256", TRUST_ECDSA, DIGEST_SHA256},
	{MORE "ecdsa-sha384", TRUST_ECDSA, DIGEST_SHA384},
	{MORE "ecdsa-sha512", TRUST_ECDSA, DIGEST_SHA512},
	{MORE "rsa-sha256", TRUST_RSA_PKCS1, DIGEST_SHA256},
	{MORE "rsa-sha384", TRUST_RSA_PKCS1, DIGEST_SHA384},
	{MORE "rsa-sha512", TRUST_RSA_PKCS1, DIGEST_SHA512},
	{NEWER "sha256-rsa-MGF1", TRUST_RSA_PSS, DIGEST_SHA256},
	{NEWER "sha384-rsa-MGF1", TRUST_RSA_PSS, DIGEST_SHA384},
	{NEWER "sha512-rsa-MGF1", TRUST_RSA_PSS, DIGEST_SHA512},
};

const struct signature_method *signature_method_named(struct bytes uri)
{
	for (size_t i = 0; i < sizeof(methods) / sizeof(methods[0]); i++)
		if (bytes_equal(bytes_of_text(methods[i].uri), uri))
			return &methods[i];
	return NULL;
}

enum signature_c14n signature_method_c14n(const char *uri)
{
	if (strcmp(uri, SIGNATURE_EXCLUSIVE) == 0)
		return SIGNATURE_C14N_EXCLUSIVE;
	if (strcmp(uri, "http://www.w3.org/TR/2001/REC-xml-c14n-20010315") == 0)
		return SIGNATURE_C14N_INCLUSIVE;
	return SIGNATURE_C14N_NONE;
}

enum digest signature_method_digest(const char *uri)
{
	if (strcmp(uri, SIGNATURE_SHA256) == 0)
		return DIGEST_SHA256;
	if (strcmp(uri, MORE "sha384") == 0)
		return DIGEST_SHA384;
	if (strcmp(uri, ENCRYPTION "sha512") == 0)
		return DIGEST_SHA512;
	return DIGEST_NONE;
}
