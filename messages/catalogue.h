/*
 * catalogue - the sentences of findings in Vietnamese and English, by code
 * (schemas/catalogue/findings.xml), and what is expected in words instead of a pattern:
 * <finding code="value-pattern">, <words of="value-pattern" for="[0-9]{2}">.
 */
#ifndef MESSAGES_CATALOGUE_H
#define MESSAGES_CATALOGUE_H

#include "messages/document.h"

struct catalogue_entry {
	const char *code;
	const char *expected; /* of words: instead of what; "" of a sentence */
	const char *vi;
	const char *en;
};

struct catalogue {
	struct catalogue_entry *entries; /* in order of code and expected */
	size_t count;
};

/*
 * Read a catalogue's document; all memory is of the arena. `file` is its name for findings.
 * ERR_CONFIG: an entry without code or sentence, or one twice.
 */
enum err catalogue_read(const char *file, const struct document *document, struct arena *arena,
			struct findings *findings, struct catalogue *ret_catalogue);

/* NULL when there is no such code. */
const struct catalogue_entry *catalogue_find(const struct catalogue *catalogue, const char *code);

/* What a finding of this code says instead of what is expected ("[0-9]{2}"); NULL: there are no words. */
const struct catalogue_entry *catalogue_words(const struct catalogue *catalogue, const char *code,
					      const char *expected);

#endif
