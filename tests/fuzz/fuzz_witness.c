/*
 * Whatever a partner shows of its ledger and its keys, whatever lies in a backup's folder or is asked of the tree: it
 * is read or refused, and what was read whole is written again as the very same bytes. The first byte chooses which.
 */
#include <assert.h>
#include <string.h>

#include "node/card.h"
#include "node/cosignature.h"
#include "node/epoch.h"
#include "node/segment.h"
#include "node/tile.h"
#include "node/witness_call.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define ROOM ((size_t)1 << 20)
#define NAME "vn.sampan.example"
/* Of tests/data/ledger, tests/test_cosignature.c; an operator's: the private keys of all are in RFC 8032 or gone. */
#define LEDGER_KEY NAME "/1+2add0797+AT1AF8PoQ4lakrcKp00bfrycmCzPLsSWjMDNVfEq9GYM"
#define WITNESS_KEY "th.sampan.example+32ed2f60+BD1AF8PoQ4lakrcKp00bfrycmCzPLsSWjMDNVfEq9GYM"
#define NOTE \
	NAME "/1\n3\nKne6dN6qnzZtofxc56wcnZEghnR4D4M/rJ8IQUhlA1Y=\n\n\xE2\x80\x94 " NAME \
	     "/1 AAAAAA==\n"

/* What is read, where it is kept, and what was read, written again; empty where that may differ. */
struct input {
	struct bytes from;
	struct arena *arena;
	struct buffer again;
};

typedef enum err taker(struct input *input);

/* ---- What a partner shows ---- */

/* Judged against a checkpoint that was seen before: whatever is shown, only a proof or a word lets it pass. */
static void judge(const struct witness_shown *shown)
{
	const struct config_partner partner = {.name = NAME, .operator_key = LEDGER_KEY};
	struct checkpoint seen, now;
	enum witness_verdict verdict;

	assert(checkpoint_parse(bytes_of_text(NOTE), &seen) == OK);
	if (checkpoint_parse(shown->note, &now) != OK)
		return;
	verdict = witness_judge(&partner, &seen, &now, shown);
	assert(verdict != WITNESS_RESTORED); /* nobody has that key */
	assert(verdict != WITNESS_SAME || hash_equal(&seen.root, &now.root));
	assert(verdict != WITNESS_NEW || (now.size > seen.size && shown->older == seen.size));
}

static enum err take_shown(struct input *input)
{
	struct witness_shown shown;
	enum err err = witness_unpack_shown(input->from, &shown);

	if (err != OK)
		return err;
	judge(&shown);
	witness_pack_shown(&input->again, &shown);
	return OK;
}

static enum err take_answer(struct input *input)
{
	struct witness_answer answer;
	enum err err = witness_unpack_answer(input->from, &answer);

	if (err == OK)
		witness_pack_answer(&input->again, &answer);
	return err;
}

static enum err take_told(struct input *input)
{
	struct witness_told told;
	enum err err = witness_call_unpack_told(input->from, input->arena, &told);

	if (err == OK)
		witness_call_pack_told(&input->again, &told);
	return err;
}

static enum err take_proven(struct input *input)
{
	struct witness_proven proven;

	return witness_call_unpack_proven(input->from, &proven);
}

static enum err take_card(struct input *input)
{
	struct card card, believed;
	enum err err = card_parse(input->from, input->arena, &card);

	if (err != OK)
		return err;
	assert(!card_is_next(input->from, input->from, input->arena));
	assert(card_verify(input->from, LEDGER_KEY, input->arena, &believed) != OK);
	(void)card_verify(input->from, card.ledger_key, input->arena, &believed);
	return OK;
}

static enum err take_word(struct input *input)
{
	struct epoch_word word;

	return epoch_verify(input->from, LEDGER_KEY, NAME, &word);
}

static enum err take_line(struct input *input)
{
	struct cosigner cosigner;
	uint64_t time_s = 0;
	enum err err;

	assert(cosigner_parse(WITNESS_KEY, &cosigner) == OK);
	err = cosignature_verify(bytes_of_text(NOTE), input->from, &cosigner, &time_s);
	assert(err != OK || time_s <= COSIGNATURE_LAST_S);
	return err;
}

static enum err take_key(struct input *input)
{
	const char *text = arena_text(input->arena, input->from);
	struct cosigner cosigner;
	enum err err = text == NULL ? ERR_MEMORY : cosigner_parse(text, &cosigner);

	if (text != NULL && strlen(text) != input->from.len)
		return ERR_FORMAT; /* a text ends there */
	if (err == OK && cosigner_format(&cosigner, &input->again) != OK)
		return ERR_CORRUPT;
	return err;
}

/* ---- What lies in a backup's folder ---- */

static enum err take_newest(struct input *input)
{
	struct segment_place place;
	enum err err = segment_parse_newest(input->from, &place);

	if (err == OK)
		segment_format_newest(&place, &input->again);
	return err;
}

static enum err take_begin(struct input *input)
{
	struct segment_ledger ledger;
	struct hash chain;
	uint64_t segment;

	return segment_parse_begin(input->from, input->arena, &segment, &ledger, &chain)
		       ? OK
		       : ERR_FORMAT;
}

static enum err take_mark(struct input *input)
{
	static const uint8_t public_key[KEY_PUBLIC_BYTES] = {1};
	struct segment_mark mark;

	return segment_parse_mark(input->from, public_key, &mark);
}

static enum err take_frames(struct input *input)
{
	enum segment_frame type;
	struct bytes rest = input->from, body;
	size_t taken = 0;

	while (segment_take(&rest, &type, &body))
		taken += SEGMENT_HEADER_BYTES + body.len;
	assert(taken + rest.len == input->from.len);
	return OK;
}

/* ---- What is asked of the tree ---- */

static enum err take_tile(struct input *input)
{
	struct tile tile;

	if (!tile_parse(input->from, &tile))
		return ERR_FORMAT;
	assert(tile.width > 0 && tile.width <= TILE_WIDTH);
	assert(!tile_is_in(&tile, 0) && tile.index <= UINT64_MAX / TILE_WIDTH - 1);
	return OK;
}

static taker *const takers[] = {take_shown, take_answer, take_told, take_proven, take_card,
				take_word,  take_line,   take_key,  take_newest, take_begin,
				take_mark,  take_frames, take_tile};

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct input input = {.arena = arena_new(ROOM)};

	if (size > 0 && input.arena != NULL) {
		input.from = bytes_of(data + 1, size - 1);
		buffer_init(&input.again, ROOM);
		if (takers[data[0] % (sizeof(takers) / sizeof(takers[0]))](&input) == OK &&
		    input.again.len > 0)
			assert(bytes_equal(buffer_bytes(&input.again), input.from));
		buffer_clear(&input.again);
	}
	arena_free(input.arena);
	return 0;
}
