#include "messages/convert.h"

#include <string.h>

#include "messages/decimal.h"
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

static enum err convert_decimal(const char *text, struct arena *arena, const char **ret_text)
{
	struct decimal decimal;

	*ret_text = NULL;
	if (!decimal_parse(bytes_of_text(text), &decimal))
		return OK;
	*ret_text = decimal_format(&decimal, arena);
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
