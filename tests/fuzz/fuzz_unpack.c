/*
 * Whatever bytes come as a question, an answer, a parcel or a state: they are read or refused, and
 * what was read whole is written again as the very same bytes. The first byte chooses which.
 */
#include <assert.h>
#include <string.h>

#include "node/attachment.h"
#include "node/certificate.h"
#include "node/ledger_call.h"
#include "node/parcel.h"
#include "node/seal.h"
#include "node/work.h"
#include "sampan/limit.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

struct reading {
	struct bytes from;
	struct arena *arena;
	struct buffer again; /* what was read, written again; empty where that may differ */
};

typedef enum err reader(struct reading *reading);

static enum err read_parcel(struct reading *reading)
{
	struct parcel parcel;
	enum err err = parcel_unpack(reading->from, reading->arena, &parcel);

	/* an older version is read too, and would be written as the newest */
	if (err == OK && reading->from.at[1] == PARCEL_VERSION)
		parcel_pack(&reading->again, &parcel);
	return err;
}

static enum err read_seal(struct reading *reading)
{
	struct seal_sign sign;
	enum err err = seal_unpack_sign(reading->from, &sign);

	if (err == OK && strlen(sign.checkpoint.origin) == bytes_get_u32(reading->from.at))
		seal_pack_sign(&reading->again, &sign);
	return err;
}

static enum err read_findings(struct reading *reading)
{
	struct findings findings;
	enum err err;

	findings_init(&findings, reading->arena);
	err = findings_unpack(reading->from, &findings);
	assert(findings.count <= LIMIT_FINDINGS);
	for (size_t i = 0; err == OK && i < findings.count; i++)
		assert(*severity_name(findings.items[i].severity) != 0);
	return err;
}

static enum err read_facts(struct reading *reading)
{
	struct facts facts;
	enum err err;

	facts_init(&facts, reading->arena);
	err = facts_unpack(reading->from, &facts);
	assert(facts.count <= LIMIT_FACTS);
	/* of names that stand twice the last value counts */
	if (err == OK && facts.count == bytes_get_u32(reading->from.at))
		facts_pack(&reading->again, &facts);
	return err;
}

static enum err read_check(struct reading *reading)
{
	struct work_check check;
	enum err err = work_unpack_check(reading->from, reading->arena, &check);

	if (err == OK)
		work_pack_check(&reading->again, &check);
	return err;
}

static enum err read_checked(struct reading *reading)
{
	struct work_checked checked;

	return work_unpack_checked(reading->from, reading->arena, &checked);
}

static enum err read_translate(struct reading *reading)
{
	struct work_translate translate;

	return work_unpack_translate(reading->from, reading->arena, &translate);
}

static enum err read_translated(struct reading *reading)
{
	struct work_translated translated;

	return work_unpack_translated(reading->from, reading->arena, &translated);
}

static enum err read_intake(struct reading *reading)
{
	struct intake intake;

	return ledger_unpack_intake(reading->from, reading->arena, &intake);
}

static enum err read_accepted(struct reading *reading)
{
	struct ledger_accepted accepted;
	enum err err = ledger_unpack_accepted(reading->from, reading->arena, &accepted);

	assert(err != OK ||
	       (accepted.verdict >= INTAKE_ACCEPTED && accepted.verdict <= INTAKE_KEY_USED));
	return err;
}

static enum err read_attachment(struct reading *reading)
{
	struct attachment_ask ask;
	enum err err = attachment_unpack(reading->from, reading->arena, &ask);

	if (err == OK)
		attachment_pack(&reading->again, &ask);
	return err;
}

static enum err read_word(struct reading *reading)
{
	struct certificate_ask ask;
	enum err err = certificate_unpack(reading->from, reading->arena, &ask);

	if (err == OK)
		certificate_pack(&reading->again, &ask);
	return err;
}

static enum err read_want(struct reading *reading)
{
	struct ledger_want want;
	enum err err = ledger_unpack_want(reading->from, &want);

	if (err == OK)
		ledger_pack_want(&reading->again, &want);
	return err;
}

static enum err read_work(struct reading *reading)
{
	struct ledger_work work;
	struct unpack from;

	unpack_init(&from, reading->from);
	ledger_unpack_work(&from, reading->arena, &work);
	return unpack_end(&from);
}

static enum err read_outcome(struct reading *reading)
{
	struct outcome_translation translation;
	uint64_t delivery;
	enum err err =
		ledger_unpack_translated(reading->from, reading->arena, &delivery, &translation);

	if (err == OK)
		ledger_pack_translated(&reading->again, delivery, &translation);
	return err;
}

static enum err read_held(struct reading *reading)
{
	struct findings findings;
	uint64_t delivery;

	return ledger_unpack_held(reading->from, reading->arena, &delivery, &findings);
}

static enum err read_link(struct reading *reading)
{
	struct ledger_link link;
	enum err err = ledger_unpack_link(reading->from, &link);

	if (err == OK)
		ledger_pack_link(&reading->again, &link);
	return err;
}

static enum err read_wanted(struct reading *reading)
{
	struct ledger_frames_wanted wanted;
	enum err err = ledger_unpack_frames_wanted(reading->from, reading->arena, &wanted);

	if (err == OK)
		ledger_pack_frames_wanted(&reading->again, &wanted);
	return err;
}

static enum err read_arrive(struct reading *reading)
{
	struct link_frame frame;
	const char *partner;
	enum err err = ledger_unpack_arrive(reading->from, reading->arena, &partner, &frame);

	if (err == OK)
		ledger_pack_arrive(&reading->again, partner, &frame);
	return err;
}

static enum err read_message(struct reading *reading)
{
	struct message message;

	return message_parse(reading->from, reading->arena, &message);
}

static enum err read_delivery(struct reading *reading)
{
	struct delivery delivery;

	return delivery_parse(reading->from, reading->arena, &delivery);
}

static reader *const readers[] = {
	read_parcel,    read_seal,       read_findings, read_facts,    read_check,  read_checked,
	read_translate, read_translated, read_intake,   read_accepted, read_want,   read_work,
	read_outcome,   read_held,       read_link,     read_wanted,   read_arrive, read_message,
	read_delivery,  read_attachment, read_word,
};

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct reading reading = {.arena = arena_new((size_t)16 << 20)};

	if (size == 0 || reading.arena == NULL)
		goto out;
	buffer_init(&reading.again, LIMIT_CALL_BYTES);
	reading.from = bytes_of(data + 1, size - 1);
	if (readers[data[0] % (sizeof(readers) / sizeof(readers[0]))](&reading) == OK &&
	    reading.again.len > 0)
		assert(bytes_equal(buffer_bytes(&reading.again), reading.from));
	buffer_clear(&reading.again);
out:
	arena_free(reading.arena);
	return 0;
}
