#include "node/clerk_certificate.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "node/issued.h"

#define URL_BYTES 1024u

static json_t *answer_new(const struct turn *turn, const char *number, const char *code,
			  enum err *ret_err)
{
	struct message certificate;
	bool is_open;

	*ret_err = issued_show(turn, number, code, &certificate);
	is_open = *ret_err == OK;
	if (*ret_err == ERR_MISSING)
		*ret_err = OK;
	return json_pack("{s:s, s:s}", "number", number, "state", is_open ? certificate.state : "");
}

enum err clerk_certificate_serve(const struct turn *turn, struct bytes question, struct buffer *to)
{
	const char *number, *code;
	struct unpack from;
	json_t *json;
	char *text;
	enum err err;

	unpack_init(&from, question);
	number = unpack_text(&from, turn->arena);
	code = unpack_text(&from, turn->arena);
	if (unpack_end(&from) != OK)
		return ERR_FORMAT;
	json = answer_new(turn, number, code, &err);
	text = json == NULL ? NULL : json_dumps(json, JSON_COMPACT);
	if (err == OK && text == NULL)
		err = ERR_MEMORY;
	if (err == OK)
		buffer_put_text(to, text);
	free(text);
	json_decref(json);
	return err == OK ? buffer_error(to) : err;
}

/* RFC 3986: all but the unreserved is escaped. */
static void put_escaped(struct buffer *to, const char *text)
{
	for (; *text != '\0'; text++)
		if (strchr("-._~", *text) != NULL || (*text >= '0' && *text <= '9') ||
		    ((*text | 0x20) >= 'a' && (*text | 0x20) <= 'z'))
			buffer_put_byte(to, (uint8_t)*text);
		else
			buffer_put_format(to, "%%%02X", (unsigned char)*text);
}

const char *clerk_certificate_url(const struct turn *turn, const struct message *certificate)
{
	const char *code = facts_get_or_empty(&certificate->facts, ISSUED_CODE), *url = NULL;
	struct buffer text;

	if (code[0] == '\0' || turn->config->https.url == NULL ||
	    turn->config->https.url[0] == '\0')
		return "";
	buffer_init(&text, URL_BYTES);
	buffer_put_text(&text, turn->config->https.url);
	buffer_put_text(&text, "/certificate?number=");
	put_escaped(&text, facts_get_or_empty(&certificate->facts, "certificate"));
	buffer_put_text(&text, "&code=");
	put_escaped(&text, code);
	if (buffer_error(&text) == OK)
		url = arena_text(turn->arena, buffer_bytes(&text));
	buffer_clear(&text);
	return url;
}
