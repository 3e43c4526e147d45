#include "node/form_table.h"

#include <string.h>

#include "messages/word.h"

#define CUSTOMS (CALLER_CUSTOMS_OFFICER | CALLER_SUPERVISOR)
#define ISSUING CALLER_ISSUING_OFFICER
#define DECLARANTS (CALLER_TRADER | CALLER_AGENT)
#define DECLARATIONS "vn.export vn.import"

/* clang-format off */
const struct form_row form_table[] = {
	{"clear", "vn.response", DECLARATIONS, CUSTOMS, ACCESS_DECIDE, false},
	{"refuse", "vn.response", DECLARATIONS, CUSTOMS, ACCESS_DECIDE, false},
	{"ask-papers", "vn.response", DECLARATIONS, CUSTOMS, ACCESS_DECIDE, false},
	{"inspect", "vn.response", DECLARATIONS, CUSTOMS, ACCESS_DECIDE, false},
	{"inspection-result", "vn.response", DECLARATIONS, CUSTOMS, ACCESS_DECIDE, false},
	{"re-route", "vn.response", DECLARATIONS, CUSTOMS, ACCESS_DECIDE, false},
	{"co-accept", "vn.co-status", "asw.form-d", CUSTOMS, ACCESS_DECIDE, false},
	{"co-not-accept", "vn.co-status", "asw.form-d", CUSTOMS, ACCESS_DECIDE, false},
	{"co-use", "vn.co-status", "asw.form-d", CUSTOMS, ACCESS_DECIDE, false},
	{"co-reverse", "vn.co-status", "asw.form-d", CUSTOMS, ACCESS_DECIDE, false},
	{"co-verify", "vn.verification", "asw.form-d", CUSTOMS, ACCESS_DECIDE, false},
	{"supplement", "vn.supplement", DECLARATIONS " vn.co-application", DECLARANTS, ACCESS_ATTACH, false},
	{"cancel", "vn.cancel", DECLARATIONS, DECLARANTS, ACCESS_LODGE, false},
	{"authorise", "vn.co-authorise", "vn.co", DECLARANTS, ACCESS_AUTHORISE, false},
	{"issue", "vn.co", "vn.co-application", ISSUING, ACCESS_DECIDE, true},
	{"refuse-application", "vn.response", "vn.co-application", ISSUING, ACCESS_DECIDE, false},
	{"ask-supplement", "vn.response", "vn.co-application", ISSUING, ACCESS_DECIDE, false},
	{"replace", "vn.co", "vn.co", ISSUING, ACCESS_DECIDE, true},
	{"cancel-certificate", "vn.cancel", "vn.co", ISSUING, ACCESS_DECIDE, true},
	{0},
};
/* clang-format on */

const struct form_row *form_table_find(const char *name)
{
	for (const struct form_row *row = form_table; row->name != NULL; row++)
		if (strcmp(row->name, name) == 0)
			return row;
	return NULL;
}

bool form_table_is_for(const struct form_row *row, const struct caller *caller)
{
	return (row->roles & caller->roles) != 0 && access_may_ever(caller, row->action) &&
	       access_may_ever(caller, ACCESS_LODGE) && caller_has_kinds(caller, row->kind);
}

bool form_table_speaks_of(const struct form_row *row, const char *schema)
{
	const char *kinds = row->about;
	size_t len = strcspn(schema, "/");
	struct bytes kind;

	while (word_next(&kinds, &kind))
		if (bytes_equal(kind, bytes_of(schema, len)))
			return true;
	return false;
}
