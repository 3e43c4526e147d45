#include "node/page_context.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "messages/code_search.h"
#include "messages/word.h"
#include "node/api_form.h"
#include "node/api_inside.h"
#include "node/api_json.h"
#include "node/life.h"
#include "node/message.h"
#include "node/page_form.h"
#include "node/page_static.h"
#include "node/page_table.h"
#include "node/who_secret.h"
#include "sampan/clock.h"
#include "sampan/key.h"
#include "sampan/secret.h"

#define LIST_BYTES 1024
#define ONCE_BYTES 16u
#define AGENTS_MOST 300u
#define MANDATES "mandates"
#define SAID_ONCE "say ticked" /* of a list that a form led back to */

bool page_context_csrf(const struct api_call *call, char ret_csrf[HASH_HEX_BYTES])
{
	struct who_secret secret;
	bool is_session = call->caller.proof == CALLER_SESSION &&
			  who_secret_find(NULL, http_header(call->http, "cookie"), NULL, &secret) ==
				  WHO_SECRET_GOOD;

	ret_csrf[0] = '\0';
	if (is_session)
		memcpy(ret_csrf, secret.csrf, HASH_HEX_BYTES);
	return is_session;
}

/* ---- Where ---- */

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

/* Of what was asked, without the place in a list. */
static void put_query(struct buffer *to, const struct api_call *call, bool with_after)
{
	char before = '?';

	for (size_t i = 0; i < http_query_count(call->http); i++) {
		const char *name = http_query_name(call->http, i);
		const char *value = http_query(call->http, name);

		if ((strcmp(name, "after") == 0 && !with_after) || word_is_in(SAID_ONCE, name) ||
		    value[0] == '\0')
			continue;
		buffer_put_byte(to, (uint8_t)before);
		put_escaped(to, name);
		buffer_put_byte(to, '=');
		put_escaped(to, value);
		before = '&';
	}
}

static json_t *address_new(const struct api_call *call, bool with_after)
{
	struct buffer text;
	json_t *json;

	buffer_init(&text, (size_t)64 * 1024);
	for (const char *at = http_path(call->http); *at != '\0'; at++)
		if (*at == '/')
			buffer_put_byte(&text, '/');
		else
			put_escaped(&text, (const char[2]){*at, '\0'});
	put_query(&text, call, with_after);
	json = buffer_error(&text) != OK ? NULL : json_stringn((const char *)text.at, text.len);
	buffer_clear(&text);
	return json;
}

/* Where a form leads back to: where one is, or where one was sent from. */
static json_t *back_new(const struct api_call *call)
{
	const char *asked = http_query(call->http, "back");

	if (call->form != NULL)
		return json_string(page_form_value(call->form, "back"));
	if (asked != NULL)
		return json_string(asked);
	return call->route == NULL || strcmp(call->route->method, "GET") != 0
		       ? json_string("/")
		       : address_new(call, true);
}

/* The list that one came from, by Referer, which browsers send to pages of the same door: a path of ours. */
static json_t *list_new(const struct api_call *call)
{
	static const char *const lists[] = {"/documents", "/work", "/applications", "/audit"};
	const char *host = http_header(call->http, "host");
	const char *from = http_header(call->http, "referer");
	size_t len = host == NULL ? 0 : strlen(host);

	if (len == 0 || from == NULL || strncmp(from, "https://", 8) != 0 ||
	    strncmp(from + 8, host, len) != 0)
		return json_string("");
	from += 8 + len;
	for (const char *at = from; *at != '\0'; at++)
		if (*at <= ' ' || *at > '~' || *at == '\\' || at - from > LIST_BYTES)
			return json_string("");
	for (size_t i = 0; i < sizeof(lists) / sizeof(lists[0]); i++) {
		size_t path = strlen(lists[i]);

		if (strncmp(from, lists[i], path) == 0 && (from[path] == '\0' || from[path] == '?'))
			return json_string(from);
	}
	return json_string("");
}

static json_t *query_new(const struct api_call *call)
{
	json_t *object = json_object();

	for (size_t i = 0; i < http_query_count(call->http); i++) {
		const char *name = http_query_name(call->http, i);

		(void)json_object_set_new(object, name, json_string(http_query(call->http, name)));
	}
	return object;
}

/* ---- What there is ---- */

static json_t *states_new(void)
{
	json_t *list = json_array();
	const char *state;

	for (unsigned i = 0; (state = life_state(i)) != NULL; i++)
		(void)json_array_append_new(list, json_string(state));
	(void)json_array_append_new(list, json_string(MESSAGE_REFUSED));
	return list;
}

static json_t *now_new(void)
{
	char text[CLOCK_TEXT_BYTES];

	clock_format(clock_now_ms(), text);
	return json_string(text);
}

/* What the caller may do at all: which links are worth showing. */
static json_t *may_new(const struct caller *caller)
{
	json_t *list = json_array();

	for (unsigned i = 0; i < ACCESS_ACTIONS; i++)
		if (access_may_ever(caller, (enum access_action)i))
			(void)json_array_append_new(
				list, json_string(access_action_name((enum access_action)i)));
	return list;
}

/* What this caller may do by a form: of which kinds, and in which states a page offers it. */
static json_t *forms_new(const struct caller *caller, const struct config *config)
{
	json_t *list = json_array();

	for (const struct form_row *row = form_table; row->name != NULL; row++)
		if (row->about[0] != '\0' && caller->party[0] != '\0' &&
		    form_table_is_for(row, caller, config))
			(void)json_array_append_new(list,
						    json_pack("{s:s, s:s, s:s}", "name", row->name,
							      "about", row->about, "in", row->in));
	return list;
}

/* What this caller may begin by a form. */
static json_t *starts_new(const struct caller *caller, const struct config *config)
{
	json_t *list = json_array();

	for (const struct form_row *row = form_table; row->name != NULL; row++) {
		const struct bytes kind = form_table_kind(row, config);

		if (row->about[0] == '\0' && caller->party[0] != '\0' &&
		    form_table_is_for(row, caller, config))
			(void)json_array_append_new(
				list, json_pack("{s:s, s:s%}", "name", row->name, "kind",
						(const char *)kind.at, kind.len));
	}
	return list;
}

static json_t *caller_new(struct api_call *call)
{
	const struct caller *caller = &call->caller;
	const char *roles = caller_format_roles(caller->roles, call->arena);
	const struct config_party *party =
		config_party_of(api_ends(call)->role->config, caller->party);
	char csrf[HASH_HEX_BYTES];
	json_t *json;

	(void)page_context_csrf(call, csrf);
	json = json_pack("{s:s, s:s, s:s, s:s, s:s, s:o, s:o, s:o, s:o, s:s}", "user", caller->user,
			 "fullName", caller->full_name, "partyName",
			 party == NULL ? "" : party->name, "party", caller->party, "taxCode",
			 caller->tax_code, "roles", api_json_words(roles == NULL ? "" : roles),
			 "may", may_new(caller), "forms",
			 forms_new(caller, api_ends(call)->role->config), "starts",
			 starts_new(caller, api_ends(call)->role->config), "csrf", csrf);
	secret_wipe(csrf, sizeof(csrf));
	return json;
}

static json_t *given_new(const struct form_values *values)
{
	json_t *list = json_array();

	for (size_t i = 0; i < values->count; i++)
		(void)json_array_append_new(list,
					    json_pack("{s:s, s:s}", "name", values->items[i].name,
						      "value", values->items[i].value));
	return list;
}

/* What was filled in, of a form that is shown again with what is wrong, and holds no secret. */
static json_t *filled_new(const struct api_call *call)
{
	json_t *list = json_array();
	bool is_shown = call->form != NULL && call->page != NULL &&
			strcmp(call->page->refused, "mandates") == 0;

	for (size_t i = 0; is_shown && i < call->form->count; i++)
		if (strcmp(call->form->fields[i].name, "csrf") != 0)
			(void)json_array_append_new(
				list, json_pack("{s:s, s:s}", "name", call->form->fields[i].name,
						"value", call->form->fields[i].value));
	return list;
}

/* Which kinds begin something here: those that a procedure is for. */
static json_t *procedures_new(const struct config *config)
{
	json_t *list = json_array();

	for (size_t i = 0; i < config->procedure_count; i++)
		(void)json_array_append_new(list, json_string(config->procedures[i].kind));
	return list;
}

/* Agents that are parties here, for the form of mandates: those that fit what was looked for, so many of them. */
static json_t *agents_new(const struct api_call *call)
{
	const struct config *config = api_ends(call)->role->config;
	const char *typed = http_query(call->http, "agent");
	json_t *list = json_array();

	for (size_t i = 0; i < config->party_count && json_array_size(list) < AGENTS_MOST; i++) {
		const struct config_party *party = &config->parties[i];
		const char *words = arena_format(call->arena, "%s %s %s", party->name,
						 party->tax_code, party->id);

		if ((party->roles & PARTY_AGENT) != 0 && words != NULL &&
		    (typed == NULL || typed[0] == '\0' ||
		     code_search_fits(bytes_of_text(words), bytes_of_text(typed))))
			(void)json_array_append_new(list, json_pack("{s:s, s:s, s:s}", "id",
								    party->id, "name", party->name,
								    "taxCode", party->tax_code));
	}
	return list;
}

static bool is_of_mandates(const struct api_call *call)
{
	return call->page != NULL && (strcmp(call->page->sheet, MANDATES) == 0 ||
				      strcmp(call->page->refused, MANDATES) == 0);
}

/* A form: which, what was filled in before, what its maker saw, and what makes it be done once. */
static json_t *doing_new(const struct api_call *call)
{
	const struct api_form *doing = call->doing;
	struct bytes kind;
	char seen[FORM_READ_VERSION_BYTES], hex[2 * ONCE_BYTES + 1];
	uint8_t once[ONCE_BYTES];

	if (doing == NULL)
		return NULL;
	kind = form_table_kind(doing->row, api_ends(call)->role->config);
	key_random(once, sizeof(once));
	for (size_t i = 0; i < sizeof(once); i++)
		(void)snprintf(hex + 2 * i, 3, "%02x", once[i]);
	(void)snprintf(seen, sizeof(seen), "%" PRIu64,
		       doing->seen == 0 ? doing->version : doing->seen);
	return json_pack("{s:s, s:s#, s:s, s:s, s:s, s:o?}", "name", doing->row->name, "kind",
			 (const char *)kind.at, (int)kind.len, "seen", seen, "once", hex, "draft",
			 doing->draft, "given", given_new(&doing->values));
}

static json_t *head_new(struct api_call *call, unsigned status)
{
	const struct page_static *files = &call->api->files;
	const char *name = call->form == NULL ? "" : page_form_value(call->form, "name");

	return json_pack(
		"{s:s, s:s, s:i, s:s, s:s, s:o?, s:o?, s:o?, s:o?, s:o?, s:o?, s:s, s:s, s:s, s:s, s:s, s:o?, s:o?, s:o*}",
		"country", api_ends(call)->role->config->country, "language",
		call->in_vietnamese ? "vi" : "en", "status", (int)status, "path",
		http_path(call->http), "id", call->parameters[0], "self", address_new(call, false),
		"back", back_new(call), "list", list_new(call), "query", query_new(call), "now",
		now_new(), "caller",
		caller_is_known(&call->caller) ? caller_new(call) : json_null(), "name", name,
		"reason", call->caller.reason == NULL ? "" : call->caller.reason, "css",
		page_static_path(files, "desk.css"), "js", page_static_path(files, "desk.js"),
		"icon", page_static_path(files, "icon.svg"), "states", states_new(), "schemas",
		api_json_words(call->api->schemas), "doing", doing_new(call));
}

bool page_context_is_json(const struct http_answer *answer)
{
	return answer->type == NULL || strstr(answer->type, "json") != NULL;
}

void page_context_put(struct api_call *call, const struct http_answer *answer, struct buffer *to)
{
	json_t *head = head_new(call, answer->status);
	char *text;

	(void)json_object_set_new(head, "filled", filled_new(call));
	(void)json_object_set_new(head, "procedures", procedures_new(api_ends(call)->role->config));
	if (is_of_mandates(call))
		(void)json_object_set_new(head, "agents", agents_new(call));
	text = head == NULL ? NULL : json_dumps(head, JSON_COMPACT);

	if (text == NULL) {
		to->err = ERR_MEMORY;
	} else {
		buffer_put(to, bytes_of(text, strlen(text) - 1));
		buffer_put_text(to, ",\"answer\":");
		buffer_put(to, answer->body.len == 0 || !page_context_is_json(answer)
				       ? bytes_of_text("{}")
				       : answer->body);
		buffer_put_byte(to, '}');
		secret_wipe(text, strlen(text)); /* the token of the session is in it */
	}
	free(text);
	json_decref(head);
}
