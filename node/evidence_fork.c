#include "node/evidence_fork.h"

#include <inttypes.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "node/evidence_words.h"
#include "node/plain.h"

#define ROOM 64u

void evidence_fork_init(struct evidence_forks *forks, struct arena *arena)
{
	*forks = (struct evidence_forks){.arena = arena};
}

static enum err make_room(struct evidence_forks *forks)
{
	size_t room = forks->room == 0 ? ROOM : 2 * forks->room;
	struct evidence_fork_seen *items = arena_alloc_array(forks->arena, room, sizeof(*items));

	if (items == NULL)
		return ERR_MEMORY;
	if (forks->count > 0)
		memcpy(items, forks->items, forks->count * sizeof(*items));
	forks->items = items;
	forks->room = room;
	return OK;
}

static enum err note(struct evidence_forks *forks, const struct evidence_fork_seen *seen)
{
	enum err err = forks->count == forks->room ? make_room(forks) : OK;

	if (err == OK)
		forks->items[forks->count++] = *seen;
	return err;
}

static enum err note_checkpoint(struct evidence_forks *forks, const struct evidence_fork_seen *of,
				const struct checkpoint *checkpoint)
{
	struct evidence_fork_seen seen = *of;

	seen.at = checkpoint->size;
	seen.hash = checkpoint->root;
	return note(forks, &seen);
}

/* The names of file and ledger, which all that a file holds share. */
static enum err begin(struct evidence_forks *forks, const char *file, const char *origin,
		      struct evidence_fork_seen *ret_seen)
{
	*ret_seen = (struct evidence_fork_seen){
		.file = arena_text(forks->arena, bytes_of_text(file)),
		.origin = arena_text(forks->arena, bytes_of_text(origin))};
	return ret_seen->file == NULL || ret_seen->origin == NULL ? ERR_MEMORY : OK;
}

enum err evidence_fork_note_receipt(struct evidence_forks *forks, const char *file,
				    const struct receipt_verdict *receipt)
{
	struct evidence_fork_seen seen;
	enum err err = begin(forks, file, receipt->checkpoint.origin, &seen);

	if (err == OK)
		err = note_checkpoint(forks, &seen, &receipt->checkpoint);
	seen.is_record = true;
	seen.at = receipt->place;
	seen.number = receipt->record.number;
	seen.hash = receipt->leaf_hash;
	return err == OK ? note(forks, &seen) : err;
}

static enum err note_records(struct evidence_forks *forks, const struct evidence_fork_seen *of,
			     const struct evidence *evidence)
{
	struct evidence_fork_seen seen = *of;
	enum err err = OK;

	seen.is_record = true;
	for (size_t i = 0; err == OK && i < evidence->count; i++) {
		seen.number = evidence->records[i].number;
		seen.at = seen.number - 1 - evidence->base;
		seen.hash = evidence->records[i].leaf_hash;
		err = note(forks, &seen);
	}
	return err;
}

enum err evidence_fork_note_all(struct evidence_forks *forks, const char *file,
				const struct evidence *evidence)
{
	struct evidence_fork_seen seen;
	enum err err = begin(forks, file, evidence->checkpoint.origin, &seen);

	if (err == OK)
		err = note_checkpoint(forks, &seen, &evidence->checkpoint);
	if (err == OK && evidence->receipt.len > 0)
		err = note_checkpoint(forks, &seen, &evidence->given);
	for (size_t i = 0; err == OK && i < evidence->later_count; i++) {
		struct checkpoint later;

		if (checkpoint_parse(evidence->later[i].note, &later) == OK)
			err = note_checkpoint(forks, &seen, &later);
	}
	return err == OK ? note_records(forks, &seen, evidence) : err;
}

/* ---- Side by side ---- */

static int compare_places(const struct evidence_fork_seen *a, const struct evidence_fork_seen *b)
{
	int order = strcmp(a->origin, b->origin);

	if (order == 0)
		order = (int)a->is_record - (int)b->is_record;
	return order != 0 ? order : (a->at > b->at) - (a->at < b->at);
}

static int compare(const void *a, const void *b)
{
	const struct evidence_fork_seen *left = a, *right = b;
	int order = compare_places(left, right);

	return order != 0 ? order : memcmp(left->hash.at, right->hash.at, HASH_BYTES);
}

static bool contradict(const struct evidence_fork_seen *a, const struct evidence_fork_seen *b)
{
	return compare_places(a, b) == 0 && !hash_equal(&a->hash, &b->hash);
}

/* What is told of it: how many records, or which. */
static uint64_t told(const struct evidence_fork_seen *seen)
{
	return seen->is_record ? seen->number : seen->at;
}

static void print_words(const struct evidence_fork_seen *a, const struct evidence_fork_seen *b,
			bool vi)
{
	plain_print(stdout, a->file);
	fputs(", ", stdout);
	plain_print(stdout, b->file);
	printf(": %s: ",
	       evidence_sentence(a->is_record ? EVIDENCE_FORK_RECORD : EVIDENCE_FORK, vi));
	plain_print(stdout, a->origin);
	printf(", %" PRIu64 "\n", told(a));
}

static void print_json(const struct evidence_fork_seen *a, const struct evidence_fork_seen *b)
{
	char hashes[2][HASH_HEX_BYTES];
	json_t *json;

	hash_format_hex(&a->hash, hashes[0]);
	hash_format_hex(&b->hash, hashes[1]);
	json = json_pack("{s:s, s:I, s:[s, s], s:[s, s]}", "fork", a->origin,
			 a->is_record ? "record" : "size", (json_int_t)told(a), "files", a->file,
			 b->file, a->is_record ? "leaves" : "roots", hashes[0], hashes[1]);
	if (json != NULL)
		(void)json_dumpf(json, stdout, JSON_COMPACT);
	putchar('\n');
	json_decref(json);
}

size_t evidence_fork_print(struct evidence_forks *forks, bool as_json, bool in_vietnamese)
{
	size_t count = 0;

	if (forks->count > 1)
		qsort(forks->items, forks->count, sizeof(*forks->items), compare);
	for (size_t i = 1; i < forks->count; i++) {
		const struct evidence_fork_seen *item = &forks->items[i];

		if (!contradict(&item[-1], item))
			continue;
		count++;
		if (as_json)
			print_json(&item[-1], item);
		else
			print_words(&item[-1], item, in_vietnamese);
	}
	return count;
}
