#include "node/page_table.h"

#include <string.h>

#include "node/api_certificate.h"
#include "node/api_draft.h"
#include "node/api_exchange.h"
#include "node/api_form.h"
#include "node/api_hand_over.h"
#include "node/api_identity.h"
#include "node/api_list.h"
#include "node/api_read.h"
#include "node/api_session.h"
#include "node/api_table.h"
#include "node/page.h"
#include "node/page_batch.h"
#include "node/page_mandate.h"
#include "node/page_sides.h"
#include "node/page_static.h"

#define HTML "text/html"
#define ANY_FILE "application/pdf image/png image/jpeg application/xml application/octet-stream"
#define FORM "application/x-www-form-urlencoded"
#define FILE_FORM "multipart/form-data"
#define PAPER_BODY ((size_t)32 * 1024 * 1024) /* each kind of paper has its own limit */
#define PUBLIC ACCESS_ACTIONS, true
#define FIND \
	"reference party state schema taxCode number base office country certificate ucr transport container conversation lane after limit"

/* {method, path, takes, gives, query, max_body, action, is_public, handler}, sheet, refused, next */
/* clang-format off */
const struct page_route page_table[] = {
	{{"GET", "/", "", HTML, "", 0, ACCESS_ACTIONS, false, page_home}, "", "", ""},
	{{"GET", "/sign-in", "", HTML, "back", 0, PUBLIC, page_show}, "sign-in", "", ""},
	{{"POST", "/sign-in", FORM, HTML, "", API_SESSION_BODY, PUBLIC, page_sign_in}, "", "sign-in", "back"},
	{{"POST", "/sign-out", FORM, HTML, "", API_SESSION_BODY, ACCESS_ACTIONS, false, api_session_sign_out}, "", "", "/sign-in"},
	{{"POST", "/language", FORM, HTML, "", API_SESSION_BODY, PUBLIC, page_language}, "", "", "back"},
	{{"GET", "/documents", "", HTML, FIND, 0, ACCESS_LIST, false, api_list_messages}, "documents", "", ""},
	{{"GET", "/documents/{id}", "", HTML, "", 0, ACCESS_READ, false, api_read_message}, "document", "", ""},
	{{"POST", "/documents/{id}", FORM, HTML, "", API_SESSION_BODY, ACCESS_READ, false, api_read_message}, "document", "", PAGE_TABLE_HERE},
	{{"POST", "/documents/{id}/content", FORM, HTML, "", API_SESSION_BODY, ACCESS_DOWNLOAD, false, api_read_document}, "content", "", PAGE_TABLE_HERE},
	{{"GET", "/documents/{id}/content", "", HTML, "", 0, ACCESS_DOWNLOAD, false, api_read_document}, "content", "", ""},
	{{"GET", "/documents/{id}/attachments/{sha256}", "", ANY_FILE, "", 0, ACCESS_DOWNLOAD, false, api_read_attachment}, "", "", ""},
	{{"POST", "/documents/{id}/attachments/{sha256}", FORM, ANY_FILE, "", API_SESSION_BODY, ACCESS_DOWNLOAD, false, api_read_attachment}, "", "", PAGE_TABLE_HERE},
	{{"GET", "/documents/{id}/do/{form}", "", HTML, "", 0, ACCESS_LODGE, false, api_form_show}, "form", "", ""},
	{{"POST", "/documents/{id}/do/{form}", FORM " " FILE_FORM, HTML, "", PAPER_BODY, ACCESS_LODGE, false, api_form_do}, "form", "form", "document"},
	{{"GET", "/new/{form}", "", HTML, "from draft", 0, ACCESS_LODGE, false, api_form_show_new}, "form", "", ""},
	{{"POST", "/new/{form}", FORM, HTML, "", FORM_READ_BYTES, ACCESS_LODGE, false, api_form_do_new}, "form", "form", ""},
	{{"POST", "/new/{form}/lines", FILE_FORM, HTML, "", 2 * FORM_READ_BYTES, ACCESS_LODGE, false, api_form_do_lines}, "form", "form", ""},
	{{"GET", PAGE_TABLE_REFUSED "{id}", "", HTML, "form", 0, ACCESS_ACTIONS, false, page_refused}, "", "", ""},
	{{"GET", "/codes/{list}", "", HTML, "q", 0, ACCESS_LODGE, false, page_show}, "codes", "", ""},
	{{"GET", "/drafts", "", HTML, "", 0, ACCESS_LODGE, false, api_draft_list}, "drafts", "", ""},
	{{"POST", "/drafts/{id}/delete", FORM, HTML, "", API_SESSION_BODY, ACCESS_LODGE, false, api_draft_delete}, "", "", "/drafts"},
	{{"GET", "/work", "", HTML, FIND " say ticked", 0, ACCESS_LIST, false, api_list_work}, "work", "", ""},
	{{"POST", "/work/chosen", FORM, HTML, "", FORM_READ_BYTES, ACCESS_DECIDE, false, page_batch_chosen}, "chosen", "", PAGE_TABLE_HERE},
	{{"POST", "/work/re-route", FORM, HTML, "", FORM_READ_BYTES, ACCESS_DECIDE, false, page_batch_re_route}, "re-routed", "", PAGE_TABLE_HERE},
	{{"GET", "/applications", "", HTML, FIND, 0, ACCESS_LIST, false, api_list_applications}, "applications", "", ""},
	{{"GET", "/audit", "", HTML, "before", 0, ACCESS_AUDIT, false, api_identity_audit}, "audit", "", ""},
	{{"GET", API_HAND_OVER_PATH, "", HTML, "office desk", 0, ACCESS_HAND_OVER, false, api_hand_over}, "hand-over", "", ""},
	{{"POST", API_HAND_OVER_PATH, FORM, HTML, "", API_IDENTITY_BODY, ACCESS_HAND_OVER_NOTE, false, api_hand_over_do}, "", "", "back"},
	{{"GET", "/exchange", "", HTML, "delivery", 0, ACCESS_QUEUE, false, api_exchange}, "exchange", "", ""},
	{{"POST", "/exchange/{delivery}/{action}", FORM, HTML, "", API_SESSION_BODY, ACCESS_QUEUE_CHANGE, false, api_exchange_do}, "", "", "/exchange"},
	{{"GET", "/sides", "", HTML, "id", 0, ACCESS_READ, false, page_sides}, "sides", "", ""},
	{{"POST", "/sides", FORM, HTML, "", API_SESSION_BODY, ACCESS_READ, false, page_sides}, "sides", "", PAGE_TABLE_HERE},
	{{"GET", "/mandates", "", HTML, "before agent", 0, ACCESS_MANDATES, false, api_identity_mandates}, "mandates", "", ""},
	{{"POST", "/mandates", FORM, HTML, "", API_IDENTITY_BODY, ACCESS_MANDATE_GIVE, false, page_mandate_give}, "", "mandates", "/mandates"},
	{{"POST", "/mandates/{number}/confirm", FORM, HTML, "", API_SESSION_BODY, ACCESS_MANDATE_CONFIRM, false, page_mandate_confirm}, "", "", "/mandates"},
	{{"POST", "/mandates/{number}/revoke", FORM, HTML, "", API_SESSION_BODY, ACCESS_MANDATE_REVOKE, false, page_mandate_revoke}, "", "", "/mandates"},
	{{"GET", "/lodge", "", HTML, "", 0, ACCESS_LODGE, false, page_show}, "lodge", "", ""},
	{{"POST", "/lodge", FILE_FORM, HTML, "", API_FORM_BODY, ACCESS_LODGE, false, page_lodge}, "", "lodge", ""},
	{{"GET", "/certificate", "", HTML, "number code", 0, PUBLIC, api_certificate}, "certificate", "", ""},
	{{"GET", "/static/{rest*}", "", "text/css text/javascript text/csv image/svg+xml", "", 0, PUBLIC, page_static_answer}, "", "", ""},
	{{0}, NULL, NULL, NULL},
};
/* clang-format on */

const struct page_route *page_table_find(const char *method, const char *path, struct arena *arena,
					 const char *ret_parameters[API_PARAMETERS],
					 char *ret_allow)
{
	const char *wanted = strcmp(method, "HEAD") == 0 ? "GET" : method;

	ret_allow[0] = '\0';
	for (const struct page_route *row = page_table; row->route.method != NULL; row++) {
		if (!api_table_fits(&row->route, path, arena, ret_parameters))
			continue;
		if (strcmp(row->route.method, wanted) == 0)
			return row;
		api_table_allow(ret_allow, row->route.method);
	}
	return NULL;
}
