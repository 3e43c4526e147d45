#include "node/api_form_paper.h"

#include <string.h>

#include "messages/utf8.h"
#include "node/api_lodge.h"
#include "node/attachment.h"
#include "node/json_read.h"

#define FIELD "attachment[%zu]"
#define BUTTON "attach"
#define EVENT "AttachmentAccepted"

bool api_form_paper_is_there(const struct api_call *call)
{
	return call->form->file.len > 0 || strcmp(call->doing->act, BUTTON) == 0;
}

/* The last part of what a browser calls the file, if people can read it. */
static const char *file_name(const struct api_call *call)
{
	struct bytes name = call->form->file_name;

	for (size_t i = name.len; i > 0; i--)
		if (name.at[i - 1] == '/' || name.at[i - 1] == '\\') {
			name = bytes_of(name.at + i, name.len - i);
			break;
		}
	for (size_t i = 0; i < name.len; i++)
		if (name.at[i] < ' ' || name.at[i] == 0x7f)
			return "";
	if (utf8_first_wrong(name) < name.len)
		return "";
	return arena_text(call->arena, utf8_within(name, ATTACHMENT_NAME_BYTES));
}

static void on_attached(struct api_call *call, const char *sha256)
{
	call->doing->paper = arena_text(call->arena, bytes_of_text(sha256));
	if (call->doing->paper == NULL)
		api_problem_of(call, ERR_MEMORY);
	else
		call->doing->after(call);
}

/* Which of the message's papers it is, from 1; 0: none. */
static size_t place_of(const struct api_form *doing)
{
	json_t *json = json_loadb((const char *)doing->message.at, doing->message.len, 0, NULL);
	size_t i, place = 0;
	json_t *paper;

	json_array_foreach(json_object_get(json, "attachments"), i, paper)
	{
		if (strcmp(json_read_text(paper, "sha256"), doing->paper) == 0)
			place = i + 1;
	}
	json_decref(json);
	return place;
}

static uint64_t sequence_at(const json_t *timeline, size_t place)
{
	return json_read_number(json_array_get(timeline, place), "sequence");
}

/* The newest that happened is that the last paper was attached, and what was seen stands right before it. */
static bool is_followed_by_paper_alone(const struct api_form *doing)
{
	json_t *json = json_loadb((const char *)doing->message.at, doing->message.len, 0, NULL);
	size_t papers = json_array_size(json_object_get(json, "attachments"));
	const json_t *timeline = json_object_get(json, "timeline");
	size_t count = json_array_size(timeline);
	bool is_alone =
		count > 1 && place_of(doing) == papers &&
		sequence_at(timeline, count - 1) == doing->version &&
		sequence_at(timeline, count - 2) <= doing->seen &&
		strcmp(json_read_text(json_array_get(timeline, count - 1), "event"), EVENT) == 0;

	json_decref(json);
	return is_alone;
}

bool api_form_paper_is_again(struct api_call *call)
{
	struct api_form *doing = call->doing;
	struct hash hash = hash_of(call->form->file);
	char hex[HASH_HEX_BYTES];

	if (doing->version == doing->seen || call->form->file.len == 0)
		return false;
	hash_format_hex(&hash, hex);
	doing->paper = arena_text(call->arena, bytes_of_text(hex));
	if (doing->paper == NULL || place_of(doing) == 0)
		return false;
	if (is_followed_by_paper_alone(doing)) {
		doing->seen = doing->version;
		return true;
	}
	return !doing->is_shown;
}

bool api_form_paper_choose(struct api_call *call)
{
	struct api_form *doing = call->doing;
	size_t place = place_of(doing);
	const char *name = arena_format(call->arena, FIELD, place);

	if (name == NULL)
		return false;
	for (size_t i = 0; i < doing->values.count; i++)
		if (strcmp(doing->values.items[i].name, name) == 0)
			return true;
	if (place != 0 && doing->values.count < FORM_READ_VALUES)
		doing->values.items[doing->values.count++] =
			(struct form_value){name, doing->paper};
	return true;
}

static void refuse(struct api_call *call, const char *en, const char *vi)
{
	api_problem_words(call, PROBLEM_BAD_REQUEST,
			  &(struct problem_words){.detail = en, .detail_vi = vi});
}

void api_form_paper_attach(struct api_call *call, void (*then)(struct api_call *call))
{
	const char *name = file_name(call), *type = page_form_value(call->form, "paper-type");
	struct api_form *doing = call->doing;

	doing->after = then;
	if (doing->version != doing->seen)
		api_problem(call, PROBLEM_CHANGED, "");
	else if (call->form->file.len == 0)
		refuse(call, "Choose a file.", "Hãy chọn tệp.");
	else if (type[0] == '\0')
		refuse(call, "Say what kind of paper the file is, and choose it again.",
		       "Hãy chọn loại chứng từ của tệp, rồi chọn lại tệp.");
	else
		api_attach_paper(
			call, &(struct api_paper){type, name == NULL ? "" : name, call->form->file},
			on_attached);
}
