/*
 * identity_words - why a change of an identity was refused (identity.h), in words for people.
 */
#ifndef NODE_IDENTITY_WORDS_H
#define NODE_IDENTITY_WORDS_H

#include <stdbool.h>

/*
 * One sentence in English or Vietnamese, without capital and full stop; the word itself when there is
 * none for it.
 */
const char *identity_words(const char *why, bool in_vietnamese);

#endif
