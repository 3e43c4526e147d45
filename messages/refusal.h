/*
 * refusal - why bytes are not a document that can be read at all.
 *
 * These findings come before any schema set is known, so their sentences are compiled in; all
 * others stand in schemas/catalogue/findings.xml. docs/findings.md lists both.
 */
#ifndef MESSAGES_REFUSAL_H
#define MESSAGES_REFUSAL_H

#include <libxml/xmlerror.h>

#include "sampan/err.h"
#include "sampan/finding.h"

enum refusal {
	REFUSAL_EMPTY,
	REFUSAL_TOO_LARGE, /* value: its size; detail: the limit */
	REFUSAL_NOT_UTF_8,
	REFUSAL_OTHER_ENCODING, /* value: its name */
	REFUSAL_ZERO_BYTE,
	REFUSAL_DOCTYPE,
	REFUSAL_TOO_DEEP,
	REFUSAL_TOO_MANY_VALUES,
	REFUSAL_TOO_MANY_ATTRIBUTES,
	REFUSAL_TOO_MANY_NAMESPACES,
	REFUSAL_TOO_MANY_NAMES,
	REFUSAL_NAME_TOO_LONG
};

/* Put the finding; value and detail may be "". */
enum err refusal_put(struct findings *findings, enum refusal refusal, unsigned line,
		     const char *value, const char *detail);

/* Put "not-well-formed" for what the parser said; the error is borrowed. */
enum err refusal_put_ill_formed(struct findings *findings, const xmlError *error);

#endif
