#include "node/witness.h"

#include <string.h>

#include "node/epoch.h"
#include "sampan/pack.h"

void witness_pack_shown(struct buffer *to, const struct witness_shown *shown)
{
	pack_bytes(to, shown->note);
	pack_u64(to, shown->older);
	pack_u64(to, shown->older_epoch);
	pack_u32(to, (uint32_t)shown->proof.count);
	for (size_t i = 0; i < shown->proof.count; i++)
		pack_fixed(to, shown->proof.path[i].at, HASH_BYTES);
	pack_bytes(to, shown->word);
	pack_bytes(to, shown->card);
}

enum err witness_unpack_shown(struct bytes from, struct witness_shown *ret_shown)
{
	struct witness_shown shown = {.older = 0};
	struct unpack reader;
	enum err err;

	unpack_init(&reader, from);
	shown.note = unpack_bytes(&reader);
	shown.older = unpack_u64(&reader);
	shown.older_epoch = unpack_u64(&reader);
	shown.proof.count = unpack_count(&reader, HASH_BYTES);
	if (shown.proof.count > sizeof(shown.proof.path) / sizeof(shown.proof.path[0]))
		return ERR_FORMAT;
	for (size_t i = 0; i < shown.proof.count; i++) {
		const uint8_t *at = unpack_fixed(&reader, HASH_BYTES);

		if (at != NULL)
			memcpy(shown.proof.path[i].at, at, HASH_BYTES);
	}
	shown.word = unpack_bytes(&reader);
	shown.card = unpack_bytes(&reader);
	if ((err = unpack_end(&reader)) == OK)
		*ret_shown = shown;
	return err;
}

void witness_pack_answer(struct buffer *to, const struct witness_answer *answer)
{
	pack_u64(to, answer->epoch);
	pack_u64(to, answer->card_version);
	pack_bytes(to, answer->line);
}

enum err witness_unpack_answer(struct bytes from, struct witness_answer *ret_answer)
{
	struct witness_answer answer;
	struct unpack reader;
	enum err err;

	unpack_init(&reader, from);
	answer.epoch = unpack_u64(&reader);
	answer.card_version = unpack_u64(&reader);
	answer.line = unpack_bytes(&reader);
	if ((err = unpack_end(&reader)) == OK)
		*ret_answer = answer;
	return err;
}

const char *witness_verdict_word(enum witness_verdict verdict)
{
	static const char *const words[] = {
		[WITNESS_NEW] = "new",
		[WITNESS_SAME] = "same",
		[WITNESS_WANTS_PROOF] = "unproven",
		[WITNESS_ROLLBACK] = "rollback",
		[WITNESS_FORK] = "fork",
		[WITNESS_RESTORED] = "restored",
		[WITNESS_EPOCH] = "epoch",
	};

	return words[verdict];
}

bool witness_is_alarm(enum witness_verdict verdict)
{
	return verdict == WITNESS_ROLLBACK || verdict == WITNESS_FORK || verdict == WITNESS_EPOCH;
}

uint64_t witness_epoch(const char *origin, const char *name)
{
	size_t len = strlen(name);
	uint64_t epoch;

	if (strncmp(origin, name, len) != 0 || origin[len] != '/' ||
	    !note_parse_number(bytes_of_text(origin + len + 1), &epoch))
		return 0;
	return epoch;
}

enum err witness_verify(const struct config_partner *partner, struct bytes note,
			struct checkpoint *ret_now)
{
	uint8_t public_key[KEY_PUBLIC_BYTES];
	char origin[NOTE_NAME_BYTES];
	uint64_t epoch;

	if (note.len > CHECKPOINT_MAX_BYTES ||
	    checkpoint_parse_key(partner->ledger_key, origin, public_key) != OK ||
	    checkpoint_verify(note, public_key, ret_now) != OK)
		return ERR_DENIED;
	epoch = witness_epoch(ret_now->origin, partner->name);
	if (epoch == 0 || epoch > INT64_MAX || ret_now->size == 0 || ret_now->size > INT64_MAX)
		return ERR_DENIED;
	return OK;
}

uint64_t witness_epoch_of(const struct checkpoint *checkpoint)
{
	const char *slash = strrchr(checkpoint->origin, '/');
	uint64_t epoch = 0;

	if (slash == NULL || !note_parse_number(bytes_of_text(slash + 1), &epoch))
		return 0;
	return epoch;
}

/* A proof from what we saw, in the tree of that epoch, to this. */
static enum witness_verdict judge_proof(const struct checkpoint *seen, uint64_t size,
					const struct hash *root, const struct witness_shown *shown)
{
	if (shown->older != seen->size || shown->older_epoch != witness_epoch_of(seen))
		return WITNESS_WANTS_PROOF;
	return tree_verify_consistency(seen->size, &seen->root, size, root, &shown->proof)
		       ? WITNESS_NEW
		       : WITNESS_FORK;
}

/* What we saw behind the restored size is what was lost; before it, history must be the same. */
static enum witness_verdict judge_restored(const struct config_partner *partner,
					   const struct checkpoint *seen,
					   const struct checkpoint *now,
					   const struct witness_shown *shown)
{
	enum witness_verdict verdict;
	struct epoch_word word;

	if (partner->operator_key == NULL ||
	    epoch_verify(shown->word, partner->operator_key, partner->name, &word) != OK ||
	    word.epoch != witness_epoch_of(now))
		return WITNESS_EPOCH;
	if (word.before != witness_epoch_of(seen) || seen->size > word.size)
		return WITNESS_RESTORED;
	if (seen->size == word.size)
		return hash_equal(&seen->root, &word.root) ? WITNESS_RESTORED : WITNESS_FORK;
	verdict = judge_proof(seen, word.size, &word.root, shown);
	return verdict == WITNESS_NEW ? WITNESS_RESTORED : verdict;
}

enum witness_verdict witness_judge(const struct config_partner *partner,
				   const struct checkpoint *seen, const struct checkpoint *now,
				   const struct witness_shown *shown)
{
	if (seen->size == 0)
		return WITNESS_NEW;
	if (witness_epoch_of(now) > witness_epoch_of(seen))
		return judge_restored(partner, seen, now, shown);
	if (witness_epoch_of(now) < witness_epoch_of(seen) || now->size < seen->size)
		return WITNESS_ROLLBACK;
	if (now->size == seen->size)
		return hash_equal(&now->root, &seen->root) ? WITNESS_SAME : WITNESS_FORK;
	return judge_proof(seen, now->size, &now->root, shown);
}
