/*
 * word - lists of words with blanks between them, as facts, kinds, maps and rules hold them: roles,
 * kinds, countries, codes.
 */
#ifndef MESSAGES_WORD_H
#define MESSAGES_WORD_H

#include "sampan/arena.h"

/*
 * The next word: *list moves behind it, the word is borrowed from the list. false: there is none.
 */
bool word_next(const char **list, struct bytes *ret_word);

/* Does the list hold exactly this word? */
bool word_is_in(const char *list, const char *word);

/* Does the list hold each of these words? Of none: yes. */
bool word_are_in(const char *list, const char *words);

/* All words, copied to the arena; *ret_count may be 0. NULL: no memory. */
const char *const *word_split(const char *list, struct arena *arena, size_t *ret_count);

#endif
