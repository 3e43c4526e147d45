/*
 * catalogue - the sentences of findings in Vietnamese and English, by code
 * (schemas/catalogue/findings.xml).
 */
#ifndef MESSAGES_CATALOGUE_H
#define MESSAGES_CATALOGUE_H

#include "messages/document.h"

struct catalogue_entry {
	const char *code;
	const char *vi;
	const char *en;
};

struct catalogue {
	struct catalogue_entry *entries; /* in order of code */
	size_t count;
};

/*
 * Read a catalogue's document; all memory is of the arena. `file` is its name for findings.
 * ERR_CONFIG: an entry without code or sentence, or a code twice.
 */
enum err catalogue_read(const char *file, const struct document *document, struct arena *arena,
			struct findings *findings, struct catalogue *ret_catalogue);

/* NULL when there is no such code. */
const struct catalogue_entry *catalogue_find(const struct catalogue *catalogue, const char *code);

#endif
