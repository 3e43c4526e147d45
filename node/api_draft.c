#include "node/api_draft.h"

#include <string.h>

#include "node/api_form.h"
#include "node/api_inside.h"
#include "node/draft.h"
#include "sampan/clock.h"

#define HERE "/drafts"

static struct draft_home home_of(const struct api_call *call)
{
	return (struct draft_home){api_ends(call)->role->config, call->caller.party, call->arena};
}

static void refuse_full(struct api_call *call)
{
	api_problem_words(
		call, PROBLEM_STATE,
		&(struct problem_words){
			.detail = arena_format(call->arena,
					       "There are %u drafts already. Lodge or delete one.",
					       DRAFT_MOST),
			.detail_vi = arena_format(
				call->arena, "Đã có %u bản nháp. Hãy nộp hoặc xóa bớt một bản.",
				DRAFT_MOST)});
}

static void answer_list(struct api_call *call, const struct draft *drafts, size_t count)
{
	json_t *list = json_array();

	for (size_t i = 0; i < count; i++) {
		const struct form_row *row = form_table_find(drafts[i].form);

		if (row != NULL && row->about[0] == '\0')
			(void)json_array_append_new(
				list,
				json_pack("{s:s, s:s, s:s, s:s, s:s}", "id", drafts[i].id, "form",
					  drafts[i].form, "reference", drafts[i].reference, "user",
					  drafts[i].user, "changed", drafts[i].changed));
	}
	api_answer_json(call, 200, json_pack("{s:o?}", "drafts", list), NULL);
}

void api_draft_list(struct api_call *call)
{
	const struct draft_home home = home_of(call);
	struct draft drafts[DRAFT_MOST];
	size_t count = 0;
	enum err err =
		call->caller.party[0] == '\0' ? ERR_DENIED : draft_list(&home, drafts, &count);

	if (err != OK)
		api_problem_of(call, err);
	else
		answer_list(call, drafts, count);
}

void api_draft_delete(struct api_call *call)
{
	const struct draft_home home = home_of(call);
	enum err err = call->caller.party[0] == '\0' ? ERR_DENIED
						     : draft_remove(&home, call->parameters[0]);

	if (err != OK)
		api_problem_of(call, err);
	else
		api_answer_json(call, 200, json_object(), NULL);
}

static const char *reference_of(const struct form_values *values)
{
	for (size_t i = 0; i < values->count; i++)
		if (strcmp(values->items[i].name, "reference") == 0)
			return values->items[i].value;
	return "";
}

/* The draft that the form says it is of; "" when that is of another form: it is neither written over nor removed. */
static const char *own_draft(const struct api_call *call)
{
	const struct draft_home home = home_of(call);
	struct draft draft;

	if (call->doing->draft[0] == '\0' || draft_load(&home, call->doing->draft, &draft) != OK ||
	    strcmp(draft.form, call->doing->row->name) != 0)
		return "";
	return call->doing->draft;
}

/* Of this page of this form, so that what is saved from it twice is one draft; "": the page has no mark. */
static const char *id_of_page(const struct api_call *call)
{
	const char *once = page_form_value(call->form, "once"), *form = call->doing->row->name;
	const struct bytes parts[] = {bytes_of(form, strlen(form) + 1), bytes_of_text(once)};
	struct hash hash = hash_of_parts(parts, sizeof(parts) / sizeof(parts[0]));
	char hex[HASH_HEX_BYTES];

	if (once[0] == '\0')
		return "";
	hash_format_hex(&hash, hex);
	return arena_text(call->arena, bytes_of(hex, DRAFT_ID_BYTES - 1));
}

void api_draft_save(struct api_call *call)
{
	static const struct http_field field = {"Location", HERE};
	const struct api_form *doing = call->doing;
	const struct draft_home home = home_of(call);
	char now[CLOCK_TEXT_BYTES];
	const char *id;
	struct draft draft = {.id = own_draft(call),
			      .form = doing->row->name,
			      .reference = reference_of(&doing->values),
			      .user = call->caller.user,
			      .changed = now,
			      .values = doing->values};
	enum err err;

	clock_format(clock_now_ms(), now);
	if (draft.id[0] == '\0')
		draft.id = id_of_page(call);
	err = draft.id == NULL ? ERR_MEMORY : draft_save(&home, &draft, &id);
	if (err == ERR_FULL)
		refuse_full(call);
	else if (err != OK)
		api_problem_of(call, err);
	else
		api_answer_json(call, 200, json_object(), &field);
}

bool api_draft_take(struct api_call *call, const char *id)
{
	const struct draft_home home = home_of(call);
	struct draft draft;
	enum err err = draft_load(&home, id, &draft);

	if (err == OK && strcmp(draft.form, call->doing->row->name) != 0)
		err = ERR_MISSING;
	if (err != OK) {
		api_problem_of(call, err == ERR_CORRUPT ? ERR_MISSING : err);
		return false;
	}
	call->doing->draft = draft.id;
	call->doing->values = draft.values;
	return true;
}

void api_draft_done(struct api_call *call)
{
	const struct draft_home home = home_of(call);
	const char *draft = own_draft(call);

	if (draft[0] != '\0')
		(void)draft_remove(&home, draft);
}
