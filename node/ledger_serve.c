#include "node/ledger_serve.h"

#include <string.h>

#include "node/identity.h"
#include "node/archive.h"
#include "node/attachment.h"
#include "node/certificate.h"
#include "node/decided.h"
#include "node/expected.h"
#include "node/issue.h"
#include "node/ledger_work.h"
#include "node/queue_change.h"
#include "node/recall.h"
#include "node/stamped.h"
#include "node/webhook_call.h"
#include "node/witness_call.h"

#define MAX_FRAMES 256u

typedef enum err handler(struct ledger_serve *serve, const struct turn *turn, struct bytes body,
			 struct ledger_served *served);

/* The key came with another request, or what it speaks of has changed: there is no record, and so no
 * receipt to wait for. */
static enum err answer_nothing(const struct turn *turn, enum intake_verdict verdict,
			       struct ledger_served *served)
{
	struct ledger_accepted accepted = {
		.verdict = verdict, .id = "", .state = "", .reference = ""};

	findings_init(&accepted.findings, turn->arena);
	ledger_pack_accepted(&served->answer, &accepted);
	return OK;
}

/* What its maker may decide by next. */
static enum err tell_version(const struct turn *turn, const struct intake *intake,
			     struct intake_answer *answer)
{
	struct message message;
	struct caller caller;
	uint64_t number;
	enum err err;

	if (intake->expected.message[0] == '\0' ||
	    !message_find_id(turn, intake->expected.message, &number) ||
	    identity_resolve(turn, &intake->caller, &caller) != OK)
		return OK;
	err = message_load(turn, number, &message);
	return err == OK ? expected_version(turn, &caller, &message, &answer->version) : err;
}

static enum err take(const struct turn *turn, struct bytes body, struct ledger_served *served,
		     bool is_refusal)
{
	struct intake intake;
	bool is_changed = false;
	enum err err = ledger_unpack_intake(body, turn->arena, &intake);

	if (err == OK)
		err = decided_is(&intake) ? decided_answered(turn, &intake, &served->intake)
					  : intake_answered(turn, &intake, &served->intake);
	if (err == ERR_EXISTS)
		return answer_nothing(turn, INTAKE_KEY_USED, served);
	if (err == ERR_MISSING) {
		err = expected_hold(turn, &intake, &is_changed);
		if (is_changed)
			return answer_nothing(turn, INTAKE_CHANGED, served);
		if (err == OK)
			err = is_refusal ? intake_refuse(turn, &intake, &served->intake)
			      : decided_is(&intake)
				      ? decided_accept(turn, &intake, &served->intake)
				      : intake_accept(turn, &intake, &served->intake);
		if (err == OK)
			err = repeat_put(turn, &intake.repeat, (uint8_t)served->intake.verdict,
					 served->intake.message, served->intake.state);
	}
	if (err == OK)
		err = tell_version(turn, &intake, &served->intake);
	served->findings = intake.findings;
	served->wants_receipt = true;
	return err;
}

static enum err serve_accept(struct ledger_serve *serve, const struct turn *turn, struct bytes body,
			     struct ledger_served *served)
{
	(void)serve;
	return take(turn, body, served, false);
}

static enum err serve_refuse(struct ledger_serve *serve, const struct turn *turn, struct bytes body,
			     struct ledger_served *served)
{
	(void)serve;
	return take(turn, body, served, true);
}

/* ---- Outcomes ---- */

static enum err serve_checked(struct ledger_serve *serve, const struct turn *turn,
			      struct bytes body, struct ledger_served *served)
{
	struct findings findings;
	struct facts facts;
	uint64_t message;
	enum err err = ledger_unpack_checked(body, turn->arena, &message, &facts, &findings);

	(void)served;
	if (err != OK)
		return err;
	ledger_work_take_back(serve, message);
	return arrival_checked(turn, message, &facts, &findings);
}

static enum err serve_lodged(struct ledger_serve *serve, const struct turn *turn,
			     struct bytes body, struct ledger_served *served)
{
	struct findings findings;
	struct facts facts;
	uint64_t delivery;
	enum err err = ledger_unpack_checked(body, turn->arena, &delivery, &facts, &findings);

	(void)served;
	if (err != OK)
		return err;
	ledger_work_take_back(serve, delivery);
	return issue_lodged(turn, delivery, &facts, &findings);
}

static enum err serve_translated(struct ledger_serve *serve, const struct turn *turn,
				 struct bytes body, struct ledger_served *served)
{
	struct outcome_translation translation;
	uint64_t delivery;
	enum err err = ledger_unpack_translated(body, turn->arena, &delivery, &translation);

	(void)served;
	if (err != OK)
		return err;
	ledger_work_take_back(serve, delivery);
	return outcome_translated(turn, delivery, &translation);
}

static enum err serve_held(struct ledger_serve *serve, const struct turn *turn, struct bytes body,
			   struct ledger_served *served)
{
	struct findings findings;
	uint64_t delivery;
	enum err err = ledger_unpack_held(body, turn->arena, &delivery, &findings);

	(void)served;
	if (err != OK)
		return err;
	ledger_work_take_back(serve, delivery);
	return outcome_held(turn, delivery, &findings);
}

static enum err serve_handed_over(struct ledger_serve *serve, const struct turn *turn,
				  struct bytes body, struct ledger_served *served)
{
	struct unpack from;
	uint64_t delivery;

	(void)served;
	unpack_init(&from, body);
	delivery = unpack_u64(&from);
	if (unpack_end(&from) != OK)
		return ERR_FORMAT;
	ledger_work_take_back(serve, delivery);
	return outcome_handed_over(turn, delivery);
}

static enum err serve_crashed(struct ledger_serve *serve, const struct turn *turn,
			      struct bytes body, struct ledger_served *served)
{
	struct unpack from;
	enum delivery_stage stage;
	uint64_t number;
	bool is_again;
	enum err err;

	unpack_init(&from, body);
	stage = (enum delivery_stage)unpack_u8(&from);
	number = unpack_u64(&from);
	if (unpack_end(&from) != OK)
		return ERR_FORMAT;
	err = outcome_crashed(turn, stage, number, &is_again);
	if (err == OK)
		pack_u8(&served->answer, is_again);
	if (err != OK || !is_again)
		ledger_work_take_back(serve, number);
	return err;
}

static enum err serve_queue(struct ledger_serve *serve, const struct turn *turn, struct bytes body,
			    struct ledger_served *served)
{
	(void)serve;
	(void)served;
	return queue_change_serve(turn, body);
}

/* ---- The link ---- */

/* Only a partner of the configuration has streams; its code is two letters, as the keys need. */
static bool is_partner(const struct turn *turn, const char *country)
{
	return strlen(country) == 2 && config_partner_of(turn->config, country) != NULL;
}

static enum err serve_link(struct ledger_serve *serve, const struct turn *turn, struct bytes body,
			   struct ledger_served *served)
{
	struct witness_state witness;
	struct stream stream;
	struct unpack from;
	const char *partner;
	enum err err;

	(void)serve;
	unpack_init(&from, body);
	partner = unpack_text(&from, turn->arena);
	if (unpack_end(&from) != OK || !is_partner(turn, partner))
		return ERR_USAGE;
	if ((err = stream_load(turn, partner, &stream)) != OK ||
	    (err = witness_state_load(turn, partner, &witness)) != OK)
		return err;
	ledger_pack_link(&served->answer, &(struct ledger_link){
						  .epoch = ledger_epoch(turn->ledger),
						  .acknowledged = stream.acknowledged,
						  .given = stream.last_given,
						  .is_unsettled = stream_is_unsettled(turn, &stream),
						  .in = stream.in,
						  .is_stopped = witness.alarm != 0,
						  .resumed = witness.resumed,
					  });
	return OK;
}

static enum err serve_frames(struct ledger_serve *serve, const struct turn *turn, struct bytes body,
			     struct ledger_served *served)
{
	struct ledger_frames_wanted wanted;
	struct stream_frame *frames;
	size_t count = 0;
	enum err err = ledger_unpack_frames_wanted(body, turn->arena, &wanted);

	(void)serve;
	if (err != OK)
		return err;
	if (!is_partner(turn, wanted.partner) || wanted.max_count == 0)
		return ERR_USAGE;
	if (wanted.max_count > MAX_FRAMES)
		wanted.max_count = MAX_FRAMES;
	frames = arena_alloc_array(turn->arena, wanted.max_count, sizeof(*frames));
	if (frames == NULL)
		return ERR_MEMORY;
	err = stream_frames(turn, wanted.partner, wanted.after, wanted.max_bytes, wanted.max_count,
			    frames, &count);
	if (err != OK)
		return err;
	pack_u32(&served->answer, (uint32_t)count);
	for (size_t i = 0; i < count; i++)
		ledger_pack_frame(&served->answer, &frames[i]);
	return OK;
}

static enum err serve_acknowledge(struct ledger_serve *serve, const struct turn *turn,
				  struct bytes body, struct ledger_served *served)
{
	struct unpack from;
	struct bytes checkpoint;
	const char *partner;
	uint64_t number;

	(void)serve;
	(void)served;
	unpack_init(&from, body);
	partner = unpack_text(&from, turn->arena);
	number = unpack_u64(&from);
	checkpoint = unpack_bytes(&from);
	if (unpack_end(&from) != OK || !is_partner(turn, partner))
		return ERR_USAGE;
	return stream_acknowledge(turn, partner, number, checkpoint);
}

static enum err serve_arrive(struct ledger_serve *serve, const struct turn *turn, struct bytes body,
			     struct ledger_served *served)
{
	struct bytes checkpoint = {0};
	struct link_frame frame;
	const char *partner;
	enum err err = ledger_unpack_arrive(body, turn->arena, &partner, &frame);

	(void)serve;
	if (err != OK || !is_partner(turn, partner))
		return err != OK ? err : ERR_USAGE;
	if ((err = stream_arrive(turn, partner, &frame)) != OK)
		return err;
	err = ledger_checkpoint_last(turn->ledger, turn->arena, &checkpoint);
	if (err == OK)
		buffer_put(&served->answer, checkpoint);
	return err == ERR_MISSING ? OK : err;
}

static enum err serve_identity(struct ledger_serve *serve, const struct turn *turn,
			       struct bytes body, struct ledger_served *served)
{
	struct identity_ask ask;
	struct facts answer;
	enum err err = identity_unpack(body, turn->arena, &ask);

	(void)serve;
	facts_init(&answer, turn->arena);
	if (err == OK)
		err = identity_serve(turn, &ask, &answer);
	if (err == OK)
		facts_pack(&served->answer, &answer);
	return err;
}

/* ---- What is changed over HTTP ---- */

static enum err serve_attach(struct ledger_serve *serve, const struct turn *turn, struct bytes body,
			     struct ledger_served *served)
{
	(void)serve;
	return attachment_serve(turn, body, &served->answer);
}

static enum err serve_authorise(struct ledger_serve *serve, const struct turn *turn,
				struct bytes body, struct ledger_served *served)
{
	(void)serve;
	return certificate_serve(turn, body, &served->answer);
}

static enum err serve_stamp(struct ledger_serve *serve, const struct turn *turn, struct bytes body,
			    struct ledger_served *served)
{
	(void)serve;
	(void)served;
	return stamped_serve(turn, body);
}

static handler *const handlers[] = {
	[LEDGER_STAMP] = serve_stamp,
	[LEDGER_ATTACH] = serve_attach,
	[LEDGER_AUTHORISE] = serve_authorise,
	[LEDGER_ACCEPT] = serve_accept,
	[LEDGER_REFUSE] = serve_refuse,
	[LEDGER_WORK] = ledger_work_serve,
	[LEDGER_CHECKED] = serve_checked,
	[LEDGER_LODGED] = serve_lodged,
	[LEDGER_TRANSLATED] = serve_translated,
	[LEDGER_HELD] = serve_held,
	[LEDGER_HANDED_OVER] = serve_handed_over,
	[LEDGER_CRASHED] = serve_crashed,
	[LEDGER_LINK] = serve_link,
	[LEDGER_FRAMES] = serve_frames,
	[LEDGER_ACKNOWLEDGE] = serve_acknowledge,
	[LEDGER_ARRIVE] = serve_arrive,
	[LEDGER_QUEUE] = serve_queue,
	[LEDGER_IDENTITY] = serve_identity,
};

enum err ledger_serve(struct ledger_serve *serve, const struct turn *turn, uint16_t operation,
		      struct bytes body, struct ledger_served *served)
{
	if (operation >= LEDGER_WEBHOOK_OPEN && operation <= LEDGER_WEBHOOK_REPLAY)
		return webhook_call_serve(turn, operation, body, &served->answer);
	if (operation == LEDGER_ARCHIVE)
		return archive_serve(turn, body);
	if (operation >= LEDGER_PROVE && operation <= LEDGER_RESUME)
		return witness_call_serve(turn, operation, body, &served->answer);
	if (operation >= LEDGER_RECALL && operation <= LEDGER_SETTLED)
		return recall_serve(turn, operation, body, &served->answer);
	if (operation >= sizeof(handlers) / sizeof(handlers[0]) || handlers[operation] == NULL)
		return ERR_USAGE;
	return handlers[operation](serve, turn, body, served);
}
