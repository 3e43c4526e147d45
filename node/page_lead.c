#include "node/page_lead.h"

#include <string.h>

#include "node/api_inside.h"
#include "node/page_form.h"

#define MAX_BACK 1024u

const char *page_lead_place(const char *back)
{
	if (back[0] != '/' || back[1] == '/' || strlen(back) > MAX_BACK)
		return "/";
	for (const char *at = back; *at != '\0'; at++)
		if (*at <= ' ' || *at > '~' || *at == '\\')
			return "/";
	return back;
}

void page_lead_on(struct api_call *call, const char *next, const char *cookie)
{
	const struct http_field fields[] = {{"Location", next == NULL ? "/" : next},
					    {"Set-Cookie", cookie}};

	api_send(call, &(struct http_answer){.status = 303,
					     .fields = fields,
					     .field_count = cookie == NULL ? 1 : 2});
}

void page_lead_back(struct api_call *call, const char *list, const char *query)
{
	const char *place = page_lead_place(page_form_value(call->form, "back"));
	size_t len = strlen(list);

	if (strncmp(place, list, len) != 0 || (place[len] != '\0' && place[len] != '?'))
		place = list;
	page_lead_on(call,
		     arena_format(call->arena, "%s%c%s", place,
				  strchr(place, '?') == NULL ? '?' : '&', query),
		     NULL);
}
