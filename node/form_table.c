#include "node/form_table.h"

#include <string.h>
#include <strings.h>

#include "messages/word.h"

#define CUSTOMS (CALLER_CUSTOMS_OFFICER | CALLER_SUPERVISOR)
#define ISSUING CALLER_ISSUING_OFFICER
#define DECLARANTS (CALLER_TRADER | CALLER_AGENT)
#define DECLARATIONS "vn.export vn.import"
#define APPLIED "lodged with-authority supplement-asked supplemented"
#define OPEN "registered papers-asked supplemented under-inspection inspected"

/* clang-format off */
const struct form_row form_table[] = {
	{"clear", "vn.response", DECLARATIONS, CUSTOMS, ACCESS_DECIDE, false, "registered supplemented inspected"},
	{"refuse", "vn.response", DECLARATIONS, CUSTOMS, ACCESS_DECIDE, false, OPEN},
	{"ask-papers", "vn.response", DECLARATIONS, CUSTOMS, ACCESS_DECIDE, false, "registered papers-asked supplemented inspected"},
	{"inspect", "vn.response", DECLARATIONS, CUSTOMS, ACCESS_DECIDE, false, "registered papers-asked supplemented inspected"},
	{"inspection-result", "vn.response", DECLARATIONS, CUSTOMS, ACCESS_DECIDE, false, "under-inspection"},
	{"re-route", "vn.response", DECLARATIONS, CUSTOMS, ACCESS_DECIDE, false, OPEN},
	{"co-accept", "vn.co-status", "asw.form-d", CUSTOMS, ACCESS_DECIDE, false, "checked handed-over not-accepted"},
	{"co-not-accept", "vn.co-status", "asw.form-d", CUSTOMS, ACCESS_DECIDE, false, "checked handed-over accepted partly-used used-up under-verification"},
	{"co-use", "vn.co-status", "asw.form-d", CUSTOMS, ACCESS_DECIDE, false, "checked handed-over accepted partly-used"},
	{"co-reverse", "vn.co-status", "asw.form-d", CUSTOMS, ACCESS_DECIDE, false, "partly-used used-up"},
	{"co-verify", "vn.verification", "asw.form-d", CUSTOMS, ACCESS_DECIDE, false, "checked handed-over accepted not-accepted partly-used used-up"},
	{"supplement", "vn.supplement", DECLARATIONS " vn.co-application", DECLARANTS, ACCESS_ATTACH, false, OPEN " lodged with-authority supplement-asked"},
	{"cancel", "vn.cancel", DECLARATIONS, DECLARANTS, ACCESS_LODGE, false, "checked transmitted registered papers-asked supplemented"},
	{"authorise", "vn.co-authorise", "vn.co", DECLARANTS, ACCESS_AUTHORISE, false, "issued"},
	{"issue", "vn.co", "vn.co-application", ISSUING, ACCESS_DECIDE, true, APPLIED},
	{"refuse-application", "vn.response", "vn.co-application", ISSUING, ACCESS_DECIDE, false, APPLIED},
	{"ask-supplement", "vn.response", "vn.co-application", ISSUING, ACCESS_DECIDE, false, APPLIED},
	{"replace", "vn.co", "vn.co", ISSUING, ACCESS_DECIDE, true, "issued authorised transmitted received"},
	{"cancel-certificate", "vn.cancel", "vn.co", ISSUING, ACCESS_DECIDE, true, "issued authorised transmitted received accepted not-accepted"},
	{"authorise-ahead", "vn.co-authorise", "", DECLARANTS, ACCESS_AUTHORISE, false, ""},
	{"verification-answer", "vn.verification", "vn.co", ISSUING, ACCESS_DECIDE, false, "under-verification"},
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

/* "vn.response" is Viet Nam's own; "asw.co-status" is everybody's. */
static bool is_made_in(const char *kind, const char *country)
{
	return strncmp(kind, "asw.", 4) == 0 || strncasecmp(kind, country, strcspn(kind, ".")) == 0;
}

bool form_table_is_for(const struct form_row *row, const struct caller *caller, const char *country)
{
	return is_made_in(row->kind, country) && (row->roles & caller->roles) != 0 &&
	       access_may_ever(caller, row->action) && access_may_ever(caller, ACCESS_LODGE) &&
	       caller_has_kinds(caller, row->kind);
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
