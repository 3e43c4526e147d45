#include "node/evidence_gather.h"

#include <string.h>

#include "node/grounds.h"
#include "node/stamped.h"

#define KEY_BYTES 11u  /* of a cosignature: space, size, country */
#define MAX_ROWS 4096u /* looked at for witnesses that did not vouch yet */

struct line {
	uint64_t number; /* of the last record that the checkpoint covers */
	char country[2];
	struct bytes line, name;
};

struct gathering {
	struct arena *arena;
	struct line lines[EVIDENCE_COSIGNATURES];
	size_t count, rows;
	enum err err;
};

/* The partner, or one that was here under another country. */
static bool is_known(const struct gathering *gathering, const uint8_t *country, struct bytes name)
{
	for (size_t i = 0; i < gathering->count; i++)
		if (memcmp(gathering->lines[i].country, country, 2) == 0 ||
		    bytes_equal(gathering->lines[i].name, name))
			return true;
	return false;
}

/* In order of size: the first of each partner. What no verifier would take is left out. */
static bool gather(void *context, struct bytes key, struct bytes value)
{
	struct gathering *gathering = context;
	struct line *line = &gathering->lines[gathering->count];
	struct cosignature parsed;
	const uint8_t *copy;

	if (++gathering->rows > MAX_ROWS || gathering->count == EVIDENCE_COSIGNATURES)
		return false;
	if (key.len != KEY_BYTES || !cosignature_parse(value, &parsed) ||
	    is_known(gathering, key.at + 9, parsed.name))
		return true;
	if ((copy = arena_copy(gathering->arena, value)) == NULL) {
		gathering->err = ERR_MEMORY;
		return false;
	}
	line->number = bytes_get_u64(key.at + 1);
	memcpy(line->country, key.at + 9, 2);
	line->line = bytes_of(copy, value.len);
	line->name = bytes_of(copy + (parsed.name.at - value.at), parsed.name.len);
	gathering->count++;
	return true;
}

static enum err gather_lines(const struct turn *turn, uint64_t number, struct gathering *gathering)
{
	struct turn_key from = turn_key(SPACE_COSIGNATURE), space = from, until;
	enum err err;

	turn_key_add_number(&from, number);
	until = turn_key_after(&space);
	err = ledger_scan(turn->ledger, turn_key_bytes(&from), turn_key_bytes(&until), false,
			  gather, gathering);
	return err == OK ? gathering->err : err;
}

/* ---- As later checkpoints, in order of size ---- */

static enum err keep_path(const struct turn *turn, uint64_t epoch, uint64_t older,
			  struct evidence_later *later)
{
	struct tree_proof proof;
	struct hash *path;
	enum err err = ledger_prove_consistency_in(turn->ledger, epoch, older, later->size, &proof);

	if (err != OK)
		return err;
	if ((path = arena_alloc_array(turn->arena, proof.count + 1, sizeof(*path))) == NULL)
		return ERR_MEMORY;
	memcpy(path, proof.path, proof.count * sizeof(*path));
	later->path = path;
	later->path_len = proof.count;
	return OK;
}

/*
 * The checkpoint whose last record has exactly this number. ERR_MISSING: it is not stored, or not yet,
 * or it is of another epoch.
 */
static enum err begin(const struct turn *turn, const struct evidence *evidence, uint64_t number,
		      struct evidence_later *later)
{
	uint64_t epoch = ledger_epoch_of(turn->ledger, evidence->message);
	struct checkpoint checkpoint;
	enum err err;

	if (ledger_epoch_of(turn->ledger, number) != epoch)
		return ERR_MISSING;
	err = ledger_checkpoint_first_covering(turn->ledger, number, turn->arena, &later->note);
	if (err == OK && checkpoint_parse(later->note, &checkpoint) != OK)
		err = ERR_CORRUPT;
	if (err != OK)
		return err;
	if (checkpoint.size != number - evidence->base)
		return ERR_MISSING;
	later->size = checkpoint.size;
	later->cosignatures =
		arena_alloc_array(turn->arena, EVIDENCE_COSIGNATURES, sizeof(*later->cosignatures));
	if (later->cosignatures == NULL)
		return ERR_MEMORY;
	return keep_path(turn, epoch, evidence->checkpoint.size, later);
}

static void add_lines(const struct gathering *gathering, uint64_t number,
		      struct evidence_later *later)
{
	for (size_t i = 0; i < gathering->count; i++)
		if (gathering->lines[i].number == number)
			later->cosignatures[later->count++] = (struct evidence_cosignature){
				.hash = hash_of(gathering->lines[i].line),
				.line = gathering->lines[i].line};
}

static enum err add(const struct turn *turn, struct evidence *evidence,
		    const struct gathering *gathering, uint64_t number)
{
	struct evidence_later *later = &evidence->later[evidence->later_count];
	enum err err;

	if (evidence->later_count > 0 && later[-1].size == number - evidence->base)
		return OK;
	if ((err = begin(turn, evidence, number, later)) != OK)
		return err == ERR_MISSING ? OK : err;
	add_lines(gathering, number, later);
	evidence->later_count++;
	return OK;
}

static void add_stamp(struct evidence *evidence, const struct stamped *stamped)
{
	for (size_t i = 0; i < evidence->later_count; i++)
		if (evidence->later[i].size == stamped->number - evidence->base) {
			evidence->later[i].is_stamped = true;
			evidence->later[i].stamp = stamped->token;
			evidence->later[i].stamp_hash = hash_of(stamped->token);
		}
}

/* One more than witnesses can be: the last place is the stamp's. */
static enum err add_all(const struct turn *turn, struct evidence *evidence,
			const struct gathering *gathering, const struct stamped *stamped)
{
	bool is_stamped = stamped->number != 0, is_put = !is_stamped;
	enum err err = OK;

	for (size_t i = 0; err == OK && i < gathering->count; i++) {
		if (!is_put && stamped->number <= gathering->lines[i].number) {
			err = add(turn, evidence, gathering, stamped->number);
			is_put = true;
		}
		if (err == OK && evidence->later_count < EVIDENCE_LATER - !is_put)
			err = add(turn, evidence, gathering, gathering->lines[i].number);
	}
	if (err == OK && !is_put)
		err = add(turn, evidence, gathering, stamped->number);
	if (err == OK && is_stamped)
		add_stamp(evidence, stamped);
	return err;
}

enum err evidence_gather_later(const struct turn *turn, struct evidence *evidence)
{
	struct gathering gathering = {.arena = turn->arena};
	struct stamped stamped = {0};
	uint64_t number = evidence->base + evidence->checkpoint.size;
	enum err err = gather_lines(turn, number, &gathering);

	if (err == OK)
		err = stamped_covering(turn->ledger, number, turn->arena, &stamped);
	if (err != OK && err != ERR_MISSING)
		return err;
	evidence->later =
		arena_alloc_array(turn->arena, EVIDENCE_LATER + 1, sizeof(*evidence->later));
	return evidence->later == NULL ? ERR_MEMORY : add_all(turn, evidence, &gathering, &stamped);
}

/* ---- What verdicts rest on ---- */

enum err evidence_gather_record(const struct turn *turn, uint64_t number, struct evidence *evidence)
{
	struct evidence_record *to = &evidence->records[evidence->count];
	enum err err;

	if (number > EVIDENCE_MAX_NUMBER)
		return OK;
	for (size_t i = 0; i < evidence->count; i++)
		if (evidence->records[i].number == number)
			return OK;
	*to = (struct evidence_record){.number = number};
	err = ledger_record(turn->ledger, number, turn->arena, &to->record, &to->leaf);
	evidence->count += err == OK;
	return err;
}

/* What is not on record in the message's epoch is left out: the verdict names it by its hash. */
static enum err add_ground(const struct turn *turn, const char *hex, struct evidence *evidence)
{
	uint64_t number = 0;
	struct hash hash;
	enum err err;

	if (!hash_parse_hex(hex, &hash))
		return OK;
	err = grounds_find(turn, &hash, ledger_epoch_of(turn->ledger, evidence->message), &number);
	if (err != OK)
		return err == ERR_MISSING ? OK : err;
	return evidence_gather_record(turn, number, evidence);
}

static enum err add_grounds(const struct turn *turn, const char *texts, size_t most,
			    struct evidence *evidence)
{
	char hex[HASH_HEX_BYTES];
	enum err err = OK;

	while (err == OK && strlen(texts) >= HASH_HEX_BYTES - 1 && evidence->count < most) {
		memcpy(hex, texts, HASH_HEX_BYTES - 1);
		hex[HASH_HEX_BYTES - 1] = '\0';
		err = add_ground(turn, hex, evidence);
		texts += HASH_HEX_BYTES - 1;
		texts += strspn(texts, " ");
	}
	return err;
}

enum err evidence_gather_grounds(const struct turn *turn, const struct evidence_disclose *disclose,
				 struct evidence *evidence)
{
	static const char *const names[] = {"signature.issuers", "signature.lists",
					    "signature.system.issuers", "signature.system.lists"};
	size_t count = evidence->count;
	enum err err = OK;

	for (size_t i = 0; err == OK && i < count; i++) {
		const struct record *record = &evidence->records[i].record;

		for (size_t j = 0; err == OK && j < sizeof(names) / sizeof(names[0]); j++)
			if (evidence_disclose_record(disclose, record))
				err = add_grounds(turn,
						  facts_get_or_empty(&record->attributes, names[j]),
						  count + EVIDENCE_GROUNDS, evidence);
	}
	return err;
}
