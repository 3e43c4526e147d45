/*
 * pointer - where in a declaration something is meant, as the WCO Data Model says it and as one
 * text.
 *
 * The WCO Data Model names a place by a chain of Pointers: the classes on the way (42A declaration,
 * 67A goods shipment, 68A goods item ...), which one of several, and at last the attribute (145).
 * As one text: "42A/67A/68A[3]/23A/21A.145". What stands for itself is written as %2F (/), %5B ([),
 * %5D (]), %2E (.) and %25 (%), so that every chain is one text and every text one chain.
 *
 * A code list may give places the names of another system (VNACCS items): its second column holds
 * such texts, in which [#] is the place of that system's line number. A place marked lossy is one of
 * several items and the name of none.
 */
#ifndef MESSAGES_POINTER_H
#define MESSAGES_POINTER_H

#include "messages/code_list.h"

/* "": the step does not say it. */
struct pointer_step {
	const char *section; /* DocumentSectionCode */
	const char *number;  /* SequenceNumeric */
	const char *tag;     /* TagID */
};

/* The name that a list has for a place. */
struct pointer_item {
	const char *item; /* borrowed from the list; NULL: it has none */
	size_t line_step; /* the step whose number is the line; the count of steps: none is */
	bool is_exact;    /* item and line say all that the chain says, and lead back to it */
};

/* In the arena. NULL: no memory, or a text of more than 4 MB. */
const char *pointer_format(const struct pointer_step *steps, size_t count, struct arena *arena);

/*
 * OK: *ret_steps NULL when the text is none of a chain. All memory is of the arena. ERR_MEMORY.
 */
enum err pointer_parse(const char *text, struct arena *arena, struct pointer_step **ret_steps,
		       size_t *ret_count);

/* Look a chain up. Of long chains (more than POINTER_STEPS) nothing is known. ERR_MEMORY. */
#define POINTER_STEPS 16u
enum err pointer_find_item(const struct code_list *list, const struct pointer_step *steps,
			   size_t count, struct arena *arena, struct pointer_item *ret_item);

/* The chain of an item. */
struct pointer_chain {
	struct pointer_step *steps; /* NULL: the list has no such item */
	size_t count;
	size_t line_step; /* as in pointer_item */
	bool is_lossy;    /* other items stand for the same place */
};

/* line "" for none; borrowed by the chain. ERR_MEMORY. */
enum err pointer_of_item(const struct code_list *list, const char *item, const char *line,
			 struct arena *arena, struct pointer_chain *ret_chain);

#endif
