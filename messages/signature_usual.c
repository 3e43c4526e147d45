#include "messages/signature_usual.h"

#include <string.h>

#include "messages/signature_write.h"
#include "sampan/base64.h"

static bool take(struct bytes *rest, struct bytes word)
{
	if (!bytes_has_prefix(*rest, word))
		return false;
	*rest = bytes_of(rest->at + word.len, rest->len - word.len);
	return true;
}

/* Literals, whose length is known beforehand. */
#define TAKE(rest, literal) take(rest, bytes_of(literal, sizeof(literal) - 1))

/* The end of an element that has nothing in it: name is that of its end tag, with the bracket. */
static bool take_nothing(struct bytes *rest, struct bytes name)
{
	return TAKE(rest, "/>") || (TAKE(rest, "></") && take(rest, name));
}

#define TAKE_EMPTY(rest, name, algorithm) \
	(TAKE(rest, "<ds:" name " Algorithm=\"" algorithm "\"") && \
	 take_nothing(rest, bytes_of("ds:" name ">", sizeof("ds:" name ">") - 1)))

/* Up to the sign, which is taken, too. */
static bool take_until(struct bytes *rest, uint8_t sign, struct bytes *ret_taken)
{
	const uint8_t *end = memchr(rest->at, sign, rest->len);

	if (end == NULL)
		return false;
	*ret_taken = bytes_of(rest->at, (size_t)(end - rest->at));
	*rest = bytes_of(end, rest->len - ret_taken->len);
	return true;
}

/* The alphabet is looked at when it is made into bytes; until then nothing in it may be markup. */
static bool take_base64(struct bytes *rest, struct bytes *ret_text)
{
	if (!take_until(rest, '<', ret_text) || ret_text->len == 0)
		return false;
	for (size_t i = 0; i < ret_text->len; i++)
		if (!base64_has(ret_text->at[i]))
			return false;
	return true;
}

static bool take_method(struct bytes *rest, struct signature_usual *usual)
{
	static const char end[] = "ds:SignatureMethod>";
	struct bytes uri;

	if (!TAKE(rest, "<ds:SignatureMethod Algorithm=\"") || !take_until(rest, '"', &uri) ||
	    (usual->method = signature_method_named(uri)) == NULL)
		return false;
	return TAKE(rest, "\"") && take_nothing(rest, bytes_of(end, sizeof(end) - 1));
}

static bool take_info(struct bytes *rest, struct signature_usual *usual)
{
	return TAKE(rest, "<ds:SignedInfo>") &&
	       TAKE_EMPTY(rest, "CanonicalizationMethod", SIGNATURE_EXCLUSIVE) &&
	       take_method(rest, usual) && TAKE(rest, "<ds:Reference URI=\"\"><ds:Transforms>") &&
	       TAKE_EMPTY(rest, "Transform", SIGNATURE_ENVELOPED) &&
	       TAKE_EMPTY(rest, "Transform", SIGNATURE_EXCLUSIVE) &&
	       TAKE(rest, "</ds:Transforms>") &&
	       TAKE_EMPTY(rest, "DigestMethod", SIGNATURE_SHA256) &&
	       TAKE(rest, "<ds:DigestValue>") && take_base64(rest, &usual->digest) &&
	       TAKE(rest, "</ds:DigestValue></ds:Reference></ds:SignedInfo>");
}

static bool take_certificates(struct bytes *rest, struct signature_usual *usual)
{
	usual->certificate_count = 0;
	while (TAKE(rest, "<ds:X509Certificate>"))
		if (usual->certificate_count == TRUST_SHOWN ||
		    !take_base64(rest, &usual->certificates[usual->certificate_count++]) ||
		    !TAKE(rest, "</ds:X509Certificate>"))
			return false;
	return usual->certificate_count > 0;
}

bool signature_usual_read(struct bytes bytes, struct signature_usual *ret_usual)
{
	struct bytes rest = bytes;

	if (!TAKE(&rest, SIGNATURE_USUAL_OPEN) || !take_info(&rest, ret_usual) ||
	    !TAKE(&rest, "<ds:SignatureValue>") || !take_base64(&rest, &ret_usual->value) ||
	    !TAKE(&rest, "</ds:SignatureValue><ds:KeyInfo><ds:X509Data>") ||
	    !take_certificates(&rest, ret_usual) ||
	    !TAKE(&rest, "</ds:X509Data></ds:KeyInfo></ds:Signature>"))
		return false;
	ret_usual->len = bytes.len - rest.len;
	return ret_usual->len <= SIGNATURE_FORM_BYTES;
}

/* ---- As a form ---- */

static enum err parse(struct bytes text, size_t max_bytes, struct arena *arena,
		      struct bytes *ret_bytes)
{
	struct buffer buffer;
	enum err err;

	buffer_init(&buffer, max_bytes);
	err = base64_parse(text, &buffer);
	if (err == OK) {
		ret_bytes->at = arena_copy(arena, buffer_bytes(&buffer));
		ret_bytes->len = buffer.len;
		err = ret_bytes->at == NULL ? ERR_MEMORY : OK;
	}
	buffer_clear(&buffer);
	return err;
}

static enum err parse_all(const struct signature_usual *usual, struct arena *arena,
			  struct signature_form *form)
{
	struct bytes digest = {0};
	enum err err = parse(usual->digest, DIGEST_MAX_BYTES, arena, &digest);

	if (err == OK && digest.len != HASH_BYTES)
		err = ERR_FORMAT;
	if (err == OK)
		memcpy(form->references[0].value, digest.at, digest.len);
	if (err == OK)
		err = parse(usual->value, TRUST_SIGNATURE_BYTES, arena, &form->value);
	for (size_t i = 0; i < usual->certificate_count && err == OK; i++)
		err = parse(usual->certificates[i], TRUST_CERTIFICATE_BYTES, arena,
			    &form->certificates[i]);
	return err;
}

enum err signature_usual_form(const struct signature_usual *usual, struct arena *arena,
			      struct signature_form *ret_form, bool *ret_is_good)
{
	struct signature_form form = {.c14n = SIGNATURE_C14N_EXCLUSIVE,
				      .algorithm = usual->method->algorithm,
				      .digest = usual->method->digest,
				      .algorithm_uri = usual->method->uri,
				      .references = {{.part = SIGNATURE_WHOLE,
						      .c14n = SIGNATURE_C14N_EXCLUSIVE,
						      .digest = DIGEST_SHA256}},
				      .reference_count = 1,
				      .certificate_count = usual->certificate_count};
	enum err err = parse_all(usual, arena, &form);

	*ret_is_good = err == OK;
	if (err == OK)
		*ret_form = form;
	return err == ERR_MEMORY ? err : OK;
}

void signature_usual_put_info(const struct signature_usual *usual, struct buffer *to)
{
	signature_write_info(to, usual->method->uri, usual->digest);
}
