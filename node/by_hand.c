#include "node/by_hand.h"

#include <inttypes.h>
#include <string.h>

#include "messages/word.h"
#include "node/calendar.h"
#include "node/certificate.h"
#include "node/expiry.h"
#include "node/find.h"
#include "node/findings_json.h"
#include "node/inquiry.h"
#include "node/objection.h"
#include "node/pair.h"
#include "node/use.h"

#define LIFE "foreign-certificate"

static const char *said(const struct message *message, const char *fact)
{
	return facts_get_or_empty(&message->facts, fact);
}

bool by_hand_is(const struct message *certificate)
{
	return strcmp(said(certificate, "life"), LIFE) == 0 &&
	       strncmp(certificate->sender, "party:", 6) == 0;
}

static struct find_entry entry_of(const struct message *message)
{
	return (struct find_entry){.message = message->number, .document = message->document};
}

/*
 * The certificate that stands under the number, however it was written, else under the very key: an older program
 * put no other. ERR_MISSING: there is none.
 */
static enum err find_same(const struct turn *turn, const struct message *certificate,
			  struct message *ret_same)
{
	const char *keys[] = {certificate_number_key(turn, &certificate->facts),
			      certificate_key(turn, &certificate->facts)};
	struct find_entry known;
	enum err err = ERR_MISSING;

	for (size_t i = 0; err == ERR_MISSING && i < sizeof(keys) / sizeof(keys[0]); i++)
		err = keys[i] == NULL ? ERR_MEMORY : find_get(turn, keys[i], &known);
	return err == OK ? message_load(turn, known.message, ret_same) : err;
}

/* The certificate's number, and the very key, lead to what stands in its place; to itself at first. */
static enum err lead(const struct turn *turn, const struct message *certificate,
		     const struct message *to)
{
	const char *number = certificate_number_key(turn, &certificate->facts);
	const char *key = certificate_key(turn, &certificate->facts);
	const struct find_entry entry = entry_of(to);
	enum err err = number == NULL || key == NULL ? ERR_MEMORY : find_put(turn, number, &entry);

	return err == OK ? find_put(turn, key, &entry) : err;
}

/* ---- Recorded ---- */

static enum err object_to_days(const struct turn *turn, const struct message *paper,
			       struct findings *findings)
{
	const char *issued = said(paper, "issued");
	const char *last = expiry_last_day(&paper->facts, turn->arena);
	char today[CALENDAR_DATE_BYTES];

	if (last == NULL)
		return ERR_MEMORY;
	calendar_format_date(turn->now_ms, today);
	if (!calendar_is_within(issued, "", today))
		return objection_put(findings, OBJECTION_ISSUED_AHEAD, issued);
	return expiry_is_long_over(turn, &paper->facts)
		       ? objection_put(findings, OBJECTION_PAPER_ENDED, last)
		       : OK;
}

static enum err object(const struct turn *turn, const struct message *paper,
		       struct findings *findings)
{
	struct message same;
	enum err err;

	if (strcmp(said(paper, "issuer"), turn->config->country) == 0)
		return objection_put(findings, OBJECTION_ISSUED_HERE, said(paper, "issuer"));
	if ((err = object_to_days(turn, paper, findings)) != OK || findings_has_errors(findings))
		return err;
	err = find_same(turn, paper, &same);
	return err == OK ? objection_put(findings, OBJECTION_DUPLICATE, said(&same, "certificate"))
	       : err == ERR_MISSING ? OK
				    : err;
}

enum err by_hand_record(const struct turn *turn, const struct message *paper,
			struct findings *findings)
{
	enum err err = object(turn, paper, findings);

	if (err != OK || findings_has_errors(findings))
		return err;
	if ((err = lead(turn, paper, paper)) != OK || (err = pair_certificate(turn, paper)) != OK)
		return err;
	return expiry_watch(turn, paper);
}

/* ---- Its electronic copy ---- */

static enum err put_difference(const struct turn *turn, struct findings *findings,
			       const char *on_paper, const char *here)
{
	const char *value = arena_format(turn->arena, "%s / %s", on_paper, here);

	return value == NULL ? ERR_MEMORY : objection_put(findings, OBJECTION_COPY_DIFFERS, value);
}

static enum err compare(const struct turn *turn, const struct message *paper,
			const struct message *electronic, struct findings *findings)
{
	const char *number = said(electronic, "certificate");
	const char *issued = certificate_date(turn, &electronic->facts);
	const char *on_paper = certificate_date(turn, &paper->facts);
	enum err err = OK;

	if (issued == NULL || on_paper == NULL)
		return ERR_MEMORY;
	if (said(paper, "consigneeCode")[0] != '\0' &&
	    said(electronic, "consigneeCode")[0] != '\0' &&
	    strcmp(said(paper, "consigneeCode"), said(electronic, "consigneeCode")) != 0)
		err = put_difference(turn, findings, said(paper, "consigneeCode"),
				     said(electronic, "consigneeCode"));
	if (err == OK && strcmp(said(paper, "certificate"), number) != 0)
		err = put_difference(turn, findings, said(paper, "certificate"), number);
	if (err == OK && strcmp(on_paper, issued) != 0)
		err = put_difference(turn, findings, on_paper, issued);
	return err == OK ? use_object_to_strays(turn, electronic, findings) : err;
}

static enum err tell(const struct turn *turn, const struct message *of, const struct message *with,
		     const struct findings *findings)
{
	struct bytes json = {0};
	char id[MESSAGE_ID_BYTES];
	uint64_t ignored;

	if (findings->count > 0)
		json = findings_json_format(findings, turn->arena);
	message_format_id(turn, with->number, id);
	const char *attributes[] = {"with", id, NULL};
	const struct message_event event = {.event = "CopyArrived",
					    .actor = "node",
					    .attributes = attributes,
					    .payload_role = {json.len > 0 ? "findings" : NULL},
					    .payload = {json}};

	return message_record(turn, of->number, &event, &ignored);
}

/* What holds of the paper, whatever of it is used, holds of the electronic one. */
#define HOLDS "cancelled not-accepted under-verification not-confirmed"

/*
 * What was not looked at yet goes its own way, and how much is used is reckoned by what the electronic one
 * certifies. Its last day is its own: who watches that says "expired".
 */
static enum err go_on(const struct turn *turn, struct message *electronic, struct message *paper)
{
	const char *next = life_step(LIFE, paper->state, LIFE_REPLACED);
	enum life_event used;
	enum err err = use_event(turn, electronic, &used);

	if (err != OK)
		return err;
	if (word_is_in(HOLDS, paper->state))
		electronic->state = paper->state;
	else if (used != LIFE_REVERSED)
		electronic->state = life_step(LIFE, "accepted", used);
	else if (strcmp(paper->state, "accepted") == 0)
		electronic->state = paper->state;
	if (next == NULL)
		return OK; /* cancelled: both are */
	paper->state = next;
	return message_save(turn, paper);
}

static enum err remember_paper(const struct turn *turn, const struct message *paper,
			       struct message *electronic)
{
	const char *number = arena_format(turn->arena, "%" PRIu64, paper->number);

	return number == NULL ? ERR_MEMORY : facts_put(&electronic->facts, BY_HAND_PAPER, number);
}

static enum err cover(const struct turn *turn, struct message *electronic, struct message *paper)
{
	struct findings findings;
	enum err err;

	findings_init(&findings, turn->arena);
	if ((err = lead(turn, paper, electronic)) != OK ||
	    (err = lead(turn, electronic, electronic)) != OK ||
	    (err = remember_paper(turn, paper, electronic)) != OK ||
	    (err = inquiry_copy(paper, electronic)) != OK ||
	    (err = use_move(turn, paper, electronic)) != OK ||
	    (err = compare(turn, paper, electronic, &findings)) != OK ||
	    (err = tell(turn, paper, electronic, &findings)) != OK ||
	    (err = tell(turn, electronic, paper, &findings)) != OK)
		return err;
	return go_on(turn, electronic, paper);
}

/* The first of a number keeps it: another of another date is what the partner says it is. */
static enum err lead_first(const struct turn *turn, const struct message *certificate)
{
	const char *number = certificate_number_key(turn, &certificate->facts);
	const struct find_entry entry = entry_of(certificate);
	struct find_entry known;
	enum err err = number == NULL ? ERR_MEMORY : find_get(turn, number, &known);

	return err == ERR_MISSING ? find_put(turn, number, &entry) : err;
}

enum err by_hand_cover(const struct turn *turn, struct message *electronic)
{
	struct message same;
	enum err err = find_same(turn, electronic, &same);

	if (err == OK && by_hand_is(&same) && strcmp(same.state, "replaced") != 0)
		return cover(turn, electronic, &same);
	return err == OK || err == ERR_MISSING ? lead_first(turn, electronic) : err;
}

/* ---- What an older program took ---- */

static enum err take(const struct turn *turn, uint64_t number)
{
	struct message certificate;
	enum err err = message_load(turn, number, &certificate);

	if (err == OK && strcmp(said(&certificate, "life"), LIFE) == 0 &&
	    strcmp(certificate.state, "replaced") != 0)
		err = lead_first(turn, &certificate);
	return err == ERR_MISSING || turn_is_bad_value(err) ? OK : err;
}

enum err by_hand_step(const struct turn *turn, bool *ret_more)
{
	return expiry_walk(turn, take, ret_more);
}
