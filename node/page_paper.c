#include "node/page_paper.h"

#include <string.h>

#include "messages/word.h"
#include "node/api_read.h"
#include "node/clerk_call.h"
#include "node/clerk_read.h"
#include "node/json_read.h"

#define SHEETS "document"
#define CERTIFICATE "asw.form-d/"
#define APPLICATION "vn.co-application/"
#define QUESTION_BYTES ((size_t)64 * 1024)

struct fetching {
	const char *ids[PAGE_WORK_PAPERS]; /* NULL: none */
	struct bytes papers[PAGE_WORK_PAPERS];
	size_t at;
	bool is_recorded; /* that the one that is due is read beyond the caller's scope */
	page_on_papers *callback;
	void *context;
};

bool page_paper_is_shown(const char *sheet)
{
	return word_is_in(SHEETS, sheet);
}

/* The certificate that an import declaration names, where it is here; "" else. */
static const char *id_of_pair(const json_t *answer)
{
	const json_t *pair;
	size_t i;

	json_array_foreach(json_object_get(answer, "pairs"), i, pair)
	{
		const char *id = json_read_text(pair, "message");

		if (id[0] != '\0' && strncmp(json_read_text(pair, "schema"), CERTIFICATE,
					     sizeof(CERTIFICATE) - 1) == 0)
			return id;
	}
	return "";
}

/* That, or the exporter's declaration of the goods that an application is for (clerk_issuing.h). */
static const char *id_beside(struct api_call *call, struct bytes answer)
{
	json_t *json = json_loadb((const char *)answer.at, answer.len, JSON_ALLOW_NUL, NULL);
	const json_t *issuing = json_object_get(json, "issuing");
	const char *id = id_of_pair(json);

	if (id[0] == '\0' && issuing != NULL &&
	    strncmp(json_read_text(json, "schema"), APPLICATION, sizeof(APPLICATION) - 1) == 0)
		id = json_read_text(json_object_get(issuing, "declaration"), "id");
	id = id[0] == '\0' ? NULL : arena_text(call->arena, bytes_of_text(id));
	json_decref(json);
	return id;
}

static void go_on(struct api_call *call);

static struct clerk_read_question question_of(const struct fetching *fetching)
{
	return (struct clerk_read_question){.id = fetching->ids[fetching->at],
					    .part = CLERK_READ_DOCUMENT,
					    .which = "",
					    .is_recorded = fetching->is_recorded};
}

static void on_recorded(struct api_call *call, enum err err, struct bytes body)
{
	struct fetching *fetching = call->state;

	if (call->http == NULL)
		return;
	fetching->is_recorded = api_read_recorded(call, err, body) == OK;
	if (!fetching->is_recorded)
		fetching->at++;
	go_on(call);
}

/* What cannot be had is not shown; the page says all the rest. A reason given is for the page's own document. */
static void on_read(struct api_call *call, enum err err, struct bytes body)
{
	struct fetching *fetching = call->state;
	const struct clerk_read_question question = question_of(fetching);
	struct clerk_read_answer read;

	if (call->http == NULL)
		return;
	if (err == OK)
		err = clerk_read_unpack_answer(body, call->arena, &read);
	if (err == OK && read.verdict == CLERK_READ_RECORD && fetching->at == 0) {
		api_read_record(call, &question, on_recorded);
		return;
	}
	if (err == OK && read.verdict == CLERK_READ_YES && read.piece.len == read.total) {
		uint8_t *copy = arena_copy(call->arena, read.piece);

		if (copy != NULL)
			fetching->papers[fetching->at] = bytes_of(copy, read.piece.len);
	}
	fetching->at++;
	fetching->is_recorded = false;
	go_on(call);
}

static void ask(struct api_call *call)
{
	const struct clerk_read_question question = question_of(call->state);
	struct buffer body;

	buffer_init(&body, QUESTION_BYTES);
	clerk_read_pack(&body, &call->caller, &question);
	if (buffer_error(&body) != OK)
		api_problem_of(call, buffer_error(&body));
	else
		api_ask(call, api_ends(call)->clerk, CLERK_READ, buffer_bytes(&body), on_read);
	buffer_clear(&body);
}

static void go_on(struct api_call *call)
{
	struct fetching *fetching = call->state;

	while (fetching->at < PAGE_WORK_PAPERS && fetching->ids[fetching->at] == NULL)
		fetching->at++;
	if (fetching->at < PAGE_WORK_PAPERS)
		ask(call);
	else
		fetching->callback(call, fetching->context, fetching->papers);
}

void page_paper_fetch(struct api_call *call, struct bytes answer, page_on_papers *callback,
		      void *context)
{
	struct fetching *fetching = arena_alloc(call->arena, sizeof(*fetching));

	if (fetching == NULL) {
		api_problem_of(call, ERR_MEMORY);
		return;
	}
	fetching->ids[0] = call->parameters[0];
	fetching->ids[1] = id_beside(call, answer);
	fetching->callback = callback;
	fetching->context = context;
	call->state = fetching; /* its handler is done */
	go_on(call);
}
