/*
 * lexical - is a text surely a value of a built-in type of XML Schema?
 *
 * "Yes" is a promise that libxml2's validator says so too; what is rare or read differently (years
 * beyond 9999, 24:00:00, more digits than libxml2 counts, non-ASCII names) is "not surely". White
 * space around it is taken away before. Numbers are exact text.
 */
#ifndef MESSAGES_LEXICAL_H
#define MESSAGES_LEXICAL_H

#include "messages/decimal.h"

enum lexical {
	LEXICAL_NONE, /* a type that is not known here: no text is surely of it */
	LEXICAL_STRING,
	LEXICAL_DECIMAL,
	LEXICAL_INTEGER,
	LEXICAL_UNSIGNED, /* integer without sign */
	LEXICAL_BOOLEAN,
	LEXICAL_DATE,
	LEXICAL_DATE_TIME,
	LEXICAL_TIME,
	LEXICAL_YEAR,
	LEXICAL_YEAR_MONTH,
	LEXICAL_URI,
	LEXICAL_LANGUAGE,
	LEXICAL_NMTOKEN,
	LEXICAL_NAME,
	LEXICAL_NCNAME,
};

bool lexical_holds(enum lexical lexical, struct bytes text);

/* Read a number; false when it is not surely one. It borrows the text. */
bool lexical_decimal(struct bytes text, struct decimal *ret_decimal);

#endif
