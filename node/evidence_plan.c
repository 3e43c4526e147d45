#include "node/evidence_plan.h"

#include <stdlib.h>
#include <string.h>

#include "node/anew.h"
#include "node/evidence_crc.h"
#include "node/evidence_gather.h"
#include "node/receipt.h"
#include "sampan/base64.h"

#define MADE_BYTES ((size_t)1 << 20) /* a receipt */
#define PIECE_BYTES ((size_t)1 << 20)
#define PARTS_OF_RECORD (1 + LIMIT_RECORD_PAYLOADS)

/* The content of a part: these bytes, or a payload of a record of the ledger. */
struct evidence_source {
	struct bytes bytes;
	const struct evidence_record *of; /* NULL: bytes */
	size_t index;
};

/* What is being planned. */
struct planning {
	const struct turn *turn;
	struct evidence *evidence;
	struct evidence_disclose disclose;
	struct zip_part *parts;
	struct evidence_source *sources;
	size_t count;
};

/* ---- Which records ---- */

/*
 * Each epoch has a tree of its own: of a message that goes on behind a restore, what was recorded in the
 * epoch in which it began.
 */
static size_t in_one_epoch(const struct ledger *ledger, uint64_t message, const uint64_t *numbers,
			   size_t count)
{
	uint64_t epoch = ledger_epoch_of(ledger, message);

	while (count > 0 && ledger_epoch_of(ledger, numbers[count - 1]) != epoch)
		count--;
	return count;
}

/* The first one may be a refusal, which has no timeline. */
static enum err find_records(const struct turn *turn, uint64_t message, uint64_t *numbers,
			     size_t *ret_count)
{
	struct turn_key from = turn_key(SPACE_TIMELINE), until;
	size_t count = 0;
	enum err err;

	turn_key_add_number(&from, message);
	until = turn_key_after(&from);
	err = turn_scan(turn, &from, &until, numbers, EVIDENCE_RECORDS, &count);
	if (err == OK && count == EVIDENCE_RECORDS)
		return ERR_LIMIT;
	if (err == OK && count == 0)
		numbers[count++] = message;
	*ret_count = err == OK ? in_one_epoch(turn->ledger, message, numbers, count) : 0;
	return err;
}

static enum err read_record(const struct turn *turn, uint64_t number, struct evidence_record *to)
{
	to->number = number;
	if (number > EVIDENCE_MAX_NUMBER)
		return ERR_LIMIT;
	return ledger_record(turn->ledger, number, turn->arena, &to->record, &to->leaf);
}

static enum err read_records(struct planning *planning, const uint64_t *numbers, size_t count)
{
	struct evidence *evidence = planning->evidence;
	enum err err = OK;

	/* room for a certificate beside each, and for what verdicts rest on */
	evidence->records = arena_alloc_array(planning->turn->arena, 2 * count + EVIDENCE_GROUNDS,
					      sizeof(*evidence->records));
	if (evidence->records == NULL)
		return ERR_MEMORY;
	for (size_t i = 0; err == OK && i < count; i++) {
		err = read_record(planning->turn, numbers[i], &evidence->records[i]);
		if (err == OK)
			evidence_disclose_see(&planning->disclose, &evidence->records[i].record);
	}
	evidence->count = count;
	return err;
}

/* ---- With which certificate this node signed ---- */

/* The text between two marks in what the seal wrote; empty when they are not there. */
static struct bytes between(struct bytes text, const char *begin, const char *end)
{
	const uint8_t *from = memmem(text.at, text.len, begin, strlen(begin)), *until;

	if (from == NULL)
		return (struct bytes){0};
	from += strlen(begin);
	until = memmem(from, (size_t)(text.at + text.len - from), end, strlen(end));
	return until == NULL ? bytes_of(NULL, 0) : bytes_of(from, (size_t)(until - from));
}

static bool certificate_of(struct bytes signature, struct hash *ret_hash)
{
	struct bytes text = between(signature, "<ds:X509Certificate>", "</ds:X509Certificate>");
	struct buffer der;
	bool is_there;

	buffer_init(&der, signature.len + 1);
	is_there = text.len > 0 && base64_parse(text, &der) == OK;
	if (is_there)
		*ret_hash = hash_of(buffer_bytes(&der));
	buffer_clear(&der);
	return is_there;
}

/* The record, of the message's epoch, that says that this certificate signs here. */
static enum err add_rotation(struct planning *planning, const struct evidence_record *of)
{
	const struct turn *turn = planning->turn;
	struct evidence *evidence = planning->evidence;
	struct bytes signature, value;
	struct hash certificate;
	uint64_t number = 0;
	enum err err;

	if (strcmp(of->record.event, "Signed") != 0 || of->record.payload_count == 0)
		return OK;
	err = ledger_payload(turn->ledger, of->number, 0, turn->arena, &signature);
	if (err != OK || !certificate_of(signature, &certificate))
		return err;
	err = anew_find(turn, SPACE_SIGNER, &certificate,
			ledger_epoch_of(turn->ledger, evidence->message), &value, &number);
	if (err != OK)
		return err == ERR_MISSING ? OK : err;
	return evidence_gather_record(turn, number, evidence);
}

static int compare_numbers(const void *a, const void *b)
{
	const struct evidence_record *left = a, *right = b;

	return left->number < right->number ? -1 : left->number > right->number;
}

static enum err add_rotations(struct planning *planning)
{
	struct evidence *evidence = planning->evidence;
	size_t count = evidence->count;
	enum err err = OK;

	for (size_t i = 0; err == OK && i < count; i++)
		err = add_rotation(planning, &evidence->records[i]);
	qsort(evidence->records, evidence->count, sizeof(*evidence->records), compare_numbers);
	return err;
}

/* ---- Proofs ---- */

/* Nothing will cover the last records of an epoch that is over, if nothing does: they are left out. */
static enum err find_checkpoint(struct planning *planning)
{
	const struct turn *turn = planning->turn;
	struct evidence *evidence = planning->evidence;
	bool is_over =
		ledger_epoch_of(turn->ledger, evidence->message) != ledger_epoch(turn->ledger);
	enum err err;

	for (;; evidence->count--) {
		uint64_t last = evidence->records[evidence->count - 1].number;

		err = ledger_checkpoint_first_covering(turn->ledger, last, turn->arena,
						       &evidence->note);
		if (err != ERR_MISSING || !is_over || last <= evidence->message)
			break;
	}
	if (err != OK)
		return err != ERR_MISSING ? err : is_over ? ERR_LOST : ERR_UNAVAILABLE;
	if (checkpoint_parse(evidence->note, &evidence->checkpoint) != OK)
		return ERR_CORRUPT;
	evidence->origin = evidence->checkpoint.origin;
	return OK;
}

static enum err keep_path(const struct tree_proof *proof, struct arena *arena,
			  const struct hash **ret_path, size_t *ret_len)
{
	struct bytes bytes = bytes_of(proof->path, proof->count * sizeof(proof->path[0]));
	struct hash *path = arena_alloc_array(arena, proof->count + 1, sizeof(*path));

	if (path == NULL)
		return ERR_MEMORY;
	if (bytes.len > 0)
		memcpy(path, bytes.at, bytes.len);
	*ret_path = path;
	*ret_len = proof->count;
	return OK;
}

static enum err prove(struct planning *planning, struct evidence_record *of)
{
	const struct turn *turn = planning->turn;
	struct tree_proof proof;
	enum err err = ledger_prove_inclusion(turn->ledger, of->number,
					      planning->evidence->checkpoint.size, &proof);

	if (err != OK)
		return err;
	of->leaf_hash = record_leaf_hash(of->leaf);
	return keep_path(&proof, turn->arena, &of->path, &of->path_len);
}

/* The receipt that was frozen for the first record, and that its checkpoint and ours are of one
 * history. */
static enum err add_receipt(struct planning *planning)
{
	const struct turn *turn = planning->turn;
	struct evidence *evidence = planning->evidence;
	struct checkpoint older;
	struct tree_proof proof;
	struct buffer made;
	struct bytes note;
	enum err err;

	buffer_init(&made, MADE_BYTES);
	err = receipt_format(turn->ledger, evidence->message, &made);
	if (err == OK)
		err = buffer_give(&made, turn->arena, &evidence->receipt);
	buffer_clear(&made);
	if (err != OK || (err = ledger_checkpoint_first_covering(turn->ledger, evidence->message,
								 turn->arena, &note)) != OK)
		return err;
	if (checkpoint_parse(note, &older) != OK)
		return ERR_CORRUPT;
	err = ledger_prove_consistency_in(turn->ledger,
					  ledger_epoch_of(turn->ledger, evidence->message),
					  older.size, evidence->checkpoint.size, &proof);
	return err != OK ? err
			 : keep_path(&proof, turn->arena, &evidence->consistency,
				     &evidence->consistency_len);
}

static enum err disclose(struct planning *planning, struct evidence_record *of)
{
	char name[EVIDENCE_NAME_BYTES];

	of->is_shown = evidence_disclose_record(&planning->disclose, &of->record);
	for (size_t i = 0; i < of->record.payload_count; i++)
		of->has_payload[i] =
			evidence_disclose_payload(&planning->disclose, &of->record, i) &&
			evidence_name_payload(&of->record, i, name);
	return of->is_shown && of->record.number == planning->evidence->message
		       ? add_receipt(planning)
		       : OK;
}

/* ---- Parts, in order of name ---- */

static enum err put(struct planning *planning, const char *name, const struct zip_part *part,
		    const struct evidence_source *source)
{
	struct zip_part *to = &planning->parts[planning->count];

	*to = *part;
	to->name = arena_text(planning->turn->arena, bytes_of_text(name));
	planning->sources[planning->count++] = *source;
	return to->name == NULL ? ERR_MEMORY : OK;
}

static enum err put_bytes(struct planning *planning, const char *name, struct bytes bytes)
{
	return put(planning, name, &(struct zip_part){.crc = zip_crc(0, bytes), .len = bytes.len},
		   &(struct evidence_source){.bytes = bytes});
}

static enum err put_contents(struct planning *planning, const struct evidence_record *of)
{
	char name[EVIDENCE_NAME_BYTES];
	enum err err = OK;

	for (size_t i = 0; err == OK && i < of->record.payload_count; i++) {
		struct zip_part part = {.len = of->record.payloads[i].len};

		if (!of->has_payload[i] || !evidence_name_payload(&of->record, i, name))
			continue;
		err = evidence_crc_of(planning->turn, of, i, &part.crc);
		if (err == OK)
			err = put(planning, name, &part,
				  &(struct evidence_source){.of = of, .index = i});
	}
	return err;
}

static enum err put_all_contents(struct planning *planning)
{
	enum err err = OK;

	for (size_t i = 0; err == OK && i < planning->evidence->count; i++)
		err = put_contents(planning, &planning->evidence->records[i]);
	return err;
}

static enum err put_leaves(struct planning *planning)
{
	char name[EVIDENCE_NAME_BYTES];
	enum err err = OK;

	for (size_t i = 0; err == OK && i < planning->evidence->count; i++) {
		const struct evidence_record *of = &planning->evidence->records[i];

		if (!of->is_shown)
			continue;
		evidence_name_leaf(of->number, name);
		err = put_bytes(planning, name, of->leaf);
	}
	return err;
}

static enum err put_one_later(struct planning *planning, const struct evidence_later *later)
{
	char name[EVIDENCE_NAME_BYTES];
	enum err err;

	evidence_name_note(later->size, name);
	err = put_bytes(planning, name, later->note);
	for (size_t i = 0; err == OK && i < later->count; i++) {
		evidence_name_line(later->size, i, name);
		err = put_bytes(planning, name, later->cosignatures[i].line);
	}
	if (err != OK || !later->is_stamped)
		return err;
	evidence_name_stamp(later->size, name);
	return put_bytes(planning, name, later->stamp);
}

static enum err put_later(struct planning *planning)
{
	enum err err = OK;

	for (size_t i = 0; err == OK && i < planning->evidence->later_count; i++)
		err = put_one_later(planning, &planning->evidence->later[i]);
	return err;
}

static enum err put_parts(struct planning *planning, struct bytes manifest)
{
	const struct evidence *evidence = planning->evidence;
	enum err err = put_bytes(planning, EVIDENCE_README, evidence_readme());

	if (err == OK)
		err = put_bytes(planning, EVIDENCE_CHECKPOINT, evidence->note);
	if (err == OK)
		err = put_all_contents(planning);
	if (err == OK)
		err = put_bytes(planning, EVIDENCE_MANIFEST, manifest);
	if (err == OK)
		err = put_later(planning);
	if (err == OK)
		err = put_leaves(planning);
	return err != OK || evidence->receipt.len == 0
		       ? err
		       : put_bytes(planning, EVIDENCE_RECEIPT, evidence->receipt);
}

static enum err make_manifest(struct planning *planning, struct bytes *ret_manifest)
{
	struct buffer made;
	enum err err;

	buffer_init(&made, EVIDENCE_MANIFEST_BYTES);
	err = evidence_manifest_put(planning->evidence, &made);
	if (err == OK)
		err = buffer_give(&made, planning->turn->arena, ret_manifest);
	buffer_clear(&made);
	return err;
}

static enum err make_parts(struct planning *planning, struct evidence_plan *plan)
{
	size_t room = 4 + PARTS_OF_RECORD * planning->evidence->count +
		      2 * planning->evidence->later_count + EVIDENCE_COSIGNATURES;
	struct bytes manifest;
	enum err err = make_manifest(planning, &manifest);

	if (err != OK)
		return err;
	planning->parts = arena_alloc_array(planning->turn->arena, room, sizeof(*planning->parts));
	planning->sources =
		arena_alloc_array(planning->turn->arena, room, sizeof(*planning->sources));
	if (planning->parts == NULL || planning->sources == NULL)
		return ERR_MEMORY;
	if ((err = put_parts(planning, manifest)) != OK)
		return err;
	plan->parts = planning->parts;
	plan->sources = planning->sources;
	plan->count = planning->count;
	plan->identity = hash_of_parts((const struct bytes[]){manifest, planning->evidence->note,
							      planning->evidence->receipt},
				       3);
	return zip_size(plan->parts, plan->count, &plan->size);
}

/* Where nothing is shown there is nothing to prove. */
static enum err prove_all(struct planning *planning)
{
	size_t shown = 0;
	enum err err = OK;

	for (size_t i = 0; err == OK && i < planning->evidence->count; i++) {
		struct evidence_record *of = &planning->evidence->records[i];

		err = prove(planning, of);
		if (err == OK)
			err = disclose(planning, of);
		shown += of->is_shown;
	}
	return err == OK && shown == 0 ? ERR_MISSING : err;
}

enum err evidence_plan_make(const struct turn *turn, uint64_t message,
			    const struct evidence_view *view, struct evidence_plan *ret_plan)
{
	struct planning planning = {.turn = turn, .evidence = &ret_plan->evidence};
	uint64_t *numbers = arena_alloc_array(turn->arena, EVIDENCE_RECORDS, sizeof(*numbers));
	size_t count = 0;
	enum err err = numbers == NULL ? ERR_MEMORY : find_records(turn, message, numbers, &count);

	*ret_plan = (struct evidence_plan){.turn = turn,
					   .evidence = {.view = *view, .message = message}};
	planning.disclose.view = *view;
	ret_plan->evidence.base = ledger_base(turn->ledger, ledger_epoch_of(turn->ledger, message));
	if (err != OK || (err = read_records(&planning, numbers, count)) != OK)
		return err;
	if (ret_plan->evidence.records[0].record.message != message ||
	    ret_plan->evidence.records[0].number != message)
		return ERR_MISSING;
	if ((err = evidence_gather_grounds(turn, &planning.disclose, &ret_plan->evidence)) != OK ||
	    (err = add_rotations(&planning)) != OK || (err = find_checkpoint(&planning)) != OK ||
	    (err = evidence_gather_later(turn, &ret_plan->evidence)) != OK)
		return err;
	err = prove_all(&planning);
	return err != OK ? err : make_parts(&planning, ret_plan);
}

/* ---- Pieces ---- */

static enum err fetch(void *context, size_t part, uint64_t offset, size_t max_bytes,
		      struct bytes *ret_bytes)
{
	const struct evidence_plan *plan = context;
	const struct evidence_source *source = &plan->sources[part];

	if (source->of != NULL)
		return ledger_payload_piece(plan->turn->ledger, &source->of->record, source->index,
					    offset,
					    max_bytes < PIECE_BYTES ? max_bytes : PIECE_BYTES,
					    plan->turn->arena, ret_bytes);
	*ret_bytes = bytes_of(source->bytes.at + offset, source->bytes.len - (size_t)offset);
	if (ret_bytes->len > max_bytes)
		ret_bytes->len = max_bytes;
	return OK;
}

enum err evidence_plan_piece(const struct evidence_plan *plan, uint64_t offset, size_t max_bytes,
			     struct buffer *to)
{
	struct evidence_plan copy = *plan;
	const struct zip_source source = {
		.parts = plan->parts, .count = plan->count, .fetch = fetch, .context = &copy};

	return zip_piece(&source, offset, max_bytes, to);
}
