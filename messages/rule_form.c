#include "messages/rule_form.h"

#include <stdlib.h>
#include <string.h>

#define MAX_RUN 100000u

enum token_kind {
	TOKEN_DIGITS,
	TOKEN_LETTERS,
	TOKEN_BOTH,
	TOKEN_TEXT,
	TOKEN_BLANKS,
	TOKEN_NUMBER,
	TOKEN_REST,
	TOKEN_OR
};

struct token {
	enum token_kind kind;
	uint32_t min;
	uint32_t max;
	struct bytes text;
};

struct rule_form {
	struct token *tokens;
	size_t count;
};

/* ---- Reading a form ---- */

static bool parse_count(const char **at, uint32_t *ret_count)
{
	char *end;
	unsigned long count;

	if (**at < '0' || **at > '9')
		return false;
	count = strtoul(*at, &end, 10);
	*at = end;
	*ret_count = (uint32_t)count;
	return count > 0 && count <= MAX_RUN;
}

/* n8, n..8, n2..8 */
static bool parse_run(const char **at, struct token *token)
{
	static const struct {
		const char *word;
		enum token_kind kind;
	} runs[] = {{"an", TOKEN_BOTH}, {"a", TOKEN_LETTERS}, {"n", TOKEN_DIGITS}};
	size_t i = 0;

	while (i < 3 && strncmp(*at, runs[i].word, strlen(runs[i].word)) != 0)
		i++;
	if (i == 3)
		return false;
	token->kind = runs[i].kind;
	*at += strlen(runs[i].word);
	token->min = 1;
	if (**at != '.') {
		if (!parse_count(at, &token->min))
			return false;
		token->max = token->min;
	}
	if (**at == '.')
		return *++*at == '.' && (++*at, parse_count(at, &token->max)) &&
		       token->max >= token->min;
	return true;
}

static bool parse_text(const char **at, struct token *token)
{
	const char *begin = *at + 1, *end = strchr(begin, '\'');

	if (end == NULL || end == begin)
		return false;
	token->kind = TOKEN_TEXT;
	token->text = bytes_of(begin, (size_t)(end - begin));
	*at = end + 1;
	return true;
}

static bool parse_token(const char **at, struct token *token)
{
	static const char signs[] = "_#*|";
	static const enum token_kind kinds[] = {TOKEN_BLANKS, TOKEN_NUMBER, TOKEN_REST, TOKEN_OR};
	const char *sign = strchr(signs, **at);

	*token = (struct token){0};
	if (**at == '\'')
		return parse_text(at, token);
	if (sign == NULL || *sign == 0)
		return parse_run(at, token);
	token->kind = kinds[sign - signs];
	(*at)++;
	return true;
}

/* No empty way, and nothing behind *. */
static bool is_sound(const struct rule_form *form)
{
	bool is_empty = true, is_ended = false;

	for (size_t i = 0; i < form->count; i++) {
		bool is_or = form->tokens[i].kind == TOKEN_OR;

		if ((is_or && is_empty) || (!is_or && is_ended))
			return false;
		is_empty = is_or;
		is_ended = form->tokens[i].kind == TOKEN_REST;
	}
	return !is_empty;
}

enum err rule_form_parse(const char *text, struct arena *arena, const struct rule_form **ret_form)
{
	const char *at = arena_text(arena, bytes_of_text(text));
	struct rule_form *form = arena_alloc(arena, sizeof(*form));

	if (at == NULL || form == NULL ||
	    (form->tokens = arena_alloc_array(arena, strlen(text) + 1, sizeof(*form->tokens))) ==
		    NULL)
		return ERR_MEMORY;
	*ret_form = NULL;
	for (at += strspn(at, " "); *at != 0; at += strspn(at, " "))
		if (!parse_token(&at, &form->tokens[form->count++]))
			return OK;
	if (is_sound(form))
		*ret_form = form;
	return OK;
}

bool rule_form_has_part(const struct rule_form *form)
{
	size_t numbers = 0;

	for (size_t i = 0; i < form->count; i++) {
		numbers += form->tokens[i].kind == TOKEN_NUMBER;
		if (form->tokens[i].kind != TOKEN_OR)
			continue;
		if (numbers != 1)
			return false;
		numbers = 0;
	}
	return numbers == 1;
}

/* ---- Comparing a value ---- */

static bool is_digit(uint8_t byte)
{
	return byte >= '0' && byte <= '9';
}

static bool is_letter(uint8_t byte)
{
	return byte >= 'A' && byte <= 'Z';
}

static size_t run_of(const struct token *token, struct bytes value)
{
	size_t len = 0;

	while (len < value.len && len < token->max) {
		bool is_in = (token->kind != TOKEN_LETTERS && is_digit(value.at[len])) ||
			     (token->kind != TOKEN_DIGITS && is_letter(value.at[len]));

		if (!is_in)
			break;
		len++;
	}
	return len;
}

static size_t number_of(struct bytes value)
{
	size_t len = 0, decimals;

	while (len < value.len && is_digit(value.at[len]))
		len++;
	if (len == 0 || len + 1 >= value.len || value.at[len] != '.')
		return len;
	for (decimals = len + 1; decimals < value.len && is_digit(value.at[decimals]); decimals++)
		;
	return decimals > len + 1 ? decimals : len;
}

static size_t blanks_of(struct bytes value)
{
	size_t len = 0;

	while (len < value.len && value.at[len] == ' ')
		len++;
	return len;
}

/* How much of the value the token takes; false: it does not fit. */
static bool take(const struct token *token, struct bytes value, size_t *ret_len)
{
	switch (token->kind) {
	case TOKEN_DIGITS:
	case TOKEN_LETTERS:
	case TOKEN_BOTH:
		*ret_len = run_of(token, value);
		return *ret_len >= token->min;
	case TOKEN_TEXT:
		*ret_len = token->text.len;
		return bytes_has_prefix(value, token->text);
	case TOKEN_BLANKS:
		*ret_len = blanks_of(value);
		return true;
	case TOKEN_NUMBER:
		*ret_len = number_of(value);
		return *ret_len > 0;
	case TOKEN_REST:
	case TOKEN_OR:
	default:
		*ret_len = value.len;
		return true;
	}
}

/* One way, up to | or the end. */
static bool fits_way(const struct token *token, const struct token *end, struct bytes value,
		     struct bytes *ret_part)
{
	for (; token < end && token->kind != TOKEN_OR; token++) {
		size_t len;

		if (!take(token, value, &len))
			return false;
		if (token->kind == TOKEN_NUMBER)
			*ret_part = bytes_of(value.at, len);
		value = bytes_of(value.at + len, value.len - len);
	}
	return value.len == 0;
}

bool rule_form_part(const struct rule_form *form, struct bytes value, struct bytes *ret_part)
{
	const struct token *token = form->tokens, *end = form->tokens + form->count;
	struct bytes part = {0};

	while (token < end) {
		if (fits_way(token, end, value, &part)) {
			*ret_part = part;
			return true;
		}
		while (token < end && token->kind != TOKEN_OR)
			token++;
		token += token < end;
	}
	return false;
}

bool rule_form_fits(const struct rule_form *form, struct bytes value)
{
	struct bytes part;

	return rule_form_part(form, value, &part);
}
