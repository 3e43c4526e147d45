/*
 * convert - how one value becomes another: dates, code lists, letters without marks, upper case,
 * decimals.
 *
 * Pure text to text, exact: decimals are never binary, and nothing is invented (a date gets no time
 * of day, a time without a zone gets none). What cannot be converted is said so, never guessed.
 */
#ifndef MESSAGES_CONVERT_H
#define MESSAGES_CONVERT_H

#include "messages/code_list.h"
#include "messages/date_form.h"
#include "messages/shape.h"

enum convert_kind {
	CONVERT_DATE,  /* reason "date-form" or "date-form-lossy" */
	CONVERT_LIST,  /* reason "code-list" or "code-list-lossy" */
	CONVERT_ASCII, /* reason "ascii": letters without marks, đ as d, typographic signs as plain
			  ones */
	CONVERT_UPPER, /* reason "upper-case" */
	CONVERT_DECIMAL, /* reason "decimal-form": "0012.50" becomes "12.5" */
	CONVERT_UNIT     /* reason "unit": times the factor that the list has for the unit */
};

struct convert {
	enum convert_kind kind;
	enum date_form from_form; /* CONVERT_DATE */
	enum date_form to_form;
	const struct code_list *list; /* CONVERT_LIST, CONVERT_UNIT */
	bool is_back;                 /* read the list back */
	const struct shape *unit;     /* CONVERT_UNIT: where the source has the unit's code */
};

/*
 * Convert one text; CONVERT_UNIT needs the code of its unit, others none (NULL). A unit that is not
 * there or not in the list leaves the text as it is: the rule for the code speaks of that.
 * *ret_text is `text` itself when nothing changed, else it is of the arena or borrowed from the code
 * list; NULL when the text cannot be converted. *ret_reason is the word of docs/maps.md. ERR_MEMORY.
 */
enum err convert_text(const struct convert *convert, const char *text, const char *unit,
		      struct arena *arena, const char **ret_text, const char **ret_reason);

#endif
