/*
 * Later checkpoints that others vouch for: the witnesses' lines and the stamps on them.
 */
#include <string.h>

#include "node/evidence_check_inside.h"

static const char *keep_name(struct evidence_checking *checking, const char *name)
{
	const char *copy = arena_text(checking->arena, bytes_of_text(name));

	return copy == NULL ? "" : copy;
}

/* ---- The checkpoint ---- */

static enum err check_note(struct evidence_checking *checking, struct evidence_later *later)
{
	const struct checkpoint *own = &checking->evidence.checkpoint;
	struct tree_proof proof = {.count = later->path_len};
	char name[EVIDENCE_NAME_BYTES];
	struct checkpoint checkpoint;
	enum err err;

	evidence_name_note(later->size, name);
	if ((err = evidence_check_need(checking, name, &later->note)) != OK)
		return err;
	if (checkpoint_verify(later->note, checking->public_key, &checkpoint) != OK)
		return evidence_check_wrong(checking, "checkpoint-signature",
					    keep_name(checking, name));
	if (!checkpoint_is_plain(later->note) || checkpoint.size != later->size)
		return evidence_check_wrong(checking, "checkpoint-form", keep_name(checking, name));
	if (proof.count > 0)
		memcpy(proof.path, later->path, proof.count * sizeof(proof.path[0]));
	if (strcmp(checkpoint.origin, own->origin) != 0 || checkpoint.size < own->size ||
	    !tree_verify_consistency(own->size, &own->root, checkpoint.size, &checkpoint.root,
				     &proof))
		return evidence_check_wrong(checking, "history", EVIDENCE_MANIFEST);
	return OK;
}

/* ---- Witnesses ---- */

/* Its name goes into the arena. */
static bool has_form(struct evidence_checking *checking, struct evidence_cosignature *cosignature)
{
	struct cosignature parsed;

	if (!cosignature_parse(cosignature->line, &parsed))
		return false;
	cosignature->name = arena_text(checking->arena, parsed.name);
	cosignature->time_s = parsed.time_s;
	return cosignature->name != NULL;
}

/* A witness of that name may have had several keys. */
static enum err verify_line(struct evidence_checking *checking, const struct evidence_later *later,
			    struct evidence_cosignature *cosignature)
{
	const struct evidence_anchors *anchors = checking->anchors;

	for (size_t i = 0; i < anchors->witness_count; i++) {
		enum err err = cosignature_verify(later->note, cosignature->line,
						  &anchors->witnesses[i], &cosignature->time_s);

		if (err == ERR_MISSING)
			continue;
		cosignature->is_vouched_for = err == OK;
		return err;
	}
	return OK;
}

static enum err check_line(struct evidence_checking *checking, struct evidence_later *later,
			   size_t index)
{
	struct evidence_cosignature *cosignature = &later->cosignatures[index];
	char name[EVIDENCE_NAME_BYTES];
	struct hash hash;
	enum err err;

	evidence_name_line(later->size, index, name);
	if ((err = evidence_check_need(checking, name, &cosignature->line)) != OK)
		return err;
	hash = hash_of(cosignature->line);
	if (!hash_equal(&hash, &cosignature->hash) || !has_form(checking, cosignature))
		err = ERR_FORMAT;
	else
		err = verify_line(checking, later, cosignature);
	return err == OK || err == ERR_MEMORY
		       ? err
		       : evidence_check_wrong(checking, "cosignature", keep_name(checking, name));
}

/* ---- The time stamp ---- */

static enum err judge_stamp(struct evidence_checking *checking, struct evidence_later *later,
			    enum stamp_verdict *ret_verdict)
{
	struct hash digest = hash_of(later->note);
	struct stamp stamp;
	enum err err;

	*ret_verdict = STAMP_STRANGER;
	later->authority = "";
	if (checking->anchors->stamps == NULL)
		return OK;
	err = stamp_token_check(checking->anchors->stamps, later->stamp, &digest, ret_verdict,
				&stamp);
	if (err != OK || *ret_verdict != STAMP_GOOD)
		return err;
	later->authority = arena_text(checking->arena, bytes_of_text(stamp.authority));
	later->stamp_time_ms = stamp.time_ms;
	return later->authority == NULL ? ERR_MEMORY : OK;
}

static enum err check_stamp(struct evidence_checking *checking, struct evidence_later *later)
{
	char name[EVIDENCE_NAME_BYTES];
	enum stamp_verdict verdict;
	struct hash hash;
	enum err err;

	evidence_name_stamp(later->size, name);
	if ((err = evidence_check_need(checking, name, &later->stamp)) != OK)
		return err;
	hash = hash_of(later->stamp);
	if (!hash_equal(&hash, &later->stamp_hash) || later->stamp.len > STAMP_MAX_BYTES)
		return evidence_check_wrong(checking, "stamp", keep_name(checking, name));
	if ((err = judge_stamp(checking, later, &verdict)) != OK)
		return err;
	return verdict == STAMP_GOOD || verdict == STAMP_STRANGER
		       ? OK
		       : evidence_check_wrong(checking, "stamp", keep_name(checking, name));
}

static enum err check_one(struct evidence_checking *checking, struct evidence_later *later)
{
	enum err err = check_note(checking, later);

	for (size_t i = 0; err == OK && i < later->count; i++)
		err = check_line(checking, later, i);
	if (err == OK && later->is_stamped)
		err = check_stamp(checking, later);
	if (err == OK && later->count == 0 && !later->is_stamped)
		err = evidence_check_wrong(checking, "manifest-form", EVIDENCE_MANIFEST);
	return err;
}

/* ---- Each speaks once ---- */

/* The names that spoke, of all checkpoints together. */
struct heard {
	const char *names[EVIDENCE_COSIGNATURES];
	size_t count, stamps;
};

static bool is_new(struct heard *heard, const char *name)
{
	for (size_t i = 0; i < heard->count; i++)
		if (strcmp(heard->names[i], name) == 0)
			return false;
	if (heard->count == EVIDENCE_COSIGNATURES)
		return false;
	heard->names[heard->count++] = name;
	return true;
}

/* The first word of each is what the maker takes: nobody counts twice. */
static enum err hear(struct evidence_checking *checking, const struct evidence_later *later,
		     struct heard *heard)
{
	char name[EVIDENCE_NAME_BYTES];

	for (size_t i = 0; i < later->count; i++) {
		if (is_new(heard, later->cosignatures[i].name))
			continue;
		evidence_name_line(later->size, i, name);
		return evidence_check_wrong(checking, "cosignature", keep_name(checking, name));
	}
	heard->stamps += later->is_stamped;
	if (heard->stamps < 2)
		return OK;
	evidence_name_stamp(later->size, name);
	return evidence_check_wrong(checking, "stamp", keep_name(checking, name));
}

enum err evidence_later_check(struct evidence_checking *checking)
{
	struct heard heard = {.count = 0};
	enum err err = OK;

	for (size_t i = 0; err == OK && i < checking->evidence.later_count; i++) {
		err = check_one(checking, &checking->evidence.later[i]);
		if (err == OK)
			err = hear(checking, &checking->evidence.later[i], &heard);
	}
	return err;
}

/* All of them are covered by the checkpoint that was stamped: what they say of time cannot be later. */
static size_t count_late(const struct evidence *evidence, uint64_t stamp_time_ms)
{
	size_t late = 0;

	for (size_t i = 0; i < evidence->count; i++)
		late += evidence->records[i].is_shown &&
			evidence->records[i].record.time_ms > stamp_time_ms + STAMP_SKEW_MS;
	return late;
}

void evidence_later_hold_times(struct evidence *evidence)
{
	for (size_t i = 0; i < evidence->later_count; i++) {
		struct evidence_later *later = &evidence->later[i];

		if (later->is_stamped && later->authority[0] != '\0')
			later->late = count_late(evidence, later->stamp_time_ms);
	}
}
