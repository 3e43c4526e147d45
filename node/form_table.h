/*
 * form_table - what people do, one row each: a form makes a document, which is lodged like every
 * other (docs/desks.md). The form's fields and its document stand in schemas/forms/NAME.xsl.
 *
 * A row narrows and never widens: whoever may not lodge the kind, or may not do the action to the
 * message, may not do it by a form either.
 */
#ifndef NODE_FORM_TABLE_H
#define NODE_FORM_TABLE_H

#include "node/access.h"
#include "sampan/config.h"

struct form_row {
	const char *name;  /* schemas/forms/NAME.xsl */
	const char *kind; /* words: what it makes, each country its own (form_table_kind) */
	const char *about; /* words: kinds that it may speak of; "": it begins something new */
	unsigned roles;    /* bits of enum caller_role: for whom it is */
	enum access_action action; /* what it does to the message that it speaks of */
	bool is_sealed; /* the key of the issuing office signs what it makes, before it is lodged (issue.h) */
	const char
		*in; /* words: states in which a page offers it; the commit judges again (life.h) */
};

/* Ended by a row without name. */
extern const struct form_row form_table[];

/* NULL: there is no such form. */
const struct form_row *form_table_find(const char *name);

/*
 * What it makes at this node: of its kinds the country's own ("vn.response" in Viet Nam), else that of
 * the hub when a route of the node carries it. Empty: the form is not for this country, where a state
 * would change that nobody hears of. Points into the row.
 */
struct bytes form_table_kind(const struct form_row *row, const struct config *config);

/* May this caller ever use it, at this node? */
bool form_table_is_for(const struct form_row *row, const struct caller *caller,
		       const struct config *config);

/* Does it make messages of this kind ("vn.import/1")? */
bool form_table_makes(const struct form_row *row, const char *schema);

/* May it speak of a message of this kind ("vn.import" or "vn.import/1")? */
bool form_table_speaks_of(const struct form_row *row, const char *schema);

/* "You can decide: clear refuse ...." in the arena; "": no memory. */
const char *form_table_names(const struct caller *caller, const struct config *config,
			     struct arena *arena);

#endif
