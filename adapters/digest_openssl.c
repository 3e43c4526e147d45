#include "sampan/digest.h"

#include <assert.h>

#include <openssl/evp.h>

/* Fetched once, as in hash_openssl.c. */
static const EVP_MD *method_of(enum digest digest)
{
	static EVP_MD *methods[DIGEST_SHA512 + 1];
	static const char *const names[] = {
		[DIGEST_SHA256] = "SHA256", [DIGEST_SHA384] = "SHA384", [DIGEST_SHA512] = "SHA512"};

	assert(digest >= DIGEST_SHA256 && digest <= DIGEST_SHA512);
	if (methods[digest] == NULL)
		methods[digest] = EVP_MD_fetch(NULL, names[digest], NULL);
	assert(methods[digest] != NULL);
	return methods[digest];
}

size_t digest_size(enum digest digest)
{
	return (size_t)EVP_MD_get_size(method_of(digest));
}

size_t digest_of(enum digest digest, struct bytes bytes, uint8_t ret_digest[DIGEST_MAX_BYTES])
{
	unsigned len = 0;
	int done = EVP_Digest(bytes.at == NULL ? (const uint8_t *)"" : bytes.at, bytes.len,
			      ret_digest, &len, method_of(digest), NULL);

	assert(done == 1 && len <= DIGEST_MAX_BYTES);
	return len;
}
