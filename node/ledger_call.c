#include "node/ledger_call.h"

#include <string.h>

typedef void write_part(struct buffer *to, const void *part);

/* A part that has its own packed form travels as one byte range. */
static void pack_part(struct buffer *to, write_part *write, const void *part)
{
	struct buffer inner;

	buffer_init(&inner, LIMIT_CALL_BYTES);
	write(&inner, part);
	pack_bytes(to, buffer_bytes(&inner));
	if (buffer_error(&inner) != OK && to->err == OK)
		to->err = buffer_error(&inner);
	buffer_clear(&inner);
}

static void write_facts(struct buffer *to, const void *facts)
{
	facts_pack(to, facts);
}

static void write_findings(struct buffer *to, const void *findings)
{
	findings_pack(to, findings);
}

static enum err read_facts(struct unpack *from, struct arena *arena, struct facts *facts)
{
	facts_init(facts, arena);
	return facts_unpack(unpack_bytes(from), facts);
}

static enum err read_findings(struct unpack *from, struct arena *arena, struct findings *findings)
{
	findings_init(findings, arena);
	return findings_unpack(unpack_bytes(from), findings);
}

static void read_hash(struct unpack *from, struct hash *hash)
{
	const uint8_t *at = unpack_fixed(from, HASH_BYTES);

	if (at != NULL)
		memcpy(hash->at, at, HASH_BYTES);
}

static enum err end(const struct unpack *from, enum err err)
{
	return err != OK ? err : unpack_end(from);
}

void ledger_pack_intake(struct buffer *to, const struct intake *intake)
{
	pack_text(to, intake->party);
	pack_part(to, write_facts, &intake->facts);
	pack_part(to, write_findings, &intake->findings);
	pack_bytes(to, intake->document);
	repeat_pack(to, &intake->repeat);
	caller_pack(to, &intake->caller);
	pack_text(to, intake->principal);
	pack_text(to, intake->expected.message);
	pack_u64(to, intake->expected.version);
	pack_u8(to, (uint8_t)intake->expected.action);
	pack_text(to, intake->expected.decision == NULL ? "" : intake->expected.decision);
	pack_text(to, intake->expected.reason == NULL ? "" : intake->expected.reason);
}

enum err ledger_unpack_intake(struct bytes bytes, struct arena *arena, struct intake *ret)
{
	struct unpack from;
	enum err err;

	unpack_init(&from, bytes);
	ret->party = unpack_text(&from, arena);
	err = read_facts(&from, arena, &ret->facts);
	if (err == OK)
		err = read_findings(&from, arena, &ret->findings);
	ret->document = unpack_bytes(&from);
	repeat_unpack(&from, arena, &ret->repeat);
	caller_unpack(&from, arena, &ret->caller);
	ret->principal = unpack_text(&from, arena);
	ret->expected = (struct intake_expected){.message = unpack_text(&from, arena)};
	ret->expected.version = unpack_u64(&from);
	ret->expected.action = (enum access_action)unpack_u8(&from);
	ret->expected.decision = unpack_text(&from, arena);
	ret->expected.reason = unpack_text(&from, arena);
	if (ret->expected.action >= ACCESS_ACTIONS)
		return ERR_FORMAT;
	return end(&from, err);
}

bool ledger_receipt_is_lost(const struct ledger_accepted *accepted)
{
	return bytes_equal(accepted->receipt, bytes_of_text(LEDGER_RECEIPT_LOST));
}

void ledger_pack_accepted(struct buffer *to, const struct ledger_accepted *accepted)
{
	pack_u8(to, (uint8_t)accepted->verdict);
	pack_text(to, accepted->id);
	pack_text(to, accepted->state);
	pack_text(to, accepted->reference == NULL ? "" : accepted->reference);
	pack_u64(to, accepted->version);
	pack_part(to, write_findings, &accepted->findings);
	pack_bytes(to, accepted->receipt);
}

enum err ledger_unpack_accepted(struct bytes bytes, struct arena *arena,
				struct ledger_accepted *ret)
{
	struct unpack from;
	uint8_t verdict;
	enum err err;

	unpack_init(&from, bytes);
	verdict = unpack_u8(&from);
	ret->id = unpack_text(&from, arena);
	ret->state = unpack_text(&from, arena);
	ret->reference = unpack_text(&from, arena);
	ret->version = unpack_u64(&from);
	err = read_findings(&from, arena, &ret->findings);
	ret->receipt = unpack_bytes(&from);
	if (verdict < INTAKE_ACCEPTED || verdict > INTAKE_CHANGED)
		return ERR_FORMAT;
	ret->verdict = (enum intake_verdict)verdict;
	return end(&from, err);
}

void ledger_pack_want(struct buffer *to, const struct ledger_want *want)
{
	pack_u64(to, want->incarnation);
	pack_u32(to, (uint32_t)want->count);
	for (size_t i = 0; i < want->count; i++) {
		pack_u8(to, (uint8_t)want->of[i].stage);
		pack_u32(to, want->of[i].max_count);
	}
}

enum err ledger_unpack_want(struct bytes bytes, struct ledger_want *ret)
{
	struct unpack from;

	unpack_init(&from, bytes);
	ret->incarnation = unpack_u64(&from);
	ret->count = unpack_count(&from, 5);
	if (ret->count > LEDGER_WANTS)
		return ERR_FORMAT;
	for (size_t i = 0; i < ret->count; i++) {
		ret->of[i].stage = (enum delivery_stage)unpack_u8(&from);
		ret->of[i].max_count = unpack_u32(&from);
	}
	return unpack_end(&from);
}

void ledger_pack_work(struct buffer *to, const struct ledger_work *work)
{
	pack_u8(to, (uint8_t)work->stage);
	pack_u64(to, work->number);
	pack_text(to, work->message);
	pack_text(to, work->to);
	pack_text(to, work->as);
	pack_part(to, write_facts, &work->outside);
	pack_bytes(to, work->document);
	pack_u8(to, work->is_damaged);
}

void ledger_unpack_work(struct unpack *from, struct arena *arena, struct ledger_work *ret)
{
	ret->stage = (enum delivery_stage)unpack_u8(from);
	ret->number = unpack_u64(from);
	ret->message = unpack_text(from, arena);
	ret->to = unpack_text(from, arena);
	ret->as = unpack_text(from, arena);
	if (read_facts(from, arena, &ret->outside) != OK)
		from->failed = true;
	ret->document = unpack_bytes(from);
	ret->is_damaged = unpack_bool(from);
}

void ledger_pack_checked(struct buffer *to, uint64_t message, const struct facts *facts,
			 const struct findings *findings)
{
	pack_u64(to, message);
	pack_part(to, write_facts, facts);
	pack_part(to, write_findings, findings);
}

enum err ledger_unpack_checked(struct bytes bytes, struct arena *arena, uint64_t *ret_message,
			       struct facts *ret_facts, struct findings *ret_findings)
{
	struct unpack from;
	enum err err;

	unpack_init(&from, bytes);
	*ret_message = unpack_u64(&from);
	err = read_facts(&from, arena, ret_facts);
	if (err == OK)
		err = read_findings(&from, arena, ret_findings);
	return end(&from, err);
}

void ledger_pack_translated(struct buffer *to, uint64_t delivery,
			    const struct outcome_translation *translation)
{
	pack_u64(to, delivery);
	pack_text(to, translation->as);
	pack_bytes(to, translation->output);
	pack_bytes(to, translation->report);
	pack_fixed(to, translation->schema_set.at, HASH_BYTES);
}

enum err ledger_unpack_translated(struct bytes bytes, struct arena *arena, uint64_t *ret_delivery,
				  struct outcome_translation *ret)
{
	struct unpack from;

	unpack_init(&from, bytes);
	*ret_delivery = unpack_u64(&from);
	ret->as = unpack_text(&from, arena);
	ret->output = unpack_bytes(&from);
	ret->report = unpack_bytes(&from);
	read_hash(&from, &ret->schema_set);
	return unpack_end(&from);
}

void ledger_pack_held(struct buffer *to, uint64_t delivery, const struct findings *findings)
{
	pack_u64(to, delivery);
	pack_part(to, write_findings, findings);
}

enum err ledger_unpack_held(struct bytes bytes, struct arena *arena, uint64_t *ret_delivery,
			    struct findings *ret_findings)
{
	struct unpack from;
	enum err err;

	unpack_init(&from, bytes);
	*ret_delivery = unpack_u64(&from);
	err = read_findings(&from, arena, ret_findings);
	return end(&from, err);
}

void ledger_pack_link(struct buffer *to, const struct ledger_link *link)
{
	pack_u64(to, link->epoch);
	pack_u64(to, link->acknowledged);
	pack_u64(to, link->given);
	pack_u8(to, link->is_unsettled);
	pack_u64(to, link->in.epoch);
	pack_u64(to, link->in.number);
	pack_fixed(to, link->in.hash.at, HASH_BYTES);
	pack_u8(to, link->is_stopped);
	pack_u64(to, link->resumed);
}

enum err ledger_unpack_link(struct bytes bytes, struct ledger_link *ret)
{
	struct unpack from;

	unpack_init(&from, bytes);
	ret->epoch = unpack_u64(&from);
	ret->acknowledged = unpack_u64(&from);
	ret->given = unpack_u64(&from);
	ret->is_unsettled = unpack_bool(&from);
	ret->in.epoch = unpack_u64(&from);
	ret->in.number = unpack_u64(&from);
	read_hash(&from, &ret->in.hash);
	ret->is_stopped = unpack_bool(&from);
	ret->resumed = unpack_u64(&from);
	return unpack_end(&from);
}

void ledger_pack_frames_wanted(struct buffer *to, const struct ledger_frames_wanted *wanted)
{
	pack_text(to, wanted->partner);
	pack_u64(to, wanted->after);
	pack_u32(to, wanted->max_count);
	pack_u64(to, wanted->max_bytes);
}

enum err ledger_unpack_frames_wanted(struct bytes bytes, struct arena *arena,
				     struct ledger_frames_wanted *ret)
{
	struct unpack from;

	unpack_init(&from, bytes);
	ret->partner = unpack_text(&from, arena);
	ret->after = unpack_u64(&from);
	ret->max_count = unpack_u32(&from);
	ret->max_bytes = unpack_u64(&from);
	return unpack_end(&from);
}

void ledger_pack_frame(struct buffer *to, const struct stream_frame *frame)
{
	pack_u64(to, frame->number);
	pack_fixed(to, frame->hash.at, HASH_BYTES);
	pack_bytes(to, frame->content);
}

void ledger_unpack_frame(struct unpack *from, struct stream_frame *ret)
{
	ret->number = unpack_u64(from);
	read_hash(from, &ret->hash);
	ret->content = unpack_bytes(from);
}

void ledger_pack_arrive(struct buffer *to, const char *partner, const struct link_frame *frame)
{
	pack_text(to, partner);
	pack_u64(to, frame->epoch);
	pack_u64(to, frame->number);
	pack_fixed(to, frame->hash.at, HASH_BYTES);
	pack_bytes(to, frame->content);
}

enum err ledger_unpack_arrive(struct bytes bytes, struct arena *arena, const char **ret_partner,
			      struct link_frame *ret_frame)
{
	struct unpack from;

	unpack_init(&from, bytes);
	*ret_partner = unpack_text(&from, arena);
	ret_frame->epoch = unpack_u64(&from);
	ret_frame->number = unpack_u64(&from);
	read_hash(&from, &ret_frame->hash);
	ret_frame->content = unpack_bytes(&from);
	return unpack_end(&from);
}
