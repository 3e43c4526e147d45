#include "node/api_table.h"

#include <stdio.h>
#include <string.h>

#include "node/api_exchange.h"
#include "node/api_form.h"
#include "node/api_hand_over.h"
#include "node/api_identity.h"
#include "node/api_inside.h"
#include "node/api_list.h"
#include "node/api_lodge.h"
#include "node/api_operator.h"
#include "node/api_read.h"
#include "node/api_session.h"
#include "node/api_tile.h"

#define JSON "application/json"
#define XML "application/xml"
#define TEXT "text/plain"
#define PUBLIC ACCESS_ACTIONS, true

/* method, path, takes, gives, query, max_body, action, is_public, handler */
/* clang-format off */
const struct api_route api_table[] = {
	{"POST", "/v1/messages", XML, JSON, "", API_DOCUMENT_BODY, ACCESS_LODGE, false, api_lodge},
	{"GET", "/v1/messages", "", JSON, "reference party state schema taxCode number base office country certificate ucr transport container conversation lane after limit", 0, ACCESS_LIST, false, api_list_messages},
	{"GET", "/v1/work", "", JSON, "reference party state schema taxCode number base office country certificate ucr transport container conversation lane after limit", 0, ACCESS_LIST, false, api_list_work},
	{"GET", "/v1/messages/{id}", "", JSON, "", 0, ACCESS_READ, false, api_read_message},
	{"GET", "/v1/messages/{id}/document", "", XML, "", 0, ACCESS_DOWNLOAD, false, api_read_document},
	{"GET", "/v1/messages/{id}/translation", "", XML, "delivery", 0, ACCESS_DOWNLOAD, false, api_read_translation},
	{"GET", "/v1/messages/{id}/report", "", JSON, "delivery", 0, ACCESS_DOWNLOAD, false, api_read_report},
	{"GET", "/v1/messages/{id}/receipt", "", JSON, "", 0, ACCESS_RECEIPT, false, api_read_receipt},
	{"GET", "/v1/messages/{id}/evidence", "", "application/zip", "for", 0, ACCESS_DOWNLOAD, false, api_read_evidence},
	{"GET", "/v1/messages/{id}/attachments/{sha256}", "", "application/pdf image/png image/jpeg " XML " application/octet-stream", "", 0, ACCESS_DOWNLOAD, false, api_read_attachment},
	{"POST", "/v1/messages/{id}/attachments", "application/pdf image/png image/jpeg " XML, JSON, "type name", API_ATTACHMENT_BODY, ACCESS_ATTACH, false, api_attach},
	{"POST", "/v1/messages/{id}/decision", JSON, JSON, "", FORM_READ_BYTES, ACCESS_LODGE, false, api_form_decide},
	{"POST", "/v1/messages/{id}/authorisation", JSON, JSON, "", 1024, ACCESS_AUTHORISE, false, api_authorise},
	{"GET", "/v1/events", "", "text/event-stream", "", 0, ACCESS_LIST, false, api_list_events},
	{"GET", "/v1/partners", "", JSON, "", 0, ACCESS_PARTNERS, false, api_list_partners},
	{"GET", "/v1/queue", "", JSON, "", 0, ACCESS_QUEUE, false, api_list_queue},
	{"POST", "/v1/queue/{delivery}", JSON, JSON, "", API_IDENTITY_BODY, ACCESS_QUEUE_CHANGE, false, api_exchange_change},
	{"GET", "/v1/exchange", "", JSON, "", 0, ACCESS_QUEUE, false, api_exchange},
	{"GET", "/v1/schemas", "", JSON, "", 0, ACCESS_ACTIONS, false, api_list_schemas},
	{"POST", "/v1/session", JSON, JSON, "", API_SESSION_BODY, PUBLIC, api_session_sign_in},
	{"GET", "/v1/session", "", JSON, "", 0, ACCESS_ACTIONS, false, api_session_show},
	{"DELETE", "/v1/session", "", JSON, "", 0, ACCESS_ACTIONS, false, api_session_sign_out},
	{"PUT", "/v1/session/password", JSON, JSON, "", API_SESSION_BODY, ACCESS_ACTIONS, false, api_session_password},
	{"GET", "/v1/users", "", JSON, "before", 0, ACCESS_PEOPLE, false, api_identity_users},
	{"GET", "/v1/tokens", "", JSON, "before", 0, ACCESS_TOKENS, false, api_identity_tokens},
	{"POST", "/v1/tokens", JSON, JSON, "", API_IDENTITY_BODY, ACCESS_TOKENS, false, api_identity_make_token},
	{"DELETE", "/v1/tokens/{number}", "", JSON, "", 0, ACCESS_TOKENS, false, api_identity_revoke_token},
	{"GET", "/v1/mandates", "", JSON, "before", 0, ACCESS_MANDATES, false, api_identity_mandates},
	{"POST", "/v1/mandates", JSON, JSON, "", API_IDENTITY_BODY, ACCESS_MANDATE_GIVE, false, api_identity_give_mandate},
	{"POST", "/v1/mandates/{number}/confirmation", "", JSON, "", 0, ACCESS_MANDATE_CONFIRM, false, api_identity_confirm_mandate},
	{"DELETE", "/v1/mandates/{number}", "", JSON, "", 0, ACCESS_MANDATE_REVOKE, false, api_identity_revoke_mandate},
	{"GET", "/v1/audit", "", JSON, "before", 0, ACCESS_AUDIT, false, api_identity_audit},
	{"GET", "/v1/hand-over", "", JSON, "office desk", 0, ACCESS_HAND_OVER, false, api_hand_over},
	{"POST", "/v1/hand-over", JSON, JSON, "", API_IDENTITY_BODY, ACCESS_HAND_OVER_NOTE, false, api_hand_over_note},
	{"GET", "/healthz", "", JSON, "", 0, PUBLIC, api_healthz},
	{"GET", "/readyz", "", JSON, "", 0, PUBLIC, api_readyz},
	{"GET", "/metrics", "", TEXT, "", 0, ACCESS_METRICS, false, api_metrics},
	{"GET", "/openapi.yaml", "", "application/yaml", "", 0, PUBLIC, api_openapi},
	{"GET", "/checkpoint", "", TEXT, "", 0, PUBLIC, api_tile_checkpoint},
	{"GET", "/tile/{rest*}", "", "application/octet-stream", "", 0, PUBLIC, api_tile},
	{0},
};
/* clang-format on */

/* One segment of a path; both move behind it. */
static struct bytes take_segment(const char **at)
{
	size_t len = strcspn(*at, "/");
	struct bytes segment = bytes_of(*at, len);

	*at += len;
	return segment;
}

static bool keep(struct arena *arena, struct bytes value,
		 const char *ret_parameters[API_PARAMETERS], size_t *count)
{
	if (value.len == 0 || *count == API_PARAMETERS ||
	    (ret_parameters[*count] = arena_text(arena, value)) == NULL)
		return false;
	(*count)++;
	return true;
}

bool api_table_fits(const struct api_route *route, const char *path, struct arena *arena,
		    const char *ret_parameters[API_PARAMETERS])
{
	const char *pattern = route->path;
	size_t count = 0;

	for (size_t i = 0; i < API_PARAMETERS; i++)
		ret_parameters[i] = "";
	while (*pattern == '/' && *path == '/') {
		struct bytes wanted, given;

		pattern++;
		path++;
		if (strcmp(pattern, "{rest*}") == 0)
			return keep(arena, bytes_of_text(path), ret_parameters, &count);
		wanted = take_segment(&pattern);
		given = take_segment(&path);
		if (wanted.len > 0 && wanted.at[0] == '{') {
			if (!keep(arena, given, ret_parameters, &count))
				return false;
		} else if (!bytes_equal(wanted, given)) {
			return false;
		}
	}
	return *pattern == '\0' && *path == '\0';
}

void api_table_allow(char methods[API_TABLE_METHODS_BYTES], const char *method)
{
	size_t len = strlen(methods);

	(void)snprintf(methods + len, API_TABLE_METHODS_BYTES - len, "%s%s%s", len == 0 ? "" : ", ",
		       method, strcmp(method, "GET") == 0 ? ", HEAD" : "");
}

const struct api_route *api_table_find(const char *method, const char *path, struct arena *arena,
				       const char *ret_parameters[API_PARAMETERS],
				       char ret_allow[API_TABLE_METHODS_BYTES])
{
	const char *wanted = strcmp(method, "HEAD") == 0 ? "GET" : method;

	ret_allow[0] = '\0';
	for (const struct api_route *route = api_table; route->method != NULL; route++) {
		if (!api_table_fits(route, path, arena, ret_parameters))
			continue;
		if (strcmp(route->method, wanted) == 0)
			return route;
		api_table_allow(ret_allow, route->method);
	}
	return NULL;
}
