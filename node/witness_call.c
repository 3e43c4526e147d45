#include "node/witness_call.h"

#include <inttypes.h>
#include <string.h>

#include "node/cosignature.h"
#include "node/cosigned.h"
#include "node/message.h"
#include "node/stream.h"

#define CONTENT_BYTES ((size_t)128 * 1024)

static void unpack_hash(struct unpack *from, struct hash *ret_hash)
{
	const uint8_t *at = unpack_fixed(from, HASH_BYTES);

	if (at != NULL)
		memcpy(ret_hash->at, at, HASH_BYTES);
}

void witness_call_pack_told(struct buffer *to, const struct witness_told *told)
{
	pack_text(to, told->alarm);
	pack_u64(to, told->size);
	pack_fixed(to, told->root.at, HASH_BYTES);
	witness_pack_answer(to, &told->answer);
}

enum err witness_call_unpack_told(struct bytes from, struct arena *arena,
				  struct witness_told *ret_told)
{
	struct witness_told told = {.size = 0};
	struct unpack reader;
	enum err err;

	unpack_init(&reader, from);
	told.alarm = unpack_text(&reader, arena);
	told.size = unpack_u64(&reader);
	unpack_hash(&reader, &told.root);
	if (reader.failed)
		return ERR_FORMAT;
	err = witness_unpack_answer(bytes_of(reader.at, reader.left), &told.answer);
	if (err == OK)
		*ret_told = told;
	return err;
}

void witness_call_pack_wanted(struct buffer *to, const struct witness_wanted *wanted)
{
	pack_text(to, wanted->partner);
	pack_u64(to, wanted->older);
	pack_u64(to, wanted->older_epoch);
	pack_u64(to, wanted->card);
}

enum err witness_call_unpack_proven(struct bytes from, struct witness_proven *ret_proven)
{
	struct witness_proven proven = {.size = 0};
	struct unpack reader;
	enum err err;

	unpack_init(&reader, from);
	proven.size = unpack_u64(&reader);
	unpack_hash(&reader, &proven.root);
	proven.is_behind = unpack_bool(&reader);
	proven.content = unpack_bytes(&reader);
	if ((err = unpack_end(&reader)) == OK)
		*ret_proven = proven;
	return err;
}

/* ---- What we saw of a partner ---- */

static const char *alarm_text(const struct turn *turn, const struct witness_state *state)
{
	if (state->alarm == 0)
		return "";
	return arena_format(turn->arena,
			    "the ledger does not extend what it showed before (record %" PRIu64
			    " of the other node): an operator must speak",
			    state->alarm);
}

enum err witness_call_tell(const struct turn *turn, const char *partner, struct buffer *to)
{
	struct witness_told told = {.alarm = ""};
	struct witness_state state;
	struct checkpoint seen;
	enum err err;

	if ((err = witness_state_load(turn, partner, &state)) != OK ||
	    (err = witness_state_seen(&state, &seen)) != OK ||
	    (err = witness_state_card_version(turn, partner, &told.answer.card_version)) != OK)
		return err;
	told.alarm = alarm_text(turn, &state);
	told.size = seen.size;
	told.answer.epoch = witness_epoch_of(&seen);
	told.root = seen.root;
	if (seen.size == state.cosigned_size)
		told.answer.line = state.line;
	if (told.alarm == NULL)
		return ERR_MEMORY;
	witness_call_pack_told(to, &told);
	return buffer_error(to);
}

static const struct config_partner *take_partner(struct unpack *from, const struct turn *turn)
{
	const char *country = unpack_text(from, turn->arena);
	const struct config_partner *partner =
		from->failed ? NULL : config_partner_of(turn->config, country);

	return partner == NULL || strlen(partner->country) != 2 ? NULL : partner;
}

/* ---- Our checkpoint, for a partner ---- */

/* The word that opened this epoch, from its first record. */
static enum err add_word(const struct turn *turn, struct witness_shown *shown)
{
	uint64_t epoch = ledger_epoch(turn->ledger);

	return epoch == 1 ? OK
			  : ledger_payload(turn->ledger, ledger_base(turn->ledger, epoch) + 1, 0,
					   turn->arena, &shown->word);
}

/*
 * From where the partner cannot have seen us there is no proof; it will say so, or raise an alarm. Of
 * the epoch before, the proof leads to what was restored of it.
 */
static enum err prove_from(const struct turn *turn, const struct witness_wanted *wanted,
			   uint64_t size, struct witness_shown *shown)
{
	uint64_t epoch = ledger_epoch(turn->ledger), base = ledger_base(turn->ledger, epoch);
	uint64_t before = ledger_epoch_of(turn->ledger, base);

	if (wanted->older_epoch == before && before != epoch)
		size = base - ledger_base(turn->ledger, before);
	else if (wanted->older_epoch != epoch)
		return OK;
	if (wanted->older == 0 || wanted->older >= size)
		return OK;
	shown->older = wanted->older;
	shown->older_epoch = wanted->older_epoch;
	return ledger_prove_consistency_in(turn->ledger, wanted->older_epoch, wanted->older, size,
					   &shown->proof);
}

static enum err put_content(const struct turn *turn, const struct witness_wanted *wanted,
			    const struct checkpoint *checkpoint, struct bytes note,
			    struct buffer *to)
{
	struct witness_shown shown = {.note = note};
	struct buffer content;
	enum err err = prove_from(turn, wanted, checkpoint->size, &shown);

	if (err == OK)
		err = add_word(turn, &shown);
	if (err == ERR_MISSING) /* shown without them, we would look like a forked ledger */
		err = ERR_CORRUPT;
	if (err == OK)
		err = witness_state_card_from(turn, turn->config->country, wanted->card + 1,
					      &shown.card);
	if (err != OK && err != ERR_MISSING) /* there may be no newer card */
		return err;
	buffer_init(&content, CONTENT_BYTES);
	witness_pack_shown(&content, &shown);
	err = buffer_error(&content);
	pack_bytes(to, buffer_bytes(&content));
	buffer_clear(&content);
	return err;
}

static enum err serve_prove(const struct turn *turn, struct unpack *from, struct buffer *to)
{
	struct witness_wanted wanted = {.partner = ""};
	struct checkpoint checkpoint;
	struct bytes note;
	struct hash root;
	uint64_t size;
	enum err err;

	wanted.older = unpack_u64(from);
	wanted.older_epoch = unpack_u64(from);
	wanted.card = unpack_u64(from);
	if (unpack_end(from) != OK)
		return ERR_FORMAT;
	if ((err = ledger_checkpoint_last(turn->ledger, turn->arena, &note)) != OK ||
	    (err = checkpoint_parse(note, &checkpoint)) != OK ||
	    (err = ledger_head(turn->ledger, &size, &root)) != OK)
		return err;
	pack_u64(to, checkpoint.size);
	pack_fixed(to, checkpoint.root.at, HASH_BYTES);
	pack_u8(to, size - ledger_base(turn->ledger, ledger_epoch(turn->ledger)) > checkpoint.size);
	return put_content(turn, &wanted, &checkpoint, note, to);
}

/* ---- A partner's cosignature ---- */

static enum err find_cosigner(const struct turn *turn, const char *partner,
			      struct cosigner *ret_cosigner)
{
	struct card card;
	struct bytes note;
	enum err err = witness_state_card(turn, partner, &note);

	if (err == OK)
		err = card_parse(note, turn->arena, &card) == OK ? OK : ERR_CORRUPT;
	return err == OK ? cosigner_parse(card.witness_key, ret_cosigner) : err;
}

static enum err keep_line(const struct turn *turn, const struct config_partner *partner,
			  uint64_t size, struct bytes line)
{
	uint64_t number = ledger_base(turn->ledger, ledger_epoch(turn->ledger)) + size;
	struct witness_state state;
	struct checkpoint checkpoint;
	struct cosignature parsed;
	struct cosigner cosigner;
	struct bytes note;
	uint64_t time_s;
	enum err err;

	if ((err = find_cosigner(turn, partner->country, &cosigner)) != OK ||
	    (err = ledger_checkpoint_first_covering(turn->ledger, number, turn->arena, &note)) !=
		    OK ||
	    (err = checkpoint_parse(note, &checkpoint)) != OK)
		return err;
	if (checkpoint.size != size || size == 0 || !cosignature_parse(line, &parsed) ||
	    cosignature_verify(note, line, &cosigner, &time_s) != OK)
		return ERR_DENIED;
	if ((err = cosigned_put(turn, partner->country, size, line)) != OK ||
	    (err = witness_state_load(turn, partner->country, &state)) != OK)
		return err;
	if (number <= state.ours_number)
		return OK;
	state.ours_number = number;
	state.ours_ms = time_s * 1000;
	return witness_state_save(turn, partner->country, &state);
}

static enum err serve_cosigned(const struct turn *turn, const struct config_partner *partner,
			       struct unpack *from)
{
	uint64_t size = unpack_u64(from);
	struct bytes line = unpack_bytes(from);

	if (unpack_end(from) != OK || line.len > COSIGNATURE_MAX_BYTES)
		return ERR_FORMAT;
	return keep_line(turn, partner, size, line);
}

/* ---- The operator's word ---- */

/* What was shown at the alarm is what later checkpoints are held against: the second payload of its record. */
static enum err take_shown(const struct turn *turn, const char *partner,
			   struct witness_state *state)
{
	struct checkpoint before, shown;
	enum err err;

	if (state->alarm == 0)
		return OK;
	if ((err = witness_state_seen(state, &before)) != OK)
		return err;
	err = ledger_payload(turn->ledger, state->alarm, 1, turn->arena, &state->seen);
	state->alarm = 0;
	if (err != OK || (err = witness_state_seen(state, &shown)) != OK)
		return err;
	if (witness_epoch_of(&shown) > witness_epoch_of(&before)) {
		state->is_broken = false; /* of this one we saw nothing else */
		state->cosigned_size = 0;
		state->line = (struct bytes){0};
	}
	return stream_take_epoch(turn, partner, witness_epoch_of(&shown));
}

static enum err serve_resume(const struct turn *turn, const struct config_partner *partner,
			     struct unpack *from)
{
	const char *operator_name = unpack_text(from, turn->arena);
	const char *reason = unpack_text(from, turn->arena);
	struct witness_state state;
	uint64_t number;
	enum err err;

	if (unpack_end(from) != OK || reason[0] == '\0')
		return ERR_FORMAT;
	if ((err = witness_state_load(turn, partner->country, &state)) != OK)
		return err;
	const char *attributes[] = {
		"partner",
		partner->country,
		"reason",
		reason,
		"alarm",
		state.alarm == 0 ? "" : arena_format(turn->arena, "%" PRIu64, state.alarm),
		NULL};
	const struct message_event event = {
		.event = "PartnerResumed",
		.actor = arena_format(turn->arena, "operator:%s", operator_name),
		.attributes = attributes};

	if (event.actor == NULL || attributes[5] == NULL)
		return ERR_MEMORY;
	state.resumed++;
	if ((err = take_shown(turn, partner->country, &state)) != OK ||
	    (err = message_record(turn, 0, &event, &number)) != OK)
		return err;
	return witness_state_save(turn, partner->country, &state);
}

enum err witness_call_serve(const struct turn *turn, uint16_t operation, struct bytes body,
			    struct buffer *to)
{
	const struct config_partner *partner;
	struct unpack from;

	unpack_init(&from, body);
	partner = take_partner(&from, turn);
	if (partner == NULL)
		return ERR_MISSING;
	switch (operation) {
	case LEDGER_PROVE:
		return serve_prove(turn, &from, to);
	case LEDGER_COSIGNED:
		return serve_cosigned(turn, partner, &from);
	case LEDGER_RESUME:
		return serve_resume(turn, partner, &from);
	default:
		return ERR_USAGE;
	}
}
