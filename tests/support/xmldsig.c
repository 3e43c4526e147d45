#include "tests/support/xmldsig.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <libxml/c14n.h>
#include <libxml/parser.h>

#include <openssl/evp.h>
#include <openssl/rsa.h>

#include "sampan/base64.h"
#include "sampan/buffer.h"

#define TEXT_BYTES (1024u * 1024)

/* ---- Canonical form by libxml2 ---- */

struct subset {
	const xmlNode *element, *without;
};

static int is_visible(void *context, xmlNode *node, xmlNode *parent)
{
	const struct subset *subset = context;
	bool is_in = false;

	if (node == NULL)
		return 0;
	/* a namespace has no parent of its own */
	if (node->type == XML_NAMESPACE_DECL)
		node = parent;
	for (const xmlNode *at = node; at != NULL; at = at->parent) {
		if (at == subset->without)
			return 0;
		is_in = is_in || at == subset->element;
	}
	return is_in;
}

xmlChar *xmldsig_canonical(xmlDoc *doc, const xmlNode *element, const xmlNode *without,
			   bool is_exclusive, size_t *ret_len)
{
	struct subset subset = {element, without};
	xmlOutputBuffer *to = xmlAllocOutputBuffer(NULL);
	xmlChar *text;

	assert_true(xmlC14NExecute(doc, is_visible, &subset,
				   is_exclusive ? XML_C14N_EXCLUSIVE_1_0 : XML_C14N_1_0, NULL, 0,
				   to) >= 0);
	*ret_len = xmlOutputBufferGetSize(to);
	text = xmlStrndup(xmlOutputBufferGetContent(to), (int)*ret_len);
	xmlOutputBufferClose(to);
	return text;
}

/* ---- Digests and signatures ---- */

static const EVP_MD *digest_of_uri(const char *uri)
{
	if (strstr(uri, "sha384") != NULL)
		return EVP_sha384();
	if (strstr(uri, "sha512") != NULL)
		return EVP_sha512();
	return strstr(uri, "sha1") != NULL ? EVP_sha1() : EVP_sha256();
}

static const char *base64_of(const uint8_t *at, size_t len, struct arena *arena)
{
	struct buffer text;
	const char *copy;

	buffer_init(&text, TEXT_BYTES);
	base64_format(bytes_of(at, len), &text);
	copy = arena_text(arena, buffer_bytes(&text));
	buffer_clear(&text);
	return copy;
}

/* DER to r and s side by side. */
static size_t side_by_side(EVP_PKEY *key, uint8_t *signature, size_t len)
{
	const unsigned char *at = signature;
	ECDSA_SIG *pair = d2i_ECDSA_SIG(NULL, &at, (long)len);
	int half = (EVP_PKEY_get_bits(key) + 7) / 8;

	assert_non_null(pair);
	BN_bn2binpad(ECDSA_SIG_get0_r(pair), signature, half);
	BN_bn2binpad(ECDSA_SIG_get0_s(pair), signature + half, half);
	ECDSA_SIG_free(pair);
	return 2 * (size_t)half;
}

static const char *sign(const struct pki *signer, const char *method, const xmlChar *text,
			size_t len, struct arena *arena)
{
	EVP_MD_CTX *context = EVP_MD_CTX_new();
	EVP_PKEY_CTX *key = NULL;
	uint8_t signature[2048];
	size_t size = sizeof(signature);

	assert_int_equal(
		EVP_DigestSignInit(context, &key, digest_of_uri(method), NULL, signer->key), 1);
	if (strstr(method, "MGF1") != NULL) {
		EVP_PKEY_CTX_set_rsa_padding(key, RSA_PKCS1_PSS_PADDING);
		EVP_PKEY_CTX_set_rsa_pss_saltlen(key, RSA_PSS_SALTLEN_DIGEST);
	}
	assert_int_equal(EVP_DigestSign(context, signature, &size, text, len), 1);
	EVP_MD_CTX_free(context);
	if (EVP_PKEY_is_a(signer->key, "EC"))
		size = side_by_side(signer->key, signature, size);
	return base64_of(signature, size, arena);
}

/* ---- The element ---- */

struct signing {
	const struct xmldsig_wish *wish;
	struct xmldsig_reference references[4];
	size_t count;
	const char *digests[4];
	const char *value;
	struct arena *arena;
};

static const char *method_of(const struct xmldsig_wish *wish)
{
	if (wish->method != NULL)
		return wish->method;
	return EVP_PKEY_is_a(wish->signer->key, "EC") ? XMLDSIG_ECDSA : XMLDSIG_RSA;
}

static void put_reference(struct buffer *to, const struct signing *signing, size_t i, const char *p)
{
	const struct xmldsig_reference *reference = &signing->references[i];

	buffer_put_format(to, "<%sReference URI=\"%s\">", p, reference->uri);
	if (reference->transforms[0] != NULL)
		buffer_put_format(to, "<%sTransforms>", p);
	for (size_t j = 0; j < 4 && reference->transforms[j] != NULL; j++)
		buffer_put_format(to, "<%sTransform Algorithm=\"%s\">%s</%sTransform>", p,
				  reference->transforms[j],
				  (j == 3 || reference->transforms[j + 1] == NULL) &&
						  reference->inside != NULL
					  ? reference->inside
					  : "",
				  p);
	if (reference->transforms[0] != NULL)
		buffer_put_format(to, "</%sTransforms>", p);
	buffer_put_format(to,
			  "<%sDigestMethod Algorithm=\"%s\"/><%sDigestValue>%s</%sDigestValue>"
			  "</%sReference>",
			  p, reference->digest == NULL ? XMLDSIG_SHA256 : reference->digest, p,
			  signing->digests[i] == NULL ? "" : signing->digests[i], p, p);
}

static void put_certificates(struct buffer *to, const struct signing *signing, const char *p)
{
	const struct xmldsig_wish *wish = signing->wish;
	struct bytes der = pki_der(wish->signer, signing->arena);

	buffer_put_format(to, "<%sX509Data><%sX509Certificate>%s</%sX509Certificate>", p, p,
			  base64_of(der.at, der.len, signing->arena), p);
	for (size_t i = 0; i < 3 && wish->chain[i] != NULL; i++) {
		der = pki_der(wish->chain[i], signing->arena);
		buffer_put_format(to, "<%sX509Certificate>%s</%sX509Certificate>", p,
				  base64_of(der.at, der.len, signing->arena), p);
	}
	buffer_put_format(to, "</%sX509Data>", p);
}

static const char *or_empty(const char *text)
{
	return text == NULL ? "" : text;
}

static const char *element_of(const struct signing *signing)
{
	const struct xmldsig_wish *wish = signing->wish;
	const char *p = wish->prefix == NULL ? "ds:" : wish->prefix, *text;
	const char *space = or_empty(wish->space);
	struct buffer to;

	buffer_init(&to, TEXT_BYTES);
	buffer_put_format(&to, "<%sSignature xmlns%s%.*s=\"" XMLDSIG_DS "\">%s<%sSignedInfo>%s", p,
			  *p == 0 ? "" : ":", *p == 0 ? 0 : (int)strlen(p) - 1, p, space, p, space);
	buffer_put_format(&to,
			  "<%sCanonicalizationMethod Algorithm=\"%s\"/><%sSignatureMethod "
			  "Algorithm=\"%s\"/>",
			  p, wish->c14n == NULL ? XMLDSIG_EXCLUSIVE : wish->c14n, p,
			  method_of(wish));
	for (size_t i = 0; i < signing->count; i++)
		put_reference(&to, signing, i, p);
	buffer_put_format(&to, "%s</%sSignedInfo>%s<%sSignatureValue>%s</%sSignatureValue>%s",
			  space, p, space, p, or_empty(signing->value), p, space);
	buffer_put_format(&to, "<%sKeyInfo>%s", p, or_empty(wish->more_key_info));
	if (wish->key_info != NULL)
		buffer_put_text(&to, wish->key_info);
	else
		put_certificates(&to, signing, p);
	buffer_put_format(&to, "</%sKeyInfo>%s</%sSignature>", p, or_empty(wish->object), p);
	assert_int_equal(buffer_error(&to), OK);
	text = arena_text(signing->arena, buffer_bytes(&to));
	buffer_clear(&to);
	return text;
}

struct bytes xmldsig_replace(struct bytes document, const char *from, const char *to,
			     struct arena *arena)
{
	struct buffer text;
	struct bytes copy;
	const uint8_t *at;
	size_t count = 0;

	buffer_init(&text, 16u * 1024 * 1024);
	while ((at = memmem(document.at, document.len, from, strlen(from))) != NULL) {
		buffer_put(&text, bytes_of(document.at, (size_t)(at - document.at)));
		buffer_put_text(&text, to);
		at += strlen(from);
		document = bytes_of(at, document.len - (size_t)(at - document.at));
		count++;
	}
	buffer_put(&text, document);
	assert_true(count > 0);
	copy = bytes_of(arena_copy(arena, buffer_bytes(&text)), text.len);
	assert_non_null(copy.at);
	buffer_clear(&text);
	return copy;
}

static struct bytes document_of(const char *document, const struct signing *signing)
{
	return xmldsig_replace(bytes_of_text(document), XMLDSIG_PLACE, element_of(signing),
			       signing->arena);
}

/* ---- Finding nodes again ---- */

/* The last of them, as a document may have been signed before. */
static const xmlNode *find_named(const xmlNode *node, const char *name)
{
	const xmlNode *last = NULL;

	for (; node != NULL; node = node->next) {
		const xmlNode *found;

		if (node->type != XML_ELEMENT_NODE)
			continue;
		if (strcmp((const char *)node->name, name) == 0 && node->ns != NULL &&
		    strcmp((const char *)node->ns->href, XMLDSIG_DS) == 0)
			last = node;
		if ((found = find_named(node->children, name)) != NULL)
			last = found;
	}
	return last;
}

static const xmlNode *find_id(const xmlNode *node, const char *id)
{
	for (; node != NULL; node = node->next) {
		xmlChar *value;
		const xmlNode *found;
		bool is_it;

		if (node->type != XML_ELEMENT_NODE)
			continue;
		value = xmlGetNoNsProp(node, (const xmlChar *)"Id");
		is_it = value != NULL && strcmp((const char *)value, id) == 0;
		xmlFree(value);
		if (is_it)
			return node;
		if ((found = find_id(node->children, id)) != NULL)
			return found;
	}
	return NULL;
}

static bool has_transform(const struct xmldsig_reference *reference, const char *uri)
{
	for (size_t i = 0; i < 4 && reference->transforms[i] != NULL; i++)
		if (strcmp(reference->transforms[i], uri) == 0)
			return true;
	return false;
}

static const char *digest_part(xmlDoc *doc, const struct xmldsig_reference *reference,
			       struct arena *arena)
{
	const xmlNode *root = xmlDocGetRootElement(doc), *part = NULL;
	uint8_t digest[EVP_MAX_MD_SIZE];
	unsigned len = 0;
	size_t size;
	xmlChar *text;

	if (*reference->uri == 0)
		part = root;
	else if (*reference->uri == '#')
		part = find_id(root, reference->uri + 1);
	if (part == NULL)
		part = root;
	text = xmldsig_canonical(
		doc, part,
		has_transform(reference, XMLDSIG_ENVELOPED) ? find_named(root, "Signature") : NULL,
		has_transform(reference, XMLDSIG_EXCLUSIVE), &size);
	EVP_Digest(text, size, digest, &len, digest_of_uri(or_empty(reference->digest)), NULL);
	xmlFree(text);
	return base64_of(digest, len, arena);
}

static xmlDoc *parse(struct bytes bytes)
{
	xmlDoc *doc =
		xmlReadMemory((const char *)bytes.at, (int)bytes.len, NULL, NULL, XML_PARSE_NONET);

	assert_non_null(doc);
	return doc;
}

static void take_references(struct signing *signing)
{
	static const struct xmldsig_reference whole = {
		.uri = "", .transforms = {XMLDSIG_ENVELOPED, XMLDSIG_EXCLUSIVE}};

	while (signing->count < 4 && signing->wish->references[signing->count].uri != NULL) {
		signing->references[signing->count] = signing->wish->references[signing->count];
		signing->count++;
	}
	if (signing->count == 0)
		signing->references[signing->count++] = whole;
}

struct bytes xmldsig_sign(const char *document, const struct xmldsig_wish *wish,
			  struct arena *arena)
{
	struct signing signing = {.wish = wish, .arena = arena};
	const xmlNode *info;
	xmlChar *text;
	xmlDoc *doc;
	size_t len;

	take_references(&signing);
	doc = parse(document_of(document, &signing));
	for (size_t i = 0; i < signing.count; i++)
		signing.digests[i] = digest_part(doc, &signing.references[i], arena);
	xmlFreeDoc(doc);
	doc = parse(document_of(document, &signing));
	info = find_named(xmlDocGetRootElement(doc), "SignedInfo");
	text = xmldsig_canonical(doc, info, NULL,
				 wish->c14n == NULL || strcmp(wish->c14n, XMLDSIG_EXCLUSIVE) == 0,
				 &len);
	signing.value = sign(wish->signer, method_of(wish), text, len, arena);
	xmlFree(text);
	xmlFreeDoc(doc);
	return document_of(document, &signing);
}
