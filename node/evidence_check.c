#include "node/evidence_check.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "node/evidence_check_inside.h"
#include "node/grounds.h"
#include "node/receipt.h"

/* ---- Anchors ---- */

/* The name of a ledger without its epoch. */
static size_t base_of(const char *origin)
{
	const char *slash = strrchr(origin, '/');

	return slash == NULL ? strlen(origin) : (size_t)(slash - origin);
}

static enum err add_witness(struct evidence_anchors *anchors, const char *verifier_key)
{
	struct cosigner *witness = &anchors->witnesses[anchors->witness_count];

	if (anchors->witness_count == EVIDENCE_ANCHORS)
		return ERR_LIMIT;
	if (cosigner_parse(verifier_key, witness) != OK)
		return ERR_FORMAT;
	anchors->witness_count++;
	return OK;
}

enum err evidence_anchors_add(struct evidence_anchors *anchors, const char *verifier_key)
{
	char name[CHECKPOINT_ORIGIN_BYTES];
	uint8_t public_key[KEY_PUBLIC_BYTES];

	if (anchors->count == EVIDENCE_ANCHORS)
		return ERR_LIMIT;
	if (checkpoint_parse_key(verifier_key, name, public_key) != OK)
		return add_witness(anchors, verifier_key);
	name[base_of(name)] = '\0';
	memcpy(anchors->items[anchors->count].name, name, sizeof(name));
	memcpy(anchors->items[anchors->count++].public_key, public_key, sizeof(public_key));
	return OK;
}

/* ---- What is wrong ---- */

enum err evidence_check_wrong(struct evidence_checking *checking, const char *code,
			      const char *part)
{
	*checking->fault = (struct evidence_fault){.code = code, .part = part, .where = ""};
	return ERR_FORMAT;
}

static enum err wrong_record(struct evidence_checking *checking, const char *code, const char *part,
			     uint64_t number)
{
	const char *where = arena_format(checking->arena, "%" PRIu64, number);

	(void)evidence_check_wrong(checking, code, part);
	checking->fault->where = where == NULL ? "" : where;
	return ERR_FORMAT;
}

/* Of two names nobody knows which was changed. */
static enum err wrong_place(struct evidence_checking *checking, const char *code,
			    const struct zip_place *place)
{
	enum err err = wrong_record(checking, code, place->name, place->at);
	const char *both = place->other == NULL
				   ? NULL
				   : arena_format(checking->arena, "%s; %s", checking->fault->where,
						  place->other);

	if (both != NULL)
		checking->fault->where = both;
	return err;
}

/* What is wrong with a part, unless the world failed. */
static enum err wrong_unless(struct evidence_checking *checking, enum err err, const char *code,
			     const char *part)
{
	if (err == OK || err == ERR_MEMORY || err == ERR_LIMIT)
		return err == ERR_LIMIT ? evidence_check_wrong(checking, code, part) : err;
	return evidence_check_wrong(checking, err == ERR_VERSION ? "newer" : code, part);
}

/* ---- The container ---- */

static enum err open_container(struct evidence_checking *checking, struct bytes file)
{
	static const char *const codes[ZIP_FAULTS] = {[ZIP_CUT_OFF] = "zip-cut-off",
						      [ZIP_NO_ZIP] = "zip-none",
						      [ZIP_NAME] = "zip-name",
						      [ZIP_ORDER] = "zip-order",
						      [ZIP_MANY] = "zip-many",
						      [ZIP_ENCRYPTED] = "zip-encrypted",
						      [ZIP_COMPRESSED] = "zip-compressed",
						      [ZIP_DESCRIPTOR] = "zip-descriptor",
						      [ZIP_64] = "zip-64",
						      [ZIP_CHECKSUM] = "zip-checksum",
						      [ZIP_HEADER] = "zip-header",
						      [ZIP_DIRECTORY] = "zip-directory",
						      [ZIP_NAMES] = "zip-names",
						      [ZIP_END] = "zip-end"};
	struct zip_place place = {.fault = ZIP_FINE};
	enum err err = zip_read(file, checking->arena, &checking->items, &checking->count, &place);

	if (err == ERR_FORMAT)
		return wrong_place(checking, codes[place.fault], &place);
	if (err != OK)
		return err;
	checking->is_used = arena_alloc_array(checking->arena, checking->count + 1, sizeof(bool));
	return checking->is_used == NULL ? ERR_MEMORY : OK;
}

static int compare_item(const void *name, const void *item)
{
	return strcmp(name, ((const struct zip_item *)item)->name);
}

/* NULL: there is none. */
static const struct zip_item *find_part(struct evidence_checking *checking, const char *name)
{
	const struct zip_item *item = checking->count == 0
					      ? NULL
					      : bsearch(name, checking->items, checking->count,
							sizeof(*checking->items), compare_item);

	if (item != NULL)
		checking->is_used[item - checking->items] = true;
	return item;
}

static enum err miss_part(struct evidence_checking *checking, const char *name)
{
	const char *copy = arena_text(checking->arena, bytes_of_text(name));

	return copy == NULL ? ERR_MEMORY : evidence_check_wrong(checking, "part-missing", copy);
}

enum err evidence_check_need(struct evidence_checking *checking, const char *name,
			     struct bytes *ret_content)
{
	const struct zip_item *item = find_part(checking, name);

	if (item == NULL)
		return miss_part(checking, name);
	*ret_content = item->content;
	return OK;
}

/* What nobody asked for by name nobody vouches for. */
static enum err refuse_others(struct evidence_checking *checking)
{
	for (size_t i = 0; i < checking->count; i++)
		if (!checking->is_used[i])
			return evidence_check_wrong(checking, "part-unknown",
						    checking->items[i].name);
	return OK;
}

/* ---- The checkpoint ---- */

static enum err check_checkpoint(struct evidence_checking *checking)
{
	struct evidence *evidence = &checking->evidence;
	const struct evidence_anchors *anchors = checking->anchors;
	struct checkpoint *checkpoint = &evidence->checkpoint;
	bool is_known = false;
	size_t len;

	if (checkpoint_parse(evidence->note, checkpoint) != OK)
		return evidence_check_wrong(checking, "checkpoint-form", EVIDENCE_CHECKPOINT);
	len = base_of(checkpoint->origin);
	for (size_t i = 0; i < anchors->count && checking->public_key == NULL; i++) {
		if (strlen(anchors->items[i].name) != len ||
		    memcmp(anchors->items[i].name, checkpoint->origin, len) != 0)
			continue;
		is_known = true;
		if (checkpoint_verify(evidence->note, anchors->items[i].public_key, checkpoint) ==
		    OK)
			checking->public_key = anchors->items[i].public_key;
	}
	if (!is_known)
		return evidence_check_wrong(checking, "ledger-unknown", EVIDENCE_CHECKPOINT);
	if (checking->public_key == NULL)
		return evidence_check_wrong(checking, "checkpoint-signature", EVIDENCE_CHECKPOINT);
	if (!checkpoint_is_plain(evidence->note))
		return evidence_check_wrong(checking, "checkpoint-form", EVIDENCE_CHECKPOINT);
	if (strcmp(evidence->origin, checkpoint->origin) != 0)
		return evidence_check_wrong(checking, "ledger-other", EVIDENCE_MANIFEST);
	/* only in the first epoch numbers are places */
	if ((evidence->base == 0) != (strcmp(checkpoint->origin + len, "/1") == 0))
		return evidence_check_wrong(checking, "manifest", EVIDENCE_MANIFEST);
	return OK;
}

/* ---- Records ---- */

static enum err check_content(struct evidence_checking *checking, struct evidence_record *of,
			      size_t index)
{
	char name[EVIDENCE_NAME_BYTES];
	const struct zip_item *item;
	struct hash hash;

	if (!evidence_name_payload(&of->record, index, name) ||
	    (item = find_part(checking, name)) == NULL)
		return OK;
	hash = hash_of(item->content);
	if (item->content.len != of->record.payloads[index].len ||
	    !hash_equal(&hash, &of->record.payloads[index].hash))
		return wrong_record(checking, "content-changed", item->name, of->number);
	of->has_payload[index] = true;
	of->payloads[index] = item->content;
	return OK;
}

/* The message's, or what signatures on it rest on: the node's certificate, authorities, lists. */
static bool belongs(const struct evidence *evidence, const struct record *record)
{
	return record->message == evidence->message || strcmp(record->event, "KeyRotated") == 0 ||
	       strcmp(record->event, GROUNDS_EVENT) == 0;
}

static enum err check_leaf(struct evidence_checking *checking, struct evidence_record *of)
{
	char name[EVIDENCE_NAME_BYTES];
	const struct zip_item *item;
	struct hash hash;
	enum err err;

	evidence_name_leaf(of->number, name);
	if ((item = find_part(checking, name)) == NULL)
		return miss_part(checking, name);
	of->leaf = item->content;
	hash = record_leaf_hash(of->leaf);
	if (!hash_equal(&hash, &of->leaf_hash))
		return wrong_record(checking, "leaf-changed", item->name, of->number);
	err = wrong_unless(checking, record_parse(of->leaf, checking->arena, &of->record),
			   "leaf-form", item->name);
	if (err != OK)
		return err;
	if (of->record.number != of->number || !belongs(&checking->evidence, &of->record))
		return wrong_record(checking, "leaf-other", item->name, of->number);
	for (size_t i = 0; err == OK && i < of->record.payload_count; i++)
		err = check_content(checking, of, i);
	return err;
}

static enum err check_record(struct evidence_checking *checking, struct evidence_record *of)
{
	const struct checkpoint *checkpoint = &checking->evidence.checkpoint;
	struct tree_proof proof = {.count = of->path_len};

	memcpy(proof.path, of->path, of->path_len * sizeof(of->path[0]));
	if (!tree_verify_inclusion(&of->leaf_hash, of->number - 1 - checking->evidence.base,
				   checkpoint->size, &proof, &checkpoint->root))
		return wrong_record(checking, "proof", EVIDENCE_MANIFEST, of->number);
	return of->is_shown ? check_leaf(checking, of) : OK;
}

/*
 * A court sees everything; what was left out for others is left out by the table. Where nothing is shown at all no
 * leaf says which number its place has: it would be proved of whatever message the list names.
 */
static enum err check_disclosure(struct evidence_checking *checking)
{
	const struct evidence *evidence = &checking->evidence;
	struct evidence_disclose disclose = {.view = evidence->view};
	char name[EVIDENCE_NAME_BYTES];
	size_t shown = 0;

	for (size_t i = 0; i < evidence->count; i++) {
		if (evidence->records[i].is_shown)
			evidence_disclose_see(&disclose, &evidence->records[i].record);
		shown += evidence->records[i].is_shown;
	}
	if (shown == 0)
		return evidence_check_wrong(checking, "disclosure", EVIDENCE_MANIFEST);
	for (size_t i = 0; i < evidence->count; i++) {
		const struct evidence_record *of = &evidence->records[i];
		bool may_show = !of->is_shown && evidence->view.reader != EVIDENCE_COURT;

		if (!may_show &&
		    !(of->is_shown && evidence_disclose_record(&disclose, &of->record)))
			return wrong_record(checking, "disclosure", EVIDENCE_MANIFEST, of->number);
		for (size_t p = 0; of->is_shown && p < of->record.payload_count; p++)
			if (of->has_payload[p] !=
			    (evidence_disclose_payload(&disclose, &of->record, p) &&
			     evidence_name_payload(&of->record, p, name)))
				return wrong_record(checking, "disclosure", EVIDENCE_MANIFEST,
						    of->number);
	}
	return OK;
}

/* ---- The receipt ---- */

static const struct evidence_record *first_of(const struct evidence *evidence)
{
	for (size_t i = 0; i < evidence->count; i++)
		if (evidence->records[i].number == evidence->message)
			return &evidence->records[i];
	return NULL;
}

static enum err check_receipt(struct evidence_checking *checking)
{
	struct evidence *evidence = &checking->evidence;
	const struct checkpoint *newer = &evidence->checkpoint;
	const struct evidence_record *first = first_of(evidence);
	struct tree_proof proof = {.count = evidence->consistency_len};
	struct checkpoint older;
	struct record record;
	enum err err;

	if (first == NULL)
		return evidence_check_wrong(checking, "first-missing", EVIDENCE_MANIFEST);
	if (!first->is_shown)
		return OK;
	if ((err = evidence_check_need(checking, EVIDENCE_RECEIPT, &evidence->receipt)) != OK)
		return err;
	err = receipt_verify_exactly(evidence->receipt, checking->public_key, checking->arena,
				     &record, &older);
	if (err != OK || record.number != first->number)
		return wrong_unless(checking, err == OK ? ERR_FORMAT : err, "receipt",
				    EVIDENCE_RECEIPT);
	if (proof.count > 0)
		memcpy(proof.path, evidence->consistency, proof.count * sizeof(proof.path[0]));
	if (strcmp(older.origin, newer->origin) != 0 ||
	    !tree_verify_consistency(older.size, &older.root, newer->size, &newer->root, &proof))
		return evidence_check_wrong(checking, "history", EVIDENCE_MANIFEST);
	evidence->given = older;
	return OK;
}

/* ---- The whole ---- */

static enum err check_manifest_form(struct evidence_checking *checking, struct bytes manifest)
{
	struct buffer again;
	enum err err;

	buffer_init(&again, manifest.len + 1);
	err = evidence_manifest_put(&checking->evidence, &again);
	if (err == ERR_LIMIT || (err == OK && !bytes_equal(buffer_bytes(&again), manifest)))
		err = evidence_check_wrong(checking, "manifest-form", EVIDENCE_MANIFEST);
	buffer_clear(&again);
	return err;
}

static enum err check_readme(struct evidence_checking *checking)
{
	struct bytes readme;
	enum err err = evidence_check_need(checking, EVIDENCE_README, &readme);

	if (err == OK && !bytes_equal(readme, evidence_readme()))
		return evidence_check_wrong(checking, "readme", EVIDENCE_README);
	return err;
}

static enum err check(struct evidence_checking *checking)
{
	struct evidence *evidence = &checking->evidence;
	struct bytes manifest, note;
	enum err err;

	if ((err = evidence_check_need(checking, EVIDENCE_MANIFEST, &manifest)) != OK ||
	    (err = wrong_unless(checking,
				evidence_manifest_parse(manifest, checking->arena, evidence),
				"manifest", EVIDENCE_MANIFEST)) != OK ||
	    (err = check_readme(checking)) != OK ||
	    (err = evidence_check_need(checking, EVIDENCE_CHECKPOINT, &note)) != OK)
		return err;
	evidence->note = note;
	if ((err = check_checkpoint(checking)) != OK ||
	    (err = evidence_later_check(checking)) != OK)
		return err;
	for (size_t i = 0; err == OK && i < evidence->count; i++)
		err = check_record(checking, &evidence->records[i]);
	if (err != OK || (err = check_receipt(checking)) != OK ||
	    (err = check_disclosure(checking)) != OK ||
	    (err = check_manifest_form(checking, manifest)) != OK)
		return err;
	evidence_later_hold_times(evidence);
	return refuse_others(checking);
}

enum err evidence_check(struct bytes file, const struct evidence_anchors *anchors,
			struct arena *arena, struct evidence *ret_evidence,
			struct evidence_fault *ret_fault)
{
	struct evidence_checking checking = {
		.anchors = anchors, .arena = arena, .fault = ret_fault};
	enum err err = open_container(&checking, file);

	if (err == OK)
		err = check(&checking);
	if (err == OK)
		*ret_evidence = checking.evidence;
	return err;
}
