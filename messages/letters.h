/*
 * letters - Latin letters without their marks, and in upper case.
 *
 * Vietnamese and the other Latin alphabets of Unicode, composed or with combining marks; no locale.
 */
#ifndef MESSAGES_LETTERS_H
#define MESSAGES_LETTERS_H

#include "sampan/arena.h"
#include "sampan/err.h"

/*
 * The text in ASCII: letters lose their marks (đ is d, ß is ss), typographic quotes, dashes and
 * spaces become plain ones. *ret_text is `text` itself when it is ASCII already, NULL when a
 * character has no such form, else of the arena.
 */
enum err letters_to_ascii(const char *text, struct arena *arena, const char **ret_text);

/* The text with its Latin letters in upper case; other characters stay. *ret_text as above, never
 * NULL. */
enum err letters_to_upper(const char *text, struct arena *arena, const char **ret_text);

#endif
