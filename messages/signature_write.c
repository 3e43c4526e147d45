#include "messages/signature_write.h"

#include <assert.h>
#include <string.h>

#include "messages/signature_method.h"
#include "sampan/base64.h"

#define INFO_BYTES 4096u
#define DECLARATION " xmlns:ds=\"" SIGNATURE_DSIG "\""

/* RFC 6931, sections 2.3.2, 2.3.6 and 2.3.10 */
static const char *const methods[] = {
	[TOKEN_ECDSA_P256] = "http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha256",
	[TOKEN_RSA] = "http://www.w3.org/2001/04/xmldsig-more#rsa-sha256",
	[TOKEN_RSA_PSS] = "http://www.w3.org/2007/05/xmldsig-more#sha256-rsa-MGF1",
};

/*
 * In canonical form no element is written as empty. The namespace is declared where the bytes
 * stand alone to be digested, and on ds:Signature where they stand in it.
 */
static void begin_info(struct buffer *to, const char *declaration, const char *method)
{
	buffer_put_text(to, "<ds:SignedInfo");
	buffer_put_text(to, declaration);
	buffer_put_text(to, "><ds:CanonicalizationMethod Algorithm=\"" SIGNATURE_EXCLUSIVE
			    "\"></ds:CanonicalizationMethod><ds:SignatureMethod Algorithm=\"");
	buffer_put_text(to, method);
	buffer_put_text(to, "\"></ds:SignatureMethod>"
			    "<ds:Reference URI=\"\"><ds:Transforms>"
			    "<ds:Transform Algorithm=\"" SIGNATURE_ENVELOPED "\"></ds:Transform>"
			    "<ds:Transform Algorithm=\"" SIGNATURE_EXCLUSIVE
			    "\"></ds:Transform></ds:Transforms>"
			    "<ds:DigestMethod Algorithm=\"" SIGNATURE_SHA256 "\"></ds:DigestMethod>"
			    "<ds:DigestValue>");
}

static void end_info(struct buffer *to)
{
	buffer_put_text(to, "</ds:DigestValue></ds:Reference></ds:SignedInfo>");
}

static void put_info(struct buffer *to, const char *declaration, enum token_algorithm algorithm,
		     const struct hash *document)
{
	assert(algorithm >= TOKEN_ECDSA_P256 && algorithm <= TOKEN_RSA_PSS);
	begin_info(to, declaration, methods[algorithm]);
	base64_format(hash_bytes(document), to);
	end_info(to);
}

void signature_write_info(struct buffer *to, const char *method, struct bytes digest)
{
	begin_info(to, DECLARATION, method);
	buffer_put(to, digest);
	end_info(to);
}

enum err signature_write_digest(enum token_algorithm algorithm, const struct hash *document,
				struct hash *ret_digest)
{
	struct buffer info;
	enum err err;

	buffer_init(&info, INFO_BYTES);
	put_info(&info, DECLARATION, algorithm, document);
	if ((err = buffer_error(&info)) == OK)
		*ret_digest = hash_of(buffer_bytes(&info));
	buffer_clear(&info);
	return err;
}

static void put_certificate(struct buffer *to, struct bytes der)
{
	buffer_put_text(to, "<ds:X509Certificate>");
	base64_format(der, to);
	buffer_put_text(to, "</ds:X509Certificate>");
}

void signature_write(struct buffer *to, const struct signature_parts *parts)
{
	buffer_put_text(to, "<ds:Signature" DECLARATION ">");
	put_info(to, "", parts->algorithm, &parts->document);
	buffer_put_text(to, "<ds:SignatureValue>");
	base64_format(parts->value, to);
	buffer_put_text(to, "</ds:SignatureValue><ds:KeyInfo><ds:X509Data>");
	put_certificate(to, parts->certificate);
	for (size_t i = 0; i < parts->chain_count; i++)
		put_certificate(to, parts->chain[i]);
	buffer_put_text(to, "</ds:X509Data></ds:KeyInfo></ds:Signature>");
}

static enum err write_parts(struct token *token, struct signature_parts *parts,
			    signature_write_check *check, struct buffer *to)
{
	struct buffer value;
	struct hash digest;
	enum err err;

	buffer_init(&value, TOKEN_SIGNATURE_BYTES);
	if ((err = signature_write_digest(token->algorithm, &parts->document, &digest)) == OK &&
	    (err = token_sign(token, &digest, &value)) == OK) {
		parts->value = buffer_bytes(&value);
		if (check != NULL &&
		    !check(token->certificate, token->algorithm, &digest, parts->value))
			err = ERR_CONFLICT;
	}
	if (err == OK) {
		signature_write(to, parts);
		err = buffer_error(to);
	}
	buffer_clear(&value);
	return err;
}

enum err signature_write_with(struct token *token, const struct hash *document,
			      signature_write_check *check, struct buffer *to)
{
	struct signature_parts parts = {.algorithm = token->algorithm,
					.document = *document,
					.certificate = token->certificate};

	return write_parts(token, &parts, check, to);
}

enum err signature_write_chained(struct token *token, const struct bytes *chain, size_t chain_count,
				 const struct hash *document, struct buffer *to)
{
	struct signature_parts parts = {.algorithm = token->algorithm,
					.document = *document,
					.certificate = token->certificate,
					.chain = chain,
					.chain_count = chain_count};

	return write_parts(token, &parts, NULL, to);
}

/* Where the end tag of the root begins; 0: nowhere. A ">" cannot stand in a name. */
static size_t end_of_content(struct bytes document)
{
	size_t at = document.len;

	if (at < 4 || document.at[at - 1] != '>')
		return 0;
	for (at -= 2; at > 0; at--) {
		if (document.at[at] == '>')
			return 0;
		if (document.at[at] == '<')
			return document.at[at + 1] == '/' ? at : 0;
	}
	return 0;
}

enum err signature_write_into(struct bytes document, struct bytes signature, struct buffer *to)
{
	size_t at = end_of_content(document);

	if (at == 0)
		return ERR_FORMAT;
	buffer_put(to, bytes_of(document.at, at));
	buffer_put(to, signature);
	buffer_put(to, bytes_of(document.at + at, document.len - at));
	return buffer_error(to);
}

bool signature_write_is_of(struct bytes document, struct bytes whole)
{
	size_t at = end_of_content(document), behind = document.len - at;

	if (whole.len < document.len)
		return false;
	if (at == 0)
		return bytes_equal(document, whole);
	return memcmp(whole.at, document.at, at) == 0 &&
	       memcmp(whole.at + whole.len - behind, document.at + at, behind) == 0;
}
