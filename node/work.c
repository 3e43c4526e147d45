#include "node/work.h"

#include <string.h>

#include "node/objection.h"
#include "sampan/limit.h"
#include "sampan/pack.h"

void work_pack_check(struct buffer *to, const struct work_check *check)
{
	pack_bytes(to, check->document);
	pack_text(to, check->sender);
	pack_u8(to, check->is_to_be_signed);
}

enum err work_unpack_check(struct bytes from, struct arena *arena, struct work_check *ret)
{
	struct work_check check;
	struct unpack reader;
	enum err err;

	unpack_init(&reader, from);
	check.document = unpack_bytes(&reader);
	check.sender = unpack_text(&reader, arena);
	check.is_to_be_signed = unpack_bool(&reader);
	if ((err = unpack_end(&reader)) == OK)
		*ret = check;
	return err;
}

/* Lists stand inside as byte ranges of their own, so that each has its own end. */
static void pack_findings(struct buffer *to, const struct findings *findings)
{
	size_t begin = pack_begin(to);

	findings_pack(to, findings);
	pack_end(to, begin);
}

static void pack_facts(struct buffer *to, const struct facts *facts)
{
	size_t begin = pack_begin(to);

	facts_pack(to, facts);
	pack_end(to, begin);
}

void work_pack_checked(struct buffer *to, const struct work_checked *checked)
{
	pack_findings(to, &checked->findings);
	pack_facts(to, &checked->facts);
}

enum err work_unpack_checked(struct bytes from, struct arena *arena, struct work_checked *ret)
{
	struct work_checked checked;
	struct bytes findings, facts;
	struct unpack reader;
	enum err err;

	unpack_init(&reader, from);
	findings = unpack_bytes(&reader);
	facts = unpack_bytes(&reader);
	findings_init(&checked.findings, arena);
	facts_init(&checked.facts, arena);
	if ((err = unpack_end(&reader)) != OK ||
	    (err = findings_unpack(findings, &checked.findings)) != OK ||
	    (err = facts_unpack(facts, &checked.facts)) != OK)
		return err;
	*ret = checked;
	return OK;
}

enum err work_checked_damaged(struct arena *arena, struct work_checked *ret)
{
	facts_init(&ret->facts, arena);
	findings_init(&ret->findings, arena);
	return objection_put(&ret->findings, OBJECTION_DAMAGED, "");
}

void work_pack_translate(struct buffer *to, const struct work_translate *translate)
{
	pack_text(to, translate->to);
	pack_bytes(to, translate->document);
	pack_facts(to, &translate->outside);
}

enum err work_unpack_translate(struct bytes from, struct arena *arena, struct work_translate *ret)
{
	struct work_translate translate;
	struct unpack reader;
	struct bytes facts;
	enum err err;

	unpack_init(&reader, from);
	translate.to = unpack_text(&reader, arena);
	translate.document = unpack_bytes(&reader);
	facts = unpack_bytes(&reader);
	facts_init(&translate.outside, arena);
	if ((err = unpack_end(&reader)) != OK ||
	    (err = facts_unpack(facts, &translate.outside)) != OK)
		return err;
	*ret = translate;
	return OK;
}

/* Written where it is sent from: it is the longest by far. */
static void pack_report(struct buffer *to, const struct work_translated *translated)
{
	size_t begin = pack_begin(to);

	if (translated->rows == NULL)
		buffer_put(to, translated->report);
	else if (report_format_brief(translated->rows, to, LIMIT_PAYLOAD_BYTES) == ERR_LIMIT)
		to->err = ERR_LIMIT;
	if (to->err == OK && to->len - begin > LIMIT_PAYLOAD_BYTES)
		to->err = ERR_LIMIT;
	pack_end(to, begin);
}

void work_pack_translated(struct buffer *to, const struct work_translated *translated)
{
	pack_findings(to, &translated->findings);
	pack_bytes(to, translated->output);
	pack_report(to, translated);
	pack_fixed(to, translated->schema_set.at, HASH_BYTES);
}

enum err work_unpack_translated(struct bytes from, struct arena *arena, struct work_translated *ret)
{
	struct work_translated translated = {0};
	const uint8_t *schema_set;
	struct unpack reader;
	struct bytes findings;
	enum err err;

	unpack_init(&reader, from);
	findings = unpack_bytes(&reader);
	translated.output = unpack_bytes(&reader);
	translated.report = unpack_bytes(&reader);
	schema_set = unpack_fixed(&reader, HASH_BYTES);
	findings_init(&translated.findings, arena);
	if ((err = unpack_end(&reader)) != OK ||
	    (err = findings_unpack(findings, &translated.findings)) != OK)
		return err;
	for (size_t i = 0; i < HASH_BYTES; i++)
		translated.schema_set.at[i] = schema_set[i];
	*ret = translated;
	return OK;
}

void work_pack_stamp(struct buffer *to, const struct work_stamp *stamp)
{
	pack_fixed(to, stamp->question.digest.at, HASH_BYTES);
	pack_fixed(to, stamp->question.nonce, STAMP_NONCE_BYTES);
	pack_text(to, stamp->question.policy);
	pack_bytes(to, stamp->reply);
}

enum err work_unpack_stamp(struct bytes from, struct arena *arena, struct work_stamp *ret)
{
	const uint8_t *digest, *nonce;
	struct work_stamp stamp;
	struct unpack reader;
	enum err err;

	unpack_init(&reader, from);
	digest = unpack_fixed(&reader, HASH_BYTES);
	nonce = unpack_fixed(&reader, STAMP_NONCE_BYTES);
	stamp.question.policy = unpack_text(&reader, arena);
	stamp.reply = unpack_bytes(&reader);
	if ((err = unpack_end(&reader)) != OK)
		return err;
	memcpy(stamp.question.digest.at, digest, HASH_BYTES);
	memcpy(stamp.question.nonce, nonce, STAMP_NONCE_BYTES);
	*ret = stamp;
	return OK;
}

void work_pack_stamped(struct buffer *to, const struct work_stamped *stamped)
{
	pack_u8(to, (uint8_t)stamped->verdict);
	pack_u64(to, stamped->time_ms);
	pack_text(to, stamped->authority);
	pack_bytes(to, stamped->token);
}

enum err work_unpack_stamped(struct bytes from, struct arena *arena, struct work_stamped *ret)
{
	struct work_stamped stamped;
	struct unpack reader;
	uint8_t verdict;
	enum err err;

	unpack_init(&reader, from);
	verdict = unpack_u8(&reader);
	stamped.time_ms = unpack_u64(&reader);
	stamped.authority = unpack_text(&reader, arena);
	stamped.token = unpack_bytes(&reader);
	err = unpack_end(&reader);
	if (err == OK && verdict > STAMP_BROKEN)
		err = ERR_FORMAT;
	stamped.verdict = (enum stamp_verdict)verdict;
	if (err == OK)
		*ret = stamped;
	return err;
}
