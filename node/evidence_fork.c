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

enum err evidence_fork_note(struct evidence_forks *forks, const char *file,
			    const struct checkpoint *checkpoint)
{
	enum err err = forks->count == forks->room ? make_room(forks) : OK;
	struct evidence_fork_seen *item;

	if (err != OK)
		return err;
	item = &forks->items[forks->count++];
	*item = (struct evidence_fork_seen){*checkpoint,
					    arena_text(forks->arena, bytes_of_text(file))};
	return item->file == NULL ? ERR_MEMORY : OK;
}

enum err evidence_fork_note_all(struct evidence_forks *forks, const char *file,
				const struct evidence *evidence)
{
	enum err err = evidence_fork_note(forks, file, &evidence->checkpoint);

	for (size_t i = 0; err == OK && i < evidence->later_count; i++) {
		struct checkpoint later;

		if (checkpoint_parse(evidence->later[i].note, &later) == OK)
			err = evidence_fork_note(forks, file, &later);
	}
	return err;
}

/* ---- Side by side ---- */

static int compare_trees(const struct checkpoint *a, const struct checkpoint *b)
{
	int order = strcmp(a->origin, b->origin);

	return order != 0 ? order : (a->size > b->size) - (a->size < b->size);
}

static int compare(const void *a, const void *b)
{
	const struct evidence_fork_seen *left = a, *right = b;
	int order = compare_trees(&left->checkpoint, &right->checkpoint);

	return order != 0 ? order
			  : memcmp(left->checkpoint.root.at, right->checkpoint.root.at, HASH_BYTES);
}

static bool contradict(const struct evidence_fork_seen *a, const struct evidence_fork_seen *b)
{
	return compare_trees(&a->checkpoint, &b->checkpoint) == 0 &&
	       !hash_equal(&a->checkpoint.root, &b->checkpoint.root);
}

static void print_words(const struct evidence_fork_seen *a, const struct evidence_fork_seen *b,
			bool vi)
{
	plain_print(stdout, a->file);
	fputs(", ", stdout);
	plain_print(stdout, b->file);
	printf(": %s: ", evidence_sentence(EVIDENCE_FORK, vi));
	plain_print(stdout, a->checkpoint.origin);
	printf(", %" PRIu64 "\n", a->checkpoint.size);
}

static void print_json(const struct evidence_fork_seen *a, const struct evidence_fork_seen *b)
{
	char roots[2][HASH_HEX_BYTES];
	json_t *json;

	hash_format_hex(&a->checkpoint.root, roots[0]);
	hash_format_hex(&b->checkpoint.root, roots[1]);
	json = json_pack("{s:s, s:I, s:[s, s], s:[s, s]}", "fork", a->checkpoint.origin, "size",
			 (json_int_t)a->checkpoint.size, "files", a->file, b->file, "roots",
			 roots[0], roots[1]);
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
