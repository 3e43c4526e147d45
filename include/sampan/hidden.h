/*
 * hidden - characters that change how a text reads without being seen: of control, of direction (Unicode
 * Standard Annex 9), without width (Default_Ignorable_Code_Point of Unicode 15), and fillers that look like blanks.
 * Whatever shows text from outside asks here. Vietnamese, English and Thai need none of them; letters of right-to-left
 * scripts and combining marks are not hidden.
 *
 * Texts are UTF-8.
 */
#ifndef SAMPAN_HIDDEN_H
#define SAMPAN_HIDDEN_H

#include "sampan/bytes.h"

/* Of a code point. Tab and line ends are not hidden. */
bool hidden_is(uint32_t sign);

/*
 * Where the first hidden character at `from` or behind it begins, and how long it is (1 to 4 bytes); the text's
 * length, and 0, when there is none.
 */
size_t hidden_find(struct bytes text, size_t from, size_t *ret_len);

/* Does a person read something in it? Neither nothing, nor blanks only, nor with anything hidden. */
bool hidden_is_said(struct bytes text);

/* Has it letters of a script that is read from right to left? They may reorder what stands beside them. */
bool hidden_turns(struct bytes text);

#endif
