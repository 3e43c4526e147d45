/*
 * sentence - a sentence of the catalogue with its gaps filled.
 *
 * "{0}" to "{9}" stand for the arguments; a gap without an argument is left empty; any other brace
 * stays as it is.
 */
#ifndef MESSAGES_SENTENCE_H
#define MESSAGES_SENTENCE_H

#include "sampan/arena.h"

#define SENTENCE_ARGUMENTS 10u
#define SENTENCE_ARGUMENT_BYTES 200u

/*
 * The sentence in the arena; each argument is cut at SENTENCE_ARGUMENT_BYTES, at a character's
 * border. NULL: memory.
 */
char *sentence_fill(struct arena *arena, const char *sentence, const char *const *arguments,
		    size_t count);

#endif
