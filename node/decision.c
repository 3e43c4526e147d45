#include "node/decision.h"

#include <string.h>

#include "node/calendar.h"
#include "node/expiry.h"
#include "node/findings_json.h"
#include "node/inquiry.h"
#include "node/lane.h"
#include "node/objection.h"
#include "node/procedure.h"
#include "node/use.h"

#define ORDERED_BY "orderedBy" /* facts of the original */
#define INSPECTED_BY "inspectedBy"

/* A notice and what it speaks of, as far as it has been changed. */
struct decision {
	const struct turn *turn;
	const struct message *notice;
	struct message *root;
	enum life_event event;
	struct findings *findings;
	const char *left; /* of a certificate: what is left, in words; NULL: nobody asked */
};

static const char *said(const struct decision *decision, const char *fact)
{
	return facts_get_or_empty(&decision->notice->facts, fact);
}

static const char *known(const struct decision *decision, const char *fact)
{
	return facts_get_or_empty(&decision->root->facts, fact);
}

static enum err object(const struct decision *decision, enum objection objection, const char *value)
{
	return objection_put(decision->findings, objection, value);
}

static bool is_theirs(const struct message *message)
{
	return strncmp(message->sender, "partner:", 8) == 0;
}

/* ---- What comes with an event ---- */

static enum err ask_papers(struct decision *decision)
{
	return procedure_pause(decision->turn, decision->root);
}

static enum err supplement(struct decision *decision)
{
	return procedure_resume(decision->turn, decision->root);
}

static enum err order_inspection(struct decision *decision)
{
	enum err err = procedure_resume(decision->turn, decision->root);

	if (err == OK)
		err = facts_put(&decision->root->facts, ORDERED_BY,
				said(decision, DECISION_PERSON));
	return err == OK ? facts_put(&decision->root->facts, INSPECTED_BY, "") : err;
}

static bool has_four_eyes(const struct decision *decision)
{
	const struct config_lane *lane =
		lane_of(decision->turn->config, known(decision, LANE_FACT));

	return lane != NULL && lane->has_four_eyes;
}

static enum err object_to_same(const struct decision *decision, const char *fact)
{
	const char *person = said(decision, DECISION_PERSON);

	return has_four_eyes(decision) && strcmp(known(decision, fact), person) == 0
		       ? object(decision, OBJECTION_SAME_PERSON, person)
		       : OK;
}

static enum err inspect(struct decision *decision)
{
	enum err err = object_to_same(decision, ORDERED_BY);

	return err == OK ? facts_put(&decision->root->facts, INSPECTED_BY,
				     said(decision, DECISION_PERSON))
			 : err;
}

static enum err demand_reason(const struct decision *decision)
{
	return said(decision, "reason")[0] == '\0' && said(decision, "reasonText")[0] == '\0'
		       ? object(decision, OBJECTION_NO_REASON, "")
		       : OK;
}

/* A lane that it is in already is no news: customs says it when it registers. */
static enum err route(struct decision *decision)
{
	const char *lane = said(decision, LANE_FACT), *reason = said(decision, "reasonText");
	enum err err;

	if (strcmp(lane, known(decision, LANE_FACT)) == 0)
		return OK;
	if (lane_of(decision->turn->config, lane) == NULL)
		return object(decision, OBJECTION_NO_LANE, lane);
	if ((err = demand_reason(decision)) != OK || findings_has_errors(decision->findings))
		return err;
	if ((err = facts_put(&decision->root->facts, LANE_FACT, lane)) != OK ||
	    (err = facts_put(&decision->root->facts, LANE_RULE, "")) != OK)
		return err;
	return facts_put(&decision->root->facts, LANE_REASON,
			 reason[0] != '\0' ? reason : said(decision, "reason"));
}

static enum err clear(struct decision *decision)
{
	const struct config_lane *lane =
		lane_of(decision->turn->config, known(decision, LANE_FACT));

	if (lane != NULL && lane->needs_inspection && known(decision, INSPECTED_BY)[0] == '\0')
		return object(decision, OBJECTION_NOT_INSPECTED, lane->id);
	return known(decision, INSPECTED_BY)[0] == '\0' ? OK
							: object_to_same(decision, INSPECTED_BY);
}

/* ---- What comes with an event of a certificate ---- */

static struct use_turn use_of(const struct decision *decision)
{
	return (struct use_turn){decision->turn, decision->notice, decision->root,
				 decision->findings};
}

static enum err use(struct decision *decision)
{
	const struct use_turn use = use_of(decision);

	return use_take(&use, &decision->event, &decision->left);
}

static enum err reverse(struct decision *decision)
{
	const struct use_turn use = use_of(decision);

	return use_reverse(&use, &decision->event, &decision->left);
}

/*
 * What takes a declaration back would take back what it used, and only customs' word to the country of
 * issue does that.
 */
static enum err object_to_use(struct decision *decision)
{
	struct message certificate;
	enum err err = use_find(decision->turn, decision->root, &certificate);

	if (err == ERR_MISSING)
		return OK;
	return err != OK ? err
			 : object(decision, OBJECTION_CERTIFICATE_USED,
				  facts_get_or_empty(&certificate.facts, "certificate"));
}

static bool must_be_signed(const struct decision *decision)
{
	return strcmp(known(decision, "life"), "certificate") == 0 &&
	       config_must_be_signed(decision->turn->config, known(decision, "kind"),
				     strcmp(known(decision, "signature"), "required") == 0);
}

/* An issued certificate is taken back like it was made: by its office's signature. */
static enum err cancel(struct decision *decision)
{
	if (!is_theirs(decision->notice) && must_be_signed(decision) &&
	    strcmp(said(decision, "signature.verdict"), "valid") != 0)
		return object(decision, OBJECTION_OFFICE_NOT_SIGNED, known(decision, "office"));
	return object_to_use(decision);
}

static enum err take_back(struct decision *decision)
{
	enum err err = demand_reason(decision);

	return err != OK || findings_has_errors(decision->findings) ? err : object_to_use(decision);
}

/* ---- Asked about, and answered ---- */

/* A partner's request may have been long on the way. */
static bool is_due_over(const struct decision *decision)
{
	uint64_t end = calendar_end_of(said(decision, "answerBy"));

	return !is_theirs(decision->notice) && end != 0 && end < decision->turn->now_ms;
}

static enum err question(struct decision *decision)
{
	if (is_due_over(decision))
		return object(decision, OBJECTION_DUE_OVER, said(decision, "answerBy"));
	return inquiry_begin(decision->turn, decision->notice, decision->root);
}

static bool is_answer(const struct decision *decision)
{
	return decision->event == LIFE_ANSWERED || decision->event == LIFE_NOT_CONFIRMED;
}

static enum err object_to_answer(const struct decision *decision)
{
	const struct inquiry inquiry = inquiry_of(&decision->root->facts);

	return inquiry_fits(&inquiry, &decision->notice->facts)
		       ? OK
		       : object(decision, OBJECTION_NO_REQUEST, said(decision, "original"));
}

static enum err hear_answer(struct decision *decision)
{
	enum err err = object_to_answer(decision);

	return err != OK || findings_has_errors(decision->findings)
		       ? err
		       : inquiry_end(decision->turn, decision->notice, decision->root);
}

static enum err not_accept(struct decision *decision)
{
	return inquiry_decide(decision->root);
}

/* ---- The table ---- */

static const struct effect {
	enum life_event event;
	const char *record; /* what the original's timeline calls it */
	enum err (*act)(struct decision *decision);
} effects[] = {
	{LIFE_PAPERS_ASKED, "PapersAsked", ask_papers},
	{LIFE_SUPPLEMENTED, "Supplemented", supplement},
	{LIFE_INSPECTION_ORDERED, "InspectionOrdered", order_inspection},
	{LIFE_INSPECTED, "Inspected", inspect},
	{LIFE_ROUTED, "Routed", route},
	{LIFE_CLEARED, "Cleared", clear},
	{LIFE_REJECTED, "Rejected", take_back},
	{LIFE_INVALIDATED, "Invalidated", take_back},
	{LIFE_CANCELLED, "Cancelled", cancel},
	{LIFE_RECEIVED, "ReceiptStated", NULL},
	{LIFE_ACCEPTED, "Accepted", NULL},
	{LIFE_NOT_ACCEPTED, "NotAccepted", not_accept},
	{LIFE_QUESTIONED, "Questioned", question},
	{LIFE_ANSWERED, "Answered", hear_answer},
	{LIFE_NOT_CONFIRMED, "NotConfirmed", hear_answer},
	{LIFE_USED, "Used", use},
	{LIFE_REVERSED, "Reversed", reverse},
};

#define EFFECTS (sizeof(effects) / sizeof(effects[0]))

static const struct effect *effect_of(enum life_event event)
{
	for (size_t i = 0; i < EFFECTS; i++)
		if (effects[i].event == event)
			return &effects[i];
	return NULL;
}

/*
 * Who may say what of whose document. A partner speaks of its own documents and of what went to it,
 * and a party here of its own and of what came; of each only these events are heard.
 */
#define EVENT(name) ((uint64_t)1 << LIFE_##name)

static const struct heard {
	const char *life;
	bool is_from_partner;
	uint64_t events;
} heard[] = {
	{"certificate", true,
	 EVENT(RECEIVED) | EVENT(ACCEPTED) | EVENT(NOT_ACCEPTED) | EVENT(USED) | EVENT(REVERSED) |
		 EVENT(QUESTIONED)},
	{"certificate", false, EVENT(CANCELLED) | EVENT(ANSWERED) | EVENT(NOT_CONFIRMED)},
	{"foreign-certificate", true, EVENT(CANCELLED) | EVENT(ANSWERED) | EVENT(NOT_CONFIRMED)},
	{"foreign-certificate", false,
	 EVENT(ACCEPTED) | EVENT(NOT_ACCEPTED) | EVENT(USED) | EVENT(REVERSED) | EVENT(QUESTIONED)},
	{"declaration", false,
	 EVENT(CANCELLED) | EVENT(PAPERS_ASKED) | EVENT(SUPPLEMENTED) | EVENT(INSPECTION_ORDERED) |
		 EVENT(INSPECTED) | EVENT(ROUTED) | EVENT(CLEARED) | EVENT(REJECTED) |
		 EVENT(INVALIDATED)},
	{"application", false, EVENT(PAPERS_ASKED) | EVENT(SUPPLEMENTED) | EVENT(REJECTED)},
};

static bool is_heard(const struct decision *decision)
{
	const char *life = known(decision, "life");

	if (decision->event == LIFE_EVENT_COUNT || effect_of(decision->event) == NULL)
		return false;
	for (size_t i = 0; i < sizeof(heard) / sizeof(heard[0]); i++)
		if (strcmp(heard[i].life, life) == 0 &&
		    heard[i].is_from_partner == is_theirs(decision->notice) &&
		    (heard[i].events & ((uint64_t)1 << decision->event)) != 0)
			return true;
	return false;
}

/* ---- On record ---- */

static const char *person_of(const struct decision *decision)
{
	const char *person = said(decision, DECISION_PERSON);

	return strncmp(person, "user:", 5) == 0 ? person : "";
}

/* Who speaks from abroad cannot be answered: what is wrong stands beside what it said. */
static struct bytes findings_of(const struct decision *decision, const char *ignored)
{
	return ignored[0] == '\0' || !is_theirs(decision->notice) || decision->findings->count == 0
		       ? (struct bytes){0}
		       : findings_json_format(decision->findings, decision->turn->arena);
}

/* ignored: the state that the event does not fit; "": it does. */
static enum err tell(const struct decision *decision, const char *event, const char *ignored)
{
	char by[MESSAGE_ID_BYTES];
	const struct bytes findings = findings_of(decision, ignored);
	struct inquiry_told told = {"", "", ""};
	uint64_t number;

	if (ignored[0] == '\0')
		inquiry_tell(decision->root, decision->event, decision->turn->arena, &told);
	message_format_id(decision->turn, decision->notice->number, by);
	const char *attributes[] = {"kind",      said(decision, "kind"),
				    "function",  said(decision, "function"),
				    "status",    said(decision, "status"),
				    "result",    said(decision, "result"),
				    "reason",    said(decision, "reason"),
				    "lane",      said(decision, LANE_FACT),
				    "by",        by,
				    "reference", said(decision, "reference"),
				    "person",    person_of(decision),
				    "left",      decision->left == NULL ? "" : decision->left,
				    "due",       told.due,
				    "limit",     told.limit,
				    "onTime",    told.on_time,
				    "ignoredIn", ignored,
				    NULL};
	struct message_event record = {.event = event,
				       .actor = decision->notice->sender,
				       .attributes = attributes,
				       .payload_role = {findings.len > 0 ? "findings" : NULL},
				       .payload = {findings}};

	return message_record(decision->turn, decision->root->number, &record, &number);
}

/* ---- One notice ---- */

/* A cancellation is one by its meaning alone. */
static enum life_event event_of(const struct decision *decision)
{
	const char *event = said(decision, "event");

	if (event[0] == '\0' && !is_theirs(decision->notice) &&
	    strcmp(said(decision, "meaning"), "cancellation") == 0)
		return LIFE_CANCELLED;
	return life_event_of(event);
}

static enum err refuse(const struct decision *decision)
{
	const char *state = decision->root->state;

	/* papers and answers are never turned away: who decided before may want to see them */
	if (is_theirs(decision->notice) || decision->event == LIFE_SUPPLEMENTED ||
	    is_answer(decision))
		return tell(decision, "Followed", state);
	return object(decision,
		      decision->event == LIFE_CANCELLED ? OBJECTION_NOT_CANCELLABLE
							: OBJECTION_NOT_IN_STATE,
		      state);
}

static const char *next_of(const struct decision *decision)
{
	return life_step(known(decision, "life"), decision->root->state, decision->event);
}

/* What was asked about when customs had not accepted it is not accepted: customs alone says otherwise. */
static enum err find_step_back(const struct decision *decision, enum life_event *ret_event)
{
	if (decision->event == LIFE_ANSWERED && inquiry_of(&decision->root->facts).was_refused) {
		*ret_event = LIFE_NOT_ACCEPTED;
		return OK;
	}
	return use_event(decision->turn, decision->root, ret_event);
}

/* What was asked about, or not accepted, goes on where it was: as much of it is used as before. */
static enum err step_back(struct decision *decision)
{
	enum life_event event;
	const char *next;
	enum err err = find_step_back(decision, &event);

	if (err != OK || event == LIFE_REVERSED)
		return err;
	next = life_step(known(decision, "life"), decision->root->state, event);
	if (next != NULL)
		decision->root->state = next;
	return OK;
}

/* What was used up, asked about or not accepted when its last day passed may end now. */
static bool may_end_again(enum life_event event)
{
	return event == LIFE_ANSWERED || event == LIFE_REVERSED || event == LIFE_ACCEPTED;
}

static enum err apply(struct decision *decision)
{
	const struct effect *effect = effect_of(decision->event);
	struct message *root = decision->root;
	enum err err;

	if (next_of(decision) == NULL)
		return refuse(decision);
	err = effect->act == NULL ? OK : effect->act(decision);
	if (err == OK && findings_has_errors(decision->findings) && is_theirs(decision->notice))
		return tell(decision, "Followed", root->state);
	if (err != OK || findings_has_errors(decision->findings))
		return err;
	/* the effect may have said it exactly: used, or used up */
	if (next_of(decision) != NULL)
		root->state = next_of(decision);
	if ((effect->event == LIFE_ANSWERED || effect->event == LIFE_ACCEPTED) &&
	    (err = step_back(decision)) != OK)
		return err;
	if ((err = tell(decision, effect->record, "")) != OK ||
	    (err = procedure_close(decision->turn, root, life_event_name(decision->event))) != OK)
		return err;
	if (may_end_again(effect->event) && (err = expiry_watch(decision->turn, root)) != OK)
		return err;
	return message_save(decision->turn, root);
}

enum err decision_act(const struct turn *turn, const struct message *notice,
		      struct findings *findings)
{
	struct message root;
	struct decision decision = {
		.turn = turn, .notice = notice, .root = &root, .findings = findings};
	enum err err = message_load(turn, notice->root, &root);

	if (err != OK)
		return err;
	decision.event = event_of(&decision);
	if (is_answer(&decision) && !is_theirs(notice))
		err = object_to_answer(&decision);
	if (err != OK || findings_has_errors(findings))
		return err;
	return is_heard(&decision) ? apply(&decision) : tell(&decision, "Followed", "");
}
