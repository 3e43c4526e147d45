#include "node/api_form.h"

#include <string.h>

#include "messages/word.h"
#include "node/api_draft.h"
#include "node/api_form_ask.h"
#include "node/api_form_make.h"
#include "node/api_form_paper.h"
#include "node/clerk_call.h"
#include "node/clerk_read.h"

#define QUESTION_BYTES ((size_t)64 * 1024)

/* ---- What it is about ---- */

static const char *id_of(const struct api_call *call)
{
	return call->doing->is_copy ? http_query(call->http, "from") : call->parameters[0];
}

static void read_part(struct api_call *call, enum clerk_read_part part, api_on_answer *callback)
{
	const struct clerk_read_question question = {
		.id = id_of(call), .part = part, .which = "", .in_vietnamese = call->in_vietnamese};
	struct buffer body;

	buffer_init(&body, QUESTION_BYTES);
	clerk_read_pack(&body, &call->caller, &question);
	if (buffer_error(&body) != OK)
		api_problem(call, PROBLEM_BAD_REQUEST, "");
	else
		api_ask(call, api_ends(call)->clerk, CLERK_READ, buffer_bytes(&body), callback);
	buffer_clear(&body);
}

/* The whole of it, in the call's arena. false: the call was answered. */
static bool take_part(struct api_call *call, enum err err, struct bytes body,
		      struct clerk_read_answer *ret_read)
{
	const uint8_t *copy;

	if (call->http == NULL)
		return false;
	if (err == OK)
		err = clerk_read_unpack_answer(body, call->arena, ret_read);
	if (err == OK && ret_read->verdict != CLERK_READ_YES)
		err = ERR_DENIED; /* a reason opens a message for reading only */
	if (err == OK && ret_read->piece.len != ret_read->total)
		err = ERR_LIMIT;
	if (err == OK) {
		copy = arena_copy(call->arena, ret_read->piece);
		ret_read->piece.at = copy;
		err = copy == NULL ? ERR_MEMORY : OK;
	}
	if (err != OK)
		api_problem_of(call, err);
	return err == OK;
}

static bool speaks_of(const struct api_call *call)
{
	const struct bytes message = call->doing->message;
	json_t *json = json_loadb((const char *)message.at, message.len, 0, NULL);
	const char *schema = json_string_value(json_object_get(json, "schema"));
	const struct api_form *doing = call->doing;
	bool speaks = schema != NULL && (doing->is_copy ? form_table_makes(doing->row, schema)
							: form_table_speaks_of(doing->row, schema));

	json_decref(json);
	return speaks;
}

static void on_document(struct api_call *call, enum err err, struct bytes body)
{
	struct clerk_read_answer read;

	if (!take_part(call, err, body, &read))
		return;
	call->doing->document = read.piece;
	call->doing->next(call);
}

static void on_message(struct api_call *call, enum err err, struct bytes body)
{
	struct api_form *doing = call->doing;
	struct clerk_read_answer read;

	if (!take_part(call, err, body, &read))
		return;
	doing->message = read.piece;
	doing->version = read.version;
	if (!speaks_of(call) && doing->is_copy)
		api_problem(call, PROBLEM_STATE,
			    arena_format(call->arena, "%s makes: %s.", doing->row->name,
					 doing->row->kind));
	else if (!doing->is_copy && (read.version == 0 || !speaks_of(call)))
		api_problem(call, PROBLEM_STATE,
			    arena_format(call->arena, "%s speaks of: %s.", doing->row->name,
					 doing->row->about));
	else
		read_part(call, CLERK_READ_DOCUMENT, on_document);
}

static void show(struct api_call *call)
{
	enum err err = api_form_ask(call);

	if (err != OK)
		api_problem_of(call, err);
	else
		api_answer_json(call, 200, json_object(), NULL);
}

/* ---- The calls ---- */

static bool refuse_call(struct api_call *call, enum problem problem, const char *detail)
{
	api_problem(call, problem, detail);
	return false;
}

static const struct config *config_of(const struct api_call *call)
{
	return api_ends(call)->role->config;
}

/* false: the call was answered. */
static bool begin(struct api_call *call, const char *name, void (*next)(struct api_call *call))
{
	const struct form_row *row = form_table_find(name);
	struct api_form *doing = arena_alloc(call->arena, sizeof(*doing));

	if (doing == NULL || api_ends(call)->pool == NULL)
		return refuse_call(call, PROBLEM_UNAVAILABLE, "");
	if (row == NULL)
		return refuse_call(call,
				   call->page == NULL ? PROBLEM_BAD_REQUEST : PROBLEM_NO_SUCH_CALL,
				   form_table_names(&call->caller, config_of(call), call->arena));
	if (call->caller.party[0] == '\0' ||
	    !form_table_is_for(row, &call->caller, config_of(call)))
		return refuse_call(call, PROBLEM_FORBIDDEN,
				   form_table_names(&call->caller, config_of(call), call->arena));
	*doing = (struct api_form){.row = row, .act = "", .draft = "", .next = next};
	call->doing = doing;
	return true;
}

static bool take_if_match(struct api_call *call)
{
	const char *if_match = http_header(call->http, "if-match");

	if (if_match == NULL || strcmp(if_match, "*") == 0)
		return refuse_call(call, PROBLEM_IF_MATCH, "");
	if (if_match[0] != '"' || !form_read_version(if_match, &call->doing->seen))
		return refuse_call(call, PROBLEM_CHANGED, "");
	return true;
}

static bool take_body(struct api_call *call, const json_t *body)
{
	const json_t *fields = json_object_get(body, "fields");
	const char *name = json_string_value(json_object_get(body, "decision"));
	enum err err;

	if (name == NULL || json_object_size(body) != 1u + (fields != NULL))
		return refuse_call(call, PROBLEM_BAD_REQUEST,
				   "{\"decision\": NAME, \"fields\": {...}} and nothing else.");
	if (!begin(call, name, api_form_make))
		return false;
	err = form_read_json(fields, call->arena, &call->doing->values);
	if (err == ERR_FORMAT)
		return refuse_call(
			call, PROBLEM_BAD_REQUEST,
			"fields: texts, numbers, true and false; lists of such objects.");
	if (err != OK)
		api_problem_of(call, err);
	return err == OK && take_if_match(call);
}

void api_form_decide(struct api_call *call)
{
	json_t *body = json_loadb((const char *)call->body.at, call->body.len,
				  JSON_REJECT_DUPLICATES, NULL);
	bool is_good = take_body(call, body);

	json_decref(body);
	if (is_good && call->doing->row->about[0] == '\0')
		api_problem(call, PROBLEM_BAD_REQUEST, "It speaks of no message.");
	else if (is_good)
		read_part(call, CLERK_READ_MESSAGE, on_message);
}

void api_form_decide_as(struct api_call *call, const struct api_form_order *order)
{
	if (!begin(call, order->name, api_form_make))
		return;
	call->doing->values = order->values;
	call->doing->once = order->once;
	if (form_read_version(order->seen, &call->doing->seen))
		read_part(call, CLERK_READ_MESSAGE, on_message);
	else
		api_problem(call, PROBLEM_CHANGED, "");
}

static bool begin_page(struct api_call *call, const char *name, bool is_new,
		       void (*next)(struct api_call *call))
{
	if (!begin(call, name, next))
		return false;
	return (call->doing->row->about[0] == '\0') == is_new ||
	       refuse_call(call, PROBLEM_NO_SUCH_CALL, "");
}

static bool take_page(struct api_call *call)
{
	struct api_form *doing = call->doing;
	enum err err = form_read_page(call->form, call->arena, &doing->values);

	if (err != OK)
		return refuse_call(call, PROBLEM_BAD_REQUEST, "");
	return doing->row->about[0] == '\0' ||
	       form_read_version(page_form_value(call->form, "seen"), &doing->seen) ||
	       refuse_call(call, PROBLEM_IF_MATCH, "");
}

void api_form_show(struct api_call *call)
{
	if (begin_page(call, call->parameters[1], false, show))
		read_part(call, CLERK_READ_MESSAGE, on_message);
}

static void go_on(struct api_call *call)
{
	const struct api_form *doing = call->doing;

	if (!api_form_paper_choose(call))
		api_problem_of(call, ERR_MEMORY);
	else if (doing->is_shown)
		show(call);
	else
		api_form_make(call);
}

/* The paper is on record now: what its maker saw is followed by that alone. */
static void go_on_from_it(struct api_call *call)
{
	call->doing->seen = call->doing->version;
	go_on(call);
}

static void read_again(struct api_call *call)
{
	call->doing->next = go_on_from_it;
	read_part(call, CLERK_READ_MESSAGE, on_message);
}

static void attach(struct api_call *call)
{
	enum err err = api_form_ask(call);

	if (err != OK)
		api_problem_of(call, err);
	else if (api_form_paper_is_again(call))
		go_on(call);
	else
		api_form_paper_attach(call, read_again);
}

void api_form_do(struct api_call *call)
{
	struct api_form *doing;

	if (!begin_page(call, call->parameters[1], false, api_form_make) || !take_page(call))
		return;
	doing = call->doing;
	doing->act = page_form_value(call->form, "act");
	if (api_form_paper_is_there(call)) {
		doing->is_shown = doing->act[0] != '\0';
		doing->next = attach;
	}
	read_part(call, CLERK_READ_MESSAGE, on_message);
}

/* A new one may begin as a copy of another of its kind, or as a draft. */
void api_form_show_new(struct api_call *call)
{
	const char *from = http_query(call->http, "from"), *draft = http_query(call->http, "draft");

	if (!begin_page(call, call->parameters[0], true, show))
		return;
	call->doing->is_copy = from != NULL && from[0] != '\0';
	if (call->doing->is_copy)
		read_part(call, CLERK_READ_MESSAGE, on_message);
	else if (draft == NULL || draft[0] == '\0' || api_draft_take(call, draft))
		show(call);
}

static void save(struct api_call *call)
{
	enum err err = api_form_ask(call); /* to be shown again when it cannot be saved */

	if (err != OK)
		api_problem_of(call, err);
	else
		api_draft_save(call);
}

/* Buttons that add or take away a line keep all that was typed, and lodge nothing. */
void api_form_do_new(struct api_call *call)
{
	struct api_form *doing;

	if (!begin_page(call, call->parameters[0], true, api_form_make) || !take_page(call))
		return;
	doing = call->doing;
	doing->act = page_form_value(call->form, "act");
	doing->draft = page_form_value(call->form, "draft");
	doing->is_shown = !word_is_in("lodge xml draft", doing->act) && doing->act[0] != '\0';
	if (doing->is_shown)
		show(call);
	else if (strcmp(doing->act, "draft") == 0)
		save(call);
	else
		api_form_make(call);
}

void api_form_do_lines(struct api_call *call)
{
	if (!begin_page(call, call->parameters[0], true, show) || !take_page(call))
		return;
	call->doing->draft = page_form_value(call->form, "draft");
	call->doing->is_shown = true;
	call->doing->table = call->form->file;
	show(call);
}
