#include "node/clerk_evidence.h"

#include <string.h>

#include "node/access.h"
#include "node/evidence_plan.h"
#include "node/message.h"

#define TIMELINE_RECORDS 1000u
#define PARTNER "partner:"

/* ---- Which partner ---- */

/* The one that was found so far; several are as good as none. */
struct partners {
	char first[3];
	bool are_several;
};

static void note(struct partners *partners, const char *text)
{
	if (strncmp(text, PARTNER, sizeof(PARTNER) - 1) != 0 || strlen(text) != sizeof(PARTNER) + 1)
		return;
	text += sizeof(PARTNER) - 1;
	if (partners->first[0] != '\0' && strcmp(partners->first, text) != 0)
		partners->are_several = true;
	else
		memcpy(partners->first, text, sizeof(partners->first));
}

/* Whoever brought it, and whom it is owed to; wanted: only this one counts, "" all. */
static enum err find_partners(const struct turn *turn, uint64_t message, const char *wanted,
			      struct partners *partners)
{
	struct turn_key from = turn_key(SPACE_TIMELINE), until;
	uint64_t numbers[TIMELINE_RECORDS];
	size_t count = 0;
	enum err err;

	turn_key_add_number(&from, message);
	until = turn_key_after(&from);
	err = turn_scan(turn, &from, &until, numbers, TIMELINE_RECORDS, &count);
	for (size_t i = 0; err == OK && i < count; i++) {
		const char *texts[2];
		struct record record;

		err = ledger_record(turn->ledger, numbers[i], turn->arena, &record, NULL);
		if (err != OK)
			break;
		texts[0] = record.actor;
		texts[1] = facts_get_or_empty(&record.attributes, "to");
		for (size_t j = 0; j < 2; j++)
			if (wanted[0] == '\0' || (strncmp(texts[j], PARTNER, 8) == 0 &&
						  strcmp(texts[j] + 8, wanted) == 0))
				note(partners, texts[j]);
	}
	return err;
}

static enum err view_for_partner(const struct turn *turn, uint64_t message,
				 struct evidence_view *view)
{
	struct partners partners = {.are_several = false};
	enum err err = find_partners(turn, message, view->partner, &partners);

	if (err != OK)
		return err;
	if (partners.are_several)
		return ERR_USAGE;
	memcpy(view->partner, partners.first, sizeof(view->partner));
	return partners.first[0] == '\0' ? ERR_MISSING : OK;
}

/* ---- Which broker ---- */

#define AUTHORITIES (PARTY_CUSTOMS | PARTY_ISSUING_AUTHORITY | PARTY_AGENCY)

/* What an office lodged names who of it did: only the office itself is shown that. */
static enum err find_recipient(const struct turn *turn, const struct caller *caller,
			       uint64_t message, struct evidence_view *view)
{
	const struct config_party *lodger;
	struct record record;
	enum err err = ledger_record(turn->ledger, message, turn->arena, &record, NULL);

	if (err != OK)
		return err;
	lodger = strncmp(record.actor, "party:", 6) == 0
			 ? config_party_of(turn->config, record.actor + 6)
			 : NULL;
	view->is_recipient = lodger != NULL && (lodger->roles & AUTHORITIES) != 0 &&
			     (caller == NULL || strcmp(caller->party, lodger->id) != 0);
	return OK;
}

enum err clerk_evidence_view(const struct turn *turn, const struct caller *caller, uint64_t message,
			     const char *asked, struct evidence_view *ret_view)
{
	bool may_all = caller == NULL || access_may_ever(caller, ACCESS_AUDIT);
	struct evidence_view view = {.reader = may_all ? EVIDENCE_COURT : EVIDENCE_BROKER};
	enum err err = OK;

	if (strcmp(asked, "partner") == 0)
		view.reader = EVIDENCE_PARTNER;
	else if (asked[0] != '\0' && !evidence_view_parse(asked, &view))
		return ERR_USAGE;
	if (view.reader == EVIDENCE_COURT && !may_all)
		return ERR_DENIED;
	if (view.reader == EVIDENCE_PARTNER)
		err = view_for_partner(turn, message, &view);
	else if (view.reader == EVIDENCE_BROKER)
		err = find_recipient(turn, caller, message, &view);
	if (err == OK)
		*ret_view = view;
	return err;
}

enum err clerk_evidence_may_prove(const struct turn *turn, const struct caller *caller,
				  uint64_t message)
{
	struct evidence_disclose disclose = {.count = 0};
	struct record record;
	enum err err = clerk_evidence_view(turn, caller, message, "", &disclose.view);

	if (err == OK)
		err = ledger_record(turn->ledger, message, turn->arena, &record, NULL);
	if (err != OK)
		return err;
	evidence_disclose_see(&disclose, &record);
	return evidence_disclose_record(&disclose, &record) ? OK : ERR_DENIED;
}

/* ---- Pieces ---- */

enum err clerk_evidence_piece(const struct turn *turn, uint64_t message,
			      const struct evidence_view *view, uint64_t offset,
			      struct clerk_read_answer *answer)
{
	struct evidence_plan plan;
	struct buffer piece;
	enum err err = evidence_plan_make(turn, message, view, &plan);

	if (err != OK || offset > plan.size)
		return err != OK ? err : ERR_MISSING;
	buffer_init(&piece, CLERK_READ_PIECE_BYTES);
	err = evidence_plan_piece(&plan, offset, CLERK_READ_PIECE_BYTES, &piece);
	if (err == OK)
		err = buffer_give(&piece, turn->arena, &answer->piece);
	buffer_clear(&piece);
	answer->hash = plan.identity;
	answer->total = plan.size;
	return err;
}

/* ---- On this machine ---- */

void clerk_evidence_pack(struct buffer *to, const char *id, const char *asked, uint64_t offset)
{
	pack_text(to, id);
	pack_text(to, asked);
	pack_u64(to, offset);
}

/* A message, or what was refused: nothing else has evidence. */
static enum err find(const struct turn *turn, const char *id, uint64_t *ret_number)
{
	struct message message;
	struct record record;
	uint64_t number;
	enum err err;

	if (!message_find_id(turn, id, &number))
		return ERR_MISSING;
	err = message_load(turn, number, &message);
	if (err == ERR_MISSING) {
		err = ledger_record(turn->ledger, number, turn->arena, &record, NULL);
		if (err == OK && strcmp(record.event, "SubmissionRejection") != 0)
			err = ERR_MISSING;
	}
	if (err == OK)
		*ret_number = number;
	return err;
}

enum err clerk_evidence_serve(const struct turn *turn, struct bytes question, struct buffer *to)
{
	struct clerk_read_answer answer = {.verdict = CLERK_READ_YES, .type = ""};
	struct evidence_view view;
	const char *id, *asked;
	struct unpack from;
	uint64_t offset;
	enum err err;

	unpack_init(&from, question);
	id = unpack_text(&from, turn->arena);
	asked = unpack_text(&from, turn->arena);
	offset = unpack_u64(&from);
	if (unpack_end(&from) != OK)
		return ERR_FORMAT;
	if ((err = find(turn, id, &answer.message)) != OK ||
	    (err = clerk_evidence_view(turn, NULL, answer.message, asked, &view)) != OK ||
	    (err = clerk_evidence_piece(turn, answer.message, &view, offset, &answer)) != OK)
		return err;
	clerk_read_pack_answer(to, &answer);
	return buffer_error(to);
}
