#include "node/who_secret.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "sampan/key.h"
#include "sampan/secret.h"

#define BASE64URL_CHARS 43u /* of 32 bytes, without padding */
#define CSRF_LABEL "sampan.csrf/1 "
#define PASSWORD_LABEL "sampan.password/1 "

static_assert(sizeof(WHO_TOKEN_PREFIX) + BASE64URL_CHARS <= WHO_TEXT_BYTES, "a token has room");

/* ---- Secrets as text ---- */

void who_secret_make(const char *prefix, char ret_text[WHO_TEXT_BYTES], struct hash *ret_hash)
{
	static const char digits[] =
		"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
	uint8_t secret[WHO_SECRET_BYTES + 1];
	char text[BASE64URL_CHARS + 1];

	key_random(secret, WHO_SECRET_BYTES);
	secret[WHO_SECRET_BYTES] = 0;
	for (size_t i = 0; i < BASE64URL_CHARS; i++) {
		size_t bit = i * 6;
		unsigned two = (unsigned)secret[bit / 8] << 8 |
			       (bit / 8 + 1 < sizeof(secret) ? secret[bit / 8 + 1] : 0u);

		text[i] = digits[two >> (10 - bit % 8) & 63];
	}
	text[BASE64URL_CHARS] = '\0';
	(void)snprintf(ret_text, WHO_TEXT_BYTES, "%s%s", prefix, text);
	*ret_hash = hash_of(bytes_of_text(ret_text));
	secret_wipe(secret, sizeof(secret));
	secret_wipe(text, sizeof(text));
}

bool who_secret_hash(const char *prefix, struct bytes text, struct hash *ret_hash)
{
	struct bytes head = bytes_of_text(prefix);

	if (text.len != head.len + BASE64URL_CHARS || !bytes_has_prefix(text, head))
		return false;
	for (size_t i = head.len; i < text.len; i++) {
		uint8_t c = text.at[i];

		if (!((c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') ||
		      c == '-' || c == '_'))
			return false;
	}
	*ret_hash = hash_of(text);
	return true;
}

static struct hash labelled(const char *label, struct bytes secret)
{
	const struct bytes parts[] = {bytes_of_text(label), secret};

	return hash_of_parts(parts, 2);
}

static void format_csrf(struct bytes cookie, char ret_csrf[HASH_HEX_BYTES])
{
	struct hash hash = labelled(CSRF_LABEL, cookie);

	hash_format_hex(&hash, ret_csrf);
}

void who_secret_csrf(const char *cookie, char ret_csrf[HASH_HEX_BYTES])
{
	format_csrf(bytes_of_text(cookie), ret_csrf);
}

struct hash who_secret_password(struct bytes password)
{
	return labelled(PASSWORD_LABEL, password);
}

/* ---- Headers ---- */

static enum who_secret_found find_token(const char *authorization, struct who_secret *ret)
{
	static const char scheme[] = "Bearer ";

	if (strncasecmp(authorization, scheme, strlen(scheme)) != 0)
		return WHO_SECRET_WRONG;
	ret->proof = CALLER_TOKEN;
	return who_secret_hash(WHO_TOKEN_PREFIX, bytes_of_text(authorization + strlen(scheme)),
			       &ret->hash)
		       ? WHO_SECRET_GOOD
		       : WHO_SECRET_WRONG;
}

/* RFC 6265 section 4.2.1: pairs with "; " between them; blanks are taken as they come. */
static bool next_cookie(const char **at, struct bytes *ret_name, struct bytes *ret_value)
{
	const char *text = *at + strspn(*at, "; \t");
	size_t len = strcspn(text, ";"), name = strcspn(text, "=;");

	if (*text == '\0')
		return false;
	*ret_name = bytes_trimmed(bytes_of(text, name));
	*ret_value = name < len ? bytes_trimmed(bytes_of(text + name + 1, len - name - 1))
				: (struct bytes){0};
	*at = text + len;
	return true;
}

static enum who_secret_found find_session(const char *cookie, struct who_secret *ret)
{
	enum who_secret_found found = WHO_SECRET_NONE;
	struct bytes name, value;

	while (next_cookie(&cookie, &name, &value)) {
		if (!bytes_equal(name, bytes_of_text(WHO_COOKIE)))
			continue;
		if (found != WHO_SECRET_NONE || !who_secret_hash("", value, &ret->hash))
			return WHO_SECRET_WRONG;
		ret->proof = CALLER_SESSION;
		format_csrf(value, ret->csrf);
		found = WHO_SECRET_GOOD;
	}
	return found;
}

enum who_secret_found who_secret_find(const char *authorization, const char *cookie,
				      const struct hash *certificate, struct who_secret *ret_secret)
{
	enum who_secret_found found;

	*ret_secret = (struct who_secret){.proof = CALLER_NOBODY};
	if (authorization != NULL)
		return find_token(authorization, ret_secret);
	found = cookie == NULL ? WHO_SECRET_NONE : find_session(cookie, ret_secret);
	if (found != WHO_SECRET_NONE || certificate == NULL)
		return found;
	ret_secret->proof = CALLER_CERTIFICATE;
	ret_secret->hash = *certificate;
	return WHO_SECRET_GOOD;
}
