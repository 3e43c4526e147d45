/*
 * signature_write - a signature as XMLDSig writes it, built without an XML parser.
 *
 * The one profile that this project writes (docs/signatures.md): XML Signature Syntax and
 * Processing 1.1, enveloped; one reference to the whole document (URI=""), transforms
 * enveloped-signature and Exclusive XML Canonicalization 1.0; SHA-256; the signer's certificate in
 * X509Data. SignedInfo is written in its canonical form, so its bytes are what is digested, and the
 * signed document is canonical again.
 *
 * Because the enveloped transform takes the signature off before the digest is made, the SHA-256 of
 * a canonical document is its reference's digest: who knows that hash can sign without the document.
 */
#ifndef MESSAGES_SIGNATURE_WRITE_H
#define MESSAGES_SIGNATURE_WRITE_H

#include "sampan/buffer.h"
#include "sampan/hash.h"
#include "sampan/token.h"

#define SIGNATURE_WRITE_BYTES (32u * 1024) /* the longest ds:Signature of a certificate in DER */

/*
 * What is to be signed for a document with this digest: the SHA-256 of the canonical SignedInfo.
 */
enum err signature_write_digest(enum token_algorithm algorithm, const struct hash *document,
				struct hash *ret_digest);

/*
 * SignedInfo in canonical form as it stands alone: what is signed, by the method of that name, for a
 * document with this digest (in base64).
 */
void signature_write_info(struct buffer *to, const char *method, struct bytes digest);

/*
 * The whole element ds:Signature: SignedInfo for that digest, the signature's value (as token.h
 * answers it), the certificate (DER). Errors stick in the buffer.
 */
struct signature_parts {
	enum token_algorithm algorithm;
	struct hash document;
	struct bytes value;
	struct bytes certificate;
	const struct bytes *chain; /* certificates (DER) of authorities above it */
	size_t chain_count;
};
void signature_write(struct buffer *to, const struct signature_parts *parts);

/* Is it the signature of this digest by the key of that certificate? As certificate_verifies(). */
typedef bool signature_write_check(struct bytes certificate, enum token_algorithm algorithm,
				   const struct hash *digest, struct bytes signature);

/*
 * Sign the digest of a document with a token: ds:Signature is put into the buffer. Errors as
 * token_sign(). ERR_CONFLICT: the check (NULL: none) says that the token's certificate is not of its
 * key; nothing is put then.
 */
enum err signature_write_with(struct token *token, const struct hash *document,
			      signature_write_check *check, struct buffer *to);

/* The same with the authorities above the token's certificate beside it. ERR_LIMIT: too long. */
enum err signature_write_chained(struct token *token, const struct bytes *chain, size_t chain_count,
				 const struct hash *document, struct buffer *to);

/*
 * The canonical document with the signature as last child of its root. ERR_FORMAT: the bytes do not
 * end as a canonical document with content does; nothing is put then.
 */
enum err signature_write_into(struct bytes document, struct bytes signature, struct buffer *to);

/* Is `whole` that document, with anything or nothing where signature_write_into() puts a signature? */
bool signature_write_is_of(struct bytes document, struct bytes whole);

#endif
