/*
 * rule_form - the form of a value, in the notation of customs messages: "n10 | n13", "a2 an3".
 *
 *   n8, a2, an3     so many digits, capital letters, capital letters or digits
 *   n..8, n2..8     at most eight (at least one), from two to eight
 *   'RVC'           these very characters
 *   _               blanks, or none
 *   #               a decimal number: 40, 12.5
 *   *               anything, to the end
 *   |               or
 *
 * Read from left to right without ever going back, so a value costs its length for each way. The
 * whole value must be of the form.
 */
#ifndef MESSAGES_RULE_FORM_H
#define MESSAGES_RULE_FORM_H

#include "sampan/arena.h"
#include "sampan/err.h"

struct rule_form;

/* NULL in *ret_form: the text is not a form. All memory is of the arena. ERR_MEMORY. */
enum err rule_form_parse(const char *text, struct arena *arena, const struct rule_form **ret_form);

/* Has each way of the form exactly one #? Only then rule_form_part() can be asked. */
bool rule_form_has_part(const struct rule_form *form);

bool rule_form_fits(const struct rule_form *form, struct bytes value);

/* The number at #, borrowed from the value. false: the value is not of the form. */
bool rule_form_part(const struct rule_form *form, struct bytes value, struct bytes *ret_part);

#endif
