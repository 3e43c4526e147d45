#include "messages/convert.h"

#include <string.h>

#include "messages/letters.h"

static const char *convert_list(const struct convert *convert, const char *text,
				const char **ret_reason)
{
	bool is_lossy = false;
	const char *code = convert->is_back ? code_list_back(convert->list, text, &is_lossy)
					    : code_list_forth(convert->list, text, &is_lossy);

	*ret_reason = is_lossy ? "code-list-lossy" : "code-list";
	return code;
}

/* The digits of an exact decimal: whole and fraction without the zeros that mean nothing. */
struct decimal {
	bool is_negative;
	struct bytes whole;
	struct bytes fraction;
};

static size_t count_digits(const char *text)
{
	return strspn(text, "0123456789");
}

static bool parse_decimal(const char *text, struct decimal *decimal)
{
	size_t digits;

	decimal->is_negative = *text == '-';
	text += *text == '-' || *text == '+';
	digits = count_digits(text);
	decimal->whole = bytes_of(text, digits);
	text += digits;
	decimal->fraction = (struct bytes){0};
	if (*text == '.') {
		decimal->fraction = bytes_of(text + 1, count_digits(text + 1));
		text += 1 + decimal->fraction.len;
	}
	return *text == '\0' && decimal->whole.len + decimal->fraction.len > 0;
}

static void trim_zeros(struct decimal *decimal)
{
	while (decimal->whole.len > 0 && decimal->whole.at[0] == '0') {
		decimal->whole.at++;
		decimal->whole.len--;
	}
	while (decimal->fraction.len > 0 && decimal->fraction.at[decimal->fraction.len - 1] == '0')
		decimal->fraction.len--;
	if (decimal->whole.len == 0 && decimal->fraction.len == 0)
		decimal->is_negative = false;
}

static enum err convert_decimal(const char *text, struct arena *arena, const char **ret_text)
{
	struct decimal decimal;

	*ret_text = NULL;
	if (!parse_decimal(text, &decimal))
		return OK;
	trim_zeros(&decimal);
	*ret_text = arena_format(
		arena, "%s%.*s%s%s%.*s", decimal.is_negative ? "-" : "", (int)decimal.whole.len,
		(const char *)decimal.whole.at, decimal.whole.len == 0 ? "0" : "",
		decimal.fraction.len == 0 ? "" : ".", (int)decimal.fraction.len,
		decimal.fraction.len == 0 ? "" : (const char *)decimal.fraction.at);
	return *ret_text == NULL ? ERR_MEMORY : OK;
}

/* A text of nothing but marks has no letters that could stay. */
static enum err convert_ascii(const char *text, struct arena *arena, const char **ret_text)
{
	enum err err = letters_to_ascii(text, arena, ret_text);

	if (err == OK && *ret_text != NULL && **ret_text == '\0')
		*ret_text = NULL;
	return err;
}

static enum err convert_date(const struct convert *convert, const char *text, struct arena *arena,
			     const char **ret_text, const char **ret_reason)
{
	enum err err =
		date_form_convert(text, convert->from_form, convert->to_form, arena, ret_text);
	bool is_losing = err == OK && *ret_text != NULL &&
			 date_form_is_losing(text, convert->from_form, convert->to_form);

	*ret_reason = is_losing ? "date-form-lossy" : "date-form";
	return err;
}

static enum err convert_unit(const struct convert *convert, const char *text, const char *unit,
			     struct arena *arena, const char **ret_text)
{
	struct scale scale;

	*ret_text = text;
	if (unit == NULL || !code_list_scale(convert->list, unit, convert->is_back, &scale) ||
	    (scale.digits == 1 && scale.decimals == 0))
		return OK;
	return convert->is_back ? scale_divide(&scale, text, arena, ret_text)
				: scale_multiply(&scale, text, arena, ret_text);
}

static enum err convert_any(const struct convert *convert, const char *text, const char *unit,
			    struct arena *arena, const char **ret_text, const char **ret_reason)
{
	switch (convert->kind) {
	case CONVERT_DATE:
		return convert_date(convert, text, arena, ret_text, ret_reason);
	case CONVERT_LIST:
		*ret_text = convert_list(convert, text, ret_reason);
		return OK;
	case CONVERT_ASCII:
		*ret_reason = "ascii";
		return convert_ascii(text, arena, ret_text);
	case CONVERT_UPPER:
		*ret_reason = "upper-case";
		return letters_to_upper(text, arena, ret_text);
	case CONVERT_DECIMAL:
		*ret_reason = "decimal-form";
		return convert_decimal(text, arena, ret_text);
	case CONVERT_UNIT:
		*ret_reason = "unit";
		return convert_unit(convert, text, unit, arena, ret_text);
	}
	return ERR_USAGE;
}

enum err convert_text(const struct convert *convert, const char *text, const char *unit,
		      struct arena *arena, const char **ret_text, const char **ret_reason)
{
	const char *converted = NULL, *reason = "";
	enum err err = convert_any(convert, text, unit, arena, &converted, &reason);

	if (err != OK)
		return err;
	*ret_text = converted != NULL && strcmp(converted, text) == 0 ? text : converted;
	*ret_reason = reason;
	return OK;
}
