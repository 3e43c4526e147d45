/*
 * word - lists of words with blanks between them, as facts and kind files hold them: roles, kinds,
 * countries.
 */
#ifndef NODE_WORD_H
#define NODE_WORD_H

#include "sampan/bytes.h"

/* Does the list hold exactly this word? */
bool word_is_in(const char *list, const char *word);

/*
 * The next word: *list moves behind it, the word is borrowed from the list. false: there is none.
 */
bool word_next(const char **list, struct bytes *ret_word);

#endif
