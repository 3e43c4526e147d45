#include "node/outcome.h"

#include <inttypes.h>
#include <string.h>

#include "node/arrival.h"
#include "node/findings_json.h"
#include "node/issue.h"
#include "node/objection.h"

#define MAX_CRASHES 3

static const char *number_text(const struct turn *turn, uint64_t number)
{
	return arena_format(turn->arena, "%" PRIu64, number);
}

static bool is_for_party(const struct delivery *delivery)
{
	return strncmp(delivery->to, "party:", 6) == 0;
}

enum err outcome_translated(const struct turn *turn, uint64_t number,
			    const struct outcome_translation *translation)
{
	char schema_set[HASH_HEX_BYTES], source[HASH_HEX_BYTES];
	struct delivery delivery;
	struct message message;
	enum err err = delivery_load(turn, number, &delivery);

	if (err != OK || delivery.stage != STAGE_TRANSLATE ||
	    strcmp(delivery.as, translation->as) != 0)
		return err;
	if ((err = message_load(turn, delivery.message, &message)) != OK)
		return err;
	hash_format_hex(&translation->schema_set, schema_set);
	hash_format_hex(&message.document, source);
	const char *attributes[] = {"delivery",  number_text(turn, number),
				    "from",      delivery.from_kind,
				    "to",        delivery.as,
				    "source",    source,
				    "schemaSet", schema_set,
				    NULL};
	bool has_report = translation->report.len > 0;
	struct message_event event = {.event = has_report ? "Translated" : "Canonicalised",
				      .actor = "node",
				      .attributes = attributes,
				      .payload_role = {"output", has_report ? "report" : NULL},
				      .payload = {translation->output, translation->report}};

	err = message_record(turn, delivery.message, &event, &delivery.output_record);
	if (err != OK)
		return err;
	return delivery_move(turn, &delivery,
			     is_for_party(&delivery) ? STAGE_HAND_OVER : STAGE_SIGN);
}

static enum err record_signature(const struct turn *turn, struct delivery *delivery,
				 struct bytes signature)
{
	const char *attributes[] = {"delivery", number_text(turn, delivery->number), "output",
				    number_text(turn, delivery->output_record), NULL};
	struct message_event event = {.event = "Signed",
				      .actor = "node",
				      .attributes = attributes,
				      .payload_role = {"signature"},
				      .payload = {signature}};

	if (attributes[1] == NULL || attributes[3] == NULL)
		return ERR_MEMORY;
	return message_record(turn, delivery->message, &event, &delivery->signature_record);
}

enum err outcome_signed(const struct turn *turn, uint64_t number, uint64_t output,
			struct bytes signature)
{
	struct delivery delivery;
	struct findings findings;
	enum err err = delivery_load(turn, number, &delivery);

	if (err != OK || delivery.stage != STAGE_SIGN || delivery.output_record != output)
		return err;
	if (signature.len > 0) {
		err = record_signature(turn, &delivery, signature);
		return err != OK ? err
				 : delivery_move(turn, &delivery,
						 delivery_is_decided(&delivery) ? STAGE_LODGE
										: STAGE_SEND);
	}
	findings_init(&findings, turn->arena);
	err = objection_put(&findings, OBJECTION_NOT_SIGNED, "");
	return err != OK ? err
			 : delivery_hold(turn, &delivery, findings.items[0].code,
					 findings_json_format(&findings, turn->arena));
}

static bool is_open(const struct delivery *delivery)
{
	return delivery->stage == STAGE_TRANSLATE || delivery->stage == STAGE_HAND_OVER ||
	       delivery->stage == STAGE_LODGE;
}

enum err outcome_held(const struct turn *turn, uint64_t number, const struct findings *findings)
{
	const char *code = findings->count > 0 ? findings->items[0].code : "unknown";
	struct delivery delivery;
	enum err err = delivery_load(turn, number, &delivery);

	if (err != OK || !is_open(&delivery))
		return err;
	return delivery_hold(turn, &delivery, code, findings_json_format(findings, turn->arena));
}

enum err outcome_handed_over(const struct turn *turn, uint64_t number)
{
	const char *attributes[] = {"delivery", number_text(turn, number), NULL};
	struct delivery delivery;
	enum err err = delivery_load(turn, number, &delivery);

	if (err != OK || delivery.stage != STAGE_HAND_OVER)
		return err;
	return delivery_finish(turn, &delivery, "ContentHandover", delivery.to, attributes);
}

enum err outcome_crashed(const struct turn *turn, enum delivery_stage stage, uint64_t number,
			 bool *ret_is_again)
{
	struct findings findings;
	struct delivery delivery;
	enum err err;

	if (stage == STAGE_CHECK)
		return arrival_crashed(turn, number, ret_is_again);
	*ret_is_again = false;
	if ((err = delivery_load(turn, number, &delivery)) != OK || !is_open(&delivery))
		return err;
	delivery.crashes++;
	if (delivery.crashes < MAX_CRASHES) {
		*ret_is_again = delivery.stage == stage;
		return delivery_move(turn, &delivery, delivery.stage);
	}
	findings_init(&findings, turn->arena);
	err = objection_put(&findings, OBJECTION_WORKER_CRASHED, "");
	return err != OK ? err
			 : delivery_hold(turn, &delivery, findings.items[0].code,
					 findings_json_format(&findings, turn->arena));
}

static enum err record_word(const struct turn *turn, const struct delivery *delivery,
			    const char *event, const char *actor, const char *reason)
{
	const char *attributes[] = {"delivery", number_text(turn, delivery->number), "reason",
				    reason, NULL};
	struct message_event record = {.event = event, .actor = actor, .attributes = attributes};
	uint64_t number;

	if (attributes[1] == NULL)
		return ERR_MEMORY;
	return message_record(turn, delivery->message, &record, &number);
}

/* Where a held delivery goes on. */
static enum delivery_stage stage_again(const struct delivery *delivery)
{
	bool has_output = delivery->output_record != delivery->message;

	if (is_for_party(delivery))
		return has_output || strcmp(delivery->from_kind, delivery->as) == 0
			       ? STAGE_HAND_OVER
			       : STAGE_TRANSLATE;
	if (delivery_is_decided(delivery))
		return delivery->signature_record == 0 ? STAGE_SIGN : STAGE_LODGE;
	return !has_output                       ? STAGE_TRANSLATE
	       : delivery->signature_record == 0 ? STAGE_SIGN
						 : STAGE_SEND;
}

static enum err load_held(const struct turn *turn, uint64_t number, struct delivery *ret_delivery)
{
	enum err err = delivery_load(turn, number, ret_delivery);

	return err == OK && ret_delivery->stage != STAGE_HELD ? ERR_MISSING : err;
}

static enum err go_on(const struct turn *turn, struct delivery *delivery)
{
	delivery->crashes = 0;
	delivery->why = "";
	return delivery_move(turn, delivery, stage_again(delivery));
}

enum err outcome_retry(const struct turn *turn, uint64_t number, const char *actor,
		       const char *reason)
{
	struct delivery delivery;
	enum err err = load_held(turn, number, &delivery);

	if (err == OK)
		err = record_word(turn, &delivery, "DeliveryRetried", actor, reason);
	return err == OK ? go_on(turn, &delivery) : err;
}

enum err outcome_drop(const struct turn *turn, uint64_t number, const char *actor,
		      const char *reason)
{
	struct delivery delivery;
	enum err err = load_held(turn, number, &delivery);

	if (err != OK ||
	    (err = record_word(turn, &delivery, "DeliveryDropped", actor, reason)) != OK)
		return err;
	if (delivery_is_decided(&delivery) && (err = issue_dropped(turn, &delivery)) != OK)
		return err;
	return delivery_move(turn, &delivery, STAGE_DONE);
}

/* What has a number must be sent: the partner waits for that number. */
static bool can_be_kept(const struct delivery *delivery)
{
	return is_open(delivery) || delivery->stage == STAGE_SIGN || delivery->stage == STAGE_SEND;
}

enum err outcome_keep_back(const struct turn *turn, uint64_t number, const char *actor,
			   const char *reason)
{
	struct delivery delivery;
	enum err err = delivery_load(turn, number, &delivery);

	if (err != OK)
		return err;
	if (!can_be_kept(&delivery))
		return ERR_MISSING;
	if ((err = record_word(turn, &delivery, "DeliveryKeptBack", actor, reason)) != OK)
		return err;
	delivery.why = OUTCOME_KEPT_BACK;
	return delivery_move(turn, &delivery, STAGE_HELD);
}

enum err outcome_let_go(const struct turn *turn, uint64_t number, const char *actor,
			const char *reason)
{
	struct delivery delivery;
	enum err err = load_held(turn, number, &delivery);

	if (err == OK && strcmp(delivery.why, OUTCOME_KEPT_BACK) != 0)
		err = ERR_MISSING;
	if (err == OK)
		err = record_word(turn, &delivery, "DeliveryReleased", actor, reason);
	return err == OK ? go_on(turn, &delivery) : err;
}
