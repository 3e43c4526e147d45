/*
 * split - a document with more lines than the target may hold, as parts that each hold few enough.
 *
 * A part is the document with some of its lines and all that stands above them; the map's counters
 * reach it as facts. Each part is then translated as any other document, and what its report says
 * is told of the whole document: a value that stands in every part is carried by the first and
 * supplied, origin "document", in the others.
 */
#ifndef MESSAGES_SPLIT_H
#define MESSAGES_SPLIT_H

#include "messages/part.h"
#include "messages/trace.h"

struct split {
	const struct map_split *rule;
	const struct document *document; /* the whole; borrowed */
	struct arena *arena;
	struct part_lines lines;
	size_t count;             /* parts; 1: there is nothing to split */
	const char *first_number; /* of the first part, as the others name it; NULL: not known */
	const char *first_path;   /* where the document has it; NULL: it came from a fact */
	xmlDoc *tree;             /* what is left of the copy that parts are made of */
	xmlNode *marker;          /* in it, where lines stand */
	xmlNode **taken;          /* lines, in order */
	size_t taken_count;
};

/*
 * Look at the document. OK with count 1 when the map does not split or there are few lines. Release
 * with split_clear(). ERR_MEMORY.
 */
enum err split_init(const struct map *map, const struct document *document,
		    const struct facts *outside, struct arena *arena, struct split *ret_split);
void split_clear(struct split *split);

/*
 * Make the part of a number (from 1, in order, each once) and the facts it is translated with: those
 * from outside (also what they name "part.N.*" for it alone) and the counters. Free the document.
 * OK with NULL: findings say why.
 */
enum err split_make(struct split *split, size_t number, const struct facts *outside,
		    struct findings *findings, struct facts *ret_facts,
		    struct document **ret_document);

/* The path in the whole of a path in a part. NULL: no memory. */
const char *split_path(const struct split *split, size_t number, const char *path);

/*
 * Tell a row about a part as one about the whole. false: the row is to be left out, another part
 * accounts for its value.
 */
bool split_relate(const struct split *split, size_t number, struct report_row *row);

#endif
