#include "node/api_key.h"

#include <string.h>

#include "messages/word.h"
#include "node/api_inside.h"

#define MAX_PARTS 32u

/* The quotes of a structured field (RFC 8941 section 3.3.3) may be left out. NULL: no good key. */
static const char *read_key(const struct api_call *call, const char *header)
{
	struct bytes key = bytes_of_text(header);

	if (key.len >= 2 && key.at[0] == '"' && key.at[key.len - 1] == '"')
		key = bytes_of(key.at + 1, key.len - 2);
	if (key.len == 0 || key.len > API_KEY_BYTES)
		return NULL;
	for (size_t i = 0; i < key.len; i++)
		if (key.at[i] <= ' ' || key.at[i] > '~' || key.at[i] == '"' || key.at[i] == '\\')
			return NULL;
	return arena_text(call->arena, key);
}

/* One caller's keys are not another's. "|" is in none of the parts before the key. */
static const char *bind_key(const struct api_call *call, const char *key)
{
	return arena_format(call->arena, "%s|%s|%s", call->caller.party, call->caller.user, key);
}

static bool is_under_way(const struct api_call *call, const char *key)
{
	for (const struct api_call *other = call->api->first; other != NULL; other = other->next)
		if (other != call && other->key != NULL && strcmp(other->key, key) == 0)
			return true;
	return false;
}

/* A zero byte ends each part, so that none runs into the next. */
static struct hash hash_request(const struct api_call *call, struct bytes said)
{
	struct bytes parts[MAX_PARTS], name;
	const char *names = call->route->query, *text;
	size_t count = 0;

	parts[count++] = bytes_of(call->route->method, strlen(call->route->method) + 1);
	parts[count++] = bytes_of(call->route->path, strlen(call->route->path) + 1);
	for (size_t i = 0; i < API_PARAMETERS; i++)
		parts[count++] = bytes_of(call->parameters[i], strlen(call->parameters[i]) + 1);
	while (word_next(&names, &name) && count + 3 < MAX_PARTS) {
		const char *word = arena_text(call->arena, name);

		text = word == NULL ? NULL : http_query(call->http, word);
		parts[count++] =
			text == NULL ? bytes_of("\1", 1) : bytes_of(text, strlen(text) + 1);
	}
	/* for whom it is meant is part of what is meant */
	text = http_header(call->http, "sampan-principal");
	parts[count++] = text == NULL ? bytes_of("\1", 1) : bytes_of(text, strlen(text) + 1);
	parts[count++] = said;
	return hash_of_parts(parts, count);
}

/* said: what makes another request of it under the same key. */
static bool take(struct api_call *call, const char *text, struct bytes said, struct repeat_ask *ret)
{
	const char *key;

	*ret = (struct repeat_ask){.key = ""};
	if (text == NULL)
		return true;
	if ((key = read_key(call, text)) == NULL) {
		api_problem(call, PROBLEM_BAD_REQUEST,
			    "Idempotency-Key: 1 to 128 visible ASCII characters.");
		return false;
	}
	if ((key = bind_key(call, key)) == NULL) {
		api_problem(call, PROBLEM_UNAVAILABLE, "");
		return false;
	}
	if (is_under_way(call, key)) {
		api_problem(call, PROBLEM_IN_FLIGHT, "");
		return false;
	}
	call->key = key;
	ret->key = key;
	ret->request = hash_request(call, said);
	return true;
}

bool api_key_take(struct api_call *call, struct repeat_ask *ret)
{
	return take(call, http_header(call->http, "idempotency-key"), call->body, ret);
}

static const char *key_of_form(const struct api_call *call, const char *once,
			       const struct form_values *values)
{
	struct bytes *parts = arena_alloc_array(call->arena, 2 * values->count + 1, sizeof(*parts));
	char hex[HASH_HEX_BYTES];
	struct hash hash;

	if (parts == NULL)
		return NULL;
	parts[0] = bytes_of(once, strlen(once) + 1);
	for (size_t i = 0; i < values->count; i++) {
		const struct form_value *item = &values->items[i];

		parts[2 * i + 1] = bytes_of(item->name, strlen(item->name) + 1);
		parts[2 * i + 2] = bytes_of(item->value, strlen(item->value) + 1);
	}
	hash = hash_of_parts(parts, 2 * values->count + 1);
	hash_format_hex(&hash, hex);
	return arena_text(call->arena, bytes_of_text(hex));
}

bool api_key_take_form(struct api_call *call, const char *once, const struct form_values *values,
		       struct repeat_ask *ret)
{
	const char *key = once[0] == '\0' ? NULL : key_of_form(call, once, values);

	if (once[0] == '\0' || key != NULL)
		return take(call, key, bytes_of_text(""), ret);
	api_problem_of(call, ERR_MEMORY);
	return false;
}
