#include "node/form_table.h"

#include <string.h>
#include <strings.h>

#include "messages/word.h"

#define FORM_KIND_BYTES 72u
#define CUSTOMS (CALLER_CUSTOMS_OFFICER | CALLER_SUPERVISOR)
#define ISSUING CALLER_ISSUING_OFFICER
#define DECLARANTS (CALLER_TRADER | CALLER_AGENT)
#define DECLARATIONS "vn.export vn.import th.import"
#define RESPONSE "vn.response th.response"
#define CO_STATUS "vn.co-status asw.co-status"
#define CERTIFICATES "asw.form-d vn.co-paper"
#define APPLIED "lodged with-authority supplement-asked supplemented"
#define OPEN "registered papers-asked supplemented under-inspection inspected"

/* clang-format off */
const struct form_row form_table[] = {
	{"clear", RESPONSE, DECLARATIONS, CUSTOMS, ACCESS_DECIDE, false, "registered supplemented inspected"},
	{"refuse", RESPONSE, DECLARATIONS, CUSTOMS, ACCESS_DECIDE, false, OPEN},
	{"ask-papers", RESPONSE, DECLARATIONS, CUSTOMS, ACCESS_DECIDE, false, "registered papers-asked supplemented inspected"},
	{"inspect", RESPONSE, DECLARATIONS, CUSTOMS, ACCESS_DECIDE, false, "registered papers-asked supplemented inspected"},
	{"inspection-result", RESPONSE, DECLARATIONS, CUSTOMS, ACCESS_DECIDE, false, "under-inspection"},
	{"re-route", RESPONSE, DECLARATIONS, CUSTOMS, ACCESS_DECIDE, false, OPEN},
	{"co-accept", CO_STATUS, CERTIFICATES, CUSTOMS, ACCESS_DECIDE, false, "checked handed-over not-accepted not-confirmed"},
	{"co-not-accept", CO_STATUS, CERTIFICATES, CUSTOMS, ACCESS_DECIDE, false, "checked handed-over accepted not-accepted partly-used used-up under-verification not-confirmed expired"},
	{"co-use", CO_STATUS, CERTIFICATES, CUSTOMS, ACCESS_DECIDE, false, "checked handed-over accepted partly-used expired"},
	{"co-reverse", CO_STATUS, CERTIFICATES, CUSTOMS, ACCESS_DECIDE, false, "partly-used used-up not-accepted under-verification not-confirmed cancelled expired"},
	{"co-verify", "vn.verification asw.verification", CERTIFICATES, CUSTOMS, ACCESS_DECIDE, false, "checked handed-over accepted not-accepted not-confirmed partly-used used-up expired"},
	{"supplement", "vn.supplement th.request", DECLARATIONS " vn.co-application", DECLARANTS, ACCESS_ATTACH, false, OPEN " lodged with-authority supplement-asked"},
	{"cancel", "vn.cancel th.request", DECLARATIONS, DECLARANTS, ACCESS_LODGE, false, "checked transmitted registered papers-asked supplemented"},
	{"authorise", "vn.co-authorise", "vn.co", DECLARANTS, ACCESS_AUTHORISE, false, "issued"},
	{"issue", "vn.co", "vn.co-application", ISSUING, ACCESS_DECIDE, true, APPLIED},
	{"refuse-application", "vn.response", "vn.co-application", ISSUING, ACCESS_DECIDE, false, APPLIED},
	{"ask-supplement", "vn.response", "vn.co-application", ISSUING, ACCESS_DECIDE, false, APPLIED},
	{"replace", "vn.co", "vn.co", ISSUING, ACCESS_DECIDE, true, "issued authorised transmitted received accepted not-accepted not-confirmed"},
	{"cancel-certificate", "vn.cancel", "vn.co", ISSUING, ACCESS_DECIDE, true, "issued authorised transmitted received accepted not-accepted partly-used under-verification not-confirmed expired"},
	{"co-paper", "vn.co-paper", "", CUSTOMS, ACCESS_LODGE, false, ""},
	{"authorise-ahead", "vn.co-authorise", "", DECLARANTS, ACCESS_AUTHORISE, false, ""},
	{"apply", "vn.co-application", "", DECLARANTS, ACCESS_LODGE, false, ""},
	{"th-declare", "th.import", "", DECLARANTS, ACCESS_LODGE, false, ""},
	{"declare-export", "vn.export", "", DECLARANTS, ACCESS_LODGE, false, ""},
	{"declare-import", "vn.import", "", DECLARANTS, ACCESS_LODGE, false, ""},
	{"verification-answer", "vn.verification asw.verification", "vn.co th.co", ISSUING, ACCESS_DECIDE, false, "under-verification"},
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

/* The hub's own forms are lodged where a route carries them on. */
static bool is_carried(const struct config *config, struct bytes kind)
{
	for (size_t i = 0; i < config->route_count; i++) {
		const struct config_route *route = &config->routes[i];

		if ((route->at[0] == '\0' || strcmp(route->at, config->country) == 0) &&
		    bytes_equal(bytes_of_text(route->kind), kind))
			return true;
	}
	return false;
}

/* "vn.response" is Viet Nam's own; "asw.co-status" is everybody's. */
static bool is_made_at(const struct config *config, struct bytes kind)
{
	const char *dot = memchr(kind.at, '.', kind.len);
	size_t len = dot == NULL ? kind.len : (size_t)(dot - (const char *)kind.at);

	if (bytes_has_prefix(kind, bytes_of_text("asw.")))
		return is_carried(config, kind);
	return strlen(config->country) == len &&
	       strncasecmp((const char *)kind.at, config->country, len) == 0;
}

struct bytes form_table_kind(const struct form_row *row, const struct config *config)
{
	const char *kinds = row->kind;
	struct bytes kind;

	while (word_next(&kinds, &kind))
		if (is_made_at(config, kind))
			return kind;
	return (struct bytes){0};
}

/* A credential that names kinds opens the forms of those alone. */
static bool has_kind(const struct caller *caller, struct bytes kind)
{
	char name[FORM_KIND_BYTES];

	if (kind.len == 0 || kind.len >= sizeof(name))
		return false;
	memcpy(name, kind.at, kind.len);
	name[kind.len] = '\0';
	return caller_has_kinds(caller, name);
}

bool form_table_is_for(const struct form_row *row, const struct caller *caller,
		       const struct config *config)
{
	return (row->roles & caller->roles) != 0 && access_may_ever(caller, row->action) &&
	       access_may_ever(caller, ACCESS_LODGE) &&
	       has_kind(caller, form_table_kind(row, config));
}

static bool is_among(const char *kinds, const char *schema)
{
	size_t len = strcspn(schema, "/");
	struct bytes kind;

	while (word_next(&kinds, &kind))
		if (bytes_equal(kind, bytes_of(schema, len)))
			return true;
	return false;
}

bool form_table_makes(const struct form_row *row, const char *schema)
{
	return is_among(row->kind, schema);
}

bool form_table_speaks_of(const struct form_row *row, const char *schema)
{
	return is_among(row->about, schema);
}

const char *form_table_names(const struct caller *caller, const struct config *config,
			     struct arena *arena)
{
	const char *names = "You can decide:";

	for (const struct form_row *row = form_table; row->name != NULL && names != NULL; row++)
		if (form_table_is_for(row, caller, config))
			names = arena_format(arena, "%s %s", names, row->name);
	names = names == NULL ? NULL : arena_format(arena, "%s.", names);
	return names == NULL ? "" : names;
}
