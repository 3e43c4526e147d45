#include "node/inquiry.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "node/calendar.h"
#include "node/procedure.h"
#include "sampan/clock.h"

/* Facts of the certificate; moments are milliseconds as text. */
#define ASKED "verifyAsked"
#define DUE "verifyDue"
#define LIMIT "verifyLimit"
#define ANSWERED "verifyAnswered"
#define RESULT "verifyResult"
#define COUNTRY "verifyBy"
#define REFERENCE "verifyReference"
#define REFUSED "verifyRefused" /* "yes" */

static uint64_t read_ms(const struct facts *facts, const char *name)
{
	return strtoull(facts_get_or_empty(facts, name), NULL, 10);
}

static enum err put_ms(const struct turn *turn, struct message *certificate, const char *name,
		       uint64_t value)
{
	const char *text = value == 0 ? "" : arena_format(turn->arena, "%" PRIu64, value);

	return text == NULL ? ERR_MEMORY : facts_put(&certificate->facts, name, text);
}

struct inquiry inquiry_of(const struct facts *certificate)
{
	return (struct inquiry){.asked_ms = read_ms(certificate, ASKED),
				.due_ms = read_ms(certificate, DUE),
				.limit_ms = read_ms(certificate, LIMIT),
				.answered_ms = read_ms(certificate, ANSWERED),
				.result = facts_get_or_empty(certificate, RESULT),
				.country = facts_get_or_empty(certificate, COUNTRY),
				.reference = facts_get_or_empty(certificate, REFERENCE),
				.was_refused = facts_get_or_empty(certificate, REFUSED)[0] != '\0'};
}

static uint64_t limit_of(const struct turn *turn, const struct message *request)
{
	const struct config_procedure *procedure =
		procedure_find(turn->config, facts_get_or_empty(&request->facts, "procedure"),
			       facts_get_or_empty(&request->facts, "kind"));

	return procedure == NULL || procedure->answer_days == 0
		       ? 0
		       : calendar_end_after(turn->now_ms, procedure->answer_days);
}

/* Who sent it, not who it says it is from. */
static const char *country_of(const struct turn *turn, const struct message *request)
{
	return strncmp(request->sender, "partner:", 8) == 0 ? request->sender + 8
							    : turn->config->country;
}

/* What the answer to the last question did not confirm is as refused as it was before that. */
static bool is_refused(const struct message *certificate)
{
	return strcmp(certificate->state, "not-accepted") == 0 ||
	       (strcmp(certificate->state, "not-confirmed") == 0 &&
		inquiry_of(&certificate->facts).was_refused);
}

static enum err put_question(const struct turn *turn, const struct message *request,
			     struct message *certificate)
{
	struct facts *facts = &certificate->facts;
	enum err err = facts_put(facts, REFUSED, is_refused(certificate) ? "yes" : "");

	if (err == OK)
		err = facts_put(facts, COUNTRY, country_of(turn, request));
	return err == OK ? facts_put(facts, REFERENCE,
				     facts_get_or_empty(&request->facts, "reference"))
			 : err;
}

enum err inquiry_begin(const struct turn *turn, const struct message *request,
		       struct message *certificate)
{
	uint64_t limit = limit_of(turn, request);
	uint64_t named = calendar_end_of(facts_get_or_empty(&request->facts, "answerBy"));
	uint64_t due = named == 0 || (limit != 0 && named > limit) ? limit : named;
	enum err err;

	if ((err = put_ms(turn, certificate, ASKED, turn->now_ms)) != OK ||
	    (err = put_ms(turn, certificate, DUE, due)) != OK ||
	    (err = put_ms(turn, certificate, LIMIT, limit)) != OK ||
	    (err = put_ms(turn, certificate, ANSWERED, 0)) != OK ||
	    (err = put_question(turn, request, certificate)) != OK)
		return err;
	return facts_put(&certificate->facts, RESULT, "");
}

bool inquiry_fits(const struct inquiry *inquiry, const struct facts *answer)
{
	if (inquiry->country[0] == '\0')
		return inquiry->asked_ms != 0;
	return strcmp(inquiry->country, facts_get_or_empty(answer, "destination")) == 0 &&
	       strcmp(inquiry->reference, facts_get_or_empty(answer, "original")) == 0;
}

enum err inquiry_decide(struct message *certificate)
{
	return facts_get_or_empty(&certificate->facts, REFUSED)[0] == '\0'
		       ? OK
		       : facts_put(&certificate->facts, REFUSED, "");
}

bool inquiry_waits(const struct inquiry *inquiry, const char *state)
{
	return inquiry->was_refused && inquiry->answered_ms != 0 &&
	       strcmp(state, "not-accepted") == 0;
}

enum err inquiry_end(const struct turn *turn, const struct message *answer,
		     struct message *certificate)
{
	enum err err = put_ms(turn, certificate, ANSWERED, turn->now_ms);

	return err == OK ? facts_put(&certificate->facts, RESULT,
				     facts_get_or_empty(&answer->facts, "result"))
			 : err;
}

enum err inquiry_copy(const struct message *from, struct message *to)
{
	static const char *const names[] = {ASKED,  DUE,     LIMIT,     ANSWERED,
					    RESULT, COUNTRY, REFERENCE, REFUSED};
	enum err err = OK;

	if (facts_get_or_empty(&from->facts, ASKED)[0] == '\0')
		return OK;
	for (size_t i = 0; err == OK && i < sizeof(names) / sizeof(names[0]); i++)
		err = facts_put(&to->facts, names[i], facts_get_or_empty(&from->facts, names[i]));
	return err;
}

enum inquiry_stage inquiry_stage(const struct inquiry *inquiry, const char *state, uint64_t now_ms)
{
	if (inquiry->asked_ms == 0)
		return INQUIRY_NONE;
	if (inquiry->answered_ms != 0)
		return INQUIRY_ANSWERED;
	if (strcmp(state, INQUIRY_STATE) != 0)
		return INQUIRY_NONE;
	if (inquiry->limit_ms != 0 && now_ms > inquiry->limit_ms)
		return INQUIRY_RUN_OUT;
	return inquiry->due_ms != 0 && now_ms > inquiry->due_ms ? INQUIRY_OVERDUE : INQUIRY_RUNS;
}

const char *inquiry_stage_name(enum inquiry_stage stage)
{
	static const char *const names[INQUIRY_STAGES] = {"", "runs", "overdue", "run-out",
							  "answered"};

	return names[stage];
}

static const char *moment(uint64_t time_ms, struct arena *arena)
{
	char text[CLOCK_TEXT_BYTES];
	const char *copy = "";

	if (time_ms != 0) {
		clock_format(time_ms, text);
		copy = arena_text(arena, bytes_of_text(text));
	}
	return copy == NULL ? "" : copy;
}

void inquiry_tell(const struct message *certificate, enum life_event event, struct arena *arena,
		  struct inquiry_told *ret_told)
{
	struct inquiry inquiry = inquiry_of(&certificate->facts);
	bool is_answer = event == LIFE_ANSWERED || event == LIFE_NOT_CONFIRMED;

	*ret_told = (struct inquiry_told){"", "", ""};
	if (event != LIFE_QUESTIONED && !is_answer)
		return;
	ret_told->due = moment(inquiry.due_ms, arena);
	ret_told->limit = moment(inquiry.limit_ms, arena);
	if (is_answer && inquiry.due_ms != 0)
		ret_told->on_time = inquiry.answered_ms <= inquiry.due_ms ? "yes" : "no";
}
