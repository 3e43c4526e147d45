#include "node/work.h"

#include "sampan/limit.h"
#include "sampan/pack.h"

void work_pack_check(struct buffer *to, const struct work_check *check)
{
	pack_bytes(to, check->document);
	pack_text(to, check->sender);
}

enum err work_unpack_check(struct bytes from, struct arena *arena, struct work_check *ret)
{
	struct work_check check;
	struct unpack reader;
	enum err err;

	unpack_init(&reader, from);
	check.document = unpack_bytes(&reader);
	check.sender = unpack_text(&reader, arena);
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
