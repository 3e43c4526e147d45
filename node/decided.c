#include "node/decided.h"

#include "node/change.h"
#include "node/issue.h"
#include "node/sender.h"

bool decided_is(const struct intake *intake)
{
	return intake->expected.decision[0] != '\0';
}

/* The receipt is that of the decision's record. */
static enum err answer(const struct turn *turn, enum intake_verdict verdict,
		       const struct message *of, uint64_t record, struct intake_answer *ret_answer)
{
	char id[MESSAGE_ID_BYTES];

	message_format_id(turn, of->number, id);
	*ret_answer = (struct intake_answer){
		.verdict = verdict,
		.message = record,
		.id = arena_text(turn->arena, bytes_of_text(id)),
		.state = of->state,
		.reference = facts_get_or_empty(&of->facts, "reference"),
	};
	return ret_answer->id == NULL ? ERR_MEMORY : OK;
}

enum err decided_answered(const struct turn *turn, const struct intake *intake,
			  struct intake_answer *ret_answer)
{
	struct message of;
	struct caller caller;
	struct repeat repeat;
	enum err err = repeat_find(turn, &intake->repeat, &repeat);

	if (err != OK)
		return err;
	err = change_message(turn, &intake->caller, ACCESS_DECIDE, intake->expected.message,
			     &caller, &of);
	if (err == OK && repeat.verdict == INTAKE_REFUSED)
		return ERR_MISSING; /* it is judged anew: what stood against it may be gone */
	return err == OK ? answer(turn, INTAKE_SAME, &of, repeat.number, ret_answer) : err;
}

static enum err decide(const struct turn *turn, struct intake *intake, struct message *of,
		       const struct caller *caller, uint64_t *ret_record)
{
	const struct issue issue = {.decision = intake->expected.decision,
				    .actor = caller_actor(caller, turn->arena),
				    .party = caller->party,
				    .reason = intake->expected.reason,
				    .document = intake->document,
				    .facts = intake->facts};

	return issue.actor == NULL ? ERR_MEMORY
				   : issue_decide(turn, of, &issue, &intake->findings, ret_record);
}

enum err decided_accept(const struct turn *turn, struct intake *intake,
			struct intake_answer *ret_answer)
{
	size_t mark = batch_mark(turn->batch);
	struct message of;
	struct caller caller;
	uint64_t record = 0;
	enum err err = change_message(turn, &intake->caller, ACCESS_DECIDE,
				      intake->expected.message, &caller, &of);

	if (err == OK)
		err = sender_object(turn, intake);
	if (err == OK && !findings_has_errors(&intake->findings))
		err = decide(turn, intake, &of, &caller, &record);
	if (err != OK)
		return err;
	if (findings_has_errors(&intake->findings)) {
		batch_rewind(turn->batch, mark);
		return intake_refuse(turn, intake, ret_answer);
	}
	if ((err = message_save(turn, &of)) == OK)
		err = answer(turn, INTAKE_ACCEPTED, &of, record, ret_answer);
	return err;
}
